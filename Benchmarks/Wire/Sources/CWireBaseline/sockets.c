#include "CWireBaseline.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/// What the other thread does, at its end of the socket.
struct far_end {
    int socket;
    size_t count;
    size_t size;
    bool compares;
    int failure;
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static int write_all(int socket, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(socket, bytes, size);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        bytes += written;
        size -= (size_t)written;
    }
    return 0;
}

/// At least one byte; an end is an error here, because everyone knows how much will come.
static int read_some(int socket, uint8_t *bytes, size_t size, size_t *taken) {
    for (;;) {
        ssize_t count = read(socket, bytes, size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        *taken = (size_t)count;
        return count == 0 ? ECONNRESET : 0;
    }
}

static int read_all(int socket, uint8_t *bytes, size_t size) {
    while (size > 0) {
        size_t taken = 0;
        int failure = read_some(socket, bytes, size, &taken);
        if (failure) return failure;
        bytes += taken;
        size -= taken;
    }
    return 0;
}

static int with_far_end(
    struct far_end *far,
    void *(*far_side)(void *),
    int (*near_side)(int, const struct far_end *, uint64_t *),
    uint64_t *nanoseconds
) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) return errno;
    far->socket = ends[1];
    pthread_t thread;
    int failure = pthread_create(&thread, NULL, far_side, far);
    if (!failure) {
        failure = near_side(ends[0], far, nanoseconds);
        // Wakes the other side where this one failed.
        shutdown(ends[0], SHUT_RDWR);
        pthread_join(thread, NULL);
    }
    close(ends[0]);
    close(ends[1]);
    if (far->failure == WIRE_DIFFERS) return WIRE_DIFFERS;
    return failure ? failure : far->failure;
}

// Round trips.

static void *echo(void *argument) {
    struct far_end *far = argument;
    uint8_t bytes[4096];
    for (size_t number = 0; number < far->count && !far->failure; number++) {
        far->failure = read_all(far->socket, bytes, far->size);
        if (!far->failure) far->failure = write_all(far->socket, bytes, far->size);
    }
    return NULL;
}

static int ask(int socket, const struct far_end *far, uint64_t *nanoseconds) {
    uint8_t sent[4096], received[4096];
    for (size_t index = 0; index < far->size; index++) sent[index] = (uint8_t)index;
    uint64_t start = now();
    for (size_t number = 0; number < far->count; number++) {
        sent[0] = (uint8_t)number;
        int failure = write_all(socket, sent, far->size);
        if (!failure) failure = read_all(socket, received, far->size);
        if (failure) return failure;
        if (memcmp(sent, received, far->size)) return WIRE_DIFFERS;
    }
    *nanoseconds = now() - start;
    return 0;
}

int wire_round_trips(size_t count, size_t size, uint64_t *nanoseconds) {
    if (size == 0 || size > 4096) return EINVAL;
    struct far_end far = {.count = count, .size = size};
    return with_far_end(&far, echo, ask, nanoseconds);
}

// One way.

/// What is sent, at any offset: never twice the same at a block's beginning.
static uint8_t pattern(size_t offset) {
    size_t place = offset % 131071;
    return (uint8_t)(place * 131 + (place >> 8));
}

static void *take(void *argument) {
    struct far_end *far = argument;
    uint8_t *bytes = malloc(far->size);
    if (!bytes) far->failure = ENOMEM;
    size_t offset = 0;
    while (!far->failure && offset < far->count * far->size) {
        size_t taken = 0;
        far->failure = read_some(far->socket, bytes, far->size, &taken);
        for (size_t index = 0; far->compares && index < taken; index++)
            if (bytes[index] != pattern(offset + index)) far->failure = WIRE_DIFFERS;
        offset += taken;
    }
    free(bytes);
    if (!far->failure) far->failure = write_all(far->socket, &(uint8_t){1}, 1);
    if (far->failure) shutdown(far->socket, SHUT_RDWR);
    return NULL;
}

static int give(int socket, const struct far_end *far, uint64_t *nanoseconds) {
    uint8_t *bytes = calloc(1, far->size);
    if (!bytes) return ENOMEM;
    int failure = 0;
    uint64_t start = now();
    for (size_t number = 0; number < far->count && !failure; number++) {
        for (size_t index = 0; far->compares && index < far->size; index++)
            bytes[index] = pattern(number * far->size + index);
        failure = write_all(socket, bytes, far->size);
    }
    uint8_t receipt;
    if (!failure) failure = read_all(socket, &receipt, 1);
    *nanoseconds = now() - start;
    free(bytes);
    return failure;
}

int wire_transfer(size_t count, size_t size, bool compare, uint64_t *nanoseconds) {
    if (size == 0) return EINVAL;
    struct far_end far = {.count = count, .size = size, .compares = compare};
    return with_far_end(&far, take, give, nanoseconds);
}
