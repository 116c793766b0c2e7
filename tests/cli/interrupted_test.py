"""Commands that end before their time, inputs without an end, and files that change meanwhile."""

import os
import resource
import signal
import subprocess
import threading
import unittest

from command_line import HANG, HEAPSNAP, FolderTest, heapsnap, snapshot
from running import PYTHON, SANITIZED, links_of, wait_until

GIB = 2**30


class InterruptedTest(FolderTest):
    def test_a_signal_leaves_no_part_of_the_output(self):
        fifo = self.folder / "endless"
        os.mkfifo(fifo)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            process = subprocess.Popen([HEAPSNAP, "hist", fifo, "-o", self.folder / "out"],
                                       stderr=subprocess.PIPE)
            writer = os.open(fifo, os.O_WRONLY)  # the output is opened before the input
            wait_until(lambda: any(str(self.folder) in link for link in links_of(process.pid)),
                       "its files")
            process.send_signal(number)
            process.communicate(timeout=HANG)
            os.close(writer)
            self.assertEqual(process.returncode, -number)
            self.assertEqual(os.listdir(self.folder), ["endless"])

    def test_an_output_that_may_not_grow_so_large_is_an_error(self):
        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

        out = self.folder / "out"
        for words in (["hist", "-f", "json"], ["export", "--to", "jsonl"]):
            result = heapsnap(*words, snapshot(), "-o", out, preexec_fn=small)
            self.assertEqual((result.returncode, result.stdout, result.stderr),
                             (2, "", f"heapsnap: error: cannot write {out}: File too large\n"))
        self.assertEqual(os.listdir(self.folder), [])

    def test_where_nobody_can_make_a_file_is_said(self):
        result = heapsnap("hist", snapshot(), "-o", "/proc/out")
        self.assertEqual((result.returncode, result.stderr),
                         (2, "heapsnap: error: cannot write /proc/out: no file can be made there\n"))

    def test_input_without_an_end_is_refused_at_its_first_bytes(self):
        def limit():
            if not SANITIZED:
                resource.setrlimit(resource.RLIMIT_AS, (GIB, GIB))

        result = heapsnap("hist", "/dev/zero", preexec_fn=limit)
        self.assertEqual((result.returncode, result.stderr),
                         (3, "heapsnap: error: /dev/zero: expected a snapshot, found some other file "
                             "(at byte 0)\n"))
        process = subprocess.Popen([HEAPSNAP, "hist", "-"], stdin=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdin.write(b"no snapshot, and more to come")
        process.stdin.flush()
        self.assertEqual(process.wait(HANG), 3)  # with the pipe still open
        process.communicate()

    @unittest.skipIf(SANITIZED, "sanitizers need terabytes of addresses")
    def test_a_lack_of_memory_is_said_in_one_line(self):
        codes = set()
        for mebibytes in range(12, 60):
            def limit(size=mebibytes * 2**20):
                resource.setrlimit(resource.RLIMIT_AS, (size, size))

            words = (["top"], ["hist", "--by", "via"])[mebibytes % 2]
            result = heapsnap(*words, snapshot(), "--threads", 2, preexec_fn=limit)
            codes.add(result.returncode)
            if result.returncode != 0:
                self.assertEqual((result.returncode, result.stdout, result.stderr),
                                 (3, "", "heapsnap: error: there is not enough memory for this: a "
                                         "snapshot takes some 100 bytes an object; hist --by type "
                                         "takes much less\n"))
        self.assertEqual(codes, {0, 3})

    @unittest.skipIf(SANITIZED, "sanitizers need terabytes of addresses")
    def test_for_lack_of_memory_a_capture_fails(self):
        target = subprocess.Popen([PYTHON, "-c", "print('ready', flush=True); input()"],
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(target.communicate)
        self.addCleanup(target.kill)
        target.stdout.readline()
        codes = set()
        for mebibytes in range(12, 60):
            def limit(size=mebibytes * 2**20):
                resource.setrlimit(resource.RLIMIT_AS, (size, size))

            result = heapsnap("capture", "-p", target.pid, "-o", self.folder / "a.hsnap",
                              "--force", preexec_fn=limit)
            codes.add(result.returncode)
            if result.returncode != 0:
                self.assertRegex(result.stderr, r"\Aheapsnap: error: [^\n]*\n\Z")
        self.assertEqual(codes, {0, 4})

    def test_a_file_that_is_cut_short_meanwhile_is_used_or_refused(self):
        data = snapshot().read_bytes()
        path = self.folder / "a.hsnap"
        for moment in range(40):
            path.write_bytes(data)
            cut = threading.Timer(moment / 4000, os.truncate, (path, 4096))
            cut.start()
            result = heapsnap("hist", path)
            cut.join()
            self.assertIn(result.returncode, (0, 3), result.stderr)
            self.assertLessEqual(len(result.stderr.splitlines()), 1, result.stderr)


if __name__ == "__main__":
    unittest.main()
