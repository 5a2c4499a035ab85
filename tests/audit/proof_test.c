/* Receipts, consistency and export: what holds without the store. */
#include "audit_test.h"

#include <sodium.h>
#include <stdlib.h>
#include "note.h"

static void some_entries(struct world *w, int count)
{
	for (int i = 0; i < count; i++)
		assert_status(NMK_OK, nmk_consent_record(w->creator, NMK_CONSENT_MARKETING, i % 2 == 0, NULL, NULL));
}

/* ---- receipts ---- */

static void test_receipt__of_every_entry_holds_for_its_log_alone(void **state)
{
	struct world *w = *state;
	char *key, other[200];
	nmk_audit_event_page *page;
	int64_t entries;

	some_entries(w, 300); /* more than a tile */
	key = key_of(w->guest, 0);
	snprintf(other, sizeof other, "%s", "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
	entries = count_events(w, "1");
	assert_status(NMK_OK, nmk_audit_list(w->admin, NULL, NULL, 100, &page));
	for (size_t i = 0; i < nmk_audit_event_page_count(page); i += 9) {
		const nmk_audit_event *event = nmk_audit_event_page_item(page, i);
		char *receipt, *entry, number[40];

		assert_status(NMK_OK, nmk_audit_receipt(w->admin, nmk_audit_event_id(event), &receipt));
		assert_status(NMK_OK, nmk_audit_receipt_verify(receipt, key, &entry));
		snprintf(number, sizeof number, "\"seq\":%lld,", (long long)nmk_audit_event_sequence(event));
		assert_non_null(strstr(entry, number));
		assert_status(NMK_ECORRUPT, nmk_audit_receipt_verify(receipt, other, NULL));
		assert_true(strlen(receipt) < 1536);
		nmk_free(receipt);
		nmk_free(entry);
	}
	assert_true(count_events(w, "1") > entries);
	nmk_audit_event_page_free(page);
	nmk_free(key);
	assert_sound(w->admin);
}

static void test_receipt__every_flipped_bit_is_found(void **state)
{
	struct world *w = *state;
	char id[64], *receipt, *key;

	some_entries(w, 5);
	event_id(w->admin, "consent_given", id);
	key = key_of(w->guest, 0);
	assert_status(NMK_OK, nmk_audit_receipt(w->creator, id, &receipt));
	assert_status(NMK_OK, nmk_audit_receipt_verify(receipt, key, NULL));
	for (size_t i = 0; i < strlen(receipt) * 8; i++) {
		receipt[i / 8] ^= (char)(1 << i % 8);
		if (nmk_audit_receipt_verify(receipt, key, NULL) == NMK_OK)
			fail_msg("bit %zu: byte %d in %.60s", i, receipt[i / 8], receipt + i / 8 - 20);
		receipt[i / 8] ^= (char)(1 << i % 8);
	}
	assert_status(NMK_EINVALID, nmk_audit_receipt_verify(receipt, "kein Schluessel", NULL));
	assert_status(NMK_EINVALID, nmk_audit_receipt_verify(NULL, key, NULL));
	assert_status(NMK_ECORRUPT, nmk_audit_receipt_verify("", key, NULL));
	nmk_free(receipt);
	nmk_free(key);
}

/* A member's receipts: for consents, and for decisions on their nanos. */
static void test_receipt__is_for_whom_it_concerns(void **state)
{
	struct world *w = *state;
	nmk_nano *nano = world_nano(w, w->creator, NMK_NANO_PUBLISHED);
	char id[64], *receipt;

	event_id(w->admin, "moderation_approved", id);
	assert_status(NMK_OK, nmk_audit_receipt(w->creator, id, &receipt));
	nmk_free(receipt);
	assert_status(NMK_ENOTFOUND, nmk_audit_receipt(w->stranger, id, &receipt));
	assert_null(receipt);
	assert_status(NMK_EDENIED, nmk_audit_receipt(w->moderator2, id, &receipt));
	assert_status(NMK_ELOGIN, nmk_audit_receipt(w->guest, id, &receipt));
	assert_status(NMK_ENOTFOUND, nmk_audit_receipt(w->creator, nmk_nano_id(nano), &receipt));
	assert_status(NMK_EINVALID, nmk_audit_receipt(w->creator, NULL, &receipt));
	nmk_nano_free(nano);
}

/* What a receipt shows stays provable when the log has grown, and when the payload is gone from the store. */
static void test_receipt__holds_after_the_log_has_grown_and_was_pruned(void **state)
{
	struct world *w = *state;
	char id[64], *receipt, *key;

	some_entries(w, 1);
	event_id(w->admin, "consent_given", id);
	key = key_of(w->guest, 2026);
	assert_status(NMK_OK, nmk_audit_receipt(w->creator, id, &receipt));
	some_entries(w, 300);
	world_advance(w, INT64_C(86400000) * 2558);
	assert_status(NMK_OK, nmk_audit_prune(w->system, NULL));
	assert_status(NMK_OK, nmk_audit_receipt_verify(receipt, key, NULL));
	assert_status(NMK_ENOTFOUND, nmk_audit_receipt(w->admin, id, &(char *){ NULL }));
	nmk_free(receipt);
	nmk_free(key);
	assert_sound(w->admin);
}

/* ---- consistency ---- */

/* "old N", hashes, an empty line, a checkpoint: as C2SP tlog-witness has it. */
static bool extends(const char *former, const char *proof_text, const char *key_text)
{
	struct checkpoint before, after;
	struct tree_proof proof = { 0 };
	struct note_key key;
	char old[40];
	const char *at;
	size_t length;

	assert_true(note_key_read(key_text, strlen(key_text), &key));
	assert_true(checkpoint_open(former, strlen(former), &key, &before));
	snprintf(old, sizeof old, "old %llu\n", (unsigned long long)before.size);
	if (strncmp(proof_text, old, strlen(old)) != 0)
		return false;
	for (at = proof_text + strlen(old); *at != '\n'; at += 45)
		assert_true(base64_read(at, 44, proof.hashes[proof.count++].bytes, TREE_HASH_BYTES, &length));
	return checkpoint_open(at + 1, strlen(at + 1), &key, &after)
	    && tree_verify_consistency(before.size, after.size, &before.root, &after.root, &proof);
}

static void test_consistency__each_checkpoint_is_the_beginning_of_all_later_ones(void **state)
{
	struct world *w = *state;
	char *notes[8], *key, *proof;

	for (int i = 0; i < 8; i++) {
		some_entries(w, 1 + i * 40);
		assert_status(NMK_OK, nmk_audit_checkpoint(w->admin, &notes[i]));
	}
	key = key_of(w->guest, 0);
	for (int i = 0; i < 8; i++) {
		struct note_key verifier;
		struct checkpoint checkpoint;

		assert_true(note_key_read(key, strlen(key), &verifier));
		assert_true(checkpoint_open(notes[i], strlen(notes[i]), &verifier, &checkpoint));
		assert_status(NMK_OK, nmk_audit_consistency(w->admin, 0, (int64_t)checkpoint.size, &proof));
		assert_true(extends(notes[i], proof, key));
		nmk_free(proof);
		nmk_free(notes[i]);
	}
	assert_status(NMK_ENOTFOUND, nmk_audit_consistency(w->admin, 0, 1000000, &proof));
	assert_status(NMK_EINVALID, nmk_audit_consistency(w->admin, 0, 0, &proof));
	assert_field("from", w->admin);
	assert_status(NMK_ENOTFOUND, nmk_audit_consistency(w->admin, 2025, 1, &proof));
	nmk_free(key);
}

/* ---- export ---- */

struct files { struct buffer key, checkpoints, entries; int stop_after; };

static int collect(void *context, const char *file, const void *data, size_t size)
{
	struct files *files = context;
	struct buffer *to = strcmp(file, "key") == 0 ? &files->key : strcmp(file, "entries") == 0 ? &files->entries : &files->checkpoints;

	buffer_add(to, data, size);
	return files->stop_after > 0 && --files->stop_after == 0;
}

static void test_export__is_the_whole_log_and_hashes_to_its_checkpoints(void **state)
{
	struct world *w = *state;
	struct files files = { .stop_after = 0 };
	struct tree_range range = { 0 };
	struct checkpoint checkpoint;
	struct note_key key;
	struct tree_hash root;
	int notes = 0;

	some_entries(w, 1200);
	assert_status(NMK_OK, nmk_audit_export(w->system, 0, collect, &files, NULL, NULL));
	assert_true(note_key_read(files.key.data, files.key.length, &key));
	for (char *line = files.entries.data, *note = files.checkpoints.data, *end; *line; line = end + 1) {
		struct tree_hash leaf;

		end = strchr(line, '\n');
		tree_leaf(line, (size_t)(end - line), &leaf);
		tree_append(&range, &leaf);
		tree_root(&range, &root);
		if (*note) {
			char *stop = strstr(note, "---\n");

			assert_true(checkpoint_open(note, (size_t)(stop - note), &key, &checkpoint));
			if (checkpoint.size == range.size) {
				assert_true(tree_same(&checkpoint.root, &root));
				note = stop + 4;
				notes++;
			}
		}
	}
	assert_int_equal(range.size, checkpoint.size);
	assert_true(notes >= 2);
	buffer_free(&files.key);
	buffer_free(&files.checkpoints);
	buffer_free(&files.entries);
	assert_int_equal(1, count_events(w, "action = 'audit_exported'"));
}

static void test_export__stops_when_the_sink_wants_no_more(void **state)
{
	struct world *w = *state;

	for (int i = 1; i <= 3; i++) {
		struct files files = { .stop_after = i };

		assert_status(NMK_ECANCELLED, nmk_audit_export(w->system, 0, collect, &files, NULL, NULL));
		buffer_free(&files.key);
		buffer_free(&files.checkpoints);
		buffer_free(&files.entries);
	}
	assert_status(NMK_EINVALID, nmk_audit_export(w->system, 0, NULL, NULL, NULL, NULL));
	assert_status(NMK_ENOTFOUND, nmk_audit_export(w->system, 2025, collect, NULL, NULL, NULL));
}

int main(void)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		IN_WORLD(test_receipt__of_every_entry_holds_for_its_log_alone),
		IN_WORLD(test_receipt__every_flipped_bit_is_found),
		IN_WORLD(test_receipt__is_for_whom_it_concerns),
		IN_WORLD(test_receipt__holds_after_the_log_has_grown_and_was_pruned),
		IN_WORLD(test_consistency__each_checkpoint_is_the_beginning_of_all_later_ones),
		IN_WORLD(test_export__is_the_whole_log_and_hashes_to_its_checkpoints),
		IN_WORLD(test_export__stops_when_the_sink_wants_no_more),
	};

	return cmocka_run_group_tests_name("audit/proof", tests, NULL, NULL);
}
