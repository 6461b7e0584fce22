#include "tree.h"

#include <arpa/inet.h>
#include <string.h>

struct output {
    uint8_t *next;
    uint8_t *end;
};

/// Writes a byte, and 0, 1, 2, 4 or 8 of a number, the most significant first.
static inline bool write_head(struct output *output, uint8_t form, size_t size, uint64_t number) {
    if ((size_t)(output->end - output->next) < 1 + size) return false;
    *output->next++ = form;
    uint16_t two = htons((uint16_t)number);
    uint32_t four = htonl((uint32_t)number);
    uint32_t high = htonl((uint32_t)(number >> 32));
    switch (size) {
    case 0: break;
    case 1: *output->next = (uint8_t)number; break;
    case 2: memcpy(output->next, &two, 2); break;
    case 4: memcpy(output->next, &four, 4); break;
    default:
        memcpy(output->next, &high, 4);
        memcpy(output->next + 4, &four, 4);
    }
    output->next += size;
    return true;
}

static inline bool write_bytes(struct output *output, const uint8_t *bytes, size_t size) {
    if ((size_t)(output->end - output->next) < size) return false;
    memcpy(output->next, bytes, size);
    output->next += size;
    return true;
}

static bool write_unsigned(struct output *output, uint64_t number) {
    if (number < 0x80) return write_head(output, (uint8_t)number, 0, 0);
    if (number <= UINT8_MAX) return write_head(output, 0xcc, 1, number);
    if (number <= UINT16_MAX) return write_head(output, 0xcd, 2, number);
    if (number <= UINT32_MAX) return write_head(output, 0xce, 4, number);
    return write_head(output, 0xcf, 8, number);
}

static bool write_signed(struct output *output, int64_t number) {
    uint64_t bits = (uint64_t)number;
    if (number >= -32 && number <= INT8_MAX) return write_head(output, (uint8_t)bits, 0, 0);
    if (number >= INT8_MIN && number <= INT8_MAX) return write_head(output, 0xd0, 1, bits);
    if (number >= INT16_MIN && number <= INT16_MAX) return write_head(output, 0xd1, 2, bits);
    if (number >= INT32_MIN && number <= INT32_MAX) return write_head(output, 0xd2, 4, bits);
    return write_head(output, 0xd3, 8, bits);
}

/// The head of a string, bytes or an extension: `form` is that with a length of one byte.
static bool write_length(struct output *output, uint8_t form, size_t length) {
    if (length <= UINT8_MAX) return write_head(output, form, 1, length);
    if (length <= UINT16_MAX) return write_head(output, form + 1, 2, length);
    return write_head(output, form + 2, 4, length);
}

static bool write_count(struct output *output, uint8_t fixed, uint8_t form, size_t count) {
    if (count < 16) return write_head(output, fixed | (uint8_t)count, 0, 0);
    if (count <= UINT16_MAX) return write_head(output, form, 2, count);
    return write_head(output, form + 1, 4, count);
}

static bool write_extension_head(struct output *output, const wire_value *value) {
    size_t size = value->count;
    uint8_t type = (uint8_t)value->type;
    if (size == 1 || size == 2 || size == 4 || size == 8 || size == 16)
        return write_head(output, 0xd4 + (uint8_t)__builtin_ctzl(size), 1, type);
    return write_length(output, 0xc7, size) && write_bytes(output, &type, 1);
}

static bool write_string_head(struct output *output, size_t length) {
    if (length < 32) return write_head(output, 0xa0 | (uint8_t)length, 0, 0);
    return write_length(output, 0xd9, length);
}

static bool write_values(struct output *output, const wire_value *value);

static bool write_value(struct output *output, const wire_value *value) {
    uint64_t number = value->content.number;
    switch (value->kind) {
    case NIL: return write_head(output, 0xc0, 0, 0);
    case BOOL: return write_head(output, number ? 0xc3 : 0xc2, 0, 0);
    case INT: return write_signed(output, (int64_t)number);
    case UINT: return write_unsigned(output, number);
    case FLOAT: return write_head(output, 0xca, 4, number);
    case DOUBLE: return write_head(output, 0xcb, 8, number);
    case STRING:
        return write_string_head(output, value->count)
            && write_bytes(output, value->content.bytes, value->count);
    case BINARY:
        return write_length(output, 0xc4, value->count)
            && write_bytes(output, value->content.bytes, value->count);
    case EXTENSION:
        return write_extension_head(output, value)
            && write_bytes(output, value->content.bytes, value->count);
    case ARRAY:
        return write_count(output, 0x90, 0xdc, value->count) && write_values(output, value);
    case MAP:
        return write_count(output, 0x80, 0xde, value->count / 2) && write_values(output, value);
    }
    return false;
}

static bool write_values(struct output *output, const wire_value *value) {
    for (size_t index = 0; index < value->count; index++)
        if (!write_value(output, &value->content.values[index])) return false;
    return true;
}

size_t wire_encode(const wire_value *value, uint8_t *bytes, size_t size) {
    struct output output = {bytes, bytes + size};
    return write_value(&output, value) ? (size_t)(output.next - bytes) : 0;
}
