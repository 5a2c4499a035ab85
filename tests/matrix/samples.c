#include "samples.h"

#include <jansson.h>
#include <stdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "totp.h"

#define PASSWORD     "fuenf Zwerge im Garten"
#define NEW_PASSWORD "sieben Riesen im Keller"

/* ---- passwords: hashing is slow by design; here it only pretends. The program's own functions come before the library's. ---- */

int crypto_pwhash(unsigned char *const out, unsigned long long size, const char *const password, unsigned long long length,
                  const unsigned char *const salt, unsigned long long passes, size_t memory, int algorithm)
{
	void *work = malloc(1024); /* so that it can be refused, as the real one's */

	(void)passes;
	(void)memory;
	(void)algorithm;
	if (!work)
		return -1;
	free(work);
	return crypto_generichash(out, (size_t)size, (const unsigned char *)password, length, salt, crypto_pwhash_SALTBYTES);
}

/* ---- scenes ---- */

static unsigned serial; /* for names that were not used before */

static void new_name(char *name, size_t size, const char *kind)
{
	snprintf(name, size, "%s%u", kind, ++serial);
}

nmk_session *scene_member(struct world *world, nmk_role role)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_session *session;
	char name[24], email[64];

	new_name(name, sizeof name, "member");
	snprintf(email, sizeof email, "%s@example.org", name);
	registration.email = email;
	registration.username = name;
	registration.password = PASSWORD;
	assert_status(NMK_OK, nmk_user_add(world->system, &registration, role, NULL));
	assert_status(NMK_OK, nmk_session_act_as(world->system, name, &session));
	return session;
}

void scene_begin(struct scene *scene, struct world *world, nmk_session *owner)
{
	nmk_user *user;

	memset(scene, 0, sizeof *scene);
	scene->world = world;
	scene->owner = owner ? owner : scene_member(world, NMK_ROLE_CREATOR);
	snprintf(scene->owner_id, sizeof scene->owner_id, "%s", nmk_session_user_id(scene->owner));
	assert_status(NMK_OK, nmk_user_get(world->system, scene->owner_id, &user));
	snprintf(scene->owner_name, sizeof scene->owner_name, "%s", nmk_user_username(user));
	nmk_user_free(user);
	new_name(scene->name, sizeof scene->name, "name");
	snprintf(scene->path, sizeof scene->path, "%s/file%u", world->folder, serial);
}

void scene_end(struct scene *scene)
{
	nmk_session_close(scene->owner);
	scene->owner = NULL;
}

nmk_session *scene_enter(struct scene *scene, enum actor_role as)
{
	struct world *world = scene->world;
	nmk_session *session = NULL;

	if (actors[as].owner)
		return scene->owner;
	if (as == AS_SYSTEM) {
		assert_status(NMK_OK, nmk_session_open_system(world->market, &session));
	} else if (as == AS_GUEST) {
		assert_status(NMK_OK, nmk_session_open(world->market, &session));
	} else {
		session = scene_member(world, actors[as].role);
		if (actors[as].suspended)
			assert_status(NMK_OK, nmk_user_suspend(world->system, nmk_session_user_id(session), "test", 0));
	}
	return session;
}

/* ---- a package: one stored file, a picture of one pixel ---- */

static const unsigned char picture[] = {
	0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
	0, 0, 0, 13, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55,
	0, 0, 0, 10, 'I', 'D', 'A', 'T', 0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71,
	0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82,
};
static const char entry_name[] = "bild.png";

struct archive {
	unsigned char bytes[512];
	size_t length, read;
	uint32_t time;     /* of the entry: another for each archive */
};

static void put(struct archive *archive, unsigned bytes, uint32_t number)
{
	for (unsigned i = 0; i < bytes; i++)
		archive->bytes[archive->length++] = (unsigned char)(number >> (8 * i));
}

static void put_text(struct archive *archive, const void *data, size_t length)
{
	memcpy(archive->bytes + archive->length, data, length);
	archive->length += length;
}

/* The fields that local header and directory share (APPNOTE 4.3.7, 4.3.12). */
static void put_entry(struct archive *archive, uint32_t checksum)
{
	put(archive, 2, 20);                    /* needs version 2.0        */
	put(archive, 2, 0);                     /* flags                    */
	put(archive, 2, 0);                     /* stored                   */
	put(archive, 2, archive->time);
	put(archive, 2, 0x5c21);                /* 2026-01-01               */
	put(archive, 4, checksum);
	put(archive, 4, sizeof picture);
	put(archive, 4, sizeof picture);
	put(archive, 2, sizeof entry_name - 1);
	put(archive, 2, 0);                     /* extra                    */
}

static void archive_make(struct archive *archive)
{
	static uint32_t made;
	uint32_t checksum = (uint32_t)crc32(0, picture, sizeof picture), directory;

	memset(archive, 0, sizeof *archive);
	archive->time = made % 24 << 11 | made / 24 % 60 << 5 | made / 1440 % 30;
	made++;
	put(archive, 4, 0x04034b50);
	put_entry(archive, checksum);
	put_text(archive, entry_name, sizeof entry_name - 1);
	put_text(archive, picture, sizeof picture);
	directory = (uint32_t)archive->length;
	put(archive, 4, 0x02014b50);
	put(archive, 2, 20);                    /* made by                  */
	put_entry(archive, checksum);
	put(archive, 2, 0);                     /* comment                  */
	put(archive, 2, 0);                     /* disk                     */
	put(archive, 2, 0);                     /* internal attributes      */
	put(archive, 4, 0);                     /* external attributes      */
	put(archive, 4, 0);                     /* offset                   */
	put_text(archive, entry_name, sizeof entry_name - 1);
	put(archive, 4, 0x06054b50);
	put(archive, 2, 0);
	put(archive, 2, 0);
	put(archive, 2, 1);
	put(archive, 2, 1);
	put(archive, 4, (uint32_t)(archive->length - 12) - directory);
	put(archive, 4, directory);
	put(archive, 2, 0);
}

static int64_t archive_read(void *context, void *buffer, size_t size)
{
	struct archive *archive = context;
	size_t left = archive->length - archive->read;

	if (size > left)
		size = left;
	memcpy(buffer, archive->bytes + archive->read, size);
	archive->read += size;
	return (int64_t)size;
}

static nmk_status upload(struct scene *scene, nmk_session *session)
{
	nmk_upload options = NMK_UPLOAD_INIT;
	struct archive archive;
	nmk_version *version = NULL;
	nmk_status rc;

	archive_make(&archive);
	options.read = archive_read;
	options.read_context = &archive;
	options.file_name = "paket.zip";
	rc = nmk_package_upload(session, scene->nano, &options, &version);
	assert_true((rc == NMK_OK) == (version != NULL));
	nmk_version_free(version);
	return rc;
}

static int swallow(void *context, const void *data, size_t size)
{
	(void)data;
	*(size_t *)context += size;
	return 0;
}

/* ---- objects ---- */

static void have_nothing(struct scene *scene)
{
	(void)scene;
}

static void have_account(struct scene *scene)
{
	scene->is_public = true;
}

static void have_suspended_account(struct scene *scene)
{
	have_account(scene);
	assert_status(NMK_OK, nmk_user_suspend(scene->world->system, scene->owner_id, "test", 0));
}

static void have_password_account(struct scene *scene)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;

	snprintf(scene->email, sizeof scene->email, "%s@example.org", scene->name);
	registration.email = scene->email;
	registration.username = scene->name;
	registration.password = PASSWORD;
	assert_status(NMK_OK, nmk_user_add(scene->world->system, &registration, NMK_ROLE_CONSUMER, NULL));
}

static nmk_status sign_up(struct scene *scene, nmk_session *session)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_user *user = NULL;
	nmk_status rc;

	snprintf(scene->email, sizeof scene->email, "%s@example.org", scene->name);
	registration.email = scene->email;
	registration.username = scene->name;
	registration.password = PASSWORD;
	registration.accept_terms = registration.accept_privacy = true;
	rc = nmk_user_register(session, &registration, &user);
	assert_true((rc == NMK_OK) == (user != NULL));
	nmk_user_free(user);
	return rc;
}

/* The mail to the scene's address is taken out of the outbox and read. */
static void read_mail(struct scene *scene)
{
	nmk_outbox_message *message = NULL;
	bool mine = false;
	json_t *data;

	while (!mine) {
		assert_status(NMK_OK, nmk_outbox_take(scene->world->system, 3600000, &message));
		assert_non_null(message);
		mine = strcmp(nmk_outbox_message_recipient(message), scene->email) == 0;
		if (mine) {
			data = json_loads(nmk_outbox_message_data(message), 0, NULL);
			snprintf(scene->token, sizeof scene->token, "%s", json_string_value(json_object_get(data, "token")));
			snprintf(scene->outbox, sizeof scene->outbox, "%s", nmk_outbox_message_id(message));
			json_decref(data);
		} else {
			assert_status(NMK_OK, nmk_outbox_done(scene->world->system, nmk_outbox_message_id(message)));
		}
		nmk_outbox_message_free(message);
	}
}

/* Somebody has signed up; the mail was taken. */
static void have_mail(struct scene *scene)
{
	assert_status(NMK_OK, sign_up(scene, scene->world->guest));
	read_mail(scene);
}

static void have_reset_mail(struct scene *scene)
{
	have_password_account(scene);
	assert_status(NMK_OK, nmk_password_request_reset(scene->world->guest, scene->email));
	read_mail(scene);
}

