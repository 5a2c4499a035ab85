/* search.c -- searches beside FTS5's bm25() and hand-written facets, on the same documents in the same run. Rounds alternate; the
 * ratio is that of the medians. Ours are whole calls of nmk_search(), with the twenty nanos and their topics in the answer; theirs
 * are the statements alone, which answer ids.
 * usage: bench_search [NANOS...]      100000 without an argument */
#include "bench.h"

#include <math.h>
#include <nanomarket.h>
#include <sqlite3.h>
#include <unistd.h>
#include "index.h"
#include "index_words.h"

#define VOCABULARY 60000
#define CATEGORIES 40
#define LEAVES     32          /* of the categories, below the others */
#define MATCH_SIZE 160

static int nanos;
static char folder[64], path[96], hand_path[96];
static nmk_market *market;
static nmk_session *host, *guest;
static sqlite3 *store, *hand;
static sqlite3_int64 creator, categories[CATEGORIES];
static char vocabulary[VOCABULARY][16];
static int frequency[VOCABULARY];

/* ---- texts: words whose frequencies are like those of a language ---- */

static uint64_t any(void)
{
	static uint64_t seed = 88172645463325252u;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Syllables that no stemmer takes off, so that both sides find the same. */
static void make_vocabulary(void)
{
	static const char *const starts[] = { "b", "d", "f", "g", "k", "l", "m", "p", "r", "v", "w", "z", "bl", "gr", "kr", "pl" };
	static const char *const ends[] = { "ak", "ip", "of", "uk", "al", "om", "ap", "il" };

	for (int i = 0; i < VOCABULARY; i++)
		snprintf(vocabulary[i], sizeof vocabulary[i], "%s%s%s%s%s%s", starts[i % 16], ends[i / 16 % 8], starts[i / 128 % 16],
		         ends[i / 2048 % 8], i / 16384 ? starts[i / 16384] : "", i / 16384 ? "ok" : "");
}

static int any_word(void)
{
	double u = (double)(any() >> 11) / 9007199254740992.0;
	int word = (int)(100.0 * pow((VOCABULARY + 100) / 100.0, u) - 100.0);

	return word < 0 ? 0 : word >= VOCABULARY ? VOCABULARY - 1 : word;
}

static void make_text(char *text, int least, int more)
{
	int count = least + (int)(any() % (unsigned)more);
	size_t at = 0;

	for (int i = 0; i < count; i++) {
		int word = any_word();

		frequency[word]++;
		at += (size_t)sprintf(text + at, "%s%s", i ? " " : "", vocabulary[word]);
	}
}

/* ---- the stores ---- */

static void sql(sqlite3 *db, const char *text)
{
	must(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db));
}

