/* hostile_test.c -- whatever is typed: an answer, never a complaint about syntax, and never something that is not public. How much
 * work that is, work/ measures. */
#include "world.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define MEGABYTE 1048576
#define OPERATORS 10000

/* Words that are in the texts below: of a nano that is published, and of a draft that nobody may find. */
static const char words[] = "select drop table null true script alert html a b c x or and not near ä übung 1 2 titel";

static char draft_id[64];

static bool is_boundary(const char *text, size_t at)
{
	return at <= strlen(text) && ((unsigned char)text[at] & 0xC0) != 0x80;
}

/* It is public, and its marks lie one behind the other between its characters. */
static void check_hit(const nmk_search_page *page, size_t index)
{
	const char *snippet = nmk_search_page_snippet(page, index);
	size_t behind = 0;

	assert_string_not_equal(draft_id, nmk_nano_id(nmk_search_page_item(page, index)));
	assert_int_equal(0, nmk_search_page_mark_count(page, index) > 0 && !snippet);
	for (size_t mark = 0; mark < nmk_search_page_mark_count(page, index); mark++) {
		size_t start = nmk_search_page_mark_start(page, index, mark), end = nmk_search_page_mark_end(page, index, mark);

		assert_true(start >= behind && end > start && is_boundary(snippet, start) && is_boundary(snippet, end));
		behind = end;
	}
}

/* The answer is a page; what it shows is public and valid JSON. Returns how many there are. */
static size_t search(struct world *w, const char *text)
{
	nmk_search_options options = NMK_SEARCH_OPTIONS_INIT;
	nmk_search_page *page;
	size_t count;
	char *json;
	json_t *value;

	options.text = text;
	options.snippet_characters = 60;
	if (nmk_search(w->guest, &options, &page) != NMK_OK)
		fail_msg("%s for: %.80s", nmk_session_error(w->guest)->message, text);
	count = nmk_search_page_count(page);
	for (size_t i = 0; i < count; i++)
		check_hit(page, i);
	json = nmk_search_page_json(page);
	value = json_loads(json, 0, NULL);
	assert_non_null(value);
	json_decref(value);
	free(json);
	nmk_search_page_free(page);
	return count;
}

