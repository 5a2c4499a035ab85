#include "packages.h"

#include <stdlib.h>
#include <string.h>
#include "page.h"

const char *const version_state_words[] = { "", "draft", "pending_review", "published", "archived", NULL };

const struct field version_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_version, kind, name, flags, __VA_ARGS__)
#include "version.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_version, name, __VA_ARGS__)
#include "version.def"
#undef NMK_FIELD

const char *nmk_version_state_word(nmk_version_state status)
{
	return word_of(version_state_words, (int)status);
}

nmk_version_state nmk_version_state_of(const char *word)
{
	return (nmk_version_state)word_value(version_state_words, word);
}

void version_clear(struct nmk_version *version)
{
	fields_free(version_fields, version);
}

static json_t *version_to_json(const void *version)
{
	return fields_json(version_fields, version);
}

char *nmk_version_json(const nmk_version *version)
{
	return json_text(version_to_json(version));
}

static void version_release(void *version)
{
	version_clear(version);
	free(version);
}

void nmk_version_free(nmk_version *version)
{
	if (version)
		version_release(version);
}

PAGE_FUNCTIONS(nmk_version, version)

/* ---- loading ---- */

nmk_status version_nano(struct nmk_op *op, const char *nano_id, struct nmk_nano *nano)
{
	nmk_status rc = nano_load(op, nano_id, nano);

	return rc == NMK_OK ? op_allow(op, nano_subject(nano)) : rc;
}

nmk_status version_load(struct nmk_op *op, const struct nmk_nano *nano, const char *number, struct nmk_version *version)
{
	struct stmt stmt;
	int64_t key;

	if (!number)
		number = nano->version;
	if (!number)
		return op_fail(op, NMK_ENOTFOUND, "number", "there is no package yet");
	if (!semver_parse(number, &key))
		return op_fail(op, NMK_ENOTFOUND, "number", "names no version");
	stmt_init(&stmt, &op->tx, SQL_version_by_number);
	stmt_int(&stmt, "nano_id", nano->id.number);
	stmt_int(&stmt, "number_key", key);
	return stmt_one(&stmt, version_fields, version);
}

nmk_status version_load_id(struct nmk_op *op, int64_t id, struct nmk_version *version)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_version_by_id);
	stmt_int(&stmt, "id", id);
	return stmt_one(&stmt, version_fields, version);
}

nmk_status version_latest(struct nmk_op *op, int64_t nano_id, int status, struct nmk_version *version)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	version_clear(version);
	stmt_init(&stmt, &op->tx, SQL_version_latest);
	stmt_int(&stmt, "nano_id", nano_id);
	if (status) {
		stmt_option(&stmt, "status");
		stmt_text(&stmt, "status", word_of(version_state_words, status));
	}
	if (stmt_next(&stmt, &rc)) {
		rc = stmt_read(&stmt, version_fields, version);
		stmt_end(&stmt);
	}
	return rc;
}

static void hide(const struct nmk_op *op, int64_t creator_id, struct nmk_version *version)
{
	if (!op_is_staff(op) && !op_is_self(op, creator_id))
		fields_hide(version_fields, version, FIELD_OWNER);
}

nmk_status version_hand_over(struct nmk_op *op, const struct nmk_nano *nano, struct nmk_version *version,
                             nmk_version **out)
{
	if (!out)
		return NMK_OK;
	nmk_version_free(*out);
	*out = malloc(sizeof **out);
	if (!*out)
		return tx_no_memory(&op->tx);
	hide(op, nano->creator_id.number, version);
	**out = *version;
	*version = (struct nmk_version){ 0 };
	return NMK_OK;
}

/* An answer that failed after it was put together is none. */
static void answer(nmk_version **out, nmk_version *version, nmk_status rc)
{
	if (rc == NMK_OK)
		*out = version;
	else
		nmk_version_free(version);
}

nmk_status nmk_version_get(nmk_session *session, const char *nano_id, const char *number, nmk_version **out)
{
	struct nmk_nano nano = { 0 };
	struct nmk_version version = { 0 };
	nmk_version *found = NULL;
	struct nmk_op op;
	nmk_status rc;

	if (out)
		*out = NULL;
	rc = op_begin(&op, session, OP_version_get);
	if (rc == NMK_OK && !out)
		rc = op_fail(&op, NMK_EINVALID, "version", "is needed");
	while (op_next(&op, &rc)) {
		rc = version_nano(&op, nano_id, &nano);
		if (rc == NMK_OK)
			rc = version_load(&op, &nano, number, &version);
		if (rc == NMK_OK)
			rc = version_hand_over(&op, &nano, &version, &found);
	}
	version_clear(&version);
	nano_fields_free(&nano);
	if (out)
		answer(out, found, rc);
	return rc;
}

/* ---- lists ---- */

static nmk_status page_take(struct nmk_op *op, struct stmt *stmt, int64_t creator_id, nmk_version_page *page)
{
	struct nmk_version *version = calloc(1, sizeof *version);
	nmk_status rc = version ? stmt_read(stmt, version_fields, version) : tx_no_memory(&op->tx);

	if (rc == NMK_OK)
		hide(op, creator_id, version);
	if (rc == NMK_OK && !page_add(&page->page, version))
		rc = tx_no_memory(&op->tx);
	if (rc != NMK_OK)
		nmk_version_free(version);
	return rc;
}

