/* command_import.c -- the import: rows are read, their names looked up, handed to the threads and reported in order. */
#include "cli.h"

#include <errno.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "catalog_rows.h"
#include "import.h"
#include "import_names.h"
#include "output.h"

struct run {
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

/* ---- progress and results ---- */

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - begin->tv_sec) + (double)(now.tv_nsec - begin->tv_nsec) / 1e9;
}

static bool has_terminal(void)
{
	return isatty(STDERR_FILENO);
}

/* The line of progress makes way for another. */
static void hide_line(struct run *run)
{
	if (run->shows_line)
		fputs("\r\033[K", stderr);
	run->shows_line = false;
}

static void show_progress(struct run *run)
{
	double seconds = seconds_since(&run->begun);
	int percent;

	if (run->cli->quiet || seconds_since(&run->shown) < (has_terminal() ? 0.2 : 5.0))
		return;
	clock_gettime(CLOCK_MONOTONIC, &run->shown);
	hide_line(run);
	percent = rows_percent(&run->rows, run->size);
	if (percent >= 0)
		fprintf(stderr, "%3d %%  ", percent);
	fprintf(stderr, tr("%lld imported, %lld there already, %lld rejected (%.0f rows/s)"), run->imported, run->there,
	        run->rejected, (double)run->read / (seconds > 0.001 ? seconds : 0.001));
	if (!has_terminal())
		fputc('\n', stderr);
	fflush(stderr);
	run->shows_line = has_terminal();
}

static void report_rejection(struct run *run, const char *file, long long number, const nmk_error *error)
{
	char sentence[NMK_ERROR_FIELD_SIZE + NMK_ERROR_MESSAGE_SIZE + 2];
	json_t *item;

	run->rejected++;
	error_sentence(error, sentence, sizeof sentence);
	if (!run->cli->json) {
		hide_line(run);
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
		json_array_append_new(run->rejections, item);
}

static void report_job(struct run *run, const struct job *job)
{
	switch (job->outcome) {
	case OUTCOME_NONE:
		break;
	case OUTCOME_IMPORTED:
		run->imported++;
		break;
	case OUTCOME_THERE:
		run->there++;
		break;
	case OUTCOME_REJECTED:
		report_rejection(run, NULL, job->row.number, &job->error);
		break;
	case OUTCOME_FAILED:
		if (run->failure.status == NMK_OK)
			run->failure = job->error;
		break;
	}
}

/* ---- failures of the whole ---- */

static bool failed(const struct run *run)
{
	return run->failure.status != NMK_OK;
}

static void fail_status(struct run *run, nmk_status rc)
{
	if (failed(run))
		return;
	run->failure = *nmk_session_error(run->cli->session);
	if (run->failure.status != rc) {
		memset(&run->failure, 0, sizeof run->failure);
		run->failure.status = rc;
	}
}

static void fail_no_memory(struct run *run)
{
	row_problem(&run->failure, NMK_ENOMEM, NULL, "%s", tr("out of memory"));
}

/* ---- names ---- */

/* The id of what only a run that writes would add. */
#define WOULD_BE "?"

/* Remembers an id; NULL: there is none. The map's copy, or NULL after a failure. */
static const char *remember(struct run *run, struct map *map, const char *name, const char *id)
{
	char *copy = strdup(id ? id : "");

	if (map_put(map, name, copy))
		return map_get(map, name);
	fail_no_memory(run);
	return NULL;
}

/* What stands for somebody who is not there. */
static const char *none(const struct run *run)
{
	return run->create_missing && run->dry ? WOULD_BE : NULL;
}

static nmk_status add_creator(struct run *run, const nmk_registration *given, nmk_user **user)
{
	nmk_registration registration = *given;

	registration.accept_terms = true;
	registration.accept_privacy = true;
	registration.preferred_language = texts_language();
	return nmk_user_add(run->cli->session, &registration, NMK_ROLE_CREATOR, user);
}

static nmk_status add_missing_creator(struct run *run, const char *username, nmk_user **user)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	char email[96];

	snprintf(email, sizeof email, "%.60s@import.invalid", username);
	registration.username = username;
	registration.email = email;
	return add_creator(run, &registration, user);
}

