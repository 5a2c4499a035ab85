/* document.c -- the parts of a document, and how Markdown becomes one.
 *
 * The Markdown is the part of it that a short lesson needs: headings, paragraphs, lists, quotes, fenced code, and inside a
 * text **strong**, *emphasis* and `code`. The first "# " heading is the title.
 *
 * A section "## Quiz" holds questions and lasts until the next heading:
 *
 *     1. The question?
 *        - [ ] a wrong choice
 *        - [x] a right choice
 *        Antwort: what is right and why ("Answer:" in English)
 *
 * Choices and answer may each be missing, not both.
 */
#include "pack.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

void pack_document_block(struct pack_document *document, enum pack_kind kind, unsigned depth,
                         const char *label, const char *text)
{
	struct pack_block *block;

	document->blocks = pack_resize(document->blocks, document->block_count + 1, sizeof *document->blocks);
	block = &document->blocks[document->block_count++];
	block->kind = kind;
	block->depth = depth;
	block->label = label ? pack_copy(label) : NULL;
	block->text = pack_copy(text);
}

static void question_free(struct pack_question *question)
{
	free(question->text);
	free(question->answer);
	for (size_t i = 0; i < question->choice_count; i++)
		free(question->choices[i].text);
}

void pack_document_free(struct pack_document *document)
{
	for (size_t i = 0; i < document->block_count; i++) {
		free(document->blocks[i].label);
		free(document->blocks[i].text);
	}
	for (size_t i = 0; i < document->question_count; i++)
		question_free(&document->questions[i]);
	free(document->blocks);
	free(document->questions);
	free(document->title);
	free(document->language);
	*document = (struct pack_document){ 0 };
}

/* ---- Markdown ---- */

struct markdown {
	struct pack_document *document;
	struct pack_text      pending;      /* lines of a paragraph, item or quote          */
	enum pack_kind        kind;         /* what the pending text will be                */
	unsigned              depth;
	char                  label[16];
	bool                  in_code;
	bool                  in_quiz;
};

static void flush(struct markdown *markdown)
{
	if (markdown->pending.length)
		pack_document_block(markdown->document, markdown->kind, markdown->depth,
		                    markdown->label[0] ? markdown->label : NULL, markdown->pending.data);
	pack_text_free(&markdown->pending);
	markdown->kind = PACK_PARAGRAPH;
	markdown->depth = 0;
	markdown->label[0] = '\0';
}

static void append(struct markdown *markdown, const char *line)
{
	if (markdown->pending.length)
		pack_text_put(&markdown->pending, " ");
	pack_text_put(&markdown->pending, line);
}

/* Length of "12. " at the start of a line, 0 if there is none. */
static size_t number_length(const char *line)
{
	size_t digits = strspn(line, "0123456789");

	return digits > 0 && digits < 4 && line[digits] == '.' && line[digits + 1] == ' ' ? digits + 2 : 0;
}

static void begin(struct markdown *markdown, enum pack_kind kind, unsigned depth, const char *line)
{
	flush(markdown);
	markdown->kind = kind;
	markdown->depth = depth;
	append(markdown, line);
}

static void heading(struct markdown *markdown, const char *line)
{
	size_t level = strspn(line, "#");
	const char *text = line + level + strspn(line + level, " ");

	flush(markdown);
	markdown->in_quiz = level == 2 && strcmp(text, "Quiz") == 0;
	if (markdown->in_quiz)
		return;
	if (level == 1 && !markdown->document->title)
		markdown->document->title = pack_copy(text);
	else if (level > 1)
		pack_document_block(markdown->document, level > 2 ? PACK_SUBHEADING : PACK_HEADING, 0, NULL, text);
}

static void prose_line(struct markdown *markdown, const char *line)
{
	size_t indent = strspn(line, " ");
	const char *text = line + indent;
	size_t number = number_length(text);

	if (!*text) {
		flush(markdown);
	} else if (number) {
		begin(markdown, PACK_ITEM, (unsigned)(indent / 2), text + number);
		memcpy(markdown->label, text, number - 1);
		markdown->label[number - 1] = '\0';
	} else if (strncmp(text, "- ", 2) == 0 || strncmp(text, "* ", 2) == 0) {
		begin(markdown, PACK_ITEM, (unsigned)(indent / 2), text + 2);
	} else if (strncmp(text, "> ", 2) == 0 && markdown->kind != PACK_QUOTE) {
		begin(markdown, PACK_QUOTE, 0, text + 2);
	} else {
		append(markdown, strncmp(text, "> ", 2) == 0 ? text + 2 : text);
	}
}

