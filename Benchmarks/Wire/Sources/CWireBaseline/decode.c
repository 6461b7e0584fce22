#include "tree.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64 };

struct input {
    const uint8_t *next;
    const uint8_t *end;
};

static size_t left(const struct input *input) { return (size_t)(input->end - input->next); }

/// Reads 1, 2, 4 or 8 bytes, the most significant first.
static inline bool read_number(struct input *input, size_t size, uint64_t *number) {
    if (left(input) < size) return false;
    uint16_t two;
    uint32_t four;
    uint64_t eight;
    switch (size) {
    case 1: *number = *input->next; break;
    case 2: memcpy(&two, input->next, 2); *number = ntohs(two); break;
    case 4: memcpy(&four, input->next, 4); *number = ntohl(four); break;
    default:
        memcpy(&eight, input->next, 8);
        *number = (uint64_t)ntohl((uint32_t)eight) << 32 | ntohl((uint32_t)(eight >> 32));
    }
    input->next += size;
    return true;
}

static inline bool read_signed(struct input *input, size_t size, wire_value *head) {
    head->kind = INT;
    if (!read_number(input, size, &head->content.number)) return false;
    unsigned unused = 64 - 8 * (unsigned)size;
    head->content.number = (uint64_t)((int64_t)(head->content.number << unused) >> unused);
    return true;
}

static inline bool read_length(struct input *input, size_t size, enum kind kind, wire_value *head) {
    uint64_t length;
    if (!read_number(input, size, &length)) return false;
    head->kind = kind;
    head->count = (size_t)(kind == MAP ? 2 * length : length);
    return true;
}

static inline bool read_extension(struct input *input, wire_value *head) {
    uint64_t type;
    head->kind = EXTENSION;
    if (!read_number(input, 1, &type)) return false;
    head->type = (int8_t)type;
    return true;
}

/// Reads a value up to its content; that of numbers is read then.
static inline bool read_head(struct input *input, wire_value *head) {
    if (left(input) == 0) return false;
    uint8_t byte = *input->next++;
    *head = (wire_value){.kind = INT};
    if (byte < 0x80 || byte >= 0xe0) {
        head->content.number = (uint64_t)(int64_t)(int8_t)byte;
        return true;
    }
    if (byte < 0xc0) {
        head->kind = byte < 0x90 ? MAP : byte < 0xa0 ? ARRAY : STRING;
        head->count = byte < 0x90 ? 2 * (byte & 15) : byte < 0xa0 ? byte & 15 : byte & 31;
        return true;
    }
    switch (byte) {
    case 0xc0: head->kind = NIL; return true;
    case 0xc2: case 0xc3:
        head->kind = BOOL;
        head->content.number = byte & 1;
        return true;
    case 0xc4: case 0xc5: case 0xc6:
        return read_length(input, (size_t)1 << (byte - 0xc4), BINARY, head);
    case 0xc7: case 0xc8: case 0xc9:
        return read_length(input, (size_t)1 << (byte - 0xc7), EXTENSION, head)
            && read_extension(input, head);
    case 0xca: head->kind = FLOAT; return read_number(input, 4, &head->content.number);
    case 0xcb: head->kind = DOUBLE; return read_number(input, 8, &head->content.number);
    case 0xcc: case 0xcd: case 0xce: case 0xcf:
        head->kind = UINT;
        return read_number(input, (size_t)1 << (byte - 0xcc), &head->content.number);
    case 0xd0: case 0xd1: case 0xd2: case 0xd3:
        return read_signed(input, (size_t)1 << (byte - 0xd0), head);
    case 0xd4: case 0xd5: case 0xd6: case 0xd7: case 0xd8:
        head->count = (size_t)1 << (byte - 0xd4);
        return read_extension(input, head);
    case 0xd9: case 0xda: case 0xdb:
        return read_length(input, (size_t)1 << (byte - 0xd9), STRING, head);
    case 0xdc: case 0xdd: return read_length(input, (size_t)2 << (byte - 0xdc), ARRAY, head);
    case 0xde: case 0xdf: return read_length(input, (size_t)2 << (byte - 0xde), MAP, head);
    default: return false;
    }
}

/// How many bytes follow a first byte that says so alone, and -1 for any other.
static const int8_t following[256] = {
    [0x80 ... 0x9f] = -1,
    [0xa0] = 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    [0xc1] = -1,
    [0xc4 ... 0xc9] = -1,
    [0xca] = 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17,
    [0xd9 ... 0xdf] = -1,
};

bool wire_is_valid(const uint8_t *bytes, size_t size) {
    struct input input = {bytes, bytes + size};
    // How many values each open array or map still waits for; the first is the whole.
    size_t waiting[DEEPEST + 1] = {1};
    int depth = 0;
    for (;;) {
        while (waiting[depth] == 0)
            if (depth-- == 0) return left(&input) == 0;
        waiting[depth]--;
        if (left(&input) == 0) return false;
        int8_t known = following[*input.next];
        if (known >= 0) {
            if (left(&input) - 1 < (size_t)known) return false;
            input.next += 1 + known;
            continue;
        }
        wire_value head;
        // Each byte or value takes a byte at least.
        if (!read_head(&input, &head) || head.count > left(&input)) return false;
        if (has_bytes(&head)) input.next += head.count;
        if (!has_values(&head)) continue;
        if (depth == DEEPEST) return false;
        waiting[++depth] = head.count;
    }
}

// Trees.

static void free_content(wire_value *value) {
    if (has_bytes(value)) free(value->content.bytes);
    if (!has_values(value)) return;
    for (size_t index = 0; index < value->count; index++)
        free_content(&value->content.values[index]);
    free(value->content.values);
}

/// Where it fails, nothing is left to free.
static bool read_value(struct input *input, int depth, wire_value *value) {
    if (!read_head(input, value) || value->count > left(input)) return false;
    if (has_bytes(value)) {
        uint8_t *copy = malloc(value->count + 1);
        if (!copy) return false;
        memcpy(copy, input->next, value->count);
        copy[value->count] = 0;
        input->next += value->count;
        value->content.bytes = copy;
    }
    if (!has_values(value)) return true;
    if (depth == DEEPEST) return false;
    size_t count = value->count;
    value->content.values = malloc((count ? count : 1) * sizeof(wire_value));
    if (!value->content.values) return false;
    for (value->count = 0; value->count < count; value->count++)
        if (!read_value(input, depth + 1, &value->content.values[value->count])) {
            free_content(value);
            return false;
        }
    return true;
}

wire_value *wire_decode(const uint8_t *bytes, size_t size) {
    struct input input = {bytes, bytes + size};
    wire_value *value = malloc(sizeof *value);
    if (!value || !read_value(&input, 0, value)) {
        free(value);
        return NULL;
    }
    if (left(&input) == 0) return value;
    wire_free(value);
    return NULL;
}

void wire_free(wire_value *value) {
    if (value) free_content(value);
    free(value);
}
