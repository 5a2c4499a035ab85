/* catalog.h -- nanos and categories for the components above. */
#ifndef NMK_CATALOG_H
#define NMK_CATALOG_H

#include <nanomarket/category.h>
#include <nanomarket/nano.h>
#include "op.h"

extern const char *const competency_level_words[], *const format_words[], *const license_words[],
	*const nano_state_words[];

/* A nano's topic. */
struct nano_topic {
	struct id_value id;
	char           *name;
};

struct nmk_nano {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "nano.def"
#undef NMK_FIELD
	struct nano_topic topics[NMK_NANO_CATEGORIES_MAXIMUM];
	size_t            topic_count;
};
extern const struct field nano_fields[];

struct nmk_category {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "category.def"
#undef NMK_FIELD
};
extern const struct field category_fields[];

/*
 * Interface to creator.c
 */

/* For components.c: the search index shows the creator's name. */
nmk_status catalog_user_renamed(struct nmk_op *op, int64_t user_id, bool erased);

/*
 * Interface to nano.c
 */

/* The nano's row, without topics, into a struct that holds zeros or an earlier nano. What the actor may not see answers
 * NMK_ENOTFOUND. nano_fields_free() is due afterwards, whatever the answer. */
nmk_status nano_load(struct nmk_op *op, const char *id, struct nmk_nano *nano);
nmk_status nano_load_number(struct nmk_op *op, int64_t id, struct nmk_nano *nano);
void nano_fields_free(struct nmk_nano *nano);              /* leaves zeros               */
json_t *nano_to_json(const void *nano);                    /* NULL: no memory            */

/* For op_allow(): public when published. */
struct subject nano_subject(const struct nmk_nano *nano);

/* What a nano's version is; of `nano` only the id's number is used. NULL for none. */
nmk_status nano_set_version(struct nmk_op *op, const struct nmk_nano *nano, const char *version);
nmk_status nano_count_download(struct nmk_op *op, const struct nmk_nano *nano);

/* What its ratings and comments come to; of `nano` only these fields and the id's number are used. */
nmk_status nano_set_feedback(struct nmk_op *op, const struct nmk_nano *nano);

/* The topics beside the row. */
nmk_status nano_topics_load(struct nmk_op *op, struct nmk_nano *nano);

/* Give a value to the caller: with topics, without what the actor may not see. *out, freed before, takes the nano's
 * content. After the loop nano_answer() passes it on, or frees it. */
nmk_status nano_hand_over(struct nmk_op *op, struct nmk_nano *nano, nmk_nano **out);
void nano_answer(nmk_nano **out, nmk_nano *value, nmk_status rc);

/* A page, built nano by nano. */
nmk_status nano_page_start(struct nmk_op *op, nmk_nano_page **page);            /* frees what *page was            */
nmk_status nano_page_take(struct nmk_op *op, nmk_nano_page *page, struct nmk_nano *nano); /* leaves zeros          */
nmk_status nano_page_load(struct nmk_op *op, nmk_nano_page *page, int64_t id);
nmk_status nano_page_end(struct nmk_op *op, nmk_nano_page *page, const char *list, const struct cursor *last);
void nano_page_answer(nmk_nano_page **out, nmk_nano_page *page, nmk_status rc); /* hands over, or frees            */

/* Filters of lists and of search: 0 and NULL ask for nothing. */
struct nano_filter {
	nmk_competency_level competency_level;
	nmk_format           format;
	nmk_license          license;
	const char          *language;
	const char          *category_id, *creator_id;
};
nmk_status nano_filter_check(struct nmk_op *op, const struct nano_filter *filter);
/* Binds the options level, format, license, language, category or category_large, creator of a statement. NMK_ENOTFOUND for an unknown
 * category or creator. `language` holds the lower-case form and must outlive the statement. */
nmk_status nano_filter_bind(struct nmk_op *op, const struct nano_filter *filter, struct stmt *stmt, char language[3]);

/*
 * Interface to nano_move.c
 */

/* Is the move in the table of nano_states.def? */
bool nano_state_leads_to(int from, int to);

/*
 * Interface to nano_input.c
 */

/* Two letters, lower-case; false for anything else. */
bool language_code(const char *text, char code[3]);

/* Sort key of a title or name: its casefold key, cut so that a cursor can hold it. The caller's; NULL: no memory. */
char *sort_key(const char *text);

/* What a statement that takes an id says of it: a level, a count. NMK_ENOTFOUND without a row. */
nmk_status catalog_number(struct nmk_op *op, enum sql_id statement, int64_t id, int64_t *number);

/*
 * Interface to category.c
 */
nmk_status category_load(struct nmk_op *op, const char *field, const char *id, struct nmk_category *category);
#endif
