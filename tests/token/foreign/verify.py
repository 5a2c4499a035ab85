"""verify.py FILE -- our tokens under PyJWT (Debian: python3-jwt, python3-cryptography)."""
import json
import sys

import jwt

made = json.load(open(sys.argv[1]))
keys = {key.key_id: key.key for key in jwt.PyJWKSet.from_dict(made["jwks"]).keys}


def verify(token):
    header = jwt.get_unverified_header(token)
    assert header["typ"] == "at+jwt"
    return jwt.decode(token, keys[header["kid"]], algorithms=["EdDSA"], issuer=made["issuer"], audience=made["audience"],
                      options={"require": ["iss", "aud", "sub", "iat", "nbf", "exp", "jti"]})


def verify_legacy(token):
    return jwt.decode(token, made["secret"], algorithms=["HS256"], options={"require": ["sub", "iat", "exp", "jti"]})


def refused(check, token):
    try:
        check(token)
    except jwt.InvalidTokenError:
        return True
    return False


claims = verify(made["token"])
assert claims["sub"] == made["subject"] and claims["exp"] - claims["iat"] == 600, claims
assert refused(verify, made["tampered"])
legacy = verify_legacy(made["legacy"])
assert legacy["sub"] == legacy["user_id"] == made["legacy_subject"], legacy
assert legacy["email"] == "rosa@example.org" and legacy["role"] == "creator" and legacy["type"] == "access", legacy
assert refused(verify_legacy, made["legacy_tampered"])
print("PyJWT", jwt.__version__, "verifies ours and refuses the tampered ones")
