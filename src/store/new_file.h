/* new_file.h -- a file that appears under its name only when it is complete, and never takes another's place. */
#ifndef NMK_NEW_FILE_H
#define NMK_NEW_FILE_H

#include "store.h"

/* Until it is finished the file is called PATH.part. It is held with flock(): one that a crash left behind is taken
 * over, one that somebody writes is not. Start with NEW_FILE_NONE. */
struct new_file {
	char *path, *part;
	int   fd;
	bool  finished;
};
#define NEW_FILE_NONE { .fd = -1 }

/* Failures name the field "path". NMK_ECONFLICT if there is such a file, or one on its way. */
nmk_status new_file_begin(struct tx *tx, struct new_file *file, const char *path);

/* To the disk, and under its name. */
nmk_status new_file_finish(struct tx *tx, struct new_file *file);

/* The finished file is not wanted after all. */
void new_file_withdraw(struct new_file *file);

/* Afterwards in any case: removes what was not finished. */
void new_file_end(struct new_file *file);

/* ---- what others who write files need too ---- */

/* NMK_EFULL, NMK_ENOMEM, else NMK_EIO, with the field "path". */
nmk_status file_failed(struct tx *tx, const char *path, int error_number);
int file_write(int fd, const void *data, size_t length);                     /* all of it: 0; else errno    */
int file_read(int fd, int64_t offset, void *buffer, size_t length);          /* all of it: 0; else errno    */
int file_sync(int fd);                                                       /* 0; else errno               */
int folder_sync(const char *path);                                           /* of the folder itself        */
int folder_sync_above(const char *path);                                     /* of the folder that holds it */
#endif
