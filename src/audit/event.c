/* event.c -- entries as values, and the lists of them. */
#include "audit_events.h"

#include <stdlib.h>
#include <string.h>
#include "json_reader.h"
#include "page.h"

static const struct field event_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_audit_event, kind, name, flags, __VA_ARGS__)
#include "audit_event.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_audit_event, name, __VA_ARGS__)
#include "audit_event.def"
#undef NMK_FIELD

static void event_release(void *event)
{
	nmk_audit_event_free(event);
}

/* Of what stands in an entry: texts, whole numbers, null. */
static json_t *piece_json(struct json_piece value)
{
	int64_t number;
	json_t *json;
	char *text;

	if (!piece_is_string(value))
		return piece_whole(value, &number) ? json_integer(number) : json_null();
	text = malloc(value.length);
	json = text && piece_text(value, text, value.length) ? json_string(text) : NULL;
	secret_free(text);
	return json;
}

/* An object as an object, not as the text it is kept in. jansson's own reader is not used: see json_reader.h. */
static bool unfold(json_t *json, const char *member, const char *text)
{
	struct json_piece object, name = { 0 }, value = { 0 };
	json_t *unfolded;
	bool done;

	if (!text)
		return true;
	unfolded = json_object();
	done = unfolded && json_accepts(text, strlen(text), &object);
	while (done && piece_next(object, &name, &value))
		done = json_object_setn_new(unfolded, name.text + 1, name.length - 2, piece_json(value)) == 0;
	if (done)
		return json_object_set_new(json, member, unfolded) == 0;
	json_decref(unfolded);
	return false;
}

static json_t *event_to_json(const void *value)
{
	const struct nmk_audit_event *event = value;
	json_t *json = fields_json(event_fields, event);

	if (json && unfold(json, "details", event->details) && unfold(json, "personal", event->personal))
		return json;
	json_decref(json);
	return NULL;
}

PAGE_FUNCTIONS(nmk_audit_event, event)

char *nmk_audit_event_json(const nmk_audit_event *event)
{
	return json_text(event_to_json(event));
}

void nmk_audit_event_free(nmk_audit_event *event)
{
	if (event) {
		secret_free(event->personal);
		event->personal = NULL;
		fields_free(event_fields, event);
		free(event);
	}
}

void nmk_audit_filter_init(nmk_audit_filter *filter)
{
	*filter = (nmk_audit_filter)NMK_AUDIT_FILTER_INIT;
}

/* ---- rows ---- */

bool audit_row_read(struct stmt *stmt, struct audit_row *row)
{
	const char *key_id = stmt_column_text(stmt, 10);
	size_t commitment_length = 0;
	const void *commitment = stmt_column_blob(stmt, 12, &commitment_length);
	struct log_entry *entry = &row->entry;

	memset(row, 0, sizeof *row);
	row->id = stmt_column_int(stmt, 0);
	entry->seq = audit_id_seq(row->id);
	entry->time = stmt_column_int(stmt, 1);
	entry->operation = stmt_column_text(stmt, 2);
	entry->action = stmt_column_text(stmt, 3);
	entry->actor_kind = stmt_column_text(stmt, 4);
	entry->actor = stmt_column_text(stmt, 5);
	entry->object_type = stmt_column_text(stmt, 6);
	entry->object = stmt_column_text(stmt, 7);
	entry->result = stmt_column_text(stmt, 8);
	entry->details = stmt_column_text(stmt, 9);
	entry->sealed = stmt_column_blob(stmt, 11, &entry->sealed_length);
	row->is_whole = entry->operation && entry->action && entry->actor_kind && entry->result && !entry->sealed == !key_id
	             && !entry->sealed == !commitment && (!commitment || commitment_length == COMMITMENT_BYTES)
	             && (!key_id || strlen(key_id) < sizeof row->seal.key_id);
	if (row->is_whole && key_id) {
		memcpy(row->seal.key_id, key_id, strlen(key_id) + 1);
		memcpy(row->seal.commitment, commitment, COMMITMENT_BYTES);
		entry->key_id = row->seal.key_id;
		entry->commitment = row->seal.commitment;
	}
	return entry->operation || entry->action || entry->actor_kind || entry->actor || entry->object_type || entry->object
	    || entry->result || entry->details || key_id || entry->sealed || commitment;
}

