/* value.h -- what goes into a statement and comes out of it, whatever the engine. */
#ifndef NMK_VALUE_H
#define NMK_VALUE_H

#include <stddef.h>
#include <stdint.h>

enum value_type {
	VALUE_UNBOUND = 0, VALUE_NULL, VALUE_INTEGER, VALUE_TEXT, VALUE_BLOB,
	VALUE_OBJECT   /* of the caller's, for a function of ours that the statement calls: SQL sees a NULL */
};

struct value {
	enum value_type type;
	int64_t     integer;
	const void *bytes;   /* of TEXT, BLOB and OBJECT; borrowed    */
	size_t      length;  /* of TEXT (without a NUL) and BLOB      */
};
#endif
