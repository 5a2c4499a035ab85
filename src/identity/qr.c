/* qr.c -- texts as QR codes: libqrcodegen makes the modules, here they become a picture. */
#include <nanomarket/second_factor.h>

#include <qrcodegen.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "text.h"

#define TEXT_MAXIMUM 2000
#define QUIET        4          /* modules around it: ISO/IEC 18004, 9.1 */
#define RUN_BYTES    24         /* "M184,184h177v1h-177z" */

/* The text may be a secret, and so are the modules. */
struct qr {
	uint8_t modules[qrcodegen_BUFFER_LEN_MAX], work[qrcodegen_BUFFER_LEN_MAX], bytes[TEXT_MAXIMUM];
	int     size;               /* with the quiet zone */
};

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* Without a word on the encoding some readers take UTF-8 for Japanese. */
static bool encode_utf8(struct qr *qr, const char *text, size_t length)
{
	uint8_t eci[8];
	struct qrcodegen_Segment segments[2] = { qrcodegen_makeEci(26, eci) };

	segments[1] = qrcodegen_makeBytes((const uint8_t *)text, length, qr->bytes);
	return qrcodegen_encodeSegmentsAdvanced(segments, 2, qrcodegen_Ecc_MEDIUM, qrcodegen_VERSION_MIN, qrcodegen_VERSION_MAX,
	                                        qrcodegen_Mask_AUTO, false, qr->work, qr->modules);
}

static bool encode_ascii(struct qr *qr, const char *text)
{
	return qrcodegen_encodeText(text, qr->work, qr->modules, qrcodegen_Ecc_MEDIUM, qrcodegen_VERSION_MIN,
	                            qrcodegen_VERSION_MAX, qrcodegen_Mask_AUTO, false);
}

static nmk_status qr_make(struct qr *qr, const char *text)
{
	size_t length = text ? strnlen(text, TEXT_MAXIMUM + 1) : 0;

	if (length < 1 || length > TEXT_MAXIMUM)
		return NMK_EINVALID;
	if (is_ascii(text) ? !encode_ascii(qr, text) : (!text_is_valid_utf8(text, length) || !encode_utf8(qr, text, length)))
		return NMK_EINVALID;
	qr->size = qrcodegen_getSize(qr->modules) + 2 * QUIET;
	return NMK_OK;
}

/* What lies outside is light. */
static bool is_dark(const struct qr *qr, int x, int y)
{
	return qrcodegen_getModule(qr->modules, x - QUIET, y - QUIET);
}

/* Memory of the picture's full size: what grew would leave parts of it behind. */
struct canvas {
	char  *image;
	size_t size, at;
};

static void put(struct canvas *canvas, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct canvas *canvas, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	canvas->at += (size_t)vsnprintf(canvas->image + canvas->at, canvas->size - canvas->at, format, arguments);
	va_end(arguments);
}

static nmk_status qr_draw(const char *text, char **image, size_t (*room)(const struct qr *qr),
                          void (*draw)(const struct qr *qr, struct canvas *canvas))
{
	struct canvas canvas = { 0 };
	struct qr qr;
	nmk_status rc;

	if (!image)
		return NMK_EINVALID;
	*image = NULL;
	rc = qr_make(&qr, text);
	if (rc == NMK_OK) {
		canvas.size = room(&qr);
		canvas.image = malloc(canvas.size);
		rc = canvas.image ? NMK_OK : NMK_ENOMEM;
	}
	if (rc == NMK_OK)
		draw(&qr, &canvas);
	*image = canvas.image;
	sodium_memzero(&qr, sizeof qr);
	return rc;
}

/* ---- SVG ---- */

#define SVG_FRAME 300           /* bytes around the runs */

/* How many dark modules lie in a row from there on. */
static int dark_run(const struct qr *qr, int x, int y)
{
	int length = 0;

	while (is_dark(qr, x + length, y))
		length++;
	return length;
}

static size_t svg_room(const struct qr *qr)
{
	size_t runs = 0;

	for (int y = 0; y < qr->size; y++)
		for (int x = 0; x < qr->size; x++)
			runs += is_dark(qr, x, y) && !is_dark(qr, x - 1, y);
	return SVG_FRAME + runs * RUN_BYTES;
}

static void svg_draw(const struct qr *qr, struct canvas *canvas)
{
	int size = qr->size;

	put(canvas, "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">",
	    size, size);
	put(canvas, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path fill=\"#000\" d=\"", size, size);
	for (int y = 0; y < size; y++)
		for (int x = 0; x < size; x++) {
			int run = dark_run(qr, x, y);

			if (run > 0)
				put(canvas, "M%d,%dh%dv1h-%dz", x, y, run, run);
			x += run;
		}
	put(canvas, "\"/></svg>\n");
}

nmk_status nmk_qr_svg(const char *text, char **image)
{
	return qr_draw(text, image, svg_room, svg_draw);
}

/* ---- terminal ---- */

/* Two modules a character, one above the other. The light ones are drawn: letters of a terminal are light. */
static void text_draw(const struct qr *qr, struct canvas *canvas)
{
	static const char *const halves[2][2] = { { "\u2588", "\u2580" }, { "\u2584", " " } };  /* [upper dark][lower dark] */

	for (int y = 0; y < qr->size; y += 2) {
		for (int x = 0; x < qr->size; x++)
			put(canvas, "%s", halves[is_dark(qr, x, y)][is_dark(qr, x, y + 1)]);
		put(canvas, "\n");
	}
}

static size_t text_room(const struct qr *qr)
{
	size_t size = (size_t)qr->size;

	return (size + 1) / 2 * (3 * size + 1) + 1;
}

nmk_status nmk_qr_text(const char *text, char **image)
{
	return qr_draw(text, image, text_room, text_draw);
}
