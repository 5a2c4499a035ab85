/* fields_test.c -- struct, schema and JSON of every entity agree. An entity joins by a line in entities below. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include <sqlite3.h>

#include "audit_events.h"
#include "feedback.h"
#include "identity.h"
#include "messaging.h"
#include "packages.h"
#include "store_tx.h"
#include "tokens.h"
#include "totp.h"
#include "world.h"

struct row {
	const char *name;
	enum field_kind kind;
	unsigned flags;
	const char *const *words;
};

#define WORDS_TEXT(...)       NULL
#define WORDS_INT(...)        NULL
#define WORDS_BOOL(...)       NULL
#define WORDS_TIME(...)       NULL
#define WORDS_ID(...)         NULL
#define WORDS_WORD(type, list) list
#define NMK_FIELD(kind, name, flags, ...) { #name, FIELD_##kind, flags, WORDS_##kind(__VA_ARGS__) },

static const struct row user_rows[] = {
#include "user.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row consent_rows[] = {
#include "consent.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row outbox_rows[] = {
#include "outbox_message.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row prekey_state_rows[] = {
#include "prekey_state.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row profile_rows[] = {
#include "profile.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row second_factor_rows[] = {
#include "second_factor.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row login_rows[] = {
#include "login.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row signing_key_rows[] = {
#include "signing_key.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row category_rows[] = {
#include "category.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row nano_rows[] = {
#include "nano.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row audit_event_rows[] = {
#include "audit_event.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row version_rows[] = {
#include "version.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row rating_rows[] = {
#include "rating.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row comment_rows[] = {
#include "comment.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row comment_report_rows[] = {
#include "comment_report.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row chat_rows[] = {
#include "chat.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row message_rows[] = {
#include "message.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row reported_message_rows[] = {
#include "reported_message.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row saved_search_rows[] = {
#include "saved_search.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row past_search_rows[] = {
#include "past_search.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
static const struct row change_rows[] = {
#include "change.def"
	{ NULL, FIELD_TEXT, 0, NULL } };
#undef NMK_FIELD

/* A column that no field shows, and why; a field that is another table's column, and whose. */
struct note { const char *name, *reason; };

