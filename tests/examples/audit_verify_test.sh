# audit_verify_test.sh -- the stand-alone verifier accepts what the log gives out, and nothing that was changed.
verifier=$(cd "$(dirname "$3")" && pwd)/$(basename "$3")
. "$(dirname "$0")/../cli/support.sh"

# verify CODE ARGUMENT...
verify() {
	local expected=$1 code
	shift
	"$verifier" "$@" > out 2> err
	code=$?
	checks=$((checks + 1))
	[ "$code" = "$expected" ] || failed "audit_verify $*: exit code $code, not $expected"
}

equal 'the verifier has less than 300 lines' yes \
	"$([ "$(wc -l < "$source_folder/examples/audit_verify.c")" -lt 300 ] && echo yes)"
equal 'the verifier includes libsodium and the C library only' '' \
	"$(grep '^#include' "$source_folder/examples/audit_verify.c" | grep -vE '<(sodium|std(bool|int|io|lib)|string)\.h>')"

run 0 init --admin anna --email anna@example.org --password-file password
for i in 1 2 3 4 5 6 7 8; do run 0 category add "Thema $i"; done
run 0 audit checkpoint
cp out early
for i in 1 2 3; do run 0 --as anna category add "Mehr $i"; done
run 0 audit key
key=$(cat out)
run 0 --json audit list --action data_created --limit 1
entry=$(json '.items[0].id')
run 0 audit prove "$entry"
cp out receipt
run 0 audit export log

verify 0 log
has out 'sound: localhost/audit/'
verify 0 log "$key" early
verify 0 --receipt receipt "$key"
has out '"act":"data_created"'

# another key
run 0 --store other.db init
run 0 --store other.db category add Anderes
run 0 --store other.db audit key
other=$(cat out)
verify 1 log "$other"
verify 1 --receipt receipt "$other"
verify 1 log 'no+key'

# every kind of change
change() { # SED-COMMAND FILE WHAT
	cp -r log changed
	sed -i "$1" "changed/$2"
	verify 1 changed "$key" early
	checks=$((checks + 1))
	cmp -s "log/$2" "changed/$2" && failed "nothing was changed: $3"
	rm -r changed
}
change '3s/data_created/data_deleted/' entries 'an action'
change '2d' entries 'a deleted entry'
change '$d' entries 'the last entry is missing'
change '4p' entries 'an entry twice'
change '4{h;d};5{G}' entries 'two in another order'
change '1s/[0-9]*$/9/' checkpoints 'origin'
change '2s/^.*$/3/' checkpoints 'size of a checkpoint'
change '3s/^./~/' checkpoints 'root of a checkpoint'
sed 's/^index .*/index 0/' receipt > changed; verify 1 --receipt changed "$key"
sed '2s/extra ..../extra AAAA/' receipt > changed; verify 1 --receipt changed "$key"
head -c 200 receipt > changed; verify 1 --receipt changed "$key"
head -n 4 log/entries > shorter; cp -r log cut; cp shorter cut/entries; verify 1 cut "$key"
mkdir shrunk; cp log/key shrunk; : > shrunk/entries; : > shrunk/checkpoints
verify 1 shrunk "$key" early
verify 1 nothing

# what was kept elsewhere is a beginning of what there is now
run 0 audit export later
verify 0 later "$key" early
run 0 audit verify early
has out 'The audit log is sound.'
finish
