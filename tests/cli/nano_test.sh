# nano_test.sh -- the life of a nano, its packages, the search.
. "$(dirname "$0")/support.sh"

run 0 init
run 0 user add anna --email anna@example.org --no-password
run 0 user add bert --email bert@example.org --role moderator --no-password
run 0 user add carla --email carla@example.org --role consumer --no-password
run 0 category add Tabellen
make_zip package.zip
make_zip second.zip 042

# create and change
run 2 nano create 'Ohne Besitzer'
run 6 --as carla nano create 'Darf nicht'
run 0 --as anna --json nano create 'Pivot-Tabellen verstehen' --duration 20 --level beginner --language de \
	--format text --license CC-BY --category tabellen --description 'Zwei Zeilen
mit Umlauten: äöü'
is_json
nano=$(json .id)
equal status draft "$(json .status)"
equal category Tabellen "$(json '.categories[0].name')"
run 0 --quiet nano create 'Vom Betreiber' --creator anna
equal 'an id is all' 36 "$(tr -d '\n' < out | wc -c | tr -d ' ')"
run 5 nano create 'Vom Betreiber' --creator nobody
run 5 --as anna nano create X --category Nichts
run 2 --as anna nano create X --duration 0
run 1 --as anna nano create ''
has err 'title'
run 1 --language de --as anna nano create "$(printf 'x%.0s' $(seq 201))"
has err 'title darf höchstens 200 Zeichen haben'
run 0 --as anna nano create "$(printf 'x%.0s' $(seq 200))"
run 1 --json --as anna nano create "$(printf 'x%.0s' $(seq 201))"
is_json
equal field title "$(json .error.field)"
equal status invalid "$(json .error.status)"
run 0 --as anna nano update "$nano" --duration 25
run 2 --as anna nano update "$nano"
run 2 --as anna nano update "$nano" --category Tabellen --no-category
run 0 --json nano show "$nano"
equal duration 25 "$(json .duration_minutes)"
run 0 nano show "$nano"
has out 'Title '
has out 'mit Umlauten'
has out ' UTC'
run 0 --language de nano show "$nano"
has out 'Titel '
run 5 nano show 0aa6f236-3e80-8600-9e7e-cb0580ff3e93
run 5 --as carla nano show "$nano"
run 6 --as carla nano submit "$nano"

# packages
printf 'no archive' > junk.zip
run 1 --as anna upload "$nano" junk.zip
has err 'package'
run 1 --as anna upload "$nano" missing.zip
run 0 --as anna --json upload "$nano" package.zip --changelog 'First'
is_json
equal number 1.0.0 "$(json .number)"
run 1 --as anna upload "$nano" package.zip --number 0.9.0
has err 'number'
run 0 package "$nano"
has out 'a.pdf'
run 0 --json package "$nano"
equal name a.pdf "$(json '.items[0].name')"
run 0 nano versions "$nano"
has out '1.0.0'
run 0 --json nano versions "$nano"
is_json

# review
run 0 --as anna nano submit "$nano"
has out 'Handed in for review: Pivot-Tabellen verstehen'
run 0 --as bert nano queue
has out "$nano"
run 0 --json nano queue
equal queued 1 "$(json '.items|length')"
run 6 --as anna nano queue
run 0 --as anna --json nano withdraw "$nano"
equal status draft "$(json .status)"
run 0 --as anna nano submit "$nano"
run 2 --as bert nano reject "$nano"
run 0 --as bert nano reject "$nano" --reason 'Quellen fehlen'
run 0 --as anna nano show "$nano"
has out 'Quellen fehlen'
run 0 --as anna nano submit "$nano"
run 6 --as anna nano publish "$nano"
run 0 --as bert --json nano publish "$nano"
equal status published "$(json .status)"

# search and lists
run 0 search pivot
has out 'Pivot-Tabellen verstehen'
has out '25 min'
run 0 --json search pivot --level beginner --category Tabellen --creator anna --license CC-BY --format text \
	--language de --min-duration 25 --max-duration 25
equal id "$nano" "$(json '.items[0].id')"
run 0 --json search pivot --min-duration 26
equal found 0 "$(json '.items|length')"
run 5 search pivot --creator nobody

