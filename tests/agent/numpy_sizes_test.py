"""numpy's objects have the size that sys.getsizeof says; only types of others are estimated.

Runs where build/site/VERSION has numpy.
"""

import pathlib
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "support"))

import labelled_heap
from programs import AGENT, ROOT, on_every_python

PROGRAM = """
import heapsnap, json, numpy, os, sys

def subclass(base, **namespace):
    return type("Sub_" + base.__name__, (base,), namespace)

kinds, pending = set(), [numpy.generic]
while pending:
    kind = pending.pop()
    kinds.add(kind)
    pending += kind.__subclasses__()
abstract = {numpy.generic, numpy.number, numpy.integer, numpy.signedinteger,
            numpy.unsignedinteger, numpy.inexact, numpy.floating, numpy.complexfloating,
            numpy.flexible, numpy.character, numpy.object_}
things = []
for kind in sorted(kinds - abstract, key=lambda kind: kind.__name__):
    if issubclass(kind, (numpy.bytes_, numpy.void)):
        things += [kind(b""), kind(b"abc")] if kind is numpy.bytes_ else [numpy.void(b"abc")]
    elif issubclass(kind, numpy.str_):
        things += [kind(), kind("abc"), kind("\\u20ac")]
    elif issubclass(kind, (numpy.datetime64, numpy.timedelta64)):
        things.append(kind(1, "s"))
    else:
        things.append(kind(1))
things += [numpy.array([b"x"], "S10")[0], numpy.array(["y"], "U10")[0]]
pairs = numpy.array([(1, 2.0)], "i4,f8")
things += [pairs[0], pairs[0].copy(), pairs.view(numpy.recarray)[0], numpy.zeros(1, "V7")[0]]
for base, value in ((numpy.float64, 1), (numpy.int16, 1), (numpy.bytes_, b"abc"),
                    (numpy.str_, "abc"), (numpy.complex128, 1j)):
    things += [subclass(base)(value), subclass(base, __slots__=())(value)]
grid = numpy.zeros((3, 4))
things += [grid, grid[1:], grid.T, numpy.array([things], object), numpy.zeros(0), numpy.array(1),
           subclass(numpy.ndarray)((2, 2)), pairs]
heapsnap.capture("a.hsnap")
print(json.dumps([[type(thing).__name__, id(thing), sys.getsizeof(thing)] for thing in things]),
      flush=True)
os._exit(0)
"""


class NumpySizesTest(unittest.TestCase):
    @on_every_python
    def test_scalars_and_arrays_have_the_size_that_they_say(self, python):
        site = ROOT / "build/site" / python.version
        if not (site / "numpy").is_dir():
            print(f"SKIPPED {self.id()} on {python.version}: no numpy in build/site")
            self.skipTest("no numpy")
        sizes = python.answer(PROGRAM, PYTHONPATH=f"{AGENT}:{site}")
        heap = labelled_heap.read(python.folder / "a.hsnap")
        nodes = heap.nodes
        self.assertGreater(len(sizes), 45)
        self.assertEqual([(name, nodes[address].size) for name, address, _ in sizes],
                         [(name, size) for name, _, size in sizes])
        self.assertEqual({heap.type_of(nodes[address]).sizing for _, address, _ in sizes}, {0})


if __name__ == "__main__":
    unittest.main()
