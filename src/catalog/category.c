/* category.c -- the tree of topics. Each category is stored with all of those above it (the closure), so that a
 * subtree is one range of an index; creating and moving keep it right. */
#include "catalog.h"

#include <stdlib.h>
#include <string.h>
#include "index.h"
#include "page.h"

const struct field category_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_category, kind, name, flags, __VA_ARGS__)
#include "category.def"
#undef NMK_FIELD
	{ 0 }
};

const char *nmk_category_id(const nmk_category *category)          { return category->id.text; }
const char *nmk_category_name(const nmk_category *category)        { return category->name; }
const char *nmk_category_description(const nmk_category *category) { return category->description; }
bool nmk_category_active(const nmk_category *category)             { return category->active; }
int64_t nmk_category_created_at(const nmk_category *category)      { return category->created_at; }

const char *nmk_category_parent_id(const nmk_category *category)
{
	return category->parent_id.number ? category->parent_id.text : NULL;
}

static json_t *category_to_json(const void *item)
{
	return fields_json(category_fields, item);
}

char *nmk_category_json(const nmk_category *category)
{
	return json_text(category_to_json(category));
}

void nmk_category_free(nmk_category *category)
{
	if (category)
		fields_free(category_fields, category);
	free(category);
}

static void category_release(void *item)
{
	nmk_category_free(item);
}

PAGE_FUNCTIONS(nmk_category, category)

void nmk_category_changes_init(nmk_category_changes *changes)
{
	*changes = (nmk_category_changes)NMK_CATEGORY_CHANGES_INIT;
}

/* ---- reading ---- */

static nmk_status load_number(struct nmk_op *op, const char *field, int64_t id, struct nmk_category *category)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_category_get);
	stmt_int(&stmt, "id", id);
	rc = stmt_one(&stmt, category_fields, category);
	return rc == NMK_ENOTFOUND ? op_fail(op, rc, field, "there is none with this id") : rc;
}

nmk_status category_load(struct nmk_op *op, const char *field, const char *id, struct nmk_category *category)
{
	int64_t number;
	nmk_status rc = tx_id(&op->tx, ID_CATEGORY, field, id, &number);

	return rc == NMK_OK ? load_number(op, field, number, category) : rc;
}

static nmk_status load_by_key(struct nmk_op *op, const char *key, struct nmk_category *category)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_category_find);
	stmt_text(&stmt, "name_key", key);
	return stmt_one(&stmt, category_fields, category);
}

/* *out, freed before, takes the content. */
static nmk_status hand_over(struct nmk_op *op, struct nmk_category *category, nmk_category **out)
{
	nmk_category_free(*out);
	*out = malloc(sizeof **out);
	if (!*out)
		return tx_no_memory(&op->tx);
	memcpy(*out, category, sizeof **out);
	memset(category, 0, sizeof *category);
	return NMK_OK;
}

static void answer(nmk_category **out, nmk_category *value, nmk_status rc)
{
	if (rc == NMK_OK && out)
		*out = value;
	else
		nmk_category_free(value);
}

static nmk_status start(struct nmk_op *op, nmk_session *session, enum op_id which, nmk_category **out)
{
	nmk_status rc = op_begin(op, session, which);

	if (out)
		*out = NULL;
	else if (rc == NMK_OK)
		rc = op_fail(op, NMK_EINVALID, "category", "is needed");
	return rc;
}

nmk_status nmk_category_get(nmk_session *session, const char *id, nmk_category **out)
{
	struct nmk_category category = { 0 };
	nmk_category *value = NULL;
	struct nmk_op op;
	nmk_status rc = start(&op, session, OP_category_get, out);

	while (op_next(&op, &rc)) {
		rc = category_load(&op, "id", id, &category);
		if (rc == NMK_OK)
			rc = hand_over(&op, &category, &value);
	}
	fields_free(category_fields, &category);
	answer(out, value, rc);
	return rc;
}

static nmk_status check_name(struct nmk_op *op, const char *name)
{
	return op_check_text(op, field_named(category_fields, "name"), name);
}

/* The key under which names are one, the caller's; NULL with rc set. */
static char *key_of(struct nmk_op *op, const char *name, nmk_status *rc)
{
	char *key = *rc == NMK_OK ? sort_key(name) : NULL;

	if (*rc == NMK_OK && !key)
		*rc = tx_no_memory(&op->tx);
	return key;
}

