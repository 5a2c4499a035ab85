-- prekey_get: read
SELECT record, last_one_time, rotated_at, created_at
  FROM prekey_identity
 WHERE user_id = :user_id;

-- prekey_put: write
INSERT INTO prekey_identity (user_id, record, last_one_time, rotated_at, created_at)
VALUES (:user_id, :record, :last_one_time, :rotated_at, :created_at)
    ON CONFLICT (user_id) DO UPDATE
   SET record = excluded.record, last_one_time = excluded.last_one_time, rotated_at = excluded.rotated_at,
       created_at = excluded.created_at;

-- prekey_remove: write
DELETE FROM prekey_identity
 WHERE user_id = :user_id;

-- prekey_count_one_time: read
SELECT COUNT(*)
  FROM one_time_prekey
 WHERE user_id = :user_id;

-- prekey_add_one_time: write
INSERT INTO one_time_prekey (user_id, number, public_key)
VALUES (:user_id, :number, :public_key);

-- prekey_next_one_time: read
-- The oldest first: those who made them keep the newest.
SELECT number, public_key
  FROM one_time_prekey
 WHERE user_id = :user_id
 ORDER BY number
 LIMIT 1;

-- prekey_use_up: write
-- No row means that somebody else took it first.
DELETE FROM one_time_prekey
 WHERE user_id = :user_id AND number = :number;

-- prekey_remove_one_time: write
DELETE FROM one_time_prekey
 WHERE user_id = :user_id;

-- prekey_subject: read
-- Is there something that :actor_id could talk about with this member?
SELECT CASE WHEN (EXISTS (SELECT 1 FROM nano n WHERE n.creator_id = u.id AND n.status = 'published')
                  OR EXISTS (SELECT 1 FROM chat_member m WHERE m.user_id = :actor_id AND m.partner_id = u.id))
             AND NOT EXISTS (SELECT 1 FROM member_block b WHERE b.blocker_id = :actor_id AND b.blocked_id = u.id)
             AND NOT EXISTS (SELECT 1 FROM member_block b WHERE b.blocker_id = u.id AND b.blocked_id = :actor_id)
            THEN 1 ELSE 0 END AS reachable
  FROM user_account u
 WHERE u.id = :user_id AND u.status <> 'deleted';
