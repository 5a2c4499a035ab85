/* mail_test.c -- the words of mails: both languages say the same, and nothing gets out of its place. */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "outbox.h"
#include "sink.h"
#include "world.h"

#define TOKEN "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

struct text {
	const char *subject, *body;
};

static const struct template_row {
	const char *name, *path;
	int hours;
	struct text texts[2];
} rows[] = {
#define TEXT(subject, body) { subject, body }
#define NMK_MAIL(name, path, hours, english, german) { #name, path, hours, { english, german } },
#include "mail_texts.def"
#undef NMK_MAIL
#undef TEXT
};
#define ROWS (sizeof rows / sizeof rows[0])

static void data_writer(struct sink *sink, const void *context)
{
	const char *const *values = context;

	sink_text(sink, "{\"username\":");
	sink_json(sink, values[0]);
	if (values[1]) {
		sink_text(sink, ",\"token\":");
		sink_json(sink, values[1]);
	}
	if (values[2]) {
		sink_text(sink, ",\"detail\":");
		sink_json(sink, values[2]);
	}
	sink_text(sink, "}");
}

static nmk_outbox_message *render_for(const char *market, const char *site, const char *template_name, const char *language,
                                      const char *username, const char *detail)
{
	const char *values[] = { username, TOKEN, detail };
	nmk_outbox_message *message = calloc(1, sizeof *message);

	assert_non_null(message);
	message->template_name = strdup(template_name);
	message->language = strdup(language);
	message->recipient = strdup("rosa@example.org");
	message->created_at = INT64_C(1767225600000);
	message->data = sink_run(data_writer, values);
	assert_int_equal(NMK_OK, mail_render(market, site, message));
	return message;
}

static nmk_outbox_message *render(const char *template_name, const char *language, const char *username, const char *detail)
{
	return render_for("Lernmarkt", "https://lernmarkt.example", template_name, language, username, detail);
}

#define assert_has(text, part) \
	do { if (!strstr((text), (part))) fail_msg("'%s' is missing in:\n%s", (part), (text)); } while (0)
#define assert_lacks(text, part) \
	do { if (strstr((text), (part))) fail_msg("'%s' is in:\n%s", (part), (text)); } while (0)

/* ---- the texts ---- */

/* How often each placeholder stands in a text; unknown ones fail. */
static void count_placeholders(const char *text, int counts[6])
{
	static const char *const known[] = { "{{name}}", "{{market}}", "{{site}}", "{{hours}}", "{{time}}", "{{detail}}" };

	for (const char *at = strstr(text, "{{"); at; at = strstr(at + 2, "{{")) {
		size_t i = 0;

		while (i < 6 && strncmp(known[i], at, strlen(known[i])) != 0)
			i++;
		if (i == 6)
			fail_msg("an unknown placeholder: %.20s", at);
		counts[i]++;
	}
}

static int count(const char *text, const char *part)
{
	int found = 0;

	for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
		found++;
	return found;
}

static void test_text__both_languages_have_the_same_placeholders_and_paragraphs(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		const struct text *english = &rows[i].texts[0], *german = &rows[i].texts[1];
		int counts[2][6] = { { 0 } };

		for (int language = 0; language < 2; language++) {
			count_placeholders(rows[i].texts[language].subject, counts[language]);
			count_placeholders(rows[i].texts[language].body, counts[language]);
		}
		for (int j = 0; j < 6; j++)
			if (!counts[0][j] != !counts[1][j])
				fail_msg("%s: one language lacks a placeholder", rows[i].name);
		assert_int_equal(count(english->body, "\n"), count(german->body, "\n"));
		assert_in_range(count(english->body, "\n"), 1, 8);
		assert_string_not_equal(english->subject, german->subject);
	}
	print_message("%zu templates\n", ROWS);
}

static void test_text__has_a_link_exactly_if_it_leads_somewhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		for (int language = 0; language < 2; language++) {
			const char *body = rows[i].texts[language].body;

			assert_int_equal(rows[i].path ? 1 : 0, count(body, "\n> ") + (strncmp(body, "> ", 2) == 0));
			assert_int_equal(rows[i].path != NULL, strstr(body, "{{hours}}") != NULL);
			assert_int_equal(rows[i].path != NULL, rows[i].hours > 0);
			assert_int_equal('\n', body[strlen(body) - 1]);
			assert_lacks(body, "  ");
			assert_lacks(rows[i].texts[language].subject, "\n");
		}
}

