/* nano_state_test.c -- requirements 4.1 and 4.2: every status, every target, every kind of actor. */
#include "catalog_test.h"

#include "catalog.h"

#define DAY (24 * HOURS)

enum who { GUEST, CONSUMER, OWNER, OTHER_CREATOR, MODERATOR, OWNER_MODERATOR, ADMIN, OWNER_ADMIN, SUSPENDED, HOST, ACTORS };

static nmk_session *session_of(struct world *w, enum who who)
{
	switch (who) {
	case GUEST:           return w->guest;
	case CONSUMER:        return w->consumer;
	case OWNER:           return w->creator;
	case OTHER_CREATOR:   return w->stranger;
	case MODERATOR:
	case OWNER_MODERATOR: return w->moderator;
	case ADMIN:
	case OWNER_ADMIN:     return w->admin;
	case SUSPENDED:       return w->suspended;
	case HOST:            return w->system;
	case ACTORS:          break;
	}
	return NULL;
}

static nmk_session *creator_of(struct world *w, enum who who)
{
	return who == OWNER_MODERATOR ? w->moderator : who == OWNER_ADMIN ? w->admin : w->creator;
}

static bool owns(enum who who)
{
	return who == OWNER || who == OWNER_MODERATOR || who == OWNER_ADMIN;
}

static bool is_staff(enum who who)
{
	return who == MODERATOR || who == OWNER_MODERATOR || who == ADMIN || who == OWNER_ADMIN || who == HOST;
}

/* The table as the requirements draw it, written down a second time. */
static bool in_table(int from, int to)
{
	switch (from) {
	case NMK_NANO_DRAFT:          return to != NMK_NANO_DRAFT;
	case NMK_NANO_PENDING_REVIEW: return to == NMK_NANO_DRAFT || to == NMK_NANO_PUBLISHED || to == NMK_NANO_ARCHIVED;
	case NMK_NANO_PUBLISHED:      return to == NMK_NANO_ARCHIVED || to == NMK_NANO_DRAFT;
	case NMK_NANO_ARCHIVED:       return to == NMK_NANO_DELETED;
	default:                      return false;
	}
}

/* The checks of 4.1 in their order. */
static nmk_status expected(enum who who, int from, int to)
{
	if (who == GUEST)
		return NMK_ELOGIN;
	if (who == SUSPENDED)
		return NMK_EDENIED;
	if (from != NMK_NANO_PUBLISHED && !is_staff(who) && !(owns(who) && from != NMK_NANO_DELETED))
		return NMK_ENOTFOUND;
	if (!owns(who) && !is_staff(who))
		return NMK_EDENIED;
	if (!owns(who) && who != HOST && from != NMK_NANO_PENDING_REVIEW)
		return NMK_EDENIED;
	if (!owns(who) && who != HOST && to != NMK_NANO_PUBLISHED && to != NMK_NANO_DRAFT)
		return NMK_EDENIED;
	if (owns(who) && to == NMK_NANO_PUBLISHED)
		return NMK_EDENIED;
	if (from == to)
		return NMK_OK;
	return in_table(from, to) ? NMK_OK : NMK_ESTATE;
}

static void try_pair(struct world *w, enum who who, int from, int to)
{
	struct id id = nano_in(w, creator_of(w, who), (nmk_nano_state)from);
	nmk_status answer = nmk_nano_set_status(session_of(w, who), id.text, (nmk_nano_state)to, NULL);

	if (answer != expected(who, from, to))
		fail_msg("actor %d, %s to %s: %s", (int)who, nmk_nano_state_word((nmk_nano_state)from),
		         nmk_nano_state_word((nmk_nano_state)to), nmk_status_name(answer));
	assert_int_equal(answer == NMK_OK ? to : from, status_of(w, id.text));
}

static void test_nano_set_status__all_pairs_for_every_actor(void **state)
{
	for (int who = 0; who < ACTORS; who++)
		for (int from = NMK_NANO_DRAFT; from <= NMK_NANO_DELETED; from++)
			for (int to = NMK_NANO_DRAFT; to <= NMK_NANO_DELETED; to++)
				try_pair(*state, (enum who)who, from, to);
}

