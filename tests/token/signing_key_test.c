/* The life of the keys that sign: pending, active, retired, destroyed. */
#include "token_test.h"

#include <jansson.h>
#include <pthread.h>
#include <sodium.h>

static void assert_states(struct world *w, int pending, int active, int retired, int destroyed)
{
	const int wanted[] = { 0, pending, active, retired, destroyed };
	char sql[200];

	for (int status = NMK_SIGNING_KEY_PENDING; status <= NMK_SIGNING_KEY_DESTROYED; status++) {
		const char *word = nmk_signing_key_state_word((nmk_signing_key_state)status);

		snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM signing_key WHERE status = '%s'", word);
		if (world_sql(w, sql) != wanted[status])
			fail_msg("%d %s, not %d", (int)world_sql(w, sql), word, wanted[status]);
	}
	/* Only what signs, or is going to, has a secret part. */
	assert_int_equal(pending + active, world_sql(w, "SELECT COUNT(*) FROM signing_key WHERE secret_sealed IS NOT NULL"));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM signing_key WHERE (secret_sealed IS NULL) <> (secret_epoch IS NULL) "
	                              "OR (secret_sealed IS NULL) <> (status IN ('retired', 'destroyed'))"));
}

static size_t published(struct world *w)
{
	char *text;
	json_t *set, *key;
	size_t count, i;

	assert_status(NMK_OK, nmk_signing_key_jwks(w->guest, &text));
	set = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(set);
	count = json_array_size(json_object_get(set, "keys"));
	json_array_foreach(json_object_get(set, "keys"), i, key) {
		assert_int_equal(6, json_object_size(key)); /* and no "d" */
		assert_string_equal("OKP", json_string_value(json_object_get(key, "kty")));
		assert_string_equal("Ed25519", json_string_value(json_object_get(key, "crv")));
		assert_string_equal("sig", json_string_value(json_object_get(key, "use")));
		assert_string_equal("EdDSA", json_string_value(json_object_get(key, "alg")));
		assert_int_equal(43, json_string_length(json_object_get(key, "x")));
		assert_int_equal(43, json_string_length(json_object_get(key, "kid")));
	}
	json_decref(set);
	nmk_free(text);
	return count;
}

static void rotate(struct world *w)
{
	assert_status(NMK_OK, nmk_signing_key_rotate(w->system, false));
}

/* By somebody who fetched the keys now. */
static nmk_status verify_now(struct world *w, const char *token, char key_id[64])
{
	nmk_jwt_rules rules = NMK_JWT_RULES_INIT;
	nmk_status rc;
	nmk_jwt *jwt;
	char *jwks;

	assert_status(NMK_OK, nmk_signing_key_jwks(w->guest, &jwks));
	rules.jwks = jwks;
	rules.issuer = "http://localhost";
	rules.audience = "nanomarket";
	rules.now = w->now;
	rc = nmk_jwt_verify(token, &rules, NULL, &jwt);
	if (rc == NMK_OK && key_id)
		snprintf(key_id, 64, "%s", nmk_jwt_key_id(jwt));
	nmk_jwt_free(jwt);
	nmk_free(jwks);
	return rc;
}

static void test_signing_key__the_first_token_makes_it(void **state)
{
	struct world *w = *state;
	struct pair pair;

	assert_int_equal(0, published(w));
	issue_pair(w->creator, &pair);
	assert_states(w, 0, 1, 0, 0);
	issue_pair(w->creator, &pair);
	assert_states(w, 0, 1, 0, 0);
	assert_int_equal(1, published(w));
	rotate(w);
	assert_states(w, 0, 1, 0, 0);
}

static void test_signing_key__or_the_first_rotation(void **state)
{
	struct world *w = *state;

	rotate(w);
	assert_states(w, 0, 1, 0, 0);
	assert_int_equal(1, count_events(w, "action = 'signing_key_rotated'"));
	rotate(w);
	assert_int_equal(1, count_events(w, "action = 'signing_key_rotated'")); /* nothing was due */
}

