/* json.h -- JSON values as text. */
#ifndef NMK_JSON_H
#define NMK_JSON_H

#include <jansson.h>

/* Steals the value. Compact text with the members in the order in which they were set, the caller's; NULL for NULL and
 * without memory. json_dumps() may leave out a key when it finds no memory for it, and say nothing. */
char *json_text(json_t *json);
#endif
