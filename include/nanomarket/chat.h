/* chat.h -- talk about a nano: chats between its creator and a member, and their messages. docs/messaging.md tells the whole. */
#ifndef NANOMARKET_CHAT_H
#define NANOMARKET_CHAT_H

#include "comment_report.h"
#include "common.h"
#include "errors.h"

NMK_BEGIN_DECLS

/* ---- chats ---- */

/** Who can read what is in the store. */
typedef enum nmk_chat_encryption {
	NMK_CHAT_SEALED     = 1, /**< "sealed": each message is sealed with a key of its author's; the market opens it for the two */
	NMK_CHAT_END_TO_END = 2  /**< "end_to_end": the market has ciphertext only                                             */
} nmk_chat_encryption;

/** How a chat stands. */
typedef enum nmk_chat_state {
	NMK_CHAT_ACTIVE   = 1, /**< "active"                                                                                 */
	NMK_CHAT_ARCHIVED = 2, /**< "archived": silent for 30 days. The next message makes it active again                  */
	NMK_CHAT_DISABLED = 3  /**< "disabled" by an administrator: it can be read, and nothing be sent                     */
} nmk_chat_state;

/** The word, such as "archived"; NULL for a number that is none. @since 0.1 */
NMK_API const char *nmk_chat_encryption_word(nmk_chat_encryption mode);
NMK_API const char *nmk_chat_state_word(nmk_chat_state state);
/** The value of a word; 0 if it is none. @since 0.1 */
NMK_API nmk_chat_state nmk_chat_state_of(const char *word);

/** A chat as one of the two sees it. Free with nmk_chat_free(). */
typedef struct nmk_chat nmk_chat;

NMK_API const char *nmk_chat_id(const nmk_chat *chat);
NMK_API const char *nmk_chat_nano_id(const nmk_chat *chat);
NMK_API const char *nmk_chat_nano_title(const nmk_chat *chat);
/** The creator of the nano. */
NMK_API const char *nmk_chat_creator_id(const nmk_chat *chat);
/** Who began the chat. */
NMK_API const char *nmk_chat_participant_id(const nmk_chat *chat);
/** The other one of the two, and their user name. */
NMK_API const char *nmk_chat_partner_id(const nmk_chat *chat);
NMK_API const char *nmk_chat_partner(const nmk_chat *chat);
NMK_API nmk_chat_encryption nmk_chat_mode(const nmk_chat *chat);
NMK_API nmk_chat_state nmk_chat_status(const nmk_chat *chat);
/** Number of the last message; 0 if there is none. Messages are numbered 1, 2, 3, ... without a gap. */
NMK_API int64_t nmk_chat_last_sequence(const nmk_chat *chat);
/** Milliseconds since 1970 UTC; 0 if there is no message. */
NMK_API int64_t nmk_chat_last_message_at(const nmk_chat *chat);
/** The text of the last message; NULL if there is none, or it has no text, or its author was erased. */
NMK_API const char *nmk_chat_last_message(const nmk_chat *chat);
/** Messages of the other one that were not read. */
NMK_API int64_t nmk_chat_unread_count(const nmk_chat *chat);
/** One has read up to this message, see nmk_chat_mark_read(); and so has the other one. */
NMK_API int64_t nmk_chat_read_sequence(const nmk_chat *chat);
NMK_API int64_t nmk_chat_partner_read_sequence(const nmk_chat *chat);
/** One wants no notifications of this chat: nmk_chat_mute(). */
NMK_API bool nmk_chat_muted(const nmk_chat *chat);
/** One has blocked the other one: nmk_chat_block(). */
NMK_API bool nmk_chat_blocked(const nmk_chat *chat);
/** Can something be sent? False if one of the two blocked the other, an account is deleted, or the chat is disabled. */
NMK_API bool nmk_chat_can_send(const nmk_chat *chat);
/** When and why an administrator disabled it; 0 and NULL if it is not disabled. */
NMK_API int64_t nmk_chat_disabled_at(const nmk_chat *chat);
NMK_API const char *nmk_chat_disabled_reason(const nmk_chat *chat);
NMK_API int64_t nmk_chat_created_at(const nmk_chat *chat);
/** A JSON object, the caller's to free with nmk_free(); NULL without memory. */
NMK_API char *nmk_chat_json(const nmk_chat *chat);
NMK_API void nmk_chat_free(nmk_chat *chat);

