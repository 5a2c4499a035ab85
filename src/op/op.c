#include "op.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "audit.h"
#include "clock.h"
#include "session.h"
#include "store_tx.h"

const struct op_info op_table[OP__COUNT] = {
#define NMK_OP(name, access, role, rule, action) { #name, OP_##access, ROLE_##role, RULE_##rule, action },
#include "ops.def"
#undef NMK_OP
};

static const char *const role_words[] = { "", "consumer", "creator", "moderator", "admin", NULL };

static nmk_status begin(struct nmk_op *op, nmk_session *session, enum op_id id, bool rehearsal)
{
	memset(op, 0, sizeof *op);
	op->info = &op_table[id];
	if (!session)
		return NMK_EINVALID;
	op->session = session;
	op->rehearsal = rehearsal;
	op->tx.store = session->market->store;
	op->tx.keys = session->market->keys;
	op->tx.what = op->info->name;
	op->tx.language = session->language;
	op->tx.error = &session->error;
	op->tx.now = store_now(session->market->store);
	memset(&session->error, 0, sizeof session->error);
	if (session->market->process != getpid())
		return op_fail(op, NMK_ESTATE, NULL, "the process was forked: open the market anew in the child");
	return NMK_OK;
}

nmk_status op_begin(struct nmk_op *op, nmk_session *session, enum op_id id)
{
	return begin(op, session, id, false);
}

nmk_status op_rehearse(struct nmk_op *op, nmk_session *session, enum op_id id)
{
	return begin(op, session, id, true);
}

/* ---- who acts ---- */

struct search_words *op_search_words(const struct nmk_op *op)
{
	return op->session->market->search_words;
}

bool op_wants_second_factor(const struct nmk_op *op, nmk_role role)
{
	switch (op->session->market->options.second_factor_policy) {
	case NMK_SECOND_FACTOR_STAFF:    return role >= NMK_ROLE_MODERATOR;
	case NMK_SECOND_FACTOR_EVERYONE: return true;
	case NMK_SECOND_FACTOR_OPTIONAL: break;
	}
	return false;
}

static bool was_idle(const struct nmk_op *op)
{
	const nmk_session *session = op->session;
	int64_t idle_ms = session->market->options.idle_minutes * MINUTE_MS;

	return session->grounds.origin == ORIGIN_PASSWORD && op->tx.now - session->used_at > idle_ms;
}

/* Columns of actor_get. The host answers for whom it lets act: no password, no second factor is asked of them. */
static enum actor_bar actor_bar(const struct nmk_op *op, struct stmt *stmt)
{
	const struct session_grounds *grounds = &op->session->grounds;
	const char *status = stmt_column_text(stmt, 1);

	if (strcmp(status, "deleted") == 0 || was_idle(op) || (grounds->login_id && !stmt_column_int(stmt, 5))
	    || (grounds->origin != ORIGIN_HOST && stmt_column_int(stmt, 2) != grounds->session_epoch))
		return BAR_ENDED;
	if (strcmp(status, "active") != 0)
		return BAR_SUSPENDED;
	if (grounds->origin == ORIGIN_HOST)
		return BAR_NONE;
	if (stmt_column_int(stmt, 3))
		return BAR_PASSWORD;
	if (op_wants_second_factor(op, op->actor.role) && !stmt_column_int(stmt, 4))
		return BAR_SECOND_FACTOR;
	return BAR_NONE;
}

/* From the record as it is now: a role that was taken away is gone at once, and so is a session that was ended. */
static nmk_status member_load(struct nmk_op *op)
{
	struct actor *actor = &op->actor;
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	actor->id = op->session->user_id;
	actor->bar = BAR_ENDED;
	stmt_init(&stmt, &op->tx, SQL_actor_get);
	stmt_int(&stmt, "id", actor->id.number);
	stmt_int(&stmt, "login_id", op->session->grounds.login_id);
	stmt_int(&stmt, "asks_second_factor", op->session->market->options.second_factor_policy != NMK_SECOND_FACTOR_OPTIONAL);
	stmt_int(&stmt, "now", op->tx.now);
	if (stmt_next(&stmt, &rc)) {
		actor->role = (nmk_role)word_value(role_words, stmt_column_text(&stmt, 0));
		actor->bar = actor_bar(op, &stmt);
		stmt_end(&stmt);
	}
	if (rc == NMK_OK)
		op->session->used_at = actor->bar == BAR_ENDED ? 0 : op->tx.now; /* what has ended stays ended */
	return rc;
}

