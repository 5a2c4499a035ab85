#include "message.h"

#include <stdio.h>
#include <string.h>

static const struct { const char *english, *german; } messages[] = {
#define NMK_MESSAGE(english, german) { english, german },
#include "messages.def"
#undef NMK_MESSAGE
};

enum language language_of(const char *tag)
{
	if (tag && tag[0] == 'd' && tag[1] == 'e' && (tag[2] == '\0' || strchr("_-.@", tag[2])))
		return LANGUAGE_GERMAN;
	return LANGUAGE_ENGLISH;
}

/* A walk over the table: it is short, and a sentence is only needed when something went wrong. */
const char *message_in(enum language language, const char *english)
{
	if (language == LANGUAGE_ENGLISH)
		return english;
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++)
		if (strcmp(messages[i].english, english) == 0)
			return messages[i].german;
	return english;
}

/* Cut at a character boundary where the room ends. */
static void copy_text(char *to, size_t room, const char *from)
{
	size_t length = strlen(from);

	if (length >= room) {
		length = room - 1;
		while (length > 0 && ((unsigned char)from[length] & 0xc0) == 0x80)
			length--;
	}
	memcpy(to, from, length);
	to[length] = '\0';
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the translation has the literal's conversions: tested */
nmk_status error_set_list(nmk_error *error, enum language language, const char *operation, nmk_status status,
                          const char *field, const char *format, va_list arguments)
{
	char message[2 * NMK_ERROR_MESSAGE_SIZE];

	if (!error)
		return status;
	memset(error, 0, sizeof *error);
	error->status = status;
	copy_text(error->operation, sizeof error->operation, operation ? operation : "");
	copy_text(error->field, sizeof error->field, field ? field : "");
	vsnprintf(message, sizeof message, message_in(language, format), arguments);
	copy_text(error->message, sizeof error->message, message);
	return status;
}
#pragma GCC diagnostic pop

nmk_status error_set(nmk_error *error, enum language language, const char *operation, nmk_status status,
                     const char *field, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	error_set_list(error, language, operation, status, field, format, arguments);
	va_end(arguments);
	return status;
}
