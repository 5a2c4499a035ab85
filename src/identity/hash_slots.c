/* hash_slots.c -- passwords are hashed outside of transactions, and so many at a time as the machine can bear. */
#include "account.h"

#include "session.h"

#define RETRY_MS 1000

/* A place in the queue, in the order of arrival. False: it is full. */
static bool slot_take(struct hash_slots *slots, int jobs, int queue)
{
	uint64_t ticket;

	pthread_mutex_lock(&slots->mutex);
	if ((slots->busy >= jobs || slots->waiting > 0) && slots->waiting >= queue) {
		pthread_mutex_unlock(&slots->mutex);
		return false;
	}
	ticket = slots->next_ticket++;
	slots->waiting++;
	while (ticket != slots->turn || slots->busy >= jobs)
		pthread_cond_wait(&slots->free, &slots->mutex);
	slots->waiting--;
	slots->turn++;
	slots->busy++;
	pthread_cond_broadcast(&slots->free);
	pthread_mutex_unlock(&slots->mutex);
	return true;
}

static void slot_give(struct hash_slots *slots)
{
	pthread_mutex_lock(&slots->mutex);
	slots->busy--;
	pthread_cond_broadcast(&slots->free);
	pthread_mutex_unlock(&slots->mutex);
}

static nmk_status slot_enter(struct nmk_op *op)
{
	nmk_market *market = op->session->market;

	if (slot_take(&market->hashing, market->options.password_jobs, market->options.password_queue))
		return NMK_OK;
	return op_fail_later(op, NMK_EBUSY, RETRY_MS, NULL, "too many passwords are being checked: please try again");
}

struct phc_cost account_hash_cost(const nmk_session *session)
{
	const nmk_market_options *options = &session->market->options;

	return (struct phc_cost){ options->password_memory_kib, options->password_passes };
}

nmk_status account_hash_password(struct nmk_op *op, const char *prepared, char hash[PASSWORD_TEXT_SIZE])
{
	nmk_status rc = slot_enter(op);

	if (rc != NMK_OK)
		return rc;
	rc = password_hash(prepared, account_hash_cost(op->session), hash);
	slot_give(&op->session->market->hashing);
	return rc == NMK_OK ? NMK_OK : tx_no_memory(&op->tx);
}

/* What is no hash of a kind that is known is wrong, after the work of one of ours. */
static nmk_status verify(const char *password, const char *hash, struct phc_cost cost, bool *right)
{
	nmk_status rc = hash[0] ? password_verify(password, hash, right) : NMK_EINVALID;

	return rc == NMK_EINVALID ? password_waste(password, cost) : rc;
}

nmk_status account_verify_password(struct nmk_op *op, const char *password, const char *hash, bool *right)
{
	nmk_status rc = slot_enter(op);

	*right = false;
	if (rc != NMK_OK)
		return rc;
	rc = verify(password, hash, account_hash_cost(op->session), right);
	slot_give(&op->session->market->hashing);
	return rc == NMK_OK ? NMK_OK : tx_no_memory(&op->tx);
}
