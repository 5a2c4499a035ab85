/* race_test.c -- many take keys at once, in several processes, while their owners publish more: no one-time prekey is handed out twice,
 * and each that was is one that was published. NMK_E2E=all takes 100 000, otherwise some. */
#define _DEFAULT_SOURCE
#include "world.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "clock.h"
#include "number.h"

#define SOME    2000
#define ALL     100000
#define TAKERS  4     /* processes */
#define OWNERS  8

/* What a process hands back through the pipe: smaller than PIPE_BUF, so whole. */
struct handed_out {
	uint32_t      owner, number;
	unsigned char key[32];
};

struct player {
	int64_t      now;
	nmk_market  *market;
	nmk_session *session;
};

static int64_t player_clock(void *context)
{
	return ((struct player *)context)->now;
}

/* No assertions in the processes: they run beside the test. */
static void require(int fine, int code)
{
	if (!fine)
		_exit(code);
}

static void player_open(struct player *player, const char *path, const char *username)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_session *system;

	options.clock = player_clock;
	options.clock_context = player;
	options.relaxed_durability = true;
	require(nmk_market_open(path, &options, NULL, &player->market) == NMK_OK, 10);
	require(nmk_session_open_system(player->market, &system) == NMK_OK, 11);
	require(nmk_session_act_as(system, username, &player->session) == NMK_OK, 12);
	nmk_session_close(system);
}

/* ---- the owners: each key says whose it is and which ---- */

static void key_of(uint32_t owner, uint32_t number, unsigned char key[32])
{
	const uint32_t what[2] = { owner, number };

	crypto_generichash(key, 32, (const unsigned char *)what, sizeof what, NULL, 0);
}

static void publish(struct player *player, const unsigned char *record, uint32_t owner, uint32_t *last)
{
	unsigned char one_time[50 * NMK_E2E_ONE_TIME_PREKEY_BYTES];
	nmk_status rc;

	for (uint32_t i = 0; i < 50; i++) {
		put_big_endian(one_time + (size_t)i * NMK_E2E_ONE_TIME_PREKEY_BYTES, 4, *last + i + 1);
		key_of(owner, *last + i + 1, one_time + (size_t)i * NMK_E2E_ONE_TIME_PREKEY_BYTES + 4);
	}
	do
		rc = nmk_prekey_publish(player->session, record, NMK_E2E_SIGNED_PREKEY_BYTES, one_time, sizeof one_time, NULL);
	while (rc == NMK_EBUSY);
	if (rc == NMK_OK)
		*last += 50;
	else if (nmk_session_error(player->session)->retry_after_ms > 0)
		player->now += DAY_MS;
	else
		require(rc == NMK_ELIMIT, 20); /* there are enough */
}

/* Until it is killed. */
static void own(const char *path, int64_t now, const unsigned char records[OWNERS][NMK_E2E_SIGNED_PREKEY_BYTES])
{
	struct player players[OWNERS];
	uint32_t last[OWNERS] = { 0 };

	for (uint32_t i = 0; i < OWNERS; i++) {
		char name[16];

		snprintf(name, sizeof name, "owner%u", i);
		players[i].now = now;
		player_open(&players[i], path, name);
	}
	for (;;)
		for (uint32_t i = 0; i < OWNERS; i++)
			publish(&players[i], records[i], i, &last[i]);
}

/* ---- the takers ---- */

static void take_many(const char *path, int64_t now, int taker, long wanted, char ids[OWNERS][64], int out)
{
	struct player player = { .now = now };
	char name[16];
	long count = 0;

	snprintf(name, sizeof name, "taker%d", taker);
	player_open(&player, path, name);
	for (uint32_t turn = 0; count < wanted; turn++) {
		uint32_t owner = turn % OWNERS;
		struct handed_out got = { .owner = owner };
		unsigned char *bundle;
		size_t length;
		nmk_status rc = nmk_prekey_take(player.session, ids[owner], &bundle, &length);

		if (rc == NMK_ELIMIT)
			player.now += DAY_MS;
		require(rc == NMK_OK || rc == NMK_ELIMIT || rc == NMK_EBUSY, 30);
		if (rc == NMK_OK && length == NMK_E2E_BUNDLE_MAXIMUM) {
			got.number = (uint32_t)get_big_endian(bundle + NMK_E2E_SIGNED_PREKEY_BYTES, 4);
			memcpy(got.key, bundle + NMK_E2E_SIGNED_PREKEY_BYTES + 4, 32);
			require(write(out, &got, sizeof got) == sizeof got, 31);
			count++;
		}
		if (rc == NMK_OK)
			nmk_free(bundle);
	}
	nmk_session_close(player.session);
	nmk_market_close(player.market);
	_exit(0);
}

