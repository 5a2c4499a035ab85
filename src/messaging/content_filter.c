/* content_filter.c -- the rules against spam. Pure: no memory is asked for. */
#include <nanomarket/content.h>

#include <string.h>
#include <utf8proc.h>
#include "fields.h"

#define HOST_BYTES  256  /* a longer one is none (RFC 1035, 2.3.4): it is cut, and is nobody's     */
#define LABEL_POINTS 64
#define LINKS_MOST  512  /* in one text; those after them count for no host                        */

static const char *const blocked_domains[] = { "spam.ru", "malware.net", "phishing.example", NULL };
static const char *const shorteners[] = { "bit.ly", "tinyurl.com", "shorte.st", "t.co", "goo.gl", NULL };

static const char *const content_verdict_words[] = { "", "phishing_domain_detected", "repeated_url_pattern", "shortener_abuse",
                                                      "all_caps_spam", NULL };

const char *nmk_content_verdict_word(nmk_content_verdict verdict)
{
	return word_of(content_verdict_words, (int)verdict);
}

void nmk_content_filter_init(nmk_content_filter *filter)
{
	*filter = (nmk_content_filter)NMK_CONTENT_FILTER_INIT;
}

/* ---- code points ---- */

/* The next code point of `length` bytes; -1 and one byte for what is none. */
static int32_t next_point(const char *text, size_t length, size_t *bytes)
{
	utf8proc_int32_t point;
	utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &point);

	*bytes = used > 0 ? (size_t)used : 1;
	return used > 0 ? point : -1;
}

static bool is_space(int32_t point)
{
	utf8proc_category_t category = point < 0 ? UTF8PROC_CATEGORY_CN : utf8proc_category(point);

	return (point >= '\t' && point <= '\r') || (point >= 0x1c && point <= 0x1f) || point == 0x85
	    || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

/* ---- hosts ---- */

/* A host as it is compared, whole or the part that fits. */
struct host {
	char   text[HOST_BYTES];
	size_t length;
	bool   cut;
};

static void host_point(struct host *host, int32_t point)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t length = utf8proc_encode_char(point, bytes);

	if (host->cut || length <= 0 || host->length + (size_t)length >= HOST_BYTES) {
		host->cut = true;
		return;
	}
	memcpy(host->text + host->length, bytes, (size_t)length);
	host->length += (size_t)length;
	host->text[host->length] = '\0';
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* One byte, which may be written as % and two hexadecimal digits. */
static char host_byte(const char *text, size_t length, size_t *used)
{
	bool encoded = length >= 3 && text[0] == '%' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0;

	*used = encoded ? 3 : 1;
	return encoded ? (char)(hex_digit(text[1]) * 16 + hex_digit(text[2])) : text[0];
}

/* Compatibility forms, capitals and marks that are not seen (UTS #46 does it with its own table, which this one agrees with but for
 * few characters); all dots of UTS #46, 2.3. */
static void host_add(struct host *host, int32_t point)
{
	utf8proc_int32_t folded[32];
	int boundary = 0;
	utf8proc_ssize_t count;

	if (point == 0x3002 || point == 0xff0e || point == 0xff61)
		point = '.';
	if (point < 0) {
		host->cut = true; /* no UTF-8: nobody's */
		return;
	}
	count = utf8proc_decompose_char(point, folded, 32, UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_DECOMPOSE,
	                                &boundary);
	for (utf8proc_ssize_t i = 0; i < count && i < 32; i++)
		host_point(host, folded[i]);
}

/* ---- Punycode, RFC 3492 ---- */

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / 700 : delta / 2;
	for (delta += delta / points; delta > 455; k += 36)
		delta /= 35;
	return k + 36 * delta / (delta + 38);
}

static int puny_digit(char c)
{
	return c >= 'a' && c <= 'z' ? c - 'a' : c >= '0' && c <= '9' ? c - '0' + 26 : -1;
}

