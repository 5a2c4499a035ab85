/* completion.h -- words written short beside one that has what they lack: "Ein- und Ausgabe", "Entwicklung und -pflege". Pure. */
#ifndef NMK_COMPLETION_H
#define NMK_COMPLETION_H

#include "analysis.h"

#define COMPLETION_BYTES (2 * COMPOUND_LETTERS)

/* The ends that the short word may have from the whole one, UTF-8. Returns how many, at most 2. */
size_t completion_ends(const char *first, size_t length, const struct analysis *whole, char ends[2][COMPLETION_BYTES],
		       size_t lengths[2]);

/* The first parts of the whole word, which the short one lacks. Returns its bytes; 0: it is no compound. */
size_t completion_beginning(const struct analysis *whole, char text[COMPLETION_BYTES]);
#endif
