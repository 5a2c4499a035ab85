#include "commands.h"

#include <ctype.h>
#include <string.h>
#include "cli.h"

static const char *role_word(int value)
{
	return nmk_role_word((nmk_role)value);
}

static const char *state_word(int value)
{
	return nmk_user_state_word((nmk_user_state)value);
}

static const char *algorithm_word(int value)
{
	return nmk_totp_algorithm_word((nmk_totp_algorithm)value);
}

static const char *level_word(int value)
{
	return nmk_competency_level_word((nmk_competency_level)value);
}

static const char *format_word(int value)
{
	return nmk_format_word((nmk_format)value);
}

static const char *license_word(int value)
{
	return nmk_license_word((nmk_license)value);
}

/* One more than the states: "any". */
static const char *status_word(int value)
{
	return value == NMK_NANO_DELETED + 1 ? "any" : nmk_nano_state_word((nmk_nano_state)value);
}

static const char *listed(const char *const *words, int count, int value)
{
	return value >= 1 && value <= count ? words[value - 1] : NULL;
}

static const char *order_word(int value)
{
	return listed((const char *const[]){ "newest", "title" }, 2, value);
}

static const char *search_sort_word(int value)
{
	static const char *const words[] = { "", "relevance", "newest", "rating", "duration", "popularity" };

	return value > 0 && value < (int)(sizeof words / sizeof words[0]) ? words[value] : NULL;
}

static const char *comment_order_word(int value)
{
	return listed((const char *const[]){ "newest", "helpful" }, 2, value);
}

static const char *feedback_word(int value)
{
	return nmk_feedback_state_word((nmk_feedback_state)value);
}

static const char *reason_word(int value)
{
	return nmk_report_reason_word((nmk_report_reason)value);
}

static const char *policy_word(int value)
{
	return listed((const char *const[]){ "nist4", "classic" }, 2, value);
}

static const char *yes_word(int value)
{
	return listed((const char *const[]){ "yes", "no" }, 2, value);
}

static const char *language_word(int value)
{
	return listed((const char *const[]){ "de", "en" }, 2, value);
}

static const char *transcript_word(int value)
{
	return listed((const char *const[]){ "text", "json" }, 2, value);
}

#define SWITCH(name, letter, help)                  { name, letter, VALUE_NONE, NULL, help, NULL, 0, 0 }
#define TEXT(name, letter, value, help)             { name, letter, VALUE_TEXT, value, help, NULL, 0, 0 }
#define FILENAME(name, letter, help)                { name, letter, VALUE_FILE, "FILE", help, NULL, 0, 0 }
#define NUMBER(name, value, from, to, help)         { name, 0, VALUE_NUMBER, value, help, NULL, from, to }
#define WORD(name, value, word, help)               { name, 0, VALUE_WORD, value, help, word, 0, 0 }
#define END                                         { NULL, 0, VALUE_NONE, NULL, NULL, NULL, 0, 0 }

const struct option global_options[] = {
	{ "store", 's', VALUE_FILE, "FILE", "the store to work on; else NANOMARKET_STORE names it", NULL, 0, 0 },
	TEXT("as", 'a', "USER", "act as this member; else as the host, who may do everything"),
	TEXT("login", 0, "ADDRESS", "log in as the member with this address, and act as that one"),
	TEXT("code", 0, "CODE", "second factor of --login; else asked for if there is one"),
	FILENAME("password-file", 0, "what is asked for unseen are the lines of this file, - for standard input"),
	FILENAME("root-key-file", 0, "the root key of the store; else FILE.rootkey beside it"),
	SWITCH("ask-passphrase", 0, "the root key is a passphrase, which is asked for"),
	FILENAME("search-words", 0, "words and synonyms that search is to know; else NANOMARKET_SEARCH_WORDS names it"),
	FILENAME("settings", 0, "how the market is run; else NANOMARKET_SETTINGS names it"),
	SWITCH("json", 'j', "print JSON, errors too"),
	WORD("language", "LANGUAGE", language_word, "language of what is said; else that of the environment"),
	SWITCH("quiet", 'q', "say nothing but data and errors"),
	SWITCH("no-color", 0, "no colors, also on a terminal"),
	SWITCH("version", 0, "print the version and end"),
	SWITCH("help", 'h', "print help and end"),
	END
};

#define PAGING                                                                                                        \
	NUMBER("limit", "N", 1, 100, "entries on a page, 20 if not given"),                                           \
	TEXT("cursor", 0, "CURSOR", "begin where the page before ended"),                                             \
	SWITCH("all", 0, "walk all pages")

#define FILTERS                                                                                                       \
	TEXT("creator", 0, "USER", "only nanos of this creator"),                                                     \
	TEXT("category", 0, "NAME", "only nanos in this category or below it"),                                       \
	WORD("level", "LEVEL", level_word, "only nanos of this level"),                                               \
	WORD("format", "FORMAT", format_word, "only nanos in this format"),                                           \
	WORD("license", "LICENSE", license_word, "only nanos under this license"),                                    \
	TEXT("language", 0, "CODE", "only nanos in this language, two letters")

#define NANO_FIELDS                                                                                                   \
	TEXT("description", 0, "TEXT", "what it is about"),                                                           \
	NUMBER("duration", "MINUTES", 1, 1440, "how long it takes"),                                                  \
	WORD("level", "LEVEL", level_word, "how much a learner should know already"),                                 \
	TEXT("language", 0, "CODE", "its language, two letters"),                                                     \
	WORD("format", "FORMAT", format_word, "what it consists of"),                                                 \
	WORD("license", "LICENSE", license_word, "under which license"),                                              \
	TEXT("category", 0, "NAME", "a category; may be given up to five times")

#define NAMES                                                                                                         \
	TEXT("first-name", 0, "NAME", "its first name"),                                                              \
	TEXT("last-name", 0, "NAME", "its last name"),                                                                \
	TEXT("bio", 0, "TEXT", "a few words about it")

#define GENERATE SWITCH("generate-password", 0, "make a password and show it, once")

static const struct option no_options[] = { END };

