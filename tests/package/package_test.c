/* package_test.c -- packages go in, are inspected and kept, and come out as they went in. */
#define _DEFAULT_SOURCE
#include "parcel.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define SMALL 5000
#define LARGE 400000 /* lies in a file */

static char nano_id[64];

/* A nano of the creator's in that status; its id. */
static const char *make_nano(struct world *w, nmk_nano_state status)
{
	nmk_nano *nano = world_nano(w, w->creator, status);

	snprintf(nano_id, sizeof nano_id, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	return nano_id;
}

/* A published nano with a package of that size. */
static const char *make_published(struct world *w, size_t size)
{
	const char *id = make_nano(w, NMK_NANO_DRAFT);

	parcel_version(w->creator, id, "1.0.0", size, 1);
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id));
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, id));
	return id;
}

static int64_t download_count(struct world *w, const char *id)
{
	nmk_nano *nano;
	int64_t count;

	assert_status(NMK_OK, nmk_nano_get(w->system, id, &nano));
	count = nmk_nano_download_count(nano);
	nmk_nano_free(nano);
	return count;
}

static int64_t temporary_files(struct world *w)
{
	char command[256];
	FILE *pipe;
	long long count = -1;

	snprintf(command, sizeof command, "ls -A '%s.blobs/tmp' 2>/dev/null | wc -l", w->path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_int_equal(1, fscanf(pipe, "%lld", &count));
	pclose(pipe);
	return count;
}

/* Nothing of a failed upload is left: no row, no file, no event. */
static void assert_nothing_uploaded(struct world *w)
{
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM nano_version"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM blob"));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'package_upload' AND action <> "
	                                 "'permission_denied'"));
	assert_int_equal(0, temporary_files(w));
}

/* ---- in and out ---- */

static void round_trip(struct world *w, size_t size, int64_t in_file)
{
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	struct received received = { 0 };
	struct parcel parcel;
	nmk_version *version;

	parcel_make(&parcel, size, 1);
	assert_status(NMK_OK, parcel_upload(w->creator, id, &parcel, NULL, &version));
	assert_string_equal("1.0.0", nmk_version_number(version));
	assert_int_equal(parcel.size, nmk_version_size(version));
	assert_int_equal(1, nmk_version_entry_count(version));
	assert_int_equal(NMK_VERSION_DRAFT, nmk_version_status(version));
	assert_int_equal(w->now, nmk_version_created_at(version));
	assert_int_equal(0, nmk_version_published_at(version));
	assert_null(nmk_version_changelog(version));
	assert_null(nmk_version_rollback_of(version));
	assert_string_equal(id, nmk_version_nano_id(version));
	assert_int_equal(64, strlen(nmk_version_hash(version)));
	assert_int_equal(36, strlen(nmk_version_id(version)));
	nmk_version_free(version);
	assert_int_equal(in_file, world_sql(w, "SELECT file_stored FROM blob"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'data_created' "
	                                 "AND operation = 'package_upload' AND details LIKE '%1.0.0%'"));
	world_reopen(w);
	assert_status(NMK_OK, nmk_package_download(w->creator, id, NULL, 0, -1, receive, &received));
	assert_int_equal(parcel.size, received.size);
	assert_memory_equal(parcel.bytes, received.bytes, parcel.size);
	assert_true(received.largest <= 262144);
	received_free(&received);
	parcel_free(&parcel);
	assert_int_equal(0, temporary_files(w));
}

static void test_package_upload__small_package_survives_reopening(void **state)
{
	round_trip(*state, SMALL, 0);
}

static void test_package_upload__large_package_survives_reopening(void **state)
{
	round_trip(*state, LARGE, 1);
}

static void test_package_upload__the_same_package_twice_is_stored_once(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);

	parcel_version(w->creator, id, "1.0.0", LARGE, 1);
	parcel_version(w->creator, id, "1.1.0", LARGE, 1);
	id = make_nano(w, NMK_NANO_DRAFT);
	parcel_version(w->creator, id, "1.0.0", LARGE, 1);
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM blob"));
	assert_int_equal(3, world_sql(w, "SELECT count(*) FROM nano_version"));
	assert_int_equal(0, temporary_files(w));
}

static void test_package_upload__pieces_may_be_tiny_and_deflated(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	struct parcel parcel = { .piece = 3 };
	char *bytes = document(20000, 1);

	parcel_add(&parcel, "bilder/", "", 0);
	parcel_deflate(&parcel, "bilder/skript.pdf", bytes, 20000);
	parcel_end(&parcel);
	assert_status(NMK_OK, parcel_upload(w->creator, id, &parcel, NULL, NULL));
	assert_int_equal(2, world_sql(w, "SELECT entry_count FROM nano_version"));
	parcel_free(&parcel);
	free(bytes);
}

static void test_package_upload__the_host_may_do_it(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);

	parcel_version(w->system, id, "3.2.1", SMALL, 1);
	assert_int_equal(1, world_sql(w, "SELECT created_by IS NULL FROM nano_version"));
}

/* ---- who ---- */

static int64_t never_read(void *context, void *buffer, size_t size)
{
	(void)buffer;
	(void)size;
	*(bool *)context = true;
	return 0;
}

static void test_package_upload__strangers_are_refused_before_a_byte_is_read(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_PUBLISHED);
	bool was_read = false;
	nmk_upload upload = NMK_UPLOAD_INIT;

	upload.read = never_read;
	upload.read_context = &was_read;
	assert_status(NMK_ELOGIN, nmk_package_upload(w->guest, id, &upload, NULL));
	assert_status(NMK_EDENIED, nmk_package_upload(w->consumer, id, &upload, NULL));
	assert_status(NMK_EDENIED, nmk_package_upload(w->stranger, id, &upload, NULL));
	assert_status(NMK_EDENIED, nmk_package_upload(w->moderator, id, &upload, NULL));
	assert_status(NMK_EDENIED, nmk_package_upload(w->suspended, id, &upload, NULL));
	id = make_nano(w, NMK_NANO_DRAFT);
	assert_status(NMK_ENOTFOUND, nmk_package_upload(w->stranger, id, &upload, NULL));
	assert_status(NMK_ENOTFOUND, nmk_package_upload(w->creator, "00000000-0000-8000-8000-000000000000", &upload, NULL));
	assert_status(NMK_EINVALID, nmk_package_upload(w->creator, NULL, &upload, NULL));
	assert_status(NMK_EINVALID, nmk_package_upload(NULL, id, &upload, NULL));
	assert_false(was_read);
	assert_nothing_uploaded(w);
}

