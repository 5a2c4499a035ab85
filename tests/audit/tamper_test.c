/* Whoever changes the log in the store's file is found out: random changes of a real log, by somebody who has the file, knows the format,
 * and has no key. NMK_AUDIT_TAMPERINGS says how many; 1500 by default, 100000 before a release. */
#include "audit_test.h"

#include <sodium.h>
#include <stdlib.h>
#include "note.h"
#include "tree.h"

#define ENTRIES 270 /* more than a tile */

static sqlite3 *db;
static uint64_t seed = 20261125;
static char done[300]; /* what the last tampering was */

/* xorshift64*: the same tamperings in every run */
static uint64_t any(uint64_t below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * UINT64_C(2685821657736338717) >> 11) % below;
}

static void run(const char *sql)
{
	char *message = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
}

static void run_with(const char *format, long long a, long long b)
{
	char *sql = sqlite3_mprintf(format, a, b);

	snprintf(done, sizeof done, "%s", sql);
	run(sql);
	sqlite3_free(sql);
}

static int64_t number(const char *sql)
{
	sqlite3_stmt *statement;
	int64_t value;

	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
	assert_int_equal(SQLITE_ROW, sqlite3_step(statement));
	value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static const char *const tables[] = { "audit_event", "audit_log", "audit_tile", "audit_checkpoint" };
#define TABLES (sizeof tables / sizeof tables[0])

static int setup(void **state)
{
	struct world *w;

	world_setup(state);
	w = *state;
	for (int i = 0; i < ENTRIES; i++) {
		if (i % 30 == 0)
			world_advance(w, 60000);
		assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, i % 2 == 0, NULL, NULL));
		if (i % 90 == 0)
			assert_status(NMK_OK, nmk_user_suspend(w->admin, nmk_session_user_id(w->stranger), "Grund", w->now + 1 + i));
	}
	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
	run("PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = ON; ATTACH ':memory:' AS keep");
	for (size_t i = 0; i < TABLES; i++)
		run_with("CREATE TABLE keep.t%lld AS SELECT * FROM main.audit_event LIMIT %lld", (long long)i, 0);
	for (size_t i = 0; i < TABLES; i++) {
		char *sql = sqlite3_mprintf("DROP TABLE keep.t%d; CREATE TABLE keep.%s AS SELECT * FROM main.%s", (int)i, tables[i], tables[i]);

		run(sql);
		sqlite3_free(sql);
	}
	assert_sound(w->system);
	return 0;
}

static int teardown(void **state)
{
	sqlite3_close(db);
	return world_teardown(state);
}

static void undo(const char *table)
{
	char *sql = sqlite3_mprintf("BEGIN; DELETE FROM main.%s; INSERT INTO main.%s SELECT * FROM keep.%s; COMMIT", table, table, table);

	run(sql);
	sqlite3_free(sql);
}

/* ---- the ways ---- */

/* One bit of one value of one row. */
static void flip(const char *table)
{
	char *sql = sqlite3_mprintf("SELECT rowid, * FROM main.%s LIMIT 1 OFFSET %lld", table,
		(long long)any((uint64_t)number(sqlite3_snprintf(80, (char[80]){ 0 }, "SELECT count(*) FROM main.%s", table))));
	sqlite3_stmt *read, *write;
	int column, size;
	unsigned char *bytes;

	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &read, NULL));
	sqlite3_free(sql);
	assert_int_equal(SQLITE_ROW, sqlite3_step(read));
	do
		column = 1 + (int)any((uint64_t)sqlite3_column_count(read) - 1);
	while (sqlite3_column_type(read, column) == SQLITE_NULL
	       || (sqlite3_column_type(read, column) != SQLITE_INTEGER && sqlite3_column_bytes(read, column) == 0));
	sql = sqlite3_mprintf("UPDATE main.%s SET %s = ?1 WHERE rowid = %lld", table, sqlite3_column_name(read, column),
	                      (long long)sqlite3_column_int64(read, 0));
	snprintf(done, sizeof done, "%s", sql);
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &write, NULL));
	sqlite3_free(sql);
	size = sqlite3_column_bytes(read, column);
	if (sqlite3_column_type(read, column) == SQLITE_INTEGER) {
		sqlite3_bind_int64(write, 1, sqlite3_column_int64(read, column) ^ (1LL << any(52)));
	} else {
		bytes = malloc((size_t)size);
		memcpy(bytes, sqlite3_column_blob(read, column), (size_t)size);
		bytes[any((uint64_t)size)] ^= (unsigned char)(1 << any(8));
		if (sqlite3_column_type(read, column) == SQLITE_BLOB)
			sqlite3_bind_blob(write, 1, bytes, size, SQLITE_TRANSIENT);
		else
			sqlite3_bind_text(write, 1, (const char *)bytes, size, SQLITE_TRANSIENT);
		free(bytes);
	}
	sqlite3_finalize(read);
	if (sqlite3_step(write) != SQLITE_DONE) /* the key of another row: try again */
		done[0] = '\0';
	sqlite3_finalize(write);
}