/* One row more than the page holds tells whether there is another page. */
static nmk_status page_fill(struct nmk_op *op, struct stmt *stmt, int64_t creator_id, int32_t limit,
                            nmk_version_page *page)
{
	nmk_status rc = NMK_OK;

	stmt_int(stmt, "limit", (int64_t)limit + 1);
	while (stmt_next(stmt, &rc))
		rc = page_take(op, stmt, creator_id, page);
	return rc;
}

static nmk_status page_cut(struct nmk_op *op, const char *list, int32_t limit,
                           int64_t (*key_of)(const struct nmk_version *version), nmk_version_page *page)
{
	const struct nmk_version *last;
	struct cursor cursor = { 0 };

	if (page->page.count <= (size_t)limit)
		return NMK_OK;
	version_release(page->page.items[--page->page.count]);
	last = page->page.items[page->page.count - 1];
	cursor.number = key_of(last);
	cursor.id = last->id.number;
	return op_page_next(op, list, &cursor, &page->page);
}

static int64_t number_key_of(const struct nmk_version *version)
{
	int64_t key = 0;

	semver_parse(version->number, &key);
	return key;
}

static int64_t submitted_at_of(const struct nmk_version *version)
{
	return version->submitted_at;
}

static void bind_cursor(struct stmt *stmt, const char *text, const struct cursor *cursor)
{
	if (!text)
		return;
	stmt_option(stmt, "after");
	stmt_int(stmt, "number", cursor->number);
	stmt_int(stmt, "id", cursor->id);
}

/* The checks that both lists begin with. */
static nmk_status list_begin(struct nmk_op *op, const char *list, const char *cursor_text, int32_t given,
                             nmk_version_page **out, int32_t *limit, struct cursor *cursor)
{
	nmk_status rc = out ? NMK_OK : op_fail(op, NMK_EINVALID, "page", "is needed");

	if (rc == NMK_OK)
		rc = op_check_limit(op, given, limit);
	if (rc == NMK_OK && cursor_text)
		rc = cursor_read(op, list, cursor_text, cursor);
	return rc;
}

static nmk_status page_new(struct nmk_op *op, nmk_version_page **page)
{
	nmk_version_page_free(*page);
	*page = calloc(1, sizeof **page);
	return *page ? NMK_OK : tx_no_memory(&op->tx);
}

static void page_answer(nmk_version_page **out, nmk_version_page *page, nmk_status rc)
{
	if (rc == NMK_OK)
		*out = page;
	else
		nmk_version_page_free(page);
}

nmk_status nmk_version_list(nmk_session *session, const char *nano_id, const char *cursor_text, int32_t given,
                            nmk_version_page **out)
{
	nmk_version_page *page = NULL;
	struct nmk_nano nano = { 0 };
	struct cursor cursor;
	int32_t limit = 0;
	struct nmk_op op;
	struct stmt stmt;
	nmk_status rc;

	if (out)
		*out = NULL;
	rc = op_begin(&op, session, OP_version_list);
	if (rc == NMK_OK)
		rc = list_begin(&op, "version_list", cursor_text, given, out, &limit, &cursor);
	while (op_next(&op, &rc)) {
		rc = version_nano(&op, nano_id, &nano);
		if (rc == NMK_OK)
			rc = page_new(&op, &page);
		if (rc == NMK_OK) {
			stmt_init(&stmt, &op.tx, SQL_version_list);
			stmt_int(&stmt, "nano_id", nano.id.number);
			bind_cursor(&stmt, cursor_text, &cursor);
			rc = page_fill(&op, &stmt, nano.creator_id.number, limit, page);
		}
		if (rc == NMK_OK)
			rc = page_cut(&op, "version_list", limit, number_key_of, page);
	}
	nano_fields_free(&nano);
	if (out)
		page_answer(out, page, rc);
	return rc;
}

nmk_status nmk_version_review_queue(nmk_session *session, const char *cursor_text, int32_t given, nmk_version_page **out)
{
	nmk_version_page *page = NULL;
	struct cursor cursor;
	int32_t limit = 0;
	struct nmk_op op;
	struct stmt stmt;
	nmk_status rc;

	if (out)
		*out = NULL;
	rc = op_begin(&op, session, OP_version_review_queue);
	if (rc == NMK_OK)
		rc = list_begin(&op, "version_review_queue", cursor_text, given, out, &limit, &cursor);
	while (op_next(&op, &rc)) {
		rc = page_new(&op, &page);
		if (rc == NMK_OK) {
			stmt_init(&stmt, &op.tx, SQL_version_review_queue);
			bind_cursor(&stmt, cursor_text, &cursor);
			rc = page_fill(&op, &stmt, 0, limit, page);
		}
		if (rc == NMK_OK)
			rc = page_cut(&op, "version_review_queue", limit, submitted_at_of, page);
	}
	if (out)
		page_answer(out, page, rc);
	return rc;
}
