/* memory_test.c -- each allocation of each operation fails once: the call answers NMK_ENOMEM, the store is as before, nothing
 * is lost, and the session and the market go on.
 *
 * The program's own malloc() comes before the C library's. A library below may go on without memory that it only wants
 * (SQLite's page cache, a hash table that grows later); then the call succeeds, and that is right. Memory that our own
 * code asked for must never be missed silently. */
#define _GNU_SOURCE /* dladdr() */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "parcel.h"
#include "session.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED 1
#endif
#endif

static bool armed, fired;
static long countdown, live;
static void *fired_at;

#ifndef SANITIZED

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *memory);
void *memalign(size_t alignment, size_t size);

static bool refused(void *caller)
{
	if (!armed || --countdown != 0)
		return false;
	fired = true;
	fired_at = caller;
	errno = ENOMEM;
	return true;
}

static void *counted(void *memory)
{
	live += memory != NULL;
	return memory;
}

#pragma GCC visibility push(default) /* the shared libraries call these, too */

void *malloc(size_t size)
{
	return refused(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return refused(__builtin_return_address(0)) ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
	void *moved;

	if (memory && size == 0) {
		free(memory);
		return NULL;
	}
	if (refused(__builtin_return_address(0)))
		return NULL;
	moved = __libc_realloc(memory, size);
	if (!memory)
		counted(moved);
	return moved;
}

void *memalign(size_t alignment, size_t size)
{
	return refused(__builtin_return_address(0)) ? NULL : counted(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return refused(__builtin_return_address(0)) ? NULL : counted(__libc_memalign(alignment, size));
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
	if (refused(__builtin_return_address(0)))
		return ENOMEM;
	*memory = counted(__libc_memalign(alignment, size));
	return *memory ? 0 : ENOMEM;
}

void free(void *memory)
{
	live -= memory != NULL;
	__libc_free(memory);
}

/* So that who called it is known. */
char *strdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = refused(__builtin_return_address(0)) ? NULL : counted(__libc_malloc(size));

	return copy ? memcpy(copy, text, size) : NULL;
}

#pragma GCC visibility pop

#endif

/* Was it our own code that asked? The library is linked into this program. */
static bool ours(void *caller)
{
	Dl_info where, here;

	return dladdr(caller, &where) != 0 && dladdr((void *)(uintptr_t)&permitted_actor, &here) != 0
	    && where.dli_fbase == here.dli_fbase;
}

static void tell_place(void)
{
	Dl_info where;

	if (dladdr(fired_at, &where) != 0)
		print_error("asked for at %s+%#lx\n", where.dli_fname, (unsigned long)((char *)fired_at - (char *)where.dli_fbase));
}

static long points, optional;

static nmk_status call_refusing(struct trial *trial, long n)
{
	nmk_status rc;

	fired = false;
	countdown = n;
	armed = true;
	rc = trial_call(trial);
	armed = false;
	points += fired;
	return rc;
}

static void check_failure(struct trial *trial, nmk_status rc, long n)
{
	if (rc != NMK_ENOMEM) {
		tell_place();
		fail_msg("%s, allocation %ld: %s: %s", samples[trial->op]->name, n, nmk_status_name(rc),
		         nmk_session_error(trial->session)->message);
	}
	if (nmk_session_error(trial->session)->status != rc) {
		tell_place();
		fail_msg("%s, allocation %ld: the session's error says %s", samples[trial->op]->name, n,
		         nmk_status_name(nmk_session_error(trial->session)->status));
	}
	if (!trial_unchanged(trial)) {
		tell_place();
		fail_msg("%s, allocation %ld: failed, and yet changed something", samples[trial->op]->name, n);
	}
}

/* Each of the first, then samples: the check of a whole store asks for memory tens of thousands of times. */
#define EACH 600

static long after(long n)
{
	return n < EACH ? n + 1 : n + n / 20;
}

/* n = 1, 2, 3, ... until the call needs fewer. */
static void sweep(struct trial *trial)
{
	for (long n = 1;; n = after(n)) {
		nmk_status rc = call_refusing(trial, n);

		if (fired && rc == NMK_OK) {
			if (ours(fired_at)) {
				tell_place();
				fail_msg("%s, allocation %ld: refused to our own code, and not noticed", samples[trial->op]->name, n);
			}
			optional++;
			trial_renew(trial);
		} else if (fired) {
			check_failure(trial, rc, n);
		} else {
			assert_status(NMK_OK, rc);
			return;
		}
	}
}

/* Twice: with statements still to be prepared, and again when they are. */
static void try_operation(enum op_id op)
{
	struct trial trial;

	trial_begin(&trial, op);
	sweep(&trial);
	trial_renew(&trial);
	sweep(&trial);
	trial_end(&trial);
}

static void test_operation(void **state)
{
	enum op_id op = (enum op_id)(*(const struct sample *const *const *)*state - samples);
	long before = live;

	try_operation(op);
	if (live != before)
		fail_msg("%s: %ld pieces of memory are lost", samples[op]->name, live - before);
}

/* ---- what is no operation ---- */

static void test_market_open__without_memory_leaves_nothing_behind(void **state)
{
	struct world *world;
	void *setup = NULL;
	nmk_market_options with_key = NMK_MARKET_OPTIONS_INIT;
	nmk_market *first;
	char path[128], root_key[128];
	long before;

	(void)state;
	world_setup(&setup);
	world = setup;
	/* A store that nobody else has open: SQLite keeps a file that it must not close while another holds locks on it. */
	snprintf(path, sizeof path, "%s/another.db", world->folder);
	assert_status(NMK_OK, nmk_market_backup(world->system, path, NULL, NULL));
	snprintf(root_key, sizeof root_key, "%s.rootkey", world->path);
	with_key.root_key_file = root_key;
	with_key.search_words = "Zwirbel|kranz Zwirbel|kranzes\nKFZ = Auto\n";
	assert_status(NMK_OK, nmk_market_open(path, &with_key, NULL, &first));
	nmk_market_close(first);
	before = live;
	for (long n = 1;; n++) {
		nmk_market *market = NULL;
		nmk_error error;
		nmk_status rc;

		fired = false;
		countdown = n;
		armed = true;
		rc = nmk_market_open(path, &with_key, &error, &market);
		armed = false;
		points += fired;
		if (rc == NMK_OK)
			nmk_market_close(market);
		else if (rc != NMK_ENOMEM) {
			tell_place();
			fail_msg("allocation %ld: %s: %s", n, nmk_status_name(rc), error.message);
		} else {
			assert_null(market);
			assert_int_equal(NMK_ENOMEM, error.status);
		}
		if (live != before) {
			tell_place();
			fail_msg("allocation %ld: %ld pieces of memory are lost", n, live - before);
		}
		if (!fired)
			break;
		assert_false(rc == NMK_OK && ours(fired_at));
	}
	world_teardown(&setup);
}

static void test_session_open__without_memory_leaves_nothing_behind(void **state)
{
	void *setup = NULL;
	struct world *world;
	nmk_session *session;

	(void)state;
	world_setup(&setup);
	world = setup;
	fired = false;
	countdown = 1;
	armed = true;
	assert_int_equal(NMK_ENOMEM, nmk_session_open(world->market, &session));
	armed = false;
	assert_null(session);
	assert_status(NMK_OK, nmk_session_open(world->market, &session));
	nmk_session_close(session);
	world_teardown(&setup);
}

/* JSON of values: NULL without memory, and the value stays. */
static void sweep_json(char *(*json)(const void *), const void *value, const char *what)
{
	for (long n = 1;; n++) {
		long before = live;
		char *text;

		fired = false;
		countdown = n;
		armed = true;
		text = json(value);
		armed = false;
		points += fired;
		if (fired && text) {
			tell_place();
			fail_msg("%s, allocation %ld: a part of the JSON is missing: %s", what, n, text);
		}
		if (!fired)
			assert_non_null(text);
		nmk_free(text);
		if (live != before)
			fail_msg("%s, allocation %ld: %ld pieces of memory are lost", what, n, live - before);
		if (!fired)
			return;
	}
}

#define JSON_OF(type) static char *json_##type(const void *value) { return nmk_##type##_json(value); }
JSON_OF(user)
JSON_OF(user_page)
JSON_OF(profile)
JSON_OF(category_page)
JSON_OF(nano)
JSON_OF(nano_page)
JSON_OF(consent_page)
JSON_OF(version)
JSON_OF(version_page)
JSON_OF(package_entries)
JSON_OF(check_report)

static void test_json__without_memory_is_null(void **state)
{
	struct world *world;
	void *setup = NULL;
	nmk_user *user;
	nmk_user_page *users;
	nmk_profile *profile;
	nmk_category_page *categories;
	nmk_nano *nano;
	nmk_nano_page *nanos;
	nmk_consent_page *consents;

	(void)state;
	world_setup(&setup);
	world = setup;
	nano = world_nano(world, world->creator, NMK_NANO_PUBLISHED);
	assert_status(NMK_OK, nmk_category_create(world->admin, "Technik", "Alles", NULL, NULL, NULL));
	assert_status(NMK_OK, nmk_consent_record(world->creator, NMK_CONSENT_MARKETING, true, "1", NULL));
	assert_status(NMK_OK, nmk_user_find(world->creator, "carl", &user));
	assert_status(NMK_OK, nmk_user_list(world->admin, NULL, NULL, 3, &users));
	assert_status(NMK_OK, nmk_profile_get(world->creator, NULL, &profile));
	assert_status(NMK_OK, nmk_category_list(world->guest, NULL, NULL, 0, &categories));
	assert_status(NMK_OK, nmk_nano_list(world->guest, NULL, &nanos));
	assert_status(NMK_OK, nmk_consent_list(world->creator, NULL, 0, &consents));
	sweep_json(json_user, user, "user");
	sweep_json(json_user_page, users, "user page");
	sweep_json(json_profile, profile, "profile");
	sweep_json(json_category_page, categories, "category page");
	sweep_json(json_nano, nano, "nano");
	sweep_json(json_nano_page, nanos, "nano page");
	sweep_json(json_consent_page, consents, "consent page");
	nmk_user_free(user);
	nmk_user_page_free(users);
	nmk_profile_free(profile);
	nmk_category_page_free(categories);
	nmk_nano_free(nano);
	nmk_nano_page_free(nanos);
	nmk_consent_page_free(consents);
	world_teardown(&setup);
}

/* A package, and a file among the packages that the doctor finds. */
static void test_json__of_packages_without_memory_is_null(void **state)
{
	struct world *world;
	void *setup = NULL;
	nmk_nano *nano;
	nmk_version *version;
	nmk_version_page *versions;
	nmk_package_entries *entries;
	nmk_check_report *report;
	char path[128];
	FILE *file;

	(void)state;
	world_setup(&setup);
	world = setup;
	nano = world_nano(world, world->creator, NMK_NANO_DRAFT);
	parcel_version(world->creator, nmk_nano_id(nano), "1.0.0", 2000, 1);
	snprintf(path, sizeof path, "%s.blobs/notes", world->path);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	assert_status(NMK_OK, nmk_version_get(world->creator, nmk_nano_id(nano), NULL, &version));
	assert_status(NMK_OK, nmk_version_list(world->creator, nmk_nano_id(nano), NULL, 0, &versions));
	assert_status(NMK_OK, nmk_package_list(world->creator, nmk_nano_id(nano), NULL, &entries));
	assert_status(NMK_OK, nmk_market_check(world->system, false, NULL, NULL, &report));
	assert_int_equal(1, nmk_check_report_count(report));
	sweep_json(json_version, version, "version");
	sweep_json(json_version_page, versions, "version page");
	sweep_json(json_package_entries, entries, "package entries");
	sweep_json(json_check_report, report, "check report");
	nmk_version_free(version);
	nmk_version_page_free(versions);
	nmk_package_entries_free(entries);
	nmk_check_report_free(report);
	nmk_nano_free(nano);
	world_teardown(&setup);
}

/* What the libraries below keep for good is not lost. */
static int warm_up(void **state)
{
	struct trial trial;

	(void)state;
	trial_begin(&trial, OP_search);
	trial_call(&trial);
	trial_end(&trial);
	return 0;
}

static int tell(void **state)
{
	(void)state;
	print_message("%d operations, %ld allocations refused, %ld of them to libraries that could do without\n", OP__COUNT,
	              points, optional);
	return 0;
}

int main(int argc, char **argv)
{
	static struct CMUnitTest tests[OP__COUNT + 4];
	static const struct sample *const *position[OP__COUNT];

#ifdef SANITIZED
	print_message("SKIPPED: a sanitizer has the allocator already\n");
	return 0;
#endif
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	for (int op = 0; op < OP__COUNT; op++) {
		position[op] = &samples[op];
		tests[op] = (struct CMUnitTest){ .name = samples[op]->name, .test_func = test_operation,
		                                 .initial_state = &position[op] };
	}
	tests[OP__COUNT] = (struct CMUnitTest)cmocka_unit_test(test_market_open__without_memory_leaves_nothing_behind);
	tests[OP__COUNT + 1] = (struct CMUnitTest)cmocka_unit_test(test_session_open__without_memory_leaves_nothing_behind);
	tests[OP__COUNT + 2] = (struct CMUnitTest)cmocka_unit_test(test_json__without_memory_is_null);
	tests[OP__COUNT + 3] = (struct CMUnitTest)cmocka_unit_test(test_json__of_packages_without_memory_is_null);
	return cmocka_run_group_tests_name("fault/memory", tests, warm_up, tell);
}
