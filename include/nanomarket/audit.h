/* audit.h -- the audit log: who did what, when, and proofs that it was not changed since.
 *
 * Each operation that is recorded writes one entry in its own transaction. The entries of a year are the leaves of a Merkle tree
 * (RFC 9162) whose root is signed in checkpoints (C2SP tlog-checkpoint). A person stands there under a pseudonym, and what is
 * personal is sealed under their key: after their account was erased nobody knows who it was, and every proof still holds.
 * docs/audit.md tells the format, and what the log can and cannot prove. */
#ifndef NANOMARKET_AUDIT_H
#define NANOMARKET_AUDIT_H

#include "common.h"
#include "errors.h"
#include "maintenance.h"

NMK_BEGIN_DECLS

/** An entry as it was when it was read. Free with nmk_audit_event_free(). */
typedef struct nmk_audit_event nmk_audit_event;

NMK_API const char *nmk_audit_event_id(const nmk_audit_event *event);
/** The year's log it stands in, UTC. */
NMK_API int64_t nmk_audit_event_year(const nmk_audit_event *event);
/** Its number in that log, from 0, without a gap. */
NMK_API int64_t nmk_audit_event_sequence(const nmk_audit_event *event);
NMK_API int64_t nmk_audit_event_created_at(const nmk_audit_event *event);
/** The call without "nmk_", such as "user_suspend". */
NMK_API const char *nmk_audit_event_operation(const nmk_audit_event *event);
/** What happened, such as "user_suspended": docs/audit.md lists the words. */
NMK_API const char *nmk_audit_event_action(const nmk_audit_event *event);
/** "guest", "member" or "system", which is the host. */
NMK_API const char *nmk_audit_event_actor_kind(const nmk_audit_event *event);
/** Who acted, a pseudonym; NULL unless it was a member. */
NMK_API const char *nmk_audit_event_actor(const nmk_audit_event *event);
/** The same as an account's id; NULL if the account was erased. */
NMK_API const char *nmk_audit_event_actor_id(const nmk_audit_event *event);
/** "user", "nano", "category", ...; NULL for none. */
NMK_API const char *nmk_audit_event_object_type(const nmk_audit_event *event);
/** An id, or a pseudonym for a user; NULL for none. */
NMK_API const char *nmk_audit_event_object(const nmk_audit_event *event);
/** The same as an id; NULL for none, and for an account that was erased. */
NMK_API const char *nmk_audit_event_object_id(const nmk_audit_event *event);
/** The call's answer: nmk_status_word(). */
NMK_API const char *nmk_audit_event_result(const nmk_audit_event *event);
/** More about it, a JSON object with texts and whole numbers; NULL for none. */
NMK_API const char *nmk_audit_event_details(const nmk_audit_event *event);
/** What is personal in it, a JSON object; NULL for none, and if its key is gone: is_sealed tells which. */
NMK_API const char *nmk_audit_event_personal(const nmk_audit_event *event);
/** It has a personal part, readable or not. */
NMK_API bool nmk_audit_event_is_sealed(const nmk_audit_event *event);
/** All of it, details and personal as objects; the caller's to free. NULL without memory. */
NMK_API char *nmk_audit_event_json(const nmk_audit_event *event);
NMK_API void nmk_audit_event_free(nmk_audit_event *event);

/** One page of a list. Free with nmk_audit_event_page_free(). */
typedef struct nmk_audit_event_page nmk_audit_event_page;
NMK_API size_t nmk_audit_event_page_count(const nmk_audit_event_page *page);
/** Borrowed; NULL past the end. */
NMK_API const nmk_audit_event *nmk_audit_event_page_item(const nmk_audit_event_page *page, size_t index);
/** Cursor of the next page, borrowed; NULL after the last. */
NMK_API const char *nmk_audit_event_page_next(const nmk_audit_event_page *page);
NMK_API char *nmk_audit_event_page_json(const nmk_audit_event_page *page);
NMK_API void nmk_audit_event_page_free(nmk_audit_event_page *page);

#define NMK_AUDIT_FILTER_VERSION 1