static void test_text__is_there_in_both_languages_for_every_template(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		nmk_outbox_message *english = render(rows[i].name, "en", "Rosa", "x@example.org");
		nmk_outbox_message *german = render(rows[i].name, "de-AT", "Rosa", "x@example.org");

		assert_has(nmk_outbox_message_text(english), "Hello Rosa,\n");
		assert_has(nmk_outbox_message_text(german), "Guten Tag Rosa,\n");
		assert_has(nmk_outbox_message_html(english), "<html lang=\"en\">");
		assert_has(nmk_outbox_message_html(german), "<html lang=\"de\">");
		assert_has(nmk_outbox_message_text(english), "Lernmarkt");
		assert_lacks(nmk_outbox_message_text(german), "{{");
		assert_lacks(nmk_outbox_message_html(german), "{{");
		assert_lacks(nmk_outbox_message_text(english), "{{");
		assert_lacks(nmk_outbox_message_subject(english), "{{");
		nmk_outbox_message_free(english);
		nmk_outbox_message_free(german);
	}
}

/* ---- what the code sends ---- */

static bool has_row(const char *name, size_t length)
{
	for (size_t i = 0; i < ROWS; i++)
		if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0)
			return true;
	return false;
}

static char *read_file(const char *folder, const char *name)
{
	char path[1024];
	char *text = calloc(1, 400000);
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(text);
	assert_true(fread(text, 1, 399999, file) < 399999);
	fclose(file);
	return text;
}

/* The literal that follows the mark before the statement ends. */
static int check_literals(const char *file, const char *text, const char *mark)
{
	int found = 0;

	for (const char *at = strstr(text, mark); at; at = strstr(at + 1, mark)) {
		const char *end = at + strcspn(at, ";"), *open = strchr(at, '"'), *close;

		if (!open || open > end)
			continue;
		close = strchr(open + 1, '"');
		if (!has_row(open + 1, (size_t)(close - open - 1)))
			fail_msg("%s sends '%.*s', which has no text", file, (int)(close - open - 1), open + 1);
		found++;
	}
	return found;
}

static int check_folder(const char *component)
{
	char folder[512];
	struct dirent *entry;
	int found = 0;
	DIR *files;

	snprintf(folder, sizeof folder, "%s/src/%s", NMK_SOURCE_DIR, component);
	files = opendir(folder);
	if (!files)
		fail_msg("%s is missing", folder);
	while ((entry = readdir(files)) != NULL) {
		size_t length = strlen(entry->d_name);
		char *text;

		if (length < 2 || (strcmp(entry->d_name + length - 2, ".c") != 0 && strcmp(entry->d_name + length - 2, ".h") != 0))
			continue;
		text = read_file(folder, entry->d_name);
		found += check_literals(entry->d_name, text, "outbox_notify(");
		found += check_literals(entry->d_name, text, ".template_name = ");
		free(text);
	}
	closedir(files);
	return found;
}

static void test_template__of_every_mail_in_the_code_has_a_text(void **state)
{
	(void)state;
	assert_true(has_row(PROOF_VERIFICATION, strlen(PROOF_VERIFICATION)));
	assert_true(has_row(PROOF_RESET, strlen(PROOF_RESET)));
	assert_true(has_row(PROOF_EMAIL_CHANGE, strlen(PROOF_EMAIL_CHANGE)));
	assert_true(check_folder("identity") >= 3);
	check_folder("token");
}

/* ---- rendering ---- */

static void test_mail__of_a_proof_has_its_link_in_text_and_html(void **state)
{
	static const struct { const char *template_name, *link; } cases[] = {
		{ "email_verification", "https://lernmarkt.example/verify-email?token=" TOKEN },
		{ "password_reset",     "https://lernmarkt.example/reset-password?token=" TOKEN },
		{ "email_change",       "https://lernmarkt.example/confirm-email?token=" TOKEN },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		nmk_outbox_message *message = render(cases[i].template_name, "de", "Rosa", NULL);
		char line[200], attribute[200];

		snprintf(line, sizeof line, "\n%s\n", cases[i].link);
		snprintf(attribute, sizeof attribute, "href=\"%s\"", cases[i].link);
		assert_has(nmk_outbox_message_text(message), line);
		assert_has(nmk_outbox_message_html(message), attribute);
		assert_int_equal(1, count(nmk_outbox_message_html(message), "<a "));
		assert_int_equal(2, count(nmk_outbox_message_html(message), cases[i].link));
		nmk_outbox_message_free(message);
	}
}

