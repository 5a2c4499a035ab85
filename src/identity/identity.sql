-- user_active: fragment
-- A suspension that has run out is none.
(status = 'active' OR (status = 'suspended' AND suspended_until <= :now))

-- user_suspended: fragment
(status = 'suspended' AND (suspended_until IS NULL OR suspended_until > :now))

-- user_columns: fragment
id, username, role, CASE WHEN {{user_active}} THEN 'active' ELSE status END AS status, preferred_language,
       email_verified_at, created_at, last_login_at,
       CASE WHEN {{user_suspended}} THEN suspended_until END AS suspended_until, password_change_required,
       EXISTS (SELECT 1
                 FROM second_factor
                WHERE user_id = user_account.id AND confirmed_at IS NOT NULL) AS second_factor

-- user_get: read
SELECT {{user_columns}}
  FROM user_account
 WHERE id = :id;

-- user_find: read
SELECT {{user_columns}}
  FROM user_account
 WHERE username_key = :username_key;

-- user_list: read
-- By user name. Exactly one of the options that speak of the status is given; `before_key` ends a range of names.
-- Nearly all accounts are active: CASE keeps the engine from collecting and sorting them.
SELECT {{user_columns}}
  FROM user_account
 WHERE (username_key, id) > (:after_key, :after_id)
   [[before_key: AND username_key < :before_key]]
   [[email: AND email_index = :email_index]]
   [[role: AND role = :role]]
   [[not_deleted: AND status <> 'deleted']]
   [[active: AND CASE WHEN {{user_active}} THEN 1 ELSE 0 END = 1]]
   [[suspended: AND {{user_suspended}}]]
   [[deleted: AND status = 'deleted']]
 ORDER BY username_key, id
 LIMIT :limit;

-- user_email: read
-- An address and what opens it. None of a deleted account.
SELECT user_account.email_sealed, user_key.epoch, user_key.wrapped
  FROM user_account
  JOIN user_key ON user_key.user_id = user_account.id
 WHERE user_account.id = :id AND user_account.email_sealed IS NOT NULL;

-- user_contact: read
SELECT username, preferred_language
  FROM user_account
 WHERE id = :id AND status <> 'deleted';

-- user_id_of_email: read
SELECT id
  FROM user_account
 WHERE email_index = :email_index;

-- user_id_of_username: read
SELECT id
  FROM user_account
 WHERE username_key = :username_key;

-- user_id_of_skeleton: read
SELECT id
  FROM user_account
 WHERE username_skeleton = :username_skeleton;

-- user_add: write
-- The password is put in afterwards, sealed.
INSERT INTO user_account (id, email_sealed, email_index, username, username_key, username_skeleton, password_short,
                          password_change_required, role, status, session_epoch, preferred_language, email_verified_at,
                          created_at, updated_at)
VALUES (:id, :email_sealed, :email_index, :username, :username_key, :username_skeleton, 0, 0, :role, 'active', 1,
        :preferred_language, :email_verified_at, :created_at, :created_at);

-- user_add_profile: write
-- The table is the profile component's, which sees this one and not the other way round. What was told at the registration
-- is written here, so that account and profile come into being in one transaction.
INSERT INTO profile (user_id, first_name, last_name, bio, updated_at)
VALUES (:user_id, :first_name, :last_name, :bio, :updated_at);

-- user_set_username: write
UPDATE user_account
   SET username = :username, username_key = :username_key, username_skeleton = :username_skeleton, updated_at = :now
 WHERE id = :id;

-- user_other_active_admins: read
SELECT COUNT(*)
  FROM user_account
 WHERE role = 'admin' AND {{user_active}} AND id <> :id;

-- user_set_role: write
UPDATE user_account
   SET role = :role, updated_at = :now
 WHERE id = :id AND role = :expected;

-- user_set_status: write
UPDATE user_account
   SET status = :status, suspended_until = :suspended_until, updated_at = :now
 WHERE id = :id AND status <> 'deleted';

-- user_session_epoch: write
-- Sessions of another epoch have ended.
UPDATE user_account
   SET session_epoch = session_epoch + 1, updated_at = :now
 WHERE id = :id
RETURNING session_epoch;

-- user_logins_revoke: write
UPDATE login
   SET revoked_at = :now, revoked_reason = :reason
 WHERE user_id = :user_id AND id <> :kept_id AND revoked_at IS NULL;

-- user_login_keep: write
UPDATE login
   SET session_epoch = :session_epoch
 WHERE id = :id AND user_id = :user_id;

-- user_erase: write
-- What is left says that there was an account, with which role, and until when.
UPDATE user_account
   SET email_sealed = NULL, email_index = NULL, username = :username, username_key = :username, username_skeleton = :username,
       password_sealed = NULL, password_epoch = NULL, password_short = 0, password_change_required = 0, status = 'deleted',
       suspended_until = NULL, session_epoch = session_epoch + 1, email_verified_at = NULL, last_login_at = NULL,
       updated_at = :now
 WHERE id = :id;

