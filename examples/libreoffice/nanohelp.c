/* nanohelp.c -- make a catalogue of a few thousand real nanos out of the German help of LibreOffice.
 *
 * The pages come with Debian's package libreoffice-help-de. They are not part of this project: what is made of them stays on
 * the machine where it was made. See usage() below.
 */
#include "pack.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CREATOR           "libreoffice_hilfe"
#define TITLE_LONGEST     200      /* characters */
#define DESCRIPTION_LONGEST 2000
#define DURATION_LONGEST  1440     /* minutes    */
#define WORDS_PER_MINUTE  120      /* of somebody who learns, not only reads */
#define LIST_DEPTH_MAX    8

static const char usage_text[] =
	"Usage: nanohelp SOURCE_DIR OUTPUT_DIR [--limit N]\n"
	"\n"
	"Makes nanos out of the German help pages of LibreOffice. SOURCE_DIR is usually\n"
	"/usr/share/libreoffice/help/de (Debian: libreoffice-help-de). OUTPUT_DIR gets\n"
	"catalog.jsonl, categories.jsonl, creators.jsonl and packages/*.zip.\n"
	"\n"
	"Exit status: 0 done, 1 something failed, 2 wrong arguments.\n";

/* ---- the modules of the help, which become categories ---- */

struct module {
	const char *folder;
	const char *category;
	const char *description;
};

static const char root_category[] = "LibreOffice";

static const struct module modules[] = {
	{ "swriter", "LibreOffice Writer", "Texte, Briefe und lange Dokumente mit Writer." },
	{ "scalc", "LibreOffice Calc", "Tabellen, Formeln und Auswertungen mit Calc." },
	{ "schart", "LibreOffice Diagramme", "Diagramme aus Zahlen erstellen und gestalten." },
	{ "simpress", "LibreOffice Impress", "Präsentationen mit Impress." },
	{ "sdraw", "LibreOffice Draw", "Zeichnungen und Schaubilder mit Draw." },
	{ "smath", "LibreOffice Math", "Formeln setzen mit Math." },
	{ "sdatabase", "LibreOffice Base", "Datenbanken, Abfragen und Berichte mit Base." },
	{ "sbasic", "LibreOffice Basic und Python", "Makros schreiben in Basic und Python." },
	{ "shared", "LibreOffice allgemein", "Was alle Programme von LibreOffice gemeinsam haben." }
};

static const struct module *module_of(const char *relative)
{
	size_t length = strcspn(relative, "/");

	for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
		if (strlen(modules[i].folder) == length && strncmp(modules[i].folder, relative, length) == 0)
			return &modules[i];
	return NULL;
}

static const char *level_of(const char *relative)
{
	if (strncmp(relative, "sbasic/", 7) == 0)
		return "advanced";
	return strstr(relative, "/guide/") || strstr(relative, "/main") ? "beginner" : "intermediate";
}

/* ---- one page ---- */

struct page {
	struct pack_document document;
	struct pack_text     pending;      /* of the block that is being read                 */
	struct pack_text     description;
	unsigned             list_depth;
	unsigned             number[LIST_DEPTH_MAX];   /* of the next item; 0: bullets         */
	unsigned             rows;         /* open table rows: cells stay on one line         */
	unsigned             asides;       /* open parts that describe nothing: menus, links  */
	bool                 has_heading;
};

