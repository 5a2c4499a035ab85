/* past_search.c -- what a member searched for: for the member alone. */
#include "searches.h"

#include <stdlib.h>
#include <string.h>
#include "number.h"
#include "session.h"

struct nmk_past_search {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "past_search.def"
#undef NMK_FIELD
};

static const struct field past_search_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_past_search, kind, name, flags, __VA_ARGS__)
#include "past_search.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_past_search, name, __VA_ARGS__)
#include "past_search.def"
#undef NMK_FIELD

static void past_search_release(void *past)
{
	fields_free(past_search_fields, past);
	free(past);
}

static json_t *past_search_to_json(const void *past)
{
	return fields_json(past_search_fields, past);
}

PAGE_FUNCTIONS(nmk_past_search, past_search)

char *nmk_past_search_json(const nmk_past_search *past)
{
	return json_text(past_search_to_json(past));
}

int32_t nmk_past_search_maximum(void)
{
	return NMK_PAST_SEARCH_MAXIMUM;
}

nmk_status query_hash(struct nmk_op *op, enum query_hash what, int64_t number, const char *text, unsigned char hash[KEY_HASH_BYTES])
{
	unsigned char start[9];
	struct buffer both = { 0 };
	nmk_status rc;

	start[0] = (unsigned char)what;
	put_little_endian(start + 1, 8, (uint64_t)number);
	buffer_add(&both, start, sizeof start);
	buffer_text(&both, text);
	rc = both.failed ? tx_no_memory(&op->tx) : NMK_OK;
	if (rc == NMK_OK)
		key_hash(op->tx.keys, KEY_QUERY, both.data, both.length, hash);
	buffer_free(&both);
	return rc;
}

/* ---- note ---- */

static nmk_status remove_text(struct nmk_op *op, const unsigned char hash[KEY_HASH_BYTES])
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_past_search_remove_text);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	stmt_blob(&stmt, "text_hash", hash, KEY_HASH_BYTES);
	return stmt_exec(&stmt, NULL);
}

static nmk_status add(struct nmk_op *op, const char *text, const unsigned char hash[KEY_HASH_BYTES], int64_t result_count)
{
	struct buffer sealed = { 0 };
	struct stmt stmt;
	int64_t id = tx_new_id(&op->tx), user_id = op->actor.id.number;
	nmk_status rc = data_seal(&op->tx, user_id, PLACE_PAST_SEARCH, id, text, strlen(text), &sealed);

	if (rc == NMK_OK) {
		stmt_init(&stmt, &op->tx, SQL_past_search_add);
		stmt_int(&stmt, "id", id);
		stmt_int(&stmt, "user_id", user_id);
		stmt_blob(&stmt, "text_hash", hash, KEY_HASH_BYTES);
		stmt_blob(&stmt, "text_sealed", sealed.data, sealed.length);
		stmt_int(&stmt, "result_count", result_count);
		stmt_int(&stmt, "searched_at", op->tx.now);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&sealed);
	return rc;
}

static nmk_status remove_oldest(struct nmk_op *op)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_past_search_remove_oldest);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	stmt_int(&stmt, "most", NMK_PAST_SEARCH_MAXIMUM);
	return stmt_exec(&stmt, NULL);
}

nmk_status past_search_note(struct nmk_op *op, const char *text, const char *key, int64_t result_count)
{
	unsigned char hash[KEY_HASH_BYTES];
	nmk_status rc = query_hash(op, HASH_PAST, op->actor.id.number, key, hash);

	if (rc == NMK_OK)
		rc = remove_text(op, hash);
	if (rc == NMK_OK)
		rc = add(op, text, hash, result_count);
	return rc == NMK_OK ? remove_oldest(op) : rc;
}

/* ---- record: for the member, and for the statistics ---- */

/* Without white space around it, the caller's. NULL: no memory. */
static char *trimmed(const char *text)
{
	size_t length = strlen(text);

	while (length > 0 && text[length - 1] == ' ')
		length--;
	for (; length > 0 && *text == ' '; length--)
		text++;
	return strndup(text, length);
}

/* In lower case, its words parted by one space; the caller's. */
static char *comparable(const char *text)
{
	char *key = text_casefold_key(text), *to = key;

	for (const char *from = key; from && *from; from++)
		if (*from != ' ' || (to > key && to[-1] != ' '))
			*to++ = *from;
	if (key)
		*to = '\0';
	return key;
}

