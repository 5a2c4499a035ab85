/* package.h -- the content of a nano: ZIP packages and their immutable versions. */
#ifndef NANOMARKET_PACKAGE_H
#define NANOMARKET_PACKAGE_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** Largest package: 100 MiB. Largest file in it: 50 MiB. */
#define NMK_PACKAGE_BYTES_MAXIMUM       INT64_C(104857600)
#define NMK_PACKAGE_ENTRY_BYTES_MAXIMUM INT64_C(52428800)
NMK_API int64_t nmk_package_bytes_maximum(void);
NMK_API int64_t nmk_package_entry_bytes_maximum(void);

/** Where a version stands. */
typedef enum nmk_version_state {
	NMK_VERSION_DRAFT          = 1, /**< only its creator and staff see it                     */
	NMK_VERSION_PENDING_REVIEW = 2, /**< waits for a moderator                                 */
	NMK_VERSION_PUBLISHED      = 3, /**< what learners get                                     */
	NMK_VERSION_ARCHIVED       = 4  /**< was published once, or was passed over                */
} nmk_version_state;
NMK_API const char *nmk_version_state_word(nmk_version_state status);
NMK_API nmk_version_state nmk_version_state_of(const char *word);

/** A version of a nano as it was when it was read. Its number, content and changelog never change. Free with
 *  nmk_version_free(). */
typedef struct nmk_version nmk_version;

NMK_API const char *nmk_version_id(const nmk_version *version);
NMK_API const char *nmk_version_nano_id(const nmk_version *version);
/** Semantic version (semver.org 2.0.0) without pre-release or build: "1.2.0". */
NMK_API const char *nmk_version_number(const nmk_version *version);
NMK_API const char *nmk_version_changelog(const nmk_version *version);
NMK_API nmk_version_state nmk_version_status(const nmk_version *version);
/** BLAKE2b-256 of the package, 64 hexadecimal digits. */
NMK_API const char *nmk_version_hash(const nmk_version *version);
NMK_API int64_t nmk_version_size(const nmk_version *version);
NMK_API int64_t nmk_version_entry_count(const nmk_version *version);
/** The number whose content a rollback brought back; NULL for an upload. */
NMK_API const char *nmk_version_rollback_of(const nmk_version *version);
/** Why a moderator sent it back, for its creator and for staff; NULL for none. */
NMK_API const char *nmk_version_review_reason(const nmk_version *version);
NMK_API int64_t nmk_version_created_at(const nmk_version *version);
/** When it was handed in last, when it was first published; 0 for never. */
NMK_API int64_t nmk_version_submitted_at(const nmk_version *version);
NMK_API int64_t nmk_version_published_at(const nmk_version *version);
NMK_API char *nmk_version_json(const nmk_version *version);
NMK_API void nmk_version_free(nmk_version *version);

typedef struct nmk_version_page nmk_version_page;
NMK_API size_t nmk_version_page_count(const nmk_version_page *page);
NMK_API const nmk_version *nmk_version_page_item(const nmk_version_page *page, size_t index);
NMK_API const char *nmk_version_page_next(const nmk_version_page *page);
NMK_API char *nmk_version_page_json(const nmk_version_page *page);
NMK_API void nmk_version_page_free(nmk_version_page *page);

#define NMK_UPLOAD_VERSION 1
typedef struct nmk_upload {
	uint32_t    version;         /**< NMK_UPLOAD_VERSION                                                         */
	const char *number;          /**< "1.2.0", greater than every number before; NULL: 1.0.0, then the next minor */
	const char *changelog;       /**< at most 2000 code points, may have several lines; NULL for none            */
	const char *file_name;       /**< what the member called the file, must end in .zip if given; only checked   */
	nmk_reader  read;            /**< called until it answers 0                                                  */
	void       *read_context;    /**< handed to read                                                             */
	const char *idempotency_key; /**< up to 128 bytes, or NULL                                                   */
} nmk_upload;
#define NMK_UPLOAD_INIT NMK_INIT(NMK_UPLOAD_VERSION)
NMK_API void nmk_upload_init(nmk_upload *upload);

