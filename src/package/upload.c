/* upload.c -- a package comes in: who may is asked first, then it is streamed, inspected, and at last made a version. */
#define _DEFAULT_SOURCE /* strncasecmp() */
#include "packages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "session.h"
#include "zip.h"

#define READ_BYTES       BLOB_CHUNK_BYTES
#define FILE_NAME_POINTS 255

int64_t nmk_package_bytes_maximum(void)
{
	return NMK_PACKAGE_BYTES_MAXIMUM;
}

int64_t nmk_package_entry_bytes_maximum(void)
{
	return NMK_PACKAGE_ENTRY_BYTES_MAXIMUM;
}

void nmk_upload_init(nmk_upload *upload)
{
	*upload = (nmk_upload)NMK_UPLOAD_INIT;
}

/* An upload on its way. */
struct arrival {
	const char       *nano_id;
	const nmk_upload *upload;
	int64_t           number_key;  /* 0: the next                     */
	struct blob_draft draft;
	int64_t           entry_count;
	struct buffer     request;     /* what an idempotency key is for  */
};

/* ---- arguments ---- */

static nmk_status check_file_name(struct nmk_op *op, const char *name)
{
	const struct field field = { .name = "file_name", .minimum = 1, .maximum = FILE_NAME_POINTS };
	size_t length = name ? strlen(name) : 0;
	nmk_status rc = op_check_text(op, &field, name);

	if (rc == NMK_OK && name && (length < 5 || strncasecmp(name + length - 4, ".zip", 4) != 0))
		return op_fail(op, NMK_EINVALID, "file_name", "must end in .zip");
	return rc;
}

static nmk_status check_arguments(struct nmk_op *op, struct arrival *arrival)
{
	const nmk_upload *upload = arrival->upload;
	nmk_status rc;

	if (!upload)
		return op_fail(op, NMK_EINVALID, "upload", "is needed");
	rc = op_check_version(op, upload->version, NMK_UPLOAD_VERSION);
	if (rc == NMK_OK && !upload->read)
		return op_fail(op, NMK_EINVALID, "read", "is needed");
	if (rc == NMK_OK && upload->number && !semver_parse(upload->number, &arrival->number_key))
		return op_fail(op, NMK_EINVALID, "number", "must be three numbers from 0 to 999999 with dots, such as 1.2.0");
	if (rc == NMK_OK)
		rc = op_check_text(op, field_named(version_fields, "changelog"), upload->changelog);
	if (rc == NMK_OK)
		rc = check_file_name(op, upload->file_name);
	return rc == NMK_OK ? op_check_once_key(op, upload->idempotency_key) : rc;
}

/* ---- what the nano must be ---- */

/* *key: the number asked for, or the next one. */
static nmk_status choose_number(struct nmk_op *op, const struct arrival *arrival, int64_t nano_id, int64_t *key)
{
	struct nmk_version latest = { 0 };
	int64_t last = -1;
	nmk_status rc = version_latest(op, nano_id, 0, &latest);

	if (rc == NMK_OK && latest.id.number)
		semver_parse(latest.number, &last);
	*key = arrival->upload->number ? arrival->number_key : SEMVER_FIRST;
	if (rc == NMK_OK && !arrival->upload->number && last >= 0 && !semver_next(last, key))
		rc = op_fail(op, NMK_ELIMIT, "number", "there is no greater one");
	if (rc == NMK_OK && *key <= last)
		rc = op_fail(op, NMK_ECONFLICT, "number", "must be greater than the last, which is %s", latest.number);
	version_clear(&latest);
	return rc;
}

static nmk_status check_nano(struct nmk_op *op, const struct arrival *arrival, const struct nmk_nano *nano, int64_t *key)
{
	if (nano->status != NMK_NANO_DRAFT && nano->status != NMK_NANO_PUBLISHED)
		return op_fail(op, NMK_ESTATE, NULL, "the nano is neither a draft nor published");
	return choose_number(op, arrival, nano->id.number, key);
}

