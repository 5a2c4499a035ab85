-- user_key_put: write
INSERT INTO user_key (user_id, epoch, wrapped)
VALUES (:user_id, :epoch, :wrapped);

-- user_key_get: read
SELECT epoch, wrapped
  FROM user_key
 WHERE user_id = :user_id;

-- user_key_erase: write
DELETE FROM user_key
 WHERE user_id = :user_id;

-- keys_are_needed: read
SELECT EXISTS (SELECT 1 FROM user_key)
    OR EXISTS (SELECT 1 FROM user_account WHERE password_epoch IS NOT NULL)
    OR EXISTS (SELECT 1 FROM signing_key WHERE secret_epoch IS NOT NULL);