static sqlite3_stmt *prepared(sqlite3 *db, const char *text)
{
	sqlite3_stmt *statement;

	must(sqlite3_prepare_v3(db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(db));
	return statement;
}

static sqlite3_int64 number(sqlite3 *db, const char *text)
{
	sqlite3_stmt *statement = prepared(db, text);
	sqlite3_int64 value = 0;

	if (sqlite3_step(statement) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static void make_market(void)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	char above[CATEGORIES][40], name[32];
	nmk_category *category;
	nmk_error error;

	options.create = true;
	options.relaxed_durability = true;
	must(nmk_market_open(path, &options, &error, &market) == NMK_OK, error.message);
	must(nmk_session_open_system(market, &host) == NMK_OK && nmk_session_open(market, &guest) == NMK_OK, "session");
	registration.username = "bench";
	registration.email = "bench@example.org";
	must(nmk_user_add(host, &registration, NMK_ROLE_CREATOR, NULL) == NMK_OK, "user");
	for (int i = 0; i < CATEGORIES; i++) {
		snprintf(name, sizeof name, "Thema %d", i);
		must(nmk_category_create(host, name, NULL, i < CATEGORIES - LEAVES ? NULL : above[i % (CATEGORIES - LEAVES)], NULL,
		                         &category) == NMK_OK, nmk_session_error(host)->message);
		snprintf(above[i], sizeof above[i], "%s", nmk_category_id(category));
		nmk_category_free(category);
	}
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static void step(sqlite3 *db, sqlite3_stmt *statement)
{
	must(sqlite3_step(statement) == SQLITE_DONE, sqlite3_errmsg(db));
	sqlite3_reset(statement);
}

/* The same documents into both: as rows of the market, and as a hand-written schema would have them. */
static void add_nanos(void)
{
	static const char *const levels[] = { "beginner", "intermediate", "advanced" };
	static const char *const formats[] = { "video", "text", "quiz", "interactive", "mixed" };
	static const char *const licenses[] = { "CC-BY", "CC-BY-SA", "CC0", "proprietary" };
	sqlite3_stmt *nano = prepared(store, "INSERT INTO nano (id, creator_id, title, title_key, description, duration_minutes,"
		" competency_level, language, format, license, status, download_count, rating_count, rating_average_hundredths,"
		" rating_count_1, rating_count_2, rating_count_3, rating_count_4, rating_count_5, comment_count, created_at, updated_at,"
		" published_at) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'published', ?10, ?11, ?12, 0, 0, 0, 0, 0, 0, 1, 1, ?13)");
	sqlite3_stmt *topic = prepared(store, "INSERT INTO nano_category (nano_id, category_id, position) VALUES (?1, ?2, 0)");
	sqlite3_stmt *row = prepared(hand, "INSERT INTO nano VALUES (?1, ?2, ?3, ?4, 'bench')");
	sqlite3_stmt *facet = prepared(hand, "INSERT INTO facet VALUES (?1, ?2, ?3, ?4)");
	char title[400], description[1600], topic_name[32];

	sql(store, "BEGIN");
	sql(hand, "BEGIN");
	for (int i = 0; i < nanos; i++) {
		sqlite3_int64 id = (INT64_C(1) << 50) + i;
		int category = CATEGORIES - LEAVES + (int)(any() % LEAVES), level = (int)(any() % 3), minutes = 1 + (int)(any() % 90);
		int ratings = (int)(any() % 20);

		make_text(title, 5, 4);
		make_text(description, 30, 21);
		snprintf(topic_name, sizeof topic_name, "Thema %d", category);
		sqlite3_bind_int64(nano, 1, id);
		sqlite3_bind_int64(nano, 2, creator);
		bind_text(nano, 3, title);
		bind_text(nano, 4, description);
		sqlite3_bind_int(nano, 5, minutes);
		bind_text(nano, 6, levels[level]);
		bind_text(nano, 7, any() % 5 ? "de" : "en");
		bind_text(nano, 8, formats[any() % 5]);
		bind_text(nano, 9, licenses[any() % 4]);
		sqlite3_bind_int(nano, 10, (int)(any() % 1000));
		sqlite3_bind_int(nano, 11, ratings);
		if (ratings)
			sqlite3_bind_int(nano, 12, 100 + (int)(any() % 401));
		else
			sqlite3_bind_null(nano, 12);
		sqlite3_bind_int64(nano, 13, INT64_C(1700000000000) + i * INT64_C(60000));
		step(store, nano);
		sqlite3_bind_int64(topic, 1, id);
		sqlite3_bind_int64(topic, 2, categories[category]);
		step(store, topic);
		sqlite3_bind_int(row, 1, i + 1);
		bind_text(row, 2, title);
		bind_text(row, 3, description);
		bind_text(row, 4, topic_name);
		step(hand, row);
		sqlite3_bind_int(facet, 1, i + 1);
		sqlite3_bind_int(facet, 2, category);
		sqlite3_bind_int(facet, 3, level);
		sqlite3_bind_int(facet, 4, minutes <= 15 ? 1 : minutes <= 30 ? 2 : minutes <= 60 ? 3 : 4);
		step(hand, facet);
	}
	sql(store, "COMMIT");
	sql(hand, "COMMIT");
	sqlite3_finalize(nano);
	sqlite3_finalize(topic);
	sqlite3_finalize(row);
	sqlite3_finalize(facet);
}

static void open_stores(void)
{
	sqlite3_stmt *statement;
	int i = 0;

	make_market();
	must(sqlite3_open(path, &store) == SQLITE_OK && sqlite3_open(hand_path, &hand) == SQLITE_OK, "open");
	creator = number(store, "SELECT id FROM user_account WHERE username = 'bench'");
	statement = prepared(store, "SELECT id FROM category ORDER BY id");
	while (sqlite3_step(statement) == SQLITE_ROW && i < CATEGORIES)
		categories[i++] = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sql(hand, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192; PRAGMA secure_delete = ON;"
	          "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;"
	          "CREATE TABLE nano (id INTEGER PRIMARY KEY, title TEXT, description TEXT, topics TEXT, creator TEXT);"
	          "CREATE TABLE facet (id INTEGER PRIMARY KEY, topic INTEGER, level INTEGER, duration INTEGER);"
	          "CREATE VIRTUAL TABLE f USING fts5 (title, description, topics, creator, content = 'nano', content_rowid = 'id')");
	add_nanos();
}

/* ---- indexing ---- */

/* One thread's work; others work on the machine, too. */
static double work_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double market_made(nmk_status (*make)(struct nmk_op *op))
{
	double begin = work_us();
	struct nmk_op op;
	nmk_status rc = op_begin(&op, host, OP_market_repair);

	while (op_next(&op, &rc))
		rc = make(&op);
	must(rc == NMK_OK, nmk_session_error(host)->message);
	return work_us() - begin;
}

/* The words alone, by the same statement as theirs. */
static nmk_status words_indexed(struct nmk_op *op)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_search_document_rebuild);
	return stmt_exec(&stmt, NULL);
}

static double hand_indexed(void)
{
	double begin = work_us();

	sql(hand, "INSERT INTO f (f) VALUES ('rebuild')");
	return work_us() - begin;
}

static void show(const char *what, const char *unit, double theirs, double ours)
{
	printf("%-34s FTS5 unicode61 %9.1f %-2s  ours %9.1f %-2s  %5.2f\n", what, theirs / 1e6, unit, ours / 1e6, unit, ours / theirs);
}

/* All is made anew: documents, words, facts and the vocabulary, of which theirs has the words only; then some of it by itself, to see
 * its part. */
static void show_indexing(void)
{
	double ours = market_made(index_rebuild), vocabulary_made = market_made(words_rebuild);
	double theirs = hand_indexed(), statement = market_made(words_indexed);
	double hand_size = (double)number(hand, "SELECT SUM(pgsize) FROM dbstat WHERE aggregate = TRUE AND name LIKE 'f\\_%' ESCAPE '\\'");
	double size = (double)number(store, "SELECT SUM(pgsize) FROM dbstat WHERE aggregate = TRUE AND (name LIKE 'search_document%' OR"
	                                    " name LIKE 'search_f%')");
	double words = (double)number(store, "SELECT SUM(pgsize) FROM dbstat WHERE aggregate = TRUE AND name LIKE '%vocabulary_%'");

	show("index the words", "s", theirs, statement);
	show("  with documents and facts", "s", theirs, ours - vocabulary_made);
	show("  with the vocabulary", "s", theirs, ours);
	show("size of the index", "MB", hand_size, size);
	show("  with the vocabulary", "MB", hand_size, size + words);
}

/* ---- searches ---- */

static volatile size_t sink;

static void run(sqlite3_stmt *statement, const char *match)
{
	int code;

	bind_text(statement, 1, match);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(statement); i++)
			sink += (size_t)sqlite3_column_int64(statement, i);
	must(code == SQLITE_DONE, sqlite3_errmsg(hand));
	sqlite3_reset(statement);
}