/* Who must do something first may do that. */
static bool may_set_up(const struct nmk_op *op)
{
	return op->info->role == ROLE_LOGGED_IN && (op->actor.bar == BAR_PASSWORD || op->actor.bar == BAR_SECOND_FACTOR);
}

/* A session that has ended is nobody's. */
static nmk_status actor_load(struct nmk_op *op)
{
	struct actor *actor = &op->actor;
	nmk_status rc = NMK_OK;

	actor->kind = op->session->kind;
	if (actor->kind == ACTOR_MEMBER)
		rc = member_load(op);
	if (actor->bar == BAR_ENDED)
		*actor = (struct actor){ .kind = ACTOR_GUEST, .bar = BAR_ENDED };
	actor->active = actor->bar == BAR_NONE;
	op->tx.actor_id = actor->active || may_set_up(op) ? actor->id.number : 0;
	op->tx.actor_staff = op_is_staff(op);
	return rc;
}

static bool has_role(const struct nmk_op *op, nmk_role least)
{
	return op->actor.kind == ACTOR_SYSTEM
	    || (op->actor.kind == ACTOR_MEMBER && op->actor.active && op->actor.role >= least);
}

bool op_is_staff(const struct nmk_op *op)
{
	return has_role(op, NMK_ROLE_MODERATOR);
}

bool op_is_admin(const struct nmk_op *op)
{
	return has_role(op, NMK_ROLE_ADMIN);
}

bool op_is_self(const struct nmk_op *op, int64_t user_id)
{
	return op->actor.kind == ACTOR_MEMBER && user_id != 0 && op->actor.id.number == user_id;
}

static bool role_allows(const struct nmk_op *op)
{
	switch (op->info->role) {
	case ROLE_ANYONE:    return true;
	case ROLE_LOGGED_IN: return has_role(op, NMK_ROLE_CONSUMER) || may_set_up(op);
	case ROLE_MEMBER:    return has_role(op, NMK_ROLE_CONSUMER);
	case ROLE_CREATOR:   return has_role(op, NMK_ROLE_CREATOR);
	case ROLE_MODERATOR: return op_is_staff(op);
	case ROLE_ADMIN:     return op_is_admin(op);
	case ROLE_SYSTEM:    return op->actor.kind == ACTOR_SYSTEM;
	}
	return false;
}

static nmk_status role_refused(struct nmk_op *op)
{
	if (op->actor.bar == BAR_ENDED)
		return op_fail(op, NMK_ELOGIN, NULL, "the session has ended: please log in again");
	if (op->actor.kind == ACTOR_GUEST)
		return op_fail(op, NMK_ELOGIN, NULL, "please log in first");
	switch (op->actor.bar) {
	case BAR_SUSPENDED:     return op_fail(op, NMK_EDENIED, NULL, "the account is suspended");
	case BAR_PASSWORD:      return op_fail(op, NMK_EDENIED, "password", "the password must be changed first");
	case BAR_SECOND_FACTOR: return op_fail(op, NMK_EDENIED, "second_factor", "a second factor must be set up first");
	case BAR_ENDED:
	case BAR_NONE:          break;
	}
	switch (op->info->role) {
	case ROLE_SYSTEM:    return op_fail(op, NMK_EDENIED, NULL, "only the host may do this");
	case ROLE_ADMIN:     return op_fail(op, NMK_EDENIED, NULL, "only administrators may do this");
	case ROLE_MODERATOR: return op_fail(op, NMK_EDENIED, NULL, "only moderators may do this");
	case ROLE_CREATOR:   return op_fail(op, NMK_EDENIED, NULL, "only creators may do this");
	case ROLE_MEMBER:
	case ROLE_LOGGED_IN:
	case ROLE_ANYONE:    break;
	}
	return op_fail(op, NMK_EDENIED, NULL, "this is not permitted");
}