-- user_erase_profile: write
-- The table is the profile component's: see user_add_profile.
DELETE FROM profile
 WHERE user_id = :user_id;

-- user_erase_second_factor: write
DELETE FROM second_factor
 WHERE user_id = :user_id;

-- user_erase_recovery_codes: write
DELETE FROM recovery_code
 WHERE user_id = :user_id;

-- user_erase_logins: write
DELETE FROM login
 WHERE user_id = :user_id;

-- user_erase_proofs: write
DELETE FROM mail_proof
 WHERE user_id = :user_id;

-- user_erase_mails: write
DELETE FROM outbox
 WHERE user_id = :user_id;

-- user_erase_prekeys: write
DELETE FROM prekey_identity
 WHERE user_id = :user_id;

-- user_erase_one_time_prekeys: write
DELETE FROM one_time_prekey
 WHERE user_id = :user_id;

-- user_erase_keys: write
-- Idempotency keys are texts of others, who may have put an address or a name into them.
DELETE FROM idempotency
 WHERE actor_id = :user_id;

-- user_erase_own_key: write
-- With which the account was made.
DELETE FROM idempotency
 WHERE actor_id = 0 AND operation IN ('user_register', 'user_add') AND object_id = :user_id;

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
-- Bound to the address that the account has now; a decoy to the one that was asked for.
INSERT INTO mail_proof (token_hash, user_id, purpose, email_index, email_sealed, expires_at, used_at)
VALUES (:token_hash, :user_id, :purpose,
        COALESCE((SELECT email_index FROM user_account WHERE id = :user_id), :email_index),
        :email_sealed, :expires_at, NULL);

-- mail_proof_sweep: write
-- A few of those that are too old, decoys too.
DELETE FROM mail_proof
 WHERE token_hash IN (SELECT token_hash
                        FROM mail_proof
                       WHERE expires_at < :now
                       ORDER BY expires_at
                       LIMIT 8);

-- mail_proof_find: read
-- Unused, young enough, and the address is still the account's.
SELECT user_account.id, mail_proof.email_sealed
  FROM mail_proof
  JOIN user_account ON user_account.id = mail_proof.user_id
 WHERE mail_proof.token_hash = :token_hash AND mail_proof.purpose = :purpose
   AND mail_proof.used_at IS NULL AND mail_proof.expires_at >= :now
   AND user_account.email_index = mail_proof.email_index AND user_account.status <> 'deleted';

-- mail_proof_use: write
-- With the one that was used, all others for the same purpose are void; without a purpose all of the account.
UPDATE mail_proof
   SET used_at = :now
 WHERE user_id = :user_id AND used_at IS NULL [[purpose: AND purpose = :purpose]];

-- user_email_verified: write
UPDATE user_account
   SET email_verified_at = :now, updated_at = :now
 WHERE id = :id AND email_verified_at IS NULL;

-- user_near_address: read
-- The account with this blind index, or else the next one: what follows is the same work in both cases.
SELECT id, email_index, email_verified_at
  FROM user_account
 WHERE email_index >= :email_index
 ORDER BY email_index
 LIMIT 1;

-- user_set_email: write
UPDATE user_account
   SET email_sealed = :email_sealed, email_index = :email_index, email_verified_at = :now, updated_at = :now
 WHERE id = :id;

-- outbox_add: write
INSERT INTO outbox (id, user_id, recipient_sealed, template_name, language, data_sealed, created_at, available_at, attempts)
VALUES (:id, :user_id, :recipient_sealed, :template_name, :language, :data_sealed, :created_at, :available_at, 0);

-- outbox_sweep: write
-- A few decoys that are so old that nobody can tell by the time it takes what they were for.
DELETE FROM outbox
 WHERE id IN (SELECT id
                FROM outbox
               WHERE user_id IS NULL
               ORDER BY id
               LIMIT 8)
   AND created_at < :before;

-- outbox_take: write
UPDATE outbox
   SET available_at = :until, attempts = attempts + 1
 WHERE id = (SELECT id
               FROM outbox
              WHERE available_at <= :now
              ORDER BY available_at, id
              LIMIT 1)
RETURNING id, user_id, recipient_sealed, template_name, language, data_sealed, created_at, attempts;

-- outbox_done: write
DELETE FROM outbox
 WHERE id = :id;

-- outbox_failed: write
UPDATE outbox
   SET available_at = :available_at
 WHERE id = :id;

-- password_put: write
UPDATE user_account
   SET password_sealed = :password_sealed, password_epoch = :password_epoch, password_short = :password_short,
       password_change_required = :password_change_required, updated_at = :now
 WHERE id = :id;

