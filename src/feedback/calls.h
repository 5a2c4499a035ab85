/* calls.h -- what ratings and comments have by the same words: the values' functions, and the calls that differ in names only. */
#ifndef NMK_FEEDBACK_CALLS_H
#define NMK_FEEDBACK_CALLS_H

#include "feedback.h"

#include <stdlib.h>

/* For the file of a kind, "rating" or "comment", behind its fields: releases, JSON and pages; and
 *     static nmk_status KIND_answer(out, value, rc)               the value is the caller's, or nobody's
 *     static nmk_status KIND_pages(session, operation, how, page) a list */
#define FEEDBACK_VALUES(kind, kind_of_id, given)                                                                     \
	static void kind##_release(void *value)                                                                       \
	{                                                                                                             \
		fields_free(kind##_fields, value);                                                                    \
		free(value);                                                                                          \
	}                                                                                                             \
	static json_t *kind##_to_json(const void *value) { return fields_json(kind##_fields, value); }               \
	PAGE_FUNCTIONS(nmk_##kind, kind)                                                                              \
	char *nmk_##kind##_json(const nmk_##kind *value) { return json_text(kind##_to_json(value)); }                \
	void nmk_##kind##_free(nmk_##kind *value)                                                                     \
	{                                                                                                             \
		if (value)                                                                                            \
			kind##_release(value);                                                                        \
	}                                                                                                             \
	const struct feedback_kind kind##_kind = {                                                                    \
		.name = #kind, .id_kind = (kind_of_id), .fields = kind##_fields, .size = sizeof(struct nmk_##kind),   \
		.release = kind##_release, .get = SQL_##kind##_get, .facts = SQL_##kind##_facts,                      \
		.find_own = SQL_##kind##_find_own, .add = SQL_##kind##_add, .change = SQL_##kind##_change,            \
		.set_status = SQL_##kind##_set_status, .remove = SQL_##kind##_remove, .content = (given),             \
	};                                                                                                            \
	static nmk_status kind##_answer(nmk_##kind **out, void *value, nmk_status rc)                                 \
	{                                                                                                             \
		if (rc == NMK_OK && out)                                                                              \
			*out = value;                                                                                 \
		else                                                                                                  \
			nmk_##kind##_free(value);                                                                     \
		return rc;                                                                                            \
	}                                                                                                             \
	static nmk_status kind##_pages(nmk_session *session, enum op_id which, struct feedback_list how,              \
	                               nmk_##kind##_page **page)                                                      \
	{                                                                                                             \
		static const struct row_kind rows = {                                                                 \
			.fields = kind##_fields, .read = feedback_read, .context = &kind##_kind,                      \
			.size = sizeof(struct nmk_##kind), .release = kind##_release,                                 \
		};                                                                                                    \
		nmk_##kind##_page *found = calloc(1, sizeof *found);                                                  \
		nmk_status rc;                                                                                        \
                                                                                                                      \
		if (page)                                                                                             \
			*page = NULL;                                                                                 \
		how.rows = &rows;                                                                                     \
		rc = feedback_list(session, which, &how, page != NULL, found ? &found->page : NULL);                  \
		if (rc == NMK_OK)                                                                                     \
			*page = found;                                                                                \
		else                                                                                                  \
			nmk_##kind##_page_free(found);                                                                \
		return rc;                                                                                            \
	}

/* The calls, each with its operation. */

#define FEEDBACK_GET_OWN(kind, operation)                                                                             \
	nmk_status nmk_##kind##_get_own(nmk_session *session, const char *nano_id, nmk_##kind **out)                  \
	{                                                                                                             \
		void *value = NULL;                                                                                   \
		nmk_status rc;                                                                                        \
                                                                                                                      \
		if (out)                                                                                              \
			*out = NULL;                                                                                  \
		rc = feedback_get_own(session, operation, &kind##_kind, nano_id, out ? &value : NULL);                \
		return kind##_answer(out, value, rc);                                                                 \
	}

#define FEEDBACK_LIST_OWN(kind, operation)                                                                            \
	nmk_status nmk_##kind##_list_own(nmk_session *session, const char *cursor, int32_t limit,                     \
	                                 nmk_##kind##_page **page)                                                    \
	{                                                                                                             \
		struct feedback_list how = { .name = #kind "_list_own", .statement = SQL_##kind##_list_own,           \
			.scope = SCOPE_OWN, .cursor = cursor, .limit = limit };                                       \
                                                                                                                      \
		return kind##_pages(session, operation, how, page);                                                   \
	}

#define FEEDBACK_LIST_RECEIVED(kind, operation)                                                                       \
	nmk_status nmk_##kind##_list_received(nmk_session *session, const char *nano_id, nmk_feedback_state status,   \
	                                      const char *cursor, int32_t limit, nmk_##kind##_page **page)            \
	{                                                                                                             \
		struct feedback_list how = { .name = #kind "_list_received", .statement = SQL_##kind##_list_received, \
			.scope = SCOPE_RECEIVED, .nano_id = nano_id, .status = status, .cursor = cursor,              \
			.limit = limit };                                                                             \
                                                                                                                      \
		return kind##_pages(session, operation, how, page);                                                   \
	}

#define FEEDBACK_QUEUE(kind, operation)                                                                               \
	nmk_status nmk_##kind##_queue(nmk_session *session, const char *cursor, int32_t limit,                        \
	                              nmk_##kind##_page **page)                                                       \
	{                                                                                                             \
		struct feedback_list how = { .name = #kind "_queue", .statement = SQL_##kind##_queue,                 \
			.scope = SCOPE_QUEUE, .order = ORDER_WAITING, .cursor = cursor, .limit = limit };             \
                                                                                                                      \
		return kind##_pages(session, operation, how, page);                                                   \
	}

#define FEEDBACK_APPROVE(kind, operation)                                                                             \
	nmk_status nmk_##kind##_approve(nmk_session *session, const char *id, int64_t revision)                       \
	{                                                                                                             \
		return feedback_approve(session, operation, &kind##_kind, id, revision);                              \
	}

#define FEEDBACK_HIDE(kind, operation)                                                                                \
	nmk_status nmk_##kind##_hide(nmk_session *session, const char *id, const char *reason)                        \
	{                                                                                                             \
		return feedback_hide(session, operation, &kind##_kind, id, reason);                                   \
	}
#endif
