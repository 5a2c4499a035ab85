/* commits.c -- durable commits by several threads: the library's shared commits beside naive connections.
 * usage: bench_commits [SECONDS] */
#include "bench.h"

#include <nanomarket.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <unistd.h>

#define MAX_THREADS 64
#define MAX_SAMPLES 200000

static char folder[64] = "/tmp/nmk-bench-XXXXXX", path[96];
static atomic_bool running;
static double seconds = 3;

struct worker {
	pthread_t thread;
	int number;
	nmk_market *market;
	double *samples;
	int count;
};

static void *library_writer(void *context)
{
	struct worker *worker = context;
	nmk_session *session;
	nmk_session *system;

	must(nmk_session_open_system(worker->market, &system) == NMK_OK, "session");
	must(nmk_session_act_as(system, "bench", &session) == NMK_OK, "act as");
	while (atomic_load(&running) && worker->count < MAX_SAMPLES) {
		double begin = now_us();

		must(nmk_consent_record(session, NMK_CONSENT_MARKETING, true, NULL, NULL) == NMK_OK, "consent");
		worker->samples[worker->count++] = now_us() - begin;
	}
	nmk_session_close(session);
	nmk_session_close(system);
	return NULL;
}

/* The same rows: a look at the account, the consent, the audit event. */
static void *naive_writer(void *context)
{
	struct worker *worker = context;
	sqlite3 *db;
	sqlite3_stmt *statements[5];
	static const char *const texts[5] = {
		"BEGIN IMMEDIATE", "SELECT role, status FROM user_account WHERE id = 1",
		"INSERT INTO consent (id, user_id, consent_type, accepted, created_at) VALUES (?1, 1, 'marketing', 1, 1)",
		"INSERT INTO audit_event (id, created_at, operation, action, actor_kind, actor, result, leaf) "
		"VALUES (?1, 1, 'consent_record', 'consent_given', 'member', 1, 'ok')",
		"COMMIT",
	};

	must(sqlite3_open(path, &db) == SQLITE_OK, "open");
	sqlite3_busy_timeout(db, 60000);
	sqlite3_exec(db, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON", NULL, NULL, NULL);
	for (int i = 0; i < 5; i++)
		must(sqlite3_prepare_v2(db, texts[i], -1, &statements[i], NULL) == SQLITE_OK, sqlite3_errmsg(db));
	while (atomic_load(&running) && worker->count < MAX_SAMPLES) {
		double begin = now_us();

		for (int i = 0; i < 5; i++) {
			if (i == 2 || i == 3)
				sqlite3_bind_int64(statements[i], 1, (sqlite3_int64)worker->number << 40 | worker->count | 1LL << 60);
			int code = sqlite3_step(statements[i]);
			must(code == SQLITE_DONE || code == SQLITE_ROW, sqlite3_errmsg(db));
			sqlite3_reset(statements[i]);
		}
		worker->samples[worker->count++] = now_us() - begin;
	}
	for (int i = 0; i < 5; i++)
		sqlite3_finalize(statements[i]);
	sqlite3_close(db);
	return NULL;
}

static nmk_market *new_market(void)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_session *system;
	nmk_market *market;
	nmk_error error;

	options.create = true;
	must(nmk_market_open(path, &options, &error, &market) == NMK_OK, error.message);
	must(nmk_session_open_system(market, &system) == NMK_OK, "session");
	registration.username = "bench";
	registration.email = "bench@example.org";
	must(nmk_user_add(system, &registration, NMK_ROLE_CREATOR, NULL) == NMK_OK, "user");
	nmk_session_close(system);
	return market;
}

static void remove_market(void)
{
	static const char *const endings[] = { "", "-wal", "-shm", ".lock" };
	char name[128];

	for (int i = 0; i < 4; i++) {
		snprintf(name, sizeof name, "%s%s", path, endings[i]);
		unlink(name);
	}
}

struct result { double per_second, p50, p99, worst; };

static struct result measure(int threads, void *(*writer)(void *), nmk_market *market)
{
	struct worker workers[MAX_THREADS];
	struct result result;
	double begin, *all;
	int count = 0;

	atomic_store(&running, true);
	begin = now_us();
	for (int i = 0; i < threads; i++) {
		workers[i] = (struct worker){ .number = i, .market = market, .samples = malloc(MAX_SAMPLES * sizeof(double)) };
		must(workers[i].samples != NULL, "memory");
		pthread_create(&workers[i].thread, NULL, writer, &workers[i]);
	}
	usleep((useconds_t)(seconds * 1e6));
	atomic_store(&running, false);
	for (int i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		count += workers[i].count;
	}
	result.per_second = count / ((now_us() - begin) / 1e6);
	all = malloc((size_t)count * sizeof *all);
	must(all != NULL, "memory");
	count = 0;
	for (int i = 0; i < threads; i++) {
		memcpy(all + count, workers[i].samples, (size_t)workers[i].count * sizeof *all);
		count += workers[i].count;
		free(workers[i].samples);
	}
	result.p50 = median(all, count);
	result.p99 = all[count * 99 / 100];
	result.worst = all[count - 1];
	free(all);
	return result;
}

int main(int argc, char **argv)
{
	static const int threads[] = { 1, 2, 8, 64 };

	if (argc > 1)
		seconds = atof(argv[1]);
	must(mkdtemp(folder) != NULL, "folder");
	snprintf(path, sizeof path, "%s/market.db", folder);
	printf("durable commits (WAL, synchronous=FULL), %s\n", sqlite3_libversion());
	printf("%8s %12s %12s %8s %22s %22s %8s\n", "threads", "library/s", "naive/s", "ratio", "library p50/p99/max ms",
	       "naive p50/p99/max ms", "p99");
	for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
		nmk_market *market = new_market();
		struct result library = measure(threads[i], library_writer, market), naive;

		nmk_market_close(market);
		remove_market();
		nmk_market_close(new_market());
		sqlite3 *db;
		sqlite3_open(path, &db);
		must(sqlite3_exec(db, "PRAGMA foreign_keys=OFF; UPDATE user_account SET id = 1", NULL, NULL, NULL) == SQLITE_OK, "prepare");
		sqlite3_close(db);
		naive = measure(threads[i], naive_writer, NULL);
		remove_market();
		printf("%8d %12.0f %12.0f %7.2fx %8.2f/%6.1f/%6.1f %8.2f/%6.1f/%6.1f %7.2fx\n", threads[i], library.per_second,
		       naive.per_second, library.per_second / naive.per_second, library.p50 / 1e3, library.p99 / 1e3,
		       library.worst / 1e3, naive.p50 / 1e3, naive.p99 / 1e3, naive.worst / 1e3, library.p99 / naive.p99);
		fflush(stdout);
	}
	rmdir(folder);
	return 0;
}
