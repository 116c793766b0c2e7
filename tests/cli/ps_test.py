"""heapsnap ps: which Python processes there are, and how each could be captured."""

import csv
import ctypes
import io
import json
import os
import subprocess
import unittest

from command_line import HEAPSNAP, FolderTest, heapsnap
from render_test import validator
from attaching import (BECOME_NOBODY, NOBODY, Target, become_one_that_may_not_trace,  # noqa: E402
                       copied_process, on_two_pythons)
from programs import on_every_python  # noqa: E402

PTRACE_SEIZE = 0x4206
WAITING = "import sys; print('ready', flush=True); sys.stdin.read()"


class PsTest(FolderTest):
    def rows(self, *words):
        result = heapsnap("ps", "-n", 0, "-f", "json", *words)
        self.assertEqual(result.returncode, 0, result.stderr)
        found = json.loads(result.stdout)
        validator("ps").validate(found)
        return {row["pid"]: row for row in found["rows"]}

    @on_every_python
    def test_a_python_is_seen_as_it_is_and_left_alone(self, python):
        with Target(python, WAITING) as target:
            row = self.rows()[target.pid]
            target.assertUntouched(self, "S")
            version = subprocess.run([python.path, "-c", "import platform; "
                                      "print(platform.python_version())"], text=True,
                                     capture_output=True, check=True).stdout.strip()
            self.assertEqual(row["python"], version)
            self.assertTrue({"remote-fork", "read"} <= set(row["methods"]), row)
            self.assertEqual((row["why"], row["own_pid"]), (None, None))
            self.assertIn(str(python.folder), row["program"])
            self.assertLess(5_000_000, row["rss"])
            self.assertLess(0, row["uptime"])
            target.finish()

    @on_two_pythons
    def test_only_those_of_a_name(self, python):
        with Target(python, WAITING) as target:
            for pattern in ("program", "pro*", f"*{python.folder}/*"):
                self.assertIn(target.pid, self.rows("--name", pattern))
            self.assertIn(target.pid, self.rows())
            self.assertNotIn(target.pid, self.rows("--name", "prog"))
            with open(f"/proc/{target.pid}/status") as status:
                self.assertIn("TracerPid:\t0\n", status.read())

    @on_two_pythons
    def test_one_that_is_traced_says_by_whom(self, python):
        libc = ctypes.CDLL(None, use_errno=True)
        with Target(python, WAITING) as target:
            self.assertEqual(libc.ptrace(PTRACE_SEIZE, target.pid, None, None), 0)
            row = self.rows()[target.pid]
            self.assertEqual(row["methods"], [])
            self.assertIn(f"is being traced by process {os.getpid()} (", row["why"])

    @on_every_python
    def test_a_python_that_executes_no_scripts_from_outside(self, python):
        if python.minor < 14:
            return
        for offers, settings in ((True, {}), (False, {"PYTHON_DISABLE_REMOTE_DEBUG": "1"}),
                                 (False, {"options": ("-X", "disable-remote-debug")})):
            with Target(python, WAITING, **settings) as target:
                methods = self.rows()[target.pid]["methods"]
                self.assertEqual("remote-exec" in methods, offers, settings)
                self.assertIn("remote-fork", methods)
                target.assertUntouched(self, "S")

    @on_two_pythons
    @unittest.skipUnless(os.geteuid() == 0, "needs a new namespace")
    def test_a_namespace_for_the_children_to_come_is_left_to_them(self, python):
        unshare = "import ctypes; assert ctypes.CDLL(None).unshare(0x20000000) == 0; "
        with Target(python, unshare + WAITING) as target:
            methods = self.rows()[target.pid]["methods"]
            self.assertNotIn("remote-fork", methods)
            self.assertIn("read", methods)

    @on_two_pythons
    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_those_of_others_say_what_to_try(self, python):
        with Target(python, WAITING) as target, subprocess.Popen(["sleep", "60"]) as other:
            result = subprocess.run([HEAPSNAP, "ps", "-n", "0", "-f", "json"], cwd="/tmp",
                                    text=True, capture_output=True, user=NOBODY, group=NOBODY)
            other.kill()
            rows = {row["pid"]: row for row in json.loads(result.stdout)["rows"]}
            self.assertEqual(result.returncode, 0)
            self.assertRegex(result.stderr, r"\Aheapsnap: \d+ process(es)? of other users could "
                                            r"not be looked at; try as root\n\Z")
            row = rows[target.pid]
            self.assertEqual((row["methods"], row["python"]), ([], None))
            self.assertEqual(row["why"], f"no permission to trace process {target.pid}, which "
                                         "belongs to user 0: try as that user or as root")
            self.assertNotIn(other.pid, rows)

    @on_two_pythons
    @unittest.skipUnless(os.geteuid() == 0, "needs other users")
    def test_an_agent_can_be_asked_where_tracing_is_forbidden(self, python):
        program = ("import heapsnap, sys" + BECOME_NOBODY + "heapsnap.install(signal='USR2')\n" +
                   WAITING)
        with Target(python, program) as target:
            result = subprocess.run([HEAPSNAP, "ps", "-n", "0", "-f", "json"], cwd="/tmp",
                                    text=True, capture_output=True,
                                    preexec_fn=become_one_that_may_not_trace)
            rows = {row["pid"]: row for row in json.loads(result.stdout)["rows"]}
            self.assertEqual((rows[target.pid]["methods"], rows[target.pid]["why"]),
                             (["agent"], None))
            self.assertEqual(rows[target.pid]["python"], python.version)

    def test_a_copy_that_is_read_is_no_row(self):
        with copied_process() as (target, copy):
            rows = self.rows()
            self.assertIn(target, rows)
            self.assertNotIn(copy, rows)

    def test_what_is_no_python_is_no_row(self):
        with subprocess.Popen(["sleep", "60"]) as process:
            self.assertNotIn(process.pid, self.rows())
            process.kill()

    def test_the_forms_of_the_answer(self):
        result = heapsnap("ps", "--name", "*nothing of this name*")
        self.assertEqual((result.returncode, result.stdout), (0, "nothing\n"))
        header = next(csv.reader(io.StringIO(heapsnap("ps", "-f", "csv").stdout)))
        self.assertEqual(header, ["pid", "own_pid", "user", "python", "rss", "uptime", "methods",
                                  "program", "why"])
        self.assertIn("| pid |", heapsnap("ps", "-f", "md").stdout.lower())
        self.assertEqual(heapsnap("ps", "extra").returncode, 2)
        self.assertEqual(heapsnap("ps", "--name", "").returncode, 2)


if __name__ == "__main__":
    unittest.main()
