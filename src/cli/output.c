#include "output.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <utf8proc.h>

/* ---- failures ---- */

int exit_code_of(nmk_status status)
{
	switch (status) {
	case NMK_OK:
		return EXIT_DONE;
	case NMK_ENOTFOUND:
		return EXIT_ABSENT;
	case NMK_EDENIED:
	case NMK_ELOGIN:
		return EXIT_REFUSED;
	case NMK_ECANCELLED:
		return interrupted() ? EXIT_INTERRUPTED : EXIT_FAILED;
	case NMK_EINTERNAL:
	case NMK_ENOMEM:
	case NMK_EINVALID:
	case NMK_ESTATE:
	case NMK_ECONFLICT:
	case NMK_ELIMIT:
	case NMK_EBUSY:
	case NMK_EIO:
	case NMK_EFULL:
	case NMK_EREADONLY:
	case NMK_ECORRUPT:
	case NMK_EVERSION:
	case NMK_EUNKNOWN:
		return EXIT_FAILED;
	}
	return EXIT_FAILED;
}

/* Most messages read after their field ("title must have ..."), some are sentences of their own ("there is none").
 * German sentences begin with a capital letter or a quote, English predicates with one of a few verbs. */
static bool reads_after_field(const char *message)
{
	static const char *const verbs[] = {
		"must", "is", "are", "has", "may", "was", "were", "would", "lies", "goes", "names", "name", "cannot",
		"gave", "does", "needs", "stands",
	};
	size_t length = strcspn(message, " ");

	if (strcmp(texts_language(), "de") == 0)
		return *message >= 'a' && *message <= 'z';
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
		if (strlen(verbs[i]) == length && strncmp(verbs[i], message, length) == 0)
			return true;
	return false;
}

const char *wait_text(int64_t milliseconds, char text[TIME_SIZE])
{
	long long seconds = milliseconds / 1000 + (milliseconds % 1000 > 0);

	if (seconds <= 120)
		snprintf(text, TIME_SIZE, tr("%lld s"), seconds);
	else if (seconds <= 7200)
		snprintf(text, TIME_SIZE, tr("%lld min"), (seconds + 59) / 60);
	else
		snprintf(text, TIME_SIZE, tr("%lld h"), (seconds + 3599) / 3600);
	return text;
}

void error_sentence(const nmk_error *error, char *text, size_t room)
{
	const char *message = error->message[0] ? error->message : nmk_status_text(error->status, texts_language());
	const char *field = reads_after_field(message) ? error->field : "";
	char wait[TIME_SIZE];
	int used = snprintf(text, room, "%s%s%s", field, *field ? " " : "", message);

	/* Some messages say the time themselves. */
	if (error->retry_after_ms > 0 && !strpbrk(message, "0123456789") && used >= 0 && (size_t)used < room)
		snprintf(text + used, room - (size_t)used, tr(" (try again in %s)"), wait_text(error->retry_after_ms, wait));
}

static void print_error_json(const char *status, const char *field, const char *message, int64_t retry_after_ms)
{
	json_t *json = json_pack("{s:{s:s,s:s?,s:s,s:o}}", "error", "status", status, "field",
	                         field && *field ? field : NULL, "message", message, "retry_after_ms",
	                         retry_after_ms > 0 ? json_integer(retry_after_ms) : json_null());
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	puts(text ? text : "{\"error\":{\"status\":\"no_memory\",\"field\":null,\"message\":\"\",\"retry_after_ms\":null}}");
	free(text);
	json_decref(json);
}

static void print_error(const char *sentence)
{
	fflush(stdout);
	fputs("nanomarket: ", stderr);
	print_clean(stderr, sentence, false);
	fputc('\n', stderr);
}

/* Who must do something first is told how. */
static void hint(const struct cli *cli, const nmk_error *error)
{
	if (error->status != NMK_EDENIED || !cli->login || cli->json)
		return;
	if (strcmp(error->field, "second_factor") == 0)
		note(cli, tr("try 'nanomarket --login %.100s account second-factor enable'"), cli->login);
	else if (strcmp(error->field, "password") != 0)
		return;
	else if (strcmp(error->operation, "session_login") == 0) /* too many wrong ones: closed */
		note(cli, tr("try 'nanomarket account reset %.100s'"), cli->login);
	else
		note(cli, tr("try 'nanomarket --login %.100s account password'"), cli->login);
}

int fail_error(const struct cli *cli, const nmk_error *error)
{
	char sentence[NMK_ERROR_FIELD_SIZE + NMK_ERROR_MESSAGE_SIZE + 64];

	error_sentence(error, sentence, sizeof sentence);
	if (cli->json)
		print_error_json(nmk_status_word(error->status), error->field,
		                 error->message[0] ? error->message : sentence, error->retry_after_ms);
	else
		print_error(sentence);
	hint(cli, error);
	return exit_code_of(error->status);
}

int fail_session(const struct cli *cli, nmk_status rc)
{
	nmk_error error = *nmk_session_error(cli->session);

	if (error.status != rc) {
		memset(&error, 0, sizeof error);
		error.status = rc;
	}
	return fail_error(cli, &error);
}

