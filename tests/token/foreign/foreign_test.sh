#!/usr/bin/env bash
# foreign_test.sh MAKE_TOKENS FOLDER -- others verify our tokens: PyJWT, node:crypto, and jose from npm, which is installed into FOLDER.
# Exit status 77 if none of them is there. What is missing is told.
set -euo pipefail
make_tokens=${1:?usage: foreign_test.sh MAKE_TOKENS FOLDER}
folder=${2:?usage: foreign_test.sh MAKE_TOKENS FOLDER}
here=$(cd "$(dirname "$0")" && pwd)

store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT
"$make_tokens" "$store" > "$store/made.json"

verified=0
skip() {
	printf 'SKIPPED: %s\n' "$*" >&2
}

python=/usr/bin/python3 # Debian's, whatever comes before it in the path
"$python" -c 'import jwt, cryptography' 2>/dev/null || python=python3
if "$python" -c 'import jwt, cryptography' 2>/dev/null; then
	"$python" "$here/verify.py" "$store/made.json"
	verified=$((verified + 1))
else
	skip "PyJWT is missing: apt install python3-jwt python3-cryptography"
fi

if command -v node >/dev/null; then
	node "$here/verify.mjs" "$store/made.json"
	verified=$((verified + 1))
else
	skip "node is missing: apt install nodejs"
fi

# The lock file's hash is what is installed, or nothing.
install_jose() {
	[ -d "$folder/node_modules/jose" ] && cmp -s "$here/package-lock.json" "$folder/package-lock.json" && return
	mkdir -p "$folder"
	cp "$here/package.json" "$here/package-lock.json" "$folder/"
	(cd "$folder" && timeout 120 npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=20000) \
		> "$folder/npm.log" 2>&1
}

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	skip "npm is missing: apt install npm"
elif ! install_jose; then
	grep -q EINTEGRITY "$folder/npm.log" && { cat "$folder/npm.log" >&2; exit 1; }
	skip "jose cannot be had: $(tail -n 3 "$folder/npm.log" | tr '\n' ' ')"
	rm -f "$folder/package-lock.json"
else
	cp "$here/verify_jose.mjs" "$folder/"
	node "$folder/verify_jose.mjs" "$store/made.json"
	verified=$((verified + 1))
fi

[ "$verified" -gt 0 ] || exit 77
