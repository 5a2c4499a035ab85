/* pdf.c -- set a document as A4 pages.
 *
 * The fonts are the built-in ones, in the WinAnsi encoding: nothing to embed, and all that German needs. A text is cut
 * into pieces of one style; pieces without a space between them stay together on a line.
 */
#include "pack.h"

#include <hpdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum style { STYLE_PLAIN, STYLE_STRONG, STYLE_EMPHASIS, STYLE_CODE, STYLE_COUNT };

enum {
	PAGE_WIDTH = 595, PAGE_HEIGHT = 842,                 /* points; A4 */
	MARGIN_LEFT = 68, MARGIN_RIGHT = 68, MARGIN_TOP = 64, MARGIN_BOTTOM = 72,
	FOOTER_HEIGHT = 40, LIST_INDENT = 16, CODE_INDENT = 10
};

struct look {
	enum style style;        /* of text without markup        */
	float      size;
	float      leading;      /* from one line to the next     */
	float      before;       /* white above the block         */
	float      grey;         /* 0 is black                    */
	float      blue;         /* added to the blue part        */
};

static const struct look look_title      = { STYLE_STRONG, 20.0f, 25.0f, 0.0f, 0.12f, 0.28f };
static const struct look look_heading    = { STYLE_STRONG, 13.0f, 17.0f, 14.0f, 0.12f, 0.28f };
static const struct look look_subheading = { STYLE_STRONG, 11.0f, 15.0f, 9.0f, 0.15f, 0.0f };
static const struct look look_paragraph  = { STYLE_PLAIN, 10.5f, 15.0f, 6.0f, 0.0f, 0.0f };
static const struct look look_item       = { STYLE_PLAIN, 10.5f, 15.0f, 2.5f, 0.0f, 0.0f };
static const struct look look_quote      = { STYLE_EMPHASIS, 10.5f, 15.0f, 6.0f, 0.25f, 0.0f };
static const struct look look_code       = { STYLE_CODE, 9.5f, 12.5f, 0.0f, 0.1f, 0.0f };
static const struct look look_footer     = { STYLE_PLAIN, 8.5f, 10.0f, 0.0f, 0.45f, 0.0f };

struct piece {
	struct pack_text text;   /* WinAnsi                       */
	enum style       style;
	bool             spaced; /* a space before it             */
};

struct pieces {
	struct piece *items;
	size_t        count;
};

struct layout {
	HPDF_Doc   pdf;
	HPDF_Font  fonts[STYLE_COUNT];
	HPDF_Page *pages;
	size_t     page_count;
	float      x, y;         /* where the next piece begins   */
	float      left;         /* where the lines begin         */
};

static size_t replaced;

void pack_pdf_note(void)
{
	char text[96];

	if (!replaced)
		return;
	snprintf(text, sizeof text, "%zu characters outside WinAnsi are printed as '?' in the PDF", replaced);
	pack_complain("note", text);
}

/* ---- characters ---- */

unsigned long pack_utf8_next(const char **text)
{
	const unsigned char *byte = (const unsigned char *)*text;
	unsigned long point = *byte;
	int more = point < 0x80 ? 0 : point < 0xC2 ? -1 : point < 0xE0 ? 1 : point < 0xF0 ? 2 : point < 0xF5 ? 3 : -1;

	*text += 1;
	if (more < 0)
		return 0xFFFD;
	if (more > 0)
		point &= 0x3FUL >> more;
	for (int i = 1; i <= more; i++) {
		if ((byte[i] & 0xC0) != 0x80)
			return 0xFFFD;
		point = point << 6 | (byte[i] & 0x3F);
		*text += 1;
	}
	return point;
}

/* The 27 characters that Windows-1252 has between 0x80 and 0x9F; 0 where it has none. */
static const unsigned short winansi_high[32] = {
	0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
	0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178
};

/* One byte of WinAnsi, 0 for what has no width and is left out. */
static unsigned char winansi(unsigned long point)
{
	if (point == 0x202F || point == 0x2007)
		return 0xA0;
	if (point == 0xAD || (point >= 0x200B && point <= 0x200F) || point == 0xFEFF || (point < 0x20 && point != '\t'))
		return 0;
	if (point < 0x80 || (point >= 0xA0 && point <= 0xFF))
		return (unsigned char)point;
	for (unsigned i = 0; i < 32; i++)
		if (winansi_high[i] == point)
			return (unsigned char)(0x80 + i);
	replaced++;
	return '?';
}

