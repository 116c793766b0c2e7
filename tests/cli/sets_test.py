"""Selectors, classifiers, set and refs on snapshots of every supported CPython."""

import csv
import io
import re
import unittest

import jsonschema

from command_line import (FolderTest, answer, asked, heapsnap, on_every_snapshot, pythons,
                          snapshot, versions)
from render_test import validator

CLASSIFIERS = ("type", "clodo", "size", "module", "package", "rcs", "via", "root", "dominator",
               "unity", "rcs(type)", "rcs(size)", "rcs(via)", "dominator(clodo)", "type,size",
               "first(type:dict; size>100)", "via,rcs(type)")


def figures(row):
    return {key: row[key] for key in ("count", "shallow", "retained")}


def measured(path, selector):
    return asked("set", path, selector)["total"]


class RowTest(FolderTest):
    @on_every_snapshot
    def test_the_selector_of_a_row_yields_the_row(self, path):
        for by in CLASSIFIERS:
            rows = asked("hist", path, "--by", by, "-n", 200, "--sort", "retained")["rows"]
            for row in rows[:4] + rows[4::50]:
                with self.subTest(by=by, select=row["select"]):
                    self.assertEqual(measured(path, row["select"]), figures(row))

    def test_the_selector_of_a_row_pastes_from_a_table_whatever_the_name(self):
        names = ("\u202e", "a\u200bb", "\u00ad'\"", "\U000e0041", "\x85\n", "*\\u0041")
        program = self.write("names.py", f"C = [type(n, (), {{}})() for n in {names!a}]".encode())
        path = self.folder / "names.hsnap"
        made = heapsnap("run", "-q", "-o", path, pythons()[versions()[-1]], program)
        self.assertEqual(made.returncode, 0, made.stderr)
        table = answer("hist", path, "-n", 0, "-f", "csv", "--where", "type:__main__.*")
        rows = list(csv.DictReader(io.StringIO(table)))
        self.assertEqual(len(rows), len(names))
        for row in rows:
            self.assertEqual(measured(path, row["select"])["count"], 1, row)

    @on_every_snapshot
    def test_where_narrows_every_figure(self, path):
        whole = measured(path, "type:__main__.Node")
        self.assertEqual(whole["count"], 1000)
        self.assertGreater(whole["retained"], whole["shallow"])
        for by in CLASSIFIERS:
            found = asked("hist", path, "--by", by, "--where", "type:__main__.Node", "-n", 2,
                          "--sort", "retained")
            self.assertEqual(found["total"], whole)
            parts = found["rows"] + ([found["others"]] if found["others"] else [])
            for key in ("count", "shallow"):
                self.assertEqual(sum(part[key] for part in parts), whole[key])

    @on_every_snapshot
    def test_sorts_by_what_rows_retain(self, path):
        rows = asked("hist", path, "--sort", "retained", "-n", 0)["rows"]
        found = [row["retained"] for row in rows]
        self.assertEqual(found, sorted(found, reverse=True))
        first = asked("hist", path, "--sort", "retained", "-n", 3)["rows"]
        self.assertEqual(first, rows[:3])

    @on_every_snapshot
    def test_rows_are_the_same_whether_edges_are_read_or_not(self, path):
        for by in ("type", "size", "module", "package", "unity", "module,size"):
            for sort in ("shallow", "count", "name"):
                counted = asked("hist", path, "--by", by, "--sort", sort)
                of_graph = asked("hist", path, "--by", by, "--sort", sort, "--where", "all")
                self.assertEqual(counted, of_graph)


class SubsetTest(unittest.TestCase):
    """Rows of a part of the heap: their selectors yield no more than the row."""

    def check(self, path, rows):
        self.assertGreaterEqual(len(rows), 2)
        for row in rows[:2]:
            with self.subTest(select=row["select"]):
                again = measured(path, row["select"])
                for key in {"count", "shallow", "retained"} & {*row}:
                    self.assertEqual(again[key], row[key])

    def test_of_what_where_narrows(self):
        path = snapshot()
        for where, by in {"type:dict | type:str & size>60": "size", "!(size<100)": "via",
                          "referents(type:__main__.Node)": "type,rcs(type)",
                          "all - type:str": "dominator"}.items():
            self.check(path, asked("hist", path, "--where", where, "--by", by, "--sort",
                                   "retained", "-n", 40)["rows"])

    def test_of_what_is_at_the_other_ends_of_references(self):
        path = snapshot()
        for direction, by in ("--in", "type"), ("--out", "size,type"):
            self.check(path, asked("refs", path, "type:dict | type:str & size>60", direction,
                                   "--by", by)["rows"])

    def test_of_garbage_and_of_the_pattern_of_references(self):
        path = snapshot()
        self.check(path, asked("garbage", path)["sections"]["held_by_c"]["rows"])
        rows = asked("refpat", path, "type:__main__.Node | type:int")["rows"]
        self.check(path, [row for row in rows if not row["kind"].startswith("<")])

    def test_a_selector_has_the_parentheses_that_it_needs(self):
        def selects(where):
            return [row["select"] for row in
                    asked("hist", snapshot(), "--where", where, "-n", 1)["rows"]]

        self.assertEqual(selects("type:dict | type:dict"),
                         ["(type:dict | type:dict) & type:dict"])
        self.assertEqual(selects("type:dict & size>1"), ["type:dict & size>1 & type:dict"])
        self.assertEqual(selects("all & type:dict"), ["all & type:dict & type:dict"])
        self.assertEqual(selects("!(!type:dict)"), ["!!type:dict & type:dict"])
        [row] = asked("refs", snapshot(), "type:__main__.Leaf", "--in", "--by", "unity")["rows"]
        self.assertEqual(row["select"], "referrers(type:__main__.Leaf)")


