"""heapsnap capture --tree: a process and its Python children, a file each."""

import ctypes
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from running import HEAPSNAP, Folder, facts, wait_until
from attaching import Target, copied_process, on_two_pythons  # noqa: E402

PTRACE_SEIZE = 0x4206

FAMILY = """
    import os, subprocess, sys
    inner = "import sys; print('ready', flush=True); sys.stdin.read()"
    middle = ("import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', %r], "
              "stdin=0, stdout=subprocess.PIPE, text=True); child.stdout.readline(); "
              "print(child.pid, flush=True); sys.stdin.read(); child.communicate()" % inner)
    ended = subprocess.Popen(["true"])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    sleep = subprocess.Popen(["sleep", "600"], stdout=-3, stderr=-3)
    child = subprocess.Popen([sys.executable, "-c", middle], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    grandchild = int(child.stdout.readline())
    print(child.pid, grandchild, sleep.pid, flush=True)
    sys.stdin.readline()
    sleep.kill()
    sleep.wait()
    child.communicate()
"""

# The first process of a pid namespace ends when all others in it have been waited for.
ENDING = """
    import ctypes, subprocess, sys
    assert ctypes.CDLL(None).unshare(0x20000000) == 0  # CLONE_NEWPID
    child = subprocess.Popen([sys.executable, "-c", "print('ready', flush=True); input()"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    child.stdout.readline()
    other = subprocess.Popen(["sleep", "600"])
    print(child.pid, flush=True)
    child.stdin.write("\\n")
    child.stdin.flush()
    sys.stdin.readline()
    other.wait()
    child.wait()
"""


class FamilyTest(unittest.TestCase):
    def capture(self, pid, folder, *words):
        return subprocess.run([HEAPSNAP, "capture", "--tree", "-p", str(pid), *words], text=True,
                              capture_output=True, cwd=folder)

    @on_two_pythons
    def test_each_has_a_file_and_a_row(self, python):
        with Target(python, FAMILY) as target:
            child, grandchild, sleep = map(int, target.said.split())
            result = self.capture(target.pid, python.folder, "-o", "t.%p.hsnap")
            self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)
            rows = re.findall(r"^ *(\d+) +(\d+) +[\d,]+ +\S+ MiB +\S+ [mu]?s +(\S+)$",
                              result.stderr, re.M)
            family = ((target.pid, os.getpid()), (child, target.pid), (grandchild, child))
            expected = [(str(pid), str(parent), f"t.{pid}.hsnap") for pid, parent in family]
            self.assertEqual(rows, expected, result.stderr)
            self.assertIn(f"skipped, as they are no Python: {sleep} (sleep)\n", result.stderr)
            self.assertIn(f"next: heapsnap analyze t.{target.pid}.hsnap\n", result.stderr)
            for pid in (target.pid, child, grandchild):
                self.assertEqual(facts(python.folder / f"t.{pid}.hsnap")["pid"], pid)
            self.one_that_fails(python, target, child)
            self.assertEqual(target.finish("\n"), "")

    def one_that_fails(self, python, target, child):
        """The others are kept."""
        code = ("import ctypes, sys; "
                f"ctypes.CDLL(None).ptrace({PTRACE_SEIZE}, {child}, None, None); "
                "print('ready', flush=True); sys.stdin.read()")
        with subprocess.Popen([sys.executable, "-c", code], text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as tracer:
            tracer.stdout.readline()
            result = self.capture(target.pid, python.folder, "-o", "f.%p.hsnap")
            tracer.communicate()
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertRegex(result.stderr, rf"heapsnap: error: process {child} is being traced by")
        self.assertEqual(len(list(python.folder.glob("f.*.hsnap"))), 2)

    @on_two_pythons
    @unittest.skipUnless(os.geteuid() == 0, "needs a new namespace")
    def test_a_child_that_is_ending_is_no_other_program(self, python):
        """Its memory has gone, and it is no zombie yet."""
        with Target(python, ENDING) as target:
            child = pathlib.Path(f"/proc/{target.said}")
            wait_until(lambda: child.joinpath("maps").read_bytes() == b"", "the end of its memory")
            self.assertNotIn("State:\tZ", child.joinpath("status").read_text())
            result = self.capture(target.pid, python.folder, "-o", "t.%p.hsnap")
            self.assertEqual((result.returncode, result.stdout), (4, ""), result.stderr)
            self.assertNotIn("skipped", result.stderr)
            self.assertIn(f"heapsnap: error: there is no process {target.said}: it may have "
                          "ended\n", result.stderr)
            self.assertEqual(len(list(python.folder.glob("t.*.hsnap"))), 1)
            result = self.capture(target.pid, python.folder, "-q", "-o", "q.%p.hsnap")
            self.assertEqual((result.returncode, result.stderr),
                             (4, f"heapsnap: error: there is no process {target.said}: it may have "
                                 "ended\n"))
            target.finish("\n")

    def test_the_copy_that_another_heapsnap_reads_is_no_child(self):
        folder = Folder(self)
        with copied_process() as (target, _):
            result = self.capture(target, folder.path, "-o", "t.%p.hsnap")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(folder.names(), [f"t.{target}.hsnap"])

    def test_a_family_without_a_python(self):
        folder = Folder(self)
        with subprocess.Popen(["sh", "-c", "sleep 600 & echo; wait"], stdout=subprocess.PIPE,
                              start_new_session=True) as process:
            process.stdout.readline()
            result = self.capture(process.pid, folder.path)
            os.killpg(process.pid, 9)
        self.assertEqual(result.returncode, 5)
        self.assertEqual(result.stderr, f"heapsnap: error: neither process {process.pid} nor a "
                                        "child of it is a Python that we know\n")
        self.assertEqual(folder.names(), [])

    def test_what_turns_out_to_be_no_python_is_none(self):
        """Until it is ten seconds old, it could be one that only starts, by its name."""
        folder = Folder(self)
        program = shutil.copy("/bin/sleep", folder.path / "python3.11")
        with subprocess.Popen(["sh", "-c", f"{program} 600 & echo; wait"], stdout=subprocess.PIPE,
                              start_new_session=True) as process:
            process.stdout.readline()
            result = self.capture(process.pid, folder.path, "--timeout", "60s")
            os.killpg(process.pid, 9)
        self.assertEqual(result.returncode, 5, result.stderr)
        self.assertIn("nor a child of it is a Python that we know", result.stderr)

    def test_a_process_that_is_not_there(self):
        folder = Folder(self)
        with subprocess.Popen(["true"]) as process:
            process.wait()
        result = self.capture(process.pid, folder.path)
        self.assertEqual(result.returncode, 4)
        self.assertIn(f"heapsnap: error: there is no process {process.pid}", result.stderr)


if __name__ == "__main__":
    unittest.main()