/* An operation that who must do something first may begin is about what is their own. */
static bool is_owner(const struct nmk_op *op, const struct subject *subject)
{
	return (op->actor.active || may_set_up(op)) && op_is_self(op, subject->owner_id);
}

static bool rule_allows(const struct nmk_op *op, const struct subject *subject)
{
	bool owner = is_owner(op, subject);

	if (op->actor.kind == ACTOR_SYSTEM)
		return true;
	switch (op->info->rule) {
	case RULE_NONE:           return true;
	case RULE_VISIBLE:        return subject->is_public || owner || op_is_staff(op);
	case RULE_OWNER:          return owner;
	case RULE_OWNER_OR_STAFF: return owner || op_is_staff(op);
	case RULE_OWNER_OR_ADMIN: return owner || op_is_admin(op);
	case RULE_NOT_OWNER:      return !owner && (subject->is_public || op_is_staff(op));
	case RULE_NOT_SELF:       return !op_is_self(op, subject->id);
	}
	return false;
}

nmk_status op_allow(struct nmk_op *op, struct subject subject)
{
	bool visible = subject.is_public || is_owner(op, &subject) || op_is_staff(op);

	op->subject = subject;
	if (rule_allows(op, &subject)) {
		op->tx.unlocked = true;
		return NMK_OK;
	}
	if (!visible)
		return op_fail(op, NMK_ENOTFOUND, NULL, "there is none with this id");
	op->refused = true;
	if (op->info->rule == RULE_NOT_OWNER)
		return op_fail(op, NMK_EDENIED, NULL, "nobody may do this with what is their own");
	if (op->info->rule == RULE_NOT_SELF)
		return op_fail(op, NMK_EDENIED, NULL, "not for one's own account");
	return op_fail(op, NMK_EDENIED, NULL, "only the owner may do this");
}

void op_subject(struct nmk_op *op, const char *type, enum id_kind kind, int64_t id)
{
	op->subject = (struct subject){ .type = type, .kind = kind, .id = id };
}

nmk_status op_answer(struct nmk_op *op, nmk_status status, const char *action, const char *field,
                     const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	error_set_list(op->tx.error, op->tx.language, op->tx.what, status, field, format, arguments);
	va_end(arguments);
	op->answer = status;
	op->action = action;
	return NMK_OK;
}

static void end(struct nmk_op *op, nmk_status *rc)
{
	*rc = tx_end(&op->tx, *rc);
	audit_anchor(op, *rc == NMK_OK);
	if (*rc == NMK_EDENIED && op->refused)
		audit_refusal(op);
}

/* The first turn: open the transaction, see who acts, check the role. */
static bool enter(struct nmk_op *op, nmk_status *rc)
{
	op->entered = true;
	op->action = op->info->action;
	if (*rc != NMK_OK)
		return false;
	*rc = tx_begin(&op->tx, op->session->market->store, op->info->access == OP_WRITE && !op->rehearsal);
	if (*rc != NMK_OK)
		return false;
	*rc = actor_load(op);
	if (*rc == NMK_OK && !role_allows(op)) {
		*rc = role_refused(op);
		op->refused = true;
	}
	if (*rc != NMK_OK) {
		end(op, rc);
		return false;
	}
	op->tx.unlocked = op->info->rule == RULE_NONE;
	return true;
}

/* The second turn: audit and commit, or roll back. */
static void leave(struct nmk_op *op, nmk_status *rc)
{
	if (*rc == NMK_OK && !op->tx.unlocked)
		*rc = op_fail(op, NMK_EINTERNAL, NULL, "the operation ended before it was permitted");
	if (*rc == NMK_OK && (op->action || op->also_count > 0) && !op->rehearsal)
		*rc = audit_append(op);
	audit_forget(op);
	end(op, rc);
	if (*rc == NMK_OK && op->session_epoch)
		op->session->grounds.session_epoch = op->session_epoch;
	if (*rc == NMK_OK)
		*rc = op->answer;
}

