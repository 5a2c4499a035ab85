/* chat.c -- chats: who talks with whom about what, and how it stands. */
#include "messaging.h"

#include <stdlib.h>
#include <string.h>
#include "catalog.h"

const char *const chat_mode_words[] = { "", "sealed", "end_to_end", NULL };
const char *const chat_state_words[] = { "", "active", "archived", "disabled", NULL };

const struct field chat_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_chat, kind, name, flags, __VA_ARGS__)
#include "chat.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_chat, name, __VA_ARGS__)
#include "chat.def"
#undef NMK_FIELD

const char *nmk_chat_encryption_word(nmk_chat_encryption mode)
{
	return word_of(chat_mode_words, (int)mode);
}

const char *nmk_chat_state_word(nmk_chat_state state)
{
	return word_of(chat_state_words, (int)state);
}

nmk_chat_state nmk_chat_state_of(const char *word)
{
	return (nmk_chat_state)word_value(chat_state_words, word);
}

static json_t *chat_to_json(const void *chat)
{
	return fields_json(chat_fields, chat);
}

char *nmk_chat_json(const nmk_chat *chat)
{
	return json_text(chat_to_json(chat));
}

static void chat_release(void *chat)
{
	secret_free(((struct nmk_chat *)chat)->last_message);
	((struct nmk_chat *)chat)->last_message = NULL;
	fields_free(chat_fields, chat);
	free(chat);
}

void nmk_chat_free(nmk_chat *chat)
{
	if (chat)
		chat_release(chat);
}

PAGE_FUNCTIONS(nmk_chat, chat)

void nmk_chat_list_options_init(nmk_chat_list_options *options)
{
	*options = (nmk_chat_list_options)NMK_CHAT_LIST_OPTIONS_INIT;
}

/* ---- whose it is ---- */

nmk_status chat_needs_member(struct nmk_op *op)
{
	return op->actor.kind == ACTOR_MEMBER ? NMK_OK : op_fail(op, NMK_EDENIED, NULL, "only members have chats");
}

static nmk_status parties_read(struct nmk_op *op, struct chat_parties *chat)
{
	struct stmt stmt;
	const char *reason;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_chat_parties);
	stmt_int(&stmt, "id", chat->id.number);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? op_fail(op, NMK_ENOTFOUND, NULL, "there is none with this id") : rc;
	chat->creator_id = stmt_column_int(&stmt, 0);
	chat->participant_id = stmt_column_int(&stmt, 1);
	chat->mode = (nmk_chat_encryption)word_value(chat_mode_words, stmt_column_text(&stmt, 2));
	chat->last_sequence = stmt_column_int(&stmt, 3);
	reason = stmt_column_text(&stmt, 4);
	if (reason && (chat->disabled_reason = strdup(reason)) == NULL)
		rc = tx_no_memory(&op->tx);
	stmt_end(&stmt);
	return rc;
}

/* Each of the two owns it. */
static struct subject chat_subject(const struct nmk_op *op, const struct chat_parties *chat)
{
	bool participant = op_is_self(op, chat->participant_id);

	return (struct subject){ .type = "chat", .kind = ID_CHAT, .id = chat->id.number,
	                         .owner_id = participant ? chat->participant_id : chat->creator_id };
}

nmk_status chat_load_parties(struct nmk_op *op, const char *id, struct chat_parties *chat)
{
	nmk_status rc;

	chat_parties_free(chat);
	rc = tx_id(&op->tx, ID_CHAT, "chat_id", id, &chat->id.number);
	if (rc == NMK_OK)
		chat->id = tx_id_value(&op->tx, ID_CHAT, chat->id.number);
	return rc == NMK_OK ? parties_read(op, chat) : rc;
}

nmk_status chat_take(struct nmk_op *op, const char *id, struct chat_parties *chat)
{
	nmk_status rc = chat_needs_member(op);

	if (rc == NMK_OK)
		rc = chat_load_parties(op, id, chat);
	if (rc != NMK_OK)
		return rc;
	chat->partner_id = op_is_self(op, chat->participant_id) ? chat->creator_id : chat->participant_id;
	return op_allow(op, chat_subject(op, chat));
}

void chat_parties_free(struct chat_parties *chat)
{
	free(chat->disabled_reason);
	*chat = (struct chat_parties){ 0 };
}

static nmk_status is_blocked(struct nmk_op *op, int64_t partner_id, int64_t *blocked)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_member_is_blocked);
	stmt_int(&stmt, "one", op->actor.id.number);
	stmt_int(&stmt, "other", partner_id);
	return stmt_one_int(&stmt, blocked);
}

