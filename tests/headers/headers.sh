#!/usr/bin/env bash
# headers.sh INCLUDE_FOLDER CC [CXX] -- each public header compiles alone, twice, and in C++; and each call is documented.
set -u
include=${1:?} cc=${2:?} cxx=${3:-}
failures=0
count=0

compile() { # compiler language standard header
	local text
	text=$(printf '#include "%s"\n#include "%s"\n' "$4" "$4" \
		| "$1" -x "$2" -std="$3" -Wall -Wextra -Wpedantic -Wshadow -Wundef -Werror -I "$include" -fsyntax-only - 2>&1)
	if [ $? -ne 0 ]; then
		printf '%s (%s): %s\n' "$4" "$3" "$text"
		failures=$((failures + 1))
	fi
	count=$((count + 1))
}

headers=$(cd "$include" && find . -name '*.h' | sed 's|^\./||' | sort)
for header in $headers; do
	for standard in c11 c17; do compile "$cc" c "$standard" "$header"; done
	if [ -n "$cxx" ]; then
		for standard in c++17 c++20; do compile "$cxx" c++ "$standard" "$header"; done
	fi
done
[ -n "$cxx" ] || echo "SKIPPED: no C++ compiler, the headers were not tried in C++"

# All that a caller may see begins with nmk_ or NMK_.
names=$(cd "$include" && for header in $headers; do
	grep -ohE '^#define [A-Za-z_]+|^\} [a-z_]+;|^typedef (struct|enum) [a-z_]+' "$header"; done \
	| grep -vE '(#define (NMK_|NANOMARKET_))|\} nmk_|(struct|enum) nmk_')
if [ -n "$names" ]; then printf 'a name outside nmk_: %s\n' "$names"; failures=$((failures + 1)); fi

# A call that answers a status says since when it is there, itself or with those next to it.
undocumented=$(cd "$include" && awk '
	/\/\*\*/ { comment = "" ; inside = 1 }
	inside { comment = comment $0 }
	/\*\// { inside = 0 }
	/^NMK_API/ {
		if ($0 ~ /^NMK_API nmk_status nmk_/ && comment !~ /@since [0-9]/) print FILENAME ": " $0
		if ($0 ~ /nmk_session \*/) comment = ""
	}' $headers)
if [ -n "$undocumented" ]; then printf 'without @since: %s\n' "$undocumented"; failures=$((failures + 1)); fi

# Each size or limit has a function twin, for languages without a preprocessor.
twins=$(cd "$include" && grep -ohE '^#define NMK_[A-Z_]+_MAXIMUM' $headers | sed 's/#define //' | while read -r name; do
	grep -qiE "NMK_API [a-z0-9_]+ ${name}\(void\)" $headers || echo "$name"; done)
if [ -n "$twins" ]; then printf 'a limit without a function: %s\n' "$twins"; failures=$((failures + 1)); fi

# The umbrella has them all.
for header in $headers; do
	[ "$header" = nanomarket.h ] || grep -q "\"$header\"" "$include/nanomarket.h" \
		|| { echo "nanomarket.h forgets $header"; failures=$((failures + 1)); }
done

printf '%d headers, %d compilations\n' "$(printf '%s\n' $headers | wc -l)" "$count"
[ "$failures" -eq 0 ]
