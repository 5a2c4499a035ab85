/* own_list.c -- lists of what is a member's own and sealed. */
#include "searches.h"

nmk_status searches_check_member(struct nmk_op *op)
{
	return op->actor.kind == ACTOR_MEMBER ? NMK_OK : op_fail(op, NMK_EDENIED, NULL, "only members have searches of their own");
}

static nmk_status read_rows(struct nmk_op *op, const struct own_list *own, const struct newest_list *list, struct page *page)
{
	struct row_kind kind = *own->kind;
	struct secret_key key;
	struct stmt stmt;
	nmk_status rc = data_key_get(&op->tx, op->actor.id.number, &key);

	if (rc != NMK_OK)
		return rc;
	kind.context = &key;
	stmt_init(&stmt, &op->tx, own->statement);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	rc = op_read_newest(op, &stmt, &kind, list, page);
	key_wipe(&key);
	return rc;
}

nmk_status own_list_read(nmk_session *session, const struct own_list *own, bool wanted, struct page *page)
{
	struct newest_list list;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, own->operation);

	if (rc == NMK_OK && !wanted)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = op_take_newest(&op, op_table[own->operation].name, own->cursor, own->limit, &list);
	if (rc == NMK_OK && !page)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = searches_check_member(&op);
		if (rc == NMK_OK)
			rc = read_rows(&op, own, &list, page);
	}
	return rc;
}