/** A page of a list of chats. Items are borrowed from it. */
typedef struct nmk_chat_page nmk_chat_page;
NMK_API size_t nmk_chat_page_count(const nmk_chat_page *page);
NMK_API const nmk_chat *nmk_chat_page_item(const nmk_chat_page *page, size_t index);
/** Cursor of the next page, borrowed; NULL after the last. */
NMK_API const char *nmk_chat_page_next(const nmk_chat_page *page);
/** {"items": [...], "next": cursor or null}, the caller's to free with nmk_free(). */
NMK_API char *nmk_chat_page_json(const nmk_chat_page *page);
NMK_API void nmk_chat_page_free(nmk_chat_page *page);

/**
 * Open the chat with the creator of a published nano: the one that there is, or a new one. Who calls at the same time twice
 * gets the same chat, and one of the two calls made it.
 *
 * Permitted to: members, but not to the nano's creator, who answers in the chats that others begin.  Audited: a new one.
 *
 * @param chat     may be NULL
 * @param created  whether this call made it; may be NULL
 * @return NMK_OK; NMK_ENOTFOUND if there is no such nano that the session may see; NMK_EDENIED for one's own nano, for the
 *         host, and for a new chat if one of the two has blocked the other; NMK_ESTATE if the nano is not published, or its
 *         creator's account is deleted; NMK_ELOGIN; NMK_EINVALID; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_chat_open(nmk_session *session, const char *nano_id, nmk_chat **chat, bool *created);

/** One chat of one's own.  Permitted to: the two whose chat it is.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED for staff and the host, who are no party of it; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_chat_get(nmk_session *session, const char *id, nmk_chat **chat);

#define NMK_CHAT_LIST_OPTIONS_VERSION 1
typedef struct nmk_chat_list_options {
	uint32_t       version;      /**< NMK_CHAT_LIST_OPTIONS_VERSION                                              */
	const char    *nano_id;      /**< only about this nano; NULL for all                                         */
	nmk_chat_state status;       /**< only active or only archived ones, disabled among them; 0 for all          */
	const char    *cursor;       /**< of the page before; NULL for the first                                     */
	int32_t        limit;        /**< 1 to 100; 0 means 20                                                       */
} nmk_chat_list_options;
#define NMK_CHAT_LIST_OPTIONS_INIT NMK_INIT(NMK_CHAT_LIST_OPTIONS_VERSION)
NMK_API void nmk_chat_list_options_init(nmk_chat_list_options *options);

/**
 * One's own chats, the one with the latest message first. One that gets a message between two pages moves to the front: it is
 * seen at the next call from there; no other is missed or comes twice.
 *
 * Permitted to: members.
 * @param options  NULL for all defaults
 * @return NMK_OK; NMK_EINVALID naming the option; NMK_ENOTFOUND for the nano; NMK_EDENIED, NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_chat_list(nmk_session *session, const nmk_chat_list_options *options, nmk_chat_page **page);

/**
 * From now on the market takes only messages of this chat that it cannot read: nmk_message_fields.ciphertext, made with e2e.h. There
 * is no way back. What was written before stays as it is. The content filter has nothing to look at; who gets something that ought to be
 * reported can prove it to the staff. docs/e2e.md tells what it protects, and that it was not externally reviewed.
 *
 * Permitted to: each of the two whose chat it is.  Audited: yes.
 *
 * @return NMK_OK, also if it is end to end already; NMK_ESTATE with field "keys" if the other one has published no keys
 *         (nmk_prekey_publish()), or if her account is deleted; NMK_EDENIED if one of the two has blocked the other, and for staff
 *         and the host; NMK_ENOTFOUND; NMK_ELOGIN; NMK_EINVALID
 * @since 0.1
 */
NMK_API nmk_status nmk_chat_make_end_to_end(nmk_session *session, const char *chat_id);

/* ---- messages ---- */

/** A message. Free with nmk_message_free(). */
typedef struct nmk_message nmk_message;

