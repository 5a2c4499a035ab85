/* check_keys.c -- does everything that is sealed open, and with the keys that are there? */
#include "check_keys.h"

#include <sodium.h>
#include "account.h"

#define PAGE 200 /* accounts between two reports of progress */

enum column { ID, DELETED, KEY_EPOCH, KEY, EMAIL, INDEX, PASSWORD_EPOCH, PASSWORD, PHONE, SECOND_FACTOR, MAIL };

/* What belongs to the account's data key. */
static const struct {
	enum column column;
	const char *place;
} sealed_values[] = {
	{ PHONE,         PLACE_PHONE         },
	{ SECOND_FACTOR, PLACE_SECOND_FACTOR },
};

/* An account as a row tells of it. */
struct account {
	struct nmk_op       *op;
	struct check_report *report;
	struct stmt         *stmt;
	struct id_value      id;
	struct secret_key    key;
};

static bool is_there(struct account *account, enum column column)
{
	size_t length;

	return stmt_column_blob(account->stmt, (int)column, &length) != NULL;
}

/* Open a column; *plain is NULL if it holds nothing, or does not open, which is a finding. */
static nmk_status open_column(struct account *account, enum column column, const struct secret_key *key, const char *place,
                              char **plain, size_t *length)
{
	size_t sealed_length;
	const void *sealed = stmt_column_blob(account->stmt, (int)column, &sealed_length);
	nmk_status rc;

	*plain = NULL;
	if (!sealed)
		return NMK_OK;
	rc = unseal(&account->op->tx, key, place, account->id.number, sealed, sealed_length, plain, length);
	if (rc != NMK_ECORRUPT)
		return rc;
	check_finding(account->report, false, "%s of account %s does not open", place, account->id.text);
	return NMK_OK;
}

static nmk_status check_opens(struct account *account, enum column column, const struct secret_key *key, const char *place)
{
	size_t length = 0;
	char *plain;
	nmk_status rc = open_column(account, column, key, place, &plain, &length);

	bytes_free(plain, length);
	return rc;
}

/* The address must open, and the account must be found by it. */
static nmk_status check_email(struct account *account)
{
	unsigned char right[KEY_HASH_BYTES];
	size_t index_length, length = 0;
	const void *index;
	char *email;
	nmk_status rc = open_column(account, EMAIL, &account->key, PLACE_EMAIL, &email, &length);

	if (rc != NMK_OK || !email)
		return rc;
	rc = email_index(account->op, email, right);
	index = stmt_column_blob(account->stmt, INDEX, &index_length);
	if (rc == NMK_OK && (index_length != sizeof right || sodium_memcmp(index, right, sizeof right) != 0))
		check_finding(account->report, false, "account %s is not found by its address", account->id.text);
	bytes_free(email, length);
	return rc;
}

/* *there says whether what the key seals can be looked at. */
static nmk_status check_data_key(struct account *account, bool *there)
{
	size_t length;
	const void *wrapped = stmt_column_blob(account->stmt, KEY, &length);
	nmk_status rc;

	*there = false;
	if (!wrapped) {
		check_finding(account->report, false, "the data key of account %s is missing", account->id.text);
		return NMK_OK;
	}
	rc = data_key_unwrap(&account->op->tx, account->id.number, stmt_column_int(account->stmt, KEY_EPOCH), wrapped, length,
	                     &account->key);
	*there = rc == NMK_OK;
	if (rc != NMK_ECORRUPT)
		return rc;
	check_finding(account->report, false, "the data key of account %s does not open: %s", account->id.text,
	              account->op->tx.error->message);
	return NMK_OK;
}

static nmk_status check_personal(struct account *account)
{
	bool there;
	nmk_status rc = check_data_key(account, &there);

	if (!there)
		return rc;
	if (rc == NMK_OK)
		rc = check_email(account);
	for (size_t i = 0; rc == NMK_OK && i < sizeof sealed_values / sizeof sealed_values[0]; i++)
		rc = check_opens(account, sealed_values[i].column, &account->key, sealed_values[i].place);
	key_wipe(&account->key);
	return rc;
}

