/* rotate.c -- the state of the key ring, and new epoch keys for old. */
#include <nanomarket/sys/keys.h>

#include <stdlib.h>
#include <string.h>
#include "session.h"

#define BATCH 500 /* keys and secrets wrapped in one transaction: some milliseconds */

/* ---- state ---- */

struct nmk_keys_state {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "keys_state.def"
#undef NMK_FIELD
};

static const struct field keys_state_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_keys_state, kind, name, flags, __VA_ARGS__)
#include "keys_state.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_keys_state, name, __VA_ARGS__)
#include "keys_state.def"
#undef NMK_FIELD

char *nmk_keys_state_json(const nmk_keys_state *state)
{
	return json_text(fields_json(keys_state_fields, state));
}

void nmk_keys_state_free(nmk_keys_state *state)
{
	if (state) {
		fields_free(keys_state_fields, state);
		free(state);
	}
}

static nmk_status count_waiting(struct tx *tx, int64_t epoch, int64_t *count)
{
	struct stmt stmt;

	stmt_init(&stmt, tx, SQL_keys_waiting);
	stmt_int(&stmt, "epoch", epoch);
	return stmt_one_int(&stmt, count);
}

static nmk_status state_read(struct tx *tx, struct nmk_keys_state *state)
{
	struct key_ring_state ring;
	nmk_status rc = key_ring_get_state(tx, &ring);

	if (rc != NMK_OK)
		return rc;
	state->root_source = strdup(ring.root_source);
	state->epoch = ring.epoch;
	state->epoch_since = ring.epoch_since;
	state->epochs_kept = ring.epochs_kept;
	return state->root_source ? count_waiting(tx, ring.epoch, &state->waiting) : tx_no_memory(tx);
}

nmk_status nmk_keys_get_state(nmk_session *session, nmk_keys_state **out)
{
	struct nmk_keys_state *state = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_keys_get_state);

	if (out)
		*out = NULL;
	if (rc == NMK_OK && !out)
		rc = op_fail(&op, NMK_EINVALID, "state", "is needed");
	if (rc == NMK_OK && (state = calloc(1, sizeof *state)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc))
		rc = state_read(&op.tx, state);
	if (rc == NMK_OK)
		*out = state;
	else
		nmk_keys_state_free(state);
	return rc;
}

/* ---- rotation ---- */

/* What epoch keys seal: where, how the next of an older epoch is found, how it is put back. */
static const struct kind {
	const char *place;
	enum sql_id next, put;
} kinds[] = {
	{ PLACE_DATA_KEY,    SQL_keys_next_data_key,    SQL_keys_put_data_key    },
	{ PLACE_PASSWORD,    SQL_keys_next_password,    SQL_keys_put_password    },
	{ PLACE_SIGNING_KEY, SQL_keys_next_signing_key, SQL_keys_put_signing_key },
	{ PLACE_AUDIT_KEY,   SQL_keys_next_audit_key,   SQL_keys_put_audit_key   },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

struct rotation {
	int64_t oldest_before;           /* epoch in use by what was committed before the ring is changed */
	int64_t epoch;                   /* that seals from now on                                        */
	int64_t done, total, damaged;
	size_t  kind;                    /* how far it is                                                 */
	int64_t after_epoch, after_id;
};

/* One that an older epoch seals. */
struct item {
	int64_t id, epoch;
	char   *plain;
	size_t  length;
};

static nmk_status oldest_epoch(struct tx *tx, int64_t *epoch)
{
	struct stmt stmt;

	stmt_init(&stmt, tx, SQL_keys_oldest_epoch);
	return stmt_one_int(&stmt, epoch);
}

static nmk_status item_open(struct tx *tx, struct stmt *stmt, const char *place, struct item *item)
{
	size_t length;
	const void *sealed = stmt_column_blob(stmt, 2, &length);

	item->id = stmt_column_int(stmt, 0);
	item->epoch = stmt_column_int(stmt, 1);
	return epoch_unseal(tx, item->epoch, place, item->id, sealed, length, &item->plain, &item->length);
}

/* *found is false when none is left of this kind. */
static nmk_status item_take(struct tx *tx, struct rotation *rotation, struct item *item, bool *found)
{
	const struct kind *kind = &kinds[rotation->kind];
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, tx, kind->next);
	stmt_int(&stmt, "epoch", rotation->epoch);
	stmt_int(&stmt, "after_epoch", rotation->after_epoch);
	stmt_int(&stmt, "after_id", rotation->after_id);
	*found = stmt_next(&stmt, &rc);
	if (!*found)
		return rc;
	rc = item_open(tx, &stmt, kind->place, item);
	stmt_end(&stmt);
	rotation->after_epoch = item->epoch;
	rotation->after_id = item->id;
	return rc;
}

