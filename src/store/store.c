/* store.c -- statements: preparing once per connection, binding by name, reading by column name. */
#include "store_tx.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include "buffer.h"

nmk_status tx_fail(struct tx *tx, nmk_status status, const char *field, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	error_set_list(tx->error, tx->language, tx->what, status, field, format, arguments);
	va_end(arguments);
	return status;
}

nmk_status tx_no_memory(struct tx *tx)
{
	return tx_fail(tx, NMK_ENOMEM, NULL, "out of memory");
}

int64_t tx_new_id(struct tx *tx)
{
	return id_next(&tx->store->ids, tx->now);
}

struct id_value tx_id_value(struct tx *tx, enum id_kind kind, int64_t number)
{
	struct id_value id = { .number = number };

	id_format(tx->store->id_key, kind, number, id.text);
	return id;
}

nmk_status tx_id(struct tx *tx, enum id_kind kind, const char *field, const char *text, int64_t *number)
{
	if (!text)
		return tx_fail(tx, NMK_EINVALID, field, "an id is needed");
	if (!id_parse(tx->store->id_key, kind, text, number))
		return tx_fail(tx, NMK_ENOTFOUND, field, "there is none with this id");
	return NMK_OK;
}

/* What an engine answered, told with its own words. */
static nmk_status engine_failed(struct tx *tx, nmk_status status, const char *statement)
{
	const char *message = tx->store->engine->message(tx->connection->native);

	if (status == NMK_ENOMEM)
		return tx_no_memory(tx);
	if (status == NMK_ECONFLICT)
		return tx_fail(tx, status, NULL, "there is one already");
	return tx_fail(tx, status, NULL, "the store failed at '%s': %s", statement, message);
}

void stmt_init(struct stmt *stmt, struct tx *tx, enum sql_id id)
{
	stmt->tx = tx;
	stmt->text = &sql_table[id];
	stmt->prepared = NULL;
	stmt->options = 0;
	memset(stmt->values, 0, (size_t)stmt->text->parameter_count * sizeof stmt->values[0]);
}

static int parameter_index(const struct stmt *stmt, const char *parameter)
{
	for (int i = 0; i < stmt->text->parameter_count; i++)
		if (strcmp(stmt->text->parameters[i], parameter) == 0)
			return i;
	return -1;
}

static void bind_value(struct stmt *stmt, const char *parameter, struct value value)
{
	int index = parameter_index(stmt, parameter);

	assert(index >= 0); /* a slip of the author: the statement has no such parameter */
	if (index >= 0)
		stmt->values[index] = value;
}

void stmt_int(struct stmt *stmt, const char *parameter, int64_t value)
{
	bind_value(stmt, parameter, (struct value){ .type = VALUE_INTEGER, .integer = value });
}

static struct value text_or_null(const char *text)
{
	if (!text)
		return (struct value){ .type = VALUE_NULL };
	return (struct value){ .type = VALUE_TEXT, .bytes = text, .length = strlen(text) };
}

void stmt_text(struct stmt *stmt, const char *parameter, const char *value)
{
	bind_value(stmt, parameter, text_or_null(value));
}

void stmt_blob(struct stmt *stmt, const char *parameter, const void *bytes, size_t length)
{
	bind_value(stmt, parameter, (struct value){ .type = VALUE_BLOB, .bytes = bytes, .length = length });
}

void stmt_object(struct stmt *stmt, const char *parameter, void *object)
{
	bind_value(stmt, parameter, (struct value){ .type = VALUE_OBJECT, .bytes = object });
}

static struct value number_or_null(const struct field *field, int64_t number)
{
	if (number == 0 && (field->flags & FIELD_NULLABLE))
		return (struct value){ .type = VALUE_NULL };
	return (struct value){ .type = VALUE_INTEGER, .integer = number };
}

static struct value field_value(const struct field *field, const void *object)
{
	const void *at = (const char *)object + field->offset;

	switch (field->kind) {
	case FIELD_TEXT: return text_or_null(*(char *const *)at);
	case FIELD_INT:
	case FIELD_TIME: return number_or_null(field, *(const int64_t *)at);
	case FIELD_BOOL: return (struct value){ .type = VALUE_INTEGER, .integer = *(const bool *)at };
	case FIELD_ID:   return number_or_null(field, ((const struct id_value *)at)->number);
	case FIELD_WORD: return text_or_null(word_of(field->words, *(const int *)at));
	}
	return (struct value){ .type = VALUE_UNBOUND };
}

