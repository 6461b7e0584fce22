// The tree that both halves know.
#pragma once

#include "CWireBaseline.h"

enum kind { NIL, BOOL, INT, UINT, FLOAT, DOUBLE, STRING, BINARY, EXTENSION, ARRAY, MAP };

struct wire_value {
    enum kind kind;
    int8_t type;
    /// How many bytes, elements, or keys and values together.
    size_t count;
    union {
        uint64_t number;
        uint8_t *bytes;
        wire_value *values;
    } content;
};

static inline bool has_bytes(const wire_value *value) {
    return value->kind >= STRING && value->kind <= EXTENSION;
}

static inline bool has_values(const wire_value *value) { return value->kind >= ARRAY; }