static nmk_status take_text(struct nmk_op *op, char **to, const char *text)
{
	*to = text ? strdup(text) : NULL;
	return text && !*to ? tx_no_memory(&op->tx) : NMK_OK;
}

/* The account behind a pseudonym, if it still has one. */
static nmk_status take_person(struct nmk_op *op, char **to, const char *pseudonym)
{
	int64_t user_id = 0;
	nmk_status rc = pseudonym ? pseudonym_find(&op->tx, pseudonym, &user_id) : NMK_OK;

	if (rc == NMK_OK && user_id)
		rc = take_text(op, to, tx_id_value(&op->tx, ID_USER, user_id).text);
	return rc;
}

/* What does not open any more is no failure: that is what the keys are for. */
static nmk_status take_personal(struct nmk_op *op, const struct audit_row *row, struct nmk_audit_event *event)
{
	nmk_error kept = *op->tx.error;
	nmk_status rc;

	event->is_sealed = row->entry.sealed != NULL;
	if (!event->is_sealed)
		return NMK_OK;
	rc = audit_unseal(&op->tx, &row->seal, row->id, row->entry.sealed, row->entry.sealed_length, &event->personal);
	if (rc != NMK_ENOTFOUND && rc != NMK_ECORRUPT)
		return rc;
	*op->tx.error = kept;
	return NMK_OK;
}

static nmk_status event_fill(struct nmk_op *op, const struct audit_row *row, struct nmk_audit_event *event)
{
	const struct log_entry *entry = &row->entry;
	const struct { char **to; const char *text; } texts[] = {
		{ &event->operation, entry->operation }, { &event->action, entry->action }, { &event->actor_kind, entry->actor_kind },
		{ &event->actor, entry->actor }, { &event->object_type, entry->object_type }, { &event->object, entry->object },
		{ &event->result, entry->result }, { &event->details, entry->details },
	};
	bool is_person = entry->object_type && strcmp(entry->object_type, "user") == 0;
	nmk_status rc = NMK_OK;

	event->id = tx_id_value(&op->tx, ID_AUDIT_EVENT, row->id);
	event->year = audit_id_shard(row->id);
	event->sequence = entry->seq;
	event->created_at = entry->time;
	for (size_t i = 0; rc == NMK_OK && i < sizeof texts / sizeof texts[0]; i++)
		rc = take_text(op, texts[i].to, texts[i].text);
	if (rc == NMK_OK)
		rc = take_person(op, &event->actor_id, entry->actor);
	if (rc == NMK_OK)
		rc = is_person ? take_person(op, &event->object_id, entry->object) : take_text(op, &event->object_id, entry->object);
	return rc == NMK_OK ? take_personal(op, row, event) : rc;
}

static nmk_status event_read(struct nmk_op *op, struct stmt *stmt, const void *context, void *value)
{
	struct audit_row row;

	(void)context;
	audit_row_read(stmt, &row);
	return event_fill(op, &row, value);
}

/* ---- lists ---- */

/* A list on its way. */
struct listing {
	nmk_audit_filter filter;
	int32_t       limit;
	char          name[CURSOR_NAME_SIZE];
	struct cursor before;
	const char   *actor, *object;                /* as they stand in the entries; NULL: any */
	char          actor_text[PSEUDONYM_SIZE], object_text[PSEUDONYM_SIZE];
	bool          nobody;                        /* an account that was erased: it has no entries any more */
};

