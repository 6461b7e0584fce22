#define _GNU_SOURCE
#include "CProcesses.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
int cprocesses_lease(int descriptor) {
    // Who waits to write is told of by a signal: one that is ignored where nobody handles it.
    if (fcntl(descriptor, F_SETSIG, SIGURG) < 0) return -errno;
    return fcntl(descriptor, F_SETLEASE, F_RDLCK) < 0 ? -errno : 0;
}

int cprocesses_has_lease(int descriptor) { return fcntl(descriptor, F_GETLEASE) == F_RDLCK; }
#else
int cprocesses_lease(int descriptor) {
    (void)descriptor;
    return -ENOTSUP;
}

int cprocesses_has_lease(int descriptor) {
    (void)descriptor;
    return 0;
}
#endif

int cprocesses_pipe(int ends[2]) {
#if defined(__linux__)
    return pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0;
#else
    if (pipe(ends) < 0) return -errno;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETNOSIGPIPE, 1);
    return 0;
#endif
}

static int open_terminal(int controller) {
    if (grantpt(controller) < 0 || unlockpt(controller) < 0) return -1;
#if defined(__linux__)
    char name[64];
    if (ptsname_r(controller, name, sizeof name) != 0) return -1;
#else
    char name[128];
    if (ioctl(controller, TIOCPTYGNAME, name) < 0) return -1;
#endif
    return open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

int cprocesses_terminal(int *controller, int *terminal, int rows, int columns) {
    *controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (*controller < 0) return -errno;
    *terminal = open_terminal(*controller);
    struct winsize size = {(unsigned short)rows, (unsigned short)columns, 0, 0};
    if (*terminal >= 0 && ioctl(*terminal, TIOCSWINSZ, &size) == 0) return 0;
    int error = errno;
    if (*terminal >= 0) close(*terminal);
    close(*controller);
    return -error;
}

long cprocesses_write(int descriptor, const void *bytes, size_t count) {
#if defined(__linux__)
    // Linux has no flag for this on pipes: the signal is held back and, if it came, taken away.
    sigset_t broken, previous, pending;
    sigemptyset(&broken);
    sigaddset(&broken, SIGPIPE);
    sigemptyset(&pending);
    sigpending(&pending);
    int was_pending = sigismember(&pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken, &previous);
    ssize_t written = write(descriptor, bytes, count);
    int error = errno;
    if (written < 0 && error == EPIPE && !was_pending) {
        const struct timespec now = {0, 0};
        while (sigtimedwait(&broken, NULL, &now) < 0 && errno == EINTR) {
        }
    }
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    return written < 0 ? -error : written;
#else
    ssize_t written = write(descriptor, bytes, count);
    return written < 0 ? -errno : written;
#endif
}
