/* user_list.c -- the list of accounts, for who administers them. */
#include "account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "page.h"

static void user_release(void *user)
{
	nmk_user_free(user);
}

PAGE_FUNCTIONS(nmk_user, user)

void nmk_user_filter_init(nmk_user_filter *filter)
{
	*filter = (nmk_user_filter)NMK_USER_FILTER_INIT;
}

/* A list on its way. */
struct listing {
	nmk_user_filter filter;
	int32_t       limit;
	char          name[CURSOR_NAME_SIZE];      /* of its cursors                                              */
	bool          by_email;
	unsigned char email_index[KEY_HASH_BYTES];
	char         *from, *before;               /* keys that begin with the query: from <= key < before; NULL for all */
	struct cursor after;
};

static void listing_free(struct listing *listing)
{
	free(listing->from);
	free(listing->before);
}

static nmk_status check_filter(struct nmk_op *op, struct listing *listing, const nmk_user_filter *given)
{
	nmk_status rc;

	listing->filter = given ? *given : (nmk_user_filter)NMK_USER_FILTER_INIT;
	rc = op_check_version(op, listing->filter.version, NMK_USER_FILTER_VERSION);
	if (rc == NMK_OK && listing->filter.role && !nmk_role_word(listing->filter.role))
		rc = op_fail(op, NMK_EINVALID, "role", "is none of the values that there are");
	if (rc == NMK_OK && listing->filter.status && !nmk_user_state_word(listing->filter.status))
		rc = op_fail(op, NMK_EINVALID, "status", "is none of the values that there are");
	if (rc == NMK_OK && listing->filter.query)
		rc = op_check_bytes(op, "query", listing->filter.query, 1, EMAIL_BYTES);
	return rc;
}

/* U+10FFFF sorts behind every character of a user name. */
static nmk_status take_prefix(struct nmk_op *op, struct listing *listing)
{
	struct buffer before = { 0 };

	listing->from = text_casefold_key(listing->filter.query);
	if (!listing->from)
		return tx_no_memory(&op->tx);
	if (!*listing->from)
		return op_fail(op, NMK_EINVALID, "query", "is blank"); /* nothing but what cannot be seen */
	buffer_text(&before, listing->from);
	buffer_text(&before, "\xF4\x8F\xBF\xBF");
	listing->before = buffer_take(&before);
	return listing->before ? NMK_OK : tx_no_memory(&op->tx);
}

static nmk_status take_query(struct nmk_op *op, struct listing *listing)
{
	if (!listing->filter.query)
		return NMK_OK;
	listing->by_email = strchr(listing->filter.query, '@') != NULL;
	return listing->by_email ? email_index(op, listing->filter.query, listing->email_index) : take_prefix(op, listing);
}

/* A cursor of another filter is none of this list. */
static nmk_status take_cursor(struct nmk_op *op, struct listing *listing, const char *cursor)
{
	struct buffer filter = { 0 };
	nmk_status rc;

	buffer_format(&filter, "%d,%d,", (int)listing->filter.role, (int)listing->filter.status);
	once_part(&filter, listing->filter.query);
	rc = cursor_name(op, "user_list", &filter, listing->name);
	buffer_free(&filter);
	listing->after.id = -1;
	return rc == NMK_OK && cursor ? cursor_read(op, listing->name, cursor, &listing->after) : rc;
}

static const char *status_option(nmk_user_state status)
{
	switch (status) {
	case NMK_USER_ACTIVE:    return "active";
	case NMK_USER_SUSPENDED: return "suspended";
	case NMK_USER_DELETED:   return "deleted";
	}
	return "not_deleted";
}

static void list_begin(struct nmk_op *op, const struct listing *listing, struct stmt *stmt)
{
	bool first = listing->after.id < 0;

	stmt_init(stmt, &op->tx, SQL_user_list);
	stmt_text(stmt, "after_key", first && listing->from ? listing->from : listing->after.text);
	stmt_int(stmt, "after_id", listing->after.id);
	stmt_int(stmt, "limit", listing->limit + 1);
	stmt_int(stmt, "now", op->tx.now);
	stmt_option(stmt, status_option(listing->filter.status));
	if (listing->before) {
		stmt_option(stmt, "before_key");
		stmt_text(stmt, "before_key", listing->before);
	}
	if (listing->by_email) {
		stmt_option(stmt, "email");
		stmt_blob(stmt, "email_index", listing->email_index, sizeof listing->email_index);
	}
	if (listing->filter.role) {
		stmt_option(stmt, "role");
		stmt_text(stmt, "role", nmk_role_word(listing->filter.role));
	}
}

/* A deleted account's placeholder is its own key. */
static nmk_status page_cursor(struct nmk_op *op, const struct listing *listing, struct page *page)
{
	const struct nmk_user *last = page->items[page->count - 1];
	struct cursor cursor = { .id = last->id.number };

	if (!username_key(last->username, cursor.text))
		snprintf(cursor.text, sizeof cursor.text, "%s", last->username);
	return op_page_next(op, listing->name, &cursor, page);
}

static nmk_status list_read(struct nmk_op *op, const struct listing *listing, struct page *page)
{
	static const struct row_kind kind = { .fields = user_fields, .size = sizeof(struct nmk_user), .release = user_release };
	struct stmt stmt;
	bool more;
	nmk_status rc;

	list_begin(op, listing, &stmt);
	rc = op_read_page(op, &stmt, &kind, listing->limit, page, &more);
	return rc == NMK_OK && more ? page_cursor(op, listing, page) : rc;
}

static nmk_status open_emails(struct nmk_op *op, struct page *page)
{
	nmk_status rc = NMK_OK;

	for (size_t i = 0; rc == NMK_OK && i < page->count; i++)
		rc = user_open_email(op, page->items[i]);
	return rc;
}

nmk_status nmk_user_list(nmk_session *session, const nmk_user_filter *filter, const char *cursor, int32_t limit,
                         nmk_user_page **page)
{
	struct nmk_op op;
	struct listing listing = { 0 };
	struct nmk_user_page *found = NULL;
	nmk_status rc = op_begin(&op, session, OP_user_list);

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = check_filter(&op, &listing, filter);
	if (rc == NMK_OK)
		rc = op_check_limit(&op, limit, &listing.limit);
	if (rc == NMK_OK)
		rc = take_query(&op, &listing);
	if (rc == NMK_OK)
		rc = take_cursor(&op, &listing, cursor);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = list_read(&op, &listing, &found->page);
		if (rc == NMK_OK)
			rc = open_emails(&op, &found->page);
	}
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_user_page_free(found);
	listing_free(&listing);
	return rc;
}
