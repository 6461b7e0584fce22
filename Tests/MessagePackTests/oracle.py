"""Python's msgpack as an oracle: says what bytes mean, or makes bytes and says what they mean.

    oracle.py describe < LINES-OF-HEX        one description a line
    oracle.py generate SEED COUNT            lines of "HEX DESCRIPTION"
"""

import random
import struct
import sys

import msgpack


def words(value):
    if value is None:
        return "n"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, int):
        return "i%d" % value
    if isinstance(value, float):
        return "d%x" % struct.unpack(">Q", struct.pack(">d", value))
    if isinstance(value, str):
        return "s" + value.encode().hex()
    if isinstance(value, bytes):
        return "b" + value.hex()
    if isinstance(value, list):
        return "[" + ",".join(map(words, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(words(k) + ":" + words(v) for k, v in value.items()) + "}"
    if isinstance(value, msgpack.Timestamp):
        return "T%d.%d" % (value.seconds, value.nanoseconds)
    if isinstance(value, msgpack.ExtType):
        return "x%d:%s" % (value.code, value.data.hex())
    raise TypeError(type(value))


SIZES = [0, 1, 2, 15, 16, 31, 32, 255, 256]


def text(source):
    return "".join(source.choice("aZ0 \né€😀\0") for _ in range(source.choice(SIZES)))


def value(source, depth):
    kind = source.randrange(12 if depth else 10)
    if kind == 0:
        return None
    if kind == 1:
        return source.random() < 0.5
    if kind in (2, 3):
        return -source.getrandbits(source.randrange(1, 64))
    if kind == 4:
        return source.getrandbits(source.randrange(1, 65))
    if kind in (5, 6):
        return source.uniform(-1e9, 1e9)
    if kind == 7:
        return text(source)
    if kind == 8:
        return source.randbytes(source.choice(SIZES))
    if kind == 9:
        if source.random() < 0.5:
            return msgpack.ExtType(source.randrange(128), source.randbytes(source.choice(SIZES)))
        seconds = source.getrandbits(source.randrange(1, 60)) * source.choice([1, 1, -1])
        return msgpack.Timestamp(seconds, source.choice([0, source.randrange(10**9)]))
    count = source.choice([0, 1, 2, 5, 15, 16, 17])
    if kind == 10:
        return [value(source, depth - 1) for _ in range(count)]
    return {
        (i if i % 5 == 0 else "%d%s" % (i, text(source))): value(source, depth - 1)
        for i in range(count)
    }


if sys.argv[1] == "describe":
    for line in sys.stdin:
        print(words(msgpack.unpackb(bytes.fromhex(line), strict_map_key=False)))
else:
    source = random.Random(int(sys.argv[2]))
    for _ in range(int(sys.argv[3])):
        made = value(source, 3)
        print(msgpack.packb(made).hex(), words(made))