static nmk_status read_page(struct nmk_op *op, struct stmt *stmt, struct listing *listing, struct page *page)
{
	static const struct row_kind kind = {
		.fields = event_fields, .read = event_read, .size = sizeof(struct nmk_audit_event), .release = event_release
	};
	const struct nmk_audit_event *last;
	bool more;
	nmk_status rc;

	stmt_int(stmt, "before_at", listing->before.number);
	stmt_int(stmt, "before_id", listing->before.id);
	stmt_int(stmt, "limit", listing->limit + 1);
	rc = op_read_page(op, stmt, &kind, listing->limit, page, &more);
	if (rc != NMK_OK || !more)
		return rc;
	last = page->items[page->count - 1];
	return op_page_next(op, listing->name, &(struct cursor){ .number = last->created_at, .id = last->id.number }, page);
}

static nmk_status take_words(struct nmk_op *op, const nmk_audit_filter *filter)
{
	const struct { const char *name, *value; } words[] = {
		{ "actor_id", filter->actor_id }, { "action", filter->action }, { "object_type", filter->object_type },
		{ "object_id", filter->object_id }, { "result", filter->result },
	};
	nmk_status rc = op_check_version(op, filter->version, NMK_AUDIT_FILTER_VERSION);

	for (size_t i = 0; rc == NMK_OK && i < sizeof words / sizeof words[0]; i++)
		if (words[i].value)
			rc = op_check_bytes(op, words[i].name, words[i].value, 1, ENTRY_WORD_SIZE - 1);
	if (rc == NMK_OK && filter->from < 0)
		rc = op_fail(op, NMK_EINVALID, "from", "must be from %lld to %lld", 0LL, (long long)INT64_MAX);
	if (rc == NMK_OK && (filter->to < 0 || filter->to == INT64_MAX))
		rc = op_fail(op, NMK_EINVALID, "to", "must be from %lld to %lld", 0LL, (long long)INT64_MAX - 1);
	return rc;
}

static nmk_status take_listing(struct nmk_op *op, const nmk_audit_filter *given, const char *cursor, int32_t limit,
                               struct listing *listing)
{
	struct buffer filter = { 0 };
	const nmk_audit_filter *by = &listing->filter;
	nmk_status rc;

	listing->filter = given ? *given : (nmk_audit_filter)NMK_AUDIT_FILTER_INIT;
	rc = take_words(op, by);
	if (rc == NMK_OK)
		rc = op_check_limit(op, limit, &listing->limit);
	if (rc != NMK_OK)
		return rc;
	once_part(&filter, by->actor_id);
	once_part(&filter, by->action);
	once_part(&filter, by->object_type);
	once_part(&filter, by->object_id);
	once_part(&filter, by->result);
	buffer_format(&filter, "%lld,%lld", (long long)by->from, (long long)by->to);
	rc = cursor_name(op, "audit_list", &filter, listing->name);
	buffer_free(&filter);
	listing->before = (struct cursor){ .number = by->to ? by->to + 1 : INT64_MAX };
	return rc == NMK_OK && cursor ? cursor_read(op, listing->name, cursor, &listing->before) : rc;
}

/* Is the text an id of that kind? */
static bool is_id(struct nmk_op *op, enum id_kind kind, const char *text, int64_t *number)
{
	nmk_error kept = *op->tx.error;
	bool fits = tx_id(&op->tx, kind, NULL, text, number) == NMK_OK;

	*op->tx.error = kept;
	return fits;
}

/* An account's id as its pseudonym; what is no id is taken as it is. */
static nmk_status take_user(struct nmk_op *op, const char *text, char pseudonym[PSEUDONYM_SIZE], const char **found, bool *nobody)
{
	int64_t user_id;
	nmk_status rc;

	*found = text;
	if (!text || !is_id(op, ID_USER, text, &user_id))
		return NMK_OK;
	rc = pseudonym_get(&op->tx, user_id, pseudonym);
	*found = pseudonym;
	*nobody = *nobody || (rc == NMK_OK && !*pseudonym);
	return rc;
}

static void with_option(struct stmt *stmt, const char *name, const char *value)
{
	if (value) {
		stmt_option(stmt, name);
		stmt_text(stmt, name, value);
	}
}

