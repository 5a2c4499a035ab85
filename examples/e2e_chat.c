/* e2e_chat.c -- two members talk end to end through one market, which carries what it cannot read; one reports a message.
 * cc e2e_chat.c $(pkg-config --cflags --libs libnanomarket)
 *
 * Here both live in one program, with the market beside them. In life each has a program on a device, the market is on a server, and a
 * program saves its keys and its channel (nmk_e2e_identity_save(), nmk_e2e_channel_save()) before it sends or shows anything. */
#include <nanomarket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a member's program has. */
struct person {
	const char       *name;
	nmk_session      *session;
	nmk_e2e_identity *identity;
	nmk_e2e_channel  *channel;
};

static void check(nmk_session *session, nmk_status status)
{
	if (status == NMK_OK)
		return;
	fprintf(stderr, "%s: %s\n", nmk_status_name(status), session ? nmk_session_error(session)->message : "end to end");
	exit(1);
}

static struct person enter(nmk_session *host, const char *name, const char *email, nmk_role role, int64_t now)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	struct person person = { .name = name };
	unsigned char *one_time;
	size_t length;

	registration.username = name;
	registration.email = email;
	check(host, nmk_user_add(host, &registration, role, NULL));
	check(host, nmk_session_act_as(host, name, &person.session));
	check(NULL, nmk_e2e_identity_create(now, &person.identity));
	check(NULL, nmk_e2e_identity_add_one_time(person.identity, 20, &one_time, &length));
	check(person.session, nmk_prekey_publish(person.session, nmk_e2e_identity_signed_prekey(person.identity),
	                                         NMK_E2E_SIGNED_PREKEY_BYTES, one_time, length, NULL));
	nmk_free(one_time);
	return person;
}

static void leave(struct person *person)
{
	nmk_e2e_channel_free(person->channel);
	nmk_e2e_identity_free(person->identity);
	nmk_session_close(person->session);
}

static void publish_nano(nmk_session *host, nmk_session *creator, char id[64])
{
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_nano *nano;

	fields.title = "Tabellen verstehen";
	fields.description = "Was eine Zeile, eine Spalte und ein Bezug ist.";
	fields.duration_minutes = 15;
	check(creator, nmk_nano_create(creator, &fields, &nano));
	check(creator, nmk_nano_submit(creator, nmk_nano_id(nano)));
	check(host, nmk_nano_publish(host, nmk_nano_id(nano)));
	snprintf(id, 64, "%s", nmk_nano_id(nano));
	nmk_nano_free(nano);
}

/* With keys that the market hands out. The chat's id binds the channel to the chat. */
static void begin(struct person *person, const char *other_id, const char *chat_id)
{
	unsigned char *bundle;
	size_t length;

	check(person->session, nmk_prekey_take(person->session, other_id, &bundle, &length));
	check(NULL, nmk_e2e_channel_start(person->identity, bundle, length, NULL, chat_id, &person->channel));
	nmk_free(bundle);
}

static void say(struct person *person, const char *chat_id, const char *text)
{
	nmk_message_fields fields = NMK_MESSAGE_FIELDS_INIT;
	unsigned char *message;

	check(NULL, nmk_e2e_channel_encrypt(person->channel, text, strlen(text), &message, &fields.ciphertext_length));
	fields.ciphertext = message;
	check(person->session, nmk_chat_send(person->session, chat_id, &fields, NULL));
	nmk_free(message);
}