/* Before a byte is read. With an idempotency key the answer may be that it was done long ago, so only the permit counts. */
static nmk_status rehearse(struct nmk_op *op, nmk_session *session, struct arrival *arrival)
{
	struct nmk_nano nano = { 0 };
	int64_t key;
	nmk_status rc = op_rehearse(op, session, OP_package_upload);

	if (rc == NMK_OK)
		rc = check_arguments(op, arrival);
	while (op_next(op, &rc)) {
		rc = version_nano(op, arrival->nano_id, &nano);
		if (rc == NMK_OK && !arrival->upload->idempotency_key)
			rc = check_nano(op, arrival, &nano, &key);
	}
	nano_fields_free(&nano);
	return rc;
}

/* ---- the bytes ---- */

static nmk_status receive_piece(struct nmk_op *op, struct arrival *arrival, char *piece, bool *more)
{
	int64_t got = arrival->upload->read(arrival->upload->read_context, piece, READ_BYTES);

	*more = got > 0;
	if (got < 0)
		return op_fail(op, NMK_ECANCELLED, NULL, "the upload was broken off");
	if (got > READ_BYTES)
		return op_fail(op, NMK_EINVALID, "read", "gave more than it was asked for");
	if (got > NMK_PACKAGE_BYTES_MAXIMUM - arrival->draft.size)
		return op_fail(op, NMK_ELIMIT, "package", "must have at most %lld bytes", (long long)NMK_PACKAGE_BYTES_MAXIMUM);
	return got > 0 ? blob_draft_add(&op->tx, &arrival->draft, piece, (size_t)got) : NMK_OK;
}

static nmk_status receive(struct nmk_op *op, struct arrival *arrival)
{
	char *piece = malloc(READ_BYTES);
	nmk_status rc = piece ? blob_draft_begin(&op->tx, &arrival->draft) : tx_no_memory(&op->tx);

	for (bool more = true; rc == NMK_OK && more;)
		rc = receive_piece(op, arrival, piece, &more);
	free(piece);
	return rc == NMK_OK ? blob_draft_finish(&op->tx, &arrival->draft, op->session->market->options.blob_file_bytes) : rc;
}

static nmk_status inspect(struct nmk_op *op, struct arrival *arrival)
{
	struct zip_source source = { blob_draft_read, &arrival->draft, (uint64_t)arrival->draft.size };
	struct zip_archive archive = { 0 };
	struct zip_report report;

	switch (zip_inspect(&source, &zip_limits_default, &archive, &report)) {
	case ZIP_ACCEPTED:
		arrival->entry_count = (int64_t)archive.count;
		zip_archive_free(&archive);
		return NMK_OK;
	case ZIP_REJECTED:
		return package_refused(op->tx.error, op->tx.language, op->info->name, &report);
	case ZIP_FAILED_MEMORY:
		return tx_no_memory(&op->tx);
	case ZIP_STOPPED:
	case ZIP_FAILED_READ:
		break;
	}
	return op_fail(op, NMK_EIO, NULL, "the package could not be read back");
}

/* ---- the version ---- */

static nmk_status describe_request(struct nmk_op *op, struct arrival *arrival)
{
	once_part(&arrival->request, arrival->nano_id);
	once_part(&arrival->request, arrival->upload->number);
	once_part(&arrival->request, arrival->upload->changelog);
	once_part(&arrival->request, arrival->draft.hash);
	return arrival->request.failed ? tx_no_memory(&op->tx) : NMK_OK;
}

static nmk_status add_version(struct nmk_op *op, struct arrival *arrival, const struct nmk_nano *nano,
                              struct nmk_version *version)
{
	const struct buffer *request = &arrival->request;
	int64_t key;
	nmk_status rc = check_nano(op, arrival, nano, &key);

