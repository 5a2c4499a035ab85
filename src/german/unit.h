/* unit.h -- what belongs together in a text: words, names with signs, abbreviations, words tied by hyphens or written short. Pure. */
#ifndef NMK_UNIT_H
#define NMK_UNIT_H

#include "german.h"

#define UNIT_TEXT 128    /* longer things are not put together */

enum unit_kind {
	UNIT_WORD,
	UNIT_NAME,         /* C++, C#, R&B: text is all of it                            */
	UNIT_SHORT,        /* 1.000, jede*r: text is all of it, without what parts it    */
	UNIT_PIECES,       /* z. B., 1 000: the same, and its pieces are words, too      */
	UNIT_LETTER,       /* E-Mail, U-Bahn: text is both; the letter and the word, too */
	UNIT_GENDER        /* Lehrer*innen: text is "Lehrerinnen", the word is "Lehrer"  */
};

/* One position. */
struct unit {
	enum unit_kind kind;
	struct word    word;
	size_t         start;
	size_t         end;
	bool           plain;                /* nothing around it matters: the terms of its word are all               */
	bool           dotted;               /* a dot stands in front of it: .NET, ASP.NET                     */
	bool           tied;                 /* to the next one: E-Mail, Node.js, 1,5                          */
	char           text[UNIT_TEXT];
	size_t         text_length;          /* 0: none                                                        */
	struct word    letter;               /* UNIT_LETTER: what stands in front of the word                  */
	size_t         text_suffix;          /* UNIT_GENDER: where "innen" begins in it                        */
	size_t         text_rest;            /*   and where what follows begins: Teilnehmer:innenliste         */
	char           joined[UNIT_TEXT];    /* all that is tied, in one: "EMail"; only with the first of them */
	size_t         joined_length;
	size_t         joined_end;
	struct word    completed_by;         /* "Ein-" in "Ein- und Ausgabe": Ausgabe; end is 0 if there is none */
	struct word    completes;            /* "-pflege" in "Entwicklung und -pflege": Entwicklung              */
};

struct units {
	const char            *text;
	size_t                 length;
	enum analyzer_language language;
	size_t                 at;
	bool                   tied;         /* the unit before goes on          */
	struct word            last[2];      /* words before, the nearest first  */
	size_t                 seen;
};

void units_start(struct units *units, enum analyzer_language language, const char *text, size_t length);
bool units_next(struct units *units, struct unit *unit);
#endif
