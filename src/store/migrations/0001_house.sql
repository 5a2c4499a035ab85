-- The first schema. Times are milliseconds since 1970 UTC, ids 63-bit numbers (docs/decisions/0001-ids.md), words as in JSON.

-- ---- store ----

CREATE TABLE store_property (
	name   TEXT PRIMARY KEY,
	value  {{blob}} NOT NULL
) {{strict}};

CREATE TABLE store_node (
	id    {{integer}} PRIMARY KEY CHECK (id = 1),
	next  {{integer}} NOT NULL
) {{strict}};
INSERT INTO store_node (id, next) VALUES (1, 0);

-- Content-addressed bytes; file_stored: they lie beside the store and not in blob_chunk.
CREATE TABLE blob (
	hash         TEXT PRIMARY KEY,
	size         {{integer}} NOT NULL CHECK (size >= 0),
	file_stored  {{integer}} NOT NULL CHECK (file_stored IN (0, 1)),
	created_at   {{integer}} NOT NULL
) {{strict}};

CREATE TABLE blob_chunk (
	hash      TEXT NOT NULL REFERENCES blob (hash) ON DELETE CASCADE,
	position  {{integer}} NOT NULL,
	data      {{blob}} NOT NULL,
	PRIMARY KEY (hash, position)
) {{strict}};

-- ---- op ----

-- The audit log: one for each year (shard). State of the tree: hashes are its full subtrees, the largest first; checkpoint_hash
-- chains all checkpoints; seal is a keyed hash over what a change of the file must not change unnoticed. A year that is over has no secret key any more.
CREATE TABLE audit_log (
	shard            {{integer}} PRIMARY KEY,
	origin           TEXT NOT NULL,
	public_key       {{blob}} NOT NULL,
	secret_sealed    {{blob}},
	secret_epoch     {{integer}},
	size             {{integer}} NOT NULL CHECK (size >= 0),
	hashes           {{blob}} NOT NULL,
	checkpoint_size  {{integer}} NOT NULL,
	checkpoint_at    {{integer}} NOT NULL,
	checkpoint_hash  {{blob}} NOT NULL,
	seal             {{blob}} NOT NULL
) {{strict}};
CREATE INDEX audit_log_epoch ON audit_log (secret_epoch, shard) WHERE secret_epoch IS NOT NULL;

-- The entries. id: the shard times 2^40, and the number in it, without a gap. actor, and object if that is a person: pseudonyms.
-- sealed: what is personal. leaf: the hash of the entry's text. When its time is over all but id and leaf is NULL.
CREATE TABLE audit_event (
	id           {{integer}} PRIMARY KEY,
	created_at   {{integer}},
	operation    TEXT,
	action       TEXT,
	actor_kind   TEXT CHECK (actor_kind IN ('guest', 'member', 'system')),
	actor        TEXT,
	object_type  TEXT,
	object       TEXT,
	result       TEXT,
	details      TEXT,
	key_id       TEXT,
	sealed       {{blob}},
	commitment   {{blob}},
	leaf         {{blob}} NOT NULL
) {{strict}};
CREATE INDEX audit_event_created ON audit_event (created_at, id) WHERE created_at IS NOT NULL;
CREATE INDEX audit_event_action ON audit_event (action, created_at, id) WHERE action IS NOT NULL;
CREATE INDEX audit_event_actor ON audit_event (actor, created_at, id) WHERE actor IS NOT NULL;
CREATE INDEX audit_event_object ON audit_event (object, created_at, id) WHERE object IS NOT NULL;

-- 256 hashes of a level of the tree (level 0: of entries), and the root over them.
CREATE TABLE audit_tile (
	shard     {{integer}} NOT NULL REFERENCES audit_log (shard),
	level     {{integer}} NOT NULL,
	position  {{integer}} NOT NULL,
	root      {{blob}} NOT NULL,
	hashes    {{blob}} NOT NULL,
	PRIMARY KEY (shard, level, position)
) {{strict}};

CREATE TABLE audit_checkpoint (
	shard       {{integer}} NOT NULL REFERENCES audit_log (shard),
	size        {{integer}} NOT NULL,
	created_at  {{integer}} NOT NULL,
	note        TEXT NOT NULL,
	PRIMARY KEY (shard, size)
) {{strict}};

