/* throttle.c -- what wrong passwords cost: the policies of nmk_throttle_policy. docs/accounts.md tells them to hosts. */
#include "account.h"

#include <sodium.h>
#include <string.h>
#include "session.h"
#include "throttle_rows.h"

/* NMK_THROTTLE_DELAY. Failures leak away one by one (the generic cell rate algorithm, ITU-T I.371: `arrival` is when the last
 * one will be gone); the wait follows from how many are left. */
#define FREE_FAILURES  5
#define WAIT_FIRST_MS  1000
#define WAIT_MOST_MS   (15 * MINUTE_MS)
#define FORGIVE_MS     (15 * MINUTE_MS)
#define LEVEL_MOST     (FREE_FAILURES + 11)   /* with the longest wait: more is not kept          */
#define IN_A_ROW_MOST  100                    /* NIST SP 800-63B-4, 3.2.2                         */

/* NMK_THROTTLE_CLASSIC */
#define LOCKING_FAILURE   3
#define LOCK_MS           (60 * MINUTE_MS)
#define LOGINS_MOST       10
#define LOGINS_WINDOW_MS  MINUTE_MS

/* How long the failures for an address without an account are remembered. Those of an account stay until it is logged in to. */
#define STRANGER_KEPT_MS (7 * DAY_MS)

/* ---- refusing ---- */

enum refusal { REFUSED_WAIT, REFUSED_CLOSED, REFUSED_LOCKED };

static void answer(struct nmk_op *op, enum refusal refusal, int64_t wait_ms)
{
	long long seconds = (long long)(wait_ms + 999) / 1000;

	switch (refusal) {
	case REFUSED_WAIT:
		op_answer(op, NMK_ELIMIT, "rate_limit_hit", NULL, "there were too many attempts: please try again in %lld s", seconds);
		break;
	case REFUSED_CLOSED:
		op_answer(op, NMK_EDENIED, "account_locked", "password",
		          "must be reset by mail after too many wrong ones");
		break;
	case REFUSED_LOCKED:
		op_answer(op, NMK_EDENIED, "account_locked", "locked", "the account is locked: please try again in %lld s", seconds);
		break;
	}
	op->tx.error->retry_after_ms = wait_ms;
}

/* The first refusal since the last attempt that counted stands in the audit log; those after it write nothing, so that who
 * does not stop fills no disk. */
static nmk_status refuse(struct nmk_op *op, struct throttle_row *row, enum refusal refusal, int64_t wait_ms, const char *limit)
{
	char network[NETWORK_TEXT_SIZE];

	answer(op, refusal, wait_ms);
	if (row->refused) {
		nmk_status status = op->answer;

		op->action = NULL;
		if (refusal == REFUSED_LOCKED)
			return NMK_OK; /* commits: the window of the network has counted it */
		op->answer = NMK_OK;
		return status;
	}
	op_detail(op, "limit", limit);
	if (client_network(op->session, true, network))
		op_detail_network(op, network);
	row->refused = true;
	return throttle_row_put(op, row);
}

/* The account was closed to its password, or locked, and is not any more. */
static void tell_unlocked(struct nmk_op *op, const char *by)
{
	if (op->subject.kind == ID_USER && op->subject.id && !op->tx.erases)
		op_also(op, "account_unlocked", op->subject.type, ID_USER, op->subject.id, "by", by);
}

/* ---- the delay ---- */

/* Failures that are not forgiven yet. */
static int64_t level_of(const struct throttle_row *row, int64_t now)
{
	int64_t left = row->arrival > now ? (row->arrival - now + FORGIVE_MS - 1) / FORGIVE_MS : 0;

	return left < LEVEL_MOST ? left : LEVEL_MOST;
}

static int64_t wait_for(int64_t level)
{
	int64_t wait = WAIT_FIRST_MS;

	if (level <= FREE_FAILURES)
		return 0;
	for (int64_t i = FREE_FAILURES + 1; i < level && wait < WAIT_MOST_MS; i++)
		wait *= 2;
	return wait < WAIT_MOST_MS ? wait : WAIT_MOST_MS;
}

/* A block that ends later than any may was set before the clock was turned back: nobody is locked out for ever. */
static int64_t blocked_for(const struct throttle_row *row, int64_t most_ms, int64_t now)
{
	int64_t left = row->blocked_until - now;

	return left < 0 || left > most_ms ? 0 : left;
}

