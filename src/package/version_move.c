/* version_move.c -- where versions go: on their own once the nano is published, else with the nano. */
#include "packages.h"

#include <stdlib.h>
#include <string.h>

/* ---- changing rows ---- */

nmk_status version_add(struct nmk_op *op, const struct nmk_nano *nano, int64_t number_key, const char *changelog,
                       struct nmk_version *version)
{
	char number[SEMVER_TEXT_SIZE];
	int64_t id = tx_new_id(&op->tx);
	struct stmt stmt;
	nmk_status rc;

	semver_format(number_key, number);
	stmt_init(&stmt, &op->tx, SQL_version_add);
	stmt_fields(&stmt, version_fields, version);
	stmt_int(&stmt, "id", id);
	stmt_int(&stmt, "nano_id", nano->id.number);
	stmt_text(&stmt, "number", number);
	stmt_int(&stmt, "number_key", number_key);
	stmt_text(&stmt, "changelog", changelog);
	stmt_text(&stmt, "created_by", NULL);
	if (op->actor.id.number)
		stmt_int(&stmt, "created_by", op->actor.id.number);
	stmt_int(&stmt, "created_at", op->tx.now);
	rc = stmt_exec(&stmt, NULL);
	if (rc == NMK_OK)
		rc = version_load_id(op, id, version);
	if (rc == NMK_OK && nano->status == NMK_NANO_DRAFT)
		rc = nano_set_version(op, nano, number);
	if (rc == NMK_OK)
		op_detail(op, "version", number);
	return rc;
}

nmk_status version_move(struct nmk_op *op, struct nmk_version *version, nmk_version_state to, const char *reason)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_version_set_status);
	stmt_int(&stmt, "id", version->id.number);
	stmt_text(&stmt, "expected", word_of(version_state_words, version->status));
	stmt_text(&stmt, "status", word_of(version_state_words, (int)to));
	stmt_text(&stmt, "review_reason", reason);
	stmt_int(&stmt, "now", op->tx.now);
	if (to == NMK_VERSION_PENDING_REVIEW)
		stmt_option(&stmt, "submitted");
	if (to == NMK_VERSION_PUBLISHED)
		stmt_option(&stmt, "published");
	rc = stmt_exec(&stmt, &changed);
	if (rc == NMK_OK && changed == 0)
		rc = op_fail(op, NMK_ESTATE, NULL, "somebody else changed it at the same time");
	if (rc == NMK_OK)
		version->status = (int)to;
	return rc;
}

nmk_status version_publish(struct nmk_op *op, const struct nmk_nano *nano, struct nmk_version *version)
{
	struct stmt stmt;
	int64_t key = 0;
	nmk_status rc;

	semver_parse(version->number, &key);
	stmt_init(&stmt, &op->tx, SQL_version_pass_over);
	stmt_int(&stmt, "nano_id", nano->id.number);
	stmt_int(&stmt, "id", version->id.number);
	stmt_int(&stmt, "number_key", key);
	rc = stmt_exec(&stmt, NULL);
	if (rc == NMK_OK)
		rc = version_move(op, version, NMK_VERSION_PUBLISHED, NULL);
	if (rc == NMK_OK)
		rc = nano_set_version(op, nano, version->number);
	return rc;
}

/* ---- with the nano ---- */

static nmk_status move_all(struct nmk_op *op, enum sql_id statement, int64_t nano_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, statement);
	stmt_int(&stmt, "nano_id", nano_id);
	return stmt_exec(&stmt, NULL);
}

static nmk_status nano_to_draft(struct nmk_op *op, const struct nmk_nano *nano, struct nmk_version *version)
{
	nmk_status rc = move_all(op, SQL_version_retract_all, nano->id.number);

	if (rc == NMK_OK)
		rc = version_latest(op, nano->id.number, NMK_VERSION_DRAFT, version);
	return rc == NMK_OK && version->id.number ? nano_set_version(op, nano, version->number) : rc;
}

static nmk_status nano_to_review(struct nmk_op *op, const struct nmk_nano *nano, struct nmk_version *version)
{
	nmk_status rc = version_latest(op, nano->id.number, NMK_VERSION_DRAFT, version);

	return rc == NMK_OK && version->id.number ? version_move(op, version, NMK_VERSION_PENDING_REVIEW, NULL) : rc;
}

