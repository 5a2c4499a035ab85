/* blob_test.c -- content kept once, found by its hash, whole or not at all. */
#define _DEFAULT_SOURCE
#include "store_support.h"

#include <sqlite3.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include "blob.h"

#define LIMIT 100000 /* larger blobs lie in files */

struct shelf {
	struct box   *box;
	struct store *store;
	nmk_error     error;
	int           found[BLOB_FILE_FOREIGN + 1];
	int           repaired;
	int64_t       told, total;   /* by progress                       */
	int64_t       stop_at;       /* bytes after which progress stops  */
	char          name[128];     /* of the last finding               */
};

static int setup(void **state)
{
	struct shelf *shelf = calloc(1, sizeof *shelf);
	void *box;

	assert_int_equal(0, box_setup(&box));
	shelf->box = box;
	shelf->stop_at = INT64_MAX;
	shelf->store = box_store(shelf->box, (struct store_options){ .relaxed = true });
	*state = shelf;
	return 0;
}

static int teardown(void **state)
{
	struct shelf *shelf = *state;
	char command[256];
	void *box = shelf->box;

	store_close(shelf->store);
	snprintf(command, sizeof command, "chmod -R u+rwx '%s.blobs' 2>/dev/null; rm -rf '%s.blobs'", shelf->box->path,
	         shelf->box->path);
	assert_int_not_equal(-1, system(command));
	free(shelf);
	return box_teardown(&box);
}

static struct tx outside(struct shelf *shelf)
{
	return (struct tx){ .store = shelf->store, .what = "test", .error = &shelf->error };
}

/* Bytes that differ from place to place and from seed to seed. */
static char *bytes_of(size_t size, unsigned seed)
{
	char *bytes = malloc(size + 1);

	assert_non_null(bytes);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)((i * 31 + i / 251 + seed) & 0xff);
	return bytes;
}

static void write_draft(struct shelf *shelf, struct blob_draft *draft, const char *bytes, size_t size)
{
	struct tx tx = outside(shelf);

	assert_status(NMK_OK, blob_draft_begin(&tx, draft));
	for (size_t at = 0; at < size; at += 10007)
		assert_status(NMK_OK, blob_draft_add(&tx, draft, bytes + at, size - at < 10007 ? size - at : 10007));
	assert_status(NMK_OK, blob_draft_finish(&tx, draft, LIMIT));
}

static nmk_status keep(struct shelf *shelf, struct blob_draft *draft, nmk_status end)
{
	struct tx tx;
	nmk_status rc = box_begin(&tx, shelf->store, true, &shelf->error);

	if (rc == NMK_OK)
		rc = blob_keep(&tx, draft);
	return tx_end(&tx, rc == NMK_OK ? end : rc);
}

static void store_bytes(struct shelf *shelf, size_t size, unsigned seed, char hash[BLOB_HASH_SIZE])
{
	struct blob_draft draft = BLOB_DRAFT_NONE;
	char *bytes = bytes_of(size, seed);

	write_draft(shelf, &draft, bytes, size);
	assert_status(NMK_OK, keep(shelf, &draft, NMK_OK));
	memcpy(hash, draft.hash, BLOB_HASH_SIZE);
	blob_draft_end(&draft);
	free(bytes);
}

static nmk_status open_blob(struct shelf *shelf, const char *hash, struct blob *blob)
{
	struct tx tx;

	assert_status(NMK_OK, box_begin(&tx, shelf->store, false, &shelf->error));
	return tx_end(&tx, blob_open(&tx, hash, blob));
}

struct heap {
	char  *bytes;
	size_t length;
	size_t stop_after;
};

static int gather(void *context, const void *data, size_t size)
{
	struct heap *heap = context;

	assert_true(size <= BLOB_CHUNK_BYTES);
	heap->bytes = realloc(heap->bytes, heap->length + size);
	memcpy(heap->bytes + heap->length, data, size);
	heap->length += size;
	return heap->stop_after && heap->length > heap->stop_after;
}

