/* nano_list_test.c -- lists, filters, pages and the review queue. */
#include "catalog_test.h"

#include <jansson.h>
#include <strings.h>

static nmk_nano_list_options options(void)
{
	nmk_nano_list_options made;

	nmk_nano_list_options_init(&made);
	return made;
}

/* How many there are in all, in pages of seven. */
static int count(nmk_session *session, nmk_nano_list_options wanted)
{
	nmk_nano_page *page;
	char cursor[1200] = "";
	int seen = 0;

	wanted.limit = 7;
	do {
		wanted.cursor = *cursor ? cursor : NULL;
		assert_status(NMK_OK, nmk_nano_list(session, &wanted, &page));
		seen += (int)nmk_nano_page_count(page);
		snprintf(cursor, sizeof cursor, "%s", nmk_nano_page_next(page) ? nmk_nano_page_next(page) : "");
		nmk_nano_page_free(page);
	} while (*cursor);
	return seen;
}

static void titled(struct world *w, nmk_nano_state status, const char *title)
{
	nmk_nano_free(world_nano_titled(w, w->creator, status, title));
}

static void test_nano_list__shows_each_actor_what_it_may_see(void **state)
{
	struct world *w = *state;
	nmk_nano_list_options any = options(), one = options();

	for (int status = NMK_NANO_DRAFT; status <= NMK_NANO_DELETED; status++) {
		nano_in(w, w->creator, (nmk_nano_state)status);
		nano_in(w, w->stranger, (nmk_nano_state)status);
	}
	any.any_status = true;
	assert_int_equal(2, count(w->guest, options()));
	assert_int_equal(2, count(w->guest, any));
	assert_int_equal(2, count(w->suspended, any));
	assert_int_equal(5, count(w->creator, any));
	assert_int_equal(8, count(w->moderator, any));
	assert_int_equal(8, count(w->system, any));
	any.order = NMK_NANO_ORDER_TITLE;
	assert_int_equal(5, count(w->creator, any));
	assert_int_equal(8, count(w->admin, any));
	for (int status = NMK_NANO_DRAFT; status <= NMK_NANO_DELETED; status++) {
		bool published = status == NMK_NANO_PUBLISHED, deleted = status == NMK_NANO_DELETED;

		one.status = (nmk_nano_state)status;
		assert_int_equal(published ? 2 : 0, count(w->guest, one));
		assert_int_equal(published ? 2 : 0, count(w->consumer, one));
		assert_int_equal(published ? 2 : deleted ? 0 : 1, count(w->creator, one));
		assert_int_equal(2, count(w->moderator, one));
	}
	one.status = NMK_NANO_DRAFT;
	one.creator_id = nmk_session_user_id(w->stranger);
	assert_int_equal(0, count(w->creator, one));
	assert_int_equal(1, count(w->stranger, one));
	assert_int_equal(1, count(w->moderator, one));
}

static void test_nano_list__newest_come_first(void **state)
{
	struct world *w = *state;
	nmk_nano_page *page;
	char *text;
	json_t *json;

	titled(w, NMK_NANO_PUBLISHED, "Erstes");
	titled(w, NMK_NANO_PUBLISHED, "Zweites");
	world_advance(w, 1);
	titled(w, NMK_NANO_PUBLISHED, "Drittes");
	assert_status(NMK_OK, nmk_nano_list(w->guest, NULL, &page));
	assert_int_equal(3, nmk_nano_page_count(page));
	assert_string_equal("Drittes", nmk_nano_title(nmk_nano_page_item(page, 0)));
	assert_string_equal("Zweites", nmk_nano_title(nmk_nano_page_item(page, 1)));
	assert_string_equal("Erstes", nmk_nano_title(nmk_nano_page_item(page, 2)));
	assert_string_equal("carl", nmk_nano_creator(nmk_nano_page_item(page, 2)));
	assert_null(nmk_nano_page_item(page, 3));
	assert_null(nmk_nano_page_next(page));
	text = nmk_nano_page_json(page);
	json = json_loads(text, 0, NULL);
	assert_int_equal(3, json_array_size(json_object_get(json, "items")));
	assert_true(json_is_null(json_object_get(json, "next")));
	json_decref(json);
	nmk_free(text);
	nmk_nano_page_free(page);
	nmk_nano_page_free(NULL);
}

