#include "rank_sqlite.h"

#include <sqlite3.h>
#include "engine.h"
#include "fts5_sqlite.h"
#include "rank.h"

struct counter {
	int64_t count;
	int64_t last;      /* the document that was counted last */
};

static int count_one(const Fts5ExtensionApi *api, Fts5Context *fts5, void *context)
{
	struct counter *counter = context;

	if (++counter->count < RANK_COUNTED)
		return SQLITE_OK;
	counter->last = api->xRowid(fts5);
	return SQLITE_DONE;
}

/* Documents come by number: when so many have a phrase, as many more are taken to have it in what was not looked at. */
static int64_t whole_of(const struct ranking *ranking, const struct counter *counter)
{
	int64_t all = (int64_t)ranking->view->chunk_count * CHUNK_DOCUMENTS;

	if (counter->count < RANK_COUNTED || counter->last <= 0 || counter->last >= all)
		return counter->count;
	return (int64_t)((double)counter->count * (double)all / (double)counter->last);
}

/* What a word is worth depends on how many documents have it, in whichever form most have it; of stems, each language has its own
 * documents. The score of a single word is proportional to its idf: that need not be known, unless somebody asks why. */
static int weigh_words(const Fts5ExtensionApi *api, Fts5Context *fts5, struct ranking *ranking)
{
	int64_t having[RANK_WORDS] = { 0 }, stems[RANK_WORDS] = { 0 };
	int code = SQLITE_OK;

	for (size_t i = 0; code == SQLITE_OK && i < ranking->phrase_count; i++) {
		const struct rank_phrase *phrase = &ranking->phrases[i];
		struct counter counter = { 0, 0 };
		int64_t count, *most;

		if (phrase->word == RANK_NO_WORD)
			continue;
		most = &having[phrase->word];
		if (ranking->word_count > 1 || ranking->explains)
			code = api->xQueryPhrase(fts5, (int)i, &counter, count_one);
		count = whole_of(ranking, &counter);
		if (phrase->kind == RANK_STEM)
			count = stems[phrase->word] += count;
		*most = count > *most ? count : *most;
	}
	for (size_t word = 0; word < ranking->word_count; word++)
		ranking->basis.idf[word] = rank_idf(ranking->basis.documents, having[word]);
	ranking->basis.known = code == SQLITE_OK;
	return code;
}

static int gather(const Fts5ExtensionApi *api, Fts5Context *fts5, const struct ranking *ranking, struct rank_words *words)
{
	rank_words_clear(words, ranking->word_count);
	for (size_t i = 0; i < ranking->phrase_count; i++) {
		Fts5PhraseIter at;
		int field, position, code;

		if (ranking->phrases[i].word == RANK_NO_WORD)
			continue;
		code = api->xPhraseFirst(fts5, (int)i, &at, &field, &position);
		if (code != SQLITE_OK)
			return code;
		for (; field >= 0; api->xPhraseNext(fts5, &at, &field, &position))
			if (field < RANK_FIELDS)
				rank_words_add(ranking, words, i, field, position);
	}
	return SQLITE_OK;
}

/* Why a document that is a hit has its score. */
static int explain(const Fts5ExtensionApi *api, Fts5Context *fts5, struct ranking *ranking, int64_t document)
{
	struct rank_words words;
	int code = gather(api, fts5, ranking, &words);

	if (code == SQLITE_OK && view_fact(ranking->view, document))
		rank_score(ranking, &words, document);
	return code;
}

static int rank_one(const Fts5ExtensionApi *api, Fts5Context *fts5, struct ranking *ranking)
{
	int64_t document = api->xRowid(fts5);
	struct rank_words words;
	int code = SQLITE_OK;

	if (ranking->reason)
		return explain(api, fts5, ranking, document);
	if (!rank_admit(ranking, document))
		return SQLITE_OK;
	if (ranking->sort != RANK_BY_SCORE && !ranking->finds_words && !ranking->explains) {
		rank_add(ranking, document, 0);
		return SQLITE_OK;
	}
	if (!ranking->basis.known)
		code = weigh_words(api, fts5, ranking);
	if (code == SQLITE_OK)
		code = gather(api, fts5, ranking, &words);
	if (code == SQLITE_OK)
		rank_add(ranking, document, rank_score(ranking, &words, document));
	return code;
}

static void rank(const Fts5ExtensionApi *api, Fts5Context *fts5, sqlite3_context *context, int count, sqlite3_value **values)
{
	struct ranking *ranking = count == 1 ? sqlite3_value_pointer(values[0], ENGINE_OBJECT) : NULL;
	int code = SQLITE_OK;

	if (!ranking) {
		sqlite3_result_error(context, "nanomarket_rank() is for the library only", -1);
		return;
	}
	if ((size_t)api->xPhraseCount(fts5) < ranking->phrase_count)
		code = SQLITE_MISUSE;
	if (code == SQLITE_OK)
		code = rank_one(api, fts5, ranking);
	if (code == SQLITE_OK)
		sqlite3_result_int(context, 0);
	else
		sqlite3_result_error_code(context, code);
}

int rank_sqlite_register(sqlite3 *database)
{
	fts5_api *api;
	int code = fts5_sqlite_api(database, &api);

	if (code == SQLITE_OK)
		code = api->xCreateFunction(api, "nanomarket_rank", NULL, rank, NULL);
	return code;
}
