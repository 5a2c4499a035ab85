/* market.h -- open and close a store. */
#ifndef NANOMARKET_MARKET_H
#define NANOMARKET_MARKET_H

#include "common.h"
#include "errors.h"
#include "user.h"

NMK_BEGIN_DECLS

#define NMK_MARKET_OPTIONS_VERSION 1

/** How to open a store. Zero is the default of every member. Start with NMK_MARKET_OPTIONS_INIT. */
typedef struct nmk_market_options {
	uint32_t    version;            /**< NMK_MARKET_OPTIONS_VERSION                                              */
	bool        create;             /**< make the store if there is none                                         */
	bool        read_only;          /**< never write; the schema must be this library's                          */
	bool        relaxed_durability; /**< a power cut may lose the last second of commits, never damage the store */
	int32_t     busy_timeout_ms;    /**< how long a write waits for others, 1 to 600000; 0 means 5000            */
	int32_t     readers;            /**< connections for reading at most, 1 to 64; 0 means 8                     */
	const char *language;           /**< of error messages: "de" or "en"; NULL means "en"                        */
	int64_t   (*clock)(void *context); /**< milliseconds since 1970 UTC; NULL means the system's clock. Called
	                                        from any thread                                                      */
	void       *clock_context;      /**< handed to clock                                                         */
	nmk_password_policy password_policy; /**< for new passwords; 0 means NMK_PASSWORD_POLICY_NIST4               */
	uint32_t    password_memory_kib; /**< of Argon2id, 19456 to 262144; 0 means 65536                            */
	uint32_t    password_passes;    /**< of Argon2id, 2 to 10; 0 means 2                                         */
	nmk_role    registration_role;  /**< of who registers; 0 means NMK_ROLE_CREATOR                              */
	int64_t     blob_file_bytes;    /**< packages larger than this lie in files beside the store, 0 means 262144 */
} nmk_market_options;
#define NMK_MARKET_OPTIONS_INIT NMK_INIT(NMK_MARKET_OPTIONS_VERSION)

/** Set every member to its default. For bindings; C programs use NMK_MARKET_OPTIONS_INIT. @since 1.0 */
NMK_API void nmk_market_options_init(nmk_market_options *options);

/**
 * Open a store, and bring its schema up to date if it was made by an older library.
 *
 * @param url      "sqlite:PATH", or a path. The store takes PATH, PATH-wal, PATH-shm, PATH.lock and the folder PATH.blobs
 * @param options  NULL for all defaults
 * @param error    filled in on failure; may be NULL
 * @param market   the store; close it with nmk_market_close()
 * @return NMK_OK; NMK_ENOTFOUND if there is no store and create was not asked for; NMK_EVERSION if it was made by a
 *         newer library; NMK_ECORRUPT if it is damaged or no store; NMK_EREADONLY; NMK_EBUSY; NMK_EFULL; NMK_EIO;
 *         NMK_EINVALID naming the option; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_market_open(const char *url, const nmk_market_options *options, nmk_error *error,
                                   nmk_market **market);

/** Give the market back; the store closes with its last session. NULL is allowed. @since 1.0 */
NMK_API void nmk_market_close(nmk_market *market);

NMK_END_DECLS
#endif
