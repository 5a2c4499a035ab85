/* saved_search.c -- searches that members keep. */
#include "searches.h"

#include <stdlib.h>
#include <string.h>
#include "json_reader.h"
#include "search.h"

const struct field saved_search_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_saved_search, kind, name, flags, __VA_ARGS__)
#include "saved_search.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_saved_search, name, __VA_ARGS__)
#include "saved_search.def"
#undef NMK_FIELD

void saved_search_release(void *saved)
{
	nmk_saved_search_free(saved);
}

static json_t *saved_search_to_json(const void *saved)
{
	return fields_json(saved_search_fields, saved);
}

PAGE_FUNCTIONS(nmk_saved_search, saved_search)

char *nmk_saved_search_json(const nmk_saved_search *saved)
{
	return json_text(saved_search_to_json(saved));
}

void nmk_saved_search_free(nmk_saved_search *saved)
{
	if (saved) {
		fields_free(saved_search_fields, saved);
		free(saved);
	}
}

int32_t nmk_saved_search_maximum(void)
{
	return NMK_SAVED_SEARCH_MAXIMUM;
}

void nmk_saved_search_options(const nmk_saved_search *saved, nmk_search_options *options)
{
	nmk_search_options_init(options);
	options->text = saved->text;
	options->category_id = saved->category_id;
	options->creator_id = saved->creator_id;
	options->competency_level = (nmk_competency_level)saved->competency_level;
	options->format = (nmk_format)saved->format;
	options->license = (nmk_license)saved->license;
	options->language = saved->language;
	options->duration_minimum = (int32_t)saved->duration_minimum;
	options->duration_maximum = (int32_t)saved->duration_maximum;
	options->competency_levels = (uint32_t)saved->competency_levels;
	options->formats = (uint32_t)saved->formats;
	options->licenses = (uint32_t)saved->licenses;
	options->durations = (uint32_t)saved->durations;
	options->rating_minimum = (int32_t)saved->rating_minimum;
}

/* ---- what is sealed: the fields that are no columns, as JSON ---- */

static bool is_sealed_field(const struct field *field)
{
	return (field->flags & FIELD_COMPUTED) != 0;
}

static bool pack_field(json_t *object, const struct field *field, const struct nmk_saved_search *saved)
{
	const void *at = (const char *)saved + field->offset;

	switch (field->kind) {
	case FIELD_TEXT: {
		const char *text = *(char *const *)at;

		return !text || json_object_set_new(object, field->name, json_string(text)) == 0;
	}
	case FIELD_WORD: return json_object_set_new(object, field->name, json_integer(*(const int *)at)) == 0;
	case FIELD_INT:  return json_object_set_new(object, field->name, json_integer(*(const int64_t *)at)) == 0;
	case FIELD_BOOL:
	case FIELD_TIME:
	case FIELD_ID:   break; /* columns */
	}
	return true;
}

static nmk_status pack(struct nmk_op *op, const struct nmk_saved_search *saved, char **text)
{
	json_t *object = json_object();
	bool complete = object != NULL;

	for (const struct field *field = saved_search_fields; complete && field->name; field++)
		if (is_sealed_field(field))
			complete = pack_field(object, field, saved);
	*text = complete ? json_dumps(object, JSON_COMPACT) : NULL;
	json_decref(object);
	return *text ? NMK_OK : tx_no_memory(&op->tx);
}

static bool unpack_text(struct json_piece value, char **text)
{
	*text = piece_is_string(value) ? malloc(value.length) : NULL;
	return !piece_is_string(value) || (*text && piece_text(value, *text, value.length));
}

