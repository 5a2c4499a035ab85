/* german.c -- how fast texts are analysed, beside FTS5's own tokenizer, and what the index of both costs.
 *
 * usage: bench_german FILE [FILE...]     texts, e.g. of the LibreOffice help; without one, sentences made of the words of a vocabulary */
#include "bench.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "alternatives.h"
#include "lexicon.h"
#include "tokenizer_sqlite.h"

#define TEXT_BYTES (8 << 20)
#define DOCUMENT_BYTES 600

/* One thread, and no waiting: the processor's time is the fairer one on a machine that others use. */
static double cpu_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static char *text;
static size_t length;

static int count_term(void *context, const struct term *term)
{
	(void)term;
	++*(size_t *)context;
	return 0;
}

static void read_file(const char *path)
{
	FILE *file = fopen(path, "rb");

	must(file != NULL, path);
	length += fread(text + length, 1, TEXT_BYTES - length, file);
	fclose(file);
}

/* Words of the vocabulary, the early ones often: as unequal as those of a language (Zipf). */
static void make_text(void)
{
	FILE *file = fopen(NMK_SHARED_DIR "/data/search/snowball_german_voc.txt", "rb");
	static char words[40000][64];
	uint64_t random = 42;
	size_t count = 0;

	must(file != NULL, "the vocabulary in the shared data");
	while (count < 40000 && fgets(words[count], sizeof words[count], file)) {
		words[count][strcspn(words[count], "\n")] = '\0';
		count++;
	}
	fclose(file);
	while (length + 100 < TEXT_BYTES) {
		double uniform;
		size_t word;

		random = random * 6364136223846793005ULL + 1442695040888963407ULL;
		uniform = (double)(random >> 11) / 9007199254740992.0;
		word = (size_t)((double)count * uniform * uniform * uniform * uniform);
		length += (size_t)snprintf(text + length, 80, "%s%s", words[word * 7919 % count], random >> 60 == 0 ? ". " : " ");
	}
}

static double megabytes_per_second(struct analyzer *analyzer, enum analyzer_language language)
{
	double best = 0;

	for (int round = 0; round < 5; round++) {
		size_t terms = 0;
		double start = cpu_us(), speed;

		must(analyzer_run(analyzer, language, ANALYZER_DOCUMENT, text, length, count_term, &terms) == 0, "analysis");
		speed = (double)length / (cpu_us() - start);
		best = speed > best ? speed : best;
	}
	return best;
}

static void measure_speed(void)
{
	struct analyzer *with = analyzer_new(), *without = analyzer_new_with(NULL, NULL);

	must(with && without, "analyzer");
	printf("analysis of %.1f MB:  %.1f MB/s; without lexicon %.1f MB/s; as English %.1f MB/s\n", (double)length / 1e6,
	       megabytes_per_second(with, ANALYZER_GERMAN), megabytes_per_second(without, ANALYZER_GERMAN),
	       megabytes_per_second(with, ANALYZER_ENGLISH));
	analyzer_free(with);
	analyzer_free(without);
}

static void measure_lexicon(void)
{
	double times[ROUNDS];
	struct stat status;

	for (int i = 0; i < ROUNDS; i++) {
		struct lexicon_word word;
		struct lexicon *lexicon;
		double start = cpu_us();

		must(lexicon_open(NMK_LEXICON_BUILT, &lexicon) == LEXICON_OK, "lexicon");
		must(lexicon_find(lexicon, "haus", 4, &word), "word");
		times[i] = cpu_us() - start;
		lexicon_close(lexicon);
	}
	must(stat(NMK_LEXICON_BUILT, &status) == 0, "size of the lexicon");
	printf("lexicon: %.2f MB, opened and asked in %.0f us\n", (double)status.st_size / 1e6, median(times, ROUNDS));
}

struct cost {
	double microseconds;
	double bytes;
};

static double number(sqlite3 *database, const char *sql)
{
	sqlite3_stmt *statement;
	double value;

	must(sqlite3_prepare_v2(database, sql, -1, &statement, NULL) == SQLITE_OK, sql);
	must(sqlite3_step(statement) == SQLITE_ROW, sql);
	value = sqlite3_column_double(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

/* The same documents in an index of their own, merged into one piece. */
static struct cost index_with(const char *tokenizer)
{
	struct cost cost;
	sqlite3_stmt *insert;
	sqlite3 *database;
	char sql[200];
	double start;

	must(sqlite3_open(":memory:", &database) == SQLITE_OK, "database");
	must(tokenizer_sqlite_register(database, NULL) == SQLITE_OK, "tokenizer");
	snprintf(sql, sizeof sql, "CREATE VIRTUAL TABLE document USING fts5(text, tokenize='%s')", tokenizer);
	must(sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
	must(sqlite3_prepare_v2(database, "INSERT INTO document(text) VALUES(?1)", -1, &insert, NULL) == SQLITE_OK, "insert");
	start = cpu_us();
	must(sqlite3_exec(database, "BEGIN", NULL, NULL, NULL) == SQLITE_OK, "begin");
	for (size_t at = 0; at < length; at += DOCUMENT_BYTES) {
		sqlite3_bind_text(insert, 1, text + at, (int)(length - at < DOCUMENT_BYTES ? length - at : DOCUMENT_BYTES), SQLITE_STATIC);
		must(sqlite3_step(insert) == SQLITE_DONE, "insert");
		sqlite3_reset(insert);
	}
	must(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
	cost.microseconds = cpu_us() - start;
	sqlite3_finalize(insert);
	must(sqlite3_exec(database, "INSERT INTO document(document) VALUES('optimize')", NULL, NULL, NULL) == SQLITE_OK, "optimize");
	cost.bytes = number(database, "SELECT SUM(LENGTH(block)) FROM document_data");
	sqlite3_close(database);
	return cost;
}

static void measure_index(void)
{
	double times[5], sizes = 0;

	for (int i = 0; i < 5; i++) {
		struct cost theirs = index_with("unicode61"), ours = index_with("nanomarket de");

		times[i] = ours.microseconds / theirs.microseconds;
		sizes = ours.bytes / theirs.bytes;
	}
	printf("table of FTS5 beside unicode61: %.2fx its time, %.2fx its size\n", median(times, 5), sizes);
}

int main(int count, char **files)
{
	text = malloc(TEXT_BYTES);
	must(text != NULL, "memory");
	for (int i = 1; i < count; i++)
		read_file(files[i]);
	if (count < 2)
		make_text();
	measure_lexicon();
	measure_speed();
	measure_index();
	free(text);
	return 0;
}
