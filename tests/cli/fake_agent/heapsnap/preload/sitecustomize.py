"""An agent that misbehaves on purpose: as the program ends it sends what FAKE_STREAM asks for.

    whole        a snapshot of three objects        padded:N   the same with N MiB of noise in it
    cut          half of one, then it hangs up      corrupt    one whose second chunk has a flipped bit
    killed       half of one, then SIGKILL          garbage    bytes that are nothing
    said:LINE    a line of text
    two          two whole ones at the same time
    orphan       half of one from a forked process, which then does nothing while the program ends
"""

import atexit
import contextlib
import os
import signal
import socket
import struct
import time

NAME = os.environ.pop("HEAPSNAP").split("unix:@")[1].split(",")[0]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def string(text):
    return varint(len(text.encode())) + text.encode()


def fact(key, value):
    if isinstance(value, str):
        return string(key) + b"\1" + string(value)
    return string(key) + b"\0" + varint(value)


def chunk(kind, payload, crc=None):
    head = struct.pack("<IIBBH", len(payload), len(payload), kind, 0, 0)
    return head + struct.pack("<I", crc32c(head + payload) if crc is None else crc) + payload


def node(address, size):
    # Another type (4) than the last, far away, another size, a form of no parts, no counts.
    return b"\xf8" + varint(4) + varint(address << 1 >> 3) + varint(size) + b"\0\0" + varint(1)


def chunks(noise=0):
    yield b"\x89HSNAP\r\n" + struct.pack("<HHI", 1, 0, 0) + chunk(1, b"".join([
        fact("agent", "fake"), fact("method", "agent"), fact("mode", "fork"),
        fact("trigger", "exit"), fact("pid", os.getpid()), fact("pause_ns", 1500000),
        fact("time_ns", time.time_ns()), fact("hexversion", 0x030B07F0), fact("python", "3.11.7")]))
    yield chunk(2, types())
    yield chunk(4, node(0x10000, 64))
    yield chunk(4, node(0x20000, 128))
    yield chunk(4, node(0x30000, 32))
    data = os.urandom(2**16)
    crc = crc32c(struct.pack("<IIBBH", len(data), len(data), 200, 0, 0) + data) if noise else 0
    for _ in range(noise * 16):
        yield chunk(200, data, crc)  # a kind that readers skip
    yield chunk(10, fact("objects", 3) + fact("edges", 0) + fact("types", 4) + fact("faults", 0)
                + fact("complete", 1))


def types():
    structures = b"".join(
        varint(i) + b"\0\0\0" + b"\0\0\0" + b"\0\0" + b"\x10\0" + string("") + string(name) + b"\0"
        for i, name in ((1, "<interpreter>"), (2, "<thread>"), (3, "<frame>")))
    return structures + (varint(4) + varint(0x40000) + b"\0\0" + b"\0\x10\0" + b"\0\0" + b"\0\0"
                         + string("app") + string("Thing") + b"\0")


def connect():
    connection = socket.socket(socket.AF_UNIX)
    connection.connect("\0" + NAME)
    return connection


def say(line):
    with connect() as connection:
        connection.send(line.encode() + b"\n")


def send_half(connection):
    parts = list(chunks())
    for part in parts[:3]:
        connection.sendall(part)
    connection.sendall(parts[3][:20])


def misbehave():
    what, _, detail = os.environ["FAKE_STREAM"].partition(":")
    if what == "said":
        return say(detail)
    if what == "orphan":
        if os.fork() == 0:
            os.closerange(0, 3)
            connection = connect()
            send_half(connection)
            connection.recv(1)  # until run has hung up
            os._exit(0)
        return
    with connect() as connection:
        if what in ("whole", "padded"):
            for part in chunks(int(detail or 0)):
                connection.sendall(part)
        elif what == "two":
            with connect() as other:
                for part in chunks():
                    connection.sendall(part)
                    other.sendall(part)
        elif what == "garbage":
            connection.sendall(b"\x89PNG\r\n\x1a\n" + bytes(100))
        elif what == "corrupt":
            for i, part in enumerate(chunks()):
                connection.sendall(part[:-1] + bytes([part[-1] ^ 16]) if i == 2 else part)
        else:
            send_half(connection)
            if what == "killed":
                os.kill(os.getpid(), signal.SIGKILL)


say(f"hello: {os.getpid()}")


@atexit.register
def at_exit():
    with contextlib.suppress(BrokenPipeError):  # run has given up
        misbehave()
