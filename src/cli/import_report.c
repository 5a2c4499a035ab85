/* import_report.c -- what an import says while it goes on, and what ends it. */
#include "import_intake.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "output.h"

/* ---- progress and results ---- */

double intake_seconds(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

static bool has_terminal(void)
{
	return isatty(STDERR_FILENO);
}

void intake_hide_progress(struct intake *intake)
{
	if (intake->shows_line)
		fputs("\r\033[K", stderr);
	intake->shows_line = false;
}

void intake_show_progress(struct intake *intake)
{
	double seconds = intake_seconds(&intake->begun);
	int percent;

	if (intake->cli->quiet || intake_seconds(&intake->shown) < (has_terminal() ? 0.2 : 5.0))
		return;
	clock_gettime(CLOCK_MONOTONIC, &intake->shown);
	intake_hide_progress(intake);
	percent = rows_percent(&intake->rows, intake->size);
	if (percent >= 0)
		fprintf(stderr, "%3d %%  ", percent);
	fprintf(stderr, tr("%lld imported, %lld there already, %lld rejected (%.0f rows/s)"), intake->imported,
	        intake->there, intake->rejected, (double)intake->read / (seconds > 0.001 ? seconds : 0.001));
	if (!has_terminal())
		fputc('\n', stderr);
	fflush(stderr);
	intake->shows_line = has_terminal();
}

void intake_report_rejection(struct intake *intake, const char *file, long long number, const nmk_error *error)
{
	char sentence[NMK_ERROR_FIELD_SIZE + NMK_ERROR_MESSAGE_SIZE + 2];
	json_t *item;

	intake->rejected++;
	error_sentence(error, sentence, sizeof sentence);
	if (!intake->cli->json) {
		intake_hide_progress(intake);
		if (file)
			fprintf(stderr, "%s: ", file);
		fprintf(stderr, tr("row %lld: "), number);
		print_clean(stderr, sentence, false);
		fputc('\n', stderr);
		return;
	}
	item = json_pack("{s:s?,s:I,s:s,s:s?,s:s}", "file", file, "row", (json_int_t)number, "status",
	                 nmk_status_word(error->status), "field", error->field[0] ? error->field : NULL, "message",
	                 error->message[0] ? error->message : sentence);
	/* A message that is no UTF-8 has no JSON: the row is counted all the same. */
	if (item)
		json_array_append_new(intake->rejections, item);
}

void intake_report(struct intake *intake, const struct job *job)
{
	switch (job->outcome) {
	case OUTCOME_NONE:
		break;
	case OUTCOME_IMPORTED:
		intake->imported++;
		break;
	case OUTCOME_THERE:
		intake->there++;
		break;
	case OUTCOME_REJECTED:
		intake_report_rejection(intake, NULL, job->row.number, &job->error);
		break;
	case OUTCOME_FAILED:
		if (intake->failure.status == NMK_OK)
			intake->failure = job->error;
		break;
	}
}

/* ---- failures of the whole ---- */

bool intake_failed(const struct intake *intake)
{
	return intake->failure.status != NMK_OK;
}

void intake_fail(struct intake *intake, nmk_status rc)
{
	if (intake_failed(intake))
		return;
	intake->failure = *nmk_session_error(intake->cli->session);
	if (intake->failure.status != rc) {
		memset(&intake->failure, 0, sizeof intake->failure);
		intake->failure.status = rc;
	}
}

void intake_no_memory(struct intake *intake)
{
	row_problem(&intake->failure, NMK_ENOMEM, NULL, "%s", tr("out of memory"));
}

void intake_unreadable(struct intake *intake, enum rows_result result, const char *path)
{
	if (result == ROWS_NO_MEMORY)
		intake_no_memory(intake);
	else if (result == ROWS_NO_HEADER)
		row_problem(&intake->failure, NMK_EINVALID, NULL,
		            tr("'%.200s' has no header with a column 'title'"), path);
	else
		row_problem(&intake->failure, errno == ENOENT ? NMK_ENOTFOUND : NMK_EIO, NULL,
		            tr("'%.200s' cannot be read: %s"), path, strerror(errno));
}
