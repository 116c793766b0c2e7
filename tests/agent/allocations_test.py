"""Where objects were allocated: a snapshot has it where tracemalloc does, and the target pays nothing."""

import json
import pathlib
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "support"))

import second_reader
import stream
from programs import on_every_python

# Objects of every form that a memory block can have before them, kept alive over a capture; then
# what tracemalloc says of each, by address.
OBJECTS = """
import collections, ctypes, gc, heapsnap, json, sys, tracemalloc, weakref
if sys.argv[1:]:
    early = [object(), [1.5], "early %d" % len(sys.argv)]
    tracemalloc.start(int(sys.argv[1]))

class Plain:
    pass
class Slots:
    __slots__ = ("a",)
class Weak:
    __slots__ = ("__weakref__",)
class Listed(list):
    pass
class Text(str):
    pass
class Whole(int):
    pass

def make(n):
    kept = [Plain(), Slots(), Weak(), Listed([n]), Text("text %d" % n), Whole(n + 1000)]
    kept[0].value, kept[1].a = {"k": n}, (n, [n])
    kept += ["str %d" % n, b"bytes %d" % n, n + 10**20, n + 0.5, (n,), {n}, {n: n}, [n] * n,
             lambda: n, weakref.ref(kept[2]), object(), collections.OrderedDict(a=n), "x" * 5000]
    return kept

def burn_free_lists():
    for _ in range(3):
        [(n, n) for n in range(3000)], [[n] for n in range(100)], [{n: n} for n in range(100)]

burn_free_lists()
kept = [make(n) for n in range(1, 50)]
kept += [type("Made", (), {"n": n}) for n in range(5)] + [x for x in range(5)]
objects = [o for o in gc.get_objects() if o is not globals()] + [o for k in kept[:49] for o in k]
def look():
    return tracemalloc.get_traced_memory()[0], sys.getallocatedblocks()
# Looked up before: Python's cache of types lets go of names as it takes in others.
capture, wait = heapsnap._agent.capture, heapsnap._agent.wait
looks = [None] * 5
looks[0] = look()
looks[1] = look()
looks[2] = look()  # there are more blocks now, by the result of a look
handle = capture("a.hsnap", 0, 2, 0, "api")
looks[3] = look()
while not wait(handle, 100):
    pass
looks[4] = look()
GetTraceback = ctypes.pythonapi._PyTraceMalloc_GetTraceback
GetTraceback.argtypes, GetTraceback.restype = [ctypes.c_uint, ctypes.c_void_p], ctypes.py_object
def site_of(o):
    # 3.11 itself does not look before the two words that stand before the collector's.
    if sys.version_info[:2] == (3, 11) and type(o).__flags__ & 1 << 4:
        found = GetTraceback(0, id(o) - 32)
        return found and found[0]
    found = tracemalloc.get_object_traceback(o)
    return [found[-1].filename, found[-1].lineno] if found else None
sites = {id(o): site_of(o) for o in objects}
with open("sites.json", "w") as file:
    json.dump([sites, looks], file)
print(0)
"""

# Code of the machine. `mov_rax` and a number of 8 bytes load an address.
MACHINE = """
import ctypes, os, struct, sys
import heapsnap
library = ctypes.CDLL(None)
def address_of(name):
    return ctypes.cast(getattr(library, name), ctypes.c_void_p).value
def mov_rax(number):
    return bytes.fromhex("48b8") + struct.pack("<Q", number)
CALL_RAX, RETURN, ALIGN_STACK = bytes.fromhex("ffd0"), bytes.fromhex("c3"), bytes.fromhex("4883ec08")
FAULT = bytes.fromhex("31c0 8b00")  # xor eax, eax; mov eax, [rax]
"""

