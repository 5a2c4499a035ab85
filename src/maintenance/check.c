/* check.c -- the doctor: what the engine, and each component, has to say about the store. */
#include <nanomarket/maintenance.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "audit_events.h"
#include "components.h"
#include "migrate.h"
#include "session.h"
#include "store_tx.h"

#define STEP 1000 /* progress of one check */

struct finding {
	const char *check;     /* borrowed from the list of components, or a literal */
	char       *message;
	bool        repaired;
};

struct nmk_check_report {
	struct finding *findings;
	size_t count, capacity;
	const char **checks;   /* that were run                                   */
	size_t check_count;
};

/* A check at work. */
struct check_report {
	struct nmk_check_report *report;
	const char   *check;
	enum language language;
	nmk_progress  progress;
	void         *context;
	int64_t       step, steps;
	bool          failed;  /* no memory for a finding                         */
};

/* ---- the report ---- */

size_t nmk_check_report_count(const nmk_check_report *report)
{
	return report->count;
}

const char *nmk_check_report_check(const nmk_check_report *report, size_t index)
{
	return index < report->count ? report->findings[index].check : NULL;
}

const char *nmk_check_report_message(const nmk_check_report *report, size_t index)
{
	return index < report->count ? report->findings[index].message : NULL;
}

bool nmk_check_report_repaired(const nmk_check_report *report, size_t index)
{
	return index < report->count && report->findings[index].repaired;
}

static json_t *checks_json(const nmk_check_report *report)
{
	json_t *checks = json_array();
	bool complete = checks != NULL;

	for (size_t i = 0; complete && i < report->check_count; i++)
		complete = json_array_append_new(checks, json_string(report->checks[i])) == 0;
	if (complete)
		return checks;
	json_decref(checks);
	return NULL;
}

static json_t *findings_json(const nmk_check_report *report)
{
	json_t *items = json_array();
	bool complete = items != NULL;

	for (size_t i = 0; complete && i < report->count; i++)
		complete = json_array_append_new(items, json_pack("{s:s, s:s, s:b}", "check", report->findings[i].check, "message",
		                                                  report->findings[i].message, "repaired",
		                                                  (int)report->findings[i].repaired)) == 0;
	if (complete)
		return items;
	json_decref(items);
	return NULL;
}

char *nmk_check_report_json(const nmk_check_report *report)
{
	json_t *json = json_object();
	bool complete = json && json_object_set_new(json, "checks", checks_json(report)) == 0
	             && json_object_set_new(json, "items", findings_json(report)) == 0;

	if (complete)
		return json_text(json);
	json_decref(json);
	return NULL;
}

void nmk_check_report_free(nmk_check_report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->count; i++)
		free(report->findings[i].message);
	free(report->findings);
	free(report->checks);
	free(report);
}

/* ---- findings ---- */

/* What a check found and a repair mended is one finding. Takes the message. */
static void finding_add(struct check_report *work, bool repaired, char *message)
{
	struct nmk_check_report *report = work->report;

	for (size_t i = 0; i < report->count; i++)
		if (strcmp(report->findings[i].check, work->check) == 0 && strcmp(report->findings[i].message, message) == 0) {
			report->findings[i].repaired = report->findings[i].repaired || repaired;
			free(message);
			return;
		}
	if (report->count == report->capacity) {
		size_t capacity = report->capacity ? report->capacity * 2 : 16;
		struct finding *findings = realloc(report->findings, capacity * sizeof *findings);

		if (!findings) {
			free(message);
			work->failed = true;
			return;
		}
		report->findings = findings;
		report->capacity = capacity;
	}
	report->findings[report->count++] = (struct finding){ work->check, message, repaired };
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the translation has the literal's conversions: tested */
void check_finding(struct check_report *report, bool repaired, const char *format, ...)
{
	char message[2 * NMK_ERROR_MESSAGE_SIZE];
	va_list arguments;
	char *copy;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, message_in(report->language, format), arguments);
	va_end(arguments);
	copy = strdup(message);
	if (copy)
		finding_add(report, repaired, copy);
	else
		report->failed = true;
}
#pragma GCC diagnostic pop

