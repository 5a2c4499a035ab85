/* Words in order need only the path of the last one open: what leaves it never changes again, and is shared with its like. After
 * Daciuk, Mihov, Watson and Watson: Incremental Construction of Minimal Acyclic Finite-State Automata (2000). */
#include "automaton.h"

#include "buffer.h"
#include "lexicon_format.h"
#include "number.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_WORD  120
#define CLASS_LETTERS 2
#define NODE_EDGES    64     /* letters and classes in front of them */

struct node {
	uint32_t edges[NODE_EDGES];
	size_t   count;
};

struct automaton {
	struct node   path[LONGEST_WORD + CLASS_LETTERS + 1];
	unsigned char last[LONGEST_WORD + CLASS_LETTERS];    /* the word that was added last, with its class */
	size_t        last_length;
	uint32_t     *edges;                                 /* of the nodes that are closed                 */
	size_t        edge_count;
	size_t        edge_room;
	uint32_t     *nodes;                                 /* hash table of their first edges, 0: free     */
	size_t        node_count;
	size_t        node_room;                             /* a power of two                               */
	struct buffer classes;
	struct buffer text;
	bool          failed;
	bool          full;         /* there are more classes or endings than the format has room for */
};

struct automaton *automaton_new(void)
{
	struct automaton *automaton = calloc(1, sizeof *automaton);

	if (!automaton)
		return NULL;
	automaton->edge_count = NODE_EDGES;    /* the first node's, which is closed last */
	automaton->edge_room = 4 * NODE_EDGES;
	automaton->node_room = 1024;
	automaton->edges = calloc(automaton->edge_room, sizeof *automaton->edges);
	automaton->nodes = calloc(automaton->node_room, sizeof *automaton->nodes);
	buffer_char(&automaton->text, '\0');
	automaton->failed = !automaton->edges || !automaton->nodes;
	return automaton;
}

void automaton_free(struct automaton *automaton)
{
	if (!automaton)
		return;
	free(automaton->edges);
	free(automaton->nodes);
	buffer_free(&automaton->classes);
	buffer_free(&automaton->text);
	free(automaton);
}

/* ---- nodes ---- */

static size_t hash_of(const uint32_t *edges)
{
	uint64_t hash = 14695981039346656037ULL;    /* FNV-1a */

	for (size_t i = 0; i == 0 || !(edges[i - 1] & LEXICON_LAST_EDGE); i++)
		hash = (hash ^ edges[i]) * 1099511628211ULL;
	return (size_t)(hash ^ hash >> 29);
}

static bool is_same(const uint32_t *a, const uint32_t *b)
{
	for (size_t i = 0;; i++) {
		if (a[i] != b[i])
			return false;
		if (a[i] & LEXICON_LAST_EDGE)
			return true;
	}
}

static uint32_t *place_of(const struct automaton *automaton, uint32_t *nodes, size_t room, const uint32_t *edges)
{
	size_t at = hash_of(edges) & (room - 1);

	while (nodes[at] != 0 && !is_same(automaton->edges + nodes[at], edges))
		at = (at + 1) & (room - 1);
	return nodes + at;
}

static bool make_room(struct automaton *automaton)
{
	if (automaton->edge_count + NODE_EDGES > automaton->edge_room) {
		size_t room = 2 * automaton->edge_room;
		uint32_t *edges = room <= LEXICON_EDGES ? realloc(automaton->edges, room * sizeof *edges) : NULL;

		if (!edges)
			return false;
		automaton->edges = edges;
		automaton->edge_room = room;
	}
	if (2 * automaton->node_count >= automaton->node_room) {
		size_t room = 2 * automaton->node_room;
		uint32_t *nodes = calloc(room, sizeof *nodes);

		if (!nodes)
			return false;
		for (size_t i = 0; i < automaton->node_room; i++) {
			uint32_t first = automaton->nodes[i];

			if (first != 0)
				*place_of(automaton, nodes, room, automaton->edges + first) = first;
		}
		free(automaton->nodes);
		automaton->nodes = nodes;
		automaton->node_room = room;
	}
	return true;
}

/* The first edge of a node that is complete. A node without edges is 0: it stands behind the last letter of a class. */
static uint32_t close_node(struct automaton *automaton, struct node *node)
{
	uint32_t *place;

	if (node->count == 0)
		return 0;
	if (automaton->failed || !make_room(automaton)) {
		automaton->failed = true;
		return 0;
	}
	node->edges[node->count - 1] |= LEXICON_LAST_EDGE;
	place = place_of(automaton, automaton->nodes, automaton->node_room, node->edges);
	if (*place == 0) {
		*place = (uint32_t)automaton->edge_count;
		memcpy(automaton->edges + automaton->edge_count, node->edges, node->count * sizeof *node->edges);
		automaton->edge_count += node->count;
		automaton->node_count++;
	}
	node->count = 0;
	return *place;
}

