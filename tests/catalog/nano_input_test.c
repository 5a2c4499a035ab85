/* nano_input_test.c -- creating and describing nanos: requirements 3, 5.8. */
#include "catalog_test.h"

#include <jansson.h>

#include "catalog.h"

static struct id made(struct world *w, const nmk_nano_fields *fields)
{
	nmk_nano *nano;
	struct id id;

	assert_status(NMK_OK, nmk_nano_create(w->creator, fields, &nano));
	snprintf(id.text, sizeof id.text, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	return id;
}

static nmk_nano_fields titled(const char *title)
{
	nmk_nano_fields fields;

	nmk_nano_fields_init(&fields);
	fields.title = title;
	return fields;
}

static nmk_status create_fails(struct world *w, const nmk_nano_fields *fields, const char *field)
{
	nmk_nano *nano = (nmk_nano *)w;
	nmk_status rc = nmk_nano_create(w->creator, fields, &nano);

	assert_null(nano);
	assert_field(field, w->creator);
	return rc;
}

/* ---- create ---- */

static void test_nano_create__starts_as_a_draft_with_defaults(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled("Knoten");
	nmk_nano *nano;

	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, &nano));
	assert_string_equal("Knoten", nmk_nano_title(nano));
	assert_null(nmk_nano_description(nano));
	assert_int_equal(0, nmk_nano_duration_minutes(nano));
	assert_int_equal(NMK_LEVEL_BEGINNER, nmk_nano_competency_level(nano));
	assert_string_equal("de", nmk_nano_language(nano));
	assert_int_equal(NMK_FORMAT_MIXED, nmk_nano_format(nano));
	assert_int_equal(NMK_LICENSE_PROPRIETARY, nmk_nano_license(nano));
	assert_int_equal(NMK_NANO_DRAFT, nmk_nano_status(nano));
	assert_null(nmk_nano_version(nano));
	assert_string_equal("carl", nmk_nano_creator(nano));
	assert_string_equal(nmk_session_user_id(w->creator), nmk_nano_creator_id(nano));
	assert_int_equal(w->now, nmk_nano_created_at(nano));
	assert_int_equal(w->now, nmk_nano_updated_at(nano));
	assert_int_equal(0, nmk_nano_published_at(nano));
	assert_int_equal(0, nmk_nano_submitted_at(nano));
	assert_int_equal(0, nmk_nano_archived_at(nano));
	assert_int_equal(0, nmk_nano_download_count(nano));
	assert_int_equal(0, nmk_nano_category_count(nano));
	assert_null(nmk_nano_category_id(nano, 0));
	assert_null(nmk_nano_category_name(nano, 0));
	nmk_nano_free(nano);
	nmk_nano_free(NULL);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'data_created'"
	                                 " AND object_type = 'nano' AND actor_kind = 'member'"));
}

static void test_nano_create__keeps_all_that_it_is_given(void **state)
{
	struct world *w = *state;
	struct id first = category(w, "Büro", NULL), second = category(w, "Recht", NULL);
	const char *ids[] = { second.text, first.text, second.text };
	nmk_nano_fields fields = titled("Verträge \xf0\x9f\x93\x9d");
	nmk_nano *nano;

	fields.description = "Zeile 1\nZeile 2\t";
	fields.duration_minutes = 1440;
	fields.competency_level = NMK_LEVEL_ADVANCED;
	fields.language = "EN";
	fields.format = NMK_FORMAT_QUIZ;
	fields.license = NMK_LICENSE_CC0;
	fields.category_ids = ids;
	fields.category_count = 3;
	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, &nano));
	assert_string_equal(fields.title, nmk_nano_title(nano));
	assert_string_equal(fields.description, nmk_nano_description(nano));
	assert_int_equal(1440, nmk_nano_duration_minutes(nano));
	assert_int_equal(NMK_LEVEL_ADVANCED, nmk_nano_competency_level(nano));
	assert_string_equal("en", nmk_nano_language(nano));
	assert_int_equal(NMK_FORMAT_QUIZ, nmk_nano_format(nano));
	assert_int_equal(NMK_LICENSE_CC0, nmk_nano_license(nano));
	assert_int_equal(2, nmk_nano_category_count(nano));
	assert_string_equal(second.text, nmk_nano_category_id(nano, 0));
	assert_string_equal("Recht", nmk_nano_category_name(nano, 0));
	assert_string_equal("Büro", nmk_nano_category_name(nano, 1));
	nmk_nano_free(nano);
}

