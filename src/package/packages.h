/* packages.h -- inside of the component: versions of nanos, and the blobs that they name. */
#ifndef NMK_PACKAGES_H
#define NMK_PACKAGES_H

#include <nanomarket/package.h>
#include "blob.h"
#include "catalog.h"
#include "components.h"
#include "semver.h"
#include "zip.h"

extern const char *const version_state_words[];

struct nmk_version {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "version.def"
#undef NMK_FIELD
};
extern const struct field version_fields[];

/*
 * Interface to version.c: reading. A version that is loaded into must be zeros or an earlier one; version_clear() is due.
 */
void version_clear(struct nmk_version *version);

/* The nano, loaded and allowed: what nearly every operation begins with. */
nmk_status version_nano(struct nmk_op *op, const char *nano_id, struct nmk_nano *nano);

/* By number, as far as the actor may see it. NULL: what the nano says is its version. */
nmk_status version_load(struct nmk_op *op, const struct nmk_nano *nano, const char *number, struct nmk_version *version);
nmk_status version_load_id(struct nmk_op *op, int64_t id, struct nmk_version *version);

/* The greatest number of a nano, of those with a status (0: of all); id 0 if there is none. */
nmk_status version_latest(struct nmk_op *op, int64_t nano_id, int status, struct nmk_version *version);

/* Give the version to the caller, before the transaction ends: *out takes its content. NULL out: nothing to do. */
nmk_status version_hand_over(struct nmk_op *op, const struct nmk_nano *nano, struct nmk_version *version,
                             nmk_version **out);

/*
 * Interface to version_move.c: changing
 */

/* Insert a draft. Its number, changelog, hash, size, entry_count and rollback_of are set, or taken from the arguments. */
nmk_status version_add(struct nmk_op *op, const struct nmk_nano *nano, int64_t number_key, const char *changelog,
                       struct nmk_version *version);
nmk_status version_move(struct nmk_op *op, struct nmk_version *version, nmk_version_state to, const char *reason);

/* What learners get from now on; those before it are archived. */
nmk_status version_publish(struct nmk_op *op, const struct nmk_nano *nano, struct nmk_version *version);

/*
 * Interface to inspect.c: the answer to a package that breaks a rule, with the rule and the entry
 */
nmk_status package_refused(nmk_error *error, enum language language, const char *operation,
                           const struct zip_report *report);

/*
 * Interface for components.c
 */
nmk_status package_nano_moved(struct nmk_op *op, int64_t nano_id, int from, int to);
nmk_status package_user_erased(struct nmk_op *op, int64_t user_id);
nmk_status package_check(struct nmk_op *op, bool repair, struct check_report *report);
#endif