nmk_status nmk_category_find(nmk_session *session, const char *name, nmk_category **out)
{
	struct nmk_category category = { 0 };
	nmk_category *value = NULL;
	struct nmk_op op;
	char *key;
	nmk_status rc = start(&op, session, OP_category_find, out);

	if (rc == NMK_OK)
		rc = check_name(&op, name);
	key = key_of(&op, name, &rc);
	while (op_next(&op, &rc)) {
		rc = load_by_key(&op, key, &category);
		if (rc == NMK_ENOTFOUND)
			rc = op_fail(&op, rc, "name", "there is none of this name");
		if (rc == NMK_OK)
			rc = hand_over(&op, &category, &value);
	}
	fields_free(category_fields, &category);
	free(key);
	answer(out, value, rc);
	return rc;
}

/* ---- list ---- */

static nmk_status bind_parent(struct nmk_op *op, struct stmt *stmt, const char *parent_id)
{
	struct nmk_category parent = { 0 };
	nmk_status rc = NMK_OK;

	if (!parent_id)
		return NMK_OK;
	rc = category_load(op, "parent_id", parent_id, &parent);
	if (rc == NMK_OK) {
		stmt_option(stmt, "parent");
		stmt_int(stmt, "parent_id", parent.id.number);
	}
	fields_free(category_fields, &parent);
	return rc;
}

static nmk_status page_end(struct nmk_op *op, nmk_category_page *page)
{
	const struct nmk_category *last = page->page.items[page->page.count - 1];
	struct cursor cursor = { .id = last->id.number };
	nmk_status rc = NMK_OK;
	char *key = key_of(op, last->name, &rc);

	if (rc != NMK_OK)
		return rc;
	memcpy(cursor.text, key, strlen(key) + 1);
	free(key);
	return op_page_next(op, "category", &cursor, &page->page);
}

static nmk_status list_read(struct nmk_op *op, struct stmt *stmt, int32_t limit, nmk_category_page *page)
{
	static const struct row_kind kind = {
		.fields = category_fields, .size = sizeof(struct nmk_category), .release = category_release
	};
	nmk_status rc;
	bool more;

	stmt_int(stmt, "limit", limit + 1);
	rc = op_read_page(op, stmt, &kind, limit, &page->page, &more);
	return rc == NMK_OK && more ? page_end(op, page) : rc;
}

nmk_status nmk_category_list(nmk_session *session, const char *parent_id, const char *cursor, int32_t limit,
                             nmk_category_page **out)
{
	struct cursor after = { 0 };
	nmk_category_page *page = NULL;
	struct stmt stmt;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_category_list);

	if (out)
		*out = NULL;
	else if (rc == NMK_OK)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = op_check_limit(&op, limit, &limit);
	while (op_next(&op, &rc)) {
		page = calloc(1, sizeof *page);
		rc = page ? NMK_OK : tx_no_memory(&op.tx);
		stmt_init(&stmt, &op.tx, SQL_category_list);
		if (rc == NMK_OK && cursor)
			rc = cursor_read(&op, "category", cursor, &after);
		if (rc == NMK_OK)
			rc = bind_parent(&op, &stmt, parent_id);
		if (rc == NMK_OK) {
			stmt_text(&stmt, "after_key", after.text);
			stmt_int(&stmt, "after_id", after.id);
			rc = list_read(&op, &stmt, limit, page);
		}
	}
	if (rc == NMK_OK)
		*out = page;
	else
		nmk_category_page_free(page);
	return rc;
}

/* ---- the tree ---- */

/* A subtree of so many levels fits below the parent. */
static nmk_status check_depth(struct nmk_op *op, int64_t parent_id, int64_t height)
{
	int64_t level = 0;
	nmk_status rc = parent_id ? catalog_number(op, SQL_category_level, parent_id, &level) : NMK_OK;

	if (rc == NMK_OK && level + height > NMK_CATEGORY_DEPTH_MAXIMUM)
		rc = op_fail(op, NMK_ELIMIT, "parent_id", "would make the tree deeper than %lld levels",
		             (long long)NMK_CATEGORY_DEPTH_MAXIMUM);
	return rc;
}

static nmk_status tree_change(struct nmk_op *op, enum sql_id statement, int64_t id, int64_t parent_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "id", id);
	if (statement == SQL_category_closure_link)
		stmt_int(&stmt, "parent_id", parent_id);
	return stmt_exec(&stmt, NULL);
}

static nmk_status check_not_below_itself(struct nmk_op *op, int64_t id, int64_t parent_id)
{
	struct stmt stmt;
	int64_t contained = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_category_contains);
	stmt_int(&stmt, "id", id);
	stmt_int(&stmt, "other_id", parent_id);
	rc = stmt_one_int(&stmt, &contained);
	if (rc == NMK_OK && contained)
		rc = op_fail(op, NMK_EINVALID, "parent_id", "lies below the category itself");
	return rc;
}

