-- chat_columns: fragment
c.id, c.nano_id, n.title AS nano_title, c.creator_id, c.participant_id, m.partner_id, u.username AS partner, c.mode,
       CASE WHEN c.disabled_at IS NOT NULL THEN 'disabled' WHEN m.active_at <= :archived_until THEN 'archived' ELSE 'active' END AS status,
       c.last_sequence, c.last_message_at,
       (SELECT COUNT(*)
          FROM chat_message x
         WHERE x.chat_id = c.id AND x.sequence > m.read_sequence AND x.author_id <> m.user_id) AS unread_count,
       m.read_sequence, p.read_sequence AS partner_read_sequence, m.muted,
       CASE WHEN EXISTS (SELECT 1 FROM member_block b WHERE b.blocker_id = m.user_id AND b.blocked_id = m.partner_id)
            THEN 1 ELSE 0 END AS blocked,
       CASE WHEN c.disabled_at IS NULL AND u.status <> 'deleted'
             AND NOT EXISTS (SELECT 1 FROM member_block b WHERE b.blocker_id = m.user_id AND b.blocked_id = m.partner_id)
             AND NOT EXISTS (SELECT 1 FROM member_block b WHERE b.blocker_id = m.partner_id AND b.blocked_id = m.user_id)
            THEN 1 ELSE 0 END AS can_send,
       c.disabled_at, c.disabled_reason, c.created_at

-- chat_tables: fragment
  FROM chat_member m
  JOIN chat c ON c.id = m.chat_id
  JOIN chat_member p ON p.chat_id = m.chat_id AND p.user_id = m.partner_id
  JOIN user_account u ON u.id = m.partner_id
  JOIN nano n ON n.id = c.nano_id

-- chat_parties: read
-- Whose it is, and whether something may be sent at all.
SELECT creator_id, participant_id, mode, last_sequence, disabled_reason
  FROM chat
 WHERE id = :id;

-- chat_of_parties: read
SELECT id
  FROM chat
 WHERE nano_id = :nano_id AND creator_id = :creator_id AND participant_id = :participant_id;

-- chat_add: write
INSERT INTO chat (id, nano_id, creator_id, participant_id, mode, last_sequence, created_at)
VALUES (:id, :nano_id, :creator_id, :participant_id, :mode, 0, :now);

-- chat_member_add: write
INSERT INTO chat_member (chat_id, user_id, partner_id, active_at, read_sequence, muted, refused)
VALUES (:chat_id, :user_id, :partner_id, :now, 0, 0, 0);

-- chat_get: read
SELECT {{chat_columns}}
  {{chat_tables}}
 WHERE m.chat_id = :id AND m.user_id = :actor_id;

-- chat_list: read
SELECT {{chat_columns}}
  {{chat_tables}}
 WHERE m.user_id = :actor_id
   [[after: AND (m.active_at, m.chat_id) < (:number, :id)]]
   [[nano: AND c.nano_id = :nano_id]]
   [[active: AND m.active_at > :archived_until]]
   [[archived: AND m.active_at <= :archived_until]]
 ORDER BY m.active_at DESC, m.chat_id DESC
 LIMIT :limit;

-- chat_active_at: read
SELECT active_at
  FROM chat_member
 WHERE chat_id = :id AND user_id = :actor_id;

-- chat_next_sequence: write
UPDATE chat
   SET last_sequence = last_sequence + 1, last_message_at = :now
 WHERE id = :id
RETURNING last_sequence;

-- chat_set_active: write
UPDATE chat_member
   SET active_at = :now
 WHERE chat_id = :chat_id;

-- chat_set_read: write
-- Never back: no row means that as much was read already.
UPDATE chat_member
   SET read_sequence = :sequence
 WHERE chat_id = :chat_id AND user_id = :actor_id AND read_sequence < :sequence;

