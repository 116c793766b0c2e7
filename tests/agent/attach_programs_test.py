"""capture -p of programs that are unlike others: where they lie, and what their threads do."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from attaching import HEAPSNAP, Target, count, on_two_pythons, skip_if_started_by_a_script
from programs import HANG, THOROUGH, Python, finish, pythons

WAITS = """
    import os, sys
    print("ready", flush=True)
    sys.stdin.readline()
    print("fine")
"""

# vfork(seconds) has a child that sleeps for so long, and waits for it as the kernel does.
VFORK = """
            import ctypes, mmap, os, sys, threading
            libc = ctypes.CDLL(None)
            stack = mmap.mmap(-1, 1 << 16)
            top = ctypes.addressof(ctypes.c_char.from_buffer(stack)) + (1 << 16)
            VM, VFORK, SIGCHLD = 0x100, 0x4000, 17
            sleep = ctypes.cast(libc.sleep, ctypes.c_void_p)
            def vfork(seconds):
                return libc.clone(sleep, ctypes.c_void_p(top), VM | VFORK | SIGCHLD,
                                  ctypes.c_void_p(seconds))
"""

# The heads of the collector's lists lie in _PyRuntime; each is made one of an empty list.
EMPTY_LISTS = """
    import ctypes, gc, os, sys
    gc.disable()
    HEAD, SIZE = 16, 400_000
    runtime = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
    word = ctypes.c_uint64.from_address
    gc.collect()
    new = [[]]
    for tracked in (new, sys.modules):
        at = id(tracked) - HEAD
        while not runtime <= at < runtime + SIZE: at = word(at).value & ~7
        word(at).value = word(at + 8).value = at
    print("ready", flush=True)
    sys.stdin.readline()
    print("fine", flush=True)
    os._exit(0)