/* Append text with single spaces and without characters that have no width. */
static void add_squeezed(struct pack_text *out, const char *text)
{
	while (*text) {
		const char *start = text;
		unsigned long point = pack_utf8_next(&text);
		bool space = point == ' ' || point == '\t' || point == '\n' || point == '\r' || point == 0xA0;

		if (point == 0xAD || (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E)
		    || (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF || point == 0xFFFD)
			continue;
		if (!space)
			pack_text_add(out, start, (size_t)(text - start));
		else if (out->length && out->data[out->length - 1] != ' ')
			pack_text_put(out, " ");
	}
}

static void describe(struct page *page, const char *text)
{
	if (page->asides || page->description.length > 4 * DESCRIPTION_LONGEST)
		return;
	if (page->description.length)
		pack_text_put(&page->description, " ");
	pack_text_put(&page->description, text);
}

static void flush(struct page *page, enum pack_kind kind, const char *label)
{
	struct pack_text *text = &page->pending;

	while (text->length && strchr(" |", text->data[text->length - 1]))
		text->data[--text->length] = '\0';
	if (text->length) {
		pack_document_block(&page->document, kind, page->list_depth ? page->list_depth - 1 : 0, label, text->data);
		if (kind == PACK_PARAGRAPH || kind == PACK_ITEM)
			describe(page, text->data);
	}
	pack_text_free(text);
}

/* A block ends: in a table row the line goes on, elsewhere it becomes a paragraph. */
static void break_line(struct page *page)
{
	if (page->rows)
		add_squeezed(&page->pending, " ");
	else
		flush(page, PACK_PARAGRAPH, NULL);
}

/* ---- elements ---- */

static bool is_named(const xmlNode *node, const char *names)
{
	const char *name = (const char *)node->name, *found = strstr(names, name);
	size_t length = strlen(name);

	for (; found; found = strstr(found + 1, name))
		if ((found == names || found[-1] == ' ') && (found[length] == ' ' || !found[length]))
			return true;
	return false;
}

static bool has_class(xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetProp(node, (const xmlChar *)"class");
	bool found = value && strstr((const char *)value, name);

	xmlFree(value);
	return found;
}

static void read_children(struct page *page, xmlNode *node);

static void read_heading(struct page *page, xmlNode *node)
{
	bool first = !page->has_heading;

	break_line(page);
	read_children(page, node);
	page->has_heading = true;
	if (first)
		pack_text_free(&page->pending);           /* the title says the same */
	else
		flush(page, node->name[1] < '3' ? PACK_HEADING : PACK_SUBHEADING, NULL);
}

/* Code keeps its lines, without the empty ones around it. */
static void read_code(struct page *page, xmlNode *node)
{
	xmlChar *content = xmlNodeGetContent(node);
	const char *line = content ? (const char *)content : "";

	break_line(page);
	line += strspn(line, "\r\n");
	while (*line) {
		size_t length = strcspn(line, "\n");
		char *copy = pack_copy_part(line, length);

		if (line[length] || strspn(copy, " \t") < length)
			pack_document_block(&page->document, PACK_CODE, 0, NULL, copy);
		free(copy);
		line += length + (line[length] == '\n');
	}
	xmlFree(content);
}

static void read_list(struct page *page, xmlNode *node)
{
	bool deeper = page->list_depth < LIST_DEPTH_MAX;

	break_line(page);
	if (deeper)
		page->number[page->list_depth++] = is_named(node, "ol") ? 1 : 0;
	read_children(page, node);
	break_line(page);
	if (deeper)
		page->list_depth--;
}

static void read_item(struct page *page, xmlNode *node)
{
	unsigned *number = page->list_depth ? &page->number[page->list_depth - 1] : NULL;
	char label[16] = "";
	size_t before = page->document.block_count;

	break_line(page);
	if (number && *number)
		snprintf(label, sizeof label, "%u.", (*number)++ % 1000);
	read_children(page, node);
	break_line(page);
	if (before < page->document.block_count && page->document.blocks[before].kind == PACK_PARAGRAPH) {
		page->document.blocks[before].kind = PACK_ITEM;
		page->document.blocks[before].label = label[0] ? pack_copy(label) : NULL;
	}
}

static void read_row(struct page *page, xmlNode *node)
{
	if (!page->rows)
		break_line(page);
	page->rows++;
	page->asides++;
	read_children(page, node);
	page->rows--;
	if (!page->rows)
		flush(page, PACK_PARAGRAPH, NULL);
	page->asides--;
}

static void read_block(struct page *page, xmlNode *node)
{
	bool aside = has_class(node, "howtoget") || has_class(node, "relatedtopics");

	break_line(page);
	page->asides += aside;
	read_children(page, node);
	break_line(page);
	page->asides -= aside;
}

static void read_cell(struct page *page, xmlNode *node)
{
	read_children(page, node);
	if (page->pending.length)
		add_squeezed(&page->pending, " | ");
}

static void read_element(struct page *page, xmlNode *node)
{
	if (is_named(node, "script style noscript img nav header footer aside") || xmlHasProp(node, (const xmlChar *)"hidden"))
		return;
	if (is_named(node, "h1 h2 h3 h4 h5 h6"))
		read_heading(page, node);
	else if (!page->rows && (is_named(node, "pre") || (is_named(node, "p") && has_class(node, "code"))))
		read_code(page, node);
	else if (is_named(node, "ul ol"))
		read_list(page, node);
	else if (is_named(node, "li"))
		read_item(page, node);
	else if (is_named(node, "tr"))
		read_row(page, node);
	else if (is_named(node, "td th"))
		read_cell(page, node);
	else if (is_named(node, "p div table br dl dt dd blockquote"))
		read_block(page, node);
	else
		read_children(page, node);
}

static void read_children(struct page *page, xmlNode *node)
{
	for (xmlNode *child = node->children; child; child = child->next) {
		if (child->type == XML_ELEMENT_NODE)
			read_element(page, child);
		else if (child->type == XML_TEXT_NODE)
			add_squeezed(&page->pending, (const char *)child->content);
	}
}

/* ---- the parts of the file ---- */

static xmlNode *find_named(xmlNode *node, const char *name)
{
	for (; node; node = node->next) {
		xmlNode *below;

		if (node->type != XML_ELEMENT_NODE)
			continue;
		if (is_named(node, name))
			return node;
		below = find_named(node->children, name);
		if (below)
			return below;
	}
	return NULL;
}

static xmlNode *find_id(xmlNode *node, const char *id)
{
	for (; node; node = node->next) {
		xmlChar *value = node->type == XML_ELEMENT_NODE ? xmlGetProp(node, (const xmlChar *)"id") : NULL;
		bool found = value && strcmp((const char *)value, id) == 0;
		xmlNode *below = NULL;

		xmlFree(value);
		if (found)
			return node;
		if (node->type == XML_ELEMENT_NODE)
			below = find_id(node->children, id);
		if (below)
			return below;
	}
	return NULL;
}

/* Bytes of the first characters of a text, at most so many. */
static size_t prefix_length(const char *text, size_t characters)
{
	const char *at = text;

	while (*at && characters-- > 0)
		pack_utf8_next(&at);
	return (size_t)(at - text);
}

static void cut(struct pack_text *text, size_t length)
{
	if (length < text->length) {
		text->length = length;
		text->data[length] = '\0';
	}
}

/* Cut behind the last whole sentence that fits; without one, behind the last word. */
static void cut_sentence(struct pack_text *text, size_t characters)
{
	size_t length = prefix_length(text->data, characters), at = length;

	if (length >= text->length)
		return;
	while (at > 1 && !(strchr(".!?", text->data[at - 1]) && text->data[at] == ' '))
		at--;
	if (at <= 1)
		for (at = length; at > 1 && text->data[at] != ' '; )
			at--;
	cut(text, at > 1 ? at : length);
}

static char *read_title(xmlNode *root, const char *stem)
{
	xmlNode *node = find_named(root, "title");
	xmlChar *content = node ? xmlNodeGetContent(node) : NULL;
	struct pack_text title = { 0 };

	if (content)
		add_squeezed(&title, (const char *)content);
	xmlFree(content);
	while (title.length && title.data[title.length - 1] == ' ')
		cut(&title, title.length - 1);
	if (!title.length)
		pack_text_put(&title, stem);
	cut(&title, prefix_length(title.data, TITLE_LONGEST));
	return title.data;
}

static bool page_read(struct page *page, const char *path, const char *stem)
{
	int options = HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_RECOVER | HTML_PARSE_COMPACT;
	htmlDocPtr html = htmlReadFile(path, "UTF-8", options);
	xmlNode *area = html ? find_id(xmlDocGetRootElement(html), "DisplayArea") : NULL;

	*page = (struct page){ 0 };
	if (area) {
		page->document.title = read_title(xmlDocGetRootElement(html), stem);
		page->document.language = pack_copy("de");
		read_children(page, area);
		flush(page, PACK_PARAGRAPH, NULL);
		if (!page->description.length)
			pack_text_put(&page->description, page->document.title);
		cut_sentence(&page->description, DESCRIPTION_LONGEST);
	} else {
		pack_complain(path, "is no page of the help");
	}
	xmlFreeDoc(html);
	return area != NULL;
}

static void page_free(struct page *page)
{
	pack_document_free(&page->document);
	pack_text_free(&page->pending);
	pack_text_free(&page->description);
}

/* ---- what is written ---- */

static void page_text(const struct page *page, struct pack_text *out)
{
	pack_text_put(out, page->document.title);
	pack_text_put(out, "\n");
	for (size_t i = 0; i < page->document.block_count; i++) {
		const struct pack_block *block = &page->document.blocks[i];
		bool follows = i && block->kind == PACK_CODE && page->document.blocks[i - 1].kind == PACK_CODE;

		pack_text_put(out, follows ? "" : "\n");
		if (block->kind == PACK_ITEM) {
			pack_text_put(out, block->label ? block->label : "-");
			pack_text_put(out, " ");
		}
		pack_text_put(out, block->text);
		pack_text_put(out, "\n");
	}
}

static int duration_of(const char *text)
{
	size_t words = 0, minutes;

	while (*text) {
		text += strspn(text, " \n");
		words += *text != '\0';
		text += strcspn(text, " \n");
	}
	minutes = (words + WORDS_PER_MINUTE - 1) / WORDS_PER_MINUTE;
	return minutes < 1 ? 1 : minutes > DURATION_LONGEST ? DURATION_LONGEST : (int)minutes;
}

static bool write_json(FILE *file, json_t *line)
{
	char *text = line ? json_dumps(line, 0) : NULL;
	bool written = text && fprintf(file, "%s\n", text) > 0;

	free(text);
	json_decref(line);
	return written;
}

static bool write_line(FILE *catalog, const struct page *page, const char *relative, const char *package, int duration)
{
	const struct module *module = module_of(relative);

	return write_json(catalog, json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:[s], s:s, s:s}",
		"title", page->document.title, "description", page->description.data, "duration_minutes", duration,
		"competency_level", level_of(relative), "language", "de", "format", "text", "license", "proprietary",
		"categories", module ? module->category : root_category, "creator", CREATOR, "package", package));
}

