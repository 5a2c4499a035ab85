#include "base64.h"

#include <sodium.h>

static bool is_in_alphabet(char c, bool url)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
	    || (url ? c == '-' || c == '_' : c == '+' || c == '/');
}

/* sodium_base642bin() sees to all but one thing: it takes bytes from 0x80 on for letters (libsodium 1.0.18). */
bool base64_decode(const char *text, size_t length, int variant, void *bytes, size_t room, size_t *decoded)
{
	bool url = variant == sodium_base64_VARIANT_URLSAFE || variant == sodium_base64_VARIANT_URLSAFE_NO_PADDING;

	*decoded = 0;
	for (size_t i = 0; i < length; i++)
		if (!is_in_alphabet(text[i], url) && !(text[i] == '=' && i + 2 >= length))
			return false;
	return sodium_base642bin(bytes, room, text, length, NULL, decoded, NULL, variant) == 0;
}
