"""capture -p while something passes that is in the way: another heapsnap, a start, an exec."""

import pathlib
import subprocess
import sys
import time
import unittest

from attaching import HANG, HEAPSNAP, Target, count, on_two_pythons

WAITING = """
    import sys, threading
    kept = [[str(i)] for i in range(2000)]
    other = threading.Thread(target=sys.stdin.readline)
    other.start()
    print(other.native_id, flush=True)
    other.join()
    print("fine")
"""

# Traces a thread under a name, and lets it go after some seconds.
TRACER = """
import ctypes, sys, time
PTRACE_SEIZE, PTRACE_INTERRUPT, PTRACE_DETACH, PR_SET_NAME = 0x4206, 0x4207, 17, 15
name, thread, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
assert libc.ptrace(PTRACE_SEIZE, thread, None, None) == 0
print("ready", flush=True)
time.sleep(seconds)
assert libc.ptrace(PTRACE_INTERRUPT, thread, None, None) == 0
libc.waitpid(thread, None, 0x40000000)
assert libc.ptrace(PTRACE_DETACH, thread, None, None) == 0
"""

class TracedBy:
    def __init__(self, name, thread, seconds=HANG):
        words = [sys.executable, "-c", TRACER, name, str(thread), str(seconds)]
        self.process = subprocess.Popen(words, text=True, stdout=subprocess.PIPE)

    def __enter__(self):
        assert self.process.stdout.readline() == "ready\n"
        return self.process

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

class PassingTest(unittest.TestCase):
    def assertRefused(self, result, said, code=4):
        self.assertEqual((result.returncode, result.stdout), (code, ""), result.stderr)
        self.assertRegex(result.stderr, rf"\Aheapsnap: error: {said}\n\Z")

class OtherHeapsnapTest(PassingTest):
    @on_two_pythons
    def test_several_captures_at_once_all_succeed(self, python):
        with Target(python, WAITING) as target:
            for _ in range(count(2, 20)):
                words = [HEAPSNAP, "capture", "-p", str(target.pid), "-o", "p.%n.hsnap"]
                captures = [subprocess.Popen([*words, *more], cwd=python.folder, text=True,
                                             stderr=subprocess.PIPE)
                            for more in ([], [], [], ["--method", "read"])]
                for capture in captures:
                    said = capture.communicate(timeout=HANG)[1]
                    self.assertEqual(capture.returncode, 0, said)
                    self.assertNotIn("not possible", said)
            target.assertUntouched(self)
            self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    def test_a_watch_and_a_capture_lose_no_moment(self, python):
        with Target(python, WAITING) as target:
            watch = subprocess.Popen([HEAPSNAP, "watch", "-p", str(target.pid), "--every", "20ms",
                                      "--keep", "1", "-o", "w.%n.hsnap"], cwd=python.folder,
                                     text=True, stderr=subprocess.PIPE)
            for _ in range(count(8, 100)):
                self.assertNotIn("not possible", target.capture("c.hsnap", "--force"))
            watch.terminate()
            said = watch.communicate(timeout=HANG)[1]
            self.assertRegex(said, r"watched 1 process: \d+ snapshots, \d+ removed again\n")
            self.assertNotIn("not possible", said)
            target.assertUntouched(self)
            self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    def test_it_is_waited_for_and_named_when_the_time_is_over(self, python):
        with Target(python, WAITING) as target:
            for thread in (target.pid, int(target.said)):
                for words in ((), ("--method", "remote-fork"), ("--method", "read")):
                    with TracedBy("heapsnap-tracer", thread, 0.3):
                        said = target.capture("a.hsnap", "--force", *words)
                        self.assertNotIn("not possible", said)
                with TracedBy("heapsnap-tracer", thread) as tracer:
                    self.assertRefused(target.try_capture("--timeout", "50ms"),
                                       f"process {target.pid} is being captured by another heapsnap "
                                       rf"\(process {tracer.pid}\): try again later")
            self.assertEqual(target.finish("\n").strip(), "fine")

class OtherTracerTest(PassingTest):
    @on_two_pythons
    def test_one_of_another_thread_than_the_main_one_is_named(self, python):
        with Target(python, WAITING) as target, TracedBy("debugger", target.said) as tracer:
            said = (f"thread {target.said} of process {target.pid} is being traced by process "
                    rf"{tracer.pid} \(debugger\), and only one can: end that first")
            for method in ("remote-fork", "read"):
                self.assertRefused(target.try_capture("--method", method), said)
            listed = subprocess.run([HEAPSNAP, "ps", "-n", "0", "-f", "csv"], text=True,
                                    capture_output=True, check=True).stdout
            row = next(line for line in listed.splitlines() if line.startswith(f"{target.pid},"))
            self.assertRegex(row, said)

