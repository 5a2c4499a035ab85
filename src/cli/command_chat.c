/* command_chat.c -- chats about nanos, for the two who talk; reports and disabled chats, for the staff. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "list.h"
#include "output.h"

#define TEXT_SIZE 8192   /* a message has 4000 bytes at most */

/* ---- chats ---- */

int run_chat_open(struct cli *cli)
{
	nmk_chat *chat = NULL;
	bool created = false;
	nmk_status rc = nmk_chat_open(cli->session, cli->arguments.words[0], &chat, &created);
	int code = EXIT_DONE;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		code = finish_json(cli, nmk_chat_json(chat));
	else
		say(cli, "%s: %s", created ? tr("Chat begun") : tr("There is a chat already"), nmk_chat_id(chat));
	nmk_chat_free(chat);
	return code;
}

static nmk_status fetch_chats(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_chat_list_options options = *(const nmk_chat_list_options *)context;
	nmk_chat_page *chats = NULL;
	nmk_status rc;

	options.cursor = cursor;
	options.limit = limit;
	rc = nmk_chat_list(cli->session, &options, &chats);
	*page = chats;
	return rc;
}

static void chat_row(struct table *table, const void *item)
{
	const nmk_chat *chat = item;
	char time[TIME_SIZE], unread[TIME_SIZE];

	snprintf(unread, sizeof unread, "%lld", (long long)nmk_chat_unread_count(chat));
	table_cell(table, nmk_chat_id(chat));
	table_cell(table, nmk_chat_partner(chat));
	table_cell(table, nmk_chat_unread_count(chat) ? unread : NULL);
	table_cell(table, time_text(nmk_chat_last_message_at(chat), time));
	table_cell(table, nmk_chat_nano_title(chat));
	table_cell(table, nmk_chat_last_message(chat));
}

int run_chat_list(struct cli *cli)
{
	static const char *const headings[] = { "ID", "PARTNER", "UNREAD", "LAST MESSAGE AT", "NANO", "LAST MESSAGE", NULL };
	nmk_chat_list_options options = NMK_CHAT_LIST_OPTIONS_INIT;
	const struct list list = {
		.kind = &chat_pages, .fetch = fetch_chats, .context = &options, .headings = headings, .flexible = 5, .row = chat_row,
	};

	options.nano_id = option_text(&cli->arguments, "nano");
	if (option_given(&cli->arguments, "archived"))
		options.status = NMK_CHAT_ARCHIVED;
	return list_run(cli, &list);
}

/* ---- messages ---- */

static void print_message(const struct cli *cli, const nmk_message *message)
{
	char time[TIME_SIZE];

	color_on(cli, "2");
	printf("%lld  %s  ", (long long)nmk_message_sequence(message), time_text(nmk_message_created_at(message), time));
	color_off(cli);
	color_on(cli, "1");
	print_clean(stdout, nmk_message_author(message), false);
	color_off(cli);
	fputs(": ", stdout);
	if (nmk_message_erased(message))
		fputs(tr("(message deleted)"), stdout);
	if (nmk_message_ciphertext(message) && !nmk_message_text(message))
		fputs(tr("(end-to-end encrypted)"), stdout);
	if (nmk_message_text(message))
		print_clean(stdout, nmk_message_text(message), true);
	if (nmk_message_attachment_name(message)) {
		fputs(nmk_message_text(message) ? " [" : "[", stdout);
		print_clean(stdout, nmk_message_attachment_name(message), false);
		printf(", %s]", size_text(nmk_message_attachment_size(message), time));
	}
	putchar('\n');
}

static int print_messages(const struct cli *cli, nmk_message_page *page)
{
	int code = EXIT_DONE;

	if (cli->json) {
		code = finish_json(cli, nmk_message_page_json(page));
	} else {
		for (size_t i = 0; i < nmk_message_page_count(page); i++)
			print_message(cli, nmk_message_page_item(page, i));
		if (nmk_message_page_count(page) == 0)
			say(cli, "%s", tr("Nothing there."));
	}
	nmk_message_page_free(page);
	return code;
}

