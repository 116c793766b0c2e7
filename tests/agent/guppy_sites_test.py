"""Where objects were allocated, asked of guppy3's `byprod` in the process and of a snapshot of it."""

import json
import pathlib
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "support"))

import second_reader
from programs import ROOT, on_every_python

PROGRAM = """
import heapsnap, json, sys
sys.path.append(sys.argv[1])
import guppy
class Node:
    pass
class Slots:
    __slots__ = ("a",)
def make(n):
    kept = [Node(), Slots(), [n], {n: n}, "text %d" % n, (n, n + 1000), n + 10**20]
    kept[0].value = [n]
    kept[1].a = {n}
    return kept
made = [o for n in range(200) for o in make(n)] + [Node, Slots, json, len, None, "constant"]
heapsnap.capture("a.hsnap")
h = guppy.hpy()
answer = {}
for o in made:
    kind = h.iso(o).byprod.kind
    answer[id(o)] = list(kind.arg) if kind.arg is not None else None
print(json.dumps(answer))
"""


class GuppySitesTest(unittest.TestCase):
    @on_every_python
    def test_the_answers_are_the_same(self, python):
        site = ROOT / "build/site" / python.version
        if not (site / "guppy").exists():
            print(f"SKIPPED {self.id()} on {python.version}: build/site has no guppy3 for it")
            self.skipTest("no guppy3")
        answer = python.answer(PROGRAM, site, options=("-W", "ignore", "-X", "tracemalloc"))
        heap = second_reader.read(python.folder / "a.hsnap")
        for address, theirs in answer.items():
            number = heap.allocations.get(int(address))
            ours = list(heap.sites[number]) if number else None
            self.assertEqual(ours, theirs, heap.types[heap.nodes[int(address)].type].name)


if __name__ == "__main__":
    unittest.main()