# Puts other code in the place of what answers, and captures.
BAD_ANSWERS = MACHINE + """
kept = [[n] for n in range(1000)]
answer = eval(sys.argv[2]) if sys.argv[2:] else None
ctypes.c_ssize_t.from_address(id(answer)).value += 10**7  # each answer is a reference given away
left = ctypes.c_int64(100)
code = {
    "faults": FAULT,
    "aborts": ALIGN_STACK + mov_rax(address_of("abort")) + CALL_RAX,
    "never ends": bytes.fromhex("ebfe"),                      # jmp to itself
    "fails": bytes.fromhex("31c0 c3"),                        # returns NULL
    "waits": bytes.fromhex("b822000000 0f05 ebf7"),           # pause(), again and again
    "returns": mov_rax(id(answer)) + RETURN,
    "faults at last":                                         # dec [rax]; js to the fault
        mov_rax(ctypes.addressof(left)) + bytes.fromhex("48ff08 780b")
        + mov_rax(id(answer)) + RETURN + FAULT,
}[sys.argv[1]]
place = address_of("_PyTraceMalloc_GetTraceback")
assert library.mprotect(ctypes.c_void_p(place & -4096), 8192, 7) == 0
ctypes.memmove(place, code, len(code))
heapsnap.capture("a.hsnap")
print(0, flush=True)
os._exit(0)
"""

# A thread that takes tracemalloc's lock and gives it back, without Python's own lock.
BUSY_LOCK = MACHINE + """
import mmap, threading, time
from heapsnap import _agent
memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
loop = bytes.fromhex("bf01000000 31f6") + mov_rax(address_of("PyTraceMalloc_Untrack")) + CALL_RAX
memory.write(ALIGN_STACK + loop + b"\\xeb" + struct.pack("<b", -len(loop) - 2))
spin = ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
threading.Thread(target=spin, daemon=True).start()
kept = [[n] for n in range(1000)]
for path in [f"{n}.hsnap" for n in range(3)]:
    time.sleep(0.01)  # then nothing is allocated up to the copy, and the lock is as it may be
    handle = _agent.capture(path, 0, 2, 0, "api")
    while not _agent.wait(handle, 100):
        pass
print(0, flush=True)
os._exit(0)
"""


def sites_in(path):
    """{address: [file, line] or None} of all objects, and the facts."""
    heap = second_reader.read(path, checked=True)
    dangling = set(heap.allocations) - set(heap.nodes)
    assert not dangling, f"allocations of no object: {dangling}"
    sites = {node.address: None for node in heap.nodes.values() if node.type > 3}
    for address, number in heap.allocations.items():
        sites[address] = list(heap.sites[number])
    return sites, heap.facts


class AnswersTest(unittest.TestCase):
    maxDiff = 2000

    def check(self, python, *arguments, **settings):
        python.answer(OBJECTS, *arguments, **settings)
        expected, looks = json.loads((python.folder / "sites.json").read_text())
        expected = {int(address): site for address, site in expected.items()}
        sites, facts = sites_in(python.folder / "a.hsnap")
        common = expected.keys() & sites.keys()
        self.assertGreater(len(common), 2000)
        self.assertGreater(sum(expected[address] is not None for address in common), 900)
        differ = {address: (sites[address], expected[address])
                  for address in common if sites[address] != expected[address]}
        self.assertEqual(list(differ.items())[:10], [], len(differ))
        self.assertEqual(facts["complete"], 1)
        self.assertEqual(facts["allocations"], sum(map(bool, sites.values())))
        # Static objects may lie between two blocks' places. No others do.
        self.assertEqual(facts["allocations_asked"], sum(address % 16 == 0 for address in sites))
        self.assertNotIn("allocations_missing", facts)
        return looks

    @on_every_python
    def test_each_site_is_the_newest_frame_that_tracemalloc_has(self, python):
        self.check(python, options=("-X", "tracemalloc"))
        (python.folder / "a.hsnap").unlink()
        self.check(python, 1)
        (python.folder / "a.hsnap").unlink()
        self.check(python, 25, PYTHONMALLOC="debug")

    @on_every_python
    def test_the_target_is_left_as_it_was(self, python):
        for arguments, settings in (((), {"options": ("-X", "tracemalloc")}), ((1,), {})):
            looks = self.check(python, *arguments, **settings)
            grown = [[b - a for a, b in zip(*pair)] for pair in zip(looks[1:], looks[2:])]
            self.assertEqual(grown, [grown[0]] * 3)
            (python.folder / "a.hsnap").unlink()