static void test_package_upload__only_draft_and_published_take_versions(void **state)
{
	struct world *w = *state;
	static const struct { nmk_nano_state status; nmk_status answer; } cases[] = {
		{ NMK_NANO_DRAFT, NMK_OK }, { NMK_NANO_PENDING_REVIEW, NMK_ESTATE }, { NMK_NANO_PUBLISHED, NMK_OK },
		{ NMK_NANO_ARCHIVED, NMK_ESTATE }, { NMK_NANO_DELETED, NMK_ENOTFOUND },
	};
	struct parcel parcel;

	parcel_make(&parcel, SMALL, 1);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_status(cases[i].answer, parcel_upload(w->creator, make_nano(w, cases[i].status), &parcel, NULL, NULL));
	parcel_free(&parcel);
}

/* ---- arguments ---- */

static void assert_refused(struct world *w, const char *id, nmk_upload upload, nmk_status status, const char *field)
{
	nmk_version *version = (nmk_version *)w;

	assert_status(status, nmk_package_upload(w->creator, id, &upload, &version));
	assert_field(field, w->creator);
	assert_null(version);
}

static char *repeated(const char *text, size_t times)
{
	char *whole = calloc(times, strlen(text) + 1);

	for (size_t i = 0; i < times; i++)
		strcat(whole, text);
	return whole;
}

static void test_package_upload__arguments_are_checked(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	char *long_text = repeated("ä", 2001), *long_name = repeated("a", 252), *long_key = repeated("k", 129);
	static const char *const numbers[] = { "", "1", "1.0", "1.0.0.0", "01.0.0", "1.0.0-rc1", "v1.0.0", "1.0.1000000",
	                                       "-1.0.0", "1..0", " 1.0.0", "1.0.0 ", "1.0.x", "1000000.0.0" };
	static const char *const names[] = { "", "a.rar", ".zip", "zip", "a.zip.exe", "a\n.zip", "\xff.zip" };
	bool was_read = false;
	nmk_upload good = { 0 }, upload;

	nmk_upload_init(&good);
	good.read = never_read;
	good.read_context = &was_read;
	assert_status(NMK_EINVALID, nmk_package_upload(w->creator, id, NULL, NULL));
	assert_field("upload", w->creator);
	upload = good, upload.read = NULL;
	assert_refused(w, id, upload, NMK_EINVALID, "read");
	upload = good, upload.version = 0;
	assert_refused(w, id, upload, NMK_EINVALID, "version");
	upload = good, upload.version = NMK_UPLOAD_VERSION + 1;
	assert_refused(w, id, upload, NMK_EINVALID, "version");
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		upload = good, upload.number = numbers[i];
		assert_refused(w, id, upload, NMK_EINVALID, "number");
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		upload = good, upload.file_name = names[i];
		assert_refused(w, id, upload, NMK_EINVALID, "file_name");
	}
	strcat(strcpy(long_name + 248, ""), "aaaa.zip"); /* 256 characters */
	upload = good, upload.file_name = long_name;
	assert_refused(w, id, upload, NMK_EINVALID, "file_name");
	upload = good, upload.changelog = long_text;
	assert_refused(w, id, upload, NMK_EINVALID, "changelog");
	upload = good, upload.changelog = "\xc3(";
	assert_refused(w, id, upload, NMK_EINVALID, "changelog");
	upload = good, upload.idempotency_key = long_key;
	assert_refused(w, id, upload, NMK_EINVALID, "idempotency_key");
	upload = good, upload.idempotency_key = "";
	assert_refused(w, id, upload, NMK_EINVALID, "idempotency_key");
	assert_false(was_read);
	assert_nothing_uploaded(w);
	free(long_text);
	free(long_name);
	free(long_key);
}

static void test_package_upload__limits_are_inclusive(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	char *text = repeated("ä", 2000), *name = repeated("ä", 255), *key = repeated("k", 128);
	nmk_upload upload = NMK_UPLOAD_INIT;
	struct parcel parcel;
	nmk_version *version;

	strcpy(name + 2 * 251, ".ZIP");
	parcel_make(&parcel, SMALL, 1);
	upload.number = "999999.999999.999999";
	upload.changelog = text;
	upload.file_name = name;
	upload.idempotency_key = key;
	upload.read = parcel_read;
	upload.read_context = &parcel;
	assert_status(NMK_OK, nmk_package_upload(w->creator, id, &upload, &version));
	assert_string_equal(text, nmk_version_changelog(version));
	assert_string_equal("999999.999999.999999", nmk_version_number(version));
	nmk_version_free(version);
	assert_status(NMK_ELIMIT, parcel_upload(w->creator, id, &parcel, NULL, NULL)); /* there is no number after it */
	assert_field("number", w->creator);
	parcel_free(&parcel);
	free(text);
	free(name);
	free(key);
}

/* ---- numbers ---- */

