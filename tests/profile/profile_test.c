#include "world.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_TEST(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)

static void id_of(struct world *w, const char *username, char id[64])
{
	nmk_user *user;

	assert_status(NMK_OK, nmk_user_find(w->system, username, &user));
	snprintf(id, 64, "%s", nmk_user_id(user));
	nmk_user_free(user);
}

static void tamper(struct world *w, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	sqlite3_close(db);
}

static nmk_profile_changes everything(void)
{
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;

	changes.set = 127;
	changes.first_name = "Carl";
	changes.last_name = "Cranach";
	changes.bio = "Malt.\nAuch Lerneinheiten.";
	changes.company = "VHS Weimar";
	changes.job_title = "Dozent";
	changes.phone = "+49 3643 1234";
	changes.preferred_language = "en";
	return changes;
}

static void assert_text(const char *expected, const char *text)
{
	if (expected)
		assert_string_equal(expected, text);
	else
		assert_null(text);
}

static void assert_profile(const nmk_profile *profile, const nmk_profile_changes *expected)
{
	assert_text(expected->first_name, nmk_profile_first_name(profile));
	assert_text(expected->last_name, nmk_profile_last_name(profile));
	assert_text(expected->bio, nmk_profile_bio(profile));
	assert_text(expected->company, nmk_profile_company(profile));
	assert_text(expected->job_title, nmk_profile_job_title(profile));
	assert_text(expected->phone, nmk_profile_phone(profile));
	assert_text(expected->preferred_language, nmk_profile_preferred_language(profile));
}

static int64_t updates(struct world *w)
{
	return world_sql(w, "SELECT COUNT(*) FROM audit_event WHERE action = 'user_updated'");
}

static void test_profile_get__everybody_has_one(void **state)
{
	struct world *w = *state;
	nmk_profile *profile;
	char id[64];

	id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_profile_get(w->creator, NULL, &profile));
	assert_string_equal(id, nmk_profile_user_id(profile));
	assert_string_equal("carl", nmk_profile_username(profile));
	assert_string_equal("de", nmk_profile_preferred_language(profile));
	assert_null(nmk_profile_bio(profile));
	assert_int_equal(0, nmk_profile_updated_at(profile));
	nmk_profile_free(profile);
	nmk_profile_free(NULL);
}

static void test_profile_get__has_what_was_told_at_the_registration(void **state)
{
	struct world *w = *state;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_profile *profile;
	nmk_user *user;

	registration.email = "rosa@example.org";
	registration.username = "rosa";
	registration.first_name = "Rosa";
	registration.bio = "Liest viel.";
	assert_status(NMK_OK, nmk_user_add(w->system, &registration, NMK_ROLE_CREATOR, &user));
	assert_status(NMK_OK, nmk_profile_get(w->system, nmk_user_id(user), &profile));
	assert_string_equal("Rosa", nmk_profile_first_name(profile));
	assert_null(nmk_profile_last_name(profile));
	assert_string_equal("Liest viel.", nmk_profile_bio(profile));
	assert_int_equal(w->now, nmk_profile_updated_at(profile));
	nmk_profile_free(profile);
	nmk_user_free(user);
}

static void assert_sees_everything(nmk_session *session, const char *id)
{
	nmk_profile_changes expected = everything();
	nmk_profile *profile;

	assert_status(NMK_OK, nmk_profile_get(session, id, &profile));
	assert_profile(profile, &expected);
	nmk_profile_free(profile);
}

static void assert_sees_the_public_part(nmk_session *session, const char *id)
{
	nmk_profile_changes expected = everything();
	nmk_profile *profile;

	expected.first_name = expected.last_name = expected.phone = expected.preferred_language = NULL;
	assert_status(NMK_OK, nmk_profile_get(session, id, &profile));
	assert_profile(profile, &expected);
	assert_int_equal(0, nmk_profile_updated_at(profile));
	nmk_profile_free(profile);
}

static void test_profile_get__strangers_see_the_public_part(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = everything();
	char id[64];

	id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, NULL));
	assert_sees_the_public_part(w->guest, id);
	assert_sees_the_public_part(w->consumer, id);
	assert_sees_the_public_part(w->stranger, id);
	assert_sees_the_public_part(w->moderator, id);
	assert_sees_the_public_part(w->suspended, id);
	assert_sees_everything(w->creator, id);
	assert_sees_everything(w->creator, NULL);
	assert_sees_everything(w->admin, id);
	assert_sees_everything(w->system, id);
}

