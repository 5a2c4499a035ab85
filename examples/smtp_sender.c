/* smtp_sender.c -- send the mails that wait in a market's outbox to a mail server, with libcurl.
 *
 *     cc smtp_sender.c $(pkg-config --cflags --libs libnanomarket libcurl)
 *
 * A message leaves the outbox once the server has taken it, or has refused it for good. What may work later is tried again, with
 * pauses from one minute to six hours. If the server wants another login or offers no TLS, the program ends and every message
 * stays: that is for the operator to put right. Addresses and contents are never printed. */
#define _DEFAULT_SOURCE /* explicit_bzero() */
#include <curl/curl.h>
#include <nanomarket.h>
#include <nanomarket/sys/outbox.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

static const char usage_text[] =
	"Usage: smtp_sender STORE [OPTION...]\n"
	"\n"
	"Sends the mails that wait in the store's outbox, until it is told to stop (SIGTERM, SIGINT).\n"
	"\n"
	"  --once               end when no mail waits any more\n"
	"  --plain              without TLS, and without a login: for a mail server on this machine\n"
	"  --market-name NAME   in the mails and as their sender; Nanomarket if not given\n"
	"  --public-url URL     where the links in the mails begin\n"
	"  --root-key-file FILE the store's root key; STORE.rootkey if not given\n"
	"\n"
	"Environment:\n"
	"  SMTP_URL             smtps://HOST[:PORT] or smtp://HOST[:PORT], which is switched to TLS\n"
	"  SMTP_FROM            address of the sender\n"
	"  SMTP_USER, SMTP_PASSWORD  if the server wants a login\n"
	"  SMTP_CA_FILE         whom to trust, in place of the system's certificates\n"
	"\n"
	"Exit status: 0 done, 1 the store failed, 2 wrong usage, 3 some mails could not be sent,\n"
	"4 the mail server refuses us: wrong login, no TLS, or a certificate that is not trusted.\n";

enum { EXIT_DONE, EXIT_STORE, EXIT_USAGE, EXIT_PARTLY, EXIT_REFUSED };

#define LEASE_MS        600000     /* longer than a delivery may take              */
#define CONNECT_SECONDS 15L
#define SEND_SECONDS    120L
#define PAUSE_SECONDS   5          /* between two looks into an empty outbox       */
#define FIRST_RETRY_MS  60000
#define LAST_RETRY_MS   21600000
#define MOST_ATTEMPTS   20         /* about three days                             */

struct settings {
	const char *store, *market_name, *public_url, *root_key_file;
	const char *url, *from, *user, *password, *ca_file;
	bool once, plain;
};

/* ---- signals: they are let in only between two messages ---- */

static volatile sig_atomic_t stopped;
static sigset_t open_signals;

static void on_signal(int number)
{
	(void)number;
	stopped = 1;
}

static void watch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t closed;

	sigemptyset(&closed);
	sigaddset(&closed, SIGTERM);
	sigaddset(&closed, SIGINT);
	sigprocmask(SIG_BLOCK, &closed, &open_signals);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* False when it is time to stop. */
static bool pause_for(int seconds)
{
	struct timespec time = { seconds, 0 };

	if (!stopped)
		pselect(0, NULL, NULL, NULL, &time, &open_signals);
	return !stopped;
}

/* ---- the message as it goes over the line: RFC 5322, 2045 to 2047 ---- */

/* Room that never moves: what is secret is wiped at one place. */
struct mail {
	char  *bytes;
	size_t length, room, sent;
};

static void put(struct mail *mail, const char *text, size_t length)
{
	if (length > mail->room - mail->length)
		length = mail->room - mail->length;
	memcpy(mail->bytes + mail->length, text, length);
	mail->length += length;
}

static void put_text(struct mail *mail, const char *text)
{
	put(mail, text, strlen(text));
}

static void put_base64(struct mail *mail, const unsigned char *bytes, size_t length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < length; i += 3) {
		unsigned long three = (unsigned long)bytes[i] << 16;
		char four[4];

		three |= i + 1 < length ? (unsigned long)bytes[i + 1] << 8 : 0;
		three |= i + 2 < length ? (unsigned long)bytes[i + 2] : 0;
		four[0] = digits[three >> 18];
		four[1] = digits[three >> 12 & 63];
		four[2] = i + 1 < length ? digits[three >> 6 & 63] : '=';
		four[3] = i + 2 < length ? digits[three & 63] : '=';
		put(mail, four, 4);
	}
}