static void test_package_upload__number_must_grow(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	struct parcel parcel;
	nmk_version *version;

	parcel_version(w->creator, id, "0.0.0", SMALL, 1);
	parcel_version(w->creator, id, "1.2.3", SMALL, 2);
	parcel_make(&parcel, SMALL, 3);
	assert_status(NMK_ECONFLICT, parcel_upload(w->creator, id, &parcel, "1.2.3", NULL));
	assert_field("number", w->creator);
	assert_non_null(strstr(nmk_session_error(w->creator)->message, "1.2.3"));
	assert_status(NMK_ECONFLICT, parcel_upload(w->creator, id, &parcel, "1.2.2", NULL));
	assert_status(NMK_OK, parcel_upload(w->creator, id, &parcel, "1.2.4", NULL));
	assert_status(NMK_OK, parcel_upload(w->creator, id, &parcel, NULL, &version));
	assert_string_equal("1.3.0", nmk_version_number(version));
	nmk_version_free(version);
	parcel_version(w->creator, id, "1.999999.5", SMALL, 2);
	assert_status(NMK_OK, parcel_upload(w->creator, id, &parcel, NULL, &version));
	assert_string_equal("2.0.0", nmk_version_number(version));
	nmk_version_free(version);
	parcel_free(&parcel);
}

static void test_package_upload__draft_nano_has_the_latest_number(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	nmk_nano *nano;

	parcel_version(w->creator, id, "1.0.0", SMALL, 1);
	parcel_version(w->creator, id, "1.0.1", SMALL, 2);
	assert_status(NMK_OK, nmk_nano_get(w->creator, id, &nano));
	assert_string_equal("1.0.1", nmk_nano_version(nano));
	nmk_nano_free(nano);
}

/* ---- what the archive must be ---- */

static void assert_rejected(struct world *w, const char *id, struct parcel *parcel, const char *rule, const char *entry)
{
	const nmk_error *error = nmk_session_error(w->creator);

	assert_status(NMK_EINVALID, parcel_upload(w->creator, id, parcel, NULL, NULL));
	assert_string_equal("package", error->field);
	assert_non_null(strstr(error->message, rule));
	if (entry)
		assert_non_null(strstr(error->message, entry));
	parcel_free(parcel);
}

static void test_package_upload__refusal_names_rule_and_entry(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	struct parcel parcel = { 0 };

	parcel_put(&parcel.bytes, &parcel.size, "%PDF-1.7 but no archive", 23);
	assert_rejected(w, id, &parcel, "not_zip", NULL);
	assert_rejected(w, id, &parcel, "not_zip", NULL); /* no bytes at all */
	parcel_add(&parcel, "skript.pdf", "%PDF-1.7", 8);
	parcel_add(&parcel, "../boese.pdf", "%PDF-1.7", 8);
	parcel_end(&parcel);
	assert_rejected(w, id, &parcel, "name_segment", "../boese.pdf");
	parcel_add(&parcel, "skript.pdf", "%PDF-1.7", 8);
	parcel_add(&parcel, "start.exe", "MZ", 2);
	parcel_end(&parcel);
	assert_rejected(w, id, &parcel, "type_program", "start.exe");
	parcel_add(&parcel, "notizen.txt", "nur Text", 8);
	parcel_end(&parcel);
	assert_rejected(w, id, &parcel, "no_main_type", NULL);
	assert_nothing_uploaded(w);
}

static void test_package_upload__refusal_speaks_the_language_of_the_session(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	struct parcel parcel = { 0 };

	nmk_session_set_language(w->creator, "de");
	parcel_add(&parcel, "skript.pdf", "%PDF-1.7", 8);
	parcel_add(&parcel, "start.exe", "MZ", 2);
	parcel_end(&parcel);
	assert_rejected(w, id, &parcel, "Das Archiv enthält ein Programm oder Skript", "Eintrag „start.exe“");
}

static void test_package_upload__broken_off_changes_nothing(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	struct parcel parcel;

	parcel_make(&parcel, LARGE, 1);
	parcel.fail_at = LARGE / 2;
	assert_status(NMK_ECANCELLED, parcel_upload(w->creator, id, &parcel, NULL, NULL));
	parcel_free(&parcel);
	assert_nothing_uploaded(w);
}

static int64_t lying(void *context, void *buffer, size_t size)
{
	(void)context;
	(void)buffer;
	return (int64_t)size + 1;
}

static void test_package_upload__reader_that_lies_is_refused(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	nmk_upload upload = NMK_UPLOAD_INIT;

	upload.read = lying;
	assert_refused(w, id, upload, NMK_EINVALID, "read");
	assert_nothing_uploaded(w);
}

/* ---- the largest package ---- */

/* An archive of exactly NMK_PACKAGE_BYTES_MAXIMUM bytes, from a pattern: three stored files, of which none is too large. */
struct giant {
	struct parcel head[3], tail; /* headers; directory and end             */
	size_t length[3];            /* of the files                           */
	int64_t at, extra;           /* bytes behind the archive               */
};

#define PATTERN 1000
static char pattern[PATTERN];

static uint32_t pattern_crc(size_t length)
{
	uint32_t crc = 0;

	for (size_t at = 0; at < length; at += PATTERN)
		crc = (uint32_t)crc32(crc, (const Bytef *)pattern, (uInt)(length - at < PATTERN ? length - at : PATTERN));
	return crc;
}

static void giant_make(struct giant *giant, int64_t size)
{
	static const char *const names[] = { "a.pdf", "b.pdf", "c.pdf" };
	size_t frame = 3 * (30 + 5) + 3 * (46 + 5) + 22, offset = 0;

	memset(pattern, 'x', sizeof pattern);
	memcpy(pattern, "%PDF-1.7\n", 9);
	giant->length[0] = giant->length[1] = (size_t)NMK_PACKAGE_ENTRY_BYTES_MAXIMUM;
	giant->length[2] = 0;
	if ((size_t)size - frame < giant->length[0] + giant->length[1])
		giant->length[1] = (size_t)size - frame - giant->length[0];
	giant->length[1] -= 500000;
	giant->length[2] = (size_t)size - frame - giant->length[0] - giant->length[1];
	for (int i = 0; i < 3; i++) {
		struct parcel *head = &giant->head[i];
		uint32_t crc = pattern_crc(giant->length[i]);

		parcel_number(&head->bytes, &head->size, 0x04034B50, 4);
		parcel_common(&head->bytes, &head->size, 0, crc, giant->length[i], giant->length[i], 5);
		parcel_put(&head->bytes, &head->size, names[i], 5);
		parcel_directory(&giant->tail, 0, crc, giant->length[i], giant->length[i], names[i], offset);
		offset += head->size + giant->length[i];
	}
	giant->tail.size = offset; /* where parcel_end() finds the directory to begin */
	giant->tail.bytes = calloc(1, offset + 1);
	parcel_end(&giant->tail);
	memmove(giant->tail.bytes, giant->tail.bytes + offset, giant->tail.size - offset);
	giant->tail.size -= offset;
}

