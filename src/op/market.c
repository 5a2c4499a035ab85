#include "session.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "components.h"
#include "store_tx.h"

void nmk_market_options_init(nmk_market_options *options)
{
	*options = (nmk_market_options)NMK_MARKET_OPTIONS_INIT;
}

static nmk_status option_refused(const nmk_market_options *options, nmk_error *error, const char *field, long long from,
                                 long long to)
{
	return error_set(error, language_of(options->language), "market_open", NMK_EINVALID, field,
	                 "must be from %lld to %lld", from, to);
}

/* A whole number among the options: zero becomes the default, what is out of range is refused. Enums are as wide as int. */
struct number_option {
	const char *name;
	size_t      offset;
	int         minimum, maximum, normal; /* normal 0: the number of processors; AS_AUDIT_DAYS: what that has */
};
#define AS_AUDIT_DAYS (-1)
#define NUMBER(member, least, most, usual) { #member, offsetof(nmk_market_options, member), least, most, usual }

static const struct number_option number_options[] = {
	NUMBER(busy_timeout_ms,      1, 600000, 5000),
	NUMBER(readers,              1, 64, 8),
	NUMBER(password_policy,      NMK_PASSWORD_POLICY_NIST4, NMK_PASSWORD_POLICY_CLASSIC, NMK_PASSWORD_POLICY_NIST4),
	NUMBER(password_memory_kib,  19456, 262144, 65536),
	NUMBER(password_passes,      2, 10, 2),
	NUMBER(password_jobs,        1, 256, 0),
	NUMBER(password_queue,       1, 10000, 64),
	NUMBER(registration_role,    NMK_ROLE_CONSUMER, NMK_ROLE_CREATOR, NMK_ROLE_CREATOR),
	NUMBER(throttle_policy,      NMK_THROTTLE_DELAY, NMK_THROTTLE_CLASSIC, NMK_THROTTLE_DELAY),
	NUMBER(second_factor_policy, NMK_SECOND_FACTOR_OPTIONAL, NMK_SECOND_FACTOR_EVERYONE, NMK_SECOND_FACTOR_OPTIONAL),
	NUMBER(username_profile,     NMK_USERNAME_ASCII, NMK_USERNAME_LATIN, NMK_USERNAME_ASCII),
	NUMBER(idle_minutes,         1, 525600, 30),
	NUMBER(login_days,           1, 3650, 60),
	NUMBER(token_format,         NMK_TOKEN_AT_JWT, NMK_TOKEN_HS256_LEGACY, NMK_TOKEN_AT_JWT),
	NUMBER(access_token_minutes, 1, 60, 10),
	NUMBER(audit_days,           1, 36500, 2557),
	NUMBER(audit_usage_days,     1, 36500, AS_AUDIT_DAYS),
	NUMBER(audit_refusal_days,   1, 36500, AS_AUDIT_DAYS),
};

/* A text among the options: NULL becomes the default, what has too many or too few bytes is refused. */
struct text_option {
	const char *name;
	size_t      offset;
	size_t      minimum, maximum;
	const char *normal;
	bool        secret;      /* its copy is in locked memory */
};
#define TEXT(member, least, most, usual)   { #member, offsetof(nmk_market_options, member), least, most, usual, false }
#define SECRET(member, least, most, usual) { #member, offsetof(nmk_market_options, member), least, most, usual, true }

static const struct text_option text_options[] = {
	TEXT(public_url,     10, 500, "http://localhost"),
	TEXT(token_issuer,   1, 200, NULL),
	TEXT(token_audience, 1, 200, "nanomarket"),
	SECRET(token_secret, 32, 1024, NULL),
	TEXT(market_name,    1, 400, "Nanomarket"),
};
#define COUNT(array) (sizeof array / sizeof array[0])

static int *number_at(nmk_market_options *options, const struct number_option *option)
{
	return (int *)(void *)((char *)options + option->offset);
}

