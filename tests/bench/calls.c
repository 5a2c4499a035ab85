/* calls.c -- a call of the library beside the hand-written SQLite statements that do the same work.
 * Both sides use the same schema, settings and prepared statements; rounds alternate; the ratio is that of the medians.
 * usage: bench_calls [ROWS] */
#include "bench.h"

#include <nanomarket.h>
#include <sqlite3.h>
#include <unistd.h>
#include "tokenizer_sqlite.h"

#define PER_ROUND 300
#define CATEGORIES 12

static int rows = 10000;
static char folder[64] = "/tmp/nmk-bench-XXXXXX", path[96], hand_path[96];

static nmk_market *market;
static nmk_session *host, *guest, *member, *creator, *learner;
static char (*ids)[40], (*rating_ids)[40];
static char category_ids[CATEGORIES][40];

static sqlite3 *hand;
enum { BEGIN_READ, BEGIN, COMMIT, ACTOR, GET, TOPICS, LIST, INSERT, TOPIC_ADD, TOPIC_FIND, LOAD, PUBLISH, SOURCE, INDEX, FIND, SEEN, RATED,
       RATE, RATING, FACTS, APPROVE, SCORES, COMMENTS, FIGURES, HAND_COUNT };
static sqlite3_stmt *hand_statements[HAND_COUNT];
static sqlite3_int64 *numbers, hand_creator, hand_learner, hand_categories[CATEGORIES];

#define NANO_COLUMNS "n.id, n.title, n.description, n.duration_minutes, n.competency_level, n.language, n.format, n.license," \
	" n.status, n.version, n.creator_id, u.username, n.created_at, n.updated_at, n.submitted_at, n.published_at," \
	" n.archived_at, n.review_reason, n.download_count, n.rating_count, n.rating_average_hundredths, n.rating_median_hundredths," \
	" n.rating_count_1, n.rating_count_2, n.rating_count_3, n.rating_count_4, n.rating_count_5, n.comment_count"

static const char *const hand_texts[HAND_COUNT] = {
	[BEGIN_READ] = "BEGIN",
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[ACTOR] = "SELECT role, status FROM user_account WHERE id = ?1",
	[GET] = "SELECT " NANO_COLUMNS " FROM nano n JOIN user_account u ON u.id = n.creator_id WHERE n.id = ?1",
	[TOPICS] = "SELECT c.id, c.name FROM nano_category a JOIN category c ON c.id = a.category_id WHERE a.nano_id = ?1 ORDER BY a.position",
	[LIST] = "SELECT " NANO_COLUMNS " FROM nano n JOIN user_account u ON u.id = n.creator_id WHERE n.status = 'published' AND n.id < ?1"
	         " ORDER BY n.id DESC LIMIT 20",
	[INSERT] = "INSERT INTO nano (id, creator_id, title, title_key, description, duration_minutes, competency_level, language, format,"
	           " license, status, download_count, rating_count, rating_count_1, rating_count_2, rating_count_3, rating_count_4,"
	           " rating_count_5, comment_count, created_at, updated_at) VALUES (?1, ?2, ?3, ?3, ?4, 15, 'beginner', 'de', 'mixed',"
	           " 'CC-BY', 'draft', 0, 0, 0, 0, 0, 0, 0, 0, 1, 1)",
	[TOPIC_ADD] = "INSERT INTO nano_category (nano_id, category_id, position) VALUES (?1, ?2, 0)",
	[TOPIC_FIND] = "SELECT id, active FROM category WHERE id = ?1",
	[LOAD] = "SELECT " NANO_COLUMNS " FROM nano n JOIN user_account u ON u.id = n.creator_id WHERE n.id = ?1",
	[PUBLISH] = "UPDATE nano SET status = 'published', published_at = 2, updated_at = 2 WHERE id = ?1 AND status = 'draft'",
	[SOURCE] = "INSERT INTO search_source (document, nano_id, title, description, topics, creator, language)"
	           " SELECT MAX(document) + 1, ?1, ?2, ?3, ?4, 'bench', 'de' FROM search_source",
	[INDEX] = "INSERT INTO search_document (rowid, title, description, topics, creator)"
	          " SELECT document, title, description, topics, creator FROM search_source WHERE nano_id = ?1",
	[FIND] = "SELECT id, status FROM user_account WHERE username_key = 'bench'",
	[SEEN] = "UPDATE user_account SET last_login_at = last_login_at + 1 WHERE id = ?1",
	[RATED] = "SELECT id FROM rating WHERE nano_id = ?1 AND user_id = ?2",
	[RATE] = "INSERT INTO rating (id, nano_id, creator_id, user_id, score, status, revision, created_at, submitted_at)"
	         " VALUES (?1, ?2, ?3, ?4, 4, 'pending', 1, 1, 1)",
	[FACTS] = "SELECT r.nano_id, r.creator_id, r.user_id, r.status, n.status FROM rating r JOIN nano n ON n.id = r.nano_id WHERE r.id = ?1",
	[APPROVE] = "UPDATE rating SET status = 'approved', moderation_reason = NULL, moderated_at = 1 WHERE id = ?1",
	[SCORES] = "SELECT score, COUNT(*) FROM rating WHERE nano_id = ?1 AND status = 'approved' GROUP BY score",
	[COMMENTS] = "SELECT COUNT(*) FROM comment WHERE nano_id = ?1 AND status = 'approved'",
	[FIGURES] = "UPDATE nano SET rating_count = 1, rating_average_hundredths = 400, rating_median_hundredths = 400, rating_count_1 = 0,"
	            " rating_count_2 = 0, rating_count_3 = 0, rating_count_4 = 1, rating_count_5 = 0, comment_count = 0 WHERE id = ?1",
	[RATING] = "SELECT r.id, r.nano_id, n.title, r.user_id, u.username, r.score, r.status, r.revision, r.moderation_reason, r.created_at,"
	           " r.submitted_at, r.moderated_at, (SELECT COUNT(*) FROM nano_download d WHERE d.nano_id = r.nano_id AND d.user_id ="
	           " r.user_id) FROM rating r JOIN nano n ON n.id = r.nano_id JOIN user_account u ON u.id = r.user_id WHERE r.id = ?1",
};

