// What C needs for the jobs of the wire's libraries: the figures that theirs are divided by.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Sockets: two threads of this process with blocking calls, connected by a Unix socket. Both
// functions return 0, an errno, or WIRE_DIFFERS where other bytes arrived than were sent.

#define WIRE_DIFFERS (-1)

/// Sends `size` bytes, at most 4,096, forth and back, `count` times one after the other.
int wire_round_trips(size_t count, size_t size, uint64_t *nanoseconds);

/// Sends `count` times `size` bytes one way, and at the end a byte back. With `compare` every byte
/// that arrives is compared; else they are counted.
int wire_transfer(size_t count, size_t size, bool compare, uint64_t *nanoseconds);

// MessagePack: a tree of values, each array's, map's and string's content in a block of `malloc`.
// Everything that is read or written is checked against its bounds; text is not checked for UTF-8.

typedef struct wire_value wire_value;

/// The only value in the bytes, to be freed; null if they are malformed, nested deeper than 64, or
/// go on behind it.
wire_value *wire_decode(const uint8_t *bytes, size_t size);

void wire_free(wire_value *value);

/// Writes the value in its shortest form; returns its length, or 0 where it needs more than `size`.
size_t wire_encode(const wire_value *value, uint8_t *bytes, size_t size);

/// Whether `wire_decode` would take the bytes, found without making anything.
bool wire_is_valid(const uint8_t *bytes, size_t size);