static const struct option init_options[] = {
	TEXT("admin", 0, "USERNAME", "add this account as the first administrator"),
	TEXT("email", 0, "ADDRESS", "its e-mail address"),
	GENERATE, END
};
static const struct option user_add_options[] = {
	TEXT("email", 0, "ADDRESS", "its e-mail address; needed"),
	WORD("role", "ROLE", role_word, "what it may do, creator if not given"),
	GENERATE,
	SWITCH("password-hash", 0, "what is asked for is the hash of another system"),
	SWITCH("no-password", 0, "an account nobody can log in to"),
	SWITCH("change-password", 0, "the first login must set a new password"),
	NAMES, END
};
static const struct option user_list_options[] = {
	WORD("role", "ROLE", role_word, "only accounts with this role"),
	WORD("status", "STATUS", state_word, "only accounts in this state; else all but deleted ones"), PAGING, END
};
static const struct option user_suspend_options[] = {
	TEXT("reason", 0, "TEXT", "why; needed"),
	TEXT("until", 0, "TIME", "active again from then on: 2026-12-31 or 2026-12-31T12:00Z"),
	NUMBER("days", "N", 1, 36500, "active again after so many days"), END
};
static const struct option yes_options[] = {
	SWITCH("yes", 'y', "do not ask"), END
};
static const struct option account_register_options[] = {
	TEXT("email", 0, "ADDRESS", "its e-mail address; needed"),
	SWITCH("accept-terms", 0, "the terms are accepted; needed"),
	SWITCH("accept-privacy", 0, "the privacy policy is accepted; needed"),
	SWITCH("accept-marketing", 0, "marketing is agreed to"),
	NAMES, END
};
static const struct option second_factor_enable_options[] = {
	WORD("algorithm", "WORD", algorithm_word, "hash of the codes, sha1 if not given: every authenticator knows it"),
	FILENAME("svg", 0, "write the QR code to this new file instead"), END
};
static const struct option password_check_options[] = {
	WORD("policy", "WORD", policy_word, "the policy, nist4 if not given"), END
};
static const struct option token_issue_options[] = {
	TEXT("device", 0, "TEXT", "what the login is called in lists; else this computer"), END
};
static const struct option token_verify_options[] = {
	FILENAME("jwks", 0, "verify with these public keys, without a store"),
	TEXT("issuer", 0, "TEXT", "who must have issued it; needed with --jwks"),
	TEXT("audience", 0, "TEXT", "for whom it must be; needed with --jwks"),
	NUMBER("leeway", "SECONDS", 0, 300, "how far clocks may differ, 0 if not given"), END
};
static const struct option token_keys_rotate_options[] = {
	SWITCH("at-once", 0, "a new key takes over now: the secret one has leaked"), END
};
static const struct option change_root_options[] = {
	FILENAME("new-root-key-file", 0, "the new root key; made if there is no such file"),
	SWITCH("new-passphrase", 0, "the new root key is a passphrase, which is asked for"), END
};
static const struct option category_add_options[] = {
	TEXT("description", 0, "TEXT", "what it is about"),
	TEXT("parent", 0, "NAME", "the category above"), END
};
static const struct option category_list_options[] = {
	TEXT("parent", 0, "NAME", "only those directly below it"), PAGING, END
};
static const struct option category_update_options[] = {
	TEXT("name", 0, "NAME", "a new name"),
	TEXT("description", 0, "TEXT", "what it is about; empty clears it"),
	TEXT("parent", 0, "NAME", "the category above"),
	SWITCH("top", 0, "no category above"),
	WORD("active", "YES|NO", yes_word, "whether nanos can be put into it"), END
};
static const struct option import_options[] = {
	SWITCH("submit", 0, "hand what is imported in for review"),
	SWITCH("publish", 0, "publish what is imported; for the host"),
	SWITCH("create-missing", 0, "add categories and creators that do not exist"),
	SWITCH("dry-run", 'n', "only look at the rows, write nothing"),
	NUMBER("limit", "N", 1, 1000000000, "read no more than N rows"),
	NUMBER("jobs", "N", 1, 64, "import N rows at a time, 4 if not given"), END
};
static const struct option nano_create_options[] = {
	TEXT("creator", 0, "USER", "whose it will be; needed for the host"), NANO_FIELDS, END
};
static const struct option nano_update_options[] = {
	TEXT("title", 0, "TEXT", "a new title"), NANO_FIELDS, SWITCH("no-category", 0, "in no category"), END
};
static const struct option nano_list_options[] = {
	WORD("status", "STATUS", status_word, "only nanos in this status, published if not given"),
	FILTERS,
	WORD("order", "ORDER", order_word, "how they are sorted, newest first if not given"),
	PAGING, END
};
static const struct option nano_queue_options[] = {
	SWITCH("versions", 0, "new versions of published nanos instead"), PAGING, END
};
static const struct option paging_options[] = { PAGING, END };
static const struct option version_options[] = {
	TEXT("version", 0, "N", "a version of a published nano instead of the nano itself"), END
};
static const struct option nano_reject_options[] = {
	TEXT("reason", 0, "TEXT", "why; needed"),
	TEXT("version", 0, "N", "a version of a published nano instead of the nano itself"), END
};
static const struct option nano_takedown_options[] = {
	TEXT("reason", 0, "TEXT", "why; needed"),
	TEXT("note", 0, "TEXT", "a note for the record"), END
};
static const struct option nano_rollback_options[] = {
	TEXT("changelog", 0, "TEXT", "what changed"), END
};
static const struct option upload_options[] = {
	TEXT("number", 0, "N", "number of the version; else the next minor one"),
	TEXT("changelog", 0, "TEXT", "what changed"), END
};
static const struct option download_options[] = {
	TEXT("version", 0, "N", "this version instead of the current one"),
	FILENAME("output", 'o', "where to, - for standard output; else NANO-VERSION.zip"), END
};
static const struct option package_options[] = {
	TEXT("version", 0, "N", "this version instead of the current one"), END
};
#define WHOSE                                                                                                         \
	SWITCH("own", 0, "one's own, whatever became of them"),                                                       \
	SWITCH("received", 0, "what one's own nanos were given, or the named one"),                                   \
	WORD("status", "STATUS", feedback_word, "with --received: only those in this state")