# words of the market's own: an option counts before the environment, that before the settings
printf 'Drehtisch = Pivot\n' > words
printf 'Drehtisch = Kaktus\n' > others
cat settings > with_words
printf 'search_words = words\n' >> with_words
run 0 --json search drehtisch
equal 'without words' 0 "$(json .total)"
run 0 --search-words words --json search drehtisch
equal 'by the option' 1 "$(json .total)"
run 0 --settings with_words --json search drehtisch
equal 'by the settings' 1 "$(json .total)"
NANOMARKET_SEARCH_WORDS=words run 0 --json search drehtisch
equal 'by the environment' 1 "$(json .total)"
NANOMARKET_SEARCH_WORDS=others run 0 --settings with_words --json search drehtisch
equal 'environment before settings' 0 "$(json .total)"
NANOMARKET_SEARCH_WORDS=others run 0 --search-words words --json search drehtisch
equal 'option before environment' 1 "$(json .total)"
run 1 --search-words missing search pivot
has err "'missing' cannot be read"
printf 'gut\nC++\n' > bad
run 1 --language de --search-words bad search pivot
has err 'Zeile 2: Ein Wort hat andere Zeichen als deutsche Buchstaben'
printf 'Pivot|tabelle\n' > more
run 4 --search-words more doctor
has out 'another analyzer'
run 0 --search-words more doctor --rebuild-search
run 0 doctor --rebuild-search
run 0 search pivot kakteen
has out 'No nano has all of these words'
has out 'Nowhere: kakteen'
has out 'Pivot-Tabellen verstehen'
run 0 search pivot kakteen --strict
has out 'Nothing there'
run 0 search pibot
has out 'these are for: Pivot'
has out 'Pivot-Tabellen verstehen'
run 0 --language de search pibot --strict
has out 'Meinten Sie: Pivot?'
run 0 --json search pibot
equal corrected true "$(json .corrected)"
equal correction Pivot "$(json '.corrections[0]')"
run 0 --json search pivot kakteen --relax-below 5
equal relaxed true "$(json .relaxed)"
run 2 search pivot --relax-below 101
run 0 search pivot thema:Tabellen --facets
has out 'Found: 1'
has out 'Topics: Tabellen 1'
has out 'Minutes: 16-30 1'
run 0 --json search pivot --facets --level beginner
equal counted 1 "$(json '.facets.level[0].hits')"
equal chosen true "$(json '.facets.level[0].chosen')"
equal total 1 "$(json .total)"
run 0 search pivot tabellen --explain
has out 'stem title'
has out 'nearness'
run 0 --json search pivot --explain --sort newest
equal word pivot "$(json '.items[0].explanation.words[0].word')"
run 0 --json search pivot --min-rating 1
equal found 0 "$(json '.items|length')"
run 2 search pivot --sort size
run 0 --json nano list
equal listed 1 "$(json '.items|length')"
run 0 --json nano list --status any --all --order title --creator anna
equal listed 3 "$(json '.items|length')"
run 0 nano list --status draft --limit 1
has out '--cursor'
run 0 --json nano list --language en
equal listed 0 "$(json '.items|length')"

# downloads
run 0 --as carla download "$nano"
equal 'the same bytes' "$(cksum < package.zip)" "$(cksum < "$nano-1.0.0.zip")"
run 1 --as carla download "$nano"
has err 'exists already'
run 0 --as carla download "$nano" --version 1.0.0 -o copy.zip
run 5 --as carla download "$nano" --version 7.0.0 --output other.zip
run 0 --as carla download "$nano" --output -
equal 'the same bytes' "$(cksum < package.zip)" "$(cksum < out)"
"$program" download "$nano" -o - | :
run 0 --json nano show "$nano"

# versions of a published nano
run 0 --as anna upload "$nano" second.zip --number 1.1.0
run 0 --as anna nano submit "$nano" --version 1.1.0
run 0 nano queue --versions
has out '1.1.0'
run 0 --as bert nano reject "$nano" --version 1.1.0 --reason 'Zu früh'
run 0 --as anna nano submit "$nano" --version 1.1.0
run 0 --as bert --json nano publish "$nano" --version 1.1.0
equal number 1.1.0 "$(json .number)"
run 0 --as anna nano rollback "$nano" 1.0.0 --changelog 'Zurück'
has out 'has the content of 1.0.0'
run 5 --as anna nano rollback "$nano" 9.0.0

# the end
run 0 --as anna nano unpublish "$nano"
run 0 nano publish "$nano"
run 2 nano takedown "$nano"
run 0 nano takedown "$nano" --reason 'Urheberrecht' --note 'Brief vom Verlag'
has out 'Taken down'
run 0 nano takedown "$nano" --reason 'Urheberrecht'
has out 'Was not published'
run 0 --as anna nano delete "$nano"
run 0 --as anna nano create 'Noch eins' --duration 5 --description Text
other=$(sed 's/.* //' out)
run 0 nano publish "$other"
run 0 --as anna nano archive "$other"
has out 'Archived'
run 1 --as anna nano submit "$other"
run 0 doctor
finish
