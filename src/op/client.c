/* client.c -- from where a session acts. */
#include "session.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include "store_tx.h"

#define DEVICE_MAXIMUM       200
#define KNOWN_DEVICE_MAXIMUM 200

#define OPERATION "session_set_client"

/* One text for one address. An IPv4 address that was mapped into IPv6 (RFC 4291, 2.5.5.2) is the IPv4 one: else a client
 * would have two. */
static bool normalise(const char *address, char canonical[INET6_ADDRSTRLEN])
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, address, &v4) == 1)
		return inet_ntop(AF_INET, &v4, canonical, INET6_ADDRSTRLEN) != NULL;
	if (inet_pton(AF_INET6, address, &v6) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		return inet_ntop(AF_INET, v6.s6_addr + 12, canonical, INET6_ADDRSTRLEN) != NULL;
	return inet_ntop(AF_INET6, &v6, canonical, INET6_ADDRSTRLEN) != NULL;
}

static nmk_status check(nmk_session *session, const char *address, const char *device, const char *known_device)
{
	const struct text_rule label = { .minimum = 0, .maximum = DEVICE_MAXIMUM, .allow_blank = true };
	char canonical[INET6_ADDRSTRLEN];

	if (address && !normalise(address, canonical))
		return error_set(&session->error, session->language, OPERATION, NMK_EINVALID, "address", "is no IP address");
	if (device && text_check(device, &label) != TEXT_FINE)
		return error_set(&session->error, session->language, OPERATION, NMK_EINVALID, "device",
		                 "is too long or has characters that cannot be shown");
	if (known_device && strnlen(known_device, KNOWN_DEVICE_MAXIMUM + 1) > KNOWN_DEVICE_MAXIMUM)
		return error_set(&session->error, session->language, OPERATION, NMK_EINVALID, "known_device", "is too long");
	return NMK_OK;
}

static bool copy(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return !from || *to;
}

static void client_free(char *address, char *device, char *known_device)
{
	free(address);
	free(device);
	secret_free(known_device);
}

void session_forget_client(nmk_session *session)
{
	client_free(session->address, session->device, session->known_device);
	session->address = session->device = session->known_device = NULL;
}

nmk_status nmk_session_set_client(nmk_session *session, const char *address, const char *device, const char *known_device)
{
	char canonical[INET6_ADDRSTRLEN], *copies[3] = { NULL };
	nmk_status rc;

	if (!session)
		return NMK_EINVALID;
	memset(&session->error, 0, sizeof session->error);
	rc = check(session, address, device, known_device);
	if (rc != NMK_OK)
		return rc;
	if (!copy(&copies[0], address && normalise(address, canonical) ? canonical : NULL)
	    || !copy(&copies[1], device) || !copy(&copies[2], known_device)) {
		client_free(copies[0], copies[1], copies[2]);
		return error_set(&session->error, session->language, OPERATION, NMK_ENOMEM, NULL, "out of memory");
	}
	session_forget_client(session);
	session->address = copies[0];
	session->device = copies[1];
	session->known_device = copies[2];
	return NMK_OK;
}