static const struct option rating_list_options[] = { WHOSE, PAGING, END };
static const struct option comment_list_options[] = {
	WORD("order", "ORDER", comment_order_word, "how they are sorted, newest first if not given"), WHOSE, PAGING, END
};
static const struct option approve_options[] = {
	NUMBER("revision", "N", 1, 1000000000, "only if it is still this revision, the one that was looked at"), END
};
static const struct option hide_options[] = {
	TEXT("reason", 0, "TEXT", "why; needed"), END
};
static const struct option rating_trend_options[] = {
	NUMBER("months", "N", 1, NMK_FEEDBACK_MONTHS_MAXIMUM, "how many months, 12 if not given"), END
};
static const struct option comment_helpful_options[] = {
	SWITCH("undo", 0, "take that back"), END
};
static const struct option comment_report_options[] = {
	WORD("reason", "WORD", reason_word, "what is wrong with it; needed"),
	TEXT("note", 0, "TEXT", "a note for the moderators"), END
};
static const struct option search_options[] = {
	FILTERS,
	NUMBER("min-duration", "MINUTES", 1, 1440, "only nanos that take at least this long"),
	NUMBER("max-duration", "MINUTES", 1, 1440, "only nanos that take no longer"),
	NUMBER("min-rating", "STARS", 1, 5, "only nanos that are rated so well or better"),
	WORD("sort", "ORDER", search_sort_word, "how they are sorted, the most relevant first if not given"),
	SWITCH("strict", 0, "all words as they were typed or nothing"),
	NUMBER("relax-below", "N", 1, 100, "with fewer results than this also list what has some of the words"),
	SWITCH("facets", 0, "also count what was found by topic, level, duration and more"),
	SWITCH("explain", 0, "say of each why it stands where it stands"),
	PAGING, END
};
static const struct option suggest_options[] = {
	SWITCH("corrections", 0, "what was meant by a misspelt text"),
	SWITCH("trending", 0, "what many search for these days"),
	NUMBER("limit", "N", 1, NMK_SUGGEST_LIMIT_MAXIMUM, "so many suggestions at most"), END
};
static const struct option saved_search_add_options[] = {
	FILTERS,
	NUMBER("min-duration", "MINUTES", 1, 1440, "only nanos that take at least this long"),
	NUMBER("max-duration", "MINUTES", 1, 1440, "only nanos that take no longer"),
	SWITCH("alert", 0, "tell of new nanos by mail"), END
};
static const struct option saved_search_alert_options[] = {
	SWITCH("off", 0, "not any more"), END
};
static const struct option history_record_options[] = {
	NUMBER("results", "N", 0, 1000000000, "how many nanos were found; needed"), END
};
static const struct option queries_options[] = {
	NUMBER("days", "N", 1, 90, "of so many days, 30 if not given"),
	SWITCH("no-result", 0, "only what found nothing"),
	NUMBER("limit", "N", 1, 100, "so many texts, 20 if not given"), END
};
static const struct option chat_list_options[] = {
	TEXT("nano", 0, "NANO", "only chats about this nano"),
	SWITCH("archived", 0, "only chats that have been silent for 30 days"), PAGING, END
};
static const struct option chat_show_options[] = {
	NUMBER("since", "N", 0, 1000000000, "only messages after this one; else the last ones"),
	NUMBER("limit", "N", 1, 100, "so many messages, 20 if not given"), END
};
static const struct option chat_send_options[] = {
	FILENAME("attach", 0, "send this file with it, less than 5 MiB"),
	TEXT("type", 0, "WORD", "its media type, such as image/png"), END
};
static const struct option chat_wait_options[] = {
	NUMBER("since", "N", 0, 1000000000000, "what is after this number; else what comes from now on"),
	NUMBER("timeout", "SECONDS", 0, 3600, "how long, 60 if not given"), END
};
static const struct option chat_off_options[] = {
	SWITCH("off", 0, "no longer"), END
};
static const struct option chat_report_options[] = {
	WORD("reason", "WORD", reason_word, "what is wrong with it; needed"),
	TEXT("comment", 0, "TEXT", "a few words for the staff"), END
};
static const struct option chat_export_options[] = {
	WORD("format", "FORMAT", transcript_word, "how it is written, text if not given"),
	FILENAME("output", 'o', "into this new file, - for standard output"), END
};
static const struct option chat_download_options[] = {
	FILENAME("output", 'o', "into this new file, - for standard output"), END
};
static const struct option chat_reports_options[] = {
	SWITCH("closed", 0, "those that are closed"), PAGING, END
};
static const struct option chat_disable_options[] = {
	TEXT("reason", 0, "TEXT", "why; needed"), END
};
static const struct option audit_list_options[] = {
	TEXT("actor", 0, "USER", "only what this member did"),
	TEXT("action", 0, "WORD", "only this action, such as login_failure"),
	TEXT("type", 0, "WORD", "only objects of this type, such as nano"),
	TEXT("object", 0, "ID", "only this object"),
	TEXT("result", 0, "WORD", "only calls with this answer, such as ok or denied"),
	TEXT("from", 0, "TIME", "from then on: 2026-12-31 or 2026-12-31T12:00Z"),
	TEXT("to", 0, "TIME", "up to then"), PAGING, END
};
static const struct option audit_suspicious_options[] = {
	NUMBER("threshold", "N", 1, 100, "so many failures at least, 5 if not given"),
	NUMBER("minutes", "N", 1, 1440, "in the last N minutes, 60 if not given"), END
};
static const struct option audit_year_options[] = {
	NUMBER("year", "YEAR", 1970, 9999, "of this year's log, the newest if not given"), END
};
static const struct option audit_verify_options[] = {
	FILENAME("receipt", 0, "verify this receipt instead, without a store"),
	TEXT("key", 0, "KEY", "the key of 'audit key'; needed with --receipt"), END
};
static const struct option doctor_options[] = {
	SWITCH("repair", 0, "mend what can be mended without loss"),
	SWITCH("rebuild-search", 0, "first make the words of the search index anew, while others work"), END
};
static const struct option outbox_options[] = {
	TEXT("command", 0, "COMMAND", "run for each message, which it reads from standard input; needed"),
	NUMBER("retry", "SECONDS", 60, 604800, "when to try again what was not delivered, 300 if not given"),
	NUMBER("limit", "N", 1, 1000000000, "send no more than N messages"), END
};

