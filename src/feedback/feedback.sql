-- feedback_titled: fragment
-- The nano's title, as far as the session may see the nano.
CASE WHEN {{nano_visible}} THEN n.title END AS nano_title

-- rating_columns: fragment
r.id, r.nano_id, {{feedback_titled}}, r.user_id, u.username, r.score, r.status, r.revision,
CASE WHEN r.revision > 1 THEN 1 ELSE 0 END AS is_edited,
(SELECT COUNT(*) FROM nano_download d WHERE d.nano_id = r.nano_id AND d.user_id = r.user_id) AS verified_learner,
r.moderation_reason, r.created_at, r.submitted_at, r.moderated_at

-- rating_rows: fragment
SELECT {{rating_columns}}
  FROM rating r
  JOIN nano n ON n.id = r.nano_id
  JOIN user_account u ON u.id = r.user_id

-- comment_columns: fragment
c.id, c.nano_id, {{feedback_titled}}, c.user_id, u.username,
(SELECT s.score FROM rating s WHERE s.nano_id = c.nano_id AND s.user_id = c.user_id AND s.status = 'approved') AS score,
c.content, c.status, c.revision, CASE WHEN c.revision > 1 THEN 1 ELSE 0 END AS is_edited,
(SELECT COUNT(*) FROM nano_download d WHERE d.nano_id = c.nano_id AND d.user_id = c.user_id) AS verified_learner,
c.helpful_count, (SELECT COUNT(*) FROM comment_vote v WHERE v.comment_id = c.id AND v.user_id = :actor_id) AS voted_helpful,
c.reply, c.replied_at, c.moderation_reason, c.created_at, c.submitted_at, c.moderated_at

-- comment_rows: fragment
SELECT {{comment_columns}}
  FROM comment c
  JOIN nano n ON n.id = c.nano_id
  JOIN user_account u ON u.id = c.user_id

-- rating_get: read
{{rating_rows}}
 WHERE r.id = :id;

-- comment_get: read
{{comment_rows}}
 WHERE c.id = :id;

-- rating_facts: read
-- What decides who may do what with it.
SELECT r.id, r.nano_id, r.creator_id, r.user_id, r.status, r.revision, n.status AS nano_status
  FROM rating r
  JOIN nano n ON n.id = r.nano_id
 WHERE r.id = :id;

-- comment_facts: read
SELECT c.id, c.nano_id, c.creator_id, c.user_id, c.edited_by, c.status, c.revision, c.replied_at, n.status AS nano_status
  FROM comment c
  JOIN nano n ON n.id = c.nano_id
 WHERE c.id = :id;

-- rating_find_own: read
SELECT id
  FROM rating
 WHERE nano_id = :nano_id AND user_id = :actor_id;

-- comment_find_own: read
SELECT id
  FROM comment
 WHERE nano_id = :nano_id AND user_id = :actor_id;

-- rating_add: write
INSERT INTO rating (id, nano_id, creator_id, user_id, score, status, revision, created_at, submitted_at)
VALUES (:id, :nano_id, :creator_id, :user_id, :score, 'pending', 1, :now, :now);

-- comment_add: write
INSERT INTO comment (id, nano_id, creator_id, user_id, content, status, revision, helpful_count, created_at, submitted_at)
VALUES (:id, :nano_id, :creator_id, :user_id, :content, 'pending', 1, 0, :now, :now);

-- rating_change: write
-- The same score is no change.
UPDATE rating
   SET score = :score, status = 'pending', revision = revision + 1, moderation_reason = NULL, submitted_at = :now,
       moderated_at = NULL
 WHERE id = :id AND score <> :score;

-- comment_change: write
-- The same text is no change.
UPDATE comment
   SET content = :content, status = 'pending', revision = revision + 1, edited_by = :edited_by, moderation_reason = NULL,
       submitted_at = :now, moderated_at = NULL
 WHERE id = :id AND content <> :content;

-- rating_set_status: write
UPDATE rating
   SET status = :status, moderation_reason = :moderation_reason, moderated_at = :now
 WHERE id = :id;

-- comment_set_status: write
UPDATE comment
   SET status = :status, moderation_reason = :moderation_reason, moderated_at = :now
 WHERE id = :id;

