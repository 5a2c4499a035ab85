/* category_test.c -- the tree of topics. */
#include "catalog_test.h"

#include <jansson.h>

static nmk_status create(nmk_session *session, const char *name, const char *description, const char *parent)
{
	nmk_category *made = NULL;
	nmk_status rc = nmk_category_create(session, name, description, parent, NULL, &made);

	assert_true((rc == NMK_OK) == (made != NULL));
	nmk_category_free(made);
	return rc;
}

static nmk_status rename_to(struct world *w, const char *id, const char *name)
{
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;

	changes.set = NMK_CATEGORY_NAME;
	changes.name = name;
	return nmk_category_update(w->admin, id, &changes, NULL);
}

static nmk_status move_to(struct world *w, const char *id, const char *parent)
{
	nmk_category_changes changes;

	nmk_category_changes_init(&changes);
	changes.set = NMK_CATEGORY_PARENT_ID;
	changes.parent_id = parent;
	return nmk_category_update(w->admin, id, &changes, NULL);
}

static void test_category_create__keeps_what_it_is_given(void **state)
{
	struct world *w = *state;
	struct id top = category(w, "Büro", NULL);
	nmk_category *made;
	json_t *json;
	char *text;

	assert_status(NMK_OK, nmk_category_create(w->admin, "Tabellen", "Zahlen\nund Formeln", top.text, NULL, &made));
	assert_string_equal("Tabellen", nmk_category_name(made));
	assert_string_equal("Zahlen\nund Formeln", nmk_category_description(made));
	assert_string_equal(top.text, nmk_category_parent_id(made));
	assert_true(nmk_category_active(made));
	assert_int_equal(w->now, nmk_category_created_at(made));
	text = nmk_category_json(made);
	json = json_loads(text, 0, NULL);
	assert_string_equal("Tabellen", json_string_value(json_object_get(json, "name")));
	assert_string_equal(top.text, json_string_value(json_object_get(json, "parent_id")));
	assert_true(json_is_true(json_object_get(json, "active")));
	json_decref(json);
	nmk_free(text);
	nmk_category_free(made);
	nmk_category_free(NULL);
	assert_status(NMK_OK, nmk_category_get(w->guest, top.text, &made));
	assert_null(nmk_category_parent_id(made));
	assert_null(nmk_category_description(made));
	nmk_category_free(made);
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM audit_event WHERE object_type = 'category' AND action = 'data_created'"));
}

static void test_category_create__is_for_admins(void **state)
{
	struct world *w = *state;
	struct id top = category(w, "Büro", NULL);
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;

	changes.set = NMK_CATEGORY_ACTIVE;
	assert_status(NMK_ELOGIN, create(w->guest, "A", NULL, NULL));
	assert_status(NMK_EDENIED, create(w->consumer, "A", NULL, NULL));
	assert_status(NMK_EDENIED, create(w->creator, "A", NULL, NULL));
	assert_status(NMK_EDENIED, create(w->moderator, "A", NULL, NULL));
	assert_status(NMK_EDENIED, create(w->suspended, "A", NULL, NULL));
	assert_status(NMK_OK, create(w->admin, "A", NULL, NULL));
	assert_status(NMK_EDENIED, nmk_category_update(w->moderator, top.text, &changes, NULL));
	assert_status(NMK_OK, nmk_category_update(w->admin, top.text, &changes, NULL));
}

static void test_category_create__limits_of_name_and_description(void **state)
{
	struct world *w = *state;

	assert_status(NMK_EINVALID, create(w->admin, NULL, NULL, NULL));
	assert_field("name", w->admin);
	assert_status(NMK_EINVALID, create(w->admin, "", NULL, NULL));
	assert_status(NMK_EINVALID, create(w->admin, " ", NULL, NULL));
	assert_status(NMK_EINVALID, create(w->admin, "a\nb", NULL, NULL));
	assert_status(NMK_EINVALID, create(w->admin, "\xed\xa0\x80", NULL, NULL));
	assert_status(NMK_EINVALID, create(w->admin, umlauts(101), NULL, NULL));
	assert_status(NMK_OK, create(w->admin, umlauts(100), NULL, NULL));
	assert_status(NMK_EINVALID, create(w->admin, "B", umlauts(501), NULL));
	assert_field("description", w->admin);
	assert_status(NMK_OK, create(w->admin, "B", umlauts(500), NULL));
}

