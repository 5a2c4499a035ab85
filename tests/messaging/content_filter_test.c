/* content_filter_test.c -- the four rules against spam: at their numbers, above, below; and how hosts hide. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#include <nanomarket/content.h>

static void assert_verdict(nmk_content_verdict expected, const char *text)
{
	nmk_content_verdict verdict = nmk_content_check(NULL, text);

	if (verdict != expected)
		fail_msg("%d, not %d: %s", (int)verdict, (int)expected, text ? text : "no text");
}

static void test_content__ordinary_texts_are_fine(void **state)
{
	(void)state;
	assert_verdict(NMK_CONTENT_FINE, NULL);
	assert_verdict(NMK_CONTENT_FINE, "");
	assert_verdict(NMK_CONTENT_FINE, "Gibt es das auch für Anfänger? Mehr: https://example.org/a?b=c#d");
	assert_verdict(NMK_CONTENT_FINE, "http://");
	assert_verdict(NMK_CONTENT_FINE, "http:// spam.ru");
	assert_verdict(NMK_CONTENT_FINE, "spam.ru ist kein Link, ftp://spam.ru auch nicht");
	assert_verdict(NMK_CONTENT_FINE, "\xff\xfe http://\xff.spam.r");
}

static void test_content__blocked_domains_and_those_below(void **state)
{
	static const char *const blocked[] = {
		"http://spam.ru", "https://spam.ru/", "HTTPS://SPAM.RU", "hTtP://Spam.Ru:8080/x", "siehe http://www.spam.ru.",
		"http://a.b.c.malware.net?x", "https://phishing.example#x", "http://spam.ru.", "http://spam.ru./x",
		"http://jemand@spam.ru/", "http://example.org@spam.ru", "http://example.org:80@spam.ru:80", "xhttp://spam.ru",
		"http://sp%61m.ru", "http://spam%2eru", "http://spam。ru", "http://ｓｐａｍ．ｒｕ", "http://spam.ru\\example.org",
		"http://s\xc2\xadpam.ru", "http://example.org http://spam.ru", "erst\nhttp://spam.ru\nund dann", NULL
	};
	static const char *const fine[] = {
		"http://nospam.ru", "http://spam.ru.example.org", "http://example.org/spam.ru", "http://example.org?spam.ru",
		"http://example.org/@spam.ru", "http://spam.rux", "http://sp.am.ru", "http://example.org#@spam.ru", NULL
	};

	(void)state;
	for (size_t i = 0; blocked[i]; i++)
		assert_verdict(NMK_CONTENT_BLOCKED_DOMAIN, blocked[i]);
	for (size_t i = 0; fine[i]; i++)
		assert_verdict(NMK_CONTENT_FINE, fine[i]);
	assert_string_equal("phishing_domain_detected", nmk_content_verdict_word(NMK_CONTENT_BLOCKED_DOMAIN));
}

/* The same domain in Unicode and in Punycode, whichever of them is on the list. Samples of RFC 3492, 7.1 and others. */
static void test_content__internationalized_domains(void **state)
{
	static const struct { const char *unicode, *ascii; } pairs[] = {
		{ "bücher.example", "xn--bcher-kva.example" },
		{ "münchen.de", "xn--mnchen-3ya.de" },
		{ "他们为什么不说中文.example", "xn--ihqwcrb4cv8a8dqg056pqjye.example" },
		{ "почемужеонинеговорятпорусски.example", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l.example" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		const char *lists[2][2] = { { pairs[i].unicode, NULL }, { pairs[i].ascii, NULL } };

		for (int list = 0; list < 2; list++) {
			nmk_content_filter filter = NMK_CONTENT_FILTER_INIT;
			char text[128];

			filter.blocked_domains = lists[list];
			snprintf(text, sizeof text, "http://www.%s/", pairs[i].unicode);
			assert_int_equal(NMK_CONTENT_BLOCKED_DOMAIN, nmk_content_check(&filter, text));
			snprintf(text, sizeof text, "http://www.%s/", pairs[i].ascii);
			assert_int_equal(NMK_CONTENT_BLOCKED_DOMAIN, nmk_content_check(&filter, text));
			assert_int_equal(NMK_CONTENT_FINE, nmk_content_check(&filter, "http://xn--99999999.example http://xn--.de"));
		}
	}
	assert_verdict(NMK_CONTENT_BLOCKED_DOMAIN, "http://xn--spam-.ru"); /* Punycode of what needs none */
}

static char *links(const char *const *hosts, int count)
{
	static char text[4096];

	text[0] = '\0';
	for (int i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "https://%s/%d ", hosts[i], i);
	return text;
}

static void test_content__three_links_to_a_host_are_fine_four_are_not(void **state)
{
	static const char *const same[] = { "example.org", "EXAMPLE.org:443", "example.org", "example.org." };
	static const char *const others[] = { "a.example.org", "b.example.org", "c.example.org", "d.example.org", "e.example.org" };

	(void)state;
	assert_verdict(NMK_CONTENT_FINE, links(same, 3));
	assert_verdict(NMK_CONTENT_REPEATED_LINK, links(same, 4));
	assert_verdict(NMK_CONTENT_FINE, links(others, 5));
	assert_string_equal("repeated_url_pattern", nmk_content_verdict_word(NMK_CONTENT_REPEATED_LINK));
}

static void test_content__five_shortened_links_are_fine_six_are_not(void **state)
{
	static const char *const hosts[] = { "bit.ly", "tinyurl.com", "shorte.st", "t.co", "goo.gl", "bit.ly" };

	(void)state;
	assert_verdict(NMK_CONTENT_FINE, links(hosts, 5));
	assert_verdict(NMK_CONTENT_SHORTENED_LINKS, links(hosts, 6));
	assert_string_equal("shortener_abuse", nmk_content_verdict_word(NMK_CONTENT_SHORTENED_LINKS));
}

/* `capitals` of `letters`, and so many points in all. */
static const char *shout(int capitals, int letters, int points)
{
	static char text[512];

	for (int i = 0; i < points; i++)
		text[i] = i < capitals ? 'A' : i < letters ? 'a' : '.';
	text[points] = '\0';
	return text;
}

static void test_content__capitals(void **state)
{
	char umlauts[128] = "";

	(void)state;
	assert_verdict(NMK_CONTENT_ALL_CAPS, shout(50, 50, 50));
	assert_verdict(NMK_CONTENT_FINE, shout(49, 49, 49));
	assert_verdict(NMK_CONTENT_FINE, shout(70, 100, 100));     /* exactly 70 % */
	assert_verdict(NMK_CONTENT_ALL_CAPS, shout(71, 100, 100));
	assert_verdict(NMK_CONTENT_ALL_CAPS, shout(8, 8, 50));     /* of the letters, not of the characters */
	assert_verdict(NMK_CONTENT_FINE, shout(0, 0, 200));
	for (int i = 0; i < 50; i++)
		strcat(umlauts, i ? "Ä" : "ä");
	assert_verdict(NMK_CONTENT_ALL_CAPS, umlauts);              /* code points, not bytes */
	umlauts[strlen(umlauts) - 2] = '\0';
	assert_verdict(NMK_CONTENT_FINE, umlauts);
	assert_string_equal("all_caps_spam", nmk_content_verdict_word(NMK_CONTENT_ALL_CAPS));
}

/* The first of the rules that is broken, in their order. */
static void test_content__the_first_rule_counts(void **state)
{
	(void)state;
	assert_verdict(NMK_CONTENT_BLOCKED_DOMAIN, "HTTP://T.CO HTTP://T.CO HTTP://T.CO HTTP://T.CO HTTP://T.CO HTTP://T.CO HTTP://SPAM.RU");
	assert_verdict(NMK_CONTENT_REPEATED_LINK, "HTTP://T.CO HTTP://T.CO HTTP://T.CO HTTP://T.CO HTTP://BIT.LY HTTP://BIT.LY");
	assert_null(nmk_content_verdict_word(NMK_CONTENT_FINE));
	assert_null(nmk_content_verdict_word((nmk_content_verdict)5));
}

static void test_content_filter__can_be_configured(void **state)
{
	static const char *const mine[] = { "böse.example", NULL }, *const nothing[] = { NULL };
	static const char *const same[] = { "example.org", "example.org", "example.org", "example.org" };
	nmk_content_filter filter;

	(void)state;
	nmk_content_filter_init(&filter);
	filter.blocked_domains = mine;
	assert_int_equal(NMK_CONTENT_FINE, nmk_content_check(&filter, "http://spam.ru"));
	assert_int_equal(NMK_CONTENT_BLOCKED_DOMAIN, nmk_content_check(&filter, "http://BÖSE.example"));
	filter.blocked_domains = nothing;
	assert_int_equal(NMK_CONTENT_FINE, nmk_content_check(&filter, "http://böse.example"));
	filter.links_to_host = 1;
	assert_int_equal(NMK_CONTENT_FINE, nmk_content_check(&filter, links(same, 1)));
	assert_int_equal(NMK_CONTENT_REPEATED_LINK, nmk_content_check(&filter, links(same, 2)));
	filter.links_to_host = -1;
	assert_int_equal(NMK_CONTENT_FINE, nmk_content_check(&filter, links(same, 4)));
	filter.shorteners = mine;
	filter.shortened_links = 1;
	assert_int_equal(NMK_CONTENT_SHORTENED_LINKS, nmk_content_check(&filter, "http://böse.example http://böse.example"));
	filter.shortened_links = -1;
	assert_int_equal(NMK_CONTENT_FINE, nmk_content_check(&filter, "http://böse.example http://böse.example"));
	filter.capitals_from = 10;
	filter.capitals_percent = 50;
	assert_int_equal(NMK_CONTENT_FINE, nmk_content_check(&filter, shout(5, 10, 10)));
	assert_int_equal(NMK_CONTENT_ALL_CAPS, nmk_content_check(&filter, shout(6, 10, 10)));
	assert_int_equal(NMK_CONTENT_FINE, nmk_content_check(&filter, shout(6, 9, 9)));
	filter.capitals_from = -1;
	assert_int_equal(NMK_CONTENT_FINE, nmk_content_check(&filter, shout(100, 100, 100)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content__ordinary_texts_are_fine),
		cmocka_unit_test(test_content__blocked_domains_and_those_below),
		cmocka_unit_test(test_content__internationalized_domains),
		cmocka_unit_test(test_content__three_links_to_a_host_are_fine_four_are_not),
		cmocka_unit_test(test_content__five_shortened_links_are_fine_six_are_not),
		cmocka_unit_test(test_content__capitals),
		cmocka_unit_test(test_content__the_first_rule_counts),
		cmocka_unit_test(test_content_filter__can_be_configured),
	};

	return cmocka_run_group_tests_name("content_filter", tests, NULL, NULL);
}
