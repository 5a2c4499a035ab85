// verify.mjs FILE -- our tokens under node:crypto alone.
import assert from 'node:assert';
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const made = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const read = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

function isRight(token) {
	const [header, claims, signature] = token.split('.');
	const key = made.jwks.keys.find((one) => one.kid === read(header).kid);
	return verify(null, Buffer.from(`${header}.${claims}`), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'));
}

function isRightLegacy(token) {
	const [header, claims, signature] = token.split('.');
	const mac = createHmac('sha256', made.secret).update(`${header}.${claims}`).digest();
	return timingSafeEqual(mac, Buffer.from(signature, 'base64url'));
}

assert(isRight(made.token) && !isRight(made.tampered));
const claims = read(made.token.split('.')[1]);
assert.strictEqual(claims.sub, made.subject);
assert.strictEqual(claims.iss, made.issuer);
assert.strictEqual(claims.aud, made.audience);
assert(isRightLegacy(made.legacy) && !isRightLegacy(made.legacy_tampered));
// As the earlier system's pages read it: atob() knows bytes only.
assert.strictEqual(JSON.parse(atob(made.legacy.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'))).email, 'rosa@example.org');
console.log(`node:crypto ${process.version} verifies ours and refuses the tampered ones`);
