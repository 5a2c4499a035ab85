/* injection_test.c -- what looks like SQL is text like any other: through every text of every call, the schema and the rows of others
 * stay as they are. `--list` prints what probes.def covers, for coverage.py. */
#define _DEFAULT_SOURCE /* DT_DIR */
#include <dirent.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define PASSWORD "fuenf Zwerge im Garten"

/* Hashing is slow by design; here it only pretends. The program's own functions come before the library's. */
int crypto_pwhash(unsigned char *const out, unsigned long long size, const char *const password, unsigned long long length,
                  const unsigned char *const salt, unsigned long long passes, size_t memory, int algorithm)
{
	(void)passes;
	(void)memory;
	(void)algorithm;
	return crypto_generichash(out, (size_t)size, (const unsigned char *)password, length, salt, crypto_pwhash_SALTBYTES);
}

/* Who acts, and what there is to act on. `member` and what is theirs may change; all others are strangers to the calls. */
struct stage {
	struct world *world;
	nmk_session  *member, *admin, *guest, *visitor; /* the visitor logs in and out                  */
	char member_id[40], email[64], category[40], draft[40], published[40], commented[40], rating[40], comment[40], nano[40], chat[40], quiet_chat[40], file[160], no_file[160], name[32];
	nmk_nano_fields nano_fields;
	nmk_category_changes category_changes;
	nmk_upload upload;
	bool flag;
	unsigned serial;
	int64_t member_number;
};

static const char *name_of(struct stage *s)
{
	snprintf(s->name, sizeof s->name, "name%u", ++s->serial);
	return s->name;
}

static int swallow(void *context, const void *data, size_t size)
{
	(void)context;
	(void)data;
	(void)size;
	return 0;
}

static int64_t nothing(void *context, void *buffer, size_t size)
{
	(void)context;
	(void)buffer;
	(void)size;
	return 0;
}

/* One byte, and the end. */
static int64_t one_byte(void *context, void *buffer, size_t size)
{
	struct stage *s = context;

	s->flag = !s->flag;
	if (size > 0)
		*(char *)buffer = 'x';
	return s->flag;
}

/* ---- what a call needs beside the text that is probed ---- */

static void fill_registration(struct stage *s, nmk_registration *in)
{
	static char email[64];

	*in = (nmk_registration)NMK_REGISTRATION_INIT;
	in->username = name_of(s);
	snprintf(email, sizeof email, "%s@example.org", in->username);
	in->email = email;
	in->accept_terms = in->accept_privacy = true;
}

static void fill_user_filter(struct stage *s, nmk_user_filter *in)
{
	(void)s;
	*in = (nmk_user_filter)NMK_USER_FILTER_INIT;
}

static void fill_audit_filter(struct stage *s, nmk_audit_filter *in)
{
	(void)s;
	*in = (nmk_audit_filter)NMK_AUDIT_FILTER_INIT;
}

static void fill_profile_changes(struct stage *s, nmk_profile_changes *in)
{
	(void)s;
	*in = (nmk_profile_changes)NMK_PROFILE_CHANGES_INIT;
	in->set = 2u * NMK_PROFILE_PREFERRED_LANGUAGE - 1;
	in->preferred_language = "de";
}

static void fill_category_changes(struct stage *s, nmk_category_changes *in)
{
	*in = s->category_changes;
	in->set = NMK_CATEGORY_NAME | NMK_CATEGORY_DESCRIPTION | NMK_CATEGORY_PARENT_ID;
	in->name = name_of(s);
}

static void fill_nano_fields(struct stage *s, nmk_nano_fields *in)
{
	*in = s->nano_fields;
	in->set = NMK_NANO_TITLE | NMK_NANO_DESCRIPTION | NMK_NANO_LANGUAGE;
	in->language = "de";
}

static void fill_nano_list_options(struct stage *s, nmk_nano_list_options *in)
{
	(void)s;
	*in = (nmk_nano_list_options)NMK_NANO_LIST_OPTIONS_INIT;
	in->limit = 5;
}

