/* expect.h -- what a row of ops.def means for each kind of actor. The matrix test holds the library to it, and
 * docs/permissions.md is made from it. Written from architecture.md and the headers, not from src/op. */
#ifndef NMK_TEST_EXPECT_H
#define NMK_TEST_EXPECT_H

#include "op.h"

/* An owner is who owns the object; an account that is the object is its own owner. */
enum actor_role {
	AS_GUEST, AS_CONSUMER, AS_OWNER, AS_STRANGER, AS_MODERATOR, AS_ADMIN, AS_SUSPENDED, AS_SYSTEM,
	AS_OWNER_MODERATOR, AS_OWNER_ADMIN, AS_OWNER_SUSPENDED, AS__COUNT
};

static const struct {
	const char *name;
	nmk_role role;   /* 0: no member */
	bool owner, suspended;
} actors[AS__COUNT] = {
	[AS_GUEST]           = { "guest",                   (nmk_role)0,        false, false },
	[AS_CONSUMER]        = { "consumer",                NMK_ROLE_CONSUMER,  false, false },
	[AS_OWNER]           = { "creator who owns it",     NMK_ROLE_CREATOR,   true,  false },
	[AS_STRANGER]        = { "another creator",         NMK_ROLE_CREATOR,   false, false },
	[AS_MODERATOR]       = { "moderator",               NMK_ROLE_MODERATOR, false, false },
	[AS_ADMIN]           = { "admin",                   NMK_ROLE_ADMIN,     false, false },
	[AS_SUSPENDED]       = { "suspended creator",       NMK_ROLE_CREATOR,   false, true },
	[AS_SYSTEM]          = { "host",                    (nmk_role)0,        false, false },
	[AS_OWNER_MODERATOR] = { "moderator who owns it",   NMK_ROLE_MODERATOR, true,  false },
	[AS_OWNER_ADMIN]     = { "admin who owns it",       NMK_ROLE_ADMIN,     true,  false },
	[AS_OWNER_SUSPENDED] = { "suspended, owns it",      NMK_ROLE_CREATOR,   true,  true },
};

/* What these do, they do for the session's own account, and the host has none. */
static inline bool needs_an_account(enum op_id op)
{
	switch ((int)op) {
	case OP_consent_record:
	case OP_consent_list:
	case OP_audit_own:
	case OP_profile_update:
	case OP_nano_create:
	case OP_username_change:
	case OP_email_request_change:
	case OP_password_change:
	case OP_second_factor_get:
	case OP_second_factor_begin:
	case OP_second_factor_confirm:
	case OP_second_factor_disable:
	case OP_recovery_codes_renew:
	case OP_token_issue:
	case OP_rating_create:
	case OP_rating_update:
	case OP_rating_withdraw:
	case OP_rating_get_own:
	case OP_rating_list_own:
	case OP_comment_create:
	case OP_comment_get_own:
	case OP_comment_list_own:
	case OP_comment_vote:
	case OP_comment_report_create:
	case OP_comment_report_get_own:
	case OP_chat_open:
	case OP_chat_get:
	case OP_chat_list:
	case OP_chat_make_end_to_end:
	case OP_chat_send:
	case OP_chat_messages:
	case OP_chat_mark_read:
	case OP_chat_download:
	case OP_chat_export:
	case OP_chat_report:
	case OP_chat_report_encrypted:
	case OP_chat_wait:
	case OP_chat_mute:
	case OP_chat_block:
	case OP_prekey_publish:
	case OP_prekey_get_state:
	case OP_prekey_withdraw:
	case OP_prekey_take:
	case OP_saved_search_create:
	case OP_saved_search_list:
	case OP_saved_search_get:
	case OP_saved_search_set_alert:
	case OP_saved_search_delete:
	case OP_past_search_list:
	case OP_past_search_clear:
		return true;
	default: /* all others have an object, or need none */
		return false;
	}
}

/* Who is nobody (a guest, or a suspended member) has no role at all. */
static inline enum op_role rank_of(enum actor_role as)
{
	if (as == AS_SYSTEM)
		return ROLE_SYSTEM;
	if (actors[as].suspended)
		return ROLE_ANYONE;
	switch (actors[as].role) {
	case NMK_ROLE_CONSUMER:  return ROLE_MEMBER;
	case NMK_ROLE_CREATOR:   return ROLE_CREATOR;
	case NMK_ROLE_MODERATOR: return ROLE_MODERATOR;
	case NMK_ROLE_ADMIN:     return ROLE_ADMIN;
	}
	return ROLE_ANYONE;
}

/* The answer to a call whose object is in the right state. First the role, then the rule; what one may not see is not
 * there. */
static inline nmk_status expected_status(enum op_id op, const struct op_info *info, enum actor_role as, bool is_public)
{
	bool staff = rank_of(as) >= ROLE_MODERATOR, admin = rank_of(as) >= ROLE_ADMIN;
	bool owner = actors[as].owner && !actors[as].suspended, allowed = true;

	if (rank_of(as) < info->role)
		return as == AS_GUEST ? NMK_ELOGIN : NMK_EDENIED;
	if (op == OP_session_logout) /* whoever is logged in, suspended or not */
		return as == AS_SYSTEM || as == AS_GUEST ? NMK_ELOGIN : NMK_OK;
	if ((op == OP_token_refresh || op == OP_session_use_token) && as == AS_OWNER_SUSPENDED) /* their own token */
		return NMK_ELOGIN;
	if (as == AS_SYSTEM)
		return needs_an_account(op) ? NMK_EDENIED : NMK_OK;
	switch (info->rule) {
	case RULE_NONE:           return NMK_OK;
	case RULE_VISIBLE:        allowed = is_public || owner || staff; break;
	case RULE_OWNER:          allowed = owner; break;
	case RULE_OWNER_OR_STAFF: allowed = owner || staff; break;
	case RULE_OWNER_OR_ADMIN: allowed = owner || admin; break;
	case RULE_NOT_OWNER:      allowed = !owner && (is_public || staff); break;
	case RULE_NOT_SELF:       allowed = !owner; break;
	}
	if (allowed)
		return NMK_OK;
	return is_public || owner || staff ? NMK_EDENIED : NMK_ENOTFOUND;
}
#endif
