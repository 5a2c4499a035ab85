/* suggest.c -- suggestions while typing and the correction of misspelt words, in a market of many nanos whose words are those of a
 * German word list (Debian's wngerman) with the frequencies of Zipf's law.
 *
 * Beside them: FTS5's own prefix query, and a comparison with every word there is, which is what correction costs without an index of
 * neighbours, and also the standard of what can be found.
 * usage: bench_suggest [NANOS [WORD_LIST [TYPO_LIST]]] */
#include "bench.h"

#include <math.h>
#include <nanomarket.h>
#include <sqlite3.h>
#include <unistd.h>
#include "spelling.h"
#include "tokenizer_sqlite.h"
#include "word_list.h"
#include "words.h"

#define TITLE_WORDS       4
#define DESCRIPTION_WORDS 22
#define KEY_STROKES       4000
#define TYPOS             1000
#define SCANNED           20

static int nanos = 100000;
static const char *word_list = "/usr/share/dict/ngerman", *typo_list = NMK_SHARED_DIR "/data/search/typos_libreoffice.txt";
static char folder[64] = "/tmp/nmk-bench-XXXXXX", path[96];
static nmk_market *market;
static nmk_session *host, *guest;
static sqlite3 *hand;

/* Of this thread's work alone: others work on the machine, too. */
static double work_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* ---- chance that is the same every time ---- */

static uint64_t chance_state = 88172645463325252u;

static uint64_t chance(uint64_t below)
{
	chance_state ^= chance_state << 13;
	chance_state ^= chance_state >> 7;
	chance_state ^= chance_state << 17;
	return chance_state % below;
}

/* ---- words ---- */

static char **words;
static size_t word_count;

static void read_words(void)
{
	FILE *file = fopen(word_list, "r");
	char line[256];
	size_t room = 0;

	must(file != NULL, word_list);
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\r\n")] = '\0';
		if (word_count == room) {
			room = room ? 2 * room : 65536;
			words = realloc(words, room * sizeof *words);
			must(words != NULL, "memory");
		}
		must((words[word_count++] = strdup(line)) != NULL, "memory");
	}
	fclose(file);
	for (size_t i = word_count - 1; i > 0; i--) {
		size_t j = (size_t)chance(i + 1);
		char *word = words[i];

		words[i] = words[j];
		words[j] = word;
	}
}

/* The n-th most frequent one is there 1/n times as often as the first. */
static const char *some_word(void)
{
	double unit = (double)chance(1u << 30) / (1u << 30);

	return words[(size_t)exp(unit * log((double)word_count)) % word_count];
}

static void write_words(char *text, size_t room, int count)
{
	size_t length = 0;

	text[0] = '\0';
	for (int i = 0; i < count && length < room - 1; i++)
		length += (size_t)snprintf(text + length, room - length, "%s%s", i ? " " : "", some_word());
}

/* ---- the market ---- */

