/* e2e.h -- end-to-end encryption between two members: what their programs do, so that the market carries what it cannot read.
 *
 * NOT EXTERNALLY REVIEWED. The protocols are Signal's X3DH and Double Ratchet on libsodium, and this code is tested; but nobody
 * outside of the project has examined it yet. docs/e2e.md says what it protects, what it does not, and what each byte means.
 *
 * All functions here are pure: no market, no session. They may be called by several threads, each object by one at a time.
 * Whatever they answer but NMK_OK, identity and channel are as they were. */
#ifndef NANOMARKET_E2E_H
#define NANOMARKET_E2E_H

#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

#define NMK_E2E_KEY_BYTES                32   /**< of an identity, of a commitment, of a key that seals     */
#define NMK_E2E_SIGNED_PREKEY_BYTES      141  /**< identity and signed prekey, as they are published        */
#define NMK_E2E_ONE_TIME_PREKEY_BYTES    36   /**< each                                                     */
#define NMK_E2E_ONE_TIME_PREKEYS_MAXIMUM 100  /**< made at once                                             */
#define NMK_E2E_BUNDLE_MAXIMUM           177  /**< a signed prekey, and a one-time prekey if one was left   */
#define NMK_E2E_TEXT_MAXIMUM             4096 /**< bytes of a text                                          */
#define NMK_E2E_MESSAGE_MAXIMUM          4346 /**< bytes of an encrypted message                            */
#define NMK_E2E_REPORT_MAXIMUM           4129 /**< bytes of a report                                        */
#define NMK_E2E_CONTEXT_MAXIMUM          64   /**< bytes of the name of what two members talk about         */
#define NMK_E2E_SAFETY_NUMBER_SIZE       72   /**< with the closing NUL                                     */

/** The same as functions. @since 0.1 */
NMK_API size_t nmk_e2e_key_bytes(void);
NMK_API size_t nmk_e2e_signed_prekey_bytes(void);
NMK_API size_t nmk_e2e_one_time_prekey_bytes(void);
NMK_API size_t nmk_e2e_one_time_prekeys_maximum(void);
NMK_API size_t nmk_e2e_bundle_maximum(void);
NMK_API size_t nmk_e2e_text_maximum(void);
NMK_API size_t nmk_e2e_message_maximum(void);
NMK_API size_t nmk_e2e_report_maximum(void);
NMK_API size_t nmk_e2e_context_maximum(void);
NMK_API size_t nmk_e2e_safety_number_size(void);

/* ---- one's own keys ---- */

/** A member's secret keys on one device. Free with nmk_e2e_identity_free(), which wipes. */
typedef struct nmk_e2e_identity nmk_e2e_identity;
/** Who one is for others: the public Ed25519 key (RFC 8032), 32 bytes. */
NMK_API const unsigned char *nmk_e2e_identity_key(const nmk_e2e_identity *identity);
/** The record to publish, NMK_E2E_SIGNED_PREKEY_BYTES: see nmk_prekey_publish(). */
NMK_API const unsigned char *nmk_e2e_identity_signed_prekey(const nmk_e2e_identity *identity);
/** When that prekey was made; milliseconds since 1970 UTC. */
NMK_API int64_t nmk_e2e_identity_rotated_at(const nmk_e2e_identity *identity);
NMK_API void nmk_e2e_identity_free(nmk_e2e_identity *identity);

/** Make new keys.
 *  @param now  milliseconds since 1970 UTC
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOMEM. @since 0.1 */
NMK_API nmk_status nmk_e2e_identity_create(int64_t now, nmk_e2e_identity **identity);

