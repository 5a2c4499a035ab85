/* maintenance.h -- check, back up and restore a store. */
#ifndef NANOMARKET_MAINTENANCE_H
#define NANOMARKET_MAINTENANCE_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** What a check found. Free with nmk_check_report_free(). */
typedef struct nmk_check_report nmk_check_report;

/** How many findings there are; 0 means that the store is sound. */
NMK_API size_t nmk_check_report_count(const nmk_check_report *report);
/** Which check: "integrity", "foreign_keys", "schema", "index", "package", "keys", "audit"; borrowed; NULL past the end. */
NMK_API const char *nmk_check_report_check(const nmk_check_report *report, size_t index);
/** What it found, a sentence; borrowed; NULL past the end. */
NMK_API const char *nmk_check_report_message(const nmk_check_report *report, size_t index);
/** True if the call mended it. */
NMK_API bool nmk_check_report_repaired(const nmk_check_report *report, size_t index);
/** {"checks": [names that were run], "items": [{"check", "message", "repaired"}, ...]} */
NMK_API char *nmk_check_report_json(const nmk_check_report *report);
NMK_API void nmk_check_report_free(nmk_check_report *report);

/**
 * Check the whole store: pages, foreign keys, search index against nanos, packages against their hashes, files without
 * a row, schema, whether everything that is sealed opens, and the audit log against its tree and checkpoints.
 *
 * Permitted to: the host.  Audited: only a repair.
 *
 * @param repair    mend what can be mended without loss: the search index, files that nothing refers to
 * @param progress  may be NULL
 * @return NMK_OK, whatever was found; NMK_EDENIED; NMK_ECANCELLED; NMK_EIO; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_market_check(nmk_session *session, bool repair, nmk_progress progress, void *context,
                                    nmk_check_report **report);

/**
 * Back the store up while it is in use, into one file that holds everything, packages too, and verify it. The backup is
 * itself a store: nmk_market_open() reads it. The key ring is copied to PATH.keyring; the root key is not.
 *
 * Permitted to: the host.  Audited: yes.
 *
 * @param path      a new file; it appears only when it is complete and verified
 * @param progress  in pages while the store is copied, then in bytes while packages are; may be NULL
 * @return NMK_OK; NMK_EINVALID; NMK_ECONFLICT with field "path" if it, or PATH.keyring, exists; NMK_EDENIED; NMK_ECANCELLED; NMK_EIO,
 *         NMK_EFULL; NMK_ECORRUPT if the store or the copy is damaged; NMK_EDENIED or NMK_ECORRUPT with field "keyring" if the
 *         ring is missing or damaged
 * @since 1.0
 */
NMK_API nmk_status nmk_market_backup(nmk_session *session, const char *path, nmk_progress progress, void *context);

/**
 * Make a store of a backup, after verifying it. BACKUP.keyring is copied to PATH.keyring. The store opens with the root key that
 * sealed that ring; a root key file is not copied.
 *
 * @param backup    a file of nmk_market_backup()
 * @param path      of the store, which must not exist
 * @param progress  in bytes; may be NULL
 * @param error     filled in on failure; may be NULL
 * @return NMK_OK; NMK_ENOTFOUND if there is no backup; NMK_ECONFLICT with field "path" if a store, or a log or a key ring of
 *         one, exists there; NMK_EDENIED with field "keyring" if the backup's ring is missing and something is sealed, or if it
 *         is another store's, NMK_ECORRUPT if it is damaged; NMK_EBUSY if the backup is in use as a store; NMK_ECORRUPT with
 *         field "backup"; NMK_EVERSION; NMK_EINVALID; NMK_EIO, NMK_EFULL; NMK_ECANCELLED; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_market_restore(const char *backup, const char *path, nmk_progress progress, void *context,
                                      nmk_error *error);

NMK_END_DECLS
#endif
