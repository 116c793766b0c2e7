"""Bytes that one object keeps inside another object count once in the totals of a snapshot."""

import pathlib
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "support"))

import labelled_heap
from programs import on_every_python

LARGE = 50_000  # bytes: smaller objects are not asked for

PROGRAM = """
import heapsnap, io, json, os, pickle, sys

buffers = [io.BytesIO() for _ in range(50)]
for buffer in buffers:
    buffer.write(b"x" * 100_000)
arrays = [bytearray(100_000) for _ in range(50)]
sources = [bytes(200_000) for _ in range(10)]
sharing = [io.BytesIO(source) for source in sources]
given = [buffer.getvalue() for buffer in buffers[:5]]  # these are shared from now on
picklers = [pickle.Pickler(io.BytesIO(), protocol=3)]

def sizes(things):
    return [[id(thing), sys.getsizeof(thing)] for thing in things]

class Last:
    def __reduce__(self):  # the pickler has not written anything so far
        heapsnap.capture("a.hsnap")
        print(json.dumps({"owners": {"buffers": sizes(buffers), "arrays": sizes(arrays),
                                     "picklers": sizes(picklers), "sharing": sizes(sharing)},
                          "bytes": sizes(sources + given)}), flush=True)
        os._exit(0)

picklers[0].dump([list(range(100_000)), Last()])
"""


class TotalsTest(unittest.TestCase):
    @on_every_python
    def test_a_private_bytes_object_is_part_of_its_owner(self, python):
        answer = python.answer(PROGRAM)
        nodes = labelled_heap.read(python.folder / "a.hsnap").nodes
        for name, owners in answer["owners"].items():
            self.assertEqual([nodes[address].size for address, _ in owners],
                             [size for _, size in owners], name)
        self.assertEqual(sum(size > 100_000 for _, size in answer["owners"]["buffers"]), 45)
        for name in ("arrays", "picklers"):
            self.assertTrue(all(size > 100_000 for _, size in answer["owners"][name]), name)

    @on_every_python
    def test_bytes_that_others_refer_to_are_objects_with_an_edge_from_each(self, python):
        answer = python.answer(PROGRAM)
        heap = labelled_heap.read(python.folder / "a.hsnap")
        large = {node.address: node.size for node in heap.nodes.values()
                 if heap.type_of(node).name == "bytes" and node.size > LARGE}
        self.assertEqual(large, dict(answer["bytes"]))  # and no others
        owners = answer["owners"]["sharing"] + answer["owners"]["buffers"][:5]
        told = [[edge.target for edge in heap.edges(heap.nodes[owner]) if edge.label == "->buf"]
                for owner, _ in owners]
        self.assertEqual(told, [[address] for address, _ in answer["bytes"]])


if __name__ == "__main__":
    unittest.main()