/* Seven at a time, while others come in: what was there at the beginning is seen once. */
static void each_once(struct world *w, nmk_nano_order order)
{
	nmk_nano_list_options wanted = options();
	char cursor[1200] = "", title[64], before[64] = "";
	int seen[30] = { 0 }, added = 0;
	nmk_nano_page *page;

	for (int i = 0; i < 30; i++) {
		snprintf(title, sizeof title, "%c Nano %02d", "mqaz"[i % 4], i);
		titled(w, NMK_NANO_PUBLISHED, title);
	}
	wanted.order = order;
	wanted.limit = 7;
	do {
		wanted.cursor = *cursor ? cursor : NULL;
		assert_status(NMK_OK, nmk_nano_list(w->guest, &wanted, &page));
		assert_true(nmk_nano_page_count(page) <= 7);
		for (size_t i = 0; i < nmk_nano_page_count(page); i++) {
			const char *is = nmk_nano_title(nmk_nano_page_item(page, i));
			int number;

			if (order == NMK_NANO_ORDER_TITLE)
				assert_true(strcasecmp(before, is) <= 0);
			snprintf(before, sizeof before, "%s", is);
			if (sscanf(is, "%*c Nano %d", &number) == 1)
				seen[number]++;
		}
		snprintf(cursor, sizeof cursor, "%s", nmk_nano_page_next(page) ? nmk_nano_page_next(page) : "");
		nmk_nano_page_free(page);
		for (int i = 0; i < 2; i++) {
			snprintf(title, sizeof title, "%c eingeschoben %d", "az"[i], added++);
			titled(w, NMK_NANO_PUBLISHED, title);
		}
	} while (*cursor);
	for (int i = 0; i < 30; i++)
		assert_int_equal(1, seen[i]);
}

static void test_nano_list__pages_of_the_newest_show_each_once(void **state)
{
	each_once(*state, NMK_NANO_ORDER_NEWEST);
}

static void test_nano_list__pages_by_title_show_each_once(void **state)
{
	each_once(*state, NMK_NANO_ORDER_TITLE);
}

/* Equal and enormous titles: the id decides, and the cursor holds. */
static void test_nano_list__pages_by_title_hold_with_enormous_keys(void **state)
{
	struct world *w = *state;
	nmk_nano_list_options wanted = options();
	char title[301];

	for (int at = 0; at < 100; at++)
		memcpy(title + 3 * at, "\xef\xb7\xba", 4);
	for (int i = 0; i < 10; i++)
		titled(w, NMK_NANO_PUBLISHED, title);
	wanted.order = NMK_NANO_ORDER_TITLE;
	assert_int_equal(10, count(w->guest, wanted));
}

static void test_nano_list__filters_combine(void **state)
{
	struct world *w = *state;
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano_list_options wanted = options();

	fields.description = "x";
	fields.duration_minutes = 1;
	for (int i = 0; i < 24; i++) {
		nmk_nano *nano;

		fields.title = "Filter";
		fields.competency_level = (nmk_competency_level)(i % 3 + 1);
		fields.format = (nmk_format)(i % 2 + 1);
		fields.license = (nmk_license)(i % 4 + 1);
		fields.language = i < 12 ? "de" : "en";
		assert_status(NMK_OK, nmk_nano_create(i % 2 ? w->creator : w->stranger, &fields, &nano));
		assert_status(NMK_OK, nmk_nano_publish(w->system, nmk_nano_id(nano)));
		nmk_nano_free(nano);
	}
	for (int order = 0; order <= 2; order++) {
		wanted = options();
		wanted.order = (nmk_nano_order)order;
		assert_int_equal(24, count(w->guest, wanted));
		wanted.competency_level = NMK_LEVEL_ADVANCED;
		assert_int_equal(8, count(w->guest, wanted));
		wanted.format = NMK_FORMAT_VIDEO;
		assert_int_equal(4, count(w->guest, wanted));
		wanted.language = "DE";
		assert_int_equal(2, count(w->guest, wanted));
		wanted.license = NMK_LICENSE_CC0;
		assert_int_equal(1, count(w->guest, wanted));
		wanted.creator_id = nmk_session_user_id(w->creator);
		assert_int_equal(0, count(w->guest, wanted));
		wanted = options();
		wanted.order = (nmk_nano_order)order;
		wanted.creator_id = nmk_session_user_id(w->creator);
		assert_int_equal(12, count(w->guest, wanted));
	}
}

