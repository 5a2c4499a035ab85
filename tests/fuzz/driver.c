/* driver.c -- runs a fuzz target over files and folders, without a fuzzer: so that every corpus is a regression test.
 *
 * usage: TARGET [-flags that fuzzers understand are ignored] FILE|FOLDER... */
#define _DEFAULT_SOURCE
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static long inputs;

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int run_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat info;
	uint8_t *data;
	size_t size;

	if (!file || stat(path, &info) != 0) {
		fprintf(stderr, "%s cannot be read\n", path);
		return 1;
	}
	size = (size_t)info.st_size;
	data = malloc(size ? size : 1); /* exactly as long: a sanitizer sees one byte too many */
	if (!data || fread(data, 1, size, file) != size) {
		fprintf(stderr, "%s cannot be read\n", path);
		free(data);
		fclose(file);
		return 1;
	}
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	inputs++;
	return 0;
}

static int run_path(const char *path)
{
	struct dirent **entries;
	struct stat info;
	int count, failed = 0;

	if (stat(path, &info) != 0) {
		fprintf(stderr, "there is no %s\n", path);
		return 1;
	}
	if (!S_ISDIR(info.st_mode))
		return run_file(path);
	count = scandir(path, &entries, NULL, by_name);
	for (int i = 0; i < count; i++) {
		char *name;

		if (entries[i]->d_name[0] != '.' && (name = malloc(strlen(path) + strlen(entries[i]->d_name) + 2)) != NULL) {
			strcat(strcat(strcpy(name, path), "/"), entries[i]->d_name);
			failed |= run_path(name);
			free(name);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return failed | (count < 0);
}

/* Small inputs that every target must bear: nothing, each byte, one byte a thousand times. */
static void run_plain(void)
{
	static uint8_t many[1000];
	uint8_t byte = 0;

	LLVMFuzzerTestOneInput(&byte, 0);
	for (int i = 0; i < 256; i++) {
		byte = (uint8_t)i;
		LLVMFuzzerTestOneInput(&byte, 1);
		memset(many, i, sizeof many);
		LLVMFuzzerTestOneInput(many, sizeof many);
	}
	inputs += 513;
}

int main(int argc, char **argv)
{
	int failed = 0;

	run_plain();
	for (int i = 1; i < argc; i++)
		if (argv[i][0] != '-')
			failed |= run_path(argv[i]);
	printf("%ld inputs\n", inputs);
	return failed;
}