CREATE TABLE idempotency (
	actor_id    {{integer}} NOT NULL,
	operation   TEXT NOT NULL,
	key         TEXT NOT NULL,
	request     {{blob}} NOT NULL,
	object_id   {{integer}} NOT NULL,
	created_at  {{integer}} NOT NULL,
	PRIMARY KEY (actor_id, operation, key)
) {{strict}};
CREATE INDEX idempotency_created ON idempotency (created_at);

-- ---- identity ----

-- What is sealed is readable with the account's data key (user_key) or a key of the ring only: docs/keys.md. A deleted account
-- has neither address nor key; its name is a placeholder.
CREATE TABLE user_account (
	id                        {{integer}} PRIMARY KEY,
	email_sealed              {{blob}},
	email_index               {{blob}} UNIQUE,
	username                  TEXT NOT NULL,
	username_key              TEXT NOT NULL UNIQUE,
	username_skeleton         TEXT NOT NULL UNIQUE,
	password_sealed           {{blob}},
	password_epoch            {{integer}},
	password_short            {{integer}} NOT NULL CHECK (password_short IN (0, 1)),
	password_change_required  {{integer}} NOT NULL CHECK (password_change_required IN (0, 1)),
	role                      TEXT NOT NULL CHECK (role IN ('consumer', 'creator', 'moderator', 'admin')),
	status                    TEXT NOT NULL CHECK (status IN ('active', 'suspended', 'deleted')),
	suspended_until           {{integer}},
	session_epoch             {{integer}} NOT NULL,
	preferred_language        TEXT NOT NULL,
	email_verified_at         {{integer}},
	created_at                {{integer}} NOT NULL,
	updated_at                {{integer}} NOT NULL,
	last_login_at             {{integer}}
) {{strict}};
CREATE INDEX user_account_role ON user_account (role, username_key);
CREATE INDEX user_account_status ON user_account (status, username_key);
CREATE INDEX user_account_password_epoch ON user_account (password_epoch, id) WHERE password_epoch IS NOT NULL;

-- One data key an account, wrapped by an epoch's key of the ring. Without it nothing of the account can be read, and without the
-- salt nobody knows who a pseudonym in the audit log was.
CREATE TABLE user_key (
	user_id          {{integer}} PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
	epoch            {{integer}} NOT NULL,
	wrapped          {{blob}} NOT NULL,
	pseudonym_salt   {{blob}} NOT NULL,
	pseudonym_index  {{blob}} NOT NULL UNIQUE
) {{strict}};
CREATE INDEX user_key_epoch ON user_key (epoch, user_id);

