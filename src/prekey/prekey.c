/* prekey.c -- the directory of public keys: what a member publishes, and bundles of it for others. */
#include <nanomarket/prekey.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "account.h"
#include "clock.h"
#include "e2e.h"

#define ROTATION_MS       (7 * DAY_MS)
#define PUBLISHED_A_DAY   50
#define TAKEN_OF_ONE      5
#define TAKEN_A_DAY       50
#define IDENTITY_AT       1  /* in the record: docs/e2e.md */

struct nmk_prekey_state {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "prekey_state.def"
#undef NMK_FIELD
};

static const struct field state_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_prekey_state, kind, name, flags, __VA_ARGS__)
#include "prekey_state.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_prekey_state, name, __VA_ARGS__)
#include "prekey_state.def"
#undef NMK_FIELD

int32_t nmk_prekey_one_time_maximum(void)
{
	return NMK_PREKEY_ONE_TIME_MAXIMUM;
}

char *nmk_prekey_state_json(const nmk_prekey_state *state)
{
	return json_text(fields_json(state_fields, state));
}

void nmk_prekey_state_free(nmk_prekey_state *state)
{
	if (state) {
		fields_free(state_fields, state);
		free(state);
	}
}

/* ---- rows ---- */

struct published {
	bool          exists;
	unsigned char record[NMK_E2E_SIGNED_PREKEY_BYTES];
	int64_t       last_one_time; /* the highest number that was ever published */
	int64_t       rotated_at, created_at;
};

static nmk_status published_read(struct nmk_op *op, struct stmt *stmt, struct published *published)
{
	size_t length;
	const void *record = stmt_column_blob(stmt, 0, &length);

	if (length != sizeof published->record)
		return op_fail(op, NMK_ECORRUPT, "record", "is not what it should be");
	memcpy(published->record, record, length);
	published->exists = true;
	published->last_one_time = stmt_column_int(stmt, 1);
	published->rotated_at = stmt_column_int(stmt, 2);
	published->created_at = stmt_column_int(stmt, 3);
	return NMK_OK;
}

static nmk_status published_load(struct nmk_op *op, int64_t user_id, struct published *published)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	memset(published, 0, sizeof *published);
	stmt_init(&stmt, &op->tx, SQL_prekey_get);
	stmt_int(&stmt, "user_id", user_id);
	if (stmt_next(&stmt, &rc)) {
		rc = published_read(op, &stmt, published);
		stmt_end(&stmt);
	}
	return rc;
}

static nmk_status of_member(struct nmk_op *op, enum sql_id statement, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "user_id", user_id);
	return stmt_exec(&stmt, NULL);
}

static nmk_status published_write(struct nmk_op *op, int64_t user_id, const struct published *published)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_prekey_put);
	stmt_int(&stmt, "user_id", user_id);
	stmt_blob(&stmt, "record", published->record, sizeof published->record);
	stmt_int(&stmt, "last_one_time", published->last_one_time);
	stmt_int(&stmt, "rotated_at", published->rotated_at);
	stmt_int(&stmt, "created_at", published->created_at);
	return stmt_exec(&stmt, NULL);
}

static nmk_status count_one_time(struct nmk_op *op, int64_t user_id, int64_t *count)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_prekey_count_one_time);
	stmt_int(&stmt, "user_id", user_id);
	return stmt_one_int(&stmt, count);
}

/* ---- who ---- */

static nmk_status check_member(struct nmk_op *op)
{
	return op->actor.kind == ACTOR_MEMBER ? NMK_OK : op_fail(op, NMK_EDENIED, NULL, "only members have keys");
}

static nmk_status admit(struct nmk_op *op, enum throttle_kind kind, int64_t other_id, int64_t most)
{
	const int64_t subject[2] = { op->actor.id.number, other_id };
	int64_t wait_ms = 0;
	nmk_status rc = throttle_count(op, kind, subject, sizeof subject, most, DAY_MS, &wait_ms);

	if (rc == NMK_OK && wait_ms > 0)
		rc = op_fail_later(op, NMK_ELIMIT, wait_ms, NULL, "too many keys for one day; try again later");
	return rc;
}

