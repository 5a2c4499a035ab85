/* query_count.c -- what is searched for, without who. A text of few people is only a keyed hash: nobody can read it, the host neither. */
#include "searches.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "account.h"
#include "number.h"

#define KEPT_DAYS        90
#define PERSON_DAYS      30
#define DAYS_DEFAULT     30
#define TRENDING_DAYS    7
#define TRENDING_READ    60
#define CHARACTERS_MOST  200
#define DIGITS_MOST      5
#define COUNTED_A_DAY    200      /* searches of one person */

struct nmk_query_count {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "query_count.def"
#undef NMK_FIELD
};

static const struct field query_count_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_query_count, kind, name, flags, __VA_ARGS__)
#include "query_count.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_query_count, name, __VA_ARGS__)
#include "query_count.def"
#undef NMK_FIELD

static void query_count_release(void *count)
{
	fields_free(query_count_fields, count);
	free(count);
}

static json_t *query_count_to_json(const void *count)
{
	return fields_json(query_count_fields, count);
}

PAGE_FUNCTIONS(nmk_query_count, query_count)

char *nmk_query_count_json(const nmk_query_count *count)
{
	return json_text(query_count_to_json(count));
}

int32_t nmk_query_sessions_minimum(void)
{
	return NMK_QUERY_SESSIONS_MINIMUM;
}

/* ---- note ---- */

/* An address, a number of something: nobody should find it in a statistic. */
static bool looks_personal(const char *key)
{
	int digits = 0;

	for (const char *at = key; *at; at++)
		digits += *at >= '0' && *at <= '9';
	return strchr(key, '@') || digits > DIGITS_MOST || text_count(key) > CHARACTERS_MOST;
}

static int64_t number_of(const unsigned char hash[KEY_HASH_BYTES])
{
	return (int64_t)(get_little_endian(hash, 8) >> 1);
}

/* A member, or a network. Guests of unknown networks are one. */
static void person_name(const struct nmk_op *op, char name[NETWORK_TEXT_SIZE + 16])
{
	char network[NETWORK_TEXT_SIZE];

	if (op->actor.kind == ACTOR_MEMBER)
		snprintf(name, NETWORK_TEXT_SIZE + 16, "member %s", op->actor.id.text);
	else if (client_network(op->session, false, network))
		snprintf(name, NETWORK_TEXT_SIZE + 16, "network %s", network);
	else
		snprintf(name, NETWORK_TEXT_SIZE + 16, "guest");
}

static nmk_status put_text(struct nmk_op *op, int64_t id, int64_t result_count, bool *known)
{
	struct stmt stmt;
	int64_t heat = 0;
	nmk_status rc = NMK_OK;

	*known = false;
	stmt_init(&stmt, &op->tx, SQL_query_text_get);
	stmt_int(&stmt, "id", id);
	if (stmt_next(&stmt, &rc)) {
		heat = stmt_column_int(&stmt, 0);
		*known = stmt_column_int(&stmt, 1) != 0;
		stmt_end(&stmt);
	}
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_query_text_put);
	stmt_int(&stmt, "id", id);
	stmt_int(&stmt, "result_count", result_count);
	stmt_int(&stmt, "heat", heat_after(heat, op->tx.now));
	stmt_int(&stmt, "now", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

static nmk_status count_day(struct nmk_op *op, int64_t id, int64_t result_count)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_query_day_count);
	stmt_int(&stmt, "query_id", id);
	stmt_int(&stmt, "day", op->tx.now / DAY_MS);
	stmt_int(&stmt, "no_result", result_count == 0);
	return stmt_exec(&stmt, NULL);
}

static nmk_status put_person(struct nmk_op *op, int64_t id, const char *person, int64_t *persons)
{
	unsigned char hash[KEY_HASH_BYTES];
	struct stmt stmt;
	nmk_status rc = query_hash(op, HASH_PERSON, id, person, hash);

	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_query_person_put);
	stmt_int(&stmt, "id", number_of(hash));
	stmt_int(&stmt, "query_id", id);
	stmt_int(&stmt, "now", op->tx.now);
	rc = stmt_exec(&stmt, NULL);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_query_person_count);
	stmt_int(&stmt, "query_id", id);
	stmt_int(&stmt, "since", op->tx.now - PERSON_DAYS * DAY_MS);
	return stmt_one_int(&stmt, persons);
}

static nmk_status forget_persons(struct nmk_op *op, int64_t id, int64_t before)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_query_person_remove);
	stmt_int(&stmt, "query_id", id);
	stmt_int(&stmt, "before", before);
	return stmt_exec(&stmt, NULL);
}

