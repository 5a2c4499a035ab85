/* chunk_test.c -- facts and figures as bytes: what goes in comes out, on every machine the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include "chunk.h"

static struct document_facts document(int i)
{
	struct document_facts made = {
		.fact = { .words = (uint16_t)(i * 7), .minutes = (uint16_t)(i % 1441), .language = chunk_language(i % 2 ? "de" : "en"),
		          .day = (uint16_t)(20000 + i), .level = (uint8_t)(i % 3 + 1), .format = (uint8_t)(i % 5 + 1),
		          .license = (uint8_t)(i % 4 + 1), .topic_count = (uint8_t)(i % 6) },
		.creator_id = INT64_MAX - i % 10,
	};

	for (int t = 0; t < i % 6; t++)
		made.topic_ids[t] = (INT64_C(1) << 40) + (i + t) % 30;
	return made;
}

static void test_chunk_facts__what_goes_in_comes_out_also_from_bytes(void **state)
{
	struct chunk_facts *chunk = malloc(sizeof *chunk), *copy = malloc(sizeof *copy);
	struct document_facts got, wanted;
	unsigned char *names;

	(void)state;
	assert_true(chunk_facts_init(chunk, NULL, 0, NULL, 0));
	assert_false(chunk_facts_get(chunk, 0, &got));
	for (int i = 0; i < CHUNK_DOCUMENTS; i++) {
		wanted = document(i);
		assert_true(chunk_facts_put(chunk, (size_t)i, &wanted));
	}
	assert_int_equal(40, chunk->name_count); /* ten creators and thirty topics */
	names = chunk_facts_names(chunk);
	assert_true(chunk_facts_init(copy, names, chunk->name_count * 8, chunk->bytes, sizeof chunk->bytes));
	for (int i = 0; i < CHUNK_DOCUMENTS; i++) {
		wanted = document(i);
		assert_true(chunk_facts_get(copy, (size_t)i, &got));
		assert_memory_equal(&wanted, &got, sizeof got);
	}
	chunk_facts_remove(copy, 5);
	assert_false(chunk_facts_get(copy, 5, &got));
	assert_true(chunk_facts_get(copy, 6, &got));
	chunk_facts_free(chunk);
	chunk_facts_free(copy);
	free(names);
	free(chunk);
	free(copy);
}

/* The layout is a promise: other programs may read it. */
static void test_chunk_facts__bytes_are_as_the_header_says(void **state)
{
	static const unsigned char wanted[CHUNK_FACT_BYTES] = { 0x02, 0x01, 0x04, 0x03, 'e', 'd', 0x06, 0x05, 0, 0, 3, 5, 4, 1, 1, 0 };
	const struct document_facts facts = {
		.fact = { .words = 0x0102, .minutes = 0x0304, .language = chunk_language("de"), .day = 0x0506, .level = 3, .format = 5,
		          .license = 4, .topic_count = 1 },
		.creator_id = 0x0102030405060708, .topic_ids = { 9 },
	};
	static const unsigned char names[16] = { 8, 7, 6, 5, 4, 3, 2, 1, 9 };
	const struct figure figure = { .rating = 0x0102, .ratings = 0x0304, .downloads = 0x05060708 };
	static const unsigned char figures[CHUNK_FIGURE_BYTES] = { 2, 1, 4, 3, 8, 7, 6, 5 };
	struct chunk_facts *chunk = calloc(1, sizeof *chunk);
	unsigned char *bytes, all[CHUNK_FIGURES_SIZE] = { 0 };
	struct figure got;

	(void)state;
	assert_true(chunk_facts_put(chunk, 1, &facts));
	assert_memory_equal(wanted, chunk->bytes + CHUNK_FACT_BYTES, sizeof wanted);
	bytes = chunk_facts_names(chunk);
	assert_memory_equal(names, bytes, sizeof names);
	chunk_figure_put(all, 1, &figure);
	assert_memory_equal(figures, all + CHUNK_FIGURE_BYTES, sizeof figures);
	got = chunk_figure_get(all, 1);
	assert_memory_equal(&figure, &got, sizeof got);
	chunk_facts_free(chunk);
	free(bytes);
	free(chunk);
}

static void test_chunk_facts__forgets_names_that_nobody_has_any_more(void **state)
{
	struct chunk_facts *chunk = calloc(1, sizeof *chunk);
	struct document_facts facts = document(1), got;

	(void)state;
	for (int64_t i = 0; i < 3 * CHUNK_NAMES_MAXIMUM; i++) {
		facts.creator_id = 1000000 + i;
		assert_true(chunk_facts_put(chunk, (size_t)(i % 3), &facts));
		assert_true(chunk->name_count <= CHUNK_NAMES_MAXIMUM);
	}
	for (size_t slot = 0; slot < 3; slot++) {
		assert_true(chunk_facts_get(chunk, slot, &got));
		assert_int_equal(1000000 + 3 * CHUNK_NAMES_MAXIMUM - 3 + (int64_t)slot, got.creator_id);
	}
	chunk_facts_free(chunk);
	free(chunk);
}

static void test_chunk_facts__bytes_of_another_length_are_an_empty_chunk(void **state)
{
	static unsigned char bytes[CHUNK_FACTS_SIZE];
	struct chunk_facts *chunk = malloc(sizeof *chunk);
	struct document_facts got;

	(void)state;
	memset(bytes, 0xff, sizeof bytes);
	assert_true(chunk_facts_init(chunk, bytes, 8, bytes, sizeof bytes - 1));
	assert_false(chunk_facts_get(chunk, 0, &got));
	assert_true(chunk_facts_init(chunk, bytes, 7, bytes, sizeof bytes));
	assert_false(chunk_facts_get(chunk, 0, &got));
	assert_true(chunk_facts_init(chunk, bytes, 8, bytes, sizeof bytes)); /* names that are not there */
	assert_false(chunk_facts_get(chunk, 0, &got));
	chunk_facts_free(chunk);
	free(chunk);
}

static void test_chunk__numbers_are_as_large_as_their_place_allows(void **state)
{
	char code[3];

	(void)state;
	assert_int_equal(0, chunk_u16(-1));
	assert_int_equal(65535, chunk_u16(65535));
	assert_int_equal(65535, chunk_u16(65536));
	assert_int_equal(0, chunk_u32(-1));
	assert_true(chunk_u32(UINT32_MAX) == UINT32_MAX);
	assert_true(chunk_u32(INT64_MAX) == UINT32_MAX);
	assert_int_equal(0, chunk_language(NULL));
	assert_int_equal(0, chunk_language("d"));
	assert_int_equal(0, chunk_language("deu"));
	chunk_language_code(chunk_language("de"), code);
	assert_string_equal("de", code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chunk_facts__what_goes_in_comes_out_also_from_bytes),
		cmocka_unit_test(test_chunk_facts__bytes_are_as_the_header_says),
		cmocka_unit_test(test_chunk_facts__forgets_names_that_nobody_has_any_more),
		cmocka_unit_test(test_chunk_facts__bytes_of_another_length_are_an_empty_chunk),
		cmocka_unit_test(test_chunk__numbers_are_as_large_as_their_place_allows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