static bool unpack_field(struct json_piece object, const struct field *field, struct nmk_saved_search *saved)
{
	struct json_piece value;
	void *at = (char *)saved + field->offset;
	int64_t number = 0;

	if (!piece_member(object, field->name, &value))
		return true;
	switch (field->kind) {
	case FIELD_TEXT: return unpack_text(value, at);
	case FIELD_WORD:
		piece_whole(value, &number);
		*(int *)at = (int)number;
		break;
	case FIELD_INT:  piece_whole(value, at); break;
	case FIELD_BOOL:
	case FIELD_TIME:
	case FIELD_ID:   break;
	}
	return true;
}

static nmk_status unpack(struct nmk_op *op, const char *text, struct nmk_saved_search *saved)
{
	struct json_piece object;
	bool complete = true;

	if (!json_accepts(text, strlen(text), &object))
		return op_fail(op, NMK_ECORRUPT, NULL, "is damaged: %s", "saved_search");
	for (const struct field *field = saved_search_fields; complete && field->name; field++)
		if (is_sealed_field(field))
			complete = unpack_field(object, field, saved);
	return complete ? NMK_OK : tx_no_memory(&op->tx);
}

nmk_status saved_search_read(struct nmk_op *op, struct stmt *stmt, const struct secret_key *key, struct nmk_saved_search *saved)
{
	size_t length;
	const void *sealed = stmt_column_blob(stmt, 1, &length);
	char *text = NULL;
	nmk_status rc;

	saved->id = tx_id_value(&op->tx, ID_SAVED_SEARCH, stmt_column_int(stmt, 0));
	saved->alert = stmt_column_int(stmt, 2) != 0;
	saved->checked_at = stmt_column_int(stmt, 3);
	saved->created_at = stmt_column_int(stmt, 4);
	rc = unseal(&op->tx, key, PLACE_SAVED_SEARCH, saved->id.number, sealed, length, &text, NULL);
	if (rc == NMK_OK)
		rc = unpack(op, text, saved);
	secret_free(text);
	return rc;
}

/* ---- who ---- */

/* One of a member's own: another's is none that there is. */
static nmk_status allow_own(struct nmk_op *op, const char *id, int64_t *number)
{
	struct subject subject = { .type = "saved_search", .kind = ID_SAVED_SEARCH };
	struct stmt stmt;
	nmk_status rc = searches_check_member(op);

	if (rc == NMK_OK)
		rc = tx_id(&op->tx, ID_SAVED_SEARCH, "id", id, number);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_saved_search_owner);
	stmt_int(&stmt, "id", *number);
	rc = stmt_find_int(&stmt, &subject.owner_id);
	if (rc == NMK_OK && subject.owner_id == 0)
		rc = op_fail(op, NMK_ENOTFOUND, "id", "there is none with this id");
	subject.id = *number;
	return rc == NMK_OK ? op_allow(op, subject) : rc;
}

/* ---- save ---- */

/* What nmk_search() would refuse is not kept either. */
static nmk_status check_lists(struct nmk_op *op, const nmk_search_options *search)
{
	const struct { const char *field; size_t count; } lists[] = {
		{ "category_ids", search->category_count }, { "creator_ids", search->creator_count },
		{ "languages", search->language_count },
	};

	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		if (lists[i].count > 0)
			return op_fail(op, NMK_EINVALID, lists[i].field, "cannot be kept in a saved search");
	return NMK_OK;
}

static nmk_status check_search(struct nmk_op *op, const nmk_search_options *search)
{
	struct search check = { .options = search };
	nmk_status rc = search_check(op, &check);

	if (rc == NMK_OK)
		rc = op_check_text(op, field_named(saved_search_fields, "text"), search->text);
	return rc == NMK_OK ? check_lists(op, search) : rc;
}

static bool copy_text(char **to, const char *from)
{
	*to = from && *from ? strdup(from) : NULL;
	return *to || !from || !*from;
}

