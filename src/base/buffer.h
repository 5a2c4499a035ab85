/* buffer.h -- a growing piece of memory whose failure is remembered, so that only the end of a chain is checked. */
#ifndef NMK_BUFFER_H
#define NMK_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buffer {
	char  *data;      /* NUL-terminated once anything was added; NULL before        */
	size_t length;    /* bytes without the NUL                                      */
	size_t capacity;  /* bytes allocated                                            */
	bool   failed;    /* an allocation failed: everything after it was ignored      */
};

/* Start with { 0 }. Every function may be called on a failed buffer. */
void buffer_add(struct buffer *buffer, const void *data, size_t length);
void buffer_text(struct buffer *buffer, const char *text);
void buffer_char(struct buffer *buffer, char c);
void buffer_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_clear(struct buffer *buffer);               /* empty, keeps the memory                    */
void buffer_free(struct buffer *buffer);
char *buffer_take(struct buffer *buffer);               /* the text, caller's; NULL if it failed      */
#endif
