"""The same questions about the same objects of one process, to guppy3 and to heapsnap.

The capture comes first, then guppy3 answers in the process and heapsnap from the snapshot. Objects
are compared by address. What guppy3 answers otherwise is listed here, with its reason; docs/limits.md
says the same in words. Not asked: its `module`, which is another question than ours (which module an
object is, not which its type is from).
"""

import ast
import functools
import json
import re
import subprocess
import types
import unittest

from guppy_programs import PROGRAMS, QUESTIONS
from programs import BUILD, HANG, ROOT, on_every_python

HEAPSNAP = BUILD / "bin/heapsnap"
COMPARISONS = 900  # at least, with each interpreter
PARTITIONS = ("Type", "Clodo", "Size", "Rcs", "Via")

# Edges that only heapsnap knows: (type of the referrer, label), and why.
UNTOLD = [
    ("dict|.*Dict|.*defaultdict|.*Cache|.*Last", r"\.keys\(\)\[\d+\]",
     "keys of dicts with str keys only"),
    ("range", r"\.start|\.stop|\.step|->length", "the type has no tp_traverse"),
    ("enumerate", "->one", "the tp_traverse of enumerate leaves it out"),
    ("datetime.datetime", r"\.tzinfo", "the type has no tp_traverse"),
    ("type|.*Meta|.*Type", "->ob_type", "the tp_traverse of type leaves the metatype out"),
    ("type|.*Meta|.*Type", r"->ht_cached_keys\[\d+\]", "the keys that instances share"),
]
# Labels of edges that guppy3 knows too, but has no name for.
UNNAMED = {"->it_seq", "->ob_type"}
# It calls types that have a name in `types` by that.
NAMES = {f"types.{name}": known.__name__ for name, known in vars(types).items()
         if isinstance(known, type) and known.__module__ == "builtins"}
# From 3.13 on it counts a step to a value of these twice.
DICTS = {"dict", "collections.OrderedDict", "collections.defaultdict", "__main__.Cache"}
# Whose dicts are no instance's: a step to them counts once.
NO_INSTANCES = {"module", "type", "abc.ABCMeta"}


def split(names):
    return frozenset(names.split(", ")) - {"<Nothing>"}


class Snapshot:
    def __init__(self, path):
        self.path = path
        self.files = 0

    @functools.cache
    def asked(self, *words):
        command = [HEAPSNAP, words[0], self.path, *words[1:], "-n", "0", "-f", "json"]
        result = subprocess.run(command, capture_output=True, text=True, timeout=HANG)
        if result.returncode != 0:
            raise AssertionError(f"{words} ended with {result.returncode}: {result.stderr}")
        return json.loads(result.stdout)

    def set_of(self, addresses):
        """A selector of these objects."""
        self.files += 1
        path = self.path.with_name(f"{self.files}.txt")
        path.write_text("".join(f"@{address:#x}\n" for address in addresses))
        return f"file:{path}"

    def objects(self, selector):
        rows = self.asked("hist", "--where", selector, "--by", "id")["rows"]
        return {int(row["select"][1:], 16): row["shallow"] for row in rows}

    def kinds(self, selector, by):
        """By address, the kinds of each object by these classifiers."""
        rows = self.asked("hist", "--where", selector, "--by", ",".join(["id", *by]))["rows"]
        return {int(row["kind"][0].split("@")[-1], 16): row["kind"][1:] for row in rows}

    def into(self, selector):
        """By address, the edges that lead to each object."""
        rows = self.asked("refs", selector, "--in")["rows"]
        return {int(row["object"][1:], 16): [edge for edge in row["edges"] if edge["object"]]
                for row in rows}

    def paths(self, selector, source):
        return [row["edges"] for row in self.asked("paths", selector, "--from", source)["rows"]]


