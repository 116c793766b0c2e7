"""capture -p by other ways than the first, and how auto chooses among them."""

import pathlib
import signal
import subprocess
import time
import unittest

from attaching import HEAPSNAP, Target, on_two_pythons, scripts_for
from filters import FILTERED, without_right_to_suspend_filters
from programs import HANG, on_every_python

WAITING = """
    import sys
    kept = [[str(i)] for i in range(2000)]
    print("ready", flush=True)
    print(sys.stdin.readline().strip())
"""

WITH_AGENT = """
    import heapsnap, signal, sys
    heard = []
    signal.signal(signal.SIGUSR2, lambda *_: heard.append("signal"))
    heapsnap.install(signal="USR2", out="agent.%n.hsnap")
    kept = [[str(i)] for i in range(2000)]
    print("ready", flush=True)
    print(sys.stdin.readline().strip(), heard)
"""


def facts(snapshot):
    return subprocess.run([HEAPSNAP, "info", snapshot], text=True, check=True,
                          capture_output=True).stdout


class AgentTest(unittest.TestCase):
    def assertRefused(self, result, said):
        self.assertEqual((result.returncode, result.stdout), (4, ""))
        self.assertRegex(result.stderr, rf"\Aheapsnap: error: {said}[^\n]*\n\Z")

    @on_every_python
    def test_its_signal_asks_and_the_snapshot_comes_here(self, python):
        with Target(python, WITH_AGENT) as target:
            said = target.capture("here.hsnap", "--method", "agent", "--label", "a=b")
            self.assertRegex(said, r"here\.hsnap: [\d,]+ objects, [^\n]*, agent \(fork\), paused ")
            said = target.capture("again.hsnap", "--method", "agent")
            self.assertIn("agent (fork)", said)
            self.assertEqual(target.finish("fine\n").strip(), "fine []")
        names = {path.name for path in python.folder.glob("*.hsnap")}
        self.assertEqual(names, {"here.hsnap", "again.hsnap"})
        self.assertRegex(facts(python.folder / "here.hsnap"),
                         r"(?s)method: +agent\n.*labels: +a=b\n")

    @on_two_pythons
    def test_the_signal_of_another_sender_makes_a_file_as_ever(self, python):
        with Target(python, WITH_AGENT) as target:
            target.process.send_signal(signal.SIGUSR2)
            self.assertEqual(target.finish("fine\n").strip(), "fine ['signal']")
        self.assertTrue((python.folder / "agent.1.hsnap").exists())

    @on_two_pythons
    def test_a_forked_process_answers_for_itself(self, python):
        with Target(python, """
            import heapsnap, os, sys
            heapsnap.install(signal="USR2", out="agent.%n.hsnap")
            ours, theirs = os.pipe()
            if os.fork() == 0:
                print(os.getpid(), flush=True)
                os.read(ours, 1)
                os._exit(0)
            sys.stdin.readline()
            os.write(theirs, b"x")
            os.wait()
        """) as target:
            parent, target.pid = target.pid, int(target.said)
            target.capture("child.hsnap", "--method", "agent")
            target.pid = parent
            target.finish("\n")
        self.assertRegex(facts(python.folder / "child.hsnap"), rf"pid: +{target.said}\n")

    @on_two_pythons
    def test_no_signal_is_sent_where_no_agent_has_a_handler(self, python):
        with Target(python, WAITING) as target:
            self.assertRefused(target.try_capture("--method", "agent"),
                               f"process {target.pid} has no agent of heapsnap in it: start it by ")
            self.assertEqual(target.finish("fine\n").strip(), "fine")
        with Target(python, "import heapsnap" + WAITING.replace("\n    ", "\n")) as target:
            self.assertRefused(target.try_capture("--method", "agent"), f"process {target.pid} has "
                               "an agent of heapsnap that no signal asks: ")
            self.assertEqual(target.finish("fine\n").strip(), "fine")
        gone = WITH_AGENT.replace("kept =", "signal.signal(signal.SIGUSR2, signal.SIG_DFL); kept =")
        with Target(python, gone) as target:
            self.assertRefused(target.try_capture("--method", "agent"),
                               f"process {target.pid} has no handler for SIGUSR2 any more")
            self.assertIn("fine", target.process.communicate("fine\n")[0])

    @on_every_python
    def test_no_signal_is_sent_where_the_program_has_put_its_own_handler(self, python):
        """Also not if the agent's stands for another signal."""
        other = WITH_AGENT.replace("heard = []", "heard = []\n    def own(*_): heard.append(1)")
        other = other.replace("kept =", "signal.signal(signal.SIGUSR2, own); signal.signal("
                              "signal.SIGUSR1, heapsnap._triggers._handle); kept =")
        with Target(python, other) as target:
            self.assertRefused(target.try_capture("--method", "agent"), f"process {target.pid} has "
                               "another handler for SIGUSR2 than the agent's")
            self.assertEqual(target.process.communicate("fine\n")[0].strip(), "fine []")

    @on_two_pythons
    def test_what_the_agent_was_not_installed_for_is_refused(self, python):
        with Target(python, WITH_AGENT) as target:
            self.assertRefused(target.try_capture("--method", "agent", "--strings", "names"),
                               f"the agent in process {target.pid} was installed with strings=keys")
            self.assertRefused(target.try_capture("--method", "agent", "--mode", "stop"),
                               f"the agent in process {target.pid} was installed with mode=fork: "
                               "leave --mode away, or try --method read")
            self.assertEqual(target.finish("fine\n").strip(), "fine []")

    def busy_in_c(self, python):
        busy = WITH_AGENT.replace("print(sys",
                                  "sum(itertools.chain(say(), range(10**11))); print(sys")
        busy = busy.replace('print("ready", flush=True)', """import itertools
    def say():
        print("ready", flush=True)
        yield 0""")
        return Target(python, busy)

    def is_awaited(self, pid):
        """Whether somebody listens for what the agent in that process sends."""
        sockets = pathlib.Path("/proc/net/unix").read_text().split()
        return any(name.startswith("@heapsnap-capture-") and name.endswith(f"-{pid}")
                   for name in sockets)

    @on_two_pythons
    def test_a_process_that_ends_instead_of_answering_has_ended(self, python):
        with self.busy_in_c(python) as target:
            self.assertEqual(target.said, "ready")
            words = [HEAPSNAP, "capture", "-p", str(target.pid), "--method", "agent"]
            with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True) as capture:
                while capture.poll() is None and not self.is_awaited(target.pid):
                    time.sleep(0.01)
                target.process.kill()
                output, said = capture.communicate(timeout=HANG)
            self.assertRefused(subprocess.CompletedProcess(words, capture.returncode, output, said),
                               f"there is no process {target.pid}: it may have ended")

    @on_two_pythons
    def test_a_main_thread_that_is_busy_in_c_does_not_answer(self, python):
        with self.busy_in_c(python) as target:
            self.assertRefused(target.try_capture("--method", "agent", "--timeout", "300ms"),
                               f"process {target.pid} did not answer SIGUSR2 in time: ")
            self.assertIsNone(target.process.poll())
            target.capture("by-fork.hsnap")


