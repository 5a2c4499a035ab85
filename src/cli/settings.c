#include "settings.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "output.h"

#define SETTINGS_BYTES 65536

enum setting_kind { SETTING_TEXT, SETTING_NUMBER, SETTING_LONG, SETTING_WORD };

struct setting {
	const char        *name;      /* of the member of nmk_market_options       */
	enum setting_kind  kind;
	size_t             offset;
	const char *const *words;     /* of the values 1, 2, ...; ends with NULL   */
};

#define WORDS(...) (const char *const[]){ __VA_ARGS__, NULL }
#define SETTING(kind, name, words) { #name, SETTING_##kind, offsetof(nmk_market_options, name), words }

static const struct setting settings_table[] = {
	SETTING(NUMBER, busy_timeout_ms,      NULL),
	SETTING(NUMBER, readers,              NULL),
	SETTING(WORD,   password_policy,      WORDS("nist4", "classic")),
	SETTING(NUMBER, password_memory_kib,  NULL),
	SETTING(NUMBER, password_passes,      NULL),
	SETTING(NUMBER, password_jobs,        NULL),
	SETTING(NUMBER, password_queue,       NULL),
	SETTING(WORD,   registration_role,    WORDS("consumer", "creator", "moderator", "admin")),
	SETTING(LONG,   blob_file_bytes,      NULL),
	SETTING(TEXT,   root_key_file,        NULL),
	SETTING(WORD,   throttle_policy,      WORDS("delay", "classic")),
	SETTING(WORD,   second_factor_policy, WORDS("optional", "staff", "everyone")),
	SETTING(WORD,   username_profile,     WORDS("ascii", "latin")),
	SETTING(NUMBER, idle_minutes,         NULL),
	SETTING(NUMBER, login_days,           NULL),
	SETTING(WORD,   token_format,         WORDS("at_jwt", "hs256_legacy")),
	SETTING(NUMBER, access_token_minutes, NULL),
	SETTING(TEXT,   token_issuer,         NULL),
	SETTING(TEXT,   token_audience,       NULL),
	SETTING(TEXT,   token_secret,         NULL),
	SETTING(TEXT,   market_name,          NULL),
	SETTING(TEXT,   public_url,           NULL),
	SETTING(TEXT,   search_words,         NULL), /* the name of their file */
	SETTING(NUMBER, audit_days,           NULL),
	SETTING(NUMBER, audit_usage_days,     NULL),
	SETTING(NUMBER, audit_refusal_days,   NULL),
};

/* What a line names and is set to; `problem` says what is wrong with it. */
struct line {
	char *name, *value;
	long long number;
	char  problem[300];
};

static bool wrong(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool wrong(struct line *line, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsnprintf(line->problem, sizeof line->problem, format, list);
	va_end(list);
	return false;
}

static const struct setting *find(const char *name)
{
	for (size_t i = 0; i < sizeof settings_table / sizeof settings_table[0]; i++)
		if (strcmp(settings_table[i].name, name) == 0)
			return &settings_table[i];
	return NULL;
}

static bool set_number(const struct setting *setting, struct line *line, void *member)
{
	long long most = setting->kind == SETTING_LONG ? INT64_MAX : INT32_MAX, number;
	char *end;

	errno = 0;
	number = strtoll(line->value, &end, 10);
	if (errno || end == line->value || *end || number < 1 || number > most)
		return wrong(line, tr("'%.60s' needs a number"), line->name);
	if (setting->kind == SETTING_LONG)
		memcpy(member, &(int64_t){ number }, sizeof(int64_t));
	else
		memcpy(member, &(int32_t){ (int32_t)number }, sizeof(int32_t));
	return true;
}

static bool set_word(const struct setting *setting, struct line *line, void *member)
{
	char list[120] = "";

	for (int i = 0; setting->words[i]; i++) {
		size_t length = strlen(list);

		if (strcmp(setting->words[i], line->value) == 0) {
			memcpy(member, &(int){ i + 1 }, sizeof(int)); /* an enum of the API is an int */
			return true;
		}
		snprintf(list + length, sizeof list - length, "%s%s", length ? ", " : "", setting->words[i]);
	}
	return wrong(line, tr("'%.60s' needs one of: %s"), line->name, list);
}

static bool set(nmk_market_options *options, struct line *line)
{
	const struct setting *setting = find(line->name);
	char *member;

	if (!setting)
		return wrong(line, tr("there is no setting '%.60s'"), line->name);
	member = (char *)options + setting->offset;
	switch (setting->kind) {
	case SETTING_TEXT:
		memcpy(member, &line->value, sizeof line->value);
		return true;
	case SETTING_NUMBER:
	case SETTING_LONG:
		return set_number(setting, line, member);
	case SETTING_WORD:
		return set_word(setting, line, member);
	}
	return false;
}

static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length > 0 && strchr(" \t\r", text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* "name = value"; empty lines and those that begin with # say nothing. */
static bool read_setting(nmk_market_options *options, char *text, struct line *line)
{
	char *equals;

	text = trim(text);
	if (!*text || *text == '#')
		return true;
	equals = strchr(text, '=');
	if (!equals)
		return wrong(line, "%s", tr("a setting is a line 'name = value'"));
	*equals = '\0';
	line->name = trim(text);
	line->value = trim(equals + 1);
	return set(options, line);
}

static int parse(struct cli *cli, const char *path, char *text, nmk_market_options *options)
{
	struct line line = { .problem = "" };
	char *end;

	for (int number = 1; text; text = end, number++) {
		end = strchr(text, '\n');
		if (end)
			*end++ = '\0';
		if (!read_setting(options, text, &line))
			return fail_text(cli, NMK_EINVALID, line.name ? line.name : "settings",
			                 tr("'%.200s', line %d: %s"), path, number, line.problem);
	}
	return EXIT_DONE;
}

static int load(struct cli *cli, const char *path, struct settings *settings)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = 0;

	settings->text = file < 0 ? NULL : calloc(1, SETTINGS_BYTES + 1);
	if (file >= 0 && !settings->text) {
		close(file);
		return fail_memory(cli);
	}
	while (file >= 0 && settings->length < SETTINGS_BYTES
	       && (got = read(file, settings->text + settings->length, SETTINGS_BYTES - settings->length)) > 0)
		settings->length += (size_t)got;
	if (file < 0 || got < 0)
		fail_text(cli, NMK_EIO, "settings", tr("'%s' cannot be read: %s"), path, strerror(errno));
	if (file >= 0)
		close(file);
	return file < 0 || got < 0 ? EXIT_FAILED : EXIT_DONE;
}

int settings_read(struct cli *cli, struct settings *settings, nmk_market_options *options)
{
	const char *path = global_text(&cli->arguments, "settings"), *named = getenv("NANOMARKET_SETTINGS");
	int code;

	if (!path)
		path = named && *named ? named : NULL;
	if (!path)
		return EXIT_DONE;
	code = load(cli, path, settings);
	return code == EXIT_DONE ? parse(cli, path, settings->text, options) : code;
}

void settings_clear(struct settings *settings)
{
	if (settings->text)
		sodium_memzero(settings->text, settings->length);
	free(settings->text);
	settings->text = NULL;
}