static void fill_search_options(struct stage *s, nmk_search_options *in)
{
	(void)s;
	*in = (nmk_search_options)NMK_SEARCH_OPTIONS_INIT;
	in->limit = 5;
}

static void fill_upload(struct stage *s, nmk_upload *in)
{
	*in = s->upload;
}

/* Once a nano only: what the member wrote there before is taken back. */
static nmk_status comment_anew(struct stage *s, const char *text, nmk_comment **comment)
{
	nmk_comment *before;

	if (nmk_comment_get_own(s->member, s->commented, &before) == NMK_OK) {
		assert_status(NMK_OK, nmk_comment_withdraw(s->member, nmk_comment_id(before)));
		nmk_comment_free(before);
	}
	return nmk_comment_create(s->member, s->commented, text, NULL, comment);
}

static void fill_chat_list_options(struct stage *s, nmk_chat_list_options *in)
{
	(void)s;
	*in = (nmk_chat_list_options)NMK_CHAT_LIST_OPTIONS_INIT;
	in->limit = 5;
}

static void fill_message_fields(struct stage *s, nmk_message_fields *in)
{
	*in = (nmk_message_fields)NMK_MESSAGE_FIELDS_INIT;
	s->flag = false;
	in->read = one_byte;
	in->read_context = s;
	in->attachment_name = "bild.png";
}

static nmk_status take_keys(struct stage *s, const char *user_id)
{
	unsigned char *bundle = NULL;
	size_t length;
	nmk_status rc = nmk_prekey_take(s->member, user_id, &bundle, &length);

	nmk_free(bundle);
	return rc;
}

/* ---- the probes ---- */

#define nmk_session_free nmk_session_close
#define PROBE(function, parameter, call) \
	static nmk_status probe_##function##_##parameter(struct stage *s, const char *text) { return call; }
#define PROBE_OUT(function, parameter, type, call)                                      \
	static nmk_status probe_##function##_##parameter(struct stage *s, const char *text) \
	{                                                                               \
		type *out = NULL;                                                       \
		nmk_status rc = call;                                                   \
		type##_free(out);                                                       \
		return rc;                                                              \
	}
#define PROBE_IN(function, parameter, structure, type, call)                            \
	static nmk_status probe_##function##_##parameter(struct stage *s, const char *text) \
	{                                                                               \
		type *out = NULL;                                                       \
		nmk_##structure in;                                                     \
		nmk_status rc;                                                          \
		fill_##structure(s, &in);                                               \
		in.parameter = text;                                                    \
		rc = call;                                                              \
		type##_free(out);                                                       \
		return rc;                                                              \
	}
#include "probes.def"
#undef PROBE
#undef PROBE_OUT
#undef PROBE_IN

static const struct probe {
	const char *name;
	nmk_status (*call)(struct stage *s, const char *text);
} probes[] = {
#define PROBE(function, parameter, call)                   { #function "." #parameter, probe_##function##_##parameter },
#define PROBE_OUT(function, parameter, type, call)         PROBE(function, parameter, call)
#define PROBE_IN(function, parameter, structure, type, call) PROBE(function, parameter, call)
#include "probes.def"
};
#define PROBES (sizeof probes / sizeof probes[0])

/* ---- what must not change ---- */

static uint64_t mix(uint64_t sum, const void *data, size_t length)
{
	const unsigned char *bytes = data;

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ bytes[i]) * UINT64_C(1099511628211);
	return sum;
}

