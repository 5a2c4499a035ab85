#!/usr/bin/env bash
# check.sh values INCLUDE_FOLDER CC     -- no constant of the headers changed its value or went away
# check.sh binary INCLUDE_FOLDER LIBRARY -- programs built with the recorded library run with this one
# What was changed on purpose is recorded by tests/abi/update.
set -u
here=$(cd "$(dirname "$0")" && pwd)

if [ "${1:?}" = values ]; then
	diff -u "$here/values.txt" <(bash "$here/values.sh" "${2:?}" "${3:?}") || {
		echo "a value of the public headers changed: never renumber; run tests/abi/update after an addition"; exit 1; }
	echo "$(wc -l < "$here/values.txt") values"
	exit 0
fi
for program in abidiff abidw; do
	command -v "$program" > /dev/null || { echo "SKIPPED: $program (abigail-tools) is not installed"; exit 77; }
done
readelf -S "${3:?}" | grep -q debug_info || { echo "SKIPPED: the library was built without debug information"; exit 77; }
abidiff --no-added-syms --drop-private-types --headers-dir2 "${2:?}" "$here/libnanomarket.abi" "$3" || {
	echo "the binary interface changed: appending is fine, anything else breaks programs; then run tests/abi/update"; exit 1; }
