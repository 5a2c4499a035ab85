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
INSERT INTO audit_event (id, created_at, operation, action, actor_kind, actor_id, object_type, object_id, result, details)
VALUES (:id, :created_at, :operation, :action, :actor_kind, :audit_actor_id, :object_type, :object_id, :result, :details);

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