static void assert_stored(struct shelf *shelf, const char *hash, size_t size, unsigned seed)
{
	struct blob blob = BLOB_NONE;
	struct tx tx = outside(shelf);
	struct heap heap = { 0 };
	char *bytes = bytes_of(size, seed);

	assert_status(NMK_OK, open_blob(shelf, hash, &blob));
	assert_int_equal(size, blob.size);
	assert_status(NMK_OK, blob_stream(&tx, &blob, 0, -1, gather, &heap));
	assert_int_equal(size, heap.length);
	assert_memory_equal(bytes, heap.bytes, size);
	blob_close(&blob);
	free(heap.bytes);
	free(bytes);
}

static int64_t count(struct shelf *shelf, const char *sql)
{
	struct world world;

	snprintf(world.path, sizeof world.path, "%s", shelf->box->path);
	return world_sql(&world, sql);
}

static int files_in(struct shelf *shelf, const char *folder)
{
	char path[256];
	DIR *dir;
	int files = 0;

	snprintf(path, sizeof path, "%s.blobs/%s", shelf->box->path, folder);
	dir = opendir(path);
	for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;)
		files += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return files;
}

static void file_of(struct shelf *shelf, const char *hash, char path[256])
{
	snprintf(path, 256, "%s.blobs/%.2s/%s", shelf->box->path, hash, hash);
}

/* ---- round trips ---- */

/* A blob of exactly the limit lies in rows; one byte more makes a file. */
static void test_blob__limit_divides_rows_from_files(void **state)
{
	struct shelf *shelf = *state;
	char small[BLOB_HASH_SIZE], large[BLOB_HASH_SIZE], path[256];
	struct stat info;

	store_bytes(shelf, LIMIT, 1, small);
	store_bytes(shelf, LIMIT + 1, 2, large);
	assert_int_equal(0, count(shelf, "SELECT file_stored FROM blob WHERE size = 100000"));
	assert_int_equal(1, count(shelf, "SELECT file_stored FROM blob WHERE size = 100001"));
	assert_int_equal(2, count(shelf, "SELECT count(*) FROM blob_chunk"));
	assert_stored(shelf, small, LIMIT, 1);
	assert_stored(shelf, large, LIMIT + 1, 2);
	file_of(shelf, large, path);
	assert_int_equal(0, stat(path, &info));
	assert_int_equal(0600, info.st_mode & 0777);
	snprintf(path, sizeof path, "%s.blobs", shelf->box->path);
	assert_int_equal(0, stat(path, &info));
	assert_int_equal(0700, info.st_mode & 0777);
	assert_int_equal(0, files_in(shelf, "tmp"));
}

static void test_blob__sizes_at_the_edges_of_chunks_come_back(void **state)
{
	struct shelf *shelf = *state;
	static const size_t sizes[] = { 0, 1, BLOB_CHUNK_BYTES - 1, BLOB_CHUNK_BYTES, BLOB_CHUNK_BYTES + 1 };
	char hash[BLOB_HASH_SIZE];

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		store_bytes(shelf, sizes[i], 7, hash);
		assert_stored(shelf, hash, sizes[i], 7);
	}
}

static void test_blob__the_same_content_is_kept_once(void **state)
{
	struct shelf *shelf = *state;
	char first[BLOB_HASH_SIZE], second[BLOB_HASH_SIZE];

	for (unsigned seed = 0; seed < 2; seed++) {
		size_t size = seed ? LIMIT * 2 : 1000;

		store_bytes(shelf, size, seed, first);
		store_bytes(shelf, size, seed, second);
		assert_string_equal(first, second);
		assert_int_equal(seed + 1, count(shelf, "SELECT count(*) FROM blob"));
	}
	assert_int_equal(0, files_in(shelf, "tmp"));
}

/* BLAKE2b-256 of nothing, from RFC 7693's function with a length of 32. */
static void test_blob__name_is_blake2b_256(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE];

	store_bytes(shelf, 0, 0, hash);
	assert_string_equal("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8", hash);
}