static void prepare(struct world *w)
{
	nmk_nano *nano = world_nano_titled(w, w->creator, NMK_NANO_PUBLISHED, words);

	nmk_nano_free(nano);
	nano = world_nano_titled(w, w->creator, NMK_NANO_DRAFT, words);
	snprintf(draft_id, sizeof draft_id, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
	assert_int_equal(1, search(w, words));
}

/* Alone, and with every sign of the query's own language around it. */
static void search_all_ways(struct world *w, const char *text)
{
	static const char *const frames[] = {
		"%s", "\"%s\"", "\"%s", "%s\"", "-%s", "+%s", "%s*", "a %s", "%s a", "titel -%s", "-\"%s\"", "title:%s",
		"topic:\"%s\"", "(%s)", "%1$s %1$s",
	};
	size_t room = 2 * strlen(text) + 32;
	char *typed = malloc(room);

	assert_non_null(typed);
	for (size_t i = 0; i < COUNT(frames); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(typed, room, frames[i], text);
#pragma GCC diagnostic pop
		search(w, typed);
	}
	free(typed);
}

/* ---- strings that have broken other programs ---- */

static const char *const naughty[] = {
	/* nothing, or nearly */
	"", " ", "\t", "\n", "\r\n", "\x0B\x0C", "\x7F", "\x01", "\x02", "\x02=kurs", "\x02projekt management",
	"\x1B[31m", "\xC2\xA0", "\xE2\x80\x83", "\xE3\x80\x80", "\xE2\x80\x8B", "\xE2\x81\xA0", "\xEF\xBB\xBF",
	"\xC2\xAD", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xCD\x8F",
	/* words that mean something elsewhere */
	"null", "NULL", "nil", "undefined", "NaN", "Infinity", "-inf", "true", "false", "None", "__proto__",
	"constructor", "hasOwnProperty", "CON", "PRN", "AUX", "LPT1", "/dev/null", "C:\\NUL", "..",
	"../../../../etc/passwd", "~root", "$HOME", "%PATH%", "${IFS}", "`id`", "$(id)",
	/* numbers */
	"0", "-0", "1/0", "1e309", "0x7fffffff", "-2147483648", "9223372036854775808", "1.000,00", "1,000.00", "1_000",
	"0,5", ".5", "5.", "\xC2\xBD", "\xE2\x85\xA7", "\xD9\xA1\xD9\xA2\xD9\xA3", "\xF0\x9D\x9F\x99",
	"999999999999999999999999999999999999999999999999",
	/* SQL */
	"'", "''", "' OR '1'='1", "'; DROP TABLE nano; --", "1; ATTACH 'x' AS y", "/* a */", "-- a",
	"SELECT * FROM user_account", "a' UNION SELECT 1 --", "char(0)", "x'00'", "?1", ":match", "@a", "[[after: x]]",
	"{{nano_filters}}", "%", "_", "\\", "\\'", "a\\", "COLLATE NOCASE", "LIKE '%'",
	/* FTS5 and other search languages */
	"AND", "OR", "NOT", "NEAR", "AND AND", "NOT NOT", "a AND", "OR b", "a NOT", "a AND OR b", "NEAR(a b, 2)",
	"NEAR(a b", "NEAR/3", "a NEAR b", "^a", "^ a", "a ^", "a^2", "title : a", "title:", ":", "::", ":a",
	"{title description} : a", "- title : a", "-{title} : a", "rank : a", "search_document : a", "rowid:1", "a*", "*",
	"**", "*a", "a *", "\"a\"*", "\"a\" *", "\"a b\" * \"c\"", "a + b", "\"a\" + \"b\"", "a~2", "a~", "[a TO b]",
	"/a.*/", "(a|b)", "((((((((((", "))))))))))", "(a AND (b OR (c", "a && b", "a || b", "!a", "a ! b", "&", "|",
	"<->", "a <2> b", "a & !b", "a:*", "level:", "level:quatsch", "topic:\"", "language:zz", "creator:-",
	"level:level:level:", "-level:a", "+topic:", "min_rating:1e99", "id:1",
	/* markup and scripts */
	"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "<!--", "-->", "]]>",
	"<?xml?>", "<![CDATA[", "&lt;", "&#0;", "&#x110000;", "{{7*7}}", "${7*7}", "<%= 7 %>", "#{7}", "\\u0000", "\\x00",
	"%00", "%s%s%s%n", "%1$s", "%999999d", "\\\\server\\share", "() { :; }; echo", "\r\nSet-Cookie: a=b", "a\nb",
	"data:text/html,a", "file:///etc/passwd", "http://a:80@b/?c#d",
	/* quotes of all kinds */
	"\"", "\"\"", "\"\"\"", "\" \"", "\"a", "a\"", "a\"b", "\"a\"b\"c", "\xE2\x80\x9E", "\xE2\x80\x9C",
	"\xE2\x80\x9D", "\xC2\xAB", "\xC2\xBB", "\xE2\x80\x9E\x61\"", "\"a\xE2\x80\x9C", "\xC2\xBB\x61\xE2\x80\x9D b",
	"\xE2\x80\x98\x61\xE2\x80\x99", "\xE2\x80\xB9\x61\xE2\x80\xBA", "`a`", "''a''",
	/* signs */
	"-", "--", "---", "+", "+-+", "-+-", "- a", "+ a", "-\"", "+\"", "-\"a", "-*", "-a -b -c", "--a", "+-a", "-+a",
	"a-", "a--b", "a - b", "-a", "-1", "a/b", "a/", "/", "//", "E-", "-E-", "Ein-", "-aus", "Ein- und",
	"Ein- und -aus", "und", "Ein-, Aus- und Ab-", "*innen", ":innen", "_innen", "Lehrer*", "Lehrer*innen*", "C++",
	"C+++", "+C++", "C#", "#", "##", ".NET", ".", "..", "...", "....", "Node.js.", "z.B.", "z. B.", "u.",
	"a.b.c.d.e.f.g.h.i.j.k.l",
	/* umlauts, in every way */
	"ä", "a\xCC\x88", "a\xCC\x88\xCC\x88", "\xCC\x88", "\xCC\x88\x61", "\xCC\x88\xCC\x88\xCC\x88", "ae", "AE", "aE",
	"ue", "ueue", "aeaeaeae", "ß", "\xE1\xBA\x9E", "ßß", "sss", "SZ", "\xC7\x86", "\xEF\xAC\x81", "\xEF\xAC\x86",
	"\xC4\xB0", "\xC4\xB1", "i\xCC\x87", "\xE2\x84\xA6", "\xE2\x84\xAB", "\xEF\xBC\xA1", "\xE2\x92\xB6",
	"\xEF\xB7\xBA",
	/* other scripts, directions, emoji */
	"\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "\xD8\xA7\xD9\x84\xD9\x8E", "\xE2\x80\xAExyz",
	"\xE2\x81\xA6\x61\xE2\x81\xA9", "\xE4\xB8\xAD\xE6\x96\x87", "\xE3\x81\xB2\xE3\x82\x89",
	"\xED\x95\x9C\xEA\xB8\x80", "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xE0\xA4\x95\xE0\xA5\x8D\xE0\xA4\xB7",
	"\xE0\xB8\x81\xE0\xB8\xB3", "\xF0\x9F\x98\x80",
	"\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7", "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA",
	"\xF0\x9F\x87\xA9", "1\xEF\xB8\x8F\xE2\x83\xA3", "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", "\xEF\xB8\x8F",
	"\xE2\x80\x8D", "\xF3\xA0\x81\xA7", "\xF3\xA0\x84\x80", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF", "\xEF\xBF\xBE",
	"\xEF\xBF\xBD", "\xF0\x9F\xBF\xBE",
};