NMK_API const char *nmk_message_chat_id(const nmk_message *message);
/** Its number in the chat: 1, 2, 3, ... */
NMK_API int64_t nmk_message_sequence(const nmk_message *message);
NMK_API const char *nmk_message_author_id(const nmk_message *message);
/** User name of the author. */
NMK_API const char *nmk_message_author(const nmk_message *message);
/** As it was written, not escaped for any format; NULL if the author was erased, or it is an attachment without a text. */
NMK_API const char *nmk_message_text(const nmk_message *message);
/** An encrypted message in base64 (RFC 4648, 4), for nmk_e2e_channel_decrypt(); NULL if it is not end to end, or its author was erased. */
NMK_API const char *nmk_message_ciphertext(const nmk_message *message);
/** The same as bytes, the caller's to free with nmk_free().
 *  @return NMK_OK; NMK_ENOTFOUND if it has none; NMK_EINVALID; NMK_ENOMEM. @since 0.1 */
NMK_API nmk_status nmk_message_ciphertext_bytes(const nmk_message *message, unsigned char **bytes, size_t *length);
/** The author was erased, and so were their words. */
NMK_API bool nmk_message_erased(const nmk_message *message);
/** Of an attachment: its name, its media type (RFC 6838) as the author told it, and its bytes. NULL and 0 without one. */
NMK_API const char *nmk_message_attachment_name(const nmk_message *message);
NMK_API const char *nmk_message_attachment_type(const nmk_message *message);
NMK_API int64_t nmk_message_attachment_size(const nmk_message *message);
NMK_API int64_t nmk_message_created_at(const nmk_message *message);
/** A JSON object, the caller's to free with nmk_free(); NULL without memory. */
NMK_API char *nmk_message_json(const nmk_message *message);
NMK_API void nmk_message_free(nmk_message *message);

/** A page of messages. Items are borrowed from it. */
typedef struct nmk_message_page nmk_message_page;
NMK_API size_t nmk_message_page_count(const nmk_message_page *page);
NMK_API const nmk_message *nmk_message_page_item(const nmk_message_page *page, size_t index);
/** NULL: the next page begins after the last item's sequence. */
NMK_API const char *nmk_message_page_next(const nmk_message_page *page);
/** {"items": [...], "next": null}, the caller's to free with nmk_free(). */
NMK_API char *nmk_message_page_json(const nmk_message_page *page);
NMK_API void nmk_message_page_free(nmk_message_page *page);

/** How much a member may send: 10 messages a minute and 3 more in each chat, 60 and 10 more in all chats together. Refused ones
 *  of the content filter count. The window is the last 60 seconds, to the millisecond. */
#define NMK_CHAT_MESSAGES_PER_MINUTE        10
#define NMK_CHAT_MESSAGES_BURST             3
#define NMK_CHAT_MESSAGES_PER_MINUTE_IN_ALL 60
#define NMK_CHAT_MESSAGES_BURST_IN_ALL      10
NMK_API int32_t nmk_chat_messages_per_minute(void);
NMK_API int32_t nmk_chat_messages_burst(void);
NMK_API int32_t nmk_chat_messages_per_minute_in_all(void);
NMK_API int32_t nmk_chat_messages_burst_in_all(void);

/** An attachment has fewer bytes than 5 MiB. */
#define NMK_ATTACHMENT_BYTES_MAXIMUM 5242879
NMK_API int64_t nmk_attachment_bytes_maximum(void);

#define NMK_MESSAGE_FIELDS_VERSION 1

/** What is to be sent: a text, an attachment, or both; or an encrypted message. */
typedef struct nmk_message_fields {
	uint32_t    version;         /**< NMK_MESSAGE_FIELDS_VERSION                                                 */
	const char *text;            /**< 1 to 1000 code points, may have several lines; NULL only with an attachment */
	const char *idempotency_key; /**< up to 128 bytes, or NULL; with it the call may be repeated safely          */
	nmk_reader  read;            /**< of an attachment: called until it answers 0; NULL for none                 */
	void       *read_context;    /**< handed to read                                                             */
	const char *attachment_name; /**< needed with read: 1 to 255 code points, no "/" or "\"                      */
	const char *attachment_type; /**< media type such as "image/png"; NULL means "application/octet-stream"      */
	const void *ciphertext;      /**< in an end-to-end chat, in place of all else: of nmk_e2e_channel_encrypt()  */
	size_t      ciphertext_length; /**< bytes                                                                    */
} nmk_message_fields;
#define NMK_MESSAGE_FIELDS_INIT NMK_INIT(NMK_MESSAGE_FIELDS_VERSION)
NMK_API void nmk_message_fields_init(nmk_message_fields *fields);