/* What each named call says about each status, for those who may make it. */
static void test_nano_moves__each_name_fits_its_statuses(void **state)
{
	static const struct {
		nmk_status (*call)(nmk_session *session, const char *id);
		enum who   who;
		nmk_status answer[6]; /* by status */
		int        to;
	} calls[] = {
		{ nmk_nano_submit,    OWNER, { 0, NMK_OK, NMK_OK, NMK_ESTATE, NMK_ESTATE, NMK_ENOTFOUND }, NMK_NANO_PENDING_REVIEW },
		{ nmk_nano_withdraw,  OWNER, { 0, NMK_OK, NMK_OK, NMK_ESTATE, NMK_ESTATE, NMK_ENOTFOUND }, NMK_NANO_DRAFT },
		{ nmk_nano_unpublish, OWNER, { 0, NMK_OK, NMK_ESTATE, NMK_OK, NMK_ESTATE, NMK_ENOTFOUND }, NMK_NANO_DRAFT },
		{ nmk_nano_archive,   OWNER, { 0, NMK_OK, NMK_OK, NMK_OK, NMK_OK, NMK_ENOTFOUND }, NMK_NANO_ARCHIVED },
		{ nmk_nano_delete,    OWNER, { 0, NMK_OK, NMK_ESTATE, NMK_ESTATE, NMK_OK, NMK_ENOTFOUND }, NMK_NANO_DELETED },
		{ nmk_nano_delete,    ADMIN, { 0, NMK_OK, NMK_ESTATE, NMK_ESTATE, NMK_OK, NMK_OK }, NMK_NANO_DELETED },
		{ nmk_nano_delete,    MODERATOR, { 0, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED }, 0 },
		{ nmk_nano_archive,   ADMIN, { 0, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED }, 0 },
		{ nmk_nano_publish,   MODERATOR, { 0, NMK_ESTATE, NMK_OK, NMK_ESTATE, NMK_ESTATE, NMK_ESTATE }, NMK_NANO_PUBLISHED },
		{ nmk_nano_publish,   ADMIN, { 0, NMK_ESTATE, NMK_OK, NMK_ESTATE, NMK_ESTATE, NMK_ESTATE }, NMK_NANO_PUBLISHED },
		{ nmk_nano_publish,   HOST,  { 0, NMK_OK, NMK_OK, NMK_ESTATE, NMK_ESTATE, NMK_ESTATE }, NMK_NANO_PUBLISHED },
		{ nmk_nano_publish,   OWNER, { 0, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED }, 0 },
		{ nmk_nano_publish,   OWNER_ADMIN, { 0, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED }, 0 },
		{ nmk_nano_submit,    OTHER_CREATOR, { 0, NMK_ENOTFOUND, NMK_ENOTFOUND, NMK_EDENIED, NMK_ENOTFOUND, NMK_ENOTFOUND }, 0 },
		{ nmk_nano_submit,    CONSUMER, { 0, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED, NMK_EDENIED }, 0 },
		{ nmk_nano_submit,    GUEST, { 0, NMK_ELOGIN, NMK_ELOGIN, NMK_ELOGIN, NMK_ELOGIN, NMK_ELOGIN }, 0 },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
		for (int from = NMK_NANO_DRAFT; from <= NMK_NANO_DELETED; from++) {
			struct id id = nano_in(w, creator_of(w, calls[i].who), (nmk_nano_state)from);
			nmk_status answer = calls[i].call(session_of(w, calls[i].who), id.text);

			if (answer != calls[i].answer[from])
				fail_msg("row %zu, from %s: %s", i, nmk_nano_state_word((nmk_nano_state)from), nmk_status_name(answer));
			assert_int_equal(answer == NMK_OK ? calls[i].to : from, status_of(w, id.text));
		}
}

static void test_nano_state_table__is_the_one_of_the_requirements(void **state)
{
	(void)state;
	for (int from = 0; from <= 6; from++)
		for (int to = 0; to <= 6; to++)
			assert_int_equal(to >= 1 && to <= 5 && in_table(from, to), nano_state_leads_to(from, to));
}

/* ---- times ---- */

static void test_nano_unpublish__exactly_24_hours_are_allowed(void **state)
{
	struct world *w = *state;
	struct id before = nano_in(w, w->creator, NMK_NANO_PUBLISHED), at = nano_in(w, w->creator, NMK_NANO_PUBLISHED),
	          after = nano_in(w, w->creator, NMK_NANO_PUBLISHED);

	world_advance(w, DAY - 1);
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, before.text));
	world_advance(w, 1);
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, at.text));
	world_advance(w, 1);
	assert_status(NMK_ESTATE, nmk_nano_unpublish(w->creator, after.text));
	assert_field("status", w->creator);
	assert_status(NMK_ESTATE, nmk_nano_set_status(w->creator, after.text, NMK_NANO_DRAFT, NULL));
	assert_status(NMK_ESTATE, nmk_nano_unpublish(w->system, after.text));
	assert_int_equal(NMK_NANO_PUBLISHED, status_of(w, after.text));
}

