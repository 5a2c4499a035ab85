/* op.h -- the operation: a permitted action, one transaction, at most one audit event.
 *
 *     struct nmk_op op;
 *     nmk_status rc = op_begin(&op, session, OP_nano_publish);
 *
 *     while (op_next(&op, &rc)) {
 *         rc = load(&op, ...);
 *         if (rc == NMK_OK) rc = op_allow(&op, subject);
 *         if (rc == NMK_OK) rc = change(&op, ...);
 *     }
 *     return rc;
 *
 * Checks of arguments stand between op_begin() and the loop: what is wrong needs no transaction. The body leaves
 * the loop only by its end (no return, no break). */
#ifndef NMK_OP_H
#define NMK_OP_H

#include <jansson.h>
#include <nanomarket/user.h>
#include "buffer.h"
#include "page.h"
#include "store.h"
#include "text.h"

enum op_access { OP_READ, OP_WRITE };

/* The least role that may begin the operation. */
enum op_role { ROLE_ANYONE, ROLE_LOGGED_IN, ROLE_MEMBER, ROLE_CREATOR, ROLE_MODERATOR, ROLE_ADMIN, ROLE_SYSTEM };

/* What must hold between the actor and the object before anything may be written. */
enum op_rule {
	RULE_NONE,       /* there is no object, or the role is enough                      */
	RULE_VISIBLE,    /* public, or one's own, or one is staff                          */
	RULE_OWNER,      /* one's own                                                      */
	RULE_OWNER_OR_STAFF, /* one's own, or one is moderator or admin                    */
	RULE_OWNER_OR_ADMIN, /* one's own, or one is admin                                 */
	RULE_NOT_OWNER,  /* visible, and never one's own: no self-review                   */
	RULE_NOT_SELF    /* never oneself: an administrator keeps the role and the account */
};

enum op_id {
#define NMK_OP(name, access, role, rule, action) OP_##name,
#include "ops.def"
#undef NMK_OP
	OP__COUNT
};

struct op_info {
	const char    *name;
	enum op_access access;
	enum op_role   role;
	enum op_rule   rule;
	const char    *action; /* of the audit event; NULL: none is written */
};
extern const struct op_info op_table[OP__COUNT];

enum actor_kind { ACTOR_GUEST, ACTOR_MEMBER, ACTOR_SYSTEM };

/* What keeps a member from acting. */
enum actor_bar {
	BAR_NONE,
	BAR_ENDED,          /* the session was ended, or was idle for too long: like a guest        */
	BAR_SUSPENDED,      /* like a guest                                                         */
	BAR_PASSWORD,       /* must change the password first                                       */
	BAR_SECOND_FACTOR   /* must set up a second factor first                                    */
};

struct actor {
	enum actor_kind kind;
	struct id_value id;     /* of a member                                                      */
	nmk_role        role;   /* of a member, from the current record                             */
	enum actor_bar  bar;
	bool            active; /* without a bar: otherwise a member may do no more than a guest    */
};

/* The object of an operation, for its rule and its audit event. */
struct subject {
	const char  *type;      /* "nano", "user", ...: a literal                 */
	enum id_kind kind;
	int64_t      id;
	int64_t      owner_id;  /* 0: nobody's                                    */
	bool         is_public; /* guests may see it                              */
};

/* An entry in the audit log besides the operation's own. */
struct op_also {
	const char    *action;
	struct subject subject;
	json_t        *details;
};
#define OP_ALSO_MOST 4

struct nmk_op {
	struct tx            tx;
	nmk_session         *session;
	const struct op_info *info;
	struct actor         actor;
	struct subject       subject;
	json_t              *details;  /* of the audit event; NULL for none        */
	json_t              *personal; /* the same, to be sealed                   */
	bool                 short_lived; /* that can be read for some weeks only   */
	bool                 details_failed;
	struct op_also       also[OP_ALSO_MOST];
	int                  also_count;
	char                 subject_pseudonym[ID_TEXT_SIZE]; /* see op_remember_person() */
	char                *checkpoint; /* that was made with the event; NULL       */
	bool                 refused;  /* the role or the object rule said no      */
	const char          *action;   /* of the audit event; NULL: none is written */
	nmk_status           answer;   /* see op_answer()                          */
	int64_t              session_epoch; /* of the acting session once this is done; 0: as before */
	bool                 rehearsal;
	bool                 entered;
};

nmk_status op_begin(struct nmk_op *op, nmk_session *session, enum op_id id);

/* The same operation on a reader, its writes impossible: to refuse a stranger before the costly part begins. */
nmk_status op_rehearse(struct nmk_op *op, nmk_session *session, enum op_id id);

bool op_next(struct nmk_op *op, nmk_status *rc);

/* Check the object rule. What the actor may not even see answers NMK_ENOTFOUND. Names the subject of the audit. */
nmk_status op_allow(struct nmk_op *op, struct subject subject);

/* The same without a rule: only names the subject of the audit event. */
void op_subject(struct nmk_op *op, const char *type, enum id_kind kind, int64_t id);

/* Something small and not personal for the audit event: old and new state, a count. What has a line break was written by
 * somebody, and is sealed. */
void op_detail(struct nmk_op *op, const char *name, const char *value);
void op_detail_int(struct nmk_op *op, const char *name, int64_t value);

/* What somebody wrote, or what tells about a person: sealed under the key of whom the event is about (the object if that is a
 * user, else its owner, else who acts), so that it goes with the account. NULL is none. */
void op_detail_personal(struct nmk_op *op, const char *name, const char *value);

