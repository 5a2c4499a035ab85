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

#define SECRET_SIZE 1280   /* a password has 1024 bytes at most */

struct cli {
	struct arguments arguments;
	const char  *store;      /* where the store is; NULL if nobody said               */
	const char  *as;         /* user name of who acts, by the host's leave; or NULL   */
	const char  *login;      /* e-mail address of who logs in; NULL without both: the host */
	int          secrets;    /* --password-file while it is read, or -1               */
	char         password[SECRET_SIZE]; /* of --login                                 */
	bool         json;
	bool         quiet;
	bool         color;
	nmk_market  *market;
	nmk_session *system;     /* the host's                                            */
	nmk_session *session;    /* of who acts; the host's own one without a member      */
};

/* ---- the store and who acts: opening.c ---- */

/* Open the store and a session, run, and close them. Answers the exit code. */
int cli_on_store(struct cli *cli, int (*run)(struct cli *cli));

/* Does a member act, and not the host? */
bool cli_is_member(const struct cli *cli);

/* What the member's list of logins shows: --device, or this computer. */
void cli_name_device(const struct cli *cli, nmk_session *session);

/* A session of its own for a thread: the host's, or the one of --as. NULL: *error says why. */
nmk_session *cli_session(const struct cli *cli, nmk_error *error);

/* Ids of what is named on the command line, the caller's to free(). NULL: *code is the answer, and it was said why. */
char *cli_user_id(struct cli *cli, const char *username, const char *field, int *code);
char *cli_category_id(struct cli *cli, const char *name, const char *field, int *code);

/* ---- command_comment.c, for ratings too ---- */

/* Do --own, --received and --status go together with each other and the nano, or without one? */
int cli_check_whose(struct cli *cli, const char *nano);

/* A sentence after a call that answers nothing else, or why not. */
int cli_done(struct cli *cli, nmk_status rc, const char *sentence);

/* A call that needs --reason. */
int cli_with_reason(struct cli *cli, nmk_status (*call)(nmk_session *session, const char *id, const char *reason),
                    const char *sentence);

/* ---- progress.c ---- */

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
int run_user_delete(struct cli *cli);
int run_user_reset_second_factor(struct cli *cli);
int run_user_logins(struct cli *cli);
int run_user_logout(struct cli *cli);
int run_account_register(struct cli *cli);
int run_account_verify(struct cli *cli);
int run_account_resend(struct cli *cli);
int run_account_reset(struct cli *cli);
int run_account_set_password(struct cli *cli);
int run_account_confirm_email(struct cli *cli);
int run_account_show(struct cli *cli);
int run_account_password(struct cli *cli);
int run_account_email(struct cli *cli);
int run_account_username(struct cli *cli);
int run_account_logins(struct cli *cli);
int run_account_logout(struct cli *cli);
int run_second_factor_show(struct cli *cli);
int run_second_factor_enable(struct cli *cli);
int run_second_factor_confirm(struct cli *cli);
int run_second_factor_disable(struct cli *cli);
int run_second_factor_codes(struct cli *cli);
int run_password_check(struct cli *cli);
int run_token_issue(struct cli *cli);
int run_token_refresh(struct cli *cli);
int run_token_verify(struct cli *cli);
int run_token_jwks(struct cli *cli);
int run_token_keys_list(struct cli *cli);
int run_token_keys_rotate(struct cli *cli);
int run_keys_show(struct cli *cli);
int run_keys_rotate(struct cli *cli);
int run_keys_change_root(struct cli *cli);
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
int run_rating_set(struct cli *cli);
int run_rating_show(struct cli *cli);
int run_rating_withdraw(struct cli *cli);
int run_rating_list(struct cli *cli);
int run_rating_queue(struct cli *cli);
int run_rating_approve(struct cli *cli);
int run_rating_hide(struct cli *cli);
int run_rating_trend(struct cli *cli);
int run_comment_add(struct cli *cli);
int run_comment_edit(struct cli *cli);
int run_comment_show(struct cli *cli);
int run_comment_withdraw(struct cli *cli);
int run_comment_list(struct cli *cli);
int run_comment_queue(struct cli *cli);
int run_comment_approve(struct cli *cli);
int run_comment_hide(struct cli *cli);
int run_comment_reply(struct cli *cli);
int run_comment_remove_reply(struct cli *cli);
int run_comment_helpful(struct cli *cli);
int run_comment_report(struct cli *cli);
int run_comment_reports(struct cli *cli);
int run_chat_open(struct cli *cli);
int run_chat_list(struct cli *cli);
int run_chat_show(struct cli *cli);
int run_chat_send(struct cli *cli);
int run_chat_wait(struct cli *cli);
int run_chat_read(struct cli *cli);
int run_chat_mute(struct cli *cli);
int run_chat_block(struct cli *cli);
int run_chat_report(struct cli *cli);
int run_chat_export(struct cli *cli);
int run_chat_download(struct cli *cli);
int run_chat_reports(struct cli *cli);
int run_chat_reported(struct cli *cli);
int run_chat_close_report(struct cli *cli);
int run_chat_disable(struct cli *cli);
int run_chat_enable(struct cli *cli);
int run_upload(struct cli *cli);
int run_download(struct cli *cli);
int run_package(struct cli *cli);
int run_search(struct cli *cli);
int run_suggest(struct cli *cli);
int run_saved_search_add(struct cli *cli);
int run_saved_search_list(struct cli *cli);
int run_saved_search_show(struct cli *cli);
int run_saved_search_run(struct cli *cli);
int run_saved_search_alert(struct cli *cli);
int run_saved_search_delete(struct cli *cli);
int run_saved_search_send_alerts(struct cli *cli);
int run_history_record(struct cli *cli);
int run_history_list(struct cli *cli);
int run_history_clear(struct cli *cli);
int run_queries(struct cli *cli);
int run_audit_list(struct cli *cli);
int run_audit_own(struct cli *cli);
int run_audit_show(struct cli *cli);
int run_audit_suspicious(struct cli *cli);
int run_audit_checkpoint(struct cli *cli);
int run_audit_key(struct cli *cli);
int run_audit_prove(struct cli *cli);
int run_audit_verify(struct cli *cli);
int run_audit_export(struct cli *cli);
int run_audit_prune(struct cli *cli);
int run_outbox_send(struct cli *cli);
int run_completion(struct cli *cli);
int run_help(struct cli *cli);

#endif
