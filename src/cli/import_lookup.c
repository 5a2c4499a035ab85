/* import_lookup.c -- the names in rows become ids, and rows are compared with what is there. */
#include "import_intake.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include "output.h"

/* ---- names ---- */

const char *intake_remember(struct intake *intake, struct map *map, const char *name, const char *id)
{
	char *copy = strdup(id ? id : "");

	if (map_put(map, name, copy))
		return map_get(map, name);
	intake_no_memory(intake);
	return NULL;
}

/* What stands for somebody who is not there. */
static const char *none(const struct intake *intake)
{
	return intake->create_missing && intake->dry ? INTAKE_WOULD_BE : NULL;
}

nmk_status intake_add_creator(struct intake *intake, const nmk_registration *given, nmk_user **user)
{
	nmk_registration registration = *given;

	registration.accept_terms = true;
	registration.accept_privacy = true;
	registration.preferred_language = texts_language();
	return nmk_user_add(intake->cli->session, &registration, NMK_ROLE_CREATOR, user);
}

static nmk_status add_missing_creator(struct intake *intake, const char *username, nmk_user **user)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	char email[96];

	snprintf(email, sizeof email, "%.60s@import.invalid", username);
	registration.username = username;
	registration.email = email;
	return intake_add_creator(intake, &registration, user);
}

/* NULL: rejected or failed. */
static const char *creator_id(struct intake *intake, const char *username, nmk_error *problem)
{
	const char *id = map_get(&intake->creators, username);
	nmk_user *user = NULL;
	nmk_status rc = NMK_OK;

	if (!id) {
		rc = nmk_user_find(intake->cli->session, username, &user);
		if (rc == NMK_ENOTFOUND && intake->create_missing && !intake->dry)
			rc = add_missing_creator(intake, username, &user);
		if (rc == NMK_OK || rc == NMK_ENOTFOUND)
			id = intake_remember(intake, &intake->creators, username,
			                     user ? nmk_user_id(user) : none(intake));
		nmk_user_free(user);
	}
	if (rc == NMK_EINVALID || rc == NMK_ECONFLICT)
		row_problem(problem, rc, "creator", "%s", nmk_session_error(intake->cli->session)->message);
	else if (rc != NMK_OK && rc != NMK_ENOTFOUND)
		intake_fail(intake, rc);
	else if (id && !*id)
		row_problem(problem, NMK_ENOTFOUND, "creator", tr("names nobody: '%.60s'"), username);
	return intake_failed(intake) || problem->status != NMK_OK ? NULL : id;
}

const char *intake_category_id(struct intake *intake, const char *name, nmk_error *problem)
{
	const char *id = map_get(&intake->categories, name);
	nmk_category *category = NULL;
	nmk_status rc = NMK_OK;

	if (!id) {
		rc = nmk_category_find(intake->cli->session, name, &category);
		if (rc == NMK_ENOTFOUND && intake->create_missing && !intake->dry)
			rc = nmk_category_create(intake->cli->session, name, NULL, NULL, NULL, &category);
		if (rc == NMK_OK || rc == NMK_ENOTFOUND)
			id = intake_remember(intake, &intake->categories, name,
			                     category ? nmk_category_id(category) : none(intake));
		nmk_category_free(category);
	}
	if (rc == NMK_EINVALID || rc == NMK_ECONFLICT || rc == NMK_EDENIED)
		row_problem(problem, rc, "categories", "%s", nmk_session_error(intake->cli->session)->message);
	else if (rc != NMK_OK && rc != NMK_ENOTFOUND)
		intake_fail(intake, rc);
	else if (id && !*id)
		row_problem(problem, NMK_ENOTFOUND, "categories", tr("name nothing that there is: '%.100s'"), name);
	return intake_failed(intake) || problem->status != NMK_OK ? NULL : id;
}

/* ---- what is there ---- */

static bool remember_nano(struct intake *intake, const char *creator, const nmk_nano *nano)
{
	struct known_nano *known = calloc(1, sizeof *known);
	char identity[IDENTITY_SIZE];

	if (!known || !identity_of(creator, nmk_nano_language(nano), nmk_nano_title(nano), identity)) {
		free(known);
		return false;
	}
	/* Of two with the same title the newest counts, which comes first. */
	if (map_get(&intake->nanos, identity)) {
		free(known);
		return true;
	}
	snprintf(known->id, sizeof known->id, "%s", nmk_nano_id(nano));
	known->has_package = nmk_nano_version(nano) != NULL;
	known->was_published = nmk_nano_published_at(nano) != 0;
	known->was_submitted = nmk_nano_submitted_at(nano) != 0;
	known->is_draft = nmk_nano_status(nano) == NMK_NANO_DRAFT;
	known->is_pending = nmk_nano_status(nano) == NMK_NANO_PENDING_REVIEW;
	return map_put(&intake->nanos, identity, known);
}