static size_t giant_part(const char *bytes, size_t size, int64_t at, void *buffer, size_t wanted)
{
	size_t left = size - (size_t)at, length = wanted < left ? wanted : left;

	memcpy(buffer, bytes + at, length);
	return length;
}

static int64_t giant_read(void *context, void *buffer, size_t size)
{
	struct giant *giant = context;
	int64_t at = giant->at;
	size_t got = 0;

	for (int i = 0; i < 3 && !got; i++) {
		if (at < (int64_t)giant->head[i].size)
			got = giant_part(giant->head[i].bytes, giant->head[i].size, at, buffer, size);
		at -= (int64_t)giant->head[i].size;
		if (!got && at < (int64_t)giant->length[i]) {
			size_t left = giant->length[i] - (size_t)at;

			while (got < size && got < left) {
				size_t from = ((size_t)at + got) % PATTERN, length = PATTERN - from;

				length = length < size - got ? length : size - got;
				length = length < left - got ? length : left - got;
				memcpy((char *)buffer + got, pattern + from, length);
				got += length;
			}
		}
		if (!got)
			at -= (int64_t)giant->length[i];
	}
	if (!got && at < (int64_t)giant->tail.size)
		got = giant_part(giant->tail.bytes, giant->tail.size, at, buffer, size);
	if (!got && giant->extra > 0) {
		memset(buffer, 0, 1);
		giant->extra--;
		got = 1;
	}
	giant->at += (int64_t)got;
	return (int64_t)got;
}

static void test_package_upload__100_mib_are_taken_and_not_a_byte_more(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	struct giant giant = { 0 };
	nmk_upload upload = NMK_UPLOAD_INIT;

	assert_int_equal(104857600, nmk_package_bytes_maximum());
	assert_int_equal(52428800, nmk_package_entry_bytes_maximum());
	giant_make(&giant, NMK_PACKAGE_BYTES_MAXIMUM);
	upload.read = giant_read;
	upload.read_context = &giant;
	giant.extra = 1;
	assert_status(NMK_ELIMIT, nmk_package_upload(w->creator, id, &upload, NULL));
	assert_field("package", w->creator);
	assert_nothing_uploaded(w);
	giant.extra = 0;
	giant.at = 0;
	assert_status(NMK_OK, nmk_package_upload(w->creator, id, &upload, NULL));
	assert_int_equal(104857600, world_sql(w, "SELECT size FROM blob WHERE file_stored = 1"));
	assert_int_equal(0, temporary_files(w));
	for (int i = 0; i < 3; i++)
		parcel_free(&giant.head[i]);
	parcel_free(&giant.tail);
}

/* ---- once ---- */

static void test_package_upload__same_key_answers_the_first_version(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	nmk_upload upload = NMK_UPLOAD_INIT;
	struct parcel parcel;
	nmk_version *first, *again;

	parcel_make(&parcel, SMALL, 1);
	upload.read = parcel_read;
	upload.read_context = &parcel;
	upload.idempotency_key = "upload-1";
	assert_status(NMK_OK, nmk_package_upload(w->creator, id, &upload, &first));
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id)); /* and it still answers when no upload is possible any more */
	parcel.at = 0;
	assert_status(NMK_OK, nmk_package_upload(w->creator, id, &upload, &again));
	assert_string_equal(nmk_version_id(first), nmk_version_id(again));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM nano_version"));
	assert_int_equal(1, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'package_upload'"));
	nmk_version_free(first);
	nmk_version_free(again);

	parcel.at = 0;
	upload.changelog = "neu";
	assert_status(NMK_ECONFLICT, nmk_package_upload(w->creator, id, &upload, NULL));
	assert_field("idempotency_key", w->creator);
	parcel_free(&parcel);
	parcel_make(&parcel, SMALL, 2);
	upload.changelog = NULL;
	assert_status(NMK_ECONFLICT, nmk_package_upload(w->creator, id, &upload, NULL));
	parcel.at = 0;
	upload.idempotency_key = "upload-2";
	assert_status(NMK_ESTATE, nmk_package_upload(w->creator, id, &upload, NULL));
	parcel_free(&parcel);
}

/* ---- files ---- */

static void write_file(const char *path, const struct parcel *parcel)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(parcel->size, write(fd, parcel->bytes, parcel->size));
	close(fd);
}

static void test_package_upload_file__and_download_file_give_the_same_bytes(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	char in[128], out[128], compare[300];
	nmk_upload upload = NMK_UPLOAD_INIT;
	struct parcel parcel;
	nmk_version *version;
	struct stat info;

	parcel_make(&parcel, LARGE, 1);
	snprintf(in, sizeof in, "%s/in.zip", w->folder);
	snprintf(out, sizeof out, "%s/out.zip", w->folder);
	write_file(in, &parcel);
	upload.changelog = "Erste Fassung\nmit zwei Zeilen";
	assert_status(NMK_OK, nmk_package_upload_file(w->creator, id, in, &upload, &version));
	assert_string_equal("Erste Fassung\nmit zwei Zeilen", nmk_version_changelog(version));
	nmk_version_free(version);
	assert_status(NMK_OK, nmk_package_upload_file(w->creator, id, in, NULL, NULL));
	assert_status(NMK_OK, nmk_package_download_file(w->creator, id, "1.0.0", out));
	snprintf(compare, sizeof compare, "cmp '%s' '%s'", in, out);
	assert_int_equal(0, system(compare));
	assert_int_equal(0, stat(out, &info));
	assert_int_equal(1, download_count(w, id));

	assert_status(NMK_ECONFLICT, nmk_package_download_file(w->creator, id, NULL, out));
	assert_field("path", w->creator);
	assert_int_equal(1, download_count(w, id));
	strcat(out, ".part");
	assert_int_equal(-1, access(out, F_OK));
	parcel_free(&parcel);
}

