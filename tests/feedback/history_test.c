/* history_test.c -- whatever people do in whatever order: what a nano says of its feedback is what a recount says, after every
 * step. 10 000 random histories, the same in every run, beside a model that knows nothing of the library. */
#include "feedback_test.h"

#define HISTORIES 10000
#define STEPS     6
#define ANEW      5  /* one in so many begins with a new nano, the others where the one before ended */
#define MEMBERS   5

/* What there is, as the model has it. */
struct entry {
	bool given, edited;
	int  number;                 /* the score, or which of the texts     */
	nmk_feedback_state status;
	text_id id;
};

struct history {
	struct world *world;
	nmk_session  *members[MEMBERS];
	struct entry  ratings[MEMBERS], comments[MEMBERS];
	bool          votes[MEMBERS][MEMBERS]; /* [whose comment][voter] */
	text_id       nano;
};

static uint64_t seed = UINT64_C(0x9E3779B97F4A7C15);

/* xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", 2016) */
static int pick(int count)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (int)((seed * UINT64_C(0x2545F4914F6CDD1D) >> 33) % (uint64_t)count);
}

static const char *const texts[] = { "Gut.", "Gut, und kurz.", "Nicht gut: \"<b>\" & 'x'\n\xF0\x9F\x98\x80" };
#define TEXTS 3

/* ---- what the model expects of the nano ---- */

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void expected_figures(const struct history *h, char text[160])
{
	int scores[MEMBERS], count = 0, sum = 0, comments = 0, of[6] = { 0 }, average = 0, median = 0;

	for (int i = 0; i < MEMBERS; i++) {
		if (h->ratings[i].given && h->ratings[i].status == NMK_FEEDBACK_APPROVED) {
			scores[count++] = h->ratings[i].number;
			sum += h->ratings[i].number;
			of[h->ratings[i].number]++;
		}
		comments += h->comments[i].given && h->comments[i].status == NMK_FEEDBACK_APPROVED;
	}
	if (count) {
		qsort(scores, (size_t)count, sizeof *scores, by_number);
		average = (sum * 1000 / count + 5) / 10;
		median = (scores[(count - 1) / 2] + scores[count / 2]) * 50;
	}
	snprintf(text, 160, "%d %d %d: %d %d %d %d %d, %d", count, average, median, of[1], of[2], of[3], of[4], of[5], comments);
}

static int counted(const struct history *h)
{
	int count = 0;

	for (int i = 0; i < MEMBERS; i++)
		count += h->ratings[i].given && h->ratings[i].status == NMK_FEEDBACK_APPROVED;
	return count;
}

static void check_entry(const struct entry *entry, nmk_feedback_state status, bool edited)
{
	assert_int_equal(entry->status, status);
	assert_int_equal(entry->edited, edited);
}

/* The member's own rating and comment, as the library has them. */
static void check_member(const struct history *h, int member)
{
	nmk_rating *rating = NULL;
	nmk_comment *comment = NULL;
	int votes = 0;

	assert_status(h->ratings[member].given ? NMK_OK : NMK_ENOTFOUND,
	              nmk_rating_get_own(h->members[member], h->nano, &rating));
	if (rating) {
		check_entry(&h->ratings[member], nmk_rating_status(rating), nmk_rating_is_edited(rating));
		assert_int_equal(h->ratings[member].number, nmk_rating_score(rating));
	}
	assert_status(h->comments[member].given ? NMK_OK : NMK_ENOTFOUND,
	              nmk_comment_get_own(h->members[member], h->nano, &comment));
	for (int i = 0; i < MEMBERS; i++)
		votes += h->votes[member][i];
	if (comment) {
		check_entry(&h->comments[member], nmk_comment_status(comment), nmk_comment_is_edited(comment));
		assert_string_equal(texts[h->comments[member].number], nmk_comment_content(comment));
		assert_int_equal(votes, nmk_comment_helpful_count(comment));
	}
	nmk_rating_free(rating);
	nmk_comment_free(comment);
}

static void check(const struct history *h, int member)
{
	char expected[160];

	expected_figures(h, expected);
	assert_figures(h->world, h->nano, expected);
	check_member(h, member);
}

/* ---- steps: each does something, expects the model's answer, and tells the model ---- */

static void begin(struct entry *entry, int number, const char *id)
{
	*entry = (struct entry){ .given = true, .number = number, .status = NMK_FEEDBACK_PENDING };
	snprintf(entry->id, sizeof entry->id, "%s", id);
}

static void change(struct entry *entry, int number)
{
	if (entry->number == number)
		return;
	entry->number = number;
	entry->edited = true;
	entry->status = NMK_FEEDBACK_PENDING;
}

static void step_rate(struct history *h, int member)
{
	struct entry *entry = &h->ratings[member];
	int score = 1 + pick(5);
	nmk_rating *rating = NULL;

	assert_status(entry->given ? NMK_ECONFLICT : NMK_OK, nmk_rating_create(h->members[member], h->nano, score, NULL, &rating));
	if (rating)
		begin(entry, score, nmk_rating_id(rating));
	nmk_rating_free(rating);
}

static void step_rate_anew(struct history *h, int member)
{
	struct entry *entry = &h->ratings[member];
	int score = 1 + pick(5);

	assert_status(entry->given ? NMK_OK : NMK_ENOTFOUND, nmk_rating_update(h->members[member], h->nano, score, NULL));
	if (entry->given)
		change(entry, score);
}

static void step_comment(struct history *h, int member)
{
	struct entry *entry = &h->comments[member];
	int number = pick(TEXTS);
	nmk_comment *comment = NULL;

	assert_status(entry->given ? NMK_ECONFLICT : NMK_OK,
	              nmk_comment_create(h->members[member], h->nano, texts[number], NULL, &comment));
	if (comment)
		begin(entry, number, nmk_comment_id(comment));
	nmk_comment_free(comment);
}

