"""Frames of every thread: order, lines, variables, evaluation stacks; and cleared ones."""

import pathlib
import re
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "support"))

import labelled_heap
from programs import on_every_python

USE = f"""
import sys
sys.path.append({str(TESTS / "agent/workloads")!r})
import json, heapsnap
"""

STACKS = USE + """
import stacks
print(json.dumps(stacks.stand_still("a.hsnap")))
"""

# What only evaluation stacks hold: an iterator, a context manager, arguments of a call to come.
EVALUATION = USE + """
class Big: pass

class Manager:
    def __enter__(self):
        return None
    def __exit__(self, *_):
        pass

def capture(*_):
    heapsnap.capture("a.hsnap")

def loop():
    for x in [Big() for _ in range(9)]:
        return capture()

def manager():
    with Manager():
        loop()

def pending(*_):
    pass

def pends():
    pending(Big(), Big(), manager())

pends()
print(0)
"""

CLEARED = USE + """
import gc, traceback

class Big: pass

def f():
    x = [Big()]
    def g(): return x
    raise ValueError

try:
    f()
except ValueError as e:
    kept = e
before = [id(kept), id(kept.__traceback__.tb_next.tb_frame)]
traceback.clear_frames(kept.__traceback__)

def generator():
    local = Big()
    def inner(): return local
    yield inner

closed = generator()
next(closed)
frame = closed.gi_frame
closed.close()
heapsnap.capture("a.hsnap")
print(json.dumps([before + [id(frame), id(closed)], sum(type(x) is Big for x in gc.get_objects())]))
"""


# Of a frame object or a generator; of a frame without an object.
VARIABLE = re.compile(r"\.(?:.*f_locals\['(.*)'\]|(.+))")


class Frames:
    """The frames of a snapshot's threads, innermost first."""

    def __init__(self, path):
        self.heap = labelled_heap.read(path)
        self.of_thread = {}
        for frame in sorted(self.heap.frames, key=lambda frame: frame.depth):
            if thread := self.heap.threads.get(frame.owner):
                self.of_thread.setdefault(thread.ident, []).append(frame)

    def described(self, frame):
        code = {edge.label: edge.target for edge in self.heap.edges(self.heap.nodes[frame.code])}
        return [self.heap.text(code[".co_filename"]), self.heap.text(code[".co_name"]), frame.line]

    def edges(self, frame):
        return list(self.heap.edges(self.heap.nodes[frame.address]))

    def variables(self, frame):
        """{name: address}; of a cell its contents."""
        found = {}
        for label, target, _ in self.edges(frame):
            if name := VARIABLE.fullmatch(label):
                found[name[1] or name[2]] = self.contents(target)
        return found

    def contents(self, address):
        node = self.heap.nodes[address]
        if self.heap.type_of(node).name != "cell":
            return address
        return next(
            (edge.target for edge in self.heap.edges(node) if edge.label == ".cell_contents"), None)


class ThreadsTest(unittest.TestCase):
    maxDiff = 4000

    @on_every_python
    def test_threads_have_the_frames_that_sys_current_frames_says(self, python):
        expected = {int(ident): rows for ident, rows in python.answer(STACKS).items()}
        frames = Frames(python.folder / "a.hsnap")
        self.assertEqual(len(expected), 8)
        self.assertEqual(len(frames.of_thread), len(expected) + 1)
        for ident, rows in expected.items():
            own = frames.of_thread[ident]
            self.assertEqual([frames.described(frame) for frame in own], [row[:3] for row in rows])
            self.assertEqual([frame.depth for frame in own], list(range(len(rows))))
            for frame, row in zip(own, rows):
                variables = frames.variables(frame)
                self.assertEqual({name: variables.get(name) for name in row[3]}, row[3], row[:3])

    @on_every_python
    def test_threads_refer_to_their_frames_counted_from_the_outermost(self, python):
        python.answer(STACKS)
        frames = Frames(python.folder / "a.hsnap")
        for thread in frames.heap.threads.values():
            steps = {
                edge.label: edge.target
                for edge in frames.heap.edges(frames.heap.nodes[thread.address])
            }
            own = frames.of_thread[thread.ident]
            self.assertEqual([steps[f"f{len(own) - 1 - frame.depth}"] for frame in own],
                             [frame.address for frame in own])

    @on_every_python
    def test_an_object_that_only_another_threads_variable_holds_is_there(self, python):
        python.answer(STACKS)
        heap = labelled_heap.read(python.folder / "a.hsnap")
        bigs = {
            node.address
            for node in heap.nodes.values() if heap.type_of(node).name == "stacks.Big"
        }
        labels = [
            label for node in heap.nodes.values() for label, target, _ in heap.edges(node)
            if target in bigs and heap.type_of(node).name in ("<frame>", "frame")
        ]
        self.assertIn(".f_locals['only']" if python.minor == 10 else ".only", labels)

    @on_every_python
    def test_what_a_thread_handles_and_its_context_are_edges_of_the_thread(self, python):
        python.answer(STACKS)
        heap = labelled_heap.read(python.folder / "a.hsnap")
        held = [(label, heap.type_of(heap.nodes[target]).name) for thread in heap.threads
                for label, target, _ in heap.edges(heap.nodes[thread]) if not label.startswith("f")]
        self.assertIn((".exc_value", "ValueError"), held)
        context = [name for label, name in held if label == ".context"]
        self.assertEqual(set(context), {"_contextvars.Context"})


class EvaluationStackTest(unittest.TestCase):
    @on_every_python
    def test_what_only_evaluation_stacks_hold_is_there_and_labelled(self, python):
        python.answer(EVALUATION)
        frames = Frames(python.folder / "a.hsnap")
        heap = frames.heap
        own = {
            frames.described(frame)[1]: frame
            for thread in frames.of_thread.values()
            for frame in thread
        }
        # 3.15 keeps the list and a position; 3.14 the method and the manager apart.
        expected = {"loop": ("list_iterator", "list"), "pends": ("__main__.Big",),
                    "manager": ("method", "__main__.Manager")}
        for function, held in expected.items():
            stack = [
                edge for edge in frames.edges(own[function]) if edge.label.startswith("<stack ")
            ]
            types = [
                heap.type_of(heap.nodes[edge.target]).name for edge in stack
                if edge.target in heap.nodes
            ]
            self.assertNotEqual(set(held) & set(types), set(), function)
            if python.minor >= 14:  # where the depth is always known
                self.assertEqual(own[function].flags & 1, 1)
            kind = "strong" if own[function].flags & 1 else "maybe"
            self.assertEqual({edge.kind for edge in stack}, {kind})
        bigs = [node for node in heap.nodes.values() if heap.type_of(node).name == "__main__.Big"]
        self.assertEqual(len(bigs), 9 + 2)


class ClearedTest(unittest.TestCase):
    @on_every_python
    def test_cleared_frames_hold_nothing_and_hurt_nobody(self, python):
        addresses, left = python.answer(CLEARED)
        heap = labelled_heap.read(python.folder / "a.hsnap")
        self.assertEqual((heap.facts["complete"], heap.faults), (1, []))
        self.assertLessEqual(set(addresses), set(heap.nodes))
        for node in heap.nodes.values():
            for edge in heap.edges(node):
                self.assertIn(edge.target, heap.nodes)
        bigs = [node for node in heap.nodes.values() if heap.type_of(node).name == "__main__.Big"]
        self.assertEqual(len(bigs), left)


if __name__ == "__main__":
    unittest.main()
