#define _GNU_SOURCE
#include "CFailingAllocator.h"
#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

size_t describe_address(void *address, char *text, size_t room) {
    Dl_info info;
    if (!dladdr(address, &info) || !info.dli_fname)
        return (size_t)snprintf(text, room, "?+%p", address);
    const char *slash = strrchr(info.dli_fname, '/');
    const char *name = slash ? slash + 1 : info.dli_fname;
    size_t offset = (size_t)((char *)address - (char *)info.dli_fbase);
    if (info.dli_sname)
        return (size_t)snprintf(text, room, "%s+0x%zx (%s)", name, offset, info.dli_sname);
    return (size_t)snprintf(text, room, "%s+0x%zx", name, offset);
}

static void put(const char *text, size_t length) {
    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, text, length);
        if (written <= 0) return;
        text += written;
        length -= (size_t)written;
    }
}

static void report(int number) {
    void *frames[48];
    char text[512];
    int depth = backtrace(frames, 48);
    put(text, (size_t)snprintf(text, sizeof text, "{\"crash\":{\"signal\":%d,\"frames\":[", number));
    // The first two are this function and what the system put on the stack to call it.
    for (int frame = 2; frame < depth; frame++) {
        if (frame > 2) put(",", 1);
        put("\"", 1);
        size_t length = describe_address(frames[frame], text, sizeof text);
        put(text, length < sizeof text ? length : sizeof text - 1);
        put("\"", 1);
    }
    put("]}}\n", 4);
    _exit(70);
}

void report_crashes(int seconds) {
    void *frames[1];
    // The first call loads libraries, which must not happen in a crash.
    backtrace(frames, 1);
    const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGPROF};
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = report;
    sigemptyset(&action.sa_mask);
    for (size_t index = 0; index < sizeof signals / sizeof *signals; index++)
        sigaction(signals[index], &action, NULL);
    // Goes to a thread that runs, which is the one that loops.
    struct itimerval limit = {.it_value = {.tv_sec = seconds}};
    setitimer(ITIMER_PROF, &limit, NULL);
}