static void winansi_add(struct pack_text *out, unsigned long point)
{
	char byte = (char)winansi(point);

	if (byte)
		pack_text_add(out, &byte, 1);
}

static char *winansi_copy(const char *text)
{
	struct pack_text copy = { 0 };

	pack_text_add(&copy, "", 0);
	while (*text)
		winansi_add(&copy, pack_utf8_next(&text));
	return copy.data;
}

/* ---- pieces ---- */

static struct piece *piece_begin(struct pieces *pieces, enum style style, bool spaced)
{
	struct piece *piece;

	pieces->items = pack_resize(pieces->items, pieces->count + 1, sizeof *pieces->items);
	piece = &pieces->items[pieces->count++];
	*piece = (struct piece){ .style = style, .spaced = spaced };
	pack_text_add(&piece->text, "", 0);
	return piece;
}

static void pieces_free(struct pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++)
		pack_text_free(&pieces->items[i].text);
	free(pieces->items);
}

/* The style after a mark of Markdown, and the length of the mark; 0 if it is an ordinary character. */
static size_t mark_length(const char *text, enum style now, bool space_before, enum style *next)
{
	bool closes = !space_before && now != STYLE_PLAIN;

	if (*text == '`') {
		*next = now == STYLE_CODE ? STYLE_PLAIN : STYLE_CODE;
		return 1;
	}
	if (now == STYLE_CODE || *text != '*')
		return 0;
	if (text[1] == '*') {
		*next = now == STYLE_STRONG ? STYLE_PLAIN : STYLE_STRONG;
		return 2;
	}
	if (!closes && (text[1] == ' ' || text[1] == '\0'))
		return 0;
	*next = now == STYLE_EMPHASIS ? STYLE_PLAIN : STYLE_EMPHASIS;
	return 1;
}

static void pieces_cut(struct pieces *pieces, const char *text, enum style base, bool markup)
{
	enum style style = STYLE_PLAIN, next;
	struct piece *piece = NULL;
	bool spaced = false;

	while (*text) {
		size_t mark = markup ? mark_length(text, style, spaced, &next) : 0;

		if (mark) {
			style = next;
			text += mark;
			piece = NULL;
		} else if (*text == ' ' || *text == '\t') {
			spaced = true;
			piece = NULL;
			text++;
		} else {
			if (!piece)
				piece = piece_begin(pieces, style == STYLE_PLAIN ? base : style, spaced);
			spaced = false;
			winansi_add(&piece->text, pack_utf8_next(&text));
		}
	}
}

/* ---- pages ---- */

static void page_begin(struct layout *layout)
{
	HPDF_Page page = HPDF_AddPage(layout->pdf);

	HPDF_Page_SetSize(page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_PORTRAIT);
	layout->pages = pack_resize(layout->pages, layout->page_count + 1, sizeof *layout->pages);
	layout->pages[layout->page_count++] = page;
	layout->y = PAGE_HEIGHT - MARGIN_TOP;
}

static HPDF_Page page_now(const struct layout *layout)
{
	return layout->pages[layout->page_count - 1];
}

static bool page_is_fresh(const struct layout *layout)
{
	return layout->y >= PAGE_HEIGHT - MARGIN_TOP;
}

static void page_need(struct layout *layout, float height)
{
	if (layout->y - height < MARGIN_BOTTOM)
		page_begin(layout);
}

static float text_width(const struct layout *layout, enum style style, float size, const char *text, size_t length)
{
	HPDF_TextWidth width = HPDF_Font_TextWidth(layout->fonts[style], (const HPDF_BYTE *)text, (HPDF_UINT)length);

	return (float)width.width * size / 1000.0f;
}

