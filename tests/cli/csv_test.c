/* csv_test.c -- the reader of comma-separated values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "csv.h"

struct reading {
	FILE      *file;
	struct csv csv;
};

static void begin_bytes(struct reading *reading, const char *bytes, size_t length)
{
	reading->file = tmpfile();
	assert_non_null(reading->file);
	assert_int_equal(length, fwrite(bytes, 1, length, reading->file));
	rewind(reading->file);
	csv_begin(&reading->csv, reading->file);
}

static void begin(struct reading *reading, const char *text)
{
	begin_bytes(reading, text, strlen(text));
}

static void end(struct reading *reading)
{
	csv_end(&reading->csv);
	fclose(reading->file);
}

/* The next record has these fields, joined by "|". */
static void assert_record(struct reading *reading, const char *joined)
{
	char text[1000] = "";

	assert_int_equal(CSV_RECORD, csv_next(&reading->csv));
	for (size_t i = 0; i < reading->csv.count; i++) {
		size_t length = strlen(text);

		snprintf(text + length, sizeof text - length, "%s%s", i > 0 ? "|" : "", reading->csv.fields[i]);
	}
	assert_string_equal(joined, text);
}

static void assert_end(struct reading *reading)
{
	assert_int_equal(CSV_END, csv_next(&reading->csv));
	assert_int_equal(CSV_END, csv_next(&reading->csv));
}

static void test_csv__plain_fields_and_all_line_ends(void **state)
{
	struct reading r;

	(void)state;
	begin(&r, "a,b,c\r\n1,2,3\n4,5,6\r7,8,9");
	assert_record(&r, "a|b|c");
	assert_record(&r, "1|2|3");
	assert_record(&r, "4|5|6");
	assert_record(&r, "7|8|9");
	assert_int_equal(4, r.csv.record);
	assert_end(&r);
	end(&r);
}

static void test_csv__quotes_hold_delimiters_quotes_and_line_breaks(void **state)
{
	struct reading r;

	(void)state;
	begin(&r, "\"a,\"\"b\"\"\",\"1\r\n2\r3\n4\",\"\"\nx,\"\",y\n");
	assert_record(&r, "a,\"b\"|1\n2\n3\n4|");
	assert_record(&r, "x||y");
	assert_end(&r);
	end(&r);
}

static void test_csv__first_delimiter_decides(void **state)
{
	struct reading r;

	(void)state;
	begin(&r, "a;b\n1,5;2\n");
	assert_record(&r, "a|b");
	assert_record(&r, "1,5|2");
	end(&r);
	begin(&r, "\"a;b\",c\n1;5,2\n");
	assert_record(&r, "a;b|c");
	assert_record(&r, "1;5|2");
	end(&r);
	begin(&r, "only\nx;y\nu,v;w\n");
	assert_record(&r, "only");
	assert_record(&r, "x|y");
	assert_record(&r, "u,v|w");
	end(&r);
}

static void test_csv__byte_order_mark_is_skipped(void **state)
{
	struct reading r;

	(void)state;
	begin(&r, "\xEF\xBB\xBFtitle,x\n\xEF\xBB\xBFy,z\n");
	assert_record(&r, "title|x");
	assert_record(&r, "\xEF\xBB\xBFy|z");
	end(&r);
	begin(&r, "\xEF\xBB\xBF\"title\",x\n");
	assert_record(&r, "title|x");
	end(&r);
	begin(&r, "\xEF\xBB\xBF");
	assert_end(&r);
	end(&r);
}

static void test_csv__blank_lines_are_skipped_and_counted(void **state)
{
	struct reading r;

	(void)state;
	begin(&r, "\n\r\na,b\n\n\n1,2\n\n");
	assert_record(&r, "a|b");
	assert_int_equal(3, r.csv.record);
	assert_record(&r, "1|2");
	assert_int_equal(6, r.csv.record);
	assert_end(&r);
	end(&r);
	begin(&r, "\"\"\n");
	assert_record(&r, "");
	end(&r);
}

static void test_csv__empty_fields_at_the_end_count(void **state)
{
	struct reading r;

	(void)state;
	begin(&r, "a,,\n,,\n");
	assert_record(&r, "a||");
	assert_record(&r, "||");
	assert_end(&r);
	end(&r);
	begin(&r, "a,");
	assert_record(&r, "a|");
	assert_end(&r);
	end(&r);
}

static void test_csv__bad_records_are_told_and_left_behind(void **state)
{
	struct reading r;

	(void)state;
	begin_bytes(&r, "a,b\n\"x\"y,1\nn\0l,2\n\"q\0\",3\nfine,4\n\"open,5\nand,6\n",
	            sizeof "a,b\n\"x\"y,1\nn\0l,2\n\"q\0\",3\nfine,4\n\"open,5\nand,6\n" - 1);
	assert_record(&r, "a|b");
	assert_int_equal(CSV_AFTER_QUOTE, csv_next(&r.csv));
	assert_int_equal(CSV_NUL, csv_next(&r.csv));
	assert_int_equal(CSV_NUL, csv_next(&r.csv));
	assert_record(&r, "fine|4");
	assert_int_equal(CSV_OPEN_QUOTE, csv_next(&r.csv));
	assert_end(&r);
	end(&r);
}

static void test_csv__quote_in_the_middle_is_a_letter(void **state)
{
	struct reading r;

	(void)state;
	begin(&r, "12\" pizza,b\n");
	assert_record(&r, "12\" pizza|b");
	end(&r);
}

/* A record of exactly the maximum passes, one byte more does not; what follows is read. */
static void long_record(size_t length, enum csv_result expected)
{
	struct reading r;
	char *text = malloc(length + 32);

	assert_non_null(text);
	memset(text, 'x', length);
	memcpy(text + length, "\nfine,1\n", 9);
	begin(&r, text);
	assert_int_equal(expected, csv_next(&r.csv));
	assert_record(&r, "fine|1");
	end(&r);
	free(text);
}

static void test_csv__records_have_a_maximum(void **state)
{
	(void)state;
	long_record(CSV_RECORD_MAXIMUM - 2, CSV_RECORD);
	long_record(CSV_RECORD_MAXIMUM - 1, CSV_RECORD); /* and the closing NUL */
	long_record(CSV_RECORD_MAXIMUM, CSV_TOO_LONG);
	long_record((size_t)CSV_RECORD_MAXIMUM * 3, CSV_TOO_LONG);
}

static void test_csv__many_fields(void **state)
{
	struct reading r;
	char text[2001];

	(void)state;
	memset(text, ',', 1000);
	text[1000] = '\0';
	begin(&r, text);
	assert_int_equal(CSV_RECORD, csv_next(&r.csv));
	assert_int_equal(1001, r.csv.count);
	end(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv__plain_fields_and_all_line_ends),
		cmocka_unit_test(test_csv__quotes_hold_delimiters_quotes_and_line_breaks),
		cmocka_unit_test(test_csv__first_delimiter_decides),
		cmocka_unit_test(test_csv__byte_order_mark_is_skipped),
		cmocka_unit_test(test_csv__blank_lines_are_skipped_and_counted),
		cmocka_unit_test(test_csv__empty_fields_at_the_end_count),
		cmocka_unit_test(test_csv__bad_records_are_told_and_left_behind),
		cmocka_unit_test(test_csv__quote_in_the_middle_is_a_letter),
		cmocka_unit_test(test_csv__records_have_a_maximum),
		cmocka_unit_test(test_csv__many_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
