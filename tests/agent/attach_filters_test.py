"""capture -p by who has seccomp filters too.

What filters say cannot be read, and one that is another one than ours may kill the program for a
call of ours. The fallback is --method read, which makes no calls (methods_test.py).
"""

import multiprocessing
import pathlib
import subprocess
import unittest

from attaching import HANG, HEAPSNAP, Target, as_root, on_two_pythons, skip_if_started_by_a_script
from filters import FILTERED, with_a_filter, without_right_to_suspend_filters
from programs import finish

PROGRAM = """
    import sys
    kept = [[str(i)] for i in range(2000)]
    print("ready", flush=True)
    sys.stdin.readline()
    print("fine")
"""


class Filters(unittest.TestCase):
    def judge(self, result, copied):
        if copied:
            self.assertEqual(result.returncode, 0, result.stderr)
        else:
            self.assertEqual(result.returncode, 4, result.stderr)
            self.assertRegex(result.stderr, r"\Aheapsnap: error: [^\n]*seccomp filter[^\n]*\n\Z")


class FamilyTest(Filters):
    """They are inherited, and never taken away."""

    def check(self, python, program, copied, before=lambda: None):
        def begin():
            without_right_to_suspend_filters()
            before()
        with Target(python, program) as target:
            result = target.try_capture("-o", "a.hsnap", "--method", "remote-fork",
                                        preexec_fn=begin)
            self.judge(result, copied)
            target.assertUntouched(self)
            self.assertEqual(target.finish("\n"), "fine\n")

    def below_a_filter(self, check, *arguments):
        def act():
            with_a_filter()
            check(*arguments)
        process = multiprocessing.get_context("fork").Process(target=act)
        process.start()
        process.join()
        self.assertEqual(process.exitcode, 0)

    @on_two_pythons
    def test_both_have_inherited_them(self, python):
        self.below_a_filter(self.check, python, PROGRAM, True)

    @on_two_pythons
    def test_the_program_has_one_more(self, python):
        self.below_a_filter(self.check, python, FILTERED + PROGRAM, False)

    @on_two_pythons
    def test_each_has_one_of_its_own(self, python):
        self.below_a_filter(self.check, python, FILTERED + PROGRAM, False, with_a_filter)


class ContainerTest(Filters):
    """Those that a container begins with were set by who is not to be seen in it."""

    def check(self, python, copied, *words, container=with_a_filter):
        skip_if_started_by_a_script(self, python)
        (python.folder / "program.py").write_text(PROGRAM.replace("\n    ", "\n"))
        process = subprocess.Popen(
            ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", python.path, "-S",
             "program.py"], text=True, cwd=python.folder, preexec_fn=container,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(process.stdout.readline(), "ready\n")
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        result = subprocess.run(
            ["nsenter", "--target", children.read_text().strip(), "--pid", "--mount", *words,
             "setpriv", "--bounding-set", "-sys_admin", HEAPSNAP, "capture", "--pid", "1",
             "--method", "remote-fork", "-o", python.folder / "a.hsnap"], text=True,
            preexec_fn=with_a_filter, timeout=HANG, capture_output=True)
        self.judge(result, copied)
        self.assertEqual(finish(process, "\n").stdout, "fine\n")

    @on_two_pythons
    @as_root
    def test_both_began_with_them(self, python):
        self.check(python, True)

    @on_two_pythons
    @as_root
    def test_they_are_in_one_pid_namespace_and_two_containers(self, python):
        self.check(python, False, "unshare", "--mount")

    @on_two_pythons
    @as_root
    def test_the_program_has_one_more(self, python):
        def twice():
            with_a_filter()
            with_a_filter()
        self.check(python, False, container=twice)


del Filters

if __name__ == "__main__":
    unittest.main()
