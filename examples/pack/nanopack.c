/* nanopack.c -- make learning packages out of Markdown. See usage() below, and document.c for the Markdown. */
#include "pack.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIXED_ENTRIES 3      /* PDF, source, quiz */

static const char usage_text[] =
	"Usage: nanopack [--title TITLE] [--language de] OUT.zip SOURCE.md [FILE...]\n"
	"       nanopack --catalog CATALOG.jsonl --sources DIR --output DIR\n"
	"\n"
	"Makes a learning package: a ZIP with the text as PDF, the Markdown itself, the\n"
	"questions of its section \"## Quiz\" as quiz.json, and the further files.\n"
	"\n"
	"With --catalog, one package for each line of the catalogue: a JSON object with\n"
	"\"title\", \"language\" and \"package\". For \"packages/NAME.zip\" the text is\n"
	"NAME.md in the sources, and the ZIP goes to packages/NAME.zip in the output.\n"
	"Packages newer than the text and the catalogue are left alone.\n"
	"\n"
	"The same input gives the same bytes; SOURCE_DATE_EPOCH sets the date inside.\n"
	"Exit status: 0 done, 1 something failed, 2 wrong arguments.\n";

struct arguments {
	const char  *title;
	const char  *language;
	const char  *catalog;
	const char  *sources;
	const char  *output;
	char       **rest;
	int          rest_count;
};

/* ---- one package ---- */

static char *name_with(const char *stem, const char *extension)
{
	struct pack_text name = { 0 };

	pack_text_put(&name, stem);
	pack_text_put(&name, extension);
	return name.data;
}

/* The fixed entries, followed by those that are already in entries[FIXED_ENTRIES...]. */
static bool write_package(const char *path, const char *stem, const struct pack_document *document,
                          const struct pack_text *source, struct pack_entry *entries, size_t more)
{
	struct pack_text pdf = { 0 };
	char *quiz = pack_document_quiz(document);
	char *pdf_name = name_with(stem, ".pdf"), *source_name = name_with(stem, ".md");
	size_t unused = quiz ? 0 : 1;
	bool done = pack_pdf(document, &pdf);

	if (done) {
		entries[unused] = (struct pack_entry){ pdf_name, pdf.data, pdf.length };
		entries[unused + 1] = (struct pack_entry){ source_name, source->data, source->length };
		if (quiz)
			entries[2] = (struct pack_entry){ "quiz.json", quiz, strlen(quiz) };
		done = pack_archive_write(path, entries + unused, FIXED_ENTRIES - unused + more);
	}
	free(pdf_name);
	free(source_name);
	free(quiz);
	pack_text_free(&pdf);
	return done;
}

static bool make_package(const char *path, const char *source_path, const char *title, const char *language,
                         struct pack_entry *entries, size_t more)
{
	struct pack_document document = { 0 };
	struct pack_text source;
	char *stem = pack_stem(source_path);
	bool done = pack_file_read(source_path, &source);

	if (done) {
		document.language = pack_copy(language);
		pack_document_markdown(&document, source.data);
		if (title) {
			free(document.title);
			document.title = pack_copy(title);
		} else if (!document.title) {
			document.title = pack_copy(stem);
		}
		done = write_package(path, stem, &document, &source, entries, more);
		pack_document_free(&document);
		pack_text_free(&source);
	}
	free(stem);
	return done;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* rest is OUT.zip SOURCE.md FILE... */
static bool make_single(const struct arguments *arguments)
{
	size_t more = (size_t)arguments->rest_count - 2, read = 0;
	struct pack_text *contents = pack_resize(NULL, more, sizeof *contents);
	struct pack_entry *entries = pack_resize(NULL, FIXED_ENTRIES + more, sizeof *entries);
	bool done = true;

	for (; read < more && done; read++) {
		const char *path = arguments->rest[2 + read];

		done = pack_file_read(path, &contents[read]);
		entries[FIXED_ENTRIES + read] = (struct pack_entry){ base_name(path), contents[read].data, contents[read].length };
	}
	if (done)
		done = make_package(arguments->rest[0], arguments->rest[1], arguments->title, arguments->language, entries, more);
	while (read > 0)
		pack_text_free(&contents[--read]);
	free(contents);
	free(entries);
	return done;
}

/* ---- a catalogue ---- */

struct tally {
	size_t line, made, kept, failed;
};

static bool path_is_inside(const char *path)
{
	return path[0] && path[0] != '/' && !strstr(path, "..") && !strchr(path, '\\');
}

static bool make_directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *directory;
	bool made;

