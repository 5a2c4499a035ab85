#include "franking.h"

#include <sodium.h>
#include <stdlib.h>
#include "e2e.h"

#define REPORT_VERSION 1
#define REPORT_HEADER  (1 + FRANKING_BYTES)

static const char purpose[] = "nanomarket franking tag";

void franking_commit(const unsigned char key[FRANKING_BYTES], const void *text, size_t length,
                     unsigned char commitment[FRANKING_BYTES])
{
	e2e_hmac(key, FRANKING_BYTES, &(struct bytes_piece){ text, length }, 1, commitment);
}

void franking_tag(const unsigned char key[FRANKING_BYTES], const struct franked_message *message,
                  unsigned char tag[FRANKING_BYTES])
{
	unsigned char bytes[sizeof purpose + 4 * 8 + FRANKING_BYTES];
	struct bytes_writer writer = { bytes };

	write_bytes(&writer, purpose, sizeof purpose);
	write_number(&writer, 8, (uint64_t)message->chat_id);
	write_number(&writer, 8, (uint64_t)message->message_id);
	write_number(&writer, 8, (uint64_t)message->sender_id);
	write_number(&writer, 8, (uint64_t)message->created_at);
	write_bytes(&writer, message->commitment, FRANKING_BYTES);
	e2e_hmac(key, FRANKING_BYTES, &(struct bytes_piece){ bytes, sizeof bytes }, 1, tag);
}

bool franking_tag_holds(const unsigned char key[FRANKING_BYTES], const struct franked_message *message,
                        const unsigned char tag[FRANKING_BYTES])
{
	unsigned char expected[FRANKING_BYTES];

	franking_tag(key, message, expected);
	return sodium_memcmp(expected, tag, sizeof expected) == 0;
}

/* ---- the reporter's side ---- */

nmk_status nmk_e2e_text_report(const nmk_e2e_text *text, unsigned char **report, size_t *length)
{
	unsigned char *bytes;
	struct bytes_writer writer;

	if (report)
		*report = NULL;
	if (!text || !report || !length)
		return NMK_EINVALID;
	bytes = malloc(REPORT_HEADER + text->length);
	if (!bytes)
		return NMK_ENOMEM;
	writer.at = bytes;
	write_number(&writer, 1, REPORT_VERSION);
	write_bytes(&writer, text->franking_key, FRANKING_BYTES);
	write_bytes(&writer, text->bytes, text->length);
	*report = bytes;
	*length = REPORT_HEADER + text->length;
	return NMK_OK;
}

nmk_status nmk_e2e_report_verify(const void *report, size_t length, const unsigned char commitment[NMK_E2E_KEY_BYTES],
                                 const char **text, size_t *text_length)
{
	const unsigned char *bytes = report;
	unsigned char expected[FRANKING_BYTES];

	if (text)
		*text = NULL;
	if (!report || !commitment || !text || !text_length || length <= REPORT_HEADER || length > NMK_E2E_REPORT_MAXIMUM
	    || bytes[0] != REPORT_VERSION)
		return NMK_EINVALID;
	franking_commit(bytes + 1, bytes + REPORT_HEADER, length - REPORT_HEADER, expected);
	e2e_forget();
	if (sodium_memcmp(expected, commitment, sizeof expected) != 0)
		return NMK_ECORRUPT;
	*text = (const char *)bytes + REPORT_HEADER;
	*text_length = length - REPORT_HEADER;
	return NMK_OK;
}
