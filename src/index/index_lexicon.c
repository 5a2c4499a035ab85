#include "index_lexicon.h"

#include <stdlib.h>
#include <string.h>
#include "lexicon.h"
#include "word_lexicon.h"

nmk_status lexicon_row_get(struct nmk_op *op, enum lexicon_row row, int64_t *version, int64_t *count, void **bytes, size_t *size)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*version = *count = 0;
	*bytes = NULL;
	*size = 0;
	stmt_init(&stmt, &op->tx, SQL_search_lexicon_get);
	stmt_int(&stmt, "id", row);
	if (stmt_next(&stmt, &rc)) {
		const void *found = stmt_column_blob(&stmt, 2, size);

		*version = stmt_column_int(&stmt, 0);
		*count = stmt_column_int(&stmt, 1);
		*bytes = malloc(*size + 1);
		if (*bytes && *size > 0)
			memcpy(*bytes, found, *size);
		if (!*bytes)
			rc = tx_no_memory(&op->tx);
	}
	stmt_end(&stmt);
	return rc;
}

static nmk_status put(struct nmk_op *op, enum lexicon_row row, int64_t version, int64_t count, const void *bytes, size_t size)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_search_lexicon_put);
	stmt_int(&stmt, "id", row);
	stmt_int(&stmt, "version", version);
	stmt_int(&stmt, "words", count);
	stmt_blob(&stmt, "bytes", bytes, size);
	return stmt_exec(&stmt, NULL);
}

nmk_status lexicon_row_clear(struct nmk_op *op, enum lexicon_row row)
{
	return put(op, row, 0, 0, NULL, 0);
}

/* Titles, descriptions and topics of German documents; names of their creators are no words. */
static nmk_status read_documents(struct nmk_op *op, struct word_lexicon **words)
{
	struct stmt stmt;
	nmk_status rc = NMK_OK;

	*words = word_lexicon_new();
	if (!*words)
		return tx_no_memory(&op->tx);
	stmt_init(&stmt, &op->tx, SQL_search_source_german);
	while (rc == NMK_OK && stmt_next(&stmt, &rc)) {
		for (int column = 0; column < 3 && rc == NMK_OK; column++) {
			const char *text = stmt_column_text(&stmt, column);

			if (word_lexicon_read(*words, text, strlen(text)) != LEXICON_OK)
				rc = tx_no_memory(&op->tx);
		}
	}
	stmt_end(&stmt);
	return rc;
}

/* The bytes are taken. */
static nmk_status put_made(struct nmk_op *op, enum lexicon_row row, int64_t count, unsigned char *bytes, size_t size)
{
	struct lexicon *lexicon;
	nmk_status rc;
	int code;

	if (count == 0) {
		free(bytes);
		return lexicon_row_clear(op, row);
	}
	code = lexicon_from_memory(bytes, size, &lexicon);
	if (code != LEXICON_OK)
		return tx_no_memory(&op->tx);
	rc = put(op, row, (int64_t)lexicon_version(lexicon), count, bytes, size);
	lexicon_close(lexicon);
	return rc;
}

nmk_status lexicon_row_make(struct nmk_op *op, enum lexicon_row row)
{
	struct word_lexicon *words = NULL;
	unsigned char *bytes;
	size_t size, count;
	nmk_status rc;

	if (op_search_words(op)->installed)
		return lexicon_row_clear(op, row);
	rc = read_documents(op, &words);
	if (rc == NMK_OK && word_lexicon_finish(words, &bytes, &size, &count) != LEXICON_OK)
		rc = tx_no_memory(&op->tx);
	word_lexicon_free(words);
	return rc == NMK_OK ? put_made(op, row, (int64_t)count, bytes, size) : rc;
}

nmk_status lexicon_row_exchange(struct nmk_op *op)
{
	struct stmt stmt;

	stmt_init(&stmt, &op->tx, SQL_search_lexicon_exchange);
	return stmt_exec(&stmt, NULL);
}

/* ---- words that are gone ---- */

/* One that cannot be read is. */
static nmk_status is_outdated(struct nmk_op *op, enum lexicon_row row, struct word_lexicon *words, bool *outdated)
{
	struct lexicon *lexicon = NULL;
	int64_t version, count;
	void *bytes;
	size_t size;
	int code;
	nmk_status rc = lexicon_row_get(op, row, &version, &count, &bytes, &size);

	*outdated = false;
	if (rc != NMK_OK || version == 0) {
		free(bytes);
		return rc;
	}
	code = lexicon_from_memory(bytes, size, &lexicon);
	if (code == LEXICON_NO_MEMORY)
		return tx_no_memory(&op->tx);
	*outdated = code != LEXICON_OK || !word_lexicon_covers(words, lexicon, (size_t)count);
	lexicon_close(lexicon);
	return NMK_OK;
}

nmk_status lexicon_rows_outdated(struct nmk_op *op, bool *in_use, bool *next)
{
	struct word_lexicon *words = NULL;
	nmk_status rc = read_documents(op, &words);

	*in_use = *next = false;
	if (rc == NMK_OK)
		rc = is_outdated(op, LEXICON_IN_USE, words, in_use);
	if (rc == NMK_OK)
		rc = is_outdated(op, LEXICON_NEXT, words, next);
	word_lexicon_free(words);
	return rc;
}