#define STORE  COMMAND_STORE
#define READS  (COMMAND_STORE | COMMAND_READS)
#define FILES  COMMAND_FILES
#define GUEST  (COMMAND_STORE | COMMAND_GUEST)
#define MEMBER (COMMAND_STORE | COMMAND_MEMBER)

#define TOKEN_HELP "With - the token is read from standard input, so that it does not stand in the list of processes."

const struct command commands[] = {
	{ "init", "", 0, 0, COMMAND_MAKES, run_init, "create a store",
	  "The store is the file given with --store. With --admin an administrator is added, who must change the password "
	  "at the first login; it is asked for, unless one is to be made. The root key is made beside the store: keep a "
	  "copy of it safe, apart from the store.",
	  init_options, "--store market.db init --admin anna --email anna@example.org --generate-password" },
	{ "user add", "USERNAME", 1, 1, STORE, run_user_add, "add an account",
	  "The account is verified from the start. The password is asked for, unless one is to be made or none is wanted.",
	  user_add_options, "user add bert --email bert@example.org --role moderator" },
	{ "user list", "[QUERY]", 0, 1, READS, run_user_list, "list accounts",
	  "The query is a whole e-mail address, or the beginning of a user name.", user_list_options,
	  "user list --role admin" },
	{ "user show", "USERNAME", 1, 1, READS, run_user_show, "show an account", NULL, no_options, "user show bert" },
	{ "user role", "USERNAME ROLE", 2, 2, STORE, run_user_role, "give an account another role",
	  "Roles are consumer, creator, moderator and admin.", no_options, "user role bert creator" },
	{ "user suspend", "USERNAME", 1, 1, STORE, run_user_suspend, "suspend an account",
	  "Its logins stay, and work again afterwards.", user_suspend_options,
	  "user suspend bert --reason \"Spam\" --days 7" },
	{ "user reactivate", "USERNAME", 1, 1, STORE, run_user_reactivate, "make a suspended account active again", NULL,
	  no_options, "user reactivate bert" },
	{ "user delete", "USERNAME", 1, 1, STORE, run_user_delete, "delete an account for good",
	  "Address, name, password, profile, logins, ratings and comments are erased. What it published stays, by a nameless "
	  "creator.",
	  yes_options, "user delete bert --yes" },
	{ "user reset-second-factor", "USERNAME", 1, 1, STORE, run_user_reset_second_factor,
	  "take the second factor away from who lost it", "The member is told by mail.", no_options,
	  "user reset-second-factor bert" },
	{ "user logins", "USERNAME", 1, 1, READS, run_user_logins, "list the logins of an account", NULL, paging_options,
	  "user logins bert" },
	{ "user logout", "USERNAME", 1, 1, STORE, run_user_logout, "end all logins and sessions of an account", NULL,
	  no_options, "user logout bert" },
	{ "account register", "USERNAME", 1, 1, GUEST, run_account_register, "register an account",
	  "A mail with a token to verify the address waits in the outbox.", account_register_options,
	  "account register carla --email carla@example.org --accept-terms --accept-privacy" },
	{ "account verify", "TOKEN", 1, 1, GUEST, run_account_verify, "verify an e-mail address with the token of the mail",
	  TOKEN_HELP, no_options, "account verify -" },
	{ "account resend", "ADDRESS", 1, 1, GUEST, run_account_resend, "ask for another mail to verify an address", NULL,
	  no_options, "account resend carla@example.org" },
	{ "account reset", "ADDRESS", 1, 1, GUEST, run_account_reset, "ask for a mail to set a new password", NULL,
	  no_options, "account reset carla@example.org" },
	{ "account set-password", "TOKEN", 1, 1, GUEST, run_account_set_password,
	  "set a new password with the token of the mail", TOKEN_HELP, no_options, "account set-password -" },
	{ "account show", "", 0, 0, MEMBER, run_account_show, "show one's own account", NULL, no_options,
	  "--login carla@example.org account show" },
	{ "account password", "", 0, 0, MEMBER, run_account_password, "change one's own password", NULL, no_options,
	  "--login carla@example.org account password" },
	{ "account username", "USERNAME", 1, 1, MEMBER, run_account_username, "take another user name", NULL, no_options,
	  "--login carla@example.org account username carlotta" },
	{ "account email", "ADDRESS", 1, 1, MEMBER, run_account_email, "ask for another e-mail address",
	  "A mail with a token goes to the new one. Until the token comes back the old one stays.", no_options,
	  "--login carla@example.org account email carla@example.com" },
	{ "account confirm-email", "TOKEN", 1, 1, GUEST, run_account_confirm_email,
	  "take the new address with the token of the mail", TOKEN_HELP, no_options, "account confirm-email -" },
	{ "account logins", "", 0, 0, MEMBER, run_account_logins, "list one's own logins", NULL, paging_options,
	  "--as carla account logins" },
	{ "account logout", "[LOGIN]", 0, 1, MEMBER, run_account_logout, "end a login, or all others", NULL, no_options,
	  "--as carla account logout" },
	{ "account second-factor show", "", 0, 0, MEMBER, run_second_factor_show, "show whether a second factor is enabled",
	  NULL, no_options, "--as carla account second-factor show" },
	{ "account second-factor enable", "", 0, 0, MEMBER, run_second_factor_enable, "begin to set a second factor up",
	  "Shows a new secret as a QR code for an authenticator. It counts when its first code has confirmed it.",
	  second_factor_enable_options, "--login carla@example.org account second-factor enable" },
	{ "account second-factor confirm", "CODE", 1, 1, MEMBER, run_second_factor_confirm,
	  "enable the second factor with its first code", "Shows ten recovery codes, once.", no_options,
	  "--login carla@example.org account second-factor confirm 123456" },
	{ "account second-factor disable", "[CODE]", 0, 1, MEMBER, run_second_factor_disable,
	  "do without the second factor", "The code is one of the authenticator, or a recovery code.", no_options,
	  "--login carla@example.org account second-factor disable" },
	{ "account second-factor codes", "[CODE]", 0, 1, MEMBER, run_second_factor_codes, "make ten new recovery codes",
	  "The old ones are void. The code is one of the authenticator.", no_options,
	  "--login carla@example.org account second-factor codes" },
	{ "password check", "", 0, 0, 0, run_password_check, "tell how strong a password is",
	  "It is asked for unseen. The exit status is 4 if the policy refuses it.", password_check_options,
	  "password check --policy classic" },
	{ "token issue", "", 0, 0, MEMBER, run_token_issue, "begin a login on a device",
	  "Prints an access token and a refresh token as JSON.", token_issue_options,
	  "--as carla token issue --device \"My phone\"" },
	{ "token refresh", "", 0, 0, GUEST, run_token_refresh, "exchange a refresh token for a new pair",
	  "The token is read from standard input.", no_options, "token refresh < refresh-token" },
	{ "token verify", "", 0, 0, COMMAND_GUEST, run_token_verify, "verify an access token",
	  "The token is read from standard input. With the store it must also not have been revoked.",
	  token_verify_options, "token verify --jwks keys.json --issuer https://nanos.example --audience nanomarket < token" },
	{ "token jwks", "", 0, 0, READS, run_token_jwks, "print the public keys that verify access tokens",
	  "A JSON Web Key Set, to be served at /.well-known/jwks.json.", no_options, "token jwks > keys.json" },
	{ "token keys list", "", 0, 0, READS, run_token_keys_list, "list the keys that sign access tokens", NULL,
	  paging_options, "token keys list" },
	{ "token keys rotate", "", 0, 0, STORE, run_token_keys_rotate, "move the signing keys on as far as is due",
	  "To be run daily: a new key waits for 24 hours, and one that signs is replaced after 90 days.",
	  token_keys_rotate_options, "token keys rotate" },
	{ "keys show", "", 0, 0, READS, run_keys_show, "show the state of the keys that seal the store", NULL, no_options,
	  "keys show" },
	{ "keys rotate", "", 0, 0, STORE, run_keys_rotate, "seal everything with a new key",
	  "To be run monthly, while others work. When it was interrupted, the next run completes it.", no_options,
	  "keys rotate" },
	{ "keys change-root", "", 0, 0, STORE, run_keys_change_root, "open the store with another root key from now on",
	  "The one before is needed for backups from before.", change_root_options,
	  "keys change-root --new-root-key-file /media/safe/market.rootkey" },
	{ "category add", "NAME", 1, 1, STORE, run_category_add, "add a category", NULL, category_add_options,
	  "category add Excel --parent Software" },
	{ "category list", "", 0, 0, READS, run_category_list, "list categories", NULL, category_list_options,
	  "category list --all" },
	{ "category update", "NAME", 1, 1, STORE, run_category_update, "change a category", NULL, category_update_options,
	  "category update Excel --active no" },
	{ "import", "FOLDER|FILE", 1, 1, STORE | FILES, run_import, "import nanos from JSON Lines or CSV",
	  "A folder has catalog.jsonl or metadata.csv, the packages they name, and perhaps categories.jsonl and "
	  "creators.jsonl. An import that was interrupted goes on where it ended when it is run again: what is there "
	  "already is not imported twice.",
	  import_options, "import --publish examples/data" },
	{ "nano create", "TITLE", 1, 1, STORE, run_nano_create, "create a nano, as a draft", NULL, nano_create_options,
	  "--as anna nano create \"Pivot tables\" --duration 20 --category Excel" },
	{ "nano update", "NANO", 1, 1, STORE, run_nano_update, "change a draft",
	  "Categories that are given replace the ones it has.", nano_update_options, "nano update NANO --duration 25" },
	{ "nano list", "", 0, 0, READS, run_nano_list, "list nanos", NULL, nano_list_options,
	  "nano list --status any --creator anna --all" },
	{ "nano show", "NANO", 1, 1, READS, run_nano_show, "show a nano", NULL, no_options, "nano show NANO" },
	{ "nano versions", "NANO", 1, 1, READS, run_nano_versions, "list the versions of a nano", NULL, paging_options,
	  "nano versions NANO" },
	{ "nano queue", "", 0, 0, READS, run_nano_queue, "list what waits for review", NULL, nano_queue_options,
	  "nano queue --all" },
	{ "nano submit", "NANO", 1, 1, STORE, run_nano_submit, "hand a draft in for review", NULL, version_options,
	  "--as anna nano submit NANO" },
	{ "nano withdraw", "NANO", 1, 1, STORE, run_nano_withdraw, "take a nano back from review", NULL, no_options,
	  "--as anna nano withdraw NANO" },
	{ "nano publish", "NANO", 1, 1, STORE, run_nano_publish, "publish what waits for review",
	  "The host may publish a draft directly.", version_options, "--as bert nano publish NANO" },
	{ "nano reject", "NANO", 1, 1, STORE, run_nano_reject, "send back what waits for review", NULL,
	  nano_reject_options, "--as bert nano reject NANO --reason \"No sources\"" },
	{ "nano unpublish", "NANO", 1, 1, STORE, run_nano_unpublish,
	  "make a nano a draft again, within 24 hours of its publication", NULL, no_options,
	  "--as anna nano unpublish NANO" },
	{ "nano archive", "NANO", 1, 1, STORE, run_nano_archive, "take a nano out of the catalogue", NULL, no_options,
	  "nano archive NANO" },
	{ "nano delete", "NANO", 1, 1, STORE, run_nano_delete, "delete a draft or an archived nano", NULL, no_options,
	  "nano delete NANO" },
	{ "nano takedown", "NANO", 1, 1, STORE, run_nano_takedown, "take a published nano down", NULL,
	  nano_takedown_options, "nano takedown NANO --reason \"Copyright\"" },
	{ "nano rollback", "NANO NUMBER", 2, 2, STORE, run_nano_rollback, "bring the content of an earlier version back",
	  NULL, nano_rollback_options, "nano rollback NANO 1.0.0" },
	{ "upload", "NANO FILE", 2, 2, STORE | FILES, run_upload, "add a version: a ZIP package", NULL, upload_options,
	  "upload NANO package.zip --changelog \"New exercises\"" },
	{ "download", "NANO", 1, 1, STORE, run_download, "download a package", NULL, download_options,
	  "download NANO --output package.zip" },
	{ "package", "NANO", 1, 1, READS, run_package, "list the files in a package", NULL, package_options,
	  "package NANO" },
	{ "rating set", "NANO SCORE", 2, 2, MEMBER, run_rating_set, "rate a nano with 1 to 5 stars, or anew",
	  "The rating counts when a moderator has approved it.", no_options, "--as carla rating set NANO 4" },
	{ "rating show", "NANO", 1, 1, MEMBER, run_rating_show, "show one's own rating of a nano", NULL, no_options,
	  "--as carla rating show NANO" },
	{ "rating withdraw", "NANO", 1, 1, MEMBER, run_rating_withdraw, "take one's rating of a nano back", NULL, no_options,
	  "--as carla rating withdraw NANO" },
	{ "rating list", "[NANO]", 0, 1, READS, run_rating_list, "list the ratings of a nano",
	  "Those that count; with --own and --received others too.", rating_list_options, "rating list NANO" },
	{ "rating queue", "", 0, 0, READS, run_rating_queue, "list the ratings that wait for a moderator", NULL,
	  paging_options, "--as bert rating queue" },
	{ "rating approve", "RATING", 1, 1, STORE, run_rating_approve, "let a rating count", NULL, approve_options,
	  "--as bert rating approve RATING --revision 1" },
	{ "rating hide", "RATING", 1, 1, STORE, run_rating_hide, "take a rating away from what counts", NULL, hide_options,
	  "--as bert rating hide RATING --reason \"Bought\"" },
	{ "rating trend", "[NANO]", 0, 1, READS, run_rating_trend, "show how ratings and comments develop by month",
	  "Of a nano, or of all of one's own.", rating_trend_options, "--as anna rating trend --months 24" },
	{ "comment add", "NANO TEXT", 2, 2, MEMBER, run_comment_add, "comment on a nano",
	  "Others see the comment when a moderator has approved it.", no_options,
	  "--as carla comment add NANO \"Short and clear\"" },
	{ "comment edit", "COMMENT TEXT", 2, 2, STORE, run_comment_edit, "change a comment",
	  "It waits for a moderator again.", no_options, "--as carla comment edit COMMENT \"Clear\"" },
	{ "comment show", "COMMENT", 1, 1, READS, run_comment_show, "show a comment", NULL, no_options,
	  "comment show COMMENT" },
	{ "comment withdraw", "COMMENT", 1, 1, STORE, run_comment_withdraw, "take a comment back", NULL, no_options,
	  "--as carla comment withdraw COMMENT" },
	{ "comment list", "[NANO]", 0, 1, READS, run_comment_list, "list the comments on a nano",
	  "Those that everyone sees; with --own and --received others too.", comment_list_options,
	  "comment list NANO --order helpful" },
	{ "comment queue", "", 0, 0, READS, run_comment_queue, "list the comments that wait for a moderator", NULL,
	  paging_options, "--as bert comment queue" },
	{ "comment approve", "COMMENT", 1, 1, STORE, run_comment_approve, "show a comment to everyone",
	  "Reports of it that wait are closed.", approve_options, "--as bert comment approve COMMENT --revision 1" },
	{ "comment hide", "COMMENT", 1, 1, STORE, run_comment_hide, "take a comment away from the public",
	  "Reports of it that wait are resolved.", hide_options, "--as bert comment hide COMMENT --reason \"Spam\"" },
	{ "comment reply", "COMMENT TEXT", 2, 2, STORE, run_comment_reply, "answer a comment on one's own nano, once", NULL,
	  no_options, "--as anna comment reply COMMENT \"Thank you\"" },
	{ "comment remove-reply", "COMMENT", 1, 1, STORE, run_comment_remove_reply, "remove the creator's answer",
	  "There will be no other.", hide_options, "--as bert comment remove-reply COMMENT --reason \"Insult\"" },
	{ "comment helpful", "COMMENT", 1, 1, MEMBER, run_comment_helpful, "say that a comment was helpful", NULL,
	  comment_helpful_options, "--as carla comment helpful COMMENT" },
	{ "comment report", "COMMENT", 1, 1, MEMBER, run_comment_report, "report a comment to the moderators", NULL,
	  comment_report_options, "--as carla comment report COMMENT --reason spam" },
	{ "comment reports", "", 0, 0, READS, run_comment_reports, "list the reports of comments that wait",
	  "To hide the comment resolves them, to approve it closes them.", paging_options, "--as bert comment reports" },
	{ "chat open", "NANO", 1, 1, MEMBER, run_chat_open, "begin a chat with the creator of a nano, or find it", NULL, no_options,
	  "--as clara chat open NANO" },
	{ "chat list", "", 0, 0, MEMBER, run_chat_list, "list one's chats, the latest message first", NULL, chat_list_options,
	  "--as clara chat list" },
	{ "chat show", "CHAT", 1, 1, MEMBER, run_chat_show, "show the messages of a chat", NULL, chat_show_options,
	  "--as clara chat show CHAT" },
	{ "chat send", "CHAT [TEXT]", 1, 2, MEMBER, run_chat_send, "send a message",
	  "With - the text is read from standard input, so that it does not stand in the list of processes.", chat_send_options,
	  "--as clara chat send CHAT \"Is there more?\"" },
	{ "chat wait", "[CHAT]", 0, 1, MEMBER, run_chat_wait, "wait for new messages",
	  "They are printed as soon as they come. Without a chat it waits for anything new in all of them, and prints the number "
	  "that --since takes.",
	  chat_wait_options, "--as clara chat wait CHAT --timeout 600" },
	{ "chat read", "CHAT N", 2, 2, MEMBER, run_chat_read, "mark messages as read, up to this one", NULL, no_options,
	  "--as clara chat read CHAT 12" },
	{ "chat mute", "CHAT", 1, 1, MEMBER, run_chat_mute, "want no notifications of a chat", NULL, chat_off_options,
	  "--as clara chat mute CHAT" },
	{ "chat block", "CHAT", 1, 1, MEMBER, run_chat_block, "block the other one of a chat",
	  "Neither of the two can send to the other, in any chat.", chat_off_options, "--as clara chat block CHAT" },
	{ "chat report", "CHAT N", 2, 2, MEMBER, run_chat_report, "report a message to the staff",
	  "They may read it and the five messages before it, and nothing else.", chat_report_options,
	  "--as clara chat report CHAT 12 --reason offensive" },
	{ "chat export", "CHAT", 1, 1, MEMBER, run_chat_export, "write a transcript of a chat", NULL, chat_export_options,
	  "--as clara chat export CHAT --output chat.txt" },
	{ "chat download", "CHAT N", 2, 2, MEMBER, run_chat_download, "save the attachment of a message", NULL,
	  chat_download_options, "--as clara chat download CHAT 12 --output picture.png" },
	{ "chat reports", "", 0, 0, STORE, run_chat_reports, "list messages that were reported", NULL, chat_reports_options,
	  "--as bert chat reports" },
	{ "chat reported", "REPORT", 1, 1, STORE, run_chat_reported, "read a reported message, and those before it", NULL,
	  no_options, "--as bert chat reported REPORT" },
	{ "chat close-report", "REPORT", 1, 1, STORE, run_chat_close_report, "close a report", NULL, no_options,
	  "--as bert chat close-report REPORT" },
	{ "chat disable", "CHAT", 1, 1, STORE, run_chat_disable, "let nothing be sent in a chat any more", NULL,
	  chat_disable_options, "chat disable CHAT --reason \"Insults\"" },
	{ "chat enable", "CHAT", 1, 1, STORE, run_chat_enable, "let messages be sent in a chat again", NULL, no_options,
	  "chat enable CHAT" },
	{ "search", "[TEXT...]", 0, -1, READS, run_search, "search published nanos",
	  "Words, \"phrases\", +must and -without; topic:, level:, language: and creator: filter. The last word may be unfinished. Words"
	  " that begin with a dash follow --.",
	  search_options, "search excel pivot --level beginner" },
	{ "suggest", "[TEXT]", 0, 1, READS, run_suggest, "suggest what to search for",
	  "What the text may become, after two letters: own searches, topics, words, titles of published nanos.",
	  suggest_options, "suggest tabel" },
	{ "saved-search add", "NAME [TEXT]", 1, 2, MEMBER, run_saved_search_add, "save a search", NULL, saved_search_add_options,
	  "--as clara saved-search add Excel \"excel pivot\" --level beginner --alert" },
	{ "saved-search list", "", 0, 0, COMMAND_READS | MEMBER, run_saved_search_list, "list one's saved searches", NULL, paging_options,
	  "--as clara saved-search list" },
	{ "saved-search show", "SEARCH", 1, 1, COMMAND_READS | MEMBER, run_saved_search_show, "show a saved search", NULL, no_options,
	  "--as clara saved-search show SEARCH" },
	{ "saved-search run", "SEARCH", 1, 1, COMMAND_READS | MEMBER, run_saved_search_run, "run a saved search", NULL, paging_options,
	  "--as clara saved-search run SEARCH" },
	{ "saved-search alert", "SEARCH", 1, 1, MEMBER, run_saved_search_alert, "tell of new nanos by mail", NULL,
	  saved_search_alert_options, "--as clara saved-search alert SEARCH" },
	{ "saved-search delete", "SEARCH", 1, 1, MEMBER, run_saved_search_delete, "remove a saved search", NULL, no_options,
	  "--as clara saved-search delete SEARCH" },
	{ "saved-search send-alerts", "", 0, 0, STORE, run_saved_search_send_alerts, "look for new nanos for all saved searches",
	  "Those that nobody has looked after for a day. The mails wait in the outbox.", no_options, "saved-search send-alerts" },
	{ "history record", "TEXT", 1, 1, STORE, run_history_record, "note that somebody searched",
	  "In the history of the member, and in the statistics.", history_record_options, "--as clara history record excel --results 7" },
	{ "history list", "", 0, 0, COMMAND_READS | MEMBER, run_history_list, "list what one searched for", NULL, paging_options,
	  "--as clara history list" },
	{ "history clear", "[ENTRY]", 0, 1, MEMBER, run_history_clear, "remove an entry of one's history, or all", NULL, no_options,
	  "--as clara history clear" },
	{ "queries", "", 0, 0, READS, run_queries, "list what is searched for most",
	  "Only texts that at least five different members or networks searched for.", queries_options, "queries --no-result" },
	{ "audit list", "", 0, 0, STORE, run_audit_list, "list entries of the audit log",
	  "The newest first. Reading the log is recorded in it.", audit_list_options,
	  "audit list --action login_failure --from 2026-03-01" },
	{ "audit own", "[OBJECT]", 0, 1, COMMAND_STORE | COMMAND_READS | COMMAND_MEMBER, run_audit_own,
	  "list what the audit log has about oneself",
	  "Or about a nano or a version of one's own.", paging_options, "--login carla@example.org audit own" },
	{ "audit show", "ENTRY", 1, 1, STORE, run_audit_show, "show an entry of the audit log", NULL, no_options,
	  "audit show ENTRY" },
	{ "audit suspicious", "", 0, 0, STORE, run_audit_suspicious, "list accounts with many failed logins", NULL,
	  audit_suspicious_options, "audit suspicious --threshold 10" },
	{ "audit checkpoint", "", 0, 0, STORE, run_audit_checkpoint, "print the newest checkpoint of the audit log",
	  "A signed note. Keep it elsewhere: 'audit verify' compares.", no_options, "audit checkpoint > checkpoint-today" },
	{ "audit key", "", 0, 0, READS, run_audit_key, "print the key that verifies checkpoints and receipts", NULL,
	  audit_year_options, "audit key --year 2026" },
	{ "audit prove", "ENTRY", 1, 1, STORE, run_audit_prove, "print a receipt: the proof that an entry is in the log", NULL,
	  no_options, "audit prove ENTRY > entry.tlog-proof" },
	{ "audit verify", "[CHECKPOINT...]", 0, -1, FILES, run_audit_verify, "read the whole audit log again and verify it",
	  "And compare it with checkpoints that were kept elsewhere, which are files.", audit_verify_options,
	  "audit verify checkpoint-today" },
	{ "audit export", "FOLDER", 1, 1, STORE | FILES, run_audit_export, "write the audit log into files that need no database",
	  "They are verified by examples/audit_verify.c.", audit_year_options, "audit export audit-2026 --year 2026" },
	{ "audit prune", "", 0, 0, STORE, run_audit_prune, "let go what the audit log has kept long enough",
	  "To be run daily. Hashes stay, so that all proofs still hold.", no_options, "audit prune" },
	{ "doctor", "", 0, 0, STORE, run_doctor, "check the whole store", NULL, doctor_options, "doctor --repair" },
	{ "backup", "FILE", 1, 1, STORE | FILES, run_backup, "back the store up into one new file",
	  "The store may be in use. The file is a store itself; its key ring lies beside it, the root key does not.",
	  no_options, "backup market-backup.db" },
	{ "restore", "BACKUP", 1, 1, FILES, run_restore, "make a store of a backup",
	  "The store given with --store must not exist. It opens with the root key of the one that was backed up.",
	  no_options, "--store new.db restore market-backup.db" },
	{ "outbox send", "", 0, 0, STORE, run_outbox_send, "deliver the mails that wait",
	  "The command gets each message as JSON. When it ends with 0 the message is delivered; else it is tried again "
	  "later.",
	  outbox_options, "outbox send --command ./send-mail" },
	{ "completion", "bash|zsh|fish", 1, 1, 0, run_completion, "print a completion script for a shell", NULL,
	  no_options, "completion bash > nanomarket.bash" },
	{ "help", "[COMMAND]", 0, 3, 0, run_help, "explain a command", NULL, no_options, "help nano list" },
	{ NULL, NULL, 0, 0, 0, NULL, NULL, NULL, NULL, NULL }
};

