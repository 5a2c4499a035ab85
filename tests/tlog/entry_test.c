/* The text of an entry: one for each content. */
#include "world.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include "entry.h"

static const unsigned char commitment[COMMITMENT_BYTES] = { 1, 2, 3 };

static struct log_entry full(void)
{
	return (struct log_entry){
		.seq = 41, .time = INT64_C(1764057600000), .action = "role_changed", .operation = "user_set_role", .result = "ok",
		.actor_kind = "member", .actor = "00112233445566778899aabbccddeeff", .object_type = "user",
		.object = "ffeeddccbbaa99887766554433221100", .details = "{\"from\":\"consumer\",\"to\":\"creator\"}",
		.key_id = "ffeeddccbbaa99887766554433221100", .sealed = "sealed", .sealed_length = 6, .commitment = commitment,
	};
}

static void test_entry__is_written_as_documented(void **state)
{
	struct buffer text = { 0 };
	struct log_entry entry = full();

	(void)state;
	entry_write(&text, &entry);
	assert_string_equal("{\"act\":\"role_changed\",\"actor\":\"00112233445566778899aabbccddeeff\",\"ct\":\"c2VhbGVk\","
	                    "\"data\":{\"from\":\"consumer\",\"to\":\"creator\"},\"kc\":\"AQIDAAAAAAAAAAAAAAAAAA==\","
	                    "\"kid\":\"ffeeddccbbaa99887766554433221100\",\"kind\":\"member\","
	                    "\"obj\":\"ffeeddccbbaa99887766554433221100\",\"op\":\"user_set_role\",\"res\":\"ok\",\"seq\":41,"
	                    "\"t\":1764057600000,\"type\":\"user\",\"v\":1}", text.data);
	buffer_free(&text);
}

/* jansson sorts too: the same text, or it is not canonical. */
static void test_entry__is_what_another_writer_of_sorted_json_makes(void **state)
{
	struct buffer text = { 0 };
	struct log_entry entry = full();
	json_t *json;
	char *again;

	(void)state;
	entry.details = "{\"a\":-5,\"b\":\"\\\"\\\\\",\"c\":null}";
	entry_write(&text, &entry);
	json = json_loads(text.data, 0, NULL);
	assert_non_null(json);
	again = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(again, text.data);
	free(again);
	json_decref(json);
	buffer_free(&text);
}

static void test_entry__is_read_as_it_was_written(void **state)
{
	struct buffer text = { 0 };
	struct log_entry entry = full();
	struct entry_text read;

	(void)state;
	entry_write(&text, &entry);
	assert_true(entry_read(text.data, text.length, &read));
	assert_int_equal(41, read.seq);
	assert_string_equal("role_changed", read.action);
	assert_string_equal(entry.object, read.object);
	assert_memory_equal(commitment, read.commitment, COMMITMENT_BYTES);
	assert_int_equal(8, read.sealed.length);
	buffer_clear(&text);
	entry_write(&text, &(struct log_entry){ .action = "logout", .operation = "session_logout", .result = "ok", .actor_kind = "guest" });
	assert_true(entry_read(text.data, text.length, &read));
	assert_string_equal("", read.actor);
	assert_null(read.details.text);
	buffer_free(&text);
}

static bool reads(const char *text)
{
	struct entry_text entry;

	return entry_read(text, strlen(text), &entry);
}

static void test_entry__any_other_form_of_it_is_refused(void **state)
{
#define REST "\"kind\":\"guest\",\"op\":\"o\",\"res\":\"ok\",\"seq\":0,\"t\":0,\"v\":1}"
	(void)state;
	assert_true(reads("{\"act\":\"a\"," REST));
	assert_false(reads(" {\"act\":\"a\"," REST));
	assert_false(reads("{\"act\": \"a\"," REST));
	assert_false(reads("{\"act\":\"\\u0061\"," REST));
	assert_false(reads("{\"act\":\"a\",\"extra\":1," REST));
	assert_false(reads("{\"act\":1," REST));
	assert_false(reads("{" REST));
	assert_false(reads("{\"kind\":\"guest\",\"act\":\"a\",\"op\":\"o\",\"res\":\"ok\",\"seq\":0,\"t\":0,\"v\":1}")); /* order */
	assert_false(reads("{\"act\":\"a\",\"kind\":\"guest\",\"op\":\"o\",\"res\":\"ok\",\"seq\":-1,\"t\":0,\"v\":1}"));
	assert_false(reads("{\"act\":\"a\",\"kind\":\"guest\",\"op\":\"o\",\"res\":\"ok\",\"seq\":0.0,\"t\":0,\"v\":1}"));
	assert_false(reads("{\"act\":\"a\",\"kind\":\"guest\",\"op\":\"o\",\"res\":\"ok\",\"seq\":0,\"t\":0,\"v\":2}"));
	assert_false(reads("{\"act\":\"a\",\"ct\":\"YQ==\"," REST));                              /* a seal without its key */
	assert_false(reads("{\"act\":\"a\",\"kid\":\"x\"," REST));
	assert_true(reads("{\"act\":\"a\",\"data\":{\"a\":1,\"b\":\"x y\"}," REST));
	assert_true(reads("{\"act\":\"a\",\"data\":{}," REST));
	assert_false(reads("{\"act\":\"a\",\"data\":{\"b\":1,\"a\":1}," REST));
	assert_false(reads("{\"act\":\"a\",\"data\":{\"a\": 1}," REST));
	assert_false(reads("{\"act\":\"a\",\"data\":{\"a\":1.5}," REST));
	assert_false(reads("{\"act\":\"a\",\"data\":{\"a\":-0}," REST));
	assert_false(reads("{\"act\":\"a\",\"data\":{\"a\":true}," REST));
	assert_false(reads("{\"act\":\"a\",\"data\":{\"a\":[1]}," REST));
	assert_false(reads("{\"act\":\"a\",\"data\":{\"a\":\"\\n\"}," REST));
	assert_false(reads("{\"act\":\"a\",\"data\":[1]," REST));
}

static void test_details__are_sorted_and_plain(void **state)
{
	struct buffer text = { 0 };
	json_t *details = json_pack("{s:i, s:s, s:n, s:s}", "z", -3, "a", "x\"y\\", "m", "b", "\xc3\xbc");

	(void)state;
	entry_details_write(&text, details);
	assert_string_equal("{\"a\":\"x\\\"y\\\\\",\"b\":\"\xc3\xbc\",\"m\":null,\"z\":-3}", text.data);
	json_object_set_new(details, "c", json_string("line\nbreak"));
	entry_details_write(&text, details);
	assert_true(text.failed);
	buffer_free(&text);
	json_decref(details);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry__is_written_as_documented),
		cmocka_unit_test(test_entry__is_what_another_writer_of_sorted_json_makes),
		cmocka_unit_test(test_entry__is_read_as_it_was_written),
		cmocka_unit_test(test_entry__any_other_form_of_it_is_refused),
		cmocka_unit_test(test_details__are_sorted_and_plain),
	};

	return sodium_init() < 0 ? 1 : cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