static void test_package_upload_file__bad_paths(void **state)
{
	struct world *w = *state;
	const char *id = make_nano(w, NMK_NANO_DRAFT);

	assert_status(NMK_EINVALID, nmk_package_upload_file(w->creator, id, NULL, NULL, NULL));
	assert_field("path", w->creator);
	assert_status(NMK_EIO, nmk_package_upload_file(w->creator, id, "/nowhere/a.zip", NULL, NULL));
	assert_field("path", w->creator);
	assert_status(NMK_EIO, nmk_package_upload_file(w->creator, id, w->folder, NULL, NULL)); /* a folder */
	assert_field("path", w->creator);
	assert_status(NMK_EINVALID, nmk_package_upload_file(NULL, id, NULL, NULL, NULL));
	assert_status(NMK_EINVALID, nmk_package_upload_file(NULL, id, "/nowhere/a.zip", NULL, NULL));
	assert_nothing_uploaded(w);
}

static void test_package_download_file__bad_paths_count_nothing(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w, SMALL);
	char long_path[5000];

	memset(long_path, 'a', sizeof long_path - 1);
	long_path[sizeof long_path - 1] = '\0';
	assert_status(NMK_EINVALID, nmk_package_download_file(w->consumer, id, NULL, NULL));
	assert_field("path", w->consumer);
	assert_status(NMK_EINVALID, nmk_package_download_file(w->consumer, id, NULL, ""));
	assert_field("path", w->consumer);
	assert_status(NMK_EIO, nmk_package_download_file(w->consumer, id, NULL, "/nowhere/a.zip"));
	assert_field("path", w->consumer);
	assert_status(NMK_EIO, nmk_package_download_file(w->consumer, id, NULL, long_path));
	assert_status(NMK_EINVALID, nmk_package_download_file(NULL, id, NULL, "/nowhere/a.zip"));
	assert_status(NMK_ELOGIN, nmk_package_download_file(w->guest, id, NULL, "/nowhere/a.zip"));
	assert_int_equal(0, download_count(w, id));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'data_accessed'"));
}

/* What a crash left under the name of the unfinished file is taken over. */
static void test_package_download_file__takes_over_what_a_crash_left(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w, SMALL);
	char path[128], part[140];

	snprintf(path, sizeof path, "%s/out.zip", w->folder);
	snprintf(part, sizeof part, "%s.part", path);
	close(open(part, O_CREAT | O_WRONLY, 0600));
	assert_status(NMK_OK, nmk_package_download_file(w->consumer, id, NULL, path));
	assert_int_equal(-1, access(part, F_OK));
}

/* ---- downloads ---- */

static void test_package_download__counts_once_per_call_from_the_beginning(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w, SMALL);
	struct received received = { 0 };

	assert_status(NMK_OK, nmk_package_download(w->consumer, id, NULL, 0, -1, receive, &received));
	assert_int_equal(1, download_count(w, id));
	assert_status(NMK_OK, nmk_package_download(w->consumer, id, "1.0.0", 100, -1, receive, &received));
	assert_int_equal(1, download_count(w, id));
	assert_status(NMK_OK, nmk_package_download(w->stranger, id, NULL, 0, 10, receive, &received));
	assert_int_equal(2, download_count(w, id));
	assert_int_equal(3, world_sql(w, "SELECT count(*) FROM audit_event WHERE action = 'data_accessed'"));
	received_free(&received);
}

static void ranges(struct world *w, size_t size)
{
	const char *id = make_published(w, size);
	struct parcel parcel;
	int64_t end, offsets[12];

	parcel_make(&parcel, size, 1);
	end = (int64_t)parcel.size;
	memcpy(offsets, (int64_t[]){ 0, 1, end / 2, 65535, 65536, 65537, end - 1, end }, 8 * sizeof offsets[0]);
	for (int i = 0; i < 8; i++) {
		int64_t lengths[] = { 0, 1, 65536, end, INT64_MAX, -1 };

		for (size_t j = 0; offsets[i] <= end && j < sizeof lengths / sizeof lengths[0]; j++) {
			struct received received = { 0 };
			int64_t left = end - offsets[i], wanted = lengths[j] < 0 || lengths[j] > left ? left : lengths[j];

			assert_status(NMK_OK, nmk_package_download(w->consumer, id, NULL, offsets[i], lengths[j], receive, &received));
			assert_int_equal(wanted, received.size);
			assert_true(wanted == 0 || memcmp(parcel.bytes + offsets[i], received.bytes, received.size) == 0);
			received_free(&received);
		}
	}
	assert_status(NMK_EINVALID, nmk_package_download(w->consumer, id, NULL, end + 1, -1, receive, NULL));
	assert_field("offset", w->consumer);
	assert_status(NMK_EINVALID, nmk_package_download(w->consumer, id, NULL, INT64_MAX, INT64_MAX, receive, NULL));
	assert_status(NMK_EINVALID, nmk_package_download(w->consumer, id, NULL, -1, -1, receive, NULL));
	assert_field("offset", w->consumer);
	assert_status(NMK_EINVALID, nmk_package_download(w->consumer, id, NULL, 0, -2, receive, NULL));
	assert_field("length", w->consumer);
	assert_status(NMK_EINVALID, nmk_package_download(w->consumer, id, NULL, 0, -1, NULL, NULL));
	assert_field("write", w->consumer);
	parcel_free(&parcel);
}

static void test_package_download__ranges_of_a_small_package(void **state)
{
	ranges(*state, 100000);
}

static void test_package_download__ranges_of_a_large_package(void **state)
{
	ranges(*state, LARGE);
}