static int show_messages(struct cli *cli, const char *id, int64_t since, int32_t limit)
{
	nmk_message_page *page = NULL;
	nmk_status rc = nmk_chat_messages(cli->session, id, since, limit, &page);

	return rc == NMK_OK ? print_messages(cli, page) : fail_session(cli, rc);
}

/* The number of the last message; negative: it was told why there is none. */
static int64_t last_of(struct cli *cli, const char *id, int *code)
{
	nmk_chat *chat = NULL;
	nmk_status rc = nmk_chat_get(cli->session, id, &chat);
	int64_t last = -1;

	if (rc == NMK_OK)
		last = nmk_chat_last_sequence(chat);
	else
		*code = fail_session(cli, rc);
	nmk_chat_free(chat);
	return last;
}

int run_chat_show(struct cli *cli)
{
	const char *id = cli->arguments.words[0];
	long long limit = option_number(&cli->arguments, "limit", 20), since = option_number(&cli->arguments, "since", -1);
	int code = EXIT_DONE;

	if (since < 0) { /* the last ones */
		int64_t last = last_of(cli, id, &code);

		if (last < 0)
			return code;
		since = last > limit ? last - limit : 0;
	}
	return show_messages(cli, id, since, (int32_t)limit);
}

/* A text from the command line, or with - from standard input, whose last line's end is left out. */
static int text_read(struct cli *cli, const char *word, char text[TEXT_SIZE])
{
	size_t length;

	if (strcmp(word, "-") != 0) {
		length = strlen(word);
		if (length >= TEXT_SIZE)
			return fail_text(cli, NMK_EINVALID, "text", "%s", tr("the line is too long"));
		memcpy(text, word, length + 1);
		return EXIT_DONE;
	}
	length = fread(text, 1, TEXT_SIZE, stdin);
	if (length == TEXT_SIZE)
		return fail_text(cli, NMK_EINVALID, "text", "%s", tr("the line is too long"));
	if (length > 0 && text[length - 1] == '\n')
		length--;
	text[length] = '\0';
	return EXIT_DONE;
}

static int64_t read_file(void *context, void *buffer, size_t size)
{
	ssize_t got;

	do
		got = read(*(int *)context, buffer, size);
	while (got < 0 && errno == EINTR);
	return got;
}

static int finish_message(struct cli *cli, nmk_status rc, nmk_message *message)
{
	int code = EXIT_DONE;

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	if (cli->json)
		code = finish_json(cli, nmk_message_json(message));
	else
		say(cli, tr("Message %lld sent."), (long long)nmk_message_sequence(message));
	nmk_message_free(message);
	return code;
}

static int send_with(struct cli *cli, const char *path, nmk_message_fields *fields)
{
	const char *slash = strrchr(path, '/');
	nmk_message *message = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	nmk_status rc;

	if (fd < 0)
		return fail_text(cli, NMK_EIO, "attach", tr("'%s' cannot be read: %s"), path, strerror(errno));
	fields->read = read_file;
	fields->read_context = &fd;
	fields->attachment_name = slash ? slash + 1 : path;
	fields->attachment_type = option_text(&cli->arguments, "type");
	rc = nmk_chat_send(cli->session, cli->arguments.words[0], fields, &message);
	close(fd);
	return finish_message(cli, rc, message);
}

int run_chat_send(struct cli *cli)
{
	const struct arguments *arguments = &cli->arguments;
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	const char *path = option_text(arguments, "attach");
	nmk_message *message = NULL;
	char text[TEXT_SIZE];
	nmk_status rc;
	int code = EXIT_DONE;

	if (arguments->word_count < 2 && !path)
		return fail_usage(cli, tr("'%s' needs: %s"), "chat send", "CHAT TEXT");
	if (arguments->word_count > 1) {
		code = text_read(cli, arguments->words[1], text);
		fields.text = text;
	}
	if (code != EXIT_DONE)
		return code;
	if (path)
		return send_with(cli, path, &fields);
	rc = nmk_chat_send(cli->session, arguments->words[0], &fields, &message);
	return finish_message(cli, rc, message);
}

/* ---- waiting ---- */

