/* mail_proof_test.c -- tokens that come back from a mail. */
#include "identity_test.h"

#include <ctype.h>
#include "account.h"
#include "session.h"

#define TOKEN_TAKEN "SELECT COUNT(*) FROM mail_proof WHERE used_at IS NOT NULL"

/* Something that is done in a transaction of the guest's. */
typedef nmk_status body(struct nmk_op *op, void *context);

static nmk_status in_operation(struct world *w, body *run, void *context)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, w->guest, OP_user_verify_email);

	while (op_next(&op, &rc))
		rc = run(&op, context);
	return rc;
}

struct order {
	int64_t     user_id;
	const char *purpose, *recipient;
	int64_t     lasts_ms;
};

static nmk_status send(struct nmk_op *op, void *context)
{
	const struct order *order = context;
	struct contact contact = { 0 };
	nmk_status rc = order->user_id ? contact_load(op, order->user_id, &contact) : NMK_OK;
	struct mail mail = { .user_id = order->user_id, .key = &contact.key, .recipient = order->recipient, .username = "rosa",
	                     .language = "de", .template_name = order->purpose };

	if (rc == NMK_OK)
		rc = proof_send(op, &mail, order->lasts_ms);
	assert_null(mail.token);
	contact_free(&contact);
	return rc;
}

/* The token that an order brings. */
static void token_of(struct world *w, int64_t user_id, const char *purpose, const char *recipient, char token[64])
{
	struct order order = { user_id, purpose, recipient, DAY_MS };

	assert_status(NMK_OK, in_operation(w, send, &order));
	take_token(w, token);
}

struct question {
	const char  *token, *purpose;
	struct proof proof;
};

static nmk_status find(struct nmk_op *op, void *context)
{
	struct question *question = context;

	return proof_find(op, question->token, question->purpose, &question->proof);
}

/* Whose proof it is; 0 for nobody's. The address it was for, "" for none, in `email`. */
static int64_t finds(struct world *w, const char *token, const char *purpose, char email[64])
{
	struct question question = { token, purpose, { 0 } };
	int64_t user_id;

	assert_status(NMK_OK, in_operation(w, find, &question));
	user_id = question.proof.user_id;
	if (email)
		snprintf(email, 64, "%s", question.proof.email ? question.proof.email : "");
	proof_free(&question.proof);
	return user_id;
}

static int64_t number_of(struct world *w, const char *username)
{
	char sql[100];

	snprintf(sql, sizeof sql, "SELECT id FROM user_account WHERE username = '%s'", username);
	return world_sql(w, sql);
}

/* It is pasted into command lines and recognised as a word in mails. */
static void test_token__begins_with_a_letter_and_ends_with_a_letter_or_digit(void **state)
{
	struct world *w = *state;
	int64_t carl = number_of(w, "carl");

	for (int i = 0; i < 500; i++) {
		char token[64];

		token_of(w, carl, PROOF_VERIFICATION, "carl@example.org", token);
		assert_int_equal(PROOF_TOKEN_SIZE - 1, strlen(token));
		assert_true(isalpha((unsigned char)token[0]));
		assert_true(isalnum((unsigned char)token[PROOF_TOKEN_SIZE - 2]));
	}
}

static void test_proof__finds_whom_it_was_sent_to_for_its_purpose_alone(void **state)
{
	static const char *const purposes[] = { PROOF_VERIFICATION, PROOF_RESET, PROOF_EMAIL_CHANGE };
	struct world *w = *state;
	int64_t carl = number_of(w, "carl");

	for (int i = 0; i < 3; i++) {
		char token[64];

		token_of(w, carl, purposes[i], "carl@example.org", token);
		for (int j = 0; j < 3; j++)
			assert_int_equal(i == j ? carl : 0, finds(w, token, purposes[j], NULL));
	}
}

