/* ring.h -- inside of the key ring: root.c gets the root key, ring_file.c reads and writes the file, ring.c has the keys while
 * the market is open, ring_change.c changes them. */
#ifndef NMK_RING_H
#define NMK_RING_H

#include <pthread.h>
#include <sys/stat.h>
#include "keys.h"

#define RING_EPOCHS      64
#define RING_SALT_BYTES  16         /* crypto_pwhash_SALTBYTES                   */
#define RING_STORE_BYTES 16         /* fingerprint of the store it belongs to    */

/* ---- root.c ---- */

enum root_kind { ROOT_FILE = 1, ROOT_PASSPHRASE = 2, ROOT_CALLBACK = 3 };
extern const char *const root_kind_words[];

/* Where the root key comes from. The texts are own copies, the passphrase in locked memory. */
struct root {
	enum root_kind kind;
	struct root_key_source source;
};
nmk_status root_take(struct tx *tx, const struct root_key_source *source, struct root *root);
void root_free(struct root *root);
nmk_status root_key_get(struct tx *tx, const struct root *root, const unsigned char salt[RING_SALT_BYTES],
                        struct secret_key *key);
nmk_status root_file_make(struct tx *tx, const char *path, bool *made);   /* unless there is one */

/* ---- what is on a ring ---- */

struct ring_secrets {
	struct secret_key root, master, epochs[RING_EPOCHS];
};

struct ring_epoch {
	int64_t number, since;
	int64_t replaced;               /* when it last was found to seal anything, or was followed by another; 0: it seals now */
};

/* A ring is replaced as a whole: another ring is another file. */
struct ring_stamp {
	dev_t  device;
	ino_t  inode;
	off_t  size;
	struct timespec modified;
};

struct ring_content {
	struct ring_secrets *secrets;   /* in locked memory, which only content_begin() and content_copy() leave writable */
	unsigned char     salt[RING_SALT_BYTES]; /* of a passphrase; with each root key a new one */
	struct ring_epoch epochs[RING_EPOCHS];   /* oldest first, without gaps; as secrets->epochs */
	int               count;
	struct ring_stamp stamp;
};
nmk_status content_begin(struct tx *tx, struct ring_content *content);
nmk_status content_copy(struct tx *tx, const struct ring_content *from, struct ring_content *content);
nmk_status content_add_epoch(struct tx *tx, struct ring_content *content);
void content_free(struct ring_content *content);

struct key_ring {
	char           *path;               /* of the file                                         */
	unsigned char   store[RING_STORE_BYTES];
	struct secret_key *uses;            /* derived from the master key, which never changes    */

	pthread_mutex_t mutex;              /* guards all below                                    */
	struct root     root;
	struct ring_content now;
	struct ring_stamp refused;          /* a newer file that the root key does not open        */
	int64_t         refused_oldest;     /* epoch on that one                                   */
};

/* Put the content in the place of the ring's. Mutex held. */
void ring_become(struct key_ring *ring, struct ring_content *content);

/* Read the file again, and make sure that the disk has it before anything is sealed with a key of it. On failure the ring stays
 * as it was. Mutex held. */
nmk_status ring_reread(struct tx *tx, struct key_ring *ring);

/* The same if it is another file than before. A ring whose root key was changed by another process is left alone as long as the
 * newest epoch that is known here stays on it. Mutex held. */
nmk_status ring_follow(struct tx *tx, struct key_ring *ring);

/* ---- ring_file.c ---- */

/* A ring's file as it is, checked but not opened. */
struct ring_file {
	char   *text;                       /* for free()                                          */
	size_t  length;
	char    root[16];
	unsigned char salt[RING_SALT_BYTES];
	int64_t oldest;                     /* epoch on it                                         */
	const char *keys;                   /* base64, in the text                                 */
	size_t  keys_length;
	struct ring_stamp stamp;
};

void store_fingerprint(const struct store *store, unsigned char bytes[RING_STORE_BYTES]);
nmk_status ring_missing(struct tx *tx, const char *path);

/* The text of a ring: is it one, whole, and that store's? Then the rest is filled in. */
nmk_status ring_file_check(struct tx *tx, const char *path, const unsigned char store[RING_STORE_BYTES], struct ring_file *file);

/* A text of NULL with NMK_OK: there is none. */
nmk_status ring_file_read(struct tx *tx, const char *path, const unsigned char store[RING_STORE_BYTES], struct ring_file *file);
nmk_status ring_file_open(struct tx *tx, const struct key_ring *ring, const struct ring_file *file,
                          struct ring_content *content);

/* Replaces the file as a whole. NMK_EUNKNOWN: it was, but a power cut may bring the old one back; the stamp is zero then, so
 * that it is read again. */
nmk_status ring_file_write(struct tx *tx, const struct key_ring *ring, enum root_kind kind, struct ring_content *content);
bool ring_stamp_of(const char *path, struct ring_stamp *stamp);
bool ring_stamp_equal(const struct ring_stamp *a, const struct ring_stamp *b);
#endif