/* Print bytes at a place. A space that must not break the line is printed as an ordinary one. */
static void print_at(const struct layout *layout, HPDF_Page page, const struct look *look, enum style style, float x,
                     float y, const char *text, size_t length)
{
	char *copy = pack_copy_part(text, length);

	for (size_t i = 0; i < length; i++)
		if ((unsigned char)copy[i] == 0xA0)
			copy[i] = ' ';
	HPDF_Page_SetRGBFill(page, look->grey, look->grey + look->blue / 2, look->grey + look->blue);
	HPDF_Page_SetFontAndSize(page, layout->fonts[style], look->size);
	HPDF_Page_BeginText(page);
	HPDF_Page_TextOut(page, x, y, copy);
	HPDF_Page_EndText(page);
	free(copy);
}

/* ---- lines ---- */

static void line_begin(struct layout *layout, const struct look *look)
{
	page_need(layout, look->leading);
	layout->y -= look->leading;
	layout->x = layout->left;
}

/* How much of the text fits into the rest of the line; at least one character on an empty line. */
static size_t fitting(const struct layout *layout, const struct look *look, const struct piece *piece, size_t from)
{
	size_t length = piece->text.length - from;
	float room = PAGE_WIDTH - MARGIN_RIGHT - layout->x;

	while (length > 1 && text_width(layout, piece->style, look->size, piece->text.data + from, length) > room)
		length--;
	return length;
}

static void print_piece(struct layout *layout, const struct look *look, const struct piece *piece)
{
	for (size_t from = 0; from < piece->text.length; ) {
		size_t length = fitting(layout, look, piece, from);

		print_at(layout, page_now(layout), look, piece->style, layout->x, layout->y, piece->text.data + from, length);
		layout->x += text_width(layout, piece->style, look->size, piece->text.data + from, length);
		from += length;
		if (from < piece->text.length)
			line_begin(layout, look);
	}
}

/* The pieces from first on that have no space between them; *width is what they take together. */
static size_t group_end(const struct layout *layout, const struct look *look, const struct pieces *pieces, size_t first,
                        float *width)
{
	size_t end = first;

	*width = 0;
	do {
		const struct piece *piece = &pieces->items[end++];

		*width += text_width(layout, piece->style, look->size, piece->text.data, piece->text.length);
	} while (end < pieces->count && !pieces->items[end].spaced);
	return end;
}

static void print_pieces(struct layout *layout, const struct look *look, const struct pieces *pieces)
{
	float space = text_width(layout, STYLE_PLAIN, look->size, " ", 1);
	float width;
	bool empty = true;

	for (size_t first = 0, end; first < pieces->count; first = end, empty = false) {
		end = group_end(layout, look, pieces, first, &width);
		if (!empty && layout->x + space + width > PAGE_WIDTH - MARGIN_RIGHT)
			line_begin(layout, look);
		else if (!empty)
			layout->x += space;
		for (size_t i = first; i < end; i++)
			print_piece(layout, look, &pieces->items[i]);
	}
}

/* One block: white, perhaps a label in the margin of the list, then the text. */
static void print_block(struct layout *layout, const struct look *look, float indent, const char *label, const char *text,
                        bool markup)
{
	struct pieces pieces = { 0 };

	if (!page_is_fresh(layout))
		layout->y -= look->before;
	layout->left = MARGIN_LEFT + indent;
	pieces_cut(&pieces, text, look->style, markup);
	line_begin(layout, look);
	if (label) {
		char *bytes = winansi_copy(label);
		float width = text_width(layout, STYLE_PLAIN, look->size, bytes, strlen(bytes));

		print_at(layout, page_now(layout), look, STYLE_PLAIN, layout->left - width - 5.0f, layout->y, bytes, strlen(bytes));
		free(bytes);
	}
	print_pieces(layout, look, &pieces);
	pieces_free(&pieces);
}

/* Code keeps its spaces: they are made unbreakable before the line is cut. */
static void print_code(struct layout *layout, const char *text, bool first)
{
	struct pack_text line = { 0 };

	if (first)
		layout->y -= look_paragraph.before;
	pack_text_put(&line, "");
	for (; *text; text++) {
		if (*text == ' ')
			pack_text_put(&line, "\xC2\xA0");
		else if (*text == '\t')
			pack_text_put(&line, "\xC2\xA0\xC2\xA0\xC2\xA0\xC2\xA0");
		else
			pack_text_add(&line, text, 1);
	}
	print_block(layout, &look_code, CODE_INDENT, NULL, line.data, false);
	pack_text_free(&line);
}

