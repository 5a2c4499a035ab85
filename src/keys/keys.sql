-- user_key_put: write
INSERT INTO user_key (user_id, epoch, wrapped, pseudonym_salt, pseudonym_index)
VALUES (:user_id, :epoch, :wrapped, :pseudonym_salt, :pseudonym_index);

-- user_key_get: read
SELECT epoch, wrapped
  FROM user_key
 WHERE user_id = :user_id;

-- user_key_erase: write
DELETE FROM user_key
 WHERE user_id = :user_id;

-- pseudonym_salt: read
SELECT pseudonym_salt
  FROM user_key
 WHERE user_id = :user_id;

-- pseudonym_user: read
SELECT user_id
  FROM user_key
 WHERE pseudonym_index = :pseudonym_index;

-- keys_are_needed: read
SELECT EXISTS (SELECT 1 FROM user_key)
    OR EXISTS (SELECT 1 FROM user_account WHERE password_epoch IS NOT NULL)
    OR EXISTS (SELECT 1 FROM signing_key WHERE secret_epoch IS NOT NULL)
    OR EXISTS (SELECT 1 FROM audit_log WHERE secret_epoch IS NOT NULL);