/* Day 89: the next one is made and published. Day 90: it signs. An hour and five minutes later the first is gone. */
static void test_signing_key__a_life(void **state)
{
	struct world *w = *state;
	char first[64], second[64];
	struct pair pair;

	rotate(w);
	world_advance(w, 89 * DAY - 1);
	rotate(w);
	assert_states(w, 0, 1, 0, 0);
	world_advance(w, 1);
	rotate(w);
	assert_states(w, 1, 1, 0, 0);
	assert_int_equal(2, published(w));
	world_advance(w, DAY - 1);
	rotate(w);
	assert_states(w, 1, 1, 0, 0);
	issue_pair(w->creator, &pair);
	assert_int_equal(NMK_OK, verify_now(w, pair.access, first));
	world_advance(w, 1);
	rotate(w);
	assert_states(w, 0, 1, 1, 0);
	assert_int_equal(NMK_OK, verify_now(w, pair.access, NULL));
	assert_status(NMK_OK, use_at(w->market, pair.access)); /* of the retired key */
	issue_pair(w->creator, &pair);
	assert_int_equal(NMK_OK, verify_now(w, pair.access, second));
	assert_string_not_equal(first, second);
	world_advance(w, HOUR + 5 * MINUTE - 1);
	rotate(w);
	assert_states(w, 0, 1, 1, 0);
	assert_int_equal(2, published(w));
	world_advance(w, 1);
	rotate(w);
	assert_states(w, 0, 1, 0, 1);
	assert_int_equal(1, published(w));
	world_advance(w, 89 * DAY); /* and again */
	rotate(w);
	assert_states(w, 1, 1, 0, 1);
}

/* Whoever rotates late: a key is a day in the set before it signs. */
static void test_signing_key__is_known_a_day_before_it_signs(void **state)
{
	struct world *w = *state;

	rotate(w);
	world_advance(w, 400 * DAY);
	rotate(w);
	assert_states(w, 1, 1, 0, 0);
	world_advance(w, DAY - 1);
	rotate(w);
	assert_states(w, 1, 1, 0, 0);
	world_advance(w, 1);
	rotate(w);
	assert_states(w, 0, 1, 1, 0);
}

static void test_signing_key__at_once_voids_all_tokens(void **state)
{
	struct world *w = *state;
	struct pair pair, next;

	issue_pair(w->creator, &pair);
	world_advance(w, 89 * DAY);
	rotate(w);
	assert_states(w, 1, 1, 0, 0);
	issue_pair(w->creator, &pair);
	assert_status(NMK_OK, nmk_signing_key_rotate(w->admin, true));
	assert_states(w, 0, 1, 0, 2); /* what was pending lay beside it */
	assert_int_equal(1, published(w));
	assert_status(NMK_ELOGIN, use_at(w->market, pair.access));
	assert_int_equal(NMK_ELOGIN, verify_now(w, pair.access, NULL));
	assert_status(NMK_OK, refresh_at(w->market, pair.refresh, &next)); /* clients help themselves */
	assert_status(NMK_OK, use_at(w->market, next.access));
	assert_status(NMK_OK, nmk_signing_key_rotate(w->system, true));
	assert_states(w, 0, 1, 0, 3);
	assert_int_equal(2, count_events(w, "action = 'signing_key_rotated' AND details LIKE '%\"at_once\":\"true\"%'"));
}

static void test_signing_key__survives_reopening(void **state)
{
	struct world *w = *state;
	struct pair pair;
	char before[64], after[64];

	issue_pair(w->creator, &pair);
	assert_int_equal(NMK_OK, verify_now(w, pair.access, before));
	world_reopen(w);
	assert_status(NMK_OK, use_at(w->market, pair.access));
	issue_pair(w->creator, &pair);
	assert_int_equal(NMK_OK, verify_now(w, pair.access, after));
	assert_string_equal(before, after);
}

/* Epochs of the ring come and go; the secret part is wrapped anew, and the key signs on. */
static void test_signing_key__survives_the_rotation_of_epochs(void **state)
{
	struct world *w = *state;
	char before[64], after[64];
	struct pair pair;

	issue_pair(w->creator, &pair);
	assert_int_equal(NMK_OK, verify_now(w, pair.access, before));
	for (int i = 0; i < 2; i++) {
		assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
		world_advance(w, 36 * DAY);
	}
	assert_int_equal(3, world_sql(w, "SELECT secret_epoch FROM signing_key"));
	issue_pair(w->creator, &pair);
	assert_int_equal(NMK_OK, verify_now(w, pair.access, after));
	assert_string_equal(before, after);
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM signing_key WHERE status = 'pending'"));
}

