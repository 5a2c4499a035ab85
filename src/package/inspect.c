/* inspect.c -- judge a package by itself. */
#define _DEFAULT_SOURCE /* pread() */
#include "packages.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char operation[] = "package_inspect_file";

nmk_status package_refused(nmk_error *error, enum language language, const char *who, const struct zip_report *report)
{
	const char *word = zip_rule_word(report->rule);
	const char *text = zip_rule_text(report->rule, language == LANGUAGE_GERMAN ? "de" : "en");

	if (*report->entry)
		return error_set(error, language, who, NMK_EINVALID, "package", "is refused by the rule %s, entry '%s': %s", word,
		                 report->entry, text);
	return error_set(error, language, who, NMK_EINVALID, "package", "is refused by the rule %s: %s", word, text);
}

static int read_file(void *context, uint64_t offset, void *buffer, size_t length)
{
	char *to = buffer;

	while (length > 0) {
		ssize_t got = pread(*(const int *)context, to, length, (off_t)offset);

		if (got <= 0)
			return -1;
		to += got;
		offset += (uint64_t)got;
		length -= (size_t)got;
	}
	return 0;
}

static nmk_status unreadable(nmk_error *error, enum language language)
{
	return error_set(error, language, operation, NMK_EIO, "path", "cannot be read");
}

static nmk_status inspect(int file, uint64_t size, enum language language, nmk_error *error)
{
	struct zip_source source = { read_file, &file, size };
	struct zip_archive archive = { 0 };
	struct zip_report report;

	if (size > (uint64_t)NMK_PACKAGE_BYTES_MAXIMUM)
		return error_set(error, language, operation, NMK_ELIMIT, "package", "must have at most %lld bytes",
		                 (long long)NMK_PACKAGE_BYTES_MAXIMUM);
	switch (zip_inspect(&source, &zip_limits_default, &archive, &report)) {
	case ZIP_ACCEPTED:
		zip_archive_free(&archive);
		return NMK_OK;
	case ZIP_REJECTED:
		return package_refused(error, language, operation, &report);
	case ZIP_FAILED_MEMORY:
		return error_set(error, language, operation, NMK_ENOMEM, NULL, "out of memory");
	case ZIP_STOPPED:
	case ZIP_FAILED_READ:
		break;
	}
	return unreadable(error, language);
}

nmk_status nmk_package_inspect_file(const char *path, const char *language_tag, nmk_error *error)
{
	enum language language = language_of(language_tag);
	struct stat info;
	nmk_status rc;
	int file;

	if (error)
		*error = (nmk_error){ 0 };
	if (!path)
		return error_set(error, language, operation, NMK_EINVALID, "path", "is needed");
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return unreadable(error, language);
	if (fstat(file, &info) == 0 && S_ISREG(info.st_mode))
		rc = inspect(file, (uint64_t)info.st_size, language, error);
	else
		rc = unreadable(error, language);
	close(file);
	return rc;
}