static const char **text_at(nmk_market_options *options, const struct text_option *option)
{
	return (const char **)(void *)((char *)options + option->offset);
}

static int processors(void)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	return count < 1 ? 1 : count > 256 ? 256 : (int)count;
}

/* audit_days stands before what follows it. */
static int normal_of(const nmk_market_options *options, const struct number_option *option)
{
	if (option->normal == AS_AUDIT_DAYS)
		return options->audit_days;
	return option->normal ? option->normal : processors();
}

static nmk_status numbers_settle(nmk_market_options *options, nmk_error *error)
{
	for (size_t i = 0; i < COUNT(number_options); i++) {
		const struct number_option *option = &number_options[i];
		int *number = number_at(options, option);

		if (*number == 0)
			*number = normal_of(options, option);
		if (*number < option->minimum || *number > option->maximum)
			return option_refused(options, error, option->name, option->minimum, option->maximum);
	}
	if (!options->blob_file_bytes)
		options->blob_file_bytes = 262144;
	if (options->blob_file_bytes < 0)
		return option_refused(options, error, "blob_file_bytes", 0, INT64_MAX);
	return NMK_OK;
}

/* http or https, a host, no "/" at the end. */
static bool url_is_fit(const char *url)
{
	size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0, length = strlen(url);

	return scheme && length > scheme && url[length - 1] != '/' && url[scheme] != '/' && url[strcspn(url, " \t\r\n\"'<>\\?#&")] == '\0';
}

static nmk_status texts_check(const nmk_market_options *options, nmk_error *error)
{
	static const struct text_rule name_rule = { .minimum = 1, .maximum = 100 };
	enum language language = language_of(options->language);

	for (size_t i = 0; i < COUNT(text_options); i++) {
		const struct text_option *option = &text_options[i];
		const char *text = *text_at((nmk_market_options *)(uintptr_t)options, option);
		size_t length = text ? strnlen(text, option->maximum + 1) : option->minimum;

		if (length < option->minimum || length > option->maximum)
			return error_set(error, language, "market_open", NMK_EINVALID, option->name,
			                 "must have from %lld to %lld bytes", (long long)option->minimum, (long long)option->maximum);
		if (text && !text_is_valid_utf8(text, length))
			return error_set(error, language, "market_open", NMK_EINVALID, option->name, "is not valid UTF-8");
	}
	if (options->market_name && text_check(options->market_name, &name_rule) != TEXT_FINE)
		return error_set(error, language, "market_open", NMK_EINVALID, "market_name",
		                 "is too long or has characters that cannot be shown");
	if (options->public_url && !url_is_fit(options->public_url))
		return error_set(error, language, "market_open", NMK_EINVALID, "public_url",
		                 "must begin with http:// or https:// and must not end with /");
	if (options->token_format == NMK_TOKEN_HS256_LEGACY && !options->token_secret)
		return error_set(error, language, "market_open", NMK_EINVALID, "token_secret", "is needed");
	return NMK_OK;
}

/* From borrowed texts to own ones. On failure those that were copied are the market's all the same. */
static char *text_copy(const struct text_option *option, const char *text)
{
	return !text ? NULL : option->secret ? locked_copy(text) : strdup(text);
}

/* A list that ends with NULL, and its texts, in one piece of memory. */
static const char *const *list_copy(const char *const *list)
{
	size_t count = 0, size = 0;
	const char **copy;
	char *text;

	for (; list[count]; count++)
		size += strlen(list[count]) + 1;
	copy = malloc((count + 1) * sizeof *copy + size);
	if (!copy)
		return NULL;
	text = (char *)(copy + count + 1);
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(list[i]) + 1;

		copy[i] = memcpy(text, list[i], length);
		text += length;
	}
	copy[count] = NULL;
	return copy;
}

static void content_filter_free(const nmk_content_filter *filter)
{
	if (filter) {
		free((void *)(uintptr_t)filter->blocked_domains);
		free((void *)(uintptr_t)filter->shorteners);
		free((void *)(uintptr_t)filter);
	}
}