static void test_signing_key_list__newest_first(void **state)
{
	struct world *w = *state;
	nmk_signing_key_page *page;
	const nmk_signing_key *key;
	char cursor[200], *json;

	for (int i = 0; i < 3; i++) {
		assert_status(NMK_OK, nmk_signing_key_rotate(w->system, true));
		world_advance(w, MINUTE);
	}
	assert_status(NMK_OK, nmk_signing_key_list(w->admin, NULL, 2, &page));
	assert_int_equal(2, nmk_signing_key_page_count(page));
	key = nmk_signing_key_page_item(page, 0);
	assert_int_equal(NMK_SIGNING_KEY_ACTIVE, nmk_signing_key_status(key));
	assert_int_equal(w->now - MINUTE, nmk_signing_key_created_at(key));
	assert_int_equal(w->now - MINUTE, nmk_signing_key_activated_at(key));
	assert_int_equal(0, nmk_signing_key_retired_at(key));
	assert_int_equal(0, nmk_signing_key_destroyed_at(key));
	assert_int_equal(43, strlen(nmk_signing_key_key_id(key)));
	json = nmk_signing_key_json(key);
	assert_non_null(strstr(json, "\"status\":\"active\""));
	assert_null(strstr(json, "secret"));
	nmk_free(json);
	key = nmk_signing_key_page_item(page, 1);
	assert_int_equal(NMK_SIGNING_KEY_DESTROYED, nmk_signing_key_status(key));
	assert_int_equal(w->now - MINUTE, nmk_signing_key_destroyed_at(key));
	snprintf(cursor, sizeof cursor, "%s", nmk_signing_key_page_next(page));
	json = nmk_signing_key_page_json(page);
	assert_non_null(json);
	nmk_free(json);
	nmk_signing_key_page_free(page);
	assert_status(NMK_OK, nmk_signing_key_list(w->admin, cursor, 2, &page));
	assert_int_equal(1, nmk_signing_key_page_count(page));
	assert_null(nmk_signing_key_page_next(page));
	nmk_signing_key_page_free(page);
	assert_status(NMK_EINVALID, nmk_signing_key_list(w->admin, "nonsense", 0, &page));
	assert_status(NMK_EINVALID, nmk_signing_key_list(w->admin, NULL, -1, &page));
	assert_status(NMK_EINVALID, nmk_signing_key_list(w->admin, NULL, 0, NULL));
	assert_status(NMK_EDENIED, nmk_signing_key_list(w->moderator, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_signing_key_rotate(w->moderator, false));
	assert_status(NMK_ELOGIN, nmk_signing_key_rotate(w->guest, true));
	assert_status(NMK_EINVALID, nmk_signing_key_jwks(w->guest, NULL));
}

static void test_signing_key__words(void **state)
{
	(void)state;
	assert_string_equal("pending", nmk_signing_key_state_word(NMK_SIGNING_KEY_PENDING));
	assert_int_equal(NMK_SIGNING_KEY_RETIRED, nmk_signing_key_state_of("retired"));
	assert_int_equal(0, nmk_signing_key_state_of("other"));
	assert_null(nmk_signing_key_state_word((nmk_signing_key_state)9));
}

/* ---- several at once ---- */

struct rotator {
	nmk_market *market;
	pthread_t   thread;
	nmk_status  rc;
	bool        at_once;
};

static void *rotate_once(void *context)
{
	struct rotator *rotator = context;
	nmk_session *system;

	rotator->rc = nmk_session_open_system(rotator->market, &system);
	if (rotator->rc == NMK_OK) {
		rotator->rc = nmk_signing_key_rotate(system, rotator->at_once);
		nmk_session_close(system);
	}
	return NULL;
}

static void rotate_together(struct world *w, bool at_once)
{
	struct rotator rotators[8];
	nmk_market *other = market_with(w, (nmk_market_options)NMK_MARKET_OPTIONS_INIT);

	for (int i = 0; i < 8; i++) {
		rotators[i] = (struct rotator){ .market = i % 2 ? other : w->market, .at_once = at_once };
		assert_int_equal(0, pthread_create(&rotators[i].thread, NULL, rotate_once, &rotators[i]));
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(rotators[i].thread, NULL);
		assert_int_equal(NMK_OK, rotators[i].rc);
	}
	nmk_market_close(other);
}

static void test_signing_key__rotations_at_the_same_time_leave_one_active(void **state)
{
	struct world *w = *state;

	rotate_together(w, false);
	assert_states(w, 0, 1, 0, 0);
	world_advance(w, 89 * DAY);
	rotate_together(w, false);
	assert_states(w, 1, 1, 0, 0);
	world_advance(w, DAY);
	rotate_together(w, false);
	assert_states(w, 0, 1, 1, 0);
	rotate_together(w, true);
	assert_states(w, 0, 1, 0, 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_signing_key__the_first_token_makes_it),
		WORLD_TEST(test_signing_key__or_the_first_rotation),
		WORLD_TEST(test_signing_key__a_life),
		WORLD_TEST(test_signing_key__is_known_a_day_before_it_signs),
		WORLD_TEST(test_signing_key__at_once_voids_all_tokens),
		WORLD_TEST(test_signing_key__survives_reopening),
		WORLD_TEST(test_signing_key__survives_the_rotation_of_epochs),
		WORLD_TEST(test_signing_key_list__newest_first),
		cmocka_unit_test(test_signing_key__words),
		WORLD_TEST(test_signing_key__rotations_at_the_same_time_leave_one_active),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