/**
 * Make a new signed prekey, due every seven days. The two before it are kept, so that a first message may be up to two turns
 * late; what was sent for older ones can never be opened again.
 *
 * @param now  milliseconds since 1970 UTC
 * @return NMK_OK; NMK_EINVALID; NMK_ELIMIT after 2^31 - 1 of them
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_identity_rotate(nmk_e2e_identity *identity, int64_t now);

/**
 * Make one-time prekeys to publish. Each serves one channel. The 300 newest unused ones are kept.
 *
 * @param count    1 to NMK_E2E_ONE_TIME_PREKEYS_MAXIMUM
 * @param records  count * NMK_E2E_ONE_TIME_PREKEY_BYTES public bytes; the caller's to free with nmk_free()
 * @return NMK_OK; NMK_EINVALID; NMK_ENOMEM; NMK_ELIMIT after 2^31 - 1 of them
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_identity_add_one_time(nmk_e2e_identity *identity, size_t count, unsigned char **records,
                                                 size_t *length);

/**
 * The keys as bytes, sealed under the host's key (XChaCha20-Poly1305). To be kept after each call that changed them, before what
 * the call gave is used: create, rotate, add_one_time, and nmk_e2e_channel_accept().
 *
 * @param key     32 bytes that are the host's
 * @param sealed  the caller's to free with nmk_free()
 * @return NMK_OK; NMK_EINVALID; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_identity_save(const nmk_e2e_identity *identity, const unsigned char key[NMK_E2E_KEY_BYTES],
                                         unsigned char **sealed, size_t *length);

/** @return NMK_OK; NMK_ECORRUPT if it does not open with that key; NMK_EINVALID; NMK_ENOMEM. @since 0.1 */
NMK_API nmk_status nmk_e2e_identity_load(const void *sealed, size_t length, const unsigned char key[NMK_E2E_KEY_BYTES],
                                         nmk_e2e_identity **identity);

/**
 * Sixty digits in twelve groups that two members compare by another way: if they are the same on both sides, nobody sits between
 * them. The order of the two does not matter. Takes some milliseconds, on purpose.
 *
 * @param one, other            identity keys
 * @param one_name, other_name  whose they are, such as the user ids: 1 to NMK_E2E_CONTEXT_MAXIMUM bytes
 * @return NMK_OK; NMK_EINVALID
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_safety_number(const unsigned char one[NMK_E2E_KEY_BYTES], const char *one_name,
                                         const unsigned char other[NMK_E2E_KEY_BYTES], const char *other_name,
                                         char number[NMK_E2E_SAFETY_NUMBER_SIZE]);

/* ---- a channel between two ---- */

/** What one of two members has to keep of their channel. Secret. Free with nmk_e2e_channel_free(), which wipes. */
typedef struct nmk_e2e_channel nmk_e2e_channel;
/** The other's identity key, 32 bytes: compare it with the one known. */
NMK_API const unsigned char *nmk_e2e_channel_peer(const nmk_e2e_channel *channel);
NMK_API void nmk_e2e_channel_free(nmk_e2e_channel *channel);

/** What the other wrote. Secret. Free with nmk_e2e_text_free(), which wipes. */
typedef struct nmk_e2e_text nmk_e2e_text;
/** nmk_e2e_text_length() bytes, followed by a NUL. */
NMK_API const char *nmk_e2e_text_content(const nmk_e2e_text *text);
NMK_API size_t nmk_e2e_text_length(const nmk_e2e_text *text);
NMK_API void nmk_e2e_text_free(nmk_e2e_text *text);

/**
 * Begin a channel with a bundle of the other's prekeys (X3DH). The first messages carry what the other needs to follow, until
 * an answer was decrypted.
 *
 * @param bundle   what nmk_prekey_take() gave: the signed prekey record, and a one-time prekey after it if there was one
 * @param peer     the identity key that it must be of, 32 bytes; NULL to trust the market this once
 * @param context  what the channel is for, such as the chat's id, the same on both sides: 1 to NMK_E2E_CONTEXT_MAXIMUM bytes
 * @return NMK_OK; NMK_ECORRUPT if the bundle is not of that form, not signed, has weak keys, or is one's own; NMK_EDENIED if it is
 *         another's than the peer's; NMK_EINVALID; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_channel_start(const nmk_e2e_identity *identity, const void *bundle, size_t length,
                                         const unsigned char *peer, const char *context, nmk_e2e_channel **channel);

/** Does it carry the beginning of a channel? It opens with nmk_e2e_channel_accept() where there is none yet, and with
 *  nmk_e2e_channel_decrypt() where its channel was accepted. False for what is no message. @since 0.1 */
NMK_API bool nmk_e2e_message_is_first(const void *message, size_t length);

