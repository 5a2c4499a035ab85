#include "zip_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

static const struct {
	const char *word;
	const char *english;
	const char *german;
} rules[] = {
#define NMK_ZIP_RULE(name, word, english, german) { word, english, german },
#include "zip_rules.def"
#undef NMK_ZIP_RULE
};

const char *zip_rule_word(enum zip_rule rule)
{
	return rules[rule].word;
}

const char *zip_rule_text(enum zip_rule rule, const char *language)
{
	return language && strcmp(language, "de") == 0 ? rules[rule].german : rules[rule].english;
}

enum zip_result zip_reject(struct zip_report *report, enum zip_rule rule, const char *format, ...)
{
	va_list arguments;

	report->rule = rule;
	va_start(arguments, format);
	vsnprintf(report->detail, sizeof(report->detail), format, arguments);
	va_end(arguments);
	return ZIP_REJECTED;
}

/* Letters, marks, numbers, punctuation, symbols and the spaces between words, but nothing invisible. */
static bool is_printable(int32_t point)
{
	const utf8proc_property_t *property = utf8proc_get_property(point);

	return property->category > UTF8PROC_CATEGORY_CN && property->category <= UTF8PROC_CATEGORY_ZS &&
	       !property->ignorable;
}

/*
 * The name goes to logs and terminals, and it comes from an attacker: whatever is not plainly visible becomes \xNN,
 * and so does the backslash, so that nothing is taken for what it is not.
 */
void zip_blame(struct zip_report *report, uint32_t index, const unsigned char *name, size_t length)
{
	size_t used = 0;
	size_t at = 0;

	report->index = index;
	while (at < length && used + 5 <= sizeof(report->entry)) {
		int32_t point;
		utf8proc_ssize_t bytes = utf8proc_iterate(name + at, (utf8proc_ssize_t)(length - at), &point);

		if (bytes > 0 && is_printable(point) && point != '\\') {
			memcpy(report->entry + used, name + at, (size_t)bytes);
			used += (size_t)bytes;
			at += (size_t)bytes;
		} else {
			used += (size_t)snprintf(report->entry + used, 5, "\\x%02X", (unsigned)name[at]);
			at++;
		}
	}
	report->entry[used] = '\0';
}
