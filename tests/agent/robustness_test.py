"""Captures where something is wrong with the objects, with the system, or with the output."""

import os
import pathlib
import shutil
import signal
import stat
import subprocess
import time
import unittest

import stream
from programs import HANG, finish, on_every_python, state_of

NEVER_ENDS, FAULTS = b"\xeb\xfe", b"\xa1" + bytes(8)  # jmp to itself; mov eax, [0]

# Code that replaces the traverse function of a class. Such a class must not meet the collector.
BAD_TRAVERSE = """
import ctypes, gc, heapsnap, json, mmap, os, sys
gc.disable()
TP_TRAVERSE = 184
memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
memory.write(bytes.fromhex(sys.argv[1]))
address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
class Bad: pass
class Good: pass
kept = [Good() for _ in range(1000)] + [Bad() for _ in range(int(sys.argv[3]))] + [Good() for _ in range(1000)]
heapsnap.capture("before.hsnap")
ctypes.c_void_p.from_address(id(Bad) + TP_TRAVERSE).value = address
heapsnap.capture("bad.hsnap", mode=sys.argv[2])
print(json.dumps(len(kept)), flush=True)
os._exit(0)
"""


class ObjectsTest(unittest.TestCase):
    def check_one_fault_each(self, python, code, mode, count, reason):
        python.answer(BAD_TRAVERSE, code.hex(), mode, count)
        before, bad = (stream.read(python.folder / f"{name}.hsnap") for name in ("before", "bad"))
        self.assertEqual(bad.faults, [("__main__.Bad", reason)] * count)
        self.assertEqual((bad.facts["complete"], bad.facts["faults"]), (1, count))
        self.assertGreaterEqual(bad.facts["objects"], before.facts["objects"])
        for path in python.folder.glob("*.hsnap"):
            path.unlink()

    @on_every_python
    def test_a_traverse_function_that_faults_costs_one_fault_record(self, python):
        for mode in ("fork", "stop"):
            self.check_one_fault_each(python, FAULTS, mode, 10, 1)

    @on_every_python
    def test_a_traverse_function_that_never_ends_costs_one_fault_record(self, python):
        for mode in ("fork", "stop"):
            self.check_one_fault_each(python, NEVER_ENDS, mode, 1, 2)

    @on_every_python
    def test_frames_that_were_cleared(self, python):
        python.answer("""
            import heapsnap, sys, traceback
            def fail():
                kept = [1]
                def inner():
                    return kept
                raise ValueError
            def generate():
                kept = [1]
                yield lambda: kept
            errors = []
            for _ in range(10):
                try:
                    fail()
                except ValueError as error:
                    errors.append(error)
                    if len(errors) % 2:
                        traceback.clear_frames(error.__traceback__)
            started, closed = generate(), generate()
            next(started), next(closed)
            closed.close()
            frame = sys._getframe()
            for mode in ("fork", "stop"):
                heapsnap.capture(f"{mode}.hsnap", mode=mode)
            print(1)
        """)
        for mode in ("fork", "stop"):
            facts = stream.read(python.folder / f"{mode}.hsnap").facts
            self.assertEqual((facts["complete"], facts["faults"]), (1, 0))

    @on_every_python
    def test_a_fault_of_the_program_itself_is_what_it_was(self, python):
        for setting in ("", "import faulthandler; faulthandler.enable()"):
            result = python.run(f"""
                import ctypes, heapsnap
                {setting}
                heapsnap.capture("a.hsnap", mode="stop")
                ctypes.string_at(0)
            """)
            self.assertEqual(result.returncode, -signal.SIGSEGV)
            self.assertEqual("Fatal Python error: Segmentation fault" in result.stderr, bool(setting))
            (python.folder / "a.hsnap").unlink()


