/* page.h -- one page of a list: values, and where the next page begins. */
#ifndef NMK_PAGE_H
#define NMK_PAGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct page {
	void **items;
	size_t count, capacity;
	char  *next;                     /* cursor, NULL after the last page        */
};

bool page_add(struct page *page, void *item);   /* takes the item; false without memory: the item is the caller's */
void page_clear(struct page *page, void (*item_free)(void *item));
char *page_json(const struct page *page, json_t *(*item_json)(const void *item));

/* The public functions of a type's page, for a type that has static void PREFIX_release(void *) and
 * static json_t *PREFIX_to_json(const void *). */
#define PAGE_FUNCTIONS(type, prefix)                                                                               \
	struct type##_page { struct page page; };                                                                   \
	size_t type##_page_count(const type##_page *page) { return page->page.count; }                              \
	const type *type##_page_item(const type##_page *page, size_t index)                                         \
	{                                                                                                           \
		return index < page->page.count ? page->page.items[index] : NULL;                                   \
	}                                                                                                           \
	const char *type##_page_next(const type##_page *page) { return page->page.next; }                           \
	char *type##_page_json(const type##_page *page) { return page_json(&page->page, prefix##_to_json); }        \
	void type##_page_free(type##_page *page)                                                                    \
	{                                                                                                           \
		if (page) {                                                                                         \
			page_clear(&page->page, prefix##_release);                                                  \
			free(page);                                                                                 \
		}                                                                                                   \
	}
#endif
