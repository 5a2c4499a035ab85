-- user_columns: fragment
id, email, username, role, status, preferred_language, email_verified_at, created_at, last_login_at

-- user_get: read
SELECT {{user_columns}}
  FROM user_account
 WHERE id = :id;

-- user_find: read
SELECT {{user_columns}}
  FROM user_account
 WHERE username_key = :username_key;

-- user_list: read
SELECT {{user_columns}}
  FROM user_account
 WHERE (username_key, id) > (:after_key, :after_id) [[role: AND role = :role]]
 ORDER BY username_key, id
 LIMIT :limit;

-- user_id_of_email: read
SELECT id
  FROM user_account
 WHERE email_key = :email_key;

-- user_id_of_username: read
SELECT id
  FROM user_account
 WHERE username_key = :username_key;

-- user_add: write
INSERT INTO user_account (id, email, email_key, username, username_key, password_hash, role, status, preferred_language,
                          email_verified_at, created_at, updated_at, last_login_at)
VALUES (:id, :email, :email_key, :username, :username_key, :password_hash, :role, 'active', :preferred_language,
        :email_verified_at, :created_at, :created_at, NULL);

-- user_add_profile: write
-- The table is the profile component's, which sees this one and not the other way round. What was told at the registration
-- is written here, so that account and profile come into being in one transaction.
INSERT INTO profile (user_id, first_name, last_name, bio, updated_at)
VALUES (:user_id, :first_name, :last_name, :bio, :updated_at);

-- user_other_active_admins: read
SELECT COUNT(*)
  FROM user_account
 WHERE role = 'admin' AND status = 'active' AND id <> :id;

-- user_set_role: write
UPDATE user_account
   SET role = :role, updated_at = :now
 WHERE id = :id AND role = :expected;

-- user_set_status: write
-- Compare-and-set: no row means that somebody else moved it first.
UPDATE user_account
   SET status = :status, updated_at = :now
 WHERE id = :id AND status = :expected;

-- credential_find: read
SELECT id, password_hash, status, email_verified_at
  FROM user_account
 WHERE email_key = :email_key;

-- user_logged_in: write
UPDATE user_account
   SET last_login_at = :now
 WHERE id = :id;

-- credential_rehash: write
UPDATE user_account
   SET password_hash = :password_hash
 WHERE id = :id AND password_hash = :expected;

-- consent_add: write
INSERT INTO consent (id, user_id, consent_type, accepted, document_version, created_at)
VALUES (:id, :user_id, :consent_type, :accepted, :document_version, :created_at);

-- consent_list: read
SELECT id, consent_type, accepted, document_version, created_at
  FROM consent
 WHERE user_id = :actor_id AND id < :before_id
 ORDER BY id DESC
 LIMIT :limit;

-- mail_proof_add: write
INSERT INTO mail_proof (token_hash, user_id, email_key, purpose, expires_at, used_at)
VALUES (:token_hash, :user_id, :email_key, :purpose, :expires_at, NULL);

-- mail_proof_user: read
-- Whom a proof verifies: unused, young enough, and the address is still the account's.
SELECT user_account.id
  FROM mail_proof
  JOIN user_account ON user_account.id = mail_proof.user_id
 WHERE mail_proof.token_hash = :token_hash AND mail_proof.purpose = :purpose
   AND mail_proof.used_at IS NULL AND mail_proof.expires_at >= :now
   AND user_account.email_key = mail_proof.email_key AND user_account.status <> 'deleted';

-- mail_proof_use: write
-- With the one that was used, all others for the same purpose are void.
UPDATE mail_proof
   SET used_at = :now
 WHERE user_id = :user_id AND purpose = :purpose AND used_at IS NULL;

-- user_email_verified: write
UPDATE user_account
   SET email_verified_at = :now, updated_at = :now
 WHERE id = :id AND email_verified_at IS NULL;

-- outbox_add: write
INSERT INTO outbox (id, user_id, recipient, template_name, language, data, created_at, available_at, attempts)
VALUES (:id, :user_id, :recipient, :template_name, :language, :data, :created_at, :created_at, 0);

-- outbox_take: write
UPDATE outbox
   SET available_at = :until, attempts = attempts + 1
 WHERE id = (SELECT id
               FROM outbox
              WHERE available_at <= :now
              ORDER BY available_at, id
              LIMIT 1)
RETURNING id, recipient, template_name, language, data, created_at, attempts;

-- outbox_done: write
DELETE FROM outbox
 WHERE id = :id;

-- outbox_failed: write
UPDATE outbox
   SET available_at = :available_at
 WHERE id = :id;