static void print_heading(struct layout *layout, const struct look *look, const char *text, bool markup)
{
	page_need(layout, look->before + look->leading + 2 * look_paragraph.leading + look_paragraph.before);
	print_block(layout, look, 0, NULL, text, markup);
}

/* ---- the document ---- */

static void print_title(struct layout *layout, const char *title)
{
	HPDF_Page page;

	print_block(layout, &look_title, 0, NULL, title, false);
	page = page_now(layout);
	layout->y -= 9.0f;
	HPDF_Page_SetRGBStroke(page, look_title.grey, look_title.grey + look_title.blue / 2, look_title.grey + look_title.blue);
	HPDF_Page_SetLineWidth(page, 1.0f);
	HPDF_Page_MoveTo(page, MARGIN_LEFT, layout->y);
	HPDF_Page_LineTo(page, PAGE_WIDTH - MARGIN_RIGHT, layout->y);
	HPDF_Page_Stroke(page);
	layout->y -= 4.0f;
}

static void print_document_block(struct layout *layout, const struct pack_document *document, size_t index)
{
	const struct pack_block *block = &document->blocks[index];
	float indent = LIST_INDENT * (float)(block->depth < 6 ? block->depth + 1 : 6);

	switch (block->kind) {
	case PACK_HEADING:
		print_heading(layout, &look_heading, block->text, document->markup);
		break;
	case PACK_SUBHEADING:
		print_heading(layout, &look_subheading, block->text, document->markup);
		break;
	case PACK_PARAGRAPH:
		print_block(layout, &look_paragraph, 0, NULL, block->text, document->markup);
		break;
	case PACK_ITEM:
		print_block(layout, &look_item, indent, block->label ? block->label : "\xE2\x80\xA2", block->text, document->markup);
		break;
	case PACK_QUOTE:
		print_block(layout, &look_quote, LIST_INDENT, NULL, block->text, document->markup);
		break;
	case PACK_CODE:
		print_code(layout, block->text, index == 0 || document->blocks[index - 1].kind != PACK_CODE);
		break;
	}
}

/* A question and its choices are kept on one page. */
static float question_height(const struct pack_question *question)
{
	return 2 * look_paragraph.leading + look_paragraph.before
	     + (float)question->choice_count * (look_item.leading + look_item.before);
}

static void print_question(struct layout *layout, const struct pack_question *question, size_t number)
{
	char label[24];

	snprintf(label, sizeof label, "%zu.", number);
	page_need(layout, question_height(question));
	print_block(layout, &look_paragraph, LIST_INDENT, label, question->text, true);
	for (size_t i = 0; i < question->choice_count; i++) {
		snprintf(label, sizeof label, "%c)", (char)('a' + i));
		print_block(layout, &look_item, 2.2f * LIST_INDENT, label, question->choices[i].text, true);
	}
}

/* "b) the right choice – why it is right" */
static void print_answer(struct layout *layout, const struct pack_question *question, size_t number)
{
	struct pack_text text = { 0 };
	char label[24];

	pack_text_put(&text, "");
	for (size_t i = 0; i < question->choice_count; i++) {
		if (!question->choices[i].correct)
			continue;
		snprintf(label, sizeof label, "%s**%c)** ", text.length ? " " : "", (char)('a' + i));
		pack_text_put(&text, label);
		pack_text_put(&text, question->choices[i].text);
	}
	if (question->answer && text.length)
		pack_text_put(&text, " – ");
	if (question->answer)
		pack_text_put(&text, question->answer);
	snprintf(label, sizeof label, "%zu.", number);
	print_block(layout, &look_item, LIST_INDENT, label, text.data, true);
	pack_text_free(&text);
}

