/* chunk.h -- what results are filtered, counted and ranked by, packed 1024 documents to a chunk. Pure.
 *
 * Bytes, the lowest first, the same on every machine:
 *
 *     names    8 for each: the ids of creators and categories that the facts speak of by number
 *     facts    24 for each document
 *                0 words  2 minutes  4 language  6 day  8 creator  10 level  11 format  12 license  13 topics, their count
 *                14 topics, five numbers of names, the most important first
 *     figures  8 for each document
 *                0 rating, hundredths  2 ratings  4 downloads
 *
 * A document with level 0 is none. Figures that are too large for their place stand there as large as it can hold. */
#ifndef NMK_CHUNK_H
#define NMK_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHUNK_DOCUMENTS     1024
#define CHUNK_TOPICS        5
#define CHUNK_FACT_BYTES    24
#define CHUNK_FIGURE_BYTES  8
#define CHUNK_FACTS_SIZE    (CHUNK_DOCUMENTS * CHUNK_FACT_BYTES)
#define CHUNK_FIGURES_SIZE  (CHUNK_DOCUMENTS * CHUNK_FIGURE_BYTES)
#define CHUNK_NAMES_MAXIMUM (CHUNK_DOCUMENTS * (1 + CHUNK_TOPICS) * 2) /* half of them forgotten at most */

/* A document as it is in memory: creator and topics are numbers of names of its chunk. */
struct fact {
	uint16_t words, minutes, language, day, creator;
	uint8_t  level, format, license, topic_count;
	uint16_t topics[CHUNK_TOPICS];
};

struct figure {
	uint16_t rating;      /* average, hundredths; 0: none */
	uint16_t ratings;
	uint32_t downloads;
};

/* A document with ids, as it goes in and comes out. */
struct document_facts {
	struct fact fact;     /* its creator and topics are left out */
	int64_t     creator_id;
	int64_t     topic_ids[CHUNK_TOPICS];
};

/* The facts of a chunk that is being changed. */
struct chunk_facts {
	int64_t      *names;
	size_t        name_count, name_capacity;
	unsigned char bytes[CHUNK_FACTS_SIZE];
};

/* From what is stored; NULL for an empty one. Answers false without memory. Bytes of another length are an empty chunk. */
bool chunk_facts_init(struct chunk_facts *chunk, const void *names, size_t names_length, const void *facts, size_t facts_length);
void chunk_facts_free(struct chunk_facts *chunk);
bool chunk_facts_put(struct chunk_facts *chunk, size_t slot, const struct document_facts *document); /* false: no memory */
void chunk_facts_remove(struct chunk_facts *chunk, size_t slot);
bool chunk_facts_get(const struct chunk_facts *chunk, size_t slot, struct document_facts *document); /* false: there is none */
unsigned char *chunk_facts_names(const struct chunk_facts *chunk);   /* 8 bytes each, the caller's; NULL: no memory */

void chunk_figure_put(unsigned char figures[CHUNK_FIGURES_SIZE], size_t slot, const struct figure *figure);
struct figure chunk_figure_get(const unsigned char figures[CHUNK_FIGURES_SIZE], size_t slot);
struct fact chunk_fact_get(const unsigned char facts[CHUNK_FACTS_SIZE], size_t slot);

/* As large as its place allows. */
uint16_t chunk_u16(int64_t number);
uint32_t chunk_u32(int64_t number);

/* "de" as a number, 0 for what is no two letters; and back. */
uint16_t chunk_language(const char *code);
void chunk_language_code(uint16_t language, char code[3]);
#endif