static char *joined(const char *first, const char *second, const char *third)
{
	struct pack_text text = { 0 };

	pack_text_put(&text, first);
	pack_text_put(&text, second);
	pack_text_put(&text, third);
	return text.data;
}

static bool write_package(const char *path, const char *slug, const struct page *page, const struct pack_text *text)
{
	struct pack_text pdf;
	char *pdf_name = joined(slug, ".pdf", ""), *text_name = joined(slug, ".txt", "");
	bool done = pack_pdf(&page->document, &pdf);

	if (done) {
		struct pack_entry entries[] = {
			{ pdf_name, pdf.data, pdf.length },
			{ text_name, text->data, text->length }
		};
		done = pack_archive_write(path, entries, 2);
	}
	free(pdf_name);
	free(text_name);
	pack_text_free(&pdf);
	return done;
}

/* A title of its own for each page: the help has many of the same name, in several programs or within one. */
static void distinguish(json_t *titles, char **title, const char *relative)
{
	const struct module *module = module_of(relative);
	const char *where = module ? module->category : root_category;
	char *plain = *title;

	*title = pack_copy(plain);
	for (int number = 1; json_object_get(titles, *title); number++) {
		struct pack_text longer = { 0 };
		char ending[80];

		if (number == 1)
			snprintf(ending, sizeof ending, " (%s)", where);
		else
			snprintf(ending, sizeof ending, " (%s, %d)", where, number);
		pack_text_put(&longer, plain);
		cut(&longer, prefix_length(plain, TITLE_LONGEST - strlen(ending)));
		pack_text_put(&longer, ending);
		free(*title);
		*title = longer.data;
	}
	json_object_set_new(titles, *title, json_true());
	free(plain);
}

