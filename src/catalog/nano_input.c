/* nano_input.c -- create nanos and change drafts. */
#include "catalog.h"

#include <stdlib.h>
#include <string.h>

#define SORT_KEY_BYTES 500

#define ALL_FIELDS (NMK_NANO_TITLE | NMK_NANO_DESCRIPTION | NMK_NANO_DURATION_MINUTES | NMK_NANO_COMPETENCY_LEVEL \
	| NMK_NANO_LANGUAGE | NMK_NANO_FORMAT | NMK_NANO_LICENSE | NMK_NANO_CATEGORIES)

void nmk_nano_fields_init(nmk_nano_fields *fields)
{
	*fields = (nmk_nano_fields)NMK_NANO_FIELDS_INIT;
}

static int letter(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 'a';
	return c >= 'a' && c <= 'z' ? c : 0;
}

bool language_code(const char *text, char code[3])
{
	int first = letter(text[0]), second = first ? letter(text[1]) : 0;

	if (!second || text[2] != '\0')
		return false;
	code[0] = (char)first;
	code[1] = (char)second;
	code[2] = '\0';
	return true;
}

char *sort_key(const char *text)
{
	char *key = text_casefold_key(text);
	size_t length = key ? strlen(key) : 0;

	if (length > SORT_KEY_BYTES) {
		length = SORT_KEY_BYTES;
		while (((unsigned char)key[length] & 0xC0) == 0x80)
			length--;
		key[length] = '\0';
	}
	return key;
}

/* ---- checks ---- */

static nmk_status check_text(struct nmk_op *op, const char *name, const char *text)
{
	return op_check_text(op, field_named(nano_fields, name), text);
}

static nmk_status check_word(struct nmk_op *op, const char *name, int value)
{
	if (!word_of(field_named(nano_fields, name)->words, value))
		return op_fail(op, NMK_EINVALID, name, "is none of the values that there are");
	return NMK_OK;
}

static nmk_status check_duration(struct nmk_op *op, int32_t minutes)
{
	const struct field *field = field_named(nano_fields, "duration_minutes");

	if (minutes != 0 && (minutes < field->minimum || minutes > field->maximum))
		return op_fail(op, NMK_EINVALID, field->name, "must be from %lld to %lld", (long long)field->minimum,
		               (long long)field->maximum);
	return NMK_OK;
}

static nmk_status check_language(struct nmk_op *op, const char *language)
{
	char code[3];

	if (!language)
		return op_fail(op, NMK_EINVALID, "language", "is needed");
	if (!language_code(language, code))
		return op_fail(op, NMK_EINVALID, "language", "must be two letters");
	return NMK_OK;
}

static nmk_status check_categories(struct nmk_op *op, const nmk_nano_fields *fields)
{
	if (fields->category_count > NMK_NANO_CATEGORIES_MAXIMUM)
		return op_fail(op, NMK_ELIMIT, "category_ids", "may be %lld at most",
		               (long long)NMK_NANO_CATEGORIES_MAXIMUM);
	for (size_t i = 0; i < fields->category_count; i++)
		if (!fields->category_ids || !fields->category_ids[i])
			return op_fail(op, NMK_EINVALID, "category_ids", "is needed");
	return NMK_OK;
}

static nmk_status check_field(struct nmk_op *op, const nmk_nano_fields *fields, nmk_nano_field which)
{
	switch (which) {
	case NMK_NANO_TITLE:            return check_text(op, "title", fields->title);
	case NMK_NANO_DESCRIPTION:      return check_text(op, "description", fields->description);
	case NMK_NANO_DURATION_MINUTES: return check_duration(op, fields->duration_minutes);
	case NMK_NANO_COMPETENCY_LEVEL: return check_word(op, "competency_level", (int)fields->competency_level);
	case NMK_NANO_LANGUAGE:         return check_language(op, fields->language);
	case NMK_NANO_FORMAT:           return check_word(op, "format", (int)fields->format);
	case NMK_NANO_LICENSE:          return check_word(op, "license", (int)fields->license);
	case NMK_NANO_CATEGORIES:       return check_categories(op, fields);
	}
	return NMK_EINTERNAL;
}