class NoAnswersTest(unittest.TestCase):
    """A snapshot without sites, or without some, says why; nothing else of it is missing."""

    def check_missing(self, python, why, program, *arguments, **settings):
        python.answer(program, *arguments, **settings)
        sites, facts = sites_in(python.folder / "a.hsnap")
        self.assertEqual(facts["allocations_missing"], why)
        self.assertEqual((facts["complete"], facts["faults"]), (1, 0))
        self.assertGreater(facts["objects"], 5000)
        self.assertEqual(facts["objects"], len(sites))
        self.assertEqual(facts.get("allocations", 0), sum(map(bool, sites.values())))
        (python.folder / "a.hsnap").unlink()
        return facts

    @on_every_python
    def test_there_are_none_where_nothing_is_asked(self, python):
        program = """
            import heapsnap, sys
            heapsnap.capture("a.hsnap", mode=sys.argv[1], strings=sys.argv[2])
            print(0)
        """
        tracing = {"options": ("-X", "tracemalloc")}
        for why, mode, strings, settings in (
                ("tracemalloc was not on", "fork", "keys", {}),
                ("the process itself was read (mode stop), where nothing is asked",
                 "stop", "keys", tracing),
                ("no names may leave the process (strings none)", "fork", "none", tracing)):
            facts = self.check_missing(python, why, program, mode, strings, **settings)
            self.assertNotIn("allocations_asked", facts)

    @on_every_python
    def test_an_answer_that_fails_or_never_comes_loses_the_answers_alone(self, python):
        for code, why in (("faults", "asking for them failed"), ("aborts", "asking for them failed"),
                          ("never ends", "asking for them did not end"),
                          ("waits", "asking for them did not end")):
            facts = self.check_missing(python, why, BAD_ANSWERS, code,
                                       options=("-X", "tracemalloc"))
            self.assertNotIn("allocations_asked", facts)

    @on_every_python
    def test_the_objects_asked_for_before_a_failure_are_counted(self, python):
        facts = self.check_missing(python, "asking for them failed", BAD_ANSWERS,
                                   "faults at last", options=("-X", "tracemalloc"))
        self.assertEqual(facts["allocations_asked"], 100)
        self.assertEqual(facts["allocations"], 0)

    @on_every_python
    def test_answers_that_are_none_of_tracemallocs_are_no_sites(self, python):
        for expression in ("[]", "()", "((),)", "((1, 2),)", "(('a', 'b', 'c'),)", "'text'"):
            python.answer(BAD_ANSWERS, "returns", expression, options=("-X", "tracemalloc"))
            sites, facts = sites_in(python.folder / "a.hsnap")
            self.assertEqual(set(sites.values()), {None}, expression)
            self.assertNotIn("allocations_missing", facts)
            (python.folder / "a.hsnap").unlink()

    @on_every_python
    def test_a_lock_that_another_thread_holds_all_the_time(self, python):
        python.answer(BUSY_LOCK, options=("-X", "tracemalloc"))
        snapshots = list(python.folder.glob("*.hsnap"))
        self.assertEqual(len(snapshots), 3)
        for path in snapshots:
            facts = stream.read(path).facts
            self.assertEqual((facts["complete"], facts["faults"]), (1, 0))
            self.assertGreater(facts["objects"], 5000)
            self.assertIn(facts.get("allocations_missing"), (None, "asking for them did not end"))
            if "allocations_missing" not in facts:
                self.assertGreater(facts["allocations"], 1000)

    @on_every_python
    def test_memory_for_the_answers_that_runs_out(self, python):
        facts = self.check_missing(python, "the answers ran out of memory", BAD_ANSWERS, "fails",
                                   options=("-X", "tracemalloc"))
        self.assertNotIn("allocations_asked", facts)

    @on_every_python
    def test_tracebacks_as_deep_as_they_get(self, python):
        python.answer("""
            import heapsnap, sys, tracemalloc
            sys.setrecursionlimit(10**6)
            def deep(n):
                return deep(n - 1) if n else [object() for _ in range(100)]
            tracemalloc.start(65535)
            kept = deep(3000)
            heapsnap.capture("a.hsnap")
            print(0)
        """)
        sites, facts = sites_in(python.folder / "a.hsnap")
        self.assertNotIn("allocations_missing", facts)
        file = str(python.folder / "program.py")
        self.assertGreaterEqual(sum(site == [file, 5] for site in sites.values()), 100)


if __name__ == "__main__":
    unittest.main()
