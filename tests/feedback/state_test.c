/* state_test.c -- what may be done with a comment or a rating in each state, and where it leads: all pairs. */
#include "feedback_test.h"

#define STATES 3

enum doing { APPROVE, HIDE, EDIT, EDIT_SAME, WITHDRAW, VOTE, REPORT, REPLY, REMOVE_REPLY, DOINGS };

static const char *const names[DOINGS] = {
	"approve", "hide", "edit", "edit to the same", "withdraw", "vote", "report", "reply", "remove the reply"
};

#define P NMK_FEEDBACK_PENDING
#define A NMK_FEEDBACK_APPROVED
#define H NMK_FEEDBACK_HIDDEN
#define GONE ((nmk_feedback_state)0)

/* By the state before: the answer, and the state after. Voters and reporters are strangers: what they do not see is not there. */
static const struct cell {
	nmk_status answer;
	nmk_feedback_state after;
} table[DOINGS][STATES] = {
	/*                pending                 approved               hidden               */
	[APPROVE]      = { { NMK_OK, A },         { NMK_OK, A },         { NMK_OK, A }         },
	[HIDE]         = { { NMK_OK, H },         { NMK_OK, H },         { NMK_OK, H }         },
	[EDIT]         = { { NMK_OK, P },         { NMK_OK, P },         { NMK_OK, P }         },
	[EDIT_SAME]    = { { NMK_OK, P },         { NMK_OK, A },         { NMK_OK, H }         },
	[WITHDRAW]     = { { NMK_OK, GONE },      { NMK_OK, GONE },      { NMK_OK, GONE }      },
	[VOTE]         = { { NMK_ENOTFOUND, P },  { NMK_OK, A },         { NMK_ENOTFOUND, H }  },
	[REPORT]       = { { NMK_ENOTFOUND, P },  { NMK_OK, A },         { NMK_ENOTFOUND, H }  },
	[REPLY]        = { { NMK_ESTATE, P },     { NMK_OK, A },         { NMK_ESTATE, H }     },
	[REMOVE_REPLY] = { { NMK_OK, P },         { NMK_OK, A },         { NMK_OK, H }         },
};

static nmk_status act_on_comment(struct world *w, const char *id, enum doing doing)
{
	switch (doing) {
	case APPROVE:      return nmk_comment_approve(w->moderator, id, 0);
	case HIDE:         return nmk_comment_hide(w->moderator, id, "Werbung");
	case EDIT:         return nmk_comment_update(w->consumer, id, "Anders.", NULL);
	case EDIT_SAME:    return nmk_comment_update(w->consumer, id, "Gut.", NULL);
	case WITHDRAW:     return nmk_comment_withdraw(w->consumer, id);
	case VOTE:         return nmk_comment_vote(w->stranger, id, true);
	case REPORT:       return nmk_comment_report_create(w->stranger, id, NMK_REPORT_SPAM, NULL, NULL, NULL);
	case REPLY:        return nmk_comment_reply_to(w->creator, id, "Danke!");
	case REMOVE_REPLY: return nmk_comment_remove_reply(w->moderator, id, "Werbung");
	case DOINGS:       break;
	}
	return NMK_EINTERNAL;
}

static nmk_status act_on_rating(struct world *w, const char *nano, const char *id, enum doing doing)
{
	if (doing == APPROVE)
		return nmk_rating_approve(w->moderator, id, 0);
	if (doing == HIDE)
		return nmk_rating_hide(w->moderator, id, "Werbung");
	if (doing == WITHDRAW)
		return nmk_rating_withdraw(w->consumer, nano);
	return nmk_rating_update(w->consumer, nano, doing == EDIT_SAME ? 4 : 3, NULL);
}

/* A new one in that state. */
static void bring(struct world *w, text_id nano, text_id comment, text_id rating, nmk_feedback_state status)
{
	published(w, nano);
	comment_on(w->consumer, nano, "Gut.", comment);
	rate(w->consumer, nano, 4, rating);
	if (status == NMK_FEEDBACK_APPROVED) {
		assert_status(NMK_OK, nmk_comment_approve(w->admin, comment, 1));
		assert_status(NMK_OK, nmk_rating_approve(w->admin, rating, 1));
	}
	if (status == NMK_FEEDBACK_HIDDEN) {
		assert_status(NMK_OK, nmk_comment_hide(w->admin, comment, "Zweifel"));
		assert_status(NMK_OK, nmk_rating_hide(w->admin, rating, "Zweifel"));
	}
}

static void assert_cell(const struct cell *cell, const char *what, enum doing doing, int before, nmk_status answer,
                        nmk_feedback_state after)
{
	if (answer != cell->answer || after != cell->after)
		fail_msg("%s: %s when %s answers %s and leads to %s", what, names[doing],
		         nmk_feedback_state_word((nmk_feedback_state)before), nmk_status_name(answer),
		         after ? nmk_feedback_state_word(after) : "nothing");
}

static void check_comment(struct world *w, enum doing doing, int before)
{
	text_id nano, id, rating;
	nmk_comment *comment = NULL;
	nmk_status answer;

	bring(w, nano, id, rating, (nmk_feedback_state)before);
	answer = act_on_comment(w, id, doing);
	(void)nmk_comment_get_own(w->consumer, nano, &comment);
	assert_cell(&table[doing][before - 1], "comment", doing, before, answer, comment ? nmk_comment_status(comment) : GONE);
	nmk_comment_free(comment);
}

static void check_rating(struct world *w, enum doing doing, int before)
{
	text_id nano, comment, id;
	nmk_rating *rating = NULL;
	nmk_status answer;

	bring(w, nano, comment, id, (nmk_feedback_state)before);
	answer = act_on_rating(w, nano, id, doing);
	(void)nmk_rating_get_own(w->consumer, nano, &rating);
	assert_cell(&table[doing][before - 1], "rating", doing, before, answer, rating ? nmk_rating_status(rating) : GONE);
	nmk_rating_free(rating);
}

static void test_state__leads_where_the_table_says(void **state)
{
	int cells = 0;

	for (int doing = 0; doing < DOINGS; doing++)
		for (int before = 1; before <= STATES; before++, cells++) {
			check_comment(*state, (enum doing)doing, before);
			if (doing < VOTE)
				check_rating(*state, (enum doing)doing, before);
		}
	print_message("%d pairs of a state and a doing\n", cells);
}

/* What everyone sees depends on the nano too: whatever is done with comments, is done while it is published. */
static void test_nano_state__stops_what_everyone_does(void **state)
{
	const enum doing public[] = { VOTE, REPORT, REPLY };
	struct world *w = *state;
	text_id nano, id, rating;

	bring(w, nano, id, rating, NMK_FEEDBACK_APPROVED);
	assert_status(NMK_OK, nmk_nano_archive(w->creator, nano));
	for (size_t i = 0; i < sizeof public / sizeof public[0]; i++)
		assert_status(public[i] == REPLY ? NMK_ESTATE : NMK_ENOTFOUND, act_on_comment(w, id, public[i]));
	assert_status(NMK_ESTATE, act_on_comment(w, id, EDIT));
	assert_status(NMK_OK, act_on_comment(w, id, HIDE)); /* what is not seen may still be found to be wrong */
	assert_status(NMK_OK, act_on_comment(w, id, APPROVE));
	assert_status(NMK_OK, act_on_comment(w, id, WITHDRAW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		feedback_unit_test(test_state__leads_where_the_table_says),
		feedback_unit_test(test_nano_state__stops_what_everyone_does),
	};

	return cmocka_run_group_tests_name("feedback/state", tests, NULL, NULL);
}