/**
 * Send a message. What one sends oneself counts as read.
 *
 * Checks come in this order: the fields; whose chat it is; can something be sent; the rates; the content filter (content.h).
 *
 * Permitted to: the two whose chat it is.  Audited: yes, without the content; the first refusal for a rate, and each refusal of
 * the content filter, too.
 *
 * @param message  may be NULL
 * @return NMK_OK; NMK_EINVALID naming the field, with "text" and the rule's name in the message if the content filter refuses
 *         it; NMK_ELIMIT with retry_after_ms if it is too much in a minute, with field "attachment" if that is too large;
 *         NMK_ESTATE if an administrator disabled the chat, or the other one's account is deleted, with field "mode" for a text in
 *         an end-to-end chat and an encrypted message in another one; NMK_EDENIED if one of the
 *         two has blocked the other, and for staff and the host, who are no party of it; NMK_ENOTFOUND; NMK_ELOGIN;
 *         NMK_ECONFLICT with field "idempotency_key"; NMK_ECANCELLED if read failed; NMK_EFULL; NMK_EIO; NMK_ENOMEM
 * @since 0.1
 */
NMK_API nmk_status nmk_chat_send(nmk_session *session, const char *chat_id, const nmk_message_fields *fields,
                                 nmk_message **message);

/**
 * Messages of a chat, in order. Each has a greater number than those that were there before it: who asks again with the last
 * number that was seen misses none and sees none twice, whatever the clock says.
 *
 * Permitted to: the two whose chat it is.
 *
 * @param since  only those with greater numbers; 0 for all; nmk_chat_last_sequence() - n for the last n
 * @param limit  1 to 100; 0 means 20
 * @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED for staff and the host; NMK_ELOGIN; NMK_ECORRUPT if one does not open
 * @since 0.1
 */
NMK_API nmk_status nmk_chat_messages(nmk_session *session, const char *chat_id, int64_t since, int32_t limit,
                                     nmk_message_page **page);

/** One has read up to this message, and the other one sees it. Never goes back.  Permitted to: the two whose chat it is.
 *  @param sequence  0 to the last one's
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED for staff and the host; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_chat_mark_read(nmk_session *session, const char *chat_id, int64_t sequence);

/** Want no notifications of a chat, or want them again; for the host to heed. Messages arrive as before.
 *  Permitted to: the two whose chat it is.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED for staff and the host; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_chat_mute(nmk_session *session, const char *chat_id, bool muted);

/** Block the other one of a chat, or no longer: neither of the two can send to the other in any chat, or open a new one. The other
 *  one is not told who blocked whom.  Permitted to: the two whose chat it is.  Audited: yes.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED for staff and the host; NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_chat_block(nmk_session *session, const char *chat_id, bool blocked);

/**
 * Read the attachment of a message. It is opened piece by piece; if it was altered, the call fails after it has handed over
 * what came before.
 *
 * Permitted to: the two whose chat it is.
 * @return NMK_OK; NMK_ENOTFOUND with field "sequence" if the message has none, or its author was erased; NMK_ECORRUPT if it does not
 *         open; NMK_ECANCELLED if write stopped it; NMK_EINVALID; NMK_EDENIED for staff and the host; NMK_ELOGIN; NMK_EIO
 * @since 0.1
 */
NMK_API nmk_status nmk_chat_download(nmk_session *session, const char *chat_id, int64_t sequence, nmk_writer write,
                                     void *context);

/** How a transcript is written. */
typedef enum nmk_transcript_format {
	NMK_TRANSCRIPT_TEXT = 1, /**< lines: "[time] user name: text"; lines after a message's first are indented     */
	NMK_TRANSCRIPT_JSON = 2  /**< {"exported_at", "chat": {...}, "messages": [...]} as nmk_chat_json() and nmk_message_json() */
} nmk_transcript_format;

