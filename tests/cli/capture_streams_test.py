"""heapsnap capture: what becomes of its own standard streams changes nothing of the snapshot."""

import os
import subprocess
import unittest

from running import HANG, HEAPSNAP, PYTHON, Folder, facts


class CaptureStreamsTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)
        self.target = subprocess.Popen([PYTHON, "-c", "print('ready', flush=True); input()"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.target.communicate)
        self.addCleanup(self.target.kill)
        self.target.stdout.readline()

    def assertCaptured(self, result):
        self.assertEqual(result.returncode, 0)
        self.assertEqual(self.folder.names(), ["a.hsnap"])
        self.assertEqual(facts(self.folder.snapshots()[0])["pid"], self.target.pid)
        self.folder.snapshots()[0].unlink()

    def test_a_reader_that_has_gone_is_no_failure(self):
        reader, writer = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, writer)
        self.assertCaptured(subprocess.run(
            [HEAPSNAP, "capture", "-p", str(self.target.pid), "-o", "a.hsnap"], stdout=writer,
            stderr=writer, cwd=self.folder.path, timeout=HANG))

    def test_streams_that_are_closed_are_no_failure(self):
        for method in ("remote-fork", "read"):
            for closed in ("<&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"):
                self.assertCaptured(subprocess.run(
                    ["sh", "-c", f"exec {HEAPSNAP} capture -p {self.target.pid} -o a.hsnap "
                                 f"--method {method} {closed}"], cwd=self.folder.path,
                    capture_output=True, timeout=HANG))


if __name__ == "__main__":
    unittest.main()
