"""export --to heapsnapshot and --to dot: what other programs make of them."""

import collections
import functools
import json
import os
import re
import subprocess
import unittest

from command_line import (HANG, HEAPSNAP, ROOT, FolderTest, answer, asked, heapsnap,
                          new_snapshot, on_every_snapshot, pythons, snapshot)

FIELDS = 7  # numbers of a node
DEVTOOLS = ROOT / "build/devtools"

Node = collections.namedtuple("Node", "shape name id size edges")
Edge = collections.namedtuple("Edge", "shape name source target")


class HeapSnapshot:
    """A .heapsnapshot as the form's own rules read it. Fails where they are broken."""

    def __init__(self, text):
        whole = json.loads(text)
        # The loader scans for the sections in this order.
        assert list(whole) == ["snapshot", "nodes", "edges", "trace_function_infos", "trace_tree",
                               "samples", "locations", "strings"], list(whole)
        meta, self.strings = whole["snapshot"]["meta"], whole["strings"]
        assert len(meta["node_fields"]) == len(meta["node_types"]) == FIELDS
        assert meta["edge_fields"] == ["type", "name_or_index", "to_node"]
        shapes, edge_shapes = meta["node_types"][0], meta["edge_types"][0]
        nodes, edges = whole["nodes"], whole["edges"]
        for number in nodes + edges:
            assert 0 <= number < 2**32, number
        assert len(nodes) == FIELDS * whole["snapshot"]["node_count"]
        assert len(edges) == 3 * whole["snapshot"]["edge_count"]
        self.nodes = [Node(shapes[row[0]], self.strings[row[1]], *row[2:5])
                      for row in zip(*[iter(nodes)] * FIELDS)]
        self.edges, rows = [], zip(*[iter(edges)] * 3)
        for source, node in enumerate(self.nodes):
            for _ in range(node.edges):
                shape, name, target = next(rows)
                shape = edge_shapes[shape]
                assert target % FIELDS == 0 and target < len(nodes), target
                if shape not in ("element", "hidden"):
                    name = self.strings[name]
                self.edges.append(Edge(shape, name, source, target // FIELDS))
        assert next(rows, None) is None, "edges of no node"

    def retained(self):
        """By node, from dominators as Cooper, Harvey and Kennedy find them."""
        out, into = [[] for _ in self.nodes], [[] for _ in self.nodes]
        for edge in self.edges:
            if edge.shape != "weak":
                out[edge.source].append(edge.target)
                into[edge.target].append(edge.source)
        order, place = postorder(out), {}
        for number, node in enumerate(order):
            place[node] = number
        assert len(order) == len(self.nodes), "not all nodes are reached"
        dominator = {0: 0}
        changed = True
        while changed:
            changed = False
            for node in reversed(order[:-1]):
                found = None
                for referrer in into[node]:
                    if referrer not in dominator:
                        continue
                    if found is None:
                        found = referrer
                    while found != referrer:
                        while place[found] < place[referrer]:
                            found = dominator[found]
                        while place[referrer] < place[found]:
                            referrer = dominator[referrer]
                changed |= dominator.get(node) != found
                dominator[node] = found
        sizes = [node.size for node in self.nodes]
        for node in order[:-1]:
            sizes[dominator[node]] += sizes[node]
        return sizes


def postorder(out):
    order, seen, stack = [], {0}, [(0, iter(out[0]))]
    while stack:
        node, targets = stack[-1]
        for target in targets:
            if target not in seen:
                seen.add(target)
                stack.append((target, iter(out[target])))
                break
        else:
            order.append(node)
            stack.pop()
    return order


def number_of(address):
    """The id of an object that is at an address."""
    return int(address[1:], 16) // 16 % 2**31 * 2 + 1


def own_retained(path):
    """{id: retained size} of all objects, by `top`; None if the ids of two meet."""
    rows = asked("top", path, "-n", 0)["rows"]
    found = {number_of(row["object"]): row["retained"] for row in rows}
    return found if len(found) == len(rows) else None


@functools.cache
def with_ids_apart(path):
    """The snapshot, or another one of that program and version: ids meet where addresses want it."""
    version = path.stem
    for i in range(10):
        if own_retained(path) is not None:
            return path
        path = new_snapshot(version, f"{version}.{i}.hsnap")
    raise AssertionError("ids meet in every snapshot")


class HeapSnapshotTest(FolderTest):
    @on_every_snapshot
    def test_the_form_holds_and_the_sizes_that_follow_from_it_are_those_of_top(self, path):
        path = with_ids_apart(path)
        found = HeapSnapshot(answer("export", path, "--to", "heapsnapshot"))
        own = own_retained(path)
        ids = [node.id for node in found.nodes]
        self.assertEqual(len(set(ids)), len(ids))
        self.assertEqual({number for number in ids if number % 2 == 0}, set())
        theirs = dict(zip(ids, found.retained()))
        self.assertLessEqual(set(own), set(theirs))
        self.assertEqual({number: theirs[number] for number in own}, own)
        self.assertEqual(theirs[ids[0]], asked("top", path)["total"]["retained"])

    @on_every_snapshot
    def test_references_are_those_of_jsonl(self, path):
        path = with_ids_apart(path)
        found = HeapSnapshot(answer("export", path, "--to", "heapsnapshot"))
        edges = collections.Counter((found.nodes[edge.source].id, found.nodes[edge.target].id,
                                     edge.shape == "weak") for edge in found.edges
                                    if found.nodes[edge.source].shape != "synthetic")
        own, roots = collections.Counter(), collections.Counter()
        for line in map(json.loads, answer("export", path, "--to", "jsonl").splitlines()):
            for key in ("edges", "weak"):
                for edge in line.get(key, []) if line["record"] == "node" else []:
                    own[number_of(line["object"]), number_of(edge["object"]), key == "weak"] += 1
            if line["record"] == "root":
                roots["(%s)" % line["kind"], number_of(line["object"])] += 1
        self.assertEqual(edges, own)
        self.assertEqual(collections.Counter((found.nodes[edge.source].name,
                                              found.nodes[edge.target].id) for edge in found.edges
                                             if 2 <= edge.source < 8), roots)

    @on_every_snapshot
    def test_objects_have_the_names_of_their_types_and_references_those_of_paths(self, path):
        found = HeapSnapshot(answer("export", path, "--to", "heapsnapshot"))
        count = collections.Counter(node.name for node in found.nodes if node.shape == "object")
        self.assertEqual((count["__main__.Node"], count["__main__.Leaf"]), (1000, 50))
        names = {(found.nodes[edge.source].name, edge.shape, edge.name) for edge in found.edges}
        in_dict = ("dict", "property", "['cache']")  # 3.10: of the dict that each instance has
        self.assertTrue({("__main__.Cache", "property", "cache"), in_dict} & names)
        self.assertTrue({("dict", "property", "['key-7']"), ("list", "element", 49),
                         ("__main__.Node", "internal", "->ob_type")} <= names)
        self.assertIn("wait_for", {node.name for node in found.nodes if node.shape == "closure"})
        self.assertIn("key-7", {node.name for node in found.nodes if node.shape == "string"})
        self.assertIn("<module 'threading'>", count)
        self.assertIn("<type '__main__.Node'>", count)

    def test_text_that_is_no_unicode_stays_valid_json(self):
        path = self.captured('keep = {"\\udc80 \\x00 \\"\\\\ \\x7f": 1, "\\U0001f642 \\ud83d": 2}')
        text = answer("export", path, "--to", "heapsnapshot")
        names = {edge.name for edge in HeapSnapshot(text).edges if edge.shape == "property"}
        self.assertIn("\udc80 \x00 \"\\ \x7f", {node.name for node in HeapSnapshot(text).nodes})
        self.assertTrue(any("\U0001f642" in name for name in names))
        text.encode("utf-8")

    def captured(self, code):
        path = self.folder / "app.hsnap"
        result = heapsnap("run", "-o", path, pythons()["3.11"], "-c", code)
        self.assertEqual(result.returncode, 0, result.stderr)
        return path

    def test_an_export_to_a_pipe_that_closes_is_no_failure(self):
        command = '"$0" export "$1" --to heapsnapshot | head -c 1000 >"$2"; echo "${PIPESTATUS[0]}"'
        result = subprocess.run(["bash", "-c", command, HEAPSNAP, snapshot(), self.folder / "cut"],
                                stdout=subprocess.PIPE, timeout=HANG, text=True)
        self.assertEqual(result.stdout, "0\n")


class DevToolsTest(FolderTest):
    """With the engine of Chrome's DevTools itself."""

    def setUp(self):
        super().setUp()
        if not (DEVTOOLS / "made").exists():
            why = "tests/support/devtools.sh has not made build/devtools"
            print(f"SKIPPED {self.id()}: {why}")
            self.skipTest(why)

    def shown(self, *paths):
        script = ROOT / "tests/support/devtools.mjs"
        result = subprocess.run(["node", script, *paths], capture_output=True, timeout=HANG,
                                env=dict(os.environ, DEVTOOLS=str(DEVTOOLS)))
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        return json.loads(result.stdout)

    def exported(self, path, name="app"):
        out = self.folder / f"{name}.heapsnapshot"
        answer("export", path, "--to", "heapsnapshot", "--force", "-o", out)
        return out

    @on_every_snapshot
    def test_it_finds_our_sizes(self, path):
        shown = self.shown(self.exported(path))
        theirs = {number: retained for number, _, _, retained in shown["nodes"]}
        own = own_retained(path)
        self.assertEqual({number: theirs[number] for number in own}, own)
        total = asked("top", path)["total"]
        self.assertEqual(shown["root"], total["retained"])
        self.assertEqual(sum(size for _, _, size, _ in shown["nodes"]), total["shallow"])

    @on_every_snapshot
    def test_its_classes_are_our_types(self, path):
        shown = self.shown(self.exported(path))
        theirs = collections.Counter(name for _, name, _, _ in shown["nodes"])
        own = {row["kind"]: row["count"] for row in asked("hist", path, "-n", 0)["rows"]}
        for name in ("dict", "list", "tuple", "int", "__main__.Node", "__main__.Leaf"):
            self.assertEqual(theirs[name], own[name], name)
        for theirs_name, name in (("Function", "function"), ("<code>", "code")):
            self.assertEqual(theirs[theirs_name], own[name], name)
        self.assertEqual(theirs["(string)"], own["str"] + own["bytes"])

    def test_its_comparison_knows_objects_again(self):
        program = self.write("program.py", b"""
import heapsnap
class Kept: pass
class Gone: pass
class New: pass
kept, gone = [Kept() for _ in range(20)], [Gone() for _ in range(5)]
heapsnap.capture("first.hsnap")
gone.clear()
new = [New() for _ in range(7)]
""")
        result = heapsnap("run", "-o", "second.hsnap", pythons()["3.11"], program, cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        first, second = (self.exported(self.folder / f"{name}.hsnap", name)
                         for name in ("first", "second"))
        shown = self.shown(first, second)
        self.assertEqual(shown["__main__.New"], [7, 0])
        self.assertEqual(shown["__main__.Gone"], [0, 5])
        self.assertNotIn("__main__.Kept", shown)
        self.assertEqual(self.shown(second, second), {})


class DotTest(FolderTest):
    def read(self, *words):
        """(nodes {name: label}, arrows [(from, to, label)]) as Graphviz reads the drawing."""
        path = self.folder / "drawing.dot"
        answer("export", snapshot(), "--to", "dot", "--force", "-o", path, *words)
        drawing = json.loads(subprocess.run(["dot", "-Tdot_json", path], check=True, timeout=HANG,
                                            capture_output=True).stdout)
        names = [node["name"] for node in drawing["objects"]]
        nodes = {node["name"]: node["label"] for node in drawing["objects"]}
        arrows = [(names[arrow["tail"]], names[arrow["head"]], arrow["label"])
                  for arrow in drawing.get("edges", [])]
        self.assertEqual(len(nodes), len(names))
        return nodes, arrows

    def test_graphviz_reads_a_set_and_what_is_around_it(self):
        [cache] = asked("top", snapshot(), "--where", "type:__main__.Cache", "-n", 1)["rows"]
        name = cache["object"][1:]
        nodes, arrows = self.read("--where", "type:__main__.Cache")
        self.assertIn("__main__.Cache", nodes[name])
        self.assertRegex(nodes[name], r"\d B, retains ")
        shown = asked("show", snapshot(), cache["object"], "-n", 0)
        strong = {edge["object"][1:] for edge in shown["referents"] if not edge["weak"]}
        self.assertEqual({head for tail, head, _ in arrows if tail == name}, strong)
        self.assertLessEqual({edge["object"][1:] for edge in shown["referrers"]
                              if edge["object"] and not edge["weak"]},
                             {tail for tail, head, _ in arrows if head == name})

    def test_steps_and_nodes_are_bounded_and_what_is_left_out_is_said(self):
        nodes, _ = self.read("--where", "type:__main__.Cache", "--depth", 0)
        self.assertEqual(len(nodes), 1)
        words = ["export", snapshot(), "--to", "dot", "--where", "type:__main__.Node", "-n", 10]
        result = heapsnap(*words)
        self.assertEqual(result.stdout.count("retains"), 10)
        said = re.search(r"(\d+) nodes are drawn, .*; (\d+) more are left out", result.stderr)
        self.assertEqual(said[1], "10")
        self.assertGreaterEqual(int(said[2]), 995)
        everything = heapsnap("export", snapshot(), "--to", "dot", "--where", "type:__main__.Node",
                              "--depth", 0, "-n", 0)
        self.assertEqual((everything.stdout.count("retains"), everything.stderr), (1000, ""))

    def test_two_nodes_have_one_arrow_of_a_kind(self):
        _, arrows = self.read("--where", "type:__main__.Leaf", "--depth", 2)
        self.assertEqual(len(arrows), len({(tail, head, label) for tail, head, label in arrows}))

    def test_hostile_names_stay_names(self):
        hostile = 'x"]; a -> b; /* \\N \n <b> &amp; \x00'
        code = f"class C: pass\nC.__qualname__ = {hostile!r}\nkeep = {{{hostile!r}: C()}}"
        path = self.folder / "hostile.hsnap"
        result = heapsnap("run", "-o", path, pythons()["3.11"], "-c", code)
        self.assertEqual(result.returncode, 0, result.stderr)
        text = answer("export", path, "--to", "dot", "--where", "type:__main__.*")
        drawing = self.write("hostile.dot", text.encode())
        found = json.loads(subprocess.run(["dot", "-Tdot_json", drawing], check=True,
                                          capture_output=True, timeout=HANG).stdout)
        for node in found["objects"]:
            self.assertRegex(node["name"], "^(0x[0-9a-f]+|thread|interpreter|static-type|immortal|"
                                           "held-by-c|unreachable)$")
        self.assertTrue([node for node in found["objects"] if r'__main__.x"]; a -> b; /* \\N \\n <b> ' in node["label"]])
        self.assertTrue([arrow for arrow in found["edges"] if r'x"]; a -> b; /* ' in arrow["label"]])

    def test_what_only_drawings_have_is_refused_elsewhere(self):
        for words in (["--where", "all"], ["--depth", 2], ["-n", 5]):
            for form in ("jsonl", "heapsnapshot"):
                result = heapsnap("export", snapshot(), "--to", form, *words)
                self.assertEqual(result.returncode, 2)
                self.assertIn(f"{words[0]} is for --to dot", result.stderr)


if __name__ == "__main__":
    unittest.main()
