/* list.c -- ratings, comments and reports as lists. */
#include "feedback.h"

#include <string.h>

/* ---- arguments ---- */

static nmk_status check(struct nmk_op *op, struct feedback_list *list, struct cursor *after)
{
	nmk_status rc = op_check_limit(op, list->limit, &list->limit);

	if (rc == NMK_OK && list->order == ORDER_UNKNOWN)
		rc = op_fail(op, NMK_EINVALID, "order", "is none of the values that there are");
	if (rc == NMK_OK && list->status != 0 && !nmk_feedback_state_word(list->status))
		rc = op_fail(op, NMK_EINVALID, "status", "is none of the values that there are");
	return rc == NMK_OK && list->cursor ? cursor_read(op, list->name, list->cursor, after) : rc;
}

/* ---- whose ---- */

static nmk_status allow_nano(struct nmk_op *op, const char *nano_id, int64_t *creator, int64_t *number)
{
	struct nmk_nano nano = { 0 };
	nmk_status rc = nano_load(op, nano_id, &nano);

	if (rc == NMK_OK)
		rc = op_allow(op, nano_subject(&nano));
	*creator = nano.creator_id.number;
	*number = nano.id.number;
	nano_fields_free(&nano);
	return rc;
}

nmk_status feedback_received_of(struct nmk_op *op, const char *nano_id, int64_t *creator, int64_t *number)
{
	if (nano_id)
		return allow_nano(op, nano_id, creator, number);
	*creator = op->actor.id.number;
	*number = 0;
	if (op->actor.kind != ACTOR_MEMBER)
		return op_fail(op, NMK_EINVALID, "nano_id", "is needed");
	return op_allow(op, (struct subject){ .type = "user", .kind = ID_USER, .id = *creator, .owner_id = *creator });
}

static nmk_status bind_received(struct nmk_op *op, const struct feedback_list *list, struct stmt *stmt)
{
	int64_t creator = 0, number = 0;
	nmk_status rc = feedback_received_of(op, list->nano_id, &creator, &number);

	stmt_int(stmt, "creator_id", creator);
	if (number) {
		stmt_option(stmt, "nano");
		stmt_int(stmt, "nano_id", number);
	}
	if (list->status) {
		stmt_option(stmt, "status");
		stmt_text(stmt, "status", nmk_feedback_state_word(list->status));
	}
	return rc;
}

static nmk_status bind_scope(struct nmk_op *op, const struct feedback_list *list, struct stmt *stmt)
{
	int64_t creator, number = 0;
	nmk_status rc = NMK_OK;

	switch (list->scope) {
	case SCOPE_NANO:
		rc = allow_nano(op, list->nano_id, &creator, &number);
		stmt_int(stmt, "nano_id", number);
		break;
	case SCOPE_OWN:      return feedback_check_member(op);
	case SCOPE_RECEIVED: return bind_received(op, list, stmt);
	case SCOPE_QUEUE:    break;
	}
	return rc;
}

/* ---- where it begins and ends ---- */

static void bind_start(const struct feedback_list *list, const struct cursor *after, struct stmt *stmt)
{
	bool first = list->cursor == NULL;

	switch (list->order) {
	case ORDER_UNKNOWN:
	case ORDER_NEWEST:
		stmt_int(stmt, "before_id", first ? INT64_MAX : after->id);
		break;
	case ORDER_OLDEST:
		stmt_int(stmt, "id", after->id);
		break;
	case ORDER_WAITING:
		stmt_int(stmt, "number", after->number);
		stmt_int(stmt, "id", after->id);
		break;
	case ORDER_HELPFUL:
		stmt_int(stmt, "number", first ? INT64_MAX : after->number);
		stmt_int(stmt, "id", first ? INT64_MAX : after->id);
		break;
	}
}

static int64_t number_of(const struct field *fields, const void *value, const char *name)
{
	const struct field *field = field_named(fields, name);
	int64_t number;

	memcpy(&number, (const char *)value + field->offset, sizeof number); /* of an id_value the number comes first */
	return number;
}

static nmk_status end(struct nmk_op *op, const struct feedback_list *list, struct page *page)
{
	const struct field *fields = list->rows->fields;
	const void *last = page->items[page->count - 1];
	struct cursor cursor = { .id = number_of(fields, last, "id") };

	if (list->order == ORDER_WAITING)
		cursor.number = number_of(fields, last, "submitted_at");
	if (list->order == ORDER_HELPFUL)
		cursor.number = number_of(fields, last, "helpful_count");
	return op_page_next(op, list->name, &cursor, page);
}

nmk_status feedback_list(nmk_session *session, enum op_id which, struct feedback_list *list, bool out_given,
                         struct page *page)
{
	struct cursor after = { 0 };
	bool more = false;
	struct stmt stmt;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, which);

	if (rc == NMK_OK && !out_given)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK && !page)
		rc = tx_no_memory(&op.tx);
	if (rc == NMK_OK)
		rc = check(&op, list, &after);
	while (op_next(&op, &rc)) {
		stmt_init(&stmt, &op.tx, list->statement);
		rc = bind_scope(&op, list, &stmt);
		if (rc == NMK_OK) {
			bind_start(list, &after, &stmt);
			stmt_int(&stmt, "limit", (int64_t)list->limit + 1);
			rc = op_read_page(&op, &stmt, list->rows, list->limit, page, &more);
		}
		if (rc == NMK_OK && more)
			rc = end(&op, list, page);
	}
	return rc;
}
