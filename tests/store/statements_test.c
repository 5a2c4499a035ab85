/* statements_test.c -- every statement with every choice of its options: it parses, it uses an index, it speaks the
 * common subset of both engines. New statements join by themselves. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>

#include "components.h"
#include "store_tx.h"
#include "migrate.h"
#include "world.h"

/* More options than these are sampled: none, all, each alone, each pair. */
#define EVERY_COMBINATION 10

/* Plans that are as they are for a reason. `plan` is the beginning of the line of EXPLAIN QUERY PLAN. */
static const struct exception {
	const char *statement, *option, *plan, *reason; /* with that option on; "": always */
} exceptions[] = {
#define ALLOW(statement, option, plan, reason) { #statement, option, plan, reason },
#define ONE_OF(statement, first, second)
#define AFTER(statement, before)
#include "statement_plans.def"
#undef ALLOW
#undef ONE_OF
#undef AFTER
	{ NULL, NULL, NULL, NULL }
};

/* Options of which the code always gives exactly one. */
static const struct choice { const char *statement, *first, *second; } choices[] = {
#define ALLOW(statement, option, plan, reason)
#define ONE_OF(statement, first, second) { #statement, first, second },
#define AFTER(statement, before)
#include "statement_plans.def"
#undef ALLOW
#undef ONE_OF
#undef AFTER
};

/* Statements that only parse in the schema that another leaves. */
static const struct { enum sql_id statement, before; } orders[] = {
#define ALLOW(statement, option, plan, reason)
#define ONE_OF(statement, first, second)
#define AFTER(statement, before) { SQL_##statement, SQL_##before },
#include "statement_plans.def"
#undef ALLOW
#undef ONE_OF
#undef AFTER
};
static bool exception_used[sizeof exceptions / sizeof exceptions[0]];

static int combinations; /* that were looked at: told at the end */

/* All that is wrong is told, not only the first. */
static int problems;
#define problem(...) (problems++, print_error(__VA_ARGS__), print_error("\n"))

static int schema_setup(void **state)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open(":memory:", &db));
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	assert_int_equal(0, components_connection_opened(NULL, db));
	for (const struct migration *migration = migration_table; migration->version; migration++) {
		char *message = NULL;

		if (sqlite3_exec(db, migration->sqlite, NULL, NULL, &message) != SQLITE_OK)
			fail_msg("%s: %s", migration->name, message);
	}
	*state = db;
	return 0;
}

static int schema_teardown(void **state)
{
	return sqlite3_close(*state);
}

typedef void (*visit)(sqlite3 *db, const struct sql_text *text, uint32_t options, const char *sql);

/* Bring the schema to where the statement belongs. */
static void run_before(sqlite3 *db, const struct sql_text *text)
{
	for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
		if (text == &sql_table[orders[i].statement]) {
			char *sql = sql_assemble(&sql_table[orders[i].before], &engine_sqlite, 0);

			run_before(db, &sql_table[orders[i].before]);
			assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
			free(sql);
		}
}

static void visit_one(sqlite3 *db, const struct sql_text *text, uint32_t options, visit look)
{
	char *sql = sql_assemble(text, &engine_sqlite, options);

	assert_non_null(sql);
	combinations++;
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
	run_before(db, text);
	look(db, text, options, sql);
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL));
	free(sql);
}

static void each_combination(sqlite3 *db, const struct sql_text *text, visit look)
{
	int count = text->option_count;

	if (count <= EVERY_COMBINATION) {
		for (uint32_t options = 0; options < UINT32_C(1) << count; options++)
			visit_one(db, text, options, look);
		return;
	}
	visit_one(db, text, 0, look);
	visit_one(db, text, (UINT32_C(1) << count) - 1, look);
	for (int i = 0; i < count; i++)
		for (int j = i; j < count; j++)
			visit_one(db, text, UINT32_C(1) << i | UINT32_C(1) << j, look);
}

static void each_statement(sqlite3 *db, visit look)
{
	problems = 0;
	for (int i = 0; i < SQL__COUNT; i++)
		if (sql_table[i].sqlite)
			each_combination(db, &sql_table[i], look);
	assert_int_equal(0, problems);
}

/* ---- it parses ---- */

static void look_parses(sqlite3 *db, const struct sql_text *text, uint32_t options, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s, options %#x: %s\n%s", text->name, options, sqlite3_errmsg(db), sql);
	if (!statement)
		fail_msg("%s, options %#x: no text", text->name, options);
	if ((sqlite3_stmt_readonly(statement) == 0) != text->writes)
		fail_msg("%s is marked %s, but is not", text->name, text->writes ? "write" : "read");
	sqlite3_finalize(statement);
}