/* One number of variable length: section 6.2. */
static bool puny_number(const char **at, const char *end, uint32_t bias, uint32_t *number)
{
	uint64_t weight = 1, sum = *number;

	for (uint32_t k = 36;; k += 36) {
		uint32_t threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
		int digit = *at < end ? puny_digit(*(*at)++) : -1;

		if (digit < 0)
			return false;
		sum += (uint64_t)digit * weight;
		if (sum > INT32_MAX)
			return false;
		if ((uint32_t)digit < threshold)
			break;
		weight *= 36 - threshold;
		if (weight > INT32_MAX)
			return false;
	}
	*number = (uint32_t)sum;
	return true;
}

/* The code points of a label without its "xn--"; 0 if it is no Punycode. */
static size_t puny_decode(const char *label, size_t length, int32_t points[LABEL_POINTS])
{
	const char *end = label + length, *at = label;
	uint32_t point = 128, index = 0, bias = 72;
	size_t count = 0;

	for (const char *dash = end; dash > label; dash--)
		if (dash[-1] == '-') {
			for (; at < dash - 1 && count < LABEL_POINTS; at++)
				points[count++] = (unsigned char)*at;
			at = dash;
			break;
		}
	while (at < end) {
		uint32_t before = index;

		if (count == LABEL_POINTS || !puny_number(&at, end, bias, &index))
			return 0;
		bias = adapt(index - before, (uint32_t)count + 1, before == 0);
		point += index / ((uint32_t)count + 1);
		index %= (uint32_t)count + 1;
		if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
			return 0;
		memmove(points + index + 1, points + index, (count - index) * sizeof points[0]);
		points[index++] = (int32_t)point;
		count++;
	}
	return count;
}

/* Labels in Punycode become what they stand for. */
static void host_unpuny(struct host *host)
{
	struct host plain = { .length = 0 };

	for (const char *label = host->text; *label;) {
		size_t length = strcspn(label, "."), count = 0;
		int32_t points[LABEL_POINTS];

		if (strncmp(label, "xn--", 4) == 0)
			count = puny_decode(label + 4, length - 4, points);
		for (size_t i = 0; i < count; i++)
			host_add(&plain, points[i]);
		for (size_t i = 0, bytes; count == 0 && i < length; i += bytes)
			host_point(&plain, next_point(label + i, length - i, &bytes));
		label += length;
		for (; *label == '.'; label++)
			if (label[1])
				host_point(&plain, '.'); /* not one at the end: the name is the same without it */
	}
	plain.cut = plain.cut || host->cut;
	*host = plain;
}

/* The host of what stands after "://". */
static void host_read(const char *text, size_t length, struct host *host)
{
	char bytes[4 * HOST_BYTES];
	size_t count = 0, start = 0, used;

	*host = (struct host){ .length = 0 };
	for (size_t i = 0; i < length; i++)
		if (text[i] == '@')
			start = i + 1;
	for (size_t i = start; i < length && count < sizeof bytes; i += used)
		bytes[count++] = host_byte(text + i, length - i, &used);
	for (size_t i = 0; i < count; i += used) {
		int32_t point = next_point(bytes + i, count - i, &used);

		if (point == ':')
			break; /* the port */
		host_add(host, point);
	}
	host_unpuny(host);
}

/* The domain, or one below it? */
static bool is_below(const struct host *host, const char *domain)
{
	struct host wanted = { .length = 0 };
	size_t length = strlen(domain), bytes;

	for (size_t i = 0; i < length; i += bytes)
		host_add(&wanted, next_point(domain + i, length - i, &bytes));
	host_unpuny(&wanted);
	if (host->cut || wanted.length == 0 || host->length < wanted.length)
		return false;
	if (strcmp(host->text + host->length - wanted.length, wanted.text) != 0)
		return false;
	return host->length == wanted.length || host->text[host->length - wanted.length - 1] == '.';
}

static bool is_of(const struct host *host, const char *const *domains)
{
	for (; *domains; domains++)
		if (is_below(host, *domains))
			return true;
	return false;
}

/* ---- links ---- */