static bool convert(FILE *catalog, json_t *titles, const char *source, const char *output, const char *relative,
                    const char *slug)
{
	struct page page;
	struct pack_text text = { 0 };
	char *path = pack_path(source, relative), *package = joined("packages/", slug, ".zip");
	char *target = pack_path(output, package);
	bool done = page_read(&page, path, slug);

	if (done) {
		distinguish(titles, &page.document.title, relative);
		page_text(&page, &text);
		done = write_package(target, slug, &page, &text)
		    && write_line(catalog, &page, relative, package, duration_of(text.data));
	}
	page_free(&page);
	pack_text_free(&text);
	free(path);
	free(package);
	free(target);
	return done;
}

static FILE *create(const char *output, const char *name)
{
	char *path = pack_path(output, name);
	FILE *file = fopen(path, "wb");

	if (!file)
		pack_complain(path, strerror(errno));
	free(path);
	return file;
}

static bool close_file(FILE *file, const char *name)
{
	bool broken = ferror(file) != 0;

	if (fclose(file) == 0 && !broken)
		return true;
	pack_complain(name, "cannot be written");
	return false;
}

static bool write_categories(const char *output)
{
	FILE *file = create(output, "categories.jsonl");

	if (!file)
		return false;
	write_json(file, json_pack("{s:s, s:s, s:n}", "name", root_category, "description",
	                           "Die Hilfeseiten von LibreOffice, nach Programmen geordnet.", "parent"));
	for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
		write_json(file, json_pack("{s:s, s:s, s:s}", "name", modules[i].category, "description",
		                           modules[i].description, "parent", root_category));
	return close_file(file, "categories.jsonl");
}