static nmk_status check_fields(struct nmk_op *op, const nmk_nano_fields *fields, uint32_t set)
{
	nmk_status rc = NMK_OK;

	for (uint32_t bit = 1; rc == NMK_OK && bit <= ALL_FIELDS; bit <<= 1)
		if (set & bit)
			rc = check_field(op, fields, (nmk_nano_field)bit);
	return rc;
}

/* ---- from the input into a nano ---- */

static bool set_text(char **member, const char *text)
{
	free(*member);
	*member = text && *text ? strdup(text) : NULL;
	return *member || !text || !*text;
}

static nmk_status apply(struct nmk_op *op, const nmk_nano_fields *fields, uint32_t set, struct nmk_nano *nano)
{
	char language[3] = "";
	bool complete = true;

	if (set & NMK_NANO_TITLE)
		complete = set_text(&nano->title, fields->title);
	if (set & NMK_NANO_DESCRIPTION)
		complete = set_text(&nano->description, fields->description) && complete;
	if (set & NMK_NANO_LANGUAGE)
		complete = language_code(fields->language, language) && set_text(&nano->language, language) && complete;
	if (set & NMK_NANO_DURATION_MINUTES)
		nano->duration_minutes = fields->duration_minutes;
	if (set & NMK_NANO_COMPETENCY_LEVEL)
		nano->competency_level = (int)fields->competency_level;
	if (set & NMK_NANO_FORMAT)
		nano->format = (int)fields->format;
	if (set & NMK_NANO_LICENSE)
		nano->license = (int)fields->license;
	return complete ? NMK_OK : tx_no_memory(&op->tx);
}

static nmk_status write_nano(struct nmk_op *op, enum sql_id statement, const struct nmk_nano *nano, int64_t *changed)
{
	char *key = sort_key(nano->title);
	struct stmt stmt;
	nmk_status rc;

	if (!key)
		return tx_no_memory(&op->tx);
	stmt_init(&stmt, &op->tx, statement);
	stmt_fields(&stmt, nano_fields, nano);
	stmt_text(&stmt, "title_key", key);
	rc = stmt_exec(&stmt, changed);
	free(key);
	return rc;
}

/* ---- topics ---- */

/* A category that is no longer given away stays with the nanos that have it. */
static bool has_topic(const struct nmk_nano *nano, int64_t category_id)
{
	for (size_t i = 0; i < nano->topic_count; i++)
		if (nano->topics[i].id.number == category_id)
			return true;
	return false;
}

static nmk_status topic_check(struct nmk_op *op, const struct nmk_nano *nano, const char *text, int64_t *id)
{
	struct nmk_category category = { 0 };
	nmk_status rc = category_load(op, "category_ids", text, &category);

	*id = category.id.number;
	if (rc == NMK_OK && !category.active && !has_topic(nano, *id))
		rc = op_fail(op, NMK_ESTATE, "category_ids", "has a category that is no longer in use");
	fields_free(category_fields, &category);
	return rc;
}

static nmk_status topics_clear(struct nmk_op *op, const struct nmk_nano *nano)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_nano_topics_clear);
	stmt_int(&stmt, "nano_id", nano->id.number);
	return stmt_exec(&stmt, NULL);
}

static nmk_status topic_add(struct nmk_op *op, const struct nmk_nano *nano, int64_t category_id, size_t position)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_nano_topic_add);
	stmt_int(&stmt, "nano_id", nano->id.number);
	stmt_int(&stmt, "category_id", category_id);
	stmt_int(&stmt, "position", (int64_t)position);
	return stmt_exec(&stmt, NULL);
}