/** Write a chat, all messages that it has when the call begins.  Permitted to: the two whose chat it is.
 *  @return NMK_OK; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED for staff and the host; NMK_ELOGIN; NMK_ECANCELLED if write stopped
 *          it; NMK_ECORRUPT. @since 0.1 */
NMK_API nmk_status nmk_chat_export(nmk_session *session, const char *chat_id, nmk_transcript_format format, nmk_writer write,
                                   void *context);

/* ---- reports, for moderators and administrators ---- */

/** How a report of a message stands. Why it was made is an nmk_report_reason, as for comments. */
typedef enum nmk_chat_report_state {
	NMK_CHAT_REPORT_OPEN   = 1, /**< "open"   */
	NMK_CHAT_REPORT_CLOSED = 2  /**< "closed" */
} nmk_chat_report_state;

/** The word, such as "open"; NULL for a number that is none. @since 0.1 */
NMK_API const char *nmk_chat_report_state_word(nmk_chat_report_state state);
/** The value of a word; 0 if it is none. @since 0.1 */
NMK_API nmk_chat_report_state nmk_chat_report_state_of(const char *word);

/**
 * Report a message of the other one to the staff, who may then read it and the five messages before it, and nothing else. A message
 * of an end-to-end chat is reported with nmk_chat_report_encrypted().
 *
 * Permitted to: the two whose chat it is.  Audited: yes.
 *
 * @param comment  for the staff, at most 500 code points; sealed as messages are. NULL for none
 * @return NMK_OK; NMK_ENOTFOUND with field "sequence" if there is no such message, or its author was erased; NMK_EINVALID, with field
 *         "sequence" for one's own; NMK_ECONFLICT if one has reported it already; NMK_EDENIED for staff and the host; NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_chat_report(nmk_session *session, const char *chat_id, int64_t sequence, nmk_report_reason reason,
                                   const char *comment);

/**
 * The same for a message of an end-to-end chat, which the staff cannot read: the evidence opens this one message to them, and nothing
 * else. It is verified against what the market has noted of the message when it was sent (docs/e2e.md: franking), so that
 * nobody can be accused of what they did not write. The words are sealed as messages are, and go when their author's account does.
 * Where they are no text for display, the staff see U+FFFD.
 *
 * Permitted to: the two whose chat it is.  Audited: yes.
 *
 * @param evidence  of nmk_e2e_text_report() of this message
 * @return as nmk_chat_report(); NMK_EINVALID with field "evidence" too if it does not show what the message says, or the message is not
 *         end to end; NMK_ECORRUPT if what the market has noted was altered
 * @since 0.1
 */
NMK_API nmk_status nmk_chat_report_encrypted(nmk_session *session, const char *chat_id, int64_t sequence, nmk_report_reason reason,
                                             const char *comment, const void *evidence, size_t length);

/** A report of a message. */
typedef struct nmk_reported_message nmk_reported_message;
NMK_API const char *nmk_reported_message_id(const nmk_reported_message *report);
NMK_API const char *nmk_reported_message_chat_id(const nmk_reported_message *report);
NMK_API int64_t nmk_reported_message_sequence(const nmk_reported_message *report);
/** Who wrote the message, and their user name. */
NMK_API const char *nmk_reported_message_author_id(const nmk_reported_message *report);
NMK_API const char *nmk_reported_message_author(const nmk_reported_message *report);
NMK_API const char *nmk_reported_message_reporter_id(const nmk_reported_message *report);
NMK_API nmk_report_reason nmk_reported_message_reason(const nmk_reported_message *report);
/** NULL if there is none, or who reported it was erased. */
NMK_API const char *nmk_reported_message_comment(const nmk_reported_message *report);
NMK_API nmk_chat_report_state nmk_reported_message_status(const nmk_reported_message *report);
NMK_API int64_t nmk_reported_message_created_at(const nmk_reported_message *report);
/** 0 while it is open. */
NMK_API int64_t nmk_reported_message_closed_at(const nmk_reported_message *report);
/** NULL while it is open, and if the host closed it. */
NMK_API const char *nmk_reported_message_closed_by(const nmk_reported_message *report);
NMK_API char *nmk_reported_message_json(const nmk_reported_message *report);

