#include "texts.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *english, *german;
} texts[] = {
#define TEXT(english, german) { english, german },
#include "texts.def"
#undef TEXT
};

#define TEXT_COUNT (sizeof texts / sizeof texts[0])

static bool german;

void texts_use(const char *language)
{
	german = language && strncmp(language, "de", 2) == 0 && (!language[2] || strchr("_-.@", language[2]));
}

void texts_use_environment(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *value = getenv(names[i]);

		if (value && *value) {
			texts_use(value);
			return;
		}
	}
}

const char *texts_language(void)
{
	return german ? "de" : "en";
}

/* A walk over the table: a command says few things, and an import says the same few without looking them up again. */
const char *tr(const char *english)
{
	if (!german)
		return english;
	for (size_t i = 0; i < TEXT_COUNT; i++)
		if (strcmp(texts[i].english, english) == 0)
			return texts[i].german;
	return english;
}

const char *texts_english(size_t index)
{
	return index < TEXT_COUNT ? texts[index].english : NULL;
}

const char *texts_german(size_t index)
{
	return index < TEXT_COUNT ? texts[index].german : NULL;
}