static void test_category_name__is_unique_whatever_the_case(void **state)
{
	struct world *w = *state;
	struct id first = category(w, "Straße", NULL), second = category(w, "Weg", NULL);
	nmk_category *found;

	assert_status(NMK_ECONFLICT, create(w->admin, "STRASSE", NULL, NULL));
	assert_field("name", w->admin);
	assert_status(NMK_ECONFLICT, rename_to(w, second.text, "strasse"));
	assert_status(NMK_OK, rename_to(w, first.text, "STRASSE"));
	assert_status(NMK_OK, rename_to(w, second.text, "Weg"));
	assert_status(NMK_OK, nmk_category_find(w->guest, "straße", &found));
	assert_string_equal(first.text, nmk_category_id(found));
	assert_string_equal("STRASSE", nmk_category_name(found));
	nmk_category_free(found);
}

static void test_category_find__checks_its_arguments(void **state)
{
	struct world *w = *state;
	nmk_category *found;

	assert_status(NMK_ENOTFOUND, nmk_category_find(w->guest, "Nirgends", &found));
	assert_null(found);
	assert_status(NMK_EINVALID, nmk_category_find(w->guest, NULL, &found));
	assert_status(NMK_EINVALID, nmk_category_find(w->guest, "\xff", &found));
	assert_status(NMK_EINVALID, nmk_category_find(w->guest, "x", NULL));
	assert_status(NMK_EINVALID, nmk_category_find(NULL, "x", &found));
	assert_status(NMK_EINVALID, nmk_category_get(w->guest, NULL, &found));
	assert_field("id", w->guest);
	assert_status(NMK_EINVALID, nmk_category_get(w->guest, "x", NULL));
	assert_status(NMK_ENOTFOUND, nmk_category_get(w->guest, nmk_session_user_id(w->admin), &found));
	assert_status(NMK_EINVALID, nmk_category_get(NULL, "x", &found));
}

static void test_category_create__twice_with_one_key_makes_one(void **state)
{
	struct world *w = *state;
	nmk_category *first, *second;

	assert_status(NMK_OK, nmk_category_create(w->admin, "Büro", NULL, NULL, "k", &first));
	assert_status(NMK_OK, nmk_category_create(w->admin, "Büro", NULL, NULL, "k", &second));
	assert_string_equal(nmk_category_id(first), nmk_category_id(second));
	nmk_category_free(first);
	nmk_category_free(second);
	assert_status(NMK_ECONFLICT, nmk_category_create(w->admin, "Heim", NULL, NULL, "k", NULL));
	assert_field("idempotency_key", w->admin);
	assert_status(NMK_EINVALID, nmk_category_create(w->admin, "Heim", NULL, NULL, "", NULL));
	assert_status(NMK_OK, nmk_category_create(w->admin, "Heim", NULL, NULL, NULL, NULL));
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM category"));
}

/* ---- the tree ---- */

static void test_category_create__the_tree_has_at_most_8_levels(void **state)
{
	struct world *w = *state;
	struct id level[9];
	char name[16];

	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof name, "Ebene %d", i + 1);
		level[i] = category(w, name, i ? level[i - 1].text : NULL);
	}
	assert_status(NMK_ELIMIT, create(w->admin, "Ebene 9", NULL, level[7].text));
	assert_field("parent_id", w->admin);
	assert_status(NMK_ENOTFOUND, create(w->admin, "Ebene 9", NULL, "nichts"));
	assert_field("parent_id", w->admin);
}