#define FIRST "(SELECT min(id) FROM audit_event)"
#define COLUMNS "created_at, operation, action, actor_kind, actor, object_type, object, result, details, key_id, sealed, commitment, leaf"

static void delete_entries(int64_t count)
{
	long long at = (long long)any((uint64_t)count);

	run_with("DELETE FROM audit_event WHERE id = (SELECT min(id) FROM keep.audit_event) + %lld + %lld", at, 0);
	if (any(2) && at < count - 1) { /* and close the gap */
		run_with("UPDATE audit_event SET id = -id WHERE id > (SELECT min(id) FROM keep.audit_event) + %lld + %lld", at, 0);
		run("UPDATE audit_event SET id = -id - 1 WHERE id < 0");
	}
}

static void insert_entry(int64_t count)
{
	long long at = (long long)any((uint64_t)count), from = (long long)any((uint64_t)count);

	if (any(2)) { /* at the end, or into another year */
		run_with("INSERT INTO audit_event (id, " COLUMNS ") SELECT (SELECT max(id) FROM audit_event) + %lld, " COLUMNS
		         " FROM audit_event WHERE id = " FIRST " + %lld", any(2) ? 1 : 1LL << 40, from);
		return;
	}
	run_with("UPDATE audit_event SET id = -id WHERE id >= " FIRST " + %lld + %lld", at, 0);
	run("UPDATE audit_event SET id = -id + 1 WHERE id < 0");
	run_with("INSERT INTO audit_event (id, " COLUMNS ") SELECT (SELECT min(id) FROM keep.audit_event) + %lld, " COLUMNS
	         " FROM keep.audit_event WHERE id = (SELECT min(id) FROM keep.audit_event) + %lld", at, from);
}

static void swap_entries(int64_t count)
{
	long long a = (long long)any((uint64_t)count - 1), b = a + 1 + (long long)any((uint64_t)count - 1 - (uint64_t)a);

	run_with("UPDATE audit_event SET id = -1 WHERE id = (SELECT min(id) FROM keep.audit_event) + %lld + %lld", a, 0);
	run_with("UPDATE audit_event SET id = (SELECT min(id) FROM keep.audit_event) + %lld WHERE id = (SELECT min(id) FROM "
	         "keep.audit_event) + %lld", a, b);
	run_with("UPDATE audit_event SET id = (SELECT min(id) FROM keep.audit_event) + %lld + %lld WHERE id = -1", b, 0);
}

/* The state that the log would have with the first `count` entries, as anybody can compute it; but not its seal. */
static void rewrite_state(int64_t count)
{
	struct tree_range range = { 0 };
	struct tree_hash leaf;
	sqlite3_stmt *read, *write;

	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT leaf FROM audit_event ORDER BY id", -1, &read, NULL));
	while ((int64_t)range.size < count && sqlite3_step(read) == SQLITE_ROW) {
		if (sqlite3_column_bytes(read, 0) == sizeof leaf)
			memcpy(&leaf, sqlite3_column_blob(read, 0), sizeof leaf);
		tree_append(&range, &leaf);
	}
	sqlite3_finalize(read);
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "UPDATE audit_log SET size = ?1, hashes = ?2, checkpoint_size = (SELECT "
		"coalesce(max(size), 0) FROM audit_checkpoint)", -1, &write, NULL));
	sqlite3_bind_int64(write, 1, (int64_t)range.size);
	sqlite3_bind_blob(write, 2, range.hashes, range.count * TREE_HASH_BYTES, SQLITE_TRANSIENT);
	assert_int_equal(SQLITE_DONE, sqlite3_step(write));
	sqlite3_finalize(write);
}