static bool content_filter_copy(nmk_market_options *options)
{
	const nmk_content_filter *from = options->content_filter;
	nmk_content_filter *copy;

	options->content_filter = NULL;
	if (!from)
		return true;
	copy = malloc(sizeof *copy);
	if (!copy)
		return false;
	*copy = *from;
	copy->blocked_domains = from->blocked_domains ? list_copy(from->blocked_domains) : NULL;
	copy->shorteners = from->shorteners ? list_copy(from->shorteners) : NULL;
	options->content_filter = copy;
	return !copy->blocked_domains == !from->blocked_domains && !copy->shorteners == !from->shorteners;
}

static bool texts_copy(nmk_market_options *options)
{
	bool complete = content_filter_copy(options);

	if (!options->token_issuer)
		options->token_issuer = options->public_url ? options->public_url : "http://localhost";
	for (size_t i = 0; i < COUNT(text_options); i++) {
		const char **text = text_at(options, &text_options[i]), *from = *text ? *text : text_options[i].normal;

		*text = text_copy(&text_options[i], from);
		complete = complete && (!from || *text);
	}
	options->language = NULL; /* the store knows it */
	options->root_key_file = options->root_passphrase = NULL; /* the ring has them */
	options->search_words = NULL; /* they have been read */
	return complete;
}

static void texts_free(nmk_market_options *options)
{
	content_filter_free(options->content_filter);
	for (size_t i = 0; i < COUNT(text_options); i++) {
		char *text = (char *)(uintptr_t)*text_at(options, &text_options[i]);

		if (text_options[i].secret)
			sodium_free(text);
		else
			free(text);
	}
}

static nmk_status options_settle(nmk_market_options *options, nmk_error *error)
{
	nmk_status rc;

	if (options->version == 0 || options->version > NMK_MARKET_OPTIONS_VERSION)
		return option_refused(options, error, "version", 1, NMK_MARKET_OPTIONS_VERSION);
	if (options->content_filter
	    && (options->content_filter->version == 0 || options->content_filter->version > NMK_CONTENT_FILTER_VERSION))
		return option_refused(options, error, "content_filter", 1, NMK_CONTENT_FILTER_VERSION);
	rc = numbers_settle(options, error);
	return rc == NMK_OK ? texts_check(options, error) : rc;
}

static void market_free(nmk_market *market)
{
	key_ring_close(market->keys);
	if (market->store)
		store_close(market->store);
	components_words_close(market->search_words);
	texts_free(&market->options);
	pthread_cond_destroy(&market->hashing.free);
	pthread_mutex_destroy(&market->hashing.mutex);
	free(market);
}

static nmk_status open_store(nmk_market *market, const char *url, const nmk_market_options *options, nmk_error *error)
{
	struct store_options store_options = {
		.url = url, .create = options->create, .read_only = options->read_only,
		.relaxed = options->relaxed_durability, .busy_ms = options->busy_timeout_ms, .readers = options->readers,
		.clock = options->clock, .clock_context = options->clock_context, .opened = components_connection_opened,
		.opened_context = market->search_words,
		.changed = options->changed, .changed_context = options->changed_context, .language = language_of(options->language),
	};

	return store_open(&store_options, error, &market->store);
}

static nmk_status open_keys(nmk_market *market, const nmk_market_options *options, nmk_error *error)
{
	nmk_error unheard;
	struct tx tx = { .store = market->store, .what = "market_open", .language = language_of(options->language),
	                 .error = error ? error : &unheard };
	struct root_key_source root = { options->root_key, options->root_key_context, options->root_key_file,
	                                options->root_passphrase };

	return key_ring_open(&tx, &root, &market->keys);
}

