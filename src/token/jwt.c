#include "jwt.h"

#include <nanomarket/token.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "message.h"

#define LATEST INT64_C(253402300799) /* 9999-12-31: in milliseconds it is still a number */

struct nmk_jwt {
	char   *claims, *subject, *login_id; /* in the same piece of memory                */
	char    key_id[JWS_KEY_ID_BYTES + 1];
	int64_t issued_at, expires_at;       /* milliseconds                               */
};

/* ---- claims ---- */

/* "application/" may be left out (RFC 7515, 4.1.9). */
static bool is_of_type(const char *type, const char *wanted)
{
	static const char prefix[] = "application/";

	return strcmp(type, wanted) == 0
	    || (strncmp(type, prefix, sizeof prefix - 1) == 0 && strcmp(type + sizeof prefix - 1, wanted) == 0);
}

static bool read_time(struct json_piece claims, const char *name, int64_t *seconds)
{
	struct json_piece value;

	return piece_member(claims, name, &value) && piece_whole(value, seconds) && *seconds >= 0 && *seconds <= LATEST;
}

static bool is_full_text(struct json_piece value)
{
	return piece_is_string(value) && value.length > 2;
}

static bool is_meant_for(struct json_piece claims, const char *audience)
{
	struct json_piece value, none, each = { 0 };
	bool found = false;

	if (!piece_member(claims, "aud", &value))
		return false;
	if (!piece_is_array(value))
		return piece_text_is(value, audience);
	while (piece_next(value, &none, &each)) {
		if (!piece_is_string(each))
			return false;
		found = found || piece_text_is(each, audience);
	}
	return found;
}

static const char *check_parties(const struct jwt_rules *rules, struct jwt_claims *claims)
{
	static const char *const optional[] = { "jti", "client_id", "sid", NULL };
	struct json_piece value;

	if (rules->issuer && (!piece_member(claims->object, "iss", &value) || !piece_text_is(value, rules->issuer)))
		return "the issuer is another one";
	if (rules->audience && !is_meant_for(claims->object, rules->audience))
		return "it is meant for others";
	if (!piece_member(claims->object, "sub", &claims->subject) || !is_full_text(claims->subject))
		return "the subject is missing or no text";
	for (const char *const *name = optional; *name; name++)
		if (piece_member(claims->object, *name, &value) && !is_full_text(value))
			return "jti, client_id or sid is no text";
	if (!piece_member(claims->object, "sid", &claims->login_id))
		claims->login_id = (struct json_piece){ 0 };
	return NULL;
}

/* RFC 7519, 4.1.4: now must be before exp; 4.1.5: not before nbf. */
static const char *check_times(const struct jwt_rules *rules, struct jwt_claims *claims)
{
	int64_t before = 0, leeway_ms = rules->leeway * 1000;
	struct json_piece value;

	if (!read_time(claims->object, "iat", &claims->issued_at) || !read_time(claims->object, "exp", &claims->expires_at))
		return "iat or exp is missing or no whole number of seconds";
	if (piece_member(claims->object, "nbf", &value) && !read_time(claims->object, "nbf", &before))
		return "nbf is no whole number of seconds";
	if (claims->expires_at <= claims->issued_at || claims->expires_at - claims->issued_at > rules->lifetime)
		return "it lasts longer than it may, or no time at all";
	if (claims->issued_at * 1000 > rules->now + leeway_ms)
		return "it was issued in the future";
	if (before * 1000 > rules->now + leeway_ms)
		return "it is not valid yet";
	return rules->now < claims->expires_at * 1000 + leeway_ms ? NULL : "it has expired";
}

const char *jwt_check(const struct jws *jws, const struct jwt_rules *rules, struct jwt_claims *claims)
{
	const char *reason;

	*claims = (struct jwt_claims){ 0 };
	if (!is_of_type(jws->type, rules->type))
		return "the type is another one";
	if (!json_accepts(jws->payload, jws->payload_length, &claims->object))
		return "the claims are no JSON object, or not a strict one";
	reason = check_parties(rules, claims);
	return reason ? reason : check_times(rules, claims);
}

/* ---- the public verifier ---- */

void nmk_jwt_rules_init(nmk_jwt_rules *rules)
{
	*rules = (nmk_jwt_rules)NMK_JWT_RULES_INIT;
}

static nmk_status refused(nmk_error *error, const char *reason)
{
	return error_set(error, LANGUAGE_ENGLISH, "jwt_verify", NMK_ELOGIN, "token", "is not valid: %s", reason);
}

static nmk_status needed(nmk_error *error, const char *field)
{
	return error_set(error, LANGUAGE_ENGLISH, "jwt_verify", NMK_EINVALID, field, "is needed");
}

static nmk_status out_of_range(nmk_error *error, const char *field, long long from, long long to)
{
	return error_set(error, LANGUAGE_ENGLISH, "jwt_verify", NMK_EINVALID, field, "must be from %lld to %lld", from, to);
}