static void test_nano_json__has_all_fields_and_categories(void **state)
{
	struct world *w = *state;
	struct id topic = category(w, "Büro", NULL);
	const char *ids[] = { topic.text };
	nmk_nano_fields fields = titled("Ablage");
	char *text;
	json_t *json;
	nmk_nano *nano;

	fields.category_ids = ids;
	fields.category_count = 1;
	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, &nano));
	text = nmk_nano_json(nano);
	json = json_loads(text, 0, NULL);
	assert_non_null(json);
	for (const struct field *field = nano_fields; field->name; field++)
		assert_non_null(json_object_get(json, field->name));
	assert_string_equal(nmk_nano_id(nano), json_string_value(json_object_get(json, "id")));
	assert_string_equal("carl", json_string_value(json_object_get(json, "creator")));
	assert_string_equal("draft", json_string_value(json_object_get(json, "status")));
	assert_true(json_is_null(json_object_get(json, "description")));
	assert_true(json_is_null(json_object_get(json, "duration_minutes")));
	json_t *categories = json_object_get(json, "categories");
	assert_int_equal(1, json_array_size(categories));
	assert_string_equal(topic.text, json_string_value(json_object_get(json_array_get(categories, 0), "id")));
	assert_string_equal("Büro", json_string_value(json_object_get(json_array_get(categories, 0), "name")));
	json_decref(json);
	nmk_free(text);
	nmk_nano_free(nano);
}

static void test_nano_create__title_has_1_to_200_characters_and_is_not_blank(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled(NULL);

	assert_status(NMK_EINVALID, create_fails(w, &fields, "title"));
	fields.title = "";
	assert_status(NMK_EINVALID, create_fails(w, &fields, "title"));
	fields.title = "   \xc2\xa0";
	assert_status(NMK_EINVALID, create_fails(w, &fields, "title"));
	fields.title = "zwei\nZeilen";
	assert_status(NMK_EINVALID, create_fails(w, &fields, "title"));
	fields.title = "kaputt\xff";
	assert_status(NMK_EINVALID, create_fails(w, &fields, "title"));
	fields.title = umlauts(201);
	assert_status(NMK_EINVALID, create_fails(w, &fields, "title"));
	fields.title = umlauts(200);
	made(w, &fields);
	fields.title = "R";
	made(w, &fields);
}

static void test_nano_create__description_has_at_most_2000_characters(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled("Text");

	fields.description = umlauts(2001);
	assert_status(NMK_EINVALID, create_fails(w, &fields, "description"));
	fields.description = "\xc0\x80";
	assert_status(NMK_EINVALID, create_fails(w, &fields, "description"));
	fields.description = umlauts(2000);
	made(w, &fields);
	fields.description = "";
	made(w, &fields);
}

static void test_nano_create__duration_is_1_to_1440_minutes(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled("Dauer");

	fields.duration_minutes = -1;
	assert_status(NMK_EINVALID, create_fails(w, &fields, "duration_minutes"));
	fields.duration_minutes = 1441;
	assert_status(NMK_EINVALID, create_fails(w, &fields, "duration_minutes"));
	fields.duration_minutes = 1440;
	made(w, &fields);
	fields.duration_minutes = 1;
	made(w, &fields);
}

static void test_nano_create__language_is_two_letters(void **state)
{
	static const char *const bad[] = { "", "d", "deu", "d1", "1d", "\xc3\xa4", "de ", "d\xc3" };
	struct world *w = *state;
	nmk_nano_fields fields = titled("Sprache");

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		fields.language = bad[i];
		assert_status(NMK_EINVALID, create_fails(w, &fields, "language"));
	}
}

static void test_nano_create__words_must_be_of_the_list(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled("Wörter");

	fields.competency_level = (nmk_competency_level)4;
	assert_status(NMK_EINVALID, create_fails(w, &fields, "competency_level"));
	fields.competency_level = (nmk_competency_level)3;
	fields.format = (nmk_format)6;
	assert_status(NMK_EINVALID, create_fails(w, &fields, "format"));
	fields.format = (nmk_format)5;
	fields.license = (nmk_license)5;
	assert_status(NMK_EINVALID, create_fails(w, &fields, "license"));
	fields.license = (nmk_license)4;
	made(w, &fields);
}

