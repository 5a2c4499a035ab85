/* words.c -- the words of the catalogue's enums, by value. */
#include "catalog.h"

const char *const competency_level_words[] = { "", "beginner", "intermediate", "advanced", NULL };
const char *const format_words[] = { "", "video", "text", "quiz", "interactive", "mixed", NULL };
const char *const license_words[] = { "", "CC-BY", "CC-BY-SA", "CC0", "proprietary", NULL };
const char *const nano_state_words[] = { "", "draft", "pending_review", "published", "archived", "deleted", NULL };

const char *nmk_competency_level_word(nmk_competency_level level)
{
	return word_of(competency_level_words, (int)level);
}

const char *nmk_format_word(nmk_format format)
{
	return word_of(format_words, (int)format);
}

const char *nmk_license_word(nmk_license license)
{
	return word_of(license_words, (int)license);
}

const char *nmk_nano_state_word(nmk_nano_state status)
{
	return word_of(nano_state_words, (int)status);
}

/* ASCII whatever the locale of the host: strcasecmp() would ask it. */
static bool same_word(const char *word, const char *lower)
{
	for (; *word && *lower; word++, lower++)
		if ((*word >= 'A' && *word <= 'Z' ? *word - 'A' + 'a' : *word) != *lower)
			return false;
	return *word == *lower;
}

nmk_competency_level nmk_competency_level_of(const char *word)
{
	if (!word)
		return (nmk_competency_level)0;
	if (same_word(word, "basic"))
		return NMK_LEVEL_BEGINNER;
	for (int value = 1; competency_level_words[value]; value++)
		if (same_word(word, competency_level_words[value]))
			return (nmk_competency_level)value;
	return (nmk_competency_level)0;
}

nmk_format nmk_format_of(const char *word)
{
	return (nmk_format)word_value(format_words, word);
}

nmk_license nmk_license_of(const char *word)
{
	return (nmk_license)word_value(license_words, word);
}

nmk_nano_state nmk_nano_state_of(const char *word)
{
	return (nmk_nano_state)word_value(nano_state_words, word);
}

int32_t nmk_category_depth_maximum(void)
{
	return NMK_CATEGORY_DEPTH_MAXIMUM;
}

int32_t nmk_nano_categories_maximum(void)
{
	return NMK_NANO_CATEGORIES_MAXIMUM;
}
