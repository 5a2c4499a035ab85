-- version_columns: fragment
v.id, v.nano_id, v.number, v.changelog, v.status, v.hash, v.size, v.entry_count, v.rollback_of, v.review_reason, v.created_at, v.submitted_at, v.published_at

-- version_visible: fragment
(:actor_staff = 1 OR n.creator_id = :actor_id OR (n.status = 'published' AND v.published_at IS NOT NULL))

-- version_by_number: read
SELECT {{version_columns}}
  FROM nano_version v
  JOIN nano n ON n.id = v.nano_id
 WHERE v.nano_id = :nano_id AND v.number_key = :number_key AND {{version_visible}};

-- version_by_id: read
SELECT {{version_columns}}
  FROM nano_version v
 WHERE v.id = :id;

-- version_latest: read
SELECT {{version_columns}}
  FROM nano_version v
 WHERE v.nano_id = :nano_id[[status: AND v.status = :status]]
 ORDER BY v.number_key DESC, v.id DESC
 LIMIT 1;

-- version_list: read
SELECT {{version_columns}}
  FROM nano_version v
  JOIN nano n ON n.id = v.nano_id
 WHERE v.nano_id = :nano_id[[after: AND (v.number_key, v.id) < (:number, :id)]] AND {{version_visible}}
 ORDER BY v.number_key DESC, v.id DESC
 LIMIT :limit;

-- version_review_queue: read
SELECT {{version_columns}}
  FROM nano_version v
 WHERE v.status = 'pending_review'[[after: AND (v.submitted_at, v.id) > (:number, :id)]]
   AND EXISTS (SELECT 1
                 FROM nano n
                WHERE n.id = v.nano_id AND n.status = 'published')
 ORDER BY v.submitted_at, v.id
 LIMIT :limit;

-- version_add: write
INSERT INTO nano_version (id, nano_id, number, number_key, changelog, hash, size, entry_count, status, rollback_of, created_by, created_at)
VALUES (:id, :nano_id, :number, :number_key, :changelog, :hash, :size, :entry_count, 'draft', :rollback_of, :created_by, :created_at);

-- version_set_status: write
-- Compare-and-set: no row means that somebody else moved it first.
UPDATE nano_version
   SET status = :status, review_reason = :review_reason[[submitted: , submitted_at = :now]][[published: , published_at = coalesce(published_at, :now)]]
 WHERE id = :id AND status = :expected;

-- version_pass_over: write
-- Another is published: the one before, and those that wait or were begun before it, are history.
UPDATE nano_version
   SET status = 'archived'
 WHERE nano_id = :nano_id AND id <> :id
   AND (status = 'published' OR (status IN ('draft', 'pending_review') AND number_key < :number_key));

-- version_retract_all: write
UPDATE nano_version
   SET status = 'draft'
 WHERE nano_id = :nano_id AND status IN ('pending_review', 'published');

-- version_archive_all: write
UPDATE nano_version
   SET status = 'archived'
 WHERE nano_id = :nano_id AND status IN ('pending_review', 'published');

-- version_without_blob: read
SELECT v.id
  FROM nano_version v
  LEFT JOIN blob b ON b.hash = v.hash
 WHERE v.id > :after AND (b.hash IS NULL OR b.size <> v.size)
 ORDER BY v.id;

-- version_disagrees: read
-- Published nanos that say another version than the published one.
SELECT n.id
  FROM nano n
  LEFT JOIN nano_version v ON v.nano_id = n.id AND v.status = 'published'
 WHERE n.status = 'published' AND coalesce(n.version, '') <> coalesce(v.number, '')
 ORDER BY n.id;

-- download_note: write
-- The first time stays.
INSERT INTO nano_download (nano_id, user_id, created_at)
VALUES (:nano_id, :user_id, :created_at)
    ON CONFLICT (nano_id, user_id) DO NOTHING;

-- download_forget_user: write
DELETE FROM nano_download
 WHERE user_id = :user_id;
