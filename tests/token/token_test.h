/* token_test.h -- helpers of token's tests. */
#ifndef NMK_TOKEN_TEST_H
#define NMK_TOKEN_TEST_H

#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND   INT64_C(1000)
#define MINUTE   (60 * SECOND)
#define HOUR     (60 * MINUTE)
#define DAY      (24 * HOUR)
#define PASSWORD "Ein langes Passwort 1!"

static inline nmk_session *new_guest(struct world *w)
{
	nmk_session *session;

	assert_status(NMK_OK, nmk_session_open(w->market, &session));
	return session;
}

static inline nmk_tokens *issue(nmk_session *session)
{
	nmk_tokens *tokens;

	assert_status(NMK_OK, nmk_token_issue(session, &tokens));
	return tokens;
}

/* What a client keeps. */
struct pair {
	char login_id[64], access[2048], refresh[2048];
};

static inline void keep(struct pair *pair, nmk_tokens *tokens)
{
	snprintf(pair->login_id, sizeof pair->login_id, "%s", nmk_tokens_login_id(tokens));
	snprintf(pair->access, sizeof pair->access, "%s", nmk_tokens_access_token(tokens));
	snprintf(pair->refresh, sizeof pair->refresh, "%s", nmk_tokens_refresh_token(tokens));
	nmk_tokens_free(tokens);
}

static inline void issue_pair(nmk_session *session, struct pair *pair)
{
	keep(pair, issue(session));
}

/* A client asks for the next pair, over a session of its own. */
static inline nmk_status refresh_at(nmk_market *market, const char *refresh_token, struct pair *next)
{
	nmk_session *session;
	nmk_tokens *tokens;
	nmk_status rc;

	assert_int_equal(NMK_OK, nmk_session_open(market, &session));
	rc = nmk_token_refresh(session, refresh_token, &tokens);
	assert_true((rc == NMK_OK) == (tokens != NULL));
	assert_true((rc == NMK_OK) == (nmk_session_user_id(session) != NULL));
	if (rc == NMK_ELOGIN)
		assert_field("refresh_token", session);
	if (rc == NMK_OK)
		keep(next, tokens);
	nmk_session_close(session);
	return rc;
}

/* Is the access token good for a session? */
static inline nmk_status use_at(nmk_market *market, const char *access_token)
{
	nmk_session *session;
	nmk_status rc;

	assert_int_equal(NMK_OK, nmk_session_open(market, &session));
	rc = nmk_session_use_token(session, access_token);
	assert_true((rc == NMK_OK) == (nmk_session_user_id(session) != NULL));
	if (rc == NMK_ELOGIN)
		assert_field("access_token", session);
	nmk_session_close(session);
	return rc;
}

static inline int64_t count_events(struct world *w, const char *where)
{
	char sql[300];

	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM audit_event WHERE %s", where);
	return world_sql(w, sql);
}

/* Another market over the world's store, with other options and the world's clock. */
static inline int64_t the_world_clock(void *context)
{
	return ((struct world *)context)->now;
}

static inline nmk_market *market_with(struct world *w, nmk_market_options options)
{
	nmk_market *market;
	nmk_error error;

	options.clock = the_world_clock;
	options.clock_context = w;
	options.relaxed_durability = true;
	options.password_memory_kib = 19456;
	assert_status(NMK_OK, nmk_market_open(w->path, &options, &error, &market));
	return market;
}

static inline nmk_session *member_of(nmk_market *market, const char *username)
{
	nmk_session *system, *session;

	assert_status(NMK_OK, nmk_session_open_system(market, &system));
	assert_status(NMK_OK, nmk_session_act_as(system, username, &session));
	nmk_session_close(system);
	return session;
}

static inline void user_id_of(struct world *w, const char *username, char id[64])
{
	nmk_user *user;

	assert_status(NMK_OK, nmk_user_find(w->system, username, &user));
	snprintf(id, 64, "%s", nmk_user_id(user));
	nmk_user_free(user);
}

#define WORLD_TEST(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)
#endif
