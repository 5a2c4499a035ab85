#include "files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "output.h"

#define FILE_MOST 1048576

char *read_text_file(struct cli *cli, const char *path, const char *field, int *code)
{
	FILE *file = fopen(path, "re");
	char *text = file ? calloc(1, FILE_MOST + 1) : NULL;
	int problem = errno;

	*code = EXIT_DONE;
	if (file && !text) {
		*code = fail_memory(cli);
	} else if (!file || (fread(text, 1, FILE_MOST, file) == 0 && ferror(file))) {
		*code = fail_text(cli, NMK_EIO, field, tr("'%s' cannot be read: %s"), path, strerror(file ? errno : problem));
		free(text);
		text = NULL;
	}
	if (file)
		fclose(file);
	return text;
}
