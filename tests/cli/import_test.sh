# import_test.sh -- import from JSON Lines and CSV: resumed, rejected, in any order of accidents.
. "$(dirname "$0")/support.sh"

count() { run 0 --json nano list --status any --all; json '.items|length'; }

run 0 init
mkdir -p full/packages
make_zip full/packages/one.zip
printf 'junk' > full/packages/junk.zip
cat > full/categories.jsonl <<'J'
{"name": "Software", "description": "Programme", "parent": null}
{"name": "Excel", "description": null, "parent": "Software"}
J
cat > full/creators.jsonl <<'J'
{"username": "anna_b", "email": "anna_b@example.org", "first_name": "Anna", "company": "Lernhaus", "bio": "Hallo"}
J
cat > full/catalog.jsonl <<'J'
{"title": "Eins", "duration_minutes": 5, "description": "x", "language": "de", "categories": ["Excel"], "creator": "anna_b", "package": "packages/one.zip"}

{"title": "Zwei", "duration_minutes": 5, "description": "x", "competency_level": "advanced", "format": "video", "license": "CC0", "categories": ["Excel", "Software"], "creator": "anna_b", "published": true}
J
run 5 import nowhere
run 5 import .
has err 'metadata.csv'
run 2 import
run 2 import full --publish --submit

# A dry run writes nothing.
run 0 import --dry-run full
has out '2 would be imported'
run 5 user show anna_b
equal nanos 0 "$(count)"

# A folder, and the same again.
run 0 import full
has out '2 imported, 0 there already, 0 rejected'
run 0 --json nano list
equal 'published by its field' Zwei "$(json '.items[0].title')"
run 0 user show anna_b
has out 'anna_b@example.org'
run 0 import full
has out '0 imported, 2 there already, 0 rejected'
run 0 --json import full
is_json
equal there 2 "$(json .already_there)"
equal nanos 2 "$(count)"

# What was not wished for at first is made up for.
run 0 import --publish full
has out '1 imported, 1 there already'
run 0 --json nano list
equal published 2 "$(json '.items|length')"
run 0 import --publish full
has out '0 imported, 2 there already'

# Rejected rows are told with number, field and reason; the others are imported.
cat > bad.jsonl <<'J'
{"title": "", "creator": "anna_b"}
{"title": "Kein Anbieter"}
{"title": "Fremder", "creator": "nobody_x"}
{"title": "Falsch", "creator": "anna_b", "competency_level": "genius"}
{"title": "Lang", "creator": "anna_b", "duration_minutes": 1441}
{"title": "Typ", "creator": "anna_b", "duration_minutes": "viel"}
{"title": "Typ", "creator": "anna_b", "categories": [1]}
{"title": "Kategorie", "creator": "anna_b", "categories": ["Nirgends"]}
{"title": "Paket", "creator": "anna_b", "package": "../password"}
{"title": "Paket", "creator": "anna_b", "package": "/etc/passwd"}
{"title": "Paket", "creator": "anna_b", "package": "full/packages/none.zip"}
{"title": "Müll", "creator": "anna_b", "package": "full/packages/junk.zip"}
no JSON
[]
{"title": "Doppelt", "title": "Schlüssel"}
{"title": "Gut", "creator": "anna_b", "unknown": 1}
{"title": "Gut", "creator": "anna_b", "unknown": 1}
{"title": "Gut", "creator": "anna_b", "duration_minutes": 7}
J
run 3 import bad.jsonl
for text in 'row 1: title is needed' 'row 2: creator is needed' "row 3: creator names nobody: 'nobody_x'" \
	'row 4: competency_level is none' 'row 5: duration_minutes must be from 1 to 1440' 'row 6: duration_minutes has the wrong' \
	'row 7: categories has the wrong type' "row 8: categories name nothing" 'row 9: package must lie in the folder' \
	'row 10: package must lie' 'row 11: package cannot be read' 'row 12: package ' 'row 13: the line is no JSON' \
	'row 14: the line is no JSON object' 'row 15: the line is no JSON' 'row 18: title stands in row 16 already'; do
	has err "$text"
done
hasnt err 'row 16:'
has out '1 imported, 1 there already, 16 rejected'
equal 'rejections in the order of the rows' "$(sed -n 's/^row \([0-9]*\):.*/\1/p' err | sort -n)" \
	"$(sed -n 's/^row \([0-9]*\):.*/\1/p' err)"
run 3 --language de import bad.jsonl
has err 'Zeile 1: title wird gebraucht'

# A rejected row leaves nothing behind, also when its package is to blame.
run 0 nano list --status any --all
hasnt out 'Müll'
run 3 --json import bad.jsonl
is_json
quiet err
equal rejected 16 "$(json .rejected)"
equal row 1 "$(json '.rejections[0].row')"
equal field title "$(json '.rejections[0].field')"
run 3 --quiet import bad.jsonl
quiet out
has err 'row 1'
run 3 import --dry-run bad.jsonl
printf '{"title": "%s", "creator": "anna_b"}\n' "$(printf 'y%.0s' $(seq 201))" > long.jsonl
run 3 import long.jsonl
has err 'title must have at most 200 characters'
run 3 import --dry-run long.jsonl
has err 'title must have at most 200 characters'

