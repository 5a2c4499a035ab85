/* components.c -- the one list of components. */
#include "components.h"

#include "audit_events.h"
#include "catalog.h"
#include "check_keys.h"
#include "feedback.h"
#include "index.h"
#include "messaging.h"
#include "packages.h"
#include "rank_sqlite.h"
#include "search_words.h"
#include "searches.h"
#include "words_sqlite.h"

int components_connection_opened(void *words, void *native_handle)
{
	int code = words_sqlite_register(native_handle, words);

	return code == 0 ? rank_sqlite_register(native_handle) : code;
}

nmk_status components_words_open(const nmk_market_options *options, nmk_error *error, struct search_words **words)
{
	return search_words_open(options, error, words);
}

void components_words_close(struct search_words *words)
{
	search_words_close(words);
}

const struct component components[] = {
	{ .name = "index", .check = index_check },
	{ .name = "catalog", .user_renamed = catalog_user_renamed },
	{ .name = "package", .check = package_check, .nano_moved = package_nano_moved,
	  .user_erased = package_user_erased },
	{ .name = "feedback", .check = feedback_check, .user_erased = feedback_user_erased },
	{ .name = "messaging", .check = messaging_check, .user_erased = messaging_user_erased },
	{ .name = "saved_search", .user_erased = saved_search_user_erased },
	{ .name = "keys", .check = keys_check },
	{ .name = "audit", .check = audit_check },
	{ .name = NULL }
};
