/* opening.h -- the store that a command works on, its root key, and who acts. */
#ifndef NMK_CLI_OPENING_H
#define NMK_CLI_OPENING_H

#include "cli.h"
#include "settings.h"

/* What a market is opened with. Start with { 0 }; opening_clear() wipes. */
struct opening {
	nmk_market_options options;
	struct settings    settings;
	char               passphrase[SECRET_SIZE];
	char              *search_words;    /* of their file */
};

/* Settings and root key, from the command line, the environment and the terminal. Answers EXIT_DONE, or the code of a
 * failure that was told. */
int opening_prepare(struct cli *cli, struct opening *opening);
void opening_clear(struct opening *opening);

/* The path of the store, without "sqlite:". */
const char *store_path(const struct cli *cli);

/* The file with the root key; NULL if it comes from a passphrase. */
#define STORE_PATH_SIZE 4096
const char *opening_root_file(const struct cli *cli, const struct opening *opening, char path[STORE_PATH_SIZE]);

#endif
