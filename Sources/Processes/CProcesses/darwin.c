#if defined(__APPLE__)

#include "CProcesses.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/event.h>
#include <sys/sysctl.h>
#include <unistd.h>

int cprocesses_open_end(int process) {
    int queue = kqueue();
    if (queue < 0) return -errno;
    fcntl(queue, F_SETFD, FD_CLOEXEC);
    struct kevent change;
    EV_SET(&change, process, EVFILT_PROC, EV_ADD, NOTE_EXIT, 0, NULL);
    if (kevent(queue, &change, 1, NULL, 0, NULL) == 0) return queue;
    if (errno == ESRCH) {
        // It has ended already: a user event stands for the end.
        EV_SET(&change, 1, EVFILT_USER, EV_ADD, NOTE_TRIGGER, 0, NULL);
        if (kevent(queue, &change, 1, NULL, 0, NULL) == 0) return queue;
    }
    int error = errno;
    close(queue);
    return -error;
}

int cprocesses_signal(int end_descriptor, int process, int number) {
    (void)end_descriptor;
    return kill(process, number) < 0 ? -errno : 0;
}

static int prepare(const struct cprocesses_request *request, posix_spawn_file_actions_t *actions) {
    int error = 0;
    for (int target = 0; target < 3 && error == 0; target++) {
        int from = request->descriptors[target];
        error = from >= 0
            ? posix_spawn_file_actions_adddup2(actions, from, target)
            : posix_spawn_file_actions_addopen(actions, target, "/dev/null", O_RDWR, 0);
    }
    if (error == 0 && request->working_directory != NULL) {
        error = posix_spawn_file_actions_addchdir_np(actions, request->working_directory);
    }
    return error;
}

int cprocesses_spawn(const struct cprocesses_request *request, struct cprocesses_spawned *spawned) {
    spawned->process = -1;
    spawned->end_descriptor = -1;
    // There is no fexecve(2) on this system.
    if (request->file >= 0) return ENOTSUP;
    spawned->failed_step = cprocesses_step_execute;
    spawned->failed_candidate = 0;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_CLOEXEC_DEFAULT
                                              | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int error = prepare(request, &actions);
    int refused = 0;
    pid_t process = -1;
    for (int index = 0; error == 0 && request->candidates[index] != NULL; index++) {
        spawned->failed_candidate = index;
        int failure = posix_spawn(&process, request->candidates[index], &actions, &attributes,
                                  (char *const *)request->arguments,
                                  (char *const *)request->environment);
        if (failure == 0) break;
        process = -1;
        if (failure == EACCES) refused = 1;
        if (failure != EACCES && failure != ENOENT && failure != ENOTDIR) error = failure;
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (process < 0) return error != 0 ? error : refused ? EACCES : ENOENT;
    int descriptor = cprocesses_open_end(process);
    if (descriptor < 0) {
        kill(process, SIGKILL);
        return -descriptor;
    }
    spawned->process = process;
    spawned->end_descriptor = descriptor;
    return 0;
}

static void fill(const struct kinfo_proc *found, struct cprocesses_entry *entry) {
    const struct extern_proc *process = &found->kp_proc;
    entry->process = process->p_pid;
    entry->parent = found->kp_eproc.e_ppid;
    entry->session = getsid(process->p_pid);
    entry->is_zombie = process->p_stat == SZOMB;
    entry->start = (uint64_t)process->p_starttime.tv_sec * 1000000
        + (uint64_t)process->p_starttime.tv_usec;
}

int cprocesses_look(int process, struct cprocesses_entry *entry) {
    int name[4] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, process};
    struct kinfo_proc found;
    size_t size = sizeof found;
    if (sysctl(name, 4, &found, &size, NULL, 0) < 0) return errno == ESRCH ? 0 : -errno;
    if (size == 0) return 0;
    fill(&found, entry);
    return 1;
}

long cprocesses_list(struct cprocesses_entry *entries, size_t capacity, int *ended) {
    // One call sees them all at once.
    *ended = 0;
    int name[4] = {CTL_KERN, KERN_PROC, KERN_PROC_ALL, 0};
    size_t size = 0;
    if (sysctl(name, 4, NULL, &size, NULL, 0) < 0) return -errno;
    size += size / 4;
    struct kinfo_proc *found = malloc(size);
    if (found == NULL) return -ENOMEM;
    if (sysctl(name, 4, found, &size, NULL, 0) < 0) {
        int error = errno;
        free(found);
        return -error;
    }
    long count = (long)(size / sizeof *found);
    for (long index = 0; index < count && (size_t)index < capacity; index++) {
        fill(&found[index], &entries[index]);
    }
    free(found);
    return count;
}

#endif