static nmk_status move(struct nmk_op *op, int64_t id, int64_t parent_id)
{
	int64_t height = 0;
	nmk_status rc = parent_id ? check_not_below_itself(op, id, parent_id) : NMK_OK;

	if (rc == NMK_OK)
		rc = catalog_number(op, SQL_category_height, id, &height);
	if (rc == NMK_OK)
		rc = check_depth(op, parent_id, height);
	if (rc == NMK_OK)
		rc = tree_change(op, SQL_category_closure_unlink, id, 0);
	if (rc == NMK_OK && parent_id)
		rc = tree_change(op, SQL_category_closure_link, id, parent_id);
	return rc;
}

/* ---- writing ---- */

static nmk_status check_description(struct nmk_op *op, const char *description)
{
	return op_check_text(op, field_named(category_fields, "description"), description);
}

static nmk_status check_free(struct nmk_op *op, const char *key, int64_t id)
{
	nmk_status rc = NMK_OK;
	bool taken = false;
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_category_find);
	stmt_text(&stmt, "name_key", key);
	while (stmt_next(&stmt, &rc))
		taken = taken || stmt_column_int(&stmt, 0) != id;
	return taken ? op_fail(op, NMK_ECONFLICT, "name", "is taken") : rc;
}

static nmk_status write_category(struct nmk_op *op, enum sql_id statement, const struct nmk_category *category,
                                 const char *key)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_fields(&stmt, category_fields, category);
	stmt_text(&stmt, "name_key", key);
	return stmt_exec(&stmt, NULL);
}

static bool set_text(char **member, const char *text)
{
	free(*member);
	*member = text && *text ? strdup(text) : NULL;
	return *member || !text || !*text;
}

static nmk_status parent_number(struct nmk_op *op, const char *parent_id, int64_t *number)
{
	struct nmk_category parent = { 0 };
	nmk_status rc = NMK_OK;

	*number = 0;
	if (parent_id) {
		rc = category_load(op, "parent_id", parent_id, &parent);
		*number = parent.id.number;
		fields_free(category_fields, &parent);
	}
	return rc;
}

static nmk_status add(struct nmk_op *op, const char *name, const char *description, const char *parent_id,
                      const char *key, int64_t *id)
{
	struct nmk_category category = { .active = true, .created_at = op->tx.now, .updated_at = op->tx.now };
	nmk_status rc = check_free(op, key, 0);

	if (rc == NMK_OK)
		rc = parent_number(op, parent_id, &category.parent_id.number);
	if (rc == NMK_OK)
		rc = check_depth(op, category.parent_id.number, 1);
	if (rc == NMK_OK && !(set_text(&category.name, name) && set_text(&category.description, description)))
		rc = tx_no_memory(&op->tx);
	if (rc == NMK_OK) {
		*id = category.id.number = tx_new_id(&op->tx);
		op_subject(op, "category", ID_CATEGORY, *id);
		rc = write_category(op, SQL_category_add, &category, key);
	}
	if (rc == NMK_OK)
		rc = tree_change(op, SQL_category_closure_self, *id, 0);
	if (rc == NMK_OK && category.parent_id.number)
		rc = tree_change(op, SQL_category_closure_link, *id, category.parent_id.number);
	if (rc == NMK_OK)
		rc = index_topics_changed(op);
	fields_free(category_fields, &category);
	return rc;
}

nmk_status nmk_category_create(nmk_session *session, const char *name, const char *description, const char *parent_id,
                               const char *idempotency_key, nmk_category **out)
{
	struct nmk_category category = { 0 };
	struct buffer request = { 0 };
	nmk_category *value = NULL;
	struct nmk_op op;
	int64_t id;
	char *key;
	nmk_status rc = op_begin(&op, session, OP_category_create);

	if (out)
		*out = NULL;
	if (rc == NMK_OK)
		rc = check_name(&op, name);
	if (rc == NMK_OK)
		rc = check_description(&op, description);
	if (rc == NMK_OK)
		rc = op_check_once_key(&op, idempotency_key);
	if (rc == NMK_OK && idempotency_key) {
		once_part(&request, name);
		once_part(&request, description);
		once_part(&request, parent_id);
	}
	if (request.failed)
		rc = tx_no_memory(&op.tx);
	key = key_of(&op, name, &rc);
	while (op_next(&op, &rc)) {
		rc = op_once(&op, idempotency_key, request.data, request.length, &id);
		if (rc == NMK_OK && id == 0) {
			rc = add(&op, name, description, parent_id, key, &id);
			if (rc == NMK_OK)
				rc = op_once_done(&op, idempotency_key, request.data, request.length, id);
		}
		if (rc == NMK_OK)
			rc = load_number(&op, NULL, id, &category);
		if (rc == NMK_OK)
			rc = hand_over(&op, &category, &value);
	}
	buffer_free(&request);
	fields_free(category_fields, &category);
	free(key);
	answer(out, value, rc);
	return rc;
}

