# account_test.sh -- accounts: register, log in, second factor, recovery, administration, tokens, keys.
. "$(dirname "$0")/support.sh"

if ! command -v python3 > /dev/null; then
	printf 'SKIPPED: no python3 to compute codes with\n'
	exit 77
fi

# code_of SECRET STEPS: RFC 6238; never so late in a time step that the next one begins before the code is used.
code_of() {
	python3 - "$1" "$2" <<'PYTHON'
import base64, hashlib, hmac, struct, sys, time
if time.time() % 30 > 26:
    time.sleep(30.1 - time.time() % 30)
key = base64.b32decode(sys.argv[1] + '=' * (-len(sys.argv[1]) % 8))
digest = hmac.new(key, struct.pack('>Q', int(time.time()) // 30 + int(sys.argv[2])), hashlib.sha1).digest()
at = digest[-1] & 15
print('%06d' % ((struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000))
PYTHON
}

# mails: sends what waits; token TEMPLATE: of the newest mail of that kind
cat > save-mail <<EOF
#!/bin/sh
printf '%s' "\${NANOMARKET_PASSPHRASE-}" >> '$folder/environment'
cat >> '$folder/mails'
EOF
chmod +x save-mail
mails() {
	rm -f mails
	touch mails
	run 0 outbox send --command ./save-mail
}
token() {
	python3 - "$1" <<'PYTHON'
import json, sys
found = [m for m in map(json.loads, open('mails')) if m['template_name'] == sys.argv[1]]
print(found[-1]['data']['token'])
PYTHON
}
told() { # TEMPLATE RECIPIENT
	checks=$((checks + 1))
	grep -F "\"template_name\":\"$1\"" mails | grep -qF "\"recipient\":\"$2\"" || failed "no mail $1 to $2"
}
lines() { # FILE LINE...: what is asked for, one after the other
	local file=$1
	shift
	printf '%s\n' "$@" > "$file"
}

# The first administrator can do nothing before the password is changed, and is told how.
run 0 --json init --admin anna --email anna@example.org --generate-password
made=$(json .password)
lines made "$made"
lines change "$made" "$password"
run 6 --login anna@example.org --password-file made user list
has err 'password must be changed first'
has err "--login anna@example.org account password"
run 6 --json --login anna@example.org --password-file made user list
equal field password "$(json .error.field)"
quiet err
lines weak "$made" 'too short'
run 1 --login anna@example.org --password-file weak account password
has err new_password
run 0 --login anna@example.org --password-file change account password
has out 'The new password holds.'
run 0 --login anna@example.org --password-file password user list
run 6 --login anna@example.org --password-file made user list
mails
told password_changed anna@example.org

# Who acts, and where passwords come from.
run 2 account show
has err '--login'
run 2 --as anna --login anna@example.org user list
run 2 --code 123456 user list
run 2 --as anna account reset anna@example.org
run 2 --login anna@example.org import .
run 1 --login anna@example.org --password-file /dev/null user list
has err 'has no further line'
printf 'a\0b\n' > nul
run 1 --login anna@example.org --password-file nul user list
has err 'NUL byte'
head -c 3000 /dev/zero | tr '\0' x > long
run 1 --login anna@example.org --password-file long user list
"$program" --login anna@example.org --password-file - user list < password > out 2> err
equal 'password from standard input' 0 $?
run 0 --as anna account show
has out 'anna@example.org'
run 0 --json --as anna account show
equal role admin "$(json .role)"

# Register, verify.
run 1 --password-file password account register carla --email carla@example.org
has err accept_terms
run 0 --json --password-file password account register carla --email carla@example.org --accept-terms --accept-privacy
equal username carla "$(json .username)"
hasnt out "$password"
run 6 --login carla@example.org --password-file password account show
mails
verification=$(token email_verification)
run 6 account verify nonsense
lines token "$verification"
"$program" account verify - < token > out 2> err
equal 'token from standard input' 0 $?
has out 'verified'
run 6 account verify "$verification"
run 0 --login carla@example.org --password-file password account show
run 0 account resend carla@example.org
run 0 account resend nobody@example.org
run 1 account resend nonsense

# Recovery: the answer is the same whether or not there is such an account.
run 0 account reset carla@example.org
cp out known
run 0 account reset nobody@example.org
cmp -s known out || failed 'the answer tells who has an account'
mails
reset=$(token password_reset)
equal 'one mail' 1 "$(grep -c password_reset mails)"
lines two "$reset" 'another battery staple 4711'
"$program" --password-file - account set-password - < two > out 2> err
equal 'token and password from standard input' 0 $?
run 6 --login carla@example.org --password-file password account show
lines carla 'another battery staple 4711'
run 0 --login carla@example.org --password-file carla account show
run 6 --password-file carla account set-password "$reset"
has err token

# Another address, another name.
run 0 --login carla@example.org --password-file carla account email carla@example.com
mails
told email_change carla@example.com
told email_change_notice carla@example.org
run 0 --login carla@example.org --password-file carla account show
has out carla@example.org
run 0 account confirm-email "$(token email_change)"
run 6 --login carla@example.org --password-file carla account show
run 0 --json --login carla@example.com --password-file carla account username carlotta
equal username carlotta "$(json .username)"
run 1 --as carlotta account username anna
has err username

# Second factor: begin, confirm, log in, recover, do without.
run 6 --as carlotta --password-file password account second-factor enable
has err password
run 0 --as carlotta --password-file carla account second-factor enable
has out 'otpauth://totp/'
has out "$(printf '\342\226\210')"
run 0 --json --as carlotta --password-file carla account second-factor enable --svg code.svg
has code.svg '<svg'
equal 'mode of the image' 600 "$(stat -c %a code.svg)"
secret=$(json .secret)
run 1 --as carlotta --password-file carla account second-factor enable --svg code.svg
has err 'cannot be written'
run 0 --json --as carlotta --password-file carla account second-factor enable
secret=$(json .secret)
run 6 --as carlotta account second-factor confirm 000000
run 0 --json --as carlotta account second-factor confirm "$(code_of "$secret" -1)"
equal codes 10 "$(json '.items|length' 2> /dev/null || json '.codes|length')"
run 0 --as carlotta account second-factor show
has out 'yes'
run 6 --as carlotta account second-factor codes 000000
run 0 --as carlotta account second-factor codes "$(code_of "$secret" 0)"
grep -E '^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$' out > recovery
equal 'recovery codes' 10 "$(wc -l < recovery | tr -d ' ')"
run 1 --login carla@example.com --password-file carla account show
run 6 --json --login carla@example.com --password-file carla --code 000000 account show
equal field code "$(json .error.field)"
run 0 --login carla@example.com --password-file carla --code "$(sed -n 1p recovery)" account show
run 6 --login carla@example.com --password-file carla --code "$(sed -n 1p recovery)" account show
lines carla_code 'another battery staple 4711' "$(sed -n 2p recovery)"
run 0 --login carla@example.com --password-file carla_code account second-factor show
equal 'recovery codes left' 8 "$(sed -n 's/^Recovery codes left *//p' out)"
run 0 user list
has out 'yes'
run 0 --login carla@example.com --password-file carla --code "$(sed -n 3p recovery)" account second-factor disable \
	"$(sed -n 4p recovery)"
run 0 --login carla@example.com --password-file carla account show
run 0 --json --as carlotta --password-file carla account second-factor enable
secret=$(json .secret)
run 0 --as carlotta account second-factor confirm "$(code_of "$secret" -1)"
run 0 --login carla@example.com --password-file carla --code "$(code_of "$secret" 0)" account show
run 0 user reset-second-factor carlotta
run 0 --login carla@example.com --password-file carla account show
mails
told second_factor_enabled carla@example.com
told second_factor_disabled carla@example.com

# A market may want one of its staff.
printf 'password_memory_kib = 19456\nsecond_factor_policy = staff\n' > strict
run 6 --settings strict --login anna@example.org --password-file password user list
has err 'account second-factor enable'
run 0 --settings strict --login anna@example.org --password-file password account second-factor enable
run 1 --settings nowhere user list
printf '# a remark\n\npassword_policy = none\n' > bad
run 1 --settings bad user list
has err "'bad', line 3"
has err 'nist4, classic'
for name in busy_timeout_ms readers password_jobs password_queue idle_minutes login_days access_token_minutes; do
	echo "$name = 100000000" > bad
	run 1 --settings bad user list
	has err "$name"
done

# Suspended until then; in between nobody can log in.
run 2 user suspend carlotta --reason Spam --until tomorrow
run 2 user suspend carlotta --reason Spam --until 2027-02-30
run 2 user suspend carlotta --reason Spam --until 2027-02-03 --days 3
run 1 user suspend carlotta --reason Spam --until 2020-01-01
has err until
run 0 --json user suspend carlotta --reason Spam --until 2099-01-01T12:30Z
equal until 2099-01-01T12:30:00.000Z "$(json .suspended_until)"
run 6 --login carla@example.com --password-file carla account show
has err suspended
run 0 --json user suspend carlotta --reason Spam --until "$(date -u -d '+3 seconds' +%Y-%m-%dT%H:%M:%SZ)"
sleep 3.1
run 0 --login carla@example.com --password-file carla account show
run 0 user suspend carlotta --reason Spam --days 7
has out 'is suspended until 20'
run 0 user list --status suspended
has out carlotta
run 0 user reactivate carlotta

# Tokens.
run 2 token issue
run 0 --login carla@example.com --password-file carla token issue --device 'A phone'
is_json
json .access_token > access
json .refresh_token > refresh
run_with() { # FILE CODE ARGUMENT...: the file is standard input
	local file=$1 expected=$2 code
	shift 2
	"$program" "$@" < "$file" > out 2> err
	code=$?
	equal "exit code of $*" "$expected" "$code"
}
run_with access 0 --json token verify
equal username carlotta "$(json .username)"
lines wrong "$(sed 's/.....$/AAAAA/' access)"
run_with wrong 6 --json token verify
equal field access_token "$(json .error.field)"
run 0 token jwks
cp out keys.json
run_with access 0 --json token verify --jwks keys.json --issuer http://localhost --audience nanomarket
has out '"sub":'
run_with access 6 token verify --jwks keys.json --issuer http://localhost --audience another
run_with access 2 token verify --jwks keys.json
run_with access 2 token verify --leeway 30
run_with access 1 token verify --jwks nowhere --issuer http://localhost --audience nanomarket
run 0 --as carlotta account logins
has out 'A phone'
run_with refresh 0 token refresh
json .refresh_token > refresh2
run_with refresh2 0 token refresh
run_with refresh 6 --json token refresh
equal field refresh_token "$(json .error.field)"
run_with access 6 token verify
run 0 --as carlotta token issue
id=$(json .login_id)
run 0 --as carlotta token issue
json .access_token > access
run 0 --as carlotta account logout "$id"
run 0 --json --as carlotta account logins
equal logins 1 "$(json '.items|length')"
run_with access 0 token verify
run 0 user logins carlotta
run 0 user logout carlotta
run_with access 6 token verify
run 0 --as carlotta token issue
json .access_token > access
run 0 --as carlotta account logout
run_with access 6 token verify
run 6 --as carlotta token keys list
run 0 token keys list
has out active
run 0 token keys rotate
run 0 --as carlotta token issue
json .access_token > access
run 0 --json token keys rotate --at-once
run_with access 6 token verify

# A hash from elsewhere: bcrypt of "swordfish swordfish".
printf '%s\n' "$(python3 -c "
import warnings; warnings.simplefilter('ignore')
import crypt; print(crypt.crypt('swordfish swordfish', crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=2**4)))" 2> /dev/null)" > hash
if grep -q '^\$2b\$' hash; then
	run 0 --password-file hash user add dora --email dora@example.org --password-hash
	lines dora 'swordfish swordfish'
	run 0 --login dora@example.org --password-file dora account show
else
	printf 'SKIPPED: this python3 has no bcrypt to make a hash with\n'
fi
lines hash 'no hash at all'
run 1 --password-file hash user add edda --email edda@example.org --password-hash
has err password_hash

# Too many wrong passwords: when to try again.
lines guess 'guess guess guess guess'
for _ in 1 2 3 4 5 6 7; do
	"$program" --json --login anna@example.org --password-file guess user list > out 2> err
done
equal status limit "$(json .error.status)"
[ "$(json .error.retry_after_ms)" -gt 0 ] || failed 'no retry_after_ms'
run 5 --json user show nobody
equal 'nothing to wait for' null "$(json .error.retry_after_ms)"

# A password is judged without a store.
run 4 --json --password-file guess password check --policy classic
equal 'policy' false "$(json .meets_policy)"
run 0 --store /nowhere/at.all --password-file password password check
has out '100/100, very strong'
run 0 --password-file password --language de password check
has out 'sehr stark'
lines common 'Passwort1!'
run 4 --password-file common password check --policy classic
has out 'weak'

# Delete.
run 1 user delete anna --yes
run 0 user delete carlotta --yes
run 0 user list
hasnt out carlotta
run 0 user list --status deleted
has out deleted
run 5 user show carlotta

# Keys: a new epoch, another root key, a wrong one.
run 0 keys show
has out file
run 6 --as anna keys show
run 0 --json keys rotate
equal epoch 2 "$(json .epoch)"
equal waiting 0 "$(json .waiting)"
run 2 keys change-root
run 2 keys change-root --new-root-key-file new.key --new-passphrase
run 0 keys change-root --new-root-key-file new.key
has out '--root-key-file new.key'
run 6 user list
has err 'root_key is not the one of this store'
run 0 --root-key-file new.key user list
has out anna
mv market.db.rootkey old.key
run 6 user list
has err 'is missing'
NANOMARKET_ROOT_KEY_FILE=new.key run 0 user list
cp new.key open.key
chmod 644 open.key
run 6 --root-key-file open.key user list
has err 'chmod 400'
lines passphrase 'a passphrase of our own'
run 1 --root-key-file new.key --password-file common keys change-root --new-passphrase
has err 'passphrase'
run 0 --root-key-file new.key --password-file passphrase keys change-root --new-passphrase
run 6 --root-key-file new.key user list
run 0 --ask-passphrase --password-file passphrase user list
lines both 'a passphrase of our own' "$password"
run 2 --ask-passphrase --root-key-file new.key user list
run 6 --ask-passphrase --password-file password user list
export NANOMARKET_PASSPHRASE='a passphrase of our own'
run 0 keys show
has out passphrase
NANOMARKET_ROOT_KEY_FILE=new.key run 2 keys show
run 0 account reset anna@example.org
rm -f environment
mails
[ -e environment ] && quiet environment
unset NANOMARKET_PASSPHRASE
run 6 user list
finish
