/* fields.h -- one list per entity drives struct, SQL binding and reading, checks, JSON and getters.
 *
 * An entity's .def file holds lines
 *     NMK_FIELD(kind, name, flags, detail...)
 * and `name` is the C member, the SQL column and parameter, and the JSON key. The details by kind:
 *     TEXT  minimum, maximum (code points), LINE or LINES        char *, NULL for none
 *     INT   minimum, maximum                                     int64_t
 *     BOOL                                                       bool
 *     TIME                                                       int64_t, milliseconds; 0 for none
 *     ID    enum id_kind                                         struct id_value
 *     WORD  the public enum's type, its list of words            int, the enum's value; 0 for none
 */
#ifndef NMK_FIELDS_H
#define NMK_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <jansson.h>
#include "id.h"
#include "json.h"

enum field_kind { FIELD_TEXT, FIELD_INT, FIELD_BOOL, FIELD_TIME, FIELD_ID, FIELD_WORD };

enum field_flags {
	FIELD_PLAIN    = 0,
	FIELD_NULLABLE = 1,  /* 0 and NULL are NULL in SQL and null in JSON                          */
	FIELD_REQUIRED = 2,  /* an input must have it                                                */
	FIELD_OWNER    = 4,  /* only its owner and administrators see it                             */
	FIELD_STAFF    = 8,  /* only moderators and administrators see it                            */
	FIELD_SECRET   = 16, /* nobody sees it: never in JSON, wiped when freed                      */
	FIELD_COMPUTED = 32  /* not a column of the entity's own table                               */
};

struct field {
	const char *name;
	size_t      offset;
	enum field_kind kind;
	unsigned    flags;
	int64_t     minimum, maximum; /* of INT: the value; of TEXT: code points                     */
	bool        lines;            /* of TEXT: line breaks and tabs are allowed                   */
	enum id_kind id_kind;         /* of ID                                                       */
	const char *const *words;     /* of WORD: [0] is "", then by value, then NULL                */
};

#define LINE  false
#define LINES true

/* Struct members */
#define FIELD_MEMBER_TEXT(name)  char *name;
#define FIELD_MEMBER_INT(name)   int64_t name;
#define FIELD_MEMBER_BOOL(name)  bool name;
#define FIELD_MEMBER_TIME(name)  int64_t name;
#define FIELD_MEMBER_ID(name)    struct id_value name;
#define FIELD_MEMBER_WORD(name)  int name;

/* Rows of the descriptor array */
#define FIELD_DETAIL_TEXT(least, most, many)  .minimum = (least), .maximum = (most), .lines = (many)
#define FIELD_DETAIL_INT(least, most)         .minimum = (least), .maximum = (most)
#define FIELD_DETAIL_BOOL(...)                .maximum = 1
#define FIELD_DETAIL_TIME(...)                .maximum = INT64_MAX
#define FIELD_DETAIL_ID(kind)                 .id_kind = (kind)
#define FIELD_DETAIL_WORD(type, list)         .words = (list)
#define FIELD_ROW(type, field_kind, field_name, field_flags, ...) \
	{ .name = #field_name, .offset = offsetof(type, field_name), .kind = FIELD_##field_kind, \
	  .flags = (field_flags), FIELD_DETAIL_##field_kind(__VA_ARGS__) },

/* Public getters: prefix_name(const prefix *value) */
#define FIELD_GETTER_TEXT(prefix, name, ...)  const char *prefix##_##name(const prefix *value) { return value->name; }
#define FIELD_GETTER_INT(prefix, name, ...)   int64_t prefix##_##name(const prefix *value) { return value->name; }
#define FIELD_GETTER_BOOL(prefix, name, ...)  bool prefix##_##name(const prefix *value) { return value->name; }
#define FIELD_GETTER_TIME(prefix, name, ...)  int64_t prefix##_##name(const prefix *value) { return value->name; }
#define FIELD_GETTER_ID(prefix, name, ...) \
	const char *prefix##_##name(const prefix *value) { return value->name.number ? value->name.text : NULL; }
#define FIELD_GETTER_WORD(prefix, name, type, ...) \
	type prefix##_##name(const prefix *value) { return (type)value->name; }

/* The list ends with { 0 }: name NULL. */
void fields_free(const struct field *fields, void *object);         /* frees members, leaves zeros            */
json_t *fields_json(const struct field *fields, const void *object); /* an object, the caller's; NULL: no memory */
void fields_hide(const struct field *fields, void *object, unsigned flags); /* empty what has one of the flags  */
const struct field *field_named(const struct field *fields, const char *name);

/* The value of a word, 0 if it is none of the list. */
int word_value(const char *const *words, const char *word);
const char *word_of(const char *const *words, int value);           /* NULL for 0 and unknown values          */
#endif
