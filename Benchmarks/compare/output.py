"""What commands write, and whether it arrived."""

import re

from measure import Failure

MIB = 1 << 20
PREFIX = re.compile(rb"^(?:==>|   ) \S+: ?")  # of the hosts


def bodies(path):
    with open(path, "rb") as file:
        for line in file:
            yield PREFIX.sub(b"", line.rstrip(b"\r\n"))


class Blocks:
    """MiB of the letter x: in lines of `width` letters, or in one line."""

    def __init__(self, name, width):
        self.name, self.width = name, width

    def text(self, count):
        return f"{count:,} MiB of {'lines' if self.width else 'one line'}"

    def command(self, count):
        if self.width is None:
            return f"head -c {count * MIB} /dev/zero | tr '\\0' x"
        line = f"$(head -c {self.width} /dev/zero | tr '\\0' x)"
        return f'yes "{line}" | head -c {count * MIB}'

    def size(self, count):
        return count * MIB

    def check(self, path, count):
        newlines = count * MIB // (self.width + 1) if self.width else 0
        found = sum(len(body) for body in bodies(path) if not body.strip(b"x"))
        if found != count * MIB - newlines:
            raise Failure(f"{found} letters arrived of {count} MiB")


class Lines:
    """Thousands of numbers, one a line."""

    def __init__(self, name):
        self.name = name

    def text(self, count):
        return f"{count * 1000:,} short lines"

    def command(self, count):
        return f"seq {count * 1000}"

    def size(self, count):
        return sum(len(str(number)) + 1 for number in range(1, count * 1000 + 1))

    def check(self, path, count):
        last = 0
        for body in bodies(path):
            if body.isdigit():
                if int(body) != last + 1:
                    raise Failure(f"line {body.decode()} came after {last}")
                last += 1
        if last != count * 1000:
            raise Failure(f"{last} lines arrived of {count * 1000}")
