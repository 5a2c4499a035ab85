/* pack.h -- turn a short text into a learning package: a PDF, its source and its quiz in one ZIP. */
#ifndef EXAMPLES_PACK_H
#define EXAMPLES_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define PACK_CHOICES_MAX 8

/** What the tools return to the shell. */
enum pack_exit {
	PACK_EXIT_OK    = 0,
	PACK_EXIT_FAILED = 1,    /* some file could not be read, understood or written */
	PACK_EXIT_USAGE = 2      /* the command line makes no sense                     */
};

/** A piece of a page that stands on its own lines. */
enum pack_kind {
	PACK_HEADING,
	PACK_SUBHEADING,
	PACK_PARAGRAPH,
	PACK_ITEM,               /* of a list, bulleted or numbered                     */
	PACK_QUOTE,
	PACK_CODE                /* kept line by line, in a fixed-width font            */
};

struct pack_block {
	enum pack_kind kind;
	unsigned       depth;    /* of a list item, 0 is the outermost                  */
	char          *label;    /* "1." of a numbered item; NULL elsewhere             */
	char          *text;     /* UTF-8                                               */
};

struct pack_choice {
	char *text;
	bool  correct;
};

struct pack_question {
	char               *text;
	char               *answer;                      /* NULL if the choices say it all */
	struct pack_choice  choices[PACK_CHOICES_MAX];
	size_t              choice_count;
};

struct pack_document {
	char                 *title;
	char                 *language;                  /* ISO 639-1                      */
	bool                  markup;                    /* text holds **, * and `         */
	struct pack_block    *blocks;
	size_t                block_count;
	struct pack_question *questions;
	size_t                question_count;
};

/** A growing text; all zero is an empty one. */
struct pack_text {
	char  *data;             /* ends with a NUL once anything was added             */
	size_t length;
	size_t capacity;
};

/** A file inside a package. The data is borrowed until pack_archive_write() returns. */
struct pack_entry {
	const char *name;
	const void *data;
	size_t      length;
};

/* ---- pack.c: memory, texts, files, the archive ---- */

/** As malloc() and friends, but a failure ends the program: it is a small tool. */
void *pack_allocate(size_t size);
void *pack_resize(void *memory, size_t count, size_t size);
char *pack_copy(const char *text);
char *pack_copy_part(const char *text, size_t length);

void pack_text_add(struct pack_text *text, const char *data, size_t length);
void pack_text_put(struct pack_text *text, const char *data);
void pack_text_free(struct pack_text *text);

/** Print "program: subject: problem" to stderr. */
void pack_complain(const char *subject, const char *problem);
void pack_program_name(const char *argv0);

/** Read a whole file. False, and a complaint, if it cannot be read. */
bool pack_file_read(const char *path, struct pack_text *contents);
/** When the file was last changed; -1 if there is none. */
time_t pack_file_changed(const char *path);
/** Create a directory and those above it. */
bool pack_directory_make(const char *path);
/** "dir/name", to be freed. */
char *pack_path(const char *directory, const char *name);
/** The name of a file without its directories and its last extension, to be freed. */
char *pack_stem(const char *path);

/** The one date that goes into packages: SOURCE_DATE_EPOCH, or the first day of 2026. */
time_t pack_date(void);

/** Write the archive, replacing what was there only when it is complete. */
bool pack_archive_write(const char *path, const struct pack_entry *entries, size_t count);

/* ---- document.c: the parts of a document, and how Markdown becomes one ---- */

void pack_document_block(struct pack_document *document, enum pack_kind kind, unsigned depth,
                         const char *label, const char *text);
void pack_document_markdown(struct pack_document *document, const char *source);
void pack_document_free(struct pack_document *document);
/** The questions as JSON, to be freed; NULL if there are none. */
char *pack_document_quiz(const struct pack_document *document);

/* ---- pdf.c ---- */

/** Next character of a UTF-8 text; U+FFFD for a broken one. Moves the pointer on. */
unsigned long pack_utf8_next(const char **text);

/** Set the document as A4 pages. The data is to be freed by the caller. */
bool pack_pdf(const struct pack_document *document, struct pack_text *pdf);
/** Tell on stderr, if it happened, how many characters had to be printed as '?'. */
void pack_pdf_note(void);

#endif
