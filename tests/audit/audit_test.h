/* audit_test.h -- what the tests of the audit log share. */
#ifndef NMK_AUDIT_TEST_H
#define NMK_AUDIT_TEST_H

#include "world.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* Change the store's file behind the library's back. */
static inline void tamper(const char *path, const char *sql)
{
	char *message = NULL;
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL));
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	sqlite3_close(db);
}

/* How many findings the check of the log has; the first one's text. */
static inline size_t findings_with(nmk_session *session, const char *const *anchors, size_t count, char first[512])
{
	nmk_check_report *report;
	size_t found;

	assert_status(NMK_OK, nmk_audit_verify(session, anchors, count, NULL, NULL, &report));
	found = nmk_check_report_count(report);
	snprintf(first, 512, "%s", found ? nmk_check_report_message(report, 0) : "");
	nmk_check_report_free(report);
	return found;
}

static inline void assert_sound(nmk_session *session)
{
	char first[512];

	if (findings_with(session, NULL, 0, first) > 0)
		fail_msg("%s", first);
}

static inline int64_t count_events(struct world *w, const char *where)
{
	char sql[400];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM audit_event WHERE %s", where);
	return world_sql(w, sql);
}

/* Id of the newest entry with that action that the session may read. */
static inline void event_id(nmk_session *reader, const char *action, char id[64])
{
	nmk_audit_filter filter = NMK_AUDIT_FILTER_INIT;
	nmk_audit_event_page *page;

	filter.action = action;
	assert_status(NMK_OK, nmk_audit_list(reader, &filter, NULL, 1, &page));
	assert_int_equal(1, nmk_audit_event_page_count(page));
	snprintf(id, 64, "%s", nmk_audit_event_id(nmk_audit_event_page_item(page, 0)));
	nmk_audit_event_page_free(page);
}

static inline char *key_of(nmk_session *session, int64_t year)
{
	char *key;

	assert_status(NMK_OK, nmk_audit_key(session, year, &key));
	return key;
}
#endif
