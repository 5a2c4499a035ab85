/* world.h -- a small market of named people, for tests that read as sentences. */
#ifndef NMK_TEST_WORLD_H
#define NMK_TEST_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <nanomarket.h>

struct world {
	char         folder[64];    /* a new one under TMPDIR; removed at the end     */
	char         path[96];      /* of the store                                   */
	int64_t      now;           /* the market's clock: stands still until moved   */
	nmk_market  *market;
	nmk_session *system, *guest;
	nmk_session *consumer, *creator, *stranger, *moderator, *moderator2, *admin, *suspended;
};

/* For cmocka_unit_test_setup_teardown(): *state is the world. */
int world_setup(void **state);
int world_teardown(void **state);

/* An account with that role, and a session for it. */
nmk_session *world_member(struct world *world, const char *username, nmk_role role);

/* A complete nano of the creator's, brought to that status the proper way. Free with nmk_nano_free(). */
nmk_nano *world_nano(struct world *world, nmk_session *creator, nmk_nano_state status);
nmk_nano *world_nano_titled(struct world *world, nmk_session *creator, nmk_nano_state status, const char *title);

void world_reopen(struct world *world);   /* close and open the store; all sessions are new */
void world_advance(struct world *world, int64_t milliseconds);

/* One number from the store's file, read by SQL through a connection of its own. */
int64_t world_sql(struct world *world, const char *sql);

/* The doctor finds nothing; with `repair` it looks for what only a repair sees, too. */
void world_assert_sound(struct world *world, bool repair);

/* Audit events that fit the condition; $person in it is the pseudonym of that member. */
int64_t world_events(struct world *world, const char *username, const char *where);

/* The personal part of the newest audit event of an action, as the host reads it; "" for none. Until the next call. */
const char *world_personal(struct world *world, const char *action);

/* Status with its name in the message of a failure, and the session's error with it. */
#define assert_status(expected, call) assert_status_at((expected), (call), #call, __FILE__, __LINE__)
void assert_status_at(nmk_status expected, nmk_status actual, const char *call, const char *file, int line);
#define assert_field(expected, session) assert_string_equal((expected), nmk_session_error(session)->field)

/* The folder of shared test data. Without it the test is skipped, loudly. */
const char *shared_file(const char *name);
#endif
