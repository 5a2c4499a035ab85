/* catalog_test.h -- what the tests of nanos and categories share. */
#ifndef NMK_CATALOG_TEST_H
#define NMK_CATALOG_TEST_H

#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
#define HOURS INT64_C(3600000)

struct id { char text[64]; };

/* The id of a nano of that creator in that status. */
static inline struct id nano_in(struct world *w, nmk_session *creator, nmk_nano_state status)
{
	nmk_nano *nano = world_nano(w, creator, status);
	struct id id;

	snprintf(id.text, sizeof id.text, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	return id;
}

static inline nmk_nano *nano_read(struct world *w, const char *id)
{
	nmk_nano *nano;

	assert_status(NMK_OK, nmk_nano_get(w->system, id, &nano));
	return nano;
}

static inline nmk_nano_state status_of(struct world *w, const char *id)
{
	nmk_nano *nano = nano_read(w, id);
	nmk_nano_state status = nmk_nano_status(nano);

	nmk_nano_free(nano);
	return status;
}

/* A category below `parent` (or at the top for NULL). */
static inline struct id category(struct world *w, const char *name, const char *parent)
{
	nmk_category *made;
	struct id id;

	assert_status(NMK_OK, nmk_category_create(w->system, name, NULL, parent, NULL, &made));
	snprintf(id.text, sizeof id.text, "%s", nmk_category_id(made));
	nmk_category_free(made);
	return id;
}

/* So many code points of two bytes each, in a buffer that the next call uses again. */
static inline const char *umlauts(size_t count)
{
	static char text[5000];

	for (size_t i = 0; i < count; i++)
		memcpy(text + 2 * i, "\xc3\xa4", 2);
	text[2 * count] = '\0';
	return text;
}
#endif