/**
 * Add a version to a nano. The package is streamed to the store's folder, inspected (docs/packages.md has the rules)
 * and stored once per content. On a draft it becomes the version to be reviewed with it; on a published nano it is a
 * draft version, to be handed in with nmk_version_submit(), and learners keep the published one until then.
 *
 * Permitted to: the nano's creator (creator role or above) and the host.  Audited: yes.
 *
 * @param version  the new one; may be NULL
 * @return NMK_OK; NMK_EINVALID with field "package" and a message that names the rule and the entry, or another field;
 *         NMK_ELIMIT with field "package" if it is larger than 100 MiB; NMK_ECONFLICT with field "number" if that is not
 *         greater than the last; NMK_ESTATE if the nano is neither draft nor published; NMK_ENOTFOUND; NMK_EDENIED;
 *         NMK_ELOGIN; NMK_ECANCELLED; NMK_EFULL; NMK_EIO
 * @since 1.0
 */
NMK_API nmk_status nmk_package_upload(nmk_session *session, const char *nano_id, const nmk_upload *upload,
                                      nmk_version **version);

/**
 * As nmk_package_upload(), from a file.
 *
 * Permitted to: the nano's creator (creator role or above) and the host.  Audited: yes.
 *
 * @param path  of a regular file
 * @return NMK_OK; NMK_EINVALID with field "package" and a message that names the rule and the entry, or another field;
 *         NMK_ELIMIT with field "package" if it is larger than 100 MiB; NMK_ECONFLICT with field "number" if that is not
 *         greater than the last; NMK_ESTATE if the nano is neither draft nor published; NMK_ENOTFOUND; NMK_EDENIED;
 *         NMK_ELOGIN; NMK_ECANCELLED; NMK_EFULL; NMK_EIO with field "path" if it cannot be
 *         read
 * @since 1.0
 */
NMK_API nmk_status nmk_package_upload_file(nmk_session *session, const char *nano_id, const char *path,
                                           const nmk_upload *upload, nmk_version **version);

/**
 * Judge a package before there is a nano for it: by the same rules as an upload, and without a store.
 *
 * @param path      of the ZIP file
 * @param language  of the message: "de" or "en"; anything else means "en"
 * @param error     filled in on failure, as by an upload; may be NULL
 * @return NMK_OK: an upload would accept it; NMK_EINVALID with field "package" and a message that names the rule and the
 *         entry; NMK_ELIMIT with field "package" if it is larger than 100 MiB; NMK_EIO with field "path" if it cannot be
 *         read; NMK_EINVALID with field "path" if that is NULL; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_package_inspect_file(const char *path, const char *language, nmk_error *error);

/** A nano's versions, greatest number first. Permitted to: its creator and staff for all; everyone for the published
 *  and once-published versions of a published nano.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_version_list(nmk_session *session, const char *nano_id, const char *cursor, int32_t limit,
                                    nmk_version_page **page);

/** One version by its number. Permitted as nmk_version_list().
 *  @param number  "1.2.0"; NULL for the one that the session would download
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND. @since 1.0 */
NMK_API nmk_status nmk_version_get(nmk_session *session, const char *nano_id, const char *number,
                                   nmk_version **version);

/** Hand a draft version of a published nano in for review.  Permitted to: the nano's creator.  Audited: yes.
 *  @return NMK_OK, also if it waits already; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE. @since 1.0 */
NMK_API nmk_status nmk_version_submit(nmk_session *session, const char *nano_id, const char *number);

/** Publish a version that waits: learners get it from now on, the one before is archived.
 *  Permitted to: moderators and admins, never the nano's creator.  Audited: yes.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE if it does not wait or the nano is not
 *          published. @since 1.0 */
NMK_API nmk_status nmk_version_publish(nmk_session *session, const char *nano_id, const char *number);

/** Send a version that waits back to draft.  Permitted as nmk_version_publish().  Audited: yes.
 *  @param reason  1 to 500 code points
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED; NMK_ELOGIN; NMK_ESTATE if it does not wait. @since 1.0 */
NMK_API nmk_status nmk_version_reject(nmk_session *session, const char *nano_id, const char *number,
                                      const char *reason);

/** Versions of published nanos that wait for review, first submitted first.  Permitted to: moderators and above.
 *  @return NMK_OK; NMK_EDENIED; NMK_ELOGIN; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_version_review_queue(nmk_session *session, const char *cursor, int32_t limit,
                                            nmk_version_page **page);

/**
 * Bring the content of an earlier version back, as a new version with the next minor number. What was published before
 * is published again at once, for a published nano; else the new version is a draft.
 *
 * Permitted to: the nano's creator.  Audited: yes.
 *
 * @param changelog        at most 2000 code points, or NULL
 * @param idempotency_key  up to 128 bytes, or NULL; with it the call may be repeated safely
 * @param version          the new one; may be NULL
 * @return NMK_OK; NMK_ECONFLICT if the key was used for something else; NMK_ENOTFOUND for nano or number; NMK_ESTATE if the nano is neither draft nor published, or it is the
 *         latest already; NMK_EDENIED; NMK_ELOGIN; NMK_EINVALID
 * @since 1.0
 */
