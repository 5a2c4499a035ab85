// verify_jose.mjs FILE -- our tokens under jose, from the folder that it was installed in.
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import { createLocalJWKSet, jwtVerify } from 'jose';

const made = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const keys = createLocalJWKSet(made.jwks);
const rules = { issuer: made.issuer, audience: made.audience, typ: 'at+jwt', algorithms: ['EdDSA'], requiredClaims: ['sub', 'exp', 'jti'] };
const secret = new TextEncoder().encode(made.secret);

const { payload, protectedHeader } = await jwtVerify(made.token, keys, rules);
assert.strictEqual(payload.sub, made.subject);
assert.strictEqual(protectedHeader.kid, made.jwks.keys[0].kid);
await assert.rejects(jwtVerify(made.tampered, keys, rules));
await assert.rejects(jwtVerify(made.token, keys, { ...rules, audience: 'another' }));
assert.strictEqual((await jwtVerify(made.legacy, secret, { algorithms: ['HS256'] })).payload.sub, made.legacy_subject);
await assert.rejects(jwtVerify(made.legacy_tampered, secret, { algorithms: ['HS256'] }));
console.log('jose 5.9.6 verifies ours and refuses the tampered ones');