static void have_change_mail(struct scene *scene)
{
	snprintf(scene->email, sizeof scene->email, "%s@example.org", scene->name);
	assert_status(NMK_OK, nmk_email_request_change(scene->owner, PASSWORD, scene->email));
	read_mail(scene);
}

/* The owner is logged in on a device. */
static void have_tokens(struct scene *scene, bool access)
{
	nmk_tokens *tokens;

	assert_status(NMK_OK, nmk_token_issue(scene->owner, &tokens));
	snprintf(scene->login, sizeof scene->login, "%s", nmk_tokens_login_id(tokens));
	snprintf(scene->token, sizeof scene->token, "%s",
	         access ? nmk_tokens_access_token(tokens) : nmk_tokens_refresh_token(tokens));
	nmk_tokens_free(tokens);
}

static void have_access_token(struct scene *scene)  { have_tokens(scene, true); }
static void have_refresh_token(struct scene *scene) { have_tokens(scene, false); }

static void have_logins(struct scene *scene)
{
	have_access_token(scene);
	scene->is_public = true; /* that there is such a member */
}

/* Long enough that old epochs may go. */
static void have_old_keys(struct scene *scene)
{
	world_advance(scene->world, INT64_C(36) * 24 * 3600 * 1000);
}

/* ---- what who calls has done before ---- */

/* What an authenticator does with the secret that was typed into it (RFC 4648, 6). */
static size_t read_base32(const char *text, unsigned char *bytes)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	size_t length = 0;
	unsigned bits = 0, value = 0;

	for (; *text; text++) {
		value = value << 5 | (unsigned)(strchr(letters, *text) - letters);
		bits += 5;
		if (bits >= 8)
			bytes[length++] = (unsigned char)(value >> (bits -= 8));
	}
	return length;
}

static void write_code(struct scene *scene, const char *secret)
{
	unsigned char key[TOTP_SECRET_MAXIMUM];
	size_t length = read_base32(secret, key);

	totp_code(NMK_TOTP_SHA1, key, length, totp_step(scene->world->now), TOTP_DIGITS, scene->code);
}

static void ready_begun(struct scene *scene, nmk_session *session)
{
	nmk_totp_enrollment *enrollment;

	assert_status(NMK_OK, nmk_second_factor_begin(session, PASSWORD, NMK_TOTP_SHA1, &enrollment));
	write_code(scene, nmk_totp_enrollment_secret(enrollment));
	nmk_totp_enrollment_free(enrollment);
}

/* A second factor is enabled, and the code is of the next time step. */
static void ready_enabled(struct scene *scene, nmk_session *session)
{
	nmk_totp_enrollment *enrollment;
	nmk_recovery_codes *codes;

	assert_status(NMK_OK, nmk_second_factor_begin(session, PASSWORD, NMK_TOTP_SHA1, &enrollment));
	write_code(scene, nmk_totp_enrollment_secret(enrollment));
	assert_status(NMK_OK, nmk_second_factor_confirm(session, scene->code, &codes));
	nmk_recovery_codes_free(codes);
	world_advance(scene->world, 30000);
	write_code(scene, nmk_totp_enrollment_secret(enrollment));
	nmk_totp_enrollment_free(enrollment);
}

/* An administrator resets what the owner has enabled. */
static void have_second_factor(struct scene *scene)
{
	have_account(scene);
	ready_enabled(scene, scene->owner);
}

/* Somebody has signed up; the mail waits. */
static void have_waiting_mail(struct scene *scene)
{
	assert_status(NMK_OK, sign_up(scene, scene->world->guest));
}

static void have_category(struct scene *scene)
{
	nmk_category *category;

	assert_status(NMK_OK, nmk_category_create(scene->world->system, scene->name, NULL, NULL, NULL, &category));
	snprintf(scene->category, sizeof scene->category, "%s", nmk_category_id(category));
	nmk_category_free(category);
	scene->is_public = true;
}

static void have_nano(struct scene *scene, nmk_nano_state status)
{
	nmk_nano *nano = world_nano(scene->world, scene->owner, status);

	snprintf(scene->nano, sizeof scene->nano, "%s", nmk_nano_id(nano));
	scene->is_public = status == NMK_NANO_PUBLISHED;
	nmk_nano_free(nano);
}

static void have_draft(struct scene *scene)     { have_nano(scene, NMK_NANO_DRAFT); }
static void have_pending(struct scene *scene)   { have_nano(scene, NMK_NANO_PENDING_REVIEW); }
static void have_published(struct scene *scene) { have_nano(scene, NMK_NANO_PUBLISHED); }

/* A new identity's keys, which anyone may publish. */
static struct {
	unsigned char signed_prekey[NMK_E2E_SIGNED_PREKEY_BYTES], one_time[2 * NMK_E2E_ONE_TIME_PREKEY_BYTES];
} keys;

static void have_keys(struct scene *scene)
{
	nmk_e2e_identity *identity;
	unsigned char *records;
	size_t length;

	assert_int_equal(NMK_OK, nmk_e2e_identity_create(scene->world->now, &identity));
	assert_int_equal(NMK_OK, nmk_e2e_identity_add_one_time(identity, 2, &records, &length));
	memcpy(keys.signed_prekey, nmk_e2e_identity_signed_prekey(identity), sizeof keys.signed_prekey);
	memcpy(keys.one_time, records, length);
	nmk_free(records);
	nmk_e2e_identity_free(identity);
}

static nmk_status publish_keys(nmk_session *session, nmk_prekey_state **state)
{
	return nmk_prekey_publish(session, keys.signed_prekey, sizeof keys.signed_prekey, keys.one_time, sizeof keys.one_time, state);
}

static void ready_keys(struct scene *scene, nmk_session *session)
{
	have_keys(scene);
	assert_status(NMK_OK, publish_keys(session, NULL));
}

/* Somebody with keys whom one could write to. */
static void have_published_keys(struct scene *scene)
{
	have_published(scene);
	ready_keys(scene, scene->owner);
}

static void have_packed_draft(struct scene *scene)
{
	have_draft(scene);
	assert_status(NMK_OK, upload(scene, scene->owner));
}

static void have_packed_published(struct scene *scene)
{
	have_packed_draft(scene);
	assert_status(NMK_OK, nmk_nano_submit(scene->owner, scene->nano));
	assert_status(NMK_OK, nmk_nano_publish(scene->world->admin, scene->nano));
	scene->is_public = true;
}

/* A published nano with a second version as a draft. */
static void have_draft_version(struct scene *scene)
{
	have_packed_published(scene);
	assert_status(NMK_OK, upload(scene, scene->owner));
}

static void have_pending_version(struct scene *scene)
{
	have_draft_version(scene);
	assert_status(NMK_OK, nmk_version_submit(scene->owner, scene->nano, "1.1.0"));
}

/* A published nano with two versions, the second one current. */
static void have_two_versions(struct scene *scene)
{
	have_pending_version(scene);
	assert_status(NMK_OK, nmk_version_publish(scene->world->admin, scene->nano, "1.1.0"));
}

static void have_two_draft_versions(struct scene *scene)
{
	have_packed_draft(scene);
	assert_status(NMK_OK, upload(scene, scene->owner));
}

/* ---- feedback ---- */

/* A published nano of somebody who is none of the actors. */
static void have_foreign_nano(struct scene *scene)
{
	nmk_nano *nano = world_nano(scene->world, scene->world->creator, NMK_NANO_PUBLISHED);

	snprintf(scene->nano, sizeof scene->nano, "%s", nmk_nano_id(nano));
	scene->is_public = true;
	nmk_nano_free(nano);
}

static void rate(struct scene *scene, nmk_session *author)
{
	nmk_rating *rating;

	assert_status(NMK_OK, nmk_rating_create(author, scene->nano, 4, NULL, &rating));
	snprintf(scene->rating, sizeof scene->rating, "%s", nmk_rating_id(rating));
	nmk_rating_free(rating);
}

static void comment(struct scene *scene, nmk_session *author)
{
	nmk_comment *written;

	assert_status(NMK_OK, nmk_comment_create(author, scene->nano, "Kurz und gut.", NULL, &written));
	snprintf(scene->comment, sizeof scene->comment, "%s", nmk_comment_id(written));
	nmk_comment_free(written);
}

static void have_pending_rating(struct scene *scene)
{
	have_foreign_nano(scene);
	rate(scene, scene->owner);
	scene->is_public = false;
}

static void have_pending_comment(struct scene *scene)
{
	have_foreign_nano(scene);
	comment(scene, scene->owner);
	scene->is_public = false;
}

static void have_approved_comment(struct scene *scene)
{
	have_pending_comment(scene);
	assert_status(NMK_OK, nmk_comment_approve(scene->world->admin, scene->comment, 1));
	scene->is_public = true;
}

static void have_answered_comment(struct scene *scene)
{
	have_approved_comment(scene);
	assert_status(NMK_OK, nmk_comment_reply_to(scene->world->creator, scene->comment, "Danke!"));
}