static nmk_status item_put(struct tx *tx, const struct rotation *rotation, const struct item *item)
{
	const struct kind *kind = &kinds[rotation->kind];
	struct buffer sealed = { 0 };
	struct secret_key key = { 0 };
	struct stmt stmt;
	nmk_status rc = epoch_key_get(tx, rotation->epoch, &key);

	if (rc == NMK_OK) {
		seal(&key, kind->place, item->id, item->plain, item->length, &sealed);
		rc = sealed.failed ? tx_no_memory(tx) : NMK_OK;
	}
	if (rc == NMK_OK) {
		stmt_init(&stmt, tx, kind->put);
		stmt_int(&stmt, "id", item->id);
		stmt_int(&stmt, "former", item->epoch);
		stmt_int(&stmt, "epoch", rotation->epoch);
		stmt_blob(&stmt, "sealed", sealed.data, sealed.length);
		rc = stmt_exec(&stmt, NULL);
	}
	key_wipe(&key);
	buffer_free(&sealed);
	return rc;
}

/* What does not open must not keep all others from new keys. */
static nmk_status wrap_one(struct tx *tx, struct rotation *rotation, bool *found)
{
	struct item item = { 0 };
	nmk_status rc = item_take(tx, rotation, &item, found);

	if (rc == NMK_ECORRUPT && *found) {
		rotation->damaged++;
		rc = NMK_OK;
	} else if (rc == NMK_OK && *found) {
		rc = item_put(tx, rotation, &item);
	}
	bytes_free(item.plain, item.length);
	return rc;
}

/* Up to so many; rotation->kind is KINDS when none is left. */
static nmk_status wrap_batch(struct tx *tx, struct rotation *rotation)
{
	nmk_status rc = NMK_OK;
	bool found;

	for (int count = 0; rc == NMK_OK && count < BATCH && rotation->kind < KINDS;) {
		rc = wrap_one(tx, rotation, &found);
		if (rc == NMK_OK && found) {
			count++;
			rotation->done++;
		} else if (rc == NMK_OK) {
			rotation->kind++;
			rotation->after_epoch = rotation->after_id = 0;
		}
	}
	return rc;
}

static int64_t older(int64_t a, int64_t b)
{
	return a == 0 || (b != 0 && b < a) ? b : a;
}

/* The ring first: no row is ever sealed with a key that the disk does not have. An epoch is in use too if it was before, because
 * this transaction may hold the work of others, which comes to nothing if the commit fails. */
static nmk_status turn(struct nmk_op *op, struct rotation *rotation)
{
	struct key_ring_turn turn;
	int64_t oldest;
	nmk_status rc = oldest_epoch(&op->tx, &oldest);

	if (rc == NMK_OK)
		rc = key_ring_turn(&op->tx, older(oldest, rotation->oldest_before), &turn);
	if (rc != NMK_OK)
		return rc;
	rotation->epoch = turn.epoch;
	op_detail_int(op, "epoch", turn.epoch);
	op_detail(op, "begun", turn.begun ? "yes" : "no");
	op_detail_int(op, "destroyed", turn.destroyed);
	return count_waiting(&op->tx, turn.epoch, &rotation->total);
}

/* Who may, and what is in use. */
static nmk_status begin(nmk_session *session, struct rotation *rotation)
{
	struct nmk_op op;
	nmk_status rc = op_rehearse(&op, session, OP_keys_rotate);

	while (op_next(&op, &rc))
		rc = oldest_epoch(&op.tx, &rotation->oldest_before);
	return rc;
}

/* The new epoch and the first batch come together: a small store is done with one transaction. */
static nmk_status step(nmk_session *session, struct rotation *rotation)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_keys_rotate);

	while (op_next(&op, &rc)) {
		if (rotation->epoch == 0)
			rc = turn(&op, rotation);
		else
			op.action = NULL;
		if (rc == NMK_OK)
			rc = wrap_batch(&op.tx, rotation);
	}
	return rc;
}

static nmk_status finish(nmk_session *session, const struct rotation *rotation)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_keys_rotate);

	if (rc == NMK_OK && rotation->damaged > 0)
		rc = op_fail(&op, NMK_ECORRUPT, "keys", "%lld keys or secrets do not open; the check of the store names them",
		             (long long)rotation->damaged);
	if (rc == NMK_OK && rotation->kind < KINDS)
		rc = op_fail(&op, NMK_ECANCELLED, NULL, "was stopped");
	return rc;
}

nmk_status nmk_keys_rotate(nmk_session *session, nmk_progress progress, void *context)
{
	struct rotation rotation = { 0 };
	nmk_status rc = begin(session, &rotation);
	bool go_on = true;

	while (rc == NMK_OK && go_on && rotation.kind < KINDS) {
		rc = step(session, &rotation);
		if (rc == NMK_OK && progress)
			go_on = progress(context, rotation.done, rotation.done > rotation.total ? rotation.done : rotation.total);
	}
	return rc == NMK_OK ? finish(session, &rotation) : rc;
}
