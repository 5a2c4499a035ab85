/* command_password.c -- judge a password, without a store. */
#include "cli.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include "output.h"
#include "password.h"

#define METER_WIDTH 25

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static const char *strength_text(nmk_password_strength strength)
{
	static const char *const words[] = { "weak", "fair", "good", "strong", "very strong" };

	return tr(words[strength - 1]);
}
#pragma GCC diagnostic pop

static void print_bar(const struct cli *cli, const nmk_password_meter *meter)
{
	static const char *const colors[] = { "31", "33", "33", "32", "32" };
	nmk_password_strength strength = nmk_password_meter_strength(meter);
	int filled = (int)(nmk_password_meter_score(meter) * METER_WIDTH / 100);

	putchar('[');
	color_on(cli, colors[strength - 1]);
	for (int i = 0; i < METER_WIDTH; i++)
		putchar(i < filled ? '#' : ' ');
	color_off(cli);
	printf("] %lld/100, %s\n", (long long)nmk_password_meter_score(meter), strength_text(strength));
}

static int print_suggestions(const struct cli *cli, const nmk_password_meter *meter)
{
	char *text = nmk_password_meter_json(meter, texts_language());
	json_t *json = text ? json_loads(text, 0, NULL) : NULL, *item;
	size_t index;

	nmk_free(text);
	if (!json)
		return fail_memory(cli);
	json_array_foreach(json_object_get(json, "suggestions"), index, item)
		printf("- %s\n", json_string_value(item));
	json_decref(json);
	return EXIT_DONE;
}

static int print_meter(struct cli *cli, const nmk_password_meter *meter)
{
	bool fine = nmk_password_meter_meets_policy(meter);
	int code;

	if (cli->json) {
		code = finish_json(cli, nmk_password_meter_json(meter, texts_language()));
	} else {
		print_bar(cli, meter);
		code = print_suggestions(cli, meter);
		puts(fine ? tr("The policy accepts it.") : tr("The policy refuses it."));
	}
	return code == EXIT_DONE && !fine ? EXIT_PROBLEMS : code;
}

int run_password_check(struct cli *cli)
{
	nmk_password_policy policy = (nmk_password_policy)option_number(&cli->arguments, "policy", 0);
	nmk_password_meter *meter = NULL;
	char secret[SECRET_SIZE] = "";
	nmk_status rc;
	int code = secret_read(cli, tr("Password: "), secret);

	if (code != EXIT_DONE)
		return code;
	rc = nmk_password_measure(secret, policy, &meter);
	secret_clear(secret);
	if (rc != NMK_OK)
		return fail_text(cli, rc, "password", "%s", nmk_status_text(rc, texts_language()));
	code = print_meter(cli, meter);
	nmk_password_meter_free(meter);
	return code;
}
