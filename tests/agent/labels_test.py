"""The label of every reference: of objects of each kind that a program meets, over 100 modules."""

import collections
import json
import pathlib
import subprocess
import sys
import unittest

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "support"))

import labelled_heap
from programs import BUILD, on_every_python
from second_reader import ITEMS

HEAPSNAP = BUILD / "bin/heapsnap"
WORKLOADS = TESTS / "agent/workloads"

LABELLED = f"""
import sys
sys.path.append({str(WORKLOADS)!r})
import json, os
import heapsnap, labelled, labelled_code, labelled_library
heapsnap.capture("a.hsnap")
print(json.dumps([[type(source).__name__, id(source), label, id(target), repr(target)[:60]]
                  for source, label, target in labelled.EXPECTED]), flush=True)
os._exit(0)  # things are left half done
"""

IMPORTS = f"""
import sys
sys.path.append({str(WORKLOADS)!r})
import heapsnap, modules
loaded = modules.import_all()
heapsnap.capture("a.hsnap")
print(loaded)
"""


class LabelsTest(unittest.TestCase):
    maxDiff = None

    @on_every_python
    def test_objects_of_every_kind_have_the_labels_that_one_would_write(self, python):
        expected = python.answer(LABELLED)
        heap = labelled_heap.read(python.folder / "a.hsnap")
        self.assertGreater(len(expected), 300)
        self.assertEqual(heap.faults, [])
        wrong = [complaint for case in expected for complaint in check(heap, *case)]
        self.assertEqual(wrong, [])

    @on_every_python
    def test_less_than_one_in_a_hundred_references_has_none(self, python):
        self.assertGreater(python.answer(IMPORTS), 100)
        heap = labelled_heap.read(python.folder / "a.hsnap")
        bare, every = collections.Counter(), 0
        for node in heap.nodes.values():
            for edge in heap.edges(node):
                every += 1
                if edge.label.startswith(("<+", "<ref>")):
                    bare[heap.type_of(node).name, edge.label] += 1
        share = 100 * sum(bare.values()) / every
        print(f"{python.version}: {share:.3f} % of {every} references have no label: "
              f"{bare.most_common(5)}")
        self.assertLess(share, 1)

    @on_every_python
    def test_every_function_of_atexit_is_a_referent_of_the_interpreter(self, python):
        # More than one record of a node can hold.
        expected = python.answer("""
            import atexit, heapsnap, json, os

            class Job:
                def end(self, *arguments, **keywords):
                    pass

            jobs = [[Job().end, Job(), Job()] for _ in range(3000)]
            for end, first, second in jobs:
                atexit.register(end, first, more=second)
            atexit.unregister(jobs.pop(5)[0])
            heapsnap.capture("a.hsnap")
            print(json.dumps([[id(part) for part in job] for job in jobs]), flush=True)
            os._exit(0)
        """)
        heap = labelled_heap.read(python.folder / "a.hsnap")
        self.assertEqual(heap.faults, [])
        [interpreter] = [node for node in heap.nodes.values()
                         if heap.type_of(node).name == "<interpreter>"]
        found = [edge.target for edge in heap.edges(interpreter) if edge.label == ".atexit"]
        if python.version in ("3.14", "3.15"):
            [listed] = found
            callbacks = [heap.nodes[callback].parts[ITEMS]
                         for callback in heap.nodes[listed].parts[ITEMS]]
        else:
            # A function, its positional arguments, and those by name, if there are any.
            items = interpreter.parts[ITEMS]
            self.assertEqual([target for target in items if target], found)
            callbacks = zip(*[iter(items)] * 3)
        called = {}
        for function, positional, named in callbacks:
            more = [edge.target for edge in heap.edges(heap.nodes[named])
                    if edge.label == "['more']"] if named in heap.nodes else []
            called[function] = heap.nodes[positional].parts.get(ITEMS, []) + more
        self.assertEqual(len(expected), 2999)
        self.assertEqual({job[0]: called.get(job[0]) for job in expected},
                         {job[0]: job[1:] for job in expected})

    @on_every_python
    def test_more_functions_of_atexit_than_are_followed_are_told(self, python):
        if python.version in ("3.14", "3.15"):
            return  # they stand in a list
        python.answer("""
            import atexit, heapsnap, os
            for _ in range((1 << 20) + 10):
                atexit.register(print)
            heapsnap.capture("a.hsnap")
            print(1, flush=True)
            os._exit(0)
        """)
        done = subprocess.run([HEAPSNAP, "info", python.folder / "a.hsnap", "-f", "json"],
                              capture_output=True, text=True, check=True)
        answer = json.loads(done.stdout)
        self.assertEqual([(fault["type"], fault["detail"]) for fault in answer["faults"]],
                         [("<interpreter>", "more functions of atexit than are followed")])
        self.assertGreater(answer["counts"]["edges"], 2 << 20)

    @on_every_python(since="3.12")
    def test_a_static_type_leads_to_its_dict_in_every_interpreter(self, python):
        dicts = python.answer("""
            import heapsnap, json
            try:
                import _interpreters as interpreters
            except ImportError:
                import _xxsubinterpreters as interpreters
            program = '''if True:
                import gc
                with open("dicts", "a") as file:
                    for type in int, object, zip, filter:
                        print([id(type), id(gc.get_referents(type.__dict__)[0])], file=file)
            '''
            exec(program)
            kept = [interpreters.create() for _ in range(2)]
            for interpreter in kept:
                interpreters.run_string(interpreter, program)
            heapsnap.capture("a.hsnap")
            print(json.dumps([json.loads(line) for line in open("dicts")]))
        """, options=["-W", "ignore"])
        heap = labelled_heap.read(python.folder / "a.hsnap")
        self.assertEqual(len({address for _, address in dicts}), 12)
        for type_address, dict_address in dicts:
            edges = list(heap.edges(heap.nodes[type_address]))
            self.assertIn((".__dict__", dict_address, "strong"), edges, hex(dict_address))


def check(heap, type_name, source, label, target, shown):
    """Why the case fails, or nothing."""
    node = heap.nodes.get(source)
    if node is None:
        return [f"{type_name} object is missing (for {label} = {shown})"]
    edges = list(heap.edges(node))
    if label.startswith("attribute "):
        found = is_attribute(heap, edges, label.split()[1], target)
    elif label.startswith("weak "):
        found = (label[5:], target, "weak") in edges
    else:
        found = (label, target, "strong") in edges
    if found:
        return []
    near = [edge.label for edge in edges if edge.target == target]
    return [f"{type_name}: {label} = {shown} is {near}"]


def is_attribute(heap, edges, name, target):
    if ("." + name, target, "strong") in edges:
        return True
    spaces = [edge.target for edge in edges if edge.label == ".__dict__"]
    return any(
        (f"[{name!r}]", target, "strong") in heap.edges(heap.nodes[space]) for space in spaces)


if __name__ == "__main__":
    unittest.main()
