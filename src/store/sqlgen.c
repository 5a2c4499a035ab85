/* sqlgen -- turn the components' .sql files into one C table per engine. A tool of the build, on the host.
 *
 * usage: sqlgen OUT.h OUT.c FILE.sql...
 *
 * A statement begins with "-- name: read" or "-- name: write" and ends with a semicolon; "-- name: fragment" names a
 * text that others put in as {{name}}. In a statement :name is a parameter and [[option: text]] a part that the
 * caller switches on by name. Files under migrations/ are scripts; their number orders them. A file named
 * x.sqlite.sql or x.postgres.sql speaks to that engine only. Type words such as {{integer}} differ per engine. */
#include "buffer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_STATEMENTS 1024
#define MAX_NAMES      48
#define MAX_DEPTH      8

enum { SQLITE, POSTGRES, ENGINES };

struct statement {
	char name[64];
	char access[16];     /* read, write, fragment, script                */
	char *text[ENGINES]; /* as written; NULL if the engine has none      */
	int version;         /* of a script                                  */
};

struct names {
	char *name[MAX_NAMES];
	int count;
};

static struct statement statements[MAX_STATEMENTS];
static int statement_count;

static const struct { const char *word, *text[ENGINES]; } type_words[] = {
	{ "integer", { "INTEGER", "BIGINT" } },
	{ "blob",    { "BLOB", "BYTEA" } },
	{ "strict",  { "STRICT", "" } },
};

static void fail(const char *where, const char *what)
{
	fprintf(stderr, "sqlgen: %s: %s\n", where, what);
	exit(1);
}

static char *copy(const char *text, size_t length)
{
	char *result = calloc(1, length + 1);

	if (!result)
		fail("memory", "none left");
	memcpy(result, text, length);
	return result;
}

static int name_index(struct names *names, const char *name, size_t length)
{
	for (int i = 0; i < names->count; i++)
		if (strlen(names->name[i]) == length && memcmp(names->name[i], name, length) == 0)
			return i;
	if (names->count == MAX_NAMES)
		fail(name, "too many names in one statement");
	names->name[names->count] = copy(name, length);
	return names->count++;
}

static struct statement *find(const char *name, size_t length)
{
	for (int i = 0; i < statement_count; i++)
		if (strlen(statements[i].name) == length && memcmp(statements[i].name, name, length) == 0)
			return &statements[i];
	return NULL;
}

/* Put in fragments and type words, all the way down. */
static void expand(struct buffer *out, const char *text, int engine, int depth, const char *where)
{
	if (depth > MAX_DEPTH)
		fail(where, "fragments put each other in");
	while (*text) {
		const char *open = strstr(text, "{{"), *close = open ? strstr(open, "}}") : NULL;
		const struct statement *fragment;
		size_t length;
		bool word = false;

		if (!open) {
			buffer_text(out, text);
			return;
		}
		if (!close)
			fail(where, "{{ without }}");
		buffer_add(out, text, (size_t)(open - text));
		length = (size_t)(close - open) - 2;
		for (size_t i = 0; i < sizeof type_words / sizeof type_words[0]; i++)
			if (strlen(type_words[i].word) == length && memcmp(type_words[i].word, open + 2, length) == 0) {
				buffer_text(out, type_words[i].text[engine]);
				word = true;
			}
		if (!word) {
			fragment = find(open + 2, length);
			if (!fragment || strcmp(fragment->access, "fragment") != 0 || !fragment->text[engine])
				fail(where, "{{...}} names no fragment");
			expand(out, fragment->text[engine], engine, depth + 1, where);
		}
		text = close + 2;
	}
}

static void write_literal_char(FILE *file, char c)
{
	if (c == '\n')
		fputs("\\n\"\n\t\t\"", file);
	else if (c == '\t')
		fputc(' ', file);
	else {
		if (c == '"' || c == '\\')
			fputc('\\', file);
		fputc(c, file);
	}
}