static nmk_status list_read(struct nmk_op *op, struct listing *listing, struct page *page)
{
	struct stmt stmt;
	nmk_status rc = take_user(op, listing->filter.actor_id, listing->actor_text, &listing->actor, &listing->nobody);

	if (rc == NMK_OK)
		rc = take_user(op, listing->filter.object_id, listing->object_text, &listing->object, &listing->nobody);
	if (rc != NMK_OK || listing->nobody)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_audit_list);
	with_option(&stmt, "actor", listing->actor);
	with_option(&stmt, "action", listing->filter.action);
	with_option(&stmt, "object", listing->object);
	with_option(&stmt, "object_type", listing->filter.object_type);
	with_option(&stmt, "result", listing->filter.result);
	if (listing->filter.from) {
		stmt_option(&stmt, "from");
		stmt_int(&stmt, "from", listing->filter.from);
	}
	return read_page(op, &stmt, listing, page);
}

/* What was looked for is recorded by the names of the conditions alone. */
static void tell_conditions(struct nmk_op *op, const nmk_audit_filter *filter)
{
	enum { ACTOR = 1, ACTION = 2, TYPE = 4, OBJECT = 8, RESULT = 16, TIME = 32 };
	static const struct op_changeable names[] = {
		{ ACTOR, "actor_id" }, { ACTION, "action" }, { TYPE, "object_type" }, { OBJECT, "object_id" }, { RESULT, "result" },
		{ TIME, "time" },
	};
	uint32_t set = (filter->actor_id ? ACTOR : 0) | (filter->action ? ACTION : 0) | (filter->object_type ? TYPE : 0)
	             | (filter->object_id ? OBJECT : 0) | (filter->result ? RESULT : 0) | (filter->from || filter->to ? TIME : 0);

	if (set)
		op_detail_fields(op, names, sizeof names / sizeof names[0], set);
}

nmk_status nmk_audit_list(nmk_session *session, const nmk_audit_filter *filter, const char *cursor, int32_t limit,
                          nmk_audit_event_page **page)
{
	struct listing listing = { .limit = 0 };
	struct nmk_audit_event_page *found = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_audit_list);

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = take_listing(&op, filter, cursor, limit, &listing);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = list_read(&op, &listing, &found->page);
		tell_conditions(&op, &listing.filter);
	}
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_audit_event_page_free(found);
	return rc;
}

/* ---- one ---- */

static nmk_status get(struct nmk_op *op, const char *text, struct nmk_audit_event *event)
{
	struct audit_row row;
	struct stmt stmt;
	int64_t id;
	nmk_status rc = tx_id(&op->tx, ID_AUDIT_EVENT, "id", text, &id);

	if (rc != NMK_OK)
		return rc;
	op_subject(op, "audit_event", ID_AUDIT_EVENT, id);
	stmt_init(&stmt, &op->tx, SQL_audit_get);
	stmt_int(&stmt, "id", id);
	if (!stmt_next(&stmt, &rc))
		return rc == NMK_OK ? op_fail(op, NMK_ENOTFOUND, "id", "there is none with this id") : rc;
	audit_row_read(&stmt, &row);
	rc = event_fill(op, &row, event);
	stmt_end(&stmt);
	return rc;
}

nmk_status nmk_audit_get(nmk_session *session, const char *id, nmk_audit_event **event)
{
	struct nmk_audit_event *found = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_audit_get);

	if (event)
		*event = NULL;
	if (rc == NMK_OK && (!event || !id))
		rc = op_fail(&op, NMK_EINVALID, event ? "id" : "event", "is needed");
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = get(&op, id, found);
	if (rc == NMK_OK)
		*event = found;
	else
		nmk_audit_event_free(found);
	return rc;
}

/* ---- one's own ---- */

