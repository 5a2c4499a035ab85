/* common.h -- what every header needs: export macro, plain types. */
#ifndef NANOMARKET_COMMON_H
#define NANOMARKET_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define NMK_BEGIN_DECLS extern "C" {
#define NMK_END_DECLS }
#else
#define NMK_BEGIN_DECLS
#define NMK_END_DECLS
#endif

#if defined(__GNUC__)
#define NMK_API __attribute__((visibility("default")))
#else
#define NMK_API
#endif

/* Start of an option struct: its version, and zero, the default, for every other member. */
#ifdef __cplusplus
#define NMK_INIT(version_number) { version_number }
#else
#define NMK_INIT(version_number) { .version = version_number }
#endif

NMK_BEGIN_DECLS

/** An opened store: its engine, connections, clock and options. Thread-safe, reference-counted. See market.h. */
typedef struct nmk_market nmk_market;

/** Who acts: a guest, a member or the host itself. One thread at a time. See session.h. */
typedef struct nmk_session nmk_session;

/** Told while long work goes on. @return true to go on, false to stop it with NMK_ECANCELLED. */
typedef bool (*nmk_progress)(void *context, int64_t done, int64_t total);

/** Gives the next bytes of what comes in: at most `size` of them, and how many. 0 is the end, negative a failure that the call
 *  answers with NMK_ECANCELLED. */
typedef int64_t (*nmk_reader)(void *context, void *buffer, size_t size);

/** Takes bytes of what goes out. Answers 0 to go on; anything else ends the call with NMK_ECANCELLED. */
typedef int (*nmk_writer)(void *context, const void *data, size_t size);

/**
 * Free a string or a byte array that the library handed over ("the caller's to free").
 * NULL is allowed.
 * @since 1.0
 */
NMK_API void nmk_free(void *memory);

NMK_END_DECLS
#endif
