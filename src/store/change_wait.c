/* change_wait.c -- tell of changes after their commit, and wait for them: what is the same for every engine. */
#include "store_tx.h"

void tx_tell(struct tx *tx, int64_t topic)
{
	for (int i = 0; i < tx->topic_count; i++)
		if (tx->topics[i] == topic)
			return;
	if (tx->topic_count < TX_TOPICS)
		tx->topics[tx->topic_count++] = topic;
}

void changes_tell(const struct tx *tx)
{
	struct store *store = tx->store;

	if (tx->topic_count == 0)
		return;
	for (int i = 0; i < tx->topic_count; i++)
		store->engine->signal_change(store->changes, tx->topics[i]);
	store->engine->signal_change(store->changes, TOPIC_ALL);
	if (store->changed)
		store->changed(store->changed_context);
}

/* ---- waiting: topic, flags and list are guarded by the store's mutex, `seen` is the waiting thread's ---- */

void change_wait_begin(struct store *store, struct change_wait *wait, int64_t topic)
{
	pthread_mutex_lock(&store->mutex);
	wait->topic = topic;
	wait->waiting = true;
	wait->next = store->waits;
	store->waits = wait;
	pthread_mutex_unlock(&store->mutex);
}

/* The counter first: what comes after this look ends the pause that follows. A cancellation is used up by the wait that it ends. */
bool change_wait_look(struct store *store, struct change_wait *wait)
{
	bool goes_on;

	wait->seen = store->engine->changes_seen(store->changes, wait->topic);
	pthread_mutex_lock(&store->mutex);
	goes_on = !wait->cancelled && !store->waits_end;
	wait->cancelled = false;
	pthread_mutex_unlock(&store->mutex);
	return goes_on;
}

void change_wait_pause(struct store *store, struct change_wait *wait, int64_t milliseconds)
{
	store->engine->wait_for_change(store->changes, wait->topic, wait->seen,
	                               milliseconds < CHANGE_LOOK_MS ? (int)milliseconds : CHANGE_LOOK_MS);
}

void change_wait_end(struct store *store, struct change_wait *wait)
{
	struct change_wait **link = &store->waits;

	pthread_mutex_lock(&store->mutex);
	while (*link != wait)
		link = &(*link)->next;
	*link = wait->next;
	wait->waiting = false;
	pthread_mutex_unlock(&store->mutex);
}

void change_wait_cancel(struct store *store, struct change_wait *wait)
{
	pthread_mutex_lock(&store->mutex);
	wait->cancelled = true;
	if (wait->waiting)
		store->engine->signal_change(store->changes, wait->topic);
	pthread_mutex_unlock(&store->mutex);
}

void change_waits_end(struct store *store)
{
	pthread_mutex_lock(&store->mutex);
	store->waits_end = true;
	for (const struct change_wait *wait = store->waits; wait; wait = wait->next)
		store->engine->signal_change(store->changes, wait->topic);
	pthread_mutex_unlock(&store->mutex);
}
