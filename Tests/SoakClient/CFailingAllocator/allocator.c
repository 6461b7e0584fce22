#include "CFailingAllocator.h"
#include <execinfo.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

// Stands before each block; its size keeps malloc's alignment.
struct block {
    struct block *next, *previous;
    uint64_t magic;
    struct failing_allocator_record record;
} __attribute__((aligned(16)));

static const uint64_t live_magic = 0x6c69766520626c6f, dead_magic = 0x6465616420626c6f;
enum { bad_free_limit = 16 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct block *first;
static uint64_t calls, first_failing = UINT64_MAX, last_failing, live_bytes;
static struct failing_allocator_record bad_frees[bad_free_limit], failed;
static size_t bad_free_count, failed_count;

static void note(struct failing_allocator_record *record, size_t size) {
    record->call = calls;
    record->size = size;
    record->depth = backtrace(record->frames, FAILING_ALLOCATOR_DEPTH);
}

static struct block *allocate(size_t size) {
    calls++;
    if (calls >= first_failing && calls <= last_failing) {
        if (failed_count++ == 0) note(&failed, size);
        return NULL;
    }
    struct block *block = malloc(sizeof *block + size);
    if (!block) return NULL;
    memset(block + 1, 0xa5, size);
    note(&block->record, size);
    block->magic = live_magic;
    block->previous = NULL;
    block->next = first;
    if (first) first->previous = block;
    first = block;
    live_bytes += size;
    return block;
}

static void release(void *memory) {
    if (!memory) return;
    struct block *block = (struct block *)memory - 1;
    if (block->magic != live_magic) {
        if (bad_free_count < bad_free_limit) {
            note(&bad_frees[bad_free_count], block->magic == dead_magic ? block->record.size : 0);
            bad_free_count++;
        }
        return;
    }
    if (block->previous) block->previous->next = block->next;
    else first = block->next;
    if (block->next) block->next->previous = block->previous;
    block->magic = dead_magic;
    live_bytes -= block->record.size;
    memset(memory, 0xdd, block->record.size);
}

void *failing_allocate(size_t size, void **context) {
    (void)context;
    pthread_mutex_lock(&lock);
    struct block *block = allocate(size);
    pthread_mutex_unlock(&lock);
    return block ? block + 1 : NULL;
}

void *failing_reallocate(void *memory, size_t size, void **context) {
    if (!memory) return failing_allocate(size, context);
    pthread_mutex_lock(&lock);
    struct block *block = allocate(size);
    if (block) {
        size_t old = ((struct block *)memory - 1)->record.size;
        memcpy(block + 1, memory, old < size ? old : size);
        release(memory);
    }
    pthread_mutex_unlock(&lock);
    return block ? block + 1 : NULL;
}

void failing_free(void *memory, void **context) {
    (void)context;
    pthread_mutex_lock(&lock);
    release(memory);
    pthread_mutex_unlock(&lock);
}

void failing_allocator_fail(uint64_t first_call, uint64_t last_call) {
    pthread_mutex_lock(&lock);
    first_failing = first_call;
    last_failing = last_call;
    pthread_mutex_unlock(&lock);
}

uint64_t failing_allocator_calls(void) {
    pthread_mutex_lock(&lock);
    uint64_t value = calls;
    pthread_mutex_unlock(&lock);
    return value;
}

uint64_t failing_allocator_live_bytes(void) {
    pthread_mutex_lock(&lock);
    uint64_t value = live_bytes;
    pthread_mutex_unlock(&lock);
    return value;
}

int failing_allocator_record(enum failing_allocator_kind kind, size_t number,
                             struct failing_allocator_record *record) {
    int found = 0;
    pthread_mutex_lock(&lock);
    if (kind == FAILING_ALLOCATOR_FAILED && number == 0 && failed_count > 0) {
        *record = failed;
        found = 1;
    } else if (kind == FAILING_ALLOCATOR_BAD_FREE && number < bad_free_count) {
        *record = bad_frees[number];
        found = 1;
    } else if (kind == FAILING_ALLOCATOR_LIVE) {
        struct block *block = first;
        while (block && number--) block = block->next;
        if (block) *record = block->record;
        found = block != NULL;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

uint64_t heap_in_use(void) {
#if defined(__GLIBC__)
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
#else
    return 0;
#endif
}
