/* mail.c -- the words of a mail: plain text and HTML out of the same paragraphs. Pure. */
#include "outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "json_reader.h"
#include "sink.h"

#define LINE_COLUMNS  72
#define LINE_BYTES    900      /* of a word without a space; RFC 5322, 2.1.1 allows 998 in a line */
#define PARAGRAPHS    10

struct mail_text {
	const char *subject, *body;
};

static const struct mail_template {
	const char *name, *path;   /* path: of the link; NULL without one */
	int hours;
	struct mail_text texts[2]; /* by enum language                    */
} templates[] = {
#define TEXT(subject, body) { subject, body }
#define NMK_MAIL(name, path, hours, english, german) { #name, path, hours, { english, german } },
#include "mail_texts.def"
#undef NMK_MAIL
#undef TEXT
};

/* What all mails of a language have in common. */
static const struct mail_frame {
	const char *tag, *salutation, *nameless, *hour, *hours, *link, *end;
} frames[] = {
	[LANGUAGE_ENGLISH] = { "en", "Hello {{name}},", "Hello there,", "one hour", "hours",
	                       "If the button does not work, open this address:",
	                       "This message was sent automatically by {{market}}: {{site}}" },
	[LANGUAGE_GERMAN]  = { "de", "Guten Tag {{name}},", "Guten Tag,", "eine Stunde", "Stunden",
	                       "Falls die Schaltfläche nicht funktioniert, öffnen Sie bitte diese Adresse:",
	                       "Diese Nachricht wurde automatisch versandt von {{market}}: {{site}}" },
};

/* A mail on its way: what replaces the placeholders, and the paragraphs once that is done. */
struct letter {
	const struct mail_template *template;
	const struct mail_frame    *frame;
	const char *market, *site;
	char       *name, *token, *detail;
	char        hours[32], time[TIME_TEXT_SIZE];
	char       *subject;
	char       *paragraphs[PARAGRAPHS];
	int         count, link;             /* link: its paragraph, which has the words on it; -1 for none */
};

/* ---- the data ---- */

/* A text among the members of the data. False: no memory. */
static bool data_member(struct json_piece data, const char *name, char **value)
{
	struct json_piece piece;

	*value = NULL;
	if (!piece_member(data, name, &piece) || !piece_is_string(piece))
		return true;
	*value = malloc(piece.length);
	return *value && piece_text(piece, *value, piece.length);
}

static bool read_data(const char *data, struct letter *letter)
{
	struct json_piece object;

	if (!json_accepts(data, strlen(data), &object))
		return true;
	return data_member(object, "username", &letter->name) && data_member(object, "token", &letter->token)
	    && data_member(object, "detail", &letter->detail);
}

/* ---- from texts to paragraphs ---- */

static const char *placeholder_value(const struct letter *letter, const char *name, size_t length)
{
	const struct { const char *name, *value; } values[] = {
		{ "name", letter->name }, { "market", letter->market }, { "site", letter->site }, { "hours", letter->hours },
		{ "time", letter->time }, { "detail", letter->detail },
	};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		if (strlen(values[i].name) == length && memcmp(values[i].name, name, length) == 0)
			return values[i].value;
	return NULL;
}

/* A value stays within its line: no header and no paragraph can be smuggled in. */
static void add_value(struct buffer *buffer, const char *value)
{
	for (; value && *value; value++)
		buffer_char(buffer, (unsigned char)*value < 0x20 || *value == 0x7F ? ' ' : *value);
}

/* A piece of text with its placeholders replaced, the caller's. NULL: no memory. */
static char *fill_in(const struct letter *letter, const char *text, size_t length)
{
	struct buffer buffer = { 0 };
	const char *end = text + length;

	while (text < end) {
		const char *open = strstr(text, "{{"), *close = open ? strstr(open, "}}") : NULL;

		if (!close || open >= end) {
			buffer_add(&buffer, text, (size_t)(end - text));
			break;
		}
		buffer_add(&buffer, text, (size_t)(open - text));
		add_value(&buffer, placeholder_value(letter, open + 2, (size_t)(close - open - 2)));
		text = close + 2;
	}
	return buffer_take(&buffer);
}

