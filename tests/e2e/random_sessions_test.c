/* random_sessions_test.c -- whatever gets lost, late, doubled or saved in between: every text is read as it was written, once.
 * NMK_E2E=all runs 100 000 sessions, otherwise some. NMK_E2E_SEED repeats a run. */
#include "e2e_test.h"

#include <stdio.h>

#define SOME     1500
#define ALL      100000
#define PEOPLE   4
#define IN_TRANSIT 64

static uint64_t random_state, seed;

/* splitmix64: the same run for the same seed, on every machine. */
static uint32_t below(uint32_t limit)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 33) % limit;
}

static struct {
	long sessions, sent, read, lost, doubled, refused, saved;
} counts;

struct letter {
	struct parcel message;
	char          text[24];
	bool          was_read, is_gone;
};

/* One way of a session: what was sent and is not settled yet. */
struct way {
	struct letter letters[IN_TRANSIT];
	int           count;
};

struct side {
	nmk_e2e_identity *identity;
	nmk_e2e_channel  *channel;       /* NULL: has heard nothing yet */
	struct way        out;
};

#define require(condition)                                                                                               \
	do {                                                                                                             \
		if (!(condition))                                                                                        \
			fail_msg("%s, session %ld, NMK_E2E_SEED=%llu", #condition, counts.sessions, (unsigned long long)seed); \
	} while (0)

static void send_one(struct side *side)
{
	struct letter *letter;

	if (!side->channel || side->out.count == IN_TRANSIT)
		return;
	letter = &side->out.letters[side->out.count++];
	memset(letter, 0, sizeof *letter);
	snprintf(letter->text, sizeof letter->text, "%ld-%u", counts.sent++, below(1000000));
	letter->message = encrypted(side->channel, letter->text);
}

static nmk_status open_letter(struct side *to, const struct letter *letter, const struct side *from, nmk_e2e_text **text)
{
	if (!to->channel)
		return nmk_e2e_channel_accept(to->identity, letter->message.bytes, letter->message.length,
		                              nmk_e2e_identity_key(from->identity), CONTEXT, &to->channel, text);
	return nmk_e2e_channel_decrypt(to->channel, letter->message.bytes, letter->message.length, text);
}

static void deliver(struct side *from, struct side *to)
{
	struct letter *letter;
	nmk_e2e_text *text;
	nmk_status rc;

	if (from->out.count == 0)
		return;
	letter = &from->out.letters[below((uint32_t)from->out.count)];
	if (letter->is_gone)
		return;
	if (!letter->was_read) {
		rc = open_letter(to, letter, from, &text);
		require(rc == NMK_OK);
		require(strcmp(nmk_e2e_text_content(text), letter->text) == 0);
		nmk_e2e_text_free(text);
		letter->was_read = true;
		counts.read++;
		if (below(4) > 0) /* the rest is doubled later */
			letter->is_gone = true;
	} else {
		struct snapshot before = snapshot_of(to->channel);

		rc = open_letter(to, letter, from, &text);
		require(rc == NMK_ESTATE || rc == NMK_ECORRUPT);
		require(text == NULL);
		assert_unchanged(&before, to->channel);
		counts.doubled++;
	}
}

static void lose(struct side *from)
{
	struct letter *letter;

	if (from->out.count == 0)
		return;
	letter = &from->out.letters[below((uint32_t)from->out.count)];
	if (!letter->was_read && !letter->is_gone)
		counts.lost++;
	letter->is_gone = true;
}

static void forge(struct side *from, struct side *to)
{
	struct letter *letter;
	struct snapshot before;
	nmk_e2e_text *text;
	size_t at;

	if (from->out.count == 0 || !to->channel)
		return;
	letter = &from->out.letters[below((uint32_t)from->out.count)];
	before = snapshot_of(to->channel);
	at = below((uint32_t)letter->message.length);
	letter->message.bytes[at] ^= 0x40;
	require(open_letter(to, letter, from, &text) != NMK_OK);
	letter->message.bytes[at] ^= 0x40;
	assert_unchanged(&before, to->channel);
	counts.refused++;
}

static void save_and_load(struct side *side)
{
	unsigned char key[32] = { 3 };
	nmk_e2e_channel *loaded;
	struct parcel sealed;

	if (!side->channel)
		return;
	require(nmk_e2e_channel_save(side->channel, key, &sealed.bytes, &sealed.length) == NMK_OK);
	require(nmk_e2e_channel_load(sealed.bytes, sealed.length, key, &loaded) == NMK_OK);
	parcel_free(&sealed);
	nmk_e2e_channel_free(side->channel);
	side->channel = loaded;
	counts.saved++;
}

static void step(struct side *one, struct side *other)
{
	struct side *side = below(2) ? one : other, *to = side == one ? other : one;
	uint32_t kind = below(100);

	if (kind < 40)
		send_one(side);
	else if (kind < 85)
		deliver(side, to);
	else if (kind < 92)
		lose(side);
	else if (kind < 97)
		forge(side, to);
	else
		save_and_load(side);
}

/* At the end everything arrives that was not lost. */
static void settle(struct side *from, struct side *to)
{
	for (int i = 0; i < from->out.count; i++) {
		struct letter *letter = &from->out.letters[i];
		nmk_e2e_text *text;

		if (!letter->was_read && !letter->is_gone) {
			require(open_letter(to, letter, from, &text) == NMK_OK);
			require(strcmp(nmk_e2e_text_content(text), letter->text) == 0);
			nmk_e2e_text_free(text);
			counts.read++;
		}
		parcel_free(&letter->message);
	}
	from->out.count = 0;
}

static void run_session(nmk_e2e_identity *people[PEOPLE])
{
	static struct side one, other;
	uint32_t first = below(PEOPLE), steps = 5 + below(95);

	one.identity = people[first];
	other.identity = people[(first + 1 + below(PEOPLE - 1)) % PEOPLE];
	one.channel = start_with(one.identity, other.identity, below(8) > 0);
	other.channel = NULL;
	counts.sessions++;
	for (uint32_t i = 0; i < steps; i++)
		step(&one, &other);
	settle(&one, &other);
	settle(&other, &one);
	require(counts.sent == counts.read + counts.lost);
	nmk_e2e_channel_free(one.channel);
	nmk_e2e_channel_free(other.channel);
}

static void people_new(nmk_e2e_identity *people[PEOPLE])
{
	for (int i = 0; i < PEOPLE; i++) {
		nmk_e2e_identity_free(people[i]);
		people[i] = new_identity();
	}
}

static void test_sessions__every_text_is_read_once_as_it_was_written(void **state)
{
	const char *all = getenv("NMK_E2E"), *given = getenv("NMK_E2E_SEED");
	nmk_e2e_identity *people[PEOPLE] = { NULL };
	long wanted = all && strcmp(all, "all") == 0 ? ALL : SOME;

	(void)state;
	if (given)
		seed = strtoull(given, NULL, 10);
	else
		randombytes_buf(&seed, sizeof seed);
	random_state = seed;
	for (long i = 0; i < wanted; i++) {
		if (i % 500 == 0) /* 1024 beginnings without a one-time prekey would be too many */
			people_new(people);
		run_session(people);
	}
	printf("%ld sessions: %ld texts sent, %ld lost, %ld read, %ld came again, %ld forged, %ld times saved and loaded; seed %llu\n",
	       counts.sessions, counts.sent, counts.lost, counts.read, counts.doubled, counts.refused, counts.saved,
	       (unsigned long long)seed);
	for (int i = 0; i < PEOPLE; i++)
		nmk_e2e_identity_free(people[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sessions__every_text_is_read_once_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
