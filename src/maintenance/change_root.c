/* change_root.c -- the key ring sealed by another root key. */
#include <nanomarket/sys/keys.h>

#include "session.h"

void nmk_root_key_init(nmk_root_key *key)
{
	*key = (nmk_root_key)NMK_ROOT_KEY_INIT;
}

static nmk_status begin(struct nmk_op *op, nmk_session *session, const nmk_root_key *key)
{
	nmk_status rc = op_rehearse(op, session, OP_keys_change_root);

	if (rc == NMK_OK && !key)
		rc = op_fail(op, NMK_EINVALID, "key", "is needed");
	if (rc == NMK_OK)
		rc = op_check_version(op, key->version, NMK_ROOT_KEY_VERSION);
	while (op_next(op, &rc))
		continue;
	return rc;
}

static nmk_status change(nmk_session *session, struct key_root *root)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_keys_change_root);

	while (op_next(&op, &rc))
		rc = key_ring_exchange_root(&op.tx, root);
	return rc;
}

/* What failed for certain must have changed nothing. */
static nmk_status take_back(nmk_session *session, struct key_root *root, nmk_status rc)
{
	nmk_error failure = session->error;
	struct nmk_op op;
	nmk_status back = op_begin(&op, session, OP_keys_change_root);

	while (op_next(&op, &back)) {
		op.action = NULL;
		back = key_ring_exchange_root(&op.tx, root);
	}
	if (key_root_is_used(root))
		return op_fail(&op, NMK_EUNKNOWN, "root_key", "the key ring has the new root key, but that could not be recorded");
	session->error = failure;
	return rc;
}

nmk_status nmk_keys_change_root(nmk_session *session, const nmk_root_key *key)
{
	struct key_root *root = NULL;
	struct nmk_op op;
	nmk_status rc = begin(&op, session, key);

	if (rc == NMK_OK) {
		struct root_key_source source = { key->callback, key->context, key->file, key->passphrase };

		rc = key_root_new(&op.tx, &source, &root);
	}
	if (rc == NMK_OK) {
		rc = change(session, root);
		if (rc != NMK_OK && rc != NMK_EUNKNOWN && key_root_is_used(root))
			rc = take_back(session, root, rc);
	}
	key_root_free(root);
	return rc;
}
