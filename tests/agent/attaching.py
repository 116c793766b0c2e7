"""Capturing programs from outside, for tests: `heapsnap capture -p PID`.

    with Target(python, "...") as target:          # a program that prints a line when it is ready
        target.capture("a.hsnap")                  # AssertionError unless it succeeds
        target.assertUntouched(self)               # not traced, not stopped, no child left
"""

import contextlib
import functools
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

from programs import BUILD, HANG, SOAK, finish, on_every_python

HEAPSNAP = BUILD / "bin/heapsnap"

NOBODY, SOMEBODY = 65534, 65533
BECOME_NOBODY = f"""
import ctypes, os
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, as of a program that nobody started
"""


def become_one_that_may_not_trace():
    """For preexec_fn. As where yama forbids it: what is nobody's may be looked at and signalled."""
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(SOMEBODY, NOBODY, NOBODY)


as_root = unittest.skipUnless(os.geteuid() == 0, "needs other users")


def on_two_pythons(test):
    """As on_every_python, but on two versions only, except in soak."""
    @functools.wraps(test)
    def run(self, python):
        if python.thorough:
            test(self, python)

    return on_every_python(run)


def count(in_ci, in_soak):
    return in_soak if SOAK else in_ci


def skip_if_started_by_a_script(test, python):
    """What its process sees of the file system may not be what the test does."""
    if pathlib.Path(python.path).read_bytes()[:2] == b"#!":
        print(f"SKIPPED {test.id()} on {python.version}: it is started by a script")
        test.skipTest("it is started by a script")


class Target:
    def __init__(self, python, program, *arguments, **settings):
        self.python = python
        self.process = python.start(program, *arguments, **settings)
        self.pid = self.process.pid
        self.said = self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def try_capture(self, *words, **settings):
        return subprocess.run([HEAPSNAP, "capture", "-p", str(self.pid), *words], text=True,
                              cwd=self.python.folder, timeout=HANG, stdin=subprocess.DEVNULL,
                              capture_output=True, **settings)

    def capture(self, name, *words):
        result = self.try_capture("-o", name, *words)
        if result.returncode != 0:
            raise AssertionError(f"capture ended with {result.returncode}: {result.stderr}")
        return result.stderr

    def finish(self, given=None):
        """What the program says until its end; it must end well, and complain of nothing."""
        result = finish(self.process, given)
        if result.returncode != 0 or result.stderr:
            raise AssertionError(f"the program ended with {result.returncode}: {result.stderr}")
        return result.stdout

    def status(self, field):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return line.split(":", 1)[1].strip()
        raise AssertionError(f"no {field} in the status of {self.pid}")

    def await_sleep(self):
        """Until all threads wait for something, and none is on its way there."""
        deadline = time.monotonic() + HANG
        asleep = 0
        while asleep < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
            stats = pathlib.Path(f"/proc/{self.pid}/task").glob("*/stat")
            states = [path.read_text().rpartition(")")[2].split()[0] for path in stats]
            asleep = asleep + 1 if set(states) == {"S"} else 0

    def capturing(self):
        """Processes of heapsnap that are about this one."""
        words = f"\0-p\0{self.pid}\0".encode()
        return [pid for pid, text in processes("cmdline") if words in text]

    def copies(self):
        """Children that have no exit signal: copies that nobody reaped."""
        fields = [(pid, text.rpartition(b")")[2].split()) for pid, text in processes("stat")]
        return [pid for pid, field in fields if int(field[1]) == self.pid and int(field[35]) == 0]

    def assertUntouched(self, test, state="RSD"):
        """Soon, if heapsnap was killed: the process that traces is another one."""
        deadline = time.monotonic() + HANG
        while self.capturing() and time.monotonic() < deadline:
            time.sleep(0.01)
        test.assertEqual((self.status("TracerPid"), self.copies()), ("0", []))
        while "R" not in state and self.status("State")[0] == "R" and time.monotonic() < deadline:
            time.sleep(0.01)  # it waits for a processor, on its way to where it was
        test.assertIn(self.status("State")[0], state)


def scripts_for(pid):
    """What `--method remote-exec` has put there for a process to execute, and not removed."""
    found = []
    for path in pathlib.Path("/tmp").glob("heapsnap-??????"):
        with contextlib.suppress(OSError):
            found += [path] if f"exec-{pid}-" in path.read_text() else []
    return found


COPIED = """
import ctypes, os, signal, sys
SYS_CLONE = 56  # x86-64
copy = ctypes.CDLL(None).syscall(SYS_CLONE, 0, 0, 0, 0, 0)
if copy == 0:
    signal.pause()
print(copy, flush=True)
sys.stdin.read()
os.kill(copy, signal.SIGKILL)
os.waitpid(copy, 0x40000000)  # __WALL
"""


@contextlib.contextmanager
def copied_process():
    """The pids of a Python, and of a copy of it as another heapsnap has that reads it."""
    with subprocess.Popen([sys.executable, "-c", COPIED], text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        yield process.pid, int(process.stdout.readline())
        process.stdin.close()


def processes(name):
    """(pid, contents of /proc/PID/NAME) of all processes."""
    for path in pathlib.Path("/proc").glob(f"[0-9]*/{name}"):
        try:
            yield int(path.parent.name), path.read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            pass


def records(path):
    """What a snapshot holds, as sorted lines: all but the header and numbers that name types."""
    result = subprocess.run([HEAPSNAP, "export", str(path), "--to", "jsonl"], text=True,
                            capture_output=True, check=True)
    lines = []
    for line in result.stdout.splitlines():
        record = json.loads(line)
        if record["record"] == "header":
            continue
        for name in ("id", "type_id"):
            record.pop(name, None)
        lines.append(json.dumps(record, sort_keys=True))
    return sorted(lines)
