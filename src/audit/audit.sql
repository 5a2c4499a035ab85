-- audit_columns: fragment
id, created_at, operation, action, actor_kind, actor, object_type, object, result, details, key_id, sealed, commitment

-- audit_list: read
-- An entry whose time is over has no created_at.
SELECT {{audit_columns}}
  FROM audit_event
 WHERE created_at IS NOT NULL AND (created_at, id) < (:before_at, :before_id)
       [[actor: AND actor = :actor]]
       [[action: AND action = :action]]
       [[object: AND object = :object]]
       [[object_type: AND object_type = :object_type]]
       [[result: AND result = :result]]
       [[from: AND created_at >= :from]]
 ORDER BY created_at DESC, id DESC
 LIMIT :limit;

-- audit_get: read
SELECT {{audit_columns}}
  FROM audit_event
 WHERE id = :id AND created_at IS NOT NULL;

-- audit_own: read
-- What a member did, and what was done to the account: the newest of each, and of these the newest.
SELECT {{audit_columns}}
  FROM (SELECT * FROM (SELECT {{audit_columns}}
                         FROM audit_event
                        WHERE actor = :person AND created_at IS NOT NULL AND (created_at, id) < (:before_at, :before_id)
                        ORDER BY created_at DESC, id DESC
                        LIMIT :limit) AS done
        UNION
        SELECT * FROM (SELECT {{audit_columns}}
                         FROM audit_event
                        WHERE object = :person AND created_at IS NOT NULL AND (created_at, id) < (:before_at, :before_id)
                        ORDER BY created_at DESC, id DESC
                        LIMIT :limit) AS suffered) AS own
 ORDER BY created_at DESC, id DESC
 LIMIT :limit;

-- audit_nano_creator: read
SELECT creator_id
  FROM nano
 WHERE id = :id;

-- audit_version_creator: read
SELECT nano.creator_id
  FROM nano_version
  JOIN nano ON nano.id = nano_version.nano_id
 WHERE nano_version.id = :id;

-- audit_rating_author: read
SELECT user_id
  FROM rating
 WHERE id = :id;

-- audit_comment_author: read
SELECT user_id
  FROM comment
 WHERE id = :id;

-- audit_suspicious: read
SELECT object, COUNT(*), MAX(created_at)
  FROM audit_event
 WHERE action = 'login_failure' AND created_at >= :since AND object IS NOT NULL
 GROUP BY object
HAVING COUNT(*) >= :threshold
 ORDER BY 2 DESC, 3 DESC, object
 LIMIT :limit;

-- audit_rows: read
-- All rows of a log as they are, whose time is over or not.
SELECT {{audit_columns}}, leaf
  FROM audit_event
 WHERE id >= :first AND id < :end
 ORDER BY id
 LIMIT :limit;

-- audit_checkpoint_newest: read
SELECT size, note
  FROM audit_checkpoint
 WHERE shard = :shard AND size <= :most
 ORDER BY size DESC
 LIMIT 1;

-- audit_checkpoints: read
SELECT size, created_at, note
  FROM audit_checkpoint
 WHERE shard = :shard AND size > :after
 ORDER BY size
 LIMIT :limit;

-- audit_shards: read
SELECT shard
  FROM audit_log
 WHERE shard > :after
 ORDER BY shard
 LIMIT 1;

-- audit_tiles: read
SELECT level, position, root, hashes
  FROM audit_tile
 WHERE shard = :shard AND level = :level AND position = :position;

-- audit_tile_count: read
SELECT COUNT(*)
  FROM audit_tile
 WHERE shard = :shard;

-- audit_row_count: read
SELECT COUNT(*)
  FROM audit_event;

-- audit_accounts_exist: read
SELECT EXISTS (SELECT 1 FROM user_account);

-- audit_prune_find: read
-- Of one of three kinds, in any order. What was pruned stays on record.
SELECT id
  FROM audit_event
 WHERE created_at < :before
       [[usage: AND action IN ('login_success', 'logout', 'session_opened', 'token_issued', 'token_refresh', 'data_accessed', 'audit_read', 'audit_exported')]]
       [[refusals: AND action IN ('login_failure', 'permission_denied', 'rate_limit_hit', 'invalid_token', 'failed_security_check')]]
       [[changes: AND action NOT IN ('audit_pruned',
                                     'login_success', 'logout', 'session_opened', 'token_issued', 'token_refresh', 'data_accessed', 'audit_read', 'audit_exported',
                                     'login_failure', 'permission_denied', 'rate_limit_hit', 'invalid_token', 'failed_security_check')]]
 LIMIT :limit;

-- audit_prune: write
UPDATE audit_event
   SET created_at = NULL, operation = NULL, action = NULL, actor_kind = NULL, actor = NULL, object_type = NULL, object = NULL,
       result = NULL, details = NULL, key_id = NULL, sealed = NULL, commitment = NULL
 WHERE id = :id;

-- audit_prunings: read
SELECT details
  FROM audit_event
 WHERE action = 'audit_pruned' AND created_at IS NOT NULL
 ORDER BY created_at, id;
