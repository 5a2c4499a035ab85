/* hello.c -- make a market, publish a nano, find it.   cc hello.c $(pkg-config --cflags --libs libnanomarket) */
#include <nanomarket.h>
#include <stdio.h>
#include <stdlib.h>

/* Every failure tells what was wrong, with which field. */
static void check(nmk_session *session, nmk_status status)
{
	if (status == NMK_OK)
		return;
	const nmk_error *error = nmk_session_error(session);

	fprintf(stderr, "%s: %s %s\n", nmk_status_name(status), error->field, error->message);
	exit(1);
}

int main(int argc, char **argv)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_registration anna = NMK_REGISTRATION_INIT;
	nmk_nano_fields fields = NMK_NANO_FIELDS_INIT;
	nmk_search_options search = NMK_SEARCH_OPTIONS_INIT;
	nmk_session *host, *creator, *guest;
	nmk_market *market;
	nmk_nano *nano;
	nmk_search_page *found;
	nmk_error error;

	options.create = true;
	if (nmk_market_open(argc > 1 ? argv[1] : "hello.db", &options, &error, &market) != NMK_OK) {
		fprintf(stderr, "%s\n", error.message);
		return 1;
	}
	if (nmk_session_open_system(market, &host) != NMK_OK || nmk_session_open(market, &guest) != NMK_OK)
		return 1;

	anna.username = "anna";
	anna.email = "anna@example.org";
	check(host, nmk_user_add(host, &anna, NMK_ROLE_CREATOR, NULL));
	check(host, nmk_session_act_as(host, "anna", &creator));

	fields.title = "Tabellen verstehen";
	fields.description = "Was eine Zeile, eine Spalte und ein Bezug ist.";
	fields.duration_minutes = 15;
	check(creator, nmk_nano_create(creator, &fields, &nano));
	check(creator, nmk_nano_submit(creator, nmk_nano_id(nano)));
	check(host, nmk_nano_publish(host, nmk_nano_id(nano)));
	nmk_nano_free(nano);

	search.text = "tabelle";
	check(guest, nmk_search(guest, &search, &found));
	for (size_t i = 0; i < nmk_search_page_count(found); i++) {
		const nmk_nano *hit = nmk_search_page_item(found, i);

		printf("%s (%s)\n", nmk_nano_title(hit), nmk_nano_creator(hit));
	}
	nmk_search_page_free(found);

	nmk_session_close(creator);
	nmk_session_close(guest);
	nmk_session_close(host);
	nmk_market_close(market);
	return 0;
}