static void row_charge(struct throttle_row *row, int64_t now)
{
	int64_t level = level_of(row, now), longest = now + LEVEL_MOST * FORGIVE_MS;

	row->arrival = (row->arrival > now ? row->arrival : now) + FORGIVE_MS;
	if (row->arrival > longest)
		row->arrival = longest;
	if (row->count < IN_A_ROW_MOST)
		row->count++;
	row->blocked_until = now + wait_for(level + 1);
	row->refused = false;
}

/* Nobody was let in since, so the block is that of the attempt itself. */
static void row_give_back(struct throttle_row *row)
{
	row->arrival -= FORGIVE_MS;
	if (row->count > 0)
		row->count--;
	row->blocked_until = 0;
	row->refused = false;
}

/* ---- what an attempt counts for ---- */

/* A row, and how long it is kept. */
struct bucket {
	struct throttle_row row;
	const char *name;         /* for the audit event */
	int64_t     kept_ms;      /* after the last failure; -1: until success */
};

struct attempt {
	struct bucket own[2];     /* the account and it from this network; or the known device alone */
	int           own_count;
	bool          known_device, has_network;
	struct bucket network;
};

static nmk_status bucket_get(struct nmk_op *op, enum throttle_kind kind, const void *subject, size_t length, const char *name,
                             int64_t kept_ms, struct bucket *bucket)
{
	bucket->name = name;
	bucket->kept_ms = kept_ms;
	return throttle_row_get(op, kind, subject, length, &bucket->row);
}

static nmk_status bucket_put(struct nmk_op *op, struct bucket *bucket)
{
	struct throttle_row *row = &bucket->row;

	if (row->count == 0 && row->arrival <= op->tx.now)
		return throttle_row_remove(op, row);
	row->expires_at = bucket->kept_ms < 0 ? THROTTLE_NEVER : row->arrival + bucket->kept_ms;
	return throttle_row_put(op, row);
}

static nmk_status get_account(struct nmk_op *op, const unsigned char *email_index, bool is_account, struct bucket *bucket)
{
	return bucket_get(op, THROTTLE_ACCOUNT, email_index, KEY_HASH_BYTES, "account", is_account ? -1 : STRANGER_KEPT_MS, bucket);
}

static nmk_status get_network(struct nmk_op *op, const char *network, struct bucket *bucket)
{
	return bucket_get(op, THROTTLE_NETWORK, network, strlen(network), "network", 0, bucket);
}

static nmk_status get_pair(struct nmk_op *op, const unsigned char *email_index, const char *network, struct bucket *bucket)
{
	unsigned char subject[KEY_HASH_BYTES + NETWORK_TEXT_SIZE];
	size_t length = strlen(network);

	memcpy(subject, email_index, KEY_HASH_BYTES);
	memcpy(subject + KEY_HASH_BYTES, network, length);
	return bucket_get(op, THROTTLE_ACCOUNT_NETWORK, subject, KEY_HASH_BYTES + length, "account_network", 0, bucket);
}

static bool is_known(struct nmk_op *op, int64_t user_id, int64_t session_epoch, unsigned char device[KEY_HASH_BYTES])
{
	return known_device_is_of(op->session, op->tx.now, user_id, session_epoch, device);
}

static nmk_status attempt_get(struct nmk_op *op, const unsigned char *email_index, int64_t user_id, int64_t session_epoch,
                              struct attempt *attempt)
{
	unsigned char device[KEY_HASH_BYTES];
	char network[NETWORK_TEXT_SIZE];
	nmk_status rc;

	*attempt = (struct attempt){ .own_count = 1 };
	if (is_known(op, user_id, session_epoch, device)) {
		attempt->known_device = true;
		rc = bucket_get(op, THROTTLE_KNOWN_DEVICE, device, sizeof device, "known_device", DEVICE_KEPT_MS, &attempt->own[0]);
		sodium_memzero(device, sizeof device);
		return rc;
	}
	rc = get_account(op, email_index, user_id != 0, &attempt->own[0]);
	attempt->has_network = client_network(op->session, false, network);
	if (rc != NMK_OK || !attempt->has_network)
		return rc;
	attempt->own_count = 2;
	rc = get_pair(op, email_index, network, &attempt->own[1]);
	return rc == NMK_OK ? get_network(op, network, &attempt->network) : rc;
}

