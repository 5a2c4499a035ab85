/* check.c -- are the numbers of messages without a gap, and does everything that is sealed open? */
#include "messaging.h"

/* Columns of message_sealed_all. */
enum column { CHAT_ID, SEQUENCE, AUTHOR_ID, CONTENT, ATTACHMENT, FRANKING_TAG };

/* One message, and the keys of its chat. */
struct look {
	struct nmk_op       *op;
	struct check_report *report;
	struct stmt         *stmt;
	struct chat_keys     keys;
};

static nmk_status check_numbers(struct nmk_op *op, struct check_report *report)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_chat_disagrees);
	stmt_int(&stmt, "after", 0);
	while (stmt_next(&stmt, &rc))
		check_finding(report, false, "the messages of chat %s are not numbered without a gap",
		              tx_id_value(&op->tx, ID_CHAT, stmt_column_int(&stmt, 0)).text);
	return rc;
}

static nmk_status check_opens(struct look *look, enum column column, const struct secret_key *key, const char *place)
{
	size_t sealed_length, length = 0;
	const void *sealed = stmt_column_blob(look->stmt, (int)column, &sealed_length);
	int64_t sequence = stmt_column_int(look->stmt, SEQUENCE);
	char *plain;
	nmk_status rc;

	if (!sealed)
		return NMK_OK;
	rc = unseal(&look->op->tx, key, place, sequence, sealed, sealed_length, &plain, &length);
	bytes_free(plain, length);
	if (rc != NMK_ECORRUPT)
		return rc;
	check_finding(look->report, false, "%s of message %lld of chat %s does not open", place, (long long)sequence,
	              tx_id_value(&look->op->tx, ID_CHAT, look->keys.chat_id).text);
	return NMK_OK;
}

static const char *content_place(struct stmt *stmt)
{
	size_t length;

	return stmt_column_blob(stmt, FRANKING_TAG, &length) ? PLACE_CIPHERTEXT : PLACE_MESSAGE;
}

static nmk_status check_message(struct look *look)
{
	int64_t chat_id = stmt_column_int(look->stmt, CHAT_ID);
	const struct author_key *author;
	nmk_status rc;

	if (look->keys.chat_id != chat_id) {
		chat_keys_forget(&look->keys);
		look->keys.chat_id = chat_id;
	}
	rc = chat_key_get(look->op, &look->keys, stmt_column_int(look->stmt, AUTHOR_ID), &author);
	if (rc == NMK_ECORRUPT)
		return NMK_OK; /* a key that does not open is a finding of the check of keys */
	if (rc != NMK_OK)
		return rc;
	if (author->erased) {
		check_finding(look->report, false, "the author of message %lld of chat %s is erased, and something sealed is left",
		              (long long)stmt_column_int(look->stmt, SEQUENCE), tx_id_value(&look->op->tx, ID_CHAT, chat_id).text);
		return NMK_OK;
	}
	rc = check_opens(look, CONTENT, &author->key, content_place(look->stmt));
	return rc == NMK_OK ? check_opens(look, ATTACHMENT, &author->key, PLACE_ATTACHMENT) : rc;
}

static nmk_status check_messages(struct nmk_op *op, struct check_report *report)
{
	struct stmt stmt;
	struct look look = { .op = op, .report = report, .stmt = &stmt };
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_message_sealed_all);
	stmt_int(&stmt, "after", 0);
	while (stmt_next(&stmt, &rc))
		rc = check_message(&look);
	chat_keys_forget(&look.keys);
	return rc;
}

/* Nothing of it can be mended. */
nmk_status messaging_check(struct nmk_op *op, bool repair, struct check_report *report)
{
	nmk_status rc;

	if (repair)
		return NMK_OK;
	rc = check_numbers(op, report);
	return rc == NMK_OK ? check_messages(op, report) : rc;
}
