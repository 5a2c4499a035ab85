/* consent.c -- what members agreed to, and when. Records are added, never changed. */
#include "account.h"

#include <stdlib.h>
#include "page.h"

struct nmk_consent {
#define NMK_FIELD(kind, name, flags, ...) FIELD_MEMBER_##kind(name)
#include "consent.def"
#undef NMK_FIELD
};

static const struct field consent_fields[] = {
#define NMK_FIELD(kind, name, flags, ...) FIELD_ROW(struct nmk_consent, kind, name, flags, __VA_ARGS__)
#include "consent.def"
#undef NMK_FIELD
	{ 0 }
};

#define NMK_FIELD(kind, name, flags, ...) FIELD_GETTER_##kind(nmk_consent, name, __VA_ARGS__)
#include "consent.def"
#undef NMK_FIELD

static void consent_release(void *consent)
{
	nmk_consent_free(consent);
}

static json_t *consent_to_json(const void *consent)
{
	return fields_json(consent_fields, consent);
}

PAGE_FUNCTIONS(nmk_consent, consent)

char *nmk_consent_json(const nmk_consent *consent)
{
	return json_text(consent_to_json(consent));
}

void nmk_consent_free(nmk_consent *consent)
{
	if (consent) {
		fields_free(consent_fields, consent);
		free(consent);
	}
}

nmk_status consent_add(struct nmk_op *op, int64_t user_id, nmk_consent_type type, bool accepted, const char *version,
                       int64_t *id)
{
	int64_t made = tx_new_id(&op->tx);
	struct stmt stmt;

	if (id)
		*id = made;
	stmt_init(&stmt, &op->tx, SQL_consent_add);
	stmt_int(&stmt, "id", made);
	stmt_int(&stmt, "user_id", user_id);
	stmt_text(&stmt, "consent_type", nmk_consent_type_word(type));
	stmt_int(&stmt, "accepted", accepted);
	stmt_text(&stmt, "document_version", version);
	stmt_int(&stmt, "created_at", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

/* The host may do what members may, but it consents to nothing. */
static nmk_status check_member(struct nmk_op *op)
{
	if (op->actor.kind == ACTOR_MEMBER)
		return NMK_OK;
	return op_fail(op, NMK_EDENIED, NULL, "only members have consents");
}

static nmk_status describe(struct nmk_op *op, nmk_consent_type type, bool accepted, const char *document_version,
                           struct buffer *request)
{
	once_part(request, nmk_consent_type_word(type));
	once_part(request, accepted ? "accepted" : "refused");
	once_part(request, document_version);
	return request->failed ? tx_no_memory(&op->tx) : NMK_OK;
}

nmk_status nmk_consent_record(nmk_session *session, nmk_consent_type type, bool accepted, const char *document_version,
                              const char *idempotency_key)
{
	struct buffer request = { 0 };
	int64_t id = 0, earlier = 0;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_consent_record);

	if (rc == NMK_OK && !nmk_consent_type_word(type))
		rc = op_fail(&op, NMK_EINVALID, "consent_type", "is none of the values that there are");
	if (rc == NMK_OK)
		rc = op_check_text(&op, field_named(consent_fields, "document_version"), document_version);
	if (rc == NMK_OK)
		rc = op_check_once_key(&op, idempotency_key);
	if (rc == NMK_OK && idempotency_key)
		rc = describe(&op, type, accepted, document_version, &request);
	while (op_next(&op, &rc)) {
		op.action = accepted ? "consent_given" : "consent_revoked";
		rc = check_member(&op);
		if (rc == NMK_OK)
			rc = op_once(&op, idempotency_key, request.data, request.length, &earlier);
		if (rc == NMK_OK && !earlier)
			rc = consent_add(&op, op.actor.id.number, type, accepted, document_version, &id);
		if (rc == NMK_OK && !earlier)
			rc = op_once_done(&op, idempotency_key, request.data, request.length, id);
		op_subject(&op, "consent", ID_CONSENT, id);
		op_detail(&op, "consent_type", nmk_consent_type_word(type));
	}
	buffer_free(&request);
	return rc;
}

nmk_status nmk_consent_list(nmk_session *session, const char *cursor, int32_t limit, nmk_consent_page **page)
{
	static const struct row_kind kind = {
		.fields = consent_fields, .size = sizeof(struct nmk_consent), .release = consent_release
	};
	struct nmk_op op;
	struct stmt stmt;
	struct newest_list list;
	struct nmk_consent_page *found = NULL;
	nmk_status rc = op_begin(&op, session, OP_consent_list);

	if (page)
		*page = NULL;
	if (rc == NMK_OK && !page)
		rc = op_fail(&op, NMK_EINVALID, "page", "is needed");
	if (rc == NMK_OK)
		rc = op_take_newest(&op, "consent_list", cursor, limit, &list);
	if (rc == NMK_OK && (found = calloc(1, sizeof *found)) == NULL)
		rc = tx_no_memory(&op.tx);
	while (op_next(&op, &rc)) {
		rc = check_member(&op);
		if (rc == NMK_OK) {
			stmt_init(&stmt, &op.tx, SQL_consent_list);
			rc = op_read_newest(&op, &stmt, &kind, &list, &found->page);
		}
	}
	if (rc == NMK_OK)
		*page = found;
	else
		nmk_consent_page_free(found);
	return rc;
}