static const struct entity {
	const char *name, *table;
	const struct row *rows;
	struct note hidden[10], elsewhere[4];
	const char *more_json[2]; /* keys after the fields */
} entities[] = {
	{ "user", "user_account", user_rows,
	  { { "email_sealed", "email" }, { "email_index", "the address as it is found" }, { "username_key", "the name as it is compared" },
	    { "username_skeleton", "what the name looks like" }, { "password_sealed", "nobody reads it" },
	    { "password_epoch", "whose key seals it" }, { "password_short", "for the second factor" },
	    { "session_epoch", "ends sessions" }, { "updated_at", "for operators" } },
	  { { NULL, NULL } }, { NULL } },
	{ "consent", "consent", consent_rows, { { "user_id", "one sees one's own only" } }, { { NULL, NULL } }, { NULL } },
	{ "outbox_message", "outbox", outbox_rows,
	  { { "user_id", "whose key seals it" }, { "available_at", "the lease" }, { "recipient_sealed", "recipient" },
	    { "data_sealed", "data" } }, { { NULL, NULL } }, { NULL } },
	{ "second_factor", "second_factor", second_factor_rows,
	  { { "user_id", "one sees one's own only" }, { "secret_sealed", "nobody reads it" }, { "last_step", "nobody needs it" },
	    { "created_at", "for operators" } }, { { NULL, NULL } }, { NULL } },
	{ "login", "login", login_rows,
	  { { "user_id", "whose it is one has asked" }, { "device_sealed", "device" }, { "session_epoch", "ends sessions" },
	    { "generation", "of the refresh token" }, { "secret_hash", "of the refresh token" }, { "revoked_at", "then it is not shown" },
	    { "revoked_reason", "then it is not shown" } }, { { NULL, NULL } }, { NULL } },
	{ "signing_key", "signing_key", signing_key_rows,
	  { { "public_key", "in the key set" }, { "secret_sealed", "nobody reads it" }, { "secret_epoch", "whose key seals it" } },
	  { { NULL, NULL } }, { NULL } },
	{ "prekey_state", "prekey_identity", prekey_state_rows,
	  { { "user_id", "one sees one's own only" }, { "record", "identity" }, { "last_one_time", "so that none comes in twice" } },
	  { { NULL, NULL } }, { NULL } },
	{ "profile", "profile", profile_rows, { { "phone_sealed", "phone" } },
	  { { "username", "user_account" }, { "preferred_language", "user_account" } }, { NULL } },
	{ "category", "category", category_rows, { { "name_key", "the name as it is compared and sorted" } }, { { NULL, NULL } },
	  { NULL } },
	{ "nano", "nano", nano_rows, { { "title_key", "the title as it is sorted" } }, { { "creator", NULL } }, { "categories" } },
	{ "audit_event", "audit_event", audit_event_rows,
	  { { "key_id", "opens what is sealed" }, { "sealed", "personal" }, { "commitment", "to that key" }, { "leaf", "of the tree" } },
	  { { NULL, NULL } }, { NULL } },
	{ "version", "nano_version", version_rows,
	  { { "number_key", "the number as it is sorted" }, { "created_by", "for the record" } }, { { NULL, NULL } }, { NULL } },
	{ "rating", "rating", rating_rows, { { "creator_id", "in the nano" } }, { { NULL, NULL } }, { NULL } },
	{ "comment", "comment", comment_rows, { { "creator_id", "in the nano" }, { "edited_by", "for who may decide on it" } },
	  { { NULL, NULL } }, { NULL } },
	{ "saved_search", "saved_search", saved_search_rows,
	  { { "user_id", "one sees one's own only" }, { "content_sealed", "name, text and filters" } }, { { NULL, NULL } }, { NULL } },
	{ "past_search", "past_search", past_search_rows,
	  { { "user_id", "one sees one's own only" }, { "text_hash", "so that a text is there once" }, { "text_sealed", "text" } },
	  { { NULL, NULL } }, { NULL } },
	{ "comment_report", "comment_report", comment_report_rows, { { NULL, NULL } }, { { NULL, NULL } }, { NULL } },
	{ "chat", "chat", chat_rows, { { NULL, NULL } }, { { NULL, NULL } }, { NULL } },
	{ "reported_message", "chat_report", reported_message_rows, { { "comment_sealed", "comment" },
	    { "text_sealed", "text of its message" } }, { { NULL, NULL } }, { NULL } },
	{ "change", "chat_inbox", change_rows, { { "sent_times", "for the rate" }, { "refused", "for the rate" } }, { { NULL, NULL } },
	  { NULL } },
	{ "message", "chat_message", message_rows,
	  { { "content", "text" }, { "attachment_hash", "of ciphertext" }, { "attachment_sealed", "attachment_name" },
	    { "franking_tag", "proves reports" }, { "erased_at", "erased" } }, { { NULL, NULL } }, { NULL } },
};
#define ENTITY_COUNT (sizeof entities / sizeof entities[0])

/* Tables that are no entity, and why. Another table needs an entity or a line here. */
static const struct note other_tables[] = {
	{ "store_property", "of the store itself" }, { "store_node", "of the store itself" },
	{ "blob", "bytes by their hash" }, { "blob_chunk", "bytes by their hash" },
	{ "audit_log", "state of the log" }, { "audit_tile", "hashes of the log" }, { "audit_checkpoint", "signed notes" },
	{ "idempotency", "of op" }, { "user_key", "of the key ring" },
	{ "mail_proof", "hashes of tokens" }, { "recovery_code", "hashes of codes" },
	{ "throttle", "counted attempts" }, { "category_closure", "derived from the tree" },
	{ "nano_download", "who is a learner" }, { "comment_vote", "helpful_count and voted_helpful of a comment" },
	{ "one_time_prekey", "public keys, each handed out once" },
	{ "nano_category", "topics of a nano" }, { "search_source", "what the index has of a nano" },
	{ "query_text", "lines of the statistics" }, { "query_person", "hashes of persons" }, { "query_day", "counts of a day" },
	{ "vocabulary_page", "what words there are" }, { "vocabulary_recent", "the same, of the newest nanos" },
	{ "search_facts", "packed for the index" }, { "search_figures", "packed for the index" }, { "search_state", "of the index" },
	{ "search_lexicon", "packed for the index" },
	{ "chat_member", "a chat as each of the two has it" }, { "chat_change", "what waiting calls look at" }, { "member_block", "shown with a chat" },
};

static const struct note *note_of(const struct note *notes, size_t count, const char *name)
{
	for (size_t i = 0; i < count && notes[i].name; i++)
		if (strcmp(notes[i].name, name) == 0)
			return &notes[i];
	return NULL;
}