const struct command *command_find(const char *name)
{
	for (const struct command *command = commands; command->name; command++)
		if (strcmp(command->name, name) == 0)
			return command;
	return NULL;
}

bool command_is_group(const char *word)
{
	size_t length = strlen(word);

	for (const struct command *command = commands; command->name; command++)
		if (strncmp(command->name, word, length) == 0 && command->name[length] == ' ')
			return true;
	return false;
}

const struct option *option_named(const struct option *options, const char *name, size_t length)
{
	for (; options->name; options++)
		if (strlen(options->name) == length && memcmp(options->name, name, length) == 0)
			return options;
	return NULL;
}

const struct option *option_lettered(const struct option *options, char letter)
{
	for (; options->name; options++)
		if (options->letter == letter)
			return options;
	return NULL;
}

/* ---- hints ---- */

#define LIKE_LENGTH_MAXIMUM 31

/* Edit distance of Levenshtein (Doklady 10, 1966) by the two-row method; long names are far from everything. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LIKE_LENGTH_MAXIMUM + 1], columns = strlen(b);

	if (strlen(a) > LIKE_LENGTH_MAXIMUM || columns > LIKE_LENGTH_MAXIMUM)
		return LIKE_LENGTH_MAXIMUM + 1;
	for (size_t j = 0; j <= columns; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			size_t replaced = diagonal + (tolower((unsigned char)a[i - 1]) != b[j - 1]);
			size_t best = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;

			diagonal = row[j];
			row[j] = replaced < best ? replaced : best;
		}
	}
	return row[columns];
}

/* Near enough for a slip of the finger: a third of the letters. */
static bool nearer(const char *given, const char *known, size_t *best)
{
	size_t found = distance(given, known);

	if (found >= *best || found * 3 > strlen(given) + 2)
		return false;
	*best = found;
	return true;
}

