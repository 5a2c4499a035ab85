/* jwt.h -- what the claims of a token must be (RFC 7519, RFC 8725, RFC 9068). Pure. */
#ifndef NMK_JWT_H
#define NMK_JWT_H

#include "json_reader.h"
#include "jws.h"

#define JWT_AT_TYPE          "at+jwt"
#define JWT_LEEWAY_MAXIMUM   300           /* seconds */
#define JWT_LIFETIME_DEFAULT 3600
#define JWT_LIFETIME_MAXIMUM 86400

struct jwt_rules {
	const char *issuer, *audience;      /* NULL: neither is asked for                     */
	const char *type;                   /* typ of the header                              */
	int64_t     now;                    /* milliseconds                                   */
	int64_t     leeway, lifetime;       /* seconds                                        */
};

/* Claims of a token that keeps the rules; texts are pieces of the token's payload. */
struct jwt_claims {
	struct json_piece object, subject, login_id;   /* login_id.text NULL: there is none        */
	int64_t           issued_at, expires_at;       /* seconds since 1970                       */
};

/* Of a token whose signature was verified. NULL, or what is wrong. */
const char *jwt_check(const struct jws *jws, const struct jwt_rules *rules, struct jwt_claims *claims);
#endif
