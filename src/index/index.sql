-- search_document_of: fragment
-- The document of a nano. Topics are its categories' names, the most important first.
SELECT n.id AS nano_id, n.title AS title, COALESCE(n.description, '') AS description,
       {{search_topics}} AS topics, u.username AS creator, n.language AS language
  FROM nano n
  JOIN user_account u ON u.id = n.creator_id
 WHERE n.status = 'published'

-- search_scope: fragment
[[nano: AND s.nano_id = :nano_id]]
[[category: AND s.nano_id IN (SELECT a.nano_id FROM nano_category a WHERE a.category_id = :category_id)]]
[[creator: AND s.nano_id IN (SELECT c.id FROM nano c WHERE c.creator_id = :creator_id AND c.status = 'published')]]

-- search_document_number: read
SELECT document
  FROM search_source
 WHERE nano_id = :nano_id;

-- search_document_last: read
SELECT COALESCE(MAX(document), 0)
  FROM search_source;

-- search_source_remove: write
DELETE FROM search_source
 WHERE 1 = 1
   [[nano: AND nano_id = :nano_id]];

-- search_source_add: write
-- Its number is the caller's to give: a new one, or the one that it had.
INSERT INTO search_source (document, nano_id, title, description, topics, creator, language)
SELECT :document, d.nano_id, d.title, d.description, d.topics, d.creator, d.language
  FROM ({{search_document_of}} AND n.id = :nano_id) AS d;

-- search_source_renew: write
-- Names of topics and creators change under documents that stay.
UPDATE search_source
   SET topics = d.topics, creator = d.creator
  FROM ({{search_document_of}}
        [[category: AND n.id IN (SELECT a.nano_id FROM nano_category a WHERE a.category_id = :category_id)]]
        [[creator: AND n.creator_id = :creator_id]]) AS d
 WHERE search_source.nano_id = d.nano_id;

-- search_source_add_all: write
-- Numbers in the order of publication.
INSERT INTO search_source (document, nano_id, title, description, topics, creator, language)
SELECT ROW_NUMBER() OVER (ORDER BY p.published_at, p.id), d.nano_id, d.title, d.description, d.topics, d.creator, d.language
  FROM ({{search_document_of}}) AS d
  JOIN nano p ON p.id = d.nano_id;

-- search_source_texts: read
SELECT s.title, s.description, s.topics, s.creator
  FROM search_source s
 WHERE s.document > 0 {{search_scope}};

-- search_source_missing: read
-- Nanos whose document is not there as it should be.
SELECT COUNT(*)
  FROM ({{search_document_of}}
        EXCEPT
        SELECT nano_id, title, description, topics, creator, language FROM search_source) AS missing;

-- search_source_extra: read
-- Documents that no nano should have.
SELECT COUNT(*)
  FROM (SELECT nano_id, title, description, topics, creator, language FROM search_source
        EXCEPT
        {{search_document_of}}) AS extra;

-- search_state_get: read
SELECT generation, topics_generation
  FROM search_state
 WHERE id = 1;

-- search_state_set: write
UPDATE search_state
   SET generation = :generation
       [[topics: , topics_generation = :generation]]
 WHERE id = 1;

-- search_state_analyzer: read
SELECT analyzer
  FROM search_state
 WHERE id = 1;

-- search_state_set_analyzer: write
UPDATE search_state
   SET analyzer = :analyzer
 WHERE id = 1;

-- search_state_next: read
SELECT next_until
  FROM search_state
 WHERE id = 1;

-- search_state_set_next: write
UPDATE search_state
   SET next_until = :until
 WHERE id = 1;

-- search_source_german: read
-- Of which the store's own lexicon is made.
SELECT title, description, topics
  FROM search_source
 WHERE document > 0
   AND language = 'de';

-- search_lexicon_get: read
SELECT version, words, bytes
  FROM search_lexicon
 WHERE id = :id;

-- search_lexicon_put: write
INSERT INTO search_lexicon (id, version, words, bytes)
VALUES (:id, :version, :words, :bytes)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, words = excluded.words, bytes = excluded.bytes;

-- search_lexicon_exchange: write
UPDATE search_lexicon
   SET version = n.version, words = n.words, bytes = n.bytes
  FROM search_lexicon n
 WHERE search_lexicon.id = 1
   AND n.id = 2;

-- search_topic_list: read
SELECT id, parent_id, name
  FROM category
 WHERE id > 0
 ORDER BY id;

-- search_chunk_list: read
SELECT f.chunk, f.generation, g.generation
  FROM search_facts f
  JOIN search_figures g ON g.chunk = f.chunk
 WHERE f.chunk >= 0
 ORDER BY f.chunk;

-- search_facts_get: read
SELECT names, facts
  FROM search_facts
 WHERE chunk = :chunk;

-- search_figures_get: read
SELECT figures
  FROM search_figures
 WHERE chunk = :chunk;

-- search_facts_put: write
INSERT INTO search_facts (chunk, generation, names, facts)
VALUES (:chunk, :generation, :names, :facts)
ON CONFLICT (chunk) DO UPDATE SET generation = excluded.generation, names = excluded.names, facts = excluded.facts;

-- search_figures_put: write
INSERT INTO search_figures (chunk, generation, figures)
VALUES (:chunk, :generation, :figures)
ON CONFLICT (chunk) DO UPDATE SET generation = excluded.generation, figures = excluded.figures;

-- search_chunk_clear: write
DELETE FROM search_facts
 WHERE chunk >= :first;

-- search_nano_figures: read
SELECT s.document, n.rating_average_hundredths, n.rating_count, n.download_count
  FROM nano n
  JOIN search_source s ON s.nano_id = n.id
 WHERE n.id = :nano_id;

-- search_nano_of: read
SELECT nano_id
  FROM search_source
 WHERE document = :document;
