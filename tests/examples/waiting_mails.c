/* waiting_mails.c -- a store with mails that wait, for tests of what sends them: registers members, which makes a mail each.
 *
 *     waiting_mails STORE ADDRESS LANGUAGE ... */
#include <nanomarket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(nmk_session *session, nmk_status status)
{
	if (status == NMK_OK)
		return;
	fprintf(stderr, "%s: %s %s\n", nmk_status_name(status), nmk_session_error(session)->field,
	        nmk_session_error(session)->message);
	exit(1);
}

/* The name is made of the address: its letters before the "@". */
static void register_member(nmk_session *guest, const char *address, const char *language)
{
	nmk_registration registration = NMK_REGISTRATION_INIT;
	char username[32];

	snprintf(username, sizeof username, "%.*s", (int)strcspn(address, "@"), address);
	registration.username = username;
	registration.email = address;
	registration.preferred_language = language;
	registration.password = "nine purple bridges hum";
	registration.accept_terms = registration.accept_privacy = true;
	check(guest, nmk_user_register(guest, &registration, NULL));
}

int main(int argc, char **argv)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_session *guest;
	nmk_market *market;
	nmk_error error;

	options.create = true;
	options.password_memory_kib = 19456;
	if (argc < 2 || nmk_market_open(argv[1], &options, &error, &market) != NMK_OK)
		return 1;
	if (nmk_session_open(market, &guest) != NMK_OK)
		return 1;
	for (int i = 2; i + 1 < argc; i += 2)
		register_member(guest, argv[i], argv[i + 1]);
	nmk_session_close(guest);
	nmk_market_close(market);
	return 0;
}
