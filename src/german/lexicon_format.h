/* lexicon_format.h -- the file of a lexicon, as its reader and its writer share it. */
#ifndef NMK_LEXICON_FORMAT_H
#define NMK_LEXICON_FORMAT_H

/*
 * All numbers are little-endian.
 *
 *   magic (8 bytes), version (8 bytes), numbers of edges, classes and bytes of text (4 bytes each), flags (4 bytes)
 *   edges     4 bytes each: letter, and above it the index of the first edge of the next node << 9 | 256 if it is its node's last
 *   classes   LEXICON_CLASS_BYTES each: modifier, head, split, cut, prefix, traits, offset of the ending in the text (2 bytes)
 *   text      the endings, each with its NUL
 *
 * The first node begins at edge 0. A node where a word ends has a first edge whose letter is below LEXICON_FIRST_LETTER; behind it
 * comes one more edge. The letters of both are the number of the word's class: (first - 1) * 256 + second.
 */
#define LEXICON_MAGIC         "NMKLEX01"
#define LEXICON_MAGIC_BYTES   8
#define LEXICON_HEADER_BYTES  32
#define LEXICON_FLAGS_AT      28
#define LEXICON_PARTIAL       1       /* flag: what it has not may be a word all the same */
#define LEXICON_EDGE_BYTES    4
#define LEXICON_CLASS_BYTES   8
#define LEXICON_FIRST_LETTER  0x20
#define LEXICON_CLASSES       ((LEXICON_FIRST_LETTER - 1) * 256)
#define LEXICON_LAST_EDGE     0x100
#define LEXICON_EDGES         (1 << 23)
#endif