void stmt_fields(struct stmt *stmt, const struct field *fields, const void *object)
{
	for (const struct field *field = fields; field->name; field++) {
		int index = parameter_index(stmt, field->name);

		if (index >= 0)
			stmt->values[index] = field_value(field, object);
	}
}

void stmt_option(struct stmt *stmt, const char *option)
{
	for (int i = 0; i < stmt->text->option_count; i++)
		if (strcmp(stmt->text->options[i], option) == 0) {
			stmt->options |= UINT32_C(1) << i;
			return;
		}
	assert(false && "the statement has no such option");
}

char *sql_assemble(const struct sql_text *text, const struct engine *engine, uint32_t options)
{
	const struct sql_part *parts = strcmp(engine->name, "sqlite") == 0 ? text->sqlite : text->postgres;
	struct buffer buffer = { 0 };

	for (; parts->text; parts++)
		if (parts->option < 0 || (options >> parts->option & 1))
			buffer_text(&buffer, parts->text);
	return buffer_take(&buffer);
}

/* An idle statement with these options; a new one at the first use, and when all are running. */
static nmk_status prepare(struct stmt *stmt)
{
	struct tx *tx = stmt->tx;
	struct prepared **list = &tx->connection->prepared[stmt->text - sql_table], *prepared;
	char *sql;
	nmk_status rc;

	for (prepared = *list; prepared; prepared = prepared->next)
		if (prepared->options == stmt->options && !prepared->running)
			break;
	if (!prepared) {
		sql = sql_assemble(stmt->text, tx->store->engine, stmt->options);
		prepared = calloc(1, sizeof *prepared);
		if (!sql || !prepared) {
			free(sql);
			free(prepared);
			return tx_no_memory(tx);
		}
		rc = tx->store->engine->prepare(tx->connection->native, sql, strlen(sql), &prepared->native);
		free(sql);
		if (rc != NMK_OK) {
			free(prepared);
			return engine_failed(tx, rc, stmt->text->name);
		}
		prepared->options = stmt->options;
		prepared->next = *list;
		*list = prepared;
	}
	prepared->running = true;
	stmt->prepared = prepared;
	return NMK_OK;
}

/* Who acts is not the author's to say: visibility fragments get it from the transaction. */
static void bind_actor(struct stmt *stmt)
{
	int id = parameter_index(stmt, "actor_id"), staff = parameter_index(stmt, "actor_staff");

	if (id >= 0)
		stmt->values[id] = (struct value){ .type = VALUE_INTEGER, .integer = stmt->tx->actor_id };
	if (staff >= 0)
		stmt->values[staff] = (struct value){ .type = VALUE_INTEGER, .integer = stmt->tx->actor_staff };
}

static nmk_status start(struct stmt *stmt)
{
	struct tx *tx = stmt->tx;
	nmk_status rc;

	if (!tx->connection)
		return tx_fail(tx, NMK_EINTERNAL, NULL, "statement '%s' outside a transaction", stmt->text->name);
	if (stmt->text->writes && !(tx->writes && tx->unlocked))
		return tx_fail(tx, NMK_EINTERNAL, NULL, "statement '%s' writes before it was permitted", stmt->text->name);
	rc = prepare(stmt);
	if (rc == NMK_OK) {
		bind_actor(stmt);
		rc = tx->store->engine->bind(stmt->prepared->native, stmt->values, stmt->text->parameter_count);
		if (rc != NMK_OK)
			engine_failed(tx, rc, stmt->text->name);
	}
	if (rc != NMK_OK)
		stmt_end(stmt);
	return rc;
}

void stmt_end(struct stmt *stmt)
{
	if (!stmt->prepared)
		return;
	stmt->tx->store->engine->reset(stmt->prepared->native);
	stmt->prepared->running = false;
	stmt->prepared = NULL;
}

bool stmt_next(struct stmt *stmt, nmk_status *rc)
{
	int step;

	if (!stmt->prepared)
		*rc = start(stmt);
	if (*rc != NMK_OK) {
		stmt_end(stmt);
		return false;
	}
	step = stmt->tx->store->engine->step(stmt->tx->connection->native, stmt->prepared->native);
	if (step == ENGINE_ROW)
		return true;
	if (step < 0)
		*rc = engine_failed(stmt->tx, (nmk_status)step, stmt->text->name);
	stmt_end(stmt);
	return false;
}

static struct value column(const struct stmt *stmt, int number, enum value_type wanted)
{
	return stmt->tx->store->engine->column(stmt->prepared->native, number, wanted);
}