class SetTest(unittest.TestCase):
    @on_every_snapshot
    def test_the_program_is_found_by_what_it_did(self, path):
        for selector, count in {
                "type:__main__.Node": 1000, "type:__main__.Leaf": 50, "type:__main__.*": 1051,
                "class:__main__.Node": 1000, "module:__main__": 1051, "none": 0,
                "referrers(type:__main__.Node)": 1, "via:\"['key-7']\" & type:__main__.Node": 1,
                "dominated(type:__main__.Leaf)": 50}.items():
            with self.subTest(selector=selector):
                self.assertEqual(measured(path, selector)["count"], count)

    @on_every_snapshot
    def test_an_attribute_is_named_alike_wherever_the_version_keeps_it(self, path):
        for selector, count in {
                "follow(type:module, .leaves)": 1, "via:.leaves": 1, "via=={.leaves}": 1,
                "via=={['leaves']}": 1, "follow(type:module, ['leaves'])": 0,
                "follow(type:module, .cache) & type:__main__.Cache": 1,
                "follow(type:__main__.Cache, .cache)": 1, "follow(type:__main__.Node, .tags)": 1000,
                "via:.tags & type:dict": 1000, "via=={.tags} & type:dict": 1000,
                "via>={.tags} & type:dict": 1000, "via!={.tags} & via:.tags": 0}.items():
            with self.subTest(selector=selector):
                self.assertEqual(measured(path, selector)["count"], count)

    @on_every_snapshot
    def test_complements_and_reachability_make_a_whole(self, path):
        whole = asked("info", path)["snapshot"]["objects"]
        for a in ("type:dict", "reachable", "size>100", "held-by-c", "cycle(all)", "via:.__dict__"):
            count = sum(measured(path, part)["count"] for part in (a, f"!({a})"))
            self.assertEqual(count, whole)

    def test_everything_is_freed_with_everything(self):
        total = measured(snapshot(), "all")
        self.assertEqual(total["retained"], total["shallow"])

    def test_a_mistake_is_a_usage_error_with_the_nearest_name(self):
        for selector, hint in {"tpye:dict": "did you mean 'type'?",
                               "type:dcit": "did you mean 'dict'?",
                               "via:['tags']": "did you mean '.tags'?",
                               "via:.key-7": "did you mean '['key-7']'?",
                               "via:.leavse": "did you mean '.leaves'?",
                               "type:Leaf": "did you mean '__main__.Leaf'?",
                               "all &none": "character 5",
                               "@0x10": "no object starts at @0x10",
                               "rcs=={lsit}": "did you mean 'list'?",
                               "rcs=={zzzzzzzz}": "hist --by clodo -n 0 has all names",
                               "class:zzzzzzzz": "hist --by type -n 0 has all names",
                               "root:foo": "'interpreter'",
                               "type :dict": "expected : right behind type",
                               "follow(all, i)": "did you mean '.i'?",
                               "follow(type:__main__.Leaf, .nope)": "called '.nope' by via",
                               "file:/dev/zero": "one of its lines is too long",
                               "alloc:app.py": "does not say where objects were allocated"}.items():
            result = heapsnap("set", snapshot(), selector)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn(hint, result.stderr)

    def test_an_address_that_dominates_nothing_is_answered_by_one_that_does(self):
        result = heapsnap("set", snapshot(), "dominator(id):@0x1")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        near = re.search(r"did you mean '(@0x[0-9a-f]+)'", result.stderr)
        if near:
            answer("show", snapshot(), near[1])
        else:
            self.assertIn("hist --by dominator(id) -n 0 has all names", result.stderr)

    def test_a_label_that_edges_have_elsewhere_is_no_mistake(self):
        self.assertEqual(measured(snapshot(), "follow(type:str, ->ob_type) & none")["count"], 0)
        self.assertEqual(measured(snapshot(), "follow(type:int & none, ->ob_type)")["count"], 0)

    def test_nothing_is_no_selector(self):
        path = snapshot()
        for words in (("set", path, ""), ("set", path, " "), ("paths", path, ""),
                      ("paths", path, "all", "--from", ""), ("paths", path, "all", "--exclude", ""),
                      ("refs", path, "", "--in"), ("refs", path, "all", "--in", "--by", ""),
                      ("hist", path, "--where", ""), ("hist", path, "--where="),
                      ("top", path, "--where", ""), ("refpat", path, ""),
                      ("refpat", path, "all", "--stop", ""), ("tree", path, ""),
                      ("export", path, "--to", "dot", "--where", "")):
            with self.subTest(words=words[2:]):
                result = heapsnap(*words)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                if not {"--by", "--where=", "tree"} & {*words}:
                    self.assertIn("all is all objects", result.stderr)