class RemoteExecTest(unittest.TestCase):
    """The program does not know where the agent is."""

    PROGRAM = """
        import select, signal, sys, time
        def wait_in_python():
            while not select.select([sys.stdin], [], [], 0)[0]: pass
        def wait_in_epoll():
            poll = select.epoll()
            poll.register(sys.stdin, select.EPOLLIN)
            poll.poll()
        def wait_in_select():
            select.select([sys.stdin], [], [])
        path = list(sys.path)
        kept = [[str(i)] for i in range(2000)]
        print("ready", flush=True)
        globals()[sys.argv[1]]()
        for i in range(10000): pass  # a request that was not withdrawn would be seen
        print([name for name in sys.modules if "heapsnap" in name], sys.path == path)
    """

    def refused(self, python, said, way="wait_in_python", words=(), **settings):
        with Target(python, self.PROGRAM, way, PYTHONPATH=None, **settings) as target:
            while way == "wait_in_select" and target.status("State")[0] != "S":
                time.sleep(0.01)
            result = target.try_capture("--method", "remote-exec", *words)
            self.assertEqual((result.returncode, result.stdout), (4, ""))
            self.assertRegex(result.stderr, f"heapsnap: error: process {target.pid} {said}")
            target.assertUntouched(self)
            self.assertEqual(target.finish("\n").strip(), "[] True")
            self.assertEqual(scripts_for(target.pid), [])
        self.assertEqual(list(python.folder.glob("*.hsnap")), [])

    @on_every_python(since="3.14")
    def test_a_script_captures_and_is_forgotten(self, python):
        for way in ("wait_in_python", "wait_in_epoll"):
            for mode in ("fork", "stop"):
                with Target(python, self.PROGRAM, way, PYTHONPATH=None) as target:
                    said = target.capture(f"{way}.{mode}.hsnap", "--method", "remote-exec",
                                          "--mode", mode)
                    self.assertIn(f" remote-exec ({mode})", said)
                    target.assertUntouched(self)
                    self.assertEqual(target.finish("\n").strip(), "[] True")
        self.assertRegex(facts(python.folder / "wait_in_epoll.fork.hsnap"),
                         r"method: +remote-exec\n")

    @on_every_python(since="3.14")
    def test_what_is_not_seen_in_time_is_withdrawn(self, python):
        self.refused(python, "did not execute the script in time: ", way="wait_in_select",
                     words=("--timeout", "300ms"))

    @on_every_python(since="3.14")
    def test_a_program_can_forbid_it(self, python):
        self.refused(python, "executes no scripts from outside: ", PYTHON_DISABLE_REMOTE_DEBUG="1")
        self.refused(python, "executes no scripts from outside: ",
                     options=("-X", "disable-remote-debug"))

    @on_two_pythons
    def test_older_versions_cannot(self, python):
        if python.minor < 14:
            self.refused(python,
                         rf"runs CPython {python.version}\.\d+, and only 3\.14 and later can")


