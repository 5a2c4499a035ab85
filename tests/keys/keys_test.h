/* keys_test.h -- what the tests of keys share: markets with other root keys, files, and a look inside. */
#ifndef NMK_KEYS_TEST_H
#define NMK_KEYS_TEST_H

#include "world.h"

#include <fcntl.h>
#include <nanomarket/sys/keys.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "session.h"
#include "store_tx.h"

#define DAY INT64_C(86400000)

#define OPTIONS(...) ((nmk_market_options){ .version = NMK_MARKET_OPTIONS_VERSION, __VA_ARGS__ })
#define DEFAULTS     ((nmk_market_options)NMK_MARKET_OPTIONS_INIT)

struct path { char text[512]; };

static inline struct path beside(const char *path, const char *ending)
{
	struct path result;

	snprintf(result.text, sizeof result.text, "%.300s%.100s", path, ending);
	return result;
}

static inline struct path in_folder(struct world *w, const char *name)
{
	struct path result;

	snprintf(result.text, sizeof result.text, "%.100s/%.100s", w->folder, name);
	return result;
}

static inline bool is_there(const char *path)
{
	struct stat info;

	return lstat(path, &info) == 0;
}

static inline void write_bytes(const char *path, const void *bytes, size_t length, mode_t mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(length, write(fd, bytes, length));
	assert_int_equal(0, fchmod(fd, mode));
	close(fd);
}

static inline size_t read_bytes(const char *path, char *bytes, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t length;

	assert_true(fd >= 0);
	length = read(fd, bytes, size);
	assert_true(length >= 0 && (size_t)length < size);
	bytes[length] = '\0';
	close(fd);
	return (size_t)length;
}

static inline void copy_file(const char *from, const char *to)
{
	static char bytes[4000000];
	size_t length = read_bytes(from, bytes, sizeof bytes);

	write_bytes(to, bytes, length, 0600);
}

static inline int64_t world_time(void *context)
{
	return ((struct world *)context)->now;
}

/* The world's store opened once more, as another process would. */
static inline nmk_status open_again(struct world *w, const nmk_market_options *given, nmk_error *error, nmk_market **market)
{
	nmk_market_options options = *given;

	options.clock = world_time;
	options.clock_context = w;
	options.relaxed_durability = true;
	options.password_memory_kib = 19456;
	return nmk_market_open(w->path, &options, error, market);
}

static inline nmk_status try_open(struct world *w, nmk_market_options options, nmk_error *error)
{
	nmk_market *market;
	nmk_status rc = open_again(w, &options, error, &market);

	if (rc == NMK_OK)
		nmk_market_close(market);
	return rc;
}

/* What op/ would fill in. */
static inline struct tx look_into(nmk_session *session)
{
	memset(&session->error, 0, sizeof session->error);
	return (struct tx){ .store = session->market->store, .keys = session->market->keys, .what = "test",
	                    .error = &session->error, .now = store_now(session->market->store) };
}

static inline nmk_keys_state *state_of(nmk_session *session)
{
	nmk_keys_state *state;

	assert_status(NMK_OK, nmk_keys_get_state(session, &state));
	return state;
}

static inline int64_t epoch_of(nmk_session *session)
{
	nmk_keys_state *state = state_of(session);
	int64_t epoch = nmk_keys_state_epoch(state);

	nmk_keys_state_free(state);
	return epoch;
}

static inline int64_t kept_by(nmk_session *session)
{
	nmk_keys_state *state = state_of(session);
	int64_t kept = nmk_keys_state_epochs_kept(state);

	nmk_keys_state_free(state);
	return kept;
}

static inline int64_t waiting_for(nmk_session *session)
{
	nmk_keys_state *state = state_of(session);
	int64_t waiting = nmk_keys_state_waiting(state);

	nmk_keys_state_free(state);
	return waiting;
}

/* Findings of the doctor about keys, the first of them in `message`. */
static inline size_t key_findings(nmk_session *session, char message[400])
{
	nmk_check_report *report;
	size_t count = 0;

	message[0] = '\0';
	assert_status(NMK_OK, nmk_market_check(session, false, NULL, NULL, &report));
	for (size_t i = 0; i < nmk_check_report_count(report); i++) {
		if (strcmp(nmk_check_report_check(report, i), "keys") != 0)
			continue;
		if (count++ == 0)
			snprintf(message, 400, "%s", nmk_check_report_message(report, i));
	}
	nmk_check_report_free(report);
	return count;
}

static inline void assert_keys_sound(nmk_session *session)
{
	char message[400];

	if (key_findings(session, message) > 0)
		fail_msg("%s", message);
}

/* The member's address and phone as an administrator sees them. */
static inline void assert_email(nmk_session *session, const char *username, const char *email)
{
	nmk_user *user;

	assert_status(NMK_OK, nmk_user_find(session, username, &user));
	assert_string_equal(email, nmk_user_email(user));
	nmk_user_free(user);
}

static inline void set_phone(nmk_session *session, const char *phone)
{
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;

	changes.set = NMK_PROFILE_PHONE;
	changes.phone = phone;
	assert_status(NMK_OK, nmk_profile_update(session, &changes, NULL));
}

static inline void assert_phone(nmk_session *session, const char *phone)
{
	nmk_profile *profile;

	assert_status(NMK_OK, nmk_profile_get(session, NULL, &profile));
	if (phone)
		assert_string_equal(phone, nmk_profile_phone(profile));
	else
		assert_null(nmk_profile_phone(profile));
	nmk_profile_free(profile);
}

/* An account with a password. */
#define PASSWORD "fuenf Zwerge im Garten"
static inline nmk_status add_with_password(nmk_session *system, const char *username)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	char email[64];

	snprintf(email, sizeof email, "%s@example.org", username);
	registration.email = email;
	registration.username = username;
	registration.password = PASSWORD;
	return nmk_user_add(system, &registration, NMK_ROLE_CREATOR, NULL);
}

/* A secret of a signing key, as that component would write it. */
static inline void add_signing_key(nmk_session *system, int64_t id)
{
	struct tx tx = look_into(system);
	struct secret_key key;
	struct buffer sealed = { 0 };
	int64_t epoch;
	char sql[1200], hex[800];
	sqlite3 *db;

	assert_status(NMK_OK, epoch_key_now(&tx, &epoch, &key));
	seal(&key, "signing_key.secret_sealed", id, "32 bytes that nobody may ever see", 32, &sealed);
	sodium_bin2hex(hex, sizeof hex, (const unsigned char *)sealed.data, sealed.length);
	snprintf(sql, sizeof sql, "INSERT INTO signing_key (id, key_id, status, public_key, secret_sealed, secret_epoch, created_at) "
	         "VALUES (%lld, 'k%lld', 'retired', x'00', x'%s', %lld, 1)", (long long)id, (long long)id, hex, (long long)epoch);
	assert_int_equal(SQLITE_OK, sqlite3_open(tx.store->path, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	sqlite3_close(db);
	key_wipe(&key);
	buffer_free(&sealed);
}

static inline void run_sql(const char *path, const char *sql)
{
	char *message = NULL;
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open(path, &db));
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s: %s", sql, message);
	sqlite3_close(db);
}
#endif
