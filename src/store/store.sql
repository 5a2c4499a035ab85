-- store_property: read
SELECT value
  FROM store_property
 WHERE name = :name;

-- store_property_add: write
-- Whoever comes first wins; the others read what the first wrote.
INSERT INTO store_property (name, value)
VALUES (:name, :value)
    ON CONFLICT (name) DO NOTHING;

-- store_next_node: write
UPDATE store_node
   SET next = next + 1
 WHERE id = 1
RETURNING next;