/* ---- ranges ---- */

static void test_blob_read__ranges_are_exact(void **state)
{
	struct shelf *shelf = *state;
	static const struct { int64_t offset; size_t length; } ranges[] = {
		{ 0, 0 }, { 0, 1 }, { 0, BLOB_CHUNK_BYTES }, { BLOB_CHUNK_BYTES - 1, 2 }, { BLOB_CHUNK_BYTES, 1 },
		{ 10, 89990 }, { 89999, 1 }, { 90000, 0 },
	};
	char hash[BLOB_HASH_SIZE], *read = malloc(90000);

	for (unsigned in_file = 0; in_file < 2; in_file++) {
		struct blob blob = BLOB_NONE;
		struct tx tx = outside(shelf);
		size_t size = in_file ? 190000 : 90000;
		char *bytes = bytes_of(size, in_file);

		store_bytes(shelf, size, in_file, hash);
		assert_status(NMK_OK, open_blob(shelf, hash, &blob));
		assert_int_equal(in_file, blob.fd >= 0);
		for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
			assert_status(NMK_OK, blob_read(&tx, &blob, ranges[i].offset, read, ranges[i].length));
			assert_memory_equal(bytes + ranges[i].offset, read, ranges[i].length);
		}
		assert_status(in_file ? NMK_EIO : NMK_ECORRUPT, blob_read(&tx, &blob, (int64_t)size, read, 1));
		blob_close(&blob);
		free(bytes);
	}
	free(read);
}

static void test_blob_stream__a_part_is_a_part(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE], *bytes = bytes_of(150000, 3);
	struct blob blob = BLOB_NONE;
	struct tx tx = outside(shelf);
	struct heap heap = { 0 };

	store_bytes(shelf, 150000, 3, hash);
	assert_status(NMK_OK, open_blob(shelf, hash, &blob));
	assert_status(NMK_OK, blob_stream(&tx, &blob, 149990, 100, gather, &heap));
	assert_int_equal(10, heap.length);
	assert_memory_equal(bytes + 149990, heap.bytes, 10);
	heap.stop_after = 1;
	assert_status(NMK_ECANCELLED, blob_stream(&tx, &blob, 0, -1, gather, &heap));
	blob_close(&blob);
	free(heap.bytes);
	free(bytes);
}

/* ---- what a crash leaves ---- */

static void found(void *context, enum blob_problem problem, const char *name, bool repaired)
{
	struct shelf *shelf = context;

	shelf->found[problem]++;
	shelf->repaired += repaired;
	snprintf(shelf->name, sizeof shelf->name, "%s", name);
}

static bool progress(void *context, int64_t done, int64_t total)
{
	struct shelf *shelf = context;

	shelf->told = done;
	shelf->total = total;
	return done <= shelf->stop_at;
}

static nmk_status upkeep(struct shelf *shelf, bool writes, nmk_status (*work)(struct tx *, const struct blob_watch *))
{
	struct blob_watch watch = { found, progress, shelf };
	struct tx tx;

	memset(shelf->found, 0, sizeof shelf->found);
	shelf->repaired = 0;
	assert_status(NMK_OK, box_begin(&tx, shelf->store, writes, &shelf->error));
	return tx_end(&tx, work(&tx, &watch));
}

static void age(struct shelf *shelf, const char *hash)
{
	struct timespec times[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };
	char path[256];

	file_of(shelf, hash, path);
	assert_int_equal(0, utimensat(AT_FDCWD, path, times, 0));
}