static void test_nano_create__takes_at_most_5_categories(void **state)
{
	struct world *w = *state;
	struct id topics[6];
	const char *ids[6];
	nmk_nano_fields fields = titled("Themen");

	for (int i = 0; i < 6; i++) {
		char name[16];

		snprintf(name, sizeof name, "Thema %d", i);
		topics[i] = category(w, name, NULL);
		ids[i] = topics[i].text;
	}
	fields.category_ids = ids;
	fields.category_count = 6;
	assert_status(NMK_ELIMIT, create_fails(w, &fields, "category_ids"));
	fields.category_count = 5;
	made(w, &fields);
	ids[2] = "kein-thema";
	assert_status(NMK_ENOTFOUND, create_fails(w, &fields, "category_ids"));
	ids[2] = nmk_session_user_id(w->creator);
	assert_status(NMK_ENOTFOUND, create_fails(w, &fields, "category_ids"));
	ids[2] = NULL;
	assert_status(NMK_EINVALID, create_fails(w, &fields, "category_ids"));
	fields.category_ids = NULL;
	assert_status(NMK_EINVALID, create_fails(w, &fields, "category_ids"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM nano"));
}

static void deactivate(struct world *w, const char *id)
{
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;

	changes.set = NMK_CATEGORY_ACTIVE;
	assert_status(NMK_OK, nmk_category_update(w->admin, id, &changes, NULL));
}

static void test_nano_categories__an_inactive_one_is_kept_but_not_given(void **state)
{
	struct world *w = *state;
	struct id old = category(w, "Alt", NULL), fresh = category(w, "Neu", NULL), nano;
	const char *ids[] = { old.text, fresh.text };
	nmk_nano_fields fields = titled("Themen");
	nmk_nano *after;

	fields.category_ids = ids;
	fields.category_count = 1;
	nano = made(w, &fields);
	deactivate(w, old.text);
	assert_status(NMK_ESTATE, create_fails(w, &fields, "category_ids"));
	fields.set = NMK_NANO_CATEGORIES;
	fields.category_count = 2;
	assert_status(NMK_OK, nmk_nano_update(w->creator, nano.text, &fields, &after));
	assert_int_equal(2, nmk_nano_category_count(after));
	nmk_nano_free(after);
	fields.category_ids = ids + 1;
	fields.category_count = 1;
	assert_status(NMK_OK, nmk_nano_update(w->creator, nano.text, &fields, NULL));
	fields.category_ids = ids;
	assert_status(NMK_ESTATE, nmk_nano_update(w->creator, nano.text, &fields, &after));
	assert_field("category_ids", w->creator);
	assert_null(after);
}

static void test_nano_create__checks_its_arguments(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled("Etwas");
	nmk_nano *nano;

	assert_status(NMK_EINVALID, nmk_nano_create(NULL, &fields, &nano));
	assert_status(NMK_EINVALID, nmk_nano_create(w->creator, NULL, &nano));
	assert_field("fields", w->creator);
	fields.version = 0;
	assert_status(NMK_EINVALID, create_fails(w, &fields, "version"));
	fields.version = NMK_NANO_FIELDS_VERSION + 1;
	assert_status(NMK_EINVALID, create_fails(w, &fields, "version"));
	fields.version = NMK_NANO_FIELDS_VERSION;
	fields.idempotency_key = "";
	assert_status(NMK_EINVALID, create_fails(w, &fields, "idempotency_key"));
	fields.idempotency_key = NULL;
	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, NULL));
}

static void test_nano_create__is_for_creators(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled("Etwas");

	assert_status(NMK_ELOGIN, nmk_nano_create(w->guest, &fields, NULL));
	assert_status(NMK_EDENIED, nmk_nano_create(w->consumer, &fields, NULL));
	assert_status(NMK_EDENIED, nmk_nano_create(w->suspended, &fields, NULL));
	assert_status(NMK_EDENIED, nmk_nano_create(w->system, &fields, NULL));
	assert_status(NMK_OK, nmk_nano_create(w->moderator, &fields, NULL));
	assert_status(NMK_OK, nmk_nano_create(w->admin, &fields, NULL));
}