static int64_t library(const char *text, uint32_t facets)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;
	int64_t total;

	options.text = text;
	options.facets = facets;
	must(nmk_search(guest, &options, &page) == NMK_OK, nmk_session_error(guest)->message);
	sink += nmk_search_page_count(page);
	total = nmk_search_page_total(page);
	nmk_search_page_free(page);
	return total;
}

static void library_json(const char *text)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;
	char *json;

	options.text = text;
	options.facets = NMK_FACET_ALL;
	must(nmk_search(guest, &options, &page) == NMK_OK, nmk_session_error(guest)->message);
	json = nmk_search_page_json(page);
	sink += strlen(json);
	nmk_free(json);
	nmk_search_page_free(page);
}

/* The word whose number of documents is nearest to a share of all. */
static const char *word_of_share(double share)
{
	double wanted = share * nanos, best = 1e18;
	int found = 0;

	for (int i = 0; i < VOCABULARY; i++)
		if (fabs(frequency[i] - wanted) < best) {
			best = fabs(frequency[i] - wanted);
			found = i;
		}
	return vocabulary[found];
}

#define FACETS (NMK_FACET_TOPIC | NMK_FACET_LEVEL | NMK_FACET_DURATION)

static sqlite3_stmt *hand_top, *hand_facets[3], *hand_count;