NMK_API nmk_status nmk_version_rollback(nmk_session *session, const char *nano_id, const char *number,
                                        const char *changelog, const char *idempotency_key, nmk_version **version);

/** A file or folder in a package. */
typedef struct nmk_package_entry {
	const char *name;            /**< UTF-8, with / between folders; borrowed from the list                      */
	const char *media_type;      /**< such as "application/pdf", by content; NULL for a folder; static           */
	int64_t     size;            /**< bytes, unpacked; 0 for a folder                                            */
	bool        is_directory;
	bool        active_content;  /**< HTML or SVG: a viewer must not run it in its own origin                    */
} nmk_package_entry;

typedef struct nmk_package_entries nmk_package_entries;
NMK_API size_t nmk_package_entries_count(const nmk_package_entries *entries);
/** Borrowed; NULL past the end. */
NMK_API const nmk_package_entry *nmk_package_entries_item(const nmk_package_entries *entries, size_t index);
/** {"items": [{"name", "media_type", "size", "is_directory", "active_content"}, ...], "next": null} */
NMK_API char *nmk_package_entries_json(const nmk_package_entries *entries);
NMK_API void nmk_package_entries_free(nmk_package_entries *entries);

/** What is in a package. Permitted to: everyone who may see the version.
 *  @param number  NULL for the one that the session would download
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EIO, NMK_ECORRUPT. @since 1.0 */
NMK_API nmk_status nmk_package_list(nmk_session *session, const char *nano_id, const char *number,
                                    nmk_package_entries **entries);

/**
 * Read one file of a package, unpacked, or a range of it: for previews by staff and viewers. Not counted as a download.
 *
 * Permitted to: members who may download the package.  Audited: no.
 *
 * @param entry   name as listed
 * @param offset  of the first byte, 0 or more
 * @param length  bytes at most; -1 for all that is left
 * @return NMK_OK; NMK_ENOTFOUND for nano, version or entry; NMK_EINVALID; NMK_ELOGIN; NMK_EDENIED; NMK_ECANCELLED;
 *         NMK_EIO; NMK_ECORRUPT
 * @since 1.0
 */
NMK_API nmk_status nmk_package_read_entry(nmk_session *session, const char *nano_id, const char *number,
                                          const char *entry, int64_t offset, int64_t length, nmk_writer write,
                                          void *context);

/**
 * Download a package, or a range of it. A download that begins at offset 0 is counted, once per call, and makes a
 * verified learner of the member: nmk_rating_verified_learner(). Count and audit event come first and stay when the writer, or the disk, then fails: some of the content was handed out.
 *
 * Permitted to: members, if the nano is published; else its creator and staff.  Audited: yes.
 *
 * @param number  NULL for the current version
 * @param offset  of the first byte, 0 or more
 * @param length  bytes at most; -1 for all that is left
 * @return NMK_OK; NMK_ENOTFOUND, also if there is no package; NMK_ELOGIN for guests; NMK_EDENIED; NMK_EINVALID if the
 *         offset lies behind the end; NMK_ECANCELLED; NMK_EIO; NMK_ECORRUPT if content and hash differ
 * @since 1.0
 */
NMK_API nmk_status nmk_package_download(nmk_session *session, const char *nano_id, const char *number,
                                        int64_t offset, int64_t length, nmk_writer write, void *context);

/**
 * As nmk_package_download() of the whole package, into a new file that appears only when it is complete.
 *
 * Permitted to: members, if the nano is published; else its creator and staff.  Audited: yes.
 *
 * @param number  NULL for the current version
 * @return NMK_OK; NMK_ECONFLICT with field "path" if it exists; NMK_EIO, NMK_EFULL with field "path"; NMK_ENOTFOUND, also if there
 *         is no package; NMK_ELOGIN for guests; NMK_EDENIED; NMK_EINVALID; NMK_ECORRUPT if content and hash differ
 * @since 1.0
 */
NMK_API nmk_status nmk_package_download_file(nmk_session *session, const char *nano_id, const char *number,
                                             const char *path);

NMK_END_DECLS
#endif
