"""capture -p of a program that holds a file open whose server does not answer.

The server is a process of ours that speaks the protocol of FUSE (linux/fuse.h), version 7.31, just
enough for one file to be opened, read and closed.
"""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
import unittest

from attaching import HANG, HEAPSNAP, Target, as_root, on_two_pythons, skip_if_started_by_a_script

SERVER = """
    import ctypes, os, struct, sys

    folder, answers = sys.argv[1], sys.argv[2] == "answers"
    LOOKUP, GETATTR, OPEN, READ, RELEASE, FLUSH, INIT = 1, 3, 14, 15, 18, 25, 26
    FOLDER, FILE = 0o40755, 0o100644

    def attributes(node):
        mode = FOLDER if node == 1 else FILE
        return struct.pack("6Q10I", node, 5, 1, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)

    def answer(code, node):
        if code == INIT:
            return struct.pack("4I2H2I2H8I", 7, 31, 4096, 0, 1, 1, 4096, 1, 1, *[0] * 9)
        if code == LOOKUP: return struct.pack("4Q2I", 2, 1, 0, 0, 0, 0) + attributes(2)
        if code == GETATTR: return struct.pack("Q2I", 0, 0, 0) + attributes(node)
        if code == OPEN: return struct.pack("Q2I", 0, 0, 0)
        if code == READ: return b"hello"
        if code in (FLUSH, RELEASE): return b""
        return None

    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0"
    if ctypes.CDLL(None).mount(b"test", folder.encode(), b"fuse", 0, options.encode()) != 0:
        sys.exit("no mount")
    print("ready", flush=True)
    while True:
        try:
            request = os.read(device, 1 << 17)
        except OSError:
            break
        _, code, unique, node = struct.unpack_from("2I2Q", request)
        if code == FLUSH:
            print("flush", flush=True)
            if not answers: continue
        body = answer(code, node)
        if body is None: continue
        os.write(device, struct.pack("IiQ", 16 + len(body), 0, unique) + body)
"""

PROGRAM = """
    import os, sys
    kept = [[str(i)] for i in range(2000)]
    file = os.open(sys.argv[1] + "/file", os.O_RDONLY)
    assert os.read(file, 5) == b"hello"
    print("ready", flush=True)
    for line in sys.stdin: print("fine" if os.fstat(file).st_size == 5 else "wrong", flush=True)
    os._exit(0)
"""


@contextlib.contextmanager
def server_of_files(folder, *words):
    """Its process, and the folder where its file is. When it is killed, nobody waits for it."""
    folder.mkdir()
    with subprocess.Popen([sys.executable, "-S", "-c", textwrap.dedent(SERVER), folder, *words],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            yield server if server.stdout.readline() == "ready\n" else None
        finally:
            server.kill()
            subprocess.run(["umount", "--lazy", folder], stderr=subprocess.DEVNULL)


@as_root
@unittest.skipUnless(os.access("/dev/fuse", os.W_OK), "no FUSE")
class ServerOfFilesTest(unittest.TestCase):
    @contextlib.contextmanager
    def target(self, python, *words):
        skip_if_started_by_a_script(self, python)
        with contextlib.ExitStack() as stack:
            folder = python.folder / "files"
            server = stack.enter_context(server_of_files(folder, *words))
            if server is None:
                print(f"SKIPPED {self.id()}: no FUSE may be mounted")
                self.skipTest("no FUSE")
            target = stack.enter_context(Target(python, PROGRAM, folder, options=("-S",)))
            stack.callback(server.kill)  # or the program's end would wait for it
            yield target, server

    def assertFine(self, target):
        target.process.stdin.write("\n")
        target.process.stdin.flush()
        self.assertEqual(target.process.stdout.readline(), "fine\n")

    def assertReapsLater(self, target, server):
        """What waits for the server ends with it."""
        server.kill()
        target.capture("b.hsnap", "--method", "remote-fork")
        target.assertUntouched(self)

    @on_two_pythons
    def test_one_that_answers(self, python):
        with self.target(python, "answers") as (target, server):
            target.capture("a.hsnap", "--method", "remote-fork")
            self.assertEqual(server.stdout.readline(), "flush\n")
            target.assertUntouched(self)
            self.assertFine(target)

    @on_two_pythons
    def test_one_that_does_not_answer(self, python):
        with self.target(python, "-") as (target, server):
            result = target.try_capture("-o", "a.hsnap", "--method", "remote-fork", "--timeout",
                                        "500ms")
            self.assertEqual(result.returncode, 4)
            self.assertRegex(result.stderr, r"\Aheapsnap: error: the copy of process \d+ waits in "
                             r"the kernel, as for a server of files [^\n]*--method read\n\Z")
            self.assertFine(target)
            target.capture("a.hsnap", "--method", "read")
            self.assertReapsLater(target, server)

    @on_two_pythons
    def test_the_command_ends_meanwhile(self, python):
        with self.target(python, "-") as (target, server):
            with subprocess.Popen([HEAPSNAP, "capture", "-p", str(target.pid), "--method",
                                   "remote-fork", "-o", python.folder / "a.hsnap", "--timeout",
                                   "1h"], stderr=subprocess.DEVNULL) as command:
                self.assertEqual(server.stdout.readline(), "flush\n")
                command.send_signal(signal.SIGINT)
                self.assertEqual(command.wait(HANG), -signal.SIGINT)
            deadline = time.monotonic() + HANG
            while target.capturing() and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertFalse(target.capturing())
            self.assertFine(target)
            self.assertReapsLater(target, server)


if __name__ == "__main__":
    unittest.main()