/* The answers stand after all questions, so that nobody reads them by accident. */
static void print_quiz(struct layout *layout, const struct pack_document *document)
{
	bool german = strcmp(document->language, "de") == 0;

	if (!document->question_count)
		return;
	page_need(layout, look_heading.before + look_heading.leading + question_height(&document->questions[0]));
	print_heading(layout, &look_heading, "Quiz", false);
	for (size_t i = 0; i < document->question_count; i++)
		print_question(layout, &document->questions[i], i + 1);
	print_heading(layout, &look_heading, german ? "Lösungen" : "Answers", false);
	for (size_t i = 0; i < document->question_count; i++)
		print_answer(layout, &document->questions[i], i + 1);
}

static void print_footers(struct layout *layout, const struct pack_document *document)
{
	bool german = strcmp(document->language, "de") == 0;
	const enum style style = look_footer.style;
	float right = PAGE_WIDTH - MARGIN_RIGHT;
	char *title = winansi_copy(document->title);
	size_t shown = strlen(title);
	char text[64];

	while (shown && text_width(layout, style, look_footer.size, title, shown) > right - MARGIN_LEFT - 80.0f)
		shown--;
	for (size_t i = 0; i < layout->page_count; i++) {
		int length = snprintf(text, sizeof text, german ? "Seite %zu von %zu" : "Page %zu of %zu", i + 1, layout->page_count);
		float width = text_width(layout, style, look_footer.size, text, (size_t)length);

		print_at(layout, layout->pages[i], &look_footer, style, MARGIN_LEFT, FOOTER_HEIGHT, title, shown);
		print_at(layout, layout->pages[i], &look_footer, style, right - width, FOOTER_HEIGHT, text, (size_t)length);
	}
	free(title);
}

/* ---- the file ---- */

static void set_info(HPDF_Doc pdf, const struct pack_document *document)
{
	time_t when = pack_date();
	struct tm utc = { 0 };
	HPDF_Date date = { 0 };
	char *title = winansi_copy(document->title);

	gmtime_r(&when, &utc);
	date.year = utc.tm_year + 1900;
	date.month = utc.tm_mon + 1;
	date.day = utc.tm_mday;
	date.hour = utc.tm_hour;
	date.minutes = utc.tm_min;
	date.seconds = utc.tm_sec;
	date.ind = 'Z';
	HPDF_SetInfoDateAttr(pdf, HPDF_INFO_CREATION_DATE, date);
	HPDF_SetInfoDateAttr(pdf, HPDF_INFO_MOD_DATE, date);
	HPDF_SetCurrentEncoder(pdf, "WinAnsiEncoding");
	HPDF_SetInfoAttr(pdf, HPDF_INFO_TITLE, title);
	free(title);
}

static void load_fonts(struct layout *layout)
{
	static const char *const names[STYLE_COUNT] = { "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Courier" };

	for (int i = 0; i < STYLE_COUNT; i++)
		layout->fonts[i] = HPDF_GetFont(layout->pdf, names[i], "WinAnsiEncoding");
}

static bool take_stream(HPDF_Doc pdf, struct pack_text *out)
{
	HPDF_BYTE buffer[8192];
	HPDF_UINT32 size;

	if (HPDF_SaveToStream(pdf) != HPDF_OK || HPDF_ResetStream(pdf) != HPDF_OK)
		return false;
	for (;;) {
		size = sizeof buffer;
		HPDF_ReadFromStream(pdf, buffer, &size);
		if (!size)
			break;
		pack_text_add(out, (const char *)buffer, size);
	}
	return out->length > 0;
}

bool pack_pdf(const struct pack_document *document, struct pack_text *out)
{
	struct layout layout = { .pdf = HPDF_New(NULL, NULL), .left = MARGIN_LEFT };
	bool done;

	*out = (struct pack_text){ 0 };
	if (!layout.pdf)
		return false;
	HPDF_SetCompressionMode(layout.pdf, HPDF_COMP_ALL);
	set_info(layout.pdf, document);
	load_fonts(&layout);
	page_begin(&layout);
	print_title(&layout, document->title);
	for (size_t i = 0; i < document->block_count; i++)
		print_document_block(&layout, document, i);
	print_quiz(&layout, document);
	print_footers(&layout, document);
	done = HPDF_GetError(layout.pdf) == HPDF_OK && take_stream(layout.pdf, out);
	if (!done)
		pack_complain(document->title, "the PDF library failed");
	HPDF_Free(layout.pdf);
	free(layout.pages);
	return done;
}
