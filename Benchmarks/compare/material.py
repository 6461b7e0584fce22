"""What is transferred, and whether it arrived."""

import hashlib
import os
import shutil
import subprocess

from measure import Failure

MIB = 1 << 20


class Material:
    """A file or a tree of random bytes in `folder`, and `target` where its copies go."""

    def __init__(self, folder):
        self.source = os.path.join(folder, "source")
        self.target = os.path.join(folder, "target")
        os.makedirs(self.source)

    def clear(self):
        """Empties the target; a copy of an earlier side must not pass for this one's."""
        shutil.rmtree(self.target, ignore_errors=True)
        os.mkdir(self.target)

    def path(self, name):
        return os.path.join(self.source, name)

    def copy(self, name):
        return os.path.join(self.target, name)


class OneFile:
    is_tree = False

    def __init__(self, material, mebibytes):
        self.name, self.material = "file", material
        self.size = mebibytes * MIB
        self.text = f"a file of {mebibytes} MiB"

    def make(self):
        digest = hashlib.sha256()
        with open(self.material.path(self.name), "wb") as file:
            for _ in range(self.size // MIB):
                block = os.urandom(MIB)
                digest.update(block)
                file.write(block)
        self.digest = digest.hexdigest()

    def check(self):
        copy = self.material.copy(self.name)
        if not os.path.isfile(copy):
            raise Failure(f"no file arrived at {copy}")
        if (size := os.path.getsize(copy)) != self.size:
            raise Failure(f"{size} bytes arrived, {self.size} were sent")
        with open(copy, "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != self.digest:
                raise Failure("what arrived has another SHA-256 than what was sent")


class Tree:
    is_tree = True
    file_size = 4096
    folders = 10  # on each of two levels: 10 * (1 + 9) directories

    def __init__(self, material, files):
        self.name, self.material = "tree", material
        self.files = files
        self.text = f"{files:,} files of 4 KiB in 100 nested directories"

    def make(self):
        outer = [os.path.join(self.material.path(self.name), f"d{n}") for n in range(self.folders)]
        inner = [os.path.join(one, f"e{n}") for one in outer for n in range(self.folders - 1)]
        for folder in outer + inner:
            os.makedirs(folder)
        for number in range(self.files):
            folder = (outer + inner)[number % (len(outer) + len(inner))]
            with open(os.path.join(folder, f"f{number}"), "wb") as file:
                file.write(os.urandom(self.file_size))

    def check(self):
        result = subprocess.run(
            ["diff", "-r", self.material.path(self.name), self.material.copy(self.name)],
            capture_output=True,
            text=True,
        )
        if result.returncode != 0:
            raise Failure("what arrived differs:\n" + (result.stdout + result.stderr)[:2000])