static nmk_status record(struct nmk_op *op, const char *text, const char *key, int64_t result_count)
{
	nmk_status rc = NMK_OK;

	if (op->actor.kind == ACTOR_MEMBER && op->actor.active)
		rc = past_search_note(op, text, key, result_count);
	return rc == NMK_OK && op->actor.kind != ACTOR_SYSTEM ? query_count_note(op, key, result_count) : rc;
}

static nmk_status check_record(struct nmk_op *op, const char *text, int64_t result_count)
{
	struct field field = *field_named(past_search_fields, "text");

	field.minimum = 0;
	if (result_count < 0)
		return op_fail(op, NMK_EINVALID, "result_count", "must be 0 or more");
	return op_check_text(op, &field, text);
}

nmk_status nmk_past_search_record(nmk_session *session, const char *text, int64_t result_count)
{
	char *typed = NULL, *key = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_past_search_record);

	if (rc == NMK_OK)
		rc = check_record(&op, text ? text : "", result_count);
	if (rc == NMK_OK) {
		typed = trimmed(text ? text : "");
		key = typed ? comparable(typed) : NULL;
		rc = key ? NMK_OK : tx_no_memory(&op.tx);
	}
	while (op_next(&op, &rc))
		if (*key)
			rc = record(&op, typed, key, result_count);
	free(typed);
	free(key);
	return rc;
}

/* ---- read ---- */

static nmk_status read_row(struct nmk_op *op, struct stmt *stmt, const void *context, void *value)
{
	struct nmk_past_search *past = value;
	size_t length;
	const void *sealed = stmt_column_blob(stmt, 1, &length);

	past->id = tx_id_value(&op->tx, ID_PAST_SEARCH, stmt_column_int(stmt, 0));
	past->result_count = stmt_column_int(stmt, 2);
	past->searched_at = stmt_column_int(stmt, 3);
	return unseal(&op->tx, context, PLACE_PAST_SEARCH, past->id.number, sealed, length, &past->text, NULL);
}

nmk_status nmk_past_search_list(nmk_session *session, const char *cursor, int32_t limit, nmk_past_search_page **page)
{
	const struct row_kind kind = { past_search_fields, read_row, NULL, sizeof(struct nmk_past_search), past_search_release };
	const struct own_list list = { OP_past_search_list, SQL_past_search_list, &kind, cursor, limit };
	nmk_past_search_page *found = calloc(1, sizeof *found);
	nmk_status rc = own_list_read(session, &list, page != NULL, found ? &found->page : NULL);

	if (page)
		*page = rc == NMK_OK ? found : NULL;
	if (rc != NMK_OK)
		nmk_past_search_page_free(found);
	return rc;
}

nmk_status past_search_walk(struct nmk_op *op, nmk_status (*take)(void *context, const char *text), void *context)
{
	struct secret_key key;
	struct stmt stmt;
	nmk_status rc;

	if (op->actor.kind != ACTOR_MEMBER || !op->actor.active)
		return NMK_OK;
	rc = data_key_get(&op->tx, op->actor.id.number, &key);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_past_search_list);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	stmt_int(&stmt, "before_id", INT64_MAX);
	stmt_int(&stmt, "limit", NMK_PAST_SEARCH_MAXIMUM);
	while (rc == NMK_OK && stmt_next(&stmt, &rc)) {
		struct nmk_past_search past = { .text = NULL };

		rc = read_row(op, &stmt, &key, &past);
		if (rc == NMK_OK)
			rc = take(context, past.text);
		secret_free(past.text);
	}
	stmt_end(&stmt);
	key_wipe(&key);
	return rc;
}

/* ---- clear ---- */

static nmk_status clear_one(struct nmk_op *op, const char *id)
{
	struct stmt stmt;
	int64_t number, changed = 0;
	nmk_status rc = tx_id(&op->tx, ID_PAST_SEARCH, "id", id, &number);

	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_past_search_remove);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	stmt_int(&stmt, "id", number);
	rc = stmt_exec(&stmt, &changed);
	return rc == NMK_OK && changed == 0 ? op_fail(op, NMK_ENOTFOUND, "id", "there is none with this id") : rc;
}

static nmk_status clear_all(struct nmk_op *op)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_past_search_forget_user);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	return stmt_exec(&stmt, NULL);
}

nmk_status nmk_past_search_clear(nmk_session *session, const char *id)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_past_search_clear);

	while (op_next(&op, &rc)) {
		rc = searches_check_member(&op);
		if (rc == NMK_OK)
			rc = id ? clear_one(&op, id) : clear_all(&op);
		op.tx.erases = true;
	}
	return rc;
}