/* Id of a creator; NULL: rejected or failed. */
static const char *creator_id(struct run *run, const char *username, nmk_error *problem)
{
	const char *id = map_get(&run->creators, username);
	nmk_user *user = NULL;
	nmk_status rc = NMK_OK;

	if (!id) {
		rc = nmk_user_find(run->cli->session, username, &user);
		if (rc == NMK_ENOTFOUND && run->create_missing && !run->dry)
			rc = add_missing_creator(run, username, &user);
		if (rc == NMK_OK || rc == NMK_ENOTFOUND)
			id = remember(run, &run->creators, username, user ? nmk_user_id(user) : none(run));
		nmk_user_free(user);
	}
	if (rc == NMK_EINVALID || rc == NMK_ECONFLICT)
		row_problem(problem, rc, "creator", "%s", nmk_session_error(run->cli->session)->message);
	else if (rc != NMK_OK && rc != NMK_ENOTFOUND)
		fail_status(run, rc);
	else if (id && !*id)
		row_problem(problem, NMK_ENOTFOUND, "creator", tr("names nobody: '%.60s'"), username);
	return failed(run) || problem->status != NMK_OK ? NULL : id;
}

static const char *category_id(struct run *run, const char *name, nmk_error *problem)
{
	const char *id = map_get(&run->categories, name);
	nmk_category *category = NULL;
	nmk_status rc = NMK_OK;

	if (!id) {
		rc = nmk_category_find(run->cli->session, name, &category);
		if (rc == NMK_ENOTFOUND && run->create_missing && !run->dry)
			rc = nmk_category_create(run->cli->session, name, NULL, NULL, NULL, &category);
		if (rc == NMK_OK || rc == NMK_ENOTFOUND)
			id = remember(run, &run->categories, name, category ? nmk_category_id(category) : none(run));
		nmk_category_free(category);
	}
	if (rc == NMK_EINVALID || rc == NMK_ECONFLICT || rc == NMK_EDENIED)
		row_problem(problem, rc, "categories", "%s", nmk_session_error(run->cli->session)->message);
	else if (rc != NMK_OK && rc != NMK_ENOTFOUND)
		fail_status(run, rc);
	else if (id && !*id)
		row_problem(problem, NMK_ENOTFOUND, "categories", tr("name nothing that there is: '%.100s'"), name);
	return failed(run) || problem->status != NMK_OK ? NULL : id;
}

/* ---- what is there ---- */

static bool remember_nano(struct run *run, const char *creator, const nmk_nano *nano)
{
	struct known_nano *known = calloc(1, sizeof *known);
	char identity[IDENTITY_SIZE];

	if (!known || !identity_of(creator, nmk_nano_language(nano), nmk_nano_title(nano), identity)) {
		free(known);
		return false;
	}
	/* Of two with the same title the newest counts, which comes first. */
	if (map_get(&run->nanos, identity)) {
		free(known);
		return true;
	}
	snprintf(known->id, sizeof known->id, "%s", nmk_nano_id(nano));
	known->has_package = nmk_nano_version(nano) != NULL;
	known->was_published = nmk_nano_published_at(nano) != 0;
	known->was_submitted = nmk_nano_submitted_at(nano) != 0;
	known->is_draft = nmk_nano_status(nano) == NMK_NANO_DRAFT;
	known->is_pending = nmk_nano_status(nano) == NMK_NANO_PENDING_REVIEW;
	return map_put(&run->nanos, identity, known);
}

/* Reads a creator's nanos once. Keys would tell too what is there, but only for 30 days and one write for each. */
static void know_nanos_of(struct run *run, const char *creator)
{
	nmk_nano_list_options options = NMK_NANO_LIST_OPTIONS_INIT;
	char *cursor = NULL;
	nmk_status rc = NMK_OK;

	if (map_get(&run->listed, creator))
		return;
	options.creator_id = creator;
	options.any_status = true;
	options.limit = 100;
	do {
		nmk_nano_page *page = NULL;

		options.cursor = cursor;
		rc = nmk_nano_list(run->cli->session, &options, &page);
		free(cursor);
		cursor = NULL;
		if (rc != NMK_OK)
			break;
		for (size_t i = 0; rc == NMK_OK && i < nmk_nano_page_count(page); i++)
			if (!remember_nano(run, creator, nmk_nano_page_item(page, i)))
				rc = NMK_ENOMEM;
		if (rc == NMK_OK && nmk_nano_page_next(page)) {
			cursor = strdup(nmk_nano_page_next(page));
			if (!cursor)
				rc = NMK_ENOMEM;
		}
		nmk_nano_page_free(page);
	} while (cursor);
	if (rc == NMK_OK)
		remember(run, &run->listed, creator, "");
	else
		fail_status(run, rc);
}

