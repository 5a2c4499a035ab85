/* import_folder.c -- categories and creators that lie beside the rows in a folder. */
#include "import_intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "output.h"

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void load_company(struct intake *intake, const char *username, const char *company)
{
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
	nmk_session *session = NULL;

	changes.set = NMK_PROFILE_COMPANY;
	changes.company = company;
	if (nmk_session_act_as(intake->cli->session, username, &session) == NMK_OK)
		nmk_profile_update(session, &changes, NULL);
	nmk_session_close(session);
}

static nmk_status load_creator(struct intake *intake, const json_t *object)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_user *user = NULL;
	char email[96];
	nmk_status rc;

	registration.username = text_of(object, "username");
	if (!registration.username)
		registration.username = "";
	rc = nmk_user_find(intake->cli->session, registration.username, &user);
	if (rc == NMK_ENOTFOUND && !intake->dry) {
		snprintf(email, sizeof email, "%.60s@import.invalid", registration.username);
		registration.email = text_of(object, "email") ? text_of(object, "email") : email;
		registration.first_name = text_of(object, "first_name");
		registration.last_name = text_of(object, "last_name");
		registration.bio = text_of(object, "bio");
		rc = intake_add_creator(intake, &registration, &user);
		if (rc == NMK_OK && text_of(object, "company"))
			load_company(intake, registration.username, text_of(object, "company"));
	}
	if (rc == NMK_OK || (rc == NMK_ENOTFOUND && intake->dry))
		intake_remember(intake, &intake->creators, registration.username,
		                user ? nmk_user_id(user) : INTAKE_WOULD_BE);
	nmk_user_free(user);
	return rc == NMK_ENOTFOUND && intake->dry ? NMK_OK : rc;
}

static nmk_status load_category(struct intake *intake, const json_t *object)
{
	const char *name = text_of(object, "name"), *parent = text_of(object, "parent"), *parent_id = NULL;
	nmk_error problem = { .status = NMK_OK };
	nmk_category *category = NULL;
	nmk_status rc = nmk_category_find(intake->cli->session, name ? name : "", &category);

	if (rc == NMK_ENOTFOUND && !intake->dry) {
		if (parent)
			parent_id = intake_category_id(intake, parent, &problem);
		rc = problem.status;
		if (rc == NMK_OK)
			rc = nmk_category_create(intake->cli->session, name ? name : "", text_of(object, "description"),
			                         parent_id, NULL, &category);
	}
	if (rc == NMK_OK || (rc == NMK_ENOTFOUND && intake->dry))
		intake_remember(intake, &intake->categories, name ? name : "",
		                category ? nmk_category_id(category) : INTAKE_WOULD_BE);
	nmk_category_free(category);
	return rc == NMK_ENOTFOUND && intake->dry ? NMK_OK : rc;
}

static bool is_row_fault(nmk_status rc)
{
	return rc == NMK_EINVALID || rc == NMK_ENOTFOUND || rc == NMK_ECONFLICT || rc == NMK_ELIMIT || rc == NMK_ESTATE;
}

static void load_file(struct intake *intake, const char *name, nmk_status (*load)(struct intake *, const json_t *))
{
	struct rows rows;
	size_t room = strlen(intake->folder) + strlen(name) + 1;
	char *path = malloc(room);
	enum rows_result result = ROWS_ROW;

	if (!path) {
		intake_no_memory(intake);
		return;
	}
	snprintf(path, room, "%s%s", intake->folder, name);
	if (access(path, F_OK) == 0) {
		result = rows_open(&rows, path);
		while (result == ROWS_ROW && !intake_failed(intake) && !interrupted()) {
			nmk_error problem = { .status = NMK_OK };
			json_t *object;
			nmk_status rc;

			result = rows_next_object(&rows, &object, &problem);
			if (result != ROWS_ROW)
				break;
			rc = object ? load(intake, object) : problem.status;
			json_decref(object);
			if (object && is_row_fault(rc) && !intake_failed(intake))
				problem = *nmk_session_error(intake->cli->session);
			if (is_row_fault(rc))
				intake_report_rejection(intake, name, rows.number, &problem);
			else if (rc != NMK_OK)
				intake_fail(intake, rc);
		}
		if (result != ROWS_ROW && result != ROWS_END)
			intake_unreadable(intake, result, path);
		rows_close(&rows);
	}
	free(path);
}

void intake_load_categories(struct intake *intake)
{
	load_file(intake, "categories.jsonl", load_category);
}

void intake_load_creators(struct intake *intake)
{
	load_file(intake, "creators.jsonl", load_creator);
}