static nmk_status copy_search(struct nmk_op *op, const char *name, const nmk_search_options *search, struct nmk_saved_search *saved)
{
	saved->competency_level = (int)search->competency_level;
	saved->format = (int)search->format;
	saved->license = (int)search->license;
	saved->duration_minimum = search->duration_minimum;
	saved->duration_maximum = search->duration_maximum;
	saved->competency_levels = search->competency_levels;
	saved->formats = search->formats;
	saved->licenses = search->licenses;
	saved->durations = search->durations;
	saved->rating_minimum = search->rating_minimum;
	if (copy_text(&saved->name, name) && copy_text(&saved->text, search->text) && copy_text(&saved->category_id, search->category_id)
	    && copy_text(&saved->creator_id, search->creator_id) && copy_text(&saved->language, search->language))
		return NMK_OK;
	return tx_no_memory(&op->tx);
}

static nmk_status check_room(struct nmk_op *op)
{
	struct stmt stmt;
	int64_t count = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_saved_search_count);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	rc = stmt_one_int(&stmt, &count);
	if (rc == NMK_OK && count >= NMK_SAVED_SEARCH_MAXIMUM)
		rc = op_fail(op, NMK_ELIMIT, NULL, "there are %d saved searches already", NMK_SAVED_SEARCH_MAXIMUM);
	return rc;
}

/* Ids that name nothing now will never find anything. */
static nmk_status check_ids(struct nmk_op *op, const struct nmk_saved_search *saved)
{
	int64_t number;
	nmk_status rc = saved->category_id ? tx_id(&op->tx, ID_CATEGORY, "category_id", saved->category_id, &number) : NMK_OK;

	return rc == NMK_OK && saved->creator_id ? tx_id(&op->tx, ID_USER, "creator_id", saved->creator_id, &number) : rc;
}

static nmk_status write(struct nmk_op *op, struct nmk_saved_search *saved)
{
	struct buffer sealed = { 0 };
	struct stmt stmt;
	char *text = NULL;
	nmk_status rc = pack(op, saved, &text);

	saved->id = tx_id_value(&op->tx, ID_SAVED_SEARCH, tx_new_id(&op->tx));
	saved->checked_at = saved->created_at = op->tx.now;
	op_subject(op, "saved_search", ID_SAVED_SEARCH, saved->id.number);
	if (rc == NMK_OK)
		rc = data_seal(&op->tx, op->actor.id.number, PLACE_SAVED_SEARCH, saved->id.number, text, strlen(text), &sealed);
	if (rc == NMK_OK) {
		stmt_init(&stmt, &op->tx, SQL_saved_search_add);
		stmt_fields(&stmt, saved_search_fields, saved);
		stmt_int(&stmt, "user_id", op->actor.id.number);
		stmt_blob(&stmt, "content_sealed", sealed.data, sealed.length);
		rc = stmt_exec(&stmt, NULL);
	}
	buffer_free(&sealed);
	secret_free(text);
	return rc;
}

nmk_status nmk_saved_search_create(nmk_session *session, const char *name, const nmk_search_options *search, bool alert,
                                   nmk_saved_search **saved)
{
	struct nmk_saved_search *made = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_saved_search_create);

	if (saved)
		*saved = NULL;
	if (rc == NMK_OK)
		rc = op_check_text(&op, field_named(saved_search_fields, "name"), name);
	if (rc == NMK_OK)
		rc = search ? check_search(&op, search) : op_fail(&op, NMK_EINVALID, "search", "is needed");
	if (rc == NMK_OK && (made = calloc(1, sizeof *made)) == NULL)
		rc = tx_no_memory(&op.tx);
	if (rc == NMK_OK)
		rc = copy_search(&op, name, search, made);
	if (made)
		made->alert = alert;
	while (op_next(&op, &rc)) {
		rc = searches_check_member(&op);
		if (rc == NMK_OK)
			rc = check_ids(&op, made);
		if (rc == NMK_OK)
			rc = check_room(&op);
		if (rc == NMK_OK)
			rc = write(&op, made);
	}
	if (rc == NMK_OK && saved)
		*saved = made;
	else
		nmk_saved_search_free(made);
	return rc;
}

