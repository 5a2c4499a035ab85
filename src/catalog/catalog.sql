-- nano_columns: fragment
n.id, n.title, n.description, n.duration_minutes, n.competency_level, n.language, n.format, n.license, n.status,
n.version, n.creator_id, u.username AS creator, n.download_count, n.rating_count, n.rating_average_hundredths,
n.rating_median_hundredths, n.rating_count_1, n.rating_count_2, n.rating_count_3, n.rating_count_4, n.rating_count_5,
n.comment_count, n.created_at, n.updated_at, n.submitted_at,
n.published_at, n.archived_at, n.review_reason

-- nano_visible: fragment
-- Everyone's once published; before and after that its creator's and the staff's; a deleted one only the staff's.
(n.status = 'published' OR :actor_staff = 1 OR (n.creator_id = :actor_id AND n.status <> 'deleted'))

-- nano_filters: fragment
[[level: AND n.competency_level = :competency_level]]
[[format: AND n.format = :format]]
[[license: AND n.license = :license]]
[[language: AND n.language = :language]]
[[creator: AND n.creator_id = :creator_id]]
[[category: AND n.id IN (SELECT a.nano_id
                            FROM category_closure c
                            JOIN nano_category a ON a.category_id = c.descendant_id
                           WHERE c.ancestor_id = :category_id)]]
[[category_large: AND EXISTS (SELECT 1
                                FROM nano_category a
                                JOIN category_closure c ON c.descendant_id = a.category_id
                               WHERE a.nano_id = n.id AND c.ancestor_id = :category_id)]]

-- nano_get: read
SELECT {{nano_columns}}
  FROM nano n
  JOIN user_account u ON u.id = n.creator_id
 WHERE n.id = :id AND {{nano_visible}};

-- nano_topics: read
SELECT c.id, c.name
  FROM nano_category a
  JOIN category c ON c.id = a.category_id
 WHERE a.nano_id = :nano_id
 ORDER BY a.position
 LIMIT 5;

-- nano_list_newest: read
SELECT {{nano_columns}}
  FROM nano n
  JOIN user_account u ON u.id = n.creator_id
 WHERE n.id < :before_id AND {{nano_visible}}
   [[status: AND n.status = :status]]
   [[any_status: AND n.status <> 'deleted']]
   {{nano_filters}}
 ORDER BY n.id DESC
 LIMIT :limit;

-- nano_list_by_title: read
SELECT {{nano_columns}}
  FROM nano n
  JOIN user_account u ON u.id = n.creator_id
 WHERE (n.title_key, n.id) > (:after_key, :after_id) AND {{nano_visible}}
   [[status: AND n.status = :status]]
   [[any_status: AND n.status <> 'deleted']]
   {{nano_filters}}
 ORDER BY n.title_key, n.id
 LIMIT :limit;

-- nano_queue: read
SELECT {{nano_columns}}
  FROM nano n
  JOIN user_account u ON u.id = n.creator_id
 WHERE n.status = 'pending_review' AND (n.submitted_at, n.id) > (:after_time, :after_id)
 ORDER BY n.submitted_at, n.id
 LIMIT :limit;

-- nano_creator_get: read
-- Who may be given nanos.
SELECT id
  FROM user_account
 WHERE id = :id AND status <> 'deleted' AND role IN ('creator', 'moderator', 'admin');

-- nano_user_exists: read
SELECT id
  FROM user_account
 WHERE id = :id;

-- nano_of_creator_once_published: read
SELECT id
  FROM nano
 WHERE creator_id = :creator_id AND published_at IS NOT NULL
 LIMIT 1;

-- nano_add: write
INSERT INTO nano (id, creator_id, title, title_key, description, duration_minutes, competency_level, language, format,
                  license, status, download_count, rating_count, rating_count_1, rating_count_2, rating_count_3,
                  rating_count_4, rating_count_5, comment_count, created_at, updated_at)
VALUES (:id, :creator_id, :title, :title_key, :description, :duration_minutes, :competency_level, :language, :format,
        :license, :status, 0, 0, 0, 0, 0, 0, 0, 0, :created_at, :updated_at);