static void test_category_update__moving_keeps_to_8_levels(void **state)
{
	struct world *w = *state;
	struct id deep[6], small[3];
	char name[16];

	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof name, "Tief %d", i + 1);
		deep[i] = category(w, name, i ? deep[i - 1].text : NULL);
	}
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "Klein %d", i + 1);
		small[i] = category(w, name, i ? small[i - 1].text : NULL);
	}
	assert_status(NMK_ELIMIT, move_to(w, small[0].text, deep[5].text));
	assert_field("parent_id", w->admin);
	assert_status(NMK_OK, move_to(w, small[0].text, deep[4].text));
	assert_int_equal(8, world_sql(w, "SELECT max(distance) + 1 FROM category_closure"));
	assert_status(NMK_OK, move_to(w, small[0].text, NULL));
	assert_int_equal(6, world_sql(w, "SELECT max(distance) + 1 FROM category_closure"));
	assert_int_equal(21 + 6, world_sql(w, "SELECT count(*) FROM category_closure"));
}

static void test_category_update__nothing_stands_below_itself(void **state)
{
	struct world *w = *state;
	struct id a = category(w, "A", NULL), b = category(w, "B", a.text), c = category(w, "C", b.text);

	assert_status(NMK_EINVALID, move_to(w, a.text, a.text));
	assert_field("parent_id", w->admin);
	assert_status(NMK_EINVALID, move_to(w, a.text, c.text));
	assert_status(NMK_OK, move_to(w, c.text, a.text));
	assert_status(NMK_OK, move_to(w, c.text, a.text));
	assert_status(NMK_ENOTFOUND, move_to(w, c.text, "nichts"));
	assert_field("parent_id", w->admin);
}

static void test_category_update__changes_what_is_set(void **state)
{
	struct world *w = *state;
	struct id id = category(w, "Büro", NULL);
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;
	nmk_category *after;

	changes.set = NMK_CATEGORY_DESCRIPTION | NMK_CATEGORY_ACTIVE;
	changes.description = "Papier";
	changes.name = "Unbeachtet";
	assert_status(NMK_OK, nmk_category_update(w->admin, id.text, &changes, &after));
	assert_string_equal("Büro", nmk_category_name(after));
	assert_string_equal("Papier", nmk_category_description(after));
	assert_false(nmk_category_active(after));
	nmk_category_free(after);
	changes.set = NMK_CATEGORY_DESCRIPTION;
	changes.description = NULL;
	assert_status(NMK_OK, nmk_category_update(w->admin, id.text, &changes, &after));
	assert_null(nmk_category_description(after));
	nmk_category_free(after);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'category_update' AND"
	                                 " json_extract(details, '$.fields') = 'description,active'"));
}

static void test_category_update__checks_its_arguments(void **state)
{
	struct world *w = *state;
	struct id id = category(w, "Büro", NULL);
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;
	nmk_category *after;

	assert_status(NMK_EINVALID, nmk_category_update(w->admin, id.text, NULL, &after));
	assert_field("changes", w->admin);
	assert_status(NMK_EINVALID, nmk_category_update(w->admin, id.text, &changes, &after));
	assert_field("set", w->admin);
	changes.set = 16;
	assert_status(NMK_EINVALID, nmk_category_update(w->admin, id.text, &changes, &after));
	changes.set = NMK_CATEGORY_NAME;
	assert_status(NMK_EINVALID, nmk_category_update(w->admin, id.text, &changes, &after));
	assert_field("name", w->admin);
	changes.set = NMK_CATEGORY_DESCRIPTION;
	changes.description = umlauts(501);
	assert_status(NMK_EINVALID, nmk_category_update(w->admin, id.text, &changes, &after));
	changes.description = NULL;
	changes.version = 0;
	assert_status(NMK_EINVALID, nmk_category_update(w->admin, id.text, &changes, &after));
	assert_field("version", w->admin);
	changes.version = 1;
	assert_status(NMK_EINVALID, nmk_category_update(w->admin, NULL, &changes, &after));
	assert_status(NMK_ENOTFOUND, nmk_category_update(w->admin, "nichts", &changes, &after));
	assert_status(NMK_EINVALID, nmk_category_update(NULL, id.text, &changes, &after));
	assert_null(after);
}

/* ---- the closure against a naive tree ---- */

#define NODES 40

static int level_of(const int parent[NODES], int node)
{
	int level = 1;

	for (; parent[node] >= 0; node = parent[node])
		level++;
	return level;
}

static bool is_below(const int parent[NODES], int node, int other)
{
	for (; node >= 0; node = parent[node])
		if (node == other)
			return true;
	return false;
}

