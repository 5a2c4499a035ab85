/* search_test.h -- a market to search in. */
#ifndef SEARCH_TEST_H
#define SEARCH_TEST_H

#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

struct id { char text[64]; };

static inline nmk_nano_fields lesson(const char *title, const char *description)
{
	nmk_nano_fields fields;

	nmk_nano_fields_init(&fields);
	fields.title = title;
	fields.description = description;
	fields.duration_minutes = 15;
	return fields;
}

static inline struct id drafted(nmk_session *creator, const nmk_nano_fields *fields)
{
	nmk_nano *nano;
	struct id id;

	assert_status(NMK_OK, nmk_nano_create(creator, fields, &nano));
	snprintf(id.text, sizeof id.text, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	return id;
}

static inline struct id published(struct world *w, nmk_nano_fields fields)
{
	struct id id = drafted(w->creator, &fields);

	assert_status(NMK_OK, nmk_nano_publish(w->system, id.text));
	return id;
}

static inline struct id category(struct world *w, const char *name, const char *parent)
{
	nmk_category *made;
	struct id id;

	assert_status(NMK_OK, nmk_category_create(w->system, name, NULL, parent, NULL, &made));
	snprintf(id.text, sizeof id.text, "%s", nmk_category_id(made));
	nmk_category_free(made);
	return id;
}

static inline nmk_search_options typed(const char *text)
{
	nmk_search_options options;

	nmk_search_options_init(&options);
	options.text = text;
	return options;
}

/* As a guest; nmk_search_page_free(). */
static inline nmk_search_page *searched(struct world *w, const nmk_search_options *options)
{
	nmk_search_page *page;

	assert_status(NMK_OK, nmk_search(w->guest, options, &page));
	return page;
}

static inline size_t found_with(struct world *w, const nmk_search_options *options)
{
	nmk_search_page *page = searched(w, options);
	size_t count = nmk_search_page_count(page);

	nmk_search_page_free(page);
	return count;
}

static inline size_t found(struct world *w, const char *text)
{
	nmk_search_options options = typed(text);

	return found_with(w, &options);
}

/* The title that comes first. */
static inline const char *first(struct world *w, const char *text)
{
	static char title[300];
	nmk_search_options options = typed(text);
	nmk_search_page *page;

	assert_status(NMK_OK, nmk_search(w->guest, &options, &page));
	assert_true(nmk_search_page_count(page) > 0);
	snprintf(title, sizeof title, "%s", nmk_nano_title(nmk_search_page_item(page, 0)));
	nmk_search_page_free(page);
	return title;
}
#endif