/* The network of a client. Nobody can read it, nor what is sealed beside it, once the key ring's epoch is destroyed. */
void op_detail_network(struct nmk_op *op, const char *network);

/* Before the keys of the subject, an account, are erased: the event says who it was all the same. */
nmk_status op_remember_person(struct nmk_op *op);

/* One event more, before the operation's own: what it does besides. With a detail, unless `name` is NULL. */
void op_also(struct nmk_op *op, const char *action, const char *type, enum id_kind kind, int64_t id, const char *name,
             const char *value);

/* The fields that an update changes, in the order of the list, as the detail "fields": "title,language". */
struct op_changeable {
	uint32_t    bit;
	const char *name;
};
void op_detail_fields(struct nmk_op *op, const struct op_changeable *fields, size_t count, uint32_t set);

/* Commit what was done, with an audit event of that action, and yet answer with a failure: a refused login is
 * recorded. Returns NMK_OK for the ladder. */
nmk_status op_answer(struct nmk_op *op, nmk_status status, const char *action, const char *field,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

#define op_fail(op, ...) tx_fail(&(op)->tx, __VA_ARGS__)

bool op_is_staff(const struct nmk_op *op); /* an active moderator or admin, or the host */
bool op_is_admin(const struct nmk_op *op); /* an active admin, or the host              */
bool op_is_self(const struct nmk_op *op, int64_t user_id);
/* The words of the market's searches: index/search_words.h. */
struct search_words;
struct search_words *op_search_words(const struct nmk_op *op);

bool op_wants_second_factor(const struct nmk_op *op, nmk_role role); /* the market's policy, of that role */

/* The version of an option struct: every one up to the newest that this library knows. */
nmk_status op_check_version(struct nmk_op *op, uint32_t given, uint32_t newest);

/* "must have from ... to ... bytes": a text that is no display text. NULL and blank ones are refused too. */
nmk_status op_check_bytes(struct nmk_op *op, const char *field, const char *text, size_t minimum, size_t maximum);

/* NMK_ELIMIT or NMK_EBUSY with the time to wait. */
nmk_status op_fail_later(struct nmk_op *op, nmk_status status, int64_t retry_after_ms, const char *field,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Check a text, or all texts of an input, against the limits of the .def. Answers NMK_EINVALID with the field. */
nmk_status op_check_text(struct nmk_op *op, const struct field *field, const char *text);
nmk_status op_check_texts(struct nmk_op *op, const struct field *fields, const void *object);

/* ---- idempotency: once.c ---- */

#define ONCE_KEY_BYTES 128
#define ONCE_KEEP_MS   (30 * DAY_MS)

/* A creating call made again with its key answers what the first made. *id is 0 when it is the first. A key that was
 * used for something else is NMK_ECONFLICT. A NULL key asks for nothing. */
nmk_status op_once(struct nmk_op *op, const char *key, const void *request, size_t length, int64_t *id);
nmk_status op_once_done(struct nmk_op *op, const char *key, const void *request, size_t length, int64_t id);
nmk_status op_check_once_key(struct nmk_op *op, const char *key);

/* Add a part to the text that stands for a request: with its end, so that no two requests look alike. */
void once_part(struct buffer *request, const char *part);

/* ---- cursors: cursor.c ---- */

/* Where a page ended, in the order of the list. */
struct cursor {
	int64_t number;          /* the sort key, if it is a number                        */
	char    text[512];       /* the sort key, if it is a text                          */
	int64_t id;              /* breaks ties                                            */
};

/* `list` names the list and its order: a cursor of another is refused. */
nmk_status cursor_read(struct nmk_op *op, const char *list, const char *text, struct cursor *cursor);
char *cursor_write(struct nmk_op *op, const char *list, const struct cursor *cursor); /* caller's; NULL: no memory */

/* The name of a list with a filter: a cursor of another filter is none of this list. */
#define CURSOR_NAME_SIZE 64
nmk_status cursor_name(struct nmk_op *op, const char *list, const struct buffer *filter, char name[CURSOR_NAME_SIZE]);

/* ---- pages: rows.c ---- */

/* What the rows of a list become. */
struct row_kind {
	const struct field *fields;
	nmk_status        (*read)(struct nmk_op *op, struct stmt *stmt, const void *context, void *value); /* NULL: stmt_read() */
	const void         *context;              /* of read(); the caller's              */
	size_t              size;                 /* of a value, zeroed before it is read */
	void              (*release)(void *value);
};

/* Rows into values until the page has `limit` of them; *more tells whether there was one row more. Ends the statement. */
nmk_status op_read_page(struct nmk_op *op, struct stmt *stmt, const struct row_kind *kind, int32_t limit, struct page *page,
                        bool *more);

/* Where the next page begins. */
nmk_status op_page_next(struct nmk_op *op, const char *list, const struct cursor *last, struct page *page);

/* A list by id, the newest first. Its statement takes :before_id and :limit. */
struct newest_list {
	const char *name;        /* for cursors */
	int64_t     before_id;
	int32_t     limit;
};

/* The arguments: NMK_EINVALID with the field "limit" or "cursor". */
nmk_status op_take_newest(struct nmk_op *op, const char *name, const char *cursor, int32_t limit, struct newest_list *list);

/* The page with its cursor. The kind's fields have an "id". Ends the statement. */
nmk_status op_read_newest(struct nmk_op *op, struct stmt *stmt, const struct row_kind *kind, const struct newest_list *list,
                          struct page *page);

#define LIST_LIMIT_DEFAULT 20
#define LIST_LIMIT_MAXIMUM 100
nmk_status op_check_limit(struct nmk_op *op, int32_t given, int32_t *limit); /* 0 means 20; 1..100 */
#endif
