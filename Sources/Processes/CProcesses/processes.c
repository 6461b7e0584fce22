#define _GNU_SOURCE
#include "CProcesses.h"

#if defined(__linux__)

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// proc(5), /proc/pid/stat. The name in parentheses may hold anything, so the fields are counted
// from the last parenthesis. Returns 1, 0 for a process that is gone, and a negative errno where
// this process cannot open anything.
static int read_entry(int directory, const char *name, struct cprocesses_entry *entry) {
    char path[64];
    char text[1024];
    snprintf(path, sizeof path, "%s/stat", name);
    int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno == EMFILE || errno == ENFILE || errno == ENOMEM ? -errno : 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0) return 0;
    text[length] = 0;
    const char *fields = strrchr(text, ')');
    char state = 0;
    int threads = 0;
    unsigned long long start = 0;
    if (fields == NULL
        || sscanf(fields + 1,
                  " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %d %*d %llu",
                  &state, &entry->parent, &entry->session, &threads, &start) != 5) {
        return 0;
    }
    const char *digits = strrchr(name, '/');
    entry->process = atoi(digits == NULL ? name : digits + 1);
    // The first thread of a process may end before the others do.
    entry->is_zombie = state == 'X' || (state == 'Z' && threads <= 1);
    entry->start = start;
    return 1;
}

int cprocesses_look(int process, struct cprocesses_entry *entry) {
    char name[32];
    snprintf(name, sizeof name, "/proc/%d", process);
    return read_entry(AT_FDCWD, name, entry);
}

long cprocesses_list(struct cprocesses_entry *entries, size_t capacity, int *ended) {
    *ended = 0;
    DIR *directory = opendir("/proc");
    if (directory == NULL) return -errno;
    long count = 0;
    struct dirent *item;
    while ((item = readdir(directory)) != NULL) {
        struct cprocesses_entry entry;
        if (!isdigit((unsigned char)item->d_name[0])) continue;
        int found = read_entry(dirfd(directory), item->d_name, &entry);
        if (found < 0) {
            closedir(directory);
            return found;
        }
        if (found == 0) {
            *ended = 1;
            continue;
        }
        if ((size_t)count < capacity) entries[count] = entry;
        count++;
    }
    closedir(directory);
    return count;
}

#endif
