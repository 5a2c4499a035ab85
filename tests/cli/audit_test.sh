# audit_test.sh -- the audit log on the command line.
. "$(dirname "$0")/support.sh"

run 0 init --admin anna --email anna@example.org --password-file password
run 0 user add carl --email carl@example.org --no-password --role creator
run 0 category add Excel

# list, show
run 0 audit list
has out 'ACTION'
has out 'data_created'
has out 'user_registered'
run 0 --language de audit list
has out 'AKTION'
run 0 --json audit list --action user_registered --limit 1
is_json
entry=$(json '.items[0].id')
equal 'action' user_registered "$(json '.items[0].action')"
equal 'object type' user "$(json '.items[0].object_type')"
run 0 --json audit show "$entry"
equal 'id' "$entry" "$(json .id)"
equal 'year' "$(date -u +%Y)" "$(json .year)"
run 0 audit show "$entry"
has out user_registered
run 5 audit show 00000000-0000-8000-8000-000000000000
run 2 audit list --from gestern
has err 'is no time'
run 0 --json audit list --from 2100-01-01
equal 'none' 0 "$(json '.items | length')"
run 0 --json audit list --to 2000-01-01
equal 'none' 0 "$(json '.items | length')"
run 0 --as carl nano create 'Pivot tables'
run 0 --json audit list --actor carl
equal 'of carl' nano_create "$(json '.items[0].operation')"
run 0 --json audit list --type category --result ok
equal 'of a category' category_create "$(json '.items[0].operation')"
run 0 --json audit list --all
[ "$(json '.items | length')" -gt 5 ] || failed 'all'
run 5 audit list --actor niemand
run 6 --as carl audit list
run 0 --json audit list --action permission_denied
equal 'the refusal' audit_list "$(json '.items[0].operation')"

# own
run 0 --json --as carl audit own
has out nano_create
hasnt out category_create
run 0 --json audit list --action data_created --type nano --limit 1
nano=$(json '.items[0].object_id')
run 0 --as carl audit own "$nano"
has out data_created
run 5 --as anna audit own "$nano"

# suspicious
run 0 audit suspicious
has out 'Nothing is suspicious.'
run 0 --json audit suspicious --threshold 1 --minutes 1440
is_json

# checkpoint, key, prove, verify
run 0 audit checkpoint
has out "localhost/audit/$(date -u +%Y)"
cp out checkpoint
run 0 --json audit checkpoint
is_json
run 0 audit key
key=$(cat out)
run 0 audit prove "$entry"
has out 'c2sp.org/tlog-proof@v1'
cp out receipt
run 0 audit verify --receipt receipt --key "$key"
has out '"act":"user_registered"'
run 0 --store /nowhere audit verify --receipt receipt --key "$key"
run 2 audit verify --receipt receipt
run 1 audit verify --receipt receipt --key none
has err 'no key of an audit log'
sed '2s/extra ..../extra AAAA/' receipt > changed
run 4 audit verify --receipt changed --key "$key"
has err 'proves nothing'
run 1 audit verify --receipt missing --key "$key"
run 0 audit verify
has out 'The audit log is sound.'
run 0 audit verify checkpoint
run 0 --json audit verify checkpoint
is_json
run 1 audit verify missing
echo nonsense > nonsense
run 4 audit verify nonsense
has out 'is none'

# export, prune
run 0 audit export log
has out 'Written'
equal 'files' 'checkpoints entries key' "$(ls log | tr '\n' ' ' | sed 's/ $//')"
equal 'key' "$key" "$(cat log/key)"
run 1 audit export log
run 5 audit export old --year 2001
run 0 audit prune
has out '0 entries'
run 0 --json audit prune
equal 'pruned' 0 "$(json .pruned)"
run 6 --as carl audit prune
run 0 doctor
finish
