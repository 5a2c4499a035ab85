#!/usr/bin/env bash
# e2e_chat_test.sh PROGRAM -- the example says what it should, and nothing of it is in the store's files.
set -eu
program=${1:?}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$program" "$folder/market.db" > "$folder/output"
cat > "$folder/expected" <<'END'
anna hears: Gibt es das auch für Anfänger?
ben hears: Ja, ab morgen.
anna hears: Sie Esel!
the staff read: ben: (end to end)
the staff read: anna: (end to end)
the staff read: ben: Sie Esel!
END
grep -v ' sees: ' "$folder/output" | diff -u "$folder/expected" -
numbers=$(sed -n 's/^[a-z]* sees: //p' "$folder/output" | sort -u)
[ "$(grep -c ' sees: ' "$folder/output")" = 2 ] || { echo "two look at the safety number"; exit 1; }
grep -qxE '([0-9]{5} ){11}[0-9]{5}' <<< "$numbers" || { echo "not one safety number: $numbers"; exit 1; }
for words in "Anfänger" "ab morgen" "Esel"; do
	! grep -aq "$words" "$folder"/market.db* || { echo "in the store's files: $words"; exit 1; }
done