/** A page of reports. Items are borrowed from it. */
typedef struct nmk_reported_message_page nmk_reported_message_page;
NMK_API size_t nmk_reported_message_page_count(const nmk_reported_message_page *page);
NMK_API const nmk_reported_message *nmk_reported_message_page_item(const nmk_reported_message_page *page, size_t index);
NMK_API const char *nmk_reported_message_page_next(const nmk_reported_message_page *page);
NMK_API char *nmk_reported_message_page_json(const nmk_reported_message_page *page);
NMK_API void nmk_reported_message_page_free(nmk_reported_message_page *page);

/** Reports, the newest first.  Permitted to: moderators and above.
 *  @param state  0 means open
 *  @return NMK_OK; NMK_EINVALID; NMK_EDENIED, NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_chat_reports(nmk_session *session, nmk_chat_report_state state, const char *cursor, int32_t limit,
                                    nmk_reported_message_page **page);

/** Read the reported message, which comes last, and up to five before it.  Permitted to: moderators and above, but not to the two
 *  whose chat it is.  Audited: yes.
 *  @return NMK_OK; NMK_ENOTFOUND; NMK_EDENIED, NMK_ELOGIN; NMK_EINVALID. @since 0.1 */
NMK_API nmk_status nmk_chat_report_read(nmk_session *session, const char *report_id, nmk_message_page **page);

/** The report was looked at; what follows from it (nmk_chat_disable(), nmk_user_suspend(), nothing) is done by those calls.
 *  Permitted to: moderators and above, but not to the two whose chat it is.  Audited: yes.
 *  @return NMK_OK, also if it is closed already; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED, NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_chat_report_close(nmk_session *session, const char *report_id);

/** Disable a chat: it can be read, and nothing be sent.  Permitted to: admins.  Audited: yes.
 *  @param reason  for the two, 1 to 500 code points
 *  @return NMK_OK, also if it is disabled already, whose reason stays; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED, NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_chat_disable(nmk_session *session, const char *chat_id, const char *reason);

/** The opposite.  Permitted to: admins.  Audited: yes.
 *  @return NMK_OK, also if it is not disabled; NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED, NMK_ELOGIN. @since 0.1 */
NMK_API nmk_status nmk_chat_enable(nmk_session *session, const char *chat_id);

/* ---- new messages, without polling ---- */

/**
 * Wait until there is something new. Meanwhile nothing of the market is held: no connection, no transaction, no lock. What is new
 * is told within a moment, be it of this process or of another one that has the store open. Whoever waits is still asked for their
 * right to: a session that ends, or is barred, ends the wait. A session that waits is not idle.
 *
 *     int64_t last = 0;
 *     while (nmk_chat_wait(session, chat_id, last, 30000, &last) == NMK_OK) { read what is after the one seen last; }
 *
 * Permitted to: the two whose chat it is; members for all of their own.
 *
 * @param chat_id     wait for messages of this chat: `since` and `last` are sequence numbers of messages. NULL: wait for anything
 *                    new in all of one's chats, receipts and new chats among it: `since` is 0 at first, then what `last` was
 * @param timeout_ms  0 to 3600000; 0 looks once
 * @param last        greater than since if there is something new, else the time was over; since after a failure. May be NULL
 * @return NMK_OK; NMK_ECANCELLED by nmk_chat_cancel_wait() or nmk_market_close(); NMK_EINVALID; NMK_ENOTFOUND; NMK_EDENIED for
 *         staff and the host; NMK_ELOGIN
 * @since 0.1
 */
NMK_API nmk_status nmk_chat_wait(nmk_session *session, const char *chat_id, int64_t since, int32_t timeout_ms, int64_t *last);

/** End the session's wait with NMK_ECANCELLED. If it does not wait, the next wait ends so at once. The only call that another
 *  thread may make while the session is in use; it must not be closed before this returns. NULL is allowed. @since 0.1 */
NMK_API void nmk_chat_cancel_wait(nmk_session *session);

NMK_END_DECLS
#endif