static const struct row *row_of(const struct entity *entity, const char *name)
{
	for (const struct row *row = entity->rows; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

static struct world *world;
static sqlite3 *db;

static int schema_setup(void **state)
{
	world_setup(state);
	world = *state;
	return sqlite3_open_v2(world->path, &db, SQLITE_OPEN_READONLY, NULL);
}

static int schema_teardown(void **state)
{
	sqlite3_close(db);
	*state = world;
	return world_teardown(state);
}

/* What the schema says of a column. */
struct column { char type[16]; bool required, found; };

static struct column column_of(const char *table, const char *name)
{
	struct column column = { "", false, false };
	sqlite3_stmt *statement;

	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT type, \"notnull\" OR pk FROM pragma_table_info(?1) WHERE name = ?2",
		-1, &statement, NULL));
	sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, name, -1, SQLITE_STATIC);
	if (sqlite3_step(statement) == SQLITE_ROW) {
		snprintf(column.type, sizeof column.type, "%s", (const char *)sqlite3_column_text(statement, 0));
		column.required = sqlite3_column_int(statement, 1) != 0;
		column.found = true;
	}
	sqlite3_finalize(statement);
	return column;
}

static const char *type_of(enum field_kind kind)
{
	switch (kind) {
	case FIELD_TEXT:
	case FIELD_WORD: return "TEXT";
	case FIELD_INT:
	case FIELD_BOOL:
	case FIELD_TIME:
	case FIELD_ID:   return "INTEGER";
	}
	return "";
}

static void test_field__is_a_column_of_its_type(void **state)
{
	int count = 0;

	(void)state;
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (const struct row *row = entities[i].rows; row->name; row++) {
			const struct note *elsewhere = note_of(entities[i].elsewhere, 4, row->name);
			const char *table = elsewhere ? elsewhere->reason : entities[i].table;
			struct column column;

			count++;
			if (row->flags & FIELD_COMPUTED)
				continue;
			assert_non_null(table);
			column = column_of(table, row->name);
			if (!column.found)
				fail_msg("%s.%s is no column of %s", entities[i].name, row->name, table);
			if (strcmp(column.type, type_of(row->kind)) != 0)
				fail_msg("%s.%s is %s in the schema", entities[i].name, row->name, column.type);
			if (column.required == ((row->flags & FIELD_NULLABLE) != 0) && !elsewhere
			    && strcmp(row->name, "updated_at") != 0)
				fail_msg("%s.%s %s NULL in the schema, the field says otherwise", entities[i].name, row->name,
				         column.required ? "may not be" : "may be");
		}
	print_message("%zu entities, %d fields\n", ENTITY_COUNT, count);
}

static void test_column__is_a_field_or_hidden_for_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		sqlite3_stmt *statement;

		assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT name FROM pragma_table_info(?1)", -1, &statement, NULL));
		sqlite3_bind_text(statement, 1, entities[i].table, -1, SQLITE_STATIC);
		while (sqlite3_step(statement) == SQLITE_ROW) {
			const char *name = (const char *)sqlite3_column_text(statement, 0);

			if (!row_of(&entities[i], name) == !note_of(entities[i].hidden, 10, name))
				fail_msg("%s.%s must be a field or hidden for a reason", entities[i].table, name);
		}
		sqlite3_finalize(statement);
	}
}

static void test_table__is_an_entity_or_another_thing_for_a_reason(void **state)
{
	sqlite3_stmt *statement;

	(void)state;
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
		"'search_document%' AND name NOT LIKE 'sqlite_%'", -1, &statement, NULL));
	while (sqlite3_step(statement) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(statement, 0);
		bool known = note_of(other_tables, sizeof other_tables / sizeof other_tables[0], name) != NULL;

		for (size_t i = 0; i < ENTITY_COUNT; i++)
			known = known || strcmp(entities[i].table, name) == 0;
		if (!known)
			fail_msg("table %s is no entity and has no reason", name);
	}
	sqlite3_finalize(statement);
}