/** Which entries; all conditions hold together. Start with NMK_AUDIT_FILTER_INIT. */
typedef struct nmk_audit_filter {
	uint32_t    version;     /**< NMK_AUDIT_FILTER_VERSION                                                  */
	const char *actor_id;    /**< id of the account that acted, or its pseudonym; NULL: anybody             */
	const char *action;      /**< such as "login_failure"; NULL: all                                        */
	const char *object_type; /**< such as "nano"; NULL: all                                                 */
	const char *object_id;   /**< id of the object, or the pseudonym of a user; NULL: all                   */
	const char *result;      /**< such as "denied"; NULL: all                                               */
	int64_t     from, to;    /**< milliseconds since 1970 UTC, both included; 0: no limit                   */
} nmk_audit_filter;
#define NMK_AUDIT_FILTER_INIT NMK_INIT(NMK_AUDIT_FILTER_VERSION)
NMK_API void nmk_audit_filter_init(nmk_audit_filter *filter);

/**
 * Entries, the newest first. An entry whose time is over (audit_days) is not among them.
 *
 * Permitted to: admins and the host.  Audited: yes, each page.
 * @param filter  NULL: all
 * @param cursor  of the page before; NULL for the first
 * @param limit   1 to 100; 0 means 20
 * @return NMK_OK; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID naming the field; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_list(nmk_session *session, const nmk_audit_filter *filter, const char *cursor, int32_t limit,
                                  nmk_audit_event_page **page);

/** One entry.  Permitted to: admins and the host.  Audited: yes.
 *  @return NMK_OK; NMK_ENOTFOUND if there is none, or its time is over; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID; NMK_ENOMEM.
 *  @since 0.1 */
NMK_API nmk_status nmk_audit_get(nmk_session *session, const char *id, nmk_audit_event **event);

/**
 * What the log has about oneself: entries of what one did or what was done to one's account, the newest first; or about one's own nano,
 * version, rating or comment.
 *
 * Permitted to: members.  Audited: no.
 * @param object_id  of a nano, a version, a rating or a comment; NULL: about oneself
 * @return NMK_OK; NMK_ENOTFOUND if there is no such object of one's own; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID;
 *         NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_own(nmk_session *session, const char *object_id, const char *cursor, int32_t limit,
                                 nmk_audit_event_page **page);

/** An account with many failed logins. */
typedef struct nmk_audit_suspect nmk_audit_suspect;
/** Id of the account; NULL if it was erased since. */
NMK_API const char *nmk_audit_suspect_user_id(const nmk_audit_suspect *suspect);
NMK_API int64_t nmk_audit_suspect_failures(const nmk_audit_suspect *suspect);
NMK_API int64_t nmk_audit_suspect_last_at(const nmk_audit_suspect *suspect);

/** All of them, most failures first, at most 100. Free with nmk_audit_suspect_page_free(). */
typedef struct nmk_audit_suspect_page nmk_audit_suspect_page;
NMK_API size_t nmk_audit_suspect_page_count(const nmk_audit_suspect_page *page);
NMK_API const nmk_audit_suspect *nmk_audit_suspect_page_item(const nmk_audit_suspect_page *page, size_t index);
/** Always NULL: there is one page. */
NMK_API const char *nmk_audit_suspect_page_next(const nmk_audit_suspect_page *page);
NMK_API char *nmk_audit_suspect_page_json(const nmk_audit_suspect_page *page);
NMK_API void nmk_audit_suspect_page_free(nmk_audit_suspect_page *page);

/**
 * Accounts at which logins failed suspiciously often of late.
 *
 * Permitted to: admins and the host.  Audited: yes.
 * @param threshold  failures at least, 1 to 100; 0 means 5
 * @param minutes    so far back, 1 to 1440; 0 means 60
 * @return NMK_OK; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID naming the field; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_suspicious(nmk_session *session, int32_t threshold, int32_t minutes, nmk_audit_suspect_page **page);

/* ---- proofs ---- */