/* The file has its name, and the transaction failed after that. */
static void test_blob_sweep__file_without_row_goes(void **state)
{
	struct shelf *shelf = *state;
	struct blob_draft draft = BLOB_DRAFT_NONE;
	char kept[BLOB_HASH_SIZE], path[256], *bytes = bytes_of(LIMIT * 2, 9);

	store_bytes(shelf, LIMIT * 2, 8, kept);
	write_draft(shelf, &draft, bytes, LIMIT * 2);
	assert_status(NMK_EINTERNAL, keep(shelf, &draft, NMK_EINTERNAL));
	blob_draft_end(&draft);
	file_of(shelf, draft.hash, path);
	assert_int_equal(0, access(path, F_OK));

	assert_status(NMK_OK, upkeep(shelf, false, blob_sweep));
	assert_int_equal(0, shelf->found[BLOB_FILE_UNUSED]);        /* it may be about to be committed */
	age(shelf, draft.hash);
	assert_status(NMK_OK, upkeep(shelf, false, blob_sweep));
	assert_int_equal(1, shelf->found[BLOB_FILE_UNUSED]);
	assert_int_equal(0, shelf->repaired);
	assert_int_equal(0, access(path, F_OK));

	assert_status(NMK_OK, upkeep(shelf, true, blob_sweep));
	assert_int_equal(1, shelf->repaired);
	assert_int_equal(-1, access(path, F_OK));
	assert_stored(shelf, kept, LIMIT * 2, 8);
	free(bytes);
}

/* A file whose content lies in rows is nobody's, either. */
static void test_blob_sweep__file_beside_rows_goes(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE], path[256], folder[256];

	store_bytes(shelf, 10, 8, hash);
	snprintf(folder, sizeof folder, "%s.blobs/%.2s", shelf->box->path, hash);
	assert_int_equal(0, mkdir(folder, 0700));
	file_of(shelf, hash, path);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_status(NMK_OK, upkeep(shelf, true, blob_sweep));
	assert_int_equal(1, shelf->repaired);
	assert_int_equal(-1, access(path, F_OK));
	assert_stored(shelf, hash, 10, 8);
}

static void test_blob_sweep__temporary_file_goes_unless_somebody_writes_it(void **state)
{
	struct shelf *shelf = *state;
	struct blob_draft draft = BLOB_DRAFT_NONE;
	char lost[256];

	write_draft(shelf, &draft, "abc", 3);
	snprintf(lost, sizeof lost, "%s.blobs/tmp/0123456789abcdef0123456789abcdef", shelf->box->path);
	close(open(lost, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(2, files_in(shelf, "tmp"));
	assert_status(NMK_OK, upkeep(shelf, false, blob_sweep));
	assert_int_equal(1, shelf->found[BLOB_FILE_UNUSED]);
	assert_status(NMK_OK, upkeep(shelf, true, blob_sweep));
	assert_int_equal(1, shelf->repaired);
	assert_string_equal("tmp/0123456789abcdef0123456789abcdef", shelf->name);
	assert_int_equal(1, files_in(shelf, "tmp"));
	assert_status(NMK_OK, keep(shelf, &draft, NMK_OK));
	blob_draft_end(&draft);
	assert_int_equal(0, files_in(shelf, "tmp"));
}

/* What is none of ours is told of, and stays. */
static void test_blob_sweep__foreign_files_stay(void **state)
{
	struct shelf *shelf = *state;
	static const char *const names[] = {
		"tmp/readme", "tmp/0123456789abcdef0123456789abcdeX", "ab/readme",
		"ab/cd00000000000000000000000000000000000000000000000000000000000000", "notes", "cd",
	};
	char path[256], hash[BLOB_HASH_SIZE];

	store_bytes(shelf, 10, 1, hash);
	snprintf(path, sizeof path, "%s.blobs/ab", shelf->box->path);
	mkdir(path, 0700);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		snprintf(path, sizeof path, "%s.blobs/%s", shelf->box->path, names[i]);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	snprintf(path, sizeof path, "%s.blobs/ab/ab00000000000000000000000000000000000000000000000000000000000000",
	         shelf->box->path);
	assert_int_equal(0, symlink("/dev/null", path));
	assert_status(NMK_OK, upkeep(shelf, true, blob_sweep));
	assert_int_equal(7, shelf->found[BLOB_FILE_FOREIGN]);
	assert_int_equal(0, shelf->repaired);
	assert_int_equal(2, files_in(shelf, "tmp"));
	assert_int_equal(3, files_in(shelf, "ab"));
}

static void test_blob_sweep__store_without_files_is_clean(void **state)
{
	struct shelf *shelf = *state;

	assert_status(NMK_OK, upkeep(shelf, true, blob_sweep));
	assert_int_equal(0, shelf->found[BLOB_FILE_UNUSED] + shelf->found[BLOB_FILE_FOREIGN]);
}

/* ---- damage ---- */

static void alter_file(struct shelf *shelf, const char *hash, off_t at)
{
	char path[256];
	int fd;

	file_of(shelf, hash, path);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(3, pwrite(fd, "bad", 3, at));
	close(fd);
}

static void test_blob_check__altered_file_is_found(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE], other[BLOB_HASH_SIZE];

	store_bytes(shelf, LIMIT * 2, 1, hash);
	store_bytes(shelf, 77, 1, other);
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(0, shelf->found[BLOB_ALTERED] + shelf->found[BLOB_MISSING] + shelf->found[BLOB_UNREADABLE]);
	assert_int_equal(LIMIT * 2 + 77, shelf->told);
	assert_int_equal(LIMIT * 2 + 77, shelf->total);
	alter_file(shelf, hash, 150000);
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(1, shelf->found[BLOB_ALTERED]);
	assert_string_equal(hash, shelf->name);
}

static void test_blob_check__lost_or_cut_file_is_found(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE], path[256];
	struct blob blob = BLOB_NONE;

	store_bytes(shelf, LIMIT * 2, 1, hash);
	file_of(shelf, hash, path);
	assert_int_equal(0, truncate(path, LIMIT));
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(1, shelf->found[BLOB_MISSING]);
	assert_int_equal(0, unlink(path));
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(1, shelf->found[BLOB_MISSING]);
	assert_status(NMK_ECORRUPT, open_blob(shelf, hash, &blob));
	assert_status(NMK_ECORRUPT, open_blob(shelf, "00", &blob));
	assert_int_equal(-1, blob.fd);
}

