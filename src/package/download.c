/* download.c -- a package goes out: counted and recorded first, then streamed outside any transaction. */
#include "packages.h"

#include <errno.h>
#include "new_file.h"

/* What is asked for. */
struct request {
	const char *nano_id, *number;
	int64_t     offset, length;
};

static nmk_status check_range(struct nmk_op *op, const struct request *request)
{
	if (request->offset < 0)
		return op_fail(op, NMK_EINVALID, "offset", "must be 0 or more");
	if (request->length < -1)
		return op_fail(op, NMK_EINVALID, "length", "must be 0 or more, or -1 for all that is left");
	return NMK_OK;
}

/* The version's content, opened: what cannot be handed out is not counted. */
static nmk_status find(struct nmk_op *op, const struct request *request, struct nmk_nano *nano, struct blob *blob)
{
	struct nmk_version version = { 0 };
	nmk_status rc = version_nano(op, request->nano_id, nano);

	if (rc == NMK_OK)
		rc = version_load(op, nano, request->number, &version);
	if (rc == NMK_OK && request->offset > version.size)
		rc = op_fail(op, NMK_EINVALID, "offset", "lies behind the end, which is at %lld", (long long)version.size);
	if (rc == NMK_OK)
		rc = blob_open(&op->tx, version.hash, blob);
	if (rc == NMK_OK)
		op_detail(op, "version", version.number);
	version_clear(&version);
	return rc;
}

/* Counted for the nano, and noted for the member: whose word about it is a learner's. */
static nmk_status count(struct nmk_op *op, const struct nmk_nano *nano)
{
	struct stmt stmt;
	nmk_status rc = nano_count_download(op, nano);

	if (rc != NMK_OK || op->actor.kind != ACTOR_MEMBER)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_download_note);
	stmt_int(&stmt, "nano_id", nano->id.number);
	stmt_int(&stmt, "user_id", op->actor.id.number);
	stmt_int(&stmt, "created_at", op->tx.now);
	return stmt_exec(&stmt, NULL);
}

nmk_status package_user_erased(struct nmk_op *op, int64_t user_id)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_download_forget_user);
	stmt_int(&stmt, "user_id", user_id);
	return stmt_exec(&stmt, NULL);
}

static nmk_status permit(struct nmk_op *op, const struct request *request, nmk_status rc, struct blob *blob)
{
	struct nmk_nano nano = { 0 };

	while (op_next(op, &rc)) {
		blob_close(blob);
		rc = find(op, request, &nano, blob);
		if (rc == NMK_OK && request->offset == 0 && !op->rehearsal)
			rc = count(op, &nano);
	}
	nano_fields_free(&nano);
	return rc;
}

/* `op` is over afterwards, but still tells where failures go. The stopped one has no message yet. */
static nmk_status download(struct nmk_op *op, nmk_session *session, const struct request *request, nmk_writer write,
                           void *context)
{
	struct blob blob = BLOB_NONE;
	nmk_status rc = op_begin(op, session, OP_package_download);

	if (rc == NMK_OK)
		rc = check_range(op, request);
	if (rc == NMK_OK && !write)
		rc = op_fail(op, NMK_EINVALID, "write", "is needed");
	rc = permit(op, request, rc, &blob);
	if (rc == NMK_OK)
		rc = blob_stream(&op->tx, &blob, request->offset, request->length, write, context);
	blob_close(&blob);
	return rc;
}

nmk_status nmk_package_download(nmk_session *session, const char *nano_id, const char *number, int64_t offset,
                                int64_t length, nmk_writer write, void *context)
{
	struct request request = { nano_id, number, offset, length };
	struct nmk_op op;
	nmk_status rc = download(&op, session, &request, write, context);

	return rc == NMK_ECANCELLED ? op_fail(&op, rc, NULL, "was stopped") : rc;
}

/* ---- into a file ---- */

struct file_writing {
	int fd, error_number;
};

static int write_file(void *context, const void *data, size_t size)
{
	struct file_writing *writing = context;

	writing->error_number = file_write(writing->fd, data, size);
	return writing->error_number;
}

/* Who may not have it learns nothing about the path, and a path that cannot be written counts no download. */
static nmk_status prepare(struct nmk_op *op, nmk_session *session, const struct request *request, const char *path,
                          struct new_file *file)
{
	struct blob blob = BLOB_NONE;
	nmk_status rc = op_rehearse(op, session, OP_package_download);

	if (rc == NMK_OK && !path)
		rc = op_fail(op, NMK_EINVALID, "path", "is needed");
	rc = permit(op, request, rc, &blob);
	blob_close(&blob);
	return rc == NMK_OK ? new_file_begin(&op->tx, file, path) : rc;
}

nmk_status nmk_package_download_file(nmk_session *session, const char *nano_id, const char *number, const char *path)
{
	struct request request = { nano_id, number, 0, -1 };
	struct new_file file = NEW_FILE_NONE;
	struct file_writing writing = { .fd = -1 };
	struct nmk_op op;
	nmk_status rc = prepare(&op, session, &request, path, &file);

	if (rc == NMK_OK) {
		writing.fd = file.fd;
		rc = download(&op, session, &request, write_file, &writing);
		if (rc == NMK_ECANCELLED)
			rc = file_failed(&op.tx, path, writing.error_number);
	}
	if (rc == NMK_OK)
		rc = new_file_finish(&op.tx, &file);
	new_file_end(&file);
	return rc;
}