bool check_progress(struct check_report *report, int64_t done, int64_t total)
{
	int64_t part = total > 0 ? (int64_t)((double)done / (double)total * STEP) : STEP;

	return !report->progress || report->progress(report->context, report->step * STEP + part, report->steps * STEP);
}

/* ---- the checks ---- */

static nmk_status stopped(struct tx *tx)
{
	return tx_fail(tx, NMK_ECANCELLED, NULL, "was stopped");
}

/* A check begins: it is listed once, and the host may stop here. */
static nmk_status enter(struct tx *tx, struct check_report *work, const char *check)
{
	struct nmk_check_report *report = work->report;

	work->check = check;
	for (size_t i = 0; i < report->check_count; i++)
		if (strcmp(report->checks[i], check) == 0)
			return NMK_OK;
	report->checks[report->check_count++] = check;
	return check_progress(work, 0, 1) ? NMK_OK : stopped(tx);
}

static nmk_status leave(struct tx *tx, struct check_report *work, nmk_status rc)
{
	/* What the store itself could not tell is what we were looking for. */
	if (rc == NMK_ECORRUPT) {
		check_finding(work, false, "could not be checked: %s", tx->error->message);
		rc = NMK_OK;
	}
	if (rc == NMK_ECANCELLED)
		return stopped(tx);
	if (rc == NMK_OK && work->failed)
		return tx_no_memory(tx);
	if (rc == NMK_OK && !check_progress(work, 1, 1))
		return stopped(tx);
	work->step++;
	return rc;
}

/* The engine tells both kinds of problem in one text. */
static nmk_status check_engine(struct tx *tx, struct check_report *work)
{
	char problem[ENGINE_MESSAGE_SIZE];
	bool foreign_key;
	nmk_status rc = enter(tx, work, "integrity");

	if (rc != NMK_OK)
		return rc;
	rc = store_check(tx->store, tx->error, problem);
	foreign_key = strncmp(problem, "foreign key", strlen("foreign key")) == 0;
	if ((rc == NMK_OK || rc == NMK_ECORRUPT) && *problem && !foreign_key) {
		check_finding(work, false, "the database found: %s", problem);
		rc = NMK_OK;
	}
	rc = leave(tx, work, rc);
	if (rc == NMK_OK)
		rc = enter(tx, work, "foreign_keys");
	if (rc == NMK_OK && *problem && foreign_key)
		check_finding(work, false, "the database found: %s", problem);
	return rc == NMK_OK ? leave(tx, work, rc) : rc;
}

static nmk_status read_schema(struct tx *tx, int64_t *version)
{
	const struct engine *engine = tx->store->engine;
	nmk_status rc = engine->version_get(tx->connection->native, version);

	if (rc == NMK_ENOMEM)
		return tx_no_memory(tx);
	return rc == NMK_OK ? rc : tx_fail(tx, rc, NULL, "the store failed: %s", engine->message(tx->connection->native));
}

/* Another process may have brought the store to a schema that this one does not know. */
static nmk_status check_schema(struct tx *tx, struct check_report *work)
{
	int64_t version = 0;
	nmk_status rc = enter(tx, work, "schema");

	if (rc == NMK_OK)
		rc = read_schema(tx, &version);
	if (rc == NMK_OK && version != schema_version())
		check_finding(work, false, "the store has schema %lld, this library knows %lld", (long long)version,
		              (long long)schema_version());
	return leave(tx, work, rc);
}

static nmk_status check_components(struct nmk_op *op, struct check_report *work, bool repair)
{
	nmk_status rc = NMK_OK;

	for (const struct component *component = components; rc == NMK_OK && component->name; component++) {
		if (!component->check)
			continue;
		rc = enter(&op->tx, work, component->name);
		if (rc == NMK_OK)
			rc = leave(&op->tx, work, component->check(op, repair, work));
	}
	return rc;
}

static int64_t count_components(void)
{
	int64_t count = 0;

	for (const struct component *component = components; component->name; component++)
		count += component->check != NULL;
	return count;
}