int fail_text(const struct cli *cli, nmk_status status, const char *field, const char *format, ...)
{
	char message[600];
	va_list list;

	va_start(list, format);
	vsnprintf(message, sizeof message, format, list);
	va_end(list);
	if (cli->json)
		print_error_json(nmk_status_word(status), field, message, 0);
	else
		print_error(message);
	return exit_code_of(status);
}

int fail_memory(const struct cli *cli)
{
	return fail_text(cli, NMK_ENOMEM, NULL, "%s", tr("out of memory"));
}

int fail_usage(const struct cli *cli, const char *format, ...)
{
	char message[600];
	va_list list;

	va_start(list, format);
	vsnprintf(message, sizeof message, format, list);
	va_end(list);
	if (cli->json) {
		print_error_json("usage", NULL, message, 0);
		return EXIT_USAGE;
	}
	print_error(message);
	if (cli->arguments.command)
		fprintf(stderr, tr("Try 'nanomarket help %s'.\n"), cli->arguments.command->name);
	else
		fputs(tr("Try 'nanomarket --help'.\n"), stderr);
	return EXIT_USAGE;
}

/* ---- successes ---- */

void say(const struct cli *cli, const char *format, ...)
{
	va_list list;

	if (cli->quiet || cli->json)
		return;
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	putchar('\n');
}

void note(const struct cli *cli, const char *format, ...)
{
	va_list list;

	if (cli->quiet)
		return;
	fputs("nanomarket: ", stderr);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
}

int finish(const struct cli *cli)
{
	if (cli->json)
		puts("{\"status\":\"ok\"}");
	return EXIT_DONE;
}

int finish_json(const struct cli *cli, char *json)
{
	if (!json)
		return fail_memory(cli);
	puts(json);
	nmk_free(json);
	return EXIT_DONE;
}

int print_secret(const struct cli *cli, const char *text)
{
	size_t left = text ? strlen(text) : 0;

	if (!text)
		return fail_memory(cli);
	fflush(stdout); /* its failure is told in the end */
	while (left > 0) {
		ssize_t written = write(STDOUT_FILENO, text, left);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EPIPE) /* a reader that went away is no failure */
			return EXIT_DONE;
		if (written < 0) {
			note(cli, tr("what was to be printed cannot be written: %s"), strerror(errno));
			return EXIT_FAILED;
		}
		text += written;
		left -= (size_t)written;
	}
	return EXIT_DONE;
}

int print_secret_line(const struct cli *cli, const char *text)
{
	int code = print_secret(cli, text);

	return code == EXIT_DONE ? print_secret(cli, "\n") : code;
}

/* ---- an entity as lines ---- */

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

#define HUNDREDTHS "_hundredths"

/* "created_at" becomes "Created at"; the table of texts may know better. What is shown as a fraction is called so. */
static void label_of(const char *key, char *label, size_t room)
{
	snprintf(label, room, "%s", key);
	if (ends_with(label, HUNDREDTHS))
		label[strlen(label) - strlen(HUNDREDTHS)] = '\0';
	for (char *at = label; *at; at++)
		if (*at == '_')
			*at = ' ';
	if (label[0] >= 'a' && label[0] <= 'z')
		label[0] = (char)(label[0] - 'a' + 'A');
}

/* "2026-03-01T14:05:09.123Z" is shown as everywhere else. */
static void print_time(const char *text)
{
	if (strlen(text) >= 16 && text[10] == 'T')
		printf("%.10s %.5s UTC", text, text + 11);
	else
		print_clean(stdout, text, false);
}

static void print_value(const char *key, const json_t *value, int indent);

/* Further lines stand under the first. */
static void print_lines(const char *text, int indent)
{
	char *copy = strdup(text), *line = copy, *end;

	for (; line; line = end) {
		end = strchr(line, '\n');
		if (end)
			*end++ = '\0';
		print_clean(stdout, line, false);
		if (end)
			printf("\n%*s", indent, "");
	}
	free(copy);
}

static void print_list(const json_t *list)
{
	size_t index;
	json_t *item;

	json_array_foreach(list, index, item) {
		const char *name = json_string_value(json_object_get(item, "name"));

		if (index > 0)
			fputs(", ", stdout);
		if (name)
			print_clean(stdout, name, false);
		else
			print_value("", item, 0);
	}
}

static void print_value(const char *key, const json_t *value, int indent)
{
	char text[TIME_SIZE];

	if (json_is_string(value) && (ends_with(key, "_at") || ends_with(key, "_until") || ends_with(key, "_since")))
		print_time(json_string_value(value));
	else if (json_is_string(value))
		print_lines(json_string_value(value), indent);
	else if (json_is_integer(value) && strcmp(key, "size") == 0)
		fputs(size_text(json_integer_value(value), text), stdout);
	else if (json_is_integer(value) && ends_with(key, HUNDREDTHS))
		fputs(hundredths_text(json_integer_value(value), text), stdout);
	else if (json_is_integer(value))
		printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_boolean(value))
		fputs(json_is_true(value) ? tr("yes") : tr("no"), stdout);
	else if (json_is_array(value))
		print_list(value);
}

