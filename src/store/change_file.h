/* change_file.h -- changes that are told through a file beside the store: for engines that have no channel of their own.
 *
 * The file is mapped by all who use the store. It holds counters; a topic has one of them, which it shares with others. Who tells
 * of a change counts it up and wakes who sleeps on it (futex(2), Linux); who waits compares. Where that is not to be had, changes
 * of this process are told as before, and who waits looks again every 50 ms for those of others. */
#ifndef NMK_CHANGE_FILE_H
#define NMK_CHANGE_FILE_H

#include <stdbool.h>
#include <stdint.h>

struct changes;

/* `shared`: map `path`, an existing file that is ours. NULL: no memory. */
struct changes *change_file_open(const char *path, bool shared);
void change_file_close(struct changes *changes);

uint32_t change_file_seen(struct changes *changes, int64_t topic);
void change_file_signal(struct changes *changes, int64_t topic);

/* Until the topic's counter is another one than `seen`, or that time is over; or sooner, for no reason. */
void change_file_wait(struct changes *changes, int64_t topic, uint32_t seen, int milliseconds);
bool change_file_is_shared(const struct changes *changes);
#endif