class StartTest(PassingTest):
    """A program that puts itself in its own place again and again."""

    AGAIN = """
        import os, sys, time
        turn = int(os.environ.get("TURN", "0"))
        if turn == 0: print("ready", flush=True)
        kept = [[i] for i in range(3000)]
        time.sleep(0.01)
        if os.path.exists("stop"): sys.exit(0)
        os.environ["TURN"] = str(turn + 1)
        os.execv(sys.executable, [sys.executable, "-S", *sys.argv])
    """

    @on_two_pythons
    def test_one_that_is_always_starting_is_tried_again(self, python):
        with Target(python, self.AGAIN) as target:
            for method in ("auto", "remote-fork", "read") * count(3, 30):
                said = target.capture("a.hsnap", "--force", "--method", method)
                self.assertNotIn("not possible", said)
            (python.folder / "stop").touch()
            target.finish()

    def test_what_is_always_another_program_is_said_to_be_no_python(self):
        """And no sooner than it is."""
        with subprocess.Popen(["sh", "-c", "exec sleep 60"]) as process:
            result = subprocess.run([HEAPSNAP, "capture", "-p", str(process.pid)], text=True,
                                    capture_output=True, cwd="/tmp")
            process.kill()
        self.assertRefused(result, f"process {process.pid} is no Python that we know: [^\n]*", 5)

    def test_one_that_only_starts_is_not_said_to_lack_an_agent(self):
        program = pathlib.Path("/tmp") / f"python-{time.monotonic_ns()}"
        program.write_bytes(pathlib.Path("/bin/sleep").read_bytes())
        program.chmod(0o700)
        self.addCleanup(program.unlink)
        with subprocess.Popen([program, "60"]) as process:
            result = subprocess.run([HEAPSNAP, "capture", "-p", str(process.pid), "--timeout",
                                     "20ms"], text=True, capture_output=True, cwd="/tmp")
            process.kill()
        self.assertRefused(result, f"process {process.pid} is still starting: try again later")

class EndTest(PassingTest):
    @on_two_pythons
    def test_who_waits_for_a_program_that_is_killed_while_it_is_held_is_told(self, python):
        program = """
            import sys, threading
            kept = bytearray(b"1") * 200_000_000  # copied while it is held
            for _ in range(4): threading.Thread(target=sys.stdin.readline).start()
            print("ready", flush=True)
        """
        for _ in range(count(2, 20)):
            with Target(python, program) as target:
                watch = subprocess.Popen([HEAPSNAP, "watch", "-p", str(target.pid), "--every", "1ms",
                                          "--method", "read", "--keep", "1", "-o", "k.%n.hsnap"],
                                         cwd=python.folder, text=True, stderr=subprocess.PIPE)
                self.addCleanup(watch.kill)
                while not list(python.folder.glob("k.*.hsnap")):
                    self.assertIsNone(watch.poll())
                while target.status("TracerPid") == "0":
                    self.assertIsNone(watch.poll())
                target.process.kill()
                target.process.wait(HANG)
                self.assertIn("has ended", watch.communicate(timeout=HANG)[1])
            for path in python.folder.glob("k.*.hsnap"):
                path.unlink()

    @on_two_pythons
    def test_a_thread_that_puts_another_program_in_the_place_of_all(self, python):
        """It waits for the others' end, and the kernel lets nobody trace more of them meanwhile."""
        with Target(python, """
            import os, sys, threading, time
            turn = int(os.environ.get("TURN", "0"))
            if turn == 0: print("ready", flush=True)
            def again():
                if os.path.exists("stop"): os._exit(0)
                os.environ["TURN"] = str(turn + 1)
                os.execv(sys.executable, [sys.executable, "-S", *sys.argv])
            for _ in range(300): threading.Thread(target=time.sleep, args=(60,)).start()
            threading.Thread(target=again).start()
        """) as target:
            captured = set()
            for method in ("remote-fork", "read") * count(5, 100):
                result = target.try_capture("-o", "a.hsnap", "--force", "--method", method)
                self.assertIn(result.returncode, (0, 4), result.stderr)
                if result.returncode == 0:
                    captured.add(method)
            self.assertEqual(captured, {"remote-fork", "read"})
            (python.folder / "stop").touch()
            target.finish()

if __name__ == "__main__":
    unittest.main()
