/* version.h -- which library this is. */
#ifndef NANOMARKET_VERSION_H
#define NANOMARKET_VERSION_H

#include "common.h"

NMK_BEGIN_DECLS

/** Version of these headers (semver.org). */
#define NMK_VERSION_MAJOR 0
#define NMK_VERSION_MINOR 1
#define NMK_VERSION_PATCH 0
#define NMK_VERSION_TEXT  "0.1.0"

/** Version of the library that runs. @since 1.0 */
NMK_API const char *nmk_library_version(void);

/** Version of the schema that this library writes. @since 1.0 */
NMK_API int64_t nmk_schema_version(void);

NMK_END_DECLS
#endif
