/* nano_move.c -- from one status to another: who may, when, and what goes with it. */
#include "catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "components.h"
#include "index.h"

#define UNPUBLISH_MS (24 * HOUR_MS)

#define REASON_CHARACTERS 500
#define NOTE_CHARACTERS   1000

static const struct field reason_optional = { .name = "reason", .maximum = REASON_CHARACTERS, .lines = true };
static const struct field reason_required = { .name = "reason", .flags = FIELD_REQUIRED, .minimum = 1,
                                              .maximum = REASON_CHARACTERS, .lines = true };
static const struct field takedown_note = { .name = "note", .maximum = NOTE_CHARACTERS, .lines = true };

bool nano_state_leads_to(int from, int to)
{
	static const struct { int from, to; } moves[] = {
#define NMK_MOVE(from, to) { NMK_NANO_##from, NMK_NANO_##to },
#include "nano_states.def"
#undef NMK_MOVE
	};

	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
		if (moves[i].from == from && moves[i].to == to)
			return true;
	return false;
}

/* ---- may it move? ---- */

static nmk_status refuse(struct nmk_op *op, const struct nmk_nano *nano, int to)
{
	return op_fail(op, NMK_ESTATE, "status", "does not go from %s to %s", word_of(nano_state_words, nano->status),
	               word_of(nano_state_words, to));
}

/* After a publication that was not recorded nobody knows when the time is over: so it is. */
static bool too_late(const struct nmk_op *op, const struct nmk_nano *nano, int to)
{
	return nano->status == NMK_NANO_PUBLISHED && to == NMK_NANO_DRAFT
	    && (nano->published_at == 0 || op->tx.now - nano->published_at > UNPUBLISH_MS);
}

static bool has_something_to_read(const char *text)
{
	const struct text_rule rule = { .minimum = 1, .maximum = SIZE_MAX, .multiline = true };

	return text && text_check(text, &rule) == TEXT_FINE;
}

static nmk_status check_complete(struct nmk_op *op, const struct nmk_nano *nano)
{
	const struct { const char *name; bool there; } needed[] = {
		{ "title", has_something_to_read(nano->title) },
		{ "description", has_something_to_read(nano->description) },
		{ "duration_minutes", nano->duration_minutes > 0 },
		{ "language", has_something_to_read(nano->language) },
	};
	char missing[NMK_ERROR_FIELD_SIZE] = "";
	size_t length = 0;

	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
		if (!needed[i].there)
			length += (size_t)snprintf(missing + length, sizeof missing - length, "%s%s", length ? "," : "",
			                           needed[i].name);
	return *missing ? op_fail(op, NMK_EINVALID, missing, "is needed for publishing") : NMK_OK;
}

/* What depends on the nano alone, whoever asks: the table, the 24 hours, completeness. */
static nmk_status check_move(struct nmk_op *op, const struct nmk_nano *nano, int to)
{
	if (!nano_state_leads_to(nano->status, to))
		return refuse(op, nano, to);
	if (too_late(op, nano, to))
		return op_fail(op, NMK_ESTATE, "status", "goes back to draft only within 24 hours after publication");
	return to == NMK_NANO_PUBLISHED ? check_complete(op, nano) : NMK_OK;
}

/* ---- the move ---- */

/* Times are kept of the first publication and of the first time in the archive, and of the last submission. */
static void enter(struct nmk_nano *nano, int to, int64_t now)
{
	nano->status = to;
	nano->updated_at = now;
	if (to == NMK_NANO_PENDING_REVIEW)
		nano->submitted_at = now;
	if (to == NMK_NANO_PUBLISHED && nano->published_at == 0)
		nano->published_at = now;
	if (to == NMK_NANO_ARCHIVED && nano->archived_at == 0)
		nano->archived_at = now;
}

static nmk_status store_status(struct nmk_op *op, const struct nmk_nano *nano, int from)
{
	struct stmt stmt;
	int64_t changed = 0;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_nano_set_status);
	stmt_fields(&stmt, nano_fields, nano);
	stmt_text(&stmt, "expected", word_of(nano_state_words, from));
	rc = stmt_exec(&stmt, &changed);
	if (rc == NMK_OK && changed == 0)
		rc = op_fail(op, NMK_ESTATE, "status", "was changed by somebody else");
	return rc;
}

static nmk_status tell_components(struct nmk_op *op, int64_t nano_id, int from, int to)
{
	nmk_status rc = NMK_OK;

	for (const struct component *component = components; rc == NMK_OK && component->name; component++)
		if (component->nano_moved)
			rc = component->nano_moved(op, nano_id, from, to);
	return rc;
}

