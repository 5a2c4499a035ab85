/* Texts as QR codes: the pictures show the modules that libqrcodegen made. */
#include "world.h"

#include <qrcodegen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QUIET 4
#define SIDE  (177 + 2 * QUIET)

static const char otpauth[] = "otpauth://totp/Nanomarket:clara?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Nanomarket"
                              "&algorithm=SHA1&digits=6&period=30";

/* Which modules are dark, the quiet zone included. */
struct picture {
	int  size;
	bool dark[SIDE + 1][SIDE + 1];
};

static void expected_picture(const char *text, struct picture *picture)
{
	static uint8_t modules[qrcodegen_BUFFER_LEN_MAX], work[qrcodegen_BUFFER_LEN_MAX];

	memset(picture, 0, sizeof *picture);
	if (strpbrk(text, "\xC3\xE2")) {
		uint8_t eci[8], bytes[2000];
		struct qrcodegen_Segment segments[2] = { qrcodegen_makeEci(26, eci) };

		segments[1] = qrcodegen_makeBytes((const uint8_t *)text, strlen(text), bytes);
		assert_true(qrcodegen_encodeSegmentsAdvanced(segments, 2, qrcodegen_Ecc_MEDIUM, 1, 40, qrcodegen_Mask_AUTO, false, work,
		                                             modules));
	} else
		assert_true(qrcodegen_encodeText(text, work, modules, qrcodegen_Ecc_MEDIUM, 1, 40, qrcodegen_Mask_AUTO, false));
	picture->size = qrcodegen_getSize(modules) + 2 * QUIET;
	for (int y = 0; y < picture->size; y++)
		for (int x = 0; x < picture->size; x++)
			picture->dark[y][x] = qrcodegen_getModule(modules, x - QUIET, y - QUIET);
}

static void read_svg(const char *svg, struct picture *picture)
{
	static const char begin[] = "<path fill=\"#000\" d=\"";
	const char *at = strstr(svg, begin);
	int height, used;

	memset(picture, 0, sizeof *picture);
	assert_int_equal(2, sscanf(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" viewBox=\"0 0 %d %d\"",
	                           &picture->size, &height));
	assert_int_equal(picture->size, height);
	assert_non_null(at);
	at += strlen(begin);
	while (*at == 'M') {
		int x, y, run, back;

		assert_int_equal(4, sscanf(at, "M%d,%dh%dv1h-%dz%n", &x, &y, &run, &back, &used));
		assert_int_equal(run, back);
		assert_true(run > 0);
		for (int i = 0; i < run; i++) {
			assert_false(picture->dark[y][x + i]);
			picture->dark[y][x + i] = true;
		}
		at += used;
	}
	assert_string_equal("\"/></svg>\n", at);
}

/* Light is drawn: the upper half, the lower half, both, or neither. */
static void read_lines(const char *text, struct picture *picture)
{
	int x = 0, y = 0;

	memset(picture, 0, sizeof *picture);
	for (; *text; text++) {
		if (*text == '\n') {
			assert_true(picture->size == 0 || picture->size == x);
			picture->size = x;
			x = 0;
			y += 2;
			continue;
		}
		picture->dark[y][x] = strncmp(text, "\u2588", 3) != 0 && strncmp(text, "\u2580", 3) != 0;
		picture->dark[y + 1][x] = strncmp(text, "\u2588", 3) != 0 && strncmp(text, "\u2584", 3) != 0;
		if (*text != ' ')
			text += 2;
		x++;
	}
	assert_int_equal((picture->size + 1) / 2 * 2, y);
}

static void assert_shows(const char *text)
{
	static struct picture expected, shown;
	char *image;

	expected_picture(text, &expected);
	assert_int_equal(NMK_OK, nmk_qr_svg(text, &image));
	read_svg(image, &shown);
	nmk_free(image);
	assert_memory_equal(&expected, &shown, sizeof shown);
	assert_int_equal(NMK_OK, nmk_qr_text(text, &image));
	read_lines(image, &shown);
	nmk_free(image);
	assert_memory_equal(&expected, &shown, sizeof shown);
}

static void test_qr__shows_every_module(void **state)
{
	(void)state;
	assert_shows(otpauth);
	assert_shows("1");
	assert_shows("HTTPS://EXAMPLE.ORG/");
	assert_shows("Gr\xC3\xBC\xC3\x9F" "e");
}

/* Of all sizes: 2000 bytes fit beside the note on the encoding too. */
static void test_qr__from_1_to_2000_bytes(void **state)
{
	char text[2002] = "", *image;

	(void)state;
	memset(text, 'x', sizeof text - 1);
	for (size_t length = 1; length < 2000; length += length < 90 ? 9 : 70) {
		text[length] = '\0';
		assert_shows(text);
		text[length] = 'x';
	}
	text[2000] = '\0';
	assert_shows(text);
	text[2000] = 'x';
	text[2001] = '\0';
	assert_int_equal(NMK_EINVALID, nmk_qr_svg(text, &image));
	assert_null(image);
	assert_int_equal(NMK_EINVALID, nmk_qr_text(text, &image));
	assert_null(image);
	for (size_t i = 0; i + 2 < 2001; i += 2)
		memcpy(text + i, "\xC3\xA9", 3);
	assert_int_equal(2000, strlen(text));
	assert_shows(text);
	assert_int_equal(NMK_EINVALID, nmk_qr_svg("\xC3", &image));
	assert_null(image);
	assert_int_equal(NMK_EINVALID, nmk_qr_svg("", &image));
	assert_int_equal(NMK_EINVALID, nmk_qr_svg(NULL, &image));
	assert_int_equal(NMK_EINVALID, nmk_qr_svg("x", NULL));
	assert_int_equal(NMK_EINVALID, nmk_qr_text("x", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_qr__shows_every_module),
		cmocka_unit_test(test_qr__from_1_to_2000_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