static void truncate(int64_t count)
{
	long long left = (long long)any((uint64_t)count);
	bool thorough = any(2);

	run_with("DELETE FROM audit_event WHERE id >= " FIRST " + %lld + %lld", left, 0);
	if (thorough) {
		run_with("DELETE FROM audit_checkpoint WHERE size > %lld + %lld", left, 0);
		if (left < 256)
			run("DELETE FROM audit_tile");
		rewrite_state(left);
		snprintf(done, sizeof done, "truncated to %lld, state written again", left);
	}
}

/* Another key signs everything anew. */
static void other_key(void)
{
	unsigned char public_key[NOTE_PUBLIC_BYTES], secret[NOTE_SECRET_BYTES];
	struct note_key key;
	sqlite3_stmt *read, *write;
	bool show_it = any(2);

	crypto_sign_keypair(public_key, secret);
	assert_true(note_key_make("localhost/audit/2026", public_key, &key));
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT size, note FROM keep.audit_checkpoint", -1, &read, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "UPDATE audit_checkpoint SET note = ?2 WHERE size = ?1", -1, &write, NULL));
	while (sqlite3_step(read) == SQLITE_ROW) {
		const char *note = (const char *)sqlite3_column_text(read, 1);
		struct buffer text = { 0 };

		buffer_add(&text, note, (size_t)(strstr(note, "\n\n") - note) + 1);
		note_sign(&text, &key, secret, true);
		sqlite3_reset(write);
		sqlite3_bind_int64(write, 1, sqlite3_column_int64(read, 0));
		sqlite3_bind_text(write, 2, text.data, (int)text.length, SQLITE_TRANSIENT);
		assert_int_equal(SQLITE_DONE, sqlite3_step(write));
		buffer_free(&text);
	}
	sqlite3_finalize(read);
	sqlite3_finalize(write);
	if (show_it) {
		assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "UPDATE audit_log SET public_key = ?1", -1, &write, NULL));
		sqlite3_bind_blob(write, 1, public_key, sizeof public_key, SQLITE_TRANSIENT);
		assert_int_equal(SQLITE_DONE, sqlite3_step(write));
		sqlite3_finalize(write);
	}
	snprintf(done, sizeof done, "another key%s", show_it ? ", shown" : "");
}

/* As if its time were over. */
static void blank(int64_t count)
{
	run_with("UPDATE audit_event SET created_at = NULL, operation = NULL, action = NULL, actor_kind = NULL, actor = NULL, object_type "
	         "= NULL, object = NULL, result = NULL, details = NULL, key_id = NULL, sealed = NULL, commitment = NULL WHERE id = " FIRST
	         " + %lld + %lld", (long long)any((uint64_t)count), 0);
}

/* The sealed part of another entry, or another action, each with the hash that belongs to the rest. */
static void graft(int64_t count)
{
	run_with("UPDATE audit_event SET details = '{\"consent_type\":\"%lld\"}' WHERE id = " FIRST " + %lld", (long long)any(1000000),
	         (long long)any((uint64_t)count));
}

static void tamper_once(int64_t count)
{
	switch (any(14)) {
	case 0: case 1: case 2: case 3: flip("audit_event"); break;
	case 4:  flip("audit_tile"); break;
	case 5:  flip("audit_checkpoint"); break;
	case 6:  flip("audit_log"); break;
	case 7:  delete_entries(count); break;
	case 8:  insert_entry(count); break;
	case 9:  swap_entries(count); break;
	case 10: truncate(count); break;
	case 11: other_key(); break;
	case 12: any(2) ? blank(count) : graft(count); break;
	case 13:
		if (any(2))
			run_with("DELETE FROM audit_checkpoint WHERE size = (SELECT size FROM audit_checkpoint LIMIT 1 OFFSET %lld + %lld)",
			         (long long)any((uint64_t)number("SELECT count(*) FROM main.audit_checkpoint")), 0);
		else
			run_with("DELETE FROM audit_tile WHERE %lld = %lld", 0, 0);
		break;
	}
}