static void test_mail__tells_how_long_the_link_works(void **state)
{
	static const struct { const char *template_name, *language, *words; } cases[] = {
		{ "email_verification", "en", "for 24 hours." }, { "email_verification", "de", "24 Stunden lang." },
		{ "password_reset",     "en", "for one hour." }, { "password_reset",     "de", "eine Stunde lang." },
		{ "email_change",       "en", "for 24 hours." }, { "email_change",       "de", "24 Stunden lang." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		nmk_outbox_message *message = render(cases[i].template_name, cases[i].language, "Rosa", NULL);

		assert_has(nmk_outbox_message_text(message), cases[i].words);
		nmk_outbox_message_free(message);
	}
}

static void test_mail__without_a_name_greets_all_the_same(void **state)
{
	static const char *const blank[] = { "", " ", " \t" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		nmk_outbox_message *english = render("password_changed", "en", blank[i], NULL);
		nmk_outbox_message *german = render("password_changed", "de", blank[i], NULL);

		assert_int_equal(0, strncmp(nmk_outbox_message_text(english), "Hello there,\n", 13));
		assert_int_equal(0, strncmp(nmk_outbox_message_text(german), "Guten Tag,\n", 11));
		nmk_outbox_message_free(english);
		nmk_outbox_message_free(german);
	}
}

static void test_mail__is_english_but_for_german_readers(void **state)
{
	static const struct { const char *language, *greeting; } cases[] = {
		{ "de", "Guten Tag" }, { "de-CH", "Guten Tag" }, { "en", "Hello" }, { "fr", "Hello" }, { "den", "Hello" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		nmk_outbox_message *message = render("password_changed", cases[i].language, "Rosa", NULL);

		assert_has(nmk_outbox_message_text(message), cases[i].greeting);
		nmk_outbox_message_free(message);
	}
}

static void test_mail__leaves_out_a_detail_that_it_has_not(void **state)
{
	nmk_outbox_message *with = render("token_reuse", "en", "Rosa", "Firefox on Linux");
	nmk_outbox_message *without = render("token_reuse", "en", "Rosa", NULL);

	(void)state;
	assert_has(nmk_outbox_message_text(with), "The device: Firefox on Linux\n");
	assert_lacks(nmk_outbox_message_text(without), "The device");
	assert_lacks(nmk_outbox_message_html(without), "The device");
	nmk_outbox_message_free(with);
	nmk_outbox_message_free(without);
}

static void test_mail__has_the_day_and_the_minute(void **state)
{
	nmk_outbox_message *english = render("password_changed", "en", "Rosa", NULL);
	nmk_outbox_message *german = render("password_changed", "de", "Rosa", NULL);

	(void)state;
	assert_has(nmk_outbox_message_text(english), "On 2026-01-01 00:00 UTC the password");
	assert_has(nmk_outbox_message_text(german), "am 01.01.2026 00:00 Uhr (UTC) wurde");
	nmk_outbox_message_free(english);
	nmk_outbox_message_free(german);
}

static void test_mail__escapes_whatever_people_wrote(void **state)
{
	nmk_outbox_message *message = render_for("<b>M&M's</b> \"Markt\"", "http://localhost", "email_changed", "en",
	                                         "<script>alert(1)</script>", "\"><img src=x onerror='y'>@example.org");

	(void)state;
	assert_lacks(nmk_outbox_message_html(message), "<script");
	assert_lacks(nmk_outbox_message_html(message), "<img");
	assert_lacks(nmk_outbox_message_html(message), "<b>");
	assert_has(nmk_outbox_message_html(message), "&lt;script&gt;alert(1)&lt;/script&gt;");
	assert_has(nmk_outbox_message_html(message), "&quot;&gt;&lt;img src=x onerror=&#39;y&#39;&gt;@example.org");
	assert_has(nmk_outbox_message_html(message), "&lt;b&gt;M&amp;M&#39;s&lt;/b&gt;");
	assert_has(nmk_outbox_message_text(message), "<script>alert(1)</script>");
	nmk_outbox_message_free(message);
}

static void test_mail__keeps_values_in_their_line(void **state)
{
	nmk_outbox_message *message = render_for("Markt\r\nBcc: x@example.org", "http://localhost", "email_changed", "en",
	                                         "Rosa\r\n\r\nlies", "a@example.org\r\n.\r\nQUIT\x7f");

	(void)state;
	for (const char *text = nmk_outbox_message_text(message); *text; text++)
		assert_false(*text == '\r' || *text == 0x7f);
	assert_lacks(nmk_outbox_message_text(message), "\nBcc:");
	assert_lacks(nmk_outbox_message_text(message), "\n.\n");
	assert_lacks(nmk_outbox_message_text(message), "\nlies");
	assert_lacks(nmk_outbox_message_html(message), "\r");
	assert_lacks(nmk_outbox_message_subject(message), "\r");
	assert_lacks(nmk_outbox_message_subject(message), "\n");
	nmk_outbox_message_free(message);
}

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	for (; *text; text += strcspn(text, "\n") + 1)
		longest = strcspn(text, "\n") > longest ? strcspn(text, "\n") : longest;
	return longest;
}

static void fill(char *text, size_t length, const char *part)
{
	text[0] = '\0';
	while (strlen(text) + strlen(part) <= length)
		strcat(text, part);
}

static void test_mail__lines_have_at_most_998_bytes_whatever_comes(void **state)
{
	static const char *const parts[] = { "x", "\"", "\u00e4", "\u20ac&", "\U0001F600", "a b" };
	char market[401], site[501] = "http://", detail[1001];

	(void)state;
	fill(site + 7, 493, "y");
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
		for (size_t row = 0; row < ROWS; row++)
			for (int language = 0; language < 2; language++) {
				nmk_outbox_message *message;

				fill(market, 400, parts[i]);
				fill(detail, 1000, parts[i]);
				message = render_for(market, site, rows[row].name, language ? "de" : "en", market, detail);
				assert_in_range(longest_line(nmk_outbox_message_text(message)), 1, 998);
				assert_in_range(longest_line(nmk_outbox_message_html(message)), 1, 998);
				assert_true(text_is_valid_utf8(nmk_outbox_message_text(message), strlen(nmk_outbox_message_text(message))));
				assert_true(text_is_valid_utf8(nmk_outbox_message_html(message), strlen(nmk_outbox_message_html(message))));
				assert_int_equal('\n', nmk_outbox_message_text(message)[strlen(nmk_outbox_message_text(message)) - 1]);
				nmk_outbox_message_free(message);
			}
}

static void test_mail__lines_that_people_read_are_short(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++)
		if (!rows[i].path) {
			nmk_outbox_message *message = render(rows[i].name, "de", "Rosa", "rosa@example.org");

			assert_in_range(longest_line(nmk_outbox_message_text(message)), 30, 4 * 72);
			for (const char *text = nmk_outbox_message_text(message); *text; text += strcspn(text, "\n") + 1) {
				char line[400];

				snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
				assert_in_range(text_count(line), 0, 72);
				assert_true(line[0] == '\0' || (line[0] != ' ' && line[strlen(line) - 1] != ' '));
			}
			nmk_outbox_message_free(message);
		}
}

