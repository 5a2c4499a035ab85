/* check.c -- do versions and their content agree, and is nothing left over? */
#include "packages.h"

static void found(void *context, enum blob_problem problem, const char *name, bool repaired)
{
	struct check_report *report = context;

	switch (problem) {
	case BLOB_MISSING:
		check_finding(report, repaired, "the content of package %s is missing or cut", name);
		break;
	case BLOB_ALTERED:
		check_finding(report, repaired, "the content of package %s was altered", name);
		break;
	case BLOB_UNREADABLE:
		check_finding(report, repaired, "the content of package %s cannot be read", name);
		break;
	case BLOB_FILE_UNUSED:
		check_finding(report, repaired, "nothing refers to the file %s", name);
		break;
	case BLOB_FILE_FOREIGN:
		check_finding(report, repaired, "%s among the files of packages is none of them", name);
		break;
	}
}

static bool progress(void *context, int64_t done, int64_t total)
{
	return check_progress(context, done, total);
}

static nmk_status check_versions(struct nmk_op *op, struct check_report *report)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, &op->tx, SQL_version_without_blob);
	stmt_int(&stmt, "after", 0);
	while (stmt_next(&stmt, &rc))
		check_finding(report, false, "version %s has no content of its size",
		              tx_id_value(&op->tx, ID_VERSION, stmt_column_int(&stmt, 0)).text);
	if (rc != NMK_OK)
		return rc;
	stmt_init(&stmt, &op->tx, SQL_version_disagrees);
	while (stmt_next(&stmt, &rc))
		check_finding(report, false, "nano %s names another version than the published one",
		              tx_id_value(&op->tx, ID_NANO, stmt_column_int(&stmt, 0)).text);
	return rc;
}

/* A repair comes after a check and holds up all writers: it does no more than to remove. */
nmk_status package_check(struct nmk_op *op, bool repair, struct check_report *report)
{
	struct blob_watch watch = { found, progress, report };
	nmk_status rc = repair ? NMK_OK : check_versions(op, report);

	if (rc == NMK_OK && !repair)
		rc = blob_check(&op->tx, &watch);
	return rc == NMK_OK ? blob_sweep(&op->tx, &watch) : rc;
}
