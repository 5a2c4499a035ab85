/* audit.c -- the audit log with many entries: appended in durable batches beside plain SQLite, proved, verified.
 * Both sides write rows of the same size into the same table with the same indexes, 1000 to a commit that is on the disk.
 * usage: bench_audit [ENTRIES] */
#include "bench.h"

#include <nanomarket.h>
#include <sqlite3.h>
#include <unistd.h>
#include "audit.h"
#include "audit_log.h"

#define BATCH  1000
#define PROOFS 2000

static long entries = 1000000;
static char folder[64] = "/tmp/nmk-bench-XXXXXX", path[96], hand_path[96];
static nmk_market *market;
static nmk_session *host, *member;

static void open_all(void)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration registration = NMK_REGISTRATION_INIT;
	nmk_error error;

	options.create = true;
	must(nmk_market_open(path, &options, &error, &market) == NMK_OK, error.message);
	must(nmk_session_open_system(market, &host) == NMK_OK, "session");
	registration.username = "bench";
	registration.email = "bench@example.org";
	must(nmk_user_add(host, &registration, NMK_ROLE_CREATOR, NULL) == NMK_OK, "user");
	must(nmk_session_act_as(host, "bench", &member) == NMK_OK, "session");
}

/* One transaction with that many entries of a member. */
static void append_batch(int count)
{
	struct nmk_op op;
	nmk_status rc = op_begin(&op, member, OP_consent_record);

	while (op_next(&op, &rc)) {
		op_subject(&op, "consent", ID_CONSENT, 7);
		op_detail(&op, "consent_type", "marketing");
		for (int i = 1; rc == NMK_OK && i < count; i++)
			rc = audit_append(&op);
	}
	must(rc == NMK_OK, nmk_session_error(member)->message);
}

static double appended_per_second(void)
{
	double begin = now_us();

	for (long done = 0; done < entries; done += BATCH)
		append_batch(BATCH);
	return (double)entries / (now_us() - begin) * 1e6;
}

static void sql(sqlite3 *db, const char *text)
{
	must(sqlite3_exec(db, text, NULL, NULL, NULL) == SQLITE_OK, sqlite3_errmsg(db));
}

/* The rows and indexes of audit_event, without a tree, an id of its own or a seal. */
static double inserted_per_second(void)
{
	long rows = entries > 200000 ? 200000 : entries;
	unsigned char leaf[32] = { 1 };
	sqlite3_stmt *insert;
	sqlite3 *db;
	double begin;

	must(sqlite3_open(hand_path, &db) == SQLITE_OK, "open");
	sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192; PRAGMA secure_delete = ON;"
	        "CREATE TABLE e (id INTEGER PRIMARY KEY, created_at INTEGER, operation TEXT, action TEXT, actor_kind TEXT, actor TEXT,"
	        " object_type TEXT, object TEXT, result TEXT, details TEXT, key_id TEXT, sealed BLOB, commitment BLOB, leaf BLOB NOT NULL)"
	        " STRICT; CREATE INDEX e1 ON e (created_at, id) WHERE created_at IS NOT NULL; CREATE INDEX e2 ON e (action, created_at, id)"
	        " WHERE action IS NOT NULL; CREATE INDEX e3 ON e (actor, created_at, id) WHERE actor IS NOT NULL; CREATE INDEX e4 ON e"
	        " (object, created_at, id) WHERE object IS NOT NULL");
	must(sqlite3_prepare_v2(db, "INSERT INTO e VALUES (?1, ?2, 'consent_record', 'consent_given', 'member', "
	     "'0123456789abcdef0123456789abcdef', 'consent', '075a445a-0000-8201-9e07-752d572513da', 'ok', "
	     "'{\"consent_type\":\"marketing\"}', NULL, NULL, NULL, ?3)", -1, &insert, NULL) == SQLITE_OK, sqlite3_errmsg(db));
	begin = now_us();
	for (long i = 0; i < rows; i++) {
		if (i % BATCH == 0)
			sql(db, "BEGIN IMMEDIATE");
		sqlite3_bind_int64(insert, 1, (INT64_C(2026) << 40) + i);
		sqlite3_bind_int64(insert, 2, INT64_C(1767225600000) + i / 10);
		sqlite3_bind_blob(insert, 3, leaf, sizeof leaf, SQLITE_STATIC);
		must(sqlite3_step(insert) == SQLITE_DONE, sqlite3_errmsg(db));
		sqlite3_reset(insert);
		if (i % BATCH == BATCH - 1)
			sql(db, "COMMIT");
	}
	begin = (double)rows / (now_us() - begin) * 1e6;
	sqlite3_finalize(insert);
	sqlite3_close(db);
	return begin;
}

/* ---- proofs ---- */