static bool starts_parameter(const char *text, const char *p)
{
	return *p == ':' && p[1] != ':' && (p == text || p[-1] != ':') && (isalpha((unsigned char)p[1]) || p[1] == '_');
}

/* One engine's parts: { text, option } with option -1 for what is always there. */
static void write_parts(FILE *file, const char *text, char mark, struct names *parameters, struct names *options,
                        const char *where)
{
	bool quoted = false, optional = false;

	fputs("{ -1, \"", file);
	for (const char *p = text; *p; p++) {
		if (*p == '\'')
			quoted = !quoted;
		if (!quoted && p[0] == '[' && p[1] == '[') {
			const char *colon = strchr(p, ':');

			if (optional || !colon)
				fail(where, "[[ inside [[, or without a name");
			fprintf(file, "\" },\n\t\t{ %d, \"", name_index(options, p + 2, (size_t)(colon - p) - 2));
			optional = true;
			p = colon;
		} else if (!quoted && p[0] == ']' && p[1] == ']') {
			fputs("\" },\n\t\t{ -1, \"", file);
			optional = false;
			p++;
		} else if (!quoted && starts_parameter(text, p)) {
			const char *end = p + 1;

			while (isalnum((unsigned char)*end) || *end == '_')
				end++;
			fprintf(file, "%c%d", mark, name_index(parameters, p + 1, (size_t)(end - p) - 1) + 1);
			p = end - 1;
		} else if (*p != ';')
			write_literal_char(file, *p);
	}
	if (optional)
		fail(where, "[[ without ]]");
	fputs("\" }, { 0, NULL }", file);
}

static void write_names(FILE *file, const char *member, struct names *names)
{
	fprintf(file, "\t  .%s_count = %d, .%ss = {", member, names->count, member);
	for (int i = 0; i < names->count; i++) {
		fprintf(file, " \"%s\",", names->name[i]);
		free(names->name[i]);
	}
	fputs(" NULL },\n", file);
	names->count = 0;
}

static void write_statement(FILE *header, FILE *source, const struct statement *statement)
{
	static const char *const engine_name[ENGINES] = { "sqlite", "postgres" };
	struct names parameters = { { NULL }, 0 }, options = { { NULL }, 0 };

	fprintf(header, "\tSQL_%s,\n", statement->name);
	fprintf(source, "\t{ .name = \"%s\", .writes = %d,\n", statement->name, strcmp(statement->access, "write") == 0);
	for (int engine = 0; engine < ENGINES; engine++) {
		struct buffer expanded = { 0 };

		if (!statement->text[engine])
			continue;
		expand(&expanded, statement->text[engine], engine, 0, statement->name);
		fprintf(source, "\t  .%s = (const struct sql_part[]){ ", engine_name[engine]);
		write_parts(source, expanded.data, engine == SQLITE ? '?' : '$', &parameters, &options, statement->name);
		fputs(" },\n", source);
		buffer_free(&expanded);
	}
	write_names(source, "parameter", &parameters);
	write_names(source, "option", &options);
	fputs("\t},\n", source);
}

static void write_script(FILE *source, const struct statement *script)
{
	fprintf(source, "\t{ %d, \"%s\"", script->version, script->name);
	for (int engine = 0; engine < ENGINES; engine++) {
		struct buffer expanded = { 0 };

		expand(&expanded, script->text[engine] ? script->text[engine] : "", engine, 0, script->name);
		buffer_add(&expanded, "", 0);
		fputs(",\n\t\t\"", source);
		for (const char *p = expanded.data; *p; p++)
			write_literal_char(source, *p);
		fputc('"', source);
		buffer_free(&expanded);
	}
	fputs(" },\n", source);
}

static struct statement *add(const char *name, const char *access)
{
	struct statement *statement = find(name, strlen(name));

	if (statement)
		return statement;
	if (statement_count == MAX_STATEMENTS)
		fail(name, "too many statements");
	statement = &statements[statement_count++];
	snprintf(statement->name, sizeof statement->name, "%s", name);
	snprintf(statement->access, sizeof statement->access, "%s", access);
	return statement;
}