/* The peer saw the first category only (DEF-26). */
static void test_nano_list__every_category_and_all_above_it_finds_a_nano(void **state)
{
	struct world *w = *state;
	struct id top = category(w, "Oben", NULL), middle = category(w, "Mitte", top.text),
	          low = category(w, "Unten", middle.text), other = category(w, "Anderswo", NULL);
	const char *both[] = { other.text, low.text }, *one[] = { middle.text };
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano_list_options wanted = options();
	nmk_nano *nano;

	fields.title = "Zwei Themen";
	fields.description = "x";
	fields.duration_minutes = 1;
	fields.category_ids = both;
	fields.category_count = 2;
	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, &nano));
	assert_status(NMK_OK, nmk_nano_publish(w->system, nmk_nano_id(nano)));
	nmk_nano_free(nano);
	fields.category_ids = one;
	fields.category_count = 1;
	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, &nano));
	assert_status(NMK_OK, nmk_nano_publish(w->system, nmk_nano_id(nano)));
	nmk_nano_free(nano);
	for (int order = 1; order <= 2; order++) {
		wanted.order = (nmk_nano_order)order;
		wanted.category_id = top.text;
		assert_int_equal(2, count(w->guest, wanted));
		wanted.category_id = middle.text;
		assert_int_equal(2, count(w->guest, wanted));
		wanted.category_id = low.text;
		assert_int_equal(1, count(w->guest, wanted));
		wanted.category_id = other.text;
		assert_int_equal(1, count(w->guest, wanted));
	}
}

static nmk_status refused(struct world *w, const nmk_nano_list_options *wanted, const char *field)
{
	nmk_nano_page *page = (nmk_nano_page *)w;
	nmk_status rc = nmk_nano_list(w->guest, wanted, &page);

	assert_null(page);
	assert_field(field, w->guest);
	return rc;
}

static void test_nano_list__checks_its_arguments(void **state)
{
	struct world *w = *state;
	nmk_nano_list_options wanted = options();
	nmk_nano_page *page;
	char next[1200];

	assert_status(NMK_EINVALID, nmk_nano_list(NULL, NULL, &page));
	assert_status(NMK_EINVALID, nmk_nano_list(w->guest, NULL, NULL));
	wanted.version = 9;
	assert_status(NMK_EINVALID, refused(w, &wanted, "version"));
	wanted = options();
	wanted.status = (nmk_nano_state)6;
	assert_status(NMK_EINVALID, refused(w, &wanted, "status"));
	wanted = options();
	wanted.order = (nmk_nano_order)3;
	assert_status(NMK_EINVALID, refused(w, &wanted, "order"));
	wanted = options();
	wanted.competency_level = (nmk_competency_level)-1;
	assert_status(NMK_EINVALID, refused(w, &wanted, "competency_level"));
	wanted = options();
	wanted.format = (nmk_format)6;
	assert_status(NMK_EINVALID, refused(w, &wanted, "format"));
	wanted = options();
	wanted.license = (nmk_license)5;
	assert_status(NMK_EINVALID, refused(w, &wanted, "license"));
	wanted = options();
	wanted.language = "deu";
	assert_status(NMK_EINVALID, refused(w, &wanted, "language"));
	wanted = options();
	wanted.category_id = "nichts";
	assert_status(NMK_ENOTFOUND, refused(w, &wanted, "category_id"));
	wanted = options();
	wanted.creator_id = "niemand";
	assert_status(NMK_ENOTFOUND, refused(w, &wanted, "creator_id"));
	wanted = options();
	wanted.limit = 101;
	assert_status(NMK_EINVALID, refused(w, &wanted, "limit"));
	wanted.limit = -1;
	assert_status(NMK_EINVALID, refused(w, &wanted, "limit"));
	wanted = options();
	wanted.cursor = "";
	assert_status(NMK_EINVALID, refused(w, &wanted, "cursor"));
	titled(w, NMK_NANO_PUBLISHED, "a");
	titled(w, NMK_NANO_PUBLISHED, "b");
	wanted = options();
	wanted.limit = 1;
	assert_status(NMK_OK, nmk_nano_list(w->guest, &wanted, &page));
	snprintf(next, sizeof next, "%s", nmk_nano_page_next(page));
	nmk_nano_page_free(page);
	wanted.cursor = next;
	wanted.order = NMK_NANO_ORDER_TITLE;
	assert_status(NMK_EINVALID, refused(w, &wanted, "cursor"));
}

