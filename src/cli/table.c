#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "output.h"

#define GAP           2
#define FLEXIBLE_LEAST 16

void table_begin(struct table *table, const char *const *headings, size_t flexible)
{
	memset(table, 0, sizeof *table);
	table->headings = headings;
	table->flexible = flexible;
	while (headings[table->columns])
		table->columns++;
}

static void one_line(char *text)
{
	for (; *text; text++)
		if (*text == '\n' || *text == '\t')
			*text = ' ';
}

void table_cell(struct table *table, const char *text)
{
	if (table->count == table->capacity) {
		size_t capacity = table->capacity ? table->capacity * 2 : 64;
		char **cells = realloc(table->cells, capacity * sizeof *cells);

		if (!cells) {
			table->failed = true;
			return;
		}
		table->cells = cells;
		table->capacity = capacity;
	}
	table->cells[table->count] = strdup(text ? text : "");
	if (table->cells[table->count])
		one_line(table->cells[table->count++]);
	else
		table->failed = true;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *heading(const struct table *table, size_t column)
{
	return tr(table->headings[column]);
}
#pragma GCC diagnostic pop

static void measure(const struct table *table, int widths[TABLE_COLUMNS_MAXIMUM])
{
	int room = terminal_width(), sum = 0;

	for (size_t column = 0; column < table->columns; column++)
		widths[column] = text_width(heading(table, column));
	for (size_t i = 0; i < table->count; i++) {
		int width = text_width(table->cells[i]);

		if (width > widths[i % table->columns])
			widths[i % table->columns] = width;
	}
	for (size_t column = 0; column < table->columns; column++)
		sum += widths[column] + (column > 0 ? GAP : 0);
	if (room && sum > room) {
		widths[table->flexible] -= sum - room;
		if (widths[table->flexible] < FLEXIBLE_LEAST)
			widths[table->flexible] = FLEXIBLE_LEAST;
	}
}

static void print_cell(const char *text, int width, bool last)
{
	int shown = text_width(text);

	if (shown > width) {
		char *cut = strdup(text);

		if (cut) {
			cut[text_fit(cut, width - 1)] = '\0';
			print_clean(stdout, cut, false);
			fputs("\xE2\x80\xA6", stdout);
			shown = text_width(cut) + 1;
			free(cut);
		}
	} else {
		print_clean(stdout, text, false);
	}
	if (last)
		putchar('\n');
	else
		printf("%*s", width - shown + GAP, "");
}

void table_print(const struct table *table, const struct cli *cli)
{
	int widths[TABLE_COLUMNS_MAXIMUM];

	measure(table, widths);
	color_on(cli, "1");
	for (size_t column = 0; column < table->columns; column++)
		print_cell(heading(table, column), widths[column], column + 1 == table->columns);
	color_off(cli);
	for (size_t i = 0; i < table->count; i++) {
		size_t column = i % table->columns;

		print_cell(table->cells[i], widths[column], column + 1 == table->columns);
	}
}

void table_clear(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	memset(table, 0, sizeof *table);
}
