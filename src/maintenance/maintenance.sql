-- keys_oldest_epoch: read
-- The oldest epoch that seals anything; no row's value if none does.
SELECT min(epoch)
  FROM (SELECT (SELECT min(epoch) FROM user_key) AS epoch
        UNION ALL
        SELECT (SELECT min(password_epoch) FROM user_account WHERE password_epoch IS NOT NULL)
        UNION ALL
        SELECT (SELECT min(secret_epoch) FROM signing_key WHERE secret_epoch IS NOT NULL)
        UNION ALL
        SELECT (SELECT min(secret_epoch) FROM audit_log WHERE secret_epoch IS NOT NULL)) AS used;

-- keys_waiting: read
SELECT (SELECT count(*) FROM user_key WHERE epoch < :epoch)
     + (SELECT count(*) FROM user_account WHERE password_epoch < :epoch)
     + (SELECT count(*) FROM signing_key WHERE secret_epoch < :epoch)
     + (SELECT count(*) FROM audit_log WHERE secret_epoch < :epoch);

-- keys_next_data_key: read
-- The next of each kind that an older epoch seals. What does not open stays behind: the next is the one after it.
SELECT user_id, epoch, wrapped
  FROM user_key
 WHERE epoch < :epoch AND (epoch, user_id) > (:after_epoch, :after_id)
 ORDER BY epoch, user_id
 LIMIT 1;

-- keys_next_password: read
SELECT id, password_epoch, password_sealed
  FROM user_account
 WHERE password_epoch < :epoch AND (password_epoch, id) > (:after_epoch, :after_id)
 ORDER BY password_epoch, id
 LIMIT 1;

-- keys_next_signing_key: read
SELECT id, secret_epoch, secret_sealed
  FROM signing_key
 WHERE secret_epoch < :epoch AND (secret_epoch, id) > (:after_epoch, :after_id)
 ORDER BY secret_epoch, id
 LIMIT 1;

-- keys_next_audit_key: read
SELECT shard, secret_epoch, secret_sealed
  FROM audit_log
 WHERE secret_epoch < :epoch AND (secret_epoch, shard) > (:after_epoch, :after_id)
 ORDER BY secret_epoch, shard
 LIMIT 1;

-- keys_put_data_key: write
-- Compare-and-set: what somebody sealed anew meanwhile stays.
UPDATE user_key
   SET epoch = :epoch, wrapped = :sealed
 WHERE user_id = :id AND epoch = :former;

-- keys_put_password: write
UPDATE user_account
   SET password_epoch = :epoch, password_sealed = :sealed
 WHERE id = :id AND password_epoch = :former;

-- keys_put_signing_key: write
UPDATE signing_key
   SET secret_epoch = :epoch, secret_sealed = :sealed
 WHERE id = :id AND secret_epoch = :former;

-- keys_put_audit_key: write
UPDATE audit_log
   SET secret_epoch = :epoch, secret_sealed = :sealed
 WHERE shard = :id AND secret_epoch = :former;

-- keys_check_total: read
SELECT (SELECT count(*) FROM user_account) + (SELECT count(*) FROM signing_key);

-- keys_check_accounts: read
-- All that is sealed for an account once, and whether anything is left of a deleted one.
SELECT user_account.id, user_account.status = 'deleted',
       user_key.epoch, user_key.wrapped, email_sealed, email_index, password_epoch, password_sealed, phone_sealed, secret_sealed,
       EXISTS (SELECT 1 FROM outbox WHERE outbox.user_id = user_account.id)
    OR EXISTS (SELECT 1 FROM mail_proof WHERE mail_proof.user_id = user_account.id)
  FROM user_account
  LEFT JOIN user_key ON user_key.user_id = user_account.id
  LEFT JOIN profile ON profile.user_id = user_account.id
  LEFT JOIN second_factor ON second_factor.user_id = user_account.id
 WHERE user_account.id > :after
 ORDER BY user_account.id
 LIMIT :limit;

-- keys_check_signing_keys: read
SELECT id, secret_epoch, secret_sealed
  FROM signing_key
 WHERE secret_epoch IS NOT NULL
 ORDER BY secret_epoch, id;