static bool write_creators(const char *output)
{
	FILE *file = create(output, "creators.jsonl");

	if (!file)
		return false;
	write_json(file, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "username", CREATOR,
	                           "email", CREATOR "@example.org", "first_name", "LibreOffice", "last_name", "Hilfe",
	                           "company", "Beispieldaten", "bio", "Seiten der deutschen LibreOffice-Hilfe als Lerneinheiten."));
	return close_file(file, "creators.jsonl");
}

/* ---- the pages of a directory, sorted ---- */

struct paths {
	char  **items;           /* relative to the source directory */
	size_t  count;
};

static bool ends_with(const char *text, const char *ending)
{
	size_t length = strlen(text), tail = strlen(ending);

	return length > tail && strcmp(text + length - tail, ending) == 0;
}

static void paths_add(struct paths *paths, const char *relative)
{
	paths->items = pack_resize(paths->items, paths->count + 1, sizeof *paths->items);
	paths->items[paths->count++] = pack_copy(relative);
}

static bool paths_collect(struct paths *paths, const char *source, const char *relative)
{
	char *directory = pack_path(source, relative);
	DIR *open = opendir(directory);
	bool done = open != NULL;

	if (!open)
		pack_complain(directory, strerror(errno));
	for (struct dirent *entry; done && (entry = readdir(open)); ) {
		char *below = relative[0] ? pack_path(relative, entry->d_name) : pack_copy(entry->d_name);
		char *path = pack_path(source, below);
		struct stat info;

		if (entry->d_name[0] != '.' && lstat(path, &info) == 0) {
			if (S_ISDIR(info.st_mode))
				done = paths_collect(paths, source, below);
			else if (S_ISREG(info.st_mode) && ends_with(entry->d_name, ".html"))
				paths_add(paths, below);
		}
		free(path);
		free(below);
	}
	if (open)
		closedir(open);
	free(directory);
	return done;
}

