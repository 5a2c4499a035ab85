/* identity_test.h -- helpers of identity's tests. */
#ifndef NMK_IDENTITY_TEST_H
#define NMK_IDENTITY_TEST_H

#include "tamper.h"

#include <jansson.h>
#include <nanomarket/sys/outbox.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASSWORD "Ein langes Passwort 1!"

/* A registration that is in order. */
static inline nmk_registration registration(const char *email, const char *username)
{
	nmk_registration given = NMK_REGISTRATION_INIT;

	given.email = email;
	given.username = username;
	given.password = PASSWORD;
	given.accept_terms = true;
	given.accept_privacy = true;
	return given;
}

static inline void register_ok(struct world *w, const char *email, const char *username)
{
	nmk_registration given = registration(email, username);

	assert_status(NMK_OK, nmk_user_register(w->guest, &given, NULL));
}

/* An account with the password, verified from the start. */
static inline void add_with_password(struct world *w, const char *email, const char *username)
{
	nmk_registration given = registration(email, username);

	assert_status(NMK_OK, nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL));
}

/* The token in the mail that waits longest. */
static inline void take_token(struct world *w, char token[64])
{
	nmk_outbox_message *message;
	json_t *data;

	assert_status(NMK_OK, nmk_outbox_take(w->system, 3600000, &message));
	assert_non_null(message);
	data = json_loads(nmk_outbox_message_data(message), 0, NULL);
	assert_non_null(data);
	assert_non_null(json_string_value(json_object_get(data, "token")));
	snprintf(token, 64, "%s", json_string_value(json_object_get(data, "token")));
	json_decref(data);
	nmk_outbox_message_free(message);
}

static inline void user_id_of(struct world *w, const char *username, char id[64])
{
	nmk_user *user;

	assert_status(NMK_OK, nmk_user_find(w->system, username, &user));
	snprintf(id, 64, "%s", nmk_user_id(user));
	nmk_user_free(user);
}

/* Events of an action since the world began. */
static inline int64_t events(struct world *w, const char *action)
{
	char sql[160];

	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM audit_event WHERE action = '%s'", action);
	return world_sql(w, sql);
}

/* A market of its own with other options, in the world's folder. */
static inline nmk_market *other_market(struct world *w, nmk_market_options options, nmk_session **guest)
{
	nmk_market *market;
	char path[128];

	snprintf(path, sizeof path, "%s/other.db", w->folder);
	options.create = true;
	options.relaxed_durability = true;
	options.password_memory_kib = options.password_memory_kib ? options.password_memory_kib : 19456;
	assert_status(NMK_OK, nmk_market_open(path, &options, NULL, &market));
	assert_status(NMK_OK, nmk_session_open(market, guest));
	return market;
}

#define WORLD_TEST(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)
#endif