/* Close what the last word has behind its first letters. */
static void close_path(struct automaton *automaton, size_t kept)
{
	for (size_t depth = automaton->last_length; depth > kept; depth--) {
		struct node *above = &automaton->path[depth - 1];
		uint32_t first = close_node(automaton, &automaton->path[depth]);

		above->edges[above->count - 1] |= first << 9;
	}
}

/* ---- words ---- */

/* Where the ending stands in the text: each only once. */
static size_t ending_of(struct automaton *automaton, const char *ending)
{
	size_t size = strlen(ending) + 1, at = 0;

	while (at < automaton->text.length && strcmp(automaton->text.data + at, ending) != 0)
		at += strlen(automaton->text.data + at) + 1;
	if (at == automaton->text.length)
		buffer_add(&automaton->text, ending, size);
	return at;
}

static size_t class_of(struct automaton *automaton, const struct lexicon_word *value)
{
	size_t ending = ending_of(automaton, value->ending ? value->ending : ""), at = 0;
	unsigned char class[LEXICON_CLASS_BYTES] = { value->modifier, value->head, value->split, value->cut,
						     value->prefix, value->traits };

	put_little_endian(class + 6, 2, ending);
	while (at < automaton->classes.length && memcmp(automaton->classes.data + at, class, sizeof class) != 0)
		at += sizeof class;
	if (at == automaton->classes.length)
		buffer_add(&automaton->classes, class, sizeof class);
	if (ending > UINT16_MAX || at / sizeof class >= LEXICON_CLASSES)
		automaton->full = automaton->failed = true;
	return at / sizeof class;
}

void automaton_add(struct automaton *automaton, const char *word, size_t length, const struct lexicon_word *value)
{
	unsigned char letters[LONGEST_WORD + CLASS_LETTERS];
	size_t class = class_of(automaton, value), kept = 0;

	automaton->failed = automaton->failed || automaton->classes.failed || automaton->text.failed;
	if (automaton->failed || length == 0 || length > LONGEST_WORD)
		return;
	memcpy(letters, word, length);
	letters[length] = (unsigned char)(class / 256 + 1);
	letters[length + 1] = (unsigned char)(class % 256);
	length += CLASS_LETTERS;
	while (kept < length && kept < automaton->last_length && letters[kept] == automaton->last[kept])
		kept++;
	close_path(automaton, kept);
	for (size_t depth = kept; depth < length; depth++) {
		struct node *node = &automaton->path[depth];

		if (node->count == NODE_EDGES) {
			automaton->failed = true;
			return;
		}
		node->edges[node->count++] = letters[depth];
		automaton->path[depth + 1].count = 0;
	}
	memcpy(automaton->last, letters, length);
	automaton->last_length = length;
}

/* ---- bytes ---- */

static void add_number(struct buffer *buffer, int bytes, uint64_t number)
{
	unsigned char little[8];

	put_little_endian(little, bytes, number);
	buffer_add(buffer, little, (size_t)bytes);
}

static uint64_t version_of(const struct automaton *automaton)
{
	uint64_t hash = 14695981039346656037ULL;

	for (size_t i = 0; i < automaton->edge_count; i++)
		hash = (hash ^ automaton->edges[i]) * 1099511628211ULL;
	for (size_t i = 0; i < automaton->classes.length; i++)
		hash = (hash ^ (unsigned char)automaton->classes.data[i]) * 1099511628211ULL;
	for (size_t i = 0; i < automaton->text.length; i++)
		hash = (hash ^ (unsigned char)automaton->text.data[i]) * 1099511628211ULL;
	return hash;
}

bool automaton_is_full(const struct automaton *automaton)
{
	return automaton->full;
}

unsigned char *automaton_finish(struct automaton *automaton, size_t *size)
{
	struct node *first = &automaton->path[0];
	struct buffer bytes = { 0 };

	close_path(automaton, 0);
	if (automaton->failed)
		return NULL;
	if (first->count > 0)
		first->edges[first->count - 1] |= LEXICON_LAST_EDGE;
	else
		first->edges[first->count++] = LEXICON_LAST_EDGE | LEXICON_FIRST_LETTER;
	memcpy(automaton->edges, first->edges, first->count * sizeof *first->edges);
	buffer_add(&bytes, LEXICON_MAGIC, LEXICON_MAGIC_BYTES);
	add_number(&bytes, 8, version_of(automaton));
	add_number(&bytes, 4, automaton->edge_count);
	add_number(&bytes, 4, automaton->classes.length / LEXICON_CLASS_BYTES);
	add_number(&bytes, 4, automaton->text.length);
	add_number(&bytes, 4, 0);
	for (size_t i = 0; i < automaton->edge_count; i++)
		add_number(&bytes, LEXICON_EDGE_BYTES, automaton->edges[i]);
	buffer_add(&bytes, automaton->classes.data, automaton->classes.length);
	buffer_add(&bytes, automaton->text.data, automaton->text.length);
	*size = bytes.length;
	return (unsigned char *)buffer_take(&bytes);
}