static void test_blob_check__unreadable_file_is_found(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE], path[256];

	if (geteuid() == 0)
		skip();
	store_bytes(shelf, LIMIT * 2, 1, hash);
	file_of(shelf, hash, path);
	assert_int_equal(0, chmod(path, 0));
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(1, shelf->found[BLOB_UNREADABLE]);
}

/* A folder in the place of the file, so that the test also means something for root. */
static void test_blob_check__folder_in_place_of_the_file_is_found(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE], path[256];

	store_bytes(shelf, LIMIT * 2, 1, hash);
	file_of(shelf, hash, path);
	assert_int_equal(0, unlink(path));
	assert_int_equal(0, mkdir(path, 0700));
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(1, shelf->found[BLOB_MISSING]);
	assert_int_equal(0, rmdir(path));
	assert_int_equal(0, symlink("/etc/passwd", path));
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(1, shelf->found[BLOB_UNREADABLE]);
}

static void run_sql(struct shelf *shelf, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(SQLITE_OK, sqlite3_open(shelf->box->path, &db));
	assert_int_equal(SQLITE_OK, sqlite3_exec(db, sql, NULL, NULL, NULL));
	sqlite3_close(db);
}

static void test_blob_check__damaged_rows_are_found(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE];

	store_bytes(shelf, BLOB_CHUNK_BYTES + 10, 1, hash);
	run_sql(shelf, "UPDATE blob_chunk SET data = zeroblob(10) WHERE position = 1");
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(1, shelf->found[BLOB_ALTERED]);
	run_sql(shelf, "UPDATE blob_chunk SET data = zeroblob(9) WHERE position = 1");
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(1, shelf->found[BLOB_ALTERED]);
	run_sql(shelf, "DELETE FROM blob_chunk WHERE position = 1");
	assert_status(NMK_OK, upkeep(shelf, false, blob_check));
	assert_int_equal(1, shelf->found[BLOB_ALTERED]);
}

