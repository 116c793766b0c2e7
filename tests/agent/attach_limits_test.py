"""capture -p where something is forbidden or used up: it is said, and the program is as it was."""

import ctypes
import os
import shutil
import signal
import struct
import subprocess
import time
import unittest

from attaching import HANG, HEAPSNAP, Target, as_root, on_two_pythons

NOBODY = 65534
CLONE, MMAP, MPROTECT = 56, 9, 10  # x86-64
ALLOW, KILL, NOT_PERMITTED = 0x7FFF0000, 0x80000000, 0x00050001
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06  # of BPF
ARGUMENT_3, PROT_EXEC = 32, 4


def program_of(*instructions):
    return b"".join(struct.pack("HBBI", *instruction) for instruction in instructions).hex()


def forbids_clone(action):
    return program_of((LOAD, 0, 0, 0), (EQUAL, 0, 1, CLONE), (RETURN, 0, 0, action),
                      (RETURN, 0, 0, ALLOW))


FORBIDS_CODE = program_of((LOAD, 0, 0, 0), (EQUAL, 1, 0, MMAP), (EQUAL, 0, 3, MPROTECT),
                          (LOAD, 0, 0, ARGUMENT_3), (ANY_BIT, 0, 1, PROT_EXEC),
                          (RETURN, 0, 0, NOT_PERMITTED), (RETURN, 0, 0, ALLOW))

# Arguments: a filter in hexadecimal or -, the user to become or -, a statement.
RESTRICTED = """
    import ctypes, os, resource, sys
    kept = [[i, str(i)] for i in range(20_000)]
    filter, user, statement = sys.argv[1:]
    libc = ctypes.CDLL(None, use_errno=True)
    def call(*arguments):
        if libc.prctl(*arguments) != 0: raise OSError(ctypes.get_errno(), str(arguments))
    if user != "-":
        os.setgroups([])
        os.setgid(int(user))
        os.setuid(int(user))
        call(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, as of a program that was started by that user
    exec(statement)
    if filter != "-":
        class Program(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
        code = bytes.fromhex(filter)
        call(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
        call(22, 2, ctypes.byref(Program(len(code) // 8, code)), 0, 0)  # PR_SET_SECCOMP
    print("ready", flush=True)
    request = sys.stdin.readline()
    answer = "fine"
    if request == "fork\\n":
        try:
            child = os.fork()
            if child == 0: os._exit(0)
            os.waitpid(child, 0)
        except OSError as error:
            answer = error.strerror
    print(answer if kept[-1] == [19_999, "19999"] else "wrong")
"""


class LimitsTest(unittest.TestCase):
    def target(self, python, filter="-", user="-", statement="pass"):
        os.chmod(python.folder, 0o777)
        return Target(python, RESTRICTED, filter, user, statement, options=("-S",))

    def assertCaptured(self, target, method, *words, **settings):
        result = target.try_capture("-o", "a.hsnap", "--force", *words, **settings)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(f", {method} (", result.stderr)
        target.assertUntouched(self)

    def assertRefused(self, target, said, *words, **settings):
        result = target.try_capture("-o", "b.hsnap", *words, **settings)
        self.assertEqual((result.returncode, result.stdout), (4, ""))
        self.assertRegex(result.stderr, rf"\Aheapsnap: error: {said}[^\n]*\n\Z")
        self.assertFalse((target.python.folder / "b.hsnap").exists())
        target.assertUntouched(self)

    @on_two_pythons
    @as_root
    def test_root_suspends_the_filters_of_a_program_and_they_are_there_afterwards(self, python):
        for filter in (forbids_clone(NOT_PERMITTED), forbids_clone(KILL), FORBIDS_CODE):
            with self.target(python, filter) as target:
                self.assertCaptured(target, "remote-fork")
                self.assertEqual(target.status("Seccomp"), "2")
                if filter == forbids_clone(NOT_PERMITTED):
                    self.assertEqual(target.finish("fork\n").strip(), "Operation not permitted")
                else:
                    self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    @as_root
    def test_others_do_not_try_what_a_filter_may_answer_with_death(self, python):
        them = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        with self.target(python, forbids_clone(KILL), NOBODY) as target:
            self.assertRefused(target, rf"process {target.pid} runs under a seccomp filter",
                               "--method", "remote-fork", **them)
            self.assertCaptured(target, "read", **them)
            self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    @as_root
    def test_a_user_that_has_as_many_processes_as_it_may(self, python):
        few = "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))"
        with self.target(python, "-", 54_321, few) as target:
            self.assertRefused(target, rf"process {target.pid} cannot be copied: .*RLIMIT_NPROC",
                               "--method", "remote-fork")
            self.assertCaptured(target, "read")
            self.assertEqual(target.finish("fork\n").strip(), "Resource temporarily unavailable")

    @on_two_pythons
    def test_an_address_space_that_may_not_grow(self, python):
        """The copy's may."""
        full = ("size = int(open('/proc/self/statm').read().split()[0]) * 4096; "
                "resource.setrlimit(resource.RLIMIT_AS, (size, resource.RLIM_INFINITY))")
        with self.target(python, statement=full) as target:
            self.assertCaptured(target, "remote-fork")
            self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    @as_root
    def test_a_limit_of_memory_that_we_may_not_lift(self, python):
        them = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        for more in (0, 2 << 20):  # for the walker, but not for what it finds
            full = ("size = int(open('/proc/self/statm').read().split()[0]) * 4096; "
                    f"resource.setrlimit(resource.RLIMIT_AS, (size + {more}, size + {more}))")
            with self.target(python, "-", NOBODY, full) as target:
                self.assertRefused(target, r"the copy of the process gets no [^\n]*: the process "
                                           r"has a limit \(RLIMIT_AS\), [^\n]*; try --method read",
                                   "--method", "remote-fork", **them)
                self.assertCaptured(target, "read", **them)
                self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    @as_root
    def test_a_program_that_forbids_to_be_traced(self, python):
        with self.target(python, "-", NOBODY, "call(4, 0, 0, 0, 0)") as target:
            self.assertRefused(target, f"no permission to trace process {target.pid}: .*DUMPABLE",
                               user=NOBODY, group=NOBODY, extra_groups=[])
            self.assertCaptured(target, "remote-fork")
            self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    def test_a_program_that_forbids_memory_that_becomes_code(self, python):
        set_mdwe, get_mdwe = 65, 66  # Linux 6.3
        if ctypes.CDLL(None).prctl(get_mdwe, 0, 0, 0, 0) < 0:
            print(f"SKIPPED {self.id()}: this system has no PR_SET_MDWE")
            self.skipTest("no PR_SET_MDWE")
        with self.target(python, statement=f"call({set_mdwe}, 1, 0, 0, 0)") as target:
            self.assertRefused(target, r"the copy of the process may not run code of ours [^\n]*"
                                       r"PR_SET_MDWE[^\n]*; try --method read, or ",
                               "--method", "remote-fork")
            self.assertCaptured(target, "read")
            self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    @as_root
    def test_a_namespace_for_the_children_to_come_is_not_used_up(self, python):
        """The first process in a pid namespace is its last if it ends."""
        unshare = "assert libc.unshare(0x20000000) == 0"
        with self.target(python, statement=unshare) as target:
            self.assertRefused(target, f"process {target.pid} has a pid namespace prepared",
                               "--method", "remote-fork")
            self.assertCaptured(target, "read")
            self.assertEqual(target.finish("fork\n").strip(), "fine")