static uint64_t sum_of(sqlite3 *db, const char *sql, int64_t member)
{
	uint64_t sum = UINT64_C(14695981039346656037);
	sqlite3_stmt *rows;

	if (sqlite3_prepare_v2(db, sql, -1, &rows, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_bind_int64(rows, 1, member);
	while (sqlite3_step(rows) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(rows); i++) {
			int length = sqlite3_column_bytes(rows, i);

			sum = mix(mix(sum, &length, sizeof length), sqlite3_column_blob(rows, i), (size_t)length);
		}
	assert_int_equal(SQLITE_OK, sqlite3_finalize(rows));
	return sum;
}

/* The schema, and the rows that were there before and are not the member's: ids grow with time. */
static const char *const foreign[] = {
	"SELECT type, name, sql FROM sqlite_schema WHERE ?1 IS NOT NULL ORDER BY name",
	"SELECT * FROM user_account WHERE id <> ?1 AND id <= (SELECT id FROM user_account WHERE username_key = 'zeuge') ORDER BY id",
	"SELECT * FROM user_key WHERE user_id = (SELECT id FROM user_account WHERE username_key = 'zeuge') AND ?1 IS NOT NULL",
	"SELECT * FROM profile WHERE user_id = (SELECT id FROM user_account WHERE username_key = 'zeuge') AND ?1 IS NOT NULL",
	"SELECT * FROM consent WHERE user_id = (SELECT id FROM user_account WHERE username_key = 'zeuge') AND ?1 IS NOT NULL",
	"SELECT * FROM login WHERE user_id = (SELECT id FROM user_account WHERE username_key = 'zeuge') AND ?1 IS NOT NULL",
	"SELECT * FROM nano WHERE creator_id = (SELECT id FROM user_account WHERE username_key = 'zeuge') AND ?1 IS NOT NULL",
	"SELECT * FROM chat WHERE participant_id <> ?1 ORDER BY id",
	"SELECT * FROM chat_member WHERE user_id <> ?1 AND partner_id <> ?1 ORDER BY chat_id, user_id",
	"SELECT * FROM chat_message WHERE author_id <> ?1 ORDER BY chat_id, sequence",
	"SELECT * FROM search_source WHERE creator = 'zeuge' AND ?1 IS NOT NULL",
	"SELECT * FROM rating WHERE user_id = (SELECT id FROM user_account WHERE username_key = 'zeuge') AND ?1 IS NOT NULL",
	"SELECT * FROM comment WHERE user_id = (SELECT id FROM user_account WHERE username_key = 'zeuge') AND ?1 IS NOT NULL",
	"SELECT comment_vote.* FROM comment_vote JOIN comment ON id = comment_id WHERE content = 'Das sah ich.' AND ?1 IS NOT NULL",
	"SELECT comment_report.* FROM comment_report JOIN comment ON comment.id = comment_id WHERE content = 'Das sah ich.' AND ?1 IS NOT NULL",
	"SELECT * FROM store_property WHERE ?1 IS NOT NULL",
	"SELECT count(*) FROM user_account WHERE role = 'admin' AND ?1 IS NOT NULL",
	"SELECT count(*) FROM nano WHERE status IN ('published', 'deleted') AND ?1 IS NOT NULL",
};

static uint64_t foreign_sum(const struct stage *s)
{
	uint64_t sum = 0;
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open_v2(s->world->path, &db, SQLITE_OPEN_READONLY, NULL));
	for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++)
		sum = mix(sum, &(uint64_t){ sum_of(db, foreign[i], s->member_number) }, sizeof sum);
	assert_int_equal(SQLITE_OK, sqlite3_close(db));
	return sum;
}

/* ---- the stage ---- */

static nmk_session *member(struct world *w, const char *name, char email[64])
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_session *session;

	snprintf(email, 64, "%s@example.org", name);
	registration.email = email;
	registration.username = name;
	registration.password = PASSWORD;
	registration.first_name = "Zoe";
	assert_status(NMK_OK, nmk_user_add(w->system, &registration, NMK_ROLE_CREATOR, NULL));
	assert_status(NMK_OK, nmk_session_act_as(w->system, name, &session));
	return session;
}