static void test_mail__of_an_unknown_template_has_no_text(void **state)
{
	nmk_outbox_message *message = render("from_the_future", "de", "Rosa", NULL);

	(void)state;
	assert_null(nmk_outbox_message_subject(message));
	assert_null(nmk_outbox_message_text(message));
	assert_null(nmk_outbox_message_html(message));
	nmk_outbox_message_free(message);
}

/* ---- data ---- */

static void test_data__is_json_whatever_people_wrote(void **state)
{
	const char *values[] = { "\"Ro\\sa\"\n\x01{}", TOKEN, "\\\",\"token\":\"x\u00e4\"" };
	char *text = sink_run(data_writer, values);
	json_t *json = json_loads(text, 0, NULL);

	(void)state;
	assert_non_null(json);
	assert_string_equal(values[0], json_string_value(json_object_get(json, "username")));
	assert_string_equal(values[1], json_string_value(json_object_get(json, "token")));
	assert_string_equal(values[2], json_string_value(json_object_get(json, "detail")));
	json_decref(json);
	free(text);
}

static void test_data__is_read_back_as_it_was_written(void **state)
{
	nmk_outbox_message *message = render("email_changed", "en", "\"Ro\\sa\", \"token\":\"t\"", "\\\"\\\\\"");

	(void)state;
	assert_has(nmk_outbox_message_text(message), "Hello \"Ro\\sa\", \"token\":\"t\",\n");
	assert_has(nmk_outbox_message_text(message), "address: \\\"\\\\\"\n");
	nmk_outbox_message_free(message);
	message = render("email_verification", "en", "token\":\"evil", NULL);
	assert_has(nmk_outbox_message_text(message), "?token=" TOKEN "\n");
	nmk_outbox_message_free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text__both_languages_have_the_same_placeholders_and_paragraphs),
		cmocka_unit_test(test_text__has_a_link_exactly_if_it_leads_somewhere),
		cmocka_unit_test(test_text__is_there_in_both_languages_for_every_template),
		cmocka_unit_test(test_template__of_every_mail_in_the_code_has_a_text),
		cmocka_unit_test(test_mail__of_a_proof_has_its_link_in_text_and_html),
		cmocka_unit_test(test_mail__tells_how_long_the_link_works),
		cmocka_unit_test(test_mail__without_a_name_greets_all_the_same),
		cmocka_unit_test(test_mail__is_english_but_for_german_readers),
		cmocka_unit_test(test_mail__leaves_out_a_detail_that_it_has_not),
		cmocka_unit_test(test_mail__has_the_day_and_the_minute),
		cmocka_unit_test(test_mail__escapes_whatever_people_wrote),
		cmocka_unit_test(test_mail__keeps_values_in_their_line),
		cmocka_unit_test(test_mail__lines_have_at_most_998_bytes_whatever_comes),
		cmocka_unit_test(test_mail__lines_that_people_read_are_short),
		cmocka_unit_test(test_mail__of_an_unknown_template_has_no_text),
		cmocka_unit_test(test_data__is_json_whatever_people_wrote),
		cmocka_unit_test(test_data__is_read_back_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