static void test_package_download__who_may(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w, SMALL);
	struct received received = { 0 };

	assert_status(NMK_ELOGIN, nmk_package_download(w->guest, id, NULL, 0, -1, receive, &received));
	assert_status(NMK_EDENIED, nmk_package_download(w->suspended, id, NULL, 0, -1, receive, &received));
	assert_status(NMK_ENOTFOUND, nmk_package_download(w->consumer, id, "1.0.1", 0, -1, receive, &received));
	assert_status(NMK_ENOTFOUND, nmk_package_download(w->consumer, id, "latest", 0, -1, receive, &received));
	assert_status(NMK_EINVALID, nmk_package_download(w->consumer, NULL, NULL, 0, -1, receive, &received));
	assert_status(NMK_EINVALID, nmk_package_download(NULL, id, NULL, 0, -1, receive, &received));
	parcel_version(w->creator, id, "1.1.0", SMALL, 2); /* nobody's but hers and the staff's */
	assert_status(NMK_ENOTFOUND, nmk_package_download(w->consumer, id, "1.1.0", 0, -1, receive, &received));
	assert_int_equal(0, received.size);
	assert_status(NMK_OK, nmk_package_download(w->creator, id, "1.1.0", 0, -1, receive, &received));
	assert_status(NMK_OK, nmk_package_download(w->moderator, id, "1.1.0", 0, -1, receive, &received));
	received_free(&received);

	id = make_nano(w, NMK_NANO_DRAFT);
	assert_status(NMK_ENOTFOUND, nmk_package_download(w->creator, id, NULL, 0, -1, receive, &received));
	parcel_version(w->creator, id, NULL, SMALL, 3);
	assert_status(NMK_ENOTFOUND, nmk_package_download(w->consumer, id, NULL, 0, -1, receive, &received));
	assert_status(NMK_OK, nmk_package_download(w->creator, id, NULL, 0, -1, receive, &received));
	assert_status(NMK_OK, nmk_package_download(w->moderator, id, NULL, 0, -1, receive, &received));
	received_free(&received);
}

static void test_package_download__writer_can_stop_it(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w, LARGE);
	struct received received = { .stop_after = 1 };

	assert_status(NMK_ECANCELLED, nmk_package_download(w->consumer, id, NULL, 0, -1, receive, &received));
	assert_int_equal(NMK_ECANCELLED, nmk_session_error(w->consumer)->status);
	assert_true(received.size <= 262144);
	assert_int_equal(1, download_count(w, id));
	received_free(&received);
}

static void package_file(struct world *w, nmk_session *session, const char *id, char path[256])
{
	nmk_version *version;

	assert_status(NMK_OK, nmk_version_get(session, id, NULL, &version));
	snprintf(path, 256, "%s.blobs/%.2s/%s", w->path, nmk_version_hash(version), nmk_version_hash(version));
	nmk_version_free(version);
}

static void test_package_download__altered_content_is_told(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w, LARGE);
	struct received received = { 0 };
	char path[256], out[128];
	int fd;

	package_file(w, w->consumer, id, path);
	fd = open(path, O_WRONLY);
	assert_int_equal(1, pwrite(fd, "!", 1, LARGE / 2));
	close(fd);
	assert_status(NMK_ECORRUPT, nmk_package_download(w->consumer, id, NULL, 0, -1, receive, &received));
	snprintf(out, sizeof out, "%s/out.zip", w->folder);
	assert_status(NMK_ECORRUPT, nmk_package_download_file(w->consumer, id, NULL, out));
	assert_int_equal(-1, access(out, F_OK));
	assert_int_equal(0, unlink(path));
	assert_status(NMK_ECORRUPT, nmk_package_download(w->consumer, id, NULL, 0, -1, receive, &received));
	assert_int_equal(2, download_count(w, id)); /* what is not there is not counted */
	received_free(&received);
}

/* ---- inside ---- */

#define SVG "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"

static const char *make_with_entries(struct world *w)
{
	static const struct { const char *name, *bytes; size_t length; } files[] = {
		{ "a.jpg", "\xff\xd8\xff", 3 }, { "a.png", "\x89PNG\r\n\x1a\n", 8 }, { "a.mp4", "\0\0\0\x18" "ftypmp42", 12 },
		{ "a.webm", "\x1a\x45\xdf\xa3....webm", 12 }, { "a.gif", "GIF89a", 6 }, { "a.webp", "RIFF....WEBP", 12 },
		{ "a.mp3", "ID3", 3 }, { "a.m4a", "\0\0\0\x18" "ftypM4A ", 12 }, { "a.ogg", "OggS", 4 }, { "a.ogv", "OggS", 4 },
		{ "a.wav", "RIFF....WAVE", 12 }, { "a.flac", "fLaC", 4 }, { "a.woff2", "wOF2", 4 }, { "a.txt", "Text", 4 },
		{ "a.CSV", "a;b", 3 }, { "a.html", "<p>", 3 }, { "a.svg", SVG, sizeof SVG - 1 }, { "a.xml", "<a/>", 4 },
		{ "a.ttml", "<tt/>", 5 }, { ".DS_Store", "\0\0\0\x01" "Bud1", 8 },
	};
	const char *id = make_nano(w, NMK_NANO_DRAFT);
	struct parcel parcel = { 0 };
	char *bytes = document(LARGE, 5);

	parcel_add(&parcel, "teil/", "", 0);
	parcel_deflate(&parcel, "teil/skript.pdf", bytes, LARGE);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		parcel_add(&parcel, files[i].name, files[i].bytes, files[i].length);
	parcel_end(&parcel);
	assert_status(NMK_OK, parcel_upload(w->creator, id, &parcel, NULL, NULL));
	assert_status(NMK_OK, nmk_nano_submit(w->creator, id));
	assert_status(NMK_OK, nmk_nano_publish(w->moderator, id));
	parcel_free(&parcel);
	free(bytes);
	return id;
}