static void test_nano_create__twice_with_one_key_makes_one(void **state)
{
	struct world *w = *state;
	struct id topic = category(w, "Büro", NULL);
	const char *ids[] = { topic.text };
	nmk_nano_fields fields = titled("Einmal");
	struct id first, second;

	fields.idempotency_key = "k-1";
	fields.category_ids = ids;
	fields.category_count = 1;
	first = made(w, &fields);
	second = made(w, &fields);
	assert_string_equal(first.text, second.text);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM nano"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'nano_create'"));
	fields.category_count = 0;
	assert_status(NMK_ECONFLICT, create_fails(w, &fields, "idempotency_key"));
	fields.category_count = 1;
	fields.duration_minutes = 3;
	assert_status(NMK_ECONFLICT, create_fails(w, &fields, "idempotency_key"));
	assert_status(NMK_OK, nmk_nano_create(w->stranger, &fields, NULL));
}

/* ---- create for somebody ---- */

static void test_nano_create_for__makes_it_the_creator_s(void **state)
{
	struct world *w = *state;
	const char *carl = nmk_session_user_id(w->creator);
	nmk_nano_fields fields = titled("Import");
	nmk_nano *nano;

	fields.idempotency_key = "zeile-1";
	assert_status(NMK_OK, nmk_nano_create_for(w->system, carl, &fields, &nano));
	assert_string_equal(carl, nmk_nano_creator_id(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_nano_create_for(w->system, carl, &fields, &nano));
	nmk_nano_free(nano);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM nano"));
	assert_status(NMK_ECONFLICT, nmk_nano_create_for(w->system, nmk_session_user_id(w->moderator), &fields, &nano));
	fields.idempotency_key = NULL;
	assert_status(NMK_ENOTFOUND, nmk_nano_create_for(w->system, nmk_session_user_id(w->consumer), &fields, &nano));
	assert_field("creator_id", w->system);
	assert_status(NMK_ENOTFOUND, nmk_nano_create_for(w->system, "niemand", &fields, &nano));
	assert_status(NMK_EINVALID, nmk_nano_create_for(w->system, NULL, &fields, &nano));
	assert_field("creator_id", w->system);
	assert_status(NMK_EDENIED, nmk_nano_create_for(w->admin, carl, &fields, &nano));
	assert_null(nano);
}

/* ---- update ---- */

static void test_nano_update__changes_what_is_set_and_nothing_else(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled("Vorher");
	struct id id;
	nmk_nano *nano;

	fields.description = "Beschreibung";
	fields.duration_minutes = 20;
	id = made(w, &fields);
	world_advance(w, 10);
	fields = titled("Nachher");
	fields.duration_minutes = 30;
	fields.language = "FR";
	fields.competency_level = NMK_LEVEL_INTERMEDIATE;
	fields.format = NMK_FORMAT_VIDEO;
	fields.license = NMK_LICENSE_CC_BY;
	fields.set = NMK_NANO_TITLE | NMK_NANO_COMPETENCY_LEVEL | NMK_NANO_LANGUAGE | NMK_NANO_FORMAT | NMK_NANO_LICENSE;
	assert_status(NMK_OK, nmk_nano_update(w->creator, id.text, &fields, &nano));
	assert_string_equal("Nachher", nmk_nano_title(nano));
	assert_string_equal("Beschreibung", nmk_nano_description(nano));
	assert_int_equal(20, nmk_nano_duration_minutes(nano));
	assert_string_equal("fr", nmk_nano_language(nano));
	assert_int_equal(NMK_LEVEL_INTERMEDIATE, nmk_nano_competency_level(nano));
	assert_int_equal(NMK_FORMAT_VIDEO, nmk_nano_format(nano));
	assert_int_equal(NMK_LICENSE_CC_BY, nmk_nano_license(nano));
	assert_int_equal(w->now, nmk_nano_updated_at(nano));
	assert_int_equal(w->now - 10, nmk_nano_created_at(nano));
	nmk_nano_free(nano);
	fields.set = NMK_NANO_DESCRIPTION | NMK_NANO_DURATION_MINUTES | NMK_NANO_CATEGORIES;
	fields.duration_minutes = 0;
	assert_status(NMK_OK, nmk_nano_update(w->creator, id.text, &fields, &nano));
	assert_null(nmk_nano_description(nano));
	assert_int_equal(0, nmk_nano_duration_minutes(nano));
	nmk_nano_free(nano);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'nano_update' AND"
	                                 " json_extract(details, '$.fields') = 'title,language,competency_level,format,license'"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'nano_update' AND"
	                                 " json_extract(details, '$.fields') = 'description,duration_minutes,categories'"));
}

