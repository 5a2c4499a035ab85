/* addressee.c -- mails to an address that somebody typed. Nobody learns from the answer, or from the time that it takes,
 * whether there is an account. */
#include "account.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "session.h"

#define PAUSE_MS            MINUTE_MS  /* between two mails for one purpose to one address */
#define MAILS_A_DAY         5
#define REQUESTS_AN_HOUR    20         /* from one network                                 */
#define DECOY_NAME          "somebody"
#define PURPOSE_MAXIMUM     40

/* What is read and opened for a decoy is another account's, and forgotten at once. */
static nmk_status become_decoy(struct nmk_op *op, const char *email, struct contact *contact)
{
	contact_free(contact);
	contact->email = strdup(email);
	contact->username = strdup(DECOY_NAME);
	contact->language = strdup("de");
	return contact->email && contact->username && contact->language ? NMK_OK : tx_no_memory(&op->tx);
}

/* The account with that index, or the one with the next index; 0 if there is none. */
static nmk_status find_near(struct nmk_op *op, const unsigned char index[KEY_HASH_BYTES], int64_t *near, bool *same,
                            bool *verified)
{
	const void *found;
	struct stmt stmt;
	size_t length;
	nmk_status rc = NMK_OK;

	*near = 0;
	*same = *verified = false;
	stmt_init(&stmt, &op->tx, SQL_user_near_address);
	stmt_blob(&stmt, "email_index", index, KEY_HASH_BYTES);
	if (stmt_next(&stmt, &rc)) {
		*near = stmt_column_int(&stmt, 0);
		found = stmt_column_blob(&stmt, 1, &length);
		*same = length == KEY_HASH_BYTES && sodium_memcmp(found, index, KEY_HASH_BYTES) == 0;
		*verified = stmt_column_int(&stmt, 2) != 0;
		stmt_end(&stmt);
	}
	return rc;
}

nmk_status contact_find(struct nmk_op *op, const char *email, const unsigned char index[KEY_HASH_BYTES],
                        struct contact *contact, bool *verified)
{
	static const unsigned char first[KEY_HASH_BYTES];
	bool same, other;
	int64_t near;
	nmk_status rc = find_near(op, index, &near, &same, verified);

	if (rc == NMK_OK && !near)
		rc = find_near(op, first, &near, &other, verified);
	if (rc == NMK_OK && near)
		rc = contact_load(op, near, contact);
	*verified = *verified && same;
	return rc == NMK_OK && !same ? become_decoy(op, email, contact) : rc;
}

/* ---- limits ---- */

static nmk_status admit_network(struct nmk_op *op)
{
	char network[NETWORK_TEXT_SIZE];
	int64_t wait_ms = 0;
	nmk_status rc;

	if (!client_network(op->session, false, network))
		return NMK_OK;
	rc = throttle_count(op, THROTTLE_MAIL_NETWORK, network, strlen(network), REQUESTS_AN_HOUR, HOUR_MS, &wait_ms);
	if (rc == NMK_OK && wait_ms > 0)
		rc = op_fail_later(op, NMK_ELIMIT, wait_ms, NULL, "too many mails were asked for from here; try again later");
	return rc;
}

/* Each purpose and each of the two windows is counted by itself. */
static nmk_status admit_window(struct nmk_op *op, const char *purpose, const unsigned char index[KEY_HASH_BYTES], char window,
                               int64_t most, int64_t window_ms, bool *may)
{
	unsigned char subject[KEY_HASH_BYTES + 1 + PURPOSE_MAXIMUM];
	size_t length = strnlen(purpose, PURPOSE_MAXIMUM);
	int64_t wait_ms = 0;
	nmk_status rc;

	memcpy(subject, index, KEY_HASH_BYTES);
	subject[KEY_HASH_BYTES] = (unsigned char)window;
	memcpy(subject + KEY_HASH_BYTES + 1, purpose, length);
	rc = throttle_count(op, THROTTLE_MAIL, subject, KEY_HASH_BYTES + 1 + length, most, window_ms, &wait_ms);
	*may = wait_ms == 0;
	return rc;
}

nmk_status mail_admit(struct nmk_op *op, const char *purpose, const unsigned char index[KEY_HASH_BYTES], bool *may)
{
	nmk_status rc = admit_network(op);

	*may = false;
	if (rc == NMK_OK)
		rc = admit_window(op, purpose, index, 'p', 1, PAUSE_MS, may);
	if (rc == NMK_OK && *may)
		rc = admit_window(op, purpose, index, 'd', MAILS_A_DAY, DAY_MS, may);
	return rc;
}

nmk_status contact_send_proof(struct nmk_op *op, const struct contact *contact, const char *purpose, int64_t lasts_ms)
{
	struct mail mail = { .user_id = contact->user_id, .key = &contact->key, .recipient = contact->email,
	                     .username = contact->username, .language = contact->language, .template_name = purpose };

	return proof_send(op, &mail, lasts_ms);
}

/* ---- asking for a mail ---- */

struct request {
	const char *email, *purpose;
	nmk_status (*send)(struct nmk_op *op, struct contact *contact, bool verified);
	unsigned char index[KEY_HASH_BYTES];
};

static nmk_status serve(struct nmk_op *op, const struct request *request)
{
	struct contact contact = { 0 };
	bool may = false, verified = false;
	nmk_status rc = mail_admit(op, request->purpose, request->index, &may);

	if (rc == NMK_OK && !may)
		op_detail(op, "mail", "too_soon");
	if (rc == NMK_OK && may) {
		rc = contact_find(op, request->email, request->index, &contact, &verified);
		if (rc == NMK_OK)
			rc = request->send(op, &contact, verified);
		contact_free(&contact);
	}
	return rc;
}

nmk_status addressee_request(nmk_session *session, enum op_id id, const char *email, const char *purpose,
                             nmk_status (*send)(struct nmk_op *op, struct contact *contact, bool verified))
{
	struct request request = { .email = email, .purpose = purpose, .send = send };
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, id);

	if (rc == NMK_OK)
		rc = account_check_email(&op, "email", email);
	if (rc == NMK_OK)
		rc = email_index(&op, email, request.index);
	while (op_next(&op, &rc))
		rc = serve(&op, &request);
	return rc;
}