-- chat_set_muted: write
UPDATE chat_member
   SET muted = :muted
 WHERE chat_id = :chat_id AND user_id = :actor_id AND muted <> :muted;

-- chat_set_mode: write
UPDATE chat
   SET mode = :mode
 WHERE id = :id;

-- chat_partner_keys: read
-- The table is the prekey component's.
SELECT COUNT(*)
  FROM prekey_identity
 WHERE user_id = :user_id;

-- member_is_blocked: read
-- One by the other, whichever.
SELECT CASE WHEN EXISTS (SELECT 1 FROM member_block b WHERE b.blocker_id = :one AND b.blocked_id = :other)
              OR EXISTS (SELECT 1 FROM member_block b WHERE b.blocker_id = :other AND b.blocked_id = :one)
            THEN 1 ELSE 0 END;

-- member_block_add: write
INSERT INTO member_block (blocker_id, blocked_id, created_at)
VALUES (:actor_id, :blocked_id, :now)
    ON CONFLICT (blocker_id, blocked_id) DO NOTHING;

-- member_block_remove: write
DELETE FROM member_block
 WHERE blocker_id = :actor_id AND blocked_id = :blocked_id;

-- member_is_deleted: read
SELECT CASE WHEN status = 'deleted' THEN 1 ELSE 0 END
  FROM user_account
 WHERE id = :id;

-- message_columns: fragment
x.content, x.attachment_hash, x.attachment_sealed, x.chat_id, x.sequence, x.author_id, u.username, x.attachment_size, x.erased_at,
       x.created_at, x.franking_tag

-- message_add: write
INSERT INTO chat_message (chat_id, sequence, author_id, content, franking_tag, attachment_hash, attachment_size, attachment_sealed,
                          created_at)
VALUES (:chat_id, :sequence, :author_id, :content, :franking_tag, :attachment_hash, :attachment_size, :attachment_sealed, :now);

-- message_list: read
SELECT {{message_columns}}
  FROM chat_message x
  JOIN user_account u ON u.id = x.author_id
 WHERE x.chat_id = :chat_id AND x.sequence > :since
 ORDER BY x.sequence
 LIMIT :limit;

-- chat_rate: read
SELECT sent_times, refused
  FROM chat_member
 WHERE chat_id = :chat_id AND user_id = :actor_id;

-- chat_rate_set: write
UPDATE chat_member
   SET sent_times = :sent_times, refused = :refused
 WHERE chat_id = :chat_id AND user_id = :actor_id;

-- chat_rate_in_all: read
SELECT sent_times, refused
  FROM chat_inbox
 WHERE user_id = :actor_id;

-- chat_rate_in_all_set: write
INSERT INTO chat_inbox (user_id, change_number, sent_times, refused)
VALUES (:actor_id, 0, :sent_times, :refused)
    ON CONFLICT (user_id) DO UPDATE
   SET sent_times = excluded.sent_times, refused = excluded.refused;

-- chat_change_next: write
UPDATE chat_change
   SET last = last + 1
 WHERE id = 1
RETURNING last;

-- chat_inbox_change: write
INSERT INTO chat_inbox (user_id, change_number, refused)
VALUES (:user_id, :change_number, 0)
    ON CONFLICT (user_id) DO UPDATE
   SET change_number = excluded.change_number;

-- messages_erase: write
-- What an erased member wrote. That there was a message stays, so that numbers have no gap.
UPDATE chat_message
   SET content = NULL, franking_tag = NULL, attachment_hash = NULL, attachment_size = NULL, attachment_sealed = NULL, erased_at = :now
 WHERE author_id = :user_id;

-- chat_inbox_get: read
SELECT change_number
  FROM chat_inbox
 WHERE user_id = :actor_id;

-- chat_inbox_changes: read
SELECT user_id, change_number
  FROM chat_inbox
 WHERE change_number > :since
 ORDER BY change_number
 LIMIT :limit;

