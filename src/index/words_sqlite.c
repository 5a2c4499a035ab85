#include "words_sqlite.h"

#include <sqlite3.h>
#include <stdlib.h>
#include "engine.h"

/* A connection's own. */
struct words_now {
	struct tokenizer_words now;      /* the tokenizers look here */
	struct search_words   *words;
	struct word_set       *set;
};

static void now_free(void *context)
{
	struct words_now *now = context;

	if (now->words)
		search_words_give(now->words, now->set);
	free(now);
}

/* nanomarket_words(request, version) */
static void use(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct words_now *now = sqlite3_user_data(context);
	struct words_request *request = count == 2 ? sqlite3_value_pointer(values[0], ENGINE_OBJECT) : NULL;
	int64_t version;
	struct word_set *set;

	if (!request || !now->words) {
		sqlite3_result_error(context, "nanomarket_words() is for the library only", -1);
		return;
	}
	version = sqlite3_value_int64(values[1]);
	if (now->set->version != version) {
		set = search_words_take(now->words, version);
		if (!set)
			return;
		search_words_give(now->words, now->set);
		now->set = set;
		now->now = set->words;
	}
	request->used = now->set;
}

int words_sqlite_register(sqlite3 *database, struct search_words *words)
{
	struct words_now *now = calloc(1, sizeof *now);
	int code;

	if (!now)
		return SQLITE_NOMEM;
	now->words = words;
	if (words) {
		now->set = search_words_take(words, 0);
		now->now = now->set->words;
	}
	code = sqlite3_create_function_v2(database, "nanomarket_words", 2, SQLITE_UTF8 | SQLITE_DIRECTONLY, now, use, NULL, NULL,
	                                  now_free);    /* which is called even if this fails */
	return code == SQLITE_OK ? tokenizer_sqlite_register(database, words ? &now->now : NULL) : code;
}
