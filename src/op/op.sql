-- actor_get: read
-- A suspension that has run out is none. A second factor and a login are looked for where it depends on them; the login must be neither
--- revoked nor ended by time.
SELECT role, CASE WHEN status = 'suspended' AND suspended_until <= :now THEN 'active' ELSE status END, session_epoch,
       password_change_required,
       CASE WHEN :asks_second_factor = 1 THEN EXISTS (SELECT 1 FROM second_factor WHERE user_id = :id AND confirmed_at IS NOT NULL) END,
       CASE WHEN :login_id > 0 THEN
           EXISTS (SELECT 1 FROM login WHERE login.id = :login_id AND user_id = :id AND revoked_at IS NULL AND expires_at > :now) END
  FROM user_account
 WHERE id = :id;

-- audit_append: write
INSERT INTO audit_event (id, created_at, operation, action, actor_kind, actor, object_type, object, result, details, key_id, sealed,
                         commitment, leaf)
VALUES (:id, :created_at, :operation, :action, :actor_kind, :actor, :object_type, :object, :result, :details, :key_id, :sealed,
        :commitment, :leaf);

-- audit_log_newest: read
SELECT shard, origin, public_key, size, hashes, checkpoint_size, checkpoint_at, seal, secret_epoch, checkpoint_hash
  FROM audit_log
 WHERE shard > 0
 ORDER BY shard DESC
 LIMIT 1;

-- audit_log_get: read
SELECT shard, origin, public_key, size, hashes, checkpoint_size, checkpoint_at, seal, secret_epoch, checkpoint_hash
  FROM audit_log
 WHERE shard = :shard;

-- audit_log_secret: read
SELECT secret_epoch, secret_sealed
  FROM audit_log
 WHERE shard = :shard AND secret_epoch IS NOT NULL;

-- audit_log_add: write
INSERT INTO audit_log (shard, origin, public_key, secret_sealed, secret_epoch, size, hashes, checkpoint_size, checkpoint_at,
                       checkpoint_hash, seal)
VALUES (:shard, :origin, :public_key, :secret_sealed, :secret_epoch, 0, :hashes, 0, :checkpoint_at, :checkpoint_hash, :seal);

-- audit_log_put: write
UPDATE audit_log
   SET size = :size, hashes = :hashes, checkpoint_size = :checkpoint_size, checkpoint_at = :checkpoint_at,
       checkpoint_hash = :checkpoint_hash, seal = :seal
 WHERE shard = :shard;

-- audit_log_close: write
UPDATE audit_log
   SET secret_sealed = NULL, secret_epoch = NULL
 WHERE shard = :shard;

-- audit_leaves: read
SELECT leaf
  FROM audit_event
 WHERE id >= :first AND id < :end
 ORDER BY id;

-- audit_tile_roots: read
SELECT root
  FROM audit_tile
 WHERE shard = :shard AND level = :level AND position >= :first AND position < :end
 ORDER BY position;

-- audit_tile_get: read
SELECT hashes
  FROM audit_tile
 WHERE shard = :shard AND level = :level AND position = :position;

-- audit_tile_add: write
INSERT INTO audit_tile (shard, level, position, root, hashes)
VALUES (:shard, :level, :position, :root, :hashes);

-- audit_checkpoint_add: write
INSERT INTO audit_checkpoint (shard, size, created_at, note)
VALUES (:shard, :size, :now, :note);

-- once_get: read
SELECT request, object_id
  FROM idempotency
 WHERE actor_id = :actor_id AND operation = :operation AND key = :key AND created_at > :since;

-- once_forget: write
DELETE FROM idempotency
 WHERE created_at <= :since;

-- once_add: write
INSERT INTO idempotency (actor_id, operation, key, request, object_id, created_at)
VALUES (:actor_id, :operation, :key, :request, :object_id, :created_at);
