-- search_document_of: fragment
-- The document of a nano. Topics are its categories' names, the most important first.
SELECT n.id AS nano_id, n.title AS title, COALESCE(n.description, '') AS description,
       {{search_topics}} AS topics, u.username AS creator
  FROM nano n
  JOIN user_account u ON u.id = n.creator_id
 WHERE n.status = 'published'

-- search_source_remove: write
DELETE FROM search_source
 WHERE 1 = 1
   [[nano: AND nano_id = :nano_id]]
   [[category: AND nano_id IN (SELECT a.nano_id FROM nano_category a WHERE a.category_id = :category_id)]]
   [[creator: AND nano_id IN (SELECT n.id FROM nano n WHERE n.creator_id = :creator_id AND n.status = 'published')]];

-- search_source_add: write
INSERT INTO search_source (nano_id, title, description, topics, creator)
{{search_document_of}}
   [[nano: AND n.id = :nano_id]]
   [[category: AND n.id IN (SELECT a.nano_id FROM nano_category a WHERE a.category_id = :category_id)]]
   [[creator: AND n.creator_id = :creator_id]];

-- search_source_texts: read
SELECT title, description, topics, creator
  FROM search_source
 WHERE 1 = 1
   [[nano: AND nano_id = :nano_id]]
   [[category: AND nano_id IN (SELECT a.nano_id FROM nano_category a WHERE a.category_id = :category_id)]]
   [[creator: AND nano_id IN (SELECT n.id FROM nano n WHERE n.creator_id = :creator_id AND n.status = 'published')]];

-- search_source_missing: read
-- Nanos whose document is not there as it should be.
SELECT COUNT(*)
  FROM ({{search_document_of}}
        EXCEPT
        SELECT nano_id, title, description, topics, creator FROM search_source) AS missing;

-- search_source_extra: read
-- Documents that no nano should have.
SELECT COUNT(*)
  FROM (SELECT nano_id, title, description, topics, creator FROM search_source
        EXCEPT
        {{search_document_of}}) AS extra;