static void test_profile_get__ones_own_needs_a_member(void **state)
{
	struct world *w = *state;
	nmk_profile *profile = (nmk_profile *)w;

	assert_status(NMK_ELOGIN, nmk_profile_get(w->guest, NULL, &profile));
	assert_null(profile);
	assert_status(NMK_EDENIED, nmk_profile_get(w->suspended, NULL, &profile));
	assert_status(NMK_EINVALID, nmk_profile_get(w->system, NULL, &profile));
	assert_field("user_id", w->system);
	assert_status(NMK_EINVALID, nmk_profile_get(w->creator, NULL, NULL));
	assert_field("profile", w->creator);
	assert_int_equal(NMK_EINVALID, nmk_profile_get(NULL, NULL, &profile));
}

static void test_profile_get__a_suspended_member_sees_the_public_part(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = everything();
	nmk_user *user;

	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, NULL));
	assert_status(NMK_OK, nmk_user_find(w->system, "carl", &user));
	assert_status(NMK_OK, nmk_user_suspend(w->admin, nmk_user_id(user), "Spam", 0));
	assert_sees_the_public_part(w->creator, nmk_user_id(user));
	assert_status(NMK_EDENIED, nmk_profile_update(w->creator, &changes, NULL));
	nmk_user_free(user);
}

static void test_profile_get__nobodys_is_not_found(void **state)
{
	struct world *w = *state;
	nmk_profile *profile;
	char id[64];

	assert_status(NMK_ENOTFOUND, nmk_profile_get(w->guest, "x", &profile));
	assert_null(profile);
	id_of(w, "stefan", id);
	tamper(w, "UPDATE user_account SET status = 'deleted' WHERE username = 'stefan'");
	assert_status(NMK_ENOTFOUND, nmk_profile_get(w->guest, id, &profile));
	assert_status(NMK_ENOTFOUND, nmk_profile_get(w->admin, id, &profile));
}

static void test_profile_update__changes_what_is_set_and_nothing_else(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = everything(), expected = everything();
	nmk_profile *profile;

	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, &profile));
	assert_profile(profile, &expected);
	assert_int_equal(w->now, nmk_profile_updated_at(profile));
	nmk_profile_free(profile);
	world_advance(w, 1000);
	changes.set = NMK_PROFILE_COMPANY;
	changes.company = "VHS Jena";
	changes.bio = "not set, not looked at \xff";
	expected.company = "VHS Jena";
	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, &profile));
	assert_profile(profile, &expected);
	assert_int_equal(w->now, nmk_profile_updated_at(profile));
	nmk_profile_free(profile);
	assert_status(NMK_OK, nmk_profile_get(w->creator, NULL, &profile));
	assert_profile(profile, &expected);
	nmk_profile_free(profile);
}

static void test_profile_update__null_clears(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = everything(), expected = NMK_PROFILE_CHANGES_INIT;
	nmk_profile *profile;

	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, NULL));
	expected.set = 63;
	assert_status(NMK_OK, nmk_profile_update(w->creator, &expected, &profile));
	expected.preferred_language = "en";
	assert_profile(profile, &expected);
	nmk_profile_free(profile);
}

static void test_profile_update__each_field_alone(void **state)
{
	struct world *w = *state;
	nmk_profile_changes expected = NMK_PROFILE_CHANGES_INIT;
	const size_t offsets[] = { offsetof(nmk_profile_changes, first_name), offsetof(nmk_profile_changes, last_name),
	                           offsetof(nmk_profile_changes, bio), offsetof(nmk_profile_changes, company),
	                           offsetof(nmk_profile_changes, job_title), offsetof(nmk_profile_changes, phone),
	                           offsetof(nmk_profile_changes, preferred_language) };

	expected.preferred_language = "de";
	for (unsigned i = 0; i < 7; i++) {
		nmk_profile_changes changes = everything();
		nmk_profile *profile;

		changes.set = 1u << i;
		*(const char **)((char *)&expected + offsets[i]) = *(const char **)((char *)&changes + offsets[i]);
		assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, &profile));
		assert_profile(profile, &expected);
		nmk_profile_free(profile);
	}
}

static void test_profile_update__nothing_set_is_a_success_that_records_nothing(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
	nmk_profile *profile;

	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, &profile));
	assert_string_equal("carl", nmk_profile_username(profile));
	assert_int_equal(0, updates(w));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM profile"));
	nmk_profile_free(profile);
}