/* A chat about a nano, and its first message. */
static void talk(nmk_session *creator, nmk_session *session, const char *nano_id, char id[40])
{
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	nmk_chat *chat;

	assert_status(NMK_OK, nmk_chat_open(session, nano_id, &chat, NULL));
	fields.text = "Hallo?";
	assert_status(NMK_OK, nmk_chat_send(creator, nmk_chat_id(chat), &fields, NULL));
	if (id)
		snprintf(id, 40, "%s", nmk_chat_id(chat));
	nmk_chat_free(chat);
}

/* A witness, who has one of everything, and whom nobody names. */
static void have_witness(struct world *w)
{
	char email[64];
	nmk_session *witness = member(w, "zeuge", email);
	nmk_tokens *tokens;
	nmk_nano *nano = world_nano(w, witness, NMK_NANO_PUBLISHED), *rated = world_nano(w, w->creator, NMK_NANO_PUBLISHED);
	nmk_comment *comment;

	assert_status(NMK_OK, nmk_rating_create(witness, nmk_nano_id(rated), 4, NULL, NULL));
	assert_status(NMK_OK, nmk_comment_create(witness, nmk_nano_id(rated), "Das sah ich.", NULL, &comment));
	assert_status(NMK_OK, nmk_comment_approve(w->moderator, nmk_comment_id(comment), 0));
	assert_status(NMK_OK, nmk_comment_vote(w->consumer, nmk_comment_id(comment), true));
	assert_status(NMK_OK, nmk_comment_report_create(w->consumer, nmk_comment_id(comment), NMK_REPORT_OTHER, NULL, NULL, NULL));
	nmk_comment_free(comment);
	nmk_nano_free(rated);

	assert_status(NMK_OK, nmk_consent_record(witness, NMK_CONSENT_MARKETING, true, "1", NULL));
	assert_status(NMK_OK, nmk_token_issue(witness, &tokens));
	nmk_tokens_free(tokens);
	talk(witness, w->consumer, nmk_nano_id(nano), NULL);
	nmk_nano_free(nano);
	nmk_session_close(witness);
}