/* ---- read ---- */

static nmk_status read_row(struct nmk_op *op, struct stmt *stmt, const void *context, void *value)
{
	return saved_search_read(op, stmt, context, value);
}

nmk_status nmk_saved_search_list(nmk_session *session, const char *cursor, int32_t limit, nmk_saved_search_page **page)
{
	const struct row_kind kind = { saved_search_fields, read_row, NULL, sizeof(struct nmk_saved_search), saved_search_release };
	const struct own_list list = { OP_saved_search_list, SQL_saved_search_list, &kind, cursor, limit };
	nmk_saved_search_page *found = calloc(1, sizeof *found);
	nmk_status rc = own_list_read(session, &list, page != NULL, found ? &found->page : NULL);

	if (page)
		*page = rc == NMK_OK ? found : NULL;
	if (rc != NMK_OK)
		nmk_saved_search_page_free(found);
	return rc;
}

static nmk_status load(struct nmk_op *op, int64_t id, struct nmk_saved_search *saved)
{
	struct secret_key key;
	struct stmt stmt;
	nmk_status rc = data_key_get(&op->tx, op->actor.id.number, &key);

	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_saved_search_get);
	stmt_int(&stmt, "id", id);
	if (stmt_next(&stmt, &rc)) {
		rc = saved_search_read(op, &stmt, &key, saved);
		stmt_end(&stmt);
	}
	key_wipe(&key);
	return rc;
}

nmk_status nmk_saved_search_get(nmk_session *session, const char *id, nmk_saved_search **saved)
{
	struct nmk_saved_search *found = NULL;
	struct nmk_op op;
	int64_t number;
	nmk_status rc = op_begin(&op, session, OP_saved_search_get);

	if (saved)
		*saved = NULL;
	if (rc == NMK_OK && !saved)
		rc = op_fail(&op, NMK_EINVALID, "saved", "is needed");
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = allow_own(&op, id, &number);
		if (rc == NMK_OK)
			rc = load(&op, number, found);
	}
	if (rc == NMK_OK)
		*saved = found;
	else
		nmk_saved_search_free(found);
	return rc;
}

/* ---- change ---- */

nmk_status nmk_saved_search_set_alert(nmk_session *session, const char *id, bool alert)
{
	struct nmk_op op;
	int64_t number;
	nmk_status rc = op_begin(&op, session, OP_saved_search_set_alert);

	while (op_next(&op, &rc)) {
		rc = allow_own(&op, id, &number);
		if (rc == NMK_OK) {
			struct stmt stmt;

			stmt_init(&stmt, &op.tx, SQL_saved_search_set_alert);
			stmt_int(&stmt, "id", number);
			stmt_int(&stmt, "alert", alert);
			stmt_int(&stmt, "now", op.tx.now);
			rc = stmt_exec(&stmt, NULL);
		}
	}
	return rc;
}

nmk_status nmk_saved_search_delete(nmk_session *session, const char *id)
{
	struct nmk_op op;
	int64_t number;
	nmk_status rc = op_begin(&op, session, OP_saved_search_delete);

	while (op_next(&op, &rc)) {
		rc = allow_own(&op, id, &number);
		if (rc == NMK_OK) {
			struct stmt stmt;

			stmt_init(&stmt, &op.tx, SQL_saved_search_remove);
			stmt_int(&stmt, "id", number);
			rc = stmt_exec(&stmt, NULL);
		}
	}
	return rc;
}

nmk_status saved_search_user_erased(struct nmk_op *op, int64_t user_id)
{
	static const enum sql_id statements[] = { SQL_saved_search_forget_user, SQL_past_search_forget_user };
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < sizeof statements / sizeof statements[0]; i++) {
		struct stmt stmt;

		stmt_init(&stmt, &op->tx, statements[i]);
		stmt_int(&stmt, "user_id", user_id);
		rc = stmt_exec(&stmt, NULL);
	}
	return rc;
}
