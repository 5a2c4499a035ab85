/* unit_terms.h -- the terms of a unit, for documents and for queries. Pure. */
#ifndef NMK_UNIT_TERMS_H
#define NMK_UNIT_TERMS_H

#include "analysis.h"
#include "terms.h"
#include "unit.h"

/* All terms of a unit of a text, in each of the languages; none if nothing is left of it. Answers 0 or ANALYZER_NO_MEMORY. */
int unit_terms(struct analyzer *analyzer, unsigned languages, const char *text, struct unit *unit, struct terms *terms);

/* Only those of all that is tied to it, in one. */
int tied_terms(struct analyzer *analyzer, unsigned languages, struct unit *unit, struct terms *terms);
#endif