CREATE TABLE consent (
	id                {{integer}} PRIMARY KEY,
	user_id           {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	consent_type      TEXT NOT NULL CHECK (consent_type IN ('terms_of_service', 'privacy_policy', 'marketing', 'data_processing')),
	accepted          {{integer}} NOT NULL CHECK (accepted IN (0, 1)),
	document_version  TEXT,
	created_at        {{integer}} NOT NULL
) {{strict}};
CREATE INDEX consent_user ON consent (user_id, id);

-- Proofs that a mail arrived. Only the hash of a token is kept. Without an account it is a decoy: an unknown address costs the
-- same work as a known one. email_sealed: the new address of an e-mail change.
CREATE TABLE mail_proof (
	token_hash    {{blob}} PRIMARY KEY,
	user_id       {{integer}} REFERENCES user_account (id) ON DELETE CASCADE,
	purpose       TEXT NOT NULL CHECK (purpose IN ('email_verification', 'password_reset', 'email_change')),
	email_index   {{blob}} NOT NULL,
	email_sealed  {{blob}},
	expires_at    {{integer}} NOT NULL,
	used_at       {{integer}}
) {{strict}};
CREATE INDEX mail_proof_user ON mail_proof (user_id, purpose);
CREATE INDEX mail_proof_expires ON mail_proof (expires_at);

-- Mails that wait. Without an account it is a decoy, never available and swept with the next one.
CREATE TABLE outbox (
	id                {{integer}} PRIMARY KEY,
	user_id           {{integer}} REFERENCES user_account (id) ON DELETE CASCADE,
	recipient_sealed  {{blob}} NOT NULL,
	template_name     TEXT NOT NULL,
	language          TEXT NOT NULL,
	data_sealed       {{blob}} NOT NULL,
	created_at        {{integer}} NOT NULL,
	available_at      {{integer}} NOT NULL,
	attempts          {{integer}} NOT NULL
) {{strict}};
CREATE INDEX outbox_available ON outbox (available_at, id);
CREATE INDEX outbox_user ON outbox (user_id);

-- How often somebody tried. subject: a keyed hash of what is counted, so that no address lies here. arrival: when all is
-- forgiven. refused: somebody was refused since the last attempt that counted, and the audit log knows.
CREATE TABLE throttle (
	subject        {{blob}} PRIMARY KEY,
	count          {{integer}} NOT NULL CHECK (count >= 0),
	arrival        {{integer}} NOT NULL,
	blocked_until  {{integer}} NOT NULL,
	refused        {{integer}} NOT NULL CHECK (refused IN (0, 1)),
	expires_at     {{integer}} NOT NULL
) {{strict}};
CREATE INDEX throttle_expires ON throttle (expires_at);

-- TOTP. last_step: the newest time step whose code was accepted; no code works twice.
CREATE TABLE second_factor (
	user_id        {{integer}} PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
	secret_sealed  {{blob}} NOT NULL,
	algorithm      TEXT NOT NULL CHECK (algorithm IN ('sha1', 'sha256', 'sha512')),
	last_step      {{integer}} NOT NULL,
	created_at     {{integer}} NOT NULL,
	confirmed_at   {{integer}}
) {{strict}};

CREATE TABLE recovery_code (
	code_hash  {{blob}} PRIMARY KEY,
	user_id    {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	used_at    {{integer}}
) {{strict}};
CREATE INDEX recovery_code_user ON recovery_code (user_id);

-- ---- token ----

-- A device on which somebody is logged in. secret_hash: of the refresh token that counts, the newest of its generations; those before
-- it are known by what derives from them. Never deleted while an access token may name it.
CREATE TABLE login (
	id              {{integer}} PRIMARY KEY,
	user_id         {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	device_sealed   {{blob}},
	session_epoch   {{integer}} NOT NULL,
	second_factor   {{integer}} NOT NULL CHECK (second_factor IN (0, 1)),
	generation      {{integer}} NOT NULL,
	secret_hash     {{blob}} NOT NULL,
	created_at      {{integer}} NOT NULL,
	last_used_at    {{integer}} NOT NULL,
	expires_at      {{integer}} NOT NULL,
	revoked_at      {{integer}},
	revoked_reason  TEXT
) {{strict}};
CREATE INDEX login_user ON login (user_id, id);
CREATE INDEX login_expires ON login (expires_at);
CREATE INDEX login_revoked ON login (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE signing_key (
	id             {{integer}} PRIMARY KEY,
	key_id         TEXT NOT NULL UNIQUE,
	status         TEXT NOT NULL CHECK (status IN ('pending', 'active', 'retired', 'destroyed')),
	public_key     {{blob}} NOT NULL,
	secret_sealed  {{blob}},
	secret_epoch   {{integer}},
	created_at     {{integer}} NOT NULL,
	activated_at   {{integer}},
	retired_at     {{integer}},
	destroyed_at   {{integer}}
) {{strict}};
CREATE UNIQUE INDEX signing_key_active ON signing_key (status) WHERE status = 'active';
CREATE INDEX signing_key_status ON signing_key (status, id);
CREATE INDEX signing_key_epoch ON signing_key (secret_epoch, id) WHERE secret_epoch IS NOT NULL;

-- ---- profile ----

CREATE TABLE profile (
	user_id       {{integer}} PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
	first_name    TEXT,
	last_name     TEXT,
	bio           TEXT,
	company       TEXT,
	job_title     TEXT,
	phone_sealed  {{blob}},
	updated_at    {{integer}} NOT NULL
) {{strict}};

-- ---- prekey ----

-- The public keys for end-to-end chats that a member published (docs/e2e.md). record: identity and signed prekey, with its signature.
-- last_one_time: the highest number of a one-time prekey that was ever published of this identity.
CREATE TABLE prekey_identity (
	user_id        {{integer}} PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
	record         {{blob}} NOT NULL,
	last_one_time  {{integer}} NOT NULL CHECK (last_one_time >= 0),
	rotated_at     {{integer}} NOT NULL,
	created_at     {{integer}} NOT NULL
) {{strict}};

-- Those that nobody has taken yet.
CREATE TABLE one_time_prekey (
	user_id     {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	number      {{integer}} NOT NULL CHECK (number > 0),
	public_key  {{blob}} NOT NULL,
	PRIMARY KEY (user_id, number)
) {{strict}};

-- ---- catalog ----

CREATE TABLE category (
	id           {{integer}} PRIMARY KEY,
	name         TEXT NOT NULL,
	name_key     TEXT NOT NULL UNIQUE,
	description  TEXT,
	parent_id    {{integer}} REFERENCES category (id),
	active       {{integer}} NOT NULL CHECK (active IN (0, 1)),
	created_at   {{integer}} NOT NULL,
	updated_at   {{integer}} NOT NULL
) {{strict}};
CREATE INDEX category_parent ON category (parent_id, name_key);

-- Every category with each of those above it, itself included (distance 0).
CREATE TABLE category_closure (
	ancestor_id    {{integer}} NOT NULL REFERENCES category (id) ON DELETE CASCADE,
	descendant_id  {{integer}} NOT NULL REFERENCES category (id) ON DELETE CASCADE,
	distance       {{integer}} NOT NULL CHECK (distance >= 0),
	PRIMARY KEY (ancestor_id, descendant_id)
) {{strict}};
CREATE INDEX category_closure_descendant ON category_closure (descendant_id, distance);

-- What ratings come to is kept here too, by feedback: always what a recount of the approved ones gives.
CREATE TABLE nano (
	id                {{integer}} PRIMARY KEY,
	creator_id        {{integer}} NOT NULL REFERENCES user_account (id),
	title             TEXT NOT NULL,
	title_key         TEXT NOT NULL,
	description       TEXT,
	duration_minutes  {{integer}} CHECK (duration_minutes BETWEEN 1 AND 1440),
	competency_level  TEXT NOT NULL CHECK (competency_level IN ('beginner', 'intermediate', 'advanced')),
	language          TEXT NOT NULL,
	format            TEXT NOT NULL CHECK (format IN ('video', 'text', 'quiz', 'interactive', 'mixed')),
	license           TEXT NOT NULL CHECK (license IN ('CC-BY', 'CC-BY-SA', 'CC0', 'proprietary')),
	status            TEXT NOT NULL CHECK (status IN ('draft', 'pending_review', 'published', 'archived', 'deleted')),
	version           TEXT,
	review_reason     TEXT,
	download_count    {{integer}} NOT NULL,
	rating_count      {{integer}} NOT NULL CHECK (rating_count >= 0),
	rating_average_hundredths {{integer}} CHECK (rating_average_hundredths BETWEEN 100 AND 500),
	rating_median_hundredths  {{integer}} CHECK (rating_median_hundredths BETWEEN 100 AND 500),
	rating_count_1    {{integer}} NOT NULL CHECK (rating_count_1 >= 0),
	rating_count_2    {{integer}} NOT NULL CHECK (rating_count_2 >= 0),
	rating_count_3    {{integer}} NOT NULL CHECK (rating_count_3 >= 0),
	rating_count_4    {{integer}} NOT NULL CHECK (rating_count_4 >= 0),
	rating_count_5    {{integer}} NOT NULL CHECK (rating_count_5 >= 0),
	comment_count     {{integer}} NOT NULL CHECK (comment_count >= 0),
	created_at        {{integer}} NOT NULL,
	updated_at        {{integer}} NOT NULL,
	submitted_at      {{integer}},
	published_at      {{integer}},
	archived_at       {{integer}}
) {{strict}};
CREATE INDEX nano_status ON nano (status, id);
CREATE INDEX nano_title ON nano (status, title_key, id);
CREATE INDEX nano_any_title ON nano (title_key, id);
CREATE INDEX nano_creator ON nano (creator_id, status, id);
CREATE INDEX nano_submitted ON nano (status, submitted_at, id) WHERE status = 'pending_review';

-- position: as given by the creator, 0 is the most important.
CREATE TABLE nano_category (
	nano_id      {{integer}} NOT NULL REFERENCES nano (id) ON DELETE CASCADE,
	category_id  {{integer}} NOT NULL REFERENCES category (id),
	position     {{integer}} NOT NULL CHECK (position BETWEEN 0 AND 4),
	PRIMARY KEY (nano_id, position)
) {{strict}};
CREATE UNIQUE INDEX nano_category_category ON nano_category (category_id, nano_id);

-- ---- package ----

-- Number, content, changelog and origin never change: no statement updates them.
CREATE TABLE nano_version (
	id             {{integer}} PRIMARY KEY,
	nano_id        {{integer}} NOT NULL REFERENCES nano (id) ON DELETE CASCADE,
	number         TEXT NOT NULL,
	number_key     {{integer}} NOT NULL,
	changelog      TEXT,
	hash           TEXT NOT NULL REFERENCES blob (hash),
	size           {{integer}} NOT NULL,
	entry_count    {{integer}} NOT NULL,
	status         TEXT NOT NULL CHECK (status IN ('draft', 'pending_review', 'published', 'archived')),
	rollback_of    TEXT,
	review_reason  TEXT,
	created_by     {{integer}} REFERENCES user_account (id),
	created_at     {{integer}} NOT NULL,
	submitted_at   {{integer}},
	published_at   {{integer}}
) {{strict}};
CREATE UNIQUE INDEX nano_version_number ON nano_version (nano_id, number_key);
CREATE INDEX nano_version_hash ON nano_version (hash);
CREATE INDEX nano_version_creator ON nano_version (created_by);
CREATE INDEX nano_version_submitted ON nano_version (submitted_at, id) WHERE status = 'pending_review';

-- Who downloaded what, and when first.
CREATE TABLE nano_download (
	nano_id     {{integer}} NOT NULL REFERENCES nano (id) ON DELETE CASCADE,
	user_id     {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	created_at  {{integer}} NOT NULL,
	PRIMARY KEY (nano_id, user_id)
) {{strict}};
CREATE INDEX nano_download_user ON nano_download (user_id);

-- ---- feedback ----

-- creator_id: the nano's, which never changes, so that creators find what is theirs. submitted_at: when the score was given
-- that it has now.
CREATE TABLE rating (
	id                 {{integer}} PRIMARY KEY,
	nano_id            {{integer}} NOT NULL REFERENCES nano (id) ON DELETE CASCADE,
	creator_id         {{integer}} NOT NULL REFERENCES user_account (id),
	user_id            {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	score              {{integer}} NOT NULL CHECK (score BETWEEN 1 AND 5),
	status             TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'hidden')),
	revision           {{integer}} NOT NULL CHECK (revision >= 1),
	moderation_reason  TEXT,
	created_at         {{integer}} NOT NULL,
	submitted_at       {{integer}} NOT NULL,
	moderated_at       {{integer}},
	CHECK (user_id <> creator_id)
) {{strict}};
CREATE UNIQUE INDEX rating_author ON rating (nano_id, user_id);
CREATE INDEX rating_nano ON rating (nano_id, status, id, score);
CREATE INDEX rating_user ON rating (user_id, id);
CREATE INDEX rating_creator ON rating (creator_id, id);
CREATE INDEX rating_pending ON rating (submitted_at, id) WHERE status = 'pending';

-- edited_by: who wrote the present text, if not the author. reply: the creator's; without one, replied_at says that there was one.
CREATE TABLE comment (
	id                 {{integer}} PRIMARY KEY,
	nano_id            {{integer}} NOT NULL REFERENCES nano (id) ON DELETE CASCADE,
	creator_id         {{integer}} NOT NULL REFERENCES user_account (id),
	user_id            {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	content            TEXT NOT NULL,
	status             TEXT NOT NULL CHECK (status IN ('pending', 'approved', 'hidden')),
	revision           {{integer}} NOT NULL CHECK (revision >= 1),
	edited_by          {{integer}} REFERENCES user_account (id),
	helpful_count      {{integer}} NOT NULL CHECK (helpful_count >= 0),
	reply              TEXT,
	replied_at         {{integer}},
	moderation_reason  TEXT,
	created_at         {{integer}} NOT NULL,
	submitted_at       {{integer}} NOT NULL,
	moderated_at       {{integer}},
	CHECK (user_id <> creator_id)
) {{strict}};
CREATE UNIQUE INDEX comment_author ON comment (nano_id, user_id);
CREATE INDEX comment_nano ON comment (nano_id, status, id);
CREATE INDEX comment_helpful ON comment (nano_id, status, helpful_count, id);
CREATE INDEX comment_user ON comment (user_id, id);
CREATE INDEX comment_creator ON comment (creator_id, id);
CREATE INDEX comment_pending ON comment (submitted_at, id) WHERE status = 'pending';

CREATE TABLE comment_vote (
	comment_id  {{integer}} NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
	user_id     {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	PRIMARY KEY (comment_id, user_id)
) {{strict}};
CREATE INDEX comment_vote_user ON comment_vote (user_id, comment_id);

CREATE TABLE comment_report (
	id           {{integer}} PRIMARY KEY,
	comment_id   {{integer}} NOT NULL REFERENCES comment (id) ON DELETE CASCADE,
	user_id      {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	reason       TEXT NOT NULL CHECK (reason IN ('spam', 'copyright', 'offensive', 'misinformation', 'other')),
	note         TEXT,
	status       TEXT NOT NULL CHECK (status IN ('pending', 'resolved', 'closed')),
	created_at   {{integer}} NOT NULL,
	reviewed_at  {{integer}}
) {{strict}};
CREATE UNIQUE INDEX comment_report_author ON comment_report (comment_id, user_id);
CREATE INDEX comment_report_user ON comment_report (user_id);
CREATE INDEX comment_report_status ON comment_report (status, id);

-- ---- messaging ----

-- A chat about a nano between its creator and a member, the participant. Its messages are numbered 1, 2, 3, ... without a gap;
-- last_sequence is the last number that was given.
CREATE TABLE chat (
	id               {{integer}} PRIMARY KEY,
	nano_id          {{integer}} NOT NULL REFERENCES nano (id),
	creator_id       {{integer}} NOT NULL REFERENCES user_account (id),
	participant_id   {{integer}} NOT NULL REFERENCES user_account (id),
	mode             TEXT NOT NULL CHECK (mode IN ('sealed', 'end_to_end')),
	last_sequence    {{integer}} NOT NULL CHECK (last_sequence >= 0),
	last_message_at  {{integer}},
	disabled_at      {{integer}},
	disabled_reason  TEXT,
	created_at       {{integer}} NOT NULL,
	CHECK (creator_id <> participant_id)
) {{strict}};
CREATE UNIQUE INDEX chat_parties ON chat (nano_id, creator_id, participant_id);

-- Each of the two. active_at: of the last message, or of the chat; the order of their lists. read_sequence: read up to that message.
-- sent_times: of the messages that count for the rate, eight bytes each; refused: the audit log knows that it was too high.
CREATE TABLE chat_member (
	chat_id        {{integer}} NOT NULL REFERENCES chat (id),
	user_id        {{integer}} NOT NULL REFERENCES user_account (id),
	partner_id     {{integer}} NOT NULL REFERENCES user_account (id),
	active_at      {{integer}} NOT NULL,
	read_sequence  {{integer}} NOT NULL CHECK (read_sequence >= 0),
	muted          {{integer}} NOT NULL CHECK (muted IN (0, 1)),
	sent_times     {{blob}},
	refused        {{integer}} NOT NULL CHECK (refused IN (0, 1)),
	PRIMARY KEY (chat_id, user_id)
) {{strict}};
CREATE INDEX chat_member_active ON chat_member (user_id, active_at, chat_id);

-- content: the text, sealed with the author's key for the chat (docs/keys.md). With a franking_tag it is ciphertext of the two, sealed
-- likewise, and the market's word for who sent it (docs/e2e.md). An attachment is a blob of ciphertext whose key is in attachment_sealed. What an erased author wrote is gone
-- (erased_at); that there was a message stays.
CREATE TABLE chat_message (
	chat_id            {{integer}} NOT NULL REFERENCES chat (id),
	sequence           {{integer}} NOT NULL CHECK (sequence > 0),
	author_id          {{integer}} NOT NULL REFERENCES user_account (id),
	content            {{blob}},
	franking_tag       {{blob}},
	attachment_hash    TEXT REFERENCES blob (hash) DEFERRABLE INITIALLY DEFERRED,
	attachment_size    {{integer}},
	attachment_sealed  {{blob}},
	erased_at          {{integer}},
	created_at         {{integer}} NOT NULL,
	PRIMARY KEY (chat_id, sequence)
) {{strict}};
CREATE INDEX chat_message_author ON chat_message (author_id, chat_id, sequence);
CREATE INDEX chat_message_attachment ON chat_message (attachment_hash) WHERE attachment_hash IS NOT NULL;

-- What a member's waiting calls look at: the number of the last change in one of their chats, and how much they send in all of them.
CREATE TABLE chat_inbox (
	user_id        {{integer}} PRIMARY KEY REFERENCES user_account (id) ON DELETE CASCADE,
	change_number  {{integer}} NOT NULL,
	sent_times     {{blob}},
	refused        {{integer}} NOT NULL CHECK (refused IN (0, 1))
) {{strict}};
CREATE INDEX chat_inbox_change ON chat_inbox (change_number);

CREATE TABLE chat_change (
	id    {{integer}} PRIMARY KEY CHECK (id = 1),
	last  {{integer}} NOT NULL
) {{strict}};
INSERT INTO chat_change (id, last) VALUES (1, 0);

CREATE TABLE member_block (
	blocker_id  {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	blocked_id  {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	created_at  {{integer}} NOT NULL,
	PRIMARY KEY (blocker_id, blocked_id)
) {{strict}};
CREATE INDEX member_block_blocked ON member_block (blocked_id);

-- text_sealed: of an end-to-end message, what the reporter has shown that it says; sealed with the author's key for the chat.
CREATE TABLE chat_report (
	id              {{integer}} PRIMARY KEY,
	chat_id         {{integer}} NOT NULL,
	sequence        {{integer}} NOT NULL,
	reporter_id     {{integer}} NOT NULL REFERENCES user_account (id),
	reason          TEXT NOT NULL CHECK (reason IN ('spam', 'copyright', 'offensive', 'misinformation', 'other')),
	comment_sealed  {{blob}},
	text_sealed     {{blob}},
	status          TEXT NOT NULL CHECK (status IN ('open', 'closed')),
	created_at      {{integer}} NOT NULL,
	closed_at       {{integer}},
	closed_by       {{integer}} REFERENCES user_account (id),
	FOREIGN KEY (chat_id, sequence) REFERENCES chat_message (chat_id, sequence)
) {{strict}};
CREATE UNIQUE INDEX chat_report_once ON chat_report (chat_id, sequence, reporter_id);
CREATE INDEX chat_report_status ON chat_report (status, id);
CREATE INDEX chat_report_reporter ON chat_report (reporter_id);

-- ---- index ----

-- What search has of each published nano. Documents are numbered without gaps to speak of, in the order of their publication;
-- search_document's rowid is the number. Equal to the nano's own fields, checked by doctor. language: what its words were analysed as.
CREATE TABLE search_source (
	document     {{integer}} PRIMARY KEY,
	nano_id      {{integer}} NOT NULL UNIQUE REFERENCES nano (id) ON DELETE CASCADE,
	title        TEXT NOT NULL,
	description  TEXT NOT NULL,
	topics       TEXT NOT NULL,
	creator      TEXT NOT NULL,
	language     TEXT NOT NULL
) {{strict}};

-- What results are filtered, counted and ranked by, 1024 documents to a row, as src/index/chunk.h lays it out. Facts change with
-- the nano, figures with each rating and download. Generations are never used twice, not even after a rollback: what was read
-- under one is right as long as it stands.
CREATE TABLE search_facts (
	chunk       {{integer}} PRIMARY KEY CHECK (chunk >= 0),
	generation  {{integer}} NOT NULL,
	names       {{blob}} NOT NULL,
	facts       {{blob}} NOT NULL
) {{strict}};
CREATE TABLE search_figures (
	chunk       {{integer}} PRIMARY KEY REFERENCES search_facts (chunk) ON DELETE CASCADE,
	generation  {{integer}} NOT NULL,
	figures     {{blob}} NOT NULL
) {{strict}};

-- One row. topics_generation changes with the tree of categories and its names. analyzer: which one made the words. While they are
-- made anew, next_until is the last document of which that is done: search_document_next has the words of these.
CREATE TABLE search_state (
	id                 {{integer}} PRIMARY KEY CHECK (id = 1),
	generation         {{integer}} NOT NULL,
	topics_generation  {{integer}} NOT NULL,
	analyzer           {{integer}} NOT NULL,
	next_until         {{integer}} NOT NULL
) {{strict}};
INSERT INTO search_state (id, generation, topics_generation, analyzer, next_until) VALUES (1, 1, 1, 0, 0);

-- Where no lexicon is installed, that of the words of the documents, as src/german/lexicon_format.h lays it out. 1: with which the
-- words of the index were made; 2: with which they are made anew. version: its own; 0: there is none. words: how many it has.
CREATE TABLE search_lexicon (
	id       {{integer}} PRIMARY KEY CHECK (id IN (1, 2)),
	version  {{integer}} NOT NULL,
	words    {{integer}} NOT NULL,
	bytes    {{blob}}
) {{strict}};
INSERT INTO search_lexicon (id, version, words, bytes) VALUES (1, 0, 0, NULL), (2, 0, 0, NULL);

-- ---- vocabulary ----

-- The words and topics of the published nanos, and in how many of them each is, as src/vocabulary/word_list.h lays them out. A page is
-- known by its first word. Words of documents that came lately are a row of their own, until there are enough of them.
CREATE TABLE vocabulary_page (
	first  {{blob}} PRIMARY KEY,
	words  {{blob}} NOT NULL
) {{strict}};
CREATE TABLE vocabulary_recent (
	document  {{integer}} PRIMARY KEY,
	words     {{blob}} NOT NULL
) {{strict}};

-- ---- saved_search ----

-- content_sealed: name and search, under the member's key. checked_at: nanos that were published until then are not new.
CREATE TABLE saved_search (
	id              {{integer}} PRIMARY KEY,
	user_id         {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	content_sealed  {{blob}} NOT NULL,
	alert           {{integer}} NOT NULL CHECK (alert IN (0, 1)),
	checked_at      {{integer}} NOT NULL,
	created_at      {{integer}} NOT NULL
) {{strict}};
CREATE INDEX saved_search_user ON saved_search (user_id, id);
CREATE INDEX saved_search_due ON saved_search (checked_at, id) WHERE alert = 1;

-- What a member searched for. text_hash: keyed, so that a text is there once.
CREATE TABLE past_search (
	id            {{integer}} PRIMARY KEY,
	user_id       {{integer}} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
	text_hash     {{blob}} NOT NULL,
	text_sealed   {{blob}} NOT NULL,
	result_count  {{integer}} NOT NULL CHECK (result_count >= 0),
	searched_at   {{integer}} NOT NULL,
	UNIQUE (user_id, text_hash)
) {{strict}};
CREATE INDEX past_search_user ON past_search (user_id, id);

-- What many searched for. id: a keyed hash of the text. text: NULL until enough different people have searched for it. result_count: of
-- the last search. heat: how often, the later the more (src/saved_search/heat.c). last_at: of the last search.
CREATE TABLE query_text (
	id            {{integer}} PRIMARY KEY,
	text          TEXT,
	result_count  {{integer}} NOT NULL CHECK (result_count >= 0),
	heat          {{integer}} NOT NULL,
	last_at       {{integer}} NOT NULL
) {{strict}};
CREATE INDEX query_text_heat ON query_text (heat DESC, text) WHERE text IS NOT NULL;
CREATE INDEX query_text_last ON query_text (last_at, id);

-- Who searched for a text that is not known to enough people. id: a keyed hash of text and person.
CREATE TABLE query_person (
	id        {{integer}} PRIMARY KEY,
	query_id  {{integer}} NOT NULL REFERENCES query_text (id) ON DELETE CASCADE,
	last_at   {{integer}} NOT NULL
) {{strict}};
CREATE INDEX query_person_query ON query_person (query_id, last_at);

CREATE TABLE query_day (
	query_id         {{integer}} NOT NULL REFERENCES query_text (id) ON DELETE CASCADE,
	day              {{integer}} NOT NULL,
	search_count     {{integer}} NOT NULL CHECK (search_count > 0),
	no_result_count  {{integer}} NOT NULL CHECK (no_result_count >= 0),
	PRIMARY KEY (query_id, day)
) {{strict}};
CREATE INDEX query_day_day ON query_day (day, query_id);