static int compare_paths(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static void paths_free(struct paths *paths)
{
	for (size_t i = 0; i < paths->count; i++)
		free(paths->items[i]);
	free(paths->items);
}

/* "swriter/guide/text_frame.html" becomes "swriter-guide-text-frame". */
static char *slug_of(const char *relative)
{
	struct pack_text slug = { 0 };
	size_t length = strlen(relative) - strlen(".html");

	for (size_t i = 0; i < length; i++) {
		char c = relative[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			c = '-';
		pack_text_add(&slug, &c, 1);
	}
	return slug.data;
}

/* Two paths may have one slug: the later ones get a number. */
static void slugs_add(struct paths *slugs, const char *relative)
{
	char *slug = slug_of(relative), *name = pack_copy(slug);
	char number[24];
	unsigned copies = 1;

	for (size_t i = 0; i < slugs->count; i++) {
		if (strcmp(slugs->items[i], name) != 0)
			continue;
		snprintf(number, sizeof number, "-%u", ++copies);
		free(name);
		name = joined(slug, number, "");
		i = (size_t)-1;
	}
	paths_add(slugs, name);
	free(name);
	free(slug);
}

/* ---- the whole ---- */

static bool convert_all(FILE *catalog, const char *source, const char *output, const struct paths *paths, size_t limit)
{
	struct paths slugs = { 0 };
	size_t failed = 0, count = paths->count < limit ? paths->count : limit;
	json_t *titles = json_object();

	for (size_t i = 0; i < count; i++) {
		slugs_add(&slugs, paths->items[i]);
		failed += !convert(catalog, titles, source, output, paths->items[i], slugs.items[i]);
		if (i % 50 == 49 || i + 1 == count)
			fprintf(stderr, "\rnanohelp: %zu of %zu pages, %zu failed", i + 1, count, failed);
	}
	fputc('\n', stderr);
	json_decref(titles);
	paths_free(&slugs);
	if (!count)
		pack_complain(source, "holds no pages");
	return count > 0 && failed == 0;
}

/* The pages are in "text" below the directory of the language. */
static char *source_directory(const char *given)
{
	char *below = pack_path(given, "text");

	if (pack_file_changed(below) != (time_t)-1)
		return below;
	free(below);
	return pack_copy(given);
}

static bool run(const char *given, const char *output, size_t limit)
{
	char *source = source_directory(given), *packages = pack_path(output, "packages");
	struct paths paths = { 0 };
	bool done = paths_collect(&paths, source, "") && pack_directory_make(packages);
	FILE *catalog = done ? create(output, "catalog.jsonl") : NULL;

	if (catalog) {
		qsort(paths.items, paths.count, sizeof *paths.items, compare_paths);
		done = convert_all(catalog, source, output, &paths, limit);
		done = close_file(catalog, "catalog.jsonl") && done;
		done = write_categories(output) && write_creators(output) && done;
	}
	paths_free(&paths);
	free(source);
	free(packages);
	return done && catalog;
}

static bool limit_read(const char *text, size_t *limit)
{
	char *end = NULL;
	unsigned long value = strtoul(text, &end, 10);

	*limit = (size_t)value;
	return text[0] >= '0' && text[0] <= '9' && !*end && value > 0;
}

static bool arguments_read(int count, char **values, const char *directories[2], size_t *limit)
{
	int given = 0;

	for (int i = 1; i < count; i++) {
		if (strcmp(values[i], "--limit") == 0) {
			if (i + 1 == count || !limit_read(values[++i], limit))
				return false;
		} else if (strncmp(values[i], "--", 2) == 0 || given == 2) {
			return false;
		} else {
			directories[given++] = values[i];
		}
	}
	return given == 2;
}

int main(int count, char **values)
{
	const char *directories[2];
	size_t limit = (size_t)-1;
	bool done;

	pack_program_name(count > 0 ? values[0] : "nanohelp");
	if (count == 2 && strcmp(values[1], "--help") == 0) {
		fputs(usage_text, stdout);
		return PACK_EXIT_OK;
	}
	if (!arguments_read(count, values, directories, &limit)) {
		fputs(usage_text, stderr);
		return PACK_EXIT_USAGE;
	}
	done = run(directories[0], directories[1], limit);
	pack_pdf_note();
	xmlCleanupParser();
	return done ? PACK_EXIT_OK : PACK_EXIT_FAILED;
}
