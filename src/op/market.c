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

/* Zeros become defaults; what is out of range is refused. */
static nmk_status options_settle(nmk_market_options *options, nmk_error *error)
{
	if (options->version == 0 || options->version > NMK_MARKET_OPTIONS_VERSION)
		return option_refused(options, error, "version", 1, NMK_MARKET_OPTIONS_VERSION);
	if (!options->busy_timeout_ms)
		options->busy_timeout_ms = 5000;
	if (options->busy_timeout_ms < 1 || options->busy_timeout_ms > 600000)
		return option_refused(options, error, "busy_timeout_ms", 1, 600000);
	if (!options->readers)
		options->readers = 8;
	if (options->readers < 1 || options->readers > 64)
		return option_refused(options, error, "readers", 1, 64);
	if (!options->password_policy)
		options->password_policy = NMK_PASSWORD_POLICY_NIST4;
	if (options->password_policy != NMK_PASSWORD_POLICY_NIST4 && options->password_policy != NMK_PASSWORD_POLICY_CLASSIC)
		return option_refused(options, error, "password_policy", NMK_PASSWORD_POLICY_NIST4, NMK_PASSWORD_POLICY_CLASSIC);
	if (!options->password_memory_kib)
		options->password_memory_kib = 65536;
	if (options->password_memory_kib < 19456 || options->password_memory_kib > 262144)
		return option_refused(options, error, "password_memory_kib", 19456, 262144);
	if (!options->password_passes)
		options->password_passes = 2;
	if (options->password_passes < 2 || options->password_passes > 10)
		return option_refused(options, error, "password_passes", 2, 10);
	if (!options->registration_role)
		options->registration_role = NMK_ROLE_CREATOR;
	if (options->registration_role != NMK_ROLE_CONSUMER && options->registration_role != NMK_ROLE_CREATOR)
		return option_refused(options, error, "registration_role", NMK_ROLE_CONSUMER, NMK_ROLE_CREATOR);
	if (!options->blob_file_bytes)
		options->blob_file_bytes = 262144;
	if (options->blob_file_bytes < 0)
		return option_refused(options, error, "blob_file_bytes", 0, INT64_MAX);
	return NMK_OK;
}

nmk_status nmk_market_open(const char *url, const nmk_market_options *given, nmk_error *error, nmk_market **out)
{
	nmk_market_options options = NMK_MARKET_OPTIONS_INIT;
	struct store_options store_options = { 0 };
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
	store_options = (struct store_options){
		.url = url, .create = options.create, .read_only = options.read_only,
		.relaxed = options.relaxed_durability, .busy_ms = options.busy_timeout_ms, .readers = options.readers,
		.clock = options.clock, .clock_context = options.clock_context, .opened = components_connection_opened,
		.language = language_of(options.language),
	};
	rc = store_open(&store_options, error, &market->store);
	if (rc != NMK_OK) {
		free(market);
		return rc;
	}
	market->options = options;
	market->options.language = NULL; /* was borrowed; the store knows it */
	market->references = 1;
	market->process = getpid();
	*out = market;
	return NMK_OK;
}

static void market_keep(nmk_market *market)
{
	pthread_mutex_lock(&market->store->mutex);
	market->references++;
	pthread_mutex_unlock(&market->store->mutex);
}

void nmk_market_close(nmk_market *market)
{
	bool last;

	if (!market)
		return;
	pthread_mutex_lock(&market->store->mutex);
	last = --market->references == 0;
	pthread_mutex_unlock(&market->store->mutex);
	if (last) {
		store_close(market->store);
		free(market);
	}
}

void session_become(nmk_session *session, enum actor_kind kind, int64_t user_id)
{
	session->kind = kind;
	session->user_id = (struct id_value){ .number = user_id };
	id_format(session->market->store->id_key, ID_USER, user_id, session->user_id.text);
}

nmk_status session_new(nmk_market *market, enum actor_kind kind, int64_t user_id, nmk_session **out)
{
	nmk_session *session = calloc(1, sizeof *session);

	*out = session;
	if (!session)
		return NMK_ENOMEM;
	market_keep(market);
	session->market = market;
	session->language = market->store->language;
	session_become(session, kind, user_id);
	return NMK_OK;
}

nmk_status nmk_session_open(nmk_market *market, nmk_session **session)
{
	return market && session ? session_new(market, ACTOR_GUEST, 0, session) : NMK_EINVALID;
}

nmk_status nmk_session_open_system(nmk_market *market, nmk_session **session)
{
	return market && session ? session_new(market, ACTOR_SYSTEM, 0, session) : NMK_EINVALID;
}

void nmk_session_close(nmk_session *session)
{
	if (!session)
		return;
	nmk_market_close(session->market);
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