static nmk_status check_rules(const nmk_jwt_rules *given, nmk_error *error, struct jwt_rules *rules)
{
	if (!given)
		return needed(error, "rules");
	if (given->version < 1 || given->version > NMK_JWT_RULES_VERSION)
		return out_of_range(error, "version", 1, NMK_JWT_RULES_VERSION);
	if (!given->jwks || !given->issuer || !given->audience)
		return needed(error, !given->jwks ? "jwks" : !given->issuer ? "issuer" : "audience");
	if (given->leeway_seconds < 0 || given->leeway_seconds > JWT_LEEWAY_MAXIMUM)
		return out_of_range(error, "leeway_seconds", 0, JWT_LEEWAY_MAXIMUM);
	if (given->max_lifetime_seconds < 0 || given->max_lifetime_seconds > JWT_LIFETIME_MAXIMUM)
		return out_of_range(error, "max_lifetime_seconds", 1, JWT_LIFETIME_MAXIMUM);
	if (given->now < 0 || given->now > LATEST * 1000)
		return out_of_range(error, "now", 0, LATEST * 1000);
	*rules = (struct jwt_rules){
		.issuer = given->issuer, .audience = given->audience, .type = given->type ? given->type : JWT_AT_TYPE,
		.now = given->now ? given->now : time_now_ms(), .leeway = given->leeway_seconds,
		.lifetime = given->max_lifetime_seconds ? given->max_lifetime_seconds : JWT_LIFETIME_DEFAULT,
	};
	return NMK_OK;
}

static nmk_status check_signature(const struct jws *jws, const char *jwks, nmk_error *error)
{
	struct jwk key;

	switch (jwk_find(jwks, jws->key_id, JWS_EDDSA, &key)) {
	case JWK_NO_SET:
		return error_set(error, LANGUAGE_ENGLISH, "jwt_verify", NMK_EINVALID, "jwks", "is no JSON Web Key Set");
	case JWK_UNKNOWN: return refused(error, "the key is unknown, or no Ed25519 key for verifying");
	case JWK_FOUND:   break;
	}
	if (!jws_verify(jws, &(struct jws_key){ key.algorithm, key.bytes, key.length }))
		return refused(error, "the signature is wrong, or of another algorithm");
	return NMK_OK;
}

/* One piece of memory: the record, the claims, and texts that are not longer than these. */
static nmk_jwt *jwt_new(const struct jws *jws, const struct jwt_claims *claims)
{
	size_t room = jws->payload_length + 1;
	nmk_jwt *jwt = calloc(1, sizeof *jwt + 3 * room);

	if (!jwt)
		return NULL;
	jwt->claims = (char *)(jwt + 1);
	jwt->subject = jwt->claims + room;
	memcpy(jwt->claims, jws->payload, jws->payload_length);
	piece_text(claims->subject, jwt->subject, room);
	if (claims->login_id.text) {
		jwt->login_id = jwt->subject + room;
		piece_text(claims->login_id, jwt->login_id, room);
	}
	memcpy(jwt->key_id, jws->key_id, sizeof jwt->key_id);
	jwt->issued_at = claims->issued_at * 1000;
	jwt->expires_at = claims->expires_at * 1000;
	return jwt;
}

static nmk_status verify(const char *token, const struct jwt_rules *rules, const char *jwks, nmk_error *error, struct jws *jws,
                         nmk_jwt **jwt)
{
	struct jwt_claims claims;
	const char *reason = jws_parse(token, jws);
	nmk_status rc;

	if (reason)
		return refused(error, reason);
	rc = check_signature(jws, jwks, error);
	if (rc != NMK_OK)
		return rc;
	reason = jwt_check(jws, rules, &claims);
	if (reason)
		return refused(error, reason);
	*jwt = jwt_new(jws, &claims);
	return *jwt ? NMK_OK : error_set(error, LANGUAGE_ENGLISH, "jwt_verify", NMK_ENOMEM, NULL, "out of memory");
}

nmk_status nmk_jwt_verify(const char *token, const nmk_jwt_rules *given, nmk_error *error, nmk_jwt **jwt)
{
	struct jwt_rules rules;
	struct jws jws;
	nmk_status rc;

	if (error)
		memset(error, 0, sizeof *error);
	if (jwt)
		*jwt = NULL;
	if (!jwt || !token)
		return needed(error, token ? "jwt" : "token");
	rc = check_rules(given, error, &rules);
	if (rc != NMK_OK)
		return rc;
	if (sodium_init() < 0)
		return error_set(error, LANGUAGE_ENGLISH, "jwt_verify", NMK_EINTERNAL, NULL, "the system gives no random numbers");
	rc = verify(token, &rules, given->jwks, error, &jws, jwt);
	sodium_memzero(&jws, sizeof jws);
	return rc;
}

const char *nmk_jwt_subject(const nmk_jwt *jwt)
{
	return jwt->subject;
}

const char *nmk_jwt_login_id(const nmk_jwt *jwt)
{
	return jwt->login_id;
}

const char *nmk_jwt_key_id(const nmk_jwt *jwt)
{
	return jwt->key_id;
}

int64_t nmk_jwt_issued_at(const nmk_jwt *jwt)
{
	return jwt->issued_at;
}

int64_t nmk_jwt_expires_at(const nmk_jwt *jwt)
{
	return jwt->expires_at;
}

const char *nmk_jwt_claims(const nmk_jwt *jwt)
{
	return jwt->claims;
}

void nmk_jwt_free(nmk_jwt *jwt)
{
	free(jwt);
}
