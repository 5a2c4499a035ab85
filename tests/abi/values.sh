#!/usr/bin/env bash
# values.sh INCLUDE_FOLDER CC -- every enumerator and every number among the macros of the public headers, with its value.
set -eu
export LC_ALL=C
include=${1:?} cc=${2:?}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

enumerators=$(find "$include" -name '*.h' -exec cat {} + | grep -oE '^[[:space:]]+NMK_[A-Z0-9_]+ +=' | tr -d ' \t=')
macros=$(find "$include" -name '*.h' -exec cat {} + \
	| grep -E '^#define NMK_[A-Z0-9_]+ +(-?[0-9]+|INT64_C\([0-9]+\))([[:space:]]|$)' | awk '{ print $2 }')
{
	echo '#include <nanomarket.h>'
	echo '#include <stdio.h>'
	echo 'int main(void) {'
	for name in $enumerators $macros; do printf 'printf("%s %%lld\\n", (long long)%s);\n' "$name" "$name"; done
	echo 'return 0; }'
} > "$folder/values.c"
"$cc" -I "$include" "$folder/values.c" -o "$folder/values"
"$folder/values" | sort
