#define _DEFAULT_SOURCE /* mkdtemp() */
#include "world.h"

#include <dirent.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "keys.h"
#include "op.h"

#define WORLD_BEGINS INT64_C(1767225600000) /* 2026-01-01 */

void assert_status_at(nmk_status expected, nmk_status actual, const char *call, const char *file, int line)
{
	if (expected == actual)
		return;
	print_error("%s:%d: %s answered %s, not %s\n", file, line, call, nmk_status_name(actual), nmk_status_name(expected));
	_fail(file, line);
}

static int64_t world_clock(void *context)
{
	return ((struct world *)context)->now;
}

void world_advance(struct world *world, int64_t milliseconds)
{
	world->now += milliseconds;
}

static nmk_session *act_as(struct world *world, const char *username)
{
	nmk_session *session;

	assert_status(NMK_OK, nmk_session_act_as(world->system, username, &session));
	return session;
}

static void add_member(struct world *world, const char *username, nmk_role role)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	char email[64];

	snprintf(email, sizeof email, "%s@example.org", username);
	registration.email = email;
	registration.username = username;
	assert_status(NMK_OK, nmk_user_add(world->system, &registration, role, NULL));
}

nmk_session *world_member(struct world *world, const char *username, nmk_role role)
{
	add_member(world, username, role);
	return act_as(world, username);
}

static void open_market(struct world *world, bool create)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_error error;

	options.create = create;
	options.clock = world_clock;
	options.clock_context = world;
	options.relaxed_durability = true;
	options.password_memory_kib = 19456;
	assert_status(NMK_OK, nmk_market_open(world->path, &options, &error, &world->market));
	assert_status(NMK_OK, nmk_session_open_system(world->market, &world->system));
	assert_status(NMK_OK, nmk_session_open(world->market, &world->guest));
}

static void open_sessions(struct world *world)
{
	world->consumer = act_as(world, "clara");
	world->creator = act_as(world, "carl");
	world->stranger = act_as(world, "stefan");
	world->moderator = act_as(world, "mona");
	world->moderator2 = act_as(world, "moritz");
	world->admin = act_as(world, "ada");
	world->suspended = act_as(world, "susi");
}

static void close_all(struct world *world)
{
	nmk_session *sessions[] = { world->guest, world->consumer, world->creator, world->stranger, world->moderator,
	                            world->moderator2, world->admin, world->suspended, world->system };

	for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++)
		nmk_session_close(sessions[i]);
	nmk_market_close(world->market);
}

int world_setup(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	const char *folder = getenv("TMPDIR");
	nmk_user *susi;

	assert_non_null(world);
	world->now = WORLD_BEGINS;
	snprintf(world->folder, sizeof world->folder, "%.32s/nmk-XXXXXX", folder ? folder : "/tmp");
	assert_non_null(mkdtemp(world->folder));
	snprintf(world->path, sizeof world->path, "%s/market.db", world->folder);
	open_market(world, true);
	add_member(world, "clara", NMK_ROLE_CONSUMER);
	add_member(world, "carl", NMK_ROLE_CREATOR);
	add_member(world, "stefan", NMK_ROLE_CREATOR);
	add_member(world, "mona", NMK_ROLE_MODERATOR);
	add_member(world, "moritz", NMK_ROLE_MODERATOR);
	add_member(world, "ada", NMK_ROLE_ADMIN);
	add_member(world, "susi", NMK_ROLE_CREATOR);
	open_sessions(world);
	assert_status(NMK_OK, nmk_user_find(world->system, "susi", &susi));
	assert_status(NMK_OK, nmk_user_suspend(world->system, nmk_user_id(susi), "test", 0));
	nmk_user_free(susi);
	*state = world;
	return 0;
}

static void remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)) != NULL) {
		char name[512];
		struct stat info;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
		if (lstat(name, &info) == 0 && S_ISDIR(info.st_mode))
			remove_folder(name);
		else
			unlink(name);
	}
	if (folder)
		closedir(folder);
	rmdir(path);
}

int world_teardown(void **state)
{
	struct world *world = *state;

	close_all(world);
	remove_folder(world->folder);
	free(world);
	return 0;
}

void world_reopen(struct world *world)
{
	close_all(world);
	open_market(world, false);
	/* A suspended account gets no session any more; susi's role is played by nobody after this. */
	world->consumer = act_as(world, "clara");
	world->creator = act_as(world, "carl");
	world->stranger = act_as(world, "stefan");
	world->moderator = act_as(world, "mona");
	world->moderator2 = act_as(world, "moritz");
	world->admin = act_as(world, "ada");
	world->suspended = NULL;
}