static void test_search__strings_that_broke_others_are_no_error(void **state)
{
	struct world *w = *state;

	prepare(w);
	for (size_t i = 0; i < COUNT(naughty); i++)
		search_all_ways(w, naughty[i]);
	world_assert_sound(w, true);
	assert_int_equal(2, world_sql(w, "SELECT count(*) FROM nano"));
}

/* What may be a title may be searched, too; and the index bears it. */
static void test_search__strings_that_broke_others_may_be_what_is_found(void **state)
{
	struct world *w = *state;
	size_t published = 1;

	prepare(w);
	for (size_t i = 0; i < COUNT(naughty); i++) {
		nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
		nmk_nano *nano = NULL;
		nmk_status rc;

		fields.title = naughty[i];
		fields.description = naughty[COUNT(naughty) - 1 - i];
		fields.duration_minutes = 15;
		rc = nmk_nano_create(w->creator, &fields, &nano);
		assert_true(rc == NMK_OK || rc == NMK_EINVALID);
		if (rc != NMK_OK)
			continue;
		rc = nmk_nano_publish(w->system, nmk_nano_id(nano));
		assert_true(rc == NMK_OK || rc == NMK_EINVALID);   /* without a description it is not complete */
		published += rc == NMK_OK;
		nmk_nano_free(nano);
	}
	assert_true(published > COUNT(naughty) / 2);
	assert_int_equal(published, world_sql(w, "SELECT count(*) FROM nano WHERE status = 'published'"));
	for (size_t i = 0; i < COUNT(naughty); i++)
		search(w, naughty[i]);
	world_assert_sound(w, true);
}

