-- vocabulary_count: read
SELECT document_count, frequency_class
  FROM vocabulary_word
 WHERE id = :id;

-- vocabulary_set: write
-- Only what is in no index.
UPDATE vocabulary_word
   SET document_count = :document_count
 WHERE id = :id;

-- vocabulary_add: write
INSERT INTO vocabulary_word (id, plain, written, document_count, frequency_class)
VALUES (:id, :plain, :written, :document_count, :frequency_class);

-- vocabulary_move: write
UPDATE vocabulary_word
   SET document_count = :document_count, frequency_class = :frequency_class
 WHERE id = :id;

-- vocabulary_remove: write
DELETE FROM vocabulary_word
 WHERE id = :id;

-- vocabulary_clear: write
DELETE FROM vocabulary_word;

-- vocabulary_same: read
SELECT 1
  FROM vocabulary_word
 WHERE id = :id AND plain = :plain AND document_count = :document_count AND frequency_class = :frequency_class;

-- vocabulary_size: read
SELECT COUNT(*)
  FROM vocabulary_word;

-- spelling_key_add: write
INSERT INTO spelling_key (id)
VALUES (:key_1), (:key_2), (:key_3), (:key_4), (:key_5), (:key_6), (:key_7), (:key_8)
    ON CONFLICT (id) DO NOTHING;

-- spelling_key_remove: write
DELETE FROM spelling_key
 WHERE id IN (:key_1, :key_2, :key_3, :key_4, :key_5, :key_6, :key_7, :key_8);

-- spelling_key_clear: write
DELETE FROM spelling_key;

-- spelling_key_count: read
SELECT COUNT(*)
  FROM spelling_key
 WHERE id IN (:key_1, :key_2, :key_3, :key_4, :key_5, :key_6, :key_7, :key_8);

-- spelling_key_size: read
SELECT COUNT(*)
  FROM spelling_key;

-- spelling_candidates: read
-- The words of one key. The key's lower half is the upper one of the word's id.
SELECT w.id, w.plain, w.written, w.document_count
  FROM spelling_key k
  JOIN vocabulary_word w ON w.id >= ((k.id & 2147483647) << 32) AND w.id <= ((k.id & 2147483647) << 32) + 4294967295
 WHERE k.id >= :from AND k.id <= :until
 ORDER BY k.id
 LIMIT :limit;

-- vocabulary_get: read
SELECT document_count, written
  FROM vocabulary_word
 WHERE id = :id AND plain = :plain;

-- vocabulary_highest_class: read
SELECT COALESCE(MAX(frequency_class), -1)
  FROM vocabulary_word;

-- vocabulary_beginning: read
-- Words of one class of frequency that begin so.
SELECT plain, written, document_count
  FROM vocabulary_word
 WHERE frequency_class = :frequency_class AND plain >= :from AND plain < :until
 ORDER BY plain
 LIMIT :limit;

-- suggestion_phrase_count: read
SELECT document_count, frequency_class
  FROM suggestion_phrase
 WHERE id = :id;

-- suggestion_phrase_set: write
-- Only what is in no index.
UPDATE suggestion_phrase
   SET document_count = :document_count
 WHERE id = :id;

-- suggestion_phrase_add: write
INSERT INTO suggestion_phrase (id, written, document_count, frequency_class)
VALUES (:id, :written, :document_count, :frequency_class);

-- suggestion_phrase_move: write
UPDATE suggestion_phrase
   SET document_count = :document_count, frequency_class = :frequency_class
 WHERE id = :id;

-- suggestion_phrase_remove: write
DELETE FROM suggestion_phrase
 WHERE id = :id;

-- suggestion_phrase_clear: write
DELETE FROM suggestion_phrase;

-- suggestion_phrase_same: read
SELECT 1
  FROM suggestion_phrase
 WHERE id = :id AND written = :written AND document_count = :document_count AND frequency_class = :frequency_class;

-- suggestion_phrase_size: read
SELECT COUNT(*)
  FROM suggestion_phrase;

-- suggestion_start_add: write
INSERT INTO suggestion_start (id, topic, frequency_class, plain)
VALUES (:id, :topic, :frequency_class, :plain);

-- suggestion_start_move: write
UPDATE suggestion_start
   SET frequency_class = :frequency_class
 WHERE id >= :id AND id <= :id + 7;

-- suggestion_start_remove: write
DELETE FROM suggestion_start
 WHERE id >= :id AND id <= :id + 7;

-- suggestion_start_clear: write
DELETE FROM suggestion_start;

-- suggestion_start_same: read
SELECT 1
  FROM suggestion_start
 WHERE id = :id AND topic = :topic AND frequency_class = :frequency_class AND plain = :plain;

-- suggestion_start_size: read
SELECT COUNT(*)
  FROM suggestion_start;

-- suggestion_start_highest_class: read
SELECT COALESCE(MAX(frequency_class), -1)
  FROM suggestion_start
 WHERE topic = :topic;

-- suggestion_start_beginning: read
-- Titles or topics of one class of frequency, one of whose words and what follows it begin so.
SELECT s.plain, p.written, p.document_count, s.id & 7 AS word
  FROM suggestion_start s
  JOIN suggestion_phrase p ON p.id = (s.id & -8)
 WHERE s.topic = :topic AND s.frequency_class = :frequency_class AND s.plain >= :from AND s.plain < :until
 ORDER BY s.plain, s.id
 LIMIT :limit;
