-- login_add: write
-- Of an account as it is now: what ends its sessions ends this login.
INSERT INTO login (id, user_id, device_sealed, session_epoch, second_factor, generation, secret_hash, created_at, last_used_at,
                   expires_at)
SELECT :id, id, :device_sealed, session_epoch, :second_factor, 0, :secret_hash, :now, :now, :expires_at
  FROM user_account
 WHERE id = :user_id;

-- login_get: read
-- With the account as it is now; a suspension that has run out is none.
SELECT login.user_id, login.second_factor, login.generation, login.secret_hash, login.last_used_at, login.expires_at,
       login.session_epoch, user_account.role,
       login.revoked_at IS NULL AND login.session_epoch = user_account.session_epoch,
       user_account.status = 'active' OR (user_account.status = 'suspended' AND user_account.suspended_until <= :now)
  FROM login
  JOIN user_account ON user_account.id = login.user_id
 WHERE login.id = :id;

-- login_turn: write
-- Compare-and-set: no row means that the token was exchanged already.
UPDATE login
   SET generation = generation + 1, secret_hash = :secret_hash, last_used_at = :now
 WHERE id = :id AND generation = :generation;

-- login_revoke: write
UPDATE login
   SET revoked_at = :now, revoked_reason = :reason
 WHERE id = :id AND revoked_at IS NULL;

-- login_owner: read
SELECT user_id
  FROM login
 WHERE id = :id;

-- login_device: read
SELECT device_sealed
  FROM login
 WHERE id = :id;

-- login_list: read
SELECT login.id, login.created_at, login.last_used_at, login.expires_at, login.second_factor, login.device_sealed
  FROM login
  JOIN user_account ON user_account.id = login.user_id AND user_account.session_epoch = login.session_epoch
 WHERE login.user_id = :user_id AND login.id < :before_id AND login.revoked_at IS NULL AND login.expires_at > :now
       AND login.last_used_at > :idle_since
 ORDER BY login.id DESC
 LIMIT :limit;

-- login_count: read
SELECT COUNT(*)
  FROM login
  JOIN user_account ON user_account.id = login.user_id AND user_account.session_epoch = login.session_epoch
 WHERE login.user_id = :user_id AND login.revoked_at IS NULL AND login.expires_at > :now AND login.last_used_at > :idle_since;

-- login_sweep_idle: write
-- Of the one who begins a new login: those that were idle for too long.
DELETE FROM login
 WHERE id IN (SELECT id
                FROM login
               WHERE user_id = :user_id AND revoked_at IS NULL AND last_used_at <= :idle_since
               ORDER BY id
               LIMIT :limit);

-- login_sweep_expired: write
DELETE FROM login
 WHERE id IN (SELECT id
                FROM login
               WHERE expires_at <= :now
               ORDER BY expires_at
               LIMIT :limit);

-- login_sweep_revoked: write
DELETE FROM login
 WHERE id IN (SELECT id
                FROM login
               WHERE revoked_at IS NOT NULL AND revoked_at <= :since
               ORDER BY revoked_at
               LIMIT :limit);

-- signing_key_active: read
SELECT id, key_id, secret_epoch, secret_sealed, activated_at
  FROM signing_key
 WHERE status = 'active';

-- signing_key_verifying: read
SELECT public_key
  FROM signing_key
 WHERE key_id = :key_id AND status IN ('active', 'retired');

-- signing_key_pending: read
SELECT id, created_at
  FROM signing_key
 WHERE status = 'pending'
 ORDER BY id
 LIMIT 1;

-- signing_key_add: write
INSERT INTO signing_key (id, key_id, status, public_key, secret_sealed, secret_epoch, created_at, activated_at)
VALUES (:id, :key_id, :status, :public_key, :secret_sealed, :secret_epoch, :now, :activated_at);

-- signing_key_activate: write
UPDATE signing_key
   SET status = 'active', activated_at = :now
 WHERE id = :id AND status = 'pending';

-- signing_key_retire: write
-- It never signs again, so nobody needs its secret part.
UPDATE signing_key
   SET status = 'retired', retired_at = :now, secret_sealed = NULL, secret_epoch = NULL
 WHERE status = 'active';

-- signing_key_destroy: write
UPDATE signing_key
   SET status = 'destroyed', destroyed_at = :now, secret_sealed = NULL, secret_epoch = NULL
 WHERE status = 'retired' AND retired_at <= :before;

-- signing_key_destroy_all: write
UPDATE signing_key
   SET status = 'destroyed', destroyed_at = :now, secret_sealed = NULL, secret_epoch = NULL
 WHERE status IN ('pending', 'active', 'retired');

-- signing_key_published: read
SELECT key_id, public_key
  FROM signing_key
 WHERE status IN ('pending', 'active', 'retired')
 ORDER BY status, id;

-- signing_key_list: read
SELECT id, key_id, status, created_at, activated_at, retired_at, destroyed_at
  FROM signing_key
 WHERE id < :before_id
 ORDER BY id DESC
 LIMIT :limit;