/* ---- a lot of it ---- */

/* A text of so many bytes, of repetitions; what is left at its end is filled with spaces. The caller's. */
static char *repeated(const char *unit, size_t size)
{
	size_t length = strlen(unit);
	char *text = malloc(size + 1);

	assert_non_null(text);
	memset(text, ' ', size);
	text[size] = '\0';
	for (size_t i = 0; i + length <= size; i += length)
		memcpy(text + i, unit, length);
	return text;
}

static void test_search__a_megabyte_is_no_error(void **state)
{
	static const char *const units[] = {
		"a", "ab ", "ä", "ü ", "\"", "\"a\" ", "\"a ", "-", "-a ", "+", "*", "a* ", "(", ")", "( ", "a:",
		"title:a ", ":", "^", "AND ", "a OR ", "NOT ", "NEAR(", "{", " ", "\n", "a-", "E-Mail-", "a/", "a.",
		"*innen", "Lehrer*innen ", "Ein- und ", "ue", "ss", "ß", "\xCC\x88", "a\xCC\x88", "\xE2\x80\x8B",
		"\xC2\xAD", "a\xC2\xAD", "\xE2\x80\x8D", "\xF0\x9F\x91\xA9\xE2\x80\x8D", "\xF0\x9F\x87\xA9",
		"\xEF\xB7\xBA", "\xE4\xB8\xAD", "\xE2\x80\x9E", "\x01", "'", "\\", "%", "0", "1 ",
		"umsatzsteuervoranmeldung", "donaudampfschifffahrt ", "{{a}}", "<b>",
	};
	struct world *w = *state;

	prepare(w);
	for (size_t i = 0; i < COUNT(units); i++) {
		char *text = repeated(units[i], MEGABYTE);

		search(w, text);
		free(text);
	}
}

/* No two words are the same. */
static void test_search__a_megabyte_of_different_words_is_no_error(void **state)
{
	struct world *w = *state;
	char *text = malloc(MEGABYTE + 16);
	size_t length = 0;

	prepare(w);
	assert_non_null(text);
	for (unsigned number = 0; length < MEGABYTE; number++)
		length += (size_t)sprintf(text + length, "w%xq ", number * 2654435761u);
	search(w, text);
	free(text);
}

/* From a fixed seed: what fails once, fails again. */
static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static void test_search__ten_thousand_operators_are_no_error(void **state)
{
	static const char *const operators[] = {
		"AND", "OR", "NOT", "NEAR", "NEAR/2", "NEAR(", "(", ")", "\"", "+", "-", "*", ":", "^", "{", "}", "~",
		"&", "|", "!", "<->", "title:", "level:", "topic:", "-title:", "a", "ü", "\"a b\"", "\xE2\x80\x9E",
		"\xC2\xAB",
	};
	struct world *w = *state;
	char *text = malloc(OPERATORS * 9 + 1);
	uint32_t seed = 1;

	prepare(w);
	assert_non_null(text);
	for (size_t first = 0; first < COUNT(operators); first++) {
		for (int spaced = 0; spaced < 2; spaced++) {
			char *one;
			char unit[16];

			snprintf(unit, sizeof unit, "%s%s", operators[first], spaced ? " " : "");
			one = repeated(unit, strlen(unit) * OPERATORS);
			search(w, one);
			free(one);
		}
	}
	for (int round = 0; round < 200; round++) {   /* short rows too: those are read to their end */
		size_t length = 0;

		for (int i = 0; i < OPERATORS >> round % 12; i++)
			length += (size_t)sprintf(text + length, "%s%s", operators[next(&seed) % COUNT(operators)],
			                          next(&seed) % 2 ? " " : "");
		search(w, text);
	}
	free(text);
}

