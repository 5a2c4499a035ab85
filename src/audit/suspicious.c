/* suspicious.c -- accounts at which logins failed too often. */
#include "audit_events.h"

#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "page.h"

#define SUSPECTS_MOST 100

struct nmk_audit_suspect {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "audit_suspect.def"
#undef NMK_FIELD
};

static const struct field suspect_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_audit_suspect, kind, name, flags, __VA_ARGS__)
#include "audit_suspect.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_audit_suspect, name, __VA_ARGS__)
#include "audit_suspect.def"
#undef NMK_FIELD

static void suspect_release(void *suspect)
{
	fields_free(suspect_fields, suspect);
	free(suspect);
}

static json_t *suspect_to_json(const void *suspect)
{
	return fields_json(suspect_fields, suspect);
}

PAGE_FUNCTIONS(nmk_audit_suspect, suspect)

/* Columns of audit_suspicious. */
static nmk_status suspect_read(struct nmk_op *op, struct stmt *stmt, const void *context, void *value)
{
	struct nmk_audit_suspect *suspect = value;
	int64_t user_id;
	nmk_status rc = pseudonym_find(&op->tx, stmt_column_text(stmt, 0), &user_id);

	(void)context;
	suspect->failures = stmt_column_int(stmt, 1);
	suspect->last_at = stmt_column_int(stmt, 2);
	if (rc == NMK_OK && user_id) {
		suspect->user_id = strdup(tx_id_value(&op->tx, ID_USER, user_id).text);
		rc = suspect->user_id ? NMK_OK : tx_no_memory(&op->tx);
	}
	return rc;
}

static nmk_status take_number(struct nmk_op *op, const char *field, int32_t most, int32_t usual, int32_t *number)
{
	if (*number == 0)
		*number = usual;
	if (*number < 1 || *number > most)
		return op_fail(op, NMK_EINVALID, field, "must be from %lld to %lld", 1LL, (long long)most);
	return NMK_OK;
}

nmk_status nmk_audit_suspicious(nmk_session *session, int32_t threshold, int32_t minutes, nmk_audit_suspect_page **page)
{
	static const struct row_kind kind = {
		.fields = suspect_fields, .read = suspect_read, .size = sizeof(struct nmk_audit_suspect), .release = suspect_release
	};
	struct nmk_audit_suspect_page *found = NULL;
	struct nmk_op op;
	struct stmt stmt;
	bool more;
	nmk_status rc = op_begin(&op, session, OP_audit_suspicious);

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = take_number(&op, "threshold", 100, 5, &threshold);
	if (rc == NMK_OK)
		rc = take_number(&op, "minutes", 1440, 60, &minutes);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		stmt_init(&stmt, &op.tx, SQL_audit_suspicious);
		stmt_int(&stmt, "since", op.tx.now - minutes * MINUTE_MS);
		stmt_int(&stmt, "threshold", threshold);
		stmt_int(&stmt, "limit", SUSPECTS_MOST);
		rc = op_read_page(&op, &stmt, &kind, SUSPECTS_MOST, &found->page, &more);
	}
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_audit_suspect_page_free(found);
	return rc;
}