static void execute(const char *sql)
{
	must(sqlite3_exec(hand, sql, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(hand));
}

static sqlite3_stmt *prepare(const char *sql)
{
	sqlite3_stmt *statement;

	must(sqlite3_prepare_v2(hand, sql, -1, &statement, NULL) == SQLITE_OK, sqlite3_errmsg(hand));
	return statement;
}

static void add_nano(sqlite3_stmt *insert, int id, const char *title, const char *description)
{
	sqlite3_bind_int(insert, 1, id);
	sqlite3_bind_text(insert, 2, title, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(insert, 3, description, -1, SQLITE_TRANSIENT);
	must(sqlite3_step(insert) == SQLITE_DONE, sqlite3_errmsg(hand));
	sqlite3_reset(insert);
}

/* What was meant in the list of typos is in the market, too, each in a nano of its own. */
static void add_meant(sqlite3_stmt *insert, int id)
{
	FILE *file = fopen(typo_list, "r");
	char typed[128], meant[128];

	for (; file && fscanf(file, "%127s %127s", typed, meant) == 2; id++)
		add_nano(insert, id, meant, meant);
	if (file)
		fclose(file);
}

static void fill(void)
{
	sqlite3_stmt *insert;
	char title[400], description[2000];

	execute("BEGIN");
	insert = prepare("INSERT INTO nano (id, creator_id, title, title_key, description, duration_minutes, competency_level,"
	                 " language, format, license, status, download_count, rating_count, rating_count_1, rating_count_2,"
	                 " rating_count_3, rating_count_4, rating_count_5, comment_count, created_at, updated_at, published_at)"
	                 " VALUES (?1, (SELECT id FROM user_account), ?2, ?2, ?3, 15, 'beginner', 'de', 'mixed', 'CC-BY', 'published',"
	                 " 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1)");
	for (int i = 1; i <= nanos; i++) {
		write_words(title, sizeof title, TITLE_WORDS);
		write_words(description, sizeof description, DESCRIPTION_WORDS);
		add_nano(insert, i, title, description);
	}
	add_meant(insert, nanos + 1);
	sqlite3_finalize(insert);
	execute("COMMIT");
}

static void open_market(void)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_check_report *report;
	nmk_error error;
	double start;

	options.create = true;
	options.relaxed_durability = true;
	must(nmk_market_open(path, &options, &error, &market) == NMK_OK, error.message);
	must(nmk_session_open_system(market, &host) == NMK_OK && nmk_session_open(market, &guest) == NMK_OK, "session");
	registration.username = "bench";
	registration.email = "bench@example.org";
	must(nmk_user_add(host, &registration, NMK_ROLE_CREATOR, NULL) == NMK_OK, "user");
	must(sqlite3_open_v2(path, &hand, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK, "open");
	must(tokenizer_sqlite_register(hand, NULL) == SQLITE_OK, "tokenizer");
	fill();
	start = now_us();
	execute("INSERT INTO search_source (document, nano_id, title, description, topics, creator, language)"
	        " SELECT id, id, title, description, '', 'bench', language FROM nano");
	execute("INSERT INTO search_document (search_document) VALUES ('rebuild')");
	printf("text index alone of %d nanos made in %.1f s\n", nanos, (now_us() - start) / 1e6);
	start = now_us();
	must(nmk_market_check(host, true, NULL, NULL, &report) == NMK_OK, nmk_session_error(host)->message);
	printf("index and vocabulary of %d nanos checked, and made anew, in %.1f s\n", nanos, (now_us() - start) / 1e6);
	nmk_check_report_free(report);
}

static long number_of(const char *sql)
{
	sqlite3_stmt *statement = prepare(sql);
	long number;

	must(sqlite3_step(statement) == SQLITE_ROW, sqlite3_errmsg(hand));
	number = (long)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return number;
}

/* The words of the vocabulary, as they are compared, in order. */
static char **known;
static size_t known_count;

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_known(void)
{
	sqlite3_stmt *pages = prepare("SELECT words FROM vocabulary_page ORDER BY first");
	size_t room = 0;

	while (sqlite3_step(pages) == SQLITE_ROW) {
		struct list_reader reader;

		list_start(&reader, sqlite3_column_blob(pages, 0), (size_t)sqlite3_column_bytes(pages, 0));
		while (list_next(&reader)) {
			if (known_count == room) {
				room = room ? 2 * room : 65536;
				known = realloc(known, room * sizeof *known);
				must(known != NULL, "memory");
			}
			if (reader.word.key[0] == KIND_WORD)
				must((known[known_count++] = strndup(reader.word.key + 1, reader.word.length - 1)) != NULL, "memory");
		}
	}
	sqlite3_finalize(pages);
}

static void print_sizes(void)
{
	printf("%zu words; vocabulary %.1f MB, text index %.1f MB\n", known_count,
	       (double)number_of("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%vocabulary_%'") / 1e6,
	       (double)number_of("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'search_document_%'") / 1e6);
}

static void print_times(const char *what, double *times, int count)
{
	double sum = 0;

	qsort(times, (size_t)count, sizeof *times, compare_doubles);
	for (int i = 0; i < count; i++)
		sum += times[i];
	printf("  %-40s mean %7.3f ms  p50 %8.3f ms  p99 %8.3f ms  max %8.3f ms\n", what, sum / count / 1e3, times[count / 2] / 1e3,
	       times[count * 99 / 100] / 1e3, times[count - 1] / 1e3);
}

/* ---- what the vocabulary costs who publishes ---- */

#define PUBLISHED 3000

static void bench_publish(void)
{
	static double publish[PUBLISHED], by_hand[PUBLISHED];
	sqlite3_stmt *source = prepare("INSERT INTO search_source (document, nano_id, title, description, topics, creator, language)"
	                               " SELECT ?1, MAX(id), ?2, ?3, '', 'bench', 'de' FROM nano WHERE status = 'draft'");
	sqlite3_stmt *insert = prepare("INSERT INTO search_document (rowid, title, description, topics, creator) VALUES (?1, ?2, ?3, '', 'bench')");
	nmk_session *creator;

	must(nmk_session_act_as(host, "bench", &creator) == NMK_OK, "session");
	for (int i = 0; i < PUBLISHED; i++) {
		nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
		char title[400], description[2000];
		nmk_nano *nano;
		double start;

		write_words(title, sizeof title, TITLE_WORDS);
		write_words(description, sizeof description, DESCRIPTION_WORDS);
		fields.title = title;
		fields.description = description;
		fields.duration_minutes = 15;
		must(nmk_nano_create(creator, &fields, &nano) == NMK_OK, nmk_session_error(creator)->message);
		start = now_us();
		must(nmk_nano_publish(host, nmk_nano_id(nano)) == NMK_OK, nmk_session_error(host)->message);
		publish[i] = now_us() - start;
		nmk_nano_free(nano);
		start = now_us();
		execute("BEGIN IMMEDIATE");
		for (int j = 0; j < 2; j++) {
			sqlite3_stmt *statement = j == 0 ? source : insert;

			sqlite3_bind_int64(statement, 1, INT64_C(1) << 40 | i);
			sqlite3_bind_text(statement, 2, title, -1, SQLITE_TRANSIENT);
			sqlite3_bind_text(statement, 3, description, -1, SQLITE_TRANSIENT);
			sqlite3_step(statement);
			sqlite3_reset(statement);
		}
		by_hand[i] = now_us() - start;
		execute("ROLLBACK");
	}
	printf("publication of a nano\n");
	print_times("nmk_nano_publish", publish, PUBLISHED);
	print_times("its row and text index by hand, uncommitted", by_hand, PUBLISHED);
	nmk_session_close(creator);
	sqlite3_finalize(source);
	sqlite3_finalize(insert);
}

/* ---- suggestions ---- */

static size_t letters_at(const char *text, int count)
{
	size_t at = 0;

	while (count-- > 0 && text[at])
		for (at++; (text[at] & 0xC0) == 0x80; at++)
			;
	return at;
}

static double time_suggest(const char *typed)
{
	nmk_suggestion_page *page;
	double start = work_us(), end;

	must(nmk_suggest(guest, typed, 0, &page) == NMK_OK, nmk_session_error(guest)->message);
	end = work_us();
	nmk_suggestion_page_free(page);
	return end - start;
}

static double time_prefix_query(sqlite3_stmt *query, const char *typed)
{
	char match[300];
	double start = work_us();

	snprintf(match, sizeof match, "title : \"%s\" *", typed);
	sqlite3_bind_text(query, 1, match, -1, SQLITE_TRANSIENT);
	while (sqlite3_step(query) == SQLITE_ROW)
		;
	sqlite3_reset(query);
	return work_us() - start;
}

/* The first eight letters of words, one after the other, as they are typed. */
static void bench_suggest(void)
{
	static double ours[KEY_STROKES], theirs[KEY_STROKES];
	sqlite3_stmt *query = prepare("SELECT s.title FROM search_document d JOIN search_source s ON s.document = d.rowid"
	                              " WHERE search_document MATCH ?1 ORDER BY bm25(search_document) LIMIT 8");
	int count = 0, queried = 0;

	while (count < KEY_STROKES) {
		const char *word = some_word();

		for (int letters = 2; letters <= 8 && count < KEY_STROKES; letters++) {
			char typed[256];
			size_t length = letters_at(word, letters);

			snprintf(typed, sizeof typed, "%.*s", (int)length, word);
			ours[count++] = time_suggest(typed);
			if (count % 20 == 0)
				theirs[queried++] = time_prefix_query(query, typed);
		}
	}
	printf("CPU time of suggestions, from the second to the eighth letter\n");
	print_times("nmk_suggest", ours, count);
	print_times("FTS5 prefix query on titles, bm25, top 8", theirs, queried);
	sqlite3_finalize(query);
}

/* ---- corrections ---- */

struct result {
	int    tried, first, listed;
	double times[TYPOS];
};

static struct analyzer *analyzer;

static void fold(const char *word, char plain[256])
{
	struct plain_text text = { .count = 0 };

	must(plain_read(analyzer, word, strlen(word), &text) == 0, "memory");
	snprintf(plain, 256, "%s", text.text.data ? text.text.data : "");
	plain_free(&text);
}

static bool same_word(const char *a, const char *b)
{
	char x[256], y[256];

	fold(a, x);
	fold(b, y);
	return strcmp(x, y) == 0;
}

static bool is_known(const char *word)
{
	char plain[256], *key = plain;

	fold(word, plain);
	return bsearch(&key, known, known_count, sizeof *known, compare_words) != NULL;
}

static void try(struct result *result, const char *typed, const char *meant)
{
	nmk_suggestion_page *page;
	double start = work_us();

	must(nmk_suggest_corrections(guest, typed, 5, &page) == NMK_OK, nmk_session_error(guest)->message);
	result->times[result->tried++] = work_us() - start;
	for (size_t i = 0; i < nmk_suggestion_page_count(page); i++)
		if (same_word(nmk_suggestion_text(nmk_suggestion_page_item(page, i)), meant)) {
			result->first += i == 0;
			result->listed++;
			break;
		}
	nmk_suggestion_page_free(page);
}

static void print_result(const char *what, struct result *result)
{
	printf("%s: %d, right at first %.1f %%, among five %.1f %%\n", what, result->tried, 100.0 * result->first / result->tried,
	       100.0 * result->listed / result->tried);
	print_times("nmk_suggest_corrections", result->times, result->tried);
}

static void bench_list(void)
{
	static struct result result;
	FILE *file = fopen(typo_list, "r");
	char typed[128], meant[128];
	int right = 0;

	if (!file) {
		printf("SKIPPED: %s is missing\n", typo_list);
		return;
	}
	while (fscanf(file, "%127s %127s", typed, meant) == 2 && result.tried < TYPOS)
		if (is_known(typed))
			right++;
		else
			try(&result, typed, meant);
	fclose(file);
	printf("(%d entries of the list are words of the market, or the same word in another spelling)\n", right);
	print_result("LibreOffice's list of misspellings", &result);
}

/* One slip at a place that chance chooses. */
static void slip(const char *word, char typed[256])
{
	size_t length = strlen(word), at = (size_t)chance(length), next = at + 1;
	char letter = (char)('a' + chance(26));

	switch (chance(4)) {
	case 0: snprintf(typed, 256, "%.*s%s", (int)at, word, word + next); break;
	case 1: snprintf(typed, 256, "%.*s%c%s", (int)at, word, letter, word + at); break;
	case 2: snprintf(typed, 256, "%.*s%c%s", (int)at, word, letter, word + next); break;
	case 3: snprintf(typed, 256, "%.*s%.1s%.1s%s", (int)at, word, word + next, word + at, word + next + (word[next] != '\0')); break;
	}
}

static bool is_plain_ascii(const char *word)
{
	for (; *word; word++)
		if ((unsigned char)*word >= 0x80)
			return false;
	return true;
}

static void bench_slips(void)
{
	static struct result result;

	while (result.tried < TYPOS) {
		const char *word = some_word();
		char typed[256];

		if (strlen(word) < SPELLING_SHORTEST + 1 || strlen(word) >= SPELLING_LETTERS || !is_plain_ascii(word) || !is_known(word))
			continue;
		slip(word, typed);
		if (!is_known(typed))
			try(&result, typed, word);
	}
	print_result("Words with one slip, frequent ones oftener", &result);
}

/* Every word there is, compared. */
static void bench_scan(void)
{
	double times[SCANNED];

	for (int i = 0; i < SCANNED; i++) {
		struct letters typed, word;
		double start = work_us();
		const char *some = some_word();
		int best = 99;

		while (!letters_of(some, strlen(some), &typed))
			some = some_word();
		for (size_t j = 0; j < known_count; j++)
			if (letters_of(known[j], strlen(known[j]), &word)) {
				int distance = spelling_distance(&typed, &word, SPELLING_LETTERS);

				best = distance < best ? distance : best;
			}
		times[i] = work_us() - start;
		must(best < 99, "words");
	}
	print_times("comparison with every word", times, SCANNED);
}

int main(int argc, char **argv)
{
	nanos = argc > 1 ? atoi(argv[1]) : nanos;
	word_list = argc > 2 ? argv[2] : word_list;
	typo_list = argc > 3 ? argv[3] : typo_list;
	must(mkdtemp(folder) != NULL, "folder");
	snprintf(path, sizeof path, "%s/market.db", folder);
	analyzer = analyzer_new();
	must(analyzer != NULL, "memory");
	read_words();
	open_market();
	read_known();
	print_sizes();
	bench_publish();
	bench_suggest();
	bench_list();
	bench_slips();
	bench_scan();
	sqlite3_close(hand);
	nmk_session_close(host);
	nmk_session_close(guest);
	nmk_market_close(market);
	printf("left in %s\n", folder);
	return 0;
}