-- password_get: read
SELECT password_sealed
  FROM user_account
 WHERE id = :id AND status <> 'deleted';

-- password_reset_may: read
-- A suspension that is over is none.
SELECT COUNT(*)
  FROM user_account
 WHERE id = :id AND (status = 'active' OR (status = 'suspended' AND suspended_until <= :now));

-- password_claim: write
-- Compare-and-set: no row means that the password was changed since it was proved.
UPDATE user_account
   SET updated_at = :now
 WHERE id = :id AND password_sealed = :expected;

-- ---- second factor ----

-- second_factor_get: read
SELECT secret_sealed, algorithm, last_step, confirmed_at
  FROM second_factor
 WHERE user_id = :user_id;

-- second_factor_count: read
SELECT COUNT(*)
  FROM second_factor
 WHERE user_id = :user_id AND confirmed_at IS NOT NULL;

-- second_factor_begin: write
-- One that was not confirmed gives way to the new one; one that was stays.
INSERT INTO second_factor (user_id, secret_sealed, algorithm, last_step, created_at, confirmed_at)
VALUES (:user_id, :secret_sealed, :algorithm, 0, :created_at, NULL)
    ON CONFLICT (user_id) DO UPDATE
   SET secret_sealed = excluded.secret_sealed, algorithm = excluded.algorithm, last_step = 0,
       created_at = excluded.created_at
 WHERE second_factor.confirmed_at IS NULL;

-- second_factor_use_step: write
-- No row means that a code of this step or a later one was used already.
UPDATE second_factor
   SET last_step = :last_step
 WHERE user_id = :user_id AND last_step < :last_step;

-- second_factor_confirm: write
UPDATE second_factor
   SET confirmed_at = :now
 WHERE user_id = :user_id AND confirmed_at IS NULL;

-- second_factor_remove: write
DELETE FROM second_factor
 WHERE user_id = :user_id;

-- second_factor_login_has: write
-- The table is the token component's: the login that set the factor up has shown it.
UPDATE login
   SET second_factor = 1
 WHERE id = :id AND user_id = :user_id;

-- password_is_short: read
SELECT password_short
  FROM user_account
 WHERE id = :id;

-- password_short_change_required: write
-- What was good only with a second factor is good no more.
UPDATE user_account
   SET password_change_required = 1
 WHERE id = :id AND password_short = 1;

-- recovery_code_add: write
INSERT INTO recovery_code (code_hash, user_id, used_at)
VALUES (:code_hash, :user_id, NULL);

-- recovery_code_use: write
UPDATE recovery_code
   SET used_at = :now
 WHERE code_hash = :code_hash AND user_id = :user_id AND used_at IS NULL;

-- recovery_code_left: read
SELECT COUNT(*)
  FROM recovery_code
 WHERE user_id = :user_id AND used_at IS NULL;

-- recovery_code_remove: write
DELETE FROM recovery_code
 WHERE user_id = :user_id;

-- credential_columns: fragment
id, email_index, password_sealed, password_epoch, password_change_required, status, suspended_until, email_verified_at,
session_epoch

-- credential_find: read
SELECT {{credential_columns}}
  FROM user_account
 WHERE email_index = :email_index;

-- credential_get: read
SELECT {{credential_columns}}
  FROM user_account
 WHERE id = :id;

-- user_email_index: read
SELECT email_index
  FROM user_account
 WHERE id = :id;

-- user_logged_in: write
UPDATE user_account
   SET last_login_at = :now
 WHERE id = :id;

-- suspension_end: write
UPDATE user_account
   SET status = 'active', suspended_until = NULL, updated_at = :now
 WHERE id = :id AND status = 'suspended' AND suspended_until <= :now;

-- session_end_login: write
-- The table is the token component's, which sees this one and not the other way round.
UPDATE login
   SET revoked_at = :now, revoked_reason = 'logout'
 WHERE id = :id AND user_id = :user_id AND revoked_at IS NULL;

-- throttle_get: read
SELECT count, arrival, blocked_until, expires_at, refused
  FROM throttle
 WHERE subject = :subject;

-- throttle_put: write
INSERT INTO throttle (subject, count, arrival, blocked_until, refused, expires_at)
VALUES (:subject, :count, :arrival, :blocked_until, :refused, :expires_at)
    ON CONFLICT (subject) DO UPDATE
   SET count = excluded.count, arrival = excluded.arrival, blocked_until = excluded.blocked_until,
       refused = excluded.refused, expires_at = excluded.expires_at;

-- throttle_remove: write
DELETE FROM throttle
 WHERE subject = :subject;

-- throttle_sweep: write
DELETE FROM throttle
 WHERE subject IN (SELECT subject
                     FROM throttle
                    WHERE expires_at <= :now
                    ORDER BY expires_at
                    LIMIT 16);
