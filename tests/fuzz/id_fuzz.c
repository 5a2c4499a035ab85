/* id_fuzz.c -- ids and cursors of strangers: what the library did not write itself is no id. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "id.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned char key[ID_KEY_SIZE] = "0123456789abcde";
	char *text = malloc(size + 1), again[ID_TEXT_SIZE];
	int64_t number;

	if (!text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	for (int kind = ID_USER; kind <= ID_PAST_SEARCH; kind++)
		if (id_parse(key, (enum id_kind)kind, text, &number)) {
			id_format(key, (enum id_kind)kind, number, again);
			if (strcmp(again, text) != 0)
				abort(); /* two texts for one id */
		}
	if (size >= sizeof number) { /* and what it writes it reads */
		int64_t read = -1;

		memcpy(&number, data, sizeof number);
		number &= INT64_MAX;
		id_format(key, ID_NANO, number, again);
		if (number != 0 && (!id_parse(key, ID_NANO, again, &read) || read != number))
			abort();
		if (id_parse(key, ID_USER, again, &read))
			abort(); /* a nano's id is no user's */
	}
	free(text);
	return 0;
}
