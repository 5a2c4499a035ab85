/*
 * zip.h -- is this ZIP archive safe and unambiguous, and what is in it?
 *
 * Readers of ZIP files disagree about damaged or cunning archives: one lists an entry that another does not see.
 * An archive that passes here has a single reading: the entries, the central directory and the end record fill it
 * exactly, and whatever is said twice is said alike.
 */
#ifndef NMK_ZIP_H
#define NMK_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZIP_NAME_BYTES    1024        /* a whole path, with the slash that ends a folder                    */
#define ZIP_SEGMENT_BYTES 255         /* one part of it: what file systems allow                            */
#define ZIP_NAME_DEPTH    32          /* parts of a path                                                    */
#define ZIP_WHOLE_ARCHIVE UINT32_MAX  /* zip_report.index when no entry is to blame                         */

enum zip_result {
	ZIP_ACCEPTED,
	ZIP_REJECTED,       /* the archive breaks a rule: the report says which                             */
	ZIP_STOPPED,        /* the caller's sink had enough                                                 */
	ZIP_FAILED_MEMORY,  /* nothing is known about the archive                                           */
	ZIP_FAILED_READ     /* the source failed: nothing is known about the archive                        */
};

enum zip_rule {
#define NMK_ZIP_RULE(name, word, english, german) ZIP_RULE_##name,
#include "zip_rules.def"
#undef NMK_ZIP_RULE
	ZIP_RULE_COUNT
};

enum zip_kind {
	ZIP_KIND_UNKNOWN,       /* on no list                                                               */
	ZIP_KIND_MAIN,          /* makes a package                                                          */
	ZIP_KIND_ACCOMPANYING,  /* may go with it                                                           */
	ZIP_KIND_ARCHIVE,       /* something packed, office documents among it                              */
	ZIP_KIND_PROGRAM        /* would run when opened                                                    */
};

enum zip_type {
#define NMK_ZIP_TYPE(name, word, kind, content) ZIP_TYPE_##name,
#include "zip_types.def"
#undef NMK_ZIP_TYPE
	ZIP_TYPE_COUNT
};

/* Where the bytes come from: a file, a blob in the store, memory. */
struct zip_source {
	int    (*read)(void *context, uint64_t offset, void *buffer, size_t length);  /* all of it: 0; else < 0 */
	void    *context;
	uint64_t size;
};

/* All limits are inclusive. Start from zip_limits_default. */
struct zip_limits {
	uint64_t archive_bytes;      /* the packed file                                                     */
	uint64_t entry_count;        /* files and folders                                                   */
	uint64_t directory_bytes;    /* the central directory: bounds the memory that names take            */
	uint64_t total_bytes;        /* all files unpacked                                                  */
	uint64_t entry_bytes;        /* one file unpacked                                                   */
	uint64_t ratio;              /* unpacked by packed size of one file, at least 1 ...                 */
	uint64_t ratio_from_bytes;   /* ... that is larger than this                                        */
	bool     require_main_type;  /* at least one PDF, JPG, PNG, MP4 or WebM                             */
	bool     match_content;      /* the first bytes must be of the type that the name says              */
	bool     allow_archives;     /* nested archives and office documents, which nobody looks into       */
	bool     allow_programs;     /* programs and scripts                                                */
	bool     allow_unknown;      /* files that are on no list                                           */
	bool     heads_only;         /* it was inspected before: no file is unpacked beyond its first bytes */
};

extern const struct zip_limits zip_limits_default;

struct zip_entry {
	const char   *name;             /* UTF-8, NFC, checked; the archive's                               */
	uint64_t      size;
	uint64_t      compressed_size;
	uint64_t      data_offset;      /* where the packed bytes begin                                     */
	uint32_t      crc32;
	uint16_t      method;           /* 0 stored, 8 deflated                                             */
	bool          is_directory;
	bool          active_content;   /* HTML, SVG, XML or text that looks so: a browser might run it     */
	enum zip_type type;             /* by its name, and by its content if that was to match             */
};

struct zip_archive {
	struct zip_entry *entries;     /* in the order of the central directory                             */
	size_t            count;
	uint64_t          total_size;  /* of all files unpacked                                             */
	char             *names;       /* the memory behind the names                                       */
};

/* Why an archive was refused. A plain record: copy it freely. */
struct zip_report {
	enum zip_rule rule;
	uint32_t      index;        /* place in the central directory, or ZIP_WHOLE_ARCHIVE                 */
	char          entry[160];   /* the entry's name made printable, cut if long; "" for the archive     */
	char          detail[128];  /* English, for logs: what was found; may be ""                         */
};

/*
 * Look at every byte of an archive. Memory stays below 11 MiB for the default limits, whatever the input.
 * Unless the result is ZIP_ACCEPTED the archive is left empty. The report is always filled.
 */
enum zip_result zip_inspect(const struct zip_source *source, const struct zip_limits *limits,
                            struct zip_archive *archive, struct zip_report *report);
void zip_archive_free(struct zip_archive *archive);

/* Takes the next piece of a file. Anything but 0 stops the reading. */
struct zip_sink {
	int  (*write)(void *context, const void *data, size_t length);
	void  *context;
};

/*
 * Hand [offset, offset + length) of a file's content to the sink, in pieces; what lies behind its end is left out.
 * A stored file is read from the offset on, a deflated one is unpacked from its beginning. The archive must be the
 * one that was inspected; ZIP_REJECTED says that the content cannot be unpacked, so it is not.
 */
enum zip_result zip_entry_read(const struct zip_source *source, const struct zip_entry *entry, uint64_t offset,
                               uint64_t length, struct zip_sink sink);

const char *zip_rule_word(enum zip_rule rule);                        /* such as "name_taken"               */
const char *zip_rule_text(enum zip_rule rule, const char *language);  /* a sentence; "de", else English     */
const char *zip_type_word(enum zip_type type);                        /* such as "pdf"                      */
#endif