class ChoiceTest(unittest.TestCase):
    """Where a copy is out of the question."""

    REASON = r"heapsnap: warning: not possible: remote-fork: [^\n]*seccomp filter[^\n]*; "

    def capture(self, target, *words):
        result = target.try_capture("-o", "a.hsnap", *words,
                                    preexec_fn=without_right_to_suspend_filters)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stderr

    @on_two_pythons
    def test_the_agent_is_asked_if_there_is_one(self, python):
        with Target(python, FILTERED + WITH_AGENT) as target:
            said = self.capture(target)
            self.assertRegex(said, self.REASON.rstrip("; ") + "; captured by agent instead\n")
            self.assertIn(" agent (fork)", said)
            self.assertEqual(target.finish("fine\n").strip(), "fine []")

    @on_two_pythons
    def test_memory_is_read_if_there_is_none(self, python):
        with Target(python, FILTERED + WAITING) as target:
            said = self.capture(target)
            self.assertRegex(said, self.REASON + r"agent: [^\n]*; captured by read instead, which "
                             "stopped the process for longer\n")
            self.assertIn(" read (stop)", said)
            target.assertUntouched(self)
            self.assertEqual(target.finish("fine\n").strip(), "fine")


class IncompleteTest(unittest.TestCase):
    # None of the lists has its items where it says.
    BROKEN = """
        import ctypes, gc, os, sys
        gc.disable()
        broken = [[i] for i in range(5000)]
        for one in broken: ctypes.c_size_t.from_address(id(one) + 24).value = 4096
        print("ready", flush=True)
        print(sys.stdin.readline().strip(), flush=True)
        os._exit(0)
    """

    @on_two_pythons
    def test_why_the_exit_code_is_not_0_is_said_however_quiet(self, python):
        with Target(python, self.BROKEN) as target:
            for method in ("remote-fork", "read"):
                result = target.try_capture("-q", "-o", f"{method}.hsnap", "--method", method)
                self.assertEqual(result.returncode, 4, result.stderr)
                self.assertRegex(result.stderr, rf"\Aheapsnap: error: {method}\.hsnap: [^\n]*; "
                                 r"incomplete: too much could not be read[^\n]*\n\Z")
            result = target.try_capture("-q", "-o", "tree.hsnap", "--tree")
            self.assertEqual(result.returncode, 4, result.stderr)
            self.assertRegex(result.stderr, rf"\Aheapsnap: error: process {target.pid}: "
                             r"incomplete: too much could not be read[^\n]*\n\Z")
            self.assertEqual(target.finish("fine\n").strip(), "fine")


class FactsTest(unittest.TestCase):
    @on_every_python
    def test_whether_the_collector_is_on_is_read_from_outside(self, python):
        with Target(python, """
            import gc, sys
            print("ready", flush=True)
            sys.stdin.readline()
            gc.disable()
            print("off", flush=True)
            sys.stdin.readline()
        """) as target:
            target.capture("on.hsnap")
            target.process.stdin.write("\n")
            target.process.stdin.flush()
            target.process.stdout.readline()
            target.capture("off.hsnap")
            target.capture("read.hsnap", "--method", "read")
            target.finish("\n")
        self.assertRegex(facts(python.folder / "on.hsnap"), r"collector: +on\n")
        for name in ("off", "read"):
            self.assertRegex(facts(python.folder / f"{name}.hsnap"), r"collector: +off\n")


class ModeTest(unittest.TestCase):
    @on_two_pythons
    def test_stop_makes_no_copy(self, python):
        with Target(python, WAITING) as target:
            said = target.capture("a.hsnap", "--mode", "stop")
            self.assertIn(" read (stop)", said)
            self.assertIn(" remote-fork (fork)", target.capture("b.hsnap", "--mode", "fork"))
            for words in (("remote-fork", "stop"), ("read", "fork")):
                result = target.try_capture("--method", words[0], "--mode", words[1])
                self.assertEqual(result.returncode, 2)
                self.assertIn(f"--method {words[0]} is --mode ", result.stderr)
            target.assertUntouched(self)

    @on_two_pythons
    def test_the_process_is_let_go_when_its_memory_takes_too_long(self, python):
        large = "big = bytearray(b'x') * (300 << 20)" + WAITING.replace("\n    ", "\n")
        with Target(python, large) as target:
            result = target.try_capture("--method", "read", "--timeout", "1ms")
            self.assertEqual(result.returncode, 4)
            self.assertIn("it was let go", result.stderr)
            target.assertUntouched(self)
            self.assertEqual(target.finish("fine\n").strip(), "fine")


if __name__ == "__main__":
    unittest.main()