class StartTest(unittest.TestCase):
    """One that only begins is not taken for one that is no Python."""

    def capture(self, python, pid, code):
        result = subprocess.run([HEAPSNAP, "capture", "-p", str(pid), "--method", "remote-fork",
                                 "--timeout", "200ms", "-o", "%n.hsnap"], cwd=python.folder,
                                text=True, capture_output=True, timeout=HANG)
        self.assertIn(result.returncode, code, result.stderr)
        return result.stderr

    @on_two_pythons
    def test_at_any_moment(self, python):
        for milliseconds in range(12):
            with subprocess.Popen([python.path, "-c", "input()"], stdin=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL) as process:
                try:
                    self.await_python(process)
                    time.sleep(milliseconds / 1000)
                    process.send_signal(signal.SIGSTOP)
                    said = self.capture(python, process.pid, (0, 4))
                finally:
                    process.kill()
                if "heapsnap: error: " in said:
                    self.assertRegex(said, "is still starting: try again later|"
                                           "does not stop: it waits in the kernel; try again later|"
                                           "and each time (its collector was running|"
                                           "the collector's lists (are all but empty|"
                                           "were not found));")

    def await_python(self, process):
        """A script may start it."""
        deadline = time.monotonic() + HANG
        while time.monotonic() < deadline:
            if os.path.basename(os.readlink(f"/proc/{process.pid}/exe")).startswith("python"):
                return
        self.fail(f"process {process.pid} becomes no Python")

    @on_two_pythons
    def test_a_library_that_is_not_loaded_yet(self, python):
        for name, code, said in (("python3.12", 4, "is still starting: try again later"),
                                 ("sleep", 5, "is no Python that we know: ")):
            program = shutil.copy("/bin/sleep", python.folder / name)
            with subprocess.Popen([program, "60"]) as process:
                error = self.capture(python, process.pid, (code,))
                self.assertIn(f"heapsnap: error: process {process.pid} {said}", error)
                process.kill()


class WaitingCloneTest(unittest.TestCase):
    """A clone that returns when another thread has read of it, and we hold that one."""

    SERVED = """
        import ctypes, os, sys, threading
        call = ctypes.CDLL(None).syscall
        ioctl = ctypes.CDLL(None).ioctl
        faults = call(323, os.O_CLOEXEC)  # userfaultfd
        words = lambda *numbers: (ctypes.c_uint64 * len(numbers))(*numbers)
        EVENT_FORK, MISSING = 2, 1
        if faults < 0 or ioctl(faults, ctypes.c_ulong(0xC018AA3F), words(0xAA, EVENT_FORK, 0)) != 0:
            print("no", flush=True)
            sys.exit()
        map = ctypes.CDLL(None).mmap
        map.restype = ctypes.c_size_t
        memory = map(None, ctypes.c_size_t(1 << 20), 3, 0x22, -1, ctypes.c_long(0))
        assert ioctl(faults, ctypes.c_ulong(0xC020AA00), words(memory, 1 << 20, MISSING, 0)) == 0
        def serve():
            while True:
                event = os.read(faults, 32)
                os.close(int.from_bytes(event[8:12], "little"))
        threading.Thread(target=serve, daemon=True).start()
        print("ready", flush=True)
        sys.stdin.readline()
        print("fine")
    """

    @on_two_pythons
    def test_the_others_are_let_go_and_there_is_no_copy(self, python):
        with Target(python, self.SERVED, options=("-S",)) as target:
            if target.said != "ready":
                print(f"SKIPPED {self.id()}: no userfaultfd that tells of forks")
                self.skipTest("no userfaultfd")
            result = target.try_capture("-o", "a.hsnap", "--method", "remote-fork")
            self.assertIn("waits for a thread that stands still (userfaultfd)", result.stderr)
            self.assertEqual(result.returncode, 4)
            target.assertUntouched(self)
            self.assertEqual(target.finish("\n").strip(), "fine")


if __name__ == "__main__":
    unittest.main()
