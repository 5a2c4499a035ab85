/* ring_test.c -- the ring as a file: whose it is, what is damaged, what several processes see. */
#include "keys_test.h"

#include <pthread.h>


static struct path ring_of(struct world *w)
{
	return beside(w->path, ".keyring");
}

/* Open the ring of a store that is open already: much faster than a market. */
static nmk_status open_ring(struct world *w, nmk_error *error)
{
	struct tx tx = { .store = w->market->store, .what = "market_open", .error = error };
	struct root_key_source root = { 0 };
	struct key_ring *ring;
	nmk_status rc = key_ring_open(&tx, &root, &ring);

	if (rc != NMK_OK)
		assert_null(ring);
	key_ring_close(ring);
	return rc;
}

static void test_ring__of_another_store_is_refused(void **state)
{
	struct world *w = *state;
	struct path other = in_folder(w, "other.db");
	nmk_market *market;
	nmk_error error;

	assert_status(NMK_OK, nmk_market_open(other.text, &OPTIONS(.create = true), &error, &market));
	nmk_market_close(market);
	copy_file(beside(other.text, ".keyring").text, ring_of(w).text);
	assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
	assert_string_equal("keyring", error.field);
	assert_non_null(strstr(error.message, "belongs to another store"));
}

static void test_ring__missing_where_something_is_sealed_is_told(void **state)
{
	struct world *w = *state;
	struct path kept = in_folder(w, "kept");
	nmk_error error;

	assert_int_equal(0, rename(ring_of(w).text, kept.text));
	assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
	assert_string_equal("keyring", error.field);
	assert_non_null(strstr(error.message, "is missing"));
	assert_false(is_there(ring_of(w).text));
	assert_status(NMK_EDENIED, try_open(w, OPTIONS(.read_only = true), &error));
	assert_int_equal(0, rename(kept.text, ring_of(w).text));
	assert_status(NMK_OK, try_open(w, DEFAULTS, &error));
}

static void test_ring__missing_where_nothing_is_sealed_is_made_anew(void **state)
{
	struct world *w = *state;
	struct path store = in_folder(w, "new.db");
	nmk_market *market;
	nmk_error error;

	assert_status(NMK_OK, nmk_market_open(store.text, &OPTIONS(.create = true), &error, &market));
	nmk_market_close(market);
	assert_int_equal(0, unlink(beside(store.text, ".keyring").text));
	assert_status(NMK_OK, nmk_market_open(store.text, NULL, &error, &market));
	nmk_market_close(market);
	assert_true(is_there(beside(store.text, ".keyring").text));
}

/* Who only reads makes nothing. */
static void test_ring__read_only_makes_no_files(void **state)
{
	struct world *w = *state;
	struct path store = in_folder(w, "new.db");
	nmk_market *market;
	nmk_error error;

	assert_status(NMK_OK, nmk_market_open(store.text, &OPTIONS(.create = true), &error, &market));
	nmk_market_close(market);
	assert_int_equal(0, unlink(beside(store.text, ".keyring").text));
	assert_int_equal(0, unlink(beside(store.text, ".rootkey").text));
	assert_status(NMK_OK, nmk_market_open(store.text, &OPTIONS(.read_only = true), &error, &market));
	nmk_market_close(market);
	assert_false(is_there(beside(store.text, ".keyring").text));
	assert_false(is_there(beside(store.text, ".rootkey").text));
	assert_status(NMK_OK, try_open(w, OPTIONS(.read_only = true), &error));
}

static void test_ring__every_bit_counts(void **state)
{
	struct world *w = *state;
	static char right[17000], text[17000];
	size_t length = read_bytes(ring_of(w).text, right, sizeof right);
	nmk_error error;

	assert_status(NMK_OK, open_ring(w, &error));
	for (size_t bit = 0; bit < 8 * length; bit++) {
		nmk_status rc;

		memcpy(text, right, length);
		text[bit / 8] ^= (char)(1 << bit % 8);
		write_bytes(ring_of(w).text, text, length, 0600);
		rc = open_ring(w, &error);
		if (rc != NMK_ECORRUPT && rc != NMK_EVERSION)
			fail_msg("bit %zu: %s: %s", bit, nmk_status_name(rc), error.message);
		assert_string_equal("keyring", error.field);
	}
}

static void test_ring__what_is_cut_or_no_ring_is_refused(void **state)
{
	struct world *w = *state;
	struct path ring = ring_of(w);
	static char right[17000], text[20000];
	size_t length = read_bytes(ring.text, right, sizeof right);
	nmk_error error;

	for (size_t size = 0; size < length; size++) {
		write_bytes(ring.text, right, size, 0600);
		assert_status(NMK_ECORRUPT, open_ring(w, &error));
	}
	memcpy(text, right, length);
	text[length] = '\n';
	write_bytes(ring.text, text, length + 1, 0600);
	assert_status(NMK_ECORRUPT, open_ring(w, &error));
	write_bytes(ring.text, text, sizeof text, 0600);
	assert_status(NMK_ECORRUPT, open_ring(w, &error));
	write_bytes(ring.text, right, length, 0600);
	assert_status(NMK_OK, open_ring(w, &error));
	assert_int_equal(0, unlink(ring.text));
	assert_int_equal(0, mkdir(ring.text, 0700));
	assert_status(NMK_ECORRUPT, open_ring(w, &error));
}

static void test_ring__of_a_newer_library_is_refused(void **state)
{
	struct world *w = *state;
	static char text[17000];
	size_t length = read_bytes(ring_of(w).text, text, sizeof text);
	nmk_error error;

	text[strlen("nanomarket key ring ")] = '2';
	write_bytes(ring_of(w).text, text, length, 0600);
	assert_status(NMK_EVERSION, try_open(w, DEFAULTS, &error));
	assert_string_equal("keyring", error.field);
}

