-- profile_get: read
-- Everyone who has an account has a profile; its row comes with the first thing that is told.
SELECT user_account.id AS user_id, username, first_name, last_name, bio, company, job_title, preferred_language,
       profile.updated_at AS updated_at
  FROM user_account
  LEFT JOIN profile ON profile.user_id = user_account.id
 WHERE user_account.id = :user_id AND user_account.status <> 'deleted';

-- profile_get_phone: read
SELECT phone_sealed
  FROM profile
 WHERE user_id = :user_id AND phone_sealed IS NOT NULL;

-- profile_put: write
INSERT INTO profile (user_id, first_name, last_name, bio, company, job_title, updated_at)
VALUES (:user_id, :first_name, :last_name, :bio, :company, :job_title, :updated_at)
    ON CONFLICT (user_id) DO UPDATE
   SET first_name = excluded.first_name, last_name = excluded.last_name, bio = excluded.bio, company = excluded.company,
       job_title = excluded.job_title, updated_at = excluded.updated_at;

-- profile_set_phone: write
UPDATE profile
   SET phone_sealed = :phone_sealed
 WHERE user_id = :user_id;

-- profile_set_language: write
-- The language is part of the account, because mails need it.
UPDATE user_account
   SET preferred_language = :preferred_language, updated_at = :updated_at
 WHERE id = :user_id;
