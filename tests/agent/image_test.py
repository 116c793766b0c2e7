"""capture --method read: a process's memory, walked from outside of it."""

import collections
import json
import os
import pathlib
import socket
import subprocess
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import labelled_heap
import stream
from attach_test import HALF_WAY
from attaching import HEAPSNAP, Target, count, on_two_pythons
from programs import HANG
from image_programs import C_TYPES


def export(path):
    """(nodes by address, types) of a snapshot, without the numbers that only name types."""
    result = subprocess.run([HEAPSNAP, "export", path, "--to", "jsonl"], text=True,
                            capture_output=True, check=True)
    nodes, types = {}, []
    for line in result.stdout.splitlines():
        record = json.loads(line)
        record.pop("type_id", None)
        if record["record"] == "node":
            nodes[record["object"]] = record
        elif record["record"] == "type":
            record.pop("id")
            types.append(json.dumps(record, sort_keys=True))
    return nodes, sorted(types)


def edges(node):
    return collections.Counter((edge["label"], edge["object"]) for edge in node.get("edges", ()))


class Comparison:
    """Of the agent's snapshot with one of the same process's memory."""

    def __init__(self, inside, outside):
        (self.inside, types), (self.outside, other_types) = export(inside), export(outside)
        self.types_differ = set(types) ^ set(other_types)
        self.lost, self.more = collections.Counter(), collections.Counter()  # by type and label
        self.differ = []
        for address, node in self.inside.items():
            other = self.outside.get(address, {})
            mine, theirs = edges(node), edges(other)
            for label, _ in (mine - theirs).elements():
                self.lost[node["type"], label] += 1
            for label, _ in (theirs - mine).elements():
                self.more[node["type"], label] += 1
            if {**node, "edges": 0} != {**other, "edges": 0}:
                self.differ.append((node, other))

    def missing(self):
        return self.inside.keys() - self.outside.keys()


def both_ways(python, program):
    """inside.hsnap by the agent, and outside.hsnap by `read`, of the same instant."""
    name = f"heapsnap-image-{os.getpid()}-{python.minor}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0" + name)
        listener.listen()
        listener.settimeout(HANG)
        with Target(python, program, f"unix:@{name}") as target:
            target.process.stdin.write("\n")
            target.process.stdin.flush()
            connection = listener.accept()[0]
            said = target.capture("outside.hsnap", "--method", "read")
            (python.folder / "inside.hsnap").write_bytes(stream.receive(connection))
            target.finish()
    return Comparison(python.folder / "inside.hsnap", python.folder / "outside.hsnap"), said


class EqualityTest(unittest.TestCase):
    maxDiff = 2000

    # What the state of a module in C refers to, tp_traverse may tell in part only, and image mode
    # finds as far as it lies in that state itself.
    STATE = ("module", "<ref>")

    @on_two_pythons
    def test_builtin_types_have_the_same_objects_edges_sizes_and_labels(self, python):
        compared, said = both_ways(python, HALF_WAY)
        self.assertIn("read (stop), paused", said)
        self.assertGreater(len(compared.inside), 30_000)
        self.assertEqual(compared.missing(), set())
        self.assertEqual(compared.types_differ, set())
        self.assertEqual(compared.differ[:3], [])
        self.assertEqual(set(compared.lost) - {self.STATE}, set())
        self.assertEqual(set(compared.more) - {self.STATE}, set())
        self.assertLess(len(compared.outside) - len(compared.inside), 30)

    @on_two_pythons
    def test_few_references_of_other_c_types_are_missed_or_wrong(self, python):
        compared, _ = both_ways(python, C_TYPES)
        lost, more = sum(compared.lost.values()), sum(compared.more.values())
        scanned = labelled_heap.read(python.folder / "outside.hsnap").facts["scanned_references"]
        self.assertGreater(scanned, 20_000)
        print(f"{python.version}: {scanned} references without tp_traverse: recall "
              f"{1 - lost / (scanned - more + lost):.4%}, precision {1 - more / scanned:.4%}")
        self.assertLess(lost / (scanned - more + lost), 0.005)
        self.assertLess(more / scanned, 0.02)
        self.assertLess(len(compared.missing()), 10)
        self.assertEqual(compared.differ[:3], [])


class ReadTest(unittest.TestCase):
    @on_two_pythons
    def test_the_process_goes_on_as_it_was(self, python):
        program = """
            import sys, threading, time
            stop, counts = False, [0] * 4
            def work(i):
                while not stop:
                    counts[i] += len([{j: [j]} for j in range(100)]) == 100
            threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
            for thread in threads: thread.start()
            print("ready", flush=True)
            sys.stdin.readline()
            before = list(counts)
            while not all(now > then for now, then in zip(counts, before)): time.sleep(0.01)
            stop = True
            for thread in threads: thread.join()
            print("fine")
        """
        with Target(python, program) as target:
            for i in range(count(5, 50)):
                target.capture(f"{i}.hsnap", "--method", "read")
                target.assertUntouched(self)
            self.assertEqual(target.finish("\n").strip(), "fine")


if __name__ == "__main__":
    unittest.main()