static void test_package_list__tells_names_sizes_and_types(void **state)
{
	struct world *w = *state;
	static const char *const types[] = {
		NULL, "application/pdf", "image/jpeg", "image/png", "video/mp4", "video/webm", "image/gif", "image/webp",
		"audio/mpeg", "audio/mp4", "audio/ogg", "video/ogg", "audio/wav", "audio/flac", "font/woff2", "text/plain",
		"text/csv", "text/html", "image/svg+xml", "application/xml", "application/ttml+xml", "application/octet-stream",
	};
	const char *id = make_with_entries(w);
	nmk_package_entries *entries;
	char *json;

	assert_status(NMK_OK, nmk_package_list(w->guest, id, NULL, &entries));
	assert_int_equal(22, nmk_package_entries_count(entries));
	for (size_t i = 0; i < 22; i++) {
		const nmk_package_entry *entry = nmk_package_entries_item(entries, i);

		if (types[i])
			assert_string_equal(types[i], entry->media_type);
		else
			assert_null(entry->media_type);
		assert_int_equal(i == 0, entry->is_directory);
		assert_int_equal(i >= 17 && i <= 20, entry->active_content);
	}
	assert_string_equal("teil/skript.pdf", nmk_package_entries_item(entries, 1)->name);
	assert_int_equal(LARGE, nmk_package_entries_item(entries, 1)->size);
	assert_null(nmk_package_entries_item(entries, 22));
	json = nmk_package_entries_json(entries);
	assert_non_null(strstr(json, "\"items\":[{\"name\":\"teil/\",\"media_type\":null,\"size\":0,\"is_directory\":true,"
	                             "\"active_content\":false},{\"name\":\"teil/skript.pdf\""));
	assert_non_null(strstr(json, "\"next\":null"));
	nmk_free(json);
	nmk_package_entries_free(entries);
	nmk_package_entries_free(NULL);
	assert_int_equal(0, download_count(w, id));
}

static void test_package_list__who_may(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w, SMALL);
	nmk_package_entries *entries = (nmk_package_entries *)w;

	assert_status(NMK_EINVALID, nmk_package_list(w->guest, id, NULL, NULL));
	assert_field("entries", w->guest);
	assert_status(NMK_EINVALID, nmk_package_list(NULL, id, NULL, &entries));
	assert_null(entries);
	assert_status(NMK_ENOTFOUND, nmk_package_list(w->guest, id, "9.9.9", &entries));
	parcel_version(w->creator, id, "1.1.0", SMALL, 2);
	assert_status(NMK_ENOTFOUND, nmk_package_list(w->stranger, id, "1.1.0", &entries));
	assert_status(NMK_OK, nmk_package_list(w->moderator, id, "1.1.0", &entries));
	nmk_package_entries_free(entries);
	id = make_nano(w, NMK_NANO_DRAFT);
	assert_status(NMK_ENOTFOUND, nmk_package_list(w->guest, id, NULL, &entries));
}

static void test_package_read_entry__ranges_of_an_unpacked_file(void **state)
{
	struct world *w = *state;
	const char *id = make_with_entries(w), *name = "teil/skript.pdf";
	static const struct { int64_t offset, length, expected; } ranges_[] = {
		{ 0, -1, LARGE }, { 0, 0, 0 }, { 0, 1, 1 }, { 1, 70000, 70000 }, { LARGE - 1, -1, 1 }, { LARGE - 1, 100, 1 },
		{ LARGE, -1, 0 }, { 10, INT64_MAX, LARGE - 10 },
	};
	char *bytes = document(LARGE, 5);
	struct received received = { 0 };

	for (size_t i = 0; i < sizeof ranges_ / sizeof ranges_[0]; i++) {
		assert_status(NMK_OK, nmk_package_read_entry(w->consumer, id, NULL, name, ranges_[i].offset, ranges_[i].length,
		                                             receive, &received));
		assert_int_equal(ranges_[i].expected, received.size);
		assert_true(received.size == 0 || memcmp(bytes + ranges_[i].offset, received.bytes, received.size) == 0);
		assert_true(received.largest <= 262144);
		received_free(&received);
	}
	assert_status(NMK_EINVALID, nmk_package_read_entry(w->consumer, id, NULL, name, LARGE + 1, -1, receive, &received));
	assert_field("offset", w->consumer);
	assert_status(NMK_OK, nmk_package_read_entry(w->consumer, id, NULL, "a.txt", 1, 2, receive, &received));
	assert_int_equal(2, received.size);
	assert_memory_equal("ex", received.bytes, 2);
	received.stop_after = 1;
	assert_status(NMK_ECANCELLED, nmk_package_read_entry(w->consumer, id, NULL, name, 0, -1, receive, &received));
	assert_int_equal(0, download_count(w, id));
	assert_int_equal(0, world_sql(w, "SELECT count(*) FROM audit_event WHERE operation = 'package_read_entry'"));
	received_free(&received);
	free(bytes);
}

static void test_package_read_entry__bad_arguments_and_strangers(void **state)
{
	struct world *w = *state;
	const char *id = make_with_entries(w), *name = "a.txt";

	assert_status(NMK_EINVALID, nmk_package_read_entry(w->consumer, id, NULL, NULL, 0, -1, receive, NULL));
	assert_field("entry", w->consumer);
	assert_status(NMK_EINVALID, nmk_package_read_entry(w->consumer, id, NULL, name, -1, -1, receive, NULL));
	assert_field("offset", w->consumer);
	assert_status(NMK_EINVALID, nmk_package_read_entry(w->consumer, id, NULL, name, 0, -2, receive, NULL));
	assert_field("length", w->consumer);
	assert_status(NMK_EINVALID, nmk_package_read_entry(w->consumer, id, NULL, name, 0, -1, NULL, NULL));
	assert_field("write", w->consumer);
	assert_status(NMK_EINVALID, nmk_package_read_entry(NULL, id, NULL, name, 0, -1, receive, NULL));
	assert_status(NMK_ENOTFOUND, nmk_package_read_entry(w->consumer, id, NULL, "b.txt", 0, -1, receive, NULL));
	assert_field("entry", w->consumer);
	assert_status(NMK_ENOTFOUND, nmk_package_read_entry(w->consumer, id, NULL, "teil/", 0, -1, receive, NULL));
	assert_status(NMK_ENOTFOUND, nmk_package_read_entry(w->consumer, id, "2.0.0", name, 0, -1, receive, NULL));
	assert_status(NMK_ELOGIN, nmk_package_read_entry(w->guest, id, NULL, name, 0, -1, receive, NULL));
	assert_status(NMK_EDENIED, nmk_package_read_entry(w->suspended, id, NULL, name, 0, -1, receive, NULL));
}

