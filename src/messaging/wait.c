/* wait.c -- wait for what is new, without asking again and again. */
#include "messaging.h"

#include <stdlib.h>
#include <nanomarket/sys/changes.h>
#include "session.h"

#define TIMEOUT_MS 3600000
#define CHANGES_MOST 100

struct nmk_change {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "change.def"
#undef NMK_FIELD
};

static const struct field change_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_change, kind, name, flags, __VA_ARGS__)
#include "change.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_change, name, __VA_ARGS__)
#include "change.def"
#undef NMK_FIELD

static json_t *change_to_json(const void *change)
{
	return fields_json(change_fields, change);
}

char *nmk_change_json(const nmk_change *change)
{
	return json_text(change_to_json(change));
}

static void change_release(void *change)
{
	fields_free(change_fields, change);
	free(change);
}

PAGE_FUNCTIONS(nmk_change, change)

/* ---- the wait ---- */

/* What is waited for, and for how long. */
struct waiting {
	enum op_id  operation;
	int64_t     topic;
	int64_t     since;
	int32_t     timeout_ms;
	const char *chat_id;                                                 /* NULL: any of the member's  */
	int64_t     last;                                                    /* what was seen              */
	nmk_change_page *page;                                               /* of the host's wait         */
	nmk_status (*look)(struct nmk_op *op, struct waiting *waiting);      /* in a transaction of its own */
};

static nmk_status waiting_check(struct nmk_op *op, const struct waiting *waiting)
{
	if (waiting->since < 0)
		return op_fail(op, NMK_EINVALID, "since", "must be 0 or more");
	if (waiting->timeout_ms < 0 || waiting->timeout_ms > TIMEOUT_MS)
		return op_fail(op, NMK_EINVALID, "timeout_ms", "must be from %lld to %lld", 0LL, (long long)TIMEOUT_MS);
	return NMK_OK;
}

/* One look: who may not, or no longer, is told so here. */
static nmk_status look(nmk_session *session, struct waiting *waiting)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, waiting->operation);

	if (rc == NMK_OK)
		rc = waiting_check(&op, waiting);
	while (op_next(&op, &rc))
		rc = waiting->look(&op, waiting);
	return rc;
}

static nmk_status cancelled(nmk_session *session, const struct waiting *waiting)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, waiting->operation);

	return rc == NMK_OK ? op_fail(&op, NMK_ECANCELLED, NULL, "the wait was cancelled") : rc;
}

/* Between two looks nothing is held: neither connection nor transaction. */
static nmk_status wait_for(nmk_session *session, struct waiting *waiting)
{
	struct store *store = session->market->store;
	int64_t deadline = time_monotonic_ms() + waiting->timeout_ms, left;
	nmk_status rc;

	change_wait_begin(store, &session->wait, waiting->topic);
	for (;;) {
		if (!change_wait_look(store, &session->wait)) {
			rc = cancelled(session, waiting);
			break;
		}
		rc = look(session, waiting);
		left = deadline - time_monotonic_ms();
		if (rc != NMK_OK || waiting->last > waiting->since || left <= 0)
			break;
		change_wait_pause(store, &session->wait, left);
	}
	change_wait_end(store, &session->wait);
	return rc;
}

/* No session, and one that came through fork(), have no market to wait in. */
static nmk_status wait_begin(nmk_session *session, struct waiting *waiting)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, waiting->operation);

	return rc == NMK_OK ? wait_for(session, waiting) : rc;
}

/* ---- members ---- */

static nmk_status inbox_number(struct nmk_op *op, int64_t *number)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_chat_inbox_get);
	return stmt_find_int(&stmt, number);
}

static nmk_status look_at_chat(struct nmk_op *op, struct waiting *waiting)
{
	struct chat_parties chat = { 0 };
	nmk_status rc = chat_take(op, waiting->chat_id, &chat);

	waiting->last = chat.last_sequence;
	chat_parties_free(&chat);
	return rc;
}

/* One's own inbox is one's own. */
static nmk_status look_at_inbox(struct nmk_op *op, struct waiting *waiting)
{
	nmk_status rc = chat_needs_member(op);

	if (rc == NMK_OK)
		rc = op_allow(op, (struct subject){ .type = "user", .kind = ID_USER, .id = op->actor.id.number,
		                                    .owner_id = op->actor.id.number });
	return rc == NMK_OK ? inbox_number(op, &waiting->last) : rc;
}

nmk_status nmk_chat_wait(nmk_session *session, const char *chat_id, int64_t since, int32_t timeout_ms, int64_t *last)
{
	struct waiting waiting = { .operation = OP_chat_wait, .since = since, .timeout_ms = timeout_ms, .chat_id = chat_id,
	                           .look = chat_id ? look_at_chat : look_at_inbox,
	                           .topic = session ? session->user_id.number : 0 };
	nmk_status rc = wait_begin(session, &waiting);

	if (last)
		*last = rc == NMK_OK ? waiting.last : since;
	return rc;
}

void nmk_chat_cancel_wait(nmk_session *session)
{
	if (session)
		change_wait_cancel(session->market->store, &session->wait);
}

/* ---- the host ---- */

static nmk_status look_at_all(struct nmk_op *op, struct waiting *waiting)
{
	static const struct row_kind kind = { .fields = change_fields, .size = sizeof(struct nmk_change), .release = change_release };
	struct page *page = &waiting->page->page;
	struct stmt stmt;
	nmk_status rc;
	bool more;

	page_clear(page, change_release);
	stmt_init(&stmt, &op->tx, SQL_chat_inbox_changes);
	stmt_int(&stmt, "since", waiting->since);
	stmt_int(&stmt, "limit", CHANGES_MOST);
	rc = op_read_page(op, &stmt, &kind, CHANGES_MOST, page, &more);
	if (rc == NMK_OK && page->count)
		waiting->last = ((const struct nmk_change *)page->items[page->count - 1])->change_number;
	return rc;
}

nmk_status nmk_changes_wait(nmk_session *session, int64_t since, int32_t timeout_ms, nmk_change_page **page)
{
	struct waiting waiting = { .operation = OP_changes_wait, .topic = TOPIC_ALL, .since = since, .timeout_ms = timeout_ms,
	                           .look = look_at_all };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_changes_wait);

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK && (waiting.page = calloc(1, sizeof *waiting.page)) == NULL)
		rc = tx_no_memory(&op.tx);
	if (rc == NMK_OK)
		rc = wait_for(session, &waiting);
	if (rc == NMK_OK)
		*page = waiting.page;
	else
		nmk_change_page_free(waiting.page);
	return rc;
}