/* The text is written down with the person who makes them enough. Then nobody needs to know who it was. */
static nmk_status reveal(struct nmk_op *op, int64_t id, const char *key)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_query_text_reveal);
	stmt_int(&stmt, "id", id);
	stmt_text(&stmt, "text", key);
	rc = stmt_exec(&stmt, NULL);
	return rc == NMK_OK ? forget_persons(op, id, INT64_MAX) : rc;
}

static nmk_status sweep(struct nmk_op *op)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_query_text_sweep);
	stmt_int(&stmt, "before", op->tx.now - KEPT_DAYS * DAY_MS);
	rc = stmt_exec(&stmt, NULL);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_query_day_sweep);
	stmt_int(&stmt, "before", op->tx.now / DAY_MS - KEPT_DAYS);
	return stmt_exec(&stmt, NULL);
}

static nmk_status count(struct nmk_op *op, const char *key, const char *person, int64_t result_count)
{
	unsigned char hash[KEY_HASH_BYTES];
	int64_t id, persons = 0;
	bool known = false;
	nmk_status rc = query_hash(op, HASH_TEXT, 0, key, hash);

	if (rc != NMK_OK)
		return rc;
	id = number_of(hash);
	rc = sweep(op);
	if (rc == NMK_OK)
		rc = put_text(op, id, result_count, &known);
	if (rc == NMK_OK)
		rc = count_day(op, id, result_count);
	if (rc == NMK_OK && !known)
		rc = put_person(op, id, person, &persons);
	if (rc == NMK_OK && !known)
		rc = forget_persons(op, id, op->tx.now - PERSON_DAYS * DAY_MS);
	return rc == NMK_OK && persons >= NMK_QUERY_SESSIONS_MINIMUM ? reveal(op, id, key) : rc;
}

nmk_status query_count_note(struct nmk_op *op, const char *key, int64_t result_count)
{
	char person[NETWORK_TEXT_SIZE + 16];
	int64_t wait_ms = 0;
	nmk_status rc;

	if (looks_personal(key))
		return NMK_OK;
	person_name(op, person);
	rc = throttle_count(op, THROTTLE_QUERY, person, strlen(person), COUNTED_A_DAY, DAY_MS, &wait_ms);
	return rc == NMK_OK && wait_ms == 0 ? count(op, key, person, result_count) : rc;
}

/* ---- read ---- */

static nmk_status read_row(struct nmk_op *op, struct stmt *stmt, const void *context, void *value)
{
	struct nmk_query_count *line = value;

	(void)context;
	line->text = strdup(stmt_column_text(stmt, 0));
	line->search_count = stmt_column_int(stmt, 1);
	line->no_result_count = stmt_column_int(stmt, 2);
	return line->text ? NMK_OK : tx_no_memory(&op->tx);
}

static nmk_status read_counts(struct nmk_op *op, int32_t days, bool no_result, int32_t limit, struct page *page)
{
	const struct row_kind kind = { query_count_fields, read_row, NULL, sizeof(struct nmk_query_count), query_count_release };
	struct stmt stmt;
	bool more;

	page_clear(page, query_count_release);
	stmt_init(&stmt, &op->tx, SQL_query_count_list);
	if (no_result)
		stmt_option(&stmt, "no_result");
	stmt_int(&stmt, "from", op->tx.now / DAY_MS - (days - 1));
	stmt_int(&stmt, "limit", limit);
	return op_read_page(op, &stmt, &kind, limit, page, &more);
}

nmk_status nmk_query_count_list(nmk_session *session, int32_t days, bool no_result, int32_t limit, nmk_query_count_page **page)
{
	nmk_query_count_page *found = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_query_count_list);
	int32_t most = 0;

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK && (days < 0 || days > KEPT_DAYS))
		rc = op_fail(&op, NMK_EINVALID, "days", "must be from %lld to %lld", 1LL, (long long)KEPT_DAYS);
	if (rc == NMK_OK)
		rc = op_check_limit(&op, limit, &most);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = read_counts(&op, days ? days : DAYS_DEFAULT, no_result, most, &found->page);
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_query_count_page_free(found);
	return rc;
}

nmk_status query_trending_walk(struct nmk_op *op, nmk_status (*take)(void *context, const char *text), void *context)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_query_trending);
	stmt_int(&stmt, "limit", TRENDING_READ);
	while (rc == NMK_OK && stmt_next(&stmt, &rc))
		if (stmt_column_int(&stmt, 1) > op->tx.now - TRENDING_DAYS * DAY_MS && stmt_column_int(&stmt, 2) > 0)
			rc = take(context, stmt_column_text(&stmt, 0));
	stmt_end(&stmt);
	return rc;
}
