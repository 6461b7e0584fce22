// An allocator for libssh2 of which one call fails, and that knows what was not given back.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { FAILING_ALLOCATOR_DEPTH = 24 };

// libssh2's three functions. New memory is full of rubbish; freed memory too, and is never used
// again, so that whoever still reads it, or frees it twice, is found out.
void *failing_allocate(size_t size, void **context);
void *failing_reallocate(void *block, size_t size, void **context);
void failing_free(void *block, void **context);

// Has the calls of these numbers return NULL, counted from 1 over allocate and reallocate.
void failing_allocator_fail(uint64_t first, uint64_t last);

// How many calls there were so far.
uint64_t failing_allocator_calls(void);

// How many bytes are in use.
uint64_t failing_allocator_live_bytes(void);

enum failing_allocator_kind {
    FAILING_ALLOCATOR_LIVE,
    FAILING_ALLOCATOR_BAD_FREE,
    FAILING_ALLOCATOR_FAILED,
};

// Something that was noted, with the calls that led to it, innermost first.
struct failing_allocator_record {
    uint64_t call;
    size_t size;
    int depth;
    void *frames[FAILING_ALLOCATOR_DEPTH];
};

// The record of a number, from 0; 0 when there is none.
int failing_allocator_record(enum failing_allocator_kind kind, size_t number,
                             struct failing_allocator_record *record);

// Writes "library+0xoffset (symbol)" for an address of code; returns its length.
size_t describe_address(void *address, char *text, size_t room);

// Has a crash, and a loop that uses so many seconds of processor time, write one line of JSON with
// the calls that led to it to standard output, and end the process with status 70.
void report_crashes(int seconds);

// The bytes of malloc's heap that are in use.
uint64_t heap_in_use(void);
