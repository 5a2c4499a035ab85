-- search_topics: fragment
(SELECT COALESCE(group_concat(t.name, ', '), '')
   FROM (SELECT c.name AS name
           FROM nano_category a
           JOIN category c ON c.id = a.category_id
          WHERE a.nano_id = n.id
          ORDER BY a.position) t)

-- search_topic_ids: fragment
(SELECT group_concat(t.category_id, ' ')
   FROM (SELECT a.category_id AS category_id
           FROM nano_category a
          WHERE a.nano_id = n.id
          ORDER BY a.position) t)

-- search_document_remove: write
-- FTS5 with content elsewhere must be told what the index holds of a row, before that changes.
INSERT INTO search_document (search_document, rowid, title, description, topics, creator)
SELECT 'delete', s.document, s.title, s.description, s.topics, s.creator
  FROM search_text s
 WHERE 1 = 1 {{search_scope}};

-- search_document_add: write
INSERT INTO search_document (rowid, title, description, topics, creator)
SELECT s.document, s.title, s.description, s.topics, s.creator
  FROM search_text s
 WHERE 1 = 1 {{search_scope}};

-- search_next_remove: write
-- The words that are made anew follow what changes in the documents that are done.
INSERT INTO search_document_next (search_document_next, rowid, title, description, topics, creator)
SELECT 'delete', s.document, s.title, s.description, s.topics, s.creator
  FROM search_text s
 WHERE s.document <= :until {{search_scope}};

-- search_next_add: write
INSERT INTO search_document_next (rowid, title, description, topics, creator)
SELECT s.document, s.title, s.description, s.topics, s.creator
  FROM search_text s
 WHERE s.document <= :until [[after: AND s.document > :after]] {{search_scope}};

-- search_next_clear: write
INSERT INTO search_document_next (search_document_next)
VALUES ('delete-all');

-- search_next_optimize: write
INSERT INTO search_document_next (search_document_next)
VALUES ('optimize');

-- search_next_aside: write
ALTER TABLE search_document RENAME TO search_document_old;

-- search_next_in: write
ALTER TABLE search_document_next RENAME TO search_document;

-- search_next_back: write
ALTER TABLE search_document_old RENAME TO search_document_next;

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
         WHERE NOT EXISTS (SELECT 1 FROM search_document_docsize d WHERE d.id = s.document))
     + (SELECT COUNT(*) FROM search_document_docsize d
         WHERE NOT EXISTS (SELECT 1 FROM search_source s WHERE s.document = d.id));

-- search_facts_of: read
-- What the facts and figures of documents are to be, in the order of their numbers. The index counts the words of each column.
SELECT s.document, d.sz, n.creator_id, n.duration_minutes, n.competency_level, n.format, n.license, n.language, n.published_at,
       n.rating_average_hundredths, n.rating_count, n.download_count, {{search_topic_ids}}
  FROM search_source s
  JOIN nano n ON n.id = s.nano_id
  JOIN search_document_docsize d ON d.id = s.document
 WHERE s.document > 0 {{search_scope}}
 ORDER BY s.document;

-- search_words_use: read
-- The function tells the tokenizers of this connection the lexicon that the store has.
SELECT nanomarket_words(:request, version)
  FROM search_lexicon
 WHERE id = :id;

-- search_rank: read
-- Has no rows: the function takes every document that matches.
SELECT 1
  FROM search_document
 WHERE search_document MATCH :match AND nanomarket_rank(search_document, :ranking)
   [[document: AND rowid = :document]];

-- search_has: read
SELECT 1
  FROM search_document
 WHERE search_document MATCH :match
 LIMIT 1;

-- search_titles: read
-- In the order of publication.
SELECT s.title
  FROM search_document d
  JOIN search_source s ON s.document = d.rowid
 WHERE d.search_document MATCH :match
 ORDER BY d.rowid
 LIMIT :limit;
