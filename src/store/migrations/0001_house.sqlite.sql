-- The texts as the index is told them: those that are not German begin with a byte that says so, as in src/german/alternatives.h.
-- Topics and user names are the market's, not the nano's.
CREATE VIEW search_text AS
SELECT s.document, s.nano_id, s.mark || s.title AS title, s.mark || s.description AS description, s.topics, s.creator
  FROM (SELECT document, nano_id, title, description, topics, creator,
               CASE language WHEN 'de' THEN '' WHEN 'en' THEN char(3) ELSE char(4) END AS mark
          FROM search_source) AS s;

CREATE VIRTUAL TABLE search_document USING fts5 (
	title, description, topics, creator,
	content = 'search_text', content_rowid = 'document',
	tokenize = 'nanomarket de marked'
);
CREATE VIRTUAL TABLE search_document_next USING fts5 (
	title, description, topics, creator,
	content = 'search_text', content_rowid = 'document',
	tokenize = 'nanomarket de marked'
);
