/* rows.c -- the rows of a list as a page. */
#include "op.h"

#include <stdlib.h>

static nmk_status read_row(struct nmk_op *op, struct stmt *stmt, const struct row_kind *kind, struct page *page)
{
	void *value = calloc(1, kind->size);
	nmk_status rc;

	if (!value)
		return tx_no_memory(&op->tx);
	rc = kind->read ? kind->read(op, stmt, kind->context, value) : stmt_read(stmt, kind->fields, value);
	if (rc == NMK_OK && !page_add(page, value))
		rc = tx_no_memory(&op->tx);
	if (rc != NMK_OK)
		kind->release(value);
	return rc;
}

nmk_status op_read_page(struct nmk_op *op, struct stmt *stmt, const struct row_kind *kind, int32_t limit, struct page *page,
                        bool *more)
{
	nmk_status rc = NMK_OK;

	*more = false;
	while (!*more && stmt_next(stmt, &rc)) {
		*more = page->count == (size_t)limit;
		if (!*more)
			rc = read_row(op, stmt, kind, page);
	}
	stmt_end(stmt);
	return rc;
}

nmk_status op_page_next(struct nmk_op *op, const char *list, const struct cursor *last, struct page *page)
{
	page->next = cursor_write(op, list, last);
	return page->next ? NMK_OK : tx_no_memory(&op->tx);
}

nmk_status op_take_newest(struct nmk_op *op, const char *name, const char *cursor, int32_t limit, struct newest_list *list)
{
	struct cursor before = { .id = INT64_MAX };
	nmk_status rc = op_check_limit(op, limit, &list->limit);

	if (rc == NMK_OK && cursor)
		rc = cursor_read(op, name, cursor, &before);
	list->name = name;
	list->before_id = before.id;
	return rc;
}

nmk_status op_read_newest(struct nmk_op *op, struct stmt *stmt, const struct row_kind *kind, const struct newest_list *list,
                          struct page *page)
{
	struct cursor cursor = { 0 };
	const void *last;
	nmk_status rc;
	bool more;

	stmt_int(stmt, "before_id", list->before_id);
	stmt_int(stmt, "limit", list->limit + 1);
	rc = op_read_page(op, stmt, kind, list->limit, page, &more);
	if (rc != NMK_OK || !more)
		return rc;
	last = (const char *)page->items[page->count - 1] + field_named(kind->fields, "id")->offset;
	cursor.id = ((const struct id_value *)last)->number;
	return op_page_next(op, list->name, &cursor, page);
}
