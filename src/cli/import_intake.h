/* import_intake.h -- an import as a whole: what was asked for, what is known by now, what came of it. */
#ifndef NMK_CLI_IMPORT_INTAKE_H
#define NMK_CLI_IMPORT_INTAKE_H

#include <jansson.h>
#include <time.h>
#include "catalog_rows.h"
#include "import.h"
#include "import_names.h"

struct intake {
	struct cli *cli;
	char       *folder;              /* of the file, with a slash at the end, or ""         */
	char       *file;
	bool        is_folder;           /* a folder was named, not a file                      */
	bool        publish, submit, create_missing, dry;
	long long   limit;
	long long   size;                /* of the file in bytes                                */
	char       *own_id;              /* of the acting member, NULL for the host             */

	struct rows   rows;
	struct import import;
	bool          importing;
	struct map    creators;          /* user name -> id, "" if there is none                */
	struct map    categories;        /* name -> id, "" if there is none                     */
	struct map    listed;            /* creator id: her nanos are in `nanos`                */
	struct map    nanos;             /* identity -> struct known_nano                       */

	long long   read, imported, there, rejected;
	bool        published_ignored;
	json_t     *rejections;          /* for --json                                          */
	nmk_error   failure;             /* ends it                                             */
	struct timespec begun, shown;
	bool        shows_line;          /* on a terminal                                       */
};

/* The id of what only an import that writes would add. */
#define INTAKE_WOULD_BE "?"

/* ---- results and progress: import_report.c ---- */

double intake_seconds(const struct timespec *begin);
void intake_show_progress(struct intake *intake);
void intake_hide_progress(struct intake *intake);     /* the line of progress makes way for another */
void intake_report(struct intake *intake, const struct job *job);
/* A row of the main file, or with its name of another. */
void intake_report_rejection(struct intake *intake, const char *file, long long number, const nmk_error *error);

/* What ends it: the first failure counts. */
bool intake_failed(const struct intake *intake);
void intake_fail(struct intake *intake, nmk_status rc);       /* in the session of the command */
void intake_no_memory(struct intake *intake);
void intake_unreadable(struct intake *intake, enum rows_result result, const char *path);

/* ---- what rows name: import_lookup.c ---- */

/* Looks up what the row of the job names, and decides what is left to be done for it. */
void intake_prepare(struct intake *intake, struct job *job);
/* Remembers an id; NULL: there is none. The map's copy, or NULL after a failure. */
const char *intake_remember(struct intake *intake, struct map *map, const char *name, const char *id);
const char *intake_category_id(struct intake *intake, const char *name, nmk_error *problem);
nmk_status intake_add_creator(struct intake *intake, const nmk_registration *given, nmk_user **user);

/* ---- the other files of a folder: import_folder.c ---- */

void intake_load_categories(struct intake *intake);
void intake_load_creators(struct intake *intake);

#endif