class Theirs:
    """The answers of guppy3, in our words."""

    def __init__(self, answers, minor):
        self.answers = answers
        self.minor = minor
        self.attributes, self.owner = answers["made"]

    def kind(self, name):
        if self.owner and name == f"dict of __main__.{self.owner}":
            return f"__main__.{self.owner}"  # whose attributes they are
        name = name.removeprefix("builtins.")
        return NAMES.get(name, name)

    def labels(self, text):
        found = set()
        for label in () if text == "<Nothing>" else ast.literal_eval(f"({text},)"):
            attribute = re.fullmatch(r"\['(\w+)'\]", label)
            if attribute and attribute[1] in self.attributes:
                label = "." + attribute[1]
            found.add(label)
        return frozenset(found)

    def partition(self, answer, by):
        read = {"Type": self.kind, "Clodo": self.kind, "Size": int, "Via": self.labels,
                "Rcs": lambda names: frozenset(map(self.kind, split(names)))}[by]
        return {int(address): read(kind) for address, kind in answer[by].items()}

    def count(self, paths, snapshot, source):
        """How many it says that these are: from 3.13 on, some steps count twice."""
        if self.minor < 13:
            return len(paths)
        sources = {row["kind"] for row in snapshot.asked("hist", "--where", source)["rows"]}
        assert sources <= DICTS or not sources & DICTS, sources
        return sum(2 ** self.doubled(path, min(sources)) for path in paths)

    def doubled(self, path, source):
        """To values of dicts, and to the dicts of instances."""
        types = [source] + [edge["type"] for edge in path]
        return sum(not edge["label"].startswith(".keys") if kind in DICTS else
                   edge["label"] == ".__dict__" and kind not in NO_INSTANCES
                   for kind, edge in zip(types, path))


def ours_by(by, kind):
    if by == "Via":
        return frozenset(re.sub(r"^\{\d+\}$", "list(_)[0]", label) for label in split(kind)
                         if label not in UNNAMED)
    if by == "Rcs":
        return frozenset(re.sub("@0x[0-9a-f]+$", "", name) for name in split(kind))
    return int(kind) if by == "Size" else re.sub("@0x[0-9a-f]+$", "", kind)


