"""docs/format.md is enough to write a reader from: one that was gives what heapsnap reads."""

import json
import pathlib
import subprocess
import sys
import unittest
from collections import Counter

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "agent"), str(TESTS / "support")]

import labelled_heap
import second_reader
from programs import BUILD, on_every_python

HEAPSNAP = BUILD / "bin/heapsnap"
WORKLOAD = TESTS / "agent/workloads/every_key.py"
POLICIES = ("none", "keys", "prefix:3", "full")


def exported(path):
    """{address: node}, [(source, kind, label, target), ...] as `heapsnap export` tells them."""
    lines = subprocess.run([HEAPSNAP, "export", "--to", "jsonl", path], check=True, text=True,
                           stdout=subprocess.PIPE, encoding="utf-8", errors="surrogatepass").stdout
    nodes, edges = {}, []
    for record in map(json.loads, lines.splitlines()):
        if record["record"] != "node":
            continue
        address = number(record["object"])
        text = record.get("text")
        value = record.get("value", text)
        nodes[address] = (record["type"], record["shallow"], record.get("refcount", 0),
                          record.get("tracked", False), record.get("alloc"),
                          record.get("hash"), value)
        for kind in ("edges", "weak"):
            edges += [(address, kind, edge["label"], number(edge["object"]))
                      for edge in record.get(kind, [])]
    return nodes, sorted(edges)


def number(text):
    return int(text.removeprefix("@"), 16)


def second_reading(heap):
    """The same of the second reader's. Edges that only may be are given apart."""
    nodes, edges, maybe = {}, [], []
    for node in heap.nodes.values():
        own, value = heap.type_of(node), heap.value_of(node)
        is_text = own.layout in (second_reader.STR, second_reader.BYTES)
        shown = value.text if is_text and value else labelled_heap.number_of(own.layout, value)
        hashed = f"{value.bits:016x}" if is_text and value and value.bits is not None else None
        site = heap.allocations.get(node.address)
        nodes[node.address] = (own.name, node.size, node.refcount,
                               bool(node.flags & second_reader.TRACKED),
                               heap.sites[site]._asdict() if site else None, hashed, shown)
        for label, target, kind in heap.edges(node):
            where = maybe if kind == "maybe" else edges
            where.append((node.address, "weak" if kind == "weak" else "edges", label, target))
    return nodes, sorted(edges), maybe


class SecondReaderTest(unittest.TestCase):
    maxDiff = 2000

    def check(self, path):
        nodes, edges = exported(path)
        heap = labelled_heap.read(path, checked=True)
        own_nodes, own_edges, maybe = second_reading(heap)
        self.assertEqual(heap.facts["objects"], sum(node.type > 3 for node in heap.nodes.values()))
        self.assertEqual(own_nodes.keys(), nodes.keys())
        for address, node in nodes.items():
            self.assert_same_node(own_nodes[address], node)
        dangling = [edge for edge in own_edges if edge[3] not in nodes]
        self.assertEqual(dangling, [])
        own, exported_edges = Counter(own_edges), Counter(edges)  # one edge may be there twice
        surplus = exported_edges - own
        self.assertLessEqual(set(surplus), set(maybe))
        self.assertEqual(own, exported_edges - surplus)

    def assert_same_node(self, own, node):
        *own_head, own_value = own
        *head, value = node
        self.assertEqual(own_head, head)
        if isinstance(own_value, bytes):
            return  # JSON has no bytes
        if isinstance(own_value, float) and value is None:
            return self.assertNotEqual(own_value - own_value, 0.0)  # nor infinity
        self.assertEqual(own_value, value)

    @on_every_python
    def test_streams_with_texts_of_every_policy(self, python):
        path = python.folder / "a.hsnap"
        for policy in POLICIES if python.thorough else ("keys",):
            python.answer(f"""
                import runpy, heapsnap
                kept = runpy.run_path({str(WORKLOAD)!r})
                heapsnap.capture({str(path)!r}, strings={policy!r})
                print(0)
            """)
            self.check(path)
            path.unlink()

    @on_every_python
    def test_compressed_files_with_allocation_sites(self, python):
        path = python.folder / "a.hsnap"
        words = [python.path, "-X", "tracemalloc", WORKLOAD]
        subprocess.run([HEAPSNAP, "run", "-q", "-o", path, "--", *words], check=True)
        self.check(path)


if __name__ == "__main__":
    unittest.main()