/* The bucket with the longest wait; NULL: none. */
static struct bucket *longest_wait(struct attempt *attempt, int64_t now, int64_t *wait_ms)
{
	struct bucket *all[] = { &attempt->own[0], &attempt->own[1], &attempt->network }, *longest = NULL;

	*wait_ms = 0;
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		int64_t wait = blocked_for(&all[i]->row, WAIT_MOST_MS, now);

		if (wait > *wait_ms) {
			*wait_ms = wait;
			longest = all[i];
		}
	}
	return longest;
}

static nmk_status delay_charge(struct nmk_op *op, struct attempt *attempt)
{
	int64_t wait_ms;
	struct bucket *blocked = longest_wait(attempt, op->tx.now, &wait_ms);
	nmk_status rc = NMK_OK;

	if (attempt->own[0].row.count >= IN_A_ROW_MOST)
		return refuse(op, &attempt->own[0].row, REFUSED_CLOSED, 0, attempt->own[0].name);
	if (blocked)
		return refuse(op, &blocked->row, REFUSED_WAIT, wait_ms, blocked->name);
	for (int i = 0; rc == NMK_OK && i < attempt->own_count; i++) {
		row_charge(&attempt->own[i].row, op->tx.now);
		rc = bucket_put(op, &attempt->own[i]);
	}
	return rc == NMK_OK ? throttle_sweep(op) : rc;
}

/* Who logs in on a known device forgives the account too, but opens no path that was closed. */
static nmk_status forgive_account(struct nmk_op *op, const unsigned char *email_index)
{
	struct bucket account;
	nmk_status rc = get_account(op, email_index, true, &account);

	return rc == NMK_OK && account.row.count < IN_A_ROW_MOST ? throttle_row_remove(op, &account.row) : rc;
}

static nmk_status delay_give_back(struct nmk_op *op, const unsigned char *email_index, struct attempt *attempt, bool success)
{
	nmk_status rc = NMK_OK;

	for (int i = 0; rc == NMK_OK && i < attempt->own_count; i++) {
		struct bucket *bucket = &attempt->own[i];

		if (success) {
			rc = throttle_row_remove(op, &bucket->row);
			continue;
		}
		row_give_back(&bucket->row);
		rc = bucket_put(op, bucket);
	}
	return rc == NMK_OK && success && attempt->known_device ? forgive_account(op, email_index) : rc;
}

/* ---- the classic lock ---- */

static nmk_status get_lock(struct nmk_op *op, const unsigned char *email_index, bool is_account, struct bucket *bucket)
{
	return bucket_get(op, THROTTLE_CLASSIC_ACCOUNT, email_index, KEY_HASH_BYTES, "account", is_account ? -1 : STRANGER_KEPT_MS,
	                  bucket);
}

static nmk_status lock_put(struct nmk_op *op, struct bucket *bucket)
{
	struct throttle_row *row = &bucket->row;

	row->arrival = op->tx.now;
	row->expires_at = bucket->kept_ms < 0 ? THROTTLE_NEVER : op->tx.now + bucket->kept_ms;
	return row->count ? throttle_row_put(op, row) : throttle_row_remove(op, row);
}

static nmk_status lock_charge(struct nmk_op *op, const unsigned char *email_index, bool is_account)
{
	struct bucket lock;
	int64_t locked_ms;
	nmk_status rc = get_lock(op, email_index, is_account, &lock);

	if (rc != NMK_OK)
		return rc;
	locked_ms = blocked_for(&lock.row, LOCK_MS, op->tx.now);
	if (locked_ms)
		return refuse(op, &lock.row, REFUSED_LOCKED, locked_ms, lock.name);
	if (lock.row.blocked_until && is_account)
		tell_unlocked(op, "time");
	lock.row.count = lock.row.blocked_until ? 1 : lock.row.count + 1; /* a lock that has ended: from the beginning */
	lock.row.blocked_until = lock.row.count >= LOCKING_FAILURE ? op->tx.now + LOCK_MS : 0;
	lock.row.refused = false;
	rc = lock_put(op, &lock);
	return rc == NMK_OK ? throttle_sweep(op) : rc;
}