static void test_nano_publish__time_of_first_publication_stays(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PUBLISHED);
	int64_t first = w->now;
	nmk_nano *nano;

	world_advance(w, HOURS);
	assert_status(NMK_OK, nmk_nano_unpublish(w->creator, id.text));
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id.text));
	world_advance(w, HOURS);
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, id.text));
	nano = nano_read(w, id.text);
	assert_int_equal(first, nmk_nano_published_at(nano));
	assert_int_equal(first + HOURS, nmk_nano_submitted_at(nano));
	assert_int_equal(first + 2 * HOURS, nmk_nano_updated_at(nano));
	assert_int_equal(0, nmk_nano_archived_at(nano));
	nmk_nano_free(nano);
	world_advance(w, DAY);
	assert_status(NMK_ESTATE, nmk_nano_unpublish(w->creator, id.text));
	assert_status(NMK_OK, nmk_nano_archive(w->creator, id.text));
	nano = nano_read(w, id.text);
	assert_int_equal(w->now, nmk_nano_archived_at(nano));
	nmk_nano_free(nano);
}

/* ---- completeness ---- */

static struct id incomplete(struct world *w, const char *description, int32_t minutes)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano;
	struct id id;

	fields.title = "Halb fertig";
	fields.description = description;
	fields.duration_minutes = minutes;
	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, &nano));
	snprintf(id.text, sizeof id.text, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id.text));
	return id;
}

static void test_nano_publish__missing_fields_are_named(void **state)
{
	struct world *w = *state;
	struct id both = incomplete(w, NULL, 0), blank = incomplete(w, " \n ", 5), endless = incomplete(w, "Da", 0);

	assert_status(NMK_EINVALID, nmk_nano_publish(w->moderator, both.text));
	assert_field("description,duration_minutes", w->moderator);
	assert_status(NMK_EINVALID, nmk_nano_publish(w->moderator, blank.text));
	assert_field("description", w->moderator);
	assert_status(NMK_EINVALID, nmk_nano_set_status(w->moderator, endless.text, NMK_NANO_PUBLISHED, NULL));
	assert_field("duration_minutes", w->moderator);
	assert_status(NMK_EINVALID, nmk_nano_publish(w->system, both.text));
	assert_int_equal(NMK_NANO_PENDING_REVIEW, status_of(w, both.text));
}

/* ---- reasons ---- */

static void test_nano_reject__tells_its_creator_why(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PENDING_REVIEW);
	nmk_nano *nano;

	assert_status(NMK_OK, nmk_nano_reject(w->moderator, id.text, "Bitte Quellen nennen."));
	assert_status(NMK_OK, nmk_nano_get(w->creator, id.text, &nano));
	assert_int_equal(NMK_NANO_DRAFT, nmk_nano_status(nano));
	assert_string_equal("Bitte Quellen nennen.", nmk_nano_review_reason(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id.text));
	nano = nano_read(w, id.text);
	assert_null(nmk_nano_review_reason(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_nano_set_status(w->admin, id.text, NMK_NANO_DRAFT, "Noch einmal."));
	nano = nano_read(w, id.text);
	assert_string_equal("Noch einmal.", nmk_nano_review_reason(nano));
	nmk_nano_free(nano);
}

static void test_nano_withdraw__a_creator_s_reason_is_no_review(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PENDING_REVIEW);
	nmk_nano *nano;

	assert_status(NMK_OK, nmk_nano_set_status(w->creator, id.text, NMK_NANO_DRAFT, "Doch nicht."));
	nano = nano_read(w, id.text);
	assert_null(nmk_nano_review_reason(nano));
	nmk_nano_free(nano);
}

