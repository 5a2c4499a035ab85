/* entry_fuzz.c -- entries of strangers: nothing crashes, and what is taken is what jansson writes again. */
#include <jansson.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct entry_text entry;
	json_t *json;
	char *again;

	if (sodium_init() < 0 || !entry_read(text, size, &entry))
		return 0;
	json = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
	if (!json)
		abort();
	again = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	if (again && (strlen(again) != size || memcmp(again, text, size) != 0))
		abort(); /* not the canonical form */
	free(again);
	json_decref(json);
	return 0;
}