static void test_nano_list__limit_is_20_unless_told_and_100_at_most(void **state)
{
	struct world *w = *state;
	nmk_nano_list_options wanted = options();
	nmk_nano_page *page;

	for (int i = 0; i < 101; i++)
		titled(w, NMK_NANO_PUBLISHED, "n");
	assert_status(NMK_OK, nmk_nano_list(w->guest, &wanted, &page));
	assert_int_equal(20, nmk_nano_page_count(page));
	nmk_nano_page_free(page);
	wanted.limit = 100;
	assert_status(NMK_OK, nmk_nano_list(w->guest, &wanted, &page));
	assert_int_equal(100, nmk_nano_page_count(page));
	assert_non_null(nmk_nano_page_next(page));
	nmk_nano_page_free(page);
}

/* ---- the review queue ---- */

static void test_nano_review_queue__first_submitted_comes_first(void **state)
{
	struct world *w = *state;
	struct id early = nano_in(w, w->creator, NMK_NANO_DRAFT), late = nano_in(w, w->creator, NMK_NANO_DRAFT);
	nmk_nano_page *page, *rest;

	nano_in(w, w->creator, NMK_NANO_PUBLISHED);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, late.text));
	world_advance(w, 1);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, early.text));
	nano_in(w, w->stranger, NMK_NANO_PENDING_REVIEW);
	assert_status(NMK_OK, nmk_nano_review_queue(w->moderator, NULL, 2, &page));
	assert_int_equal(2, nmk_nano_page_count(page));
	assert_string_equal(late.text, nmk_nano_id(nmk_nano_page_item(page, 0)));
	assert_string_equal(early.text, nmk_nano_id(nmk_nano_page_item(page, 1)));
	assert_status(NMK_OK, nmk_nano_review_queue(w->moderator, nmk_nano_page_next(page), 2, &rest));
	assert_int_equal(1, nmk_nano_page_count(rest));
	assert_string_equal("stefan", nmk_nano_creator(nmk_nano_page_item(rest, 0)));
	assert_null(nmk_nano_page_next(rest));
	nmk_nano_page_free(page);
	nmk_nano_page_free(rest);
}

static void test_nano_review_queue__is_for_moderators(void **state)
{
	struct world *w = *state;
	nmk_nano_page *page;

	assert_status(NMK_ELOGIN, nmk_nano_review_queue(w->guest, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_nano_review_queue(w->creator, NULL, 0, &page));
	assert_status(NMK_EDENIED, nmk_nano_review_queue(w->suspended, NULL, 0, &page));
	assert_status(NMK_EINVALID, nmk_nano_review_queue(w->moderator, NULL, 101, &page));
	assert_status(NMK_EINVALID, nmk_nano_review_queue(w->moderator, "x", 0, &page));
	assert_null(page);
	assert_status(NMK_EINVALID, nmk_nano_review_queue(w->moderator, NULL, 0, NULL));
	assert_status(NMK_EINVALID, nmk_nano_review_queue(NULL, NULL, 0, &page));
	assert_status(NMK_OK, nmk_nano_review_queue(w->admin, NULL, 0, &page));
	assert_int_equal(0, nmk_nano_page_count(page));
	nmk_nano_page_free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_nano_list__shows_each_actor_what_it_may_see),
		WORLD_TEST(test_nano_list__newest_come_first),
		WORLD_TEST(test_nano_list__pages_of_the_newest_show_each_once),
		WORLD_TEST(test_nano_list__pages_by_title_show_each_once),
		WORLD_TEST(test_nano_list__pages_by_title_hold_with_enormous_keys),
		WORLD_TEST(test_nano_list__filters_combine),
		WORLD_TEST(test_nano_list__every_category_and_all_above_it_finds_a_nano),
		WORLD_TEST(test_nano_list__checks_its_arguments),
		WORLD_TEST(test_nano_list__limit_is_20_unless_told_and_100_at_most),
		WORLD_TEST(test_nano_review_queue__first_submitted_comes_first),
		WORLD_TEST(test_nano_review_queue__is_for_moderators),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
