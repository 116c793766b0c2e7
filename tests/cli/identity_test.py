"""Which objects survive, where a program frees objects and makes others of their type at once, at
their addresses. The program says which is which; nothing in the heap tells it: births stand in an
array, by slot."""

import collections
import json
import unittest

from command_line import SUPPORTED, FolderTest, answer, asked, heapsnap, pythons

PROGRAM = """
import array, json, random, sys
from heapsnap import capture

random.seed(5)
SLOTS, ROUNDS = 600, 200

class Named:
    def __init__(self, serial):
        self.name = "object number %d" % serial
        self.tags = ["tag of %d" % serial]

class Moving(Named): pass
class Keyed(Named): pass
class Held(Named): pass
class Counter:
    def __init__(self, serial):
        self.count = 1000 + serial
class Empty:
    __slots__ = ()
class Hollow:
    __slots__ = ()
class Seen(list):
    pass

class Slots:
    pass

def births_of(make):
    births = array.array("Q", range(SLOTS))
    return births, [make(i) for i in range(SLOTS)]

def in_place(make):  # at the same index of a list
    births, objects = births_of(make)
    def step(serial):
        i = random.randrange(SLOTS)
        births[i] = serial
        objects[i] = None
        objects[i] = make(serial)
    return births, step, lambda: objects

def at_the_end(make):  # what is taken out of a list is followed by what is appended
    births, objects = births_of(make)
    def step(serial):
        i = random.randrange(SLOTS)
        del births[i]
        births.append(serial)
        del objects[i]
        objects.append(make(serial))
    return births, step, lambda: objects

def by_key(make):  # one key of a dict is followed by another
    births, objects = births_of(make)
    table = {"key %d" % i: o for i, o in enumerate(objects)}
    del objects
    def step(serial):
        i = random.randrange(SLOTS)
        del births[i]
        births.append(serial)
        del table[next(k for n, k in enumerate(table) if n == i)]
        table["key %d" % serial] = make(serial)
    return births, step, lambda: list(table.values())

def by_attribute(make):  # an attribute of one object
    births, objects = births_of(make)
    holder = Slots()
    holder.__dict__.update(("a%d" % i, o) for i, o in enumerate(objects))
    del objects
    def step(serial):
        i = random.randrange(SLOTS)
        births[i] = serial
        setattr(holder, "a%d" % i, None)
        setattr(holder, "a%d" % i, make(serial))
    return births, step, lambda: [getattr(holder, "a%d" % i) for i in range(SLOTS)]

def watched(make):  # nothing but weak references tells
    import weakref
    births, objects = births_of(make)
    watchers = [weakref.ref(o) for o in objects]
    def step(serial):
        i = random.randrange(SLOTS)
        births[i] = serial
        objects[i] = None
        objects[i] = make(serial)
        watchers.append(weakref.ref(objects[i]))
    return births, step, lambda: objects

class Watched: pass

WORK = [at_the_end(Moving), by_key(Keyed), by_attribute(Held), in_place(Counter),
        watched(lambda serial: Watched()), at_the_end(lambda serial: Empty()),
        in_place(lambda serial: Hollow())]

def take(name):
    capture(name + ".hsnap")
    with open(name + ".json", "w") as out:
        json.dump({type(o).__name__: [[id(p), b] for p, b in zip(objects(), births)]
                   for births, step, objects in WORK for o in objects()[:1]}, out)

take("a")
for serial in range(SLOTS, SLOTS + ROUNDS):
    for births, step, objects in WORK:
        step(serial)
take("b")
"""


class Score(collections.Counter):
    """Objects of the later snapshot at an address that one of their type had in the earlier one."""

    def precision(self):
        return self["right"] / max(self["right"] + self["wrong"], 1)

    def recall(self):
        return self["right"] / max(self["survived"], 1)


def listed(what, *files):
    lines = answer("diff", *files, "--list", what).splitlines()
    return {int(line[1:], 16) for line in lines if line.startswith("@")}


# By class: the least precision and recall. What stands in a list or an attribute as before, and has
# nothing of its own that tells, is taken for the one that stood there: a wrong answer where a
# program frees such an object and puts another in its place.
EXPECTED = {"Moving": (1, 1), "Keyed": (1, 1), "Watched": (1, 1), "Empty": (1, 1),
            "Held": (0.98, 1), "Counter": (0.7, 1), "Hollow": (0.7, 1)}


class AddressReuseTest(FolderTest):
    def scores(self, version):
        for old in self.folder.glob("*.hsnap"):
            old.unlink()
        (self.folder / "program.py").write_text(PROGRAM)
        result = heapsnap("run", "-o", "end.hsnap", pythons()[version], "program.py",
                          cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        files = [self.folder / "a.hsnap", self.folder / "b.hsnap"]
        was, now = (json.loads(path.with_suffix(".json").read_text()) for path in files)
        added, uncertain = (listed(what, *files) for what in ("added", "uncertain"))
        return {kind: self.score(dict(was[kind]), now[kind], added, uncertain) for kind in now}

    def score(self, before, now, added, uncertain):
        score = Score()
        for address, birth in now:
            survived = before.get(address) == birth
            score["survived"] += survived
            score["reused"] += address in before and not survived
            if address in uncertain:
                score["uncertain"] += 1
            elif address not in added:
                score["right" if survived else "wrong"] += 1
        return score

    def test_survivors_are_told_from_what_took_their_addresses(self):
        reused = collections.Counter()
        for version in SUPPORTED:
            if version not in pythons():
                print(f"SKIPPED {self.id()} on {version}: not asked for, or not in build/pythons.txt")
                continue
            with self.subTest(python=version):
                scores = self.scores(version)
                self.assertEqual(set(scores), set(EXPECTED))
                for kind, score in scores.items():
                    print(version, kind, dict(score), score.precision(), score.recall())
                    precision, recall = EXPECTED[kind]
                    self.assertGreaterEqual(score.precision(), precision, (kind, score))
                    self.assertGreaterEqual(score.recall(), recall, (kind, score))
                    reused[kind] += score["reused"]
        if set(SUPPORTED) <= set(pythons()):
            for kind, count in reused.items():
                self.assertGreater(count, 100, kind)  # the workload does what it is for


if __name__ == "__main__":
    unittest.main()