static bool is_plain_word(const char *text)
{
	for (const char *at = text; *at; at++)
		if (*at < 0x20 || *at > 0x7E || strchr("\"\\=?<>()@,;:.[]", *at))
			return false;
	return strlen(text) <= 60;
}

/* Lines with encoded words have at most 76 characters, so a word has 39 bytes of text, and never half a character (RFC 2047,
 * 2 and 5). */
static void put_words(struct mail *mail, const char *text)
{
	size_t left = strlen(text);

	if (is_plain_word(text)) {
		put_text(mail, text);
		return;
	}
	while (left > 0) {
		size_t length = left < 39 ? left : 39;

		while (length < left && length > 1 && ((unsigned char)text[length] & 0xC0) == 0x80)
			length--;
		put_text(mail, "=?UTF-8?B?");
		put_base64(mail, (const unsigned char *)text, length);
		put_text(mail, length < left ? "?=\r\n " : "?=");
		text += length;
		left -= length;
	}
}

/* Lines of a text end with CRLF before it is encoded (RFC 2045, 6.8); lines of base64 have 76 characters, 57 bytes of text. */
static void put_body(struct mail *mail, const char *text)
{
	unsigned char line[57];
	size_t length = 0;

	for (; *text; text++) {
		const char *bytes = *text == '\n' ? "\r\n" : text;

		for (size_t i = 0; i < (*text == '\n' ? 2u : 1u); i++) {
			line[length++] = (unsigned char)bytes[i];
			if (length == sizeof line) {
				put_base64(mail, line, length);
				put_text(mail, "\r\n");
				length = 0;
			}
		}
	}
	put_base64(mail, line, length);
	put_text(mail, "\r\n");
	explicit_bzero(line, sizeof line);
}

static void put_date(struct mail *mail)
{
	time_t now = time(NULL);
	struct tm utc;
	char text[64];

	gmtime_r(&now, &utc);
	strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S +0000\r\n", &utc); /* the locale is "C" */
	put_text(mail, text);
}

/* The id stays the same when a message is sent again: readers show it once. */
static void put_headers(struct mail *mail, const struct settings *settings, const nmk_outbox_message *message)
{
	const char *id = nmk_outbox_message_id(message);

	put_date(mail);
	put_text(mail, "From: ");
	put_words(mail, settings->market_name ? settings->market_name : "Nanomarket");
	put_text(mail, "\r\n <");
	put_text(mail, settings->from);
	put_text(mail, ">\r\nTo: <");
	put_text(mail, nmk_outbox_message_recipient(message));
	put_text(mail, ">\r\nSubject: ");
	put_words(mail, nmk_outbox_message_subject(message));
	put_text(mail, "\r\nMessage-ID: <");
	put_text(mail, id);
	put_text(mail, strrchr(settings->from, '@'));
	put_text(mail, ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
	               "Content-Type: multipart/alternative;\r\n boundary=\"=_");
	put_text(mail, id);
	put_text(mail, "\"\r\n\r\n");
}

