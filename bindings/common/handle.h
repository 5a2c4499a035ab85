/* handle.h -- what a script holds of a market or a session: closing is idempotent and safe while another thread is in a call,
 * and a session's calls come one after the other, whatever the number of threads.
 *
 * A box outlives its object. nmkb_close() only marks it; the object ends with the last call that uses it. Nothing waits with the
 * guard held, and nothing here calls back into the script. */
#ifndef NANOMARKET_BINDINGS_HANDLE_H
#define NANOMARKET_BINDINGS_HANDLE_H

#include <nanomarket.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Answers of the box, beside those of the library. */
enum { NMKB_CLOSED = -1001, NMKB_REENTERED = -1002, NMKB_IN_USE = -1003 };

/* What scripts hold, for tests that look for leaks: handles, values, boxes. */
static int nmkb_live;

static inline void nmkb_count(int by)
{
	__atomic_add_fetch(&nmkb_live, by, __ATOMIC_RELAXED);
}

typedef struct nmkb_box {
	pthread_mutex_t  guard;
	pthread_cond_t   is_free;
	void            *object;
	void           (*end)(void *object);
	void           (*cancel)(void *object); /* ends a wait inside; may be NULL */
	struct nmkb_box *parent;      /* lives as long as this one's object */
	void            *keep;        /* of a market: what its callbacks need, until no object is left that calls them */
	void           (*keep_free)(void *keep);
	pthread_t        owner;       /* whose call it is */
	bool             owned;       /* false while a call is on its way to another thread */
	unsigned         users;       /* calls that are under way */
	unsigned         references;  /* the script's, and its children's */
	unsigned         callers;     /* its object and its children's, until they have ended */
	bool             exclusive;   /* one call at a time */
	bool             closed;
} nmkb_box;

static void nmkb_market_end(void *market)
{
	nmk_market_close((nmk_market *)market);
}

static void nmkb_session_end(void *session)
{
	nmk_session_close((nmk_session *)session);
}

static void nmkb_session_cancel(void *session)
{
	nmk_chat_cancel_wait((nmk_session *)session);
}

static nmkb_box *nmkb_box_new(void *object, void (*end)(void *), bool exclusive, nmkb_box *parent)
{
	nmkb_box *box = (nmkb_box *)calloc(1, sizeof *box);

	if (box == NULL) {
		end(object);
		return NULL;
	}
	pthread_mutex_init(&box->guard, NULL);
	pthread_cond_init(&box->is_free, NULL);
	box->object = object;
	box->end = end;
	box->cancel = exclusive ? nmkb_session_cancel : NULL;
	box->exclusive = exclusive;
	box->references = 1;
	box->callers = 1;
	nmkb_count(1);
	box->parent = parent;
	if (parent != NULL) {
		pthread_mutex_lock(&parent->guard);
		parent->references++;
		parent->callers++;
		pthread_mutex_unlock(&parent->guard);
	}
	return box;
}

static void nmkb_box_release(nmkb_box *box)
{
	bool last;

	pthread_mutex_lock(&box->guard);
	last = --box->references == 0;
	pthread_mutex_unlock(&box->guard);
	if (!last)
		return;
	pthread_cond_destroy(&box->is_free);
	pthread_mutex_destroy(&box->guard);
	free(box);
	nmkb_count(-1);
}

/* An object has ended that could call back. What callbacks need goes with the last, not with the box: a script's clock often holds
 * the market itself. */
static void nmkb_box_ended(nmkb_box *box)
{
	void *keep = NULL;

	pthread_mutex_lock(&box->guard);
	if (--box->callers == 0) {
		keep = box->keep;
		box->keep = NULL;
	}
	pthread_mutex_unlock(&box->guard);
	if (keep != NULL)
		box->keep_free(keep);
}

/* With the guard held, which it gives back: end the object if it is closed and nobody is in it. */
static void nmkb_box_settle(nmkb_box *box)
{
	void     *object = NULL;
	nmkb_box *parent = NULL;

	if (box->closed && box->users == 0 && box->object != NULL) {
		object = box->object;
		parent = box->parent;
		box->object = NULL;
		box->parent = NULL;
	}
	pthread_mutex_unlock(&box->guard);
	if (object == NULL)
		return;
	box->end(object);
	nmkb_box_ended(box);
	if (parent != NULL) {
		nmkb_box_ended(parent);
		nmkb_box_release(parent);
	}
}

/* With the guard held, which keeps the object. */
static void nmkb_box_wake(nmkb_box *box)
{
	if (box->users > 0 && box->cancel != NULL)
		box->cancel(box->object);
}

/* The call that is inside, if it waits for something new, ends. */
static void nmkb_box_cancel(nmkb_box *box)
{
	pthread_mutex_lock(&box->guard);
	nmkb_box_wake(box);
	pthread_mutex_unlock(&box->guard);
}

