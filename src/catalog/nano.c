/* nano.c -- nanos as values: reading, pages, lists. */
#include "catalog.h"

#include <stdlib.h>
#include <string.h>
#include "page.h"

const struct field nano_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_nano, kind, name, flags, __VA_ARGS__)
#include "nano.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_nano, name, __VA_ARGS__)
#include "nano.def"
#undef NMK_FIELD

size_t nmk_nano_category_count(const nmk_nano *nano)
{
	return nano->topic_count;
}

const char *nmk_nano_category_id(const nmk_nano *nano, size_t index)
{
	return index < nano->topic_count ? nano->topics[index].id.text : NULL;
}

const char *nmk_nano_category_name(const nmk_nano *nano, size_t index)
{
	return index < nano->topic_count ? nano->topics[index].name : NULL;
}

static void topics_free(struct nmk_nano *nano)
{
	for (size_t i = 0; i < nano->topic_count; i++)
		free(nano->topics[i].name);
	memset(nano->topics, 0, sizeof nano->topics);
	nano->topic_count = 0;
}

void nano_fields_free(struct nmk_nano *nano)
{
	fields_free(nano_fields, nano);
	topics_free(nano);
}

void nmk_nano_free(nmk_nano *nano)
{
	if (nano)
		nano_fields_free(nano);
	free(nano);
}

static json_t *topic_json(const struct nano_topic *topic)
{
	return json_pack("{s:s, s:s}", "id", topic->id.text, "name", topic->name);
}

json_t *nano_to_json(const void *item)
{
	const struct nmk_nano *nano = item;
	json_t *json = fields_json(nano_fields, nano), *topics = json_array();
	bool complete = json && topics;

	for (size_t i = 0; complete && i < nano->topic_count; i++)
		complete = json_array_append_new(topics, topic_json(&nano->topics[i])) == 0;
	if (!complete || json_object_set(json, "categories", topics) != 0) {
		json_decref(json);
		json = NULL;
	}
	json_decref(topics);
	return json;
}

char *nmk_nano_json(const nmk_nano *nano)
{
	return json_text(nano_to_json(nano));
}

static void nano_release(void *item)
{
	nmk_nano_free(item);
}

PAGE_FUNCTIONS(nmk_nano, nano)

/* ---- reading ---- */

nmk_status nano_load_number(struct nmk_op *op, int64_t id, struct nmk_nano *nano)
{
	struct stmt stmt;
	nmk_status rc;

	nano_fields_free(nano);
	stmt_init(&stmt, &op->tx, SQL_nano_get);
	stmt_int(&stmt, "id", id);
	rc = stmt_one(&stmt, nano_fields, nano);
	return rc == NMK_ENOTFOUND ? op_fail(op, rc, NULL, "there is none with this id") : rc;
}

nmk_status nano_load(struct nmk_op *op, const char *id, struct nmk_nano *nano)
{
	int64_t number;
	nmk_status rc = tx_id(&op->tx, ID_NANO, "id", id, &number);

	return rc == NMK_OK ? nano_load_number(op, number, nano) : rc;
}

struct subject nano_subject(const struct nmk_nano *nano)
{
	return (struct subject){
		.type = "nano", .kind = ID_NANO, .id = nano->id.number, .owner_id = nano->creator_id.number,
		.is_public = nano->status == NMK_NANO_PUBLISHED,
	};
}

nmk_status nano_topics_load(struct nmk_op *op, struct nmk_nano *nano)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	topics_free(nano);
	stmt_init(&stmt, &op->tx, SQL_nano_topics);
	stmt_int(&stmt, "nano_id", nano->id.number);
	while (stmt_next(&stmt, &rc)) {
		struct nano_topic *topic = &nano->topics[nano->topic_count];

		topic->id = tx_id_value(&op->tx, ID_CATEGORY, stmt_column_int(&stmt, 0));
		topic->name = strdup(stmt_column_text(&stmt, 1));
		if (topic->name)
			nano->topic_count++;
		else
			rc = tx_no_memory(&op->tx);
	}
	return rc;
}

