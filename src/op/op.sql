-- actor_get: read
SELECT role, status
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