/* The check at the end is no secret: who alters the keys and mends the check still has no ring. */
static void test_ring__altered_on_purpose_does_not_open(void **state)
{
	struct world *w = *state;
	static char text[17000];
	size_t length = read_bytes(ring_of(w).text, text, sizeof text);
	char *keys = strstr(text, "\nkeys ") + 20, *check = strstr(text, "\ncheck ") + 1;
	unsigned char sum[16];
	nmk_error error;

	*keys = *keys == 'A' ? 'B' : 'A';
	crypto_generichash(sum, sizeof sum, (unsigned char *)text, (size_t)(check - text), NULL, 0);
	sodium_bin2hex(check + 6, 33, sum, sizeof sum);
	check[6 + 32] = '\n';
	write_bytes(ring_of(w).text, text, length, 0600);
	assert_status(NMK_EDENIED, open_ring(w, &error));
	assert_string_equal("root_key", error.field);
}

/* ---- several at once ---- */

struct opener {
	struct path path;
	unsigned char hash[KEY_HASH_BYTES];
	nmk_status rc;
};

static void *open_new_store(void *context)
{
	struct opener *opener = context;
	nmk_market *market;
	nmk_error error;

	opener->rc = nmk_market_open(opener->path.text, &OPTIONS(.create = true), &error, &market);
	if (opener->rc == NMK_OK) {
		key_hash(market->keys, KEY_BLIND_INDEX, "a", 1, opener->hash);
		nmk_market_close(market);
	}
	return NULL;
}

static void test_ring__who_open_a_new_store_at_once_have_one_ring(void **state)
{
	struct world *w = *state;
	struct opener openers[8];
	pthread_t threads[8];

	for (int i = 0; i < 8; i++) {
		openers[i].path = in_folder(w, "new.db");
		assert_int_equal(0, pthread_create(&threads[i], NULL, open_new_store, &openers[i]));
	}
	for (int i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 8; i++) {
		assert_status(NMK_OK, openers[i].rc);
		assert_memory_equal(openers[0].hash, openers[i].hash, KEY_HASH_BYTES);
	}
}

static void test_key_hash__is_another_for_each_use(void **state)
{
	struct world *w = *state;
	unsigned char hashes[KEY_USE__COUNT][KEY_HASH_BYTES], expected[KEY_HASH_BYTES];
	struct secret_key key;

	for (int use = 0; use < KEY_USE__COUNT; use++) {
		key_hash(w->market->keys, (enum key_use)use, "ada@example.org", 15, hashes[use]);
		for (int other = 0; other < use; other++)
			assert_memory_not_equal(hashes[use], hashes[other], KEY_HASH_BYTES);
		key_for_use(w->market->keys, (enum key_use)use, &key);
		crypto_generichash(expected, sizeof expected, (const unsigned char *)"ada@example.org", 15, key.bytes, sizeof key.bytes);
		assert_memory_equal(expected, hashes[use], KEY_HASH_BYTES);
	}
	key_wipe(&key);
	world_reopen(w);
	key_hash(w->market->keys, KEY_BLIND_INDEX, "ada@example.org", 15, expected);
	assert_memory_equal(expected, hashes[KEY_BLIND_INDEX], KEY_HASH_BYTES);
}

/* ---- nothing in clear ---- */

static void assert_absent(const char *path, const void *secret, size_t length)
{
	static char bytes[4000000];
	size_t size;

	if (!is_there(path))
		return;
	size = read_bytes(path, bytes, sizeof bytes);
	for (size_t i = 0; i + length <= size; i++)
		if (memcmp(bytes + i, secret, length) == 0)
			fail_msg("%s has at %zu what must not be there", path, i);
}

static void test_keys__no_key_and_no_address_lies_open(void **state)
{
	struct world *w = *state;
	static const char *const endings[] = { "", "-wal", ".keyring" };
	struct tx tx = look_into(w->system);
	struct secret_key key;
	int64_t epoch;

	set_phone(w->creator, "+49 170 1234567");
	assert_phone(w->creator, "+49 170 1234567");
	for (size_t i = 0; i < 3; i++) {
		struct path path = beside(w->path, endings[i]);

		assert_absent(path.text, "carl@example", 12);
		assert_absent(path.text, "170 1234567", 11);
		assert_status(NMK_OK, epoch_key_now(&tx, &epoch, &key));
		assert_absent(path.text, key.bytes, sizeof key.bytes);
		key_for_use(w->market->keys, KEY_BLIND_INDEX, &key);
		assert_absent(path.text, key.bytes, sizeof key.bytes);
	}
	assert_status(NMK_OK, tx_begin(&tx, w->market->store, false));
	assert_status(NMK_OK, data_key_get(&tx, w->creator->user_id.number, &key));
	tx_end(&tx, NMK_OK);
	for (size_t i = 0; i < 3; i++)
		assert_absent(beside(w->path, endings[i]).text, key.bytes, sizeof key.bytes);
	key_wipe(&key);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_ring__of_another_store_is_refused),
		TEST(test_ring__missing_where_something_is_sealed_is_told),
		TEST(test_ring__missing_where_nothing_is_sealed_is_made_anew),
		TEST(test_ring__read_only_makes_no_files),
		TEST(test_ring__every_bit_counts),
		TEST(test_ring__what_is_cut_or_no_ring_is_refused),
		TEST(test_ring__of_a_newer_library_is_refused),
		TEST(test_ring__altered_on_purpose_does_not_open),
		TEST(test_ring__who_open_a_new_store_at_once_have_one_ring),
		TEST(test_key_hash__is_another_for_each_use),
		TEST(test_keys__no_key_and_no_address_lies_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