nmk_nano *world_nano_titled(struct world *world, nmk_session *creator, nmk_nano_state status, const char *title)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano, *moved;
	char id[64];

	fields.title = title;
	fields.description = "Eine kurze Lerneinheit.";
	fields.duration_minutes = 15;
	assert_status(NMK_OK, nmk_nano_create(creator, &fields, &nano));
	snprintf(id, sizeof id, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	if (status == NMK_NANO_PENDING_REVIEW || status == NMK_NANO_PUBLISHED || status == NMK_NANO_ARCHIVED)
		assert_status(NMK_OK, nmk_nano_submit(creator, id));
	if (status == NMK_NANO_PUBLISHED || status == NMK_NANO_ARCHIVED)
		assert_status(NMK_OK, nmk_nano_publish(creator == world->moderator ? world->moderator2 : world->moderator, id));
	if (status == NMK_NANO_ARCHIVED)
		assert_status(NMK_OK, nmk_nano_archive(creator, id));
	if (status == NMK_NANO_DELETED)
		assert_status(NMK_OK, nmk_nano_delete(creator, id));
	assert_status(NMK_OK, nmk_nano_get(world->system, id, &moved));
	return moved;
}

nmk_nano *world_nano(struct world *world, nmk_session *creator, nmk_nano_state status)
{
	return world_nano_titled(world, creator, status, "Tabellen verstehen");
}

int64_t world_sql(struct world *world, const char *sql)
{
	sqlite3_stmt *statement;
	int64_t number;
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open_v2(world->path, &db, SQLITE_OPEN_READONLY, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
	assert_int_equal(SQLITE_ROW, sqlite3_step(statement));
	number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return number;
}

void world_assert_sound(struct world *world, bool repair)
{
	nmk_check_report *report;

	assert_status(NMK_OK, nmk_market_check(world->system, repair, NULL, NULL, &report));
	if (nmk_check_report_count(report) > 0)
		fail_msg("%s", nmk_check_report_message(report, 0));
	nmk_check_report_free(report);
}

const char *shared_file(const char *name)
{
	static char path[1024];
	const char *folder = getenv("NMK_TEST_SHARED");

	snprintf(path, sizeof path, "%s/%s", folder ? folder : NMK_SHARED_DIR, name);
	if (access(path, R_OK) != 0) {
		print_error("SKIPPED: the shared test data is missing: %s\n", path);
		skip();
	}
	return path;
}

/* ---- the audit log ---- */

static void pseudonym_of(struct world *world, const char *username, char pseudonym[PSEUDONYM_SIZE])
{
	char sql[160];
	struct nmk_op op;
	nmk_status rc = op_begin(&op, world->system, OP_user_list);
	int64_t user_id;

	snprintf(sql, sizeof sql, "SELECT id FROM user_account WHERE username = '%s'", username);
	user_id = world_sql(world, sql);
	while (op_next(&op, &rc))
		rc = pseudonym_get(&op.tx, user_id, pseudonym);
	assert_status(NMK_OK, rc);
}

int64_t world_events(struct world *world, const char *username, const char *where)
{
	char sql[1000] = "SELECT count(*) FROM audit_event WHERE ", pseudonym[PSEUDONYM_SIZE];
	size_t length = strlen(sql);

	pseudonym_of(world, username, pseudonym);
	for (const char *at = where; *at;) {
		bool person = strncmp(at, "$person", 7) == 0;

		if (person)
			length += (size_t)snprintf(sql + length, sizeof sql - length, "'%s'", pseudonym);
		else
			sql[length++] = *at;
		at += person ? 7 : 1;
		assert_true(length < sizeof sql - PSEUDONYM_SIZE);
	}
	sql[length] = '\0';
	return world_sql(world, sql);
}

const char *world_personal(struct world *world, const char *action)
{
	static char text[2000];
	nmk_audit_filter filter = NMK_AUDIT_FILTER_INIT;
	nmk_audit_event_page *page;
	const char *personal;

	filter.action = action;
	assert_status(NMK_OK, nmk_audit_list(world->system, &filter, NULL, 1, &page));
	assert_int_equal(1, nmk_audit_event_page_count(page));
	personal = nmk_audit_event_personal(nmk_audit_event_page_item(page, 0));
	snprintf(text, sizeof text, "%s", personal ? personal : "");
	nmk_audit_event_page_free(page);
	return text;
}