/* An account that has given feedback of all kinds. */
static void have_talkative_account(struct scene *scene)
{
	have_foreign_nano(scene);
	comment(scene, scene->world->stranger);
	assert_status(NMK_OK, nmk_comment_approve(scene->world->admin, scene->comment, 0));
	assert_status(NMK_OK, nmk_comment_vote(scene->owner, scene->comment, true));
	assert_status(NMK_OK, nmk_comment_report_create(scene->owner, scene->comment, NMK_REPORT_SPAM, NULL, NULL, NULL));
	comment(scene, scene->owner);
	rate(scene, scene->owner);
	assert_status(NMK_OK, nmk_rating_approve(scene->world->admin, scene->rating, 0));
}

/* A comment of somebody who is none of the actors. */
static void have_foreign_comment(struct scene *scene)
{
	have_foreign_nano(scene);
	comment(scene, scene->world->stranger);
	assert_status(NMK_OK, nmk_comment_approve(scene->world->admin, scene->comment, 0));
}

static void have_received_comment(struct scene *scene)
{
	have_published(scene);
	comment(scene, scene->world->stranger);
	assert_status(NMK_OK, nmk_comment_approve(scene->world->admin, scene->comment, 0));
}

static void have_reported_comment(struct scene *scene)
{
	have_approved_comment(scene);
	assert_status(NMK_OK, nmk_comment_report_create(scene->world->stranger, scene->comment, NMK_REPORT_SPAM, NULL, NULL, NULL));
}

static void ready_rated(struct scene *scene, nmk_session *session)
{
	rate(scene, session);
}

static void ready_commented(struct scene *scene, nmk_session *session)
{
	comment(scene, session);
}

static nmk_status report(struct scene *scene, nmk_session *session)
{
	nmk_comment_report *made = NULL;
	nmk_status rc = nmk_comment_report_create(session, scene->comment, NMK_REPORT_OFFENSIVE, "Das ist beleidigend.",
	                                          scene->name, &made);

	nmk_comment_report_free(made);
	return rc;
}

static void ready_reported(struct scene *scene, nmk_session *session)
{
	assert_status(NMK_OK, report(scene, session));
}

/* ---- calls ---- */

static void fill(nmk_nano_fields *fields)
{
	*fields = (nmk_nano_fields)NMK_NANO_FIELDS_INIT;
	fields->title = "Pivot-Tabellen lesen";
	fields->description = "Was die Zeilen und Spalten sagen.";
	fields->duration_minutes = 20;
}

static nmk_status call_session_act_as(struct scene *scene, nmk_session *session)
{
	nmk_session *member = NULL;
	nmk_status rc = nmk_session_act_as(session, scene->owner_name, &member);

	nmk_session_close(member);
	return rc;
}

static nmk_status call_session_login(struct scene *scene, nmk_session *session)
{
	return nmk_session_login(session, scene->email, PASSWORD);
}

static nmk_status call_session_logout(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_session_logout(session);
}

static nmk_status call_user_register(struct scene *scene, nmk_session *session)
{
	return sign_up(scene, session);
}

static nmk_status call_user_verify_email(struct scene *scene, nmk_session *session)
{
	return nmk_user_verify_email(session, scene->token);
}

static nmk_status call_user_add(struct scene *scene, nmk_session *session)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	char email[96];
	nmk_user *user = NULL;
	nmk_status rc;

	snprintf(email, sizeof email, "%s@example.org", scene->name);
	registration.email = email;
	registration.username = scene->name;
	registration.first_name = "Anna";
	registration.idempotency_key = scene->name;
	rc = nmk_user_add(session, &registration, NMK_ROLE_CREATOR, &user);
	nmk_user_free(user);
	return rc;
}

static nmk_status call_user_get(struct scene *scene, nmk_session *session)
{
	nmk_user *user = NULL;
	nmk_status rc = nmk_user_get(session, scene->owner_id, &user);

	nmk_user_free(user);
	return rc;
}

static nmk_status call_user_find(struct scene *scene, nmk_session *session)
{
	nmk_user *user = NULL;
	nmk_status rc = nmk_user_find(session, scene->owner_name, &user);

	nmk_user_free(user);
	return rc;
}

static nmk_status call_user_list(struct scene *scene, nmk_session *session)
{
	nmk_user_page *page = NULL;
	nmk_status rc = nmk_user_list(session, NULL, NULL, 5, &page);

	(void)scene;
	nmk_user_page_free(page);
	return rc;
}

static nmk_status call_user_set_role(struct scene *scene, nmk_session *session)
{
	return nmk_user_set_role(session, scene->owner_id, NMK_ROLE_MODERATOR);
}

static nmk_status call_user_suspend(struct scene *scene, nmk_session *session)
{
	return nmk_user_suspend(session, scene->owner_id, "verkauft anderer Leute Arbeit", 0);
}

static nmk_status call_user_reactivate(struct scene *scene, nmk_session *session)
{
	return nmk_user_reactivate(session, scene->owner_id);
}

static nmk_status call_user_delete(struct scene *scene, nmk_session *session)
{
	return nmk_user_delete(session, scene->owner_id);
}

static nmk_status call_user_resend_verification(struct scene *scene, nmk_session *session)
{
	return nmk_user_resend_verification(session, scene->email);
}

static nmk_status call_username_change(struct scene *scene, nmk_session *session)
{
	return nmk_username_change(session, scene->name);
}

static nmk_status call_email_request_change(struct scene *scene, nmk_session *session)
{
	char email[96];

	snprintf(email, sizeof email, "%s@example.org", scene->name);
	return nmk_email_request_change(session, PASSWORD, email);
}

static nmk_status call_email_confirm_change(struct scene *scene, nmk_session *session)
{
	return nmk_email_confirm_change(session, scene->token);
}

static nmk_status call_password_change(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_password_change(session, PASSWORD, NEW_PASSWORD);
}

static nmk_status call_password_request_reset(struct scene *scene, nmk_session *session)
{
	return nmk_password_request_reset(session, scene->email);
}

static nmk_status call_password_reset(struct scene *scene, nmk_session *session)
{
	return nmk_password_reset(session, scene->token, NEW_PASSWORD);
}

static nmk_status call_second_factor_get(struct scene *scene, nmk_session *session)
{
	nmk_second_factor *factor = NULL;
	nmk_status rc = nmk_second_factor_get(session, &factor);

	(void)scene;
	nmk_second_factor_free(factor);
	return rc;
}

static nmk_status call_second_factor_begin(struct scene *scene, nmk_session *session)
{
	nmk_totp_enrollment *enrollment = NULL;
	nmk_status rc = nmk_second_factor_begin(session, PASSWORD, NMK_TOTP_SHA256, &enrollment);

	(void)scene;
	nmk_totp_enrollment_free(enrollment);
	return rc;
}

static nmk_status call_second_factor_confirm(struct scene *scene, nmk_session *session)
{
	nmk_recovery_codes *codes = NULL;
	nmk_status rc = nmk_second_factor_confirm(session, scene->code[0] ? scene->code : "123456", &codes);

	nmk_recovery_codes_free(codes);
	return rc;
}

static nmk_status call_second_factor_disable(struct scene *scene, nmk_session *session)
{
	return nmk_second_factor_disable(session, PASSWORD, scene->code[0] ? scene->code : "123456");
}

static nmk_status call_second_factor_reset(struct scene *scene, nmk_session *session)
{
	return nmk_second_factor_reset(session, scene->owner_id);
}

static nmk_status call_recovery_codes_renew(struct scene *scene, nmk_session *session)
{
	nmk_recovery_codes *codes = NULL;
	nmk_status rc = nmk_recovery_codes_renew(session, scene->code[0] ? scene->code : "123456", &codes);

	nmk_recovery_codes_free(codes);
	return rc;
}

static nmk_status call_token_issue(struct scene *scene, nmk_session *session)
{
	nmk_tokens *tokens = NULL;
	nmk_status rc = nmk_token_issue(session, &tokens);

	(void)scene;
	nmk_tokens_free(tokens);
	return rc;
}

static nmk_status call_token_refresh(struct scene *scene, nmk_session *session)
{
	nmk_tokens *tokens = NULL;
	nmk_status rc = nmk_token_refresh(session, scene->token, &tokens);

	nmk_tokens_free(tokens);
	return rc;
}

static nmk_status call_session_use_token(struct scene *scene, nmk_session *session)
{
	return nmk_session_use_token(session, scene->token);
}

static nmk_status call_login_list(struct scene *scene, nmk_session *session)
{
	nmk_login_page *page = NULL;
	nmk_status rc = nmk_login_list(session, scene->owner_id, NULL, 5, &page);

	nmk_login_page_free(page);
	return rc;
}

static nmk_status call_login_revoke(struct scene *scene, nmk_session *session)
{
	return nmk_login_revoke(session, scene->login);
}

static nmk_status call_login_revoke_all(struct scene *scene, nmk_session *session)
{
	return nmk_login_revoke_all(session, scene->owner_id);
}

static nmk_status call_signing_key_list(struct scene *scene, nmk_session *session)
{
	nmk_signing_key_page *page = NULL;
	nmk_status rc = nmk_signing_key_list(session, NULL, 5, &page);

	(void)scene;
	nmk_signing_key_page_free(page);
	return rc;
}

static nmk_status call_signing_key_rotate(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_signing_key_rotate(session, true);
}

static nmk_status call_signing_key_jwks(struct scene *scene, nmk_session *session)
{
	char *jwks = NULL;
	nmk_status rc = nmk_signing_key_jwks(session, &jwks);

	(void)scene;
	nmk_free(jwks);
	return rc;
}

