/* searches.h -- shared by the files of saved_search, and what components above may use of it. */
#ifndef NMK_SEARCHES_H
#define NMK_SEARCHES_H

#include <nanomarket/saved_search.h>
#include "catalog.h"
#include "keys.h"

struct nmk_saved_search {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "saved_search.def"
#undef NMK_FIELD
};
extern const struct field saved_search_fields[];

/*
 * Interface to own_list.c
 */

/* The host has no searches of its own. */
nmk_status searches_check_member(struct nmk_op *op);

/* A list of the acting member's, the newest first: `kind` reads a row with the account's data key as its context. */
struct own_list {
	enum op_id             operation;
	enum sql_id            statement;
	const struct row_kind *kind;
	const char            *cursor;
	int32_t                limit;
};

/* `wanted`: the caller has a place for it. A NULL page is one that there was no memory for. */
nmk_status own_list_read(nmk_session *session, const struct own_list *own, bool wanted, struct page *page);

/*
 * Interface to saved_search.c
 */

/* A row of a statement that gives id, content_sealed, alert, checked_at, created_at. */
nmk_status saved_search_read(struct nmk_op *op, struct stmt *stmt, const struct secret_key *key, struct nmk_saved_search *saved);
void saved_search_release(void *saved);

/* An account is deleted: for components.c. */
nmk_status saved_search_user_erased(struct nmk_op *op, int64_t user_id);

/*
 * Interface to past_search.c
 */

/* The newest texts of the acting member's history, for `take`, until that answers something else than NMK_OK. Nothing for others. */
nmk_status past_search_walk(struct nmk_op *op, nmk_status (*take)(void *context, const char *text), void *context);

/* Note it in the member's history. `key` is the text as it is compared. */
nmk_status past_search_note(struct nmk_op *op, const char *text, const char *key, int64_t result_count);

/*
 * Interface to query_count.c
 */

/* Count a search in the statistics. `key`: the text in lower case, its words parted by one space. */
nmk_status query_count_note(struct nmk_op *op, const char *key, int64_t result_count);

/* The texts that are searched for most these days, and find something, for `take`. */
nmk_status query_trending_walk(struct nmk_op *op, nmk_status (*take)(void *context, const char *text), void *context);

/* Keyed hashes. */
enum query_hash { HASH_TEXT = 't', HASH_PERSON = 'p', HASH_PAST = 'h' };
nmk_status query_hash(struct nmk_op *op, enum query_hash what, int64_t number, const char *text, unsigned char hash[KEY_HASH_BYTES]);

/*
 * Interface to heat.c
 */

/* Heat after one search more at that time: the binary logarithm, in millionths, of a sum to which each search adds two to the power of
 * its time in half-lives. So an old figure and a new one can be compared, and none has to be cooled down (G. Cormode et al., "Forward
 * Decay", ICDE 2009). 0 is none. */
#define HEAT_HALF_LIFE_MS (INT64_C(3) * 24 * 60 * 60 * 1000)
int64_t heat_after(int64_t heat, int64_t now);
#endif
