#include "wipe.h"

#include <sodium.h>

/* Argon2id uses 7 KiB, everything else less than 3. */
void stack_wipe(void)
{
	sodium_stackzero(8192);
}