/* Reads a creator's nanos once. Keys would tell too what is there, but only for 30 days and one write for each. */
static void know_nanos_of(struct intake *intake, const char *creator)
{
	nmk_nano_list_options options = NMK_NANO_LIST_OPTIONS_INIT;
	char *cursor = NULL;
	nmk_status rc = NMK_OK;

	if (map_get(&intake->listed, creator))
		return;
	options.creator_id = creator;
	options.any_status = true;
	options.limit = 100;
	do {
		nmk_nano_page *page = NULL;

		options.cursor = cursor;
		rc = nmk_nano_list(intake->cli->session, &options, &page);
		free(cursor);
		cursor = NULL;
		if (rc != NMK_OK)
			break;
		for (size_t i = 0; rc == NMK_OK && i < nmk_nano_page_count(page); i++)
			if (!remember_nano(intake, creator, nmk_nano_page_item(page, i)))
				rc = NMK_ENOMEM;
		if (rc == NMK_OK && nmk_nano_page_next(page)) {
			cursor = strdup(nmk_nano_page_next(page));
			if (!cursor)
				rc = NMK_ENOMEM;
		}
		nmk_nano_page_free(page);
	} while (cursor);
	if (rc == NMK_OK)
		intake_remember(intake, &intake->listed, creator, "");
	else
		intake_fail(intake, rc);
}

static void hash_row(const struct row *row, unsigned char hash[16])
{
	const char *texts[] = { row->title, row->description, row->language, row->package };
	long long numbers[] = { row->duration_minutes, row->competency_level, row->format, row->license,
	                        row->published };
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, 16);
	crypto_generichash_update(&state, (const unsigned char *)numbers, sizeof numbers);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		crypto_generichash_update(&state, (const unsigned char *)(texts[i] ? texts[i] : ""),
		                          texts[i] ? strlen(texts[i]) + 1 : 1);
	for (size_t i = 0; i < row->category_count; i++)
		crypto_generichash_update(&state, (const unsigned char *)row->categories[i],
		                          strlen(row->categories[i]) + 1);
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

static void look_up_nano(struct intake *intake, struct job *job, const char *creator)
{
	char identity[IDENTITY_SIZE];
	struct known_nano *known;

	if (!identity_of(creator, job->row.language, job->row.title, identity)) {
		intake_no_memory(intake);
		return;
	}
	snprintf(job->key, sizeof job->key, "import-%s", identity);
	known = map_get(&intake->nanos, identity);
	if (!known) {
		if (!map_put(&intake->nanos, identity, calloc(1, sizeof *known))) {
			intake_no_memory(intake);
			return;
		}
		known = map_get(&intake->nanos, identity);
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

static void find_package(struct intake *intake, struct job *job)
{
	size_t room;
	struct stat facts;

	if (!job->row.package)
		return;
	if (!stays_inside(job->row.package)) {
		row_problem(&job->error, NMK_EINVALID, "package", "%s", tr("must lie in the folder of the import"));
		return;
	}
	room = strlen(intake->folder) + strlen(job->row.package) + 1;
	job->package = malloc(room);
	if (!job->package) {
		intake_no_memory(intake);
		return;
	}
	snprintf(job->package, room, "%s%s", intake->folder, job->row.package);
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

static const char *find_creator(struct intake *intake, struct job *job)
{
	const char *name = job->row.creator;

	if (intake->own_id) {
		if (name && strcasecmp(name, intake->cli->as) != 0)
			row_problem(&job->error, NMK_EDENIED, "creator", "%s", tr("is somebody else"));
		return intake->own_id;
	}
	if (!name) {
		row_problem(&job->error, NMK_EINVALID, "creator", "%s", tr("is needed"));
		return NULL;
	}
	job->creator_id = creator_id(intake, name, &job->error);
	return job->creator_id;
}

void intake_prepare(struct intake *intake, struct job *job)
{
	const char *creator;

	job->error = job->row.problem;
	if (job->error.status == NMK_OK && !job->row.title)
		row_problem(&job->error, NMK_EINVALID, "title", "%s", tr("is needed"));
	if (job->error.status != NMK_OK)
		return;
	creator = find_creator(intake, job);
	for (size_t i = 0; i < job->row.category_count && job->error.status == NMK_OK && !intake_failed(intake); i++)
		job->category_ids[i] = intake_category_id(intake, job->row.categories[i], &job->error);
	if (job->error.status == NMK_OK && !intake_failed(intake))
		find_package(intake, job);
	if (job->error.status != NMK_OK || intake_failed(intake))
		return;
	job->publish = intake->publish || (job->row.published && !intake->own_id);
	job->submit = intake->submit && !job->publish;
	intake->published_ignored = intake->published_ignored || (job->row.published && intake->own_id);
	if (strcmp(creator, INTAKE_WOULD_BE) != 0)
		know_nanos_of(intake, creator);
	else
		creator = job->row.creator;
	if (!intake_failed(intake))
		look_up_nano(intake, job, creator);
	if (intake->dry && !job->decided)
		check_dry(job);
}