static bool is_found(struct world *w)
{
	nmk_check_report *report = NULL;
	nmk_status rc = nmk_audit_verify(w->system, NULL, 0, NULL, NULL, &report);
	bool found = rc == NMK_OK && nmk_check_report_count(report) > 0;

	assert_status(NMK_OK, rc);
	nmk_check_report_free(report);
	return found;
}

static void test_tampering__is_always_found(void **state)
{
	struct world *w = *state;
	int64_t count = number("SELECT count(*) FROM main.audit_event");
	const char *wanted = getenv("NMK_AUDIT_TAMPERINGS");
	long all = wanted ? atol(wanted) : 1500, found = 0;

	for (long i = 0; i < all; i++) {
		done[0] = '\0';
		run("BEGIN");
		tamper_once(count);
		run("COMMIT");
		if (!done[0])
			continue;
		if (!is_found(w))
			fail_msg("tampering %ld was not found: %s", i, done);
		found++;
		for (size_t table = 0; table < TABLES; table++)
			undo(tables[table]);
		if (i % 200 == 0)
			assert_sound(w->system);
	}
	print_message("%ld tamperings, all found\n", found);
	assert_true(found > all * 9 / 10);
	assert_sound(w->system);
}

/* Nothing of the log at all: a market with accounts has one. */
static void test_tampering__a_log_that_is_gone_is_missed(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < TABLES; i++) {
		char *sql = sqlite3_mprintf("DELETE FROM main.%s", tables[i]);

		run(sql);
		sqlite3_free(sql);
	}
	assert_true(is_found(w));
	for (size_t table = 0; table < TABLES; table++)
		undo(tables[table]);
	assert_sound(w->system);
}

/* What was changed must not be sealed by who writes next. */
static void test_tampering__of_the_state_stops_the_next_entry(void **state)
{
	struct world *w = *state;

	run("BEGIN");
	run_with("DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event) + %lld + %lld", 0, 0);
	rewrite_state(number("SELECT count(*) FROM main.audit_event"));
	run("COMMIT");
	assert_status(NMK_ECORRUPT, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_field("audit_log", w->creator);
	for (size_t table = 0; table < TABLES; table++)
		undo(tables[table]);
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
}

/* Who has the keys as well can write another log: only what was kept elsewhere tells. Here an older copy of the whole file is put
 * back, which nothing in it can tell. */
static void test_tampering__an_older_store_is_found_with_what_was_kept_elsewhere(void **state)
{
	struct world *w = *state;
	const char *anchors[3];
	char *early, *late, first[512];

	assert_status(NMK_OK, nmk_audit_checkpoint(w->system, &early));
	for (size_t i = 0; i < TABLES; i++) {
		char *sql = sqlite3_mprintf("DROP TABLE keep.%s; CREATE TABLE keep.%s AS SELECT * FROM main.%s", tables[i], tables[i], tables[i]);

		run(sql);
		sqlite3_free(sql);
	}
	assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, true, NULL, NULL));
	assert_status(NMK_OK, nmk_audit_checkpoint(w->system, &late));
	anchors[0] = early;
	anchors[1] = late;
	assert_int_equal(0, findings_with(w->system, anchors, 2, first));
	for (size_t table = 0; table < TABLES; table++)
		undo(tables[table]);
	assert_sound(w->system);
	assert_int_equal(0, findings_with(w->system, anchors, 1, first));
	assert_true(findings_with(w->system, anchors, 2, first) > 0);
	anchors[2] = "kein Pruefpunkt";
	assert_int_equal(1, findings_with(w->system, anchors + 2, 1, first));
	early[0] = 'L'; /* of another log */
	assert_int_equal(1, findings_with(w->system, anchors, 1, first));
	nmk_free(early);
	nmk_free(late);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tampering__is_always_found),
		cmocka_unit_test(test_tampering__a_log_that_is_gone_is_missed),
		cmocka_unit_test(test_tampering__of_the_state_stops_the_next_entry),
		cmocka_unit_test(test_tampering__an_older_store_is_found_with_what_was_kept_elsewhere),
	};

	return cmocka_run_group_tests_name("audit/tamper", tests, setup, teardown);
}
