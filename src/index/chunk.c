#include "chunk.h"

#include "number.h"

#include <stdlib.h>
#include <string.h>

uint16_t chunk_u16(int64_t number)
{
	return number < 0 ? 0 : number > UINT16_MAX ? UINT16_MAX : (uint16_t)number;
}

uint32_t chunk_u32(int64_t number)
{
	return number < 0 ? 0 : number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

uint16_t chunk_language(const char *code)
{
	if (!code || strlen(code) != 2)
		return 0;
	return (uint16_t)((unsigned char)code[0] << 8 | (unsigned char)code[1]);
}

void chunk_language_code(uint16_t language, char code[3])
{
	code[0] = (char)(language >> 8);
	code[1] = (char)(language & 0xff);
	code[2] = '\0';
}

static uint16_t u16(const unsigned char *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

struct fact chunk_fact_get(const unsigned char facts[CHUNK_FACTS_SIZE], size_t slot)
{
	const unsigned char *at = facts + slot * CHUNK_FACT_BYTES;
	struct fact fact = {
		.words = u16(at), .minutes = u16(at + 2), .language = u16(at + 4), .day = u16(at + 6), .creator = u16(at + 8),
		.level = at[10], .format = at[11], .license = at[12],
		.topic_count = at[13] <= CHUNK_TOPICS ? at[13] : CHUNK_TOPICS,
	};

	for (size_t i = 0; i < CHUNK_TOPICS; i++)
		fact.topics[i] = u16(at + 14 + 2 * i);
	return fact;
}

static void fact_put(unsigned char *at, const struct fact *fact)
{
	put_little_endian(at, 2, fact->words);
	put_little_endian(at + 2, 2, fact->minutes);
	put_little_endian(at + 4, 2, fact->language);
	put_little_endian(at + 6, 2, fact->day);
	put_little_endian(at + 8, 2, fact->creator);
	at[10] = fact->level;
	at[11] = fact->format;
	at[12] = fact->license;
	at[13] = fact->topic_count;
	for (size_t i = 0; i < CHUNK_TOPICS; i++)
		put_little_endian(at + 14 + 2 * i, 2, fact->topics[i]);
}

struct figure chunk_figure_get(const unsigned char figures[CHUNK_FIGURES_SIZE], size_t slot)
{
	const unsigned char *at = figures + slot * CHUNK_FIGURE_BYTES;

	return (struct figure){ u16(at), u16(at + 2), (uint32_t)get_little_endian(at + 4, 4) };
}

void chunk_figure_put(unsigned char figures[CHUNK_FIGURES_SIZE], size_t slot, const struct figure *figure)
{
	unsigned char *at = figures + slot * CHUNK_FIGURE_BYTES;

	put_little_endian(at, 2, figure->rating);
	put_little_endian(at + 2, 2, figure->ratings);
	put_little_endian(at + 4, 4, figure->downloads);
}

static bool reserve_names(struct chunk_facts *chunk, size_t count)
{
	size_t capacity = chunk->name_capacity ? chunk->name_capacity : 64;
	int64_t *names;

	if (count <= chunk->name_capacity)
		return true;
	while (capacity < count)
		capacity *= 2;
	names = realloc(chunk->names, capacity * sizeof *names);
	if (!names)
		return false;
	chunk->names = names;
	chunk->name_capacity = capacity;
	return true;
}

bool chunk_facts_init(struct chunk_facts *chunk, const void *names, size_t names_length, const void *facts, size_t facts_length)
{
	size_t count = names_length / 8;

	memset(chunk, 0, sizeof *chunk);
	if (!facts || facts_length != sizeof chunk->bytes || names_length % 8 != 0 || count > CHUNK_NAMES_MAXIMUM)
		return true;
	if (!reserve_names(chunk, count))
		return false;
	for (size_t i = 0; i < count; i++)
		chunk->names[i] = (int64_t)get_little_endian((const unsigned char *)names + 8 * i, 8);
	chunk->name_count = count;
	memcpy(chunk->bytes, facts, facts_length);
	return true;
}

void chunk_facts_free(struct chunk_facts *chunk)
{
	free(chunk->names);
	chunk->names = NULL;
	chunk->name_count = chunk->name_capacity = 0;
}

unsigned char *chunk_facts_names(const struct chunk_facts *chunk)
{
	unsigned char *bytes = malloc(chunk->name_count * 8 + 1);

	for (size_t i = 0; bytes && i < chunk->name_count; i++)
		put_little_endian(bytes + 8 * i, 8, (uint64_t)chunk->names[i]);
	return bytes;
}

static bool name_number(struct chunk_facts *chunk, int64_t id, uint16_t *number)
{
	size_t at = 0;

	while (at < chunk->name_count && chunk->names[at] != id)
		at++;
	if (at == chunk->name_count) {
		if (!reserve_names(chunk, at + 1))
			return false;
		chunk->names[chunk->name_count++] = id;
	}
	*number = (uint16_t)at;
	return true;
}

static bool put(struct chunk_facts *chunk, size_t slot, const struct document_facts *document)
{
	struct fact fact = document->fact;
	bool complete = name_number(chunk, document->creator_id, &fact.creator);

	memset(fact.topics, 0, sizeof fact.topics);
	for (size_t i = 0; complete && i < fact.topic_count; i++)
		complete = name_number(chunk, document->topic_ids[i], &fact.topics[i]);
	if (complete)
		fact_put(chunk->bytes + slot * CHUNK_FACT_BYTES, &fact);
	return complete;
}

/* Names that no document has any more go when there are too many. */
static bool forget_names(struct chunk_facts *chunk)
{
	struct chunk_facts *fresh = calloc(1, sizeof *fresh);
	struct document_facts document;
	bool complete = fresh != NULL;

	for (size_t slot = 0; complete && slot < CHUNK_DOCUMENTS; slot++)
		if (chunk_facts_get(chunk, slot, &document))
			complete = put(fresh, slot, &document);
	if (complete) {
		chunk_facts_free(chunk);
		*chunk = *fresh;
	} else if (fresh)
		chunk_facts_free(fresh);
	free(fresh);
	return complete;
}

bool chunk_facts_put(struct chunk_facts *chunk, size_t slot, const struct document_facts *document)
{
	if (chunk->name_count + 1 + CHUNK_TOPICS > CHUNK_NAMES_MAXIMUM && !forget_names(chunk))
		return false;
	return put(chunk, slot, document);
}

void chunk_facts_remove(struct chunk_facts *chunk, size_t slot)
{
	memset(chunk->bytes + slot * CHUNK_FACT_BYTES, 0, CHUNK_FACT_BYTES);
}

bool chunk_facts_get(const struct chunk_facts *chunk, size_t slot, struct document_facts *document)
{
	struct fact fact = chunk_fact_get(chunk->bytes, slot);

	*document = (struct document_facts){ .fact = fact };
	if (fact.level == 0 || fact.creator >= chunk->name_count)
		return false;
	document->creator_id = chunk->names[fact.creator];
	for (size_t i = 0; i < fact.topic_count; i++) {
		if (fact.topics[i] >= chunk->name_count)
			return false;
		document->topic_ids[i] = chunk->names[fact.topics[i]];
	}
	document->fact.creator = 0;
	memset(document->fact.topics, 0, sizeof document->fact.topics);
	return true;
}
