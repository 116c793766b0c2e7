"""tree, refpat, modules, garbage and suspects on snapshots of every supported CPython."""

import os
import textwrap
import unittest

from command_line import FolderTest, answer, asked, heapsnap, on_every_snapshot, pythons, snapshot
from render_test import validator

CLASSIFIERS = ("type", "clodo", "size", "id", "module", "rcs", "via", "root", "dominator",
               "unity", "first(type:dict; roots)", "type,size")


def measured(path, selector):
    return asked("set", path, selector)["total"]


def named(rows, kind):
    [row] = [row for row in rows if row["kind"] == kind]
    return row


def depths_agree(rows):
    return all(row["depth"] == (0 if row["parent"] is None else rows[row["parent"]]["depth"] + 1)
               for row in rows)


class TreeTest(unittest.TestCase):
    @on_every_snapshot
    def test_rows_add_up_at_the_top_and_in_all(self, path):
        whole = asked("info", path)["snapshot"]
        for by in CLASSIFIERS:
            found = asked("tree", path, "--by", by, "-n", 40)
            rows = found["rows"]
            others = found["others"] or {"retained": 0, "count": 0, "shallow": 0}
            self.assertTrue(depths_agree(rows))
            self.assertEqual(found["total"], {"retained": whole["shallow"],
                                              "count": whole["objects"],
                                              "shallow": whole["shallow"]})
            top = sum(row["retained"] for row in rows if row["depth"] == 0)
            self.assertEqual(top + others["retained"], whole["shallow"])
            for key in ("count", "shallow"):
                self.assertEqual(sum(row[key] for row in rows) + others[key], found["total"][key])

    @on_every_snapshot
    def test_a_row_has_its_own_bytes_and_those_below_it(self, path):
        rows = asked("tree", path, "-n", 0)["rows"]
        left = [row["retained"] - row["shallow"] for row in rows]
        for row in rows:
            if row["parent"] is not None:
                left[row["parent"]] -= row["retained"]
        self.assertEqual({*left}, {0})

    @on_every_snapshot
    def test_a_tree_of_one_object_is_what_it_retains(self, path):
        [cache] = asked("top", path, "--where", "type:__main__.Cache")["rows"]
        found = asked("tree", path, cache["object"], "--by", "type", "-n", 0)
        self.assertEqual(found["total"]["retained"], cache["retained"])
        self.assertEqual(found["rows"][0]["object"], cache["object"])
        nodes = named(found["rows"], "__main__.Node")
        self.assertEqual(nodes["count"], 1000)
        self.assertEqual(nodes["retained"], measured(path, "type:__main__.Node")["retained"])

    def test_no_object_is_a_usage_error(self):
        for word in ("@0x10", "0x", "Node"):
            result = heapsnap("tree", snapshot(), word)
            self.assertEqual((result.returncode, result.stdout), (2, ""))