class SystemTest(unittest.TestCase):
    @on_every_python
    def test_where_the_system_refuses_a_copy_the_process_itself_is_read(self, python):
        answer = python.answer("""
            import ctypes, heapsnap, json, struct
            LOAD, JUMP_IF, RETURN = 0x20, 0x15, 0x06
            CLONE, NR, FLAGS = 56, 0, 16
            EPERM, ALLOW = 0x00050001, 0x7FFF0000
            code = [(LOAD, 0, 0, NR), (JUMP_IF, 0, 3, CLONE), (LOAD, 0, 0, FLAGS), (JUMP_IF, 0, 1, 0),
                    (RETURN, 0, 0, EPERM), (RETURN, 0, 0, ALLOW)]
            program = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *c) for c in code))
            class Filter(ctypes.Structure):
                _fields_ = [("count", ctypes.c_ushort), ("code", ctypes.c_void_p)]
            libc = ctypes.CDLL(None, use_errno=True)
            assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
            arguments = Filter(len(code), ctypes.addressof(program))
            assert libc.prctl(22, 2, ctypes.byref(arguments)) == 0, ctypes.get_errno()
            info = heapsnap.capture("a.hsnap")
            print(json.dumps([info.mode, info.objects > 5000]))
        """)
        self.assertEqual(answer, ["stop", True])
        facts = stream.read(python.folder / "a.hsnap").facts
        self.assertEqual((facts["mode"], facts["fork_refused"]), ("stop", 1))

    @on_every_python
    def test_where_the_program_has_reached_its_memory_limit(self, python):
        answer = python.answer("""
            import heapsnap, json, resource
            kept = [[n] for n in range(300_000)]
            used = int(open("/proc/self/statm").read().split()[0]) * 4096
            resource.setrlimit(resource.RLIMIT_AS, (used + 2**20, resource.RLIM_INFINITY))
            print(json.dumps(heapsnap.capture("a.hsnap").objects > 300_000))
        """)
        self.assertIs(answer, True)

    @on_every_python
    def test_a_file_that_cannot_be_written_is_removed(self, python):
        answer = python.answer("""
            import heapsnap, json, os, resource
            messages = []
            def attempt(path, **settings):
                try:
                    heapsnap.capture(path, **settings)
                    messages.append("done")
                except heapsnap.CaptureError as error:
                    messages.append(str(error))
            open("there.hsnap", "w").write("mine")
            attempt("there.hsnap")
            attempt("missing/a.hsnap", mode="stop")
            attempt("a" * 300)
            attempt("/" + "a" * 5000)
            resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
            attempt("limited.hsnap")
            attempt("limited.hsnap", mode="stop")
            print(json.dumps([messages, sorted(os.listdir("."))]))
        """)
        messages, files = answer
        self.assertEqual(messages[:2], [
            "there.hsnap: is there already: remove it or give another name",
            "missing/a.hsnap: cannot be created (No such file or directory)"])
        self.assertTrue(messages[2].endswith(": the name is too long (File name too long)"))
        self.assertTrue(messages[3].endswith(": the name is too long"))
        self.assertEqual(messages[4:], ["limited.hsnap: cannot be written (File too large)"] * 2)
        self.assertEqual(files, ["program.py", "there.hsnap"])
        self.assertEqual((python.folder / "there.hsnap").read_text(), "mine")

    @on_every_python
    def test_a_full_disk_leaves_no_file(self, python):
        if os.geteuid() != 0:
            self.skipTest("only root can mount a small file system")
        disk = python.folder / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20M", "none", disk], check=True)
        try:
            answer = python.answer("""
                import heapsnap, json, os
                messages = []
                def attempt(room):
                    with open("disk/filler", "wb") as file:
                        state = os.statvfs("disk")
                        file.write(bytes(state.f_bavail * state.f_bsize - room))
                    try:
                        heapsnap.capture("disk/a.hsnap")
                        messages.append("done")
                    except heapsnap.CaptureError as error:
                        messages.append(str(error))
                kept = [[n] for n in range(100_000)]
                attempt(2**16)
                big = b"x" * 2**23  # never touched again: 1 MiB of room is asked for it
                kept = kept * 2 + ["%d" % n for n in range(100_000)]
                attempt(0)
                print(json.dumps([messages, os.listdir("disk")]))
            """)
        finally:
            subprocess.run(["umount", "-l", disk], check=True)
        messages, files = answer
        for message in messages:
            self.assertRegex(message, r"^disk/a.hsnap: .*\(No space left on device\)$")
        self.assertEqual(files, ["filler"])

    @on_every_python
    def test_when_the_target_is_killed_the_copy_finishes_the_file(self, python):
        process, copy = self.start_and_stop_copy(python)
        process.kill()
        process.wait()
        self.assertEqual(list(python.folder.glob("*.hsnap")), [])
        os.kill(copy, signal.SIGCONT)
        wait_until(lambda: not list(python.folder.glob("*.part")))
        self.assertEqual(stream.read(python.folder / "a.hsnap").facts["complete"], 1)
        finish(process)

    @on_every_python
    def test_when_the_copy_is_killed_the_capture_has_failed(self, python):
        process, copy = self.start_and_stop_copy(python)
        os.kill(copy, signal.SIGKILL)
        result = finish(process, "\n")
        self.assertEqual(result.stdout, "a.hsnap: the process that wrote it was ended by signal 9\n")
        self.assertEqual(list(python.folder.glob("*.hsnap")), [])

    @on_every_python
    def test_when_the_folder_is_removed_the_capture_has_failed(self, python):
        process, copy = self.start_and_stop_copy(python, "folder/")
        subprocess.run(["rm", "-r", python.folder / "folder"], check=True)
        os.kill(copy, signal.SIGCONT)
        result = finish(process, "\n")
        self.assertEqual(result.stdout, "folder/a.hsnap: cannot be given its name "
                                        "(No such file or directory)\n")

    def start_and_stop_copy(self, python, folder=""):
        """A program that waits for a capture, and the pid of the copy, stopped in the midst of it.

        On a busy machine a copy may have come to its end before it is stopped: then with another.
        """
        while True:
            process = self.start_capture(python, folder)
            copy = int(process.stdout.readline())
            # Stopped while it walked: the file is there, under its other name.
            part = self.stop_midway(copy, python.folder / folder)
            if part is not None:
                self.assertEqual(stat.S_IMODE(part.stat().st_mode), 0o600)
                return process, copy
            process.kill()
            process.communicate()
            wait_until(lambda: state_of(copy) == "Z")
            shutil.rmtree(python.folder)
            python.folder.mkdir()

    def stop_midway(self, copy, folder):
        """The file that the copy writes, or None if it has written it."""
        for _ in range(2):
            wait_until(lambda: state_of(copy) in "TZ")
            parts = list(folder.glob("*.part"))
            if parts or state_of(copy) == "Z":
                return parts[0] if state_of(copy) == "T" else None
            os.kill(copy, signal.SIGCONT)  # it was stopped before it began
            wait_until(lambda: list(folder.glob("*.part")) or state_of(copy) == "Z")
            os.kill(copy, signal.SIGSTOP)
        return None

    def start_capture(self, python, folder):
        return python.start("""
            import heapsnap, os, signal, sys
            if sys.argv[1]:
                os.mkdir(sys.argv[1])
            kept = [[[n]] for n in range(300_000)]
            path = sys.argv[1] + "a.hsnap"
            info = heapsnap.capture(path, wait=False)
            children = open("/proc/self/task/%d/children" % os.getpid()).read().split()
            os.kill(int(children[0]), signal.SIGSTOP)
            print(children[0], flush=True)
            sys.stdin.readline()
            try:
                info.wait()
                print("done")
            except heapsnap.CaptureError as error:
                print(error)
        """, folder)


def wait_until(condition):
    deadline = time.monotonic() + HANG
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen")
        time.sleep(0.001)


if __name__ == "__main__":
    unittest.main()