static nmk_status check_password(struct account *account)
{
	struct secret_key key = { 0 };
	nmk_status rc;

	if (!is_there(account, PASSWORD))
		return NMK_OK;
	rc = epoch_key_get(&account->op->tx, stmt_column_int(account->stmt, PASSWORD_EPOCH), &key);
	if (rc == NMK_OK)
		rc = check_opens(account, PASSWORD, &key, PLACE_PASSWORD);
	key_wipe(&key);
	if (rc != NMK_ECORRUPT)
		return rc;
	check_finding(account->report, false, "the password of account %s does not open: %s", account->id.text,
	              account->op->tx.error->message);
	return NMK_OK;
}

/* Nothing that was sealed for a deleted account may be left. */
static void check_deleted(struct account *account)
{
	if (is_there(account, KEY) || is_there(account, EMAIL) || is_there(account, INDEX) || is_there(account, PASSWORD)
	    || is_there(account, PHONE) || is_there(account, SECOND_FACTOR) || stmt_column_int(account->stmt, MAIL))
		check_finding(account->report, false, "of the deleted account %s something sealed is left", account->id.text);
}

static nmk_status check_account(struct account *account)
{
	nmk_status rc;

	if (stmt_column_int(account->stmt, DELETED)) {
		check_deleted(account);
		return NMK_OK;
	}
	rc = check_personal(account);
	return rc == NMK_OK ? check_password(account) : rc;
}

static nmk_status check_page(struct nmk_op *op, struct check_report *report, int64_t *after, int *count)
{
	struct account account = { .op = op, .report = report };
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*count = 0;
	stmt_init(&stmt, &op->tx, SQL_keys_check_accounts);
	stmt_int(&stmt, "after", *after);
	stmt_int(&stmt, "limit", PAGE);
	account.stmt = &stmt;
	while (rc == NMK_OK && stmt_next(&stmt, &rc)) {
		*after = stmt_column_int(&stmt, ID);
		account.id = tx_id_value(&op->tx, ID_USER, *after);
		rc = check_account(&account);
		++*count;
	}
	stmt_end(&stmt);
	return rc;
}

static nmk_status check_accounts(struct nmk_op *op, struct check_report *report, int64_t *done, int64_t total)
{
	int64_t after = 0;
	int count = PAGE;
	nmk_status rc = NMK_OK;

	while (rc == NMK_OK && count == PAGE) {
		rc = check_page(op, report, &after, &count);
		*done += count;
		if (rc == NMK_OK && !check_progress(report, *done, total))
			rc = NMK_ECANCELLED;
	}
	return rc;
}

static nmk_status check_signing_key(struct nmk_op *op, struct check_report *report, struct stmt *stmt)
{
	int64_t id = stmt_column_int(stmt, 0);
	size_t sealed_length, length = 0;
	const void *sealed = stmt_column_blob(stmt, 2, &sealed_length);
	char *plain;
	nmk_status rc = epoch_unseal(&op->tx, stmt_column_int(stmt, 1), PLACE_SIGNING_KEY, id, sealed, sealed_length, &plain, &length);

	bytes_free(plain, length);
	if (rc != NMK_ECORRUPT)
		return rc;
	check_finding(report, false, "the secret of signing key %lld does not open: %s", (long long)id, op->tx.error->message);
	return NMK_OK;
}

static nmk_status check_signing_keys(struct nmk_op *op, struct check_report *report)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_keys_check_signing_keys);
	while (rc == NMK_OK && stmt_next(&stmt, &rc))
		rc = check_signing_key(op, report, &stmt);
	stmt_end(&stmt);
	return rc;
}

/* Nothing here can be mended: what does not open is lost, and what is left over may be wanted. */
nmk_status keys_check(struct nmk_op *op, bool repair, struct check_report *report)
{
	int64_t total, done = 0;
	struct stmt stmt;
	nmk_status rc;

	if (repair)
		return NMK_OK;
	stmt_init(&stmt, &op->tx, SQL_keys_check_total);
	rc = stmt_one_int(&stmt, &total);
	if (rc == NMK_OK)
		rc = check_accounts(op, report, &done, total);
	return rc == NMK_OK ? check_signing_keys(op, report) : rc;
}