static void step_edit(struct history *h, int member)
{
	struct entry *entry = &h->comments[member];
	int number = pick(TEXTS);

	if (!entry->given)
		return;
	assert_status(NMK_OK, nmk_comment_update(h->members[member], entry->id, texts[number], NULL));
	change(entry, number);
}

static void step_withdraw(struct history *h, int member)
{
	if (pick(2)) {
		assert_status(h->ratings[member].given ? NMK_OK : NMK_ENOTFOUND, nmk_rating_withdraw(h->members[member], h->nano));
		h->ratings[member].given = false;
	} else if (h->comments[member].given) {
		assert_status(NMK_OK, nmk_comment_withdraw(h->members[member], h->comments[member].id));
		h->comments[member].given = false;
		memset(h->votes[member], 0, sizeof h->votes[member]);
	}
}

static void step_moderate(struct history *h, int member)
{
	bool rating = pick(3) != 0, approve = pick(4) != 0;
	struct entry *entry = rating ? &h->ratings[member] : &h->comments[member];
	nmk_session *moderator = h->world->moderator;

	if (!entry->given)
		return;
	if (rating)
		assert_status(NMK_OK, approve ? nmk_rating_approve(moderator, entry->id, 0)
		                              : nmk_rating_hide(moderator, entry->id, "Werbung"));
	else
		assert_status(NMK_OK, approve ? nmk_comment_approve(moderator, entry->id, 0)
		                              : nmk_comment_hide(moderator, entry->id, "Werbung"));
	entry->status = approve ? NMK_FEEDBACK_APPROVED : NMK_FEEDBACK_HIDDEN;
}

static void step_vote(struct history *h, int member)
{
	const struct entry *entry = &h->comments[member];
	int voter = pick(MEMBERS);
	bool helpful = pick(3) != 0;
	nmk_status expected = voter == member ? NMK_EDENIED
	                    : entry->status == NMK_FEEDBACK_APPROVED ? NMK_OK : NMK_ENOTFOUND;

	if (!entry->given)
		return;
	assert_status(expected, nmk_comment_vote(h->members[voter], entry->id, helpful));
	if (expected == NMK_OK)
		h->votes[member][voter] = helpful;
}

/* A draft again and back: what the nano was given stays. */
static void step_move_nano(struct history *h, int member)
{
	(void)member;
	assert_status(NMK_OK, nmk_nano_unpublish(h->world->creator, h->nano));
	assert_status(NMK_ENOTFOUND, nmk_rating_create(h->members[0], h->nano, 3, NULL, NULL));
	assert_status(NMK_OK, nmk_nano_publish(h->world->system, h->nano));
}

static nmk_session *new_member(struct world *w)
{
	static int serial;
	char name[24];

	snprintf(name, sizeof name, "mitglied%d", ++serial);
	return world_member(w, name, NMK_ROLE_CONSUMER);
}

/* Somebody goes, and takes all along; somebody else comes. */
static void step_erase(struct history *h, int member)
{
	if (pick(40))
		return;
	assert_status(NMK_OK, nmk_user_delete(h->world->admin, nmk_session_user_id(h->members[member])));
	nmk_session_close(h->members[member]);
	h->members[member] = new_member(h->world);
	h->ratings[member].given = h->comments[member].given = false;
	memset(h->votes[member], 0, sizeof h->votes[member]);
	for (int i = 0; i < MEMBERS; i++)
		h->votes[i][member] = false;
}

static void (*const steps[])(struct history *h, int member) = {
	step_rate, step_rate, step_rate, step_rate, step_rate_anew, step_comment, step_comment, step_edit, step_withdraw,
	step_moderate, step_moderate, step_moderate, step_moderate, step_moderate, step_moderate, step_vote, step_vote,
	step_move_nano, step_erase,
};

/* ---- histories ---- */

static void new_nano(struct history *h)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano;

	fields.title = "Tabellen verstehen";
	fields.description = "Eine kurze Lerneinheit.";
	fields.duration_minutes = 15;
	assert_status(NMK_OK, nmk_nano_create(h->world->creator, &fields, &nano));
	snprintf(h->nano, sizeof h->nano, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_nano_publish(h->world->system, h->nano));
	memset(h->ratings, 0, sizeof h->ratings);
	memset(h->comments, 0, sizeof h->comments);
	memset(h->votes, 0, sizeof h->votes);
}

static void test_history__leaves_every_nano_equal_to_a_recount(void **state)
{
	struct history h = { .world = *state };
	int taken = 0, many = 0;

	for (int i = 0; i < MEMBERS; i++)
		h.members[i] = new_member(h.world);
	for (int i = 0; i < HISTORIES; i++) {
		if (i % ANEW == 0)
			new_nano(&h);
		for (int j = 0; j < STEPS; j++, taken++) {
			int member = pick(MEMBERS);

			world_advance(h.world, pick(3)); /* often two things in one millisecond */
			steps[pick(sizeof steps / sizeof steps[0])](&h, member);
			check(&h, member);
			many += counted(&h) > 2;
		}
	}
	print_message("%d histories, %d steps, %d of them with three ratings or more that count\n", HISTORIES, taken, many);
	assert_true(many > 100); /* where averages are no halves */
	world_assert_sound(h.world, false);
	for (int i = 0; i < MEMBERS; i++)
		nmk_session_close(h.members[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_history__leaves_every_nano_equal_to_a_recount, world_setup, world_teardown),
	};

	return cmocka_run_group_tests_name("feedback/history", tests, NULL, NULL);
}