static nmk_status nano_move(struct nmk_op *op, struct nmk_nano *nano, int to)
{
	int from = nano->status;
	nmk_status rc;

	op_detail(op, "old_status", word_of(nano_state_words, from));
	op_detail(op, "new_status", word_of(nano_state_words, to));
	enter(nano, to, op->tx.now);
	rc = store_status(op, nano, from);
	if (rc == NMK_OK)
		rc = tell_components(op, nano->id.number, from, to);
	if (rc == NMK_OK && to == NMK_NANO_PUBLISHED)
		rc = index_put(op, nano->id.number);
	else if (rc == NMK_OK && from == NMK_NANO_PUBLISHED)
		rc = index_remove(op, nano->id.number);
	return rc;
}

/* A moderator who sends it back says why, to its creator. A new submission starts afresh. */
static bool set_review_reason(const struct nmk_op *op, struct nmk_nano *nano, int to, const char *reason)
{
	bool sent_back = nano->status == NMK_NANO_PENDING_REVIEW && to == NMK_NANO_DRAFT
	              && !op_is_self(op, nano->creator_id.number);

	if (!sent_back && to != NMK_NANO_PENDING_REVIEW)
		return true;
	free(nano->review_reason);
	nano->review_reason = sent_back && reason && *reason ? strdup(reason) : NULL;
	return nano->review_reason || !sent_back || !reason || !*reason;
}

/* Check and go. The status that it has already is a success that changes and records nothing. */
static nmk_status go(struct nmk_op *op, struct nmk_nano *nano, int to, const char *reason)
{
	nmk_status rc;

	if (nano->status == to) {
		op->action = NULL;
		return NMK_OK;
	}
	rc = check_move(op, nano, to);
	if (rc == NMK_OK && !set_review_reason(op, nano, to, reason))
		rc = tx_no_memory(&op->tx);
	op_detail_int(op, "reason_given", reason && *reason ? 1 : 0);
	return rc == NMK_OK ? nano_move(op, nano, to) : rc;
}

/* ---- nmk_nano_set_status() ---- */

static nmk_status check_creator(struct nmk_op *op, int to)
{
	if (op->actor.role < NMK_ROLE_CREATOR)
		return op_fail(op, NMK_EDENIED, NULL, "only creators may do this");
	if (to == NMK_NANO_PUBLISHED)
		return op_fail(op, NMK_EDENIED, NULL, "nobody reviews what is their own");
	return NMK_OK;
}

static nmk_status check_moderator(struct nmk_op *op, const struct nmk_nano *nano, int to)
{
	if (nano->status != NMK_NANO_PENDING_REVIEW)
		return op_fail(op, NMK_EDENIED, "status", "is changed by moderators only while it is pending_review");
	if (to != NMK_NANO_PUBLISHED && to != NMK_NANO_DRAFT)
		return op_fail(op, NMK_EDENIED, "status", "is changed by moderators only to published or draft");
	return NMK_OK;
}

/* The host's own session is bound by the table alone. */
static nmk_status check_actor(struct nmk_op *op, const struct nmk_nano *nano, int to)
{
	if (op->actor.kind == ACTOR_SYSTEM)
		return NMK_OK;
	if (op_is_self(op, nano->creator_id.number))
		return check_creator(op, to);
	return check_moderator(op, nano, to);
}

nmk_status nmk_nano_set_status(nmk_session *session, const char *id, nmk_nano_state status, const char *reason)
{
	struct nmk_nano nano = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_nano_set_status);

	if (rc == NMK_OK && !nmk_nano_state_word(status))
		rc = op_fail(&op, NMK_EINVALID, "status", "is none of the values that there are");
	if (rc == NMK_OK)
		rc = op_check_text(&op, &reason_optional, reason);
	while (op_next(&op, &rc)) {
		rc = nano_load(&op, id, &nano);
		if (rc == NMK_OK)
			rc = op_allow(&op, nano_subject(&nano));
		if (rc == NMK_OK)
			rc = check_actor(&op, &nano, (int)status);
		if (rc == NMK_OK)
			rc = go(&op, &nano, (int)status, reason);
	}
	nano_fields_free(&nano);
	return rc;
}

/* ---- the calls with a name ---- */

#define FROM(state) (1U << NMK_NANO_##state)

/* A move by its name begins only where the name fits: taking back from review is no taking back from the catalogue. */
static nmk_status move_by_name(nmk_session *session, enum op_id which, const char *id, unsigned from, int to,
                               const char *reason)
{
	struct nmk_nano nano = { 0 };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, which);

	if (rc == NMK_OK && which == OP_nano_reject)
		rc = op_check_text(&op, &reason_required, reason);
	while (op_next(&op, &rc)) {
		if (which == OP_nano_publish && op.actor.kind == ACTOR_SYSTEM)
			from |= FROM(DRAFT);
		rc = nano_load(&op, id, &nano);
		if (rc == NMK_OK)
			rc = op_allow(&op, nano_subject(&nano));
		if (rc == NMK_OK && !(from & (1U << nano.status)))
			rc = refuse(&op, &nano, to);
		if (rc == NMK_OK)
			rc = go(&op, &nano, to, reason);
	}
	nano_fields_free(&nano);
	return rc;
}