/* The host may publish a draft, whose versions wait for nobody. */
static nmk_status nano_to_published(struct nmk_op *op, const struct nmk_nano *nano, struct nmk_version *version)
{
	nmk_status rc = version_latest(op, nano->id.number, NMK_VERSION_PENDING_REVIEW, version);

	if (rc == NMK_OK && !version->id.number)
		rc = version_latest(op, nano->id.number, NMK_VERSION_DRAFT, version);
	return rc == NMK_OK && version->id.number ? version_publish(op, nano, version) : rc;
}

nmk_status package_nano_moved(struct nmk_op *op, int64_t nano_id, int from, int to)
{
	struct nmk_nano nano = { .id.number = nano_id };
	struct nmk_version version = { 0 };
	nmk_status rc = NMK_OK;

	(void)from;
	switch ((nmk_nano_state)to) {
	case NMK_NANO_DRAFT:          rc = nano_to_draft(op, &nano, &version); break;
	case NMK_NANO_PENDING_REVIEW: rc = nano_to_review(op, &nano, &version); break;
	case NMK_NANO_PUBLISHED:      rc = nano_to_published(op, &nano, &version); break;
	case NMK_NANO_ARCHIVED:       rc = move_all(op, SQL_version_archive_all, nano_id); break;
	case NMK_NANO_DELETED:        break;
	}
	version_clear(&version);
	return rc;
}

/* ---- on their own ---- */

/* What submit, publish and reject have in common: the version of a published nano, and its one move. */
struct turn {
	enum op_id  operation;
	const char *nano_id, *number, *reason;
	nmk_version_state from, to;
};

static nmk_status turn_check(struct nmk_op *op, const struct turn *turn)
{
	if (!turn->number)
		return op_fail(op, NMK_EINVALID, "number", "is needed");
	if (turn->operation != OP_version_reject)
		return NMK_OK;
	if (!turn->reason)
		return op_fail(op, NMK_EINVALID, "reason", "is needed");
	return op_check_text(op, &(struct field){ .name = "reason", .minimum = 1, .maximum = 500, .lines = true },
	                     turn->reason);
}

static nmk_status turn_move(struct nmk_op *op, const struct turn *turn, const struct nmk_nano *nano,
                            struct nmk_version *version)
{
	op_detail(op, "version", version->number);
	if (nano->status != NMK_NANO_PUBLISHED)
		return op_fail(op, NMK_ESTATE, NULL, "the nano is not published: its versions are reviewed with it");
	if (turn->operation == OP_version_submit && version->status == (int)turn->to) {
		op->action = NULL; /* it waits already: nothing happens */
		return NMK_OK;
	}
	if (version->status != (int)turn->from)
		return op_fail(op, NMK_ESTATE, NULL, "the version is '%s', not '%s'",
		               word_of(version_state_words, version->status), word_of(version_state_words, (int)turn->from));
	if (turn->to == NMK_VERSION_PUBLISHED)
		return version_publish(op, nano, version);
	return version_move(op, version, turn->to, turn->reason);
}

static nmk_status take_turn(nmk_session *session, const struct turn *turn)
{
	struct nmk_nano nano = { 0 };
	struct nmk_version version = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, turn->operation);

	if (rc == NMK_OK)
		rc = turn_check(&op, turn);
	while (op_next(&op, &rc)) {
		rc = version_nano(&op, turn->nano_id, &nano);
		if (rc == NMK_OK)
			rc = version_load(&op, &nano, turn->number, &version);
		if (rc == NMK_OK)
			rc = turn_move(&op, turn, &nano, &version);
	}
	version_clear(&version);
	nano_fields_free(&nano);
	return rc;
}

nmk_status nmk_version_submit(nmk_session *session, const char *nano_id, const char *number)
{
	return take_turn(session, &(struct turn){ OP_version_submit, nano_id, number, NULL, NMK_VERSION_DRAFT,
	                                          NMK_VERSION_PENDING_REVIEW });
}

nmk_status nmk_version_publish(nmk_session *session, const char *nano_id, const char *number)
{
	return take_turn(session, &(struct turn){ OP_version_publish, nano_id, number, NULL, NMK_VERSION_PENDING_REVIEW,
	                                          NMK_VERSION_PUBLISHED });
}

nmk_status nmk_version_reject(nmk_session *session, const char *nano_id, const char *number, const char *reason)
{
	return take_turn(session, &(struct turn){ OP_version_reject, nano_id, number, reason, NMK_VERSION_PENDING_REVIEW,
	                                          NMK_VERSION_DRAFT });
}

/* ---- back ---- */

