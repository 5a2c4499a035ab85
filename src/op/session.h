/* session.h -- inside of market and session. Included by op/ and by identity/, which logs in. */
#ifndef NMK_SESSION_H
#define NMK_SESSION_H

#include <pthread.h>
#include <sys/types.h>
#include <nanomarket/market.h>
#include <nanomarket/session.h>
#include "keys.h"
#include "op.h"

/* Slots for hashing passwords: identity/hash_slots.c. */
struct hash_slots {
	pthread_mutex_t mutex;
	pthread_cond_t  free;
	int             busy, waiting;
	uint64_t        next_ticket, turn;   /* whose turn it is, in the order of arrival           */
};

#define REFUSAL_SLOTS 1024

struct nmk_market {
	struct store *store;
	struct key_ring *keys;
	struct search_words *search_words;
	struct hash_slots hashing;
	nmk_market_options options;  /* checked, zeros replaced by defaults, its texts are own copies */
	int references;              /* the host's and each session's; guarded by the store's mutex  */
	pid_t process;               /* a fork()ed child must open its own                           */
	uint32_t refusals[REFUSAL_SLOTS]; /* the minute of the last one that was recorded; store's mutex */
};

/* How a session came to be its member's. */
enum session_origin { ORIGIN_NONE, ORIGIN_PASSWORD, ORIGIN_HOST, ORIGIN_TOKEN };

/* Whose a session is, and on what grounds. */
struct session_grounds {
	enum session_origin origin;
	int64_t user_id;             /* 0 for a guest                                               */
	int64_t session_epoch;       /* of the account then: another one now has ended the session  */
	int64_t login_id;            /* of a token; 0 for none                                      */
	bool    second_factor;       /* it was shown                                                */
};

struct nmk_session {
	nmk_market     *market;
	enum actor_kind kind;
	struct id_value user_id;     /* of a member                                                 */
	struct session_grounds grounds;
	int64_t         used_at;     /* by the market's clock: when it last did something           */
	char           *address, *device, *known_device; /* nmk_session_set_client(); NULL          */
	struct change_wait wait;     /* guarded by the store                                        */
	enum language   language;
	int64_t         pseudonym_of; /* the account that `pseudonym` is of; 0: nobody's             */
	char            pseudonym[PSEUDONYM_SIZE];
	nmk_error       error;
};

nmk_status session_new(nmk_market *market, enum actor_kind kind, nmk_session **session);
void session_become_member(nmk_session *session, const struct session_grounds *grounds);
void session_become_guest(nmk_session *session);
void session_forget_client(nmk_session *session);            /* client.c */
#endif