static int wait_for_anything(struct cli *cli, int64_t since, int32_t timeout_ms)
{
	nmk_status rc = nmk_chat_wait(cli->session, NULL, since < 0 ? 0 : since, timeout_ms, &since);

	if (rc != NMK_OK)
		return fail_session(cli, rc);
	printf(cli->json ? "{\"last\":%lld}\n" : "%lld\n", (long long)since);
	return EXIT_DONE;
}

int run_chat_wait(struct cli *cli)
{
	const char *id = cli->arguments.word_count ? cli->arguments.words[0] : NULL;
	int64_t since = option_number(&cli->arguments, "since", -1);
	int32_t timeout_ms = (int32_t)option_number(&cli->arguments, "timeout", 60) * 1000;
	nmk_status rc;
	int code = EXIT_DONE;

	if (!id)
		return wait_for_anything(cli, since, timeout_ms);
	if (since < 0 && (since = last_of(cli, id, &code)) < 0)
		return code;
	rc = nmk_chat_wait(cli->session, id, since, timeout_ms, NULL);
	return rc == NMK_OK ? show_messages(cli, id, since, 100) : fail_session(cli, rc);
}

/* ---- what each does for themselves ---- */

static int done(struct cli *cli, nmk_status rc, const char *sentence)
{
	if (rc != NMK_OK)
		return fail_session(cli, rc);
	say(cli, "%s", sentence);
	return finish(cli);
}

/* A number among the arguments; -1 if it is none. */
static long long number_word(const char *word)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(word, &end, 10);
	return *word >= '0' && *word <= '9' && *end == '\0' && errno == 0 ? number : -1;
}

/* *number is the second argument; else it was told what is wrong with it. */
static int number_read(struct cli *cli, long long *number)
{
	*number = number_word(cli->arguments.words[1]);
	return *number >= 0 ? EXIT_DONE : fail_usage(cli, tr("'%.60s' is no number of a message"), cli->arguments.words[1]);
}

int run_chat_read(struct cli *cli)
{
	long long number;
	int code = number_read(cli, &number);

	return code == EXIT_DONE ? done(cli, nmk_chat_mark_read(cli->session, cli->arguments.words[0], number), tr("Marked as read.")) : code;
}

int run_chat_mute(struct cli *cli)
{
	bool on = !option_given(&cli->arguments, "off");

	return done(cli, nmk_chat_mute(cli->session, cli->arguments.words[0], on), on ? tr("Muted.") : tr("No longer muted."));
}

int run_chat_block(struct cli *cli)
{
	bool on = !option_given(&cli->arguments, "off");

	return done(cli, nmk_chat_block(cli->session, cli->arguments.words[0], on), on ? tr("Blocked.") : tr("No longer blocked."));
}

int run_chat_report(struct cli *cli)
{
	const struct arguments *arguments = &cli->arguments;
	long long number, reason = option_number(arguments, "reason", 0);
	int code = number_read(cli, &number);

	if (code != EXIT_DONE)
		return code;
	if (!reason)
		return fail_usage(cli, tr("option '--%s' is needed"), "reason");
	return done(cli, nmk_chat_report(cli->session, arguments->words[0], number, (nmk_report_reason)reason, option_text(arguments, "comment")),
	            tr("Reported."));
}

/* ---- transcripts and attachments: to standard output, or into a new file ---- */

static int write_out(void *context, const void *data, size_t size)
{
	return fwrite(data, 1, size, context) == size ? 0 : -1;
}

static int export_to(struct cli *cli, FILE *file)
{
	nmk_transcript_format format = cli->json || option_number(&cli->arguments, "format", NMK_TRANSCRIPT_TEXT) == NMK_TRANSCRIPT_JSON
	                                   ? NMK_TRANSCRIPT_JSON : NMK_TRANSCRIPT_TEXT;
	nmk_status rc = nmk_chat_export(cli->session, cli->arguments.words[0], format, write_out, file);

	return rc == NMK_OK ? EXIT_DONE : fail_session(cli, rc);
}