# Missing names are added when that is wanted.
printf '{"title": "Neu", "creator": "newcomer", "categories": ["Frisch"]}\n' > new.jsonl
run 3 import new.jsonl
run 0 import --dry-run --create-missing new.jsonl
run 5 user show newcomer
run 0 import --create-missing new.jsonl
run 0 user show newcomer
has out 'newcomer@import.invalid'
run 0 category list
has out 'Frisch'

# CSV: quotes, line breaks, byte order mark, both delimiters, all line ends.
before=$(count)
printf '\357\273\277title,description,categories,creator,duration_minutes,published,extra\r\n"Komma, ""Zitat""","Zeile 1\r\nZeile 2",Excel;Software,anna_b,12,yes,?\r\n\r\nOhne,,,anna_b,,,\r\n' > metadata.csv
mkdir csv && mv metadata.csv csv/
run 0 import csv
has out '2 imported'
has err 'extra'
run 0 --json search zitat
equal title 'Komma, "Zitat"' "$(json '.items[0].title')"
equal description 'Zeile 1
Zeile 2' "$(json '.items[0].description')"
equal categories 2 "$(json '.items[0].categories|length')"
printf 'creator;title;language\nanna_b;Strichpunkt, mit Komma;en\nanna_b;"offen;en\n' > semicolon.csv
run 3 import semicolon.csv
has out '1 imported, 0 there already, 1 rejected'
has err 'row 3: a quote is not closed'
printf 'creator,title\nanna_b,Viel,zu,viel\nanna_b,"A"B\nanna_b,Gut genug\n' > odd.csv
run 3 import odd.csv
has err 'row 2: the row has more fields than the header'
has err 'row 3: there is text behind a closing quote'
has out '1 imported'
printf 'name,creator\nx,anna_b\n' > headless.csv
run 1 import headless.csv
has err "no header with a column 'title'"
: > empty.csv
run 1 import empty.csv
: > empty.jsonl
run 0 import empty.jsonl
equal nanos $((before + 4)) "$(count)"

# As a member: one's own, as drafts.
run 2 --as anna_b import full --publish
printf '{"title": "Meins", "published": true}\n{"title": "Deins", "creator": "newcomer"}\n' > own.jsonl
run 3 --as anna_b import own.jsonl
has err 'row 2: creator is somebody else'
has err "'published' was ignored"
run 0 --json --as anna_b nano list --status draft --limit 1
equal title Meins "$(json '.items[0].title')"
printf '{"title": "Eingereicht"}\n' > submit.jsonl
run 0 --as anna_b import --submit submit.jsonl
run 0 nano queue
has out Eingereicht
run 0 user add reader --email reader@example.org --role consumer --no-password
run 6 --as reader import submit.jsonl
printf '{"title": "Von einer Leserin", "creator": "reader"}\n' > reader.jsonl
run 3 import reader.jsonl
has err 'row 1: creator may not create nanos'

# Killed in the middle and run again: nothing is doubled, nothing is missing.
seq 1 3000 | sed 's/.*/{"title": "Massenware &", "creator": "newcomer", "duration_minutes": 5}/' > many.jsonl
before=$(count)
for round in 1 2 3; do
	"$program" import many.jsonl > /dev/null 2>&1 &
	pid=$!
	sleep 0.3
	kill -KILL "$pid" 2> /dev/null
	wait "$pid" 2> /dev/null
done
"$program" import --jobs 2 many.jsonl > out 2> err &
pid=$!
sleep 0.3
kill -INT "$pid" 2> /dev/null || kill -TERM "$pid" 2> /dev/null
wait "$pid"
code=$?
case $code in 0|130) ;; *) failed "interrupted import: exit code $code" ;; esac
[ "$code" = 0 ] || has err 'run it again'
run 0 import --jobs 3 many.jsonl
run 0 import many.jsonl
has out '0 imported, 3000 there already, 0 rejected'
equal nanos $((before + 3000)) "$(count)"
run 0 --json nano list --status any --creator newcomer --all
equal 'different titles' 3001 "$(grep -o '"title":"[^"]*"' out | sort -u | wc -l | tr -d ' ')"
run 0 doctor

# Two imports of the same at once.
seq 1 400 | sed 's/.*/{"title": "Zwilling &", "creator": "newcomer"}/' > twins.jsonl
before=$(count)
"$program" import twins.jsonl > /dev/null 2>&1 & first=$!
"$program" import twins.jsonl > /dev/null 2>&1 & second=$!
wait "$first" && wait "$second"
equal 'both imports' 0 $?
equal nanos $((before + 400)) "$(count)"
finish
