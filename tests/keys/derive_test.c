/* derive_test.c -- keys that are derived from data keys: each for one member, use and object, and gone with the account. */
#include "keys_test.h"

static void derive(struct world *w, int64_t user_id, int64_t object, nmk_status expected, struct secret_key *key)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, w->system, OP_keys_get_state), got = NMK_EINTERNAL;

	while (op_next(&op, &rc))
		got = data_key_derive(&op.tx, user_id, DERIVED_CHAT, object, key);
	assert_status(NMK_OK, rc);
	assert_status(expected, got);
}

static int64_t number_of(struct world *w, const char *username)
{
	char sql[96];

	snprintf(sql, sizeof sql, "SELECT id FROM user_account WHERE username = '%s'", username);
	return world_sql(w, sql);
}

/* The format of the store: BLAKE2b-256 under the data key, of the label with its NUL, the use and the object, eight bytes each. */
static void test_data_key_derive__is_what_the_format_says(void **state)
{
	struct world *w = *state;
	unsigned char input[] = "nanomarket derived key\0\1\0\0\0\0\0\0\0\x08\7\6\5\4\3\2\1";
	struct secret_key data_key, key, expected;
	int64_t clara = number_of(w, "clara");
	struct nmk_op op;
	nmk_status rc = op_begin(&op, w->system, OP_keys_get_state);

	while (op_next(&op, &rc))
		rc = data_key_get(&op.tx, clara, &data_key);
	assert_status(NMK_OK, rc);
	crypto_generichash(expected.bytes, 32, input, sizeof input - 1, data_key.bytes, 32);
	derive(w, clara, INT64_C(0x0102030405060708), NMK_OK, &key);
	assert_memory_equal(expected.bytes, key.bytes, 32);
}

static void test_data_key_derive__differs_by_member_and_object(void **state)
{
	struct world *w = *state;
	struct secret_key one, same, other;
	int64_t clara = number_of(w, "clara"), carl = number_of(w, "carl");

	derive(w, clara, 1, NMK_OK, &one);
	derive(w, clara, 1, NMK_OK, &same);
	assert_memory_equal(one.bytes, same.bytes, 32);
	derive(w, clara, 2, NMK_OK, &other);
	assert_memory_not_equal(one.bytes, other.bytes, 32);
	derive(w, carl, 1, NMK_OK, &other);
	assert_memory_not_equal(one.bytes, other.bytes, 32);
}

/* Rotation wraps the data key anew: what derives from it stays. */
static void test_data_key_derive__outlives_a_rotation_and_not_the_account(void **state)
{
	struct world *w = *state;
	struct secret_key before, after;
	int64_t clara = number_of(w, "clara");

	derive(w, clara, 1, NMK_OK, &before);
	assert_status(NMK_OK, nmk_keys_rotate(w->system, NULL, NULL));
	derive(w, clara, 1, NMK_OK, &after);
	assert_memory_equal(before.bytes, after.bytes, 32);
	assert_status(NMK_OK, nmk_user_delete(w->admin, nmk_session_user_id(w->consumer)));
	derive(w, clara, 1, NMK_ENOTFOUND, &after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_data_key_derive__is_what_the_format_says, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_data_key_derive__differs_by_member_and_object, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(test_data_key_derive__outlives_a_rotation_and_not_the_account, world_setup, world_teardown),
	};

	return cmocka_run_group_tests_name("keys/derive", tests, NULL, NULL);
}
