"""Every reference of an object is an edge of the snapshot, but for few; which, is printed by type.

What is left over is held by C code. docs/limits.md has the list.
"""

import collections
import pathlib
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "support"))

import labelled_heap
from programs import on_every_python

# The least share, in percent, of mortal objects whose references are all edges.
ACCOUNTED = {
    "3.10": 95.90, "3.11": 97.15, "3.12": 99.09, "3.13": 98.80, "3.14": 98.26, "3.15": 98.16
}
IMMORTAL_FROM = 999_999_999  # 3.11's static objects; later versions say 0

PROGRAM = f"""
import sys
sys.path.append({str(TESTS / "agent/workloads")!r})
import gc, json, modules
loaded = modules.import_all()
gc.collect()
import heapsnap
heapsnap.capture("a.hsnap")
print(loaded)
"""


class Audit:
    def __init__(self, heap):
        edges, possible = collections.Counter(), collections.Counter()
        for node in heap.nodes.values():
            for edge in heap.edges(node):
                if edge.kind != "weak":
                    (edges if edge.kind == "strong" else possible)[edge.target] += 1
        self.mortal = self.accounted = 0
        self.short, self.over = collections.Counter(), collections.Counter()
        for node in heap.nodes.values():
            own = heap.type_of(node)
            if own.address == 0 or not 0 < node.refcount < IMMORTAL_FROM:
                continue
            self.mortal += 1
            left = node.refcount - edges[node.address]
            left -= min(max(left, 0), possible[node.address])
            self.accounted += left == 0
            if left:
                (self.short if left > 0 else self.over)[own.name] += 1

    @property
    def share(self):
        return 100 * self.accounted / self.mortal


class RefcountAuditTest(unittest.TestCase):
    @on_every_python
    def test_few_objects_have_references_that_are_no_edges(self, python):
        self.assertGreater(python.answer(PROGRAM), 100)
        audit = Audit(labelled_heap.read(python.folder / "a.hsnap"))
        for what, found in (("held by C code", audit.short), ("with an edge too many", audit.over)):
            by_type = ", ".join(f"{name} {count}" for name, count in found.most_common(25))
            print(f"{python.version}: {sum(found.values())} {what}: {by_type}")
        print(f"{python.version}: {audit.share:.2f} % accounted for, of {audit.mortal} mortal objects")
        self.assertGreaterEqual(audit.share, ACCOUNTED[python.version])


if __name__ == "__main__":
    unittest.main()
