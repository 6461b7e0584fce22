// What only C can do: names that need _GNU_SOURCE, and code that runs in the memory of another
// process, where no Swift may run.
#define _GNU_SOURCE
#include "CProcesses.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const char *const *cprocesses_environment(void) { return (const char *const *)environ; }

#if defined(__linux__)

#include <linux/sched.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

enum { stack_size = 64 * 1024 };

#if defined(__GLIBC__)
// The same function under a name that ThreadSanitizer leaves alone: for `clone` it takes the child
// for a fork with memory of its own, and gives up on the parent.
extern int __clone(int (*run)(void *), void *stack, int flags, void *argument, ...);
#define clone __clone
#endif

struct child {
    const struct cprocesses_request *request;
    struct cprocesses_spawned *spawned;
    long parent;
    int error;
};

// The child shares this process's memory until it executes, so it makes raw system calls only:
// a libc (or sanitizer) that keeps books on descriptors or handlers would book them for the parent.

static long arrange_descriptors(const int wanted[3]) {
    long moved[3];
    for (int target = 0; target < 3; target++) {
        long from = wanted[target] >= 0
            ? syscall(SYS_fcntl, wanted[target], F_DUPFD_CLOEXEC, 3)
            : syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC | O_NOCTTY, 0);
        if (from >= 0 && from < 3) from = syscall(SYS_fcntl, from, F_DUPFD_CLOEXEC, 3);
        if (from < 0) return -1;
        moved[target] = from;
    }
    for (int target = 0; target < 3; target++) {
        if (syscall(SYS_dup3, moved[target], target, 0) < 0) return -1;
    }
    return 0;
}

// Where the file to execute is, behind the three; it does not outlive the execution.
enum { file_place = 3 };

static long arrange_file(int file) {
    if (file == file_place) return syscall(SYS_fcntl, file, F_SETFD, FD_CLOEXEC);
    return file < 0 ? 0 : syscall(SYS_dup3, file, file_place, O_CLOEXEC);
}

static void close_the_rest(unsigned first) {
    if (syscall(SYS_close_range, first, ~0U, 0U) == 0) return;
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 1 << 20) limit = 1 << 20;
    for (long descriptor = first; descriptor < limit; descriptor++) syscall(SYS_close, descriptor);
}

// Never above what this process may have.
static int limit(int resource, int64_t most) {
    uint64_t now[2];
    if (most < 0) return 0;
    if (syscall(SYS_prlimit64, 0, resource, NULL, now) < 0) return -1;
    if ((uint64_t)most >= now[1]) return 0;
    const uint64_t wanted[2] = {(uint64_t)most, (uint64_t)most};
    return (int)syscall(SYS_prlimit64, 0, resource, wanted, NULL);
}

static int set_limits(const struct cprocesses_request *request) {
    if (limit(RLIMIT_NOFILE, request->open_files) < 0) return -1;
    if (limit(RLIMIT_NPROC, request->processes) < 0) return -1;
    return limit(RLIMIT_CORE, request->core_bytes);
}

static void reset_signals(void) {
    const unsigned long default_action[8] = {0};
    const unsigned long empty_mask[2] = {0};
    for (int number = 1; number <= 64; number++) {
        syscall(SYS_rt_sigaction, number, default_action, NULL, 8);
    }
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, empty_mask, NULL, 8);
}

static int execute(struct child *child) {
    const struct cprocesses_request *request = child->request;
    if (request->file >= 0) {
        syscall(SYS_execveat, file_place, "", request->arguments, request->environment,
                AT_EMPTY_PATH);
        return errno;
    }
    int refused = 0;
    int refused_candidate = 0;
    int error = ENOENT;
    int index = 0;
    for (; request->candidates[index] != NULL; index++) {
        child->spawned->failed_candidate = index;
        syscall(SYS_execve, request->candidates[index], request->arguments, request->environment);
        error = errno;
        // The same as execvp: what may not be run is remembered, what is not there is passed over.
        if (error == EACCES) {
            if (!refused) refused_candidate = index;
            refused = 1;
        } else if (error != ENOENT && error != ENOTDIR) {
            return error;
        }
    }
    if (!refused) return error;
    child->spawned->failed_candidate = refused_candidate;
    return EACCES;
}

static int fail(struct child *child, int step) {
    child->spawned->failed_step = step;
    child->error = errno;
    return 127;
}

__attribute__((no_sanitize("address", "thread", "undefined")))
static int run_child(void *argument) {
    struct child *child = argument;
    const struct cprocesses_request *request = child->request;
    if (request->dies_with_parent) {
        if (syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) {
            return fail(child, cprocesses_step_parent);
        }
        // The parent may have ended before the request was in force.
        if (syscall(SYS_getppid) != child->parent) {
            errno = ESRCH;
            return fail(child, cprocesses_step_parent);
        }
    }
    if (syscall(SYS_setsid) < 0) return fail(child, cprocesses_step_session);
    if (arrange_descriptors(request->descriptors) < 0 || arrange_file(request->file) < 0) {
        return fail(child, cprocesses_step_descriptors);
    }
    close_the_rest(request->file < 0 ? file_place : file_place + 1);
    if (request->controls_terminal && syscall(SYS_ioctl, 0, TIOCSCTTY, 0) < 0) {
        return fail(child, cprocesses_step_session);
    }
    if (request->working_directory != NULL
        && syscall(SYS_chdir, request->working_directory) < 0) {
        return fail(child, cprocesses_step_directory);
    }
    if (set_limits(request) < 0) return fail(child, cprocesses_step_limits);
    reset_signals();
    errno = execute(child);
    return fail(child, cprocesses_step_execute);
}

int cprocesses_spawn(const struct cprocesses_request *request, struct cprocesses_spawned *spawned) {
    struct child child = {request, spawned, syscall(SYS_getpid), 0};
    spawned->process = -1;
    spawned->end_descriptor = -1;
    spawned->failed_step = cprocesses_step_clone;
    spawned->failed_candidate = 0;
    char *stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return errno;
    // No handler of this process may run in the child while it shares this memory.
    sigset_t all, previous;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    int process = clone(run_child, stack + stack_size,
                        CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, &child,
                        &spawned->end_descriptor);
    int error = process < 0 ? errno : child.error;
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    munmap(stack, stack_size);
    if (error == 0) {
        spawned->process = process;
        return 0;
    }
    if (process > 0) {
        siginfo_t information;
        while (waitid(P_PID, (id_t)process, &information, WEXITED | __WALL) < 0 && errno == EINTR) {
        }
        close(spawned->end_descriptor);
        spawned->end_descriptor = -1;
    }
    return error;
}

int cprocesses_open_end(int process) {
    long descriptor = syscall(SYS_pidfd_open, process, 0);
    return descriptor < 0 ? -errno : (int)descriptor;
}

int cprocesses_signal(int end_descriptor, int process, int number) {
    (void)process;
    return syscall(SYS_pidfd_send_signal, end_descriptor, number, NULL, 0) < 0 ? -errno : 0;
}

#endif

int cprocesses_ended(int process, int reap, struct cprocesses_end *end) {
    siginfo_t information;
    information.si_pid = 0;
    int options = WEXITED | WNOHANG | (reap ? 0 : WNOWAIT);
    int result;
    do {
        result = waitid(P_PID, (id_t)process, &information, options);
    } while (result < 0 && errno == EINTR);
    if (result < 0) return -errno;
    if (information.si_pid == 0) return 0;
    end->kind = information.si_code == CLD_EXITED ? cprocesses_end_exited : cprocesses_end_signaled;
    end->value = information.si_status;
    return 1;
}
