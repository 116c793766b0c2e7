"""top and paths on snapshots of every supported CPython."""

import collections
import json
import unittest

from command_line import answer, asked, heapsnap, on_every_snapshot, snapshot
from render_test import validator


class TopTest(unittest.TestCase):
    @on_every_snapshot
    def test_the_largest_come_first_and_each_retains_what_its_set_does(self, path):
        found = asked("top", path, "-n", 30)
        validator("top").validate(found)
        sizes = [row["retained"] for row in found["rows"]]
        self.assertEqual(sizes, sorted(sizes, reverse=True))
        for row in found["rows"][::6]:
            alone = asked("set", path, row["object"])["total"]
            self.assertEqual((alone["retained"], alone["shallow"]),
                             (row["retained"], row["shallow"]))
        others = found["others"]
        self.assertEqual(others["rows"] + 30, found["snapshot"]["objects"])
        self.assertEqual(others["shallow"] + sum(row["shallow"] for row in found["rows"]),
                         found["snapshot"]["shallow"])
        self.assertEqual(found["total"]["retained"], found["snapshot"]["shallow"])

    @on_every_snapshot
    def test_where_narrows_it(self, path):
        found = asked("top", path, "--where", "type:__main__.*", "-n", 0)
        self.assertEqual(found["rows"][0]["type"], "__main__.Cache")
        self.assertEqual(len(found["rows"]), 1051)
        self.assertIsNone(found["others"])
        whole = asked("set", path, "type:__main__.*")["total"]
        self.assertEqual(found["total"], {key: whole[key] for key in ("retained", "shallow")})