static void test_nano_reject__needs_a_reason_of_1_to_500_characters(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PENDING_REVIEW);

	assert_status(NMK_EINVALID, nmk_nano_reject(w->moderator, id.text, NULL));
	assert_field("reason", w->moderator);
	assert_status(NMK_EINVALID, nmk_nano_reject(w->moderator, id.text, ""));
	assert_status(NMK_EINVALID, nmk_nano_reject(w->moderator, id.text, " \t\n"));
	assert_status(NMK_EINVALID, nmk_nano_reject(w->moderator, id.text, "\xff"));
	assert_status(NMK_EINVALID, nmk_nano_reject(w->moderator, id.text, umlauts(501)));
	assert_int_equal(NMK_NANO_PENDING_REVIEW, status_of(w, id.text));
	assert_status(NMK_OK, nmk_nano_reject(w->moderator, id.text, umlauts(500)));
	assert_status(NMK_ESTATE, nmk_nano_reject(w->moderator, id.text, "Noch einmal"));
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id.text));
	assert_status(NMK_OK, nmk_nano_reject(w->moderator2, id.text, "x"));
}

static void test_nano_reject__own_nano_is_denied(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->moderator, NMK_NANO_PENDING_REVIEW);

	assert_status(NMK_EDENIED, nmk_nano_reject(w->moderator, id.text, "Mir gefällt es nicht."));
	assert_status(NMK_OK, nmk_nano_reject(w->moderator2, id.text, "Mir auch nicht."));
}

static void test_nano_set_status__checks_its_arguments(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_DRAFT);

	assert_status(NMK_EINVALID, nmk_nano_set_status(NULL, id.text, NMK_NANO_ARCHIVED, NULL));
	assert_status(NMK_EINVALID, nmk_nano_set_status(w->creator, NULL, NMK_NANO_ARCHIVED, NULL));
	assert_field("id", w->creator);
	assert_status(NMK_ENOTFOUND, nmk_nano_set_status(w->creator, "", NMK_NANO_ARCHIVED, NULL));
	assert_status(NMK_EINVALID, nmk_nano_set_status(w->creator, id.text, (nmk_nano_state)0, NULL));
	assert_status(NMK_EINVALID, nmk_nano_set_status(w->creator, id.text, (nmk_nano_state)6, NULL));
	assert_field("status", w->creator);
	assert_status(NMK_EINVALID, nmk_nano_set_status(w->creator, id.text, NMK_NANO_ARCHIVED, umlauts(501)));
	assert_field("reason", w->creator);
	assert_status(NMK_EINVALID, nmk_nano_submit(NULL, id.text));
	assert_status(NMK_OK, nmk_nano_set_status(w->creator, id.text, NMK_NANO_ARCHIVED, umlauts(500)));
}

/* Who is no longer a creator has lost what only creators may do, by whatever call. */
static void test_nano_set_status__a_demoted_creator_is_denied(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PUBLISHED);

	assert_status(NMK_OK, nmk_user_set_role(w->admin, nmk_session_user_id(w->creator), NMK_ROLE_CONSUMER));
	assert_status(NMK_EDENIED, nmk_nano_set_status(w->creator, id.text, NMK_NANO_ARCHIVED, NULL));
	assert_status(NMK_EDENIED, nmk_nano_archive(w->creator, id.text));
	assert_int_equal(NMK_NANO_PUBLISHED, status_of(w, id.text));
}

/* ---- audit ---- */

static int64_t events(struct world *w, const char *operation)
{
	char sql[160];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM audit_event WHERE operation = '%s' AND action <> 'permission_denied'", operation);
	return world_sql(w, sql);
}

static void test_nano_moves__are_audited_once_and_not_when_nothing_moves(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_DRAFT);

	assert_status(NMK_OK, nmk_nano_submit(w->creator, id.text));
	assert_int_equal(1, events(w, "nano_submit"));
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id.text));
	assert_status(NMK_OK, nmk_nano_set_status(w->creator, id.text, NMK_NANO_PENDING_REVIEW, NULL));
	assert_int_equal(1, events(w, "nano_submit"));
	assert_int_equal(0, events(w, "nano_set_status"));
	assert_status(NMK_EDENIED, nmk_nano_publish(w->creator, id.text));
	assert_int_equal(0, events(w, "nano_publish"));
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, id.text));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'moderation_approved' AND"
	                                 " object_type = 'nano' AND json_extract(details, '$.old_status') = 'pending_review'"
	                                 " AND json_extract(details, '$.new_status') = 'published'"
	                                 " AND json_extract(details, '$.reason_given') = 0"));
}