static void test_blob_check__progress_can_stop_it(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE];

	store_bytes(shelf, LIMIT * 2, 1, hash);
	shelf->stop_at = 1;
	assert_status(NMK_ECANCELLED, upkeep(shelf, false, blob_check));
}

static void test_blob_stream__altered_content_is_told(void **state)
{
	struct shelf *shelf = *state;
	struct blob blob = BLOB_NONE;
	struct tx tx = outside(shelf);
	struct heap heap = { 0 };
	char hash[BLOB_HASH_SIZE];

	store_bytes(shelf, LIMIT * 2, 1, hash);
	alter_file(shelf, hash, 0);
	assert_status(NMK_OK, open_blob(shelf, hash, &blob));
	assert_status(NMK_OK, blob_stream(&tx, &blob, 0, 1000, gather, &heap)); /* a part has no hash */
	assert_status(NMK_ECORRUPT, blob_stream(&tx, &blob, 0, -1, gather, &heap));
	blob_close(&blob);
	free(heap.bytes);
}

/* Whoever brings the content again brings a lost file back. */
static void test_blob_keep__lost_file_is_healed(void **state)
{
	struct shelf *shelf = *state;
	char hash[BLOB_HASH_SIZE], path[256];

	store_bytes(shelf, LIMIT * 2, 1, hash);
	file_of(shelf, hash, path);
	assert_int_equal(0, unlink(path));
	store_bytes(shelf, LIMIT * 2, 1, hash);
	assert_stored(shelf, hash, LIMIT * 2, 1);
	assert_int_equal(1, count(shelf, "SELECT count(*) FROM blob"));
}

/* After a failed transaction the same draft can be kept anew, unless it was swept away. */
static void test_blob_keep__again_after_failure(void **state)
{
	struct shelf *shelf = *state;
	struct blob_draft draft = BLOB_DRAFT_NONE;
	char *bytes = bytes_of(LIMIT * 2, 4);

	write_draft(shelf, &draft, bytes, LIMIT * 2);
	assert_status(NMK_EINTERNAL, keep(shelf, &draft, NMK_EINTERNAL));
	assert_status(NMK_OK, keep(shelf, &draft, NMK_OK));
	blob_draft_end(&draft);
	assert_stored(shelf, draft.hash, LIMIT * 2, 4);
	free(bytes);

	bytes = bytes_of(LIMIT * 2, 5);
	write_draft(shelf, &draft, bytes, LIMIT * 2);
	assert_status(NMK_EINTERNAL, keep(shelf, &draft, NMK_EINTERNAL));
	assert_status(NMK_OK, upkeep(shelf, true, blob_sweep));
	assert_status(NMK_EIO, keep(shelf, &draft, NMK_OK));
	blob_draft_end(&draft);
	free(bytes);
}

static void test_blob_draft__can_be_read_while_it_is_one(void **state)
{
	struct shelf *shelf = *state;
	struct blob_draft draft = BLOB_DRAFT_NONE;
	char read[4] = "";

	write_draft(shelf, &draft, "abcdef", 6);
	assert_int_equal(0, blob_draft_read(&draft, 2, read, 3));
	assert_string_equal("cde", read);
	assert_int_equal(-1, blob_draft_read(&draft, 4, read, 3));
	blob_draft_end(&draft);
	assert_int_equal(0, files_in(shelf, "tmp"));
	blob_draft_end(&draft); /* twice does no harm */
}

/* ---- a folder that cannot be used ---- */

static void test_blob_draft__folder_that_is_a_file_is_an_io_error(void **state)
{
	struct shelf *shelf = *state;
	struct blob_draft draft = BLOB_DRAFT_NONE;
	struct tx tx = outside(shelf);
	char path[256];

	snprintf(path, sizeof path, "%s.blobs", shelf->box->path);
	close(open(path, O_CREAT | O_WRONLY, 0600));
	assert_status(NMK_EIO, blob_draft_begin(&tx, &draft));
	blob_draft_end(&draft);
	assert_status(NMK_EIO, upkeep(shelf, true, blob_sweep));
	unlink(path);
}