/* ---- what came out ---- */

static unsigned char *seen[OWNERS];
static size_t seen_room[OWNERS];

static void note(const struct handed_out *got)
{
	unsigned char expected[32];

	assert_true(got->owner < OWNERS && got->number > 0);
	key_of(got->owner, got->number, expected);
	assert_memory_equal(expected, got->key, 32);
	if (got->number >= seen_room[got->owner]) {
		size_t room = 2 * (size_t)got->number + 100;

		seen[got->owner] = realloc(seen[got->owner], room);
		assert_non_null(seen[got->owner]);
		memset(seen[got->owner] + seen_room[got->owner], 0, room - seen_room[got->owner]);
		seen_room[got->owner] = room;
	}
	if (seen[got->owner][got->number]++)
		fail_msg("key %u of owner %u was handed out twice", got->number, got->owner);
}

static void prepare_owners(struct world *w, char ids[OWNERS][64], unsigned char records[OWNERS][NMK_E2E_SIGNED_PREKEY_BYTES])
{
	for (int i = 0; i < OWNERS; i++) {
		nmk_e2e_identity *identity;
		nmk_session *session;
		char name[16];

		snprintf(name, sizeof name, "owner%d", i);
		session = world_member(w, name, NMK_ROLE_CREATOR);
		nmk_nano_free(world_nano(w, session, NMK_NANO_PUBLISHED));
		snprintf(ids[i], 64, "%s", nmk_session_user_id(session));
		assert_int_equal(NMK_OK, nmk_e2e_identity_create(w->now, &identity));
		memcpy(records[i], nmk_e2e_identity_signed_prekey(identity), NMK_E2E_SIGNED_PREKEY_BYTES);
		assert_status(NMK_OK, nmk_prekey_publish(session, records[i], NMK_E2E_SIGNED_PREKEY_BYTES, NULL, 0, NULL));
		nmk_e2e_identity_free(identity);
		nmk_session_close(session);
	}
}

static void test_take__never_hands_out_a_key_twice(void **state)
{
	struct world *w = *state;
	const char *all = getenv("NMK_E2E");
	long wanted = all && strcmp(all, "all") == 0 ? ALL : SOME, count = 0;
	static char ids[OWNERS][64];
	static unsigned char records[OWNERS][NMK_E2E_SIGNED_PREKEY_BYTES];
	pid_t takers[TAKERS], owner;
	struct handed_out got;
	int ends[2], status;

	prepare_owners(w, ids, records);
	for (int i = 0; i < TAKERS; i++) {
		char name[16];

		snprintf(name, sizeof name, "taker%d", i);
		nmk_session_close(world_member(w, name, NMK_ROLE_CONSUMER));
	}
	assert_int_equal(0, pipe(ends));
	owner = fork();
	assert_true(owner >= 0);
	if (owner == 0) {
		close(ends[0]);
		close(ends[1]); /* the pipe ends with the takers */
		own(w->path, w->now, (const unsigned char (*)[NMK_E2E_SIGNED_PREKEY_BYTES])records);
	}
	for (int i = 0; i < TAKERS; i++) {
		takers[i] = fork();
		assert_true(takers[i] >= 0);
		if (takers[i] == 0)
			take_many(w->path, w->now, i, wanted / TAKERS, ids, ends[1]);
	}
	close(ends[1]);
	for (ssize_t size; (size = read(ends[0], &got, sizeof got)) != 0;) {
		if (size < 0 && errno == EINTR)
			continue;
		assert_int_equal(sizeof got, size);
		note(&got);
		count++;
	}
	close(ends[0]);
	for (int i = 0; i < TAKERS; i++) {
		assert_int_equal(takers[i], waitpid(takers[i], &status, 0));
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	kill(owner, SIGKILL);
	assert_int_equal(owner, waitpid(owner, &status, 0));
	assert_true(WIFSIGNALED(status)); /* it did not end by itself */
	assert_int_equal(wanted, count);
	printf("%ld one-time prekeys taken by %d processes, none twice\n", count, TAKERS);
	for (int i = 0; i < OWNERS; i++) {
		free(seen[i]);
		seen[i] = NULL;
		seen_room[i] = 0;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_take__never_hands_out_a_key_twice, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
