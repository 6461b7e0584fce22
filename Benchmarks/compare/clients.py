"""How each client is told to do a thing."""

import json
import os
import shlex

from measure import Command, output_of


class Clients:
    """The clients of one server. Their files are written to `work`."""

    def __init__(self, server, work, client, packer_swift):
        self.server = server
        self.work = work
        self.output = output_of(work)
        self.client = client
        self.packer_swift = packer_swift
        home = os.path.join(work, "home")
        os.makedirs(home, exist_ok=True)
        keep = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        self.env = keep | {
            "HOME": home,
            "TMPDIR": work,
            "CHECKPOINT_DISABLE": "1",  # packer asks nobody for its newest version
            "PACKER_CACHE_DIR": os.path.join(work, "packer_cache"),
        }

    def _file(self, name, text):
        path = os.path.join(self.work, name)
        with open(path, "w") as file:
            file.write(text)
        return path

    # ---- ours: the library ----

    def library(self, action, first, second):
        server = self.server
        where = [server.host, str(server.port), server.user]
        return Command([self.client, *where, action, str(first), str(second)], stdin=server.key)

    # ---- OpenSSH ----

    def _options(self, algorithms):
        server = self.server
        options = {
            "Port": server.port,
            "User": server.user,
            "IdentityFile": server.key,
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": server.known_hosts,
            "StrictHostKeyChecking": "yes",
            "BatchMode": "yes",
            "LogLevel": "ERROR",
        }
        if algorithms:
            options |= {
                "Ciphers": algorithms["cipher"],
                "MACs": algorithms["mac"],
                "KexAlgorithms": algorithms["kex"],
                "HostKeyAlgorithms": algorithms["host_key"],
            }
        return ["-F", "none", *(f"-o{name}={value}" for name, value in options.items())]

    def ssh(self, command, algorithms=None, more=()):
        return ["ssh", *self._options(algorithms), *more, self.server.host, command]

    def sftp(self, batch, algorithms=None):
        path = self._file("batch", batch + "\n")
        return Command(["sftp", "-q", *self._options(algorithms), "-b", path, self.server.host])

    def shared_connection(self, command, times):
        """One login; then an ssh for each command, over the same connection."""
        socket = os.path.join(self.work, "master")
        share = [f"-oControlPath={socket}"]
        master = ["ssh", *self._options(None), *share, "-M", "-N", self.server.host]
        script = f"""\
{shlex.join(master)} &
tries=0
until [ -S {shlex.quote(socket)} ]; do
    tries=$((tries + 1))
    [ $tries -lt 1000 ] || exit 1
    sleep 0.01
done
left={times}
while [ $left -gt 0 ]; do
    {shlex.join(self.ssh(command, more=share))} || exit
    left=$((left - 1))
done
{shlex.join(self.ssh("", more=[*share, "-O", "exit"])[:-1])} || exit
wait
"""
        return Command(["sh", self._file("shared_connection", script)])

    def pipe(self, first, second):
        return Command(["sh", "-c", f"{shlex.join(first)} | {shlex.join(second)}"])

    # ---- hosts: packer-swift and packer, with one template ----

    def host(self, program, provisioners, method=None):
        builder = {
            "type": "null",
            "communicator": "ssh",
            "ssh_host": self.server.host,
            "ssh_port": self.server.port,
            "ssh_username": self.server.user,
            "ssh_private_key_file": self.server.key,
        }
        if method:
            builder["ssh_file_transfer_method"] = method
        template = {"builders": [builder], "provisioners": provisioners}
        path = self._file("template.json", json.dumps(template, indent=2))
        return Command([program, "build", "-color=false", path])