static int deepest_with(const int parent[NODES], int count, int node, int new_parent)
{
	int base = new_parent < 0 ? 0 : level_of(parent, new_parent), deepest = 0;

	for (int i = 0; i < count; i++)
		if (is_below(parent, i, node) && level_of(parent, i) - level_of(parent, node) + 1 > deepest)
			deepest = level_of(parent, i) - level_of(parent, node) + 1;
	return base + deepest;
}

static void compare(struct world *w, const int parent[NODES], int count)
{
	int64_t pairs = 0, distances = 0;

	for (int i = 0; i < count; i++) {
		pairs += level_of(parent, i);
		for (int node = i, distance = 0; node >= 0; node = parent[node])
			distances += distance++;
	}
	assert_int_equal(pairs, world_sql(w, "SELECT count(*) FROM category_closure"));
	assert_int_equal(distances, world_sql(w, "SELECT sum(distance) FROM category_closure"));
	/* Each pair is one that following the parents also finds, at the same distance. */
	assert_int_equal(0, world_sql(w, "WITH RECURSIVE up(d, a, n) AS (SELECT id, id, 0 FROM category UNION ALL"
	                                 " SELECT d, parent_id, n + 1 FROM up JOIN category ON id = a WHERE parent_id IS NOT NULL)"
	                                 " SELECT count(*) FROM (SELECT descendant_id, ancestor_id, distance FROM category_closure"
	                                 " EXCEPT SELECT d, a, n FROM up)"));
}

static void test_category_closure__stays_equal_to_a_naive_tree(void **state)
{
	struct world *w = *state;
	struct id ids[NODES];
	int parent[NODES], count = 0;
	uint32_t seed = 12345;
	char name[16];

	for (int turn = 0; turn < 400; turn++) {
		int node, above;

		seed = seed * 1664525 + 1013904223;
		node = count ? (int)(seed >> 8) % count : 0;
		seed = seed * 1664525 + 1013904223;
		above = count ? (int)(seed >> 8) % (count + 1) - 1 : -1;
		if (count < NODES && (count < 5 || turn % 3 == 0)) {
			nmk_category *made;
			nmk_status rc;

			snprintf(name, sizeof name, "K%d", count);
			rc = nmk_category_create(w->admin, name, NULL, above < 0 ? NULL : ids[above].text, NULL, &made);
			assert_status(above >= 0 && level_of(parent, above) == 8 ? NMK_ELIMIT : NMK_OK, rc);
			if (rc == NMK_OK) {
				snprintf(ids[count].text, sizeof ids[count].text, "%s", nmk_category_id(made));
				parent[count++] = above;
			}
			nmk_category_free(made);
		} else {
			nmk_status should = above == parent[node] ? NMK_OK : above >= 0 && is_below(parent, above, node) ? NMK_EINVALID
			                  : deepest_with(parent, count, node, above) > 8 ? NMK_ELIMIT : NMK_OK;

			assert_status(should, move_to(w, ids[node].text, above < 0 ? NULL : ids[above].text));
			if (should == NMK_OK)
				parent[node] = above;
		}
		if (turn % 20 == 19)
			compare(w, parent, count);
	}
	assert_int_equal(NODES, count);
}

/* ---- list ---- */

static void test_category_list__comes_by_name_each_once(void **state)
{
	struct world *w = *state;
	struct id top = category(w, "Wurzel", NULL);
	nmk_category_page *page;
	char cursor[1200] = "", last[64] = "", name[32];
	int seen = 0;

	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "%c Thema %02d", "zayb"[i % 4], i);
		category(w, name, i % 2 ? top.text : NULL);
	}
	do {
		assert_status(NMK_OK, nmk_category_list(w->guest, NULL, *cursor ? cursor : NULL, 7, &page));
		for (size_t i = 0; i < nmk_category_page_count(page); i++, seen++) {
			const char *is = nmk_category_name(nmk_category_page_item(page, i));

			if (strcmp(is, "Wurzel") != 0) {
				assert_true(strcmp(last, is) < 0);
				snprintf(last, sizeof last, "%s", is);
			}
		}
		assert_null(nmk_category_page_item(page, 7));
		snprintf(cursor, sizeof cursor, "%s", nmk_category_page_next(page) ? nmk_category_page_next(page) : "");
		nmk_category_page_free(page);
		snprintf(name, sizeof name, "0 neu %d", seen);
		category(w, name, NULL);
	} while (*cursor);
	assert_int_equal(21, seen);
	assert_status(NMK_OK, nmk_category_list(w->guest, top.text, NULL, 100, &page));
	assert_int_equal(10, nmk_category_page_count(page));
	assert_null(nmk_category_page_next(page));
	nmk_category_page_free(page);
	nmk_category_page_free(NULL);
}