/* "=_" is in no base64: the boundary is in no part. */
static void put_part(struct mail *mail, const nmk_outbox_message *message, const char *type, const char *text)
{
	put_text(mail, "--=_");
	put_text(mail, nmk_outbox_message_id(message));
	put_text(mail, "\r\nContent-Type: ");
	put_text(mail, type);
	put_text(mail, "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
	put_body(mail, text);
}

static bool mail_make(struct mail *mail, const struct settings *settings, const nmk_outbox_message *message)
{
	const char *text = nmk_outbox_message_text(message), *html = nmk_outbox_message_html(message);

	mail->room = 16384 + 3 * (strlen(text) + strlen(html) + strlen(nmk_outbox_message_subject(message)));
	mail->bytes = malloc(mail->room);
	if (!mail->bytes)
		return false;
	put_headers(mail, settings, message);
	put_part(mail, message, "text/plain", text);
	put_part(mail, message, "text/html", html);
	put_text(mail, "--=_");
	put_text(mail, nmk_outbox_message_id(message));
	put_text(mail, "--\r\n");
	return true;
}

static void mail_wipe(struct mail *mail)
{
	if (mail->bytes)
		explicit_bzero(mail->bytes, mail->room);
	free(mail->bytes);
}

/* ---- delivery ---- */

enum outcome { SENT, LATER, NEVER, REFUSED };

static size_t read_mail(char *to, size_t size, size_t count, void *context)
{
	struct mail *mail = context;
	size_t length = mail->length - mail->sent;

	if (length > size * count)
		length = size * count;
	memcpy(to, mail->bytes + mail->sent, length);
	mail->sent += length;
	return length;
}

/* A reply of the 500s is final for this message, but not if it is about us: 530, 534, 535, 538 want another login (RFC 4954). */
static enum outcome judge(CURLcode result, long code)
{
	if (result == CURLE_OK)
		return SENT;
	if (result == CURLE_LOGIN_DENIED || result == CURLE_USE_SSL_FAILED || result == CURLE_PEER_FAILED_VERIFICATION
	    || result == CURLE_SSL_CACERT_BADFILE || (code >= 530 && code <= 538))
		return code >= 400 && code < 500 ? LATER : REFUSED;
	return code >= 500 && code <= 599 ? NEVER : LATER;
}

static bool is_fit_address(const char *address)
{
	return strchr(address, '@') && address[strcspn(address, "\r\n<> ")] == '\0';
}

static enum outcome transfer(CURL *curl, struct mail *mail, const char *recipient)
{
	struct curl_slist *recipients = curl_slist_append(NULL, recipient);
	CURLcode result = CURLE_OUT_OF_MEMORY;
	long code = 0;

	if (recipients) {
		curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
		curl_easy_setopt(curl, CURLOPT_READDATA, mail);
		result = curl_easy_perform(curl);
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
		curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, NULL);
		curl_slist_free_all(recipients);
	}
	if (result != CURLE_OK)
		fprintf(stderr, "smtp_sender: %s, last reply %ld\n", curl_easy_strerror(result), code);
	return judge(result, code);
}

static enum outcome deliver(CURL *curl, const struct settings *settings, const nmk_outbox_message *message)
{
	struct mail mail = { 0 };
	enum outcome outcome = LATER;

	if (!nmk_outbox_message_text(message) || !is_fit_address(nmk_outbox_message_recipient(message)))
		return NEVER;
	if (mail_make(&mail, settings, message))
		outcome = transfer(curl, &mail, nmk_outbox_message_recipient(message));
	mail_wipe(&mail);
	return outcome;
}

static CURL *curl_make(const struct settings *settings)
{
	CURL *curl = curl_easy_init();

	if (!curl)
		return NULL;
	curl_easy_setopt(curl, CURLOPT_URL, settings->url);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, settings->plain ? "smtp" : "smtp,smtps");
	curl_easy_setopt(curl, CURLOPT_USE_SSL, settings->plain ? CURLUSESSL_NONE : CURLUSESSL_ALL);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	if (settings->ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO, settings->ca_file);
	if (settings->user) {
		curl_easy_setopt(curl, CURLOPT_USERNAME, settings->user);
		curl_easy_setopt(curl, CURLOPT_PASSWORD, settings->password);
	}
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, settings->from);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_mail);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, SEND_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	return curl;
}

/* ---- the outbox ---- */

static int64_t retry_ms(int64_t attempts)
{
	int64_t wait = FIRST_RETRY_MS;

	while (--attempts > 0 && wait < LAST_RETRY_MS)
		wait *= 2;
	return wait < LAST_RETRY_MS ? wait : LAST_RETRY_MS;
}

static nmk_status settle(nmk_session *host, const nmk_outbox_message *message, enum outcome outcome)
{
	const char *id = nmk_outbox_message_id(message);
	int64_t attempts = nmk_outbox_message_attempts(message);

	if (outcome == LATER && attempts >= MOST_ATTEMPTS)
		outcome = NEVER;
	fprintf(stderr, "smtp_sender: %s %s %s, attempt %lld\n", id, nmk_outbox_message_template_name(message),
	        outcome == SENT ? "sent" : outcome == NEVER ? "given up" : "waits", (long long)attempts);
	if (outcome == SENT || outcome == NEVER)
		return nmk_outbox_done(host, id);
	return nmk_outbox_failed(host, id, retry_ms(attempts));
}

static bool store_failed(nmk_session *host, nmk_status status)
{
	if (status != NMK_OK)
		fprintf(stderr, "smtp_sender: %s: %s\n", nmk_status_name(status), nmk_session_error(host)->message);
	return status != NMK_OK;
}