/* Who was blocked is not told by whom. */
nmk_status chat_check_partner(struct nmk_op *op, int64_t partner_id)
{
	struct stmt stmt;
	int64_t deleted = 0, blocked = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_member_is_deleted);
	stmt_int(&stmt, "id", partner_id);
	rc = stmt_one_int(&stmt, &deleted);
	if (rc == NMK_OK && deleted)
		return op_fail(op, NMK_ESTATE, NULL, "the account of the other one is deleted");
	if (rc == NMK_OK)
		rc = is_blocked(op, partner_id, &blocked);
	if (rc == NMK_OK && blocked)
		rc = op_fail(op, NMK_EDENIED, NULL, "one of the two has blocked the other");
	return rc;
}

/* ---- one chat, as who acts sees it ---- */

static int64_t archived_until(const struct nmk_op *op)
{
	return op->tx.now - CHAT_SILENCE_MS;
}

/* The last message is opened; all else came with the row. */
static nmk_status last_message_load(struct nmk_op *op, struct nmk_chat *chat)
{
	struct chat_keys keys = { .chat_id = chat->id.number };
	struct page page = { 0 };
	struct nmk_message *message;
	nmk_status rc;

	if (chat->mode != NMK_CHAT_SEALED || chat->last_sequence == 0)
		return NMK_OK;
	rc = message_read(op, &keys, chat->last_sequence - 1, 1, &page);
	if (rc == NMK_OK && page.count == 1) {
		message = page.items[0];
		chat->last_message = message->text;
		message->text = NULL;
	}
	page_clear(&page, message_release);
	chat_keys_forget(&keys);
	return rc;
}

static nmk_status chat_load(struct nmk_op *op, int64_t id, struct nmk_chat *chat)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_chat_get);
	stmt_int(&stmt, "id", id);
	stmt_int(&stmt, "archived_until", archived_until(op));
	rc = stmt_one(&stmt, chat_fields, chat);
	return rc == NMK_OK ? last_message_load(op, chat) : rc;
}

nmk_status chat_hand_over(struct nmk_op *op, int64_t id, nmk_chat **out)
{
	nmk_chat_free(*out);
	*out = calloc(1, sizeof **out);
	return *out ? chat_load(op, id, *out) : tx_no_memory(&op->tx);
}

static void chat_answer(nmk_chat **out, nmk_chat *chat, nmk_status rc)
{
	if (rc == NMK_OK && out)
		*out = chat;
	else
		nmk_chat_free(chat);
}

nmk_status nmk_chat_get(nmk_session *session, const char *id, nmk_chat **out)
{
	struct chat_parties parties = { 0 };
	nmk_chat *chat = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_get);

	if (out)
		*out = NULL;
	if (rc == NMK_OK && !out)
		rc = op_fail(&op, NMK_EINVALID, "chat", "is needed");
	while (op_next(&op, &rc)) {
		rc = chat_take(&op, id, &parties);
		if (rc == NMK_OK)
			rc = chat_hand_over(&op, parties.id.number, &chat);
	}
	chat_parties_free(&parties);
	chat_answer(out, chat, rc);
	return rc;
}

/* ---- opening ---- */

static nmk_status find(struct nmk_op *op, const struct nmk_nano *nano, int64_t *id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_chat_of_parties);
	stmt_int(&stmt, "nano_id", nano->id.number);
	stmt_int(&stmt, "creator_id", nano->creator_id.number);
	stmt_int(&stmt, "participant_id", op->actor.id.number);
	return stmt_find_int(&stmt, id);
}

static nmk_status member_add(struct nmk_op *op, int64_t chat_id, int64_t user_id, int64_t partner_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_chat_member_add);
	stmt_int(&stmt, "chat_id", chat_id);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "partner_id", partner_id);
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status add(struct nmk_op *op, const struct nmk_nano *nano, int64_t *id)
{
	int64_t creator_id = nano->creator_id.number, participant_id = op->actor.id.number;
	struct stmt stmt;
	nmk_status rc = chat_check_partner(op, creator_id);

	if (rc != NMK_OK)
		return rc;
	*id = tx_new_id(&op->tx);
	stmt_init(&stmt, &op->tx, SQL_chat_add);
	stmt_int(&stmt, "id", *id);
	stmt_int(&stmt, "nano_id", nano->id.number);
	stmt_int(&stmt, "creator_id", creator_id);
	stmt_int(&stmt, "participant_id", participant_id);
	stmt_text(&stmt, "mode", word_of(chat_mode_words, NMK_CHAT_SEALED));
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, NULL);
	if (rc == NMK_OK)
		rc = member_add(op, *id, creator_id, participant_id);
	if (rc == NMK_OK)
		rc = member_add(op, *id, participant_id, creator_id);
	if (rc == NMK_OK)
		rc = chat_tell(op, creator_id);
	return rc == NMK_OK ? chat_tell(op, participant_id) : rc;
}