/* Theirs would read what is typed as the words alone: a trailing "*" would be theirs to add. A closed quote keeps ours from it. */
static void compare(const char *what, const char *typed, const char *match)
{
	double top[2][ROUNDS], facets[2][ROUNDS], json[ROUNDS], t;
	int64_t hits = library(typed, FACETS), hand_hits;

	bind_text(hand_count, 1, match);
	sqlite3_step(hand_count);
	hand_hits = sqlite3_column_int64(hand_count, 0);
	sqlite3_reset(hand_count);
	must(hits == hand_hits, "both find the same");
	for (int round = 0; round < ROUNDS; round++) {
		t = now_us();
		run(hand_top, match);
		top[0][round] = now_us() - t;
		for (int i = 0; i < 3; i++)
			run(hand_facets[i], match);
		facets[0][round] = now_us() - t;
		t = now_us();
		library(typed, 0);
		top[1][round] = now_us() - t;
		t = now_us();
		library(typed, FACETS);
		facets[1][round] = now_us() - t;
		t = now_us();
		library_json(typed);
		json[round] = now_us() - t;
	}
	printf("%-24s %8lld hits   top 20: bm25() %9.3f ms, ours %8.3f ms, %5.2f   and 3 facets: SQL %9.3f ms, ours %8.3f ms, %5.2f   "
	       "all facets, JSON: %8.3f ms\n", what, (long long)hits, median(top[0], ROUNDS) / 1e3, median(top[1], ROUNDS) / 1e3,
	       median(top[1], ROUNDS) / median(top[0], ROUNDS), median(facets[0], ROUNDS) / 1e3, median(facets[1], ROUNDS) / 1e3,
	       median(facets[1], ROUNDS) / median(facets[0], ROUNDS), median(json, ROUNDS) / 1e3);
}

static void prepare_hand(void)
{
	hand_top = prepared(hand, "SELECT rowid FROM f WHERE f MATCH ?1 ORDER BY bm25(f, 8.0, 1.0, 3.0, 1.0) LIMIT 20");
	hand_count = prepared(hand, "SELECT COUNT(*) FROM f WHERE f MATCH ?1");
	hand_facets[0] = prepared(hand, "SELECT c.topic, COUNT(*) FROM f JOIN facet c ON c.id = f.rowid WHERE f MATCH ?1 GROUP BY c.topic");
	hand_facets[1] = prepared(hand, "SELECT c.level, COUNT(*) FROM f JOIN facet c ON c.id = f.rowid WHERE f MATCH ?1 GROUP BY c.level");
	hand_facets[2] = prepared(hand, "SELECT c.duration, COUNT(*) FROM f JOIN facet c ON c.id = f.rowid WHERE f MATCH ?1"
	                                " GROUP BY c.duration");
}

static void compare_all(void)
{
	const char *frequent = word_of_share(0.068), *middle = word_of_share(0.0062), *rare = word_of_share(0.0003);
	const char *second = word_of_share(0.0060), *third = word_of_share(0.0058);
	char typed[MATCH_SIZE], match[MATCH_SIZE];

	prepare_hand();
	snprintf(typed, sizeof typed, "\"%s\"", frequent);
	compare("frequent", typed, frequent);
	snprintf(typed, sizeof typed, "\"%s\"", middle);
	compare("middle", typed, middle);
	snprintf(typed, sizeof typed, "\"%s\"", rare);
	compare("rare", typed, rare);
	snprintf(typed, sizeof typed, "%s \"%s\"", frequent, middle);
	snprintf(match, sizeof match, "%s AND %s", frequent, middle);
	compare("frequent and middle", typed, match);
	snprintf(typed, sizeof typed, "%s %s \"%s\"", middle, second, third);
	snprintf(match, sizeof match, "%s OR %s OR %s", middle, second, third);
	compare("some of three middle", typed, match);
	snprintf(match, sizeof match, "%.3s*", frequent);
	snprintf(typed, sizeof typed, "%.3s", frequent);
	compare("beginning", typed, match);
	sqlite3_finalize(hand_top);
	sqlite3_finalize(hand_count);
	for (int i = 0; i < 3; i++)
		sqlite3_finalize(hand_facets[i]);
}

/* ---- whole pages ---- */

#define PAGES 2000

/* One to three words as they are in texts, so that the frequent ones come often; in one of eight two letters are swapped. */
static void make_query(char text[64])
{
	int count = 1 + (int)(any() % 3), wrong = any() % 8 == 0 ? (int)(any() % (unsigned)count) : -1;
	size_t at = 0;

	for (int i = 0; i < count; i++) {
		const char *word = vocabulary[any_word()];
		size_t length = strlen(word), slip = 1 + any() % (length - 2);

		at += (size_t)snprintf(text + at, 64 - at, "%s%s", i ? " " : "", word);
		if (i == wrong) {
			char letter = text[at - length + slip];

			text[at - length + slip] = text[at - length + slip + 1];
			text[at - length + slip + 1] = letter;
		}
	}
}