static void test_statement__parses_with_every_choice_of_options(void **state)
{
	combinations = 0;
	each_statement(*state, look_parses);
	print_message("%d statements, %d texts\n", SQL__COUNT, combinations);
}

/* ---- it uses an index ---- */

/* Is `name` the alias of a subquery: (SELECT ...) name, or with AS? */
static bool names_subquery(const char *sql, const char *name, bool as)
{
	char text[96];
	const char *found = sql;

	snprintf(text, sizeof text, as ? ") AS %s" : ") %s", name);
	while ((found = strstr(found, text)) != NULL) {
		found += strlen(text);
		if (!isalnum((unsigned char)*found) && *found != '_')
			return true;
	}
	return false;
}

/* An alias of a materialized expression: FROM m b, JOIN m b. */
static bool names_result(const char *sql, const char *name)
{
	char definition[128];

	for (const char *with = strstr(sql, "WITH "); with; with = strstr(with + 1, ", ")) {
		const char *start = with + strcspn(with, " ") + 1;
		char result[32];

		snprintf(result, sizeof result, "%.*s", (int)strcspn(start, " (\n,"), start);
		snprintf(definition, sizeof definition, " %s %s ", result, name);
		if (*result && strstr(sql, definition))
			return true;
	}
	return false;
}

/* A common table expression or a subquery is no table: its own lines are looked at. */
static bool scans_a_table(const char *plan, const char *sql)
{
	char name[64], definition[96];

	if (strncmp(plan, "SCAN ", 5) != 0 || strncmp(plan, "SCAN CONSTANT", 13) == 0 || plan[5] == '(')
		return false;
	if (strstr(plan, "USING INDEX") || strstr(plan, "USING COVERING INDEX"))
		return false;
	if (strstr(plan, "VIRTUAL TABLE INDEX")) /* FTS5 names what it looks for; nothing means everything */
		return plan[strlen(plan) - 1] == ':';
	snprintf(name, sizeof name, "%.*s", (int)strcspn(plan + 5, " "), plan + 5);
	snprintf(definition, sizeof definition, "%s AS (", name);
	if (strstr(sql, definition))
		return false;
	snprintf(definition, sizeof definition, "%s AS MATERIALIZED (", name);
	if (strstr(sql, definition))
		return false;
	snprintf(definition, sizeof definition, "%s (", name); /* WITH RECURSIVE name (columns) AS */
	if (strstr(sql, "WITH") && strstr(sql, definition))
		return false;
	return !(names_subquery(sql, name, false) || names_subquery(sql, name, true) || names_result(sql, name));
}

static bool has_option(const struct sql_text *text, uint32_t options, const char *name)
{
	for (int i = 0; i < text->option_count; i++)
		if (strcmp(text->options[i], name) == 0)
			return options >> i & 1;
	fail_msg("%s has no option %s", text->name, name);
	return false;
}

static bool allowed(const struct sql_text *text, uint32_t options, const char *plan)
{
	for (size_t i = 0; exceptions[i].statement; i++)
		if (strcmp(exceptions[i].statement, text->name) == 0
		    && (!*exceptions[i].option || has_option(text, options, exceptions[i].option))
		    && strncmp(exceptions[i].plan, plan, strlen(exceptions[i].plan)) == 0) {
			exception_used[i] = true;
			return true;
		}
	return false;
}

static bool never_asked(const struct sql_text *text, uint32_t options)
{
	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
		if (strcmp(choices[i].statement, text->name) == 0
		    && has_option(text, options, choices[i].first) == has_option(text, options, choices[i].second))
			return true;
	return false;
}

static void look_uses_index(sqlite3 *db, const struct sql_text *text, uint32_t options, const char *sql)
{
	char *question;
	sqlite3_stmt *statement;

	if (never_asked(text, options))
		return;
	question = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, question, -1, &statement, NULL));
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const char *plan = (const char *)sqlite3_column_text(statement, 3);
		bool bad = scans_a_table(plan, sql) || strcmp(plan, "USE TEMP B-TREE FOR ORDER BY") == 0;

		if (bad && !allowed(text, options, plan))
			problem("%s, options %#x: %s\n%s", text->name, options, plan, sql);
	}
	sqlite3_finalize(statement);
	sqlite3_free(question);
}

static void test_statement__uses_an_index_and_sorts_nothing(void **state)
{
	each_statement(*state, look_uses_index);
}

static void test_exception__is_still_needed(void **state)
{
	(void)state; /* after the test above has marked those that it met */
	problems = 0;
	for (size_t i = 0; exceptions[i].statement; i++) {
		assert_true(strlen(exceptions[i].reason) > 10);
		if (!exception_used[i])
			problem("%s no longer does '%s': take it off the list", exceptions[i].statement, exceptions[i].plan);
	}
	assert_int_equal(0, problems);
}

