/* changes.h -- be told that members have something new in their chats. For hosts: a weaker promise than the rest of the API.
 *
 * A server has one thread in nmk_changes_wait(), and wakes the connections of the members that it names. It is told of what every
 * process does that has the store open. nmk_market_options has a callback as well, for what this process does.
 * docs/decisions/0009-changes.md says how. */
#ifndef NANOMARKET_SYS_CHANGES_H
#define NANOMARKET_SYS_CHANGES_H

#include "../common.h"
#include "../errors.h"

NMK_BEGIN_DECLS

/** A member has something new in one of their chats: a message, also one of their own; a chat; a receipt. */
typedef struct nmk_change nmk_change;
NMK_API const char *nmk_change_user_id(const nmk_change *change);
/** Greater than that of all changes before it. */
NMK_API int64_t nmk_change_change_number(const nmk_change *change);
NMK_API char *nmk_change_json(const nmk_change *change);

/** Changes in their order, each member once, with the last. Items are borrowed from it. */
typedef struct nmk_change_page nmk_change_page;
NMK_API size_t nmk_change_page_count(const nmk_change_page *page);
NMK_API const nmk_change *nmk_change_page_item(const nmk_change_page *page, size_t index);
/** NULL: the next page begins after the last item's number. */
NMK_API const char *nmk_change_page_next(const nmk_change_page *page);
NMK_API char *nmk_change_page_json(const nmk_change_page *page);
NMK_API void nmk_change_page_free(nmk_change_page *page);

/**
 * Wait for changes after that number. As nmk_chat_wait(): no connection is held, nmk_chat_cancel_wait() ends it, and so does
 * nmk_market_close().
 *
 * Permitted to: the host.
 *
 * @param since       0 at first: whoever ever had a change; then the last number that was seen
 * @param timeout_ms  0 to 3600000; 0 looks once
 * @param page        up to 100; none when the time was over
 * @return NMK_OK; NMK_ECANCELLED; NMK_EINVALID; NMK_EDENIED, NMK_ELOGIN; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_changes_wait(nmk_session *session, int64_t since, int32_t timeout_ms, nmk_change_page **page);

NMK_END_DECLS
#endif
