"""heapsnap watch: a process is captured from outside, whenever it is time to."""

import ctypes
import errno
import os
import pathlib
import resource
import signal
import shutil
import struct
import subprocess
import time
import unittest

from running import (HANG, HEAPSNAP, PYTHON, SANITIZED, Folder, links_of, on_every_python,
                     wait_until)
from attaching import BECOME_NOBODY, Target, become_one_that_may_not_trace, scripts_for  # noqa: E402
from programs import AGENT  # noqa: E402

PTRACE_SEIZE = 0x4206

WAITING = "import sys; print('ready', flush=True); sys.stdin.read()"
WITH_AGENT = "import heapsnap; heapsnap.install(signal='URG')\n" + WAITING
GROWING = """
import sys
print("ready", flush=True)
for line in sys.stdin:
    block = b"x" * int(line)
    print("done", flush=True)
"""


def refusing_handles(error):
    """For preexec_fn: pidfd_open ends with the error, as an older Linux or a filter has it."""
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]

    pidfd_open, no_new_privileges, set_filter, with_errno = 434, 38, 22, 0x00050000
    steps = ((0x20, 0, 0, 0), (0x15, 0, 1, pidfd_open), (0x06, 0, 0, with_errno | error),
             (0x06, 0, 0, 0x7fff0000))
    program = Program(len(steps), b"".join(struct.pack("HBBI", *step) for step in steps))
    libc = ctypes.CDLL(None)

    def refuse():
        assert libc.prctl(no_new_privileges, 1, 0, 0, 0) == 0
        assert libc.prctl(set_filter, 2, ctypes.byref(program), 0, 0) == 0

    return refuse


class WatchTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)

    def start_program(self, text, name="app.py", **settings):
        process = subprocess.Popen([PYTHON, self.folder.script(text, name)], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   cwd=self.folder.path, **settings)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stdin.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")
        return process

    def watch(self, *words, **settings):
        process = subprocess.Popen([HEAPSNAP, "watch", *map(str, words)], text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   cwd=self.folder.path, **settings)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def ended(self, process, stop=signal.SIGINT):
        """What it said until its end."""
        if stop:
            process.send_signal(stop)
        output, said = process.communicate(timeout=HANG)
        self.assertEqual((process.returncode, output), (0, ""), said)
        self.assertEqual(self.folder.leftovers(), [])
        return said

    def status(self, process, field):
        with open(f"/proc/{process.pid}/status") as file:
            return next(line.split()[1] for line in file if line.startswith(field + ":"))

    def numbers(self):
        """Of the files w.N.hsnap."""
        return sorted(int(name.split(".")[1]) for name in self.folder.names())

    def wait_for_number(self, least):
        wait_until(lambda: max(self.numbers(), default=0) >= least, f"w.{least}.hsnap, or later")

    def wait_for(self, name):
        wait_until(lambda: (self.folder.path / name).exists(), name)

    def test_in_time_the_newest_are_kept(self):
        target = self.start_program(WAITING)
        watch = self.watch("-p", target.pid, "--every", "300ms", "--keep", 2, "-o", "w.%n.hsnap")
        self.wait_for_number(4)
        said = self.ended(watch)
        numbers = self.numbers()
        self.assertEqual(len(numbers), 2)
        self.assertEqual(set(self.folder.triggers()), {"every"})
        self.assertIn(f"heapsnap: watching process {target.pid}: ", said)
        self.assertRegex(said, r"heapsnap: w\.4\.hsnap: [\d,]+ objects, .* at every, paused "
                               r"[^\n]*; removed w\.2\.hsnap\n")
        self.assertRegex(said, rf"heapsnap: watched 1 process: \d+ snapshots, \d+ removed again\n"
                               rf"next: heapsnap analyze w\.{numbers[-1]}\.hsnap\n")
        wait_until(lambda: self.status(target, "State") == "S", "its sleep")
        self.assertEqual([self.status(target, field) for field in ("TracerPid", "State")],
                         ["0", "S"])

    def test_a_threshold_captures_each_time_that_it_is_crossed(self):
        target = self.start_program(GROWING)
        watch = self.watch("-p", target.pid, "--on-rss", "100M", "-o", "w.%n.hsnap")

        def grow(size):
            print(size, file=target.stdin, flush=True)
            target.stdout.readline()

        grow(200 << 20)
        self.wait_for("w.1.hsnap")
        grow(210 << 20)  # it is above all the time
        grow(1)
        wait_until(lambda: int(self.status(target, "VmRSS")) < 100 << 10, "memory to be given back")
        self.pause_of_two_looks(watch)
        self.assertEqual(self.folder.names(), ["w.1.hsnap"])
        grow(200 << 20)
        self.wait_for("w.2.hsnap")
        target.stdin.close()
        said = self.ended(watch, stop=None)
        self.assertIn(f"heapsnap: process {target.pid} has ended\n", said)
        self.assertIn("watched 1 process: 2 snapshots\n", said)
        self.assertEqual(self.folder.triggers(), ["rss", "rss"])

    def pause_of_two_looks(self, watch):
        """It waits after each look, on a busy machine for longer."""
        def waits(): return int(self.status(watch, "voluntary_ctxt_switches"))
        time.sleep(0.5)
        before = waits()
        wait_until(lambda: waits() >= before + 3, "two looks")

    def test_the_next_process_of_the_name_is_taken(self):
        watch = self.watch("--name", "watch_me", "--every", "200ms", "--keep", 1,
                           "-o", "w.%p.hsnap")
        self.assertEqual(watch.stderr.readline(),
                         "heapsnap: waiting for a Python process that is called watch_me\n")
        pids = []
        for _ in range(2):
            target = self.start_program(WAITING, "watch_me.py")
            pids.append(target.pid)
            wait_until(lambda: any(f"w.{target.pid}." in name for name in self.folder.names()),
                       "a snapshot")
            target.kill()
            target.wait()
        said = self.ended(watch, signal.SIGTERM)
        for pid in pids:
            self.assertIn(f"heapsnap: watching process {pid}: ", said)
        self.assertEqual(len(self.folder.names()), 1)
        self.assertIn("heapsnap: watched 2 processes: ", said)

    def test_of_several_the_oldest_is_taken_which_is_said(self):
        oldest, _, _ = [self.start_program(WAITING, "watch_us.py") for _ in range(3)]
        watch = self.watch("--name", "watch_us", "--every", "1h")
        self.assertEqual(watch.stderr.readline(),
                         "heapsnap: 3 processes are called watch_us: the oldest is watched\n")
        self.assertIn(f"heapsnap: watching process {oldest.pid}: ", watch.stderr.readline())
        oldest.kill()
        oldest.wait()
        self.assertIn(f"process {oldest.pid} has ended", watch.stderr.readline())
        self.assertEqual(watch.stderr.readline(),
                         "heapsnap: 2 processes are called watch_us: the oldest is watched\n")
        self.ended(watch)

    def test_one_that_cannot_be_watched_yet_is_said_once(self):
        target = self.start_program(WAITING, "watch_it.py")
        self.assertEqual(ctypes.CDLL(None).ptrace(PTRACE_SEIZE, target.pid, None, None), 0)
        watch = self.watch("--name", "watch_it", "--every", "1h")
        self.assertIn(f"process {target.pid} is not watched yet: ", watch.stderr.readline())
        self.assertIn("waiting for", watch.stderr.readline())
        with subprocess.Popen(["sleep", "2.5"]) as process:  # it looks once a second
            process.wait()
        self.assertNotIn("is not watched yet", self.ended(watch))

    def test_one_that_cannot_be_captured_as_asked_is_no_reason_to_leave_out_a_younger_one(self):
        plain = self.start_program(WAITING, "watch_it.py")
        with_agent = self.start_program(WITH_AGENT, "watch_it.py",
                                        env=dict(os.environ, PYTHONPATH=str(AGENT)))
        watch = self.watch("--name", "watch_it", "--every", "1h", "--method", "agent")
        said = watch.stderr.readline()
        self.assertRegex(said, rf"process {plain.pid} is not watched yet: it cannot be captured by "
                               r"agent, but by (remote-fork|read)\b")
        self.assertIn(f"watching process {with_agent.pid}: ", watch.stderr.readline())
        self.ended(watch)

    def test_where_no_process_can_be_held_on_to_is_said(self):
        target = self.start_program(WAITING, "watch_it.py")
        for error, hint in ((errno.ENOSYS, "pidfd_open"), (errno.EPERM, "seccomp profile"),
                            (errno.EMFILE, "ulimit -n")):
            for words in (("--name", "watch_it"), ("-p", target.pid)):
                watch = self.watch(*words, "--every", "1h", preexec_fn=refusing_handles(error))
                said = watch.communicate(timeout=HANG)[1]
                self.assertEqual(watch.returncode, 4, said)
                self.assertRegex(said, rf"\Aheapsnap: error: process {target.pid} cannot be "
                                       rf"watched: {os.strerror(error)}: [^\n]*{hint}[^\n]*\n\Z")

    def test_a_signal_ends_the_wait_for_one_that_only_starts(self):
        program = shutil.copy("/bin/sleep", self.folder.path / "python3.11")
        process = subprocess.Popen([program, "600"])
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        watch = self.watch("-p", process.pid, "--every", "1h", "--timeout", f"{HANG * 5}s")
        wait_until(lambda: any("signalfd" in link for link in links_of(watch.pid)), "its wait")
        self.assertEqual(self.ended(watch), "heapsnap: watched 0 processes: 0 snapshots\n")

    def test_what_the_user_takes_away_takes_no_room(self):
        program = self.start_program(GROWING)
        first = self.watch("-p", program.pid, "--on-rss", "1M", "-o", "size")
        self.wait_for("size")
        self.ended(first)
        room = (self.folder.path / "size").stat().st_size * 5 // 2
        watch = self.watch("-p", program.pid, "--on-rss", "100M", "--max-disk", room,
                           "-o", "w.%n.hsnap")

        def cross(name):
            for size in (1, 200 << 20):
                print(size, file=program.stdin, flush=True)
                program.stdout.readline()
                self.pause_of_two_looks(watch)
            self.wait_for(name)

        cross("w.1.hsnap")
        cross("w.2.hsnap")
        (self.folder.path / "w.2.hsnap").rename(self.folder.path / "mine")
        cross("w.3.hsnap")
        self.assertNotIn("removed", self.ended(watch))
        self.assertEqual(self.folder.names(), ["w.1.hsnap", "w.3.hsnap"])

    @unittest.skipIf(SANITIZED, "sanitizers need terabytes of addresses")
    def test_a_lack_of_memory_is_one_snapshot_less(self):
        target = self.start_program(WAITING)

        def little():
            resource.setrlimit(resource.RLIMIT_AS, (30 << 20, 30 << 20))

        watch = self.watch("-p", target.pid, "--every", "100ms", "--method", "remote-fork",
                           preexec_fn=little)
        self.assertIn("watching process", watch.stderr.readline())
        for _ in range(2):
            self.assertEqual(watch.stderr.readline(),
                             f"heapsnap: error: no snapshot of process {target.pid}: no snapshot "
                             "was written: there is no memory for it\n")
        self.ended(watch)
        result = subprocess.run([HEAPSNAP, "capture", "-p", str(target.pid)], text=True,
                                capture_output=True, cwd=self.folder.path, preexec_fn=little)
        self.assertEqual((result.returncode, result.stderr),
                         (4, "heapsnap: error: no snapshot was written: there is no memory for "
                             "it\n"))

    @unittest.skipIf(SANITIZED, "leaks are looked for by tracing")
    @unittest.skipUnless(os.geteuid() == 0, "needs other users")
    def test_an_agent_is_asked_where_tracing_is_forbidden(self):
        self.folder.path.chmod(0o777)
        target = self.start_program("import heapsnap, sys" + BECOME_NOBODY +
                                    "heapsnap.install(signal='URG')\n" + WAITING,
                                    env=dict(os.environ, PYTHONPATH=str(AGENT)))
        for method in ("auto", "agent"):
            watch = self.watch("-p", target.pid, "--every", "200ms", "--method", method,
                               "-o", f"{method}.%n.hsnap",
                               preexec_fn=become_one_that_may_not_trace)
            self.wait_for(f"{method}.1.hsnap")
            self.assertIn(f"{method}.1.hsnap: ", self.ended(watch))
        watch = self.watch("-p", target.pid, "--every", "200ms", "--method", "read",
                           preexec_fn=become_one_that_may_not_trace)
        self.assertIn(f"error: no permission to trace process {target.pid}",
                      watch.communicate()[1])
        self.assertEqual(watch.returncode, 4)

    @on_every_python(since="3.14")
    def test_a_request_that_a_script_be_executed_is_finished_first(self, python):
        program = """
            import sys
            print("ready", flush=True)
            while sys.stdin.readline():
                for _ in range(100_000): pass
                print("done", flush=True)
        """
        with Target(python, program, PYTHONPATH=None) as target:
            watch = self.watch("-p", target.pid, "--every", "200ms", "--method", "remote-exec",
                               "--timeout", "60s", "-o", f"{python.version}.%n.hsnap")
            wait_until(lambda: scripts_for(target.pid), "a script")
            watch.send_signal(signal.SIGINT)
            time.sleep(0.5)
            target.process.stdin.write("\n")
            target.process.stdin.flush()
            said = self.ended(watch, stop=None)
            self.assertIn("watched 1 process: 1 snapshot\n", said)
            self.assertEqual(scripts_for(target.pid), [])

    def test_the_newest_stays_however_little_the_disk_may_hold(self):
        target = self.start_program(WAITING)
        watch = self.watch("-p", target.pid, "--every", "200ms", "--max-disk", "1k",
                           "-o", "w.%n.hsnap")
        self.wait_for_number(3)
        said = self.ended(watch)
        self.assertEqual(len(self.folder.names()), 1)
        self.assertIn("w.1.hsnap alone is larger than --max-disk allows\n", said)

    def test_a_capture_that_fails_is_said_and_the_next_one_tried(self):
        target = self.start_program(WAITING)

        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

        watch = self.watch("-p", target.pid, "--every", "200ms", "-o", "w.%n.hsnap",
                           preexec_fn=small)
        failed = []
        while len(failed) < 2:
            line = watch.stderr.readline()
            self.assertNotEqual(line, "")
            failed += [line] if "error" in line else []
        self.assertRegex(failed[0], rf"\Aheapsnap: error: no snapshot of process {target.pid}: .*"
                                    "File too large")
        self.assertNotIn("nor by", failed[0])  # the process is not stopped again in vain
        said = self.ended(watch)
        self.assertRegex(said, r"watched 1 process: 0 snapshots, \d+ failed\n")
        self.assertEqual(self.folder.names(), [])

    def test_a_program_that_takes_its_time_to_end_has_not_failed(self):
        """Its main thread and, to all who look, its memory are gone before the other thread is."""
        target = self.start_program("""
            import ctypes, os, sys, threading, time
            def end():
                time.sleep(0.1)
                os._exit(0)
            print("ready", flush=True)
            sys.stdin.readline()
            threading.Thread(target=end).start()
            ctypes.CDLL(None).syscall(60, 0)  # exit(), of this thread alone
        """)
        watch = self.watch("-p", target.pid, "--every", "50ms", "-o", "w.%n.hsnap", "--force")
        self.wait_for("w.1.hsnap")
        target.stdin.write("\n")
        target.stdin.flush()
        wait_until(lambda: watch.poll() is not None, "its end")
        self.assertNotIn("error", self.ended(watch, stop=None))

    def test_each_signal_that_ends_programs_ends_it(self):
        target = self.start_program(WAITING)
        for stop in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP):
            watch = self.watch("-p", target.pid, "--every", "1h", "-o", "w.%n.hsnap")
            self.assertIn(f"watching process {target.pid}: ", watch.stderr.readline())
            self.assertIn("watched 1 process: 0 snapshots\n", self.ended(watch, stop))

    def test_a_signal_that_was_ignored_at_the_start_does_not_end_it(self):
        def as_nohup_does():
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

        target = self.start_program(WAITING)
        watch = self.watch("-p", target.pid, "--every", "200ms", "-o", "w.%n.hsnap",
                           preexec_fn=as_nohup_does)
        self.wait_for("w.1.hsnap")
        watch.send_signal(signal.SIGHUP)
        later = f"w.{len(self.folder.names()) + 3}.hsnap"
        wait_until(lambda: watch.poll() is not None or (self.folder.path / later).exists(), later)
        self.assertIsNone(watch.poll())
        self.ended(watch)

    def test_mistakes(self):
        with subprocess.Popen(["sleep", "600"]) as process:
            for code, said, words in (
                    (2, "needs -p PID, or --name PATTERN", ["--every", "1s"]),
                    (2, "has to be told when to capture", ["-p", os.getpid()]),
                    (2, "excludes", ["-p", os.getpid(), "--name", "x", "--every", "1s"]),
                    (2, "soon", ["-p", os.getpid(), "--every", "soon"]),
                    (2, "much", ["-p", os.getpid(), "--every", "1s", "--max-disk", "much"]),
                    (2, "--max-disk: expected a size",
                     ["-p", os.getpid(), "--every", "1s", "--max-disk", ""]),
                    (2, "--on-rss: expected a size",
                     ["-p", os.getpid(), "--every", "1s", "--on-rss", ""]),
                    (2, "--every: expected a duration",
                     ["-p", os.getpid(), "--on-rss", "1G", "--every", ""]),
                    (2, "-o: expected a name of files",
                     ["-p", os.getpid(), "--every", "1s", "-o", ""]),
                    (2, "--name: expected a name", ["--name", "", "--every", "1s"]),
                    (2, "watch takes no argument 'app.py'",
                     ["--name", "x", "--every", "1s", "app.py"]),
                    (5, "is no Python", ["-p", process.pid, "--every", "1s"])):
                result = subprocess.run([HEAPSNAP, "watch", *map(str, words)], text=True,
                                        capture_output=True, cwd=self.folder.path, timeout=HANG)
                self.assertEqual(result.returncode, code, result.stderr)
                self.assertRegex(result.stderr, rf"\Aheapsnap: error: [^\n]*{said}[^\n]*\n\Z")
            process.kill()


if __name__ == "__main__":
    unittest.main()
