/* creator.c -- the name of a creator where the catalogue keeps it twice: in the search index. */
#include "catalog.h"

#include "index.h"

static nmk_status was_published(struct nmk_op *op, int64_t creator_id, bool *published)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_nano_of_creator_once_published);
	stmt_int(&stmt, "creator_id", creator_id);
	*published = stmt_next(&stmt, &rc);
	stmt_end(&stmt);
	return rc;
}

nmk_status catalog_user_renamed(struct nmk_op *op, int64_t user_id, bool erased)
{
	bool published;
	nmk_status rc = was_published(op, user_id, &published);

	if (rc != NMK_OK || !published)
		return rc;
	rc = index_renew_creator(op, user_id);
	return rc == NMK_OK && erased ? index_forget(op) : rc;
}
