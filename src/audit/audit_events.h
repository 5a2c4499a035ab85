/* audit_events.h -- reading the audit log: what the files of this component share, and what maintenance asks of it. */
#ifndef NMK_AUDIT_EVENTS_H
#define NMK_AUDIT_EVENTS_H

#include <nanomarket/audit.h>
#include "audit_log.h"
#include "components.h"
#include "op.h"

struct nmk_audit_event {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "audit_event.def"
#undef NMK_FIELD
};

/* A row with the columns of audit_columns as the entry that was hashed; texts are borrowed from the statement until its next row.
 * False: its time is over, and nothing but the hash is left. */
struct audit_row {
	int64_t           id;
	struct log_entry  entry;
	struct audit_seal seal;
	bool              is_whole;  /* key, seal and commitment are all there or all missing, and what must be there is */
};
bool audit_row_read(struct stmt *stmt, struct audit_row *row);

/* Column of the leaf, where a statement has it. */
#define AUDIT_COLUMN_LEAF 13

/* The year's log, or the newest for 0. NMK_ENOTFOUND if there is none. */
nmk_status audit_log_take(struct nmk_op *op, int64_t year, struct audit_log *log);

nmk_status audit_check_year(struct nmk_op *op, int64_t year);     /* 0 is the newest */

/* The newest note of the log, which covers the entry: one is made if need be. The caller's. */
nmk_status audit_note_take(struct nmk_op *op, struct audit_log *log, int64_t seq, char **note, int64_t *size);

/* The verifier key as text, the caller's. */
nmk_status audit_key_take(struct nmk_op *op, int64_t year, char **text);

/* May the actor have this entry as a receipt? Answers as op_allow(). */
nmk_status audit_event_allow(struct nmk_op *op, const struct audit_row *row);

/* The doctor's part. `anchors` are checkpoints that were kept elsewhere; without them it is a component's check. */
struct audit_anchors {
	const char *const *notes;
	size_t             count;
};
nmk_status audit_check_with(struct nmk_op *op, const struct audit_anchors *anchors, struct check_report *report);
nmk_status audit_check(struct nmk_op *op, bool repair, struct check_report *report);
#endif
