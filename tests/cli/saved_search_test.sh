# saved_search_test.sh -- suggestions, saved searches, the own history, statistics.
. "$(dirname "$0")/support.sh"

run 0 init
for member in anna:creator clara:consumer dora:consumer erik:consumer ada:admin; do
	name=${member%%:*}
	run 0 user add "$name" --email "$name@example.org" --role "${member##*:}" --no-password
done
run 0 --json nano create 'Tabellen verstehen' --creator anna --duration 15 --description 'Kurz.'
nano=$(json .id)
run 0 nano publish "$nano"

# Suggestions
run 0 --json suggest tabel
equal kind word "$(json '.items[0].kind')"
equal text Tabellen "$(json '.items[0].text')"
run 0 suggest 'tabellen v'
has out 'Tabellen verstehen'
run 0 suggest t
has out 'Nothing there.'
run 0 --json suggest --corrections 'tabelln vrestehen'
equal corrected 'Tabellen verstehen' "$(json '.items[0].text')"
run 0 suggest --trending
has out 'Nothing there.'
run 2 suggest --trending --corrections x
run 2 suggest --limit 21 x

# Saved searches
run 0 --as clara --json saved-search add 'Meine Tabellen' tabellen --creator anna --min-duration 10 --max-duration 20 --alert
saved=$(json .id)
equal alert true "$(json .alert)"
run 0 --as clara saved-search list
has out 'Meine Tabellen'
run 0 --as clara saved-search show "$saved"
has out tabellen
run 0 --as clara --json saved-search run "$saved"
equal found "$nano" "$(json '.items[0].id')"
run 5 --as dora saved-search show "$saved"
run 5 --as clara saved-search add Nichts --category Fehlt
run 0 --as clara saved-search alert "$saved" --off
has out 'not told any more'
run 0 --as clara saved-search alert "$saved"
run 0 --json saved-search send-alerts
equal checked 0 "$(json .checked)"
run 6 --as clara saved-search send-alerts
run 0 --as clara saved-search delete "$saved"
run 0 --as clara saved-search list
has out 'Nothing there.'
run 2 saved-search list

# History
run 2 --as clara history record tabellen
run 0 --as clara history record tabellen --results 1
run 0 --as clara history record pflege --results 0
run 0 --as clara --json history list
equal newest pflege "$(json '.items[0].text')"
entry=$(json '.items[0].id')
run 0 --as clara --json suggest pf
equal kind history "$(json '.items[0].kind')"
run 0 --as clara history clear "$entry"
run 5 --as clara history clear "$entry"
run 0 --as clara history list
has out tabellen
run 0 --as clara history clear
run 0 --as clara history list
has out 'Nothing there.'

# Statistics: four are too few
for member in anna dora erik; do
	run 0 --as $member history record Tabellen --results 1
done
run 0 queries
has out 'Nothing there.'
run 0 --as ada history record 'TABELLEN' --results 0
run 0 --json queries
equal text tabellen "$(json '.items[0].text')"
equal searches 5 "$(json '.items[0].search_count')"
equal 'in vain' 1 "$(json '.items[0].no_result_count')"
run 0 queries --no-result --days 7
has out tabellen
run 6 --as anna queries
finish
