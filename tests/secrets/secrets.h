/* secrets.h -- is there a copy of a secret anywhere but where it belongs?
 *
 * A secret that is kept here stands in locked memory (sodium_malloc(), as the key ring does it), where the scan does not look,
 * and in pieces, masked, in the table of what is looked for. A piece is enough to be found: the allocator overwrites the
 * beginning of what was freed, and of what stood on the stack later calls leave remains. */
#ifndef NMK_SECRETS_H
#define NMK_SECRETS_H

#define _XOPEN_SOURCE 700 /* nftw() */
#include "world.h"

#include <fcntl.h>
#include <ftw.h>
#include <nanomarket/sys/keys.h>
#include <nanomarket/sys/outbox.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>
#include "account.h"
#include "ring.h"
#include "session.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#define MASK          0x5A
#define MASK_WORD     UINT64_C(0x5A5A5A5A5A5A5A5A)
#define WORD          8
#define PIECE         8    /* a register: no text of others has so many characters in common with a random one */
#define LONG_PIECE    24   /* of texts that are less random */
#define WIDE          4    /* bytes of a code point, as in a text that is being folded */
#define PIECE_MAXIMUM (PIECE * WIDE)
#define STEP          4
#define SECRETS       400
#define PIECES        24000
#define SECRET_LENGTH 43   /* of a random text: as long as the token of a mail */

/* ---- what is looked for ---- */

struct piece {
	unsigned char bytes[PIECE_MAXIMUM];   /* masked */
	unsigned char length;
	short         secret, next;           /* next: of the same bucket; 0 for none */
};

static struct secrets_kept {
	const char  *names[SECRETS];
	char        *texts[SECRETS];          /* in locked memory */
	bool         personal[SECRETS];       /* looked for in files only */
	int          count, piece_count;
	struct piece pieces[PIECES];          /* from 1 */
	short        buckets[65536];
} kept;

static inline unsigned bucket_of(uint64_t masked)
{
	return (unsigned)(masked * UINT64_C(0x9E3779B97F4A7C15) >> 48);
}

static inline uint64_t word_at(const unsigned char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return word;
}

static inline void add_piece(const volatile char *bytes, size_t length, size_t width)
{
	struct piece *piece = &kept.pieces[++kept.piece_count];
	short *bucket;

	assert_true(kept.piece_count < PIECES - 1);
	memset(piece->bytes, MASK, sizeof piece->bytes);
	for (size_t i = 0; i < length; i++)
		piece->bytes[i * width] = (unsigned char)(bytes[i] ^ MASK);
	piece->length = (unsigned char)(length * width);
	piece->secret = (short)(kept.count - 1);
	bucket = &kept.buckets[bucket_of(word_at(piece->bytes))];
	piece->next = *bucket;
	*bucket = (short)kept.piece_count;
}

static inline void add_pieces(const char *bytes, size_t length, size_t piece, size_t width)
{
	for (size_t at = 0; at + piece <= length; at += STEP)
		add_piece(bytes + at, piece, width);
	if (length >= piece && (length - piece) % STEP != 0)
		add_piece(bytes + length - piece, piece, width);
}

/* A place for it in locked memory, which is looked for nowhere yet. */
static inline char *keep_room(const char *name, size_t length)
{
	char *room = sodium_malloc(length + 1);

	assert_non_null(room);
	assert_true(kept.count < SECRETS);
	room[length] = '\0';
	kept.names[kept.count] = name;
	kept.texts[kept.count++] = room;
	return room;
}

/* Byte by byte: registers that hold more of it may be saved to the stack. */
static inline void copy_bytes(volatile char *to, const volatile char *from, size_t length)
{
	for (size_t i = 0; i < length; i++)
		to[i] = from[i];
}

/* What is given back is the same in locked memory, until forget_secrets(). */
static inline const char *keep_bytes(const char *name, const void *bytes, size_t length)
{
	char *copy = keep_room(name, length);

	copy_bytes(copy, bytes, length);
	add_pieces(copy, length, PIECE, 1);
	return copy;
}

static inline const char *keep_text(const char *name, const char *text)
{
	size_t length = strlen(text);
	char *copy = keep_room(name, length);

	copy_bytes(copy, text, length);
	add_pieces(copy, length, PIECE, 1);
	add_pieces(copy, length, PIECE, WIDE);
	return copy;
}