class PatternTest(FolderTest):
    @on_every_snapshot
    def test_the_selector_of_a_row_yields_the_row(self, path):
        for options in ((), ("--imdom", "--depth", 2), ("--by", "type", "--no-cycles"),
                        ("--stop", "none", "--depth", 4)):
            found = asked("refpat", path, "type:__main__.Leaf", "-n", 12, *options)
            validator("refpat").validate(found)
            self.assertTrue(depths_agree(found["rows"]))
            for row in found["rows"]:
                if row["kind"].startswith("<"):
                    continue  # a thread or a frame without an object: no selector yields it
                again = measured(path, row["select"])
                self.assertEqual((again["count"], again["shallow"]),
                                 (row["count"], row["shallow"]), row["select"])

    @on_every_snapshot
    def test_immediate_referrers_of_what_an_interpreter_or_a_frame_refers_to(self, path):
        for selector in "type:list", "type:dict", "type:module", "type:type":
            found = asked("refpat", path, selector, "--imdom", "--depth", 1, "-n", 0)["rows"]
            rows = [row for row in found[1:] if not row["kind"].startswith("<")]
            held = f"referrers({selector})"
            whole = measured(path, f"{held} & reachable(roots, until {held})")
            self.assertEqual(sum(row["count"] for row in rows), whole["count"])
            several = [row for row in rows if row["count"] > 1]
            for row in several[:6]:
                self.assertEqual(measured(path, row["select"])["count"], row["count"],
                                 row["select"])

    @on_every_snapshot
    def test_it_shows_who_holds_what_the_program_made(self, path):
        rows = asked("refpat", path, "type:__main__.Node")["rows"]
        self.assertEqual([(row["mark"], row["count"], row["kind"]) for row in rows[:2]],
                         [("[-]", 1000, "type:__main__.Node"), ("[-]", 1, "dict (no owner)")])
        self.assertIn("__main__.Cache", [row["kind"] for row in rows])
        self.assertIn(("[S]", "dict of module"), [(row["mark"], row["kind"]) for row in rows])

    def test_a_selector_does_not_grow_with_the_depth_without_bound(self):
        program = """
            x, y = [1.5], [2.5]
            for i in range(40):
                x, y = [x], [y]
                x, y = (x,), (y,)
            top = [x, y]
        """
        path = self.folder / "deep.hsnap"
        script = self.write("deep.py", textwrap.dedent(program).encode())
        self.assertEqual(heapsnap("run", "-o", path, pythons()["3.11"], script).returncode, 0)
        for options in (), ("--imdom",):
            rows = asked("refpat", path, "type:float & via:[0]", "--depth", 200, "-n", 0,
                         *options)["rows"]
            self.assertGreater(max(row["depth"] for row in rows), 70)
            for row in rows[::9]:
                self.assertLess(len(row["select"]), 200)  # of two objects, wherever they are
                self.assertEqual(measured(path, row["select"])["count"], row["count"])
            self.assertNotIn(None, [row["select"] for row in rows if row["count"]])

    def test_an_answer_grows_with_its_rows_and_not_with_their_depth(self):
        program = """
            class Leaf: pass
            top = Leaf()
            for i in range(2000):
                top = [top]
        """
        path = self.folder / "chain.hsnap"
        script = self.write("chain.py", textwrap.dedent(program).encode())
        self.assertEqual(heapsnap("run", "-o", path, pythons()["3.11"], script).returncode, 0)
        sizes, tables = [], []
        for depth in 400, 800, 1600:
            words = ("refpat", path, "type:__main__.Leaf", "--depth", depth, "-n", 0)
            self.assertEqual(len(asked(*words)["rows"]), depth + 1)
            sizes.append(len(answer(*words, "-f", "json")))
            tables.append(len(answer(*words)))
        for bytes in sizes, tables:
            self.assertLess(bytes[2] - bytes[1], 2.2 * (bytes[1] - bytes[0]))
        self.assertEqual({*asked(*words)["rows"][0]},
                         {"mark", "count", "shallow", "object", "depth", "parent", "same", "kind",
                          "select"})

    def test_no_depth_is_all_levels_and_one_is_one(self):
        deepest = max(row["depth"] for row in asked("refpat", snapshot(), "type:__main__.Leaf",
                                                    "--depth", 0, "-n", 0)["rows"])
        self.assertGreater(deepest, 1)
        for words, most in ((["refpat", "type:__main__.Leaf"], 1), (["tree"], 0)):
            rows = asked(words[0], snapshot(), *words[1:], "--depth", 1, "-n", 0)["rows"]
            self.assertEqual(max(row["depth"] for row in rows), most)
        [cache] = asked("top", snapshot(), "--where", "type:__main__.Cache")["rows"]
        rows = asked("tree", snapshot(), cache["object"], "--depth", 1, "-n", 0)["rows"]
        self.assertEqual(max(row["depth"] for row in rows), 1)

    def test_mistakes_are_usage_errors(self):
        for words in (("type:nothing",), ("all", "--by", "tpye"), ("all", "--stop", "type:nothing"),
                      ("all", "--depth", -1)):
            result = heapsnap("refpat", snapshot(), *words)
            self.assertEqual((result.returncode, result.stdout), (2, ""))


class ModulesTest(unittest.TestCase):
    @on_every_snapshot
    def test_a_module_keeps_what_only_its_namespace_leads_to(self, path):
        sections = asked("modules", path, "-n", 0)["sections"]
        main = named(sections["modules"]["rows"], "__main__")
        self.assertGreater(main["retained"], measured(path, "type:__main__.Node")["retained"])
        for section in sections.values():
            self.assertEqual(section["rows"], sorted(section["rows"], key=lambda row:
                                                     -row["retained"]))
            for row in section["rows"][:10]:
                again = measured(path, row["select"])
                self.assertEqual((again["retained"], again["shallow"]),
                                 (row["retained"], row["shallow"]))

    @on_every_snapshot
    def test_every_module_of_the_process_is_there(self, path):
        sections = asked("modules", path, "-n", 0)["sections"]
        names = [row["kind"] for row in sections["modules"]["rows"]]
        self.assertLessEqual({"__main__", "sys", "builtins", "threading"}, {*names})
        self.assertEqual(len(names), measured(path, "type:module")["count"])
        packages = [row["kind"] for row in sections["packages"]["rows"]]
        self.assertEqual(sorted(packages), sorted({name.split(".")[0] for name in names}))


