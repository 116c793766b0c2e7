"""Questions about a graph, to heapsnap and to networkx, which has it from an export of the snapshot.

networkx is in build/site/tests (tests/support/pythons.sh); without it the tests are skipped by name.
"""

import collections
import functools
import json
import pathlib
import random
import shutil
import sys
import tempfile
import unittest

from command_line import ROOT, SUPPORTED, FolderTest, answer, asked, heapsnap, pythons
from programs import SOAK, THOROUGH

sys.path.append(str(ROOT / "build/site/tests"))
try:
    import networkx
except ImportError:
    networkx = None

VERSIONS = SUPPORTED if SOAK else THOROUGH
SOURCE = "<root>"  # the node that all roots, or the objects of --from, are edges from
SAMPLES = 50
NO_PATH = {"paths": "0", "length": None}
# Where paths begin: the first of these from which anything leads to the target.
TIERS = (("thread", "interpreter"), ("static-type", "immortal"), ("held-by-c",), ("unreachable",))

PROGRAM = """
import collections, gc, threading, weakref

class Node:
    def __init__(self, name, *links):
        self.name = name
        self.links = list(links)

class Slots:
    __slots__ = ("left", "right", "__weakref__")

def ring(n):
    nodes = [Node("ring-%d" % i) for i in range(n)]
    for i, node in enumerate(nodes):
        node.links += [nodes[(i + 1) % n], nodes[i - 1], node.links]
    return nodes[0]

def diamonds(n):
    foot = Slots()
    for i in range(n):
        top, middle = Slots(), Slots()
        top.left = top.right = middle
        middle.left, middle.right = [foot, foot], (foot, {i: foot})
        foot = top
    return foot

def chain(n):
    head = end = []
    for i in range(n):
        end.append([])
        end = end[0]
    return head

gc.collect()
gc.disable()
rings = {size: ring(size) for size in (1, 2, 3, 50)}
top = diamonds(30)
long = chain(300)
table = {(i, "key-%d" % i): collections.deque([Node(str(i), top)]) for i in range(300)}
lost = ring(20)
lost.links += [chain(30), diamonds(5)]
weak = weakref.ref(lost)
del lost

def hold(own, event):
    inside.set()
    event.wait()

inside = threading.Event()
threading.Thread(target=hold, args=([ring(4), top], threading.Event()), daemon=True).start()
inside.wait()
"""