static void test_nano_update__what_must_be_there_cannot_be_cleared(void **state)
{
	static const struct { nmk_nano_field field; const char *name; } needed[] = {
		{ NMK_NANO_TITLE, "title" }, { NMK_NANO_LANGUAGE, "language" }, { NMK_NANO_COMPETENCY_LEVEL, "competency_level" },
		{ NMK_NANO_FORMAT, "format" }, { NMK_NANO_LICENSE, "license" },
	};
	struct world *w = *state;
	nmk_nano_fields fields = titled("Bleibt");
	struct id id = made(w, &fields);

	fields.title = NULL;
	for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
		fields.set = needed[i].field;
		assert_status(NMK_EINVALID, nmk_nano_update(w->creator, id.text, &fields, NULL));
		assert_field(needed[i].name, w->creator);
	}
}

static void test_nano_update__checks_its_arguments(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled("Etwas");
	struct id id = made(w, &fields);
	nmk_nano *nano;

	assert_status(NMK_EINVALID, nmk_nano_update(NULL, id.text, &fields, &nano));
	assert_status(NMK_EINVALID, nmk_nano_update(w->creator, id.text, NULL, &nano));
	assert_field("fields", w->creator);
	assert_status(NMK_EINVALID, nmk_nano_update(w->creator, id.text, &fields, &nano));
	assert_field("set", w->creator);
	fields.set = 256;
	assert_status(NMK_EINVALID, nmk_nano_update(w->creator, id.text, &fields, &nano));
	assert_field("set", w->creator);
	fields.set = NMK_NANO_TITLE;
	fields.version = 2;
	assert_status(NMK_EINVALID, nmk_nano_update(w->creator, id.text, &fields, &nano));
	assert_field("version", w->creator);
	fields.version = 1;
	assert_status(NMK_EINVALID, nmk_nano_update(w->creator, NULL, &fields, &nano));
	assert_field("id", w->creator);
	assert_status(NMK_ENOTFOUND, nmk_nano_update(w->creator, nmk_session_user_id(w->creator), &fields, &nano));
	assert_null(nano);
}

static void test_nano_update__is_for_drafts_of_one_s_own(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = titled("Anders");

	fields.set = NMK_NANO_TITLE;
	for (int status = NMK_NANO_DRAFT; status <= NMK_NANO_DELETED; status++) {
		struct id id = nano_in(w, w->creator, (nmk_nano_state)status);

		assert_status(NMK_ELOGIN, nmk_nano_update(w->guest, id.text, &fields, NULL));
		assert_status(status == NMK_NANO_PUBLISHED ? NMK_EDENIED : NMK_ENOTFOUND,
		              nmk_nano_update(w->stranger, id.text, &fields, NULL));
		assert_status(NMK_EDENIED, nmk_nano_update(w->admin, id.text, &fields, NULL));
		assert_status(status == NMK_NANO_DRAFT ? NMK_OK : status == NMK_NANO_DELETED ? NMK_ENOTFOUND : NMK_ESTATE,
		              nmk_nano_update(w->creator, id.text, &fields, NULL));
	}
}

/* ---- get, words ---- */

static void test_nano_get__checks_its_arguments(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_PUBLISHED);
	char longer[80];
	nmk_nano *nano;

	assert_status(NMK_EINVALID, nmk_nano_get(NULL, id.text, &nano));
	assert_status(NMK_EINVALID, nmk_nano_get(w->guest, id.text, NULL));
	assert_field("nano", w->guest);
	assert_status(NMK_EINVALID, nmk_nano_get(w->guest, NULL, &nano));
	assert_field("id", w->guest);
	assert_status(NMK_ENOTFOUND, nmk_nano_get(w->guest, "", &nano));
	snprintf(longer, sizeof longer, "%s0", id.text);
	assert_status(NMK_ENOTFOUND, nmk_nano_get(w->guest, longer, &nano));
	assert_null(nano);
}

