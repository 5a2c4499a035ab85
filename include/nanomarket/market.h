/* market.h -- open and close a store. */
#ifndef NANOMARKET_MARKET_H
#define NANOMARKET_MARKET_H

#include "common.h"
#include "content.h"
#include "errors.h"
#include "user.h"

NMK_BEGIN_DECLS

#define NMK_MARKET_OPTIONS_VERSION 1

/** How wrong passwords are answered. Counters are in the store: they survive restarts and hold for all processes. */
typedef enum nmk_throttle_policy {
	NMK_THROTTLE_DELAY   = 1, /**< five failures are free, then each one doubles a wait from 1 s to 15 min, for the
	                               account, for the address's network (IPv4 address, IPv6 /64) and for both together; one
	                               failure is forgiven every 15 min; a known device is exempt; after 100 failures in a row
	                               the password path closes until a password reset (NIST SP 800-63B-4, 3.2.2)       */
	NMK_THROTTLE_CLASSIC = 2  /**< the third failure in a row locks the account for 60 min; at most 10 logins in 60 s
	                               from one network. Anybody can lock anybody out                                   */
} nmk_throttle_policy;

/** Who must have a second factor. */
typedef enum nmk_second_factor_policy {
	NMK_SECOND_FACTOR_OPTIONAL = 1, /**< who wants to                                                               */
	NMK_SECOND_FACTOR_STAFF    = 2, /**< moderators and administrators: until they have one, they may only set it up */
	NMK_SECOND_FACTOR_EVERYONE = 3  /**< all members                                                                */
} nmk_second_factor_policy;

/** Which user names new accounts may have. 3 to 20 characters in every case; unique whatever the case, and no two that
 *  look alike (Unicode UTS #39, 4: equal skeletons). */
typedef enum nmk_username_profile {
	NMK_USERNAME_ASCII = 1, /**< A-Z a-z 0-9 _                                                                      */
	NMK_USERNAME_LATIN = 2  /**< also the Latin letters of European languages (U+00C0 to U+017F, each as one code point
	                             and without ligatures), and . and - inside                                       */
} nmk_username_profile;

/** Format of access tokens. */
typedef enum nmk_token_format {
	NMK_TOKEN_AT_JWT       = 1, /**< RFC 9068: typ at+jwt, signed with Ed25519, alg EdDSA                           */
	NMK_TOKEN_HS256_LEGACY = 2  /**< HS256 with the claims sub, user_id, email, role, iat, exp, jti, type, for clients
	                                 of an earlier system. Whoever can verify such a token can forge one            */
} nmk_token_format;

