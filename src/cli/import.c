#include "import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROWS_PER_WORKER 16
#define ATTEMPTS        5

struct worker {
	pthread_t      thread;
	struct import *import;
	nmk_session   *session;
};

/* ---- one row ---- */

/* Somebody else holds the store, or nobody knows whether it was done: the keys make it safe to ask again. */
static bool again(nmk_status rc, int *attempts)
{
	struct timespec pause = { .tv_nsec = 50000000 };

	if ((rc != NMK_EBUSY && rc != NMK_EUNKNOWN) || ++*attempts >= ATTEMPTS)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

static bool is_row_at_fault(const struct job *job, nmk_status rc)
{
	switch (rc) {
	case NMK_EINVALID:
	case NMK_ENOTFOUND:
	case NMK_ESTATE:
	case NMK_ECONFLICT:
	case NMK_ELIMIT:
	case NMK_ECANCELLED:
		return true;
	case NMK_EDENIED:
		return job->creator_id != NULL; /* a member who may not do it may do it with no row */
	case NMK_OK:
	case NMK_EINTERNAL:
	case NMK_ENOMEM:
	case NMK_ELOGIN:
	case NMK_EBUSY:
	case NMK_EIO:
	case NMK_EFULL:
	case NMK_EREADONLY:
	case NMK_ECORRUPT:
	case NMK_EVERSION:
	case NMK_EUNKNOWN:
		return false;
	}
	return false;
}

static void job_failed(struct job *job, const nmk_session *session, nmk_status rc)
{
	job->outcome = is_row_at_fault(job, rc) ? OUTCOME_REJECTED : OUTCOME_FAILED;
	job->error = *nmk_session_error(session);
	job->error.status = rc;
	/* The row names the creator by name, not by id. */
	if (rc == NMK_ENOTFOUND && strcmp(job->error.field, "creator_id") == 0) {
		job->error.status = NMK_OK;
		row_problem(&job->error, NMK_EDENIED, "creator", "%s", tr("may not create nanos"));
	}
}

static nmk_status create(nmk_session *session, const struct job *job, nmk_nano **nano)
{
	const struct row *row = &job->row;
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_status rc;
	int attempts = 0;

	fields.title = row->title;
	fields.description = row->description;
	fields.duration_minutes = row->duration_minutes;
	fields.competency_level = row->competency_level;
	fields.language = row->language;
	fields.format = row->format;
	fields.license = row->license;
	fields.category_ids = job->category_ids;
	fields.category_count = row->category_count;
	fields.idempotency_key = job->key;
	do {
		rc = job->creator_id ? nmk_nano_create_for(session, job->creator_id, &fields, nano)
		                     : nmk_nano_create(session, &fields, nano);
	} while (again(rc, &attempts));
	return rc;
}

static int64_t read_file(void *context, void *buffer, size_t size)
{
	size_t got = fread(buffer, 1, size, context);

	return got == 0 && ferror((FILE *)context) ? -1 : (int64_t)got;
}

static const char *name_in(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static nmk_status upload(nmk_session *session, struct job *job)
{
	nmk_upload options = NMK_UPLOAD_INIT;
	nmk_status rc = NMK_OK;
	int attempts = 0;

	options.file_name = name_in(job->package);
	options.read = read_file;
	options.idempotency_key = job->key;
	do {
		FILE *file = fopen(job->package, "re");

		if (!file) {
			row_problem(&job->error, NMK_EINVALID, "package", "%s", tr("cannot be read"));
			return NMK_ECANCELLED;
		}
		options.read_context = file;
		rc = nmk_package_upload(session, job->nano_id, &options, NULL);
		if (rc == NMK_ECANCELLED)
			row_problem(&job->error, NMK_EINVALID, "package", "%s", tr("cannot be read"));
		fclose(file);
	} while (again(rc, &attempts));
	return rc;
}

static nmk_status move(nmk_session *session, const struct job *job)
{
	nmk_status rc;
	int attempts = 0;

	do {
		rc = job->publish ? nmk_nano_publish(session, job->nano_id) : nmk_nano_submit(session, job->nano_id);
	} while (again(rc, &attempts));
	return rc;
}

/* The key brought back a nano of an earlier run that no list shows any more, such as a deleted one. */
static void look_at_old(struct job *job, const nmk_nano *nano)
{
	bool draft = nmk_nano_status(nano) == NMK_NANO_DRAFT;

	if (nmk_nano_version(nano) || !draft) {
		free(job->package);
		job->package = NULL;
	}
	job->publish = job->publish && draft && !nmk_nano_published_at(nano);
	job->submit = job->submit && draft && !nmk_nano_submitted_at(nano);
}

/* Judged before there is a nano: a row that is rejected leaves nothing behind. */
static bool is_package_refused(struct job *job)
{
	nmk_error error;
	nmk_status rc = nmk_package_inspect_file(job->package, texts_language(), &error);

	if (rc != NMK_EINVALID && rc != NMK_ELIMIT)
		return false; /* other failures are the upload's to tell */
	row_problem(&job->error, rc, "package", "%s", error.message);
	return true;
}

static void job_do(struct import *import, nmk_session *session, struct job *job)
{
	nmk_status rc = NMK_OK;

	if (!job->nano_id[0] && job->package && is_package_refused(job)) {
		job->outcome = OUTCOME_REJECTED;
		return;
	}
	job->outcome = OUTCOME_IMPORTED;
	if (!job->nano_id[0]) {
		nmk_nano *nano = NULL;

		rc = create(session, job, &nano);
		if (rc == NMK_OK) {
			snprintf(job->nano_id, sizeof job->nano_id, "%s", nmk_nano_id(nano));
			if (nmk_nano_created_at(nano) < import->started_at) {
				look_at_old(job, nano);
				if (!job->package && !job->publish && !job->submit)
					job->outcome = OUTCOME_THERE;
			}
		}
		nmk_nano_free(nano);
	}
	if (rc == NMK_OK && job->package)
		rc = upload(session, job);
	if (rc == NMK_OK && (job->publish || job->submit))
		rc = move(session, job);
	if (rc == NMK_ECANCELLED && job->error.status != NMK_OK)
		job->outcome = OUTCOME_REJECTED;
	else if (rc != NMK_OK)
		job_failed(job, session, rc);
}

/* ---- the ring ---- */

static void *work(void *context)
{
	struct worker *worker = context;
	struct import *import = worker->import;

	pthread_mutex_lock(&import->mutex);
	for (;;) {
		struct job *job;
		bool leave_out;

		while (import->taken == import->filled && !import->closed)
			pthread_cond_wait(&import->work, &import->mutex);
		if (import->taken == import->filled)
			break;
		job = &import->jobs[import->taken++ % import->size];
		leave_out = import->abandoned;
		pthread_mutex_unlock(&import->mutex);
		if (!job->decided && !leave_out)
			job_do(import, worker->session, job);
		pthread_mutex_lock(&import->mutex);
		job->done = true;
		pthread_cond_signal(&import->done);
	}
	pthread_mutex_unlock(&import->mutex);
	return NULL;
}

static nmk_status start_worker(struct import *import, const struct cli *cli, nmk_error *error)
{
	struct worker *worker = &import->workers[import->worker_count];

	worker->import = import;
	worker->session = cli_session(cli, error);
	if (!worker->session)
		return error->status;
	nmk_session_set_language(worker->session, texts_language());
	if (pthread_create(&worker->thread, NULL, work, worker) != 0) {
		nmk_session_close(worker->session);
		error->status = NMK_ENOMEM;
		return NMK_ENOMEM;
	}
	import->worker_count++;
	return NMK_OK;
}

nmk_status import_begin(struct import *import, const struct cli *cli, size_t workers, nmk_error *error)
{
	struct timespec now;
	nmk_status rc = NMK_OK;

	memset(import, 0, sizeof *import);
	memset(error, 0, sizeof *error);
	clock_gettime(CLOCK_REALTIME, &now);
	import->started_at = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
	pthread_mutex_init(&import->mutex, NULL);
	pthread_cond_init(&import->work, NULL);
	pthread_cond_init(&import->done, NULL);
	import->size = workers * ROWS_PER_WORKER;
	import->jobs = calloc(import->size, sizeof *import->jobs);
	import->workers = calloc(workers, sizeof *import->workers);
	if (!import->jobs || !import->workers) {
		error->status = NMK_ENOMEM;
		return NMK_ENOMEM;
	}
	for (size_t i = 0; i < workers && rc == NMK_OK; i++)
		rc = start_worker(import, cli, error);
	return rc;
}

bool import_has_room(const struct import *import)
{
	return import->filled - import->reported < import->size;
}

struct job *import_next(struct import *import)
{
	return &import->jobs[import->filled % import->size];
}

void import_add(struct import *import)
{
	pthread_mutex_lock(&import->mutex);
	import->filled++;
	pthread_cond_signal(&import->work);
	pthread_mutex_unlock(&import->mutex);
}

struct job *import_result(struct import *import)
{
	struct job *job;

	if (import->reported == import->filled)
		return NULL;
	job = &import->jobs[import->reported % import->size];
	pthread_mutex_lock(&import->mutex);
	while (!job->done)
		pthread_cond_wait(&import->done, &import->mutex);
	pthread_mutex_unlock(&import->mutex);
	return job;
}

void import_reported(struct import *import)
{
	struct job *job = &import->jobs[import->reported % import->size];

	row_clear(&job->row);
	free(job->package);
	memset(job, 0, sizeof *job);
	import->reported++;
}

void import_abandon(struct import *import)
{
	pthread_mutex_lock(&import->mutex);
	import->abandoned = true;
	pthread_mutex_unlock(&import->mutex);
}

void import_end(struct import *import)
{
	pthread_mutex_lock(&import->mutex);
	import->closed = true;
	pthread_cond_broadcast(&import->work);
	pthread_mutex_unlock(&import->mutex);
	for (size_t i = 0; i < import->worker_count; i++) {
		pthread_join(import->workers[i].thread, NULL);
		nmk_session_close(import->workers[i].session);
	}
	while (import->reported < import->filled)
		import_reported(import);
	free(import->jobs);
	free(import->workers);
	pthread_cond_destroy(&import->work);
	pthread_cond_destroy(&import->done);
	pthread_mutex_destroy(&import->mutex);
}