/* ---- names and parameters ---- */

static void test_statement__name_is_there_once(void **state)
{
	(void)state;
	for (int i = 0; i < SQL__COUNT; i++)
		for (int j = i + 1; j < SQL__COUNT; j++)
			assert_string_not_equal(sql_table[i].name, sql_table[j].name);
}

static bool parameter_seen[STATEMENT_PARAMETERS];

static void look_parameters(sqlite3 *db, const struct sql_text *text, uint32_t options, const char *sql)
{
	sqlite3_stmt *statement;

	(void)options;
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
	assert_true(sqlite3_bind_parameter_count(statement) <= text->parameter_count);
	for (int i = 0; i < text->parameter_count; i++)
		if (sqlite3_bind_parameter_name(statement, i + 1))
			parameter_seen[i] = true;
	sqlite3_finalize(statement);
}

static void test_statement__every_parameter_is_used(void **state)
{
	for (int i = 0; i < SQL__COUNT; i++) {
		if (!sql_table[i].sqlite)
			continue;
		memset(parameter_seen, 0, sizeof parameter_seen);
		each_combination(*state, &sql_table[i], look_parameters);
		for (int j = 0; j < sql_table[i].parameter_count; j++)
			if (!parameter_seen[j])
				fail_msg("%s never uses :%s", sql_table[i].name, sql_table[i].parameters[j]);
	}
}

static void test_statement__has_room_for_its_parameters_and_options(void **state)
{
	(void)state;
	for (int i = 0; i < SQL__COUNT; i++) {
		assert_true(sql_table[i].parameter_count <= STATEMENT_PARAMETERS);
		assert_true(sql_table[i].option_count <= STATEMENT_OPTIONS);
	}
}

/* ---- the common subset ---- */

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (const char *p = text; *p; p++) {
		bool begins = p == text || (!isalnum((unsigned char)p[-1]) && p[-1] != '_');
		size_t i = 0;

		while (i < length && toupper((unsigned char)p[i]) == word[i])
			i++;
		if (begins && i == length && (!isalnum((unsigned char)word[length - 1])
		                              || (!isalnum((unsigned char)p[length]) && p[length] != '_')))
			return true;
	}
	return false;
}

static void look_banned(sqlite3 *db, const struct sql_text *text, uint32_t options, const char *sql)
{
	static const char *const banned[] = {
		"INSERT OR", "UPDATE OR", "REPLACE INTO", "IFNULL(", "GROUP_CONCAT", "LIMIT -1", "LIKE", "GLOB", "PRAGMA",
		"STRFTIME", "DATETIME(", "JULIANDAY", "LAST_INSERT_ROWID", "AUTOINCREMENT", "COLLATE NOCASE", "IIF(",
	};

	static const struct engine postgres = { .name = "postgres" };
	char *other = text->postgres ? sql_assemble(text, &postgres, options) : NULL;

	(void)db;
	(void)sql; /* what is SQLite's alone may speak its dialect; what both get, may not */
	for (size_t i = 0; other && i < sizeof banned / sizeof banned[0]; i++)
		if (has_word(other, banned[i]))
			problem("%s says %s, which only one engine understands\n%s", text->name, banned[i], other);
	free(other);
}

static void test_statement__speaks_the_common_subset(void **state)
{
	each_statement(*state, look_banned);
}

static void test_statement__is_there_for_both_engines(void **state)
{
	(void)state;
	for (int i = 0; i < SQL__COUNT; i++)
		if (!sql_table[i].sqlite || !sql_table[i].postgres) /* those of index/ truly differ: full text */
			if (strncmp(sql_table[i].name, "index_", 6) != 0 && strncmp(sql_table[i].name, "search_", 7) != 0)
				fail_msg("%s speaks to one engine only, and is not of index/", sql_table[i].name);
}

/* ---- what is immutable ---- */

static const char *skip_space(const char *p)
{
	return p + strspn(p, " \t\n");
}

/* True if the UPDATE's SET part assigns the column. */
static bool assigns(const char *sql, const char *table, const char *column)
{
	const char *update = strstr(sql, "UPDATE "), *set = update ? strstr(update, "SET") : NULL;
	int depth = 0;
	bool left = true;

	if (!set || strncmp(skip_space(update + 7), table, strlen(table)) != 0
	    || isalnum((unsigned char)skip_space(update + 7)[strlen(table)]) || skip_space(update + 7)[strlen(table)] == '_')
		return false;
	for (const char *p = set + 3; *p; p++) {
		if (*p == '(')
			depth++;
		else if (*p == ')')
			depth--;
		else if (depth == 0 && strncmp(p, "WHERE", 5) == 0)
			break;
		else if (depth == 0 && *p == ',')
			left = true;
		else if (depth == 0 && *p == '=')
			left = false;
		else if (left && strncmp(p, column, strlen(column)) == 0 && isspace((unsigned char)p[-1])
		         && !isalnum((unsigned char)p[strlen(column)]) && p[strlen(column)] != '_')
			return true;
	}
	return false;
}