class MixedTest(FolderTest):
    """Objects of one class, of which three have a __dict__ and seven do not: so it is on 3.11."""

    @unittest.skipUnless("3.11" in pythons(), "no Python 3.11")
    def test_both_spellings_in_one_snapshot_are_told_apart_by_rows_alone(self):
        program = self.write("mixed.py", b"""
class Mixed:
    def __init__(self):
        self.mixed_tags = []

kept = [Mixed() for _ in range(10)]
for one in kept[:3]:
    one.__dict__
""")
        path = self.folder / "mixed.hsnap"
        answer("run", "-q", "-o", path, pythons()["3.11"], program)
        rows = asked("hist", path, "--by", "via", "--where", "via:.mixed_tags")["rows"]
        self.assertEqual({row["kind"]: row["count"] for row in rows},
                         {".mixed_tags": 7, "['mixed_tags']": 3})
        for row in rows:
            self.assertEqual(measured(path, row["select"])["count"], row["count"])
        for selector in ("via:.mixed_tags", "via=={.mixed_tags}",
                         "follow(type:__main__.Mixed, .mixed_tags)"):
            self.assertEqual(measured(path, selector)["count"], 10, selector)


class RefsTest(unittest.TestCase):
    @on_every_snapshot
    def test_edges_are_those_that_show_prints(self, path):
        for direction, key in (("--in", "referrers"), ("--out", "referents")):
            rows = asked("refs", path, "type:__main__.*", direction, "-n", 0)["rows"]
            for row in rows[::100]:
                shown = asked("show", path, row["object"], "-n", 0)[key]
                expected = [(edge["label"], edge["object"], edge["type"]) for edge in shown
                            if not edge["weak"]]
                found = [(edge["label"], edge["object"], edge["type"]) for edge in row["edges"]]
                self.assertEqual(sorted(found, key=str), sorted(expected, key=str))
                self.assertEqual(row["count"], len(found))

    @on_every_snapshot
    def test_a_limit_hides_rows_and_edges_but_not_their_number(self, path):
        few = asked("refs", path, "type:__main__.Node", "--out", "-n", 2)
        whole = asked("refs", path, "type:__main__.Node", "--out", "-n", 0)
        self.assertEqual(few["total"], whole["total"])
        self.assertEqual([row["count"] for row in few["rows"]],
                         [row["count"] for row in whole["rows"][:2]])
        self.assertEqual(few["rows"][0]["edges"], whole["rows"][0]["edges"][:2])
        self.assertEqual(few["others"]["rows"], 998)

    @on_every_snapshot
    def test_a_partition_of_referrers_is_that_of_their_set(self, path):
        for direction, function in (("--in", "referrers"), ("--out", "referents")):
            found = asked("refs", path, "type:__main__.Node", direction, "--by", "clodo")
            whole = asked("hist", path, "--where", f"{function}(type:__main__.Node)",
                          "--by", "clodo")
            for key in ("rows", "others", "total"):
                self.assertEqual(found[key], whole[key])

    @on_every_snapshot
    def test_answers_are_as_their_schemas_say(self, path):
        validator("set").validate(asked("set", path, "type:dict"))
        for words in (("--in",), ("--out",), ("--in", "--by", "type,size")):
            validator("refs").validate(asked("refs", path, "type:dict | roots", *words, "-n", 50))
        spoiled = asked("refs", path, "type:dict", "--in")
        del spoiled["rows"][0]["edges"]
        with self.assertRaises(jsonschema.ValidationError):
            validator("refs").validate(spoiled)

    def test_a_direction_must_be_given(self):
        result = heapsnap("refs", snapshot(), "all")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--in", result.stderr)
        self.assertEqual(heapsnap("refs", snapshot(), "all", "--in", "--out").returncode, 2)

    def test_tables_name_both_ends(self):
        lines = answer("refs", snapshot(), "type:__main__.Cache", "--out").splitlines()
        self.assertRegex("\n".join(lines), r"->ob_type @0x[0-9a-f]+")


if __name__ == "__main__":
    unittest.main()