/* The member has rated and commented on another's nano. */
static void have_feedback(struct stage *s)
{
	nmk_nano *nano = world_nano(s->world, s->world->creator, NMK_NANO_PUBLISHED);
	nmk_rating *rating;
	nmk_comment *comment;

	snprintf(s->published, sizeof s->published, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	nano = world_nano(s->world, s->world->creator, NMK_NANO_PUBLISHED);
	snprintf(s->commented, sizeof s->commented, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	assert_status(NMK_OK, nmk_rating_create(s->member, s->published, 4, NULL, &rating));
	snprintf(s->rating, sizeof s->rating, "%s", nmk_rating_id(rating));
	nmk_rating_free(rating);
	assert_status(NMK_OK, nmk_comment_create(s->member, s->published, "Kurz und gut.", NULL, &comment));
	snprintf(s->comment, sizeof s->comment, "%s", nmk_comment_id(comment));
	nmk_comment_free(comment);
	assert_status(NMK_OK, nmk_comment_approve(s->admin, s->comment, 0));
}

static void stage_begin(struct stage *s)
{
	void *state = NULL;
	nmk_category *category;
	nmk_nano *nano;
	FILE *file;

	memset(s, 0, sizeof *s);
	world_setup(&state);
	s->world = state;
	s->member = member(s->world, "taeter", s->email);
	snprintf(s->member_id, sizeof s->member_id, "%s", nmk_session_user_id(s->member));
	s->member_number = world_sql(s->world, "SELECT id FROM user_account WHERE username_key = 'taeter'");
	have_witness(s->world);
	s->admin = s->world->admin;
	s->guest = s->world->guest;
	assert_status(NMK_OK, nmk_session_open(s->world->market, &s->visitor));
	assert_status(NMK_OK, nmk_category_create(s->admin, "Eine Kategorie", NULL, NULL, NULL, &category));
	snprintf(s->category, sizeof s->category, "%s", nmk_category_id(category));
	nmk_category_free(category);
	nano = world_nano(s->world, s->member, NMK_NANO_DRAFT);
	snprintf(s->draft, sizeof s->draft, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	have_feedback(s);
	nano = world_nano(s->world, s->world->creator, NMK_NANO_PUBLISHED);
	snprintf(s->nano, sizeof s->nano, "%s", nmk_nano_id(nano));
	talk(s->world->creator, s->member, s->nano, s->chat);
	nmk_nano_free(nano);
	nano = world_nano(s->world, s->world->creator, NMK_NANO_PUBLISHED);
	talk(s->world->creator, s->member, nmk_nano_id(nano), s->quiet_chat); /* is disabled */
	nmk_nano_free(nano);
	snprintf(s->file, sizeof s->file, "%s/leer", s->world->folder);
	file = fopen(s->file, "w");
	assert_non_null(file);
	fclose(file);
	snprintf(s->no_file, sizeof s->no_file, "%s/keine/datei", s->world->folder);
	s->nano_fields = (nmk_nano_fields)NMK_NANO_FIELDS_INIT;
	s->nano_fields.title = "Titel";
	s->category_changes = (nmk_category_changes)NMK_CATEGORY_CHANGES_INIT;
	s->upload = (nmk_upload)NMK_UPLOAD_INIT;
	s->upload.read = nothing;
}

static void stage_end(struct stage *s)
{
	void *state = s->world;

	nmk_session_close(s->visitor);
	nmk_session_close(s->member);
	world_teardown(&state);
}

/* ---- the lines ---- */

/* Each line meets every EVERYth probe, another one each time; all of them where there is time: NMK_INJECTION=all. */
#ifdef __SANITIZE_ADDRESS__
#define EVERY 101
#else
#define EVERY 17
#endif

static long lines, calls;

/* A definite answer that is no failure of the machine. */
static void check_answer(const struct probe *probe, nmk_status rc, const char *line)
{
	switch ((int)rc) {
	case NMK_EINTERNAL:
	case NMK_ENOMEM:
	case NMK_EIO:
	case NMK_ECORRUPT:
	case NMK_EUNKNOWN:
		fail_msg("%s answered %s to: %s", probe->name, nmk_status_name(rc), line);
	default: /* every other answer may be right */
		break;
	}
}

static void probe_line(struct stage *s, const char *line)
{
	unsigned step = getenv("NMK_INJECTION") ? 1 : EVERY;

	for (size_t i = (size_t)(lines % step); i < PROBES; i += step) {
		check_answer(&probes[i], probes[i].call(s, line), line);
		calls++;
	}
	lines++;
	world_advance(s->world, 60000); /* so that counted attempts are forgiven */
}

static void probe_file(struct stage *s, const char *path)
{
	FILE *file = fopen(path, "r");
	char line[4096];
	uint64_t before = foreign_sum(s);

	assert_non_null(file);
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\r\n")] = '\0';
		probe_line(s, line);
	}
	fclose(file);
	if (foreign_sum(s) != before)
		fail_msg("something that is not the member's was changed by the lines of %s", path);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void probe_folder(struct stage *s, const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, by_name);

	assert_true(count >= 0);
	for (int i = 0; i < count; i++) {
		char name[1024];
		const char *dot = strrchr(entries[i]->d_name, '.');

		snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_type == DT_DIR && entries[i]->d_name[0] != '.')
			probe_folder(s, name);
		else if (dot && strcmp(dot, ".txt") == 0)
			probe_file(s, name);
		free(entries[i]);
	}
	free(entries);
}

static void test_injection__changes_neither_schema_nor_the_rows_of_others(void **state)
{
	const char *folder = shared_file("data/security/sqli");
	struct stage s;

	(void)state;
	stage_begin(&s);
	probe_folder(&s, folder);
	print_message("%ld lines, %ld calls, %d texts\n", lines, calls, (int)PROBES);
	stage_end(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_injection__changes_neither_schema_nor_the_rows_of_others),
	};

	if (argc > 1 && strcmp(argv[1], "--list") == 0) {
		for (size_t i = 0; i < PROBES; i++)
			printf("%s\n", probes[i].name);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