static int64_t repaired_count(const struct nmk_check_report *report)
{
	int64_t count = 0;

	for (size_t i = 0; i < report->count; i++)
		count += report->findings[i].repaired;
	return count;
}

static nmk_status inspect(nmk_session *session, struct check_report *work)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_market_check);

	while (op_next(&op, &rc)) {
		rc = check_schema(&op.tx, work);
		if (rc == NMK_OK)
			rc = check_components(&op, work, false);
	}
	return rc;
}

static nmk_status repair(nmk_session *session, struct check_report *work)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, session, OP_market_repair);

	while (op_next(&op, &rc)) {
		rc = check_components(&op, work, true);
		op_detail_int(&op, "repaired", repaired_count(work->report));
	}
	return rc;
}

/* Who may not is told so before any work; the engine's check runs outside of transactions. */
static nmk_status begin(struct nmk_op *op, nmk_session *session, nmk_check_report **out)
{
	nmk_status rc = op_rehearse(op, session, OP_market_check);

	if (rc == NMK_OK && !out)
		rc = op_fail(op, NMK_EINVALID, "report", "is needed");
	while (op_next(op, &rc))
		continue;
	return rc;
}

static nmk_status report_new(struct nmk_op *op, struct check_report *work)
{
	size_t checks = 3 + (size_t)count_components();

	work->report = calloc(1, sizeof *work->report);
	if (work->report)
		work->report->checks = calloc(checks, sizeof *work->report->checks);
	return work->report && work->report->checks ? NMK_OK : tx_no_memory(&op->tx);
}

/* ---- the audit log alone, with what was kept elsewhere ---- */

static nmk_status verify_begin(struct nmk_op *op, nmk_session *session, const struct audit_anchors *anchors, nmk_check_report **out)
{
	nmk_status rc = op_rehearse(op, session, OP_audit_verify);

	if (rc == NMK_OK && (!out || (anchors->count > 0 && !anchors->notes)))
		rc = op_fail(op, NMK_EINVALID, out ? "anchors" : "report", "is needed");
	for (size_t i = 0; rc == NMK_OK && i < anchors->count; i++)
		rc = op_check_bytes(op, "anchors", anchors->notes[i], 1, NOTE_LENGTH_MOST);
	return rc;
}

nmk_status nmk_audit_verify(nmk_session *session, const char *const *notes, size_t count, nmk_progress progress, void *context,
                            nmk_check_report **out)
{
	struct check_report work = { .progress = progress, .context = context, .steps = 1 };
	struct audit_anchors anchors = { notes, count };
	struct nmk_op op;
	nmk_status rc;

	if (out)
		*out = NULL;
	rc = verify_begin(&op, session, &anchors, out);
	if (rc == NMK_OK) {
		work.language = session->language;
		rc = report_new(&op, &work);
	}
	while (op_next(&op, &rc)) {
		rc = enter(&op.tx, &work, "audit");
		if (rc == NMK_OK)
			rc = leave(&op.tx, &work, audit_check_with(&op, &anchors, &work));
	}
	if (rc == NMK_OK)
		*out = work.report;
	else
		nmk_check_report_free(work.report);
	return rc;
}

nmk_status nmk_market_check(nmk_session *session, bool mend, nmk_progress progress, void *context, nmk_check_report **out)
{
	struct check_report work = { .progress = progress, .context = context };
	struct nmk_op op;
	nmk_status rc;

	if (out)
		*out = NULL;
	rc = begin(&op, session, out);
	if (rc == NMK_OK) {
		work.language = session->language;
		work.steps = 3 + count_components() * (mend ? 2 : 1);
		rc = report_new(&op, &work);
	}
	if (rc == NMK_OK)
		rc = check_engine(&op.tx, &work);
	if (rc == NMK_OK)
		rc = inspect(session, &work);
	if (rc == NMK_OK && mend)
		rc = repair(session, &work);
	if (rc == NMK_OK) {
		memset(&session->error, 0, sizeof session->error); /* what was told there is in the report now */
		*out = work.report;
	} else {
		nmk_check_report_free(work.report);
	}
	return rc;
}