/* Names of groups count too: whatever a command's name has before a blank. */
static const char *group_like(const char *name, size_t *best)
{
	static char group[LIKE_LENGTH_MAXIMUM + 1];
	const char *like = NULL;

	for (const struct command *command = commands; command->name; command++)
		for (const char *blank = strchr(command->name, ' '); blank; blank = strchr(blank + 1, ' ')) {
			size_t length = (size_t)(blank - command->name);
			char words[LIKE_LENGTH_MAXIMUM + 1];

			if (length > LIKE_LENGTH_MAXIMUM)
				continue;
			memcpy(words, command->name, length);
			words[length] = '\0';
			if (nearer(name, words, best)) {
				memcpy(group, words, length + 1);
				like = group;
			}
		}
	return like;
}

const char *command_like(const char *name)
{
	const char *like = NULL, *group;
	size_t best = LIKE_LENGTH_MAXIMUM;

	for (const struct command *command = commands; command->name; command++)
		if (nearer(name, command->name, &best))
			like = command->name;
	group = group_like(name, &best);
	return group ? group : like;
}

const char *option_like(const struct command *command, const char *name)
{
	const char *like = NULL;
	size_t best = LIKE_LENGTH_MAXIMUM;

	for (const struct option *option = command ? command->options : no_options; option->name; option++)
		if (nearer(name, option->name, &best))
			like = option->name;
	for (const struct option *option = global_options; option->name; option++)
		if (nearer(name, option->name, &best))
			like = option->name;
	return like;
}
