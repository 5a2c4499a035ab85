#!/usr/bin/env bash
# extension.sh EXTENSION MAN_PAGE -- the loadable tokenizer in SQLite's own shell: tables of one's own, and what the manual shows.
set -euo pipefail
extension=${1:?usage: extension.sh EXTENSION MAN_PAGE} page=${2:?}
command -v sqlite3 >/dev/null || { echo "*** NOT TESTED: there is no sqlite3 ***"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failures=0

sql() { sqlite3 -cmd ".load ${extension%.so}" "$folder/pages.db" "$@"; }

# is EXPECTED SQL
is() {
	local found
	found=$(sql "$2" 2>&1) || true
	if [ "$found" != "$1" ]; then
		printf 'wrong: %s\n  expected: %s\n  found:    %s\n' "$2" "$1" "$found"
		failures=$((failures + 1))
	fi
}

sql "CREATE VIRTUAL TABLE page USING fts5(body, tokenize = 'nanomarket de')"
sql "INSERT INTO page(body) VALUES('Kurse für Anfänger'), ('Projekt Management mit C++'), ('Die Übungen')"
sql "CREATE VIRTUAL TABLE page_of_all USING fts5(body, tokenize = 'nanomarket de marked')"
sql "INSERT INTO page_of_all(body) VALUES(char(3) || 'He runs'), (char(4) || 'runs running'), ('Er rennt'), ('Das Running')"
is 1 "SELECT rowid FROM page('Kurs')"
is 3 "SELECT rowid FROM page('uebung')"
is 2 "SELECT rowid FROM page('\"C++\"')"
is "" "SELECT rowid FROM page('C')"
is 2 "SELECT rowid FROM page(nanomarket_match('Projekt-Management'))"
is "Die [Übungen]" "SELECT highlight(page, 0, '[', ']') FROM page(nanomarket_match('\"übung'))"
is "" "SELECT rowid FROM page(nanomarket_match('\" OR ( NEAR * -'))"
is "" "SELECT rowid FROM page(nanomarket_match(''))"
is "1" "SELECT nanomarket_match(NULL) IS NULL"
is ":run|=running" "SELECT nanomarket_terms('running', 'en')"
is "1
2
4" "SELECT rowid FROM page_of_all(nanomarket_match('running', 'de en fr'))"
is 1 "SELECT rowid FROM page_of_all(nanomarket_match('runs', ' en  de '))"
is 2 "SELECT rowid FROM page_of_all(nanomarket_match('runs', 'fr'))"
is 2 "SELECT rowid FROM page_of_all(nanomarket_match('runs', ''))"
is "" "SELECT nanomarket_terms(' ')"
is "" "SELECT nanomarket_terms(NULL)"
sql "INSERT INTO page(page) VALUES('integrity-check')"

# A word of the lexicon, if there is one: what the manual shows is true.
if [ "$(sql "SELECT nanomarket_terms('Museen')")" = "museum|=museen" ]; then
	is 2 "SELECT rowid FROM page(nanomarket_match('Projektmanagement'))"
	shown=$(grep -A1 "nanomarket_terms('Sprachkurse" "$page" | tail -n 1)
	is "$shown" "SELECT nanomarket_terms('Sprachkurse für Anfänger')"
fi

mandoc -T lint -W warning "$page" || failures=$((failures + 1))
[ "$failures" = 0 ]
