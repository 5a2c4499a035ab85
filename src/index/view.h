/* view.h -- the chunks of all documents and the tree of topics in memory, as one transaction sees them.
 *
 * A view never changes. It is shared by all threads; a newer one takes over the chunks that stayed the same. */
#ifndef NMK_VIEW_H
#define NMK_VIEW_H

#include <stdatomic.h>
#include "chunk.h"
#include "op.h"

#define VIEW_TOPIC_DEPTH 8
#define VIEW_CHUNKS      (INT64_C(1) << 21)

struct view_topic {
	int64_t id;
	int64_t parent_id;                      /* 0 at the top                                       */
	char   *name;
	uint32_t line[VIEW_TOPIC_DEPTH];        /* places of itself and of those above it             */
	size_t   depth;                         /* how many these are                                 */
};

/* By id. The place in the array is the topic's number in memory. */
struct view_topics {
	atomic_int references;
	int64_t    generation;
	size_t     count;
	struct view_topic topics[];
};
#define VIEW_NO_TOPIC UINT32_MAX

struct view_facts {
	atomic_int references;
	int64_t    generation, topics_generation;
	size_t     name_count;
	int64_t   *names;
	uint32_t  *topic_places;                /* of each name; VIEW_NO_TOPIC: none, a creator       */
	int64_t    documents, words;
	unsigned   languages;                   /* of documents, as german.h tells them apart; a set of bits */
	struct fact facts[CHUNK_DOCUMENTS];
};

struct view_figures {
	atomic_int references;
	int64_t    generation;
	struct figure figures[CHUNK_DOCUMENTS];
};

struct view_chunk {
	struct view_facts   *facts;             /* NULL: no documents                                 */
	struct view_figures *figures;
};

struct view {
	struct shared_value shared;
	atomic_int  references;
	int64_t     generation;
	int64_t     documents, words;
	unsigned    languages;                  /* of all facts                                       */
	struct view_topics *topics;
	size_t      chunk_count;
	struct view_chunk *chunks;
};

/* The view of this transaction; view_release() is due. */
nmk_status view_get(struct nmk_op *op, struct view **view);
void view_release(struct view *view);       /* NULL is allowed */

/* A topic's place, or VIEW_NO_TOPIC. */
uint32_t view_topic_place(const struct view_topics *topics, int64_t id);

/* What is known of a document; NULL: there is none. */
static inline const struct fact *view_fact(const struct view *view, int64_t document)
{
	size_t chunk = (size_t)document / CHUNK_DOCUMENTS;
	const struct fact *fact;

	if (document < 0 || chunk >= view->chunk_count || !view->chunks[chunk].facts || !view->chunks[chunk].figures)
		return NULL;
	fact = &view->chunks[chunk].facts->facts[document % CHUNK_DOCUMENTS];
	return fact->level ? fact : NULL;
}
#endif
