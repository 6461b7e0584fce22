"""Compares packer-swift with other ways to reach a machine; docs/BENCHMARKS.md tells how."""

import argparse
import os
import shutil
import signal
import sys
import tempfile

import machine
import report
from cases import Cases
from clients import Clients
from material import MIB, Material, OneFile, Tree
from measure import Failure, run
from output import Blocks, Lines
from server import Server, algorithms, started_commands

NAMES = ("upload-file", "download-file", "upload-tree", "download-tree", "run", "connect")
NAMES += ("output", "long-line", "short-lines")


def options():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a sixteenth of the sizes, 3 rounds")
    parser.add_argument("--rounds", type=int, help="of every case (else 5, and 3 of a big file)")
    parser.add_argument(
        "--case", action="append", choices=NAMES, metavar="NAME",
        help=f"only this one, may be repeated: {', '.join(NAMES)}",
    )
    parser.add_argument("--folder", help="where files go (else /dev/shm, or TMPDIR)")
    parser.add_argument("--client", help=argparse.SUPPRESS)
    parser.add_argument("--packer-swift", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.rounds is not None and chosen.rounds < 1:
        parser.error("--rounds must be 1 or more")
    return chosen


def say(text):
    print(text, file=sys.stderr, flush=True)


def usual_algorithms(work, chosen):
    """What each client and the server agree on when nobody asks for anything."""
    with Server(work, "DEBUG1") as server:
        clients = Clients(server, work, chosen.client, chosen.packer_swift)
        logins = {
            "ours": clients.library("run", 1, "true"),
            "OpenSSH": clients.sftp("pwd"),
            "packer": clients.host("packer", [{"type": "shell", "inline": ["true"]}]),
        }
        found = {}
        for name, command in logins.items():
            try:
                run(command, work, clients.env)
                found[name] = algorithms(server.news())
            except Failure as failure:
                raise Failure(f"login, {name}: {failure}") from failure
        return found


def measure_case(case, server, clients):
    """The samples of every side: each round asks all of them once, one after the other."""
    samples = {side.name: [] for side in case.sides}
    for number in range(case.rounds):
        for side in case.sides:
            case.before()
            command = side.make()
            server.news()
            cpu = server.cpu()
            try:
                sample = run(command, clients.work, clients.env)
                sample.server_cpu = server.cpu() - cpu
                case.check(side, started_commands(server.news()))
            except Failure as failure:
                raise Failure(f"{case.name}, {side.name}: {failure}") from failure
            samples[side.name].append(sample)
            say(f"{case.name} {number + 1}/{case.rounds}  {side.name}: {sample.wall:.3f} s")
    return samples


def chosen_cases(chosen, work, clients, found):
    scale = 16 if chosen.quick else 1
    usual = (3, 3) if chosen.quick else (3, 5)
    rounds = (chosen.rounds, chosen.rounds) if chosen.rounds else usual
    cases, material = Cases(clients, found["ours"], scale, rounds), Material(work)
    names = chosen.case or NAMES
    contents = {"file": OneFile(material, 1024 // scale), "tree": Tree(material, 2000 // scale)}
    for name in names:
        if name == "run":
            yield cases.run()
        elif name == "connect":
            yield cases.connect()
        elif name == "output":
            yield cases.output(Blocks(name, width=1023), 1024 // scale, 4)
        elif name == "long-line":
            yield cases.output(Blocks(name, width=None), 1024 // scale, 4)
        elif name == "short-lines":
            yield cases.output(Lines(name), 1000 // scale, 10)
        else:
            direction, kind = name.split("-")
            if not os.path.exists(material.path(kind)):
                contents[kind].make()
            yield cases.transfer(name, direction, contents[kind])


def compare(chosen, work):
    print(report.of_machine(machine.facts(work)), flush=True)
    found = usual_algorithms(work, chosen)
    print(report.of_algorithms(found), flush=True)
    with Server(work) as server:
        clients = Clients(server, work, chosen.client, chosen.packer_swift)
        for case in chosen_cases(chosen, work, clients, found):
            print(report.of_case(case, measure_case(case, server, clients)), flush=True)


def main():
    chosen = options()
    if missing := machine.missing_tools():
        sys.exit(f"bench: missing: {', '.join(missing)}; install them and try again")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: sys.exit(128 + number))
    folder = chosen.folder or machine.data_folder(3 * 1024 * MIB // (16 if chosen.quick else 1))
    work = tempfile.mkdtemp(prefix="packer-swift-bench.", dir=os.path.abspath(folder))
    try:
        compare(chosen, work)
    except Failure as failure:
        sys.exit(f"bench: {failure}")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        shutil.rmtree(work)


main()