static int download_to(struct cli *cli, FILE *file)
{
	nmk_status rc = nmk_chat_download(cli->session, cli->arguments.words[0], number_word(cli->arguments.words[1]), write_out, file);

	return rc == NMK_OK ? EXIT_DONE : fail_session(cli, rc);
}

/* A file that is there is not written over; one that was not completed is removed. */
static int into_file(struct cli *cli, const char *path, int (*write_to)(struct cli *cli, FILE *file))
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
	int code;

	if (!file) {
		code = fail_text(cli, NMK_EIO, "output", tr("'%s' cannot be written: %s"), path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return code;
	}
	code = write_to(cli, file);
	if (fclose(file) != 0 && code == EXIT_DONE)
		code = fail_text(cli, NMK_EIO, "output", tr("'%s' cannot be written: %s"), path, strerror(errno));
	if (code != EXIT_DONE) {
		unlink(path);
		return code;
	}
	say(cli, tr("Saved as %s."), path);
	return finish(cli);
}

static int to_output(struct cli *cli, int (*write_to)(struct cli *cli, FILE *file))
{
	const char *output = option_text(&cli->arguments, "output");

	return output && strcmp(output, "-") != 0 ? into_file(cli, output, write_to) : write_to(cli, stdout);
}

int run_chat_export(struct cli *cli)
{
	return to_output(cli, export_to);
}

int run_chat_download(struct cli *cli)
{
	const char *output = option_text(&cli->arguments, "output");
	long long number;
	int code = number_read(cli, &number);

	if (code != EXIT_DONE)
		return code;
	if ((!output || strcmp(output, "-") == 0) && isatty(STDOUT_FILENO))
		return fail_usage(cli, "%s", tr("an attachment is not for a terminal: use --output FILE or a pipe"));
	return to_output(cli, download_to);
}

/* ---- the staff ---- */

static nmk_status fetch_reports(struct cli *cli, const void *context, const char *cursor, int32_t limit, void **page)
{
	nmk_reported_message_page *reports = NULL;
	nmk_status rc = nmk_chat_reports(cli->session, *(const nmk_chat_report_state *)context, cursor, limit, &reports);

	*page = reports;
	return rc;
}

static void report_row(struct table *table, const void *item)
{
	const nmk_reported_message *report = item;
	char time[TIME_SIZE];

	table_cell(table, nmk_reported_message_id(report));
	table_cell(table, time_text(nmk_reported_message_created_at(report), time));
	table_cell(table, nmk_report_reason_word(nmk_reported_message_reason(report)));
	table_cell(table, nmk_reported_message_author(report));
	table_cell(table, nmk_reported_message_chat_id(report));
	table_cell(table, nmk_reported_message_comment(report));
}

int run_chat_reports(struct cli *cli)
{
	static const char *const headings[] = { "ID", "CREATED", "REASON", "AUTHOR", "CHAT", "COMMENT", NULL };
	nmk_chat_report_state state = option_given(&cli->arguments, "closed") ? NMK_CHAT_REPORT_CLOSED : NMK_CHAT_REPORT_OPEN;
	const struct list list = {
		.kind = &report_pages, .fetch = fetch_reports, .context = &state, .headings = headings, .flexible = 5, .row = report_row,
	};

	return list_run(cli, &list);
}

int run_chat_reported(struct cli *cli)
{
	nmk_message_page *page = NULL;
	nmk_status rc = nmk_chat_report_read(cli->session, cli->arguments.words[0], &page);

	return rc == NMK_OK ? print_messages(cli, page) : fail_session(cli, rc);
}

int run_chat_close_report(struct cli *cli)
{
	return done(cli, nmk_chat_report_close(cli->session, cli->arguments.words[0]), tr("Report closed."));
}

int run_chat_disable(struct cli *cli)
{
	if (!option_given(&cli->arguments, "reason"))
		return fail_usage(cli, tr("option '--%s' is needed"), "reason");
	return done(cli, nmk_chat_disable(cli->session, cli->arguments.words[0], option_text(&cli->arguments, "reason")),
	            tr("Chat disabled."));
}

int run_chat_enable(struct cli *cli)
{
	return done(cli, nmk_chat_enable(cli->session, cli->arguments.words[0]), tr("Chat enabled."));
}