static void test_profile_update__is_audited_with_the_names_of_the_fields(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = everything();

	changes.set = NMK_PROFILE_BIO | NMK_PROFILE_PHONE;
	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, NULL));
	assert_int_equal(1, world_events(w, "carl", "action = 'user_updated' AND object = $person AND actor = object"
	                                 " AND details = '{\"fields\":\"bio,phone\"}'"));
}

static void test_profile_update__the_language_is_the_accounts(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
	nmk_user *user;

	changes.set = NMK_PROFILE_PREFERRED_LANGUAGE;
	changes.preferred_language = "fr";
	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, NULL));
	assert_status(NMK_OK, nmk_user_find(w->creator, "carl", &user));
	assert_string_equal("fr", nmk_user_preferred_language(user));
	nmk_user_free(user);
	changes.preferred_language = NULL;
	assert_status(NMK_EINVALID, nmk_profile_update(w->creator, &changes, NULL));
	assert_field("preferred_language", w->creator);
	changes.preferred_language = "f";
	assert_status(NMK_EINVALID, nmk_profile_update(w->creator, &changes, NULL));
	assert_field("preferred_language", w->creator);
	changes.preferred_language = "french";
	assert_status(NMK_EINVALID, nmk_profile_update(w->creator, &changes, NULL));
}

static void check_length(struct world *w, unsigned bit, size_t offset, const char *field, size_t maximum)
{
	char text[1100];

	for (size_t length = maximum - 1; length <= maximum + 1; length++) {
		nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;

		text[0] = '\0';
		for (size_t i = 0; i < length; i++)
			strcat(text, "\u00fc");
		changes.set = bit;
		*(const char **)((char *)&changes + offset) = text;
		if (length <= maximum)
			assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, NULL));
		else {
			assert_status(NMK_EINVALID, nmk_profile_update(w->creator, &changes, NULL));
			assert_field(field, w->creator);
		}
	}
}

static void test_profile_update__texts_have_lengths(void **state)
{
	struct world *w = *state;

	check_length(w, NMK_PROFILE_FIRST_NAME, offsetof(nmk_profile_changes, first_name), "first_name", 100);
	check_length(w, NMK_PROFILE_LAST_NAME, offsetof(nmk_profile_changes, last_name), "last_name", 100);
	check_length(w, NMK_PROFILE_BIO, offsetof(nmk_profile_changes, bio), "bio", 500);
	check_length(w, NMK_PROFILE_COMPANY, offsetof(nmk_profile_changes, company), "company", 255);
	check_length(w, NMK_PROFILE_JOB_TITLE, offsetof(nmk_profile_changes, job_title), "job_title", 100);
	check_length(w, NMK_PROFILE_PHONE, offsetof(nmk_profile_changes, phone), "phone", 20);
}

static void test_profile_update__one_bad_field_changes_nothing(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = everything();
	nmk_profile *profile = (nmk_profile *)w;

	changes.phone = "\xff";
	assert_status(NMK_EINVALID, nmk_profile_update(w->creator, &changes, &profile));
	assert_field("phone", w->creator);
	assert_null(profile);
	changes.phone = NULL;
	changes.first_name = "two\nlines";
	assert_status(NMK_EINVALID, nmk_profile_update(w->creator, &changes, NULL));
	assert_field("first_name", w->creator);
	assert_int_equal(0, updates(w));
	assert_int_equal(0, world_sql(w, "SELECT COUNT(*) FROM profile"));
}

static void test_profile_update__is_for_active_members(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = everything();

	assert_status(NMK_ELOGIN, nmk_profile_update(w->guest, &changes, NULL));
	assert_status(NMK_EDENIED, nmk_profile_update(w->suspended, &changes, NULL));
	assert_status(NMK_EDENIED, nmk_profile_update(w->system, &changes, NULL));
	assert_status(NMK_OK, nmk_profile_update(w->consumer, &changes, NULL));
}