/* ---- state ---- */

static nmk_status state_fill(struct nmk_op *op, int64_t user_id, const struct published *published, struct nmk_prekey_state *state)
{
	state->identity = malloc(2 * NMK_E2E_KEY_BYTES + 1);
	if (!state->identity)
		return tx_no_memory(&op->tx);
	sodium_bin2hex(state->identity, 2 * NMK_E2E_KEY_BYTES + 1, published->record + IDENTITY_AT, NMK_E2E_KEY_BYTES);
	state->rotated_at = published->rotated_at;
	state->rotation_due = op->tx.now - published->rotated_at >= ROTATION_MS;
	state->created_at = published->created_at;
	return count_one_time(op, user_id, &state->one_time_left);
}

nmk_status nmk_prekey_get_state(nmk_session *session, nmk_prekey_state **state)
{
	struct nmk_prekey_state *found = NULL;
	struct published published;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_prekey_get_state);

	if (state)
		*state = NULL;
	if (rc == NMK_OK && !state)
		rc = op_fail(&op, NMK_EINVALID, "state", "is needed");
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = check_member(&op);
		if (rc == NMK_OK)
			rc = published_load(&op, op.actor.id.number, &published);
		if (rc == NMK_OK && !published.exists)
			rc = op_fail(&op, NMK_ENOTFOUND, "keys", "no keys were published");
		if (rc == NMK_OK)
			rc = state_fill(&op, op.actor.id.number, &published, found);
	}
	if (rc == NMK_OK)
		*state = found;
	else
		nmk_prekey_state_free(found);
	return rc;
}

/* ---- publish ---- */

struct to_publish {
	const unsigned char *signed_prekey, *one_time;
	size_t               count;                    /* of one_time */
	struct prekey_record record;
};

static nmk_status check_given(struct nmk_op *op, const void *signed_prekey, size_t signed_length, const void *one_time,
                              size_t length, struct to_publish *given)
{
	if (!signed_prekey)
		return op_fail(op, NMK_EINVALID, "signed_prekey", "is needed");
	if (!prekey_record_read(signed_prekey, signed_length, &given->record))
		return op_fail(op, NMK_EINVALID, "signed_prekey", "is no key that its identity has signed");
	if (!one_time && length > 0)
		return op_fail(op, NMK_EINVALID, "one_time", "is needed");
	if (!one_time_records_are_well_formed(one_time, length))
		return op_fail(op, NMK_EINVALID, "one_time", "are no one-time prekeys in ascending order");
	given->signed_prekey = signed_prekey;
	given->one_time = one_time;
	given->count = length / NMK_E2E_ONE_TIME_PREKEY_BYTES;
	return given->count > NMK_PREKEY_ONE_TIME_MAXIMUM
	     ? op_fail(op, NMK_ELIMIT, "one_time", "may be %lld at most", (long long)NMK_PREKEY_ONE_TIME_MAXIMUM) : NMK_OK;
}

static bool is_same_identity(const struct published *published, const struct to_publish *given)
{
	return published->exists && memcmp(published->record + IDENTITY_AT, given->record.identity, NMK_E2E_KEY_BYTES) == 0;
}

static uint32_t number_at(const unsigned char *record)
{
	return (uint32_t)get_big_endian(record, 4);
}

/* A record goes only forward: an older one would let others write to keys that may be lost. */
static nmk_status check_forward(struct nmk_op *op, const struct published *published, const struct to_publish *given)
{
	uint32_t number = number_at(published->record + IDENTITY_AT + NMK_E2E_KEY_BYTES);
	bool same = memcmp(published->record, given->signed_prekey, sizeof published->record) == 0;

	if (!same && given->record.id <= number)
		return op_fail(op, NMK_ECONFLICT, "signed_prekey", "a newer one was published already");
	if (given->count > 0 && number_at(given->one_time) <= published->last_one_time)
		return op_fail(op, NMK_ECONFLICT, "one_time", "a newer one was published already");
	return NMK_OK;
}

