-- blob_get: read
SELECT size, file_stored
  FROM blob
 WHERE hash = :hash;

-- blob_add: write
INSERT INTO blob (hash, size, file_stored, created_at)
VALUES (:hash, :size, :file_stored, :created_at);

-- blob_chunk_add: write
INSERT INTO blob_chunk (hash, position, data)
VALUES (:hash, :position, :data);

-- blob_chunk_get: read
SELECT data
  FROM blob_chunk
 WHERE hash = :hash AND position = :position;

-- blob_all: read
SELECT hash
  FROM blob
 WHERE hash > :after
 ORDER BY hash;

-- blob_total: read
SELECT CAST(coalesce(sum(size), 0) AS {{integer}})
  FROM blob
 WHERE hash > :after;

-- blob_in_file: read
-- Those that lie in files, one after the other.
SELECT hash, size
  FROM blob
 WHERE hash > :after AND file_stored = 1
 ORDER BY hash
 LIMIT 1;

-- blob_in_file_total: read
SELECT CAST(coalesce(sum(size), 0) AS {{integer}})
  FROM blob
 WHERE hash > :after AND file_stored = 1;

-- blob_in_rows: write
UPDATE blob
   SET file_stored = 0
 WHERE hash = :hash;