/* Characters that fold into many make keys longer than a cursor holds. */
static void test_category_list__pages_names_with_enormous_keys(void **state)
{
	struct world *w = *state;
	nmk_category_page *page, *rest;
	char name[400];

	for (int i = 0; i < 3; i++) {
		for (int at = 0; at < 40 + i; at++)
			memcpy(name + 3 * at, "\xef\xb7\xba", 4);
		if (create(w->admin, name, NULL, NULL) != NMK_OK)
			assert_status(NMK_ECONFLICT, nmk_session_error(w->admin)->status);
	}
	category(w, "\xef\xb7\xbb zuletzt", NULL);
	assert_status(NMK_OK, nmk_category_list(w->guest, NULL, NULL, 1, &page));
	assert_non_null(nmk_category_page_next(page));
	assert_status(NMK_OK, nmk_category_list(w->guest, NULL, nmk_category_page_next(page), 1, &rest));
	assert_string_not_equal(nmk_category_id(nmk_category_page_item(page, 0)), nmk_category_id(nmk_category_page_item(rest, 0)));
	nmk_category_page_free(page);
	nmk_category_page_free(rest);
}

static void test_category_list__checks_its_arguments(void **state)
{
	struct world *w = *state;
	nmk_category_page *page;
	char *text;

	assert_status(NMK_EINVALID, nmk_category_list(NULL, NULL, NULL, 0, &page));
	assert_status(NMK_EINVALID, nmk_category_list(w->guest, NULL, NULL, 0, NULL));
	assert_status(NMK_EINVALID, nmk_category_list(w->guest, NULL, NULL, -1, &page));
	assert_field("limit", w->guest);
	assert_status(NMK_EINVALID, nmk_category_list(w->guest, NULL, NULL, 101, &page));
	assert_status(NMK_EINVALID, nmk_category_list(w->guest, NULL, "AAAA", 1, &page));
	assert_field("cursor", w->guest);
	assert_status(NMK_ENOTFOUND, nmk_category_list(w->guest, "nichts", NULL, 1, &page));
	assert_field("parent_id", w->guest);
	assert_null(page);
	assert_status(NMK_OK, nmk_category_list(w->guest, NULL, NULL, 100, &page));
	text = nmk_category_page_json(page);
	assert_string_equal("{\"items\":[],\"next\":null}", text);
	nmk_free(text);
	nmk_category_page_free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_category_create__keeps_what_it_is_given),
		WORLD_TEST(test_category_create__is_for_admins),
		WORLD_TEST(test_category_create__limits_of_name_and_description),
		WORLD_TEST(test_category_name__is_unique_whatever_the_case),
		WORLD_TEST(test_category_find__checks_its_arguments),
		WORLD_TEST(test_category_create__twice_with_one_key_makes_one),
		WORLD_TEST(test_category_create__the_tree_has_at_most_8_levels),
		WORLD_TEST(test_category_update__moving_keeps_to_8_levels),
		WORLD_TEST(test_category_update__nothing_stands_below_itself),
		WORLD_TEST(test_category_update__changes_what_is_set),
		WORLD_TEST(test_category_update__checks_its_arguments),
		WORLD_TEST(test_category_closure__stays_equal_to_a_naive_tree),
		WORLD_TEST(test_category_list__comes_by_name_each_once),
		WORLD_TEST(test_category_list__pages_names_with_enormous_keys),
		WORLD_TEST(test_category_list__checks_its_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