nmk_status nano_hand_over(struct nmk_op *op, struct nmk_nano *nano, nmk_nano **out)
{
	nmk_status rc = nano_topics_load(op, nano);

	nmk_nano_free(*out);
	*out = NULL;
	if (rc != NMK_OK)
		return rc;
	if (!op->tx.actor_staff && op->tx.actor_id != nano->creator_id.number)
		fields_hide(nano_fields, nano, FIELD_OWNER);
	*out = malloc(sizeof **out);
	if (!*out)
		return tx_no_memory(&op->tx);
	memcpy(*out, nano, sizeof **out);
	memset(nano, 0, sizeof *nano);
	return NMK_OK;
}

void nano_answer(nmk_nano **out, nmk_nano *value, nmk_status rc)
{
	if (rc == NMK_OK && out)
		*out = value;
	else
		nmk_nano_free(value);
}

nmk_status nmk_nano_get(nmk_session *session, const char *id, nmk_nano **out)
{
	struct nmk_op op;
	struct nmk_nano nano = { 0 };
	nmk_nano *value = NULL;
	nmk_status rc = op_begin(&op, session, OP_nano_get);

	if (out)
		*out = NULL;
	else if (rc == NMK_OK)
		rc = op_fail(&op, NMK_EINVALID, "nano", "is needed");
	while (op_next(&op, &rc)) {
		rc = nano_load(&op, id, &nano);
		if (rc == NMK_OK)
			rc = op_allow(&op, nano_subject(&nano));
		if (rc == NMK_OK)
			rc = nano_hand_over(&op, &nano, &value);
	}
	nano_fields_free(&nano);
	nano_answer(out, value, rc);
	return rc;
}

/* ---- pages ---- */

nmk_status nano_page_start(struct nmk_op *op, nmk_nano_page **page)
{
	nmk_nano_page_free(*page);
	*page = calloc(1, sizeof **page);
	return *page ? NMK_OK : tx_no_memory(&op->tx);
}

nmk_status nano_page_take(struct nmk_op *op, nmk_nano_page *page, struct nmk_nano *nano)
{
	nmk_nano *value = NULL;
	nmk_status rc = nano_hand_over(op, nano, &value);

	if (rc == NMK_OK && !page_add(&page->page, value)) {
		nmk_nano_free(value);
		rc = tx_no_memory(&op->tx);
	}
	return rc;
}

nmk_status nano_page_load(struct nmk_op *op, nmk_nano_page *page, int64_t id)
{
	struct nmk_nano nano = { 0 };
	nmk_status rc = nano_load_number(op, id, &nano);

	if (rc == NMK_OK)
		rc = nano_page_take(op, page, &nano);
	nano_fields_free(&nano);
	return rc;
}

nmk_status nano_page_end(struct nmk_op *op, nmk_nano_page *page, const char *list, const struct cursor *last)
{
	return op_page_next(op, list, last, &page->page);
}

void nano_page_answer(nmk_nano_page **out, nmk_nano_page *page, nmk_status rc)
{
	if (rc == NMK_OK)
		*out = page;
	else
		nmk_nano_page_free(page);
}

/* ---- lists ---- */

#define LARGE_CATEGORY 1000 /* as far as category_size counts */

nmk_status nano_filter_check(struct nmk_op *op, const struct nano_filter *filter)
{
	const struct { const char *field; const char *const *words; int value; } choices[] = {
		{ "competency_level", competency_level_words, (int)filter->competency_level },
		{ "format", format_words, (int)filter->format },
		{ "license", license_words, (int)filter->license },
	};
	char code[3];

	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++)
		if (choices[i].value != 0 && !word_of(choices[i].words, choices[i].value))
			return op_fail(op, NMK_EINVALID, choices[i].field, "is none of the values that there are");
	if (filter->language && !language_code(filter->language, code))
		return op_fail(op, NMK_EINVALID, "language", "must be two letters");
	return NMK_OK;
}

nmk_status catalog_number(struct nmk_op *op, enum sql_id statement, int64_t id, int64_t *number)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "id", id);
	return stmt_one_int(&stmt, number);
}

static nmk_status bind_creator(struct nmk_op *op, struct stmt *stmt, const char *text)
{
	int64_t id;
	nmk_status rc;

	if (!text)
		return NMK_OK;
	rc = tx_id(&op->tx, ID_USER, "creator_id", text, &id);
	if (rc == NMK_OK)
		rc = catalog_number(op, SQL_nano_user_exists, id, &id);
	if (rc == NMK_ENOTFOUND)
		rc = op_fail(op, rc, "creator_id", "there is none with this id");
	if (rc == NMK_OK) {
		stmt_option(stmt, "creator");
		stmt_int(stmt, "creator_id", id);
	}
	return rc;
}