/* *creator_id stays 0 if the text is no id of a nano, a version, a rating or a comment that there is. */
static nmk_status find_creator(struct nmk_op *op, const char *object, int64_t *creator_id)
{
	static const struct { enum id_kind kind; enum sql_id statement; } kinds[] = {
		{ ID_NANO, SQL_audit_nano_creator }, { ID_VERSION, SQL_audit_version_creator },
		{ ID_RATING, SQL_audit_rating_author }, { ID_COMMENT, SQL_audit_comment_author },
	};
	struct stmt stmt;
	int64_t id;
	nmk_status rc = NMK_OK;

	*creator_id = 0;
	for (size_t i = 0; rc == NMK_OK && !*creator_id && i < sizeof kinds / sizeof kinds[0]; i++) {
		if (!is_id(op, kinds[i].kind, object, &id))
			continue;
		stmt_init(&stmt, &op->tx, kinds[i].statement);
		stmt_int(&stmt, "id", id);
		if (stmt_next(&stmt, &rc)) {
			*creator_id = stmt_column_int(&stmt, 0);
			stmt_end(&stmt);
		}
	}
	return rc;
}

static nmk_status own_read(struct nmk_op *op, const char *object_id, struct listing *listing, struct page *page)
{
	char person[PSEUDONYM_SIZE];
	int64_t creator_id = 0;
	struct stmt stmt;
	nmk_status rc = pseudonym_get(&op->tx, op->actor.id.number, person);

	if (op->actor.kind != ACTOR_MEMBER)
		return op_fail(op, NMK_EDENIED, NULL, "only members may do this");
	if (rc == NMK_OK && object_id)
		rc = find_creator(op, object_id, &creator_id);
	if (rc == NMK_OK && object_id && (!creator_id || !op_is_self(op, creator_id)))
		rc = op_fail(op, NMK_ENOTFOUND, "object_id", "there is none with this id");
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, object_id ? SQL_audit_list : SQL_audit_own);
	if (object_id)
		with_option(&stmt, "object", object_id);
	else
		stmt_text(&stmt, "person", person);
	return read_page(op, &stmt, listing, page);
}

nmk_status nmk_audit_own(nmk_session *session, const char *object_id, const char *cursor, int32_t limit,
                         nmk_audit_event_page **page)
{
	struct listing listing = { .before = { .number = INT64_MAX } };
	struct nmk_audit_event_page *found = NULL;
	struct buffer filter = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_audit_own);

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK && object_id)
		rc = op_check_bytes(&op, "object_id", object_id, 1, ENTRY_WORD_SIZE - 1);
	if (rc == NMK_OK)
		rc = op_check_limit(&op, limit, &listing.limit);
	if (rc == NMK_OK) {
		once_part(&filter, object_id);
		rc = cursor_name(&op, "audit_own", &filter, listing.name);
		buffer_free(&filter);
	}
	if (rc == NMK_OK && cursor)
		rc = cursor_read(&op, listing.name, cursor, &listing.before);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = own_read(&op, object_id, &listing, &found->page);
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_audit_event_page_free(found);
	return rc;
}

/* For its rule an entry belongs to who acted, to whom it was about, or to the creator of what it was about. */
nmk_status audit_event_allow(struct nmk_op *op, const struct audit_row *row)
{
	struct subject subject = { .type = "audit_event", .kind = ID_AUDIT_EVENT, .id = row->id };
	const struct log_entry *entry = &row->entry;
	char person[PSEUDONYM_SIZE] = "";
	int64_t creator_id = 0;
	nmk_status rc = op->actor.id.number ? pseudonym_get(&op->tx, op->actor.id.number, person) : NMK_OK;

	if (rc == NMK_OK && entry->object)
		rc = find_creator(op, entry->object, &creator_id);
	if (rc != NMK_OK)
		return rc;
	if (*person && ((entry->actor && strcmp(entry->actor, person) == 0) || (entry->object && strcmp(entry->object, person) == 0)))
		subject.owner_id = op->actor.id.number;
	else
		subject.owner_id = creator_id;
	return op_allow(op, subject);
}