static void test_profile_update__needs_sound_arguments(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = everything();

	assert_status(NMK_EINVALID, nmk_profile_update(w->creator, NULL, NULL));
	assert_field("changes", w->creator);
	changes.version = 0;
	assert_status(NMK_EINVALID, nmk_profile_update(w->creator, &changes, NULL));
	assert_field("version", w->creator);
	changes.version = NMK_PROFILE_CHANGES_VERSION + 1;
	assert_status(NMK_EINVALID, nmk_profile_update(w->creator, &changes, NULL));
	changes = everything();
	changes.set = 128;
	assert_status(NMK_EINVALID, nmk_profile_update(w->creator, &changes, NULL));
	assert_field("set", w->creator);
	assert_int_equal(NMK_EINVALID, nmk_profile_update(NULL, &changes, NULL));
	memset(&changes, 0xff, sizeof changes);
	nmk_profile_changes_init(&changes);
	assert_int_equal(NMK_PROFILE_CHANGES_VERSION, changes.version);
	assert_int_equal(0, changes.set);
}

static void test_profile_json__has_what_may_be_seen(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = everything();
	nmk_profile *profile;
	char id[64], *text;
	json_t *json;

	id_of(w, "carl", id);
	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, NULL));
	assert_status(NMK_OK, nmk_profile_get(w->guest, id, &profile));
	text = nmk_profile_json(profile);
	json = json_loads(text, 0, NULL);
	assert_string_equal("VHS Weimar", json_string_value(json_object_get(json, "company")));
	assert_true(json_is_null(json_object_get(json, "phone")));
	json_decref(json);
	nmk_free(text);
	nmk_profile_free(profile);
}

/* Stored byte for byte, or refused with the field named. */
static void test_profile_update__naughty_strings(void **state)
{
	static const struct { unsigned bit; size_t offset; const char *name; const char *(*get)(const nmk_profile *); } fields[] = {
		{ NMK_PROFILE_FIRST_NAME, offsetof(nmk_profile_changes, first_name), "first_name", nmk_profile_first_name },
		{ NMK_PROFILE_LAST_NAME, offsetof(nmk_profile_changes, last_name), "last_name", nmk_profile_last_name },
		{ NMK_PROFILE_BIO, offsetof(nmk_profile_changes, bio), "bio", nmk_profile_bio },
		{ NMK_PROFILE_COMPANY, offsetof(nmk_profile_changes, company), "company", nmk_profile_company },
		{ NMK_PROFILE_JOB_TITLE, offsetof(nmk_profile_changes, job_title), "job_title", nmk_profile_job_title },
		{ NMK_PROFILE_PHONE, offsetof(nmk_profile_changes, phone), "phone", nmk_profile_phone },
	};
	struct world *w = *state;
	json_t *list = json_load_file(shared_file("data/security/blns/blns.json"), JSON_ALLOW_NUL, NULL), *item;
	size_t index, stored = 0, refused = 0;

	assert_true(json_array_size(list) > 500);
	json_array_foreach(list, index, item) {
		for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
			nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
			nmk_profile *profile;
			nmk_status rc;

			changes.set = fields[i].bit;
			*(const char **)((char *)&changes + fields[i].offset) = json_string_value(item);
			rc = nmk_profile_update(w->creator, &changes, NULL);
			if (rc == NMK_EINVALID) {
				assert_field(fields[i].name, w->creator);
				refused++;
				continue;
			}
			assert_status(NMK_OK, rc);
			assert_status(NMK_OK, nmk_profile_get(w->creator, NULL, &profile));
			assert_string_equal(json_string_value(item), fields[i].get(profile));
			nmk_profile_free(profile);
			stored++;
		}
	}
	json_decref(list);
	assert_true(stored > 1500);
	assert_true(refused > 100);
}

/* ---- the phone is sealed ---- */

static void assert_phone(nmk_session *session, const char *user_id, const char *phone)
{
	nmk_profile *profile;

	assert_status(NMK_OK, nmk_profile_get(session, user_id, &profile));
	assert_text(phone, nmk_profile_phone(profile));
	nmk_profile_free(profile);
}

static void set_phone(nmk_session *session, const char *phone)
{
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;

	changes.set = NMK_PROFILE_PHONE;
	changes.phone = phone;
	assert_status(NMK_OK, nmk_profile_update(session, &changes, NULL));
}

#define OF_CARL "(SELECT id FROM user_account WHERE username = 'carl')"