/* CHECK (column IN ('a', 'b')) has the words of the list, in its order. */
static void check_words(const char *sql, const char *table, const struct row *row)
{
	char start[96], expected[512] = "";
	const char *found;

	for (int i = 1; row->words[i]; i++)
		snprintf(expected + strlen(expected), sizeof expected - strlen(expected), "%s'%s'", i > 1 ? ", " : "", row->words[i]);
	snprintf(start, sizeof start, "CHECK (%s IN (", row->name);
	found = strstr(sql, start);
	if (!found)
		fail_msg("%s.%s has no check of its words", table, row->name);
	if (strncmp(found + strlen(start), expected, strlen(expected)) != 0 || found[strlen(start) + strlen(expected)] != ')')
		fail_msg("%s.%s: the schema has other words than (%s)", table, row->name, expected);
}

static void test_word__schema_and_code_know_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		sqlite3_stmt *statement;

		assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT sql FROM sqlite_schema WHERE name = ?1", -1, &statement, NULL));
		sqlite3_bind_text(statement, 1, entities[i].table, -1, SQLITE_STATIC);
		assert_int_equal(SQLITE_ROW, sqlite3_step(statement));
		for (const struct row *row = entities[i].rows; row->name; row++)
			if (row->kind == FIELD_WORD && !(row->flags & FIELD_COMPUTED))
				check_words((const char *)sqlite3_column_text(statement, 0), entities[i].table, row);
		sqlite3_finalize(statement);
	}
}

static void test_field__flags_make_sense(void **state)
{
	(void)state;
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (const struct row *row = entities[i].rows; row->name; row++) {
			assert_false((row->flags & FIELD_NULLABLE) && (row->flags & FIELD_REQUIRED));
			assert_true(row_of(&entities[i], row->name) == row); /* not twice */
			assert_true(!strstr(row->name, "password") || strcmp(row->name, "password_change_required") == 0);
			assert_null(strstr(row->name, "_hash"));
		}
}

/* ---- JSON ---- */

static const struct entity *entity_named(const char *name)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (strcmp(entities[i].name, name) == 0)
			return &entities[i];
	fail_msg("no entity %s", name);
	return NULL;
}

/* The keys are the fields' names, in their order, without the secret ones. */
static void check_json(const char *name, char *text)
{
	const struct entity *entity = entity_named(name);
	const struct row *row = entity->rows;
	const char *const *more = entity->more_json;
	json_t *json, *value;
	const char *key;

	assert_non_null(text);
	json = json_loads(text, 0, NULL);
	assert_true(json_is_object(json));
	json_object_foreach(json, key, value) {
		while (row->name && (row->flags & FIELD_SECRET))
			row++;
		if (row->name) {
			if (strcmp(row->name, key) != 0)
				fail_msg("JSON of %s has '%s' where '%s' belongs", name, key, row->name);
			row++;
		} else {
			if (!*more || strcmp(*more, key) != 0)
				fail_msg("JSON of %s has '%s', which is no field", name, key);
			more++;
		}
	}
	while (row->name && (row->flags & FIELD_SECRET))
		row++;
	if (row->name)
		fail_msg("JSON of %s lacks '%s'", name, row->name);
	assert_null(strstr(text, "password_hash"));
	assert_null(strstr(text, "_sealed"));
	json_decref(json);
	nmk_free(text);
}

static void check_version_json(void)
{
	nmk_version *version = calloc(1, sizeof *version);

	assert_non_null(version);
	check_json("version", nmk_version_json(version));
	nmk_version_free(version);
}

static void check_feedback_json(void)
{
	nmk_nano *nano = world_nano(world, world->creator, NMK_NANO_PUBLISHED);
	nmk_rating *rating;
	nmk_comment *comment;
	nmk_comment_report *report;

	assert_status(NMK_OK, nmk_rating_create(world->consumer, nmk_nano_id(nano), 4, NULL, &rating));
	check_json("rating", nmk_rating_json(rating));
	nmk_rating_free(rating);
	assert_status(NMK_OK, nmk_comment_create(world->consumer, nmk_nano_id(nano), "Gut.", NULL, &comment));
	check_json("comment", nmk_comment_json(comment));
	assert_status(NMK_OK, nmk_comment_approve(world->moderator, nmk_comment_id(comment), 0));
	assert_status(NMK_OK, nmk_comment_report_create(world->stranger, nmk_comment_id(comment), NMK_REPORT_SPAM, NULL, NULL, &report));
	check_json("comment_report", nmk_comment_report_json(report));
	nmk_comment_report_free(report);
	nmk_comment_free(comment);
	nmk_nano_free(nano);
}

