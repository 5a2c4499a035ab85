/* feedback.h -- inside of the component: ratings and comments, of which most is the same. */
#ifndef NMK_FEEDBACK_H
#define NMK_FEEDBACK_H

#include <nanomarket/comment.h>
#include <nanomarket/comment_report.h>
#include <nanomarket/feedback.h>
#include <nanomarket/rating.h>
#include "catalog.h"
#include "components.h"
#include "page.h"

extern const char *const feedback_state_words[], *const report_reason_words[], *const report_state_words[];

struct nmk_rating {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "rating.def"
#undef NMK_FIELD
};
extern const struct field rating_fields[];

struct nmk_comment {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "comment.def"
#undef NMK_FIELD
};
extern const struct field comment_fields[];

/* Either of both, and what the store knows of it. */
struct feedback_kind {
	const char         *name;      /* of the subject in the audit log, and of a field in errors */
	enum id_kind        id_kind;
	const struct field *fields;    /* with "user_id"                                            */
	size_t              size;      /* of a value                                                */
	void              (*release)(void *value);
	enum sql_id         get, facts, find_own, add, change, set_status, remove;
	const char         *content;   /* what is given: the parameter of add and change            */
};
extern const struct feedback_kind rating_kind, comment_kind;

/* What decides who may do what with a rating or a comment. */
struct feedback {
	int64_t id, nano_id, creator_id, user_id, edited_by, revision, replied_at;
	int     status, nano_status;
};

/*
 * Interface to facts.c: loading, and who may
 */
nmk_status feedback_load(struct nmk_op *op, const struct feedback_kind *kind, int64_t id, struct feedback *feedback);
nmk_status feedback_load_text(struct nmk_op *op, const struct feedback_kind *kind, const char *field, const char *id,
                              struct feedback *feedback);

/* The actor's own of a nano: its id, 0 for none. */
nmk_status feedback_find_own(struct nmk_op *op, const struct feedback_kind *kind, int64_t nano_id, int64_t *id);

/* The actor's own of a nano, whatever became of that; NMK_ENOTFOUND. */
nmk_status feedback_load_own(struct nmk_op *op, const struct feedback_kind *kind, const char *nano_id,
                             struct feedback *feedback);

/* Does everyone see it? */
bool feedback_is_shown(const struct feedback *feedback);
nmk_status feedback_check_shown(struct nmk_op *op, const struct feedback *feedback);

/* For op_allow(): the author's; or, for who has a stake in it (the author, who wrote its present text, the nano's creator),
 * one's own. The nano's creator sees it too. */
struct subject feedback_subject(const struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback);
struct subject feedback_stake(const struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback);

/* A member, and not the host. */
nmk_status feedback_check_member(struct nmk_op *op);

/* A value for the caller: read, and without what the actor may not see. The caller's to release. */
nmk_status feedback_read(struct nmk_op *op, struct stmt *stmt, const void *kind, void *value);
nmk_status feedback_value(struct nmk_op *op, const struct feedback_kind *kind, int64_t id, void **value);

/*
 * Interface to give.c: what authors do
 */

/* What is given: a score or a text. */
struct gift {
	int64_t     score;             /* of a rating   */
	const char *content;           /* of a comment  */
	const char *idempotency_key;
};

/* *value is what it is afterwards. */
nmk_status feedback_create(nmk_session *session, enum op_id which, const struct feedback_kind *kind, const char *nano_id,
                           const struct gift *gift, void **value);
nmk_status feedback_check_gift(struct nmk_op *op, const struct feedback_kind *kind, const struct gift *gift);
nmk_status feedback_change(struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback,
                           const struct gift *gift, void **value);
nmk_status feedback_get_own(nmk_session *session, enum op_id which, const struct feedback_kind *kind, const char *nano_id,
                            void **value);
nmk_status feedback_remove(struct nmk_op *op, const struct feedback_kind *kind, const struct feedback *feedback);

/*
 * Interface to moderate.c
 */
nmk_status feedback_approve(nmk_session *session, enum op_id which, const struct feedback_kind *kind, const char *id,
                            int64_t revision);
nmk_status feedback_hide(nmk_session *session, enum op_id which, const struct feedback_kind *kind, const char *id,
                         const char *reason);
extern const struct field feedback_reason; /* of a decision: a text that is needed */

/*
 * Interface to list.c
 */
enum feedback_order { ORDER_NEWEST, ORDER_OLDEST, ORDER_WAITING, ORDER_HELPFUL, ORDER_UNKNOWN };
enum feedback_scope { SCOPE_NANO, SCOPE_OWN, SCOPE_RECEIVED, SCOPE_QUEUE };

struct feedback_list {
	const char           *name;       /* for cursors                                  */
	const struct row_kind *rows;
	enum sql_id           statement;
	enum feedback_scope   scope;
	enum feedback_order   order;
	const char           *nano_id;    /* of SCOPE_NANO and SCOPE_RECEIVED             */
	nmk_feedback_state    status;     /* of SCOPE_RECEIVED                            */
	const char           *cursor;
	int32_t               limit;
};

/* `out_given`: the caller of the public function wants a page. */
nmk_status feedback_list(nmk_session *session, enum op_id which, struct feedback_list *list, bool out_given,
                         struct page *page);

/* The nanos of which a creator, or staff, asks: one, or with NULL all of one's own (*nano_id is 0). */
nmk_status feedback_received_of(struct nmk_op *op, const char *nano_id, int64_t *creator, int64_t *number);

/*
 * Interface to count.c
 */

/* All that a nano says of its feedback, from what there is. */
nmk_status feedback_count(struct nmk_op *op, int64_t nano_id);

/* The same after every change, in its transaction: from that state to another, 0 for gone. What was not approved and is not
 * now did not count. */
nmk_status feedback_changed(struct nmk_op *op, const struct feedback *feedback, int to);
nmk_status comment_count_votes(struct nmk_op *op, int64_t comment_id);

/*
 * Interface to comment_report.c
 */

/* What is decided on a comment settles its reports that wait. */
nmk_status comment_report_settle(struct nmk_op *op, int64_t comment_id, nmk_report_state status, int64_t *settled);

/*
 * Interface for components.c
 */
nmk_status feedback_check(struct nmk_op *op, bool repair, struct check_report *report);
nmk_status feedback_user_erased(struct nmk_op *op, int64_t user_id);
#endif