static nmk_status bind_category(struct nmk_op *op, struct stmt *stmt, const char *text)
{
	int64_t id, level = 0, size = 0;
	nmk_status rc;

	if (!text)
		return NMK_OK;
	rc = tx_id(&op->tx, ID_CATEGORY, "category_id", text, &id);
	if (rc == NMK_OK)
		rc = catalog_number(op, SQL_category_level, id, &level);
	if (rc == NMK_OK && level == 0)
		rc = op_fail(op, NMK_ENOTFOUND, "category_id", "there is none with this id");
	if (rc == NMK_OK)
		rc = catalog_number(op, SQL_category_size, id, &size);
	if (rc == NMK_OK) {
		stmt_option(stmt, size < LARGE_CATEGORY ? "category" : "category_large");
		stmt_int(stmt, "category_id", id);
	}
	return rc;
}

static void bind_word(struct stmt *stmt, const char *option, const char *parameter, const char *word)
{
	if (word) {
		stmt_option(stmt, option);
		stmt_text(stmt, parameter, word);
	}
}

nmk_status nano_filter_bind(struct nmk_op *op, const struct nano_filter *filter, struct stmt *stmt, char language[3])
{
	nmk_status rc;

	bind_word(stmt, "level", "competency_level", nmk_competency_level_word(filter->competency_level));
	bind_word(stmt, "format", "format", nmk_format_word(filter->format));
	bind_word(stmt, "license", "license", nmk_license_word(filter->license));
	if (filter->language && language_code(filter->language, language))
		bind_word(stmt, "language", "language", language);
	rc = bind_category(op, stmt, filter->category_id);
	return rc == NMK_OK ? bind_creator(op, stmt, filter->creator_id) : rc;
}

void nmk_nano_list_options_init(nmk_nano_list_options *options)
{
	*options = (nmk_nano_list_options)NMK_NANO_LIST_OPTIONS_INIT;
}

/* A list that is being read. */
struct listing {
	const char    *name;      /* of the list, for cursors                     */
	enum sql_id    statement;
	struct cursor  after;
	int32_t        limit;
};

static nmk_status listing_cursor(struct nmk_op *op, const char *text, struct listing *listing)
{
	return text ? cursor_read(op, listing->name, text, &listing->after) : NMK_OK;
}

/* Run the statement and fill the page; one row more than the page has tells whether there is another. */
static nmk_status listing_read(struct nmk_op *op, const struct listing *listing, struct stmt *stmt, nmk_nano_page *page,
                               bool *more)
{
	struct nmk_nano nano = { 0 };
	nmk_status rc = NMK_OK;

	*more = false;
	stmt_int(stmt, "limit", listing->limit + 1);
	while (!*more && stmt_next(stmt, &rc)) {
		*more = page->page.count == (size_t)listing->limit;
		if (!*more)
			rc = stmt_read(stmt, nano_fields, &nano);
		if (!*more && rc == NMK_OK)
			rc = nano_page_take(op, page, &nano);
	}
	stmt_end(stmt);
	nano_fields_free(&nano);
	return rc;
}

static nmk_status list_check(struct nmk_op *op, const nmk_nano_list_options *options, const struct nano_filter *filter,
                             struct listing *listing)
{
	nmk_status rc = op_check_version(op, options->version, NMK_NANO_LIST_OPTIONS_VERSION);

	if (rc == NMK_OK && options->status != 0 && !nmk_nano_state_word(options->status))
		rc = op_fail(op, NMK_EINVALID, "status", "is none of the values that there are");
	if (rc == NMK_OK && (int)options->order != 0 && options->order != NMK_NANO_ORDER_NEWEST
	    && options->order != NMK_NANO_ORDER_TITLE)
		rc = op_fail(op, NMK_EINVALID, "order", "is none of the values that there are");
	if (rc == NMK_OK)
		rc = nano_filter_check(op, filter);
	if (rc == NMK_OK)
		rc = op_check_limit(op, options->limit, &listing->limit);
	return rc;
}