static int by_time(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* All that a page shows: twenty nanos with title and passage marked, all facets, corrections, as JSON. */
static void show_pages(void)
{
	static double times[PAGES];
	int corrected = 0, relaxed = 0;
	char text[64];

	for (int i = 0; i < PAGES; i++) {
		nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
		nmk_search_page *page;
		double begin;
		char *json;

		make_query(text);
		options.text = text;
		options.facets = NMK_FACET_ALL;
		options.snippet_characters = 200;
		begin = now_us();
		must(nmk_search(guest, &options, &page) == NMK_OK, nmk_session_error(guest)->message);
		json = nmk_search_page_json(page);
		times[i] = now_us() - begin;
		sink += strlen(json);
		corrected += nmk_search_page_corrected(page);
		relaxed += nmk_search_page_relaxed(page);
		nmk_free(json);
		nmk_search_page_free(page);
	}
	qsort(times, PAGES, sizeof times[0], by_time);
	printf("%d whole pages (corrected %d, relaxed %d): p50 %.3f ms, p99 %.3f ms, longest %.3f ms\n", PAGES, corrected, relaxed,
	       times[PAGES / 2] / 1e3, times[PAGES * 99 / 100] / 1e3, times[PAGES - 1] / 1e3);
}

/* What nobody types, but somebody sends. */
static void show_hostile(void)
{
	static char texts[6][1 << 20];
	static const char *const names[] = { "misspelt words", "beginnings", "frequent words", "operators", "quotes", "1 MB" };
	char word[64];

	memset(texts, 0, sizeof texts);
	for (int i = 0; i < 64; i++) {
		make_query(word);
		snprintf(texts[0] + strlen(texts[0]), 80, "q%s ", word);
		snprintf(texts[1] + strlen(texts[1]), 80, "%.3s* ", vocabulary[any() % 2048]);
		snprintf(texts[2] + strlen(texts[2]), 80, "%.15s ", vocabulary[i]);
	}
	for (int i = 0; i < 10000; i++)
		memcpy(texts[3] + 5 * i, i % 3 == 0 ? "+( OR" : i % 3 == 1 ? "-\"AND" : "*:NOT", 5);
	memset(texts[4], '"', 10000);
	for (size_t i = 0; i + 8 < sizeof texts[5]; i += 8)
		snprintf(texts[5] + i, 9, "%-7.7s ", vocabulary[any() % VOCABULARY]);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		double begin = now_us();

		int64_t total = library(texts[i], NMK_FACET_ALL);
		printf("hostile: %-24s %9.3f ms %lld hits\n", names[i], (now_us() - begin) / 1e3, (long long)total);
	}
}

/* After a change the next search reads what changed. */
static void show_first(void)
{
	double begin = now_us(), first, browse;

	library("\"nichts\"", 0);
	first = now_us() - begin;
	begin = now_us();
	library(NULL, NMK_FACET_ALL);
	browse = now_us() - begin;
	printf("first search of a process %.1f ms; browsing with all facets %.1f ms\n", first / 1e3, browse / 1e3);
}

static void bench(void)
{
	char command[96];

	memset(frequency, 0, sizeof frequency);
	snprintf(folder, sizeof folder, "%s/nmk-bench-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	must(mkdtemp(folder) != NULL, "folder");
	snprintf(path, sizeof path, "%s/market.db", folder);
	snprintf(hand_path, sizeof hand_path, "%s/hand.db", folder);
	open_stores();
	printf("%d nanos, SQLite %s\n", nanos, sqlite3_libversion());
	show_indexing();
	show_first();
	compare_all();
	show_pages();
	show_hostile();
	nmk_session_close(guest);
	nmk_session_close(host);
	nmk_market_close(market);
	sqlite3_close(store);
	sqlite3_close(hand);
	snprintf(command, sizeof command, "rm -rf %s", folder);
	must(system(command) == 0, "remove");
}

int main(int argc, char **argv)
{
	make_vocabulary();
	for (int i = 1; i < argc || i == 1; i++) {
		nanos = i < argc ? atoi(argv[i]) : 100000;
		must(nanos >= 1000, "1000 nanos at least");
		bench();
	}
	return 0;
}
