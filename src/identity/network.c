/* network.c -- the network of a session's client. */
#include "account.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include "session.h"

/* Keep the first `bits` of an address. */
static void cut(unsigned char *address, size_t length, size_t bits)
{
	memset(address + bits / 8, 0, length - bits / 8);
}

static bool write_network(int family, const unsigned char *address, size_t bits, char text[NETWORK_TEXT_SIZE])
{
	char name[INET6_ADDRSTRLEN];

	if (!inet_ntop(family, address, name, sizeof name))
		return false;
	snprintf(text, NETWORK_TEXT_SIZE, "%s/%zu", name, bits);
	return true;
}

/* Whoever has an IPv6 network of their own has 2^64 addresses in it. */
bool client_network(const nmk_session *session, bool for_show, char text[NETWORK_TEXT_SIZE])
{
	unsigned char address[sizeof(struct in6_addr)];
	size_t bits;

	text[0] = '\0';
	if (!session->address)
		return false;
	if (inet_pton(AF_INET, session->address, address) == 1) {
		bits = for_show ? 24 : 32;
		cut(address, sizeof(struct in_addr), bits);
		return write_network(AF_INET, address, bits, text);
	}
	if (inet_pton(AF_INET6, session->address, address) != 1)
		return false;
	bits = for_show ? 48 : 64;
	cut(address, sizeof address, bits);
	return write_network(AF_INET6, address, bits, text);
}
