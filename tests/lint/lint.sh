#!/usr/bin/env bash
# lint.sh SOURCE_FOLDER -- rules of this house that no compiler knows. Prints what breaks one; exit status 1 then.
set -u
export LC_ALL=C
cd "${1:?usage: lint.sh SOURCE_FOLDER}" || exit 2

failures=0
bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT

# The code without comments; with -v literals=0 without the text of literals, too. Lines keep their numbers.
strip() { # literals file
	awk -v literals="$1" '
	{
		line = $0 "\n"; out = ""
		for (i = 1; i <= length(line); i++) {
			c = substr(line, i, 1); two = substr(line, i, 2)
			if (comment) { if (two == "*/") { comment = 0; i++ } continue }
			if (quote != "") {
				if (literals) out = out c
				if (c == "\\") { i++; if (literals) out = out substr(line, i, 1) }
				else if (c == quote) { quote = ""; if (!literals) out = out c }
				continue
			}
			if (two == "/*") { comment = 1; i++; continue }
			if (two == "//") break
			if (c == "\"" || c == "\x27") quote = c
			if (c != "\n") out = out c
		}
		quote = ""
		print out
	}' "$2"
}

sources=$(find src include -name '*.[ch]' | sort)
for file in $sources; do
	mkdir -p "$bare/code/$(dirname "$file")" "$bare/text/$(dirname "$file")"
	strip 0 "$file" > "$bare/code/$file"
	strip 1 "$file" > "$bare/text/$file"
done

# rule MESSAGE LINES: complain about each line
rule() {
	if [ -n "$2" ]; then
		printf '%s\n' "$2" | sed "s|^|$1: |"
		failures=$((failures + $(printf '%s\n' "$2" | wc -l)))
	fi
}

# in_code PATTERN [EXCEPT...]: where the code, comments and literals aside, has the pattern; paths by regular expression
in_code() {
	local pattern=$1 found
	shift
	found=$(cd "$bare/code" && grep -rnE "$pattern" . | sed 's|^\./||')
	for except; do found=$(printf '%s\n' "$found" | grep -vE "^$except"); done
	printf '%s' "$found"
}

word() { printf '(^|[^A-Za-z0-9_>.])(%s)[[:space:]]*\\(' "$1"; }

rule "an engine's API outside its engine" "$(in_code 'sqlite3_|<sqlite3\.h>|\bPQ[a-z]' \
	'src/store/engine_[a-z]*\.c' 'src/index/[a-z0-9]*_sqlite\.[ch]' 'src/fts5/')"

rule "store_tx.h outside op, keys, store, maintenance" "$(cd "$bare/text" && grep -rnE '#[[:space:]]*include.*store_tx\.h' . \
	| sed 's|^\./||' | grep -vE '^src/(op|keys|store|maintenance)/')"

rule "SQL in C" "$(cd "$bare/text" && grep -rnE '"(SELECT|INSERT INTO|UPDATE|DELETE FROM) ' src \
	| grep -vE '^src/(store/(engine_[a-z]*|sqlgen)|index/[a-z0-9]*_sqlite)\.c')"

rule "banned function" "$(in_code "$(word 'sprintf|vsprintf|strcpy|strcat|gets|strtok|atoi|atol|atof|scanf|system|popen|setlocale|alloca|rand|srand|mktemp|tmpnam|sqlite3_config|json_set_alloc_funcs|pthread_exit|localtime|gmtime|strerror|getenv')" \
	'src/store/sqlgen\.c' 'src/cli/')"
rule "banned function" "$(in_code "$(word 'sprintf|vsprintf|strcpy|strcat|gets|strtok|atoi|system|popen|rand|srand|mktemp|tmpnam')" \
	'src/store/sqlgen\.c' | grep '^src/cli/')"
# It leaves copies of what it read behind, and Debian's static library cannot become part of a package's module.
rule "jansson's reader; base/json_reader.h is ours" "$(in_code "$(word 'json_loads|json_loadb|json_loadf|json_load_file|json_load_callback')" 'src/cli/')"
rule "signals are the host's" "$(in_code "$(word 'signal|sigaction|raise|kill|alarm')" 'src/cli/')"
rule "a library neither ends nor prints" "$(in_code "$(word 'exit|_exit|abort|printf|puts|putchar|perror|fprintf|fputs|fork')" \
	'src/cli/' 'src/(store/sqlgen|base/words|german/builder/nmk_lexicon)\.c')"
rule "no sockets" "$(in_code "$(word 'socket|connect|getaddrinfo')")"
rule "no default in a switch over an enum, say why" "$(grep -nE '^[[:space:]]*default:[[:space:]]*$' $sources \
	| while IFS=: read -r file line _; do sed -n "$((line - 1)),$((line + 1))p" "$file" | grep -qE '/\*' || echo "$file:$line"; done)"
rule "open question" "$(grep -rnE 'TODO|FIXME|XXX|HACK' src include cmake docs README.md 2>/dev/null)"
rule "a header begins with its purpose" "$(for file in $(find src include -name '*.h'); do
	head -n 1 "$file" | grep -qE '^/\*' || echo "$file:1"; done)"
rule "a .def file begins with its purpose" "$(for file in $(find src -name '*.def'); do
	head -n 1 "$file" | grep -qE '^/\*' || echo "$file:1"; done)"
rule "white space at the end of a line" "$(grep -nE '[[:blank:]]+$' $sources | cut -c1-120)"

# A public call that takes a session has an operation of the same name. Not those that only look at the session itself,
# and those that are others in another form.
no_operation='^(session_(close|error|set_language|set_client|user_id|known_device|login_with_code)|chat_cancel_wait|package_(upload|download)_file)$'
calls=$(cat $(find "$bare/code/include" -name '*.h') | tr '\n' ' ' \
	| grep -oE 'nmk_[a-z0-9_]+\((const )?nmk_session \*[a-z]' | sed -E 's/^nmk_([a-z0-9_]+)\(.*/\1/' | sort -u)
rows=$(grep -oE '^NMK_OP\([a-z_]+' src/op/ops.def | sed 's/NMK_OP(//' | sort -u)
rule "public call without an operation" "$(comm -23 <(printf '%s\n' "$calls" | grep -vE "$no_operation") <(printf '%s\n' "$rows"))"
# market_repair is nmk_market_check() with repair.
rule "operation without a public call" "$(comm -13 <(printf '%s\n' "$calls") <(printf '%s\n' "$rows") | grep -vx market_repair)"
rule "operation that nothing begins" "$(for row in $rows; do
	grep -rqwE "OP_$row" "$bare/code/src" || echo "$row"; done)"

printf '%d files, %d public calls with a session, %d operations\n' "$(printf '%s\n' $sources | wc -l)" \
	"$(printf '%s\n' "$calls" | wc -l)" "$(printf '%s\n' "$rows" | wc -l)"
if [ "$failures" -gt 0 ]; then
	printf '%d findings\n' "$failures"
	exit 1
fi
