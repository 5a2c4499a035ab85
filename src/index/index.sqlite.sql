-- search_topics: fragment
(SELECT COALESCE(group_concat(t.name, ', '), '')
   FROM (SELECT c.name AS name
           FROM nano_category a
           JOIN category c ON c.id = a.category_id
          WHERE a.nano_id = n.id
          ORDER BY a.position) t)

-- search_document_remove: write
-- FTS5 with content elsewhere must be told what the index holds of a row, before that changes.
INSERT INTO search_document (search_document, rowid, title, description, topics, creator)
SELECT 'delete', s.nano_id, s.title, s.description, s.topics, s.creator
  FROM search_source s
 WHERE 1 = 1
   [[nano: AND s.nano_id = :nano_id]]
   [[category: AND s.nano_id IN (SELECT a.nano_id FROM nano_category a WHERE a.category_id = :category_id)]]
   [[creator: AND s.nano_id IN (SELECT n.id FROM nano n WHERE n.creator_id = :creator_id AND n.status = 'published')]];

-- search_document_add: write
INSERT INTO search_document (rowid, title, description, topics, creator)
SELECT s.nano_id, s.title, s.description, s.topics, s.creator
  FROM search_source s
 WHERE 1 = 1
   [[nano: AND s.nano_id = :nano_id]]
   [[category: AND s.nano_id IN (SELECT a.nano_id FROM nano_category a WHERE a.category_id = :category_id)]]
   [[creator: AND s.nano_id IN (SELECT n.id FROM nano n WHERE n.creator_id = :creator_id AND n.status = 'published')]];

-- search_document_rebuild: write
INSERT INTO search_document (search_document)
VALUES ('rebuild');

-- search_document_optimize: write
INSERT INTO search_document (search_document)
VALUES ('optimize');

-- search_document_verify: write
-- Answers that the store is damaged when index and content differ; only a writer may ask.
INSERT INTO search_document (search_document, rank)
VALUES ('integrity-check', 1);

-- search_document_unequal: read
-- Documents that are in the index but not in its content, or the other way round.
SELECT (SELECT COUNT(*) FROM search_source s
         WHERE NOT EXISTS (SELECT 1 FROM search_document_docsize d WHERE d.id = s.nano_id))
     + (SELECT COUNT(*) FROM search_document_docsize d
         WHERE NOT EXISTS (SELECT 1 FROM search_source s WHERE s.nano_id = d.id));

-- search_match: read
-- The weights say what a hit is worth: in the title most, then in topics. A page after the first begins behind the nano
-- where the one before ended, at that nano's relevance as it is now: new documents shift the figures of all.
WITH m AS MATERIALIZED (
	SELECT d.rowid AS id,
	       CAST(round(bm25(search_document, 8.0, 1.0, 3.0, 1.0) * -1000000000.0) AS INTEGER) AS score
	  FROM search_document d
	 WHERE search_document MATCH :match
)
SELECT n.id, m.score
  FROM m
  JOIN nano n ON n.id = m.id
 WHERE n.status = 'published'
   {{nano_filters}}
   [[duration_minimum: AND n.duration_minutes >= :duration_minimum]]
   [[duration_maximum: AND n.duration_minutes <= :duration_maximum]]
   [[after: AND (m.score, m.id) < (COALESCE((SELECT b.score FROM m b WHERE b.id = :after_id), :after_score), :after_id)]]
 ORDER BY m.score DESC, m.id DESC
 LIMIT :limit;

-- search_new_count: read
-- How many nanos were published since then, and before now, that a saved search would find; no more than the limit are counted.
SELECT COUNT(*)
  FROM (SELECT n.id
          FROM nano n
         WHERE n.status = 'published' AND n.published_at >= :since AND n.published_at < :now
           {{nano_filters}}
           [[duration_minimum: AND n.duration_minutes >= :duration_minimum]]
           [[duration_maximum: AND n.duration_minutes <= :duration_maximum]]
           [[match: AND EXISTS (SELECT 1 FROM search_document d WHERE d.rowid = n.id AND search_document MATCH :match)]]
         LIMIT :limit) AS found;
