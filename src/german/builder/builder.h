/* builder.h -- the parts of the host tool nmk_lexicon, which makes a lexicon from a Hunspell dictionary of German and lists of our own. */
#ifndef NMK_BUILDER_H
#define NMK_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

_Noreturn void builder_fail(const char *what, const char *why);
void *builder_resize(void *memory, size_t count, size_t size);    /* never NULL */

#define WORD_BYTES 128

/*
 * Interface to letters.c
 */

/* Latin-1 from UTF-8, in place; false if there are other characters. */
bool letters_to_latin1(char *text);

/* As words stand in a lexicon: lower case, no accents but those of umlauts, ss for ß. False if it is not made of letters alone. */
bool letters_fold(const char *latin1, char folded[WORD_BYTES]);

/* Without umlauts. */
void letters_strip(const char *word, char plain[WORD_BYTES]);

bool letters_begin(const char *word, const char *beginning);
bool letters_end(const char *word, const char *ending);

/*
 * Interface to hunspell.c
 *
 * Reads what igerman98 uses of Hunspell's format: affixes with conditions, and flags of one letter.
 */

struct hunspell_word {
	const char *text;     /* Latin-1, as it is written                              */
	const char *lemma;    /* the entry that it is a form of                         */
	const char *flags;    /* of the entry                                           */
	char        affix;    /* the flag that made the form; 0: it is the entry itself */
	bool        negated;  /* a prefix stands before it, too                         */
};

typedef void (*hunspell_sink)(void *context, const struct hunspell_word *word);

/* Hand over each entry that is made of letters, with all of its forms. */
void hunspell_read(const char *affixes, const char *dictionary, hunspell_sink sink, void *context);

/*
 * Interface to forms.c
 *
 * All written forms, and the groups of forms that are one word to somebody who searches.
 */

#define FORM_GROUPS 6

#define FORM_WORD  1     /* stands by itself                    */
#define FORM_NOUN  2     /* is written with a capital           */
#define FORM_OTHER 4     /* is written without                  */
#define FORM_HEAD  8     /* may be the last part of a compound  */
#define FORM_FRONT 16    /* may stand in front of another part  */
#define FORM_WHOLE 32    /* is one word, whatever its letters   */
#define FORM_BARE  64    /* is written without the umlauts that it should have */

struct form {
	char    *text;               /* folded                                   */
	uint32_t groups[FORM_GROUPS];
	uint8_t  group_count;
	uint8_t  flags;
	bool     function;
};

#define GROUP_ADJECTIVE 1
#define GROUP_VERB      2
#define GROUP_NOUN      4
#define GROUP_GENITIVE  8        /* a noun with endings that no plural has */
#define GROUP_APART     16       /* its umlauts tell it from another word                        */

struct group {
	char    *lemma;
	uint32_t same_as;            /* another group, or itself                                    */
	uint8_t  flags;
};

struct forms {
	struct form  *items;
	size_t        count;
	struct group *groups;
	size_t        group_count;
	uint32_t     *form_table, *group_table;
	size_t        form_room, group_room;
};

struct form *forms_find(const struct forms *forms, const char *text);              /* NULL: none */
bool forms_has(const struct forms *forms, const char *text, unsigned int flags);   /* all of them */
struct form *forms_get(struct forms *forms, const char *text);                     /* makes it    */
struct group *forms_group(const struct forms *forms, const char *lemma);           /* NULL: none */
uint32_t forms_group_get(struct forms *forms, const char *lemma);
void forms_join(struct forms *forms, struct form *form, uint32_t group);
void forms_unite(struct forms *forms, uint32_t a, uint32_t b);
uint32_t forms_root(const struct forms *forms, uint32_t group);
void forms_sort(struct forms *forms);                                              /* by text; no more may be made */
void forms_free(struct forms *forms);

/* Read the dictionary, and lists of our own: whole words with their forms, function words, and strong verbs. */
void forms_read_hunspell(struct forms *forms, const char *affixes, const char *dictionary);
void forms_read_words(struct forms *forms, const char *path);
void forms_read_function_words(struct forms *forms, const char *path);
void forms_read_verbs(struct forms *forms, const char *path);

/* Unite groups whose words are one, beyond what the dictionary knows: Museum and Museen, gelernt and lernen, Ärztin and Arzt. */
void relations_unite(struct forms *forms);

/* Mark the groups that only their umlauts tell from another word: drücken, drucken. */
void relations_part(struct forms *forms);

/*
 * Interface to roles.c
 */
struct lexicon_word;
void roles_add_fronts(struct forms *forms);     /* "arbeits" and its like, by rule               */
void roles_add_bare(struct forms *forms);       /* words as they are written without umlauts     */
void roles_find(const struct forms *forms, const struct form *form, struct lexicon_word *word);

/*
 * Interface to stems.c
 */
struct stems;
struct stems *stems_new(const struct forms *forms);
void stems_find(struct stems *stems, const struct form *form, struct lexicon_word *word);
void stems_free(struct stems *stems);

#endif