static void test_words__go_both_ways(void **state)
{
	(void)state;
	for (int i = -1; i <= 7; i++) {
		const char *level = nmk_competency_level_word((nmk_competency_level)i), *format = nmk_format_word((nmk_format)i),
		           *license = nmk_license_word((nmk_license)i), *status = nmk_nano_state_word((nmk_nano_state)i);

		assert_int_equal(i >= 1 && i <= 3 ? i : 0, nmk_competency_level_of(level));
		assert_int_equal(i >= 1 && i <= 5 ? i : 0, nmk_format_of(format));
		assert_int_equal(i >= 1 && i <= 4 ? i : 0, nmk_license_of(license));
		assert_int_equal(i >= 1 && i <= 5 ? i : 0, nmk_nano_state_of(status));
	}
	assert_int_equal(NMK_LEVEL_BEGINNER, nmk_competency_level_of("Basic"));
	assert_int_equal(NMK_LEVEL_ADVANCED, nmk_competency_level_of("ADVANCED"));
	assert_int_equal(0, nmk_competency_level_of("advance"));
	assert_int_equal(0, nmk_competency_level_of("advanced "));
	assert_int_equal(0, nmk_competency_level_of(""));
	assert_int_equal(NMK_LICENSE_CC_BY_SA, nmk_license_of("CC-BY-SA"));
	assert_int_equal(0, nmk_license_of("cc-by-sa"));
	assert_int_equal(5, nmk_nano_categories_maximum());
	assert_int_equal(8, nmk_category_depth_maximum());
}

static void test_nano_set_version__and_downloads_are_for_the_component_above(void **state)
{
	struct world *w = *state;
	struct id id = nano_in(w, w->creator, NMK_NANO_DRAFT);
	struct nmk_nano nano = { 0 };
	struct nmk_op op;
	nmk_nano *after;
	nmk_status rc = op_begin(&op, w->creator, OP_nano_update);

	while (op_next(&op, &rc)) {
		rc = nano_load(&op, id.text, &nano);
		if (rc == NMK_OK)
			rc = op_allow(&op, nano_subject(&nano));
		if (rc == NMK_OK)
			rc = nano_set_version(&op, &nano, "1.2.0");
		if (rc == NMK_OK)
			rc = nano_count_download(&op, &nano);
	}
	nano_fields_free(&nano);
	assert_status(NMK_OK, rc);
	after = nano_read(w, id.text);
	assert_string_equal("1.2.0", nmk_nano_version(after));
	assert_int_equal(1, nmk_nano_download_count(after));
	nmk_nano_free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_nano_create__starts_as_a_draft_with_defaults),
		WORLD_TEST(test_nano_create__keeps_all_that_it_is_given),
		WORLD_TEST(test_nano_json__has_all_fields_and_categories),
		WORLD_TEST(test_nano_create__title_has_1_to_200_characters_and_is_not_blank),
		WORLD_TEST(test_nano_create__description_has_at_most_2000_characters),
		WORLD_TEST(test_nano_create__duration_is_1_to_1440_minutes),
		WORLD_TEST(test_nano_create__language_is_two_letters),
		WORLD_TEST(test_nano_create__words_must_be_of_the_list),
		WORLD_TEST(test_nano_create__takes_at_most_5_categories),
		WORLD_TEST(test_nano_categories__an_inactive_one_is_kept_but_not_given),
		WORLD_TEST(test_nano_create__checks_its_arguments),
		WORLD_TEST(test_nano_create__is_for_creators),
		WORLD_TEST(test_nano_create__twice_with_one_key_makes_one),
		WORLD_TEST(test_nano_create_for__makes_it_the_creator_s),
		WORLD_TEST(test_nano_update__changes_what_is_set_and_nothing_else),
		WORLD_TEST(test_nano_update__what_must_be_there_cannot_be_cleared),
		WORLD_TEST(test_nano_update__checks_its_arguments),
		WORLD_TEST(test_nano_update__is_for_drafts_of_one_s_own),
		WORLD_TEST(test_nano_get__checks_its_arguments),
		cmocka_unit_test(test_words__go_both_ways),
		WORLD_TEST(test_nano_set_version__and_downloads_are_for_the_component_above),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