/* Beyond the published ones, who is no staff sees only the own: saying so lets an index find them. */
static void bind_status(struct nmk_op *op, const nmk_nano_list_options *options, struct stmt *stmt)
{
	nmk_nano_state status = options->status ? options->status : NMK_NANO_PUBLISHED;

	if (options->any_status) {
		stmt_option(stmt, "any_status");
		return;
	}
	bind_word(stmt, "status", "status", nmk_nano_state_word(status));
	if (status != NMK_NANO_PUBLISHED && !op->tx.actor_staff && !options->creator_id) {
		stmt_option(stmt, "creator");
		stmt_int(stmt, "creator_id", op->tx.actor_id);
	}
}

static void bind_start(struct stmt *stmt, const struct listing *listing, bool by_title)
{
	if (by_title) {
		stmt_text(stmt, "after_key", listing->after.text);
		stmt_int(stmt, "after_id", listing->after.id);
	} else
		stmt_int(stmt, "before_id", listing->after.id ? listing->after.id : INT64_MAX);
}

static nmk_status list_end(struct nmk_op *op, const struct listing *listing, nmk_nano_page *page, bool by_title)
{
	const struct nmk_nano *last = page->page.items[page->page.count - 1];
	struct cursor cursor = { .id = last->id.number };
	char *key;

	if (by_title) {
		key = sort_key(last->title);
		if (!key)
			return tx_no_memory(&op->tx);
		memcpy(cursor.text, key, strlen(key) + 1);
		free(key);
	}
	return nano_page_end(op, page, listing->name, &cursor);
}

nmk_status nmk_nano_list(nmk_session *session, const nmk_nano_list_options *given, nmk_nano_page **out)
{
	const nmk_nano_list_options defaults = NMK_NANO_LIST_OPTIONS_INIT, *options = given ? given : &defaults;
	struct nano_filter filter = {
		.competency_level = options->competency_level, .format = options->format, .license = options->license,
		.language = options->language, .category_id = options->category_id, .creator_id = options->creator_id,
	};
	bool by_title = options->order == NMK_NANO_ORDER_TITLE, more;
	struct listing listing = { .name = by_title ? "nano_title" : "nano_newest",
	                           .statement = by_title ? SQL_nano_list_by_title : SQL_nano_list_newest };
	nmk_nano_page *page = NULL;
	char language[3];
	struct stmt stmt;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_nano_list);

	if (out)
		*out = NULL;
	else if (rc == NMK_OK)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = list_check(&op, options, &filter, &listing);
	while (op_next(&op, &rc)) {
		stmt_init(&stmt, &op.tx, listing.statement);
		rc = listing_cursor(&op, options->cursor, &listing);
		if (rc == NMK_OK)
			rc = nano_filter_bind(&op, &filter, &stmt, language);
		if (rc == NMK_OK)
			rc = nano_page_start(&op, &page);
		if (rc == NMK_OK) {
			bind_status(&op, options, &stmt);
			bind_start(&stmt, &listing, by_title);
			rc = listing_read(&op, &listing, &stmt, page, &more);
		}
		if (rc == NMK_OK && more)
			rc = list_end(&op, &listing, page, by_title);
	}
	if (out)
		nano_page_answer(out, page, rc);
	return rc;
}

nmk_status nmk_nano_review_queue(nmk_session *session, const char *cursor, int32_t limit, nmk_nano_page **out)
{
	struct listing listing = { .name = "nano_queue", .statement = SQL_nano_queue };
	nmk_nano_page *page = NULL;
	struct stmt stmt;
	struct nmk_op op;
	bool more;
	nmk_status rc = op_begin(&op, session, OP_nano_review_queue);

	if (out)
		*out = NULL;
	else if (rc == NMK_OK)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = op_check_limit(&op, limit, &listing.limit);
	while (op_next(&op, &rc)) {
		stmt_init(&stmt, &op.tx, listing.statement);
		rc = listing_cursor(&op, cursor, &listing);
		if (rc == NMK_OK)
			rc = nano_page_start(&op, &page);
		if (rc == NMK_OK) {
			stmt_int(&stmt, "after_time", listing.after.number);
			stmt_int(&stmt, "after_id", listing.after.id);
			rc = listing_read(&op, &listing, &stmt, page, &more);
		}
		if (rc == NMK_OK && more) {
			const struct nmk_nano *last = page->page.items[page->page.count - 1];

			rc = nano_page_end(&op, page, listing.name,
			                   &(struct cursor){ .number = last->submitted_at, .id = last->id.number });
		}
	}
	if (out)
		nano_page_answer(out, page, rc);
	return rc;
}
