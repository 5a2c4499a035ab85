/* naughty_test.c -- the big list of naughty strings through every text: kept byte for byte, or refused. */
#include "catalog_test.h"

#include <jansson.h>

static struct id pending;

/* What the call says, and where the text can be read afterwards. */
static nmk_status as_title(struct world *w, const char *text, char **kept)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano = NULL;
	nmk_status rc;

	fields.title = text;
	rc = nmk_nano_create(w->creator, &fields, &nano);
	*kept = nano ? strdup(nmk_nano_title(nano)) : NULL;
	nmk_nano_free(nano);
	return rc;
}

static nmk_status as_description(struct world *w, const char *text, char **kept)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano = NULL;
	nmk_status rc;

	fields.title = "Titel";
	fields.description = text;
	rc = nmk_nano_create(w->creator, &fields, &nano);
	*kept = nano ? strdup(nmk_nano_description(nano) ? nmk_nano_description(nano) : "") : NULL;
	nmk_nano_free(nano);
	return rc;
}

static nmk_status as_category_name(struct world *w, const char *text, char **kept)
{
	nmk_category *made = NULL;
	nmk_status rc = nmk_category_create(w->admin, text, NULL, NULL, NULL, &made);

	*kept = made ? strdup(nmk_category_name(made)) : NULL;
	nmk_category_free(made);
	return rc == NMK_ECONFLICT ? NMK_EINVALID : rc;
}

static nmk_status as_category_description(struct world *w, const char *text, char **kept)
{
	static int number;
	nmk_category *made = NULL;
	char name[32];
	nmk_status rc;

	snprintf(name, sizeof name, "Nummer %d", number++);
	rc = nmk_category_create(w->admin, name, text, NULL, NULL, &made);
	*kept = made ? strdup(nmk_category_description(made) ? nmk_category_description(made) : "") : NULL;
	nmk_category_free(made);
	return rc;
}

static nmk_status as_reason(struct world *w, const char *text, char **kept)
{
	nmk_status rc = nmk_nano_reject(w->moderator, pending.text, text);
	nmk_nano *nano;

	*kept = NULL;
	if (rc == NMK_OK) {
		nano = nano_read(w, pending.text);
		*kept = strdup(nmk_nano_review_reason(nano));
		nmk_nano_free(nano);
		assert_status(NMK_OK, nmk_nano_submit(w->creator, pending.text));
	}
	return rc;
}

static nmk_status as_note(struct world *w, const char *text, char **kept)
{
	*kept = NULL;
	return nmk_nano_takedown(w->admin, pending.text, "x", text, NULL);
}

static void test_naughty_strings__are_kept_byte_for_byte_or_refused(void **state)
{
	nmk_status (*const calls[])(struct world *, const char *, char **) = {
		as_title, as_description, as_category_name, as_category_description, as_reason, as_note,
	};
	struct world *w = *state;
	json_t *list = json_load_file(shared_file("data/security/blns/blns.json"), JSON_ALLOW_NUL, NULL), *item;
	int kept_count[6] = { 0 };
	size_t index;

	assert_non_null(list);
	pending = nano_in(w, w->creator, NMK_NANO_PENDING_REVIEW);
	json_array_foreach(list, index, item)
		for (size_t i = 0; i < 6; i++) {
			const char *text = json_string_value(item);
			char *kept;
			nmk_status rc = calls[i](w, text, &kept);

			assert_true(rc == NMK_OK || rc == NMK_EINVALID);
			if (kept)
				assert_string_equal(text, kept);
			kept_count[i] += rc == NMK_OK;
			free(kept);
		}
	assert_true(index > 500);
	json_decref(list);
	for (int i = 0; i < 6; i++)
		assert_true(kept_count[i] > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_naughty_strings__are_kept_byte_for_byte_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
