/* member.c -- what each of the two does for themselves: read, mute, block; and how they are told of changes. */
#include "messaging.h"

/* ---- telling ---- */

nmk_status chat_tell(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;
	int64_t number = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_chat_change_next);
	rc = stmt_one_int(&stmt, &number);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_chat_inbox_change);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "change_number", number);
	tx_tell(&op->tx, user_id);
	return stmt_exec(&stmt, NULL);
}

/* ---- read, mute, block ---- */

/* One of them, and its argument. */
struct wish {
	enum op_id  operation;
	const char *chat_id;
	int64_t     value;
};

static nmk_status read_up_to(struct nmk_op *op, const struct chat_parties *chat, int64_t sequence)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	if (sequence > chat->last_sequence)
		return op_fail(op, NMK_EINVALID, "sequence", "must be from %lld to %lld", 0LL, (long long)chat->last_sequence);
	stmt_init(&stmt, &op->tx, SQL_chat_set_read);
	stmt_int(&stmt, "chat_id", chat->id.number);
	stmt_int(&stmt, "sequence", sequence);
	rc = stmt_exec(&stmt, &changed);
	if (rc != NMK_OK || changed == 0)
		return rc;
	rc = chat_tell(op, chat->partner_id);
	return rc == NMK_OK ? chat_tell(op, op->actor.id.number) : rc;
}

static nmk_status mute(struct nmk_op *op, const struct chat_parties *chat, bool muted)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_chat_set_muted);
	stmt_int(&stmt, "chat_id", chat->id.number);
	stmt_int(&stmt, "muted", muted);
	return stmt_exec(&stmt, NULL);
}

static nmk_status block(struct nmk_op *op, const struct chat_parties *chat, bool blocked)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, blocked ? SQL_member_block_add : SQL_member_block_remove);
	stmt_int(&stmt, "blocked_id", chat->partner_id);
	if (blocked)
		stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, &changed);
	op_detail(op, "blocked", blocked ? "true" : "false");
	if (rc == NMK_OK && changed == 0)
		op->action = NULL;
	return rc;
}

static nmk_status grant(struct nmk_op *op, const struct wish *wish, const struct chat_parties *chat)
{
	if (wish->operation == OP_chat_mark_read)
		return read_up_to(op, chat, wish->value);
	return wish->operation == OP_chat_mute ? mute(op, chat, wish->value != 0) : block(op, chat, wish->value != 0);
}

static nmk_status fulfil(nmk_session *session, const struct wish *wish)
{
	struct chat_parties chat = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, wish->operation);

	if (rc == NMK_OK && wish->value < 0)
		rc = op_fail(&op, NMK_EINVALID, "sequence", "must be 0 or more");
	while (op_next(&op, &rc)) {
		rc = chat_take(&op, wish->chat_id, &chat);
		if (rc == NMK_OK)
			rc = grant(&op, wish, &chat);
	}
	chat_parties_free(&chat);
	return rc;
}

nmk_status nmk_chat_mark_read(nmk_session *session, const char *chat_id, int64_t sequence)
{
	return fulfil(session, &(struct wish){ OP_chat_mark_read, chat_id, sequence });
}

nmk_status nmk_chat_mute(nmk_session *session, const char *chat_id, bool muted)
{
	return fulfil(session, &(struct wish){ OP_chat_mute, chat_id, muted });
}

nmk_status nmk_chat_block(nmk_session *session, const char *chat_id, bool blocked)
{
	return fulfil(session, &(struct wish){ OP_chat_block, chat_id, blocked });
}

/* ---- the end of an account ---- */

/* The key went first: nothing opens any more, wherever a copy is. Here the bytes go, too. */
nmk_status messaging_user_erased(struct nmk_op *op, int64_t user_id)
{
	static const enum sql_id statements[] = { SQL_messages_erase_attachments, SQL_messages_erase, SQL_reports_erase, SQL_reports_erase_texts,
	                                          SQL_member_blocks_erase, SQL_chat_inbox_erase };
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < sizeof statements / sizeof statements[0]; i++) {
		struct stmt stmt;

		stmt_init(&stmt, &op->tx, statements[i]);
		stmt_int(&stmt, "user_id", user_id);
		if (statements[i] == SQL_messages_erase)
			stmt_int(&stmt, "now", op->tx.now);
		rc = stmt_exec(&stmt, NULL);
	}
	return rc;
}