/* A random text as good as any password. */
static inline const char *new_secret_of(const char *name, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	char *text = keep_room(name, length);

	for (size_t i = 0; i < length; i++)
		text[i] = letters[randombytes_uniform(sizeof letters - 1)];
	add_pieces(text, length, PIECE, 1);
	add_pieces(text, length, PIECE, WIDE);
	return text;
}

static inline const char *new_secret(const char *name)
{
	return new_secret_of(name, SECRET_LENGTH);
}

/* A text and the bytes that it stands for. */
static inline const char *keep_base64(const char *name, const char *text, int variant)
{
	const char *copy = keep_text(name, text);
	size_t length = strlen(copy) * 3 / 4, decoded;
	char *bytes = keep_room(name, length);

	assert_int_equal(0, sodium_base642bin((unsigned char *)bytes, length, copy, strlen(copy), NULL, &decoded, NULL, variant));
	assert_int_equal(length, decoded);
	add_pieces(bytes, length, PIECE, 1);
	return copy;
}

static inline const char *keep_base64url(const char *name, const char *text)
{
	return keep_base64(name, text, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* A token of parts: secret is what stands behind the last dot. */
static inline const char *keep_token(const char *name, const char *token)
{
	size_t length = strlen(token);
	char *copy = keep_room(name, length);

	copy_bytes(copy, token, length);
	keep_base64url(name, strrchr(copy, '.') + 1);
	return copy;
}

/* What was kept last is personal and no secret: sealed in the store, but not wiped in memory. */
static inline const char *personal(const char *text)
{
	kept.personal[kept.count - 1] = true;
	return text;
}

static inline void forget_secrets(void)
{
	for (int i = 0; i < kept.count; i++)
		sodium_free(kept.texts[i]);
	memset(&kept, 0, sizeof kept);
}

/* ---- the scan of the memory ---- */

/* On a stack of its own and without allocations, so that it finds all as the call left it. Registers are no memory: they are
 * saved to where it does not look. */
static struct scan {
	ucontext_t   *caller, *scanner;
	unsigned char stack[1 << 19];         /* calls of the library run on it too */
	char          lines[32768];           /* of /proc/self/smaps */
	size_t        length;
	bool          in_file;
	int           found;
	void        (*task)(void *context);
	void         *context;
} scan;

static void report(const struct piece *piece, const unsigned char *at, const char *where)
{
	if (kept.personal[piece->secret] && !scan.in_file)
		return;
	scan.found++;
	if (scan.found <= 20)
		print_error("a copy of: %s, %d bytes at %p in %s\n", kept.names[piece->secret], piece->length, (const void *)at, where);
}

static bool is_piece(const unsigned char *at, const unsigned char *end, const struct piece *piece)
{
	if ((size_t)(end - at) < piece->length)
		return false;
	for (size_t i = 0; i < piece->length; i++)
		if ((at[i] ^ MASK) != piece->bytes[i])
			return false;
	return true;
}

static void scan_range(const unsigned char *at, const unsigned char *end, const char *where)
{
	for (; at + WORD <= end; at++)
		for (short i = kept.buckets[bucket_of(word_at(at) ^ MASK_WORD)]; i; i = kept.pieces[i].next)
			if (is_piece(at, end, &kept.pieces[i]))
				report(&kept.pieces[i], at, where);
}

/* The next line of /proc/self/smaps, without its end; NULL after the last. */
static char *next_line(int fd)
{
	static size_t at;
	char *end = memchr(scan.lines + at, '\n', scan.length - at), *line;

	if (!end) {
		ssize_t more;

		memmove(scan.lines, scan.lines + at, scan.length -= at);
		at = 0;
		while (!end && (more = read(fd, scan.lines + scan.length, sizeof scan.lines - scan.length)) > 0) {
			scan.length += (size_t)more;
			end = memchr(scan.lines, '\n', scan.length);
		}
		if (!end)
			return NULL;
	}
	line = scan.lines + at;
	*end = '\0';
	at = (size_t)(end - scan.lines) + 1;
	return line;
}

/* A mapping's first line has its bounds, its last one its flags: "dd" is what is left out of core dumps, as sodium_malloc()
 * asks for what it locks. */
static void scan_memory(void)
{
	int fd = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
	unsigned long from = 0, to = 0;
	char where[100] = "", *line;

	scan.length = 0;
	while (fd >= 0 && (line = next_line(fd)) != NULL) {
		char *dash;
		unsigned long begin = strtoul(line, &dash, 16);

		if (*dash == '-') {
			char *rights;

			from = begin;
			to = strtoul(dash + 1, &rights, 16);
			if (rights[1] != 'r' || strstr(line, "[v"))
				to = from;
			strncpy(where, rights + 1, sizeof where - 1);
		} else if (strncmp(line, "VmFlags:", 8) == 0 && !strstr(line, " dd"))
			scan_range((const unsigned char *)from, (const unsigned char *)to, where);
	}
	close(fd);
}

static void scan_for_ever(void)
{
	for (;;) {
		scan.found = 0;
		if (scan.task)
			scan.task(scan.context);
		else
			scan_memory();
		scan.task = NULL;
		swapcontext(scan.scanner, scan.caller);
	}
}

static inline void scan_begin(void)
{
	scan.caller = sodium_malloc(sizeof *scan.caller);
	scan.scanner = sodium_malloc(sizeof *scan.scanner);
	assert_true(scan.caller && scan.scanner && getcontext(scan.scanner) == 0);
	scan.scanner->uc_stack.ss_sp = scan.stack;
	scan.scanner->uc_stack.ss_size = sizeof scan.stack;
	makecontext(scan.scanner, scan_for_ever, 0);
}

/* Macros: a function would have its frame where the one that is looked through had its own. */
#define copies_in_memory() (swapcontext(scan.caller, scan.scanner), scan.found)

/* Do something on the scanner's stack: keep what a call has made, without touching what it left on this one. */
#define elsewhere(function, argument) (scan.task = (function), scan.context = (argument), swapcontext(scan.caller, scan.scanner))

/* Without a call, for the same reason. */
__attribute__((always_inline)) static inline void wipe_here(char *text)
{
	for (volatile char *at = text; *at; at++)
		*at = '\0';
}

/* ---- the scan of the files ---- */

/* All but the root key's own file, whose place is elsewhere. */
static int scan_file(const char *path, const struct stat *info, int kind, struct FTW *position)
{
	const char *ending = strrchr(path, '.');
	void *bytes;
	int fd;

	(void)position;
	if (kind != FTW_F || info->st_size == 0 || (ending && strcmp(ending, ".rootkey") == 0))
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	bytes = mmap(NULL, (size_t)info->st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (bytes == MAP_FAILED)
		return -1;
	scan_range(bytes, (const unsigned char *)bytes + info->st_size, path);
	munmap(bytes, (size_t)info->st_size);
	return 0;
}

static inline int copies_in_files(struct world *w)
{
	scan.found = 0;
	scan.in_file = true;
	assert_int_equal(0, w ? nftw(w->folder, scan_file, 16, FTW_PHYS) : 0);
	scan.in_file = false;
	return scan.found;
}

/* No secret is left anywhere: what calls answered, and what the audit log has, is in memory and files like all else. */
#define assert_gone(w) assert_none(copies_in_memory(), (w), __FILE__, __LINE__)
static inline void assert_none(int in_memory, struct world *w, const char *file, int line)
{
	if (in_memory + copies_in_files(w) == 0)
		return;
	print_error("%s:%d: a secret was left behind\n", file, line);
	_fail(file, line);
}

/* The call answers that, and leaves no secret behind. */
#define assert_traceless(w, expected, call) \
	do { \
		nmk_status answer_ = (call); \
		int copies_ = copies_in_memory(); \
 \
		assert_status_at((expected), answer_, #call, __FILE__, __LINE__); \
		assert_none(copies_, (w), __FILE__, __LINE__); \
	} while (0)

/* ---- the keys of a market ---- */

static inline void keep_ring(nmk_market *market)
{
	const struct key_ring *ring = market->keys;
	const struct ring_secrets *secrets = ring->now.secrets;

	keep_bytes("root key", secrets->root.bytes, KEY_BYTES);
	keep_bytes("master key", secrets->master.bytes, KEY_BYTES);
	for (int i = 0; i < ring->now.count; i++)
		keep_bytes("epoch key", secrets->epochs[i].bytes, KEY_BYTES);
	for (int i = 0; i < KEY_USE__COUNT; i++)
		keep_bytes("derived key", ring->uses[i].bytes, KEY_BYTES);
}

/* An account's data key and the hash of its password, which are sealed in the store. */
static inline void keep_account(struct world *w, const char *username)
{
	struct secret_key *key = sodium_malloc(sizeof *key);
	char *hash = sodium_malloc(PASSWORD_TEXT_SIZE);
	struct nmk_user user = { 0 };
	struct nmk_op op;
	struct stmt stmt;
	nmk_status rc = op_begin(&op, w->system, OP_user_find);

	while (op_next(&op, &rc)) {
		rc = user_load_named(&op, username, &user);
		if (rc == NMK_OK)
			rc = data_key_get(&op.tx, user.id.number, key);
		if (rc != NMK_OK)
			continue;
		stmt_init(&stmt, &op.tx, SQL_credential_get);
		stmt_int(&stmt, "id", user.id.number);
		if (stmt_next(&stmt, &rc)) {
			size_t length;
			const void *sealed = stmt_column_blob(&stmt, 2, &length);

			rc = password_open(&op, user.id.number, stmt_column_int(&stmt, 3), sealed, length, hash);
			stmt_end(&stmt);
		}
	}
	assert_status(NMK_OK, rc);
	keep_bytes("data key", key->bytes, sizeof key->bytes);
	if (hash[0])
		keep_base64("hash of a password", strrchr(hash, '$') + 1, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	fields_free(user_fields, &user);
	sodium_free(key);
	sodium_free(hash);
}

/* ---- a world whose keys are looked for from the beginning, and which is looked through once more when it is closed ---- */

static int secrets_setup(void **state)
{
	if (world_setup(state) != 0)
		return -1;
	keep_ring(((struct world *)*state)->market);
	return 0;
}

static int secrets_teardown(void **state)
{
	int left;

	world_teardown(state);
	left = copies_in_memory();
	forget_secrets();
	return left;
}

#define SECRETS_TEST(function) cmocka_unit_test_setup_teardown(function, secrets_setup, secrets_teardown)

/* Sanitizers keep what was freed. */
static inline int run_secrets(const struct CMUnitTest *tests, size_t count)
{
#ifdef SANITIZED
	(void)tests;
	(void)count;
	print_message("SKIPPED: sanitizers keep what was freed\n");
	return 0;
#else
	if (sodium_init() < 0)
		return 1;
	scan_begin();
	return _cmocka_run_group_tests("secrets", tests, count, NULL, NULL);
#endif
}
#define RUN_SECRETS(tests) run_secrets((tests), sizeof (tests) / sizeof (tests)[0])

/* ---- mails ---- */

struct taken {
	nmk_outbox_message *message;
	const char         *template_name, *token;
};

static inline void keep_mail_token(void *context)
{
	static const char before[] = "\"token\":\"";
	struct taken *taken = context;
	const char *at = strstr(nmk_outbox_message_data(taken->message), before);
	char *copy;

	if (!at || strcmp(nmk_outbox_message_template_name(taken->message), taken->template_name) != 0)
		return;
	copy = keep_room("token of a mail", PROOF_TOKEN_SIZE - 1);
	copy_bytes(copy, at + strlen(before), PROOF_TOKEN_SIZE - 1);
	taken->token = keep_base64url("token of a mail", copy);
}

/* The token of the mail for that template; the other mails are delivered too. */
static inline const char *take_token(struct world *w, const char *template_name)
{
	struct taken taken = { .template_name = template_name };

	for (;;) {
		assert_status(NMK_OK, nmk_outbox_take(w->system, 1000, &taken.message));
		if (!taken.message)
			break;
		elsewhere(keep_mail_token, &taken);
		assert_status(NMK_OK, nmk_outbox_done(w->system, nmk_outbox_message_id(taken.message)));
		nmk_outbox_message_free(taken.message);
		assert_gone(w);
	}
	assert_non_null(taken.token);
	return taken.token;
}
#endif