-- rating_remove: write
DELETE FROM rating
 WHERE id = :id;

-- comment_remove: write
DELETE FROM comment
 WHERE id = :id;

-- rating_list: read
{{rating_rows}}
 WHERE r.nano_id = :nano_id AND r.status = 'approved' AND r.id < :before_id
 ORDER BY r.id DESC
 LIMIT :limit;

-- comment_list: read
{{comment_rows}}
 WHERE c.nano_id = :nano_id AND c.status = 'approved' AND c.id < :before_id
 ORDER BY c.id DESC
 LIMIT :limit;

-- comment_list_helpful: read
{{comment_rows}}
 WHERE c.nano_id = :nano_id AND c.status = 'approved' AND (c.helpful_count, c.id) < (:number, :id)
 ORDER BY c.helpful_count DESC, c.id DESC
 LIMIT :limit;

-- rating_list_own: read
{{rating_rows}}
 WHERE r.user_id = :actor_id AND r.id < :before_id
 ORDER BY r.id DESC
 LIMIT :limit;

-- comment_list_own: read
{{comment_rows}}
 WHERE c.user_id = :actor_id AND c.id < :before_id
 ORDER BY c.id DESC
 LIMIT :limit;

-- rating_list_received: read
{{rating_rows}}
 WHERE r.creator_id = :creator_id AND r.id < :before_id
   [[nano: AND r.nano_id = :nano_id]]
   [[status: AND r.status = :status]]
 ORDER BY r.id DESC
 LIMIT :limit;

-- comment_list_received: read
{{comment_rows}}
 WHERE c.creator_id = :creator_id AND c.id < :before_id
   [[nano: AND c.nano_id = :nano_id]]
   [[status: AND c.status = :status]]
 ORDER BY c.id DESC
 LIMIT :limit;

-- rating_queue: read
-- Nobody decides on what is their own.
{{rating_rows}}
 WHERE r.status = 'pending' AND (r.submitted_at, r.id) > (:number, :id)
   AND r.user_id <> :actor_id AND r.creator_id <> :actor_id
   AND EXISTS (SELECT 1 FROM nano p WHERE p.id = r.nano_id AND p.status = 'published')
 ORDER BY r.submitted_at, r.id
 LIMIT :limit;

-- comment_queue: read
-- Nobody decides on what is their own, or on what they wrote into another's comment.
{{comment_rows}}
 WHERE c.status = 'pending' AND (c.submitted_at, c.id) > (:number, :id)
   AND c.user_id <> :actor_id AND c.creator_id <> :actor_id AND (c.edited_by IS NULL OR c.edited_by <> :actor_id)
   AND EXISTS (SELECT 1 FROM nano p WHERE p.id = c.nano_id AND p.status = 'published')
 ORDER BY c.submitted_at, c.id
 LIMIT :limit;

-- feedback_scores: read
-- What counts of a nano's ratings.
SELECT score, COUNT(*)
  FROM rating
 WHERE nano_id = :nano_id AND status = 'approved'
 GROUP BY score;

-- feedback_comments: read
SELECT COUNT(*)
  FROM comment
 WHERE nano_id = :nano_id AND status = 'approved';

-- comment_set_reply: write
UPDATE comment
   SET reply = :reply, replied_at = :now
 WHERE id = :id;

-- comment_clear_reply: write
-- That there was one stays known: there will be no other.
UPDATE comment
   SET reply = NULL
 WHERE id = :id AND reply IS NOT NULL;

-- comment_clear_replies: write
UPDATE comment
   SET reply = NULL
 WHERE creator_id = :user_id AND reply IS NOT NULL;

-- comment_vote_add: write
INSERT INTO comment_vote (comment_id, user_id)
VALUES (:comment_id, :user_id)
    ON CONFLICT (comment_id, user_id) DO NOTHING;

-- comment_vote_remove: write
DELETE FROM comment_vote
 WHERE comment_id = :comment_id AND user_id = :user_id;

-- comment_count_votes: write
UPDATE comment
   SET helpful_count = (SELECT COUNT(*) FROM comment_vote v WHERE v.comment_id = :id)
 WHERE id = :id;