static void test_blob_draft__folder_without_permission_is_read_only(void **state)
{
	struct shelf *shelf = *state;
	struct blob_draft draft = BLOB_DRAFT_NONE;
	struct tx tx = outside(shelf);
	char path[256];

	if (geteuid() == 0)
		skip();
	snprintf(path, sizeof path, "%s.blobs", shelf->box->path);
	assert_int_equal(0, mkdir(path, 0500));
	assert_status(NMK_EREADONLY, blob_draft_begin(&tx, &draft));
	blob_draft_end(&draft);
}

static void test_blob_draft__store_for_reading_only_takes_nothing(void **state)
{
	struct shelf *shelf = *state;
	struct blob_draft draft = BLOB_DRAFT_NONE;
	struct tx tx = outside(shelf);
	struct store *reading;

	assert_status(NMK_OK, box_open(shelf->box, (struct store_options){ .read_only = true }, &reading));
	tx.store = reading;
	assert_status(NMK_EREADONLY, blob_draft_begin(&tx, &draft));
	blob_draft_end(&draft);
	store_close(reading);
	assert_int_equal(0, files_in(shelf, ""));
}

/* ---- one file that holds everything ---- */

static void test_blob_absorb__files_become_rows_of_the_copy(void **state)
{
	struct shelf *shelf = *state;
	struct tx tx = outside(shelf);
	struct shelf copied = { .box = shelf->box, .stop_at = INT64_MAX };
	char hashes[3][BLOB_HASH_SIZE], path[256];
	nmk_error error;
	struct store_options options = { .single_file = true, .relaxed = true, .opened = components_connection_opened };

	store_bytes(shelf, 5000, 1, hashes[0]);
	store_bytes(shelf, LIMIT + 1, 2, hashes[1]);
	store_bytes(shelf, 40 * BLOB_CHUNK_BYTES, 3, hashes[2]);
	snprintf(path, sizeof path, "%s.copy", shelf->box->path);
	assert_status(NMK_OK, store_backup(shelf->store, &error, path, NULL, NULL));
	options.url = path;
	assert_status(NMK_OK, store_open(&options, &error, &copied.store));
	assert_status(NMK_OK, blob_absorb(&tx, copied.store, progress, shelf));
	assert_int_equal(LIMIT + 1 + 40 * BLOB_CHUNK_BYTES, shelf->told);
	assert_int_equal(shelf->told, shelf->total);
	assert_stored(&copied, hashes[0], 5000, 1);
	assert_stored(&copied, hashes[1], LIMIT + 1, 2);
	assert_stored(&copied, hashes[2], 40 * BLOB_CHUNK_BYTES, 3);
	assert_status(NMK_OK, upkeep(&copied, false, blob_check));
	store_close(copied.store);
	snprintf(path, sizeof path, "%s.copy.lock", shelf->box->path);
	unlink(path);
	snprintf(path, sizeof path, "%s.copy-wal", shelf->box->path);
	assert_int_equal(-1, access(path, F_OK));
}