static void hash_row(const struct row *row, unsigned char hash[16])
{
	const char *texts[] = { row->title, row->description, row->language, row->package };
	long long numbers[] = { row->duration_minutes, row->competency_level, row->format, row->license, row->published };
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, 16);
	crypto_generichash_update(&state, (const unsigned char *)numbers, sizeof numbers);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		crypto_generichash_update(&state, (const unsigned char *)(texts[i] ? texts[i] : ""),
		                          texts[i] ? strlen(texts[i]) + 1 : 1);
	for (size_t i = 0; i < row->category_count; i++)
		crypto_generichash_update(&state, (const unsigned char *)row->categories[i], strlen(row->categories[i]) + 1);
	crypto_generichash_final(&state, hash, 16);
}

/* Settles what is left to be done for a nano that is there, or that an earlier row makes. */
static void compare_known(struct job *job, struct known_nano *known)
{
	unsigned char content[16];

	hash_row(&job->row, content);
	if (known->row && memcmp(content, known->content, sizeof content) != 0)
		row_problem(&job->error, NMK_ECONFLICT, "title", tr("stands in row %lld already, of the same creator"),
		            known->row);
	if (known->row) {
		job->outcome = OUTCOME_THERE;
		job->decided = true;
		return;
	}
	known->row = job->row.number;
	memcpy(known->content, content, sizeof content);
	if (!known->id[0])
		return;
	memcpy(job->nano_id, known->id, sizeof job->nano_id);
	if (known->has_package || !known->is_draft) {
		free(job->package);
		job->package = NULL;
	}
	job->publish = job->publish && !known->was_published && (known->is_draft || known->is_pending);
	job->submit = job->submit && !known->was_submitted && known->is_draft;
	if (!job->package && !job->publish && !job->submit) {
		job->outcome = OUTCOME_THERE;
		job->decided = true;
	}
}

static void look_up_nano(struct run *run, struct job *job, const char *creator)
{
	char identity[IDENTITY_SIZE];
	struct known_nano *known;

	if (!identity_of(creator, job->row.language, job->row.title, identity)) {
		fail_no_memory(run);
		return;
	}
	snprintf(job->key, sizeof job->key, "import-%s", identity);
	known = map_get(&run->nanos, identity);
	if (!known) {
		if (!map_put(&run->nanos, identity, calloc(1, sizeof *known))) {
			fail_no_memory(run);
			return;
		}
		known = map_get(&run->nanos, identity);
	}
	compare_known(job, known);
}

/* ---- a row ---- */

static bool stays_inside(const char *path)
{
	if (*path == '/')
		return false;
	for (; path; path = strchr(path, '/') ? strchr(path, '/') + 1 : NULL)
		if (strncmp(path, "..", 2) == 0 && (path[2] == '/' || !path[2]))
			return false;
	return true;
}

static void find_package(struct run *run, struct job *job)
{
	size_t room;
	struct stat facts;

	if (!job->row.package)
		return;
	if (!stays_inside(job->row.package)) {
		row_problem(&job->error, NMK_EINVALID, "package", "%s", tr("must lie in the folder of the import"));
		return;
	}
	room = strlen(run->folder) + strlen(job->row.package) + 1;
	job->package = malloc(room);
	if (!job->package) {
		fail_no_memory(run);
		return;
	}
	snprintf(job->package, room, "%s%s", run->folder, job->row.package);
	if (stat(job->package, &facts) != 0 || !S_ISREG(facts.st_mode) || access(job->package, R_OK) != 0)
		row_problem(&job->error, NMK_EINVALID, "package", tr("cannot be read: '%.200s'"), job->row.package);
}

/* What the library would refuse, for a run that does not ask it. */
static void check_length(struct job *job, const char *field, const char *text, long long maximum)
{
	long long count = 0;

	for (; text && *text; text++)
		count += (*text & 0xC0) != 0x80;
	if (count > maximum)
		row_problem(&job->error, NMK_EINVALID, field, tr("must have at most %lld characters"), maximum);
}

static void check_dry(struct job *job)
{
	check_length(job, "title", job->row.title, 200);
	check_length(job, "description", job->row.description, 2000);
	if (job->row.category_count > NMK_NANO_CATEGORIES_MAXIMUM)
		row_problem(&job->error, NMK_ELIMIT, "categories", tr("must be at most %lld"),
		            (long long)NMK_NANO_CATEGORIES_MAXIMUM);
	if (job->error.status == NMK_OK)
		job->outcome = OUTCOME_IMPORTED;
	job->decided = true;
}

