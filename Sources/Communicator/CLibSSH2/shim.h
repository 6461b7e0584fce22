// The distribution's libssh2, as Swift sees it.
#pragma once
#include <libssh2.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#ifdef __APPLE__
#include <malloc/malloc.h>
#else
#include <malloc.h>
#endif

// Newer libraries can tell "exited with 0" from "no exit status arrived". A weak reference is
// null where the library lacks the call, in a dynamic and in a static link alike.
extern int libssh2_channel_has_exit_status(LIBSSH2_CHANNEL *channel) __attribute__((weak));

/// Whether the linked library can say that an exit status arrived.
static inline int packer_swift_knows_exit_status(void) {
    return libssh2_channel_has_exit_status != 0;
}

/// 1 when an exit status arrived, 0 when none did, -1 when the library cannot say.
static inline int packer_swift_has_exit_status(LIBSSH2_CHANNEL *channel) {
    return libssh2_channel_has_exit_status ? libssh2_channel_has_exit_status(channel) : -1;
}

// The memory of sessions. What libssh2 reads behind the end of a short packet, or of a name that it
// never filled in, is zero; how much it has is counted; and it can be refused.

/// Whether libssh2 may have so much memory; `caller` is the place in libssh2 that wants it.
extern int packer_swift_may_allocate(void *wire, size_t count, const void *caller);
/// Told of every change of what libssh2 has, in bytes.
extern void packer_swift_memory_changed(void *wire, ptrdiff_t change);

enum { PACKER_SWIFT_SLACK = 32 };

static inline ptrdiff_t packer_swift_block_size(void *block) {
#ifdef __APPLE__
    return block ? (ptrdiff_t)malloc_size(block) : 0;
#else
    return block ? (ptrdiff_t)malloc_usable_size(block) : 0;
#endif
}

static __attribute__((noinline, unused)) void *packer_swift_allocate(size_t count, void **wire) {
    void *block = NULL;
    if (count < PTRDIFF_MAX && packer_swift_may_allocate(*wire, count, __builtin_return_address(0)))
        block = calloc(1, count + PACKER_SWIFT_SLACK);
    packer_swift_memory_changed(*wire, packer_swift_block_size(block));
    return block;
}

static __attribute__((unused)) void packer_swift_free(void *block, void **wire) {
    packer_swift_memory_changed(*wire, -packer_swift_block_size(block));
    free(block);
}

static __attribute__((unused)) void *packer_swift_reallocate(
    void *block, size_t count, void **wire
) {
    ptrdiff_t old = packer_swift_block_size(block);
    void *moved = count < PTRDIFF_MAX ? realloc(block, count + PACKER_SWIFT_SLACK) : NULL;
    if (moved) {
        packer_swift_memory_changed(*wire, packer_swift_block_size(moved));
        packer_swift_memory_changed(*wire, -old);
    }
    return moved;
}

/// A session whose memory is watched; `wire` is what its callbacks get.
static inline LIBSSH2_SESSION *packer_swift_new_session(void *wire) {
    return libssh2_session_init_ex(
        packer_swift_allocate, packer_swift_free, packer_swift_reallocate, wire);
}
