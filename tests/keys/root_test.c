/* root_test.c -- where the root key comes from, and what is refused as one. */
#include "keys_test.h"

/* The 44 characters of a key, from a number. */
static void key_text(char text[46], unsigned char number)
{
	unsigned char bytes[32];

	memset(bytes, number, sizeof bytes);
	sodium_bin2base64(text, 46, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
}

/* A store of its own, without accounts. */
static nmk_status open_new(struct world *w, const char *name, nmk_market_options options, nmk_error *error)
{
	nmk_market *market;
	nmk_status rc;

	options.create = true;
	rc = nmk_market_open(in_folder(w, name).text, &options, error, &market);
	if (rc == NMK_OK)
		nmk_market_close(market);
	return rc;
}


static void assert_mode(const char *path, mode_t mode, off_t size)
{
	struct stat info;

	assert_int_equal(0, stat(path, &info));
	assert_int_equal(mode, info.st_mode & 07777);
	if (size)
		assert_int_equal(size, info.st_size);
}

static void test_root__a_new_store_makes_its_own_file(void **state)
{
	struct world *w = *state;

	assert_mode(beside(w->path, ".rootkey").text, 0400, 45);
	assert_mode(beside(w->path, ".keyring").text, 0600, 0);
	assert_false(is_there(beside(w->path, ".rootkey.part").text));
	assert_false(is_there(beside(w->path, ".keyring.part").text));
	world_reopen(w);
}

static void test_root__a_given_file_is_made_only_for_a_new_store(void **state)
{
	struct world *w = *state;
	struct path file = in_folder(w, "root.key");
	nmk_error error;

	assert_status(NMK_OK, open_new(w, "new.db", OPTIONS(.root_key_file = file.text), &error));
	assert_mode(file.text, 0400, 45);
	assert_false(is_there(in_folder(w, "new.db.rootkey").text));
	assert_status(NMK_OK, open_new(w, "new.db", OPTIONS(.root_key_file = file.text), &error));
	assert_int_equal(0, unlink(file.text));
	assert_status(NMK_EDENIED, open_new(w, "new.db", OPTIONS(.root_key_file = file.text), &error));
	assert_string_equal("root_key", error.field);
	assert_non_null(strstr(error.message, "is missing"));
	assert_false(is_there(file.text));
}

static void test_root__only_its_owner_may_read_the_file(void **state)
{
	struct world *w = *state;
	struct path file = beside(w->path, ".rootkey");
	static const mode_t open_ones[] = { 0440, 0420, 0410, 0404, 0402, 0401, 0644, 0666 };
	nmk_error error;

	for (size_t i = 0; i < sizeof open_ones / sizeof open_ones[0]; i++) {
		assert_int_equal(0, chmod(file.text, open_ones[i]));
		assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
		assert_string_equal("root_key", error.field);
		assert_non_null(strstr(error.message, "chmod 400"));
	}
	assert_int_equal(0, chmod(file.text, 0600));
	assert_status(NMK_OK, try_open(w, DEFAULTS, &error));
	assert_int_equal(0, chmod(file.text, 0400));
	assert_status(NMK_OK, try_open(w, DEFAULTS, &error));
}

static void test_root__what_is_no_key_is_refused(void **state)
{
	struct world *w = *state;
	struct path file = beside(w->path, ".rootkey");
	char right[64], text[64];
	size_t length = read_bytes(file.text, right, sizeof right);
	nmk_error error;

	for (size_t size = 0; size <= length + 1; size++) {
		memcpy(text, right, length);
		text[length] = '\n';
		write_bytes(file.text, text, size, 0400);
		assert_status(size == 44 || size == 45 ? NMK_OK : NMK_EDENIED, try_open(w, DEFAULTS, &error));
	}
	for (size_t i = 0; i < length; i++) {
		memcpy(text, right, length);
		text[i] = '!';
		write_bytes(file.text, text, length, 0400);
		assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
		assert_string_equal("root_key", error.field);
		assert_non_null(strstr(error.message, "is no root key"));
	}
}

static void test_root__what_is_no_file_is_refused(void **state)
{
	struct world *w = *state;
	struct path file = beside(w->path, ".rootkey"), kept = in_folder(w, "kept");
	nmk_error error;

	assert_int_equal(0, rename(file.text, kept.text));
	assert_int_equal(0, mkdir(file.text, 0700));
	assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
	assert_string_equal("root_key", error.field);
	assert_int_equal(0, rmdir(file.text));
	assert_int_equal(0, mkfifo(file.text, 0400)); /* nobody waits for who writes to it */
	assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
	assert_string_equal("root_key", error.field);
	assert_int_equal(0, unlink(file.text));
	assert_int_equal(0, symlink(kept.text, file.text)); /* what it leads to counts */
	assert_status(NMK_OK, try_open(w, DEFAULTS, &error));
	assert_int_equal(0, chmod(kept.text, 0444));
	assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
	assert_int_equal(0, unlink(kept.text));
	assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
	assert_non_null(strstr(error.message, "is missing"));
}

/* A link that leads nowhere is not written through. */
static void test_root__is_not_made_through_a_link(void **state)
{
	struct world *w = *state;
	struct path link = in_folder(w, "link"), target = in_folder(w, "target");
	nmk_error error;

	assert_int_equal(0, symlink(target.text, link.text));
	assert_status(NMK_EDENIED, open_new(w, "new.db", OPTIONS(.root_key_file = link.text), &error));
	assert_false(is_there(target.text));
	assert_false(is_there(in_folder(w, "new.db.keyring").text));
}

static void test_root__another_key_does_not_open_the_store(void **state)
{
	struct world *w = *state;
	char text[46];
	nmk_error error;

	key_text(text, 7);
	write_bytes(beside(w->path, ".rootkey").text, text, 44, 0400);
	assert_status(NMK_EDENIED, try_open(w, DEFAULTS, &error));
	assert_string_equal("root_key", error.field);
	assert_string_equal("market_open", error.operation);
	assert_non_null(strstr(error.message, "is not the one of this store"));
	assert_status(NMK_EDENIED, try_open(w, OPTIONS(.language = "de"), &error));
	assert_non_null(strstr(error.message, "ist nicht der dieses Speichers"));
}

static void test_root__of_one_kind_is_not_of_another(void **state)
{
	struct world *w = *state;
	nmk_error error;

	assert_status(NMK_EDENIED, try_open(w, OPTIONS(.root_passphrase = "fuenfzehn Bytes"), &error));
	assert_string_equal("root_key", error.field);
	assert_non_null(strstr(error.message, "file"));
}

struct vault {
	nmk_status answer;
	unsigned char key;
	int calls;
};

static nmk_status from_vault(void *context, unsigned char key[32])
{
	struct vault *vault = context;

	vault->calls++;
	if (vault->answer == NMK_OK)
		memset(key, vault->key, 32);
	return vault->answer;
}

static void test_root__of_a_callback(void **state)
{
	struct world *w = *state;
	struct vault vault = { .key = 5 };
	nmk_error error;

	assert_status(NMK_OK, open_new(w, "new.db", OPTIONS(.root_key = from_vault, .root_key_context = &vault), &error));
	assert_int_equal(1, vault.calls);
	assert_false(is_there(in_folder(w, "new.db.rootkey").text));
	assert_status(NMK_OK, open_new(w, "new.db", OPTIONS(.root_key = from_vault, .root_key_context = &vault), &error));
	assert_int_equal(2, vault.calls);
	vault.key = 6;
	assert_status(NMK_EDENIED, open_new(w, "new.db", OPTIONS(.root_key = from_vault, .root_key_context = &vault), &error));
	assert_string_equal("root_key", error.field);
	vault.answer = NMK_EIO;
	assert_status(NMK_EDENIED, open_new(w, "new.db", OPTIONS(.root_key = from_vault, .root_key_context = &vault), &error));
	assert_non_null(strstr(error.message, "the host gave no root key"));
	assert_status(NMK_EDENIED, open_new(w, "newer.db", OPTIONS(.root_key = from_vault, .root_key_context = &vault), &error));
	assert_false(is_there(in_folder(w, "newer.db.keyring").text));
	vault.answer = NMK_ENOMEM;
	assert_status(NMK_ENOMEM, open_new(w, "new.db", OPTIONS(.root_key = from_vault, .root_key_context = &vault), &error));
}

static void test_root__is_one_of_three(void **state)
{
	struct world *w = *state;
	nmk_error error;

	assert_status(NMK_EINVALID, try_open(w, OPTIONS(.root_key_file = "a", .root_passphrase = "fuenfzehn Bytes"), &error));
	assert_string_equal("root_key", error.field);
	assert_status(NMK_EINVALID, try_open(w, OPTIONS(.root_key = from_vault, .root_passphrase = "fuenfzehn Bytes"), &error));
	assert_status(NMK_EINVALID, try_open(w, OPTIONS(.root_key = from_vault, .root_key_file = "a"), &error));
}

/* Stretching costs a second or two each time. */
static void test_root__of_a_passphrase(void **state)
{
	struct world *w = *state;
	char longest[1026];
	nmk_error error;

	memset(longest, 'x', 1025);
	longest[1025] = '\0';
	assert_status(NMK_EINVALID, open_new(w, "new.db", OPTIONS(.root_passphrase = longest), &error));
	assert_string_equal("root_passphrase", error.field);
	assert_status(NMK_EINVALID, open_new(w, "new.db", OPTIONS(.root_passphrase = "vierzehn Bytes"), &error));
	assert_string_equal("root_passphrase", error.field);
	assert_false(is_there(in_folder(w, "new.db.keyring").text));
	assert_status(NMK_OK, open_new(w, "new.db", OPTIONS(.root_passphrase = "fuenfzehn Bytes"), &error));
	assert_false(is_there(in_folder(w, "new.db.rootkey").text));
	assert_status(NMK_OK, open_new(w, "new.db", OPTIONS(.root_passphrase = "fuenfzehn Bytes"), &error));
	assert_status(NMK_EDENIED, open_new(w, "new.db", OPTIONS(.root_passphrase = "fuenfzehn bytes"), &error));
	assert_string_equal("root_key", error.field);
	longest[1024] = '\0';
	assert_status(NMK_OK, open_new(w, "newer.db", OPTIONS(.root_passphrase = longest), &error));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_root__a_new_store_makes_its_own_file),
		TEST(test_root__a_given_file_is_made_only_for_a_new_store),
		TEST(test_root__only_its_owner_may_read_the_file),
		TEST(test_root__what_is_no_key_is_refused),
		TEST(test_root__what_is_no_file_is_refused),
		TEST(test_root__is_not_made_through_a_link),
		TEST(test_root__another_key_does_not_open_the_store),
		TEST(test_root__of_one_kind_is_not_of_another),
		TEST(test_root__of_a_callback),
		TEST(test_root__is_one_of_three),
		TEST(test_root__of_a_passphrase),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