nmk_status nmk_market_open(const char *url, const nmk_market_options *given, nmk_error *error, nmk_market **out)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	nmk_market *market;
	nmk_status rc;

	if (error)
		memset(error, 0, sizeof *error);
	if (!out)
		return error_set(error, LANGUAGE_ENGLISH, "market_open", NMK_EINVALID, "market", "is needed");
	*out = NULL;
	if (given)
		options = *given;
	if (!url || !*url)
		return error_set(error, language_of(options.language), "market_open", NMK_EINVALID, "url", "is needed");
	rc = options_settle(&options, error);
	if (rc != NMK_OK)
		return rc;
	if (sodium_init() < 0)
		return error_set(error, language_of(options.language), "market_open", NMK_EINTERNAL, NULL,
		                 "the system gives no random numbers");
	market = calloc(1, sizeof *market);
	if (!market)
		return error_set(error, language_of(options.language), "market_open", NMK_ENOMEM, NULL, "out of memory");
	pthread_mutex_init(&market->hashing.mutex, NULL);
	pthread_cond_init(&market->hashing.free, NULL);
	market->references = 1;
	market->process = getpid();
	market->options = options;
	if (!texts_copy(&market->options))
		rc = error_set(error, language_of(options.language), "market_open", NMK_ENOMEM, NULL, "out of memory");
	if (rc == NMK_OK)
		rc = components_words_open(&options, error, &market->search_words);
	if (rc == NMK_OK)
		rc = open_store(market, url, &options, error);
	if (rc == NMK_OK)
		rc = open_keys(market, &options, error);
	if (rc == NMK_OK)
		*out = market;
	else
		market_free(market);
	return rc;
}

static void market_keep(nmk_market *market)
{
	pthread_mutex_lock(&market->store->mutex);
	market->references++;
	pthread_mutex_unlock(&market->store->mutex);
}

/* The host's and each session's reference are given back in any order. */
static void market_release(nmk_market *market)
{
	bool last;

	pthread_mutex_lock(&market->store->mutex);
	last = --market->references == 0;
	pthread_mutex_unlock(&market->store->mutex);
	if (last)
		market_free(market);
}

void nmk_market_close(nmk_market *market)
{
	if (!market)
		return;
	change_waits_end(market->store);
	market_release(market);
}

void session_become_member(nmk_session *session, const struct session_grounds *grounds)
{
	session->kind = ACTOR_MEMBER;
	session->grounds = *grounds;
	session->used_at = store_now(session->market->store);
	session->user_id = (struct id_value){ .number = grounds->user_id };
	id_format(session->market->store->id_key, ID_USER, grounds->user_id, session->user_id.text);
}

void session_become_guest(nmk_session *session)
{
	session->kind = ACTOR_GUEST;
	session->grounds = (struct session_grounds){ .origin = ORIGIN_NONE };
	session->user_id = (struct id_value){ 0 };
}

nmk_status session_new(nmk_market *market, enum actor_kind kind, nmk_session **out)
{
	nmk_session *session = calloc(1, sizeof *session);

	*out = session;
	if (!session)
		return NMK_ENOMEM;
	market_keep(market);
	session->market = market;
	session->language = market->store->language;
	session->kind = kind;
	return NMK_OK;
}

nmk_status nmk_session_open(nmk_market *market, nmk_session **session)
{
	return market && session ? session_new(market, ACTOR_GUEST, session) : NMK_EINVALID;
}

nmk_status nmk_session_open_system(nmk_market *market, nmk_session **session)
{
	return market && session ? session_new(market, ACTOR_SYSTEM, session) : NMK_EINVALID;
}

void nmk_session_close(nmk_session *session)
{
	if (!session)
		return;
	session_forget_client(session);
	market_release(session->market);
	free(session);
}

const nmk_error *nmk_session_error(const nmk_session *session)
{
	return &session->error;
}

void nmk_session_set_language(nmk_session *session, const char *language)
{
	session->language = language_of(language);
}

const char *nmk_session_user_id(const nmk_session *session)
{
	return session->kind == ACTOR_MEMBER ? session->user_id.text : NULL;
}
