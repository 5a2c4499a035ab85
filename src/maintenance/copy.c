#include "copy.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "blob.h"
#include "components.h"
#include "keys.h"

/* Two parts of a path. What is cut here is too long for the system, too. */
struct path {
	char text[PATH_MAX + 1];
};

static struct path joined(const char *first, const char *second)
{
	struct path path;

	snprintf(path.text, sizeof path.text, "%s%s", first, second);
	return path;
}

/* The part's name is nothing that the caller knows: tell it of the file that it is for. */
static nmk_status open_failed(struct tx *tx, nmk_status rc, const char *field)
{
	switch (rc) {
	case NMK_EVERSION:
		return tx_fail(tx, rc, field, "was made by a newer library: update this one");
	case NMK_ECORRUPT:
	case NMK_ENOTFOUND: /* an empty file */
		return tx_fail(tx, NMK_ECORRUPT, field, "is damaged, or no store");
	case NMK_ENOMEM:
		return tx_no_memory(tx);
	case NMK_EFULL:
		return tx_fail(tx, rc, field, "no space is left for it");
	case NMK_OK: case NMK_EINTERNAL: case NMK_EINVALID: case NMK_EDENIED: case NMK_ELOGIN: case NMK_ESTATE:
	case NMK_ECONFLICT: case NMK_ELIMIT: case NMK_EBUSY: case NMK_EIO: case NMK_EREADONLY: case NMK_EUNKNOWN:
	case NMK_ECANCELLED:
		break;
	}
	return tx_fail(tx, NMK_EIO, field, "cannot be opened as a store");
}

/* Until it has its name a power cut may spoil it: then it is thrown away. So nothing waits for the disk before the end. */
nmk_status copy_open(struct tx *tx, const char *part, const char *field, struct store **copy)
{
	struct path url = joined("sqlite:", part);
	struct store_options options = {
		.url = url.text, .single_file = true, .relaxed = true, .readers = 2, .opened = components_connection_opened,
		.language = tx->language,
	};
	nmk_status rc;

	*copy = NULL;
	rc = store_open(&options, NULL, copy);
	return rc == NMK_OK ? NMK_OK : open_failed(tx, rc, field);
}

struct verifying {
	nmk_progress progress;
	void *context;
	bool  spoilt;
	char  first[BLOB_HASH_SIZE];
};

static void found(void *context, enum blob_problem problem, const char *name, bool repaired)
{
	struct verifying *verifying = context;

	(void)problem;
	(void)repaired;
	if (!verifying->spoilt)
		snprintf(verifying->first, sizeof verifying->first, "%s", name);
	verifying->spoilt = true;
}

static bool go_on(void *context, int64_t done, int64_t total)
{
	struct verifying *verifying = context;

	return !verifying->progress || verifying->progress(verifying->context, done, total);
}

static nmk_status verify_blobs(struct tx *tx, struct store *copy, const char *field, struct verifying *verifying)
{
	struct tx own = { .what = tx->what, .language = tx->language, .error = tx->error };
	struct blob_watch watch = { found, go_on, verifying };
	nmk_status rc = tx_begin(&own, copy, false);

	if (rc == NMK_OK)
		rc = tx_end(&own, blob_check(&own, &watch));
	if (rc == NMK_ECANCELLED)
		return tx_fail(tx, rc, NULL, "was stopped");
	if (rc == NMK_OK && verifying->spoilt)
		return tx_fail(tx, NMK_ECORRUPT, field, "the content of package %s is missing or was altered", verifying->first);
	return rc;
}

nmk_status copy_verify(struct tx *tx, struct store *copy, const char *field, nmk_progress progress, void *context)
{
	struct verifying verifying = { .progress = progress, .context = context };
	char problem[ENGINE_MESSAGE_SIZE];
	nmk_status rc = store_check(copy, NULL, problem);

	if (rc == NMK_ECORRUPT || *problem)
		return tx_fail(tx, NMK_ECORRUPT, field, "is damaged: %s", *problem ? problem : "it cannot be read");
	if (rc != NMK_OK)
		return open_failed(tx, rc, field);
	return verify_blobs(tx, copy, field, &verifying);
}

int64_t copy_size_beside(const char *path, const char *ending)
{
	struct stat info;

	return lstat(joined(path, ending).text, &info) == 0 ? info.st_size : -1;
}

static void tidy(const char *part)
{
	static const char *const endings[] = { ".lock", "-journal", "-wal", "-shm" };

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
		unlink(joined(part, endings[i]).text);
}

void copy_close(struct store *copy, const char *part)
{
	store_close(copy);
	tidy(part);
}

/* ---- the key ring ---- */

nmk_status copy_ring_path(struct tx *tx, const char *path, char **ring_path)
{
	*ring_path = strdup(joined(path, ".keyring").text);
	return *ring_path ? NMK_OK : tx_no_memory(tx);
}

nmk_status copy_ring(struct tx *tx, const struct store *store, const char *from, const struct new_file *to, bool *found)
{
	char *text;
	size_t length;
	nmk_status rc = key_ring_file(tx, store, from, &text, &length);
	int result;

	*found = text != NULL;
	if (rc == NMK_OK && text) {
		result = file_write(to->fd, text, length);
		rc = result == 0 ? NMK_OK : file_failed(tx, to->path, result);
	}
	free(text);
	return rc;
}
