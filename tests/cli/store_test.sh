# store_test.sh -- create, check, back up, restore; accounts and categories; failures and their exit codes.
. "$(dirname "$0")/support.sh"

# Without a store there is a hint; a store that is not there is said to be so.
(unset NANOMARKET_STORE; run 2 nano list; has err 'Use --store FILE'; [ "$failures" = 0 ]) || failures=$((failures + 1))
run 5 nano list
has err 'nanomarket: there is no store at'
run 5 --json nano list
is_json
equal status not_found "$(json .error.status)"
quiet err

# init
run 2 init --admin anna
run 2 init --password-file password
run 2 init --admin anna --email anna@example.org
has err '--password-file'
run 0 init --admin anna --email anna@example.org --password-file password
has out 'Store created'
has out 'Root key: '
has out 'market.db.rootkey'
has out 'apart from the store'
has out 'must change the password at the first login'
has out 'import --publish'
[ -f market.db.rootkey ] && [ -f market.db.keyring ] || failed 'root key and key ring'
equal 'mode of the root key' 400 "$(stat -c %a market.db.rootkey)"
hasnt out "$password"
run 1 init
has err 'already'
run 1 --language de init
has err 'gibt es schon einen Speicher'
run 1 --store second.db init --admin b --email b@example.org --password-file password
has err 'username must'
has err 'without an administrator'
run 0 --store third.db --json init
equal status ok "$(json .status)"
equal 'root key' third.db.rootkey "$(json .root_key_file)"
equal admin null "$(json .admin)"
run 2 init --generate-password
run 2 --store no.db --login anna@example.org init
run 2 --store no.db init --admin anna --email anna@example.org --generate-password --password-file password
run 0 --store fifth.db --quiet init --admin anna --email anna@example.org --generate-password
has out 'Password: '
run 0 --store sixth.db --json init --admin anna --email anna@example.org --generate-password
is_json
equal admin anna "$(json .admin)"
equal 'length of the password' 23 "$(json .password | tr -d '\n' | wc -c | tr -d ' ')"
run 0 --store fourth.db --quiet init
quiet out

# accounts
run 0 user list
has out 'anna'
has out 'admin'
run 0 user add bert --email bert@example.org --role moderator --no-password
has out 'bert was added as moderator.'
run 0 --json user add carla --email carla@example.org --password-file password
is_json
equal role creator "$(json .role)"
hasnt out "$password"
run 1 user add carla --email other@example.org --no-password
has err 'username'
run 1 user add dora --email nonsense --no-password
has err 'email'
run 2 user add dora --no-password
run 2 user add dora --email d@example.org --no-password --password-file password
run 2 user add dora --email d@example.org --no-password --generate-password
run 2 user add dora --email d@example.org --no-password --change-password
run 2 user add dora --email d@example.org --password-hash --generate-password
run 1 user add dora --email dora@example.org --password-file /nowhere
has err 'cannot be read'
printf 'short\n' | "$program" user add dora --email dora@example.org --password-file - > out 2> err
equal 'weak password from standard input' 1 $?
has err 'password'
run 0 user show carla
has out 'carla@example.org'
run 5 user show nobody
has err "there is no user 'nobody'"
run 5 --language de user show nobody
has err 'Das Mitglied „nobody“ gibt es nicht'
run 0 user role carla consumer
has out 'carla is now consumer.'
run 0 --json user role carla creator
equal role creator "$(json .role)"
run 2 user role carla queen
run 1 user role anna creator
run 0 user suspend carla --reason 'Spam'
run 2 user suspend carla
run 6 --as carla nano list
run 0 user reactivate carla
run 0 --json --as carla user show carla
is_json
run 6 --as carla user list
run 6 --json --as carla user list
equal status denied "$(json .error.status)"
run 5 --as nobody user list
run 0 --json user list --limit 1
equal items 1 "$(json '.items|length')"
cursor=$(json .next)
run 0 --json user list --limit 1 --cursor "$cursor"
equal 'second page' bert "$(json '.items[0].username')"
run 0 --json user list --all --limit 1
equal items 3 "$(json '.items|length')"
equal next null "$(json .next)"
run 1 user list --cursor nonsense
has err 'cursor'
run 0 user list --limit 1
has out 'There is more: --cursor '
run 0 user list --role consumer
has out 'Nothing there.'
run 0 user list bert
hasnt out carla
run 0 user list bert@example.org
has out bert
run 0 user list ber
has out bert
run 0 user list nobody
has out 'Nothing there.'
run 0 user list --status suspended
has out 'Nothing there.'