/* The one writer of the store looks and adds: nobody comes in between. */
static nmk_status find_or_add(struct nmk_op *op, const char *nano_id, int64_t *id, bool *made)
{
	struct nmk_nano nano = { 0 };
	nmk_status rc = nano_load(op, nano_id, &nano);

	if (rc == NMK_OK)
		rc = op_allow(op, nano_subject(&nano));
	if (rc == NMK_OK && nano.status != NMK_NANO_PUBLISHED)
		rc = op_fail(op, NMK_ESTATE, "nano_id", "is not published");
	if (rc == NMK_OK)
		rc = find(op, &nano, id);
	*made = rc == NMK_OK && *id == 0;
	if (*made)
		rc = add(op, &nano, id);
	nano_fields_free(&nano);
	return rc;
}

nmk_status nmk_chat_open(nmk_session *session, const char *nano_id, nmk_chat **out, bool *created)
{
	nmk_chat *chat = NULL;
	bool made = false;
	int64_t id = 0;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_open);

	if (out)
		*out = NULL;
	if (created)
		*created = false;
	while (op_next(&op, &rc)) {
		rc = chat_needs_member(&op);
		if (rc == NMK_OK)
			rc = find_or_add(&op, nano_id, &id, &made);
		if (rc != NMK_OK)
			continue;
		op_subject(&op, "chat", ID_CHAT, id);
		if (!made)
			op.action = NULL;
		rc = chat_hand_over(&op, id, &chat);
	}
	chat_answer(out, chat, rc);
	if (rc == NMK_OK && created)
		*created = made;
	return rc;
}

/* ---- lists ---- */

struct list_request {
	const nmk_chat_list_options *options;
	struct cursor after;
	int32_t       limit;
};

static nmk_status list_check(struct nmk_op *op, struct list_request *request)
{
	const nmk_chat_list_options *options = request->options;
	nmk_status rc = op_check_version(op, options->version, NMK_CHAT_LIST_OPTIONS_VERSION);

	if (rc == NMK_OK && options->status && options->status != NMK_CHAT_ACTIVE && options->status != NMK_CHAT_ARCHIVED)
		rc = op_fail(op, NMK_EINVALID, "status", "is none of the values that there are");
	if (rc == NMK_OK)
		rc = op_check_limit(op, options->limit, &request->limit);
	return rc == NMK_OK && options->cursor ? cursor_read(op, "chat_list", options->cursor, &request->after) : rc;
}

static nmk_status list_bind(struct nmk_op *op, const struct list_request *request, struct stmt *stmt)
{
	const nmk_chat_list_options *options = request->options;
	int64_t nano_id = 0;
	nmk_status rc = options->nano_id ? tx_id(&op->tx, ID_NANO, "nano_id", options->nano_id, &nano_id) : NMK_OK;

	stmt_int(stmt, "archived_until", archived_until(op));
	stmt_int(stmt, "limit", request->limit + 1);
	if (options->cursor) {
		stmt_option(stmt, "after");
		stmt_int(stmt, "number", request->after.number);
		stmt_int(stmt, "id", request->after.id);
	}
	if (nano_id) {
		stmt_option(stmt, "nano");
		stmt_int(stmt, "nano_id", nano_id);
	}
	if (options->status)
		stmt_option(stmt, options->status == NMK_CHAT_ACTIVE ? "active" : "archived");
	return rc;
}

/* Where the next page begins: behind the last chat, in the order of what happened last. */
static nmk_status list_next(struct nmk_op *op, struct page *page)
{
	const struct nmk_chat *last = page->items[page->count - 1];
	struct cursor cursor = { .id = last->id.number };
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_chat_active_at);
	stmt_int(&stmt, "id", last->id.number);
	rc = stmt_one_int(&stmt, &cursor.number);
	return rc == NMK_OK ? op_page_next(op, "chat_list", &cursor, page) : rc;
}

static nmk_status list_read(struct nmk_op *op, const struct list_request *request, nmk_chat_page *page)
{
	static const struct row_kind kind = { .fields = chat_fields, .size = sizeof(struct nmk_chat), .release = chat_release };
	bool more = false;
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_chat_list);
	rc = list_bind(op, request, &stmt);
	if (rc == NMK_OK)
		rc = op_read_page(op, &stmt, &kind, request->limit, &page->page, &more);
	for (size_t i = 0; rc == NMK_OK && i < page->page.count; i++)
		rc = last_message_load(op, page->page.items[i]);
	return rc == NMK_OK && more ? list_next(op, &page->page) : rc;
}

nmk_status nmk_chat_list(nmk_session *session, const nmk_chat_list_options *options, nmk_chat_page **out)
{
	static const nmk_chat_list_options none = NMK_CHAT_LIST_OPTIONS_INIT;
	struct list_request request = { .options = options ? options : &none };
	nmk_chat_page *page = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_chat_list);

	if (out)
		*out = NULL;
	if (rc == NMK_OK && !out)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = list_check(&op, &request);
	if (rc == NMK_OK && (page = calloc(1, sizeof *page)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = chat_needs_member(&op);
		if (rc == NMK_OK)
			rc = list_read(&op, &request, page);
	}
	if (rc == NMK_OK)
		*out = page;
	else
		nmk_chat_page_free(page);
	return rc;
}
