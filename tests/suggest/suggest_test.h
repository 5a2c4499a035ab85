/* suggest_test.h -- lists of suggestions as one text. */
#ifndef NMK_SUGGEST_TEST_H
#define NMK_SUGGEST_TEST_H

#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

/* "topic Excel (2)|word Excel|...": the count only from two on. Frees the page. */
static inline void page_text(nmk_suggestion_page *page, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < nmk_suggestion_page_count(page); i++) {
		const nmk_suggestion *item = nmk_suggestion_page_item(page, i);

		length += (size_t)snprintf(text + length, size - length, "%s%s %s", i ? "|" : "",
		                           nmk_suggest_kind_word(nmk_suggestion_kind(item)), nmk_suggestion_text(item));
		if (nmk_suggestion_nano_count(item) > 1)
			length += (size_t)snprintf(text + length, size - length, " (%d)", (int)nmk_suggestion_nano_count(item));
		assert_true(length < size);
	}
	assert_null(nmk_suggestion_page_next(page));
	nmk_suggestion_page_free(page);
}

static inline void assert_suggests_to(nmk_session *session, const char *expected, const char *typed)
{
	nmk_suggestion_page *page;
	char text[4000];

	assert_status(NMK_OK, nmk_suggest(session, typed, 0, &page));
	page_text(page, text, sizeof text);
	assert_string_equal(expected, text);
}
#define assert_suggests(expected, typed) assert_suggests_to(w->guest, expected, typed)

static inline void assert_corrects_to(nmk_session *session, const char *expected, const char *typed)
{
	nmk_suggestion_page *page;
	char text[4000];

	assert_status(NMK_OK, nmk_suggest_corrections(session, typed, 5, &page));
	page_text(page, text, sizeof text);
	assert_string_equal(expected, text);
}
#define assert_corrects(expected, typed) assert_corrects_to(w->guest, expected, typed)

/* A published nano with that text; free it with nmk_nano_free(). */
static inline nmk_nano *published(struct world *w, const char *title, const char *description, const char *category_id)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	const char *categories[1] = { category_id };
	nmk_nano *nano, *moved;
	char id[64];

	fields.title = title;
	fields.description = description;
	fields.duration_minutes = 15;
	if (category_id) {
		fields.category_ids = categories;
		fields.category_count = 1;
	}
	assert_status(NMK_OK, nmk_nano_create(w->creator, &fields, &nano));
	snprintf(id, sizeof id, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_nano_publish(w->system, id));
	assert_status(NMK_OK, nmk_nano_get(w->system, id, &moved));
	return moved;
}

static inline void publish(struct world *w, const char *title, const char *description)
{
	nmk_nano_free(published(w, title, description, NULL));
}
#endif