/* ---- visibility ---- */

static void test_nano_get__what_one_may_not_see_is_not_there(void **state)
{
	struct world *w = *state;

	for (int who = 0; who < ACTORS; who++)
		for (int from = NMK_NANO_DRAFT; from <= NMK_NANO_DELETED; from++) {
			struct id id = nano_in(w, creator_of(w, (enum who)who), (nmk_nano_state)from);
			bool visible = from == NMK_NANO_PUBLISHED || is_staff((enum who)who)
			            || (owns((enum who)who) && from != NMK_NANO_DELETED);
			nmk_nano *nano;

			assert_status(visible ? NMK_OK : NMK_ENOTFOUND, nmk_nano_get(session_of(w, (enum who)who), id.text, &nano));
			assert_true(visible == (nano != NULL));
			nmk_nano_free(nano);
		}
}

static void test_nano_get__review_reason_is_for_creator_and_staff(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PENDING_REVIEW);
	nmk_nano *nano;

	assert_status(NMK_OK, nmk_nano_reject(w->moderator, id.text, "Zu kurz."));
	assert_status(NMK_OK, nmk_nano_publish(w->system, id.text));
	assert_status(NMK_OK, nmk_nano_get(w->stranger, id.text, &nano));
	assert_null(nmk_nano_review_reason(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_nano_get(w->creator, id.text, &nano));
	assert_string_equal("Zu kurz.", nmk_nano_review_reason(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_nano_get(w->moderator2, id.text, &nano));
	assert_string_equal("Zu kurz.", nmk_nano_review_reason(nano));
	nmk_nano_free(nano);
}

/* ---- takedown ---- */

static void test_nano_takedown__archives_what_is_published(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PUBLISHED);
	bool already = true;
	nmk_nano *nano;

	world_advance(w, 5);
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, id.text, "  Urheberrecht\n", "Akte 7", &already));
	assert_false(already);
	nano = nano_read(w, id.text);
	assert_int_equal(NMK_NANO_ARCHIVED, nmk_nano_status(nano));
	assert_int_equal(w->now, nmk_nano_archived_at(nano));
	nmk_nano_free(nano);
	assert_string_equal("{\"reason\":\"Urheberrecht\",\"note\":\"Akte 7\"}", world_personal(w, "data_modified"));
	world_advance(w, 5);
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, id.text, "Noch einmal", NULL, &already));
	assert_true(already);
	nano = nano_read(w, id.text);
	assert_int_equal(w->now - 5, nmk_nano_archived_at(nano));
	nmk_nano_free(nano);
	assert_int_equal(2, events(w, "nano_takedown"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'nano_takedown' AND sealed IS NOT NULL AND"
	                                 " json_extract(details, '$.already_removed') = 0 AND"
	                                 " json_extract(details, '$.old_status') = 'published' AND"
	                                 " json_extract(details, '$.new_status') = 'archived'"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'nano_takedown' AND"
	                                 " json_extract(details, '$.already_removed') = 1 AND"
	                                 " json_extract(details, '$.new_status') = 'archived'"));
}

/* The peer marked drafts as archived (DEF-24). */
static void test_nano_takedown__leaves_everything_else_as_it_is(void **state)
{
	struct world *w = *state;

	for (int from = NMK_NANO_DRAFT; from <= NMK_NANO_DELETED; from++) {
		struct id id = nano_in(w, w->creator, (nmk_nano_state)from);
		nmk_nano *before = nano_read(w, id.text), *after;
		bool already;

		assert_status(NMK_OK, nmk_nano_takedown(w->admin, id.text, "x", NULL, &already));
		assert_true(already == (from != NMK_NANO_PUBLISHED));
		after = nano_read(w, id.text);
		if (already) {
			assert_int_equal(nmk_nano_status(before), nmk_nano_status(after));
			assert_int_equal(nmk_nano_archived_at(before), nmk_nano_archived_at(after));
		}
		nmk_nano_free(before);
		nmk_nano_free(after);
	}
	assert_int_equal(5, events(w, "nano_takedown"));
}