static nmk_status call_keys_get_state(struct scene *scene, nmk_session *session)
{
	nmk_keys_state *state = NULL;
	nmk_status rc = nmk_keys_get_state(session, &state);

	(void)scene;
	nmk_keys_state_free(state);
	return rc;
}

static nmk_status call_keys_rotate(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_keys_rotate(session, NULL, NULL);
}

static nmk_status call_keys_change_root(struct scene *scene, nmk_session *session)
{
	nmk_root_key key = NMK_ROOT_KEY_INIT;

	key.file = scene->path;
	return nmk_keys_change_root(session, &key);
}

static nmk_status call_consent_record(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_consent_record(session, NMK_CONSENT_MARKETING, true, "2026-01", NULL);
}

static nmk_status call_consent_list(struct scene *scene, nmk_session *session)
{
	nmk_consent_page *page = NULL;
	nmk_status rc = nmk_consent_list(session, NULL, 0, &page);

	(void)scene;
	nmk_consent_page_free(page);
	return rc;
}

static nmk_status call_outbox_take(struct scene *scene, nmk_session *session)
{
	nmk_outbox_message *message = NULL;
	nmk_status rc = nmk_outbox_take(session, 1000, &message);

	(void)scene;
	nmk_outbox_message_free(message);
	return rc;
}

static nmk_status call_outbox_done(struct scene *scene, nmk_session *session)
{
	return nmk_outbox_done(session, scene->outbox);
}

static nmk_status call_outbox_failed(struct scene *scene, nmk_session *session)
{
	return nmk_outbox_failed(session, scene->outbox, 60000);
}

static nmk_status call_prekey_publish(struct scene *scene, nmk_session *session)
{
	nmk_prekey_state *state = NULL;
	nmk_status rc = publish_keys(session, &state);

	(void)scene;
	nmk_prekey_state_free(state);
	return rc;
}

static nmk_status call_prekey_get_state(struct scene *scene, nmk_session *session)
{
	nmk_prekey_state *state = NULL;
	nmk_status rc = nmk_prekey_get_state(session, &state);

	(void)scene;
	nmk_prekey_state_free(state);
	return rc;
}

static nmk_status call_prekey_withdraw(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_prekey_withdraw(session);
}

static nmk_status call_prekey_take(struct scene *scene, nmk_session *session)
{
	unsigned char *bundle = NULL;
	size_t length;
	nmk_status rc = nmk_prekey_take(session, scene->owner_id, &bundle, &length);

	nmk_free(bundle);
	return rc;
}

static nmk_status call_profile_get(struct scene *scene, nmk_session *session)
{
	nmk_profile *profile = NULL;
	nmk_status rc = nmk_profile_get(session, scene->owner_id, &profile);

	nmk_profile_free(profile);
	return rc;
}

static nmk_status call_profile_update(struct scene *scene, nmk_session *session)
{
	nmk_profile_changes changes = NMK_PROFILE_CHANGES_INIT;
	nmk_profile *profile = NULL;
	nmk_status rc;

	(void)scene;
	changes.set = NMK_PROFILE_BIO | NMK_PROFILE_COMPANY;
	changes.bio = "Lehrt Tabellen.";
	changes.company = "Volkshochschule";
	rc = nmk_profile_update(session, &changes, &profile);
	nmk_profile_free(profile);
	return rc;
}

static nmk_status call_category_create(struct scene *scene, nmk_session *session)
{
	nmk_category *category = NULL;
	nmk_status rc = nmk_category_create(session, scene->name, "Was man so braucht", NULL, scene->name, &category);

	nmk_category_free(category);
	return rc;
}

static nmk_status call_category_get(struct scene *scene, nmk_session *session)
{
	nmk_category *category = NULL;
	nmk_status rc = nmk_category_get(session, scene->category, &category);

	nmk_category_free(category);
	return rc;
}

static nmk_status call_category_find(struct scene *scene, nmk_session *session)
{
	nmk_category *category = NULL;
	nmk_status rc = nmk_category_find(session, scene->name, &category);

	nmk_category_free(category);
	return rc;
}

static nmk_status call_category_list(struct scene *scene, nmk_session *session)
{
	nmk_category_page *page = NULL;
	nmk_status rc = nmk_category_list(session, NULL, NULL, 5, &page);

	(void)scene;
	nmk_category_page_free(page);
	return rc;
}

static nmk_status call_category_update(struct scene *scene, nmk_session *session)
{
	nmk_category_changes changes = NMK_CATEGORY_CHANGES_INIT;
	nmk_category *category = NULL;
	nmk_status rc;

	changes.set = NMK_CATEGORY_DESCRIPTION;
	changes.description = "Neu beschrieben";
	rc = nmk_category_update(session, scene->category, &changes, &category);
	nmk_category_free(category);
	return rc;
}

static nmk_status call_nano_create(struct scene *scene, nmk_session *session)
{
	const char *categories[] = { scene->category };
	nmk_nano_fields fields;
	nmk_nano *nano = NULL;
	nmk_status rc;

	fill(&fields);
	fields.category_ids = categories;
	fields.category_count = 1;
	fields.idempotency_key = scene->name;
	rc = nmk_nano_create(session, &fields, &nano);
	nmk_nano_free(nano);
	return rc;
}

static nmk_status call_nano_create_for(struct scene *scene, nmk_session *session)
{
	nmk_nano_fields fields;
	nmk_nano *nano = NULL;
	nmk_status rc;

	fill(&fields);
	rc = nmk_nano_create_for(session, scene->owner_id, &fields, &nano);
	nmk_nano_free(nano);
	return rc;
}

static nmk_status call_nano_get(struct scene *scene, nmk_session *session)
{
	nmk_nano *nano = NULL;
	nmk_status rc = nmk_nano_get(session, scene->nano, &nano);

	nmk_nano_free(nano);
	return rc;
}

static nmk_status call_nano_update(struct scene *scene, nmk_session *session)
{
	nmk_nano_fields fields;
	nmk_nano *nano = NULL;
	nmk_status rc;

	fill(&fields);
	fields.set = NMK_NANO_TITLE | NMK_NANO_DURATION_MINUTES;
	rc = nmk_nano_update(session, scene->nano, &fields, &nano);
	nmk_nano_free(nano);
	return rc;
}

static nmk_status call_nano_list(struct scene *scene, nmk_session *session)
{
	nmk_nano_list_options options = NMK_NANO_LIST_OPTIONS_INIT;
	nmk_nano_page *page = NULL;
	nmk_status rc;

	(void)scene;
	options.limit = 5;
	rc = nmk_nano_list(session, &options, &page);
	nmk_nano_page_free(page);
	return rc;
}

static nmk_status call_nano_review_queue(struct scene *scene, nmk_session *session)
{
	nmk_nano_page *page = NULL;
	nmk_status rc = nmk_nano_review_queue(session, NULL, 5, &page);

	(void)scene;
	nmk_nano_page_free(page);
	return rc;
}

static nmk_status call_nano_set_status(struct scene *scene, nmk_session *session)
{
	return nmk_nano_set_status(session, scene->nano, NMK_NANO_DRAFT, "bitte kürzer");
}

static nmk_status call_nano_submit(struct scene *scene, nmk_session *session)
{
	return nmk_nano_submit(session, scene->nano);
}

static nmk_status call_nano_withdraw(struct scene *scene, nmk_session *session)
{
	return nmk_nano_withdraw(session, scene->nano);
}

static nmk_status call_nano_publish(struct scene *scene, nmk_session *session)
{
	return nmk_nano_publish(session, scene->nano);
}

static nmk_status call_nano_reject(struct scene *scene, nmk_session *session)
{
	return nmk_nano_reject(session, scene->nano, "Das Bild fehlt.");
}

static nmk_status call_nano_unpublish(struct scene *scene, nmk_session *session)
{
	return nmk_nano_unpublish(session, scene->nano);
}

static nmk_status call_nano_archive(struct scene *scene, nmk_session *session)
{
	return nmk_nano_archive(session, scene->nano);
}

static nmk_status call_nano_delete(struct scene *scene, nmk_session *session)
{
	return nmk_nano_delete(session, scene->nano);
}

static nmk_status call_nano_takedown(struct scene *scene, nmk_session *session)
{
	bool removed;

	return nmk_nano_takedown(session, scene->nano, "verletzt ein Urheberrecht", "Brief vom Montag", &removed);
}

static nmk_status call_package_upload(struct scene *scene, nmk_session *session)
{
	return upload(scene, session);
}

static nmk_status call_package_list(struct scene *scene, nmk_session *session)
{
	nmk_package_entries *entries = NULL;
	nmk_status rc = nmk_package_list(session, scene->nano, NULL, &entries);

	nmk_package_entries_free(entries);
	return rc;
}

static nmk_status call_package_read_entry(struct scene *scene, nmk_session *session)
{
	size_t length = 0;

	return nmk_package_read_entry(session, scene->nano, NULL, entry_name, 0, -1, swallow, &length);
}

static nmk_status call_package_download(struct scene *scene, nmk_session *session)
{
	size_t length = 0;

	return nmk_package_download(session, scene->nano, NULL, 0, -1, swallow, &length);
}

static nmk_status call_version_list(struct scene *scene, nmk_session *session)
{
	nmk_version_page *page = NULL;
	nmk_status rc = nmk_version_list(session, scene->nano, NULL, 5, &page);

	nmk_version_page_free(page);
	return rc;
}

