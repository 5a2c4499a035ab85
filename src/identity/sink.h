/* sink.h -- a text with something secret in it: measured first, then written where it fits, so that no growing buffer
 * leaves copies behind. */
#ifndef NMK_SINK_H
#define NMK_SINK_H

#include <stddef.h>

struct sink {
	char  *to;       /* NULL while it is measured */
	size_t length;
};

void sink_add(struct sink *sink, const char *bytes, size_t length);
void sink_text(struct sink *sink, const char *text);
void sink_json(struct sink *sink, const char *text);                     /* as a JSON string, quotes included; NULL is null */
void sink_html(struct sink *sink, const char *text, size_t length);      /* escaped for elements and attributes             */

/* The text that `write` makes, called twice; the caller's, for secret_free(). NULL: no memory. */
typedef void sink_writer(struct sink *sink, const void *context);
char *sink_run(sink_writer *write, const void *context);
#endif
