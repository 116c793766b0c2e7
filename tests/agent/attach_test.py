"""capture -p: a process that was started without us, from outside, and it is as it was before."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import labelled_heap
import stream
from attaching import HEAPSNAP, Target, count, on_two_pythons, records
from programs import HANG
from robustness_test import FAULTS, NEVER_ENDS

# The thread stands in _agent.capture(), at the same instruction for both: it cannot send on.
HALF_WAY = """
import heapsnap, sys, threading, collections, datetime, decimal

class Node:
    def __init__(self, i):
        self.i = i
        self.next = [self, str(i)]

class Slots:
    __slots__ = ("a", "b")

nodes = [Node(i) for i in range(4_000)]
slots = Slots()
slots.a = collections.deque(nodes[:100])
table = collections.OrderedDict((str(i), {i, i + 1}) for i in range(100))
waiting = threading.Event()
other = threading.Thread(target=waiting.wait, args=(600,))
other.start()

def generate():
    yield nodes
generator = generate()
next(generator)
print("ready", flush=True)
sys.stdin.readline()
heapsnap.capture(sys.argv[1], mode="stop")
waiting.set()
"""


class EqualityTest(unittest.TestCase):
    maxDiff = 2000

    @on_two_pythons
    def test_the_snapshot_is_that_of_the_agent_at_the_same_instant(self, python):
        name = f"heapsnap-attach-{os.getpid()}-{python.minor}"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0" + name)
            listener.listen()
            listener.settimeout(HANG)
            with Target(python, HALF_WAY, f"unix:@{name}") as target:
                target.process.stdin.write("\n")
                target.process.stdin.flush()
                connection = listener.accept()[0]
                target.capture("outside.hsnap")
                target.assertUntouched(self)
                (python.folder / "inside.hsnap").write_bytes(stream.receive(connection))
                target.finish()
        inside, outside = (records(python.folder / f"{side}.hsnap")
                           for side in ("inside", "outside"))
        self.assertGreater(len(inside), 20_000)
        self.assertEqual(sorted(set(inside) - set(outside)), [])
        self.assertEqual(sorted(set(outside) - set(inside)), [])
        self.assertEqual(len(inside), len(outside))


class FaultTest(unittest.TestCase):
    """A type whose tp_traverse is broken: the tracer helps the copy over each of its objects."""

    PROGRAM = """
        import ctypes, gc, mmap, os, sys
        gc.disable()
        TP_TRAVERSE = 184
        memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        memory.write(bytes.fromhex(sys.argv[1]))
        address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        class Bad: pass
        class Good: pass
        kept = [Good() for _ in range(1000)]
        kept += [Bad() for _ in range(int(sys.argv[2]))] + [Good() for _ in range(1000)]
        ctypes.c_void_p.from_address(id(Bad) + TP_TRAVERSE).value = address
        print("ready", flush=True)
        sys.stdin.readline()
        os._exit(0)
    """

    def check(self, python, code, count, reason):
        with Target(python, self.PROGRAM, code.hex(), count) as target:
            target.capture("a.hsnap")
            target.assertUntouched(self)
            target.finish("\n")
        heap = labelled_heap.read(python.folder / "a.hsnap")
        faults = [(heap.types[fault.type].name, fault.reason) for fault in heap.faults]
        self.assertEqual(faults, [("__main__.Bad", reason)] * count)
        lines = records(python.folder / "a.hsnap")
        self.assertEqual(sum('"type": "__main__.Good"' in line for line in lines), 2000)
        (python.folder / "a.hsnap").unlink()

    @on_two_pythons
    def test_each_object_that_faults_is_a_fault_record(self, python):
        self.check(python, FAULTS, 10, 1)

    @on_two_pythons
    def test_a_traverse_function_that_never_ends_is_a_fault_record(self, python):
        self.check(python, NEVER_ENDS, 1, 2)


class MomentTest(unittest.TestCase):
    """Whatever the program does meanwhile: it is captured, and ends as if it had not been."""

    def capture_often(self, python, program, *words, times, given=None, expected="fine"):
        with Target(python, program) as target:
            for i in range(times):
                target.capture(f"{i}.hsnap", *words)
                target.assertUntouched(self)
                snapshot = python.folder / f"{i}.hsnap"
                self.assertIn('"complete": true', self.header(snapshot))
                snapshot.unlink()
            self.assertEqual(target.finish(given).strip(), expected)

    def header(self, snapshot):
        with subprocess.Popen([HEAPSNAP, "export", snapshot, "--to", "jsonl"], text=True,
                              stdout=subprocess.PIPE) as export:
            return export.stdout.readline()

    @on_two_pythons
    def test_eight_threads_that_make_and_drop_objects(self, python):
        self.capture_often(python, """
            import sys, threading
            stop = False
            def work():
                while not stop:
                    row = [{j: [j]} for j in range(20)]
                    table = {str(j): row for j in range(50)}
                    row.append(table)
            threads = [threading.Thread(target=work) for _ in range(8)]
            for thread in threads: thread.start()
            print("ready", flush=True)
            sys.stdin.readline()
            stop = True
            for thread in threads: thread.join()
            print("fine")
        """, times=count(3, 200), given="\n")

    @on_two_pythons
    def test_a_collector_that_never_rests(self, python):
        self.capture_often(python, """
            import gc, sys, threading
            stop = False
            def wait():
                global stop
                sys.stdin.readline()
                stop = True
            threading.Thread(target=wait).start()
            print("ready", flush=True)
            while not stop: gc.collect()
            print("fine")
        """, times=count(2, 200), given="\n")

    @on_two_pythons
    def test_timers_and_waits_go_on(self, python):
        """Waits with the time that is left, and the alarms of another timer; no EINTR is seen."""
        self.capture_often(python, """
            import os, select, signal, sys, threading, time
            alarms = 0
            def count(*_):
                global alarms
                alarms += 1
            signal.signal(signal.SIGALRM, count)
            signal.setitimer(signal.ITIMER_REAL, 0.005, 0.005)
            errors, stop = [], False
            ours, theirs = os.pipe()
            poll = select.epoll()
            poll.register(ours, select.EPOLLIN)
            def wait():
                lock = threading.Lock()
                lock.acquire()
                try:
                    while not stop:
                        before = time.monotonic()
                        time.sleep(0.02)
                        if time.monotonic() - before < 0.02: errors.append("a short sleep")
                        if select.select([ours], [], [], 0.01)[0]: errors.append("select")
                        if poll.poll(0.01) != []: errors.append("epoll")
                        if lock.acquire(timeout=0.01): errors.append("lock")
                except BaseException as error:
                    errors.append(repr(error))
            threads = [threading.Thread(target=wait) for _ in range(3)]
            for thread in threads: thread.start()
            print("ready", flush=True)
            sys.stdin.readline()
            stop = True
            for thread in threads: thread.join()
            signal.setitimer(signal.ITIMER_REAL, 0)
            print(errors or alarms > 10 and "fine")
        """, times=count(4, 200), given="\n")

    @on_two_pythons
    def test_a_program_that_forks_and_reaps(self, python):
        """It waits for any child, and never gets one that it did not make."""
        self.capture_often(python, """
            import os, signal, subprocess, sys, threading
            stop = False
            def wait():
                global stop
                sys.stdin.readline()
                stop = True
            noticed = []
            signal.signal(signal.SIGCHLD, lambda *_: noticed.append(1))
            print("ready", flush=True)
            threading.Thread(target=wait).start()
            strange = rounds = 0
            while not stop:
                child = os.fork()
                if child == 0: os._exit(rounds % 100)
                pid, status = os.waitpid(-1, 0)
                strange += (pid, os.waitstatus_to_exitcode(status)) != (child, rounds % 100)
                if rounds % 20 == 0: strange += subprocess.run(["true"]).returncode != 0
                rounds += 1
            try:
                strange += os.waitpid(-1, 0)[0]
            except ChildProcessError:
                print("fine" if strange == 0 and len(noticed) > 0 else strange)
        """.replace("import os,", "import warnings; warnings.simplefilter('ignore'); import os,"),
            times=count(3, 200), given="\n")

    @on_two_pythons
    def test_a_stopped_process_stays_stopped(self, python):
        program = "import sys; print('ready', flush=True); print(sys.stdin.read())"
        with Target(python, program) as target:
            os.kill(target.pid, signal.SIGSTOP)
            target.capture("a.hsnap")
            target.assertUntouched(self, state="T")
            os.kill(target.pid, signal.SIGCONT)
            self.assertEqual(target.finish("fine").strip(), "fine")


if __name__ == "__main__":
    unittest.main()