static nmk_status call_version_get(struct scene *scene, nmk_session *session)
{
	nmk_version *version = NULL;
	nmk_status rc = nmk_version_get(session, scene->nano, "1.0.0", &version);

	nmk_version_free(version);
	return rc;
}

static nmk_status call_version_submit(struct scene *scene, nmk_session *session)
{
	return nmk_version_submit(session, scene->nano, "1.1.0");
}

static nmk_status call_version_publish(struct scene *scene, nmk_session *session)
{
	return nmk_version_publish(session, scene->nano, "1.1.0");
}

static nmk_status call_version_reject(struct scene *scene, nmk_session *session)
{
	return nmk_version_reject(session, scene->nano, "1.1.0", "Das Bild ist zu klein.");
}

static nmk_status call_version_review_queue(struct scene *scene, nmk_session *session)
{
	nmk_version_page *page = NULL;
	nmk_status rc = nmk_version_review_queue(session, NULL, 5, &page);

	(void)scene;
	nmk_version_page_free(page);
	return rc;
}

static nmk_status call_version_rollback(struct scene *scene, nmk_session *session)
{
	nmk_version *version = NULL;
	nmk_status rc = nmk_version_rollback(session, scene->nano, "1.0.0", "Die alte war besser.", NULL, &version);

	nmk_version_free(version);
	return rc;
}

static nmk_status call_feedback_trend(struct scene *scene, nmk_session *session)
{
	nmk_feedback_month_page *page = NULL;
	nmk_status rc = nmk_feedback_trend(session, scene->nano, 3, &page);

	nmk_feedback_month_page_free(page);
	return rc;
}

static nmk_status call_rating_create(struct scene *scene, nmk_session *session)
{
	nmk_rating *value = NULL;
	nmk_status rc = nmk_rating_create(session, scene->nano, 5, scene->name, &value);

	nmk_rating_free(value);
	return rc;
}

static nmk_status call_rating_update(struct scene *scene, nmk_session *session)
{
	nmk_rating *value = NULL;
	nmk_status rc = nmk_rating_update(session, scene->nano, 2, &value);

	nmk_rating_free(value);
	return rc;
}

static nmk_status call_rating_withdraw(struct scene *scene, nmk_session *session)
{
	return nmk_rating_withdraw(session, scene->nano);
}

static nmk_status call_rating_get_own(struct scene *scene, nmk_session *session)
{
	nmk_rating *value = NULL;
	nmk_status rc = nmk_rating_get_own(session, scene->nano, &value);

	nmk_rating_free(value);
	return rc;
}

static nmk_status call_rating_list(struct scene *scene, nmk_session *session)
{
	nmk_rating_page *value = NULL;
	nmk_status rc = nmk_rating_list(session, scene->nano, NULL, 5, &value);

	nmk_rating_page_free(value);
	return rc;
}

static nmk_status call_rating_list_own(struct scene *scene, nmk_session *session)
{
	nmk_rating_page *value = NULL;
	nmk_status rc = nmk_rating_list_own(session, NULL, 5, &value);

	(void)scene;
	nmk_rating_page_free(value);
	return rc;
}

static nmk_status call_rating_list_received(struct scene *scene, nmk_session *session)
{
	nmk_rating_page *value = NULL;
	nmk_status rc = nmk_rating_list_received(session, scene->nano, NMK_FEEDBACK_PENDING, NULL, 5,
	                                          &value);

	nmk_rating_page_free(value);
	return rc;
}

static nmk_status call_rating_queue(struct scene *scene, nmk_session *session)
{
	nmk_rating_page *value = NULL;
	nmk_status rc = nmk_rating_queue(session, NULL, 5, &value);

	(void)scene;
	nmk_rating_page_free(value);
	return rc;
}

static nmk_status call_rating_approve(struct scene *scene, nmk_session *session)
{
	return nmk_rating_approve(session, scene->rating, 1);
}

static nmk_status call_rating_hide(struct scene *scene, nmk_session *session)
{
	return nmk_rating_hide(session, scene->rating, "Werbung");
}

static nmk_status call_comment_create(struct scene *scene, nmk_session *session)
{
	nmk_comment *value = NULL;
	nmk_status rc = nmk_comment_create(session, scene->nano, "Sehr hilfreich.", scene->name, &value);

	nmk_comment_free(value);
	return rc;
}

static nmk_status call_comment_update(struct scene *scene, nmk_session *session)
{
	nmk_comment *value = NULL;
	nmk_status rc = nmk_comment_update(session, scene->comment, "Sehr hilfreich.", &value);

	nmk_comment_free(value);
	return rc;
}

static nmk_status call_comment_withdraw(struct scene *scene, nmk_session *session)
{
	return nmk_comment_withdraw(session, scene->comment);
}

static nmk_status call_comment_get(struct scene *scene, nmk_session *session)
{
	nmk_comment *value = NULL;
	nmk_status rc = nmk_comment_get(session, scene->comment, &value);

	nmk_comment_free(value);
	return rc;
}

static nmk_status call_comment_get_own(struct scene *scene, nmk_session *session)
{
	nmk_comment *value = NULL;
	nmk_status rc = nmk_comment_get_own(session, scene->nano, &value);

	nmk_comment_free(value);
	return rc;
}

static nmk_status call_comment_list(struct scene *scene, nmk_session *session)
{
	nmk_comment_page *value = NULL;
	nmk_status rc = nmk_comment_list(session, scene->nano, NMK_COMMENT_ORDER_HELPFUL, NULL, 5, &value);

	nmk_comment_page_free(value);
	return rc;
}

static nmk_status call_comment_list_own(struct scene *scene, nmk_session *session)
{
	nmk_comment_page *value = NULL;
	nmk_status rc = nmk_comment_list_own(session, NULL, 5, &value);

	(void)scene;
	nmk_comment_page_free(value);
	return rc;
}

static nmk_status call_comment_list_received(struct scene *scene, nmk_session *session)
{
	nmk_comment_page *value = NULL;
	nmk_status rc = nmk_comment_list_received(session, scene->nano, NMK_FEEDBACK_PENDING, NULL, 5,
	                                          &value);

	nmk_comment_page_free(value);
	return rc;
}

static nmk_status call_comment_queue(struct scene *scene, nmk_session *session)
{
	nmk_comment_page *value = NULL;
	nmk_status rc = nmk_comment_queue(session, NULL, 5, &value);

	(void)scene;
	nmk_comment_page_free(value);
	return rc;
}

static nmk_status call_comment_approve(struct scene *scene, nmk_session *session)
{
	return nmk_comment_approve(session, scene->comment, 1);
}

static nmk_status call_comment_hide(struct scene *scene, nmk_session *session)
{
	return nmk_comment_hide(session, scene->comment, "Werbung");
}

static nmk_status call_comment_reply_to(struct scene *scene, nmk_session *session)
{
	return nmk_comment_reply_to(session, scene->comment, "Danke!");
}

static nmk_status call_comment_remove_reply(struct scene *scene, nmk_session *session)
{
	return nmk_comment_remove_reply(session, scene->comment, "Das ist unhöflich.");
}

static nmk_status call_comment_vote(struct scene *scene, nmk_session *session)
{
	return nmk_comment_vote(session, scene->comment, true);
}

static nmk_status call_comment_report_create(struct scene *scene, nmk_session *session)
{
	return report(scene, session);
}

static nmk_status call_comment_report_get_own(struct scene *scene, nmk_session *session)
{
	nmk_comment_report *value = NULL;
	nmk_status rc = nmk_comment_report_get_own(session, scene->comment, &value);

	nmk_comment_report_free(value);
	return rc;
}

static nmk_status call_comment_report_queue(struct scene *scene, nmk_session *session)
{
	nmk_comment_report_page *value = NULL;
	nmk_status rc = nmk_comment_report_queue(session, NULL, 5, &value);

	(void)scene;
	nmk_comment_report_page_free(value);
	return rc;
}

/* ---- messaging ---- */

static nmk_status say(nmk_session *session, const char *chat, const char *text)
{
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	nmk_message *message = NULL;
	nmk_status rc;

	fields.text = text;
	rc = nmk_chat_send(session, chat, &fields, &message);
	nmk_message_free(message);
	return rc;
}

/* A chat about the owner's nano, with a message of the member's, whose session is told. */
static nmk_session *have_chat_of(struct scene *scene)
{
	nmk_session *member = scene_member(scene->world, NMK_ROLE_CONSUMER);
	nmk_chat *chat;

	have_published(scene);
	scene->is_public = false;
	assert_status(NMK_OK, nmk_chat_open(member, scene->nano, &chat, NULL));
	snprintf(scene->chat, sizeof scene->chat, "%s", nmk_chat_id(chat));
	nmk_chat_free(chat);
	return member;
}

static void have_chat(struct scene *scene)
{
	nmk_session *member = have_chat_of(scene);

	assert_status(NMK_OK, say(member, scene->chat, "Gibt es das auch für Anfänger?"));
	nmk_session_close(member);
}

static void have_chat_with_keys(struct scene *scene)
{
	nmk_session *member = have_chat_of(scene);

	ready_keys(scene, member);
	nmk_session_close(member);
}

/* An encrypted message, and what shows its text. */
static struct {
	unsigned char message[NMK_E2E_MESSAGE_MAXIMUM], evidence[NMK_E2E_REPORT_MAXIMUM];
	size_t        message_length, evidence_length;
} encrypted;