static nmk_status rollback_allowed(struct nmk_op *op, const struct nmk_nano *nano, const struct nmk_version *target,
                                   const struct nmk_version *latest)
{
	bool is_current = nano->version && strcmp(latest->number, nano->version) == 0;

	if (nano->status != NMK_NANO_DRAFT && nano->status != NMK_NANO_PUBLISHED)
		return op_fail(op, NMK_ESTATE, NULL, "the nano is neither a draft nor published");
	if (target->id.number == latest->id.number || (is_current && strcmp(target->hash, latest->hash) == 0))
		return op_fail(op, NMK_ESTATE, "number", "is the latest already");
	return NMK_OK;
}

/* `version` is the earlier one, and the new one afterwards. */
static nmk_status add_rollback(struct nmk_op *op, const struct nmk_nano *nano, const char *changelog,
                               const struct nmk_version *latest, struct nmk_version *version)
{
	bool publish = nano->status == NMK_NANO_PUBLISHED && version->published_at != 0;
	int64_t key = 0;
	nmk_status rc;

	semver_parse(latest->number, &key);
	if (!semver_next(key, &key))
		return op_fail(op, NMK_ELIMIT, "number", "there is no greater one");
	free(version->rollback_of);
	version->rollback_of = version->number;
	version->number = NULL;
	rc = version_add(op, nano, key, changelog, version);
	if (rc == NMK_OK && publish)
		rc = version_publish(op, nano, version);
	if (rc == NMK_OK && publish)
		rc = version_load_id(op, version->id.number, version);
	if (rc == NMK_OK)
		op_detail(op, "rollback_of", version->rollback_of);
	return rc;
}

/* `version` is the earlier one at first, the new one afterwards. */
static nmk_status roll_back(struct nmk_op *op, const struct nmk_nano *nano, const char *number, const char *changelog,
                            struct nmk_version *version)
{
	struct nmk_version latest = { 0 };
	nmk_status rc = version_load(op, nano, number, version);

	if (rc == NMK_OK)
		rc = version_latest(op, nano->id.number, 0, &latest);
	if (rc == NMK_OK)
		rc = rollback_allowed(op, nano, version, &latest);
	if (rc == NMK_OK)
		rc = add_rollback(op, nano, changelog, &latest, version);
	version_clear(&latest);
	return rc;
}

static nmk_status describe_rollback(struct nmk_op *op, const char *nano_id, const char *number, const char *changelog,
                                    struct buffer *request)
{
	once_part(request, nano_id);
	once_part(request, number);
	once_part(request, changelog);
	return request->failed ? tx_no_memory(&op->tx) : NMK_OK;
}

nmk_status nmk_version_rollback(nmk_session *session, const char *nano_id, const char *number, const char *changelog,
                                const char *idempotency_key, nmk_version **out)
{
	struct nmk_nano nano = { 0 };
	struct nmk_version version = { 0 };
	struct buffer request = { 0 };
	int64_t earlier = 0;
	nmk_version *made = NULL;
	struct nmk_op op;
	nmk_status rc;

	if (out)
		*out = NULL;
	rc = op_begin(&op, session, OP_version_rollback);
	if (rc == NMK_OK && !number)
		rc = op_fail(&op, NMK_EINVALID, "number", "is needed");
	if (rc == NMK_OK)
		rc = op_check_text(&op, field_named(version_fields, "changelog"), changelog);
	if (rc == NMK_OK)
		rc = op_check_once_key(&op, idempotency_key);
	if (rc == NMK_OK && idempotency_key)
		rc = describe_rollback(&op, nano_id, number, changelog, &request);
	while (op_next(&op, &rc)) {
		rc = version_nano(&op, nano_id, &nano);
		if (rc == NMK_OK)
			rc = op_once(&op, idempotency_key, request.data, request.length, &earlier);
		if (rc == NMK_OK)
			rc = earlier ? version_load_id(&op, earlier, &version) : roll_back(&op, &nano, number, changelog, &version);
		if (rc == NMK_OK && !earlier)
			rc = op_once_done(&op, idempotency_key, request.data, request.length, version.id.number);
		if (rc == NMK_OK)
			rc = version_hand_over(&op, &nano, &version, out ? &made : NULL);
	}
	version_clear(&version);
	buffer_free(&request);
	nano_fields_free(&nano);
	if (rc == NMK_OK && out)
		*out = made;
	else
		nmk_version_free(made);
	return rc;
}
