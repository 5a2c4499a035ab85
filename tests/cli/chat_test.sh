# chat_test.sh -- talk about a nano: two members, the staff, and files.
. "$(dirname "$0")/support.sh"

run 0 init
for member in carl:creator clara:consumer stefan:consumer mona:moderator ada:admin; do
	name=${member%%:*}
	run 0 user add "$name" --email "$name@example.org" --role "${member##*:}" --no-password
done
run 0 --json nano create 'Tabellen verstehen' --creator carl --duration 15 --description 'Kurz.'
nano=$(json .id)
run 0 nano publish "$nano"

# Open: once made, then found; never with oneself; only for members.
run 2 chat open "$nano"
has err 'whose account?'
run 0 --as clara --json chat open "$nano"
chat=$(json .id)
equal partner carl "$(json .partner)"
equal mode sealed "$(json .mode)"
run 0 --as clara --json chat open "$nano"
equal 'the same chat' "$chat" "$(json .id)"
run 0 --as clara --language de chat open "$nano"
has out 'Es gibt schon einen Chat'
run 6 --as carl chat open "$nano"
run 5 --as clara chat open no-id

# Send, from the command line and from standard input; show.
run 0 --as clara chat send "$chat" 'Gibt es das auch für Anfänger?'
has out 'Message 1 sent.'
checks=$((checks + 1))
printf 'Zwei Zeilen,\ndie zweite.\n' | "$program" --as carl --json chat send "$chat" - > out 2> err || failed 'send from standard input'
equal text "$(printf 'Zwei Zeilen,\ndie zweite.')" "$(json .text)"
run 2 --as clara chat send "$chat"
has err "CHAT TEXT"
run 1 --as clara chat send "$chat" ''
run 1 --as clara --language de chat send "$chat" 'http://spam.ru'
has err 'phishing_domain_detected'
run 5 --as stefan chat send "$chat" 'Darf ich mit?'
run 0 --as clara chat show "$chat"
has out 'clara: Gibt es das auch für Anfänger?'
has out 'carl: Zwei Zeilen,'
run 0 --as clara --json chat show "$chat" --since 1
equal 'messages after the first' 1 "$(json '.items|length')"
run 0 --as clara --json chat show "$chat" --limit 1
equal 'the last message' 2 "$(json .items[0].sequence)"
run 5 --as stefan chat show "$chat"
run 6 --as ada chat show "$chat"

# Lists, receipts.
run 0 --as clara --json chat list
equal unread 1 "$(json .items[0].unread_count)"
run 0 --as clara chat list --nano "$nano"
has out 'Tabellen verstehen'
run 0 --as clara chat list --archived
has out 'Nothing there.'
run 0 --as clara chat read "$chat" 2
run 0 --as clara --json chat list
equal unread 0 "$(json .items[0].unread_count)"
run 2 --as clara chat read "$chat" two
run 1 --as clara chat read "$chat" 99

# Attachments go in and come out as they were; what is there is not written over.
head -c 100000 /dev/urandom > bild.png
run 0 --as clara --json chat send "$chat" --attach bild.png --type image/png
equal name bild.png "$(json .attachment_name)"
equal size 100000 "$(json .attachment_size)"
run 0 --as carl chat show "$chat"
has out '[bild.png, '
run 0 --as carl chat download "$chat" 3 --output copy.png
checks=$((checks + 1))
cmp -s bild.png copy.png || failed 'the attachment is another one'
run 1 --as carl chat download "$chat" 3 --output copy.png
has err 'cannot be written'
run 5 --as carl chat download "$chat" 1 --output none.png
[ ! -e none.png ] || failed 'a file without content'
run 1 --as clara chat send "$chat" --attach missing.png
checks=$((checks + 1))
"$program" --as carl chat download "$chat" 3 > piped.png 2> err && cmp -s bild.png piped.png || failed 'an attachment through a pipe'

# Wait: a message of another process ends it; the time does, too.
run 0 --as carl chat wait "$chat" --timeout 0
has out 'Nothing there.'
"$program" --as carl --json chat wait "$chat" --since 3 --timeout 300 > waited 2> err &
waiting=$!
run 0 --as clara chat send "$chat" 'Noch da?'
wait "$waiting" || failed 'wait'
cp waited out
equal 'what was waited for' 'Noch da?' "$(json .items[0].text)"
run 0 --as carl --json chat wait --timeout 0
checks=$((checks + 1))
[ "$(json .last)" -gt 0 ] || failed 'the number of the last change'

# Mute, block.
run 0 --as carl chat mute "$chat"
run 0 --as carl --json chat list
equal muted true "$(json .items[0].muted)"
run 0 --as carl chat mute "$chat" --off
run 0 --as carl chat block "$chat"
run 6 --as clara chat send "$chat" 'Hallo?'
run 0 --as carl chat block "$chat" --off

# Report, and what the staff see.
run 2 --as carl chat report "$chat" 1
run 0 --as carl chat report "$chat" 1 --reason offensive --comment 'Unhöflich.'
run 6 --as clara chat reports
run 0 --as mona --json chat reports
report=$(json .items[0].id)
equal comment 'Unhöflich.' "$(json .items[0].comment)"
run 0 --as mona chat reports
has out offensive
run 0 --as mona chat reported "$report"
has out 'Gibt es das auch für Anfänger?'
hasnt out 'Zwei Zeilen'
run 0 --as mona chat close-report "$report"
run 0 --as mona chat reports
has out 'Nothing there.'
run 0 --as mona --json chat reports --closed
equal 'closed reports' 1 "$(json '.items|length')"
run 2 --as ada chat disable "$chat"
run 6 --as mona chat disable "$chat" --reason Streit
run 0 --as ada chat disable "$chat" --reason Streit
run 1 --as clara chat send "$chat" 'Hallo?'
has err Streit
run 0 --as ada chat enable "$chat"
run 0 --as clara chat send "$chat" 'Danke.'

# Transcripts.
run 0 --as clara chat export "$chat"
has out 'Tabellen verstehen'
has out 'clara: Noch da?'
run 0 --as clara chat export "$chat" --format json
equal 'messages in the transcript' 5 "$(json '.messages|length')"
run 0 --as clara chat export "$chat" --output chat.txt
equal mode 600 "$(stat -c %a chat.txt)"
run 1 --as clara chat export "$chat" --output chat.txt

# What clara said is in no file, and gone with her account.
checks=$((checks + 1))
! grep -q 'Noch da?' market.db market.db-wal 2> /dev/null || failed 'a message in the clear'
run 0 user delete clara --yes
run 0 --as carl chat show "$chat"
has out '(message deleted)'
hasnt out 'Noch da?'
finish
