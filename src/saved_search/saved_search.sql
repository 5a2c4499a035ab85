-- saved_search_columns: fragment
s.id, s.content_sealed, s.alert, s.checked_at, s.created_at

-- saved_search_add: write
INSERT INTO saved_search (id, user_id, content_sealed, alert, checked_at, created_at)
VALUES (:id, :user_id, :content_sealed, :alert, :checked_at, :created_at);

-- saved_search_count: read
SELECT COUNT(*)
  FROM saved_search
 WHERE user_id = :user_id;

-- saved_search_owner: read
SELECT user_id
  FROM saved_search
 WHERE id = :id;

-- saved_search_get: read
SELECT {{saved_search_columns}}
  FROM saved_search s
 WHERE s.id = :id;

-- saved_search_list: read
SELECT {{saved_search_columns}}
  FROM saved_search s
 WHERE s.user_id = :user_id AND s.id < :before_id
 ORDER BY s.id DESC
 LIMIT :limit;

-- saved_search_set_alert: write
-- Switched on, it begins now.
UPDATE saved_search
   SET checked_at = CASE WHEN alert = 0 AND :alert = 1 THEN :now ELSE checked_at END,
       alert = :alert
 WHERE id = :id;

-- saved_search_remove: write
DELETE FROM saved_search
 WHERE id = :id;

-- saved_search_forget_user: write
DELETE FROM saved_search
 WHERE user_id = :user_id;

-- saved_search_due: read
-- Those that nobody has looked after for the longest time.
SELECT {{saved_search_columns}}, s.user_id
  FROM saved_search s
 WHERE s.alert = 1 AND s.checked_at <= :before
 ORDER BY s.checked_at, s.id
 LIMIT 1;

-- saved_search_checked: write
UPDATE saved_search
   SET checked_at = :now
 WHERE id = :id;

-- saved_search_is_active: read
SELECT CASE WHEN status = 'active' THEN 1 ELSE 0 END
  FROM user_account
 WHERE id = :user_id;

-- past_search_add: write
INSERT INTO past_search (id, user_id, text_hash, text_sealed, result_count, searched_at)
VALUES (:id, :user_id, :text_hash, :text_sealed, :result_count, :searched_at);

-- past_search_remove_text: write
DELETE FROM past_search
 WHERE user_id = :user_id AND text_hash = :text_hash;

-- past_search_remove_oldest: write
-- What is behind the newest ones.
DELETE FROM past_search
 WHERE id IN (SELECT p.id FROM past_search p WHERE p.user_id = :user_id ORDER BY p.id DESC LIMIT 1 OFFSET :most);

-- past_search_list: read
SELECT id, text_sealed, result_count, searched_at
  FROM past_search
 WHERE user_id = :user_id AND id < :before_id
 ORDER BY id DESC
 LIMIT :limit;

-- past_search_remove: write
DELETE FROM past_search
 WHERE user_id = :user_id AND id = :id;

-- past_search_forget_user: write
DELETE FROM past_search
 WHERE user_id = :user_id;

-- query_text_get: read
SELECT heat, CASE WHEN text IS NULL THEN 0 ELSE 1 END AS known
  FROM query_text
 WHERE id = :id;

-- query_text_put: write
INSERT INTO query_text (id, text, result_count, heat, last_at)
VALUES (:id, NULL, :result_count, :heat, :now)
    ON CONFLICT (id) DO UPDATE
   SET heat = excluded.heat, last_at = excluded.last_at, result_count = excluded.result_count;

-- query_text_reveal: write
UPDATE query_text
   SET text = :text
 WHERE id = :id;

-- query_text_sweep: write
DELETE FROM query_text
 WHERE id IN (SELECT q.id FROM query_text q WHERE q.last_at < :before ORDER BY q.last_at, q.id LIMIT 20);

-- query_person_put: write
INSERT INTO query_person (id, query_id, last_at)
VALUES (:id, :query_id, :now)
    ON CONFLICT (id) DO UPDATE
   SET last_at = excluded.last_at;

-- query_person_count: read
SELECT COUNT(*)
  FROM query_person
 WHERE query_id = :query_id AND last_at >= :since;

-- query_person_remove: write
DELETE FROM query_person
 WHERE query_id = :query_id AND last_at < :before;

-- query_day_count: write
INSERT INTO query_day AS d (query_id, day, search_count, no_result_count)
VALUES (:query_id, :day, 1, :no_result)
    ON CONFLICT (query_id, day) DO UPDATE
   SET search_count = d.search_count + 1, no_result_count = d.no_result_count + excluded.no_result_count;

-- query_day_sweep: write
DELETE FROM query_day
 WHERE day < :before;

-- query_count_list: read
SELECT q.text, SUM(d.search_count) AS search_count, SUM(d.no_result_count) AS no_result_count
  FROM query_day d
  JOIN query_text q ON q.id = d.query_id
 WHERE d.day >= :from AND q.text IS NOT NULL
 GROUP BY q.id, q.text
   [[no_result: HAVING SUM(d.no_result_count) > 0]]
 ORDER BY [[no_result: SUM(d.no_result_count) DESC,]] SUM(d.search_count) DESC, q.text
 LIMIT :limit;

-- query_trending: read
SELECT text, last_at, result_count
  FROM query_text
 WHERE text IS NOT NULL
 ORDER BY heat DESC, text
 LIMIT :limit;
