#include "world.h"

#include <stdlib.h>
#include <string.h>
#include "buffer.h"
#include "clock.h"
#include "message.h"

static void test_buffer__grows_and_is_taken(void **state)
{
	struct buffer buffer = { 0 };
	char *text;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buffer_format(&buffer, "%d,", i % 10);
	buffer_char(&buffer, '!');
	assert_int_equal(2001, buffer.length);
	text = buffer_take(&buffer);
	assert_int_equal(2001, strlen(text));
	assert_null(buffer.data);
	free(text);
}

static void test_buffer__nothing_added_is_an_empty_text(void **state)
{
	struct buffer buffer = { 0 };
	char *text = buffer_take(&buffer);

	(void)state;
	assert_string_equal("", text);
	free(text);
}

static void test_buffer__an_impossible_size_fails_and_stays_failed(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	buffer_text(&buffer, "kept");
	buffer_add(&buffer, "x", SIZE_MAX / 2);
	assert_true(buffer.failed);
	buffer_text(&buffer, "ignored");
	buffer_format(&buffer, "%s", "ignored");
	assert_int_equal(4, buffer.length);
	assert_null(buffer_take(&buffer));
}

static void test_buffer__cleared_keeps_its_memory(void **state)
{
	struct buffer buffer = { 0 };

	(void)state;
	buffer_clear(&buffer);
	buffer_text(&buffer, "abc");
	buffer_clear(&buffer);
	assert_string_equal("", buffer.data);
	assert_int_equal(0, buffer.length);
	buffer_free(&buffer);
}

static void test_time_format__knows_leap_years_and_times_before_1970(void **state)
{
	static const struct { int64_t time; const char *text; } cases[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ INT64_C(951782400000), "2000-02-29T00:00:00.000Z" },
		{ INT64_C(951868799999), "2000-02-29T23:59:59.999Z" },
		{ INT64_C(1709164800000), "2024-02-29T00:00:00.000Z" },
		{ INT64_C(4107542400000), "2100-03-01T00:00:00.000Z" },
		{ INT64_C(1767225600123), "2026-01-01T00:00:00.123Z" },
		{ INT64_C(-62162035200000), "0000-03-01T00:00:00.000Z" },
	};
	char text[TIME_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		time_format(cases[i].time, text);
		assert_string_equal(cases[i].text, text);
	}
}

static void test_clocks__run(void **state)
{
	(void)state;
	assert_true(time_now_ms() > INT64_C(1700000000000));
	assert_true(time_monotonic_ms() <= time_monotonic_ms());
}

static void test_language_of__reads_tags_and_locales(void **state)
{
	(void)state;
	assert_int_equal(LANGUAGE_GERMAN, language_of("de"));
	assert_int_equal(LANGUAGE_GERMAN, language_of("de_AT.UTF-8"));
	assert_int_equal(LANGUAGE_GERMAN, language_of("de-CH"));
	assert_int_equal(LANGUAGE_ENGLISH, language_of("den"));
	assert_int_equal(LANGUAGE_ENGLISH, language_of("d"));
	assert_int_equal(LANGUAGE_ENGLISH, language_of("en"));
	assert_int_equal(LANGUAGE_ENGLISH, language_of(""));
	assert_int_equal(LANGUAGE_ENGLISH, language_of(NULL));
}

static void test_error_set__speaks_german_and_falls_back_to_english(void **state)
{
	nmk_error error;

	(void)state;
	assert_int_equal(NMK_EINVALID, error_set(&error, LANGUAGE_GERMAN, "nano_create", NMK_EINVALID, "title", "is needed"));
	assert_string_equal("wird gebraucht", error.message);
	assert_string_equal("title", error.field);
	assert_string_equal("nano_create", error.operation);
	assert_int_equal(NMK_EINVALID, error.status);
	error_set(&error, LANGUAGE_GERMAN, NULL, NMK_EIO, NULL, "not in the table %d", 7);
	assert_string_equal("not in the table 7", error.message);
	assert_string_equal("", error.field);
	assert_int_equal(NMK_EIO, error_set(NULL, LANGUAGE_GERMAN, NULL, NMK_EIO, NULL, "nowhere to go"));
}

static void test_error_set__cuts_between_characters(void **state)
{
	char field[2 * NMK_ERROR_FIELD_SIZE + 1];
	nmk_error error;

	(void)state;
	for (size_t i = 0; i < sizeof field - 1; i += 2)
		memcpy(field + i, "ä", 2);
	field[sizeof field - 1] = '\0';
	error_set(&error, LANGUAGE_ENGLISH, "x", NMK_EIO, field, "is needed");
	assert_int_equal(NMK_ERROR_FIELD_SIZE - 2, strlen(error.field));
}

static void test_error_http__tells_a_rate_from_a_size(void **state)
{
	nmk_error error = { .status = NMK_ELIMIT };

	(void)state;
	assert_int_equal(413, nmk_error_http(&error));
	error.retry_after_ms = 1;
	assert_int_equal(429, nmk_error_http(&error));
	error.status = NMK_EBUSY;
	assert_int_equal(503, nmk_error_http(&error));
}

static void test_status__every_value_has_name_word_http_and_two_texts(void **state)
{
	(void)state;
	for (int status = NMK_OK; status >= NMK_ECANCELLED; status--) {
		assert_memory_equal("NMK_", nmk_status_name((nmk_status)status), 4);
		assert_string_not_equal("?", nmk_status_word((nmk_status)status));
		assert_in_range(nmk_status_http((nmk_status)status), 200, 599);
		assert_string_not_equal(nmk_status_text((nmk_status)status, "de"), nmk_status_text((nmk_status)status, "en"));
	}
	assert_string_equal("NMK_?", nmk_status_name((nmk_status)1));
	assert_string_equal("?", nmk_status_word((nmk_status)(NMK_ECANCELLED - 1)));
	assert_int_equal(500, nmk_status_http((nmk_status)99));
	assert_string_equal("?", nmk_status_text((nmk_status)99, NULL));
	nmk_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buffer__grows_and_is_taken),
		cmocka_unit_test(test_buffer__nothing_added_is_an_empty_text),
		cmocka_unit_test(test_buffer__an_impossible_size_fails_and_stays_failed),
		cmocka_unit_test(test_buffer__cleared_keeps_its_memory),
		cmocka_unit_test(test_time_format__knows_leap_years_and_times_before_1970),
		cmocka_unit_test(test_clocks__run),
		cmocka_unit_test(test_language_of__reads_tags_and_locales),
		cmocka_unit_test(test_error_set__speaks_german_and_falls_back_to_english),
		cmocka_unit_test(test_error_set__cuts_between_characters),
		cmocka_unit_test(test_status__every_value_has_name_word_http_and_two_texts),
		cmocka_unit_test(test_error_http__tells_a_rate_from_a_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