static nmk_status check_room(struct nmk_op *op, const struct to_publish *given)
{
	int64_t there = 0;
	nmk_status rc = count_one_time(op, op->actor.id.number, &there);

	if (rc == NMK_OK && there + (int64_t)given->count > NMK_PREKEY_ONE_TIME_MAXIMUM)
		rc = op_fail(op, NMK_ELIMIT, "one_time", "may be %lld at most", (long long)NMK_PREKEY_ONE_TIME_MAXIMUM);
	return rc;
}

/* What is kept of the same identity, and what begins with another. */
static nmk_status succeed(struct nmk_op *op, const struct to_publish *given, struct published *published)
{
	nmk_status rc;

	if (is_same_identity(published, given)) {
		op->action = NULL;
		if (memcmp(published->record, given->signed_prekey, sizeof published->record) != 0)
			published->rotated_at = op->tx.now;
		rc = check_forward(op, published, given);
		return rc == NMK_OK ? check_room(op, given) : rc;
	}
	op_subject(op, "user", ID_USER, op->actor.id.number);
	published->last_one_time = 0;
	published->rotated_at = published->created_at = op->tx.now;
	return of_member(op, SQL_prekey_remove_one_time, op->actor.id.number);
}

static nmk_status add_one_time(struct nmk_op *op, const unsigned char *record)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_prekey_add_one_time);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	stmt_int(&stmt, "number", number_at(record));
	stmt_blob(&stmt, "public_key", record + 4, NMK_E2E_KEY_BYTES);
	return stmt_exec(&stmt, NULL);
}

static nmk_status publish(struct nmk_op *op, const struct to_publish *given, struct published *published)
{
	nmk_status rc = published_load(op, op->actor.id.number, published);

	if (rc == NMK_OK)
		rc = succeed(op, given, published);
	if (rc != NMK_OK)
		return rc;
	memcpy(published->record, given->signed_prekey, sizeof published->record);
	for (size_t i = 0; rc == NMK_OK && i < given->count; i++) {
		const unsigned char *record = given->one_time + i * NMK_E2E_ONE_TIME_PREKEY_BYTES;

		published->last_one_time = number_at(record);
		rc = add_one_time(op, record);
	}
	return rc == NMK_OK ? published_write(op, op->actor.id.number, published) : rc;
}

nmk_status nmk_prekey_publish(nmk_session *session, const void *signed_prekey, size_t signed_prekey_length, const void *one_time,
                              size_t one_time_length, nmk_prekey_state **state)
{
	struct nmk_prekey_state *made = NULL;
	struct published published;
	struct to_publish given;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_prekey_publish);

	if (state)
		*state = NULL;
	if (rc == NMK_OK)
		rc = check_given(&op, signed_prekey, signed_prekey_length, one_time, one_time_length, &given);
	if (rc == NMK_OK && (made = calloc(1, sizeof *made)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = check_member(&op);
		if (rc == NMK_OK)
			rc = admit(&op, THROTTLE_PREKEY_PUBLISH, 0, PUBLISHED_A_DAY);
		if (rc == NMK_OK)
			rc = publish(&op, &given, &published);
		if (rc == NMK_OK)
			rc = state_fill(&op, op.actor.id.number, &published, made);
	}
	if (rc == NMK_OK && state)
		*state = made;
	else
		nmk_prekey_state_free(made);
	return rc;
}

nmk_status nmk_prekey_withdraw(nmk_session *session)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_prekey_withdraw);

	while (op_next(&op, &rc)) {
		rc = check_member(&op);
		if (rc == NMK_OK) {
			op_subject(&op, "user", ID_USER, op.actor.id.number);
			rc = of_member(&op, SQL_prekey_remove_one_time, op.actor.id.number);
		}
		if (rc == NMK_OK)
			rc = of_member(&op, SQL_prekey_remove, op.actor.id.number);
	}
	return rc;
}