/**
 * Begin the channel that a first message announces, and decrypt that message. Its one-time prekey is used up.
 *
 * @param peer     the identity key that it must be of, 32 bytes; NULL to accept everyone
 * @param context  as on the other side
 * @return NMK_OK; NMK_EINVALID if it is no first message; NMK_EDENIED if it is of another than the peer; NMK_ESTATE if its prekeys
 *         were used for a channel already or are no longer kept; NMK_ECORRUPT if it was altered or forged, or made for another
 *         context; NMK_ELIMIT if more than 1000 messages before it are missing, or after 1024 channels without a one-time prekey
 *         until the signed prekey was rotated three times; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_channel_accept(nmk_e2e_identity *identity, const void *message, size_t length,
                                          const unsigned char *peer, const char *context, nmk_e2e_channel **channel,
                                          nmk_e2e_text **text);

/**
 * Encrypt the next message (Double Ratchet), with a commitment to its text that a report can prove. To be sent only after the
 * channel was saved.
 *
 * @param text     any bytes, 1 to NMK_E2E_TEXT_MAXIMUM; their number is hidden in steps of 64
 * @param message  the caller's to free with nmk_free()
 * @return NMK_OK; NMK_EINVALID; NMK_ENOMEM; NMK_ELIMIT after 2^32 - 1 messages without an answer
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_channel_encrypt(nmk_e2e_channel *channel, const void *text, size_t length, unsigned char **message,
                                           size_t *message_length);

/**
 * Decrypt a message of the other, once. Messages may be late or lost: the keys of up to 2000 that were skipped are kept, each for
 * the next 5000 messages at most.
 *
 * @return NMK_OK; NMK_EINVALID if it is no message; NMK_ESTATE if it was decrypted before or its key is no longer kept;
 *         NMK_ECORRUPT if it was altered, forged, of another channel, or is an old one of which this cannot be told any more;
 *         NMK_ECONFLICT if it begins another channel, see nmk_e2e_channel_accept(); NMK_ELIMIT if more than 1000 messages before
 *         it are missing; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_channel_decrypt(nmk_e2e_channel *channel, const void *message, size_t length, nmk_e2e_text **text);

/**
 * The channel as bytes, sealed under the host's key (XChaCha20-Poly1305). To be kept after each call that changed it: an older
 * state would decrypt what was decrypted, and the other could not read what it encrypts.
 *
 * @param key     32 bytes that are the host's
 * @param sealed  the caller's to free with nmk_free()
 * @return NMK_OK; NMK_EINVALID; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_channel_save(const nmk_e2e_channel *channel, const unsigned char key[NMK_E2E_KEY_BYTES],
                                        unsigned char **sealed, size_t *length);

/** @return NMK_OK; NMK_ECORRUPT if it does not open with that key; NMK_EINVALID; NMK_ENOMEM. @since 0.1 */
NMK_API nmk_status nmk_e2e_channel_load(const void *sealed, size_t length, const unsigned char key[NMK_E2E_KEY_BYTES],
                                        nmk_e2e_channel **channel);

/* ---- reports: message franking ---- */

/** The sender's commitment to the text of a message, which anyone can read.
 *  @return NMK_OK; NMK_EINVALID if it is no message. @since 0.1 */
NMK_API nmk_status nmk_e2e_message_commitment(const void *message, size_t length, unsigned char commitment[NMK_E2E_KEY_BYTES]);

/** What shows others that this was the text: it opens the commitment of this one message, and no other.
 *  @param report  the caller's to free with nmk_free(); it contains the text
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOMEM. @since 0.1 */
NMK_API nmk_status nmk_e2e_text_report(const nmk_e2e_text *text, unsigned char **report, size_t *length);

/**
 * Is that the text of the message with this commitment? Who sent it when is not in the report: the market's tag says that.
 *
 * @param text  in the report; not ended by a NUL
 * @return NMK_OK; NMK_ECORRUPT if it is not; NMK_EINVALID if it is no report
 * @since 0.1
 */
NMK_API nmk_status nmk_e2e_report_verify(const void *report, size_t length, const unsigned char commitment[NMK_E2E_KEY_BYTES],
                                         const char **text, size_t *text_length);

NMK_END_DECLS
#endif