static void nmkb_box_close(nmkb_box *box)
{
	pthread_mutex_lock(&box->guard);
	box->closed = true;
	nmkb_box_wake(box);
	pthread_cond_broadcast(&box->is_free);
	nmkb_box_settle(box);
}

static bool nmkb_box_is_closed(nmkb_box *box)
{
	bool closed;

	pthread_mutex_lock(&box->guard);
	closed = box->closed;
	pthread_mutex_unlock(&box->guard);
	return closed;
}

/* The script's handle is gone. */
static void nmkb_box_drop(nmkb_box *box)
{
	nmkb_box_close(box);
	nmkb_box_release(box);
}

/* Begin a call. 0, or why it cannot be. */
static int nmkb_box_enter(nmkb_box *box, bool wait)
{
	int answer = 0;

	pthread_mutex_lock(&box->guard);
	if (box->exclusive && box->users > 0 && box->owned && pthread_equal(box->owner, pthread_self()))
		answer = NMKB_REENTERED;
	else if (box->exclusive && box->users > 0 && !wait && !box->closed)
		answer = NMKB_IN_USE;
	while (answer == 0 && box->exclusive && box->users > 0 && !box->closed)
		pthread_cond_wait(&box->is_free, &box->guard);
	if (box->closed)
		answer = NMKB_CLOSED;
	if (answer == 0) {
		box->users++;
		box->owner = pthread_self();
		box->owned = true;
	}
	pthread_mutex_unlock(&box->guard);
	return answer;
}

/* The call that has begun goes on in another thread: here, and there. */
static inline void nmkb_box_hand_over(nmkb_box *box)
{
	pthread_mutex_lock(&box->guard);
	box->owned = false;
	pthread_mutex_unlock(&box->guard);
}

static inline void nmkb_box_take_over(nmkb_box *box)
{
	pthread_mutex_lock(&box->guard);
	box->owner = pthread_self();
	box->owned = true;
	pthread_mutex_unlock(&box->guard);
}

static void nmkb_box_leave(nmkb_box *box)
{
	pthread_mutex_lock(&box->guard);
	box->users--;
	pthread_cond_signal(&box->is_free);
	nmkb_box_settle(box);
}

/* The market that a new session is of. */
static nmkb_box *nmkb_market_of(nmkb_box *box)
{
	return box->exclusive ? box->parent : box;
}

/* ---- option structs: one table each, made from the header (derived.i) ---- */

typedef enum nmkb_kind {
	NMKB_TEXT, NMKB_BOOL, NMKB_INT32, NMKB_UINT32, NMKB_INT64, NMKB_SIZE, NMKB_ENUM, NMKB_TEXTS, NMKB_LIST, NMKB_STRUCT, NMKB_BYTES,
	NMKB_READER, NMKB_CLOCK, NMKB_ROOT_KEY
} nmkb_kind;

typedef struct nmkb_member {
	const char               *name;
	nmkb_kind                 kind;
	size_t                    offset;
	size_t                    extra;  /* where the count or the context lies */
	uint32_t                  bit;    /* in `set` */
	const struct nmkb_struct *inner;  /* what it points to */
} nmkb_member;

typedef struct nmkb_struct {
	const char        *name;
	const nmkb_member *members; /* ends with a nameless one */
	size_t             set;     /* where `set` lies; 0: there is none */
	size_t             size;
	uint32_t           version; /* of options: their first member */
} nmkb_struct;

/* What a call's option struct points to. */
typedef struct nmkb_key {
	unsigned char bytes[32];
} nmkb_key;

typedef struct nmkb_memory {
	const unsigned char *bytes;
	size_t               size;
	size_t               read;
} nmkb_memory;

/* volatile: a compiler must not leave it out. */
static void nmkb_wipe(void *memory, size_t size)
{
	volatile unsigned char *byte = (volatile unsigned char *)memory;

	while (size-- > 0)
		*byte++ = 0;
}

static nmk_status nmkb_give_key(void *context, unsigned char key[32])
{
	memcpy(key, ((const nmkb_key *)context)->bytes, 32);
	return NMK_OK;
}

static int64_t nmkb_read_memory(void *context, void *buffer, size_t size)
{
	nmkb_memory *memory = (nmkb_memory *)context;
	size_t       left = memory->size - memory->read;

	if (size > left)
		size = left;
	if (size > 0)
		memcpy(buffer, memory->bytes + memory->read, size);
	memory->read += size;
	return (int64_t)size;
}

/* The details of a failure: the session's, the call's own, or what the status means. */
static void nmkb_describe(nmk_error *error, nmk_status status, const nmk_session *session)
{
	const nmk_error *last = session != NULL ? nmk_session_error(session) : NULL;

	if (last != NULL && last->status == status) {
		*error = *last;
	} else if (error->status != status) {
		memset(error, 0, sizeof *error);
		error->status = status;
		strncpy(error->message, nmk_status_text(status, "en"), sizeof error->message - 1);
	}
}

#endif