struct figures { double make_us[PROOFS], verify_us[PROOFS]; int most; };

static struct tree_hash leaf_of(struct tx *tx, const struct audit_log *log, int64_t seq)
{
	struct tree_hash leaf;
	struct stmt stmt;
	size_t length;
	nmk_status rc = NMK_OK;

	stmt_init(&stmt, tx, SQL_audit_leaves);
	stmt_int(&stmt, "first", audit_id(log->shard, seq));
	stmt_int(&stmt, "end", audit_id(log->shard, seq + 1));
	must(stmt_next(&stmt, &rc), "leaf");
	memcpy(&leaf, stmt_column_blob(&stmt, 0, &length), sizeof leaf);
	stmt_end(&stmt);
	return leaf;
}

static uint64_t any(uint64_t below)
{
	static uint64_t seed = 88172645463325252u;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed % below;
}

/* Each with no tile at hand, as in a call of its own. */
static void prove(struct tx *tx, const struct audit_log *log, bool inclusion, struct figures *figures)
{
	uint64_t size = log->range.size;
	struct tree_hash root, from_root;

	tree_root(&log->range, &root);
	figures->most = 0;
	for (int i = 0; i < PROOFS; i++) {
		uint64_t at = inclusion ? any(size) : 1 + any(size - 1);
		struct tree_hash leaf = leaf_of(tx, log, (int64_t)at);
		struct audit_nodes nodes;
		struct tree_source source = { audit_nodes_node, &nodes };
		struct tree_proof proof;
		double begin;
		bool fine;

		audit_nodes_init(&nodes, tx, log->shard, (int64_t)size);
		if (!inclusion)
			must(tree_source_root(&source, at, &from_root), "root");
		audit_nodes_init(&nodes, tx, log->shard, (int64_t)size);
		begin = now_us();
		fine = inclusion ? tree_prove_inclusion(&source, at, size, &proof) : tree_prove_consistency(&source, at, size, &proof);
		figures->make_us[i] = now_us() - begin;
		begin = now_us();
		fine = fine && (inclusion ? tree_verify_inclusion(at, size, &leaf, &proof, &root)
		                          : tree_verify_consistency(at, size, &from_root, &root, &proof));
		figures->verify_us[i] = now_us() - begin;
		must(fine, "a proof");
		figures->most = proof.count > figures->most ? proof.count : figures->most;
	}
}

static void show_proofs(void)
{
	static struct figures figures;
	static struct audit_log log;
	struct nmk_op op;
	nmk_status rc = op_begin(&op, host, OP_audit_verify);
	bool found;

	while (op_next(&op, &rc)) {
		rc = audit_log_load(&op.tx, 0, &log, &found);
		for (int inclusion = 1; rc == NMK_OK && inclusion >= 0; inclusion--) {
			double worst;

			prove(&op.tx, &log, inclusion, &figures);
			worst = (median(figures.make_us, PROOFS), figures.make_us[PROOFS * 99 / 100]);
			printf("%-12s made from the store %7.1f us (99 %%: %.1f), verified %6.1f us, %d hashes at most = %d bytes\n",
			       inclusion ? "inclusion" : "consistency", figures.make_us[PROOFS / 2], worst,
			       median(figures.verify_us, PROOFS), figures.most, figures.most * TREE_HASH_BYTES);
		}
	}
	must(rc == NMK_OK, nmk_session_error(host)->message);
}

int main(int argc, char **argv)
{
	nmk_check_report *report;
	double begin, ours, plain;

	if (argc > 1)
		entries = atol(argv[1]);
	must(entries >= BATCH, "at least 1000 entries");
	must(mkdtemp(folder) != NULL, "folder");
	snprintf(path, sizeof path, "%s/market.db", folder);
	snprintf(hand_path, sizeof hand_path, "%s/hand.db", folder);
	open_all();
	plain = inserted_per_second();
	ours = appended_per_second();
	printf("%ld entries, SQLite %s, synchronous=FULL, %d to a commit on both sides\n", entries, sqlite3_libversion(), BATCH);
	printf("append       %9.0f/s; plain INSERT of the same rows %9.0f/s; ratio %.2f\n", ours, plain, plain / ours);
	show_proofs();
	begin = now_us();
	must(nmk_audit_verify(host, NULL, 0, NULL, NULL, &report) == NMK_OK, nmk_session_error(host)->message);
	must(nmk_check_report_count(report) == 0, nmk_check_report_message(report, 0));
	printf("verify all   %.2f s, %.0f entries/s\n", (now_us() - begin) / 1e6, (double)entries / (now_us() - begin) * 1e6);
	nmk_check_report_free(report);
	nmk_session_close(member);
	nmk_session_close(host);
	nmk_market_close(market);
	printf("left in %s\n", folder);
	return 0;
}
