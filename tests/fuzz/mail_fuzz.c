/* mail_fuzz.c -- hostile bytes as the names in a mail, and as its data: nothing gets out of its line, and no markup gets in. */
#include <nanomarket/market.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "outbox.h"
#include "sink.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINE_BYTES 998   /* RFC 5322, 2.1.1 */

static const char *const templates[] = {
#define NMK_MAIL(name, path, hours, english, german) #name,
#include "mail_texts.def"
#undef NMK_MAIL
};
#define TEMPLATES (sizeof templates / sizeof templates[0])

struct values {
	const char *username, *detail;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

static char *copy_of(const char *text)
{
	char *copy = strdup(text);

	require(copy != NULL);
	return copy;
}

static void write_data(struct sink *sink, const void *context)
{
	const struct values *values = context;

	sink_text(sink, "{\"username\":");
	sink_json(sink, values->username);
	sink_text(sink, ",\"token\":\"0123456789abcdefghijklmnopqrstuvwxyzABCDEFG\",\"detail\":");
	sink_json(sink, values->detail);
	sink_text(sink, "}");
}

/* The message takes the data. */
static nmk_outbox_message *render(const char *template_name, const char *language, char *data)
{
	nmk_outbox_message *message = calloc(1, sizeof *message);

	require(message && data);
	message->template_name = copy_of(template_name);
	message->language = copy_of(language);
	message->recipient = copy_of("rosa@example.org");
	message->created_at = INT64_C(1767225600000);
	message->data = data;
	require(mail_render("Lernmarkt", "https://lernmarkt.example", message) == NMK_OK);
	require(!message->subject == !message->text && !message->text == !message->html);
	return message;
}

static void check_lines(const char *text)
{
	for (; *text; text += *text == '\n') {
		size_t length = strcspn(text, "\n");

		require(length <= LINE_BYTES);
		for (size_t i = 0; i < length; i++)
			require((unsigned char)text[i] >= 0x20 && text[i] != 0x7F);
		text += length;
	}
}

static void check(const nmk_outbox_message *message)
{
	require(message->text != NULL);
	check_lines(message->text);
	check_lines(message->html);
	for (const char *at = message->subject; *at; at++)
		require((unsigned char)*at >= 0x20 && *at != 0x7F);
}

static size_t count(const char *text, const char *characters)
{
	size_t found = 0;

	for (text = strpbrk(text, characters); text; text = strpbrk(text + 1, characters))
		found++;
	return found;
}

/* As much markup as with a harmless name. */
static void compare(const nmk_outbox_message *message, const nmk_outbox_message *harmless)
{
	static const char *const marks[] = { "<", ">", "\"", "'" };

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
		require(count(message->html, marks[i]) == count(harmless->html, marks[i]));
	for (const char *at = strchr(message->html, '&'); at; at = strchr(at + 1, '&'))
		require(strcspn(at, ";") <= 5);
}

static void as_names(const char *template_name, const char *language, const char *username, const char *detail)
{
	struct values values = { username, detail }, plain = { username[strspn(username, " \t\r\n")] ? "paula" : "", "x" };
	nmk_outbox_message *message = render(template_name, language, sink_run(write_data, &values));
	nmk_outbox_message *harmless = render(template_name, language, sink_run(write_data, &plain));

	check(message);
	compare(message, harmless);
	nmk_outbox_message_free(message);
	nmk_outbox_message_free(harmless);
}

/* What was sealed here was written here; yet what reads it must bear all. */
static void as_data(const char *template_name, const char *text)
{
	nmk_outbox_message *message = render(template_name, "de", copy_of(text));

	require(!message->subject || !strpbrk(message->subject, "\r\n"));
	nmk_outbox_message_free(message);
}

/* A name, and behind the first NUL something else. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 2);
	size_t which = size > 0 ? data[0] % TEMPLATES : 0;
	const char *detail;

	require(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = text[size + 1] = '\0';
	detail = text + strlen(text) + 1;
	if (!*detail)
		detail = text;
	if (text_is_valid_utf8(text, strlen(text)) && text_is_valid_utf8(detail, strlen(detail))) {
		as_names(templates[which], "en", text, detail);
		as_names(templates[which], "de-AT", text, detail);
	}
	as_data(templates[which], text);
	free(text);
	return 0;
}
