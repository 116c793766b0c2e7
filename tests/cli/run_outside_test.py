"""heapsnap run: when it is time, programs that do not answer are captured all the same."""

import unittest

from running import PYTHON, Folder, RunTest, facts, finish, wait_until
from attaching import on_two_pythons  # noqa: E402

# Lets a child of the program's trace it, so that nobody else can; signals go on to it. Where a
# capture has just come first, it tries again.
TRACED = """
import ctypes, os, time
def be_traced():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long] * 4
    parent = os.getpid()
    if os.fork() == 0:
        while libc.ptrace(0x4206, parent, 0, 0) != 0:
            time.sleep(0.01)
        while True:
            _, status = os.waitpid(parent, 0x40000000)
            if not os.WIFSTOPPED(status):
                os._exit(0)
            libc.ptrace(7, parent, 0, os.WSTOPSIG(status))
    while "TracerPid:\\t0\\n" in open("/proc/self/status").read():
        time.sleep(0.01)
"""


class OutsideTest(RunTest):
    """Moments need nothing of the program; its agent is asked only where the system refuses."""

    def methods(self):
        return {facts(path)["method"] for path in self.folder.snapshots()}

    def captured(self, process, files=2, output=""):
        """Once there are that many files the program is let go, and says how it was."""
        wait_until(lambda: len(self.folder.names()) >= files, "snapshots")
        result = finish(process, "e")
        self.assertEnded(result, 0, output)
        return result

    @on_two_pythons
    def test_a_main_thread_that_blocks_in_c_with_the_gil(self, python):
        self.folder = Folder(self)
        app = self.folder.script("""
            import ctypes
            letter = ctypes.create_string_buffer(2)
            print(ctypes.PyDLL(None).read(0, letter, 1), letter.value)  # -1: a handler ran
        """)
        process = self.folder.start("--every", "100ms", "-o", "a.%n.hsnap", python.path, app)
        self.captured(process, output="1 b'e'\n")
        self.assertEqual(self.methods(), {"remote-fork"})
        self.assertEqual(set(self.folder.triggers()), {"every"})

    @on_two_pythons
    def test_a_program_that_takes_the_signal_itself(self, python):
        self.folder = Folder(self)
        app = self.folder.script("""
            import signal, sys
            signal.signal(signal.SIGURG, lambda *what: print("mine"))
            signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
            print(sys.stdin.read(1), signal.sigpending())
        """)
        process = self.folder.start("--every", "100ms", "-o", "a.%n.hsnap", python.path, app)
        self.captured(process, output="e set()\n")
        self.assertEqual(self.methods(), {"remote-fork"})

    @on_two_pythons
    def test_pythons_without_the_agent(self, python):
        self.folder = Folder(self)
        app = self.folder.script("""
            import subprocess, sys
            code = "import sys; sys.stdin.read(1)"
            sys.exit(subprocess.run([sys.executable, "-I", "-c", code]).returncode)
        """)
        process = self.folder.start("--children", "--every", "100ms", "-o", "a.%p.%n.hsnap",
                                    python.path, "-I", app)
        wait_until(lambda: len({name.split(".")[1] for name in self.folder.names()}) > 1, "both")
        self.captured(process)

    def test_a_signal_that_is_ignored_from_the_start(self):
        process = self.folder.start("--every", "50ms", "--at", "exit", PYTHON, "-c", "input()",
                                    before=["env", "--ignore-signal=URG"])
        wait_until(lambda: self.folder.names(), "a snapshot")
        self.assertEnded(finish(process, "end\n"), 0)
        self.assertEqual(set(self.folder.triggers()), {"every", "exit"})

    @on_two_pythons
    def test_the_agent_is_asked_where_the_system_refuses(self, python):
        self.folder = Folder(self)
        app = self.folder.script(TRACED + "be_traced(); print(input())")
        process = self.folder.start("--every", "300ms", "-o", "a.%n.hsnap", python.path, app)
        wait_until(lambda: "agent" in self.methods(), "a snapshot by the agent")
        self.assertEnded(finish(process, "end\n"), 0, "end\n")

    def test_where_nobody_answers_that_is_said(self):
        app = self.folder.script(TRACED + """
import signal
be_traced()
signal.signal(signal.SIGURG, lambda *what: print("mine"))
time.sleep(4.5)  # due within a second, and for two more; the agent is asked again after five
""")
        result = self.folder.run("--every", "1s", PYTHON, app)
        self.assertEnded(result, 0, "mine\n")
        self.assertRegex(result.stderr, r"error: process \d+: no snapshot was taken when it was "
                                        r"time: from outside: process \d+ is being traced by "
                                        r"process \d+ .*; its agent, if there is one, did not")

    def test_where_nobody_answers_and_a_child_has_ended_that_is_said(self):
        app = self.folder.script(TRACED + """
import signal
child = os.fork()
if child == 0:
    be_traced()
    signal.signal(signal.SIGURG, lambda *what: None)
    time.sleep(4.5)
    os._exit(0)
os.waitpid(child, 0)
print(child)
time.sleep(1)  # run sees that it has ended
""")
        result = self.folder.run("--children", "--every", "1s", "-o", "a.%p.%n.hsnap", PYTHON, app)
        self.assertRegex(result.stderr, rf"error: process {result.stdout.strip()}: no snapshot was "
                                        r"taken when it was time: from outside: process \d+ is ")

    def test_where_allocations_are_recorded_the_agent_is_asked_first(self):
        """But for a Python whose agent is not there yet, or not any more."""
        app = self.folder.script("""
            import select, sys
            while not select.select([sys.stdin], [], [], 0.01)[0]: pass  # a signal is seen soon
            print(input())
        """)
        process = self.folder.start("--every", "200ms", "-o", "a.%n.hsnap", PYTHON, "-X",
                                    "tracemalloc", app)
        def in_order():
            written = sorted(self.folder.snapshots(), key=lambda path: path.stat().st_mtime_ns)
            return [facts(path)["method"] for path in written]

        wait_until(lambda: in_order().count("agent") > 1, "snapshots by the agent")
        methods = in_order()
        self.assertEnded(finish(process, "end\n"), 0, "end\n")
        self.assertEqual(set(methods[methods.index("agent"):]), {"agent"})

    def test_who_records_allocations_and_does_not_answer_is_captured_all_the_same(self):
        app = self.folder.script("""
            import signal
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGURG})
            print(input())
        """)
        process = self.folder.start("--every", "100ms", "-o", "a.%n.hsnap", PYTHON, "-X",
                                    "tracemalloc", app)
        wait_until(lambda: "remote-fork" in self.methods(), "a snapshot from outside")
        self.assertEnded(finish(process, "end\n"), 0, "end\n")


if __name__ == "__main__":
    unittest.main()
