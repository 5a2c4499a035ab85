-- search_topic_named: read
SELECT id
  FROM category
 WHERE name_key = :name_key;

-- search_creator_named: read
SELECT id
  FROM user_account
 WHERE username_key = :username_key;

-- search_hit: read
SELECT {{nano_columns}}
  FROM search_source s
  JOIN nano n ON n.id = s.nano_id
  JOIN user_account u ON u.id = n.creator_id
 WHERE s.document = :document;