-- message_author: read
SELECT author_id
  FROM chat_message
 WHERE chat_id = :chat_id AND sequence = :sequence AND erased_at IS NULL;

-- message_attachment: read
SELECT author_id, attachment_hash, attachment_sealed
  FROM chat_message
 WHERE chat_id = :chat_id AND sequence = :sequence AND attachment_hash IS NOT NULL AND attachment_sealed IS NOT NULL;

-- chat_set_disabled: write
UPDATE chat
   SET disabled_at = :disabled_at, disabled_reason = :disabled_reason
 WHERE id = :id;

-- report_add: write
INSERT INTO chat_report (id, chat_id, sequence, reporter_id, reason, comment_sealed, text_sealed, status, created_at)
VALUES (:id, :chat_id, :sequence, :actor_id, :reason, :comment_sealed, :text_sealed, 'open', :now);

-- report_list: read
SELECT r.id, r.chat_id, r.sequence, x.author_id, u.username AS author, r.reporter_id, r.reason, r.status, r.created_at, r.closed_at,
       r.closed_by
  FROM chat_report r
  JOIN chat_message x ON x.chat_id = r.chat_id AND x.sequence = r.sequence
  JOIN user_account u ON u.id = x.author_id
 WHERE r.status = :status AND r.id < :before_id
 ORDER BY r.id DESC
 LIMIT :limit;

-- report_comment: read
SELECT comment_sealed
  FROM chat_report
 WHERE id = :id AND comment_sealed IS NOT NULL;

-- report_text: read
SELECT text_sealed
  FROM chat_report
 WHERE id = :id AND text_sealed IS NOT NULL;

-- reports_erase_texts: write
-- Of messages that an erased member wrote.
UPDATE chat_report
   SET text_sealed = NULL
 WHERE (chat_id, sequence) IN (SELECT x.chat_id, x.sequence FROM chat_message x WHERE x.author_id = :user_id);

-- message_evidence: read
SELECT author_id, content, franking_tag, created_at
  FROM chat_message
 WHERE chat_id = :chat_id AND sequence = :sequence;

-- report_get: read
SELECT r.chat_id, r.sequence, CASE WHEN r.status = 'open' THEN 1 ELSE 0 END, c.creator_id, c.participant_id
  FROM chat_report r
  JOIN chat c ON c.id = r.chat_id
 WHERE r.id = :id;

-- report_close: write
UPDATE chat_report
   SET status = 'closed', closed_at = :now, closed_by = :closed_by
 WHERE id = :id;

-- messages_erase_attachments: write
-- Each has its own ciphertext, so nobody else's is among them. Files without a row are swept.
DELETE FROM blob
 WHERE hash IN (SELECT attachment_hash
                  FROM chat_message
                 WHERE author_id = :user_id AND attachment_hash IS NOT NULL);

-- reports_erase: write
UPDATE chat_report
   SET comment_sealed = NULL
 WHERE reporter_id = :user_id;

-- member_blocks_erase: write
DELETE FROM member_block
 WHERE blocker_id = :user_id OR blocked_id = :user_id;

-- chat_inbox_erase: write
DELETE FROM chat_inbox
 WHERE user_id = :user_id;

-- chat_disagrees: read
SELECT c.id
  FROM chat c
 WHERE c.id > :after
   AND (c.last_sequence <> (SELECT COUNT(*) FROM chat_message x WHERE x.chat_id = c.id)
        OR c.last_sequence <> (SELECT coalesce(MAX(x.sequence), 0) FROM chat_message x WHERE x.chat_id = c.id))
 ORDER BY c.id;

-- message_sealed_all: read
SELECT x.chat_id, x.sequence, x.author_id, x.content, x.attachment_sealed, x.franking_tag
  FROM chat_message x
 WHERE x.chat_id > :after AND (x.content IS NOT NULL OR x.attachment_sealed IS NOT NULL)
 ORDER BY x.chat_id, x.sequence;