static void test_profile_phone__is_sealed_in_the_store(void **state)
{
	struct world *w = *state;
	char id[64];

	snprintf(id, sizeof id, "%s", nmk_session_user_id(w->creator));
	set_phone(w->creator, "+49 3643 1234");
	assert_int_equal(1, world_sql(w, "SELECT length(phone_sealed) > 40 AND instr(phone_sealed, CAST('3643' AS BLOB)) = 0 FROM profile "
	                                 "WHERE user_id = " OF_CARL));
	assert_phone(w->creator, NULL, "+49 3643 1234");
	assert_phone(w->admin, id, "+49 3643 1234");
	assert_phone(w->system, id, "+49 3643 1234");
	assert_phone(w->moderator, id, NULL);
	assert_phone(w->guest, id, NULL);
	world_reopen(w);
	assert_phone(w->creator, NULL, "+49 3643 1234");
}

static void test_profile_phone__stays_while_something_else_changes(void **state)
{
	struct world *w = *state;
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
	nmk_profile *profile;

	set_phone(w->creator, "+49 3643 1234");
	changes.set = NMK_PROFILE_BIO | NMK_PROFILE_PREFERRED_LANGUAGE;
	changes.bio = "Tabellen";
	changes.preferred_language = "de";
	assert_status(NMK_OK, nmk_profile_update(w->creator, &changes, &profile));
	assert_text("+49 3643 1234", nmk_profile_phone(profile));
	nmk_profile_free(profile);
	assert_phone(w->creator, NULL, "+49 3643 1234");
}

static void test_profile_phone__can_be_cleared_and_can_be_empty(void **state)
{
	struct world *w = *state;

	set_phone(w->creator, "");
	assert_phone(w->creator, NULL, "");
	set_phone(w->creator, NULL);
	assert_int_equal(1, world_sql(w, "SELECT phone_sealed IS NULL FROM profile WHERE user_id = " OF_CARL));
	assert_phone(w->creator, NULL, NULL);
}

/* Whoever moves a sealed phone to another account has nothing. */
static void test_profile_phone__opens_for_its_own_account_only(void **state)
{
	struct world *w = *state;
	nmk_profile *profile;

	set_phone(w->creator, "+49 3643 1234");
	set_phone(w->stranger, "+49 3643 5678");
	tamper(w, "UPDATE profile SET phone_sealed = (SELECT phone_sealed FROM profile WHERE user_id = " OF_CARL ") WHERE user_id <> "
	          OF_CARL);
	assert_status(NMK_ECORRUPT, nmk_profile_get(w->stranger, NULL, &profile));
	assert_null(profile);
	assert_field("profile.phone_sealed", w->stranger);
	assert_phone(w->guest, nmk_session_user_id(w->stranger), NULL); /* who may not see it opens nothing */
	set_phone(w->stranger, "+49 3643 9999");                        /* and it can be told anew */
	assert_phone(w->stranger, NULL, "+49 3643 9999");
	tamper(w, "DELETE FROM user_key WHERE user_id = " OF_CARL);
	assert_status(NMK_ECORRUPT, nmk_profile_get(w->creator, NULL, &profile));
	assert_field("phone", w->creator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_profile_get__everybody_has_one),
		WORLD_TEST(test_profile_get__has_what_was_told_at_the_registration),
		WORLD_TEST(test_profile_get__strangers_see_the_public_part),
		WORLD_TEST(test_profile_get__ones_own_needs_a_member),
		WORLD_TEST(test_profile_get__a_suspended_member_sees_the_public_part),
		WORLD_TEST(test_profile_get__nobodys_is_not_found),
		WORLD_TEST(test_profile_update__changes_what_is_set_and_nothing_else),
		WORLD_TEST(test_profile_update__null_clears),
		WORLD_TEST(test_profile_update__each_field_alone),
		WORLD_TEST(test_profile_update__nothing_set_is_a_success_that_records_nothing),
		WORLD_TEST(test_profile_update__is_audited_with_the_names_of_the_fields),
		WORLD_TEST(test_profile_update__the_language_is_the_accounts),
		WORLD_TEST(test_profile_update__texts_have_lengths),
		WORLD_TEST(test_profile_update__one_bad_field_changes_nothing),
		WORLD_TEST(test_profile_update__is_for_active_members),
		WORLD_TEST(test_profile_update__needs_sound_arguments),
		WORLD_TEST(test_profile_json__has_what_may_be_seen),
		WORLD_TEST(test_profile_update__naughty_strings),
		WORLD_TEST(test_profile_phone__is_sealed_in_the_store),
		WORLD_TEST(test_profile_phone__stays_while_something_else_changes),
		WORLD_TEST(test_profile_phone__can_be_cleared_and_can_be_empty),
		WORLD_TEST(test_profile_phone__opens_for_its_own_account_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
