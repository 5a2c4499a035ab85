/* password_import_test.c -- accounts that come with the hash of another system, as their members see it. */
#include "identity_test.h"

#include "store_bytes.h"

#define EMAIL "ida@example.org"
#define NAME  "ida"

/* One of each system, of the password "password". */
static const char *const hashes[] = {
	"$2b$04$abcdefghijklmnopqrstuughE8Ev8uGFaUgY2cNEySvxngrb/Jzdm",
	"sha256+$2b$04$abcdefghijklmnopqrstuuavYyybW8SwBYgHrVfEOHIljvgCGgHr2",
	"pbkdf2_sha256$1000$EllQB75NHp8S$HO6Yps0RsQJm0xwY3yIgf7ospnkUAtPMBpEINToYot8=",
	("$pbkdf2-sha512$1000$OUcoRQghxPhfa.3de.8dgw$"
	 "yDD2HQRSBIHCTXSfwTcjyK/918uJU0HI28l6gwV4mxtkdrLfj5rrlhhQYBkVRA0vLm37Gdh0TnkAVFpFvXWS9Q"),
	"pbkdf2:sha256:10000$saltsalt$f00b02e07ff5e3b94594410c0a72f524cce210859a486bd72c1ee333830825a3",
	"AQAAAAEAACcQAAAAEDAxMjM0NTY3ODlhYmNkZWbRh1PpwNxfmqINqDLSJ74WszZE3xXwwLRu4qsOuP5oBQ==",
	"$argon2id$v=19$m=128,t=2,p=4$c2FsdHNhbHRzYWx0c2FsdA$j35fLd4ynBM6njqULpyWLyPL+wxqhRX/n8/TxDd1Ty8",
};

static nmk_status import(struct world *w, const char *email, const char *username, const char *hash)
{
	nmk_registration given = registration(email, username);

	given.password = NULL;
	given.password_hash = hash;
	return nmk_user_add(w->system, &given, NMK_ROLE_CREATOR, NULL);
}

static int64_t sealed_rows_like(struct world *w, const char *sealed)
{
	char sql[2000];

	snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM user_account WHERE hex(password_sealed) = '%s'", sealed);
	return world_sql(w, sql);
}

static void sealed_of(struct world *w, const char *username, char sealed[1400])
{
	char sql[100];
	sqlite3_stmt *statement;
	sqlite3 *db;

	snprintf(sql, sizeof sql, "SELECT hex(password_sealed) FROM user_account WHERE username = '%s'", username);
	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READONLY, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &statement, NULL));
	assert_int_equal(SQLITE_ROW, sqlite3_step(statement));
	snprintf(sealed, 1400, "%s", (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

static void test_import__the_old_password_logs_in_and_is_hashed_anew(void **state)
{
	struct world *w = *state;
	char email[64], username[16], sealed[1400], again[1400];

	for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
		snprintf(username, sizeof username, "ida%zu", i % 100);
		snprintf(email, sizeof email, "%s@example.org", username);
		assert_status(NMK_OK, import(w, email, username, hashes[i]));
		sealed_of(w, username, sealed);
		assert_status(NMK_ELOGIN, nmk_session_login(w->guest, email, "passwort"));
		assert_int_equal(1, sealed_rows_like(w, sealed));
		assert_status(NMK_OK, nmk_session_login(w->guest, email, "password"));
		assert_int_equal(0, sealed_rows_like(w, sealed));
		assert_status(NMK_OK, nmk_session_logout(w->guest));
		sealed_of(w, username, again);
		assert_status(NMK_OK, nmk_session_login(w->guest, email, "password"));
		assert_int_equal(1, sealed_rows_like(w, again));
		assert_status(NMK_ELOGIN, nmk_session_login(w->guest, email, "passwort"));
		assert_status(NMK_OK, nmk_session_logout(w->guest));
	}
}

static void test_import__an_unknown_hash_is_refused(void **state)
{
	struct world *w = *state;

	assert_status(NMK_EINVALID, import(w, EMAIL, NAME, "$1$salt$qJH7.N4xYta3aEG/dfqo/0"));
	assert_field("password_hash", w->system);
	assert_status(NMK_EINVALID, import(w, EMAIL, NAME, "$2b$17$cVWp4XaNU8a4v1uMRum2SO026BWLIoQMD/TXg5uZV.0P.uO8m3YEm"));
	assert_status(NMK_EINVALID, import(w, EMAIL, NAME, "password"));
	assert_status(NMK_OK, import(w, EMAIL, NAME, hashes[0]));
}

static void test_import__no_hash_stands_in_the_store(void **state)
{
	struct world *w = *state;

	assert_status(NMK_OK, import(w, EMAIL, NAME, hashes[0]));
	assert_false(store_has(w, hashes[0] + 7));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_import__the_old_password_logs_in_and_is_hashed_anew),
		WORLD_TEST(test_import__an_unknown_hash_is_refused),
		WORLD_TEST(test_import__no_hash_stands_in_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
