/* session.h -- inside of market and session. Included by op/ and by identity/, which logs in. */
#ifndef NMK_SESSION_H
#define NMK_SESSION_H

#include <sys/types.h>
#include <nanomarket/market.h>
#include <nanomarket/session.h>
#include "op.h"

struct nmk_market {
	struct store *store;
	nmk_market_options options;  /* checked, zeros replaced by defaults, no borrowed pointers    */
	int references;              /* the host's and each session's; guarded by the store's mutex  */
	pid_t process;               /* a fork()ed child must open its own                           */
};

struct nmk_session {
	nmk_market     *market;
	enum actor_kind kind;
	struct id_value user_id;     /* of a member                */
	enum language   language;
	nmk_error       error;
};

nmk_status session_new(nmk_market *market, enum actor_kind kind, int64_t user_id, nmk_session **session);
void session_become(nmk_session *session, enum actor_kind kind, int64_t user_id);
#endif
