#!/usr/bin/env bash
# symbols.sh INCLUDE_FOLDER LIBRARY -- the shared library exports what the headers promise, and nothing else.
set -u
export LC_ALL=C
include=${1:?} library=${2:?}

promised=$(find "$include" -name '*.h' -exec cat {} + | grep -v '^#' | sed 's|/\*.*\*/||' | tr '\n' ' ' \
	| grep -oE 'NMK_API [^;(]*\(' | sed -E 's/.*[ *]([A-Za-z0-9_]+)\($/\1/' | sort -u)
# The runtime of gcov is in a library that is built for coverage.
exported=$(nm -D --defined-only "$library" | awk '$3 !~ /^(__gcov_|mangle_path$)/ { print $3 }' | sort -u)
missing=$(comm -23 <(echo "$promised") <(echo "$exported"))
extra=$(comm -13 <(echo "$promised") <(echo "$exported"))

[ -z "$missing" ] || printf 'promised, not there: %s\n' $missing
[ -z "$extra" ] || printf 'there, not promised: %s\n' $extra
printf '%d functions\n' "$(echo "$promised" | wc -l)"
[ -z "$missing$extra" ]