/** How to open a store. Zero is the default of every member. Start with NMK_MARKET_OPTIONS_INIT. Texts are copied. */
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
	int32_t     password_jobs;      /**< passwords hashed at the same time, 1 to 256; 0 means the processors     */
	int32_t     password_queue;     /**< how many more may wait for that, 1 to 10000; 0 means 64. Beyond it a call
	                                     answers NMK_EBUSY with retry_after_ms, and no attempt is counted        */
	nmk_role    registration_role;  /**< of who registers; 0 means NMK_ROLE_CREATOR                              */
	int64_t     blob_file_bytes;    /**< packages larger than this lie in files beside the store, 0 means 262144 */

	/* The root key, which seals all others: one of three, else the file PATH.rootkey. See sys/keys.h. */
	nmk_status (*root_key)(void *context, unsigned char key[32]); /**< of a key store of the host's: fills in 32 bytes,
	                                        answers NMK_OK; called while opening                                 */
	void       *root_key_context;   /**< handed to root_key                                                      */
	const char *root_key_file;      /**< a file that only its owner may read; made if the store is new           */
	const char *root_passphrase;    /**< 15 to 1024 bytes; stretched with Argon2id (256 MiB, 3 passes)           */

	nmk_throttle_policy throttle_policy; /**< 0 means NMK_THROTTLE_DELAY                                         */
	nmk_second_factor_policy second_factor_policy; /**< 0 means NMK_SECOND_FACTOR_OPTIONAL                       */
	nmk_username_profile username_profile; /**< 0 means NMK_USERNAME_ASCII                                       */
	int32_t     idle_minutes;       /**< a member's session ends after so long without a call, a login without a
	                                     refresh, 1 to 525600; 0 means 30                                        */
	int32_t     login_days;         /**< a login on a device ends after so long in any case, 1 to 3650; 0 means 60 */
	nmk_token_format token_format;  /**< 0 means NMK_TOKEN_AT_JWT                                                */
	int32_t     access_token_minutes; /**< 1 to 60; 0 means 10                                                   */
	const char *token_issuer;       /**< iss of access tokens, 1 to 200 bytes; NULL means public_url             */
	const char *token_audience;     /**< aud of access tokens, 1 to 200 bytes; NULL means "nanomarket"           */
	const char *token_secret;       /**< of NMK_TOKEN_HS256_LEGACY: 32 to 1024 bytes                             */
	const char *market_name;        /**< in mails, 1 to 100 code points; NULL means "Nanomarket"                 */
	const char *public_url;         /**< where links in mails begin, http or https, without the last "/"; NULL
	                                     means "http://localhost"                                                */
	const nmk_content_filter *content_filter; /**< what is spam in messages; copied; NULL means the defaults of content.h */
	void      (*changed)(void *context); /**< called when members have something new in their chats: by the thread whose
	                                     call made it, after the commit and before it returns. It must not block, and must
	                                     not use that session. What other processes do: sys/changes.h           */
	void       *changed_context;    /**< handed to changed                                                       */

	/* The audit log: audit.h. */
	void      (*audit_anchor)(void *context, const char *checkpoint); /**< told each checkpoint once it is on the disk, to
	                                     keep it elsewhere: called from any thread, outside of transactions; it must
	                                     not call this market; NULL means nobody is told                          */
	void       *audit_anchor_context; /**< handed to audit_anchor                                                */
	int32_t     audit_days;         /**< entries are kept so long, 1 to 36500; 0 means 2557: seven years         */
	int32_t     audit_usage_days;   /**< the same for what is no change: logins, logouts, renewed tokens, downloads,
	                                     readings of the log; 0 means audit_days                                 */
	int32_t     audit_refusal_days; /**< the same for what was refused: failed logins, denied calls, invalid tokens,
	                                     limits that were hit; 0 means audit_days                                */

	const char *search_words;       /**< words that search is to know, UTF-8, at most 262144 bytes; NULL means none. A line
	                                     each: a word with its other forms, "Kosten|träger Kosten|trägers" with a bar where
	                                     a compound is parted, "KFZ = Auto = PKW" for words that mean the same, # before a
	                                     comment; docs/german.md. With other words than those that the index was made with,
	                                     nmk_market_check() says so, and nmk_search_rebuild() is due; synonyms count at once */
} nmk_market_options;
#define NMK_MARKET_OPTIONS_INIT NMK_INIT(NMK_MARKET_OPTIONS_VERSION)

/** Set every member to its default. For bindings; C programs use NMK_MARKET_OPTIONS_INIT. @since 1.0 */
NMK_API void nmk_market_options_init(nmk_market_options *options);

/**
 * Open a store, and bring its schema up to date if it was made by an older library.
 *
 * @param url      "sqlite:PATH", or a path. The store takes PATH, PATH-wal, PATH-shm, PATH.lock, the folder PATH.blobs,
 *                 the key ring PATH.keyring, and unless the host has a root key of its own PATH.rootkey
 * @param options  NULL for all defaults
 * @param error    filled in on failure; may be NULL
 * @param market   the store; close it with nmk_market_close()
 * @return NMK_OK; NMK_ENOTFOUND if there is no store and create was not asked for; NMK_EVERSION if it was made by a
 *         newer library; NMK_ECORRUPT if it is damaged or no store; NMK_EREADONLY; NMK_EBUSY; NMK_EFULL; NMK_EIO;
 *         NMK_EDENIED if the root key is not this store's or its file is open to others (field "root_key"), or if the
 *         key ring or the root key is missing; NMK_EINVALID naming the option; NMK_ENOMEM
 * @since 1.0
 */
NMK_API nmk_status nmk_market_open(const char *url, const nmk_market_options *options, nmk_error *error,
                                   nmk_market **market);

/** Give the market back; the store closes with its last session. All waits of its sessions (nmk_chat_wait(), nmk_changes_wait())
 *  end with NMK_ECANCELLED, and so do later ones, at once. NULL is allowed. @since 1.0 */
NMK_API void nmk_market_close(nmk_market *market);

NMK_END_DECLS
#endif