static bool add_paragraph(struct letter *letter, const char *text, size_t length)
{
	char *paragraph = fill_in(letter, text, length);

	if (paragraph)
		letter->paragraphs[letter->count++] = paragraph;
	return paragraph != NULL;
}

static bool wants_detail(const char *text, size_t length)
{
	const char *found = strstr(text, "{{detail}}");

	return found && found < text + length;
}

static bool add_body(struct letter *letter, const char *body)
{
	bool complete = true;

	while (complete && *body) {
		size_t length = strcspn(body, "\n"), mark = strncmp(body, "> ", 2) == 0 ? 2 : 0;

		if (letter->detail || !wants_detail(body, length)) {
			if (mark)
				letter->link = letter->count;
			complete = add_paragraph(letter, body + mark, length - mark);
		}
		body += length + 1;
	}
	return complete;
}

static bool is_blank(const char *text)
{
	return !text || text[strspn(text, " \t\r\n")] == '\0';
}

static bool compose(struct letter *letter, enum language language)
{
	const struct mail_text *text = &letter->template->texts[language];
	const struct mail_frame *frame = letter->frame;
	const char *salutation = is_blank(letter->name) ? frame->nameless : frame->salutation;

	letter->subject = fill_in(letter, text->subject, strlen(text->subject));
	return letter->subject && add_paragraph(letter, salutation, strlen(salutation)) && add_body(letter, text->body)
	    && add_paragraph(letter, frame->end, strlen(frame->end));
}

/* ---- from paragraphs to lines ---- */

typedef void add_word(struct sink *sink, const char *word, size_t length);

static size_t columns_of(const char *word, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += ((unsigned char)word[i] & 0xC0) != 0x80;
	return columns;
}

/* The beginning of a word that fits in a line, at the end of a character; all of it but for the oddest words. */
static size_t piece_of(const char *word, size_t length, add_word *add)
{
	struct sink measured = { NULL, 0 };
	size_t at = 0, fits = 0;

	while (at < length) {
		add(&measured, word + at++, 1);
		if (measured.length > LINE_BYTES)
			return fits > 0 ? fits : at - 1; /* no character is that long: these are none */
		if (at == length || ((unsigned char)word[at] & 0xC0) != 0x80)
			fits = at;
	}
	return length;
}

static void write_lines(struct sink *sink, const char *text, add_word *add)
{
	size_t width = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t length = piece_of(text, strcspn(text, " "), add), columns = columns_of(text, length);
		bool breaks = width > 0 && width + 1 + columns > LINE_COLUMNS;

		if (width > 0)
			sink_text(sink, breaks ? "\n" : " ");
		width = (breaks || width == 0 ? 0 : width + 1) + columns;
		add(sink, text, length);
		text += length;
	}
	sink_text(sink, "\n");
}

static void write_text(struct sink *sink, const void *context)
{
	const struct letter *letter = context;

	for (int i = 0; i < letter->count; i++) {
		if (i > 0)
			sink_text(sink, "\n");
		if (i != letter->link) {
			write_lines(sink, letter->paragraphs[i], sink_add);
			continue;
		}
		sink_text(sink, letter->paragraphs[i]);
		sink_text(sink, ":\n");
		sink_text(sink, letter->site);
		sink_text(sink, letter->template->path);
		sink_text(sink, letter->token);
		sink_text(sink, "\n");
	}
}

static void write_address(struct sink *sink, const struct letter *letter)
{
	sink_html(sink, letter->site, strlen(letter->site));
	sink_text(sink, letter->template->path);
	sink_text(sink, letter->token);
}

