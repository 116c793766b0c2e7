"""A file system with too little room is refused before it is filled, one with enough never.

Needs the right to mount a file system in a namespace of its own.
"""

import os
import subprocess
import unittest

from programs import finish, on_every_python

UNSHARE = ["unshare", "-m"] if os.getuid() == 0 else ["unshare", "-rm"]

PROGRAM = """
import ctypes, os, sys
import heapsnap
os.mkdir("small")
libc = ctypes.CDLL(None, use_errno=True)
if libc.mount(b"tmpfs", b"small", b"tmpfs", 0, b"size=8m") != 0:
    raise OSError(ctypes.get_errno(), "mount")
kept = {
    "bytes": lambda: b"x" * (400 << 20),
    "lists": lambda: [[] for _ in range(4_500_000)],
}[sys.argv[1]]()
try:
    print(heapsnap.capture("small/a.hsnap").bytes < 8 << 20, os.listdir("small"))
except heapsnap.CaptureError as error:
    print(error, os.listdir("small"))
"""


class DiskSpaceTest(unittest.TestCase):
    def run_in(self, python, kept):
        if subprocess.run([*UNSHARE, "true"], capture_output=True).returncode != 0:
            print(f"SKIPPED {self.id()}: no mount namespace can be made")
            self.skipTest("no mount namespace")
        python.path, path = UNSHARE[0], python.path
        result = finish(python.start(PROGRAM, kept, options=[*UNSHARE[1:], path]))
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    @on_every_python
    def test_a_large_process_with_few_objects_fits_into_little_room(self, python):
        self.assertEqual(self.run_in(python, "bytes"), "True ['a.hsnap']\n")

    @on_every_python
    def test_more_objects_than_there_can_be_room_for_are_refused(self, python):
        self.assertEqual(self.run_in(python, "lists"),
                         "small/a.hsnap: not enough room in the file system for so many objects "
                         "(No space left on device) []\n")


if __name__ == "__main__":
    unittest.main()
