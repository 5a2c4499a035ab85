CREATE VIRTUAL TABLE search_document USING fts5 (
	title, description, topics, creator,
	content = 'search_source', content_rowid = 'document',
	tokenize = 'nanomarket de'
);
CREATE VIRTUAL TABLE search_document_next USING fts5 (
	title, description, topics, creator,
	content = 'search_source', content_rowid = 'document',
	tokenize = 'nanomarket de'
);
