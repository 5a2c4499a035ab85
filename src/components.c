/* components.c -- the one list of components. */
#include "components.h"

#include "tokenizer_sqlite.h"

int components_connection_opened(void *native_handle)
{
	return tokenizer_sqlite_register(native_handle);
}

const struct component components[] = {
	{ NULL, NULL }
};
