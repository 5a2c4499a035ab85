/* messaging.h -- inside of the component: chats, their messages, and what seals them. */
#ifndef NMK_MESSAGING_H
#define NMK_MESSAGING_H

#include <nanomarket/chat.h>
#include "clock.h"
#include "components.h"
#include "keys.h"
#include "op.h"

#define CHAT_SILENCE_MS (30 * DAY_MS)     /* then it is archived */

extern const char *const chat_mode_words[], *const chat_state_words[];

struct nmk_chat {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "chat.def"
#undef NMK_FIELD
};
extern const struct field chat_fields[];

struct nmk_message {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "message.def"
#undef NMK_FIELD
};
extern const struct field message_fields[];

extern const char *const chat_report_state_words[];

struct nmk_reported_message {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "reported_message.def"
#undef NMK_FIELD
};
extern const struct field reported_message_fields[];

/*
 * Interface to chat.c
 */

/* Whose a chat is, and how it stands. */
struct chat_parties {
	struct id_value id;
	int64_t       creator_id, participant_id;
	int64_t       partner_id;            /* of who acts                               */
	nmk_chat_encryption mode;
	int64_t       last_sequence;
	char         *disabled_reason;       /* NULL: it is not disabled                  */
};

/* Load a chat and see that who acts is one of the two. Start with { 0 }; chat_parties_free() is due afterwards. */
nmk_status chat_take(struct nmk_op *op, const char *id, struct chat_parties *chat);

/* The same without the check: for operations that are about others' chats. */
nmk_status chat_load_parties(struct nmk_op *op, const char *id, struct chat_parties *chat);
void chat_parties_free(struct chat_parties *chat);

/* The operation is about members' own chats: who has no account has none. */
nmk_status chat_needs_member(struct nmk_op *op);

/* *out, freed before, is the chat as it is now for who acts, who is one of the two. */
nmk_status chat_hand_over(struct nmk_op *op, int64_t id, nmk_chat **out);

/* NMK_EDENIED if one of the two has blocked the other, NMK_ESTATE if the partner's account is deleted. */
nmk_status chat_check_partner(struct nmk_op *op, int64_t partner_id);

/* Something changed for that member in one of their chats: who waits for it is told after the commit. */
nmk_status chat_tell(struct nmk_op *op, int64_t user_id);

/*
 * Interface to message.c
 */

/* The keys of a chat's two authors, each derived when it is first needed. Start with the chat's id, else zeros; forget afterwards. */
struct chat_keys {
	int64_t chat_id;
	struct author_key {
		int64_t           user_id;       /* 0: none yet                               */
		bool              erased;
		struct secret_key key;
	} authors[2];
};
nmk_status chat_key_get(struct nmk_op *op, struct chat_keys *keys, int64_t user_id, const struct author_key **key);
void chat_keys_forget(struct chat_keys *keys);

/* The messages after `since`, at most `limit`; opened. */
nmk_status message_read(struct nmk_op *op, struct chat_keys *keys, int64_t since, int32_t limit, struct page *page);
nmk_status message_page_new(struct nmk_op *op, nmk_message_page **page);
struct page *message_page_items(nmk_message_page *page);
void message_release(void *message);
json_t *message_to_json(const void *message);

/* What is in chat_message.attachment_sealed. */
struct attachment {
	struct secret_key key;
	char *name, *type;
	int64_t size;
	unsigned char hash[KEY_HASH_BYTES];  /* of the plain bytes, while it comes in */
};
#define ATTACHMENT_NAME_POINTS 255
#define ATTACHMENT_TYPE_BYTES  127
nmk_status attachment_unseal(struct nmk_op *op, const struct secret_key *key, int64_t sequence, const void *sealed,
                             size_t sealed_length, struct attachment *attachment);
nmk_status attachment_seal(struct nmk_op *op, const struct secret_key *key, int64_t sequence, const struct attachment *attachment,
                           struct buffer *sealed);
void attachment_clear(struct attachment *attachment);

/*
 * Interface for components.c
 */
nmk_status messaging_check(struct nmk_op *op, bool repair, struct check_report *report);
nmk_status messaging_user_erased(struct nmk_op *op, int64_t user_id);
#endif
