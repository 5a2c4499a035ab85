-- vocabulary_page_at: read
-- The page that has a key, or would have it.
SELECT words
  FROM vocabulary_page
 WHERE first <= :key
 ORDER BY first DESC
 LIMIT 1;

-- vocabulary_page_of: read
-- The same, with the first key of the next one.
SELECT p.first, p.words, (SELECT MIN(n.first) FROM vocabulary_page n WHERE n.first > p.first)
  FROM vocabulary_page p
 WHERE p.first <= :key
 ORDER BY p.first DESC
 LIMIT 1;

-- vocabulary_page_first: read
SELECT p.first, p.words, (SELECT MIN(n.first) FROM vocabulary_page n WHERE n.first > p.first)
  FROM vocabulary_page p
 WHERE p.first > :key
 ORDER BY p.first
 LIMIT 1;

-- vocabulary_page_list: read
SELECT words
  FROM vocabulary_page
 WHERE first > :key
 ORDER BY first;

-- vocabulary_page_all: read
SELECT first, words
  FROM vocabulary_page
 ORDER BY first;

-- vocabulary_page_put: write
INSERT INTO vocabulary_page (first, words)
VALUES (:first, :words)
ON CONFLICT (first) DO UPDATE SET words = excluded.words;

-- vocabulary_page_remove: write
DELETE FROM vocabulary_page
 WHERE first = :first;

-- vocabulary_page_clear: write
DELETE FROM vocabulary_page;

-- vocabulary_recent_add: write
INSERT INTO vocabulary_recent (document, words)
VALUES (:document, :words);

-- vocabulary_recent_remove: write
DELETE FROM vocabulary_recent
 WHERE document = :document;

-- vocabulary_recent_clear: write
DELETE FROM vocabulary_recent;

-- vocabulary_recent_bytes: read
SELECT COALESCE(SUM(LENGTH(words)), 0)
  FROM vocabulary_recent;

-- vocabulary_recent_list: read
SELECT words
  FROM vocabulary_recent
 ORDER BY document;