static const char *find_creator(struct run *run, struct job *job)
{
	const char *name = job->row.creator;

	if (run->own_id) {
		if (name && strcasecmp(name, run->cli->as) != 0)
			row_problem(&job->error, NMK_EDENIED, "creator", "%s", tr("is somebody else"));
		return run->own_id;
	}
	if (!name) {
		row_problem(&job->error, NMK_EINVALID, "creator", "%s", tr("is needed"));
		return NULL;
	}
	job->creator_id = creator_id(run, name, &job->error);
	return job->creator_id;
}

static void prepare(struct run *run, struct job *job)
{
	const char *creator;

	job->error = job->row.problem;
	if (job->error.status == NMK_OK && !job->row.title)
		row_problem(&job->error, NMK_EINVALID, "title", "%s", tr("is needed"));
	if (job->error.status != NMK_OK)
		return;
	creator = find_creator(run, job);
	for (size_t i = 0; i < job->row.category_count && job->error.status == NMK_OK && !failed(run); i++)
		job->category_ids[i] = category_id(run, job->row.categories[i], &job->error);
	if (job->error.status == NMK_OK && !failed(run))
		find_package(run, job);
	if (job->error.status != NMK_OK || failed(run))
		return;
	job->publish = run->publish || (job->row.published && !run->own_id);
	job->submit = run->submit && !job->publish;
	run->published_ignored = run->published_ignored || (job->row.published && run->own_id);
	if (strcmp(creator, WOULD_BE) != 0)
		know_nanos_of(run, creator);
	else
		creator = job->row.creator;
	if (!failed(run))
		look_up_nano(run, job, creator);
	if (run->dry && !job->decided)
		check_dry(job);
}

/* ---- the whole ---- */

static void report_one(struct run *run)
{
	struct job *job = import_result(&run->import);

	if (!job)
		return;
	report_job(run, job);
	import_reported(&run->import);
	show_progress(run);
}

static bool goes_on(const struct run *run)
{
	return !failed(run) && !interrupted() && (run->limit == 0 || run->read < run->limit);
}

static void unreadable(struct run *run, enum rows_result result, const char *path)
{
	if (result == ROWS_NO_MEMORY)
		fail_no_memory(run);
	else if (result == ROWS_NO_HEADER)
		row_problem(&run->failure, NMK_EINVALID, NULL, tr("'%.200s' has no header with a column 'title'"), path);
	else
		row_problem(&run->failure, errno == ENOENT ? NMK_ENOTFOUND : NMK_EIO, NULL, tr("'%.200s' cannot be read: %s"),
		            path, strerror(errno));
}

static void import_rows(struct run *run)
{
	while (goes_on(run)) {
		struct job *job;
		enum rows_result result;

		if (!import_has_room(&run->import)) {
			report_one(run);
			continue;
		}
		job = import_next(&run->import);
		result = rows_next(&run->rows, &job->row);
		if (result != ROWS_ROW) {
			if (result != ROWS_END && !interrupted())
				unreadable(run, result, run->file);
			break;
		}
		run->read++;
		prepare(run, job);
		if (job->error.status != NMK_OK) {
			job->outcome = OUTCOME_REJECTED;
			job->decided = true;
		}
		if (failed(run)) {
			job->outcome = OUTCOME_NONE;
			job->decided = true;
		}
		import_add(&run->import);
	}
	if (failed(run) || interrupted())
		import_abandon(&run->import);
	while (run->import.reported < run->import.filled) {
		report_one(run);
		if (failed(run) || interrupted())
			import_abandon(&run->import);
	}
}

/* ---- the other files of a folder ---- */

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void load_company(struct run *run, const char *username, const char *company)
{
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
	nmk_session *session = NULL;

	changes.set = NMK_PROFILE_COMPANY;
	changes.company = company;
	if (nmk_session_act_as(run->cli->session, username, &session) == NMK_OK)
		nmk_profile_update(session, &changes, NULL);
	nmk_session_close(session);
}

