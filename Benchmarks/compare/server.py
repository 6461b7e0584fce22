"""A private sshd on a port of 127.0.0.1, for as long as a `with` lasts."""

import getpass
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import time

from measure import Failure

SFTP_SERVERS = (
    "/usr/lib/openssh/sftp-server",
    "/usr/libexec/openssh/sftp-server",
    "/usr/libexec/sftp-server",
)
SEPARATION = "/run/sshd"  # sshd wants it when it runs as root


class Server:
    """sshd as it comes, but for a home directory without start files (they would be measured)."""

    host = "127.0.0.1"

    def __init__(self, work, log_level="VERBOSE"):
        """VERBOSE is a line for each session; DEBUG1 also tells the algorithms."""
        self.folder = pathlib.Path(work, f"sshd-{log_level}")
        self.log_level = log_level
        self.user = getpass.getuser()
        self.key = str(self.folder / "user_key")
        self.known_hosts = str(self.folder / "known_hosts")
        self.process = None
        self.made_separation = False
        self.read = 0  # of the log

    def __enter__(self):
        (self.folder / "home").mkdir(parents=True)
        for key in ("host_key", "user_key"):
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / key], check=True
            )
        if os.getuid() == 0 and not os.path.exists(SEPARATION):
            os.mkdir(SEPARATION, 0o755)
            self.made_separation = True
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        kind, key = (self.folder / "host_key.pub").read_text().split()[:2]
        pathlib.Path(self.known_hosts).write_text(f"[{self.host}]:{self.port} {kind} {key}\n")
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.wait_until_idle()
            self.process.terminate()
            self.process.wait()
        if self.made_separation:
            os.rmdir(SEPARATION)

    def _configuration(self):
        sftp_server = next(path for path in SFTP_SERVERS if os.access(path, os.X_OK))
        return f"""\
ListenAddress {self.host}
HostKey {self.folder}/host_key
AuthorizedKeysFile {self.folder}/user_key.pub
PidFile none
StrictModes no
UsePAM {"yes" if os.getuid() == 0 else "no"}
PermitRootLogin prohibit-password
PermitUserRC no
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintLastLog no
PrintMotd no
LogLevel {self.log_level}
SetEnv HOME={self.folder}/home
Subsystem sftp {sftp_server}
"""

    def _start(self):
        configuration, log = self.folder / "sshd_config", self.folder / "log"
        configuration.write_text(self._configuration())
        sshd = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        for _ in range(10):  # sshd itself says which port is free
            self.port = random.randrange(20000, 32000)
            with open(log, "wb") as words:
                self.process = subprocess.Popen(
                    [sshd, "-D", "-e", "-f", configuration, "-p", str(self.port)],
                    stdin=subprocess.DEVNULL,
                    stderr=words,
                    process_group=0,
                )
            deadline = time.monotonic() + 10
            while self.process.poll() is None and time.monotonic() < deadline:
                if "Server listening on" in log.read_text(errors="replace"):
                    return
                time.sleep(0.02)
            self.process.kill()
            self.process.wait()
        raise Failure("sshd does not start:\n" + log.read_text(errors="replace"))

    def _children(self):
        pid = self.process.pid
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()

    def wait_until_idle(self):
        """Waits until every connection has ended and its processes are accounted for."""
        deadline = time.monotonic() + 10
        while children := self._children():
            if time.monotonic() > deadline:
                for child in children:
                    os.kill(int(child), signal.SIGTERM)
                return
            time.sleep(0.005)

    def cpu(self):
        """Seconds of user and system time of every connection that has ended."""
        self.wait_until_idle()
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        ticks = stat.rpartition(")")[2].split()
        return (int(ticks[13]) + int(ticks[14])) / os.sysconf("SC_CLK_TCK")

    def news(self):
        """What the log says since it was asked last."""
        self.wait_until_idle()
        with open(self.folder / "log", errors="replace") as log:
            log.seek(self.read)
            text = log.read()
            self.read = log.tell()
        return text


def started_commands(log):
    return log.count("Starting session: command")


def algorithms(log):
    """What the last login of a DEBUG1 log agreed on."""

    def last(pattern):
        found = re.findall(pattern, log)
        if not found:
            raise Failure("it did not log in; the server's log has no " + pattern)
        return found[-1].strip().strip("<>")

    return {
        "software": last(r"remote software version ([^\r\n]+)"),
        "kex": last(r"kex: algorithm: (\S+)"),
        "host_key": last(r"kex: host key algorithm: (\S+)"),
        "cipher": last(r"kex: client->server cipher: (\S+)"),
        "mac": last(r"kex: client->server cipher: \S+ MAC: (\S+)"),
    }