nmk_status nmk_nano_submit(nmk_session *session, const char *id)
{
	return move_by_name(session, OP_nano_submit, id, FROM(DRAFT) | FROM(PENDING_REVIEW), NMK_NANO_PENDING_REVIEW, NULL);
}

nmk_status nmk_nano_withdraw(nmk_session *session, const char *id)
{
	return move_by_name(session, OP_nano_withdraw, id, FROM(PENDING_REVIEW) | FROM(DRAFT), NMK_NANO_DRAFT, NULL);
}

nmk_status nmk_nano_publish(nmk_session *session, const char *id)
{
	return move_by_name(session, OP_nano_publish, id, FROM(PENDING_REVIEW), NMK_NANO_PUBLISHED, NULL);
}

nmk_status nmk_nano_reject(nmk_session *session, const char *id, const char *reason)
{
	return move_by_name(session, OP_nano_reject, id, FROM(PENDING_REVIEW), NMK_NANO_DRAFT, reason);
}

nmk_status nmk_nano_unpublish(nmk_session *session, const char *id)
{
	return move_by_name(session, OP_nano_unpublish, id, FROM(PUBLISHED) | FROM(DRAFT), NMK_NANO_DRAFT, NULL);
}

nmk_status nmk_nano_archive(nmk_session *session, const char *id)
{
	return move_by_name(session, OP_nano_archive, id, FROM(DRAFT) | FROM(PENDING_REVIEW) | FROM(PUBLISHED)
	                    | FROM(ARCHIVED), NMK_NANO_ARCHIVED, NULL);
}

nmk_status nmk_nano_delete(nmk_session *session, const char *id)
{
	return move_by_name(session, OP_nano_delete, id, FROM(DRAFT) | FROM(ARCHIVED) | FROM(DELETED), NMK_NANO_DELETED,
	                    NULL);
}

/* ---- takedown ---- */

static bool is_white(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The reason without the white space around it, the caller's; NULL with rc set. */
static char *trimmed(struct nmk_op *op, const char *text, nmk_status *rc)
{
	size_t length;
	char *copy;

	if (!text) {
		*rc = op_check_text(op, &reason_required, NULL);
		return NULL;
	}
	while (is_white(*text))
		text++;
	length = strlen(text);
	while (length > 0 && is_white(text[length - 1]))
		length--;
	copy = strndup(text, length);
	*rc = copy ? op_check_text(op, &reason_required, copy) : tx_no_memory(&op->tx);
	return copy;
}

static nmk_status take_down(struct nmk_op *op, struct nmk_nano *nano, bool *removed_before)
{
	*removed_before = nano->status != NMK_NANO_PUBLISHED;
	op_detail_int(op, "already_removed", *removed_before);
	if (!*removed_before)
		return nano_move(op, nano, NMK_NANO_ARCHIVED);
	op_detail(op, "old_status", word_of(nano_state_words, nano->status));
	op_detail(op, "new_status", word_of(nano_state_words, nano->status));
	return NMK_OK;
}

nmk_status nmk_nano_takedown(nmk_session *session, const char *id, const char *reason, const char *note,
                             bool *already_removed)
{
	struct nmk_nano nano = { 0 };
	bool removed_before = false;
	char *because = NULL;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_nano_takedown);

	if (already_removed)
		*already_removed = false;
	if (rc == NMK_OK)
		because = trimmed(&op, reason, &rc);
	if (rc == NMK_OK)
		rc = op_check_text(&op, &takedown_note, note);
	while (op_next(&op, &rc)) {
		rc = nano_load(&op, id, &nano);
		if (rc == NMK_OK)
			rc = op_allow(&op, nano_subject(&nano));
		if (rc == NMK_OK)
			rc = take_down(&op, &nano, &removed_before);
		op_detail_personal(&op, "reason", because);
		op_detail_personal(&op, "note", note);
	}
	if (rc == NMK_OK && already_removed)
		*already_removed = removed_before;
	nano_fields_free(&nano);
	free(because);
	return rc;
}

/* ---- for package and feedback ---- */

nmk_status nano_set_version(struct nmk_op *op, const struct nmk_nano *nano, const char *version)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_nano_set_version);
	stmt_int(&stmt, "id", nano->id.number);
	stmt_text(&stmt, "version", version);
	return stmt_exec(&stmt, NULL);
}

nmk_status nano_count_download(struct nmk_op *op, const struct nmk_nano *nano)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_nano_count_download);
	stmt_int(&stmt, "id", nano->id.number);
	rc = stmt_exec(&stmt, NULL);
	return rc == NMK_OK ? index_figures(op, nano->id.number) : rc;
}

nmk_status nano_set_feedback(struct nmk_op *op, const struct nmk_nano *nano)
{
	struct stmt stmt;
	nmk_status rc;

	stmt_init(&stmt, &op->tx, SQL_nano_set_feedback);
	stmt_fields(&stmt, nano_fields, nano);
	rc = stmt_exec(&stmt, NULL);
	return rc == NMK_OK ? index_figures(op, nano->id.number) : rc;
}