/* The message with that number; what shows its text to others if somebody wants to report it. */
static void hear(struct person *person, const char *chat_id, int64_t sequence, unsigned char **evidence, size_t *evidence_length)
{
	nmk_message_page *page;
	unsigned char *message;
	nmk_e2e_text *text;
	size_t length;

	check(person->session, nmk_chat_messages(person->session, chat_id, sequence - 1, 1, &page));
	check(NULL, nmk_message_ciphertext_bytes(nmk_message_page_item(page, 0), &message, &length));
	if (person->channel)
		check(NULL, nmk_e2e_channel_decrypt(person->channel, message, length, &text));
	else
		check(NULL, nmk_e2e_channel_accept(person->identity, message, length, NULL, chat_id, &person->channel, &text));
	printf("%s hears: %s\n", person->name, nmk_e2e_text_content(text));
	if (evidence)
		check(NULL, nmk_e2e_text_report(text, evidence, evidence_length));
	nmk_e2e_text_free(text);
	nmk_free(message);
	nmk_message_page_free(page);
}

/* Both see the same sixty digits if nobody is between them: they compare them by another way. */
static void show_safety_number(const struct person *person)
{
	char number[NMK_E2E_SAFETY_NUMBER_SIZE];

	check(NULL, nmk_e2e_safety_number(nmk_e2e_identity_key(person->identity), person->name, nmk_e2e_channel_peer(person->channel),
	                                  strcmp(person->name, "anna") == 0 ? "ben" : "anna", number));
	printf("%s sees: %s\n", person->name, number);
}

static void moderate(nmk_session *host)
{
	nmk_reported_message_page *reports;
	nmk_message_page *page;

	check(host, nmk_chat_reports(host, NMK_CHAT_REPORT_OPEN, NULL, 1, &reports));
	check(host, nmk_chat_report_read(host, nmk_reported_message_id(nmk_reported_message_page_item(reports, 0)), &page));
	for (size_t i = 0; i < nmk_message_page_count(page); i++) {
		const nmk_message *message = nmk_message_page_item(page, i);

		printf("the staff read: %s: %s\n", nmk_message_author(message),
		       nmk_message_text(message) ? nmk_message_text(message) : "(end to end)");
	}
	nmk_message_page_free(page);
	nmk_reported_message_page_free(reports);
}

static void talk(nmk_session *host, struct person *anna, struct person *ben)
{
	char nano_id[64];
	const char *chat_id;
	unsigned char *evidence;
	nmk_chat *chat;
	size_t length;

	publish_nano(host, anna->session, nano_id);
	check(ben->session, nmk_chat_open(ben->session, nano_id, &chat, NULL));
	chat_id = nmk_chat_id(chat);
	check(ben->session, nmk_chat_make_end_to_end(ben->session, chat_id));
	begin(ben, nmk_session_user_id(anna->session), chat_id);
	say(ben, chat_id, "Gibt es das auch für Anfänger?");
	hear(anna, chat_id, 1, NULL, NULL);
	say(anna, chat_id, "Ja, ab morgen.");
	hear(ben, chat_id, 2, NULL, NULL);
	show_safety_number(anna);
	show_safety_number(ben);
	say(ben, chat_id, "Sie Esel!");
	hear(anna, chat_id, 3, &evidence, &length);
	check(anna->session, nmk_chat_report_encrypted(anna->session, chat_id, 3, NMK_REPORT_OFFENSIVE, NULL, evidence, length));
	nmk_free(evidence);
	moderate(host);
	nmk_chat_free(chat);
}

int main(int argc, char **argv)
{
	const int64_t now = 1767225600000; /* in life the time of the day */
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct person anna, ben;
	nmk_session *host;
	nmk_market *market;
	nmk_error error;

	options.create = true;
	if (nmk_market_open(argc > 1 ? argv[1] : "e2e_chat.db", &options, &error, &market) != NMK_OK) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	if (nmk_session_open_system(market, &host) != NMK_OK)
		return 1;
	anna = enter(host, "anna", "anna@example.org", NMK_ROLE_CREATOR, now);
	ben = enter(host, "ben", "ben@example.org", NMK_ROLE_CONSUMER, now);
	talk(host, &anna, &ben);
	leave(&anna);
	leave(&ben);
	nmk_session_close(host);
	nmk_market_close(market);
	return 0;
}