static void hand_open(void)
{
	must(sqlite3_open_v2(hand_path, &hand, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK, "open");
	sqlite3_exec(hand, "PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-8192; PRAGMA secure_delete=ON;"
	                   "PRAGMA wal_autocheckpoint=4000; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON",
	             NULL, NULL, NULL);
	must(tokenizer_sqlite_register(hand, NULL) == SQLITE_OK, "tokenizer");
	for (int i = 0; i < HAND_COUNT; i++)
		must(sqlite3_prepare_v3(hand, hand_texts[i], -1, SQLITE_PREPARE_PERSISTENT, &hand_statements[i], NULL) == SQLITE_OK,
		     sqlite3_errmsg(hand));
}

/* Step to the end and read every column, as a program that uses the row must. */
static volatile size_t sink;
static void run(int which)
{
	sqlite3_stmt *statement = hand_statements[which];
	int code;

	while ((code = sqlite3_step(statement)) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(statement); i++)
			sink += sqlite3_column_type(statement, i) == SQLITE_INTEGER
			      ? (size_t)sqlite3_column_int64(statement, i)
			      : sqlite3_column_text(statement, i) ? strlen((const char *)sqlite3_column_text(statement, i)) : 0;
	must(code == SQLITE_DONE, sqlite3_errmsg(hand));
	sqlite3_reset(statement);
}

static void run_with(int which, sqlite3_int64 id)
{
	sqlite3_bind_int64(hand_statements[which], 1, id);
	run(which);
}

/* ---- the data ---- */

static const char *const words[] = { "Tabellen", "Datenschutz", "Rechnung", "Pflege", "Schweißen", "Steuer", "Vortrag",
	"Grundlagen", "Übung", "Prüfung", "Kalkulation", "Sicherheit", "Lager", "Bewerbung", "Gespräch", "Vertrag" };
#define WORD(i) words[(unsigned)(i) * 2654435761u >> 28]

static void title_of(int i, char *title, size_t room)
{
	snprintf(title, room, "%s und %s im Betrieb %d", WORD(i), WORD(i * 7 + 3), i);
}

static const char description[] = "Eine kurze Lerneinheit mit Übungen und Prüfungsfragen für den Alltag in Betrieb und Verwaltung.";

static void create(int i, bool keep)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	const char *category = category_ids[i % CATEGORIES];
	char title[120];
	nmk_nano *nano;

	title_of(i, title, sizeof title);
	fields.title = title;
	fields.description = description;
	fields.duration_minutes = 15;
	fields.license = NMK_LICENSE_CC_BY;
	fields.category_ids = &category;
	fields.category_count = 1;
	must(nmk_nano_create(creator, &fields, &nano) == NMK_OK, nmk_session_error(creator)->message);
	if (keep)
		snprintf(ids[i], sizeof ids[i], "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
}

static void prepare(void)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_error error;

	options.create = true;
	options.relaxed_durability = true;
	must(nmk_market_open(path, &options, &error, &market) == NMK_OK, error.message);
	must(nmk_session_open_system(market, &host) == NMK_OK && nmk_session_open(market, &guest) == NMK_OK, "session");
	registration.username = "bench";
	registration.email = "bench@example.org";
	must(nmk_user_add(host, &registration, NMK_ROLE_CREATOR, NULL) == NMK_OK, "user");
	must(nmk_session_act_as(host, "bench", &creator) == NMK_OK, "session");
	must(nmk_session_act_as(host, "bench", &member) == NMK_OK, "session");
	registration.username = "learner";
	registration.email = "learner@example.org";
	must(nmk_user_add(host, &registration, NMK_ROLE_CONSUMER, NULL) == NMK_OK, "user");
	must(nmk_session_act_as(host, "learner", &learner) == NMK_OK, "session");
	for (int i = 0; i < CATEGORIES; i++) {
		char name[32];
		nmk_category *category;

		snprintf(name, sizeof name, "Thema %d", i);
		must(nmk_category_create(host, name, NULL, NULL, NULL, &category) == NMK_OK, "category");
		snprintf(category_ids[i], sizeof category_ids[i], "%s", nmk_category_id(category));
		nmk_category_free(category);
	}
	ids = calloc((size_t)rows, sizeof *ids);
	numbers = calloc((size_t)rows, sizeof *numbers);
	rating_ids = calloc((size_t)rows / 2, sizeof *rating_ids);
	must(ids && numbers && rating_ids, "memory");
	for (int i = 0; i < rows; i++) {
		create(i, true);
		if (i % 2 == 0)
			must(nmk_nano_publish(host, ids[i]) == NMK_OK, nmk_session_error(host)->message);
	}
	must(nmk_market_backup(host, hand_path, NULL, NULL) == NMK_OK, nmk_session_error(host)->message);
	hand_open();
	sqlite3_exec(hand, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);

	sqlite3_stmt *statement;
	int i = 0;
	sqlite3_prepare_v2(hand, "SELECT id, creator_id FROM nano ORDER BY id", -1, &statement, NULL);
	while (sqlite3_step(statement) == SQLITE_ROW && i < rows) {
		numbers[i++] = sqlite3_column_int64(statement, 0);
		hand_creator = sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	must(i == rows, "copy");
	sqlite3_prepare_v2(hand, "SELECT id FROM user_account WHERE username = 'learner'", -1, &statement, NULL);
	must(sqlite3_step(statement) == SQLITE_ROW, "learner");
	hand_learner = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	i = 0;
	sqlite3_prepare_v2(hand, "SELECT id FROM category ORDER BY id", -1, &statement, NULL);
	while (sqlite3_step(statement) == SQLITE_ROW && i < CATEGORIES)
		hand_categories[i++] = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
}

/* ---- pairs: the library's way and the hand-written way, the i-th time ---- */

static int published(int i)
{
	return (int)((unsigned)i * 2654435761u % (unsigned)rows) / 2 * 2;
}

static void library_get(int i)
{
	nmk_nano *nano;

	must(nmk_nano_get(guest, ids[published(i)], &nano) == NMK_OK, nmk_session_error(guest)->message);
	sink += strlen(nmk_nano_title(nano));
	nmk_nano_free(nano);
}

static void hand_get(int i)
{
	run(BEGIN_READ);
	run_with(GET, numbers[published(i)]);
	run_with(TOPICS, numbers[published(i)]);
	run(COMMIT);
}

static void library_get_member(int i)
{
	nmk_nano *nano;

	must(nmk_nano_get(member, ids[published(i)], &nano) == NMK_OK, nmk_session_error(member)->message);
	sink += strlen(nmk_nano_title(nano));
	nmk_nano_free(nano);
}

static void hand_get_member(int i)
{
	run(BEGIN_READ);
	run_with(ACTOR, hand_creator);
	run_with(GET, numbers[published(i)]);
	run_with(TOPICS, numbers[published(i)]);
	run(COMMIT);
}

static void library_list(int i)
{
	nmk_nano_page *page;

	(void)i;
	must(nmk_nano_list(guest, NULL, &page) == NMK_OK, nmk_session_error(guest)->message);
	sink += nmk_nano_page_count(page);
	nmk_nano_page_free(page);
}

static void hand_list(int i)
{
	(void)i;
	run(BEGIN_READ);
	run_with(LIST, INT64_MAX);
	for (int row = 0; row < 20; row++)
		run_with(TOPICS, numbers[(rows - 1 - row) / 2 * 2]);
	run(COMMIT);
}

static void library_create(int i)
{
	create(rows + i, false);
}

static void hand_create(int i)
{
	static sqlite3_int64 next = INT64_C(1) << 62;
	char title[120];

	next += 1 << 22;
	title_of(rows + i, title, sizeof title);
	run(BEGIN);
	run_with(ACTOR, hand_creator);
	run_with(TOPIC_FIND, hand_categories[i % CATEGORIES]);
	sqlite3_bind_int64(hand_statements[INSERT], 2, hand_creator);
	sqlite3_bind_text(hand_statements[INSERT], 3, title, -1, SQLITE_STATIC);
	sqlite3_bind_text(hand_statements[INSERT], 4, description, -1, SQLITE_STATIC);
	run_with(INSERT, next);
	sqlite3_bind_int64(hand_statements[TOPIC_ADD], 2, hand_categories[i % CATEGORIES]);
	run_with(TOPIC_ADD, next);
	run_with(LOAD, next); /* the library hands the new nano back */
	run_with(TOPICS, next);
	run(COMMIT);
}

static void library_publish(int i)
{
	must(nmk_nano_publish(host, ids[i * 2 + 1]) == NMK_OK, nmk_session_error(host)->message);
}

static void hand_publish(int i)
{
	sqlite3_int64 id = numbers[i * 2 + 1];
	char title[120], topic[32];

	title_of(i * 2 + 1, title, sizeof title);
	snprintf(topic, sizeof topic, "Thema %d", (i * 2 + 1) % CATEGORIES);
	run(BEGIN);
	run_with(LOAD, id);
	run_with(TOPICS, id);
	run_with(PUBLISH, id);
	for (int which = SOURCE; which <= INDEX; which++) {
		sqlite3_bind_text(hand_statements[which], 2, title, -1, SQLITE_STATIC);
		sqlite3_bind_text(hand_statements[which], 3, description, -1, SQLITE_STATIC);
		sqlite3_bind_text(hand_statements[which], 4, topic, -1, SQLITE_STATIC);
		run_with(which, id);
	}
	run(COMMIT);
}

static void library_rate(int i)
{
	nmk_rating *rating;

	must(nmk_rating_create(learner, ids[i * 2], 4, NULL, &rating) == NMK_OK, nmk_session_error(learner)->message);
	snprintf(rating_ids[i], sizeof rating_ids[i], "%s", nmk_rating_id(rating));
	nmk_rating_free(rating);
}

/* Ids as large as the library's, and one after the other. */
static sqlite3_int64 hand_rating(int i)
{
	return (INT64_C(1) << 61) + i * (INT64_C(1) << 22);
}

static void hand_rate(int i)
{
	sqlite3_int64 id = numbers[i * 2];

	run(BEGIN);
	run_with(ACTOR, hand_learner);
	run_with(GET, id);
	sqlite3_bind_int64(hand_statements[RATED], 2, hand_learner);
	run_with(RATED, id);
	sqlite3_bind_int64(hand_statements[RATE], 2, id);
	sqlite3_bind_int64(hand_statements[RATE], 3, hand_creator);
	sqlite3_bind_int64(hand_statements[RATE], 4, hand_learner);
	run_with(RATE, hand_rating(i));
	run_with(RATING, hand_rating(i)); /* the library hands it back */
	run(COMMIT);
}

static void library_approve(int i)
{
	must(nmk_rating_approve(host, rating_ids[i], 1) == NMK_OK, nmk_session_error(host)->message);
}

static void hand_approve(int i)
{
	sqlite3_int64 id = numbers[i * 2];

	run(BEGIN);
	run_with(FACTS, hand_rating(i));
	run_with(APPROVE, hand_rating(i));
	run_with(SCORES, id);
	run_with(COMMENTS, id);
	run_with(FIGURES, id);
	run(COMMIT);
}

static void library_login(int i)
{
	nmk_session *session;

	(void)i;
	must(nmk_session_act_as(host, "bench", &session) == NMK_OK, nmk_session_error(host)->message);
	nmk_session_close(session);
}

static void hand_login(int i)
{
	(void)i;
	run(BEGIN);
	run(FIND);
	run_with(SEEN, hand_creator);
	run(COMMIT);
}

static void compare(const char *name, const char *aim, void (*library)(int), void (*by_hand)(int), int per_round, int rounds)
{
	double library_us[ROUNDS], hand_us[ROUNDS], ours, theirs;

	for (int round = 0; round < rounds; round++) {
		double begin = now_us();

		for (int i = 0; i < per_round; i++)
			library(round * per_round + i);
		library_us[round] = (now_us() - begin) / per_round;
		begin = now_us();
		for (int i = 0; i < per_round; i++)
			by_hand(round * per_round + i);
		hand_us[round] = (now_us() - begin) / per_round;
	}
	ours = median(library_us, rounds);
	theirs = median(hand_us, rounds);
	printf("%-34s %10.1f %10.1f %8.2fx %8s\n", name, ours, theirs, ours / theirs, aim);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	int publish_rounds;

	if (argc > 1)
		rows = atoi(argv[1]);
	must(rows >= 1000, "at least 1000 rows");
	must(mkdtemp(folder) != NULL, "folder");
	snprintf(path, sizeof path, "%s/market.db", folder);
	snprintf(hand_path, sizeof hand_path, "%s/hand.db", folder);
	prepare();
	printf("%d nanos, SQLite %s, synchronous=NORMAL on both sides (the disk's sync would hide the work)\n", rows,
	       sqlite3_libversion());
	printf("%-34s %10s %10s %9s %8s\n", "call", "library us", "hand us", "ratio", "aim");
	compare("nano get, guest", "1.2x", library_get, hand_get, PER_ROUND, ROUNDS);
	compare("nano get, member", "1.2x", library_get_member, hand_get_member, PER_ROUND, ROUNDS);
	compare("list page of 20", "1.2x", library_list, hand_list, PER_ROUND / 5, ROUNDS);
	compare("login without hashing", "1.5x", library_login, hand_login, PER_ROUND, ROUNDS);
	publish_rounds = rows / 2 / PER_ROUND < ROUNDS ? rows / 2 / PER_ROUND : ROUNDS;
	compare("publish", "1.5x", library_publish, hand_publish, PER_ROUND, publish_rounds);
	compare("rate", "1.5x", library_rate, hand_rate, PER_ROUND, publish_rounds);
	compare("approve a rating, and count", "1.5x", library_approve, hand_approve, PER_ROUND, publish_rounds);
	compare("import (create), row by row", "1.5x", library_create, hand_create, rows / ROUNDS, ROUNDS);
	nmk_session_close(host);
	nmk_session_close(guest);
	nmk_session_close(member);
	nmk_session_close(creator);
	nmk_session_close(learner);
	nmk_market_close(market);
	printf("left in %s\n", folder);
	return 0;
}