/* ---- the quiz ---- */

static void question_begin(struct pack_document *document, const char *text)
{
	struct pack_question *question;

	document->questions = pack_resize(document->questions, document->question_count + 1, sizeof *document->questions);
	question = &document->questions[document->question_count++];
	*question = (struct pack_question){ 0 };
	question->text = pack_copy(text);
}

static void choice_add(struct pack_question *question, const char *line)
{
	struct pack_choice *choice;

	if (question->choice_count == PACK_CHOICES_MAX) {
		pack_complain(question->text, "has too many choices");
		return;
	}
	choice = &question->choices[question->choice_count++];
	choice->correct = line[3] == 'x';
	choice->text = pack_copy(line + strlen("- [x] "));
}

static const char *answer_text(const char *line)
{
	static const char *const words[] = { "Antwort: ", "Answer: " };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strncmp(line, words[i], strlen(words[i])) == 0)
			return line + strlen(words[i]);
	return NULL;
}

static void quiz_line(struct pack_document *document, const char *line)
{
	const char *text = line + strspn(line, " ");
	const char *answer = answer_text(text);
	struct pack_question *question;

	if (number_length(text)) {
		question_begin(document, text + number_length(text));
		return;
	}
	if (!*text || !document->question_count)
		return;
	question = &document->questions[document->question_count - 1];
	if (strncmp(text, "- [ ] ", 6) == 0 || strncmp(text, "- [x] ", 6) == 0) {
		choice_add(question, text);
	} else if (answer && !question->answer) {
		question->answer = pack_copy(answer);
	} else {
		pack_complain(text, "is neither question, choice nor answer");
	}
}

static void markdown_line(struct markdown *markdown, const char *line)
{
	if (strncmp(line, "```", 3) == 0) {
		flush(markdown);
		markdown->in_code = !markdown->in_code;
	} else if (markdown->in_code) {
		pack_document_block(markdown->document, PACK_CODE, 0, NULL, line);
	} else if (line[0] == '#' && strchr("# ", line[1])) {
		heading(markdown, line);
	} else if (markdown->in_quiz) {
		quiz_line(markdown->document, line);
	} else {
		prose_line(markdown, line);
	}
}

void pack_document_markdown(struct pack_document *document, const char *source)
{
	struct markdown markdown = { .document = document, .kind = PACK_PARAGRAPH };

	document->markup = true;
	while (*source) {
		size_t length = strcspn(source, "\n");
		size_t kept = length && source[length - 1] == '\r' ? length - 1 : length;
		char *line;

		while (kept && source[kept - 1] == ' ')
			kept--;
		line = pack_copy_part(source, kept);
		markdown_line(&markdown, line);
		free(line);
		source += length + (source[length] == '\n');
	}
	flush(&markdown);
}

/* ---- the quiz as JSON ---- */

static json_t *question_json(const struct pack_question *question)
{
	json_t *object = json_object(), *choices = json_array();

	json_object_set_new(object, "question", json_string(question->text));
	for (size_t i = 0; i < question->choice_count; i++)
		json_array_append_new(choices, json_pack("{s:s, s:b}", "text", question->choices[i].text,
		                                         "correct", question->choices[i].correct));
	json_object_set_new(object, "choices", choices);
	json_object_set_new(object, "answer", question->answer ? json_string(question->answer) : json_null());
	return object;
}

char *pack_document_quiz(const struct pack_document *document)
{
	json_t *quiz, *questions = json_array();
	char *text;

	for (size_t i = 0; i < document->question_count; i++)
		json_array_append_new(questions, question_json(&document->questions[i]));
	if (!document->question_count) {
		json_decref(questions);
		return NULL;
	}
	quiz = json_pack("{s:s, s:s, s:o}", "title", document->title, "language", document->language,
	                 "questions", questions);
	text = json_dumps(quiz, JSON_INDENT(2));
	json_decref(quiz);
	return text;
}