static void test_proof__of_a_change_knows_the_new_address(void **state)
{
	struct world *w = *state;
	char token[64], email[64];

	token_of(w, number_of(w, "carl"), PROOF_EMAIL_CHANGE, "Karl@example.org", token);
	assert_int_equal(number_of(w, "carl"), finds(w, token, PROOF_EMAIL_CHANGE, email));
	assert_string_equal("Karl@example.org", email);
	token_of(w, number_of(w, "carl"), PROOF_RESET, "carl@example.org", token);
	finds(w, token, PROOF_RESET, email);
	assert_string_equal("", email);
}

static void test_proof__keeps_the_hash_of_the_token_only(void **state)
{
	struct world *w = *state;
	char token[64], sql[256];

	token_of(w, number_of(w, "carl"), PROOF_EMAIL_CHANGE, "karl@example.org", token);
	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM mail_proof WHERE length(token_hash) = 32 AND instr(token_hash, '%.8s') = 0"
	                          " AND instr(email_sealed, 'karl') = 0", token);
	assert_int_equal(1, world_sql(w, sql));
}

static void test_proof__ends_with_the_last_millisecond_of_its_time(void **state)
{
	struct world *w = *state;
	char token[64];

	token_of(w, number_of(w, "carl"), PROOF_RESET, "carl@example.org", token);
	world_advance(w, DAY_MS);
	assert_int_equal(number_of(w, "carl"), finds(w, token, PROOF_RESET, NULL));
	world_advance(w, 1);
	assert_int_equal(0, finds(w, token, PROOF_RESET, NULL));
}

static void test_proof__a_changed_character_makes_it_another(void **state)
{
	struct world *w = *state;
	char token[64], other[64];

	token_of(w, number_of(w, "carl"), PROOF_RESET, "carl@example.org", token);
	for (size_t i = 0; i < 43; i++) {
		memcpy(other, token, sizeof other);
		other[i] = other[i] == 'A' ? 'B' : 'A';
		assert_int_equal(0, finds(w, other, PROOF_RESET, NULL));
	}
	snprintf(other, sizeof other, "%.42s", token);
	assert_int_equal(0, finds(w, other, PROOF_RESET, NULL));
	snprintf(other, sizeof other, "%.43s=", token);
	assert_int_equal(0, finds(w, other, PROOF_RESET, NULL));
}

static nmk_status use(struct nmk_op *op, void *context)
{
	struct proof proof = { *(int64_t *)context, NULL };

	return proof_use(op, &proof, PROOF_RESET);
}

static nmk_status void_all(struct nmk_op *op, void *context)
{
	return proof_void(op, *(int64_t *)context);
}

static void test_proof_use__takes_all_others_for_the_same_purpose(void **state)
{
	struct world *w = *state;
	int64_t carl = number_of(w, "carl"), clara = number_of(w, "clara");
	char resets[2][64], verification[64], foreign[64];

	token_of(w, carl, PROOF_RESET, "carl@example.org", resets[0]);
	token_of(w, carl, PROOF_RESET, "carl@example.org", resets[1]);
	token_of(w, carl, PROOF_VERIFICATION, "carl@example.org", verification);
	token_of(w, clara, PROOF_RESET, "clara@example.org", foreign);
	assert_status(NMK_OK, in_operation(w, use, &carl));
	assert_int_equal(0, finds(w, resets[0], PROOF_RESET, NULL));
	assert_int_equal(0, finds(w, resets[1], PROOF_RESET, NULL));
	assert_int_equal(carl, finds(w, verification, PROOF_VERIFICATION, NULL));
	assert_int_equal(clara, finds(w, foreign, PROOF_RESET, NULL));
	assert_int_equal(2, world_sql(w, TOKEN_TAKEN));
	assert_status(NMK_OK, in_operation(w, void_all, &carl));
	assert_int_equal(0, finds(w, verification, PROOF_VERIFICATION, NULL));
	assert_int_equal(clara, finds(w, foreign, PROOF_RESET, NULL));
	assert_int_equal(3, world_sql(w, TOKEN_TAKEN));
}

