/* errors.h -- what a call answers, and the details of the last failure. */
#ifndef NANOMARKET_ERRORS_H
#define NANOMARKET_ERRORS_H

#include "common.h"

NMK_BEGIN_DECLS

/**
 * The answer of a call, by what its caller should do next. Values are never renumbered; new ones are appended.
 * Every status but NMK_EUNKNOWN is definite: a call that answers anything else than NMK_OK has changed nothing.
 */
typedef enum nmk_status {
	NMK_OK         =   0,  /**< done                                                                          */
	NMK_EINTERNAL  =  -1,  /**< a defect of the library: report it                                            */
	NMK_ENOMEM     =  -2,  /**< out of memory: free some, try again                                           */
	NMK_EINVALID   =  -3,  /**< an argument breaks a rule: correct the field that the error names             */
	NMK_ENOTFOUND  =  -4,  /**< there is no such object, or none that this session may see                    */
	NMK_EDENIED    =  -5,  /**< this session may not do it, now or ever                                       */
	NMK_ELOGIN     =  -6,  /**< a login is needed, or it failed                                               */
	NMK_ESTATE     =  -7,  /**< not in the object's present state: read it again, decide anew                 */
	NMK_ECONFLICT  =  -8,  /**< something of that name or key exists already: choose another                  */
	NMK_ELIMIT     =  -9,  /**< over a limit (size, number, rate): take less, or wait                         */
	NMK_EBUSY      = -10,  /**< another process or thread holds the store: try again later                    */
	NMK_EIO        = -11,  /**< the disk or the reader failed: nothing was changed                            */
	NMK_EFULL      = -12,  /**< no space left: nothing was changed                                            */
	NMK_EREADONLY  = -13,  /**< the store or its folder cannot be written                                     */
	NMK_ECORRUPT   = -14,  /**< the file is damaged or no store: restore a backup                             */
	NMK_EVERSION   = -15,  /**< the store was made by a newer library: update this one                        */
	NMK_EUNKNOWN   = -16,  /**< the disk failed while committing: done or not done, ask with the same
	                            idempotency key or read the object again                                     */
	NMK_ECANCELLED = -17   /**< a callback of the host asked to stop: nothing was changed                     */
} nmk_status;

/** Room for the parts of an error, with the closing NUL. */
#define NMK_ERROR_OPERATION_SIZE 48
#define NMK_ERROR_FIELD_SIZE     64
#define NMK_ERROR_MESSAGE_SIZE   384

/** The last failure in detail. A plain record without pointers: copy it freely. */
typedef struct nmk_error {
	nmk_status status;                              /**< what the call answered                         */
	char       operation[NMK_ERROR_OPERATION_SIZE]; /**< which operation, such as "nano_publish"        */
	char       field[NMK_ERROR_FIELD_SIZE];         /**< which argument or field, "" for none           */
	char       message[NMK_ERROR_MESSAGE_SIZE];     /**< one sentence for people, in the session's
	                                                     language                                       */
	int64_t    retry_after_ms;                      /**< NMK_ELIMIT, NMK_EBUSY: when to try again, in
	                                                     milliseconds from now; 0: not known            */
} nmk_error;

/** The constant's name, such as "NMK_ENOTFOUND"; "NMK_?" for a number that is no status. @since 1.0 */
NMK_API const char *nmk_status_name(nmk_status status);

/** The status as a word for JSON and scripts, such as "not_found". @since 1.0 */
NMK_API const char *nmk_status_word(nmk_status status);

/** The HTTP status code (RFC 9110) that a server answers for it: 200, 400, 401, 403, 404, ... @since 1.0 */
NMK_API int nmk_status_http(nmk_status status);

/** The same for an error, which knows more: 429 instead of 413 for an NMK_ELIMIT that tells when to try again. A server sends
 *  retry_after_ms, rounded up to seconds, as Retry-After with it. @since 1.0 */
NMK_API int nmk_error_http(const nmk_error *error);

/** What a status means, one sentence. @param language "de" or "en"; anything else means "en". @since 1.0 */
NMK_API const char *nmk_status_text(nmk_status status, const char *language);

NMK_END_DECLS
#endif
