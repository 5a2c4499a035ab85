/* market.c -- the library's side of the quality benchmark: a market of one file, and nmk_search() as any host calls it.
 *
 * usage: bench_search_market DOCUMENTS LIMIT [strict|RELAX_BELOW] < QUERIES
 *   DOCUMENTS  lines: title TAB description
 *   QUERIES    one a line; for each a line comes back with the numbers (from 0) of the documents that were found, in order
 *   strict     what was found with all words as they were typed only
 *   RELAX_BELOW  as nmk_search_options.relax_below
 *
 * Documents come in through the API. What that refuses, because it is longer than a nano may be or has characters that a title
 * may not have, is written into the file, and the index made anew by the doctor's repair: so that whole pages can be searched. */
#include "../bench.h"

#include <nanomarket.h>
#include <sqlite3.h>
#include <unistd.h>

struct document {
	char  id[40];
	char *title, *description;
	int   number;
};

static char folder[64] = "/tmp/nmk-quality-XXXXXX", path[96];
static nmk_market *market;
static nmk_session *host, *creator, *guest;
static struct document *documents, **refused;
static int document_count, refused_count;

static void open_market(void)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_error error;

	options.create = true;
	options.relaxed_durability = true;
	must(mkdtemp(folder) != NULL, "folder");
	snprintf(path, sizeof path, "%s/market.db", folder);
	must(nmk_market_open(path, &options, &error, &market) == NMK_OK, error.message);
	must(nmk_session_open_system(market, &host) == NMK_OK && nmk_session_open(market, &guest) == NMK_OK, "session");
	registration.username = "xyz";  /* the creator's name is searched too: no query is for this one */
	registration.email = "xyz@example.org";
	must(nmk_user_add(host, &registration, NMK_ROLE_CREATOR, NULL) == NMK_OK, "user");
	must(nmk_session_act_as(host, registration.username, &creator) == NMK_OK, "session");
}

static void close_market(void)
{
	char command[96];

	nmk_session_close(guest);
	nmk_session_close(creator);
	nmk_session_close(host);
	nmk_market_close(market);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	must(system(command) == 0, "removing the market");
}

/* ---- documents ---- */

static nmk_status add(struct document *document, const char *title, const char *description)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano = NULL;
	nmk_status rc;

	fields.title = title;
	fields.description = description;
	fields.duration_minutes = 15;
	rc = nmk_nano_create(creator, &fields, &nano);
	if (rc != NMK_OK)
		return rc;
	snprintf(document->id, sizeof document->id, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	must(nmk_nano_publish(host, document->id) == NMK_OK, title);
	return NMK_OK;
}

static void read_documents(const char *name)
{
	FILE *file = fopen(name, "r");
	char *line = NULL;
	size_t room = 0;
	int capacity = 0;

	must(file != NULL, name);
	while (getline(&line, &room, file) > 0) {
		char *tab = strchr(line, '\t');

		must(tab != NULL, "a document without a tab");
		*tab = '\0';
		tab[1 + strcspn(tab + 1, "\n")] = '\0';
		if (document_count == capacity) {
			capacity = capacity ? 2 * capacity : 256;
			documents = realloc(documents, sizeof *documents * (size_t)capacity);
			must(documents != NULL, "memory");
		}
		documents[document_count] = (struct document){
			.title = strdup(line), .description = strdup(tab[1] ? tab + 1 : "-"), .number = document_count,
		};
		document_count++;
	}
	free(line);
	fclose(file);
}

static void add_documents(void)
{
	refused = calloc((size_t)document_count + 1, sizeof *refused);
	must(refused != NULL, "memory");
	for (int i = 0; i < document_count; i++) {
		struct document *document = &documents[i];
		nmk_status rc = add(document, document->title, document->description);

		if (rc == NMK_EINVALID) {
			refused[refused_count++] = document;
			rc = add(document, "-", "-");
		}
		must(rc == NMK_OK, document->title);
	}
}

