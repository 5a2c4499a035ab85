/* permissions.c -- print docs/permissions.md from ops.def. A tool of the build, on the host. */
#include <stdio.h>
#include <string.h>

#include "expect.h"

static const struct op_info operations[OP__COUNT] = {
#define NMK_OP(name, access, role, rule, action) { #name, OP_##access, ROLE_##role, RULE_##rule, action },
#include "ops.def"
#undef NMK_OP
};

static const char *rule_text(enum op_rule rule)
{
	switch (rule) {
	case RULE_NONE:           return "";
	case RULE_VISIBLE:        return "public, or one's own, or staff";
	case RULE_OWNER:          return "one's own";
	case RULE_OWNER_OR_STAFF: return "one's own, or staff";
	case RULE_OWNER_OR_ADMIN: return "one's own, or admin";
	case RULE_NOT_OWNER:      return "never one's own";
	case RULE_NOT_SELF:       return "never oneself";
	}
	return "";
}

static const char *answer_text(nmk_status status)
{
	switch ((int)status) {
	case NMK_OK:        return "yes";
	case NMK_ELOGIN:    return "login";
	case NMK_ENOTFOUND: return "not found";
	default:            return "no"; /* the matrix knows no more answers */
	}
}

/* Both answers where they differ: for an object that everyone may see, and for one that they may not. */
static void print_answer(enum op_id op, enum actor_role as)
{
	nmk_status open = expected_status(op, &operations[op], as, true);
	nmk_status hidden = expected_status(op, &operations[op], as, false);

	printf(" %s", answer_text(open));
	if (hidden != open && operations[op].rule != RULE_NOT_SELF) /* accounts are public */
		printf(" / %s", answer_text(hidden));
	printf(" |");
}

int main(void)
{
	printf("# Who may do what\n\n"
	       "Made from `src/op/ops.def` by `cmake --build BUILD --target permissions`; the test `matrix` calls every operation\n"
	       "as every kind of actor and compares. A call is `nmk_<operation>`; `market_repair` is `nmk_market_check` with repair.\n\n"
	       "*yes*: permitted. *login*: `NMK_ELOGIN`. *no*: `NMK_EDENIED`. *not found*: `NMK_ENOTFOUND`. Two answers: for an object\n"
	       "that everyone may see / for one that only its owner and staff may see. Staff are moderators and admins. A suspended\n"
	       "member may do what a guest may, and hears *no* instead of *login*. A member who must change the password or set up a\n"
	       "second factor first is like a suspended one, but may do what is marked *1*. The host is a session of\n"
	       "`nmk_session_open_system()`; it has no account, so what is done for one's own account is not for it.\n\n");
	printf("| operation | changes | object rule | audit event |");
	for (int as = 0; as < AS__COUNT; as++)
		printf(" %s |", actors[as].name);
	printf("\n| --- | --- | --- | --- |");
	for (int as = 0; as < AS__COUNT; as++)
		printf(" --- |");
	printf("\n");
	for (int op = 0; op < OP__COUNT; op++) {
		const struct op_info *info = &operations[op];

		printf("| `%s`%s | %s | %s | %s |", info->name, info->role == ROLE_LOGGED_IN ? " *1*" : "", info->access == OP_WRITE ? "yes" : "", rule_text(info->rule),
		       info->action ? info->action : "");
		for (int as = 0; as < AS__COUNT; as++)
			print_answer((enum op_id)op, (enum actor_role)as);
		printf("\n");
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