/* Into the room, which is enough. */
static void move_into(unsigned char *room, unsigned char *bytes, size_t length)
{
	memcpy(room, bytes, length);
	nmk_free(bytes);
}

static void encrypt(struct scene *scene)
{
	unsigned char *message, *evidence;
	nmk_e2e_identity *from, *to;
	nmk_e2e_channel *a, *b;
	nmk_e2e_text *text;

	assert_int_equal(NMK_OK, nmk_e2e_identity_create(scene->world->now, &from));
	assert_int_equal(NMK_OK, nmk_e2e_identity_create(scene->world->now, &to));
	assert_int_equal(NMK_OK, nmk_e2e_channel_start(from, nmk_e2e_identity_signed_prekey(to), NMK_E2E_SIGNED_PREKEY_BYTES, NULL, "chat", &a));
	assert_int_equal(NMK_OK, nmk_e2e_channel_encrypt(a, "Du Esel", 7, &message, &encrypted.message_length));
	assert_int_equal(NMK_OK, nmk_e2e_channel_accept(to, message, encrypted.message_length, NULL, "chat", &b, &text));
	assert_int_equal(NMK_OK, nmk_e2e_text_report(text, &evidence, &encrypted.evidence_length));
	move_into(encrypted.message, message, encrypted.message_length);
	move_into(encrypted.evidence, evidence, encrypted.evidence_length);
	nmk_e2e_text_free(text);
	nmk_e2e_channel_free(a);
	nmk_e2e_channel_free(b);
	nmk_e2e_identity_free(from);
	nmk_e2e_identity_free(to);
}

static void have_encrypted_message(struct scene *scene)
{
	nmk_session *member = have_chat_of(scene);
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;

	encrypt(scene);
	ready_keys(scene, scene->owner);
	assert_status(NMK_OK, nmk_chat_make_end_to_end(member, scene->chat));
	fields.ciphertext = encrypted.message;
	fields.ciphertext_length = encrypted.message_length;
	assert_status(NMK_OK, nmk_chat_send(member, scene->chat, &fields, NULL));
	nmk_session_close(member);
}

static nmk_status call_chat_make_end_to_end(struct scene *scene, nmk_session *session)
{
	return nmk_chat_make_end_to_end(session, scene->chat);
}

static nmk_status call_chat_report_encrypted(struct scene *scene, nmk_session *session)
{
	return nmk_chat_report_encrypted(session, scene->chat, 1, NMK_REPORT_OFFENSIVE, "Das ist unhöflich.", encrypted.evidence,
	                                 encrypted.evidence_length);
}

/* A small file, all at once. */
static int64_t read_picture(void *context, void *buffer, size_t size)
{
	bool *done = context;

	if (*done || size < sizeof picture)
		return 0;
	memcpy(buffer, picture, sizeof picture);
	*done = true;
	return sizeof picture;
}

static nmk_status send_picture(nmk_session *session, const char *chat)
{
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	bool done = false;

	fields.read = read_picture;
	fields.read_context = &done;
	fields.attachment_name = "bild.png";
	fields.attachment_type = "image/png";
	return nmk_chat_send(session, chat, &fields, NULL);
}

static void have_attachment(struct scene *scene)
{
	have_chat(scene);
	assert_status(NMK_OK, send_picture(scene->owner, scene->chat));
}

static void have_report(struct scene *scene)
{
	nmk_reported_message_page *page;

	have_chat(scene);
	assert_status(NMK_OK, nmk_chat_report(scene->owner, scene->chat, 1, NMK_REPORT_SPAM, "Wieder der."));
	assert_status(NMK_OK, nmk_chat_reports(scene->world->system, NMK_CHAT_REPORT_OPEN, NULL, 1, &page));
	snprintf(scene->report, sizeof scene->report, "%s", nmk_reported_message_id(nmk_reported_message_page_item(page, 0)));
	nmk_reported_message_page_free(page);
}

static void have_disabled_chat(struct scene *scene)
{
	have_chat(scene);
	assert_status(NMK_OK, nmk_chat_disable(scene->world->system, scene->chat, "Streit"));
}

static nmk_status call_chat_open(struct scene *scene, nmk_session *session)
{
	nmk_chat *chat = NULL;
	nmk_status rc = nmk_chat_open(session, scene->nano, &chat, NULL);

	nmk_chat_free(chat);
	return rc;
}

static nmk_status call_chat_get(struct scene *scene, nmk_session *session)
{
	nmk_chat *chat = NULL;
	nmk_status rc = nmk_chat_get(session, scene->chat, &chat);

	nmk_chat_free(chat);
	return rc;
}

static nmk_status call_chat_list(struct scene *scene, nmk_session *session)
{
	nmk_chat_page *page = NULL;
	nmk_status rc = nmk_chat_list(session, NULL, &page);

	(void)scene;
	nmk_chat_page_free(page);
	return rc;
}

static nmk_status call_chat_send(struct scene *scene, nmk_session *session)
{
	return say(session, scene->chat, "Ja, ab morgen.");
}

static nmk_status call_chat_messages(struct scene *scene, nmk_session *session)
{
	nmk_message_page *page = NULL;
	nmk_status rc = nmk_chat_messages(session, scene->chat, 0, 5, &page);

	nmk_message_page_free(page);
	return rc;
}

static nmk_status call_chat_mark_read(struct scene *scene, nmk_session *session)
{
	return nmk_chat_mark_read(session, scene->chat, 1);
}

static nmk_status call_chat_download(struct scene *scene, nmk_session *session)
{
	size_t length = 0;

	return nmk_chat_download(session, scene->chat, 2, swallow, &length);
}

static nmk_status call_chat_export(struct scene *scene, nmk_session *session)
{
	size_t length = 0;

	return nmk_chat_export(session, scene->chat, NMK_TRANSCRIPT_JSON, swallow, &length);
}

static nmk_status call_chat_report(struct scene *scene, nmk_session *session)
{
	return nmk_chat_report(session, scene->chat, 1, NMK_REPORT_OFFENSIVE, "Das ist unhöflich.");
}

static nmk_status call_chat_reports(struct scene *scene, nmk_session *session)
{
	nmk_reported_message_page *page = NULL;
	nmk_status rc = nmk_chat_reports(session, NMK_CHAT_REPORT_OPEN, NULL, 5, &page);

	(void)scene;
	nmk_reported_message_page_free(page);
	return rc;
}

static nmk_status call_chat_report_read(struct scene *scene, nmk_session *session)
{
	nmk_message_page *page = NULL;
	nmk_status rc = nmk_chat_report_read(session, scene->report, &page);

	nmk_message_page_free(page);
	return rc;
}

static nmk_status call_chat_report_close(struct scene *scene, nmk_session *session)
{
	return nmk_chat_report_close(session, scene->report);
}

static nmk_status call_chat_disable(struct scene *scene, nmk_session *session)
{
	return nmk_chat_disable(session, scene->chat, "Streit");
}

static nmk_status call_chat_enable(struct scene *scene, nmk_session *session)
{
	return nmk_chat_enable(session, scene->chat);
}

static nmk_status call_chat_wait(struct scene *scene, nmk_session *session)
{
	return nmk_chat_wait(session, scene->chat, 0, 0, NULL);
}

static nmk_status call_changes_wait(struct scene *scene, nmk_session *session)
{
	nmk_change_page *page = NULL;
	nmk_status rc = nmk_changes_wait(session, 0, 0, &page);

	(void)scene;
	nmk_change_page_free(page);
	return rc;
}

static nmk_status call_chat_mute(struct scene *scene, nmk_session *session)
{
	return nmk_chat_mute(session, scene->chat, true);
}

static nmk_status call_chat_block(struct scene *scene, nmk_session *session)
{
	return nmk_chat_block(session, scene->chat, true);
}

static nmk_status call_search(struct scene *scene, nmk_session *session)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page = NULL;
	nmk_status rc;

	(void)scene;
	options.text = "Tabelle verstehen";
	options.limit = 5;
	rc = nmk_search(session, &options, &page);
	nmk_search_page_free(page);
	return rc;
}

static nmk_status call_search_rebuild(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_search_rebuild(session, NULL, NULL);
}

static nmk_status call_suggest(struct scene *scene, nmk_session *session)
{
	nmk_suggestion_page *page = NULL;
	nmk_status rc = nmk_suggest(session, "Tabellen verst", 5, &page);

	(void)scene;
	nmk_suggestion_page_free(page);
	return rc;
}

static nmk_status call_suggest_corrections(struct scene *scene, nmk_session *session)
{
	nmk_suggestion_page *page = NULL;
	nmk_status rc = nmk_suggest_corrections(session, "Tabelln vrestehen", 2, &page);

	(void)scene;
	if (rc == NMK_OK)
		assert_int_equal(1, nmk_suggestion_page_count(page));
	nmk_suggestion_page_free(page);
	return rc;
}

static nmk_status call_suggest_trending(struct scene *scene, nmk_session *session)
{
	nmk_suggestion_page *page = NULL;
	nmk_status rc = nmk_suggest_trending(session, 5, &page);

	(void)scene;
	nmk_suggestion_page_free(page);
	return rc;
}

static nmk_search_options some_search(void)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;

	options.text = "Tabellen";
	options.language = "de";
	return options;
}

