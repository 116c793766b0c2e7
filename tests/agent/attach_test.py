"""capture -p: a process that was started without us, from outside, and it is as it was before."""

import os
import pathlib
import signal
import socket
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import labelled_heap
import stream
from attaching import Target, on_two_pythons, records
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


class StoppedTest(unittest.TestCase):
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