static void test_blob_absorb__stops_and_fails_cleanly(void **state)
{
	struct shelf *shelf = *state;
	struct tx tx = outside(shelf);
	struct store *copy;
	char hash[BLOB_HASH_SIZE], path[256];
	nmk_error error;
	struct store_options options = { .single_file = true, .relaxed = true, .opened = components_connection_opened };

	store_bytes(shelf, 40 * BLOB_CHUNK_BYTES, 3, hash);
	snprintf(path, sizeof path, "%s.copy", shelf->box->path);
	assert_status(NMK_OK, store_backup(shelf->store, &error, path, NULL, NULL));
	options.url = path;
	assert_status(NMK_OK, store_open(&options, &error, &copy));
	for (int64_t pieces = 0; pieces < 40; pieces += 13) {
		shelf->stop_at = pieces * BLOB_CHUNK_BYTES;
		assert_status(NMK_ECANCELLED, blob_absorb(&tx, copy, progress, shelf));
	}
	store_close(copy);
	unlink(path);
	assert_status(NMK_OK, store_backup(shelf->store, &error, path, NULL, NULL));
	assert_status(NMK_OK, store_open(&options, &error, &copy));
	alter_file(shelf, hash, 20 * BLOB_CHUNK_BYTES);
	assert_status(NMK_ECORRUPT, blob_absorb(&tx, copy, NULL, NULL));
	file_of(shelf, hash, path);
	unlink(path);
	assert_status(NMK_ECORRUPT, blob_absorb(&tx, copy, NULL, NULL));
	store_close(copy);
	snprintf(path, sizeof path, "%s.copy.lock", shelf->box->path);
	unlink(path);
}

/* A retry of the pieces would meet rows that are there already: nobody uses a copy after a failure. */
static void test_blob_absorb__failure_of_the_copy_is_told_as_such(void **state)
{
	struct shelf *shelf = *state;
	struct tx tx = outside(shelf);
	struct store *copy;
	char hash[BLOB_HASH_SIZE], path[256];
	nmk_error error;
	struct store_options options = { .single_file = true, .relaxed = true, .opened = components_connection_opened };

	store_bytes(shelf, 40 * BLOB_CHUNK_BYTES, 3, hash);
	snprintf(path, sizeof path, "%s.copy", shelf->box->path);
	assert_status(NMK_OK, store_backup(shelf->store, &error, path, NULL, NULL));
	options.url = path;
	assert_status(NMK_OK, store_open(&options, &error, &copy));
	shelf->stop_at = 35 * BLOB_CHUNK_BYTES;
	assert_status(NMK_ECANCELLED, blob_absorb(&tx, copy, progress, shelf));
	assert_status(NMK_ECONFLICT, blob_absorb(&tx, copy, NULL, NULL));
	assert_int_equal(NMK_ECONFLICT, shelf->error.status);
	store_close(copy);
	snprintf(path, sizeof path, "%s.copy.lock", shelf->box->path);
	unlink(path);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_blob__limit_divides_rows_from_files),
		TEST(test_blob__sizes_at_the_edges_of_chunks_come_back),
		TEST(test_blob__the_same_content_is_kept_once),
		TEST(test_blob__name_is_blake2b_256),
		TEST(test_blob_read__ranges_are_exact),
		TEST(test_blob_stream__a_part_is_a_part),
		TEST(test_blob_sweep__file_without_row_goes),
		TEST(test_blob_sweep__file_beside_rows_goes),
		TEST(test_blob_sweep__temporary_file_goes_unless_somebody_writes_it),
		TEST(test_blob_sweep__foreign_files_stay),
		TEST(test_blob_sweep__store_without_files_is_clean),
		TEST(test_blob_check__altered_file_is_found),
		TEST(test_blob_check__lost_or_cut_file_is_found),
		TEST(test_blob_check__unreadable_file_is_found),
		TEST(test_blob_check__folder_in_place_of_the_file_is_found),
		TEST(test_blob_check__damaged_rows_are_found),
		TEST(test_blob_check__progress_can_stop_it),
		TEST(test_blob_stream__altered_content_is_told),
		TEST(test_blob_keep__lost_file_is_healed),
		TEST(test_blob_keep__again_after_failure),
		TEST(test_blob_draft__can_be_read_while_it_is_one),
		TEST(test_blob_draft__folder_that_is_a_file_is_an_io_error),
		TEST(test_blob_draft__folder_without_permission_is_read_only),
		TEST(test_blob_draft__store_for_reading_only_takes_nothing),
		TEST(test_blob_absorb__files_become_rows_of_the_copy),
		TEST(test_blob_absorb__stops_and_fails_cleanly),
		TEST(test_blob_absorb__failure_of_the_copy_is_told_as_such),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