"""


class MomentTest(unittest.TestCase):
    @on_two_pythons
    def test_a_stack_that_has_no_room_yet(self, python):
        """The main thread waits where its stack has never been deeper. Where Python limits how deep C
        code calls itself, or a write goes deeper than a read, this program shows nothing of it."""
        if python.version not in THOROUGH:
            return
        with Target(python, """
            import os, sys
            sys.setrecursionlimit(100_000)
            def wait(depth):
                if depth > 0: return wait.__call__(depth - 1)
                os.write(1, b"waits\\n")
                os.read(0, 1)
            print("ready", flush=True)
            for depth in range(2000, 2070, 7): wait(depth)
            print("fine")
        """, options=("-S",)) as target:
            rooms = []
            for _ in range(10):
                self.assertEqual(target.process.stdout.readline(), "waits\n")
                rooms.append(self.room(target.pid))
                target.capture("a.hsnap", "--force", "--method", "remote-fork")
                target.process.stdin.write("x")
                target.process.stdin.flush()
            self.assertEqual(target.finish().strip(), "fine")
        self.assertLess(min(rooms), 1024)  # or it shows nothing

    def room(self, pid):
        """Bytes below the stack pointer of a main thread that waits."""
        while len(words := pathlib.Path(f"/proc/{pid}/syscall").read_text().split()) < 9:
            time.sleep(0.001)
        for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
            if line.endswith("[stack]"):
                return int(words[7], 16) - int(line.split("-")[0], 16)
        raise AssertionError("no stack")

    @on_two_pythons
    def test_a_program_that_replaces_itself(self, python):
        """Sometimes between two looks at it: then it is said, and it goes on."""
        with Target(python, """
            import os, sys
            left = int(sys.argv[1])
            if left == 100: print("ready", flush=True)
            if left == 0: sys.exit(print("fine"))
            os.execv(sys.executable, [sys.executable, "-S", sys.argv[0], str(left - 1)])
        """, 100, options=("-S",)) as target:
            codes = []
            while target.process.poll() is None and len(codes) < count(20, 1000):
                result = target.try_capture("-o", "a.hsnap", "--force", "--timeout", "1s")
                self.assertIn(result.returncode, (0, 4, 5), result.stderr)
                codes.append(result.returncode)
            self.assertIn(0, codes)
            self.assertEqual(target.finish().strip(), "fine")

    @on_two_pythons
    def test_threads_that_end_as_soon_as_they_have_started_another(self, python):
        with Target(python, """
            import sys, threading
            stop = threading.Event()
            ended = threading.Event()
            def start_another():
                if stop.is_set(): ended.set()
                else: threading.Thread(target=start_another).start()
            for _ in range(2): start_another()
            print("ready", flush=True)
            sys.stdin.readline()
            stop.set()
            ended.wait()
            print("fine")
        """, options=("-S",)) as target:
            codes = []
            for _ in range(count(3, 100)):
                result = target.try_capture("-o", "a.hsnap", "--force")
                codes.append(result.returncode)
                self.assertIn(result.returncode, (0, 4), result.stderr)
                if result.returncode != 0:
                    self.assertIn("faster than they can be stopped", result.stderr)
                target.assertUntouched(self)
            self.assertIn(0, codes)
            self.assertEqual(target.finish("\n").strip(), "fine")

    def test_lists_that_are_never_whole(self):
        """Each copy is thrown away, however many there are."""
        path = pythons().get("3.11")
        if path is None:
            self.skipTest("its program is for CPython 3.11")
        with tempfile.TemporaryDirectory(prefix="heapsnap-test-") as folder:
            with Target(Python("3.11", path, folder), EMPTY_LISTS, options=("-S",)) as target:
                result = target.try_capture("--method", "remote-fork",
                                            "--timeout", count("1s", "40s"))
                self.assertEqual(result.returncode, 4)
                self.assertRegex(result.stderr, "was stopped [0-9]+ times, and each time the "
                                                "collector's lists")
                target.assertUntouched(self)
                self.assertEqual(target.finish("\n").strip(), "fine")

    def waits_in_kernel(self, target):
        states = [pathlib.Path(f"/proc/{target.pid}/task/{thread}/stat").read_text()
                  for thread in os.listdir(f"/proc/{target.pid}/task")]
        return any(state.rpartition(")")[2].split()[0] == "D" for state in states)

    @on_two_pythons
    def test_a_thread_that_waits_for_its_vfork(self, python):
        """No signal and no tracer stops it before its child gets on."""
        with Target(python, VFORK + """
            children = []
            def wait(seconds): children.append(vfork(seconds))
            print("ready", flush=True)
            for seconds in sys.stdin:
                thread = threading.Thread(target=wait, args=(int(seconds),))
                thread.start()
                thread.join()
                pid, status = os.waitpid(-1, 0)
                is_fine = pid == children.pop() and status == 0
                print("fine" if is_fine else (pid, status), flush=True)
        """, options=("-S",)) as target:
            for seconds, words in ((5, ("--method", "remote-fork", "--timeout", "100ms")), (1, ())):
                target.process.stdin.write(f"{seconds}\n")
                target.process.stdin.flush()
                while not self.waits_in_kernel(target):
                    time.sleep(0.01)
                result = target.try_capture("-o", "a.hsnap", "--force", *words)
                if words:
                    self.assertEqual(result.returncode, 4)
                    self.assertIn("does not stop: it waits in the kernel", result.stderr)
                else:
                    self.assertEqual(result.returncode, 0, result.stderr)
                target.assertUntouched(self)
                self.assertEqual(target.process.stdout.readline(), "fine\n")
            self.assertEqual(target.finish(), "")

    def check_one_that_waits_longer(self, python, wait):
        """Nobody can let it go before it stops, and then it has to be let go at once."""
        with Target(python, VFORK + """
            def wait():
                print("waits", flush=True)
                vfork(8)
                print("goes on", flush=True)
            thread = threading.Thread(target=wait if sys.argv[1] == "thread" else int)
            thread.start()
            if sys.argv[1] == "main": wait()
            sys.stdin.read()
            thread.join()
            print("fine")
        """, wait) as target:
            time.sleep(0.1)
            watch = subprocess.Popen([HEAPSNAP, "watch", "-p", str(target.pid), "--every", "10ms",
                                      "--method", "read", "-o", f"{wait}.hsnap", "--force"],
                                     cwd=python.folder, text=True, stderr=subprocess.PIPE)
            self.addCleanup(watch.kill)
            self.assertEqual(target.process.stdout.readline(), "goes on\n")
            while not (python.folder / f"{wait}.hsnap").exists():
                self.assertIsNone(watch.poll())
                time.sleep(0.01)
            watch.terminate()
            said = watch.communicate(timeout=HANG)[1]
            self.assertIn("does not stop: it waits in the kernel", said)
            self.assertNotIn("another heapsnap", said)
            target.assertUntouched(self)
            self.assertEqual(target.finish().strip(), "fine")

    @on_two_pythons
    def test_a_thread_that_waits_longer_goes_on_as_soon_as_it_can(self, python):
        self.check_one_that_waits_longer(python, "thread")

    @on_two_pythons
    def test_so_does_the_main_one(self, python):
        self.check_one_that_waits_longer(python, "main")


class Place(unittest.TestCase):
    """Nothing is looked up by a name that only the program knows, or that is not true any more."""

    def check(self, python, words, pid_of=None, meanwhile=lambda: None, **variables):
        (python.folder / "program.py").write_text(WAITS.replace("\n    ", "\n"))
        process = subprocess.Popen([*words, "-S", str(python.folder / "program.py")], text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   env=dict(os.environ, **variables))
        self.assertEqual(process.stdout.readline(), "ready\n")
        meanwhile()
        pid = process.pid if pid_of is None else pid_of(process.pid)
        for method in ("remote-fork", "read"):
            result = subprocess.run([HEAPSNAP, "capture", "-p", str(pid), "--method", method, "-o",
                                     python.folder / f"{method}.hsnap"], text=True,
                                    capture_output=True, timeout=HANG)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn(f", {method} (", result.stderr)
        result = finish(process, "\n")
        self.assertEqual((result.returncode, result.stdout), (0, "fine\n"))

    def program(self, python):
        skip_if_started_by_a_script(self, python)
        return pathlib.Path(python.path).resolve()


class NamespaceTest(Place):
    def child(self, pid):
        """The last of the children's children: each has one."""
        while True:
            below = [int(text) for text in
                     pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
            if not below:
                return pid
            pid = below[0]

    def unshare(self, *words):
        if subprocess.run(["unshare", *words, "true"], capture_output=True).returncode != 0:
            print(f"SKIPPED {self.id()}: unshare {' '.join(words)} is not allowed")
            self.skipTest("no namespaces")
        return ["unshare", *words]

    @on_two_pythons
    def test_another_pid_namespace(self, python):
        words = self.unshare("--pid", "--fork", "--mount-proc")
        self.check(python, [*words, python.path], self.child)

    @on_two_pythons
    def test_another_user_namespace(self, python):
        words = self.unshare("--user", "--map-root-user")
        self.check(python, [*words, python.path], self.child)

    @on_two_pythons
    def test_a_path_that_is_there_in_another_mount_namespace_only(self, python):
        """And below it, where the namespace has its program, we have nothing."""
        words = self.unshare("--mount")
        real = self.program(python)
        prefix, there = real.parents[1], python.folder / "there"
        there.mkdir()
        mount = f'mount --bind "{prefix}" "{there}" && exec "{there}/bin/{real.name}" "$@"'
        self.check(python, [*words, "sh", "-c", mount, "sh"], self.child,
                   LD_LIBRARY_PATH=str(there / "lib"))


class FileTest(Place):
    """A copy of the interpreter and of its library, at a place of its own."""

    def copy(self, python):
        real = self.program(python)
        libraries = list(real.parents[1].glob("lib/libpython3*.so*"))
        for path in [real, *libraries]:
            shutil.copy(path, python.folder / path.name)
        own = [python.folder / path.name for path in [real, *libraries]]
        return own, dict(LD_LIBRARY_PATH=str(python.folder), PYTHONHOME=str(real.parents[1]))

    @on_two_pythons
    def test_files_that_are_deleted(self, python):
        files, variables = self.copy(python)
        self.check(python, [files[0]], meanwhile=lambda: [path.unlink() for path in files],
                   **variables)

    @on_two_pythons
    def test_files_that_are_replaced(self, python):
        files, variables = self.copy(python)

        def replace():
            for path in files:
                path.unlink()
                shutil.copy(shutil.which("true"), path)

        self.check(python, [files[0]], meanwhile=replace, **variables)

    @on_two_pythons
    def test_files_that_are_stripped(self, python):
        if shutil.which("strip") is None:
            self.skipTest("no strip")
        files, variables = self.copy(python)
        for path in files:
            path.chmod(0o755)
            subprocess.run(["strip", "--strip-all", path], check=True)
        self.check(python, [files[0]], **variables)

    def test_an_interpreter_without_a_library_of_its_own(self):
        """Debian's has all in the program, and is stripped."""
        found = sorted(pathlib.Path("/usr/bin").glob("python3.1?"))
        if not found:
            print(f"SKIPPED {self.id()}: /usr/bin has no Python")
            self.skipTest("no Python of the system")
        for path in found:
            with self.subTest(python=path.name):
                with tempfile.TemporaryDirectory(prefix="heapsnap-test-") as folder:
                    self.check(Python(path.name[6:], str(path), folder), [path])


if __name__ == "__main__":
    unittest.main()