static bool is_empty(const json_t *value)
{
	return json_is_null(value) || (json_is_array(value) && json_array_size(value) == 0) || json_is_object(value);
}

static const char *label_text(const char *key, char label[64])
{
	label_of(key, label, 64);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	return tr(label);
#pragma GCC diagnostic pop
}

static void print_fields(const struct cli *cli, json_t *json)
{
	const char *key;
	json_t *value;
	char label[64];
	int widest = 0;

	json_object_foreach(json, key, value) {
		int width = text_width(label_text(key, label));

		if (!is_empty(value) && width > widest)
			widest = width;
	}
	json_object_foreach(json, key, value) {
		const char *text = label_text(key, label);

		if (is_empty(value))
			continue;
		color_on(cli, "2");
		fputs(text, stdout);
		color_off(cli);
		printf("%*s", widest - text_width(text) + 2, "");
		print_value(key, value, widest + 2);
		putchar('\n');
	}
}

int finish_entity(const struct cli *cli, char *text)
{
	json_t *json;

	if (cli->json)
		return finish_json(cli, text);
	json = text ? json_loads(text, 0, NULL) : NULL;
	nmk_free(text);
	if (!json)
		return fail_memory(cli);
	print_fields(cli, json);
	json_decref(json);
	return EXIT_DONE;
}

/* ---- pieces ---- */

const char *time_text(int64_t milliseconds, char text[TIME_SIZE])
{
	time_t seconds = (time_t)(milliseconds / 1000);
	struct tm parts;

	text[0] = '\0';
	if (milliseconds && gmtime_r(&seconds, &parts))
		strftime(text, TIME_SIZE, "%Y-%m-%d %H:%M UTC", &parts);
	return text;
}

/* A decimal comma in German. */
static void decimal_point(char *text)
{
	char *point = strchr(text, '.');

	if (point && strcmp(texts_language(), "de") == 0)
		*point = ',';
}

const char *hundredths_text(int64_t hundredths, char text[TIME_SIZE])
{
	snprintf(text, TIME_SIZE, "%" PRId64 ".%02d", hundredths / 100, (int)(hundredths % 100));
	decimal_point(text);
	return text;
}

const char *size_text(int64_t bytes, char text[TIME_SIZE])
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double size = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(text, TIME_SIZE, "%" PRId64 " B", bytes);
		return text;
	}
	for (; size >= 1024 && unit < 3; unit++)
		size /= 1024;
	snprintf(text, TIME_SIZE, "%.1f %s", size, units[unit]);
	decimal_point(text);
	return text;
}

static bool is_harmless(utf8proc_int32_t character, bool lines)
{
	utf8proc_category_t category = utf8proc_category(character);

	if (character == '\n' || character == '\t')
		return lines;
	/* Controls and what turns the direction of writing could make a terminal show something else than is there. */
	return category != UTF8PROC_CATEGORY_CC && !(character >= 0x202A && character <= 0x202E)
	    && !(character >= 0x2066 && character <= 0x2069);
}

void print_clean(FILE *file, const char *text, bool lines)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;

	while (*at) {
		utf8proc_int32_t character;
		utf8proc_ssize_t size = utf8proc_iterate(at, -1, &character);

		if (size > 0 && is_harmless(character, lines))
			fwrite(at, 1, (size_t)size, file);
		else
			fputs("\xEF\xBF\xBD", file);
		at += size > 0 ? size : 1;
	}
}

static int character_width(const utf8proc_uint8_t *at, utf8proc_ssize_t *size)
{
	utf8proc_int32_t character;

	*size = utf8proc_iterate(at, -1, &character);
	if (*size <= 0) {
		*size = 1;
		return 1;
	}
	return is_harmless(character, false) ? utf8proc_charwidth(character) : 1;
}

int text_width(const char *text)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
	utf8proc_ssize_t size;
	int width = 0;

	for (; *at; at += size)
		width += character_width(at, &size);
	return width;
}

size_t text_fit(const char *text, int width)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
	utf8proc_ssize_t size;

	for (int used = 0; *at; at += size) {
		used += character_width(at, &size);
		if (used > width)
			break;
	}
	return (size_t)(at - (const utf8proc_uint8_t *)text);
}

int terminal_width(void)
{
	struct winsize window;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col < 20)
		return 80;
	return window.ws_col;
}

void color_on(const struct cli *cli, const char *code)
{
	if (cli->color)
		printf("\033[%sm", code);
}

void color_off(const struct cli *cli)
{
	if (cli->color)
		fputs("\033[0m", stdout);
}

bool output_close(const struct cli *cli)
{
	int failure = 0;

	(void)cli;
	errno = 0;
	if (fflush(stdout) != 0)
		failure = errno ? errno : EIO;
	else if (ferror(stdout))
		failure = EIO;
	if (!failure || failure == EPIPE)
		return true;
	fprintf(stderr, "nanomarket: ");
	fprintf(stderr, tr("what was to be printed cannot be written: %s"), strerror(failure));
	fputc('\n', stderr);
	return false;
}