class PathsTest(unittest.TestCase):
    @on_every_snapshot
    def test_a_path_reads_as_python(self, path):
        rows = asked("paths", path, "via:\"['key-7']\" & type:__main__.Node",
                     "--exclude", "type:*frame")["rows"]
        [row] = [row for row in rows if row["path"].startswith("sys.")]
        self.assertEqual(row["path"], "sys.modules['__main__'].cache.cache['key-7']")
        self.assertEqual(len(row["edges"]), row["length"])
        self.assertEqual(row["edges"][-1]["label"], "['key-7']")
        self.assertEqual(row["edges"][-1]["type"], "__main__.Node")
        rows = asked("paths", path, "type:threading.Event", "--exclude", "type:module")["rows"]
        local = r"^thread 0x[0-9a-f]+ Waiter: .*program.py:\d+ wait_for\(\)\.event$"
        self.assertRegex("\n".join(row["path"] for row in rows), "(?m)" + local)

    @on_every_snapshot
    def test_every_path_is_one_of_edges_that_show_knows(self, path):
        for row in asked("paths", path, "type:__main__.Leaf", "-k", 3)["rows"]:
            for edge, after in zip(row["edges"][1:], row["edges"][2:]):
                shown = asked("show", path, edge["object"], "-n", 0)["referents"]
                self.assertIn(after, [{key: other[key] for key in after} for other in shown])

    @on_every_snapshot
    def test_the_first_and_the_last_paths_are_of_one_list(self, path):
        select = "type:__main__.Leaf"
        paths = asked("paths", path, select, "-n", 0)["rows"]
        count = asked("paths", path, select, "--count")["total"]
        self.assertEqual(count, {"paths": str(len(paths)), "length": paths[0]["length"]})
        self.assertGreaterEqual(len(paths), 50)
        self.assertEqual(asked("paths", path, select, "-k", 5)["rows"], paths[:5])
        self.assertEqual(asked("paths", path, select, "-k", -5)["rows"], paths[-5:])

    @on_every_snapshot
    def test_what_is_avoided_is_on_no_path(self, path):
        select = "type:__main__.Node"
        for words in (["--avoid-edge", "['cache']"], ["--avoid-edge", "[*]"],
                      ["--exclude", "type:__main__.Cache"], ["--avoid-level", 4]):
            found = asked("paths", path, select, "-k", 3, *words)
            validator("paths").validate(found)
            for row in found["rows"]:
                self.assertNotIn(".cache.cache[", row["path"])

    @on_every_snapshot
    def test_an_export_searched_by_hand_has_as_many_paths_as_long(self, path):
        lines = map(json.loads, answer("export", path, "--to", "jsonl").splitlines())
        nodes, level = {}, collections.Counter()
        for line in lines:
            if line["record"] == "node":
                nodes[line["object"]] = line
            if line["record"] == "root" and line["kind"] in ("thread", "interpreter"):
                level[line["object"]] += 1
        seen, length = set(level), 1
        targets = {name for name, node in nodes.items() if node["type"] == "__main__.Leaf"}
        while not targets & set(level):
            following = collections.Counter()
            for name, paths in level.items():
                for edge in nodes[name].get("edges", []):
                    if edge["object"] not in seen:
                        following[edge["object"]] += paths
            seen |= set(following)
            level, length = following, length + 1
        count = sum(level[name] for name in targets)
        self.assertEqual(asked("paths", path, "type:__main__.Leaf", "--count")["total"],
                         {"paths": str(count), "length": length})

    @on_every_snapshot
    def test_every_form_of_the_answer_is_as_its_schema_says(self, path):
        for words in ([], ["--count"], ["--edges-at", 1, "-n", 1], ["--from", "none"],
                      ["--from", "type:module", "--count"]):
            validator("paths").validate(asked("paths", path, "type:__main__.Leaf", *words))

    @on_every_snapshot
    def test_an_attribute_is_avoided_as_a_path_prints_it(self, path):
        for select, label in (("Node", ".cache"), ("Node", ".cach*"), ("Leaf", ".leaves")):
            words = "paths", path, f"type:__main__.{select}", "--from", "type:module", "-k", 3
            for row in asked(*words)["rows"]:
                self.assertIn({"Node": ".cache.cache[", "Leaf": ".leaves["}[select], row["path"])
            self.assertEqual(asked(*words, "--avoid-edge", label)["rows"], [])

    def test_no_path_is_no_error(self):
        result = heapsnap("paths", snapshot(), "type:__main__.Leaf", "--from", "none")
        self.assertEqual((result.returncode, result.stderr),
                         (0, "heapsnap: no path leads there\n"))
        result = heapsnap("paths", snapshot(), "type:*Evil*")
        self.assertEqual((result.returncode, result.stderr),
                         (0, "heapsnap: the selector yields no object\n"))

    def test_a_path_of_no_step_names_its_object(self):
        select = "type:__main__.Leaf"
        leaves = {row["object"] for row in asked("top", snapshot(), "--where", select, "-n", 0)["rows"]}
        found = asked("paths", snapshot(), select, "--from", select, "-n", 0)
        validator("paths").validate(found)
        self.assertEqual({row["path"] for row in found["rows"]}, leaves)
        self.assertEqual([row["length"] for row in found["rows"]], [0] * 50)
        for count in 3, -3:
            some = asked("paths", snapshot(), select, "--from", select, "-k", count)["rows"]
            self.assertEqual(some, found["rows"][:3] if count > 0 else found["rows"][-3:])

    def test_so_many_paths_is_not_none(self):
        for count in ("0", "-0", "x", ""):
            result = heapsnap("paths", snapshot(), "all", "-k", count)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn("no number of paths", result.stderr)

    def test_a_mistyped_label_is_told(self):
        for label, hint in {"sl": "did you mean '.sl'?", "7": "did you mean '[7]'?",
                            ".cachee": "did you mean '.cache", "['key-7777']": "did you mean"}.items():
            result = heapsnap("paths", snapshot(), "type:__main__.Leaf", "--avoid-edge", label)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn(hint, result.stderr)
        for label in "[*]", "['key-7']", "['nope*']":
            self.assertTrue(answer("paths", snapshot(), "type:__main__.Leaf", "--avoid-edge", label))

    def test_a_label_that_is_none_is_a_mistake(self):
        result = heapsnap("paths", snapshot(), "all", "--avoid-edge", "(")
        self.assertEqual(result.returncode, 2)
        self.assertIn("'(' is no label", result.stderr)


if __name__ == "__main__":
    unittest.main()