#define ALL_FIELDS (NMK_CATEGORY_NAME | NMK_CATEGORY_DESCRIPTION | NMK_CATEGORY_PARENT_ID | NMK_CATEGORY_ACTIVE)

static nmk_status check_changes(struct nmk_op *op, const nmk_category_changes *changes)
{
	nmk_status rc;

	if (!changes)
		return op_fail(op, NMK_EINVALID, "changes", "is needed");
	rc = op_check_version(op, changes->version, NMK_CATEGORY_CHANGES_VERSION);
	if (rc == NMK_OK && (changes->set == 0 || (changes->set & ~(uint32_t)ALL_FIELDS)))
		rc = op_fail(op, NMK_EINVALID, "set", "must name one field or more, of those that there are");
	if (rc == NMK_OK && (changes->set & NMK_CATEGORY_NAME))
		rc = check_name(op, changes->name);
	if (rc == NMK_OK && (changes->set & NMK_CATEGORY_DESCRIPTION))
		rc = check_description(op, changes->description);
	return rc;
}

static void note_fields(struct nmk_op *op, uint32_t set)
{
	static const struct op_changeable order[] = {
		{ NMK_CATEGORY_NAME, "name" }, { NMK_CATEGORY_DESCRIPTION, "description" },
		{ NMK_CATEGORY_PARENT_ID, "parent_id" }, { NMK_CATEGORY_ACTIVE, "active" },
	};
	op_detail_fields(op, order, sizeof order / sizeof order[0], set);
}

static nmk_status change_parent(struct nmk_op *op, const nmk_category_changes *changes, struct nmk_category *category)
{
	int64_t parent = category->parent_id.number;
	nmk_status rc = NMK_OK;

	if (changes->set & NMK_CATEGORY_PARENT_ID)
		rc = parent_number(op, changes->parent_id, &parent);
	if (rc == NMK_OK && parent != category->parent_id.number)
		rc = move(op, category->id.number, parent);
	category->parent_id.number = parent;
	return rc;
}

static nmk_status change(struct nmk_op *op, const nmk_category_changes *changes, struct nmk_category *category)
{
	bool renamed = (changes->set & NMK_CATEGORY_NAME) && strcmp(changes->name, category->name) != 0, complete = true;
	int64_t parent = category->parent_id.number;
	nmk_status rc = change_parent(op, changes, category);
	char *key;

	if (renamed)
		complete = set_text(&category->name, changes->name);
	if (changes->set & NMK_CATEGORY_DESCRIPTION)
		complete = set_text(&category->description, changes->description) && complete;
	if (changes->set & NMK_CATEGORY_ACTIVE)
		category->active = changes->active;
	category->updated_at = op->tx.now;
	if (rc == NMK_OK && !complete)
		rc = tx_no_memory(&op->tx);
	key = key_of(op, category->name, &rc);
	if (rc == NMK_OK && renamed)
		rc = check_free(op, key, category->id.number);
	if (rc == NMK_OK)
		rc = write_category(op, SQL_category_change, category, key);
	if (rc == NMK_OK && renamed)
		rc = index_renew_category(op, category->id.number);
	if (rc == NMK_OK && (renamed || category->parent_id.number != parent))
		rc = index_topics_changed(op);
	free(key);
	note_fields(op, changes->set);
	return rc;
}

nmk_status nmk_category_update(nmk_session *session, const char *id, const nmk_category_changes *changes,
                               nmk_category **out)
{
	struct nmk_category category = { 0 };
	nmk_category *value = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_category_update);

	if (out)
		*out = NULL;
	if (rc == NMK_OK)
		rc = check_changes(&op, changes);
	while (op_next(&op, &rc)) {
		rc = category_load(&op, "id", id, &category);
		if (rc == NMK_OK) {
			op_subject(&op, "category", ID_CATEGORY, category.id.number);
			rc = change(&op, changes, &category);
		}
		if (rc == NMK_OK)
			rc = load_number(&op, NULL, category.id.number, &category);
		if (rc == NMK_OK)
			rc = hand_over(&op, &category, &value);
	}
	fields_free(category_fields, &category);
	answer(out, value, rc);
	return rc;
}