static void save_search(struct scene *scene, nmk_session *session)
{
	nmk_search_options options = some_search();
	nmk_saved_search *saved;

	assert_status(NMK_OK, nmk_saved_search_create(session, "Tabellen", &options, true, &saved));
	snprintf(scene->saved, sizeof scene->saved, "%s", nmk_saved_search_id(saved));
	nmk_saved_search_free(saved);
}

static void have_saved_search(struct scene *scene)
{
	save_search(scene, scene->owner);
	scene->is_public = false;
}

/* A day later there is something new. */
static void have_due_search(struct scene *scene)
{
	save_search(scene, scene->owner);
	have_published(scene);
	world_advance(scene->world, 24 * 60 * 60 * 1000);
}

static void have_past_search(struct scene *scene)
{
	have_published(scene);
	assert_status(NMK_OK, nmk_past_search_record(scene->owner, "Tabellen", 1));
}

static nmk_status call_saved_search_create(struct scene *scene, nmk_session *session)
{
	nmk_search_options options = some_search();
	nmk_saved_search *saved = NULL;
	nmk_status rc = nmk_saved_search_create(session, "Meine Suche", &options, true, &saved);

	(void)scene;
	nmk_saved_search_free(saved);
	return rc;
}

static nmk_status call_saved_search_list(struct scene *scene, nmk_session *session)
{
	nmk_saved_search_page *page = NULL;
	nmk_status rc = nmk_saved_search_list(session, NULL, 5, &page);

	(void)scene;
	nmk_saved_search_page_free(page);
	return rc;
}

static nmk_status call_saved_search_get(struct scene *scene, nmk_session *session)
{
	nmk_saved_search *saved = NULL;
	nmk_status rc = nmk_saved_search_get(session, scene->saved, &saved);

	nmk_saved_search_free(saved);
	return rc;
}

static nmk_status call_saved_search_set_alert(struct scene *scene, nmk_session *session)
{
	return nmk_saved_search_set_alert(session, scene->saved, false);
}

static nmk_status call_saved_search_delete(struct scene *scene, nmk_session *session)
{
	return nmk_saved_search_delete(session, scene->saved);
}

static nmk_status call_saved_search_send_alerts(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_saved_search_send_alerts(session, 5, NULL, NULL);
}

static nmk_status call_past_search_record(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_past_search_record(session, " Erste  Hilfe ", 3);
}

static nmk_status call_past_search_list(struct scene *scene, nmk_session *session)
{
	nmk_past_search_page *page = NULL;
	nmk_status rc = nmk_past_search_list(session, NULL, 5, &page);

	(void)scene;
	nmk_past_search_page_free(page);
	return rc;
}

static nmk_status call_past_search_clear(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_past_search_clear(session, NULL);
}

static nmk_status call_query_count_list(struct scene *scene, nmk_session *session)
{
	nmk_query_count_page *page = NULL;
	nmk_status rc = nmk_query_count_list(session, 30, false, 5, &page);

	(void)scene;
	nmk_query_count_page_free(page);
	return rc;
}

static nmk_status check(nmk_session *session, bool repair)
{
	nmk_check_report *report = NULL;
	nmk_status rc = nmk_market_check(session, repair, NULL, NULL, &report);

	if (rc == NMK_OK)
		for (size_t i = 0; i < nmk_check_report_count(report); i++)
			fail_msg("the store is unsound: %s", nmk_check_report_message(report, i));
	nmk_check_report_free(report);
	return rc;
}

static nmk_status call_market_check(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return check(session, false);
}

static nmk_status call_market_repair(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return check(session, true);
}

static nmk_status call_market_backup(struct scene *scene, nmk_session *session)
{
	return nmk_market_backup(session, scene->path, NULL, NULL);
}

/* ---- the table ---- */

/* ---- audit ---- */

/* What the owner agreed to, as the log has it. */
static void have_event(struct scene *scene)
{
	nmk_audit_filter filter = NMK_AUDIT_FILTER_INIT;
	nmk_audit_event_page *page;

	assert_status(NMK_OK, nmk_consent_record(scene->owner, NMK_CONSENT_MARKETING, true, "2026-01", NULL));
	filter.actor_id = scene->owner_id;
	filter.action = "consent_given";
	assert_status(NMK_OK, nmk_audit_list(scene->world->system, &filter, NULL, 1, &page));
	snprintf(scene->event, sizeof scene->event, "%s", nmk_audit_event_id(nmk_audit_event_page_item(page, 0)));
	nmk_audit_event_page_free(page);
}

/* And a checkpoint says so. */
static void have_checkpoint(struct scene *scene)
{
	char *checkpoint;

	have_event(scene);
	assert_status(NMK_OK, nmk_audit_checkpoint(scene->world->system, &checkpoint));
	nmk_free(checkpoint);
}

static nmk_status call_audit_list(struct scene *scene, nmk_session *session)
{
	nmk_audit_filter filter = NMK_AUDIT_FILTER_INIT;
	nmk_audit_event_page *page = NULL;
	nmk_status rc;

	filter.actor_id = scene->owner_id;
	filter.action = "consent_given";
	rc = nmk_audit_list(session, &filter, NULL, 5, &page);
	nmk_audit_event_page_free(page);
	return rc;
}

static nmk_status call_audit_get(struct scene *scene, nmk_session *session)
{
	nmk_audit_event *event = NULL;
	nmk_status rc = nmk_audit_get(session, scene->event, &event);

	nmk_audit_event_free(event);
	return rc;
}

static nmk_status call_audit_own(struct scene *scene, nmk_session *session)
{
	nmk_audit_event_page *page = NULL;
	nmk_status rc = nmk_audit_own(session, NULL, NULL, 5, &page);

	(void)scene;
	nmk_audit_event_page_free(page);
	return rc;
}

static nmk_status call_audit_suspicious(struct scene *scene, nmk_session *session)
{
	nmk_audit_suspect_page *page = NULL;
	nmk_status rc = nmk_audit_suspicious(session, 0, 0, &page);

	(void)scene;
	nmk_audit_suspect_page_free(page);
	return rc;
}

static nmk_status call_audit_checkpoint(struct scene *scene, nmk_session *session)
{
	char *checkpoint = NULL;
	nmk_status rc = nmk_audit_checkpoint(session, &checkpoint);

	(void)scene;
	nmk_free(checkpoint);
	return rc;
}

static nmk_status call_audit_key(struct scene *scene, nmk_session *session)
{
	char *key = NULL;
	nmk_status rc = nmk_audit_key(session, 0, &key);

	(void)scene;
	nmk_free(key);
	return rc;
}

static nmk_status call_audit_receipt(struct scene *scene, nmk_session *session)
{
	char *receipt = NULL;
	nmk_status rc = nmk_audit_receipt(session, scene->event, &receipt);

	nmk_free(receipt);
	return rc;
}

static nmk_status call_audit_consistency(struct scene *scene, nmk_session *session)
{
	char *proof = NULL;
	nmk_status rc = nmk_audit_consistency(session, 0, 1, &proof);

	(void)scene;
	nmk_free(proof);
	return rc;
}

static nmk_status call_audit_verify(struct scene *scene, nmk_session *session)
{
	nmk_check_report *report = NULL;
	nmk_status rc = nmk_audit_verify(session, NULL, 0, NULL, NULL, &report);

	(void)scene;
	nmk_check_report_free(report);
	return rc;
}

static int swallow_file(void *context, const char *file, const void *data, size_t size)
{
	(void)file;
	return swallow(context, data, size);
}

static nmk_status call_audit_export(struct scene *scene, nmk_session *session)
{
	size_t length = 0;

	(void)scene;
	return nmk_audit_export(session, 0, swallow_file, &length, NULL, NULL);
}

static nmk_status call_audit_prune(struct scene *scene, nmk_session *session)
{
	(void)scene;
	return nmk_audit_prune(session, NULL);
}

/* SAMPLE(operation, object, hidden object): what the call needs, and the same where only its owner and staff may see it. */
#define SAMPLE(name, object, hidden) \
	static const struct sample sample_##name = { #name, object, hidden, call_##name, NULL };

/* SAMPLE_READY(operation, object, ready): who calls must have done something before. */
#define SAMPLE_READY(name, object, ready) \
	static const struct sample sample_##name = { #name, object, NULL, call_##name, ready };

