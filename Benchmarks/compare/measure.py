"""Runs one program and says what it cost, its children included."""

import os
import select
import signal
import statistics
import time
from dataclasses import dataclass, fields

DEADLINE = 900  # seconds for one program; the slowest peer needs about 15 a GiB


@dataclass
class Command:
    argv: list[str]
    stdin: str = os.devnull


@dataclass
class Sample:
    wall: float  # seconds
    client_cpu: float  # seconds, user and system
    memory: float  # bytes, of the largest process
    server_cpu: float = 0  # seconds, user and system


class Failure(Exception):
    """A side did not do what was asked; the text says which and why."""


def output_of(scratch):
    """Where the last command's outputs are."""
    return os.path.join(scratch, "output")


def run(command, scratch, env):
    """Runs a command to its end; a status other than 0 is a Failure with its last words.

    Memory is what GNU time says: the parent of a program leaves its own size in the program's
    ru_maxrss (the kernel keeps it across exec), and time is small where Python is not.
    """
    output, memory = output_of(scratch), os.path.join(scratch, "memory")
    argv = ["time", "--quiet", "--format=%M", f"--output={memory}", *command.argv]
    files = [
        (os.POSIX_SPAWN_OPEN, 0, command.stdin, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    started = time.monotonic()
    pid = os.posix_spawnp(argv[0], argv, env, file_actions=files, setpgroup=0)
    try:
        wait_for_end(pid, DEADLINE)
        wall = time.monotonic() - started
        status, usage = os.wait4(pid, 0)[1:]
    except BaseException:
        end(pid)
        raise
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        with open(output, errors="replace") as words:
            raise Failure(f"status {code} of {' '.join(command.argv)}\n{words.read()[-2000:]}")
    with open(memory) as kilobytes:
        peak = int(kilobytes.read()) * 1024
    return Sample(wall, usage.ru_utime + usage.ru_stime, peak)


def wait_for_end(pid, seconds):
    descriptor = os.pidfd_open(pid)
    try:
        if not select.select([descriptor], [], [], seconds)[0]:
            raise Failure(f"no end after {seconds} s")
    finally:
        os.close(descriptor)


def end(pid):
    """Ends a program with everything in its process group."""
    for number, grace in ((signal.SIGTERM, 2), (signal.SIGKILL, 2)):
        try:
            os.killpg(pid, number)
            wait_for_end(pid, grace)
        except ProcessLookupError:
            break
        except Failure:
            continue
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass


def median(samples):
    """The median of each figure alone."""
    names = [field.name for field in fields(Sample)]
    return Sample(*(statistics.median(getattr(one, name) for one in samples) for name in names))