/* Where the next link's host begins; NULL after the last. */
static const char *next_link(const char *text)
{
	for (; *text; text++) {
		size_t i = 0;

		for (; i < 4 && (text[i] | 32) == "http"[i]; i++)
			continue;
		if (i < 4)
			continue;
		if ((text[4] | 32) == 's')
			i++;
		if (strncmp(text + i, "://", 3) == 0)
			return text + i + 3;
	}
	return NULL;
}

/* *end is behind the link. */
static size_t host_length(const char *link, const char **end)
{
	size_t length = strlen(link), i = 0, host, bytes;

	while (i < length && !is_space(next_point(link + i, length - i, &bytes)))
		i += bytes;
	*end = link + i;
	host = strcspn(link, "/\\?#");
	return host < i ? host : i;
}

/* FNV-1a, 64 bits. Who makes two hosts collide makes their own text look worse. */
static uint64_t host_hash(const struct host *host)
{
	uint64_t sum = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < host->length; i++)
		sum = (sum ^ (unsigned char)host->text[i]) * UINT64_C(1099511628211);
	return sum;
}

/* With itself. A host that was cut is nobody's. */
static int times_seen(uint64_t *hashes, size_t *count, const struct host *host)
{
	uint64_t hash = host_hash(host);
	int times = 0;

	if (host->cut || *count == LINKS_MOST)
		return 0;
	hashes[(*count)++] = hash;
	for (size_t i = 0; i < *count; i++)
		times += hashes[i] == hash;
	return times;
}

struct findings {
	bool blocked;
	int  to_one_host;    /* at most    */
	int  shortened;
};

static void look_at_links(const nmk_content_filter *filter, const char *text, struct findings *found)
{
	const char *const *blocked = filter->blocked_domains ? filter->blocked_domains : blocked_domains;
	const char *const *shortening = filter->shorteners ? filter->shorteners : shorteners;
	uint64_t hashes[LINKS_MOST];
	size_t count = 0;

	while ((text = next_link(text)) != NULL) {
		const char *link = text;
		struct host host;
		int times;

		host_read(link, host_length(link, &text), &host);
		if (host.length == 0)
			continue;
		times = times_seen(hashes, &count, &host);
		found->to_one_host = times > found->to_one_host ? times : found->to_one_host;
		found->blocked = found->blocked || is_of(&host, blocked);
		found->shortened += is_of(&host, shortening);
	}
}

/* ---- capitals ---- */

static bool all_caps(const char *text, int32_t from, int32_t percent)
{
	size_t length = strlen(text), bytes, points = 0, letters = 0, capitals = 0;

	for (size_t i = 0; i < length; i += bytes, points++) {
		int32_t point = next_point(text + i, length - i, &bytes);
		utf8proc_category_t category = point < 0 ? UTF8PROC_CATEGORY_CN : utf8proc_category(point);

		letters += category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
		capitals += category == UTF8PROC_CATEGORY_LU;
	}
	return points >= (size_t)from && capitals * 100 > letters * (size_t)percent;
}

/* ---- the verdict ---- */

/* 0 is the default; a negative number switches the rule off. */
static bool is_over(int found, int32_t allowed, int32_t normal)
{
	return allowed >= 0 && found > (allowed ? allowed : normal);
}

nmk_content_verdict nmk_content_check(const nmk_content_filter *given, const char *text)
{
	static const nmk_content_filter standard = NMK_CONTENT_FILTER_INIT;
	const nmk_content_filter *filter = given ? given : &standard;
	struct findings found = { .blocked = false };

	if (!text)
		return NMK_CONTENT_FINE;
	look_at_links(filter, text, &found);
	if (found.blocked)
		return NMK_CONTENT_BLOCKED_DOMAIN;
	if (is_over(found.to_one_host, filter->links_to_host, 3))
		return NMK_CONTENT_REPEATED_LINK;
	if (is_over(found.shortened, filter->shortened_links, 5))
		return NMK_CONTENT_SHORTENED_LINKS;
	if (filter->capitals_from >= 0 && filter->capitals_percent >= 0
	    && all_caps(text, filter->capitals_from ? filter->capitals_from : 50, filter->capitals_percent ? filter->capitals_percent : 70))
		return NMK_CONTENT_ALL_CAPS;
	return NMK_CONTENT_FINE;
}