-- comment_report_rows: fragment
SELECT p.id, p.comment_id, c.content, p.user_id, u.username, p.reason, p.note, p.status, p.created_at, p.reviewed_at
  FROM comment_report p
  JOIN comment c ON c.id = p.comment_id
  JOIN user_account u ON u.id = p.user_id

-- comment_report_get: read
{{comment_report_rows}}
 WHERE p.id = :id;

-- comment_report_find_own: read
SELECT id
  FROM comment_report
 WHERE comment_id = :comment_id AND user_id = :actor_id;

-- comment_report_add: write
INSERT INTO comment_report (id, comment_id, user_id, reason, note, status, created_at)
VALUES (:id, :comment_id, :user_id, :reason, :note, 'pending', :now);

-- comment_report_queue: read
{{comment_report_rows}}
 WHERE p.status = 'pending' AND p.id > :id
   AND EXISTS (SELECT 1
                 FROM comment o
                WHERE o.id = p.comment_id AND o.user_id <> :actor_id AND o.creator_id <> :actor_id
                  AND (o.edited_by IS NULL OR o.edited_by <> :actor_id))
 ORDER BY p.id
 LIMIT :limit;

-- comment_report_settle: write
UPDATE comment_report
   SET status = :status, reviewed_at = :now
 WHERE comment_id = :comment_id AND status = 'pending';

-- trend_ratings: read
-- Days since 1970, so that the months are made where the calendar is known.
SELECT submitted_at / 86400000 AS day, score, COUNT(*)
  FROM rating
 WHERE creator_id = :creator_id AND status = 'approved' AND submitted_at >= :since
   [[nano: AND nano_id = :nano_id]]
 GROUP BY submitted_at / 86400000, score;

-- trend_comments: read
SELECT submitted_at / 86400000 AS day, 0, COUNT(*)
  FROM comment
 WHERE creator_id = :creator_id AND status = 'approved' AND submitted_at >= :since
   [[nano: AND nano_id = :nano_id]]
 GROUP BY submitted_at / 86400000;

-- rating_first_of_user: read
SELECT id
  FROM rating
 WHERE user_id = :user_id
 ORDER BY id
 LIMIT 1;

-- comment_first_of_user: read
SELECT id
  FROM comment
 WHERE user_id = :user_id
 ORDER BY id
 LIMIT 1;

-- comment_vote_first_of_user: read
SELECT comment_id
  FROM comment_vote
 WHERE user_id = :user_id
 ORDER BY comment_id
 LIMIT 1;

-- comment_report_remove_of_user: write
DELETE FROM comment_report
 WHERE user_id = :user_id;

-- feedback_figures: read
-- What each nano says of its feedback, and what a recount says.
SELECT n.id, n.rating_count, COALESCE(n.rating_average_hundredths, 0), COALESCE(n.rating_median_hundredths, 0),
       n.rating_count_1, n.rating_count_2, n.rating_count_3, n.rating_count_4, n.rating_count_5, n.comment_count,
       (SELECT COUNT(*) FROM rating r WHERE r.nano_id = n.id AND r.status = 'approved' AND r.score = 1),
       (SELECT COUNT(*) FROM rating r WHERE r.nano_id = n.id AND r.status = 'approved' AND r.score = 2),
       (SELECT COUNT(*) FROM rating r WHERE r.nano_id = n.id AND r.status = 'approved' AND r.score = 3),
       (SELECT COUNT(*) FROM rating r WHERE r.nano_id = n.id AND r.status = 'approved' AND r.score = 4),
       (SELECT COUNT(*) FROM rating r WHERE r.nano_id = n.id AND r.status = 'approved' AND r.score = 5),
       (SELECT COUNT(*) FROM comment c WHERE c.nano_id = n.id AND c.status = 'approved')
  FROM nano n
 WHERE n.id > :after
 ORDER BY n.id;

-- comment_votes_disagree: read
SELECT c.id
  FROM comment c
 WHERE c.id > :after AND c.helpful_count <> (SELECT COUNT(*) FROM comment_vote v WHERE v.comment_id = c.id)
 ORDER BY c.id
 LIMIT 1;
