"""What is compared: cases, each with its sides."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass

from measure import Command, Failure

LIBRARY, HOST = "library", "packer-swift build"  # what is ours
OUR_ALGORITHMS = ", our algorithms"


@dataclass
class Side:
    name: str
    make: Callable[[], Command]  # writes what the command needs, unmeasured
    count: int = 1  # how many of the case's things one command does


@dataclass
class Case:
    name: str
    title: str
    sides: list[Side]
    rounds: int
    unit: str = "s"  # or "ms": of one thing
    payload: int = 0  # bytes, for the rate
    before: Callable[[], None] = lambda: None
    check: Callable[[Side, int], None] = lambda side, commands: None  # raises Failure


def shell(count):
    return [{"type": "shell", "inline": ["true"]}] * count


class Cases:
    def __init__(self, clients, algorithms, scale, rounds):
        """`scale` divides the sizes; `rounds` are those of big cases and of the others."""
        self.clients, self.algorithms, self.scale = clients, algorithms, scale
        self.big_rounds, self.rounds = rounds

    def _hosts(self, provisioners, count=1, methods=(None,)):
        clients = self.clients
        sides = [Side(HOST, lambda: clients.host(clients.packer_swift, provisioners), count)]
        for method in methods:
            name = f"packer, {method}" if method else "packer"

            def packer(method=method):
                return clients.host("packer", provisioners, method)

            sides.append(Side(name, packer, count))
        return sides

    # ---- transfers ----

    def transfer(self, name, direction, content):
        return Case(
            name,
            f"{direction} {content.text}",
            [
                self._library_transfer(direction, content),
                *self._openssh(direction, content),
                *self._host_transfer(direction, content),
            ],
            self.rounds if content.is_tree else self.big_rounds,
            payload=0 if content.is_tree else content.size,
            before=content.material.clear,
            check=lambda side, commands: content.check(),
        )

    def _library_transfer(self, direction, content):
        material = content.material
        action = direction + ("-directory" if content.is_tree else "")
        source = material.path(content.name)
        to = material.target if content.is_tree else material.copy(content.name)
        return Side(LIBRARY, lambda: self.clients.library(action, source, to))

    def _openssh(self, direction, content):
        clients, material, name = self.clients, content.material, content.name
        put = ("put" if direction == "upload" else "get") + (" -r" if content.is_tree else "")
        batch = f'{put} "{material.path(name)}" "{material.copy(name)}"'
        pack = ["tar", "-C", material.source, "-cf", "-", name]
        unpack = ["tar", "-C", material.target, "-xf", "-"]

        def tar(algorithms):
            if direction == "upload":
                return clients.pipe(pack, clients.ssh(shlex.join(unpack), algorithms))
            return clients.pipe(clients.ssh(shlex.join(pack), algorithms), unpack)

        same = self.algorithms
        return [
            Side("sftp", lambda: clients.sftp(batch)),
            Side("sftp" + OUR_ALGORITHMS, lambda: clients.sftp(batch, same)),
            Side("tar and ssh", lambda: tar(None)),
            Side("tar and ssh" + OUR_ALGORITHMS, lambda: tar(same)),
        ]

    def _host_transfer(self, direction, content):
        material, name = content.material, content.name
        slash = "/" if content.is_tree and direction == "download" else ""
        provisioner = {
            "type": "file",
            "direction": direction,
            "source": material.path(name) + slash,
            "destination": material.target if content.is_tree else material.copy(name),
        }
        # packer brings directories over scp whatever it is told.
        methods = ("scp",) if slash else ("scp", "sftp")
        return self._hosts([provisioner], methods=methods)

    # ---- commands ----

    def _started(self, expected):
        def check(side, commands):
            if commands < expected(side):
                raise Failure(f"the server started {commands} commands, not {expected(side)}")

        return check

    def run(self):
        clients, count = self.clients, 1000 // self.scale
        few = max(count // 20, 4)

        def shared():
            return clients.shared_connection("true", count)

        return Case(
            "run",
            f"`true` {count:,} times, one after the other; by the hosts {few} shell provisioners",
            [
                Side(LIBRARY, lambda: clients.library("run", count, "true"), count),
                Side("ssh, shared connection", shared, count),
                *self._hosts(shell(few), few),
            ],
            self.rounds,
            unit="ms",
            check=self._started(lambda side: side.count),
        )

    def connect(self):
        clients, same = self.clients, self.algorithms
        return Case(
            "connect",
            "login, `true`, end; by the hosts one shell provisioner",
            [
                Side(LIBRARY, lambda: clients.library("run", 1, "true")),
                Side("ssh", lambda: Command(clients.ssh("true"))),
                Side("ssh" + OUR_ALGORITHMS, lambda: Command(clients.ssh("true", same))),
                *self._hosts(shell(1)),
            ],
            self.rounds * 2,
            unit="ms",
            check=self._started(lambda side: 1),
        )

    # ---- output ----

    def output(self, stream, amount, few):
        """`amount` is what a side brings; Packer, who is far slower, brings `few`."""
        clients, same = self.clients, self.algorithms

        def hosts(program, count):
            inline = [{"type": "shell", "inline": [stream.command(count)]}]
            return clients.host(program, inline)

        def library():
            return clients.library("output", stream.size(amount), stream.command(amount))

        def ssh(algorithms=None):
            return Command(clients.ssh(stream.command(amount), algorithms))

        def check(side, commands):
            if side.name != LIBRARY:  # which counts by itself
                stream.check(clients.output, side.count)

        return Case(
            stream.name,
            f"{stream.text(amount)} from a command; by packer {stream.text(few)}",
            [
                Side(LIBRARY, library, amount),
                Side("ssh", ssh, amount),
                Side("ssh" + OUR_ALGORITHMS, lambda: ssh(same), amount),
                Side(HOST, lambda: hosts(clients.packer_swift, amount), amount),
                Side("packer", lambda: hosts("packer", few), few),
            ],
            self.big_rounds,
            unit="ms",
            check=check,
        )
