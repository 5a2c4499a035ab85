# command_line_test.sh -- options, help, hints, languages, completion.
. "$(dirname "$0")/support.sh"

run 0 --version
has out 'nanomarket 0.'
run 0 --json --version
is_json
run 0 --help
has out 'Commands'
run 0 help
has out 'nano takedown'
run 0 -h
run 2
has err 'a command is needed'
run 2 --json
is_json
equal status usage "$(json .error.status)"
quiet err
run 2 nano
has err 'nanomarket help nano'
run 0 nano --help
has out 'nano publish'
run 0 help nano
run 0 help nano list
has out '--status STATUS'
run 0 help account second-factor
has out 'account second-factor codes'
run 0 help token keys rotate
has out '--at-once'
run 2 account second-factor
has err 'nanomarket help account second-factor'
run 0 nano list --help
has out 'Usage: nanomarket'
run 2 help nothing
run 2 help serch
has err "is 'search' meant?"

# hints
run 2 serch
has err "unknown command 'serch'; is 'search' meant?"
run 2 nano lst
has err "is 'nano list' meant?"
run 2 account second-facotr show
has err "is 'account second-factor' meant?"
run 2 token keys lst
has err "is 'token keys list' meant?"
run 2 nanoo
has err "is 'nano' meant?"
run 2 xyzzyplugh
hasnt err 'meant'
run 2 nano list --statsu any
has err "unknown option '--statsu'; is '--status' meant?"
has err "Try 'nanomarket help nano list'."
run 2 nano list -z
has err "unknown option '-z'"
run 2 nano list --status foo
has err 'pending_review'
run 2 nano list --limit 0
has err 'from 1 to 100'
run 2 nano list --limit 101
run 2 nano list --limit 1x
run 2 nano list --limit ''
run 2 nano list --limit
has err "needs a value"
run 2 nano list --all=yes
has err 'takes no value'
run 2 nano list surplus
has err 'one argument too many'
run 2 nano show
has err "'nano show' needs: NANO"
run 2 --language fr nano list
run 0 init
run 0 nano list --limit=5
run 0 nano list --status=ANY
run 0 nano list --all --json
is_json
run 0 -qs "$NANOMARKET_STORE" nano list
quiet out
run 5 nano show -- --help
run 0 search -- -nothing

# The same name before and after the command: the language of messages, and of nanos.
run 0 --language de search --language en
has out 'Nichts vorhanden.'
run 0 --version nano list
has out 'library'

# languages
for variable in LC_ALL LC_MESSAGES LANG; do
	env -u LC_ALL "$variable=de_DE.UTF-8" "$program" help > out 2> err
	has out 'Befehle'
done
LC_ALL=C LANG=de_DE "$program" help > out
has out 'Commands'
LC_ALL='' LANG=de "$program" help > out
has out 'Befehle'
run 0 --language de --help
has out 'Aufruf'
run 2 --language de nano lst
has err 'ist „nano list“ gemeint?'
run 2 --language de nano list --limit 0
has err 'braucht eine Zahl von 1 bis 100'
run 2 --json --language de nano list --limit 0
equal message 'Die Option „--limit“ braucht eine Zahl von 1 bis 100' "$(json .error.message)"

# Every command has help in both languages.
run 0 help
commands=$(sed -n '/^Commands/,/^Options/s/^  \([a-z][a-z-]*\( [a-z][a-z-]*\)*\)\( .*\)\{0,1\}$/\1/p' out)
count=0
while read -r command; do
	for language in en de; do
		# shellcheck disable=SC2086
		run 0 --language "$language" help $command
		has out nanomarket
	done
	count=$((count + 1))
done <<< "$commands"
[ "$count" -ge 67 ] || failed "only $count commands are explained"

# No colors unless there is a terminal.
run 0 help
hasnt out "$(printf '\033')"

# completion
for shell in bash zsh fish; do
	run 0 completion "$shell"
	has out 'nanomarket'
done
run 2 completion tcsh
"$program" completion bash > completion.bash
bash -n completion.bash || failed 'the bash completion does not parse'
for shell in zsh fish; do
	if command -v "$shell" > /dev/null; then
		"$program" completion "$shell" > "completion.$shell"
		"$shell" -n "completion.$shell" || failed "the $shell completion does not parse"
	else
		printf 'SKIPPED: no %s to read its completion\n' "$shell"
	fi
done
completes() { # EXPECTED WORD...
	local expected=$1 COMP_WORDS COMP_CWORD COMPREPLY
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_nanomarket
	equal "completion of $*" "$expected" "${COMPREPLY[*]}"
}
. ./completion.bash
completes 'init import' nanomarket i
completes 'reject rollback' nanomarket nano r
completes '--status --store' nanomarket --store x nano list --st
completes 'pending_review published' nanomarket nano list --status p
completes 'beginner intermediate advanced' nanomarket -s m.db nano list --level ''
completes 'set-password show second-factor' nanomarket account s
completes 'show enable confirm disable codes' nanomarket account second-factor ''
completes 'sha1 sha256 sha512' nanomarket account second-factor enable --algorithm ''
completes 'list rotate' nanomarket token keys ''
completes '--at-once' nanomarket token keys rotate --at
completes 'issue refresh verify jwks keys' nanomarket --login a@example.org token ''
completes 'bash zsh fish' nanomarket completion ''
completes 'de en' nanomarket --language ''
completes '' nanomarket search --language ''
finish
