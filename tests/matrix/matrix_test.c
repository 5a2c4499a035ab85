/* matrix_test.c -- who may do what: every operation by every kind of actor, on objects that are public and not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "samples.h"

static int cells;

/* Of an operation, but for those that tell of refusals and of what it does besides. */
static int64_t events_of(struct world *world, enum op_id op)
{
	char sql[200];

	snprintf(sql, sizeof sql, "SELECT count(*) FROM audit_event WHERE operation = '%s' AND action <> 'permission_denied' AND"
	         " NOT (operation = 'user_register' AND action = 'consent_given')", op_table[op].name);
	return world_sql(world, sql);
}

/* A member's refusal is recorded, once a minute; nobody else's is. */
static void check_refusal(struct world *world, enum op_id op, nmk_status answer, bool is_member, int64_t refusals)
{
	int64_t now = world_sql(world, "SELECT count(*) FROM audit_event WHERE action = 'permission_denied'");
	bool recorded = answer == NMK_EDENIED && is_member;

	if (now > refusals + recorded)
		fail_msg("%s left %d refusals", op_table[op].name, (int)(now - refusals));
}

static void check_cell(struct world *world, enum op_id op, enum actor_role as, bool hidden)
{
	const struct sample *sample = samples[op];
	struct scene scene;
	nmk_session *owner = actors[as].owner ? scene_member(world, actors[as].role) : NULL, *session;
	nmk_status expected, answer;
	uint64_t before = 0;
	int64_t events, refusals;

	scene_begin(&scene, world, owner);
	(hidden ? sample->prepare_hidden : sample->prepare)(&scene);
	if (hidden)
		scene.is_public = false;
	session = scene_enter(&scene, as);
	if (actors[as].owner && actors[as].suspended)
		assert_status(NMK_OK, nmk_user_suspend(world->system, scene.owner_id, "test", 0));
	expected = expected_status(op, &op_table[op], as, scene.is_public);

	if (sample->ready && expected == NMK_OK)
		sample->ready(&scene, session);
	if (expected != NMK_OK) /* else another answer fails at once */
		before = world_checksum_without_log(world);
	events = events_of(world, op);
	refusals = world_sql(world, "SELECT count(*) FROM audit_event WHERE action = 'permission_denied'");
	answer = sample->call(&scene, session);
	if (answer != expected)
		fail_msg("%s by %s%s: %s, not %s (%s %s)", sample->name, actors[as].name, hidden ? ", not public" : "",
		         nmk_status_name(answer), nmk_status_name(expected), nmk_session_error(session)->field,
		         nmk_session_error(session)->message);
	assert_int_equal(answer, nmk_session_error(session)->status);
	if (answer != NMK_OK && (before != world_checksum_without_log(world) || (events != events_of(world, op)
	                         && op != OP_token_refresh))) /* a refused token is recorded */
		fail_msg("%s by %s was refused with %s, and yet changed something", sample->name, actors[as].name,
		         nmk_status_name(answer));
	check_refusal(world, op, answer, as != AS_GUEST && as != AS_SYSTEM, refusals);
	if (answer == NMK_OK && events_of(world, op) != events + (op_table[op].action != NULL)
	    && op != OP_market_repair && op != OP_audit_prune) /* nothing to repair or to prune, nothing to record */
		fail_msg("%s by %s left %d audit events", sample->name, actors[as].name,
		         (int)(events_of(world, op) - events));
	if (answer != NMK_OK) {
		assert_string_equal(op == OP_market_repair ? nmk_session_error(session)->operation : sample->name,
		                    nmk_session_error(session)->operation);
		assert_true(strlen(nmk_session_error(session)->message) > 0);
	}
	if (session != scene.owner)
		nmk_session_close(session);
	scene_end(&scene);
	cells++;
}

/* Each operation is a test of its own, so that one refusal does not hide the next. */
static void test_operation(void **state)
{
	const void *const *parameters = *state;
	struct world *world = *(struct world *const *)parameters[0];
	enum op_id op = (enum op_id)(*(const struct sample *const *const *)parameters[1] - samples);

	for (int as = 0; as < AS__COUNT; as++) {
		check_cell(world, op, (enum actor_role)as, false);
		if (samples[op]->prepare_hidden)
			check_cell(world, op, (enum actor_role)as, true);
	}
}

static void *the_world;

/* Nobody at all: the session is NULL. */
static void test_operation__without_a_session_is_invalid(void **state)
{
	struct world *world = the_world;

	(void)state;
	for (int op = 0; op < OP__COUNT; op++) {
		struct scene scene;
		uint64_t before;

		scene_begin(&scene, world, NULL);
		samples[op]->prepare(&scene);
		before = world_checksum(world);
		if (samples[op]->call(&scene, NULL) != NMK_EINVALID)
			fail_msg("%s without a session is not NMK_EINVALID", samples[op]->name);
		assert_true(before == world_checksum(world));
		scene_end(&scene);
	}
}

/* The role is read from the record, not from the session: what was taken away is gone at once. */
static void test_role__taken_away_is_gone_at_once(void **state)
{
	struct world *world = the_world;
	nmk_session *member = scene_member(world, NMK_ROLE_MODERATOR);
	nmk_nano_page *page;

	(void)state;
	assert_status(NMK_OK, nmk_nano_review_queue(member, NULL, 0, &page));
	nmk_nano_page_free(page);
	assert_status(NMK_OK, nmk_user_set_role(world->admin, nmk_session_user_id(member), NMK_ROLE_CONSUMER));
	assert_status(NMK_EDENIED, nmk_nano_review_queue(member, NULL, 0, &page));
	nmk_session_close(member);
}

static int group_setup(void **state)
{
	int rc = world_setup(state);

	the_world = *state;
	*state = NULL; /* each test has a state of its own */
	return rc;
}

static int group_teardown(void **state)
{
	print_message("%d operations x %d actors, %d cells\n", OP__COUNT, AS__COUNT, cells);
	*state = the_world;
	return world_teardown(state);
}

int main(void)
{
	static struct CMUnitTest tests[OP__COUNT + 2];
	static const struct sample *const *position[OP__COUNT];
	static const void *parameters[OP__COUNT][2];

	for (int op = 0; op < OP__COUNT; op++) {
		position[op] = &samples[op];
		parameters[op][0] = &the_world;
		parameters[op][1] = &position[op];
		tests[op] = (struct CMUnitTest){ .name = samples[op]->name, .test_func = test_operation,
		                                 .initial_state = parameters[op] };
	}
	tests[OP__COUNT] = (struct CMUnitTest)cmocka_unit_test(test_operation__without_a_session_is_invalid);
	tests[OP__COUNT + 1] = (struct CMUnitTest)cmocka_unit_test(test_role__taken_away_is_gone_at_once);
	return cmocka_run_group_tests_name("matrix", tests, group_setup, group_teardown);
}