/* ---- take ---- */

static nmk_status check_subject(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;
	int64_t reachable = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_prekey_subject);
	stmt_int(&stmt, "user_id", user_id);
	rc = stmt_one_int(&stmt, &reachable);
	if (rc == NMK_OK)
		rc = op_allow(op, (struct subject){ "user", ID_USER, user_id, user_id, true });
	if (rc == NMK_OK && !reachable)
		rc = op_fail(op, NMK_EDENIED, NULL, "there is nothing to talk about with this member");
	return rc;
}

/* The oldest that is left, if there is one: *length grows by it. */
static nmk_status take_one_time(struct nmk_op *op, int64_t user_id, unsigned char *bundle, size_t *length)
{
	struct stmt stmt;
	int64_t number = 0, removed = 0;
	size_t key_length = 0;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_prekey_next_one_time);
	stmt_int(&stmt, "user_id", user_id);
	if (stmt_next(&stmt, &rc)) {
		const void *key = stmt_column_blob(&stmt, 1, &key_length);

		number = stmt_column_int(&stmt, 0);
		if (key_length == NMK_E2E_KEY_BYTES) {
			put_big_endian(bundle + *length, 4, (uint64_t)number);
			memcpy(bundle + *length + 4, key, key_length);
			*length += NMK_E2E_ONE_TIME_PREKEY_BYTES;
		} else {
			rc = op_fail(op, NMK_ECORRUPT, "public_key", "is not what it should be");
		}
		stmt_end(&stmt);
	}
	if (rc != NMK_OK || !number)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_prekey_use_up);
	stmt_int(&stmt, "user_id", user_id);
	stmt_int(&stmt, "number", number);
	rc = stmt_exec(&stmt, &removed);
	return rc == NMK_OK && removed != 1 ? op_fail(op, NMK_EBUSY, "one_time", "was changed by somebody else") : rc;
}

static nmk_status take(struct nmk_op *op, int64_t user_id, unsigned char *bundle, size_t *length)
{
	struct published published;
	nmk_status rc = check_subject(op, user_id);

	if (rc == NMK_OK)
		rc = published_load(op, user_id, &published);
	if (rc == NMK_OK && !published.exists)
		rc = op_fail(op, NMK_ENOTFOUND, "keys", "no keys were published");
	if (rc == NMK_OK)
		rc = admit(op, THROTTLE_PREKEY_TAKE, user_id, TAKEN_OF_ONE);
	if (rc == NMK_OK)
		rc = admit(op, THROTTLE_PREKEY_TAKE, 0, TAKEN_A_DAY);
	if (rc != NMK_OK)
		return rc;
	memcpy(bundle, published.record, sizeof published.record);
	*length = sizeof published.record;
	return take_one_time(op, user_id, bundle, length);
}

nmk_status nmk_prekey_take(nmk_session *session, const char *user_id, unsigned char **bundle, size_t *length)
{
	unsigned char *taken = NULL;
	int64_t id = 0;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_prekey_take);

	if (bundle)
		*bundle = NULL;
	if (rc == NMK_OK && (!user_id || !bundle || !length))
		rc = op_fail(&op, NMK_EINVALID, !user_id ? "user_id" : !bundle ? "bundle" : "length", "is needed");
	if (rc == NMK_OK && (taken = malloc(NMK_E2E_BUNDLE_MAXIMUM)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = check_member(&op);
		if (rc == NMK_OK)
			rc = tx_id(&op.tx, ID_USER, "user_id", user_id, &id);
		if (rc == NMK_OK)
			rc = take(&op, id, taken, length);
	}
	if (rc == NMK_OK)
		*bundle = taken;
	else
		free(taken);
	return rc;
}