	if (rc == NMK_OK)
		rc = blob_keep(&op->tx, &arrival->draft);
	version_clear(version);
	version->hash = strdup(arrival->draft.hash);
	version->size = arrival->draft.size;
	version->entry_count = arrival->entry_count;
	if (rc == NMK_OK && !version->hash)
		rc = tx_no_memory(&op->tx);
	if (rc == NMK_OK)
		rc = version_add(op, nano, key, arrival->upload->changelog, version);
	if (rc == NMK_OK)
		rc = op_once_done(op, arrival->upload->idempotency_key, request->data, request->length, version->id.number);
	return rc;
}

static nmk_status commit(nmk_session *session, struct arrival *arrival, nmk_version **out)
{
	struct nmk_nano nano = { 0 };
	struct nmk_version version = { 0 };
	nmk_version *made = NULL;
	int64_t known = 0;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_package_upload);

	if (rc == NMK_OK)
		rc = describe_request(&op, arrival);
	while (op_next(&op, &rc)) {
		rc = version_nano(&op, arrival->nano_id, &nano);
		if (rc == NMK_OK)
			rc = op_once(&op, arrival->upload->idempotency_key, arrival->request.data, arrival->request.length, &known);
		if (rc == NMK_OK)
			rc = known ? version_load_id(&op, known, &version) : add_version(&op, arrival, &nano, &version);
		if (rc == NMK_OK)
			rc = version_hand_over(&op, &nano, &version, out ? &made : NULL);
	}
	version_clear(&version);
	nano_fields_free(&nano);
	if (rc == NMK_OK && out)
		*out = made;
	else
		nmk_version_free(made);
	return rc;
}

nmk_status nmk_package_upload(nmk_session *session, const char *nano_id, const nmk_upload *upload, nmk_version **out)
{
	struct arrival arrival = { .nano_id = nano_id, .upload = upload, .draft = BLOB_DRAFT_NONE };
	struct nmk_op op;
	nmk_status rc;

	if (out)
		*out = NULL;
	rc = rehearse(&op, session, &arrival);
	if (rc == NMK_OK)
		rc = receive(&op, &arrival);
	if (rc == NMK_OK)
		rc = inspect(&op, &arrival);
	if (rc == NMK_OK)
		rc = commit(session, &arrival, out);
	blob_draft_end(&arrival.draft);
	buffer_free(&arrival.request);
	return rc;
}

/* ---- from a file ---- */

struct file_reading {
	int  fd;
	bool failed;
};

static int64_t read_file(void *context, void *buffer, size_t size)
{
	struct file_reading *reading = context;
	ssize_t got;

	do
		got = read(reading->fd, buffer, size);
	while (got < 0 && errno == EINTR);
	reading->failed = got < 0;
	return got;
}

static nmk_status file_unreadable(nmk_session *session, const char *path)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_package_upload);

	return rc == NMK_OK ? op_fail(&op, NMK_EIO, "path", "'%s' cannot be read", path) : rc;
}

static nmk_status path_missing(nmk_session *session)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_package_upload);

	return rc == NMK_OK ? op_fail(&op, NMK_EINVALID, "path", "is needed") : rc;
}

nmk_status nmk_package_upload_file(nmk_session *session, const char *nano_id, const char *path, const nmk_upload *given,
                                   nmk_version **out)
{
	nmk_upload upload = given ? *given : (nmk_upload)NMK_UPLOAD_INIT;
	struct file_reading reading = { .fd = -1 };
	nmk_status rc;

	if (out)
		*out = NULL;
	if (!path)
		return path_missing(session);
	reading.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (reading.fd < 0)
		return file_unreadable(session, path);
	upload.read = read_file;
	upload.read_context = &reading;
	rc = nmk_package_upload(session, nano_id, &upload, out);
	close(reading.fd);
	return rc == NMK_ECANCELLED && reading.failed ? file_unreadable(session, path) : rc;
}
