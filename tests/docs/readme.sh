#!/usr/bin/env bash
# readme.sh SOURCE_FOLDER BUILD_FOLDER COMPILER -- what README and docs say is true: the C code compiles and runs, the
# shell lines run, every link leads somewhere.
set -euo pipefail
source=$1 build=$2 compiler=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The C block: what it includes above a main() around the rest.
awk '/^```c$/ { inside = 1; next } /^```/ { inside = 0 } inside' "$source/README.md" >block
{
	grep '^#include' block
	printf '#include <stdio.h>\nint main(void)\n{\n'
	grep -v '^#include' block
	printf 'return 0;\n}\n'
} >readme.c
# shellcheck disable=SC2086
$compiler ${CFLAGS_FROM_BUILD-} -std=c11 -Wall -Wextra -Werror -I "$source/include" readme.c -L "$build/src" -lnanomarket \
	-Wl,-rpath,"$build/src" -o readme
./readme
test -s market.db
rm -f market.db*
echo "README: the C code compiles and runs"

# The shell lines, on the example catalogue.
if [ -x "$build/src/cli/nanomarket" ] && [ -d "$build/examples/catalog" ]; then
	cp -r "$build/examples/catalog" catalogue
	PATH=$build/src/cli:$PATH
	grep -E '^    nanomarket ' "$source/README.md" | sed 's/^    //' >lines
	test -s lines
	while IFS= read -r line; do
		eval "$line" >output || { printf 'README: this failed: %s\n' "$line"; cat output; exit 1; }
	done <lines
	printf 'README: %d shell lines run\n' "$(wc -l <lines)"
else
	echo "SKIPPED: the command or the example catalogue is not built"
	exit 77
fi

bad=0
for file in "$source"/README.md "$source"/CHANGELOG.md "$source"/docs/*.md "$source"/docs/decisions/*.md; do
	for link in $(grep -oE '\]\([^)#]+' "$file" | sed 's/^](//' | grep -vE '^[a-z]+:'); do
		[ -e "$(dirname "$file")/$link" ] || { printf '%s: no such file: %s\n' "${file#"$source"/}" "$link"; bad=1; }
	done
done
exit $bad