-- nano_describe: write
-- Only while it is a draft.
UPDATE nano
   SET title = :title, title_key = :title_key, description = :description, duration_minutes = :duration_minutes,
       competency_level = :competency_level, language = :language, format = :format, license = :license,
       updated_at = :updated_at
 WHERE id = :id AND status = 'draft';

-- nano_set_status: write
-- Compare-and-set: no row means that somebody else moved it first.
UPDATE nano
   SET status = :status, updated_at = :updated_at, submitted_at = :submitted_at, published_at = :published_at,
       archived_at = :archived_at, review_reason = :review_reason
 WHERE id = :id AND status = :expected;

-- nano_set_version: write
UPDATE nano
   SET version = :version
 WHERE id = :id;

-- nano_count_download: write
UPDATE nano
   SET download_count = download_count + 1
 WHERE id = :id;

-- nano_set_feedback: write
UPDATE nano
   SET rating_count = :rating_count, rating_average_hundredths = :rating_average_hundredths,
       rating_median_hundredths = :rating_median_hundredths, rating_count_1 = :rating_count_1,
       rating_count_2 = :rating_count_2, rating_count_3 = :rating_count_3, rating_count_4 = :rating_count_4,
       rating_count_5 = :rating_count_5, comment_count = :comment_count
 WHERE id = :id;

-- nano_topics_clear: write
DELETE FROM nano_category
 WHERE nano_id = :nano_id;

-- nano_topic_add: write
INSERT INTO nano_category (nano_id, category_id, position)
VALUES (:nano_id, :category_id, :position);

-- category_columns: fragment
c.id, c.name, c.description, c.parent_id, c.active, c.created_at, c.updated_at

-- category_get: read
SELECT {{category_columns}}
  FROM category c
 WHERE c.id = :id;

-- category_find: read
SELECT {{category_columns}}
  FROM category c
 WHERE c.name_key = :name_key;

-- category_list: read
SELECT {{category_columns}}
  FROM category c
 WHERE (c.name_key, c.id) > (:after_key, :after_id)
   [[parent: AND c.parent_id = :parent_id]]
 ORDER BY c.name_key, c.id
 LIMIT :limit;

-- category_add: write
INSERT INTO category (id, name, name_key, description, parent_id, active, created_at, updated_at)
VALUES (:id, :name, :name_key, :description, :parent_id, :active, :created_at, :updated_at);

-- category_change: write
UPDATE category
   SET name = :name, name_key = :name_key, description = :description, parent_id = :parent_id, active = :active,
       updated_at = :updated_at
 WHERE id = :id;

-- category_level: read
-- 1 at the top; 0 for none.
SELECT COUNT(*)
  FROM category_closure
 WHERE descendant_id = :id;

-- category_size: read
-- How many topics of nanos the subtree has, as far as it matters: a list within a small one begins with its nanos, a list
-- within a large one looks at each nano as it comes.
SELECT COUNT(*)
  FROM (SELECT a.nano_id
          FROM category_closure c
          JOIN nano_category a ON a.category_id = c.descendant_id
         WHERE c.ancestor_id = :id
         LIMIT 1000) AS topics;

-- category_height: read
-- Levels of the subtree, the category's own included.
SELECT MAX(distance) + 1
  FROM category_closure
 WHERE ancestor_id = :id;

-- category_contains: read
SELECT COUNT(*)
  FROM category_closure
 WHERE ancestor_id = :id AND descendant_id = :other_id;

-- category_closure_self: write
INSERT INTO category_closure (ancestor_id, descendant_id, distance)
VALUES (:id, :id, 0);

-- category_closure_unlink: write
-- The subtree loses those above it.
DELETE FROM category_closure
 WHERE descendant_id IN (SELECT d.descendant_id FROM category_closure d WHERE d.ancestor_id = :id)
   AND ancestor_id IN (SELECT a.ancestor_id FROM category_closure a WHERE a.descendant_id = :id AND a.distance > 0);

-- category_closure_link: write
-- All of the subtree comes under the parent and all above it.
INSERT INTO category_closure (ancestor_id, descendant_id, distance)
SELECT up.ancestor_id, down.descendant_id, up.distance + down.distance + 1
  FROM category_closure up
  JOIN category_closure down ON down.ancestor_id = :id
 WHERE up.descendant_id = :parent_id;