static void finish(struct statement *statement, struct buffer *text, bool engines[ENGINES], const char *where)
{
	if (!statement)
		return;
	while (text->length && isspace((unsigned char)text->data[text->length - 1]))
		text->data[--text->length] = '\0';
	if (text->length == 0)
		fail(where, "a statement without text");
	if (strcmp(statement->access, "fragment") != 0 && text->data[text->length - 1] != ';')
		fail(statement->name, "must end with ';'");
	for (int engine = 0; engine < ENGINES; engine++) {
		if (!engines[engine])
			continue;
		if (statement->text[engine]) {
			if (strcmp(statement->access, "script") != 0)
				fail(statement->name, "is there twice");
			text->data[text->length] = '\0';
			statement->text[engine] = realloc(statement->text[engine],
			                                  strlen(statement->text[engine]) + text->length + 2);
			if (!statement->text[engine])
				fail("memory", "none left");
			strcat(strcat(statement->text[engine], "\n"), text->data);
		} else
			statement->text[engine] = copy(text->data, text->length);
	}
	buffer_clear(text);
}

static void read_file(const char *path)
{
	bool engines[ENGINES] = { !strstr(path, ".postgres.sql"), !strstr(path, ".sqlite.sql") };
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	bool script = strstr(path, "migrations/") != NULL;
	struct statement *statement = NULL;
	struct buffer text = { 0 };
	char line[4096], name[64], access[16];
	FILE *file = fopen(path, "r");

	if (!file)
		fail(path, "cannot be read");
	if (script) {
		snprintf(name, sizeof name, "%.*s", (int)strcspn(base, "."), base);
		statement = add(name, "script");
		statement->version = atoi(base);
		if (statement->version <= 0)
			fail(path, "a migration's name begins with its number");
	}
	while (fgets(line, sizeof line, file)) {
		if (!script && sscanf(line, "-- %63[a-z0-9_]: %15[a-z]", name, access) == 2
		    && (strcmp(access, "read") == 0 || strcmp(access, "write") == 0 || strcmp(access, "fragment") == 0)) {
			finish(statement, &text, engines, path);
			statement = add(name, access);
		} else if (strncmp(line, "--", 2) != 0 && (statement || line[strspn(line, " \t\n")] != '\0')) {
			if (!statement)
				fail(path, "text before the first statement");
			buffer_text(&text, line);
		}
	}
	finish(statement, &text, engines, path);
	buffer_free(&text);
	fclose(file);
}

static int by_version(const void *a, const void *b)
{
	return ((const struct statement *)a)->version - ((const struct statement *)b)->version;
}

int main(int argc, char **argv)
{
	FILE *header, *source;

	if (argc < 4)
		fail("usage", "sqlgen OUT.h OUT.c FILE.sql...");
	for (int i = 3; i < argc; i++)
		read_file(argv[i]);
	header = fopen(argv[1], "w");
	source = fopen(argv[2], "w");
	if (!header || !source)
		fail(argv[1], "cannot be written");
	fputs("/* Made by sqlgen from the .sql files. */\nenum sql_id {\n", header);
	fputs("/* Made by sqlgen from the .sql files. */\n#include \"store.h\"\n#include \"migrate.h\"\n"
	      "const struct sql_text sql_table[] = {\n", source);
	for (int i = 0; i < statement_count; i++)
		if (strcmp(statements[i].access, "read") == 0 || strcmp(statements[i].access, "write") == 0)
			write_statement(header, source, &statements[i]);
	fputs("\tSQL__COUNT\n};\n", header);
	fputs("};\nconst struct migration migration_table[] = {\n", source);
	qsort(statements, (size_t)statement_count, sizeof statements[0], by_version);
	for (int i = 0; i < statement_count; i++)
		if (strcmp(statements[i].access, "script") == 0)
			write_script(source, &statements[i]);
	fputs("\t{ 0, NULL, NULL, NULL }\n};\n", source);
	return fclose(header) | fclose(source);
}