static nmk_status classic_charge(struct nmk_op *op, const unsigned char *email_index, bool is_account)
{
	char network[NETWORK_TEXT_SIZE];
	struct throttle_row head;
	int64_t wait_ms = 0;
	nmk_status rc = NMK_OK;

	if (client_network(op->session, false, network))
		rc = throttle_window(op, THROTTLE_CLASSIC_NETWORK, network, strlen(network), LOGINS_MOST, LOGINS_WINDOW_MS, &head, &wait_ms);
	if (rc == NMK_OK && wait_ms)
		return refuse(op, &head, REFUSED_WAIT, wait_ms < 1000 ? 1000 : wait_ms, "network");
	return rc == NMK_OK ? lock_charge(op, email_index, is_account) : rc;
}

static nmk_status classic_give_back(struct nmk_op *op, const unsigned char *email_index, bool success)
{
	struct bucket lock;
	nmk_status rc = get_lock(op, email_index, true, &lock);

	if (rc != NMK_OK)
		return rc;
	lock.row.count = success || !lock.row.count ? 0 : lock.row.count - 1;
	lock.row.blocked_until = 0;
	return lock_put(op, &lock);
}

/* ---- for the others ---- */

static bool is_classic(const struct nmk_op *op)
{
	return op->session->market->options.throttle_policy == NMK_THROTTLE_CLASSIC;
}

nmk_status throttle_charge(struct nmk_op *op, const unsigned char email_index[KEY_HASH_BYTES], int64_t user_id,
                           int64_t session_epoch)
{
	struct attempt attempt;
	nmk_status rc;

	if (is_classic(op))
		return classic_charge(op, email_index, user_id != 0);
	rc = attempt_get(op, email_index, user_id, session_epoch, &attempt);
	return rc == NMK_OK ? delay_charge(op, &attempt) : rc;
}

nmk_status throttle_give_back(struct nmk_op *op, const unsigned char email_index[KEY_HASH_BYTES], int64_t user_id,
                              int64_t session_epoch, bool success)
{
	struct attempt attempt;
	nmk_status rc;

	if (is_classic(op))
		return classic_give_back(op, email_index, success);
	rc = attempt_get(op, email_index, user_id, session_epoch, &attempt);
	return rc == NMK_OK ? delay_give_back(op, email_index, &attempt, success) : rc;
}

nmk_status throttle_failed(struct nmk_op *op, int64_t user_id, int64_t session_epoch)
{
	unsigned char device[KEY_HASH_BYTES];
	char network[NETWORK_TEXT_SIZE];
	struct bucket bucket;
	bool known = is_known(op, user_id, session_epoch, device);
	nmk_status rc;

	sodium_memzero(device, sizeof device);
	if (is_classic(op) || known || !client_network(op->session, false, network))
		return NMK_OK;
	rc = get_network(op, network, &bucket);
	if (rc != NMK_OK)
		return rc;
	row_charge(&bucket.row, op->tx.now);
	return bucket_put(op, &bucket);
}

nmk_status throttle_forget(struct nmk_op *op, const unsigned char email_index[KEY_HASH_BYTES])
{
	char network[NETWORK_TEXT_SIZE];
	struct bucket account, lock, pair;
	nmk_status rc = get_account(op, email_index, true, &account);

	if (rc == NMK_OK)
		rc = throttle_row_remove(op, &account.row);
	if (rc == NMK_OK)
		rc = get_lock(op, email_index, true, &lock);
	if (rc == NMK_OK)
		rc = throttle_row_remove(op, &lock.row);
	if (rc == NMK_OK && (account.row.count >= IN_A_ROW_MOST || blocked_for(&lock.row, LOCK_MS, op->tx.now)))
		tell_unlocked(op, "mail");
	if (rc == NMK_OK && client_network(op->session, false, network)) {
		rc = get_pair(op, email_index, network, &pair);
		if (rc == NMK_OK)
			rc = throttle_row_remove(op, &pair.row);
	}
	return rc;
}

nmk_status throttle_forget_user(struct nmk_op *op, int64_t user_id)
{
	unsigned char index[KEY_HASH_BYTES];
	struct stmt stmt;
	nmk_status rc = NMK_OK;
	bool found = false;

	stmt_init(&stmt, &op->tx, SQL_user_email_index);
	stmt_int(&stmt, "id", user_id);
	if (stmt_next(&stmt, &rc)) {
		size_t length;
		const void *bytes = stmt_column_blob(&stmt, 0, &length);

		found = bytes && length == KEY_HASH_BYTES;
		if (found)
			memcpy(index, bytes, KEY_HASH_BYTES);
		stmt_end(&stmt);
	}
	return rc == NMK_OK && found ? throttle_forget(op, index) : rc;
}
