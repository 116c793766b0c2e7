"""Allocation sites in commands: rows, selectors, `show`, `info`, and what is said without them."""

import unittest

from command_line import FolderTest, asked, heapsnap, on_every_snapshot, pythons, snapshot, versions
from render_test import validator

PROGRAM = """
class Node:
    pass

def make(count):
    return [Node() for _ in range(count)]

few, many = make(100), make(900)
texts = ["text %d" % n for n in range(500)]
"""
LINES = {6: 1000, 9: 500}  # line: objects that it made, of Node and str


class AllocationsTest(FolderTest):
    def traced(self, version):
        path = self.folder / f"{version}.hsnap"
        program = self.write("program.py", PROGRAM.encode())
        result = heapsnap("run", "-o", path, "--", pythons()[version], "-X", "tracemalloc", program)
        self.assertEqual(result.returncode, 0, result.stderr)
        return path

    def test_lines_are_rows_and_selectors_and_add_up(self):
        for version in pythons():
            with self.subTest(python=version):
                path = self.traced(version)
                for line, count in LINES.items():
                    kind = "str" if line == 9 else "__main__.Node"
                    total = asked("set", path, f"alloc:program.py:{line} & type:{kind}")["total"]
                    self.assertEqual(total["count"], count)
                found = asked("hist", path, "--by", "alloc,type", "-n", 0)
                counts = {tuple(row["kind"]): row["count"] for row in found["rows"]}
                program = self.folder / "program.py"
                self.assertEqual(counts[f"{program}:6", "__main__.Node"], 1000)
                for key in ("count", "shallow"):
                    self.assertEqual(sum(row[key] for row in found["rows"]), found["total"][key])

    def test_the_selector_of_a_row_yields_the_row(self):
        path = self.traced(versions()[-1])
        rows = asked("hist", path, "--by", "alloc", "-n", 0, "--sort", "retained")["rows"]
        self.assertIn("!alloc:*", [row["select"] for row in rows])
        for row in rows[:5] + rows[5::100] + [row for row in rows if row["kind"] == "unknown"]:
            total = asked("set", path, row["select"])["total"]
            self.assertEqual(total, {key: row[key] for key in total}, row["select"])

    def test_show_and_info_say_what_there_is(self):
        path = self.traced(versions()[0])
        [row] = asked("hist", path, "--by", "id", "--where", "type:__main__.Node", "-n", 1)["rows"]
        shown = asked("show", path, row["select"])
        validator("show").validate(shown)
        self.assertEqual(shown["object"]["alloc"], f"{self.folder / 'program.py'}:6")
        info = asked("info", path)
        validator("info").validate(info)
        self.assertGreater(info["counts"]["allocations"], 1500)
        self.assertIsNone(info["damage"]["allocations_missing"])
        self.assertEqual(info["damage"]["dangling_sites"], 0)

    def test_a_file_of_another_name_is_a_mistake(self):
        path = self.traced(versions()[0])
        result = heapsnap("set", path, "alloc:progam.py")
        self.assertEqual(result.returncode, 2)
        self.assertIn("did you mean 'program.py'?", result.stderr)


class WithoutTest(unittest.TestCase):
    @on_every_snapshot
    def test_a_snapshot_of_a_program_without_tracemalloc_says_so(self, path):
        for words in (("hist", path, "--by", "alloc"), ("hist", path, "--by", "type,alloc"),
                      ("set", path, "alloc:program.py"), ("set", path, "!alloc:*")):
            result = heapsnap(*words)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertEqual(result.stderr, (
                "heapsnap: error: this snapshot does not say where objects were allocated "
                "(tracemalloc was not on): try a capture of `python -X tracemalloc`\n"))
        info = asked("info", path)
        self.assertEqual(info["damage"]["allocations_missing"], "tracemalloc was not on")
        self.assertEqual(info["counts"]["allocations"], 0)

    def test_show_has_no_site_then(self):
        [row] = asked("hist", snapshot(), "--by", "id", "--where", "type:__main__.*", "-n", 1)["rows"]
        self.assertIsNone(asked("show", snapshot(), row["select"])["object"]["alloc"])


if __name__ == "__main__":
    unittest.main()