static nmk_status load_creator(struct run *run, const json_t *object)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_user *user = NULL;
	char email[96];
	nmk_status rc;

	registration.username = text_of(object, "username");
	if (!registration.username)
		registration.username = "";
	rc = nmk_user_find(run->cli->session, registration.username, &user);
	if (rc == NMK_ENOTFOUND && !run->dry) {
		snprintf(email, sizeof email, "%.60s@import.invalid", registration.username);
		registration.email = text_of(object, "email") ? text_of(object, "email") : email;
		registration.first_name = text_of(object, "first_name");
		registration.last_name = text_of(object, "last_name");
		registration.bio = text_of(object, "bio");
		rc = add_creator(run, &registration, &user);
		if (rc == NMK_OK && text_of(object, "company"))
			load_company(run, registration.username, text_of(object, "company"));
	}
	if (rc == NMK_OK || (rc == NMK_ENOTFOUND && run->dry))
		remember(run, &run->creators, registration.username, user ? nmk_user_id(user) : WOULD_BE);
	nmk_user_free(user);
	return rc == NMK_ENOTFOUND && run->dry ? NMK_OK : rc;
}

static nmk_status load_category(struct run *run, const json_t *object)
{
	const char *name = text_of(object, "name"), *parent = text_of(object, "parent"), *parent_id = NULL;
	nmk_error problem = { NMK_OK, "", "", "" };
	nmk_category *category = NULL;
	nmk_status rc = nmk_category_find(run->cli->session, name ? name : "", &category);

	if (rc == NMK_ENOTFOUND && !run->dry) {
		if (parent)
			parent_id = category_id(run, parent, &problem);
		rc = problem.status;
		if (rc == NMK_OK)
			rc = nmk_category_create(run->cli->session, name ? name : "", text_of(object, "description"), parent_id,
			                         NULL, &category);
	}
	if (rc == NMK_OK || (rc == NMK_ENOTFOUND && run->dry))
		remember(run, &run->categories, name ? name : "", category ? nmk_category_id(category) : WOULD_BE);
	nmk_category_free(category);
	return rc == NMK_ENOTFOUND && run->dry ? NMK_OK : rc;
}

static bool is_row_fault(nmk_status rc)
{
	return rc == NMK_EINVALID || rc == NMK_ENOTFOUND || rc == NMK_ECONFLICT || rc == NMK_ELIMIT || rc == NMK_ESTATE;
}

static void load_file(struct run *run, const char *name, nmk_status (*load)(struct run *, const json_t *))
{
	struct rows rows;
	size_t room = strlen(run->folder) + strlen(name) + 1;
	char *path = malloc(room);
	enum rows_result result = ROWS_ROW;

	if (!path) {
		fail_no_memory(run);
		return;
	}
	snprintf(path, room, "%s%s", run->folder, name);
	if (access(path, F_OK) == 0) {
		result = rows_open(&rows, path);
		while (result == ROWS_ROW && !failed(run) && !interrupted()) {
			nmk_error problem = { NMK_OK, "", "", "" };
			json_t *object;
			nmk_status rc;

			result = rows_next_object(&rows, &object, &problem);
			if (result != ROWS_ROW)
				break;
			rc = object ? load(run, object) : problem.status;
			json_decref(object);
			if (object && is_row_fault(rc) && !failed(run))
				problem = *nmk_session_error(run->cli->session);
			if (is_row_fault(rc))
				report_rejection(run, name, rows.number, &problem);
			else if (rc != NMK_OK)
				fail_status(run, rc);
		}
		if (result != ROWS_ROW && result != ROWS_END)
			unreadable(run, result, path);
		rows_close(&rows);
	}
	free(path);
}

/* ---- begin and end ---- */

static char *join(const char *folder, const char *name)
{
	size_t length = strlen(folder), room = length + strlen(name) + 2;
	char *path = malloc(room);

	if (path)
		snprintf(path, room, "%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/", name);
	return path;
}

/* The file with the rows, and the folder it lies in. */
static void find_file(struct run *run, const char *path)
{
	struct stat facts;

	if (stat(path, &facts) != 0) {
		unreadable(run, ROWS_UNREADABLE, path);
		return;
	}
	run->is_folder = S_ISDIR(facts.st_mode);
	if (run->is_folder) {
		run->folder = join(path, "");
		run->file = join(path, "catalog.jsonl");
		if (run->file && access(run->file, F_OK) != 0) {
			free(run->file);
			run->file = join(path, "metadata.csv");
		}
	} else {
		const char *slash = strrchr(path, '/');

		run->folder = strndup(path, slash ? (size_t)(slash - path) + 1 : 0);
		run->file = strdup(path);
	}
	if (!run->file || !run->folder)
		fail_no_memory(run);
	else if (stat(run->file, &facts) != 0)
		row_problem(&run->failure, NMK_ENOTFOUND, NULL, tr("there is no catalog.jsonl and no metadata.csv in '%.200s'"),
		            path);
	else
		run->size = facts.st_size;
}