static void check_prekey_json(void)
{
	nmk_e2e_identity *identity;
	nmk_prekey_state *state;

	assert_int_equal(NMK_OK, nmk_e2e_identity_create(world->now, &identity));
	assert_status(NMK_OK, nmk_prekey_publish(world->creator, nmk_e2e_identity_signed_prekey(identity), NMK_E2E_SIGNED_PREKEY_BYTES, NULL, 0,
	                                         &state));
	check_json("prekey_state", nmk_prekey_state_json(state));
	nmk_prekey_state_free(state);
	nmk_e2e_identity_free(identity);
}

static void check_chat_json(void)
{
	nmk_nano *nano = world_nano(world, world->creator, NMK_NANO_PUBLISHED);
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	nmk_reported_message_page *reports;
	nmk_change_page *changes;
	nmk_message *message;
	nmk_chat *chat;

	assert_status(NMK_OK, nmk_chat_open(world->consumer, nmk_nano_id(nano), &chat, NULL));
	fields.text = "Hallo?";
	assert_status(NMK_OK, nmk_chat_send(world->consumer, nmk_chat_id(chat), &fields, &message));
	check_json("chat", nmk_chat_json(chat));
	check_json("message", nmk_message_json(message));
	assert_status(NMK_OK, nmk_chat_report(world->creator, nmk_chat_id(chat), 1, NMK_REPORT_SPAM, "Schon wieder."));
	assert_status(NMK_OK, nmk_chat_reports(world->moderator, NMK_CHAT_REPORT_OPEN, NULL, 1, &reports));
	check_json("reported_message", nmk_reported_message_json(nmk_reported_message_page_item(reports, 0)));
	nmk_reported_message_page_free(reports);
	assert_status(NMK_OK, nmk_changes_wait(world->system, 0, 0, &changes));
	check_json("change", nmk_change_json(nmk_change_page_item(changes, 0)));
	nmk_change_page_free(changes);
	nmk_message_free(message);
	nmk_chat_free(chat);
	nmk_nano_free(nano);
}

static void test_json__has_the_fields_in_their_order(void **state)
{
	nmk_user *user;
	nmk_profile *profile;
	nmk_category *category;
	nmk_consent_page *consents;
	nmk_outbox_message *message;
	nmk_second_factor *factor;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_nano *nano = world_nano(world, world->creator, NMK_NANO_DRAFT);

	(void)state;
	check_json("nano", nmk_nano_json(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_user_find(world->system, "carl", &user));
	check_json("user", nmk_user_json(user));
	nmk_user_free(user);
	assert_status(NMK_OK, nmk_profile_get(world->creator, NULL, &profile));
	check_json("profile", nmk_profile_json(profile));
	nmk_profile_free(profile);
	assert_status(NMK_OK, nmk_category_create(world->system, "Recht", NULL, NULL, NULL, &category));
	check_json("category", nmk_category_json(category));
	nmk_category_free(category);
	assert_status(NMK_OK, nmk_consent_record(world->creator, NMK_CONSENT_MARKETING, false, NULL, NULL));
	assert_status(NMK_OK, nmk_consent_list(world->creator, NULL, 0, &consents));
	check_json("consent", nmk_consent_json(nmk_consent_page_item(consents, 0)));
	nmk_consent_page_free(consents);
	registration.email = "nora@example.org";
	registration.username = "nora";
	registration.password = "acht Boote auf dem See";
	registration.accept_terms = registration.accept_privacy = true;
	assert_status(NMK_OK, nmk_user_register(world->guest, &registration, NULL));
	assert_status(NMK_OK, nmk_outbox_take(world->system, 1000, &message));
	check_json("outbox_message", nmk_outbox_message_json(message));
	nmk_outbox_message_free(message);
	assert_status(NMK_OK, nmk_second_factor_get(world->creator, &factor));
	check_json("second_factor", nmk_second_factor_json(factor));
	nmk_second_factor_free(factor);
	check_version_json();
	check_feedback_json();
	check_chat_json();
	check_prekey_json();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_field__is_a_column_of_its_type),
		cmocka_unit_test(test_column__is_a_field_or_hidden_for_a_reason),
		cmocka_unit_test(test_table__is_an_entity_or_another_thing_for_a_reason),
		cmocka_unit_test(test_word__schema_and_code_know_the_same),
		cmocka_unit_test(test_field__flags_make_sense),
		cmocka_unit_test(test_json__has_the_fields_in_their_order),
	};

	return cmocka_run_group_tests_name("store/fields", tests, schema_setup, schema_teardown);
}