/* One message, if one waits. A damaged one was passed over: the next one may do. */
static bool send_next(nmk_session *host, CURL *curl, const struct settings *settings, int *exit_code)
{
	nmk_outbox_message *message = NULL;
	nmk_status status = nmk_outbox_take(host, LEASE_MS, &message);
	enum outcome outcome;

	if (store_failed(host, status)) {
		*exit_code = EXIT_STORE;
		return status == NMK_ECORRUPT;
	}
	if (!message)
		return false;
	outcome = deliver(curl, settings, message);
	status = settle(host, message, outcome);
	if (store_failed(host, status))
		*exit_code = EXIT_STORE;
	else if (outcome == REFUSED)
		*exit_code = EXIT_REFUSED;
	else if (outcome != SENT && *exit_code == EXIT_DONE)
		*exit_code = EXIT_PARTLY;
	nmk_outbox_message_free(message);
	return status == NMK_OK && outcome != REFUSED;
}

/* Without --once what failed is tried again, and only a mail server that refuses us ends it with a failure. */
static int run(nmk_session *host, CURL *curl, const struct settings *settings)
{
	int exit_code = EXIT_DONE;

	while (pause_for(0)) {
		if (send_next(host, curl, settings, &exit_code))
			continue;
		if (settings->once || exit_code == EXIT_REFUSED)
			return exit_code;
		pause_for(PAUSE_SECONDS);
	}
	return settings->once ? exit_code : EXIT_DONE;
}

/* ---- settings ---- */

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static bool read_option(struct settings *settings, char **argument)
{
	const struct { const char *name; const char **value; } options[] = {
		{ "--market-name", &settings->market_name }, { "--public-url", &settings->public_url },
		{ "--root-key-file", &settings->root_key_file },
	};

	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (strcmp(argument[0], options[i].name) == 0 && argument[1]) {
			*options[i].value = argument[1];
			return true;
		}
	return false;
}

static bool read_arguments(struct settings *settings, char **argument)
{
	for (; *argument; argument++) {
		if (strcmp(*argument, "--once") == 0)
			settings->once = true;
		else if (strcmp(*argument, "--plain") == 0)
			settings->plain = true;
		else if (read_option(settings, argument))
			argument++;
		else if (**argument != '-' && !settings->store)
			settings->store = *argument;
		else
			return false;
	}
	return settings->store != NULL;
}

static const char *settings_problem(struct settings *settings)
{
	settings->url = environment("SMTP_URL");
	settings->from = environment("SMTP_FROM");
	settings->user = environment("SMTP_USER");
	settings->password = environment("SMTP_PASSWORD");
	settings->ca_file = environment("SMTP_CA_FILE");
	if (!settings->url || (strncmp(settings->url, "smtp://", 7) != 0 && strncmp(settings->url, "smtps://", 8) != 0))
		return "SMTP_URL must begin with smtp:// or smtps://";
	if (!settings->from || !is_fit_address(settings->from))
		return "SMTP_FROM must be an e-mail address";
	if (!settings->user != !settings->password)
		return "SMTP_USER and SMTP_PASSWORD belong together";
	if (settings->plain && strncmp(settings->url, "smtps://", 8) == 0)
		return "--plain goes with smtp://";
	if (settings->plain && settings->user)
		return "--plain would send the password unprotected";
	if (settings->market_name && strpbrk(settings->market_name, "\r\n"))
		return "--market-name must be one line";
	return NULL;
}

static nmk_session *open_host(const struct settings *settings)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_session *host = NULL;
	nmk_market *market;
	nmk_error error;

	options.market_name = settings->market_name;
	options.public_url = settings->public_url;
	options.root_key_file = settings->root_key_file;
	if (nmk_market_open(settings->store, &options, &error, &market) != NMK_OK) {
		fprintf(stderr, "smtp_sender: %s %s\n", error.field, error.message);
		return NULL;
	}
	if (nmk_session_open_system(market, &host) != NMK_OK)
		fprintf(stderr, "smtp_sender: out of memory\n");
	nmk_market_close(market); /* the session keeps it */
	return host;
}

int main(int argc, char **argv)
{
	struct settings settings = { 0 };
	const char *problem;
	nmk_session *host;
	CURL *curl = NULL;
	int exit_code = EXIT_STORE;

	if (argc < 2 || !read_arguments(&settings, argv + 1)) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	problem = settings_problem(&settings);
	if (problem) {
		fprintf(stderr, "smtp_sender: %s\n", problem);
		return EXIT_USAGE;
	}
	host = open_host(&settings);
	if (!host)
		return EXIT_STORE;
	watch_signals();
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		curl = curl_make(&settings);
	if (curl)
		exit_code = run(host, curl, &settings);
	curl_easy_cleanup(curl);
	curl_global_cleanup();
	nmk_session_close(host);
	return exit_code;
}
