/* search_rebuild.c -- the words of the index anew, while others work. */
#include "index.h"
#include "search.h"

/* The first step begins anew, whatever an earlier one left, and is the one that is recorded: a small store is done with it. */
static nmk_status step(nmk_session *session, bool first, int64_t *done, int64_t *total)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_search_rebuild);

	while (op_next(&op, &rc)) {
		if (first)
			rc = index_next_stop(&op);
		else
			op.action = NULL;
		if (rc == NMK_OK)
			rc = index_next_step(&op, done, total);
	}
	return rc;
}

static nmk_status stop(nmk_session *session)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_search_rebuild);

	while (op_next(&op, &rc)) {
		op.action = NULL;
		rc = index_next_stop(&op);
	}
	return rc == NMK_OK ? op_fail(&op, NMK_ECANCELLED, NULL, "was stopped") : rc;
}

nmk_status nmk_search_rebuild(nmk_session *session, nmk_progress progress, void *context)
{
	int64_t done = 0, total = 0;
	nmk_status rc = step(session, true, &done, &total);
	bool go_on = true;

	while (rc == NMK_OK && done < total && go_on) {
		if (progress)
			go_on = progress(context, done, total);
		rc = go_on ? step(session, false, &done, &total) : stop(session);
	}
	return rc;
}
