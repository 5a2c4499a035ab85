/* category.h -- the tree of topics. */
#ifndef NANOMARKET_CATEGORY_H
#define NANOMARKET_CATEGORY_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/** How deep the tree may grow, and how many topics a nano may have. */
#define NMK_CATEGORY_DEPTH_MAXIMUM 8
#define NMK_NANO_CATEGORIES_MAXIMUM 5
NMK_API int32_t nmk_category_depth_maximum(void);
NMK_API int32_t nmk_nano_categories_maximum(void);

/** A category as it was when it was read. Free with nmk_category_free(). */
typedef struct nmk_category nmk_category;

NMK_API const char *nmk_category_id(const nmk_category *category);
NMK_API const char *nmk_category_name(const nmk_category *category);
NMK_API const char *nmk_category_description(const nmk_category *category);
/** Id of the category above, NULL at the top. */
NMK_API const char *nmk_category_parent_id(const nmk_category *category);
/** False: it can no longer be given to nanos, those that have it keep it. */
NMK_API bool nmk_category_active(const nmk_category *category);
NMK_API int64_t nmk_category_created_at(const nmk_category *category);
NMK_API char *nmk_category_json(const nmk_category *category);
NMK_API void nmk_category_free(nmk_category *category);

typedef struct nmk_category_page nmk_category_page;
NMK_API size_t nmk_category_page_count(const nmk_category_page *page);
NMK_API const nmk_category *nmk_category_page_item(const nmk_category_page *page, size_t index);
NMK_API const char *nmk_category_page_next(const nmk_category_page *page);
NMK_API char *nmk_category_page_json(const nmk_category_page *page);
NMK_API void nmk_category_page_free(nmk_category_page *page);

/**
 * Add a category.  Permitted to: admins and the host.  Audited: yes.
 *
 * @param name             1 to 100 code points, unique whatever the case
 * @param description      at most 500 code points, or NULL
 * @param parent_id        the category above, or NULL
 * @param idempotency_key  up to 128 bytes, or NULL
 * @param category         the new one; may be NULL
 * @return NMK_OK; NMK_EINVALID naming the field; NMK_ECONFLICT if the name is taken; NMK_ENOTFOUND for the parent;
 *         NMK_ELIMIT if the tree would be deeper than 8; NMK_EDENIED, NMK_ELOGIN
 * @since 1.0
 */
NMK_API nmk_status nmk_category_create(nmk_session *session, const char *name, const char *description,
                                       const char *parent_id, const char *idempotency_key, nmk_category **category);

/** Read a category by id. Permitted to: everyone. @return NMK_OK; NMK_ENOTFOUND; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_category_get(nmk_session *session, const char *id, nmk_category **category);

/** Read a category by name, whatever the case. Permitted to: everyone.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND, also where nmk_category_get() answers so. @since 1.0 */
NMK_API nmk_status nmk_category_find(nmk_session *session, const char *name, nmk_category **category);

/** List categories by name.  Permitted to: everyone.
 *  @param parent_id  only those directly below it; NULL for all
 *  @param cursor     of the page before; NULL for the first
 *  @param limit      1 to 100; 0 means 20
 *  @return NMK_OK; NMK_ENOTFOUND for the parent; NMK_EINVALID. @since 1.0 */
NMK_API nmk_status nmk_category_list(nmk_session *session, const char *parent_id, const char *cursor, int32_t limit,
                                     nmk_category_page **page);

/** Which members of nmk_category_changes count. */
typedef enum nmk_category_field {
	NMK_CATEGORY_NAME        = 1,
	NMK_CATEGORY_DESCRIPTION = 2,
	NMK_CATEGORY_PARENT_ID   = 4,
	NMK_CATEGORY_ACTIVE      = 8
} nmk_category_field;

#define NMK_CATEGORY_CHANGES_VERSION 1
typedef struct nmk_category_changes {
	uint32_t    version;     /**< NMK_CATEGORY_CHANGES_VERSION                     */
	uint32_t    set;         /**< nmk_category_field values, or-ed                 */
	const char *name;        /**< 1 to 100 code points; cannot be cleared          */
	const char *description; /**< at most 500 code points; NULL clears             */
	const char *parent_id;   /**< NULL moves it to the top                         */
	bool        active;
} nmk_category_changes;
#define NMK_CATEGORY_CHANGES_INIT NMK_INIT(NMK_CATEGORY_CHANGES_VERSION)
NMK_API void nmk_category_changes_init(nmk_category_changes *changes);

/** Change a category; moving it moves all below it.  Permitted to: admins and the host.  Audited: yes.
 *  @return as nmk_category_create(); NMK_EINVALID with field "parent_id" if it would stand below itself. @since 1.0 */
NMK_API nmk_status nmk_category_update(nmk_session *session, const char *id, const nmk_category_changes *changes,
                                       nmk_category **category);

NMK_END_DECLS
#endif