/* The same in all short forms: what is read to its end. */
static void test_search__every_short_row_of_operators_is_no_error(void **state)
{
	static const char *const signs[] = { "a", "\"", "-", "*", ":", " ", "title:", "OR" };
	struct world *w = *state;
	char text[64];

	prepare(w);
	for (size_t i = 0; i < COUNT(signs) * COUNT(signs) * COUNT(signs) * COUNT(signs); i++) {
		text[0] = '\0';
		for (size_t rest = i, k = 0; k < 4; k++, rest /= COUNT(signs))
			strcat(text, signs[rest % COUNT(signs)]);
		search(w, text);
	}
}

/* 1 to 100, then up to 10 000 of each kind, open and closed, with and without words between. */
static void test_search__quotes_need_no_partner(void **state)
{
	static const char *const quotes[] = {
		"\"", "\xE2\x80\x9C", "\xE2\x80\x9D", "\xE2\x80\x9E", "\xE2\x80\x9F", "\xC2\xAB", "\xC2\xBB", "\"a ",
		"a \"", "\" ", "\"-", "-\"", "\xE2\x80\x9E\x61\"", "\"a\xC2\xBB",
	};
	struct world *w = *state;

	prepare(w);
	for (size_t i = 0; i < COUNT(quotes); i++) {
		for (size_t count = 1; count <= 10000; count += count < 100 ? 1 : 4950) {
			char *text = repeated(quotes[i], count * strlen(quotes[i]));

			search(w, text);
			free(text);
		}
	}
}

/* ---- every plane of Unicode ---- */

#define PER_QUERY 30
#define PLANE     0x10000

struct code_points {
	struct world *w;
	char   text[PER_QUERY * 8 + 16];
	size_t length;
	int    count, queries;
};

static void ask(struct code_points *points)
{
	char typed[sizeof points->text + 16];
	static const char *const frames[] = { "", "\"", "-", "a" };

	points->text[points->length] = '\0';
	snprintf(typed, sizeof typed, "%s%s", frames[points->queries++ % (int)COUNT(frames)], points->text);
	search(points->w, typed);
	points->length = 0;
	points->count = 0;
}

/* Alone and in a word, so that it separates, joins or stands for itself. */
static void add(struct code_points *points, int32_t point)
{
	char *end = points->text + points->length;

	if (point == 0 || (point >= 0xD800 && point <= 0xDFFF))
		return;
	end += utf8proc_encode_char(point, (utf8proc_uint8_t *)end);
	*end++ = ' ';
	*end++ = 'x';
	end += utf8proc_encode_char(point, (utf8proc_uint8_t *)end);
	points->length = (size_t)(end - points->text);
	if (++points->count == PER_QUERY / 2)
		ask(points);
}

/* Every code point of the first plane; of the others each sixteenth and the last two, which are none. */
static void test_search__every_plane_of_unicode_is_no_error(void **state)
{
	struct code_points points = { .w = *state };

	prepare(*state);
	for (int32_t point = 0; point < PLANE; point++)
		add(&points, point);
	for (int32_t plane = 1; plane <= 16; plane++) {
		for (int32_t point = 0; point < PLANE; point += 16)
			add(&points, plane * PLANE + point);
		add(&points, plane * PLANE + PLANE - 2);
		add(&points, plane * PLANE + PLANE - 1);
	}
	ask(&points);
	assert_true(points.queries > (PLANE + 16 * PLANE / 16) / PER_QUERY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(test_search__strings_that_broke_others_are_no_error),
		WORLD_TEST(test_search__strings_that_broke_others_may_be_what_is_found),
		WORLD_TEST(test_search__a_megabyte_is_no_error),
		WORLD_TEST(test_search__a_megabyte_of_different_words_is_no_error),
		WORLD_TEST(test_search__ten_thousand_operators_are_no_error),
		WORLD_TEST(test_search__every_short_row_of_operators_is_no_error),
		WORLD_TEST(test_search__quotes_need_no_partner),
		WORLD_TEST(test_search__every_plane_of_unicode_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