bool op_next(struct nmk_op *op, nmk_status *rc)
{
	if (!op->entered)
		return enter(op, rc);
	leave(op, rc);
	return false;
}

/* ---- checks of arguments ---- */

nmk_status op_check_text(struct nmk_op *op, const struct field *field, const char *text)
{
	struct text_rule rule = {
		.minimum = (size_t)field->minimum, .maximum = (size_t)field->maximum,
		.multiline = field->lines, .allow_blank = field->minimum == 0,
	};
	enum text_problem problem;

	if (!text)
		return field->flags & FIELD_REQUIRED ? op_fail(op, NMK_EINVALID, field->name, "is needed") : NMK_OK;
	problem = text_check(text, &rule);
	switch (problem) {
	case TEXT_FINE:         return NMK_OK;
	case TEXT_NOT_UTF8:     return op_fail(op, NMK_EINVALID, field->name, "is not valid UTF-8");
	case TEXT_CONTROL:      return op_fail(op, NMK_EINVALID, field->name, "has a control character");
	case TEXT_BIDI_CONTROL: return op_fail(op, NMK_EINVALID, field->name, "has a character that turns the direction of writing");
	case TEXT_INVISIBLE:    return op_fail(op, NMK_EINVALID, field->name, "has an invisible character");
	case TEXT_UNASSIGNED:   return op_fail(op, NMK_EINVALID, field->name, "has a code point that Unicode does not define");
	case TEXT_BLANK:        return op_fail(op, NMK_EINVALID, field->name, "is blank");
	case TEXT_TOO_SHORT:
		return op_fail(op, NMK_EINVALID, field->name, "must have at least %lld characters", (long long)field->minimum);
	case TEXT_TOO_LONG:
		return op_fail(op, NMK_EINVALID, field->name, "must have at most %lld characters", (long long)field->maximum);
	}
	return NMK_EINTERNAL;
}

nmk_status op_check_texts(struct nmk_op *op, const struct field *fields, const void *object)
{
	nmk_status rc = NMK_OK;

	for (const struct field *field = fields; rc == NMK_OK && field->name; field++)
		if (field->kind == FIELD_TEXT)
			rc = op_check_text(op, field, *(char *const *)(const void *)((const char *)object + field->offset));
	return rc;
}

nmk_status op_check_bytes(struct nmk_op *op, const char *field, const char *text, size_t minimum, size_t maximum)
{
	size_t length = text ? strnlen(text, maximum + 1) : 0;

	if (!text)
		return op_fail(op, NMK_EINVALID, field, "is needed");
	if (length < minimum || length > maximum)
		return op_fail(op, NMK_EINVALID, field, "must have from %lld to %lld bytes", (long long)minimum, (long long)maximum);
	return text_is_valid_utf8(text, length) ? NMK_OK : op_fail(op, NMK_EINVALID, field, "is not valid UTF-8");
}

nmk_status op_fail_later(struct nmk_op *op, nmk_status status, int64_t retry_after_ms, const char *field,
                         const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	error_set_list(op->tx.error, op->tx.language, op->tx.what, status, field, format, arguments);
	va_end(arguments);
	op->tx.error->retry_after_ms = retry_after_ms;
	return status;
}

nmk_status op_check_version(struct nmk_op *op, uint32_t given, uint32_t newest)
{
	if (given < 1 || given > newest)
		return op_fail(op, NMK_EINVALID, "version", "must be from %lld to %lld", 1LL, (long long)newest);
	return NMK_OK;
}

nmk_status op_check_limit(struct nmk_op *op, int32_t given, int32_t *limit)
{
	if (given < 0 || given > LIST_LIMIT_MAXIMUM)
		return op_fail(op, NMK_EINVALID, "limit", "must be from %lld to %lld", 1LL, (long long)LIST_LIMIT_MAXIMUM);
	*limit = given ? given : LIST_LIMIT_DEFAULT;
	return NMK_OK;
}