static void test_proof__is_bound_to_the_address_at_that_time(void **state)
{
	struct world *w = *state;
	char reset[64], change[64];

	token_of(w, number_of(w, "carl"), PROOF_RESET, "carl@example.org", reset);
	token_of(w, number_of(w, "carl"), PROOF_EMAIL_CHANGE, "karl@example.org", change);
	tamper(w, "UPDATE user_account SET email_index = zeroblob(32) WHERE username = 'carl'");
	assert_int_equal(0, finds(w, reset, PROOF_RESET, NULL));
	assert_int_equal(0, finds(w, change, PROOF_EMAIL_CHANGE, NULL));
}

static void test_proof__of_a_decoy_has_its_size_and_proves_nothing(void **state)
{
	static const char *const purposes[] = { PROOF_VERIFICATION, PROOF_RESET, PROOF_EMAIL_CHANGE };
	static const char size[] = "SELECT TOTAL(length(token_hash) + length(email_index) + COALESCE(length(email_sealed), 0))"
	                           " FROM mail_proof WHERE user_id IS %s NULL";
	struct world *w = *state;
	char sql[200], other[200];

	for (int i = 0; i < 3; i++) {
		struct order real = { number_of(w, "carl"), purposes[i], "carl@example.org", DAY_MS };
		struct order decoy = { 0, purposes[i], "karl@example.org", DAY_MS };

		assert_status(NMK_OK, in_operation(w, send, &real));
		assert_status(NMK_OK, in_operation(w, send, &decoy));
	}
	snprintf(sql, sizeof sql, size, "");
	snprintf(other, sizeof other, size, "NOT");
	assert_int_equal(world_sql(w, other), world_sql(w, sql));
	assert_int_equal(3, world_sql(w, "SELECT COUNT(*) FROM mail_proof WHERE user_id IS NULL"));
	assert_int_equal(3, world_sql(w, "SELECT COUNT(*) FROM outbox WHERE user_id IS NULL AND available_at = 9223372036854775807"));
	assert_int_equal(world_sql(w, "SELECT SUM(length(data_sealed)) FROM outbox WHERE user_id IS NULL"),
	                 world_sql(w, "SELECT SUM(length(data_sealed)) FROM outbox WHERE user_id IS NOT NULL"));
}

static void test_proof__expired_ones_are_swept(void **state)
{
	struct world *w = *state;
	char token[64];

	token_of(w, number_of(w, "carl"), PROOF_RESET, "carl@example.org", token);
	world_advance(w, DAY_MS);
	token_of(w, number_of(w, "carl"), PROOF_RESET, "carl@example.org", token);
	assert_int_equal(2, world_sql(w, "SELECT COUNT(*) FROM mail_proof"));
	world_advance(w, 1);
	token_of(w, number_of(w, "carl"), PROOF_RESET, "carl@example.org", token);
	assert_int_equal(2, world_sql(w, "SELECT COUNT(*) FROM mail_proof"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_token__begins_with_a_letter_and_ends_with_a_letter_or_digit),
		WORLD_TEST(test_proof__finds_whom_it_was_sent_to_for_its_purpose_alone),
		WORLD_TEST(test_proof__of_a_change_knows_the_new_address),
		WORLD_TEST(test_proof__keeps_the_hash_of_the_token_only),
		WORLD_TEST(test_proof__ends_with_the_last_millisecond_of_its_time),
		WORLD_TEST(test_proof__a_changed_character_makes_it_another),
		WORLD_TEST(test_proof_use__takes_all_others_for_the_same_purpose),
		WORLD_TEST(test_proof__is_bound_to_the_address_at_that_time),
		WORLD_TEST(test_proof__of_a_decoy_has_its_size_and_proves_nothing),
		WORLD_TEST(test_proof__expired_ones_are_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
