"""capture -p: what is refused, and that nothing is left when heapsnap is killed in the middle."""

import contextlib
import ctypes
import os
import pathlib
import random
import resource
import signal
import subprocess
import time
import unittest

from attaching import HEAPSNAP, Target, count, on_two_pythons
from programs import HANG, state_of

PTRACE_SEIZE = 0x4206
NOBODY = 65534

WORKING = """
    import select, sys, threading
    kept = [[i, str(i)] for i in range(20_000)]
    stop = False
    results = []
    def work(k):
        number, rounds = 1.0, 0
        while not stop or rounds < 20_000:
            row = [{j: [j]} for j in range(10)]
            if rounds < 20_000: number = number * 1.0000001 + 0.1 * k
            rounds += 1
        results.append(repr(number))
    threads = [threading.Thread(target=work, args=(k,)) for k in (1, 2)]
    for thread in threads: thread.start()
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.001)[0]: pass
    stop = True
    for thread in threads: thread.join()
    print(sorted(results), len(kept))
"""


def expected_result():
    results = []
    for k in (1, 2):
        number = 1.0
        for _ in range(20_000):
            number = number * 1.0000001 + 0.1 * k
        results.append(repr(number))
    return f"{sorted(results)} 20000"


class KillTest(unittest.TestCase):
    def start(self, target, stderr=subprocess.DEVNULL):
        return subprocess.Popen([HEAPSNAP, "capture", "-p", str(target.pid)],
                                cwd=target.python.folder, stderr=stderr)

    def is_held(self, target):
        return target.status("TracerPid") != "0" or bool(target.copies())

    def kill_at_random(self, python, times, kill):
        """Each second time after the program is seen to be held: a slow start takes many moments.
        Further times if no capture was lost: on a busy machine it may be over when it is seen."""
        moments = random.Random(7)
        struck = 0  # captures that had begun, and that were not finished by who was killed
        said = python.folder / "said"
        with Target(python, WORKING) as target:
            for number in range(10 * times):
                if number >= times and struck > 0:
                    break
                sees = number % 2 == 0
                with said.open("w") as stderr, self.start(target, stderr) as capture:
                    while sees and capture.poll() is None and not self.is_held(target):
                        pass
                    time.sleep(moments.random() ** 2 * (0.01 if sees else 0.1))
                    held = self.is_held(target)
                    kill(capture)
                lost = capture.returncode < 0 or "that captured was killed" in said.read_text()
                struck += held and lost
                target.assertUntouched(self)
            self.assertEqual(target.finish("\n").strip(), expected_result())
        self.assertGreater(struck, 0)
        self.assertEqual([p for p in python.folder.iterdir() if p.name.startswith(".")], [])

    @on_two_pythons
    def test_heapsnap_is_killed(self, python):
        self.kill_at_random(python, count(10, 100), lambda capture: capture.kill())

    @on_two_pythons
    def test_heapsnap_is_interrupted(self, python):
        self.kill_at_random(python, count(3, 100),
                            lambda capture: capture.send_signal(signal.SIGINT))

    @on_two_pythons
    def test_the_process_that_traces_is_killed(self, python):
        def kill(capture):
            children = f"/proc/{capture.pid}/task/{capture.pid}/children"
            try:
                for tracer in pathlib.Path(children).read_text().split():
                    os.kill(int(tracer), signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                pass
        self.kill_at_random(python, count(10, 100), kill)

    def hold(self, target, capture):
        """(Copies of the target that are being walked, what traces them), the latter stopped as
        capture is; None if the capture was over before."""
        while capture.poll() is None:
            with contextlib.suppress(OSError):  # on a busy machine one may go as it is looked at
                copies = target.copies()
                if not copies or name_of(copies[0]) != "heapsnap-frozen":
                    continue
                tracer = tracer_of(copies[0])
                if tracer == 0:
                    continue
                stopped = (tracer, capture.pid)
                try:
                    for process in stopped:  # none sees the other's death
                        os.kill(process, signal.SIGSTOP)
                    await_stop(stopped)
                    if tracer_of(copies[0]) == tracer and state_of(copies[0]) != "Z":
                        return copies, tracer
                    raise ProcessLookupError("the copy came to its end before that")
                except OSError:
                    for process in stopped:
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(process, signal.SIGCONT)
        return None

    @on_two_pythons
    def test_what_two_deaths_at_once_leave_the_next_capture_clears_away(self, python):
        with Target(python, WORKING) as target:
            held = None
            while not held:
                with self.start(target) as capture:
                    held = self.hold(target, capture)
                    if held:
                        copies, tracer = held
                        for process in (capture.pid, tracer):
                            os.kill(process, signal.SIGKILL)
            while target.capturing() or tracer_of(copies[0]) != 0:  # the kernel takes its time
                time.sleep(0.01)
            self.assertEqual(target.copies(), copies)
            target.capture("a.hsnap")
            target.assertUntouched(self)
            self.assertEqual(target.finish("\n").strip(), expected_result())


def name_of(pid):
    return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()


def await_stop(pids):
    deadline = time.monotonic() + HANG
    while any(state_of(pid) not in "TZ" for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.001)


def tracer_of(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("TracerPid:")[1].split()[0])


class RefusalTest(unittest.TestCase):
    def assertRefused(self, result, status, said):
        self.assertEqual((result.returncode, result.stdout), (status, ""))
        self.assertRegex(result.stderr, rf"\Aheapsnap: error: {said}[^\n]*\n\Z")

    def capture(self, pid, *words, **settings):
        return subprocess.run([HEAPSNAP, "capture", "-p", str(pid), *words], capture_output=True,
                              text=True, cwd="/tmp", stdin=subprocess.DEVNULL, **settings)

    def test_no_python(self):
        with subprocess.Popen(["sleep", "60"]) as process:
            self.assertRefused(self.capture(process.pid), 5, f"process {process.pid} is no Python")
            process.kill()

    def test_no_process(self):
        with subprocess.Popen(["true"]) as process:
            process.wait()
        self.assertRefused(self.capture(process.pid), 4, f"there is no process {process.pid}")

    def test_a_zombie(self):
        with subprocess.Popen(["true"]) as process:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            self.assertRefused(self.capture(process.pid), 4, f"there is no process {process.pid}")

    @on_two_pythons
    def test_another_tracer(self, python):
        libc = ctypes.CDLL(None, use_errno=True)
        with Target(python, "import sys; print('ready', flush=True); sys.stdin.read()") as target:
            self.assertEqual(libc.ptrace(PTRACE_SEIZE, target.pid, None, None), 0)
            said = rf"process {target.pid} is being traced by process {os.getpid()} \("
            self.assertRefused(self.capture(target.pid), 4, said)
        # the tracer's end of it: the process was killed

    @on_two_pythons
    @unittest.skipUnless(os.geteuid() == 0, "needs another user")
    def test_no_permission(self, python):
        with Target(python, "import sys; print('ready', flush=True); sys.stdin.read()") as target:
            result = self.capture(target.pid, user=NOBODY, group=NOBODY)
            self.assertRefused(result, 4, f"no permission to trace process {target.pid}, which "
                                          "belongs to user 0: try as that user or as root")
            target.assertUntouched(self)
            target.finish()

    @on_two_pythons
    def test_a_file_that_may_not_grow_so_large(self, python):
        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

        with Target(python, "import sys; print('ready', flush=True); sys.stdin.read()") as target:
            before = sorted(path.name for path in python.folder.iterdir())
            for words in ((), ("--tree",), ("--method", "read")):
                self.assertRefused(target.try_capture(*words, preexec_fn=small), 4,
                                   "no snapshot was written: cannot write in this folder: "
                                   "File too large")
            self.assertEqual(sorted(path.name for path in python.folder.iterdir()), before)
            target.assertUntouched(self)

    @on_two_pythons
    def test_words(self, python):
        with Target(python, "import sys; print('ready', flush=True); sys.stdin.read()") as target:
            for words, said in ((("extra",), "capture takes no argument 'extra'"),
                                (("--strings", "all"), "'all' is no policy of strings"),
                                (("--label", "x"), "'x' is no label"),
                                (("--timeout", "soon"), ".*soon"),
                                (("-o", "-"), "capture writes a file")):
                result = target.try_capture(*words)
                self.assertRefused(result, 2, said)
            (python.folder / "there.hsnap").write_text("mine")
            self.assertRefused(target.try_capture("-o", "there.hsnap"), 2, "there.hsnap exists")
            self.assertEqual((python.folder / "there.hsnap").read_text(), "mine")
            said = target.capture("there.hsnap", "--force", "--strings", "none", "--label", "k=v")
            self.assertRegex(said, r"\Aheapsnap: there.hsnap: [\d,]+ objects, [\d.]+ MiB, "
                                   r"remote-fork \(fork\), paused [\d.]+ .?s, "
                                   r"file [\d.]+ [KM]iB\n"
                                   r"next: heapsnap analyze there.hsnap\n"
                                   r"next: heapsnap hist there.hsnap --by clodo\n\Z")


if __name__ == "__main__":
    unittest.main()