static void begin(struct run *run)
{
	enum rows_result result;
	nmk_error error;

	if (run->cli->as) {
		const char *id = nmk_session_user_id(run->cli->session);

		run->own_id = strdup(id ? id : "");
		if (!run->own_id)
			fail_no_memory(run);
	}
	if (!failed(run))
		find_file(run, run->cli->arguments.words[0]);
	if (failed(run))
		return;
	errno = 0;
	result = rows_open(&run->rows, run->file);
	if (result != ROWS_ROW)
		unreadable(run, result, run->file);
	if (run->rows.unknown[0])
		note(run->cli, tr("columns that mean nothing here: %s"), run->rows.unknown);
	if (!failed(run) && run->is_folder && !run->own_id) {
		load_file(run, "categories.jsonl", load_category);
		load_file(run, "creators.jsonl", load_creator);
	}
	if (failed(run))
		return;
	run->importing = true;
	if (import_begin(&run->import, run->cli, run->dry ? 1 : (size_t)option_number(&run->cli->arguments, "jobs", 4),
	                 &error) != NMK_OK)
		run->failure = error;
}

static void print_summary(const struct run *run)
{
	double seconds = seconds_since(&run->begun);
	double rate = (double)run->read / (seconds > 0.001 ? seconds : 0.001);
	char text[32], *point;

	snprintf(text, sizeof text, "%.1f", seconds);
	point = strchr(text, '.');
	if (point && strcmp(texts_language(), "de") == 0)
		*point = ',';
	if (run->dry)
		say(run->cli, tr("%lld would be imported, %lld there already, %lld rejected."), run->imported, run->there,
		    run->rejected);
	else
		say(run->cli, tr("%lld imported, %lld there already, %lld rejected in %s s (%.0f rows/s)."), run->imported,
		    run->there, run->rejected, text, rate);
	if (run->published_ignored)
		note(run->cli, "%s", tr("'published' was ignored: only the host publishes with an import"));
}

static void print_summary_json(struct run *run)
{
	json_t *json = json_pack("{s:b,s:I,s:I,s:I,s:I,s:f,s:b,s:O}", "dry_run", run->dry, "rows", (json_int_t)run->read,
	                         "imported", (json_int_t)run->imported, "already_there", (json_int_t)run->there, "rejected",
	                         (json_int_t)run->rejected, "seconds", seconds_since(&run->begun), "interrupted",
	                         interrupted(), "rejections", run->rejections);
	char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;

	if (text)
		puts(text);
	free(text);
	json_decref(json);
}

static int finish_import(struct run *run)
{
	hide_line(run);
	if (failed(run)) {
		if (run->read > 0)
			note(run->cli, tr("stopped after %lld rows: run it again to go on"), run->imported + run->there + run->rejected);
		return fail_error(run->cli, &run->failure);
	}
	if (run->cli->json)
		print_summary_json(run);
	else
		print_summary(run);
	if (interrupted()) {
		note(run->cli, "%s", tr("interrupted: run it again to go on"));
		return EXIT_INTERRUPTED;
	}
	return run->rejected ? EXIT_PARTLY : EXIT_DONE;
}

static void clear(struct run *run)
{
	if (run->importing)
		import_end(&run->import);
	rows_close(&run->rows);
	map_clear(&run->creators);
	map_clear(&run->categories);
	map_clear(&run->listed);
	map_clear(&run->nanos);
	json_decref(run->rejections);
	free(run->folder);
	free(run->file);
	free(run->own_id);
}

int run_import(struct cli *cli)
{
	const struct arguments *arguments = &cli->arguments;
	struct run run = {
		.cli = cli, .publish = option_given(arguments, "publish"), .submit = option_given(arguments, "submit"),
		.create_missing = option_given(arguments, "create-missing"), .dry = option_given(arguments, "dry-run"),
		.limit = option_number(arguments, "limit", 0),
	};
	int code;

	if (run.publish && run.submit)
		return fail_usage(cli, tr("'--%s' and '--%s' exclude each other"), "publish", "submit");
	if (run.publish && cli->as)
		return fail_usage(cli, "%s", tr("'--publish' is for the host: leave out --as, or use --submit"));
	run.rejections = json_array();
	if (!run.rejections)
		return fail_memory(cli);
	interrupt_watch();
	clock_gettime(CLOCK_MONOTONIC, &run.begun);
	run.shown = run.begun;
	begin(&run);
	if (run.importing && !failed(&run))
		import_rows(&run);
	code = finish_import(&run);
	clear(&run);
	return code;
}
