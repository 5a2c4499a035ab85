# feedback_test.sh -- ratings and comments: given, moderated, answered, reported, listed.
. "$(dirname "$0")/support.sh"

run 0 init
for name in anna carla dora; do run 0 user add $name --email $name@example.org --no-password; done
run 0 user add bert --email bert@example.org --role moderator --no-password
run 0 --quiet nano create 'Pivot-Tabellen verstehen' --creator anna --duration 20 --description Text
nano=$(tr -d '\n' < out)
make_zip package.zip
run 0 --as anna upload "$nano" package.zip
run 0 nano publish "$nano"

# rate
run 2 rating set "$nano" 4
has err '--as'
for score in 0 6 x 44 -1 ''; do run 2 --as carla rating set -- "$nano" "$score"; done
run 6 --as anna rating set "$nano" 5
run 5 --as carla rating set 0aa6f236-3e80-8600-9e7e-cb0580ff3e93 5
run 5 --as carla rating show "$nano"
run 0 --as carla --json rating set "$nano" 4
is_json
rating=$(json .id)
equal status pending "$(json .status)"
equal learner false "$(json .verified_learner)"
run 0 --as carla download "$nano"
run 0 --as carla --json rating show "$nano"
equal learner true "$(json .verified_learner)"
equal edited false "$(json .is_edited)"
run 0 --as dora rating set "$nano" 1
run 0 --as dora rating set "$nano" 5
has out 'Changed, waits for a moderator'
run 0 --json nano show "$nano"
equal count 0 "$(json .rating_count)"
equal average null "$(json .rating_average_hundredths)"
run 6 --as anna rating queue
run 0 --as bert rating queue
has out carla
run 0 --as bert --json rating queue
equal queued 2 "$(json '.items|length')"
other=$(json '.items[1].id')
equal revision 2 "$(json '.items[1].revision')"
run 6 --as carla rating approve "$rating"
run 0 --as bert rating approve "$rating" --revision 1
has out 'Approved.'
run 1 --as bert rating approve "$other" --revision 1
run 0 --as bert --json rating approve "$other" --revision 2
equal status ok "$(json .status)"

# what a nano says of it
run 0 --json nano show "$nano"
equal average 450 "$(json .rating_average_hundredths)"
equal count 2 "$(json .rating_count)"
equal fives 1 "$(json .rating_count_5)"
run 0 nano show "$nano"
has out 'Rating average '
has out '4.50'
run 0 --language de nano show "$nano"
has out '4,50'
has out 'Mit 5 Sternen'
run 0 search pivot
has out '★ 4.50 (2)'
run 0 --language de nano list
has out '4,50 (2)'
run 0 rating list "$nano"
has out carla
has out dora
run 2 rating list
run 2 --as carla rating list --own --received
run 2 --as carla rating list "$nano" --own
run 2 --as carla rating list --own --status pending
run 2 rating list "$nano" --status pending
run 0 --as carla --json rating list --own
equal own 1 "$(json '.items|length')"
run 0 --as anna --json rating list --received --status approved --all
equal received 2 "$(json '.items|length')"
run 1 rating list --received
has err nano_id
run 0 --json rating list "$nano" --received --status hidden
equal hidden 0 "$(json '.items|length')"
run 0 --as anna rating trend
has out '4.50'
has out 'MONTH'
run 0 --json rating trend "$nano" --months 1
equal months 1 "$(json '.items|length')"
equal ratings 2 "$(json '.items[0].rating_count')"
run 2 --as anna rating trend --months 121
run 2 --as bert rating hide "$other"
run 0 --as bert rating hide "$other" --reason 'Gekauft'
run 0 --as dora rating show "$nano"
has out Gekauft
run 0 --as dora rating withdraw "$nano"
has out 'Taken back.'
run 5 --as dora rating withdraw "$nano"

# comment
run 2 comment add "$nano" Gut
run 6 --as anna comment add "$nano" 'Selbst gut'
run 1 --as carla comment add "$nano" ''
has err content
run 1 --language de --as carla comment add "$nano" "$(printf 'x%.0s' $(seq 1001))"
has err 'content darf höchstens 1000 Zeichen haben'
run 0 --as carla --json comment add "$nano" 'Kurz & <gut>'
comment=$(json .id)
equal content 'Kurz & <gut>' "$(json .content)"
run 1 --language de --as carla comment add "$nano" 'Noch einmal'
has err 'hat schon eine Rückmeldung von Ihnen'
run 5 --as dora comment show "$comment"
run 0 --as carla comment show "$comment"
run 0 comment queue
has out 'Kurz & <gut>'
run 0 --as bert comment approve "$comment" --revision 1
run 0 comment list "$nano"
has out 'Kurz & <gut>'
has out '★ 4'
has out 'downloaded it'
run 0 --as carla comment edit "$comment" 'Sehr kurz'
run 0 comment list "$nano"
has out 'Nothing there.'
run 0 --as anna comment list --received
has out pending
run 0 --as bert comment approve "$comment"
run 0 --as dora comment helpful "$comment"
run 6 --as carla comment helpful "$comment"
run 0 --as anna comment reply "$comment" 'Danke schön'
run 1 --as anna comment reply "$comment" 'Danke schön'
run 0 --language de comment list "$nano" --order helpful
has out 'bearbeitet'
has out 'hilfreich: 1'
has out 'Antwort: Danke schön'
run 0 --as dora comment helpful "$comment" --undo
run 0 --json comment show "$comment"
equal helpful 0 "$(json .helpful_count)"
equal reply 'Danke schön' "$(json .reply)"
run 0 --json nano show "$nano"
equal comments 1 "$(json .comment_count)"

# report
run 2 --as dora comment report "$comment"
run 2 --as dora comment report "$comment" --reason dislike
run 6 --as carla comment report "$comment" --reason spam
run 0 --as dora comment report "$comment" --reason spam --note 'Werbung'
run 1 --as dora comment report "$comment" --reason other
run 6 --as dora comment reports
run 0 --as bert comment reports
has out Werbung
has out 'Sehr kurz'
run 0 --as bert comment remove-reply "$comment" --reason 'Unhöflich'
run 2 --as bert comment hide "$comment"
run 0 --as bert comment hide "$comment" --reason 'Werbung'
run 0 --as bert --json comment reports
equal waiting 0 "$(json '.items|length')"
run 0 --as carla comment list --own
has out 'Hidden: Werbung'
run 0 --as carla comment withdraw "$comment"
run 5 --as carla comment withdraw "$comment"
run 0 doctor
finish