static void test_nano_takedown__limits_of_reason_and_note(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PUBLISHED);
	char text[5100];

	assert_status(NMK_EINVALID, nmk_nano_takedown(w->admin, id.text, NULL, NULL, NULL));
	assert_field("reason", w->admin);
	assert_status(NMK_EINVALID, nmk_nano_takedown(w->admin, id.text, "", NULL, NULL));
	assert_status(NMK_EINVALID, nmk_nano_takedown(w->admin, id.text, " \t \r\n", NULL, NULL));
	assert_status(NMK_EINVALID, nmk_nano_takedown(w->admin, id.text, umlauts(501), NULL, NULL));
	assert_status(NMK_EINVALID, nmk_nano_takedown(w->admin, id.text, "\xc3", NULL, NULL));
	assert_status(NMK_EINVALID, nmk_nano_takedown(w->admin, id.text, "x", umlauts(1001), NULL));
	assert_field("note", w->admin);
	assert_status(NMK_EINVALID, nmk_nano_takedown(w->admin, NULL, "x", NULL, NULL));
	assert_status(NMK_EINVALID, nmk_nano_takedown(NULL, id.text, "x", NULL, NULL));
	assert_int_equal(NMK_NANO_PUBLISHED, status_of(w, id.text));
	snprintf(text, sizeof text, "   %s   ", umlauts(500));
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, id.text, text, umlauts(1000), NULL));
}

static void test_nano_takedown__is_for_admins(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PUBLISHED), own = nano_in(w, w->admin, NMK_NANO_PUBLISHED);

	assert_status(NMK_ELOGIN, nmk_nano_takedown(w->guest, id.text, "x", NULL, NULL));
	assert_status(NMK_EDENIED, nmk_nano_takedown(w->consumer, id.text, "x", NULL, NULL));
	assert_status(NMK_EDENIED, nmk_nano_takedown(w->creator, id.text, "x", NULL, NULL));
	assert_status(NMK_EDENIED, nmk_nano_takedown(w->moderator, id.text, "x", NULL, NULL));
	assert_status(NMK_EDENIED, nmk_nano_takedown(w->suspended, id.text, "x", NULL, NULL));
	assert_status(NMK_ENOTFOUND, nmk_nano_takedown(w->admin, "nobody", "x", NULL, NULL));
	assert_status(NMK_OK, nmk_nano_takedown(w->admin, own.text, "x", NULL, NULL));
	assert_status(NMK_OK, nmk_nano_takedown(w->system, id.text, "x", NULL, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_nano_set_status__all_pairs_for_every_actor),
		WORLD_TEST(test_nano_moves__each_name_fits_its_statuses),
		cmocka_unit_test(test_nano_state_table__is_the_one_of_the_requirements),
		WORLD_TEST(test_nano_unpublish__exactly_24_hours_are_allowed),
		WORLD_TEST(test_nano_publish__time_of_first_publication_stays),
		WORLD_TEST(test_nano_publish__missing_fields_are_named),
		WORLD_TEST(test_nano_reject__tells_its_creator_why),
		WORLD_TEST(test_nano_withdraw__a_creator_s_reason_is_no_review),
		WORLD_TEST(test_nano_reject__needs_a_reason_of_1_to_500_characters),
		WORLD_TEST(test_nano_reject__own_nano_is_denied),
		WORLD_TEST(test_nano_set_status__checks_its_arguments),
		WORLD_TEST(test_nano_set_status__a_demoted_creator_is_denied),
		WORLD_TEST(test_nano_moves__are_audited_once_and_not_when_nothing_moves),
		WORLD_TEST(test_nano_get__what_one_may_not_see_is_not_there),
		WORLD_TEST(test_nano_get__review_reason_is_for_creator_and_staff),
		WORLD_TEST(test_nano_takedown__archives_what_is_published),
		WORLD_TEST(test_nano_takedown__leaves_everything_else_as_it_is),
		WORLD_TEST(test_nano_takedown__limits_of_reason_and_note),
		WORLD_TEST(test_nano_takedown__is_for_admins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
