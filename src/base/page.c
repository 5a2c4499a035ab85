#include "page.h"

#include <stdlib.h>
#include "json.h"

bool page_add(struct page *page, void *item)
{
	if (page->count == page->capacity) {
		size_t capacity = page->capacity ? page->capacity * 2 : 16;
		void **items = realloc(page->items, capacity * sizeof *items);

		if (!items)
			return false;
		page->items = items;
		page->capacity = capacity;
	}
	page->items[page->count++] = item;
	return true;
}

void page_clear(struct page *page, void (*item_free)(void *item))
{
	for (size_t i = 0; i < page->count; i++)
		item_free(page->items[i]);
	free(page->items);
	free(page->next);
	*page = (struct page){ 0 };
}

char *page_json(const struct page *page, json_t *(*item_json)(const void *item))
{
	json_t *json = json_object(), *items = json_array();
	bool complete = json && items;

	for (size_t i = 0; complete && i < page->count; i++)
		complete = json_array_append_new(items, item_json(page->items[i])) == 0;
	complete = complete && json_object_set(json, "items", items) == 0
	        && json_object_set_new(json, "next", page->next ? json_string(page->next) : json_null()) == 0;
	json_decref(items);
	if (complete)
		return json_text(json);
	json_decref(json);
	return NULL;
}