class GuppyAnswersTest(unittest.TestCase):
    maxDiff = 2000

    @on_every_python
    def test_the_answers_are_the_same(self, python):
        site = ROOT / "build/site" / python.version
        if not (site / "guppy").exists() or not python.thorough:
            why = "build/site has no guppy3 for it" if python.thorough else "only in a soak"
            print(f"SKIPPED {self.id()} on {python.version}: {why}")
            self.skipTest(why)
        self.comparisons = 0
        for name, program in PROGRAMS.items():
            with self.subTest(program=name):
                for path in python.folder.iterdir():
                    path.unlink()
                python.answer(program + QUESTIONS, site, options=("-W", "ignore"))
                answers = json.loads((python.folder / "guppy.json").read_text())
                self.compare(Snapshot(python.folder / "a.hsnap"), Theirs(answers, python.minor))
        print(f"{python.version}: {self.comparisons} comparisons")
        self.assertGreaterEqual(self.comparisons, COMPARISONS)

    def same(self, ours, theirs, *what):
        self.comparisons += 1
        with self.subTest(what=what):
            self.assertEqual(ours, theirs)

    def compare(self, snapshot, theirs):
        answers = theirs.answers
        sets = {name: snapshot.set_of(addresses) for name, addresses in answers["sets"].items()}
        for name, selector in sets.items():
            self.compare_partitions(snapshot, selector, theirs, name)
            self.compare_relations(snapshot, selector, theirs, name)
            self.compare_dominated(snapshot, selector, theirs, name)
        for name, addresses in answers["types"].items():
            self.same(sorted(snapshot.objects(f"type:__main__.{name}")), addresses, "type", name)
        for name, pattern in answers["patterns"].items():
            self.compare_patterns(snapshot, sets[name], pattern, name)
        for found in answers["algebra"]:
            self.compare_algebra(snapshot, found)
        if not theirs.owner:  # a path through a dict that was made is a step longer
            modules = f"@{answers['modules']:#x}"
            for name, paths in answers["shpaths"].items():
                self.compare_paths(snapshot, sets[name], modules, theirs, paths["levels"][2:],
                                   paths["number"], name)
            for a, b, paths in answers["from"]:
                self.compare_paths(snapshot, sets[b], sets[a], theirs, paths["levels"][1:],
                                   paths["number"], f"{a} to {b}")

    def compare_partitions(self, snapshot, selector, theirs, name):
        answer = theirs.answers["answers"][name]
        total = snapshot.asked("set", selector)["total"]
        self.same((total["count"], total["shallow"]), (answer["count"], answer["size"]), name)
        self.same(sorted(snapshot.objects(selector)), answer["byid"], "byid", name)
        kinds = snapshot.kinds(selector, [by.lower() for by in PARTITIONS])
        for i, by in enumerate(PARTITIONS):
            self.same({address: ours_by(by, kind[i]) for address, kind in kinds.items()},
                      theirs.partition(answer, by), "by", by, name)

    def compare_relations(self, snapshot, selector, theirs, name):
        answer = theirs.answers["answers"][name]
        referrers = f"referrers({selector}) & reachable"
        self.same(sorted(snapshot.objects(referrers)), answer["referrers"], "referrers", name)
        first = f"{referrers} & reachable(roots, until {referrers})"
        self.same(sorted(snapshot.objects(first)), answer["imdom"], "imdom", name)
        ours, found = set(snapshot.objects(f"referents({selector})")), set(answer["referents"])
        untold = self.untold(snapshot, ours - found, set(theirs.answers["sets"][name]), theirs)
        self.same(ours - untold, found, "referents", name)

    def untold(self, snapshot, extra, sources, theirs):
        """Those of `extra` to which no edge leads from `sources` that guppy3 should see."""
        if not extra:
            return set()
        found = set()
        for address, edges in snapshot.into(snapshot.set_of(extra)).items():
            edges = [edge for edge in edges if int(edge["object"][1:], 16) in sources]
            if edges and all(self.is_untold(edge, address, theirs) for edge in edges):
                found.add(address)
        return found

    def is_untold(self, edge, target, theirs):
        for kind, label, _ in UNTOLD:
            if re.fullmatch(kind, edge["type"]) and re.fullmatch(label, edge["label"]):
                return ".keys" not in label or target in theirs.answers["str keys"]
        return False

    def compare_dominated(self, snapshot, selector, theirs, name):
        answer = theirs.answers["answers"][name]
        ours, found = snapshot.objects(f"dominated({selector})"), set(answer["dominos"])
        untold = self.untold(snapshot, set(ours) - found, set(ours), theirs)
        forever = found - set(ours)  # it does not know that the interpreter holds small ints
        if forever:
            forever = snapshot.objects(f"type:int & roots & {snapshot.set_of(forever)}")
        self.same(set(ours) - untold, found - set(forever), "dominos", name)
        self.same(sum(ours.values()) - sum(ours[address] for address in untold),
                  answer["domisize"] - sum(forever.values() if forever else ()), "domisize", name)
        total = snapshot.asked("set", selector)["total"]
        self.assertEqual(total["retained"], sum(ours.values()))

    def compare_patterns(self, snapshot, selector, pattern, name):
        """What stands below each set that both have gone on from: the order of sets of one size,
        and with it where a set that comes twice is gone on from, is nobody's business."""
        rows = snapshot.asked("refpat", selector, "--depth", "3")["rows"]
        objects = [frozenset(snapshot.objects(row["select"])) for row in rows]
        ours = {}
        for row, members in zip(rows[1:], objects[1:]):
            below = ours.setdefault(objects[row["parent"]], set())
            if members:  # else it is of threads and frames, which are no objects
                below.add(members)
        theirs = {frozenset(of): set(map(frozenset, sets)) for of, sets in pattern}
        self.assertIn(objects[0], ours.keys() & theirs.keys())
        for of in ours.keys() & theirs.keys():
            self.same(ours[of], theirs[of], "rp", name)

    def compare_algebra(self, snapshot, found):
        a, b = snapshot.set_of(found["a"]), snapshot.set_of(found["b"])
        for sign, selector in {"&": f"{a} & {b}", "|": f"{a} | {b}", "-": f"{a} - {b}",
                               "^": f"({a} | {b}) - ({a} & {b})", "~": f"!{a} & {b}"}.items():
            self.same(sorted(snapshot.objects(selector)), found[sign], sign)

    def compare_paths(self, snapshot, selector, source, theirs, levels, number, name):
        paths = snapshot.paths(selector, source)
        ours = [sorted({int(edge["object"][1:], 16) for edge in level}) for level in zip(*paths)]
        self.same(ours, levels, "paths", name)
        self.same(theirs.count(paths, snapshot, source), number, "number of paths", name)


if __name__ == "__main__":
    unittest.main()