SAMPLE(session_act_as,       have_account,           NULL)
SAMPLE(session_login,        have_password_account,  NULL)
SAMPLE(session_logout,       have_nothing,           NULL)
SAMPLE(user_register,        have_nothing,           NULL)
SAMPLE(user_verify_email,    have_mail,              NULL)
SAMPLE(user_add,             have_nothing,           NULL)
SAMPLE(user_get,             have_account,           NULL)
SAMPLE(user_find,            have_account,           NULL)
SAMPLE(user_list,            have_account,           NULL)
SAMPLE(user_set_role,        have_account,           NULL)
SAMPLE(user_suspend,         have_account,           NULL)
SAMPLE(user_reactivate,      have_suspended_account, NULL)
SAMPLE(user_delete,          have_talkative_account, NULL)
SAMPLE(user_resend_verification, have_waiting_mail,  NULL)
SAMPLE(username_change,      have_nothing,           NULL)
SAMPLE(email_request_change, have_nothing,           NULL)
SAMPLE(email_confirm_change, have_change_mail,       NULL)
SAMPLE(password_change,      have_nothing,           NULL)
SAMPLE(password_request_reset, have_password_account, NULL)
SAMPLE(password_reset,       have_reset_mail,        NULL)
SAMPLE(second_factor_get,    have_nothing,           NULL)
SAMPLE(second_factor_begin,  have_nothing,           NULL)
SAMPLE_READY(second_factor_confirm, have_nothing,    ready_begun)
SAMPLE_READY(second_factor_disable, have_nothing,    ready_enabled)
SAMPLE(second_factor_reset,  have_second_factor,     NULL)
SAMPLE_READY(recovery_codes_renew, have_nothing,     ready_enabled)
SAMPLE(consent_record,       have_nothing,           NULL)
SAMPLE(consent_list,         have_nothing,           NULL)
SAMPLE(outbox_take,          have_waiting_mail,      NULL)
SAMPLE(outbox_done,          have_mail,              NULL)
SAMPLE(outbox_failed,        have_mail,              NULL)
SAMPLE(prekey_publish,       have_keys,              NULL)
SAMPLE_READY(prekey_get_state, have_nothing,         ready_keys)
SAMPLE_READY(prekey_withdraw, have_nothing,          ready_keys)
SAMPLE(prekey_take,          have_published_keys,    NULL)
SAMPLE(token_issue,          have_nothing,           NULL)
SAMPLE(token_refresh,        have_refresh_token,     NULL)
SAMPLE(session_use_token,    have_access_token,      NULL)
SAMPLE(login_list,           have_logins,            NULL)
SAMPLE(login_revoke,         have_access_token,      NULL)
SAMPLE(login_revoke_all,     have_logins,            NULL)
SAMPLE(signing_key_list,     have_access_token,      NULL)
SAMPLE(signing_key_rotate,   have_access_token,      NULL)
SAMPLE(signing_key_jwks,     have_access_token,      NULL)
SAMPLE(keys_get_state,       have_nothing,           NULL)
SAMPLE(keys_rotate,          have_old_keys,          NULL)
SAMPLE(keys_change_root,     have_nothing,           NULL)
SAMPLE(profile_get,          have_account,           NULL)
SAMPLE(profile_update,       have_nothing,           NULL)
SAMPLE(category_create,      have_nothing,           NULL)
SAMPLE(category_get,         have_category,          NULL)
SAMPLE(category_find,        have_category,          NULL)
SAMPLE(category_list,        have_category,          NULL)
SAMPLE(category_update,      have_category,          NULL)
SAMPLE(nano_create,          have_category,          NULL)
SAMPLE(nano_create_for,      have_account,           NULL)
SAMPLE(nano_get,             have_published,         have_draft)
SAMPLE(nano_update,          have_draft,             NULL)
SAMPLE(nano_list,            have_published,         NULL)
SAMPLE(nano_review_queue,    have_pending,           NULL)
SAMPLE(nano_set_status,      have_pending,           NULL)
SAMPLE(nano_submit,          have_draft,             NULL)
SAMPLE(nano_withdraw,        have_pending,           NULL)
SAMPLE(nano_publish,         have_pending,           NULL)
SAMPLE(nano_reject,          have_pending,           NULL)
SAMPLE(nano_unpublish,       have_published,         NULL)
SAMPLE(nano_archive,         have_published,         NULL)
SAMPLE(nano_delete,          have_draft,             NULL)
SAMPLE(nano_takedown,        have_published,         NULL)
SAMPLE(package_upload,       have_published,         have_draft)
SAMPLE(package_list,         have_packed_published,  have_packed_draft)
SAMPLE(package_read_entry,   have_packed_published,  have_packed_draft)
SAMPLE(package_download,     have_packed_published,  have_packed_draft)
SAMPLE(version_list,         have_packed_published,  have_packed_draft)
SAMPLE(version_get,          have_packed_published,  have_packed_draft)
SAMPLE(version_submit,       have_draft_version,     NULL)
SAMPLE(version_publish,      have_pending_version,   NULL)
SAMPLE(version_reject,       have_pending_version,   NULL)
SAMPLE(version_review_queue, have_pending_version,   NULL)
SAMPLE(version_rollback,     have_two_versions,      have_two_draft_versions)
SAMPLE(feedback_trend,       have_published,         have_draft)
SAMPLE(rating_create,        have_published,         NULL)
SAMPLE_READY(rating_update,  have_published,         ready_rated)
SAMPLE_READY(rating_withdraw, have_foreign_nano,     ready_rated)
SAMPLE_READY(rating_get_own, have_foreign_nano,      ready_rated)
SAMPLE(rating_list,          have_published,         have_draft)
SAMPLE_READY(rating_list_own, have_foreign_nano,     ready_rated)
SAMPLE(rating_list_received, have_published,         have_draft)
SAMPLE(rating_queue,         have_pending_rating,    NULL)
SAMPLE(rating_approve,       have_pending_rating,    NULL)
SAMPLE(rating_hide,          have_pending_rating,    NULL)
SAMPLE(comment_create,       have_published,         NULL)
SAMPLE(comment_update,       have_approved_comment,  have_pending_comment)
SAMPLE(comment_withdraw,     have_approved_comment,  have_pending_comment)
SAMPLE(comment_get,          have_approved_comment,  have_pending_comment)
SAMPLE_READY(comment_get_own, have_foreign_nano,     ready_commented)
SAMPLE(comment_list,         have_published,         have_draft)
SAMPLE_READY(comment_list_own, have_foreign_nano,    ready_commented)
SAMPLE(comment_list_received, have_published,        have_draft)
SAMPLE(comment_queue,        have_pending_comment,   NULL)
SAMPLE(comment_approve,      have_pending_comment,   NULL)
SAMPLE(comment_hide,         have_reported_comment,  NULL)
SAMPLE(comment_reply_to,     have_received_comment,  NULL)
SAMPLE(comment_remove_reply, have_answered_comment,  NULL)
SAMPLE(comment_vote,         have_approved_comment,  NULL)
SAMPLE(comment_report_create, have_approved_comment, NULL)
SAMPLE_READY(comment_report_get_own, have_foreign_comment, ready_reported)
SAMPLE(comment_report_queue, have_reported_comment,  NULL)
SAMPLE(chat_open,            have_published,         NULL)
SAMPLE(chat_get,             have_chat,              NULL)
SAMPLE(chat_list,            have_chat,              NULL)
SAMPLE(chat_make_end_to_end, have_chat_with_keys,    NULL)
SAMPLE(chat_send,            have_chat,              NULL)
SAMPLE(chat_messages,        have_chat,              NULL)
SAMPLE(chat_mark_read,       have_chat,              NULL)
SAMPLE(chat_download,        have_attachment,        NULL)
SAMPLE(chat_export,          have_chat,              NULL)
SAMPLE(chat_report,          have_chat,              NULL)
SAMPLE(chat_report_encrypted, have_encrypted_message, NULL)
SAMPLE(chat_reports,         have_report,            NULL)
SAMPLE(chat_report_read,     have_report,            NULL)
SAMPLE(chat_report_close,    have_report,            NULL)
SAMPLE(chat_disable,         have_chat,              NULL)
SAMPLE(chat_enable,          have_disabled_chat,     NULL)
SAMPLE(chat_wait,            have_chat,              NULL)
SAMPLE(changes_wait,         have_chat,              NULL)
SAMPLE(chat_mute,            have_chat,              NULL)
SAMPLE(chat_block,           have_chat,              NULL)
SAMPLE(search,               have_published,         NULL)
SAMPLE(search_rebuild,       have_published,         NULL)
SAMPLE(suggest,              have_published,         NULL)
SAMPLE(suggest_corrections,  have_published,         NULL)
SAMPLE(suggest_trending,     have_past_search,       NULL)
SAMPLE(saved_search_create,  have_published,         NULL)
SAMPLE(saved_search_list,    have_saved_search,      NULL)
SAMPLE(saved_search_get,     have_saved_search,      NULL)
SAMPLE(saved_search_set_alert, have_saved_search,    NULL)
SAMPLE(saved_search_delete,  have_saved_search,      NULL)
SAMPLE(saved_search_send_alerts, have_due_search,    NULL)
SAMPLE(past_search_record,   have_published,         NULL)
SAMPLE(past_search_list,     have_past_search,       NULL)
SAMPLE(past_search_clear,    have_past_search,       NULL)
SAMPLE(query_count_list,     have_past_search,       NULL)
SAMPLE(audit_list,           have_event,             NULL)
SAMPLE(audit_get,            have_event,             NULL)
SAMPLE(audit_own,            have_event,             NULL)
SAMPLE(audit_suspicious,     have_event,             NULL)
SAMPLE(audit_checkpoint,     have_event,             NULL)
SAMPLE(audit_key,            have_event,             NULL)
SAMPLE(audit_receipt,        have_event,             NULL)
SAMPLE(audit_consistency,    have_checkpoint,        NULL)
SAMPLE(audit_verify,         have_event,             NULL)
SAMPLE(audit_export,         have_event,             NULL)
SAMPLE(audit_prune,          have_event,             NULL)
SAMPLE(market_check,         have_nothing,           NULL)
SAMPLE(market_repair,        have_nothing,           NULL)
SAMPLE(market_backup,        have_nothing,           NULL)

const struct sample *const samples[OP__COUNT] = {
#define NMK_OP(name, access, role, rule, action) &sample_##name,
#include "ops.def"
#undef NMK_OP
};