class Export:
    """The graph as `export` tells it; parallel edges are one edge with a multiplicity."""

    def __init__(self, path):
        self.path = path
        self.size, self.type, self.structures = {}, {}, set()
        self.edges, self.roots = collections.Counter(), collections.defaultdict(collections.Counter)
        for line in map(json.loads, answer("export", path, "--to", "jsonl").splitlines()):
            if line["record"] == "node":
                self._take(line)
            elif line["record"] == "root":
                self.roots[line["kind"]][line["object"]] += 1
        self.end = line
        self.objects = [name for name in self.size if name not in self.structures]
        self.plain = networkx.DiGraph()
        self.plain.add_nodes_from(self.size)
        self.plain.add_weighted_edges_from((*edge, count) for edge, count in self.edges.items())
        self.graph = self.plain.copy()
        lead_to(self.graph, self.targets(self.roots))
        self.found = {}

    def _take(self, node):
        name = node["object"]
        self.size[name], self.type[name] = node["shallow"], node["type"]
        if node["structure"]:
            self.structures.add(name)
        for edge in node["edges"]:
            self.edges[name, edge["object"]] += 1

    @functools.cached_property
    def dominators(self):
        """Every node's immediate dominator."""
        return networkx.immediate_dominators(self.graph, SOURCE)

    def targets(self, kinds):
        return sum((self.roots[kind] for kind in kinds), collections.Counter())

    def paths_to(self, target, part=None):
        """From the first roots that lead there, in the graph or a part of it. None: none do."""
        graph = self.plain if part is None else part
        for kinds in TIERS:
            key = kinds, graph
            if key not in self.found:
                self.found[key] = Paths(graph, self.targets(kinds))
            if target in self.found[key].count:
                return self.found[key]
        return None

    def of(self, nodes):
        return set(nodes) - self.structures - {SOURCE}

    def sample(self, seed, count):
        """Objects from everywhere, half of them of the program's own types."""
        draw = random.Random(seed)
        own = [name for name in self.objects if self.type[name].startswith("__main__.")]
        return draw.sample(own, min(count // 2, len(own))) + draw.sample(self.objects, count // 2)


def closure(graph, sources, without=frozenset()):
    """What is reached from these without entering `without`."""
    inside = graph.subgraph(graph.nodes - set(without))
    return set().union(*networkx.bfs_layers(inside, set(sources) - set(without)))


def reached_as_last(graph, sources, until):
    """The same, but what is in `until` may be the last on a path."""
    inside = closure(graph, sources, until)
    return inside | set(sources) | {target for name in inside for target in graph[name]}


def lead_to(graph, targets):
    graph.add_weighted_edges_from((SOURCE, name, count) for name, count in targets.items()
                                  if name in graph)


class Paths:
    """The number of shortest paths from a source to every node, parallel edges counting."""

    def __init__(self, graph, targets):
        graph.add_node(SOURCE)
        lead_to(graph, targets)
        self.length, self.count = {SOURCE: 0}, {SOURCE: 1}
        for name, before in networkx.predecessor(graph, SOURCE).items():  # by increasing length
            if before:
                self.length[name] = self.length[before[0]] + 1
                self.count[name] = sum(self.count[b] * graph[b][name]["weight"] for b in before)
        graph.remove_node(SOURCE)

    def total(self, target, less=0):
        if target not in self.count:
            return NO_PATH
        return {"paths": str(self.count[target]), "length": self.length[target] - less}


@functools.cache
def export_of(version):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    program, path = folder / "program.py", folder / "a.hsnap"
    program.write_text(PROGRAM)
    result = heapsnap("run", "-o", path, pythons()[version], program, cwd=folder)
    if result.returncode != 0 or not path.exists():
        raise AssertionError(f"no snapshot of {version}: {result.stdout}{result.stderr}")
    return Export(path)


def on_every_export(test):
    """Runs a test method with the export of PROGRAM's snapshot under each interpreter."""

    @functools.wraps(test)
    def run(self):
        for version in VERSIONS:
            with self.subTest(python=version):
                if networkx is None or version not in pythons():
                    why = "build/site/tests has no networkx" if networkx is None else (
                        "not asked for, or not in build/pythons.txt")
                    print(f"SKIPPED {self.id()} on {version}: {why}")
                    self.skipTest(why)
                test(self, export_of(version))

    return run


class NetworkxTest(FolderTest):
    maxDiff = 2000

    def ids(self, names):
        """A selector of these objects."""
        path = self.folder / f"{len(list(self.folder.iterdir()))}.txt"
        path.write_text("".join(name + "\n" for name in names))
        return f"file:{path}"

    def selected(self, export, selector):
        rows = asked("hist", export.path, "--where", selector, "--by", "id", "-n", 0)["rows"]
        return {row["select"] for row in rows}

    @on_every_export
    def test_the_export_is_whole(self, export):
        self.assertEqual(export.end["nodes"], len(export.size))
        self.assertEqual(export.end["objects"], len(export.objects))
        self.assertEqual(export.end["edges"], export.edges.total())
        self.assertEqual(export.end["roots"], sum(map(collections.Counter.total,
                                                      export.roots.values())))
        self.assertGreater(len(export.roots["unreachable"]), 0)

    @on_every_export
    def test_immediate_dominators_of_all_objects(self, export):
        rows = asked("hist", export.path, "--by", "id,dominator(id)", "-n", 0)["rows"]
        found = {row["kind"][0].split()[-1]: row["kind"][1].split()[-1] for row in rows}
        self.assertEqual(found, {name: export.dominators[name] for name in export.objects})

    @on_every_export
    def test_retained_sizes_of_all_objects(self, export):
        tree = networkx.DiGraph((dominator, name) for name, dominator in export.dominators.items()
                                if name != SOURCE)
        retained = collections.Counter(export.size)
        for name in networkx.dfs_postorder_nodes(tree, SOURCE):
            if name != SOURCE:
                retained[export.dominators[name]] += retained[name]
        rows = asked("top", export.path, "-n", 0)["rows"]
        self.assertEqual({row["object"]: row["retained"] for row in rows},
                         {name: retained[name] for name in export.objects})

    @on_every_export
    def test_cycles(self, export):
        components = [part for part in networkx.strongly_connected_components(export.graph)
                      if len(part) > 1 or export.graph.has_edge(*(2 * list(part)))]
        on_cycles = set().union(*components)
        self.assertEqual(self.selected(export, "cycle(all)"), export.of(on_cycles))
        self.assertGreater(len(components), 10)
        for name in [*export.sample(1, 20), *(next(iter(part)) for part in components[:20])]:
            if name in export.structures:
                continue
            [of_name] = [part for part in components if name in part] or [set()]
            self.assertEqual(self.selected(export, f"cycle({name})"), export.of(of_name))

    @on_every_export
    def test_what_is_reachable(self, export):
        graph = export.graph
        kept = [name for kind in export.roots if kind != "unreachable" for name in export.roots[kind]]
        self.assertEqual(self.selected(export, "reachable"), export.of(closure(graph, kept)))
        for seed in range(3):
            sources, limit = export.sample(seed, 4), export.sample(seed + 100, 4000)
            s, t = self.ids(sources), self.ids(limit)
            for selector, expected in {
                    f"reachable({s})": closure(graph, sources),
                    f"reachable({s}, avoid {t})": closure(graph, sources, limit),
                    f"reachable({s}, until {t})": reached_as_last(graph, sources, limit),
                    f"referents({s})": {b for a in sources for b in graph[a]},
                    f"referrers({s})": {a for b in sources for a in graph.pred[b]},
                    f"dominated({t})": graph.nodes - closure(graph, [SOURCE], limit)}.items():
                with self.subTest(selector=selector):
                    self.assertEqual(self.selected(export, selector), export.of(expected))

    @on_every_export
    def test_lengths_and_numbers_of_shortest_paths(self, export):
        numbers = set()
        # Those in the chain of diamonds have many paths, and each another number of them.
        in_diamonds = [name for name in export.objects if export.type[name] == "__main__.Slots"]
        for target in [*export.sample(7, SAMPLES), *in_diamonds[::4]]:
            expected = export.paths_to(target).total(target)
            numbers.add(expected["paths"])
            found = asked("paths", export.path, target, "--count")["total"]
            self.assertEqual(found, expected, target)
        self.assertGreater(len(numbers), 10)

    @on_every_export
    def test_paths_from_some_objects_without_others(self, export):
        sources, excluded = set(export.sample(9, 200)), set(export.sample(8, 1000))
        s, t = self.ids(sources), self.ids(excluded)
        rest = export.plain.copy()
        rest.remove_nodes_from(excluded)
        once = collections.Counter(sources)
        from_all, from_rest = Paths(export.plain, once), Paths(rest, once)
        lengths = set()
        for target in export.sample(10, SAMPLES // 2):
            for words, paths, less in ((["--from", s], from_all, 1),
                                       (["--from", s, "--exclude", t], from_rest, 1),
                                       (["--exclude", t], export.paths_to(target, rest), 0)):
                expected = paths.total(target, less) if paths else NO_PATH
                found = asked("paths", export.path, target, "--count", *words)["total"]
                self.assertEqual(found, expected, (target, words))
                lengths.add(found["length"])
        self.assertGreater(len(lengths), 5)
        self.assertIn(None, lengths)

    @on_every_export
    def test_the_paths_themselves(self, export):
        listed = 0
        graph = export.plain.copy()
        lead_to(graph, export.targets(TIERS[0]))
        for target in export.sample(11, SAMPLES):
            total = asked("paths", export.path, target, "--count")["total"]
            if int(total["paths"]) > 300 or not networkx.has_path(graph, SOURCE, target):
                continue
            expected = collections.Counter()
            for path in networkx.all_shortest_paths(graph, SOURCE, target):
                number = 1
                for a, b in zip(path, path[1:]):
                    number *= graph[a][b]["weight"]
                expected[tuple(path[1:])] = number
            rows = asked("paths", export.path, target, "-n", 0)["rows"]
            found = collections.Counter(tuple(edge["object"] for edge in row["edges"])
                                        for row in rows)
            self.assertEqual(found, expected)
            listed += 1
        self.assertGreater(listed, 10)


if __name__ == "__main__":
    unittest.main()
