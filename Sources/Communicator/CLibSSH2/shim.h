// The distribution's libssh2, as Swift sees it.
#pragma once
#include <libssh2.h>

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
