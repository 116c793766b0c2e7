"""A snapshot against CPython's own word: gc.get_objects(), gc.get_referents(), sys.getsizeof()."""

import collections
import json
import pathlib
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "support"))

import labelled_heap
import second_reader
from programs import on_every_python

# Everything that there is, most of it frozen.
COLLECTED = f"""
import sys
sys.path.append({str(TESTS / "agent/workloads")!r})
import gc, os
import facts, heapsnap, sized
from heapsnap import _agent
if sys.argv[1] == "more":
    import labelled, labelled_code, labelled_library, every_key
facts.rows_of(gc.get_objects())  # what is made when it is first used is there from now on
gc.collect()
gc.disable()
gc.unfreeze()  # from 3.12 on there are some from the start
before = gc.get_objects()
gc.freeze()
later = [[i] for i in range(1000)]  # not frozen
objects = before + later
rows = facts.rows_of(objects)
handle = _agent.capture(b"a.hsnap", True, 2, 0, "api")
while not _agent.wait(handle, 1000):
    pass
facts.write("facts.json", {{
    "objects": [[id(thing), id(type(thing))] for thing in objects],
    "same": facts.stable(rows, facts.rows_of(objects)),
    "private": facts.private_bytes(objects),
    "frozen": gc.get_freeze_count(), "own": list(map(id, (before, later, objects, rows, *rows))),
    "types": {{id(kind): f"{{kind.__module__}}.{{kind.__qualname__}}"
               for kind in set(map(type, objects))}}}})
print(len(before), flush=True)
os._exit(0)  # things are left half done
"""

SIZED = f"""
import sys
sys.path.append({str(TESTS / "agent/workloads")!r})
import gc, json, os
import facts, heapsnap, sized

class Small:
    def __sizeof__(self):
        return 10**12

class Broken(list):
    def __sizeof__(self):
        raise ValueError

overridden = [Small(), Broken([1, 2])]
formulas = [object.__sizeof__(overridden[0]), list.__sizeof__(overridden[1])]
heapsnap.capture("a.hsnap")
print(json.dumps({{
    "missing": sorted(set(sized.c_sized_types()) - set(sized.INSTANCES)),
    "sizes": [[name, id(thing), sys.getsizeof(thing)]
              for name, things in sized.INSTANCES.items() for thing in things],
    "overridden": [[id(thing), size] for thing, size in zip(overridden, formulas)]}}), flush=True)
os._exit(0)
"""


class CollectedTest(unittest.TestCase):
    maxDiff = 4000

    @on_every_python
    def test_a_snapshot_has_what_the_collector_lists(self, python):
        count = python.answer(COLLECTED, "more" if python.thorough else "")
        self.python = python
        self.facts = json.loads((python.folder / "facts.json").read_text())
        self.heap = labelled_heap.read(python.folder / "a.hsnap")
        self.assertGreater(count, 9000)
        # All but a few are the same before and after the capture: frames, namespaces, own lists.
        self.assertLess(len(self.facts["objects"]) - len(self.facts["same"]), 20)
        self.check_objects()
        self.check_counts()
        frozen = sum(bool(node.flags & second_reader.FROZEN) for node in self.heap.nodes.values())
        self.assertEqual(frozen, self.facts["frozen"])

    def name_of(self, kind):
        return self.facts["types"].get(str(kind), hex(kind))

    def check_objects(self):
        """Type, size and references of each."""
        nodes, wrong = self.heap.nodes, collections.Counter()
        elsewhere, private = self.told_elsewhere(), dict(self.facts["private"])
        self.assertEqual(private.keys() & elsewhere.keys(), set())
        if self.python.minor >= 12:  # before, tp_traverse of BytesIO does not tell of its buffer
            self.assertGreaterEqual(len(private), 3)
        for address, kind, size, *referents in self.facts["same"]:
            name, node = self.name_of(kind), nodes.get(address)
            if node is None:
                wrong["missing", name] += 1
                continue
            if self.heap.type_of(node).address != kind:
                wrong["another type", name] += 1
            if node.size != size:
                wrong["size", name, node.size, size] += 1
            if not node.flags & second_reader.TRACKED:
                wrong["not tracked", name] += 1
            told = self.targets(node) + elsewhere.get(address, collections.Counter())
            if address in private:  # of a BytesIO or Pickler: it is part of the owner, and no node
                told[private[address]] += 1
                wrong["twice", name] += private[address] in nodes
            for target in (collections.Counter(referents) - told).elements():
                wrong["reference", name,
                      self.heap.types[nodes[target].type].name if target in nodes else None] += 1
        self.assertEqual(dict(+wrong), {})

    def targets(self, node):
        return collections.Counter(edge.target for edge in self.heap.edges(node)
                                   if edge.kind != "maybe")

    def told_elsewhere(self):
        """References that tp_traverse tells of one object, and the snapshot of their owner.

        A dict may be made for values that stay in the instance; an lru_cache speaks for its links.
        """
        found = {}
        for node in self.heap.nodes.values():
            name = self.heap.type_of(node).name
            if second_reader.VALUES in node.parts:
                for edge in self.heap.edges(node):
                    if edge.label == ".__dict__":
                        found[edge.target] = collections.Counter(node.parts[second_reader.VALUES])
            elif name == "functools._lru_cache_wrapper":
                found[node.address] = sum(map(self.targets, self.links_of(node)),
                                          collections.Counter())
        return found

    def links_of(self, cache):
        for edge in self.heap.edges(cache):
            if edge.label == "->cache":
                values = self.heap.nodes[edge.target].parts.get(second_reader.MAP, [])[1::2]
                yield from (self.heap.nodes[value] for value in values)

    def check_counts(self):
        theirs = collections.Counter(kind for _, kind in self.facts["objects"])
        own = set(self.facts["own"])  # what came after gc.get_objects()
        ours = collections.Counter(
            self.heap.type_of(node).address for node in self.heap.nodes.values()
            if node.flags & second_reader.TRACKED and node.address not in own)
        surplus = {self.name_of(kind): count for kind, count in (ours - theirs).items()}
        # Up to 3.13 there is a tuple of the arguments of the call that captures.
        self.assertIn(surplus, ({}, {"builtins.tuple": 1}))
        self.assertEqual({self.name_of(kind): count for kind, count in (theirs - ours).items()}, {})


class SizesTest(unittest.TestCase):
    @on_every_python
    def test_every_type_with_a_sizeof_of_its_own_has_the_size_that_it_says(self, python):
        answer = python.answer(SIZED, options=("-W", "ignore"))
        self.assertEqual(answer["missing"], [],
                         "types with a C __sizeof__ that workloads/sized.py has no instance of")
        heap = labelled_heap.read(python.folder / "a.hsnap")
        wrong = [(name, heap.nodes[address].size, size) for name, address, size in answer["sizes"]
                 if heap.nodes[address].size != size]
        self.assertEqual(wrong, [])
        self.assertGreater(len(answer["sizes"]), 150)

    @on_every_python
    def test_a_sizeof_in_python_is_flagged_and_not_believed(self, python):
        answer = python.answer(SIZED, options=("-W", "ignore"))
        heap = labelled_heap.read(python.folder / "a.hsnap")
        for address, size in answer["overridden"]:
            node = heap.nodes[address]
            self.assertEqual(heap.type_of(node).sizing, 1)
            self.assertEqual(node.size,
                             size + 16 + 16 * (python.minor > 10))  # with what sys.getsizeof adds
        flagged = {known.name for known in heap.types.values() if known.sizing == 1}
        self.assertIn("__main__.Small", flagged)


if __name__ == "__main__":
    unittest.main()
