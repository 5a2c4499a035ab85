# manual_test.sh -- manual pages: well formed, and every command and option is in its page.
. "$(dirname "$0")/support.sh"
pages=$source_folder/docs/man

if command -v mandoc > /dev/null; then
	for page in "$pages"/*.[13]; do
		checks=$((checks + 1))
		# Pages of this set refer to each other before they are installed.
		mandoc -Tlint -W warning "$page" > out 2>&1
		grep -v 'referenced manual not found' out > err
		[ ! -s err ] || failed "$page"
	done
else
	printf 'SKIPPED: no mandoc to check the pages with\n'
fi

# The page of a command: its first word.
run 0 help
sed -n '/^Commands/,/^Options/s/^  \([a-z][a-z-]*\)\( [a-z][a-z-]*\)\{0,1\}\( [a-z][a-z-]*\)\{0,1\}\( .*\)\{0,1\}$/\1\2\3/p' out > commands
[ "$(wc -l < commands)" -ge 67 ] || failed 'commands'
while read -r first rest; do
	page=$pages/nanomarket-$first.1
	[ "$first" = help ] && page=$pages/nanomarket.1
	checks=$((checks + 1))
	[ -f "$page" ] || { failed "no page $page"; continue; }
	if [ -n "$rest" ]; then
		grep -qE "^\.It Cm $first $rest( |$)" "$page" || failed "'$first $rest' is not in $page"
		grep -qE "^\.Cm $first $rest$" "$page" || failed "'$first $rest' is not in the synopsis of $page"
	fi
	"$program" help $first $rest > out
	sed -n '/^Options$/,/^$/p' out | grep -oE -- '--[a-z][a-z-]*' | sort -u > options
	while read -r option; do
		checks=$((checks + 1))
		grep -qE "Fl -${option#--}( |$)" "$page" || failed "$option of '$first $rest' is not in $page"
	done < options
done < commands
"$program" help > out
for option in $(sed -n '/^Options of/,/^$/p' out | grep -oE -- '--[a-z][a-z-]*' | sort -u); do
	checks=$((checks + 1))
	grep -qE "^\.It .*Fl -${option#--}( |$)" "$pages/nanomarket.1" || failed "$option is not in nanomarket.1"
done
for code in 0 1 2 3 4 5 6 130; do
	grep -qE "^\.It (Li )?$code\$" "$pages/nanomarket.1" || failed "exit code $code is not in nanomarket.1"
done
finish
