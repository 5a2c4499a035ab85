/* timing.c -- can a clock tell whether an address has an account? The same call for known and unknown addresses, interleaved at
 * random; medians, their ratio, and Welch's t of the means (below 4.5 nothing was found).
 * usage: bench_timing [CALLS] [login|reset|register] */
#include "bench.h"

#include <math.h>
#include <nanomarket.h>
#include <sodium.h>
#include <unistd.h>

#define PER_ACCOUNT 90          /* wrong passwords: 100 in a row close an account's password path */
#define PAUSE_MS    (6 * 3600 * INT64_C(1000))

static char folder[64] = "/tmp/nmk-timing-XXXXXX", path[96];
static int64_t now_ms = INT64_C(1767225600000);
static nmk_market *market;
static nmk_session *system_session, *guest;
static int calls = 2000, accounts;

/* Every call is far from the one before: nothing is throttled. */
static int64_t bench_clock(void *context)
{
	(void)context;
	return now_ms;
}

static nmk_registration registration(const char *email, const char *username)
{
	nmk_registration given = NMK_REGISTRATION_INIT;

	given.email = email;
	given.username = username;
	given.password = "Ein langes Passwort 1!";
	given.accept_terms = true;
	given.accept_privacy = true;
	return given;
}

static void open_market(void)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;

	options.create = true;
	options.relaxed_durability = true; /* the disk's moods would only hide a difference */
	options.password_memory_kib = 19456;
	options.clock = bench_clock;
	must(mkdtemp(folder) != NULL, "folder");
	snprintf(path, sizeof path, "%s/market.db", folder);
	must(nmk_market_open(path, &options, NULL, &market) == NMK_OK, "open");
	must(nmk_session_open_system(market, &system_session) == NMK_OK, "session");
	must(nmk_session_open(market, &guest) == NMK_OK, "session");
}

static void address(char email[64], const char *kind, int number)
{
	snprintf(email, 64, "%s%06d@example.org", kind, number);
}

static void add_accounts(void)
{
	char email[64], username[32];

	accounts = calls / PER_ACCOUNT + 1;
	for (int i = 0; i < accounts; i++) {
		nmk_registration given;

		address(email, "known", i);
		snprintf(username, sizeof username, "known%06d", i);
		given = registration(email, username);
		must(nmk_user_add(system_session, &given, NMK_ROLE_CREATOR, NULL) == NMK_OK, "account");
	}
}

/* ---- what is measured ---- */

static void log_in(bool known, int number)
{
	char email[64];

	address(email, known ? "known" : "other", number % accounts);
	must(nmk_session_login(guest, email, "Ein falsches Passwort 1!") == NMK_ELOGIN, "login");
}

/* As a host does: what waits is sent. */
static void send_mails(void)
{
	nmk_outbox_message *message = NULL;

	for (;;) {
		must(nmk_outbox_take(system_session, 3600000, &message) == NMK_OK, "outbox");
		if (!message)
			return;
		must(nmk_outbox_done(system_session, nmk_outbox_message_id(message)) == NMK_OK, "outbox");
		nmk_outbox_message_free(message);
	}
}

static void request_reset(bool known, int number)
{
	char email[64];

	address(email, known ? "known" : "other", number % accounts);
	must(nmk_password_request_reset(guest, email) == NMK_OK, "reset");
}

static void sign_up(bool known, int number)
{
	char email[64], username[32];
	nmk_registration given;

	address(email, known ? "known" : "fresh", known ? number % accounts : number);
	snprintf(username, sizeof username, "%s%06d", known ? "taken" : "fresh", number);
	given = registration(email, username);
	must(nmk_user_register(guest, &given, NULL) == (known ? NMK_ECONFLICT : NMK_OK), "register");
}

static const struct subject {
	const char *name;
	void (*call)(bool known, int number);
} subjects[] = { { "login", log_in }, { "reset", request_reset }, { "register", sign_up } };

/* ---- the figures ---- */

struct side {
	double *times;
	int     count;
};

static void moments(const struct side *side, double above, double *mean, double *variance, int *count)
{
	double sum = 0, squares = 0;

	*count = 0;
	for (int i = 0; i < side->count; i++)
		if (side->times[i] <= above) {
			sum += side->times[i];
			++*count;
		}
	*mean = sum / *count;
	for (int i = 0; i < side->count; i++)
		if (side->times[i] <= above)
			squares += (side->times[i] - *mean) * (side->times[i] - *mean);
	*variance = squares / (*count - 1);
}

/* Of the times that are not above the limit. */
static double welch(const struct side *a, const struct side *b, double above)
{
	double mean_a, mean_b, variance_a, variance_b;
	int count_a, count_b;

	moments(a, above, &mean_a, &variance_a, &count_a);
	moments(b, above, &mean_b, &variance_b, &count_b);
	return (mean_a - mean_b) / sqrt(variance_a / count_a + variance_b / count_b);
}

/* The time that so many per cent of both sides stay below: what lies above is the machine's, not ours. */
static double quantile(const struct side *a, const struct side *b, int percent)
{
	int count = a->count + b->count;
	double *all = malloc(sizeof *all * (size_t)count), value;

	must(all != NULL, "memory");
	memcpy(all, a->times, sizeof *all * (size_t)a->count);
	memcpy(all + a->count, b->times, sizeof *all * (size_t)b->count);
	qsort(all, (size_t)count, sizeof *all, compare_doubles);
	value = all[(long)count * percent / 100 - 1];
	free(all);
	return value;
}

static void report(const char *name, struct side *known, struct side *unknown)
{
	double all = welch(known, unknown, quantile(known, unknown, 100));
	double most = welch(known, unknown, quantile(known, unknown, 90));
	double known_median = median(known->times, known->count), unknown_median = median(unknown->times, unknown->count);

	printf("%-10s known %10.1f us   unknown %10.1f us   ratio %.4f   t %+6.2f   t of the fastest 90 %% %+6.2f\n", name,
	       known_median, unknown_median, known_median / unknown_median, all, most);
	fflush(stdout);
}

static void measure(const struct subject *subject)
{
	struct side sides[2] = { { malloc(sizeof(double) * (size_t)calls), 0 }, { malloc(sizeof(double) * (size_t)calls), 0 } };

	must(sides[0].times && sides[1].times, "memory");
	while (sides[0].count < calls || sides[1].count < calls) {
		int left[2] = { calls - sides[0].count, calls - sides[1].count };
		bool known = (int)randombytes_uniform((uint32_t)(left[0] + left[1])) >= left[0];
		struct side *side = &sides[known];
		double begin;

		send_mails();
		now_ms += PAUSE_MS;
		begin = now_us();
		subject->call(known, side->count);
		side->times[side->count++] = now_us() - begin;
	}
	report(subject->name, &sides[1], &sides[0]);
	free(sides[0].times);
	free(sides[1].times);
}

int main(int argc, char **argv)
{
	const char *only = argc > 2 ? argv[2] : NULL;
	char command[128];

	if (argc > 1)
		calls = atoi(argv[1]);
	must(calls >= 20, "at least 20 calls; they");
	must(sodium_init() >= 0, "libsodium");
	open_market();
	add_accounts();
	printf("%d calls with known and %d with unknown addresses\n", calls, calls);
	for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
		if (!only || strcmp(only, subjects[i].name) == 0)
			measure(&subjects[i]);
	nmk_session_close(guest);
	nmk_session_close(system_session);
	nmk_market_close(market);
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command) != 0;
}
