/* story.c -- tells tests/bindings/story.json in C, and prints what was answered, step by step, as a JSON array.
 * usage: story STORY PACKAGE FOLDER     FOLDER: a new store and what is downloaded */
#include <jansson.h>
#include <nanomarket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct teller {
	nmk_market *market;
	json_t     *names;    /* "$nano": id */
	json_t     *sessions; /* name: integer that is the pointer */
	const char *package, *folder;
};

static int64_t still(void *context)
{
	(void)context;
	return INT64_C(1750000000000);
}

static const char *text(const json_t *arguments, const char *name)
{
	return json_string_value(json_object_get(arguments, name));
}

static int32_t number(const json_t *arguments, const char *name)
{
	return (int32_t)json_integer_value(json_object_get(arguments, name));
}

static json_t *taken(char *text_of_json)
{
	json_t *value = json_loads(text_of_json, JSON_DECODE_ANY, NULL);

	nmk_free(text_of_json);
	return value;
}

#define ANSWER(type, value) \
	do { \
		if (status == NMK_OK) \
			*result = taken(type##_json(value)); \
		type##_free(value); \
		return status; \
	} while (0)

static nmk_status user_add(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_user        *user = NULL;
	nmk_status       status;

	(void)teller;
	registration.email = text(a, "email");
	registration.username = text(a, "username");
	registration.password = text(a, "password");
	status = nmk_user_add(session, &registration, nmk_role_of(text(a, "role")), &user);
	ANSWER(nmk_user, user);
}

static nmk_status session_login(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	(void)teller;
	(void)result;
	return nmk_session_login(session, text(a, "email"), text(a, "password"));
}

static nmk_status user_find(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_user  *user = NULL;
	nmk_status status = nmk_user_find(session, text(a, "username"), &user);

	(void)teller;
	ANSWER(nmk_user, user);
}

static nmk_status user_list(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_user_page *page = NULL;
	nmk_status     status = nmk_user_list(session, NULL, NULL, number(a, "limit"), &page);

	(void)teller;
	ANSWER(nmk_user_page, page);
}

static nmk_status user_set_role(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	(void)teller;
	(void)result;
	return nmk_user_set_role(session, text(a, "id"), nmk_role_of(text(a, "role")));
}

static nmk_status category_create(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_category *category = NULL;
	nmk_status    status = nmk_category_create(session, text(a, "name"), text(a, "description"), NULL, NULL, &category);

	(void)teller;
	ANSWER(nmk_category, category);
}

static void set_text(const json_t *a, const char *name, const char **member, uint32_t bit, nmk_nano_fields *fields)
{
	if (json_object_get(a, name) == NULL)
		return;
	*member = text(a, name);
	fields->set |= bit;
}

static nmk_status nano_write(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	const char     *category = json_string_value(json_array_get(json_object_get(a, "category_ids"), 0));
	nmk_nano       *nano = NULL;
	nmk_status      status;

	(void)teller;
	set_text(a, "title", &fields.title, NMK_NANO_TITLE, &fields);
	set_text(a, "description", &fields.description, NMK_NANO_DESCRIPTION, &fields);
	fields.duration_minutes = number(a, "duration_minutes");
	fields.competency_level = nmk_competency_level_of(text(a, "competency_level"));
	fields.license = nmk_license_of(text(a, "license"));
	fields.format = nmk_format_of(text(a, "format"));
	fields.set |= fields.format != 0 ? NMK_NANO_FORMAT : 0U;
	fields.category_ids = &category;
	fields.category_count = category != NULL;
	if (text(a, "id") != NULL)
		status = nmk_nano_update(session, text(a, "id"), &fields, &nano);
	else
		status = nmk_nano_create(session, &fields, &nano);
	ANSWER(nmk_nano, nano);
}

static nmk_status nano_get(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_nano  *nano = NULL;
	nmk_status status = nmk_nano_get(session, text(a, "id"), &nano);

	(void)teller;
	ANSWER(nmk_nano, nano);
}

static nmk_status nano_submit(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	(void)teller;
	(void)result;
	return nmk_nano_submit(session, text(a, "id"));
}

static nmk_status nano_publish(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	(void)teller;
	(void)result;
	return nmk_nano_publish(session, text(a, "id"));
}

static nmk_status nano_reject(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	(void)teller;
	(void)result;
	return nmk_nano_reject(session, text(a, "id"), text(a, "reason"));
}

static nmk_status nano_takedown(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	bool       already = false;
	nmk_status status = nmk_nano_takedown(session, text(a, "id"), text(a, "reason"), NULL, &already);

	(void)teller;
	if (status == NMK_OK)
		*result = json_boolean(already);
	return status;
}

static nmk_status nano_review_queue(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_nano_page *page = NULL;
	nmk_status     status = nmk_nano_review_queue(session, NULL, number(a, "limit"), &page);

	(void)teller;
	ANSWER(nmk_nano_page, page);
}

static nmk_status search(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page   *page = NULL;
	nmk_status         status;

	(void)teller;
	options.text = text(a, "text");
	options.limit = number(a, "limit");
	options.license = nmk_license_of(text(a, "license"));
	status = nmk_search(session, &options, &page);
	ANSWER(nmk_search_page, page);
}

static nmk_status package_upload_file(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_upload   upload = NMK_UPLOAD_INIT;
	nmk_version *version = NULL;
	nmk_status   status;

	upload.number = text(a, "number");
	upload.changelog = text(a, "changelog");
	status = nmk_package_upload_file(session, text(a, "nano_id"), teller->package, &upload, &version);
	ANSWER(nmk_version, version);
}

static nmk_status package_download_file(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	char path[4096];

	(void)result;
	snprintf(path, sizeof path, "%s/%s", teller->folder, text(a, "path"));
	return nmk_package_download_file(session, text(a, "nano_id"), NULL, path);
}

static nmk_status rating_create(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_rating *rating = NULL;
	nmk_status  status = nmk_rating_create(session, text(a, "nano_id"), number(a, "score"), NULL, &rating);

	(void)teller;
	ANSWER(nmk_rating, rating);
}

static nmk_status rating_queue(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_rating_page *page = NULL;
	nmk_status       status = nmk_rating_queue(session, NULL, number(a, "limit"), &page);

	(void)teller;
	ANSWER(nmk_rating_page, page);
}

static nmk_status rating_approve(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	(void)teller;
	(void)result;
	return nmk_rating_approve(session, text(a, "id"), number(a, "revision"));
}

static nmk_status comment_create(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_comment *comment = NULL;
	nmk_status   status = nmk_comment_create(session, text(a, "nano_id"), text(a, "content"), NULL, &comment);

	(void)teller;
	ANSWER(nmk_comment, comment);
}

static nmk_status comment_approve(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	(void)teller;
	(void)result;
	return nmk_comment_approve(session, text(a, "id"), number(a, "revision"));
}

static nmk_status comment_reply_to(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	(void)teller;
	(void)result;
	return nmk_comment_reply_to(session, text(a, "id"), text(a, "reply"));
}

static nmk_status comment_list(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_comment_page *page = NULL;
	nmk_status        status = nmk_comment_list(session, text(a, "nano_id"), 0, NULL, number(a, "limit"), &page);

	(void)teller;
	ANSWER(nmk_comment_page, page);
}

static nmk_status chat_open(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_chat  *chat = NULL;
	bool       created = false;
	nmk_status status = nmk_chat_open(session, text(a, "nano_id"), &chat, &created);

	(void)teller;
	if (status == NMK_OK)
		*result = json_pack("[o, b]", taken(nmk_chat_json(chat)), created);
	nmk_chat_free(chat);
	return status;
}

static nmk_status chat_get(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_chat  *chat = NULL;
	nmk_status status = nmk_chat_get(session, text(a, "id"), &chat);

	(void)teller;
	ANSWER(nmk_chat, chat);
}

static nmk_status chat_send(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	nmk_message       *message = NULL;
	nmk_status         status;

	(void)teller;
	fields.text = text(a, "text");
	status = nmk_chat_send(session, text(a, "chat_id"), &fields, &message);
	ANSWER(nmk_message, message);
}

static nmk_status chat_messages(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_message_page *page = NULL;
	nmk_status        status = nmk_chat_messages(session, text(a, "chat_id"), number(a, "since"), 0, &page);

	(void)teller;
	ANSWER(nmk_message_page, page);
}

static nmk_status chat_wait(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	int64_t    last = 0;
	nmk_status status = nmk_chat_wait(session, text(a, "chat_id"), number(a, "since"), number(a, "timeout_ms"), &last);

	(void)teller;
	if (status == NMK_OK)
		*result = json_integer(last);
	return status;
}

static nmk_status audit_list(nmk_session *session, const json_t *a, struct teller *teller, json_t **result)
{
	nmk_audit_filter      filter = NMK_AUDIT_FILTER_INIT;
	nmk_audit_event_page *page = NULL;
	nmk_status            status;

	(void)teller;
	filter.action = text(a, "action");
	status = nmk_audit_list(session, &filter, NULL, number(a, "limit"), &page);
	ANSWER(nmk_audit_event_page, page);
}

static const struct {
	const char *name;
	nmk_status (*call)(nmk_session *session, const json_t *arguments, struct teller *teller, json_t **result);
} calls[] = {
	{ "user_add", user_add }, { "session_login", session_login }, { "user_find", user_find }, { "user_list", user_list },
	{ "user_set_role", user_set_role }, { "category_create", category_create }, { "nano_create", nano_write },
	{ "nano_update", nano_write }, { "nano_get", nano_get }, { "nano_submit", nano_submit }, { "nano_publish", nano_publish },
	{ "nano_reject", nano_reject }, { "nano_takedown", nano_takedown }, { "nano_review_queue", nano_review_queue },
	{ "search", search }, { "package_upload_file", package_upload_file }, { "package_download_file", package_download_file },
	{ "rating_create", rating_create }, { "rating_queue", rating_queue }, { "rating_approve", rating_approve },
	{ "comment_create", comment_create }, { "comment_approve", comment_approve }, { "comment_reply_to", comment_reply_to },
	{ "comment_list", comment_list }, { "chat_open", chat_open }, { "chat_get", chat_get }, { "chat_send", chat_send },
	{ "chat_messages", chat_messages }, { "chat_wait", chat_wait }, { "audit_list", audit_list },
};

static nmk_session *session_of(struct teller *teller, const char *name)
{
	nmk_session *session = NULL, *system = NULL;
	json_t      *known = json_object_get(teller->sessions, name);

	if (known != NULL)
		return (nmk_session *)(uintptr_t)json_integer_value(known);
	if (strcmp(name, "guest") == 0)
		nmk_session_open(teller->market, &session);
	else if (strcmp(name, "system") == 0)
		nmk_session_open_system(teller->market, &session);
	else if (nmk_session_open_system(teller->market, &system) == NMK_OK)
		nmk_session_act_as(system, name, &session);
	nmk_session_close(system);
	json_object_set_new(teller->sessions, name, json_integer((json_int_t)(uintptr_t)session));
	return session;
}

static json_t *known(const struct teller *teller, json_t *value)
{
	json_t *id = json_is_string(value) ? json_object_get(teller->names, json_string_value(value)) : NULL;

	return id != NULL ? id : value;
}

static json_t *arguments_of(const struct teller *teller, json_t *step)
{
	json_t     *arguments = json_object(), *value;
	const char *name;

	json_object_foreach(json_object_get(step, "arguments"), name, value) {
		if (json_is_array(value)) {
			json_t *list = json_array();
			size_t  i;
			json_t *item;

			json_array_foreach(value, i, item)
				json_array_append(list, known(teller, item));
			json_object_set_new(arguments, name, list);
		} else {
			json_object_set(arguments, name, known(teller, value));
		}
	}
	return arguments;
}

static json_t *tell(struct teller *teller, json_t *step, size_t index)
{
	const char  *name = json_string_value(json_object_get(step, "call")), *keep = json_string_value(json_object_get(step, "keep"));
	nmk_session *session = session_of(teller, json_string_value(json_object_get(step, "as")));
	json_t      *arguments = arguments_of(teller, step), *result = NULL, *line;
	nmk_status   status = NMK_EINTERNAL;
	char         named[64];

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (strcmp(calls[i].name, name) == 0)
			status = calls[i].call(session, arguments, teller, &result);
	line = json_pack("{s:i, s:s, s:s, s:s, s:s, s:o}", "step", (int)index, "call", name, "status", nmk_status_word(status), "field",
	                 status == NMK_OK ? "" : nmk_session_error(session)->field, "message",
	                 status == NMK_OK ? "" : nmk_session_error(session)->message, "result", result != NULL ? result : json_null());
	if (keep != NULL) {
		snprintf(named, sizeof named, "$%s", keep);
		json_object_set(teller->names, named, json_object_get(json_is_array(result) ? json_array_get(result, 0) : result, "id"));
	}
	json_decref(arguments);
	return line;
}

int main(int count, char **words)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct teller      teller = { .names = json_object(), .sessions = json_object() };
	json_t            *story, *transcript = json_array(), *step, *session;
	nmk_error          error;
	char               path[4096];
	size_t             i;
	const char        *name;

	if (count != 4)
		return 2;
	story = json_load_file(words[1], 0, NULL);
	teller.package = words[2];
	teller.folder = words[3];
	options.create = true;
	options.clock = still;
	options.password_memory_kib = 19456;
	snprintf(path, sizeof path, "%s/market.db", words[3]);
	if (story == NULL || nmk_market_open(path, &options, &error, &teller.market) != NMK_OK)
		return 1;
	json_array_foreach(story, i, step)
		json_array_append_new(transcript, tell(&teller, step, i));
	json_dumpf(transcript, stdout, 0);
	json_object_foreach(teller.sessions, name, session)
		nmk_session_close((nmk_session *)(uintptr_t)json_integer_value(session));
	nmk_market_close(teller.market);
	json_decref(transcript);
	json_decref(story);
	json_decref(teller.names);
	json_decref(teller.sessions);
	return 0;
}
