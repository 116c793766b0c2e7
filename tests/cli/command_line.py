"""The heapsnap that was built, as a user calls it, and snapshots to call it with."""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "agent"))
from programs import BUILD, HANG, ROOT, SUPPORTED, pythons  # noqa: E402, F401

HEAPSNAP = BUILD / "bin/heapsnap"

# A heap whose figures are known.
PROGRAM = """
import threading

class Node:
    def __init__(self, i):
        self.i = i
        self.tags = {"id": i}

class Leaf:
    __slots__ = ("value",)

class Cache:
    def __init__(self):
        self.cache = {}

cache = Cache()
for i in range(1000):
    cache.cache["key-%d" % i] = Node(i)
leaves = [Leaf() for _ in range(50)]

def wait_for(event):
    inside.set()
    event.wait()

inside = threading.Event()
never = threading.Event()
threading.Thread(target=wait_for, args=(never,), name="Waiter", daemon=True).start()
inside.wait()
"""


def heapsnap(*words, given=None, **settings):
    """Runs a command line; the outputs are text, or bytes where bytes are given."""
    return subprocess.run([HEAPSNAP, *map(str, words)], input=given, capture_output=True,
                          text=not isinstance(given, bytes), timeout=HANG, **settings)


def answer(*words):
    """What a command prints, which must end well."""
    result = heapsnap(*words)
    if result.returncode != 0:
        raise AssertionError(f"{words} ended with {result.returncode}: {result.stderr}")
    return result.stdout


def asked(*words):
    """The answer of a command, from JSON."""
    return json.loads(answer(*words, "-f", "json"))


def versions():
    """Of the interpreters, the oldest first."""
    return sorted(pythons(), key=lambda name: int(name.split(".")[1]))


def snapshot(version=None):
    """A snapshot of PROGRAM at its end, made once for each interpreter: by default, the newest."""
    return _snapshot(version or versions()[-1])


@functools.cache
def _snapshot(version):
    return new_snapshot(version, f"{version}.hsnap")


def new_snapshot(version, name):
    """A snapshot of PROGRAM as another process of it has it at its end."""
    folder = _scratch()
    program = folder / "program.py"
    program.write_text(PROGRAM)
    path = folder / name
    words = ["run", "--label", "of=test", "-o", path, pythons()[version], program]
    result = heapsnap(*words, cwd=folder)
    if result.returncode != 0 or not path.exists():
        raise AssertionError(f"no snapshot of {version}: {result.stdout}{result.stderr}")
    return path


@functools.cache
def _scratch():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    return folder


def on_every_snapshot(test):
    """Runs a test method with the snapshot of each interpreter, as a subtest."""

    @functools.wraps(test)
    def run(self):
        for version in SUPPORTED:
            with self.subTest(python=version):
                if version not in pythons():
                    why = "not asked for, or not in build/pythons.txt"
                    print(f"SKIPPED {self.id()} on {version}: {why}")
                    self.skipTest(f"no Python {version}")
                test(self, snapshot(version))

    return run


class FolderTest(unittest.TestCase):
    """Tests with a folder of their own, empty at their start."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def write(self, name, contents):
        path = self.folder / name
        path.write_bytes(contents)
        return path


def terminal_output(*words, columns=60, **variables):
    """What a command shows on a terminal that has so many columns."""
    import fcntl
    import pty
    import struct
    import termios

    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environment.update({"TERM": "xterm"}, **variables)
    process = subprocess.Popen([HEAPSNAP, *map(str, words)], stdin=its, stdout=its, stderr=its,
                               env=environment)
    os.close(its)
    parts = []
    while True:
        try:
            data = os.read(ours, 2**16)
        except OSError:  # the other end is closed
            break
        if not data:
            break
        parts.append(data)
    os.close(ours)
    process.wait(HANG)
    return b"".join(parts).decode().replace("\r\n", "\n")