/**
 * The newest checkpoint of the log: a signed note (C2SP tlog-checkpoint) with the log's name, its size and its root. One is made if
 * there are entries that the last one does not cover. Keep it elsewhere: who has the store and its keys could else write
 * another log.
 *
 * Permitted to: admins and the host.  Audited: no.
 * @param checkpoint  text, the caller's to free
 * @return NMK_OK; NMK_ENOTFOUND if nothing was recorded yet; NMK_EDENIED, NMK_ELOGIN; NMK_ECORRUPT if the log was changed from
 *         outside; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_checkpoint(nmk_session *session, char **checkpoint);

/**
 * The key that verifies a year's checkpoints, as text (C2SP signed-note, verifier key). Publish it.
 *
 * Permitted to: everyone.
 * @param year  0: the newest
 * @param key   text, the caller's to free
 * @return NMK_OK; NMK_ENOTFOUND; NMK_ECORRUPT; NMK_EINVALID; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_key(nmk_session *session, int64_t year, char **key);

/**
 * A receipt: the proof that an entry is in the log (C2SP tlog-proof), with the entry itself as its extra data. Who has it and the
 * key needs nobody else to verify it, and whoever deletes or changes the entry is found out by it.
 *
 * Permitted to: members for entries of what they did, what was done to their account, and what was done to their nanos,
 * versions, ratings and comments; admins and the host for all.  Audited: yes.
 * @param id       of the entry
 * @param receipt  text, the caller's to free
 * @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID; NMK_ECORRUPT; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_receipt(nmk_session *session, const char *id, char **receipt);

/**
 * Verify a receipt. Needs no store.
 *
 * @param receipt  text of nmk_audit_receipt()
 * @param key      text of nmk_audit_key() of that year, got from somebody one trusts
 * @param entry    the entry that is proved, JSON, the caller's to free; NULL if it is not wanted
 * @return NMK_OK; NMK_ECORRUPT if it proves nothing; NMK_EINVALID if the key is none; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_receipt_verify(const char *receipt, const char *key, char **entry);

/**
 * The proof that a smaller log is the beginning of the larger (RFC 9162, 2.1.4), in the form that witnesses take
 * (C2SP tlog-witness, add-checkpoint): "old SIZE", the hashes in base64, an empty line, the larger checkpoint.
 *
 * Permitted to: admins and the host.  Audited: no.
 * @param year  0: the newest
 * @param from  size of the smaller, 1 or more; the larger is the newest checkpoint
 * @param proof text, the caller's to free
 * @return NMK_OK; NMK_ENOTFOUND if there is no such log or no checkpoint of that size or larger; NMK_EDENIED, NMK_ELOGIN;
 *         NMK_EINVALID; NMK_ECORRUPT; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_consistency(nmk_session *session, int64_t year, int64_t from, char **proof);

/**
 * Read the whole log again: every entry against its hash, the hashes against the tree, the tree against all checkpoints, and against
 * those that were kept elsewhere. nmk_market_check() does the same without the latter.
 *
 * Permitted to: admins and the host.  Audited: no.
 * @param anchors   checkpoints that were kept elsewhere, texts; may be NULL if the count is 0
 * @param progress  may be NULL
 * @param report    findings; none means that the log is what it was. Free with nmk_check_report_free()
 * @return NMK_OK, whatever was found; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID; NMK_ECANCELLED; NMK_EIO; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_verify(nmk_session *session, const char *const *anchors, size_t anchor_count, nmk_progress progress,
                                    void *context, nmk_check_report **report);

/** Takes a piece of the file with that name: "key", "checkpoints", "entries". @return 0 to go on. */
typedef int (*nmk_audit_sink)(void *context, const char *file, const void *data, size_t size);

/**
 * Hand a year's log out as files that need no database: the verifier key; the checkpoints, each a signed note, with "---" lines between
 * them; the entries, one a line, "-" and the hash in base64 for one whose time is over. examples/audit_verify.c verifies them. A
 * checkpoint over all entries is made first.
 *
 * Permitted to: the host.  Audited: yes.
 * @param year      0: the newest
 * @param progress  in entries; may be NULL
 * @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID; NMK_ECANCELLED if the sink or progress wanted no more;
 *         NMK_ECORRUPT; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_export(nmk_session *session, int64_t year, nmk_audit_sink sink, void *sink_context,
                                    nmk_progress progress, void *context);

/**
 * Let go what was kept long enough (audit_days, audit_usage_days, audit_refusal_days of the market's options): of such an entry
 * nothing stays but its hash, so that every proof still holds. To be called daily. Does nothing else: without this call
 * everything stays.
 *
 * Permitted to: the host.  Audited: yes, with the number.
 * @param pruned  how many entries; NULL is allowed
 * @return NMK_OK; NMK_EDENIED, NMK_ELOGIN; NMK_ECORRUPT; NMK_EBUSY, NMK_EIO, NMK_EFULL, NMK_EREADONLY, NMK_EUNKNOWN: call again;
 *         NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_audit_prune(nmk_session *session, int64_t *pruned);

NMK_END_DECLS
#endif
