#include "hmac.h"

size_t hmac_bytes(enum hmac_digest digest)
{
	switch (digest) {
	case HMAC_SHA1:   return SHA1_BYTES;
	case HMAC_SHA256: return crypto_auth_hmacsha256_BYTES;
	case HMAC_SHA512: return crypto_auth_hmacsha512_BYTES;
	}
	return 0;
}

void hmac_init(enum hmac_digest digest, union hmac *hmac, const void *key, size_t length)
{
	switch (digest) {
	case HMAC_SHA1:   hmac_sha1_init(&hmac->sha1, key, length); break;
	case HMAC_SHA256: crypto_auth_hmacsha256_init(&hmac->sha256, key, length); break;
	case HMAC_SHA512: crypto_auth_hmacsha512_init(&hmac->sha512, key, length); break;
	}
}

void hmac_update(enum hmac_digest digest, union hmac *hmac, const void *data, size_t length)
{
	switch (digest) {
	case HMAC_SHA1:   hmac_sha1_update(&hmac->sha1, data, length); break;
	case HMAC_SHA256: crypto_auth_hmacsha256_update(&hmac->sha256, data, length); break;
	case HMAC_SHA512: crypto_auth_hmacsha512_update(&hmac->sha512, data, length); break;
	}
}

void hmac_final(enum hmac_digest digest, union hmac *hmac, unsigned char mac[HMAC_MAXIMUM])
{
	switch (digest) {
	case HMAC_SHA1:   hmac_sha1_final(&hmac->sha1, mac); break;
	case HMAC_SHA256: crypto_auth_hmacsha256_final(&hmac->sha256, mac); break;
	case HMAC_SHA512: crypto_auth_hmacsha512_final(&hmac->sha512, mac); break;
	}
}