static bool contains(const int64_t *ids, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

/* The whole set, doubles dropped. nano->topics are those that it has until now. */
static nmk_status topics_replace(struct nmk_op *op, const struct nmk_nano *nano, const nmk_nano_fields *fields)
{
	int64_t ids[NMK_NANO_CATEGORIES_MAXIMUM], id;
	nmk_status rc = NMK_OK;
	size_t count = 0;

	for (size_t i = 0; rc == NMK_OK && i < fields->category_count; i++) {
		rc = topic_check(op, nano, fields->category_ids[i], &id);
		if (rc == NMK_OK && !contains(ids, count, id))
			ids[count++] = id;
	}
	if (rc == NMK_OK)
		rc = topics_clear(op, nano);
	for (size_t i = 0; rc == NMK_OK && i < count; i++)
		rc = topic_add(op, nano, ids[i], i);
	return rc;
}

/* ---- create ---- */

/* The same for two calls exactly when they ask for the same nano. */
static void request_text(struct buffer *request, const char *creator_id, const nmk_nano_fields *fields)
{
	const char *texts[4] = { creator_id, fields->title, fields->description, fields->language };

	for (size_t i = 0; i < 4; i++)
		once_part(request, texts[i]);
	buffer_format(request, "%d %d %d %d", (int)fields->duration_minutes, (int)fields->competency_level,
	              (int)fields->format, (int)fields->license);
	for (size_t i = 0; i < fields->category_count; i++)
		once_part(request, fields->category_ids[i]);
}

static nmk_nano_fields with_defaults(const nmk_nano_fields *given)
{
	nmk_nano_fields fields = *given;

	if (!fields.competency_level)
		fields.competency_level = NMK_LEVEL_BEGINNER;
	if (!fields.language)
		fields.language = "de";
	if (!fields.format)
		fields.format = NMK_FORMAT_MIXED;
	if (!fields.license)
		fields.license = NMK_LICENSE_PROPRIETARY;
	return fields;
}

static nmk_status creator_of(struct nmk_op *op, const char *creator_id, int64_t *creator)
{
	struct stmt stmt;
	nmk_status rc;

	if (!creator_id) {
		*creator = op->actor.id.number;
		if (*creator == 0)
			return op_fail(op, NMK_EDENIED, NULL, "the host creates nanos only for a member");
		return NMK_OK;
	}
	rc = tx_id(&op->tx, ID_USER, "creator_id", creator_id, creator);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_nano_creator_get);
	stmt_int(&stmt, "id", *creator);
	rc = stmt_one_int(&stmt, creator);
	return rc == NMK_ENOTFOUND ? op_fail(op, rc, "creator_id", "there is none with this id") : rc;
}

static nmk_status nano_add(struct nmk_op *op, const char *creator_id, const nmk_nano_fields *fields, int64_t *id)
{
	struct nmk_nano nano = { .status = NMK_NANO_DRAFT, .created_at = op->tx.now, .updated_at = op->tx.now };
	nmk_status rc = creator_of(op, creator_id, &nano.creator_id.number);

	if (rc == NMK_OK)
		rc = apply(op, fields, ALL_FIELDS, &nano);
	if (rc == NMK_OK) {
		*id = nano.id.number = tx_new_id(&op->tx);
		op_subject(op, "nano", ID_NANO, *id);
		rc = write_nano(op, SQL_nano_add, &nano, NULL);
	}
	if (rc == NMK_OK)
		rc = topics_replace(op, &nano, fields);
	nano_fields_free(&nano);
	return rc;
}

/* The nano that the request made, now or when it came first. */
static nmk_status nano_add_once(struct nmk_op *op, const char *creator_id, const nmk_nano_fields *fields,
                                const struct buffer *request, struct nmk_nano *nano)
{
	const char *key = fields->idempotency_key;
	int64_t id;
	nmk_status rc = op_once(op, key, request->data, request->length, &id);

	if (rc == NMK_OK && id == 0) {
		rc = nano_add(op, creator_id, fields, &id);
		if (rc == NMK_OK)
			rc = op_once_done(op, key, request->data, request->length, id);
	}
	return rc == NMK_OK ? nano_load_number(op, id, nano) : rc;
}

static nmk_status create(nmk_session *session, enum op_id which, const char *creator_id, const nmk_nano_fields *given,
                         nmk_nano **out)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	struct buffer request = { 0 };
	struct nmk_nano nano = { 0 };
	nmk_nano *value = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, which);

	if (out)
		*out = NULL;
	if (rc == NMK_OK && which == OP_nano_create_for && !creator_id)
		rc = op_fail(&op, NMK_EINVALID, "creator_id", "is needed");
	if (rc == NMK_OK && !given)
		rc = op_fail(&op, NMK_EINVALID, "fields", "is needed");
	if (rc == NMK_OK)
		rc = op_check_version(&op, given->version, NMK_NANO_FIELDS_VERSION);
	if (rc == NMK_OK) {
		fields = with_defaults(given);
		rc = check_fields(&op, &fields, ALL_FIELDS);
	}
	if (rc == NMK_OK)
		rc = op_check_once_key(&op, fields.idempotency_key);
	if (rc == NMK_OK && fields.idempotency_key) {
		request_text(&request, creator_id, &fields);
		if (request.failed)
			rc = tx_no_memory(&op.tx);
	}
	while (op_next(&op, &rc)) {
		rc = nano_add_once(&op, creator_id, &fields, &request, &nano);
		if (rc == NMK_OK)
			rc = nano_hand_over(&op, &nano, &value);
	}
	buffer_free(&request);
	nano_fields_free(&nano);
	nano_answer(out, value, rc);
	return rc;
}

