/* naughty.h -- the Big List of Naughty Strings. */
#ifndef NMK_NAUGHTY_H
#define NMK_NAUGHTY_H

#include "identity_test.h"

/* Call `body` for each string of the list. */
static inline void each_string(void (*body)(struct world *w, const char *text, int number), struct world *w)
{
	json_t *list = json_load_file(shared_file("data/security/blns/blns.json"), JSON_ALLOW_NUL, NULL), *item;
	size_t index;

	assert_non_null(list);
	assert_true(json_array_size(list) > 500);
	json_array_foreach(list, index, item)
		body(w, json_string_value(item), (int)index);
	json_decref(list);
}
#endif
