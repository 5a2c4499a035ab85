# support.sh -- what the scripts share: source support.sh PROGRAM SOURCE_FOLDER
set -u
program=${1:?usage: TEST PROGRAM SOURCE_FOLDER}
source_folder=${2:?usage: TEST PROGRAM SOURCE_FOLDER}
program=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
unset LC_MESSAGES LANG NO_COLOR
export LC_ALL=C
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder" || exit 2
export NANOMARKET_STORE=$folder/market.db
# Hashing passwords is as cheap as the library lets it be.
printf 'password_memory_kib = 19456\n' > settings
export NANOMARKET_SETTINGS=$folder/settings
unset NANOMARKET_ROOT_KEY_FILE NANOMARKET_PASSPHRASE NANOMARKET_SEARCH_WORDS
password='correct horse battery staple 9A!'
printf '%s\n' "$password" > password
checks=0 failures=0

failed() { # MESSAGE
	failures=$((failures + 1))
	printf 'FAILED: %s\n' "$1"
	sed 's/^/  out: /' out 2>/dev/null | head -n 20
	sed 's/^/  err: /' err 2>/dev/null | head -n 20
}

# run CODE ARGUMENT...: runs the program, expects this exit code; out and err are kept in files
run() {
	local expected=$1 code
	shift
	"$program" "$@" > out 2> err < /dev/null
	code=$?
	checks=$((checks + 1))
	[ "$code" = "$expected" ] || failed "nanomarket $*: exit code $code, not $expected"
}

# out TEXT, err TEXT: the last run printed it; quiet FILE: it printed nothing there
has() {
	checks=$((checks + 1))
	grep -qF -- "$2" "$1" || failed "$1 lacks: $2"
}
hasnt() {
	checks=$((checks + 1))
	! grep -qF -- "$2" "$1" || failed "$1 has: $2"
}
quiet() {
	checks=$((checks + 1))
	[ ! -s "$1" ] || failed "$1 is not empty"
}
equal() { # WHAT EXPECTED ACTUAL
	checks=$((checks + 1))
	[ "$2" = "$3" ] || failed "$1: '$3', not '$2'"
}

# json FILTER: a value of the JSON that the last run printed; fails if it is none
if command -v jq > /dev/null; then
	json() { jq -r "$1" < out; }
	is_json() { checks=$((checks + 1)); jq -e . < out > /dev/null 2>&1 || failed 'no JSON'; }
elif command -v python3 > /dev/null; then
	json() {
		python3 -c '
import json, re, sys
value = json.load(open("out"))
for part in re.findall(r"[A-Za-z_]+|\d+", sys.argv[1].replace("|length", "")):
    value = value[int(part)] if part.isdigit() else value[part]
value = len(value) if sys.argv[1].endswith("|length") else value
print("null" if value is None else str(value).lower() if isinstance(value, bool) else value)' "$1"
	}
	is_json() { checks=$((checks + 1)); python3 -m json.tool < out > /dev/null 2>&1 || failed 'no JSON'; }
else
	printf 'SKIPPED: neither jq nor python3 is there to read JSON\n'
	exit 77
fi

finish() {
	printf '%d checks, %d failures\n' "$checks" "$failures"
	[ "$failures" = 0 ] || exit 1
	exit 0
}

# A ZIP archive with one small file, a.pdf, stored; byte by byte.
make_zip() { # FILE [DAY]
	local day="\\${2:-041}"
	printf '\120\113\003\004\024\000\000\000\000\000\000\000'"$day"'\000\362\206\267\003\017\000\000\000\017\000\000\000\005\000\000\000' > "$1"
	printf 'a.pdf%%PDF-1.4\n%%%%EOF\n' >> "$1"
	printf '\120\113\001\002\024\000\024\000\000\000\000\000\000\000'"$day"'\000\362\206\267\003\017\000\000\000\017\000\000\000\005\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000' >> "$1"
	printf 'a.pdf' >> "$1"
	printf '\120\113\005\006\000\000\000\000\001\000\001\000\063\000\000\000\062\000\000\000\000\000' >> "$1"
}