nmk_status nmk_nano_create(nmk_session *session, const nmk_nano_fields *fields, nmk_nano **nano)
{
	return create(session, OP_nano_create, NULL, fields, nano);
}

nmk_status nmk_nano_create_for(nmk_session *session, const char *creator_id, const nmk_nano_fields *fields,
                               nmk_nano **nano)
{
	return create(session, OP_nano_create_for, creator_id, fields, nano);
}

/* ---- update ---- */

static void note_fields(struct nmk_op *op, uint32_t set)
{
	static const struct op_changeable order[] = {
		{ NMK_NANO_TITLE, "title" },       { NMK_NANO_DESCRIPTION, "description" },
		{ NMK_NANO_DURATION_MINUTES, "duration_minutes" }, { NMK_NANO_LANGUAGE, "language" },
		{ NMK_NANO_COMPETENCY_LEVEL, "competency_level" }, { NMK_NANO_FORMAT, "format" },
		{ NMK_NANO_LICENSE, "license" },   { NMK_NANO_CATEGORIES, "categories" },
	};
	op_detail_fields(op, order, sizeof order / sizeof order[0], set);
}

static nmk_status describe(struct nmk_op *op, const nmk_nano_fields *fields, struct nmk_nano *nano)
{
	int64_t changed = 0;
	nmk_status rc = nano->status == NMK_NANO_DRAFT ? NMK_OK
	              : op_fail(op, NMK_ESTATE, "status", "is not draft: only drafts can be changed");

	if (rc == NMK_OK)
		rc = apply(op, fields, fields->set, nano);
	nano->updated_at = op->tx.now;
	if (rc == NMK_OK)
		rc = write_nano(op, SQL_nano_describe, nano, &changed);
	if (rc == NMK_OK && changed == 0)
		rc = op_fail(op, NMK_ESTATE, "status", "was changed by somebody else");
	if (rc == NMK_OK && (fields->set & NMK_NANO_CATEGORIES))
		rc = nano_topics_load(op, nano);
	if (rc == NMK_OK && (fields->set & NMK_NANO_CATEGORIES))
		rc = topics_replace(op, nano, fields);
	note_fields(op, fields->set);
	return rc;
}

static nmk_status check_update(struct nmk_op *op, const nmk_nano_fields *fields)
{
	nmk_status rc;

	if (!fields)
		return op_fail(op, NMK_EINVALID, "fields", "is needed");
	rc = op_check_version(op, fields->version, NMK_NANO_FIELDS_VERSION);
	if (rc == NMK_OK && (fields->set == 0 || (fields->set & ~(uint32_t)ALL_FIELDS)))
		rc = op_fail(op, NMK_EINVALID, "set", "must name one field or more, of those that there are");
	return rc == NMK_OK ? check_fields(op, fields, fields->set) : rc;
}

nmk_status nmk_nano_update(nmk_session *session, const char *id, const nmk_nano_fields *fields, nmk_nano **out)
{
	struct nmk_nano nano = { 0 };
	nmk_nano *value = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_nano_update);

	if (out)
		*out = NULL;
	if (rc == NMK_OK)
		rc = check_update(&op, fields);
	while (op_next(&op, &rc)) {
		rc = nano_load(&op, id, &nano);
		if (rc == NMK_OK)
			rc = op_allow(&op, nano_subject(&nano));
		if (rc == NMK_OK)
			rc = describe(&op, fields, &nano);
		if (rc == NMK_OK)
			rc = nano_load_number(&op, nano.id.number, &nano);
		if (rc == NMK_OK)
			rc = nano_hand_over(&op, &nano, &value);
	}
	nano_fields_free(&nano);
	nano_answer(out, value, rc);
	return rc;
}