static void test_package_list__altered_content_is_told(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w, LARGE);
	nmk_package_entries *entries;
	char path[256];
	int fd;

	package_file(w, w->consumer, id, path);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(1, pwrite(fd, "!", 1, 0));
	close(fd);
	assert_status(NMK_ECORRUPT, nmk_package_list(w->consumer, id, NULL, &entries));
	assert_status(NMK_ECORRUPT, nmk_package_read_entry(w->consumer, id, NULL, "a.txt", 0, -1, receive, NULL));
	assert_int_equal(0, unlink(path));
	assert_status(NMK_ECORRUPT, nmk_package_list(w->consumer, id, NULL, &entries));
}

/* Inside of a file, where the structure of the archive does not show it. */
static void test_package_read_entry__altered_content_is_told(void **state)
{
	struct world *w = *state;
	const char *id = make_published(w, LARGE);
	struct received received = { 0 };
	char path[256];
	int fd;

	package_file(w, w->consumer, id, path);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(1, pwrite(fd, "\x01", 1, LARGE / 2));
	close(fd);
	assert_status(NMK_OK, nmk_package_read_entry(w->consumer, id, NULL, "skript.pdf", 0, LARGE - 1, receive, &received));
	assert_status(NMK_ECORRUPT, nmk_package_read_entry(w->consumer, id, NULL, "skript.pdf", 0, -1, receive, &received));
	assert_int_equal(NMK_ECORRUPT, nmk_session_error(w->consumer)->status);
	assert_status(NMK_ECORRUPT, nmk_package_read_entry(w->consumer, id, NULL, "skript.pdf", 0, LARGE, receive, &received));
	received_free(&received);
}

static void test_package_inspect_file__judges_as_an_upload_would(void **state)
{
	struct world *w = *state;
	char path[160];
	nmk_error error;
	FILE *file;

	snprintf(path, sizeof path, "%s/judged.zip", w->folder);
	assert_status(NMK_EIO, nmk_package_inspect_file(path, "en", &error));
	assert_string_equal("path", error.field);
	assert_status(NMK_EIO, nmk_package_inspect_file(w->folder, "en", &error));
	assert_status(NMK_EINVALID, nmk_package_inspect_file(NULL, "en", &error));
	assert_status(NMK_EINVALID, nmk_package_inspect_file(NULL, "en", NULL));

	file = fopen(path, "wb");
	assert_non_null(file);
	fputs("This is no ZIP archive.", file);
	fclose(file);
	assert_status(NMK_EINVALID, nmk_package_inspect_file(path, "de", &error));
	assert_string_equal("package", error.field);
	assert_non_null(strstr(error.message, "not_zip"));
	assert_non_null(strstr(error.message, "kein ZIP-Archiv"));

	assert_int_equal(0, truncate(path, NMK_PACKAGE_BYTES_MAXIMUM));
	assert_status(NMK_EINVALID, nmk_package_inspect_file(path, NULL, &error));
	assert_int_equal(0, truncate(path, NMK_PACKAGE_BYTES_MAXIMUM + 1));
	assert_status(NMK_ELIMIT, nmk_package_inspect_file(path, NULL, &error));
	assert_string_equal("package", error.field);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_package_inspect_file__judges_as_an_upload_would),
		TEST(test_package_upload__small_package_survives_reopening),
		TEST(test_package_upload__large_package_survives_reopening),
		TEST(test_package_upload__the_same_package_twice_is_stored_once),
		TEST(test_package_upload__pieces_may_be_tiny_and_deflated),
		TEST(test_package_upload__the_host_may_do_it),
		TEST(test_package_upload__strangers_are_refused_before_a_byte_is_read),
		TEST(test_package_upload__only_draft_and_published_take_versions),
		TEST(test_package_upload__arguments_are_checked),
		TEST(test_package_upload__limits_are_inclusive),
		TEST(test_package_upload__number_must_grow),
		TEST(test_package_upload__draft_nano_has_the_latest_number),
		TEST(test_package_upload__refusal_names_rule_and_entry),
		TEST(test_package_upload__refusal_speaks_the_language_of_the_session),
		TEST(test_package_upload__broken_off_changes_nothing),
		TEST(test_package_upload__reader_that_lies_is_refused),
		TEST(test_package_upload__100_mib_are_taken_and_not_a_byte_more),
		TEST(test_package_upload__same_key_answers_the_first_version),
		TEST(test_package_upload_file__and_download_file_give_the_same_bytes),
		TEST(test_package_upload_file__bad_paths),
		TEST(test_package_download_file__bad_paths_count_nothing),
		TEST(test_package_download_file__takes_over_what_a_crash_left),
		TEST(test_package_download__counts_once_per_call_from_the_beginning),
		TEST(test_package_download__ranges_of_a_small_package),
		TEST(test_package_download__ranges_of_a_large_package),
		TEST(test_package_download__who_may),
		TEST(test_package_download__writer_can_stop_it),
		TEST(test_package_download__altered_content_is_told),
		TEST(test_package_list__tells_names_sizes_and_types),
		TEST(test_package_list__who_may),
		TEST(test_package_read_entry__ranges_of_an_unpacked_file),
		TEST(test_package_read_entry__bad_arguments_and_strangers),
		TEST(test_package_list__altered_content_is_told),
		TEST(test_package_read_entry__altered_content_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
