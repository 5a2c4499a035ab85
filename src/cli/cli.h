/* cli.h -- what the parts of the nanomarket command share. */
#ifndef NMK_CLI_H
#define NMK_CLI_H

#include <nanomarket.h>
#include <stdbool.h>
#include "arguments.h"
#include "texts.h"

/* What the command answers the shell. docs/man/nanomarket.1 has the same table. */
enum exit_code {
	EXIT_DONE        = 0,
	EXIT_FAILED      = 1,
	EXIT_USAGE       = 2,
	EXIT_PARTLY      = 3,
	EXIT_PROBLEMS    = 4,
	EXIT_ABSENT      = 5,
	EXIT_REFUSED     = 6,
	EXIT_INTERRUPTED = 130
};

struct cli {
	struct arguments arguments;
	const char  *store;      /* where the store is; NULL if nobody said               */
	const char  *as;         /* user name of who acts; NULL: the host                 */
	bool         json;
	bool         quiet;
	bool         color;
	nmk_market  *market;
	nmk_session *system;     /* the host's                                            */
	nmk_session *session;    /* of who acts; the host's own one without --as          */
};

/* A session of its own for a thread: the host's, or one of the member who acts. NULL: *error says why. */
nmk_session *cli_session(const struct cli *cli, nmk_error *error);

/* Ids of what is named on the command line, the caller's to free(). NULL: *code is the answer, and it was said why. */
char *cli_user_id(struct cli *cli, const char *username, const char *field, int *code);
char *cli_category_id(struct cli *cli, const char *name, const char *field, int *code);

/* From here on SIGINT and SIGTERM only ask to stop: interrupted() says so, and so does the progress callback. */
void interrupt_watch(void);
bool interrupted(void);

/* One function per command. */
int run_init(struct cli *cli);
int run_doctor(struct cli *cli);
int run_backup(struct cli *cli);
int run_restore(struct cli *cli);
int run_user_add(struct cli *cli);
int run_user_list(struct cli *cli);
int run_user_show(struct cli *cli);
int run_user_role(struct cli *cli);
int run_user_suspend(struct cli *cli);
int run_user_reactivate(struct cli *cli);
int run_user_verify(struct cli *cli);
int run_category_add(struct cli *cli);
int run_category_list(struct cli *cli);
int run_category_update(struct cli *cli);
int run_import(struct cli *cli);
int run_nano_create(struct cli *cli);
int run_nano_update(struct cli *cli);
int run_nano_list(struct cli *cli);
int run_nano_show(struct cli *cli);
int run_nano_versions(struct cli *cli);
int run_nano_queue(struct cli *cli);
int run_nano_submit(struct cli *cli);
int run_nano_withdraw(struct cli *cli);
int run_nano_publish(struct cli *cli);
int run_nano_reject(struct cli *cli);
int run_nano_unpublish(struct cli *cli);
int run_nano_archive(struct cli *cli);
int run_nano_delete(struct cli *cli);
int run_nano_takedown(struct cli *cli);
int run_nano_rollback(struct cli *cli);
int run_upload(struct cli *cli);
int run_download(struct cli *cli);
int run_package(struct cli *cli);
int run_search(struct cli *cli);
int run_outbox_send(struct cli *cli);
int run_completion(struct cli *cli);
int run_help(struct cli *cli);

#endif
