#include <nanomarket/version.h>

#include "migrate.h"

const char *nmk_library_version(void)
{
	return NMK_VERSION_TEXT;
}

int64_t nmk_schema_version(void)
{
	return schema_version();
}