static void write_link(struct sink *sink, const struct letter *letter)
{
	sink_text(sink, "<p><a style=\"display:inline-block;padding:12px 20px;border-radius:6px;background:#0b5394;color:#ffffff;"
	                "font-weight:bold;text-decoration:none\"\nhref=\"");
	write_address(sink, letter);
	sink_text(sink, "\">");
	sink_html(sink, letter->paragraphs[letter->link], strlen(letter->paragraphs[letter->link]));
	sink_text(sink, "</a></p>\n<p>");
	sink_text(sink, letter->frame->link);
	sink_text(sink, "<br>\n<span style=\"word-break:break-all\">");
	write_address(sink, letter);
	sink_text(sink, "</span></p>\n");
}

static void write_html(struct sink *sink, const void *context)
{
	const struct letter *letter = context;

	sink_text(sink, "<!DOCTYPE html>\n<html lang=\"");
	sink_text(sink, letter->frame->tag);
	sink_text(sink, "\">\n<head>\n<meta charset=\"utf-8\">\n"
	                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>\n");
	write_lines(sink, letter->subject, sink_html);
	sink_text(sink, "</title>\n</head>\n<body style=\"margin:0;padding:24px;background:#ffffff;color:#1a1a1a;"
	                "font:16px/1.5 sans-serif\">\n<div style=\"max-width:36em;margin:0 auto\">\n");
	for (int i = 0; i < letter->count; i++) {
		if (i == letter->link) {
			write_link(sink, letter);
			continue;
		}
		sink_text(sink, i == letter->count - 1 ? "<p style=\"color:#595959;font-size:14px\">\n" : "<p>\n");
		write_lines(sink, letter->paragraphs[i], sink_html);
		sink_text(sink, "</p>\n");
	}
	sink_text(sink, "</div>\n</body>\n</html>\n");
}

/* ---- the whole ---- */

static const struct mail_template *template_named(const char *name)
{
	for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++)
		if (strcmp(templates[i].name, name) == 0)
			return &templates[i];
	return NULL;
}

bool mail_has_text(const char *template_name)
{
	return template_named(template_name) != NULL;
}

/* A day and a minute are enough. */
static void describe_time(int64_t time, enum language language, char text[TIME_TEXT_SIZE])
{
	char full[TIME_TEXT_SIZE];

	time_format(time, full); /* 2026-01-31T09:05:00.000Z */
	if (language == LANGUAGE_GERMAN)
		snprintf(text, TIME_TEXT_SIZE, "%.2s.%.2s.%.4s %.5s Uhr (UTC)", full + 8, full + 5, full, full + 11);
	else
		snprintf(text, TIME_TEXT_SIZE, "%.10s %.5s UTC", full, full + 11);
}

static void describe_hours(struct letter *letter)
{
	int hours = letter->template->hours;

	if (hours == 1)
		snprintf(letter->hours, sizeof letter->hours, "%s", letter->frame->hour);
	else
		snprintf(letter->hours, sizeof letter->hours, "%d %s", hours, letter->frame->hours);
}

static void letter_free(struct letter *letter)
{
	secret_free(letter->token);
	free(letter->name);
	free(letter->detail);
	free(letter->subject);
	for (int i = 0; i < letter->count; i++)
		free(letter->paragraphs[i]);
}

nmk_status mail_render(const char *market_name, const char *public_url, struct nmk_outbox_message *message)
{
	enum language language = language_of(message->language);
	struct letter letter = { .template = template_named(message->template_name), .frame = &frames[language],
	                         .market = market_name, .site = public_url, .link = -1 };
	bool complete, lacks_token;

	if (!letter.template)
		return NMK_OK;
	describe_time(message->created_at, language, letter.time);
	describe_hours(&letter);
	complete = read_data(message->data, &letter);
	lacks_token = letter.template->path && !letter.token;
	complete = complete && (lacks_token || compose(&letter, language));
	if (complete && !lacks_token) {
		message->text = sink_run(write_text, &letter);
		message->html = sink_run(write_html, &letter);
		message->subject = letter.subject;
		letter.subject = NULL;
		complete = message->text && message->html;
	}
	letter_free(&letter);
	return complete ? NMK_OK : NMK_ENOMEM;
}