# categories
run 0 category add Software --description 'What runs'
run 0 --json category add Excel --parent Software
equal name Excel "$(json .name)"
run 5 category add Word --parent Nothing
run 1 category add excel
run 6 --as carla category add Word
run 0 category list
has out 'Software'
run 0 category list --parent software
hasnt out 'What runs'
has out 'Excel'
run 0 --json category list --all
equal items 2 "$(json '.items|length')"
run 0 category update Excel --name Calc --active no
has out 'Category changed: Calc'
run 0 category update Calc --top --active yes
run 2 category update Calc
run 2 category update Calc --top --parent Software
run 1 category update Software --parent Software
run 5 category update Excel --name Other

# doctor, backup, restore
run 0 doctor
has out 'The store is sound.'
run 0 --json doctor
is_json
equal items 0 "$(json '.items|length')"
run 0 doctor --repair
run 0 doctor --rebuild-search
has out 'The store is sound'
run 6 --as anna doctor --rebuild-search
run 6 --as anna doctor
run 0 backup backup.db
has out 'Backed up and verified: backup.db'
has out 'backup.db.keyring'
run 1 backup backup.db
has err 'backup.db'
[ -f backup.db.keyring ] || failed 'no key ring beside the backup'
[ ! -e backup.db.rootkey ] || failed 'the root key lies beside the backup'
run 0 --store restored.db restore backup.db
has err 'restored.db.rootkey'
run 6 --store restored.db user list
has err 'root key'
run 0 --store restored.db --root-key-file market.db.rootkey user list
has out 'bert'
NANOMARKET_ROOT_KEY_FILE=market.db.rootkey run 0 --store restored.db user list
cp -p market.db.rootkey restored.db.rootkey
run 0 --store restored.db user list
run 1 --store restored.db restore backup.db
run 0 --store again.db --root-key-file market.db.rootkey restore backup.db
quiet err
run 6 --store wrong.db --root-key-file third.db.rootkey restore backup.db
has err 'root_key is not the one of this store'
run 5 --store other.db restore nothing.db
printf 'no store at all, really not' > junk.db
run 1 --store other.db restore junk.db
run 1 --store junk.db nano list
run 2 --store other.db --as anna restore backup.db

# A store that cannot be written can be read, and written no more.
if [ "$(id -u)" != 0 ]; then
	mkdir sealed
	run 0 --store sealed/backup.db restore backup.db
	cp -p market.db.rootkey sealed/backup.db.rootkey
	chmod a-w sealed sealed/*
	run 0 --store sealed/backup.db user list
	has out 'bert'
	run 1 --store sealed/backup.db category add Late
	chmod u+w sealed
fi

# outbox: an account that registers is told by mail, which only a library call does; without one nothing waits.
run 2 outbox send
run 0 outbox send --command false
has out '0 sent, 0 failed.'
run 0 --json outbox send --command false
equal sent 0 "$(json .sent)"
run 6 --as anna outbox send --command false

# Output that cannot be written is told; a reader that goes away is not.
if [ -w /dev/full ]; then
	"$program" user list > /dev/full 2> err
	equal 'full device' 1 $?
	has err 'cannot be written'
fi
"$program" help | head -n 1 > /dev/null
equal 'closed pipe' 0 "${PIPESTATUS[0]}"
finish