class GarbageTest(FolderTest):
    PROGRAM = """
        import gc
        gc.disable()
        class Node: pass
        for i in range(10):
            a, b = Node(), Node()
            a.other, b.other, a.text = b, a, str(i) * 1000
        del a, b
    """

    def test_cycles_are_found_on_every_version(self):
        for version, python in pythons().items():
            with self.subTest(python=version):
                path = self.folder / f"{version}.hsnap"
                program = self.write("cycles.py", textwrap.dedent(self.PROGRAM).encode())
                result = heapsnap("run", "-o", path, python, program)
                self.assertEqual(result.returncode, 0, result.stderr)
                found = asked("garbage", path, "-n", 0)
                validator("garbage").validate(found)
                sections = found["sections"]
                nodes = named(sections["unreachable"]["rows"], "__main__.Node")
                self.assertEqual(nodes["count"], 20)
                ours = [row for row in sections["cycles"]["rows"] if "__main__.Node" in row["kind"]]
                self.assertEqual(len(ours), 10)
                for row in ours:
                    self.assertGreater(row["retained"], 1000)
                    again = measured(path, row["select"])
                    self.assertEqual([again[key] for key in ("count", "shallow", "retained")],
                                     [row[key] for key in ("count", "shallow", "retained")])

    MADE = """
        import gc
        gc.disable()
        for _ in range(100):
            a, b = [], []
            a.append(b), b.append(a)
        del a, b
    """

    def test_the_garbage_is_what_the_program_made_and_nothing_of_ours(self):
        customs = self.folder / "customs"  # in the place of which ours was imported
        customs.mkdir()
        for version, python in pythons().items():
            for custom in ("pass", "import nonsense"):
                with self.subTest(python=version, custom=custom):
                    (customs / "sitecustomize.py").write_text(custom)
                    path = self.folder / f"made-{version}.hsnap"
                    path.unlink(missing_ok=True)
                    program = self.write("made.py", textwrap.dedent(self.MADE).encode())
                    result = heapsnap("run", "--at", "exit", "--on", "memoryerror", "--on-signal",
                                      "USR2", "-o", path, python, program,
                                      env=dict(os.environ, PYTHONPATH=str(customs)))
                    self.assertEqual(result.returncode, 0, result.stderr)
                    found = asked("garbage", path, "-n", 0)["sections"]["unreachable"]
                    self.assertEqual([(row["kind"], row["count"]) for row in found["rows"]],
                                     [("list", 200)])

    @on_every_snapshot
    def test_sections_are_the_sets_of_those_names(self, path):
        sections = asked("garbage", path)["sections"]
        for section, selector in {"unreachable": "unreachable", "held_by_c": "held-by-c",
                                  "cycles": "unreachable & cycle(unreachable)"}.items():
            self.assertEqual(sections[section]["total"], measured(path, selector))


class ThreadsTest(unittest.TestCase):
    @on_every_snapshot
    def test_the_variables_of_a_frame_are_there_with_what_they_retain(self, path):
        rows = asked("threads", path, "-n", 0)["rows"]
        [event] = [row for row in rows if row["thread"] == "Waiter" and row["local"] == "event"]
        self.assertEqual((event["function"], event["type"]), ("wait_for", "threading.Event"))
        shown = asked("show", path, event["value"])["object"]
        self.assertEqual(shown["retained"], event["retained"])


class SuspectsTest(FolderTest):
    PROGRAM = """
        class Session:
            def __init__(self, i):
                self.data = "x" * 100 + str(i)
        class Registry:
            def __init__(self):
                self._live = {}
        registry = Registry()
        for i in range(20000):
            registry._live[i] = Session(i)
    """

    def test_the_leak_is_named_on_every_version(self):
        for version, python in pythons().items():
            with self.subTest(python=version):
                path = self.folder / f"{version}.hsnap"
                program = self.write("leak.py", textwrap.dedent(self.PROGRAM).encode())
                heapsnap("run", "-o", path, python, program)
                first = asked("analyze", path)["sections"]["suspects"]["rows"][0]
                self.assertEqual(first["path"], "sys.modules['__main__'].registry._live")
                self.assertEqual((first["type"], first["holds"], first["holds_count"]),
                                 ("dict", "__main__.Session", 20000))
                result = heapsnap("analyze", path)
                self.assertIn("20,000 __main__.Session objects", result.stdout)
                self.assertIn(f"next: heapsnap tree {path} {first['object']}", result.stderr)


if __name__ == "__main__":
    unittest.main()