/* Rows sort as they were made. */
static void write_refused(void)
{
	static const char sql[] = "UPDATE nano SET title = ?1, description = ?2 WHERE id = ?3";
	nmk_check_report *report = NULL;
	sqlite3 *database;
	sqlite3_stmt *ids, *update;

	if (refused_count == 0)
		return;
	must(sqlite3_open(path, &database) == SQLITE_OK, "opening the file");
	must(sqlite3_prepare_v2(database, "SELECT id FROM nano ORDER BY id", -1, &ids, NULL) == SQLITE_OK,
	     sqlite3_errmsg(database));
	must(sqlite3_prepare_v2(database, sql, -1, &update, NULL) == SQLITE_OK, sqlite3_errmsg(database));
	must(sqlite3_exec(database, "BEGIN", NULL, NULL, NULL) == SQLITE_OK, "begin");
	for (int i = 0, row = -1; i < refused_count; i++) {
		for (; row < refused[i]->number; row++)
			must(sqlite3_step(ids) == SQLITE_ROW, "a nano's row");
		sqlite3_bind_text(update, 1, refused[i]->title, -1, SQLITE_STATIC);
		sqlite3_bind_text(update, 2, refused[i]->description, -1, SQLITE_STATIC);
		sqlite3_bind_value(update, 3, sqlite3_column_value(ids, 0));
		must(sqlite3_step(update) == SQLITE_DONE && sqlite3_changes(database) == 1, "writing a nano");
		sqlite3_reset(update);
	}
	must(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL) == SQLITE_OK, "commit");
	sqlite3_finalize(ids);
	sqlite3_finalize(update);
	sqlite3_close(database);
	must(nmk_market_check(host, true, NULL, NULL, &report) == NMK_OK, nmk_session_error(host)->message);
	nmk_check_report_free(report);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct document *)a)->id, ((const struct document *)b)->id);
}

/* ---- queries ---- */

static int number_of(const nmk_nano *nano)
{
	struct document wanted;
	const struct document *found;

	snprintf(wanted.id, sizeof wanted.id, "%s", nmk_nano_id(nano));
	found = bsearch(&wanted, documents, (size_t)document_count, sizeof *documents, by_id);
	must(found != NULL, "a nano of ours");
	return found->number;
}

static double answer(const char *text, int limit, const char *mode)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;
	double begin = now_us(), taken;

	options.text = text;
	options.limit = limit;
	options.strict = strcmp(mode, "strict") == 0;
	options.relax_below = atoi(mode);
	must(nmk_search(guest, &options, &page) == NMK_OK, text);
	taken = now_us() - begin;
	for (size_t i = 0; i < nmk_search_page_count(page); i++)
		printf("%s%d", i ? "," : "", number_of(nmk_search_page_item(page, i)));
	putchar('\n');
	nmk_search_page_free(page);
	return taken;
}

int main(int argc, char **argv)
{
	char *line = NULL;
	size_t room = 0;
	double begin = now_us(), loaded, searched = 0;
	int count = 0;

	must(argc == 3 || argc == 4, "usage: bench_search_market DOCUMENTS LIMIT [strict|RELAX_BELOW] < QUERIES; that");
	open_market();
	read_documents(argv[1]);
	add_documents();
	write_refused();
	loaded = now_us() - begin;
	qsort(documents, (size_t)document_count, sizeof *documents, by_id);
	for (; getline(&line, &room, stdin) > 0; count++) {
		line[strcspn(line, "\n")] = '\0';
		searched += answer(line, atoi(argv[2]), argc == 4 ? argv[3] : "");
	}
	fprintf(stderr, "market: %d documents in %.1f s (%d past the API), %d queries, %.0f us each\n", document_count,
		loaded / 1e6, refused_count, count, count ? searched / count : 0);
	free(line);
	for (int i = 0; i < document_count; i++) {
		free(documents[i].title);
		free(documents[i].description);
	}
	free(documents);
	free(refused);
	close_market();
	return 0;
}