	if (!slash || slash == path)
		return true;
	directory = pack_copy_part(path, (size_t)(slash - path));
	made = pack_directory_make(directory);
	free(directory);
	return made;
}

static bool is_newer(const char *path, const char *source_path, const char *catalog)
{
	time_t changed = pack_file_changed(path);

	return changed > pack_file_changed(source_path) && changed > pack_file_changed(catalog);
}

static bool make_listed(const struct arguments *arguments, const char *title, const char *language, const char *package,
                        struct tally *tally)
{
	struct pack_entry entries[FIXED_ENTRIES];
	char *stem = pack_stem(package), *name = name_with(stem, ".md");
	char *source_path = pack_path(arguments->sources, name), *path = pack_path(arguments->output, package);
	bool done = true;

	if (is_newer(path, source_path, arguments->catalog)) {
		tally->kept++;
	} else {
		done = make_directory_of(path) && make_package(path, source_path, title, language, entries, 0);
		tally->made += done;
	}
	free(stem);
	free(name);
	free(source_path);
	free(path);
	return done;
}

static bool make_line(const struct arguments *arguments, const char *line, size_t length, struct tally *tally)
{
	const char *title, *package, *language = "de";
	char subject[64];
	json_error_t error;
	json_t *entry = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
	bool done = false;

	snprintf(subject, sizeof subject, "line %zu of the catalogue", tally->line);
	if (!entry || json_unpack(entry, "{s:s, s:s, s?s}", "title", &title, "package", &package, "language", &language) != 0)
		pack_complain(subject, "is no JSON object with a title and a package");
	else if (!path_is_inside(package))
		pack_complain(subject, "the package must be a relative path");
	else
		done = make_listed(arguments, title, language, package, tally);
	json_decref(entry);
	return done;
}

static bool make_catalog(const struct arguments *arguments)
{
	struct tally tally = { 0 };
	struct pack_text catalog;

	if (!pack_file_read(arguments->catalog, &catalog))
		return false;
	for (const char *line = catalog.data; *line; ) {
		size_t length = strcspn(line, "\n");

		tally.line++;
		if (length && !make_line(arguments, line, length, &tally))
			tally.failed++;
		fprintf(stderr, "\rnanopack: %zu made, %zu up to date, %zu failed", tally.made, tally.kept, tally.failed);
		line += length + (line[length] == '\n');
	}
	fputc('\n', stderr);
	pack_text_free(&catalog);
	return tally.failed == 0;
}

/* ---- the command line ---- */

static const char **option_place(struct arguments *arguments, const char *name)
{
	if (strcmp(name, "--title") == 0)
		return &arguments->title;
	if (strcmp(name, "--language") == 0)
		return &arguments->language;
	if (strcmp(name, "--catalog") == 0)
		return &arguments->catalog;
	if (strcmp(name, "--sources") == 0)
		return &arguments->sources;
	if (strcmp(name, "--output") == 0)
		return &arguments->output;
	return NULL;
}

static bool arguments_read(struct arguments *arguments, int count, char **values)
{
	int i = 1;

	for (; i < count && strncmp(values[i], "--", 2) == 0; i++) {
		const char **place = option_place(arguments, values[i]);

		if (strcmp(values[i], "--") == 0) {
			i++;
			break;
		}
		if (!place || i + 1 == count)
			return false;
		*place = values[++i];
	}
	arguments->rest = values + i;
	arguments->rest_count = count - i;
	if (arguments->catalog)
		return arguments->sources && arguments->output && !arguments->title && arguments->rest_count == 0;
	return !arguments->sources && !arguments->output && arguments->rest_count >= 2;
}

int main(int count, char **values)
{
	struct arguments arguments = { .language = "de" };
	bool done;

	pack_program_name(count > 0 ? values[0] : "nanopack");
	if (count == 2 && strcmp(values[1], "--help") == 0) {
		fputs(usage_text, stdout);
		return PACK_EXIT_OK;
	}
	if (!arguments_read(&arguments, count, values)) {
		fputs(usage_text, stderr);
		return PACK_EXIT_USAGE;
	}
	done = arguments.catalog ? make_catalog(&arguments) : make_single(&arguments);
	pack_pdf_note();
	return done ? PACK_EXIT_OK : PACK_EXIT_FAILED;
}
