/* e2e.c -- what end to end costs a member's program: encrypting and decrypting a message of a channel beside the same bytes sealed and
 * opened with the cipher alone; and what turning the ratchet and beginning a channel cost. usage: bench_e2e [TEXT_BYTES] */
#include "bench.h"

#include <nanomarket.h>
#include <sodium.h>

#define MESSAGES 2000
#define STARTS   100

static char text[NMK_E2E_TEXT_MAXIMUM];
static size_t length = 200;
static nmk_e2e_identity *anna, *ben;
static nmk_e2e_channel *a, *b;

/* Nothing here waits: the processor's time, which other programs do not lengthen. */
static double cpu_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void pass(nmk_e2e_channel *from, nmk_e2e_channel *to)
{
	unsigned char *message;
	size_t message_length;
	nmk_e2e_text *read;

	must(nmk_e2e_channel_encrypt(from, text, length, &message, &message_length) == NMK_OK, "encrypt");
	must(nmk_e2e_channel_decrypt(to, message, message_length, &read) == NMK_OK, "decrypt");
	nmk_e2e_text_free(read);
	nmk_free(message);
}

static void begin(void)
{
	unsigned char *message;
	size_t message_length;
	nmk_e2e_text *read;

	nmk_e2e_channel_free(a);
	nmk_e2e_channel_free(b);
	must(nmk_e2e_channel_start(anna, nmk_e2e_identity_signed_prekey(ben), NMK_E2E_SIGNED_PREKEY_BYTES, NULL, "bench", &a) == NMK_OK, "start");
	must(nmk_e2e_channel_encrypt(a, text, length, &message, &message_length) == NMK_OK, "encrypt");
	must(nmk_e2e_channel_accept(ben, message, message_length, NULL, "bench", &b, &read) == NMK_OK, "accept");
	nmk_e2e_text_free(read);
	nmk_free(message);
}

/* The bytes of a message: the cipher has as many to do. */
static double cipher_alone(void)
{
	static unsigned char key[32], nonce[24], plain[5000], sealed[5000 + 16];
	size_t padded = (32 + length) / 64 * 64 + 64;
	double start = cpu_us();

	for (int i = 0; i < MESSAGES; i++) {
		crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, plain, padded, NULL, 0, NULL, nonce, key);
		must(crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed, padded + 16, NULL, 0, nonce, key) == 0, "open");
	}
	return (cpu_us() - start) / MESSAGES;
}

static double one_way(void)
{
	double start = cpu_us();

	for (int i = 0; i < MESSAGES; i++)
		pass(a, b);
	return (cpu_us() - start) / MESSAGES;
}

static double in_turns(void)
{
	double start = cpu_us();

	for (int i = 0; i < MESSAGES / 10; i++)
		pass(i % 2 ? a : b, i % 2 ? b : a);
	return (cpu_us() - start) / (MESSAGES / 10.0);
}

static double starts(void)
{
	double start = cpu_us();

	for (int i = 0; i < STARTS; i++)
		begin();
	return (cpu_us() - start) / STARTS;
}

/* Each begun channel without a one-time prekey is remembered until the prekey is gone. */
static void new_people(void)
{
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
	must(nmk_e2e_identity_create(1, &anna) == NMK_OK && nmk_e2e_identity_create(1, &ben) == NMK_OK, "identity");
}

int main(int argc, char **argv)
{
	double (*const ways[])(void) = { cipher_alone, one_way, in_turns, starts };
	const char *const names[] = { "cipher alone, seal and open", "a message, one way", "a message, in turns", "begin a channel" };
	double values[4][ROUNDS], alone;

	if (argc > 1)
		length = (size_t)atoi(argv[1]);
	must(length >= 1 && length <= sizeof text && sodium_init() >= 0, "length");
	for (int round = 0; round < ROUNDS; round++) {
		new_people();
		begin();
		for (int i = 0; i < 4; i++)
			values[i][round] = ways[i]();
	}
	alone = median(values[0], ROUNDS);
	printf("%zu bytes of text\n", length);
	for (int i = 0; i < 4; i++)
		printf("%-28s %8.1f us  %6.1f times the cipher alone\n", names[i], median(values[i], ROUNDS), median(values[i], ROUNDS) / alone);
	nmk_e2e_channel_free(a);
	nmk_e2e_channel_free(b);
	nmk_e2e_identity_free(anna);
	nmk_e2e_identity_free(ben);
	return 0;
}
