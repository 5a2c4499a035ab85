/* account_password.c -- passwords of accounts: is it one at all, and is it a good new one. */
#include "account.h"

#include <stdlib.h>
#include <string.h>
#include "password_policy.h"
#include "session.h"

static nmk_status told(struct nmk_op *op, const char *field, enum password_problem problem, size_t minimum)
{
	switch (problem) {
	case PASSWORD_FINE:
		return NMK_OK;
	case PASSWORD_TOO_LONG:
		return op_fail(op, NMK_EINVALID, field, "must have from %lld to %lld bytes", 1LL, (long long)PASSWORD_BYTES);
	case PASSWORD_NOT_UTF8:
		return op_fail(op, NMK_EINVALID, field, "is not valid UTF-8");
	case PASSWORD_TOO_SHORT:
		return op_fail(op, NMK_EINVALID, field, "must have at least %lld characters", (long long)minimum);
	case PASSWORD_NO_UPPER:
		return op_fail(op, NMK_EINVALID, field, "must have an upper-case letter");
	case PASSWORD_NO_DIGIT:
		return op_fail(op, NMK_EINVALID, field, "must have a digit");
	case PASSWORD_NO_SPECIAL:
		return op_fail(op, NMK_EINVALID, field, "must have one of ! @ # $ %% ^ & * ( ) , . ? \" : { } | < >");
	case PASSWORD_COMMON:
		return op_fail(op, NMK_EINVALID, field, "is among the passwords that are guessed first");
	case PASSWORD_OWN_WORDS:
		return op_fail(op, NMK_EINVALID, field, "must not be made of one's own name or address or the market's name");
	}
	return NMK_EINTERNAL;
}

nmk_status account_check_password(struct nmk_op *op, const char *field, const char *password)
{
	if (!password)
		return op_fail(op, NMK_EINVALID, field, "is needed");
	return told(op, field, password_check_form(password), 0);
}

/* ---- the words that a member's password may not be made of ---- */

#define OWN_WORDS 8

struct own_words {
	char  *words[OWN_WORDS];
	size_t count;
};

static void own_words_free(struct own_words *own)
{
	for (size_t i = 0; i < own->count; i++)
		free(own->words[i]);
}

/* The word, folded, and also without what divides it: Max.Muster@... is "max.muster" and "maxmuster". */
static bool own_words_add(struct own_words *own, const char *word, size_t length)
{
	char *copy = strndup(word, length), *folded = copy ? text_casefold_key(copy) : NULL, *joined = NULL;
	size_t to = 0;

	free(copy);
	if (!folded)
		return false;
	own->words[own->count++] = folded;
	joined = strdup(folded);
	if (!joined)
		return false;
	for (const char *from = folded; *from; from++)
		if (!strchr(" ._-+@", *from))
			joined[to++] = *from;
	joined[to] = '\0';
	own->words[own->count++] = joined;
	return true;
}

static bool own_words_make(struct nmk_op *op, const char *username, const char *email, struct own_words *own)
{
	const char *market = op->session->market->options.market_name;

	own->count = 0;
	return own_words_add(own, username, strlen(username)) && own_words_add(own, email, strlen(email))
	    && own_words_add(own, email, strcspn(email, "@")) && own_words_add(own, market, strlen(market));
}

/* ---- judge ---- */

nmk_status account_judge_password(struct nmk_op *op, const char *field, const char *prepared, const char *username,
                                  const char *email, bool second_factor, bool *is_short)
{
	struct own_words own = { .count = 0 };
	struct password_verdict verdict = { .problem = PASSWORD_FINE };
	struct password_rules rules = { .policy = op->session->market->options.password_policy, .second_factor = second_factor };
	nmk_status rc = own_words_make(op, username, email, &own) ? NMK_OK : tx_no_memory(&op->tx);

	*is_short = false;
	rules.words = (const char *const *)own.words;
	rules.word_count = own.count;
	if (rc == NMK_OK && !password_judge(&rules, prepared, &verdict))
		rc = tx_no_memory(&op->tx);
	if (rc == NMK_OK)
		rc = told(op, field, verdict.problem, password_minimum(&rules));
	if (rc == NMK_OK)
		*is_short = verdict.is_short;
	own_words_free(&own);
	return rc;
}