static void look_immutable(sqlite3 *db, const struct sql_text *text, uint32_t options, const char *sql)
{
	static const struct { const char *table, *columns[16]; } immutable[] = {
		{ "nano_version", { "id", "nano_id", "number", "number_key", "changelog", "hash", "size", "entry_count",
		                    "rollback_of", "created_by", "created_at" } },
		{ "nano",         { "id", "creator_id", "created_at" } },
		{ "user_account", { "id", "created_at" } },
		{ "category",     { "id", "created_at" } },
		{ "consent",      { "id", "user_id", "consent_type", "accepted", "document_version", "created_at" } },
		{ "blob",         { "hash", "size", "created_at" } },
		{ "blob_chunk",   { "hash", "position", "data" } },
		{ "audit_event",  { "id", "created_at", "operation", "action", "actor_kind", "actor", "object_type", "object", "result",
		                    "details", "key_id", "sealed", "commitment", "leaf" } },
		{ "audit_tile",   { "shard", "level", "position", "root", "hashes" } },
		{ "audit_checkpoint", { "shard", "size", "created_at", "note" } },
	};

	(void)db;
	(void)options;
	if (strcmp(text->name, "audit_prune") == 0)
		return; /* the one that lets go: of all but the hash, see the next test */
	for (size_t i = 0; i < sizeof immutable / sizeof immutable[0]; i++)
		for (size_t j = 0; immutable[i].columns[j]; j++)
			if (assigns(sql, immutable[i].table, immutable[i].columns[j]))
				problem("%s changes %s.%s, which never changes", text->name, immutable[i].table, immutable[i].columns[j]);
}

static void test_statement__changes_nothing_that_is_immutable(void **state)
{
	each_statement(*state, look_immutable);
}

/* The audit log only grows. */
static void test_statement__deletes_no_audit_event_and_no_consent(void **state)
{
	(void)state;
	for (int i = 0; i < SQL__COUNT; i++)
		for (const struct sql_part *part = sql_table[i].sqlite; part && part->text; part++) {
			assert_null(strstr(part->text, "DELETE FROM audit_"));
			assert_null(strstr(part->text, "DELETE FROM consent"));
		}
}

static void test_audit_prune__empties_a_row_and_leaves_its_hash(void **state)
{
	char *sql = sql_assemble(&sql_table[SQL_audit_prune], &engine_sqlite, 0), *at = strstr(sql, "SET");

	(void)state;
	assert_non_null(at);
	assert_null(strstr(sql, "leaf"));
	for (at = strchr(at, '='); at && at < strstr(sql, "WHERE"); at = strchr(at + 1, '='))
		assert_int_equal(0, strncmp(at, "= NULL", 6));
	free(sql);
}

static void test_assigns__knows_left_from_right(void **state)
{
	(void)state;
	assert_true(assigns("UPDATE nano SET status = ?1, title = ?2 WHERE id = ?3", "nano", "title"));
	assert_true(assigns("UPDATE nano\n   SET title = ?2\n WHERE id = ?3", "nano", "title"));
	assert_false(assigns("UPDATE nano SET title_key = ?1 WHERE title = ?2", "nano", "title"));
	assert_false(assigns("UPDATE nano SET status = title WHERE id = ?3", "nano", "title"));
	assert_false(assigns("UPDATE nano_version SET number = ?1", "nano", "number"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statement__parses_with_every_choice_of_options),
		cmocka_unit_test(test_statement__uses_an_index_and_sorts_nothing),
		cmocka_unit_test(test_exception__is_still_needed),
		cmocka_unit_test(test_statement__name_is_there_once),
		cmocka_unit_test(test_statement__every_parameter_is_used),
		cmocka_unit_test(test_statement__has_room_for_its_parameters_and_options),
		cmocka_unit_test(test_statement__speaks_the_common_subset),
		cmocka_unit_test(test_statement__is_there_for_both_engines),
		cmocka_unit_test(test_statement__changes_nothing_that_is_immutable),
		cmocka_unit_test(test_statement__deletes_no_audit_event_and_no_consent),
		cmocka_unit_test(test_audit_prune__empties_a_row_and_leaves_its_hash),
		cmocka_unit_test(test_assigns__knows_left_from_right),
	};

	return cmocka_run_group_tests_name("store/statements", tests, schema_setup, schema_teardown);
}