int64_t stmt_column_int(struct stmt *stmt, int number)
{
	return column(stmt, number, VALUE_INTEGER).integer;
}

const char *stmt_column_text(struct stmt *stmt, int number)
{
	return column(stmt, number, VALUE_TEXT).bytes;
}

const void *stmt_column_blob(struct stmt *stmt, int number, size_t *length)
{
	struct value value = column(stmt, number, VALUE_BLOB);

	*length = value.length;
	return value.bytes;
}

/* Which field each column fills: found by name once per prepared statement and entity. */
static nmk_status resolve_columns(struct stmt *stmt, const struct field *fields)
{
	const struct engine *engine = stmt->tx->store->engine;
	struct prepared *prepared = stmt->prepared;
	int count = engine->column_count(prepared->native);

	if (prepared->fields == fields)
		return NMK_OK;
	if (count > STATEMENT_PARAMETERS)
		return tx_fail(stmt->tx, NMK_EINTERNAL, NULL, "too many columns in '%s'", stmt->text->name);
	for (int i = 0; i < count; i++) {
		const char *name = engine->column_name(prepared->native, i);

		prepared->columns[i] = name ? field_named(fields, name) : NULL;
		if (!prepared->columns[i])
			return tx_fail(stmt->tx, NMK_EINTERNAL, name, "column without a field in '%s'", stmt->text->name);
	}
	prepared->fields = fields;
	prepared->column_count = count;
	return NMK_OK;
}

static nmk_status read_text(struct stmt *stmt, int number, char **text)
{
	struct value value = column(stmt, number, VALUE_TEXT);

	free(*text);
	*text = NULL;
	if (value.type == VALUE_NULL)
		return NMK_OK;
	*text = malloc(value.length + 1);
	if (!*text)
		return tx_no_memory(stmt->tx);
	memcpy(*text, value.bytes, value.length);
	(*text)[value.length] = '\0';
	return NMK_OK;
}

static nmk_status read_field(struct stmt *stmt, int number, const struct field *field, void *object)
{
	void *at = (char *)object + field->offset;

	switch (field->kind) {
	case FIELD_TEXT: return read_text(stmt, number, at);
	case FIELD_INT:
	case FIELD_TIME: *(int64_t *)at = stmt_column_int(stmt, number); return NMK_OK;
	case FIELD_BOOL: *(bool *)at = stmt_column_int(stmt, number) != 0; return NMK_OK;
	case FIELD_ID:   *(struct id_value *)at = tx_id_value(stmt->tx, field->id_kind, stmt_column_int(stmt, number)); return NMK_OK;
	case FIELD_WORD: *(int *)at = word_value(field->words, stmt_column_text(stmt, number)); return NMK_OK;
	}
	return NMK_OK;
}

nmk_status stmt_read(struct stmt *stmt, const struct field *fields, void *object)
{
	nmk_status rc = resolve_columns(stmt, fields);

	for (int i = 0; rc == NMK_OK && i < stmt->prepared->column_count; i++)
		rc = read_field(stmt, i, stmt->prepared->columns[i], object);
	return rc;
}

/* The first row must be there. */
static bool first_row(struct stmt *stmt, nmk_status *rc)
{
	*rc = NMK_OK;
	if (stmt_next(stmt, rc))
		return true;
	if (*rc == NMK_OK)
		*rc = tx_fail(stmt->tx, NMK_ENOTFOUND, NULL, "there is none");
	return false;
}

nmk_status stmt_one(struct stmt *stmt, const struct field *fields, void *object)
{
	nmk_status rc;

	if (first_row(stmt, &rc)) {
		rc = stmt_read(stmt, fields, object);
		stmt_end(stmt);
	}
	return rc;
}

nmk_status stmt_one_int(struct stmt *stmt, int64_t *value)
{
	nmk_status rc;

	if (first_row(stmt, &rc)) {
		*value = stmt_column_int(stmt, 0);
		stmt_end(stmt);
	}
	return rc;
}

nmk_status stmt_find_int(struct stmt *stmt, int64_t *value)
{
	nmk_status rc = NMK_OK;

	*value = 0;
	if (stmt_next(stmt, &rc)) {
		*value = stmt_column_int(stmt, 0);
		stmt_end(stmt);
	}
	return rc;
}

nmk_status stmt_exec(struct stmt *stmt, int64_t *changed)
{
	nmk_status rc = NMK_OK;

	while (stmt_next(stmt, &rc))
		continue;
	if (rc == NMK_OK && changed)
		*changed = stmt->tx->store->engine->changes(stmt->tx->connection->native);
	return rc;
}
