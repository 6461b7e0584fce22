#pragma once

#include <stddef.h>
#include <stdint.h>

/// What a child is to be; every pointer is only read, and only during `cprocesses_spawn`.
struct cprocesses_request {
    /// Paths to try in turn, as a PATH search does; ended by NULL.
    const char *const *candidates;
    /// An open file that is executed in place of a candidate, or -1 (Linux only).
    int file;
    /// The argument list with the name at index 0; ended by NULL.
    const char *const *arguments;
    /// The environment; ended by NULL.
    const char *const *environment;
    /// Where the child starts, or NULL for where this process is.
    const char *working_directory;
    /// What becomes descriptors 0, 1 and 2; -1 for /dev/null.
    int descriptors[3];
    /// Whether the kernel kills the child when the calling thread ends (Linux only).
    int dies_with_parent;
    /// Whether descriptor 0 becomes the controlling terminal of the new session.
    int controls_terminal;
    /// The most files that the child may have open, the most processes that its user may have, and
    /// the most bytes of a core dump; -1 to leave one as it is.
    int64_t open_files;
    int64_t processes;
    int64_t core_bytes;
};

/// What a spawn has done, or where it failed.
struct cprocesses_spawned {
    /// The new process, which leads a session and a process group of the same number.
    int process;
    /// A descriptor that polls as readable once the process has ended.
    int end_descriptor;
    /// One of the `cprocesses_step` values, for a failure.
    int failed_step;
    /// Which candidate the failure is about.
    int failed_candidate;
};

/// The steps that can fail, in their order.
enum {
    cprocesses_step_clone = 0,
    cprocesses_step_parent = 1,
    cprocesses_step_session = 2,
    cprocesses_step_descriptors = 3,
    cprocesses_step_directory = 4,
    cprocesses_step_limits = 5,
    cprocesses_step_execute = 6,
};

/// Starts a child in a session of its own, without copying this process's memory.
///
/// Returns 0, or the errno of the step that failed; no child is left then.
int cprocesses_spawn(const struct cprocesses_request *request, struct cprocesses_spawned *spawned);

/// This process's own environment.
const char *const *cprocesses_environment(void);

/// How a child ended.
struct cprocesses_end {
    /// One of `cprocesses_end_exited` and `cprocesses_end_signaled`.
    int kind;
    /// The exit code or the signal number.
    int value;
};

enum {
    cprocesses_end_exited = 1,
    cprocesses_end_signaled = 2,
};

/// Asks how a child ended, without waiting; `reap` also gives its number back to the system.
///
/// Returns 1 when it has ended, 0 when it runs, and a negative errno otherwise.
int cprocesses_ended(int process, int reap, struct cprocesses_end *end);

/// A descriptor that polls as readable once `process`, any process, has ended; or a negative errno.
int cprocesses_open_end(int process);

/// Signals the process behind an end descriptor, never one that got its number later.
int cprocesses_signal(int end_descriptor, int process, int number);

/// One running process of this machine.
struct cprocesses_entry {
    int process;
    int parent;
    int session;
    /// Whether it has ended and waits to be collected.
    int is_zombie;
    /// When it was started; with the number it names one process for good.
    uint64_t start;
};

/// Lists the processes that can be seen; returns how many there are, which may be above
/// `capacity`, or a negative errno. `ended` says whether one ended before it could be looked at.
long cprocesses_list(struct cprocesses_entry *entries, size_t capacity, int *ended);

/// Looks at one process: 1 when it is there, 0 when it is gone, or a negative errno.
int cprocesses_look(int process, struct cprocesses_entry *entry);

/// Keeps others from opening a file to write for as long as `descriptor`, open to read, is: 0, or a
/// negative errno where that cannot be had: -EAGAIN when somebody has it open to write, others where the
/// file's owner or its file system does not allow it (Linux only).
int cprocesses_lease(int descriptor);

/// Whether a lease is there and nobody waits to write.
int cprocesses_has_lease(int descriptor);

/// A pipe whose ends no child inherits: 0, or a negative errno.
int cprocesses_pipe(int ends[2]);

/// A pseudo-terminal whose ends no child inherits: 0, or a negative errno.
int cprocesses_terminal(int *controller, int *terminal, int rows, int columns);

/// Writes like write(2), but never raises SIGPIPE; returns a negative errno for a failure.
long cprocesses_write(int descriptor, const void *bytes, size_t count);
