"""What a workload adds to the heap: count and bytes of every kind, as sys.getsizeof adds up.

The totals are those of every object that the workload makes, the string keys of its dicts too;
small ints, of which there is one each, and the names of attributes were there before.
"""

import json
import subprocess
import unittest

from programs import BUILD, ROOT, SOAK, on_every_python

HEAPSNAP = BUILD / "bin/heapsnap"

PROGRAM = f"""
import sys
sys.path.append({str(ROOT / "tests/agent/workloads")!r})
import gc, heapsnap, measured

def capture(name):
    gc.collect()
    heapsnap.capture(name, mode="stop")

small = list(range(-5, 1025))  # so that all that there is of them is there before
name, n = sys.argv[1], int(sys.argv[2])
DATA = measured.build(name, 3000)  # 3.10 keeps a cache with code that is hot
DATA = None
capture("warmed.hsnap")
capture("before.hsnap")
DATA = measured.build(name, n)
capture("behind.hsnap")
print(0)
"""


# {workload: {kind: (count, bytes)}} on 3.11
TOTALS = {
    "tree 100000": {
        "measured.Node": (100_000, 5_600_000), "dict (no owner)": (100_000, 18_400_000),
        "list": (100_000, 6_880_000), "tuple": (100_000, 5_600_000), "float": (100_000, 2_400_000),
        "int": (99_743, 2_792_804), "str": (100_000, 5_888_890)},
    "tree 500000": {
        "measured.Node": (500_000, 28_000_000), "dict (no owner)": (500_000, 92_000_000),
        "list": (500_000, 34_400_000), "tuple": (500_000, 28_000_000),
        "float": (500_000, 12_000_000), "int": (499_743, 13_992_804), "str": (500_000, 29_888_890)},
    "bigdict 1000000": {
        "dict (no owner)": (1, 30_758_320), "tuple": (1_000_000, 56_000_000),
        "int": (999_743, 27_992_804), "str": (2_000_000, 114_777_780)
    },
    "smalllists 1000000": {"list": (1_000_001, 80_448_728), "int": (999_743, 27_992_804)},
}
SUMS = {  # of what expected() makes of it, counted on each version by itself
    "tree 100000": {10: (699_743, 51_561_694), 11: (699_743, 47_561_694), 12: (699_743, 45_961_694),
                    13: (699_743, 45_961_694), 14: (699_743, 46_761_694),
                    15: (698_975, 46_740_190)},
    "bigdict 1000000": {10: (3_999_744, 240_713_720), 11: (3_999_744, 229_528_904),
                        12: (3_999_744, 213_528_904), 13: (3_999_744, 213_528_904)},
}


def expected(workload, minor):
    totals = dict(TOTALS[workload])

    def change(kind, by_count=0, by_bytes=0, each=0):
        if kind in totals:
            count, size = totals[kind]
            totals[kind] = count + by_count, size + by_bytes + each * count

    if minor == 10:  # attributes in dicts, larger tables
        change("measured.Node", each=-8)
        if workload.startswith("tree"):
            change("dict (no owner)", each=48)
            totals["dict of measured.Node"] = (totals["measured.Node"][0],
                                               104 * totals["measured.Node"][0])
        else:
            change("dict (no owner)", by_bytes=41_943_136 - 30_758_320)
    if minor >= 12:  # no wstr
        change("measured.Node", each=-8)
        change("str", each=-8)
    if minor >= 14:  # the hash of a tuple is kept
        change("tuple", each=8)
    if minor >= 15:  # small ints up to 1024
        change("int", by_count=-768, by_bytes=-768 * 28)
    own = [total for kind, total in totals.items() if not kind.startswith("dict of")]
    if workload in SUMS and minor in SUMS[workload]:
        assert tuple(map(sum, zip(*own))) == SUMS[workload][minor], (workload, minor)
    return totals


def by_kind(path):
    """{kind: (count, bytes)}"""
    answer = subprocess.run([HEAPSNAP, "hist", "--by", "clodo", "-n", "0", "-f", "json", path],
                            check=True, stdout=subprocess.PIPE).stdout
    return {row["kind"]: (row["count"], row["shallow"]) for row in json.loads(answer)["rows"]}


def faults(path):
    """A walk that reads beyond the last object of a mapping loses another one."""
    answer = subprocess.run([HEAPSNAP, "info", "-n", "0", "-f", "json", path],
                            check=True, stdout=subprocess.PIPE).stdout
    return json.loads(answer)["faults"]


def added(before, after):
    """What the second has more of each kind, and what it has less."""
    found = {kind: (after.get(kind, (0, 0))[0] - before.get(kind, (0, 0))[0],
                    after.get(kind, (0, 0))[1] - before.get(kind, (0, 0))[1])
             for kind in {**before, **after}}
    return {kind: difference for kind, difference in found.items() if difference != (0, 0)}


class WorkloadTotalsTest(unittest.TestCase):
    maxDiff = None

    def check(self, python, *workloads):
        for workload in workloads:
            python.answer(PROGRAM, *workload.split())
            paths = [python.folder / f"{name}.hsnap" for name in ("warmed", "before", "behind")]
            for path in paths:
                self.assertEqual(faults(path), [], workload)
            before, after = map(by_kind, paths[1:])
            self.assertEqual(added(before, after), expected(workload, python.minor), workload)
            for path in paths:
                path.unlink()

    @on_every_python
    def test_a_tree_of_objects(self, python):
        self.check(python, "tree 100000", *(["tree 500000"] if SOAK else []))

    @on_every_python
    def test_a_large_dict_and_its_string_keys(self, python):
        if python.thorough:
            self.check(python, "bigdict 1000000")

    @on_every_python
    def test_a_million_small_lists(self, python):
        if python.thorough:
            self.check(python, "smalllists 1000000")


if __name__ == "__main__":
    unittest.main()
