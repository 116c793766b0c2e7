"""diff and series: what grew between snapshots of one process, and of two."""

import functools
import shutil
import unittest

from command_line import (FolderTest, answer, asked, heapsnap, on_every_snapshot, pythons, snapshot,
                          versions, _scratch)
from render_test import validator

# Three snapshots: in the middle a hundred sessions are new, forty of which are left at the end.
PROGRAM = """
import heapsnap

class Session:
    def __init__(self, name):
        self.name = name
        self.items = [name + "!"]

registry = {"u%d" % i: Session("s%d" % i) for i in range(50)}
heapsnap.capture("1.hsnap")
for i in range(50, 150):
    registry["u%d" % i] = Session("s%d" % i)
heapsnap.capture("2.hsnap")
for i in range(60):
    del registry["u%d" % (50 + i)]
for i in range(150, 350):
    registry["u%d" % i] = Session("s%d" % i)
heapsnap.capture("3.hsnap")
"""
FATES = ("survived", "added", "gone")


@functools.cache
def run_of_program(version, run):
    folder = _scratch() / f"{version}-{run}"
    folder.mkdir()
    (folder / "sessions.py").write_text(PROGRAM)
    result = heapsnap("run", "-o", "end.hsnap", pythons()[version], "sessions.py", cwd=folder)
    if result.returncode != 0:
        raise AssertionError(result.stderr)
    return [folder / f"{i}.hsnap" for i in (1, 2, 3)]


def files(run=0, version=None):
    return run_of_program(version or versions()[-1], run)


def row_of(found, kind):
    return next(row for row in found["rows"] if row["kind"] == kind)


class DiffTest(FolderTest):
    def check_sums(self, found):
        parts = found["rows"] + ([found["others"]] if found["others"] else [])
        for side in ("old", "new", "delta"):
            for key in ("count", "shallow"):
                self.assertEqual(sum(part[side][key] for part in parts), found["total"][side][key])
        for part in [*parts, found["total"]]:
            self.assertEqual(part["survived"] + part["added"] + part["moved_in"],
                             part["new"]["count"])
            self.assertEqual(part["survived"] + part["gone"] + part["moved_out"],
                             part["old"]["count"])
            self.assertLessEqual(part["uncertain"], part["survived"])

    @on_every_snapshot
    def test_new_and_gone_objects_are_counted_and_everything_adds_up(self, path):
        one, two, three = files(version=path.stem)
        found = asked("diff", one, three)
        self.assertEqual(found["comparison"]["matched_by"], "address")
        row = row_of(found, "__main__.Session")
        self.assertEqual([row["old"]["count"], row["new"]["count"]], [50, 290])
        self.assertEqual([row[key] for key in FATES + ("uncertain",)], [50, 240, 0, 0])
        for by in ("type", "clodo,size", "module", "rcs", "via", "unity"):
            self.check_sums(asked("diff", one, three, "--by", by, "-n", 3))
        for rows in (3, 0):
            validator("diff").validate(asked("diff", one, three, "-n", rows))
        validator("diff").validate(asked("diff", one, two, three))

    def test_what_only_changed_its_row_has_moved_and_is_neither_new_nor_gone(self):
        self.write("moves.py", b"""
import heapsnap
class Session: pass
live = {"u%d" % i: Session() for i in range(30)}
class Shelf: pass
shelf = Shelf()
heapsnap.capture("1.hsnap")
shelf.kept = [live.pop("u%d" % i) for i in range(20)]
live["new"] = Session()
heapsnap.capture("2.hsnap")
""")
        made = heapsnap("run", "-q", "-o", "3.hsnap", pythons()[versions()[-1]], "moves.py",
                        cwd=self.folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        files = [self.folder / f"{i}.hsnap" for i in (1, 2)]
        words = ("diff", *files, "--where", "type:__main__.Session", "--by", "rcs", "-n", 0)
        found = asked(*words)
        self.check_sums(found)
        rows = {row["kind"]: [row[key] for key in (*FATES, "moved_in", "moved_out")]
                for row in found["rows"]}
        self.assertEqual(rows, {"dict (no owner)": [10, 1, 0, 0, 20], "list": [0, 0, 0, 20, 0]})
        self.assertEqual([found["total"][key] for key in (*FATES, "moved_in", "moved_out")],
                         [10, 1, 0, 20, 20])
        self.assertIn("MOVED IN  MOVED OUT", answer(*words))
        back = {row["kind"]: [row[key] for key in ("survived", "gone", "added", "moved_out", "moved_in")]
                for row in asked("diff", *files[::-1], *words[3:])["rows"]}
        self.assertEqual(back, rows)
        # Columns of figures that are all nothing are not shown.
        self.assertNotIn("MOVED", answer("diff", *files))

    def test_the_place_of_what_is_new_is_no_second_column_called_via(self):
        heading, *rows = [line for line in answer("diff", *files()[:2], "--by", "via", "-n", 2)
                          .split("\n\n")[2].splitlines()]
        self.assertEqual(heading.split().count("VIA"), 1)
        column = heading.index("VIA")
        self.assertTrue(rows[2][column:].startswith("["), rows)
        self.assertTrue(rows[3][column:].startswith("total"), rows)
        self.assertLess(column, heading.index("HELD BY"))

    def test_a_row_of_a_part_of_the_heap_selects_no_more_than_the_row(self):
        one, _, three = files()
        for by in ("type", "size", "module,type"):
            found = asked("diff", one, three, "--where", "type:str & in==1 | type:list", "--by", by,
                          "-n", 6)
            for row in found["rows"]:
                total = asked("set", three, row["select"])["total"]
                self.assertEqual(total["count"], row["new"]["count"], row["select"])
        [row] = asked("series", one, three, "--where", "type:str & in==1", "-n", 1)["rows"]
        total = asked("set", three, row["select"])["total"]
        self.assertEqual(total["count"], row["count"]["2"])

    def test_a_class_that_came_or_went_may_be_asked_for_and_a_misspelt_one_may_not(self):
        folder = self.folder
        self.write("late.py", b"""
import heapsnap
heapsnap.capture("1.hsnap")
class Late: pass
kept = [Late() for _ in range(7)]
heapsnap.capture("2.hsnap")
""")
        made = heapsnap("run", "-q", "-o", "3.hsnap", pythons()[versions()[-1]], "late.py",
                        cwd=folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        files = [folder / f"{i}.hsnap" for i in (1, 2, 3)]
        for words in (files[:2], files[1::-1], files):
            for command in (["diff", *words], ["series", *words]):
                found = asked(*command, "--where", "type:__main__.Late")
                self.assertEqual([row["kind"] for row in found["rows"]], ["__main__.Late"])
                result = heapsnap(*command, "--where", "type:__main__.Lat")
                self.assertEqual(result.returncode, 2)
                self.assertIn("did you mean '__main__.Late'", result.stderr)
        listed = answer("diff", *files[:2], "--where", "type:__main__.Late", "--list", "added")
        self.assertEqual(len(listed.splitlines()), 1 + 7)
        refused = heapsnap("diff", *files[:2], "--list", "added", "-f", "json")
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))

    def test_snapshots_of_one_process_out_of_order_are_refused_or_told(self):
        one, two, three = files()
        refused = heapsnap("check", one, three, two)
        self.assertEqual((refused.returncode, refused.stdout), (2, ""))
        self.assertIn("2.hsnap was captured before ", refused.stderr)
        for command in ("series", "diff"):
            told = heapsnap(command, one, three, two)
            self.assertEqual(told.returncode, 0)
            self.assertIn("warning: ", told.stderr)
            self.assertEqual(heapsnap(command, one, two, three).stderr, "")

    def test_the_other_way_round_is_the_mirror_image(self):
        one, two, three = files()
        for a, b in ((two, three), (files(1)[1], three)):
            there, back = (asked("diff", *pair, "-n", 0) for pair in ((a, b), (b, a)))
            mirrored = {row["kind"]: row for row in back["rows"]}
            self.assertEqual(set(mirrored), {row["kind"] for row in there["rows"]})
            for row in there["rows"]:
                other = mirrored[row["kind"]]
                self.assertEqual([row[key] for key in FATES], [other[key] for key in
                                                               ("survived", "gone", "added")])
                self.assertEqual([row["old"], row["new"], row["uncertain"]],
                                 [other["new"], other["old"], other["uncertain"]])

    def test_a_snapshot_does_not_differ_from_itself(self):
        path = shutil.copy(snapshot(), self.folder / "again.hsnap")
        for by in ("type", "via", "size"):
            found = asked("diff", snapshot(), path, "--exit-code", "--by", by)
            self.assertEqual(found["rows"], [])
            self.assertEqual(found["total"]["added"] + found["total"]["gone"], 0)
        self.assertEqual(heapsnap("diff", *files()[:2], "--exit-code").returncode, 1)
        self.assertEqual(heapsnap("diff", *files()[:2]).returncode, 0)

    def test_two_runs_are_compared_by_structure(self):
        found = asked("diff", files(0)[0], files(1)[2])
        self.assertEqual(found["comparison"]["matched_by"], "structure")
        row = row_of(found, "__main__.Session")
        self.assertEqual([row[key] for key in FATES + ("uncertain",)], [50, 240, 0, 0])
        self.check_sums(found)
        same = asked("diff", files(0)[0], files(1)[0])
        self.assertEqual([same["total"][key] for key in ("added", "gone")], [0, 0])
        self.assertLess(same["total"]["uncertain"], same["total"]["survived"] / 5)

    def test_two_programs_are_compared_by_name_and_that_is_said(self):
        result = heapsnap("diff", snapshot(), files()[0])
        self.assertIn("two programs", result.stderr)

    def test_two_versions_of_python_are_named(self):
        if len(versions()) == 1:
            self.skipTest("one Python only")
        result = heapsnap("diff", files(version=versions()[0])[0], files()[0])
        self.assertIn("two versions of Python", result.stderr)

    def test_what_is_new_can_be_asked_about(self):
        _, two, three = files()
        for what, count, file in (("added", 200, three), ("gone", 60, two)):
            listed = self.folder / f"{what}.txt"
            answer("diff", two, three, "--where", "type:__main__.Session", "--list", what, "-o",
                   listed)
            self.assertEqual(asked("set", file, f"file:{listed}")["total"]["count"], count)

    def test_a_list_of_two_processes_says_that_the_table_may_count_fewer(self):
        pairs = {"structure": (files(0)[0], files(1)[2]), "name": (snapshot(), files()[0])}
        for basis, pair in pairs.items():
            for what in ("added", "gone"):
                result = heapsnap("diff", *pair, "--list", what)
                count = sum(line.startswith("@") for line in result.stdout.splitlines())
                self.assertIn(f"{count} objects are listed: all that", result.stderr, basis)
                self.assertGreaterEqual(count, asked("diff", *pair)["total"][what])
        result = heapsnap("diff", *files()[:2], "--list", "added")
        self.assertEqual(result.stderr, "")

    def test_three_snapshots_tell_what_was_new_in_between_and_stays(self):
        found = asked("diff", *files())
        row = row_of(found, "__main__.Session")
        self.assertEqual(row["counts"], [50, 150, 290])
        self.assertTrue(row["grew_every_step"])
        self.assertEqual([row["slope"], row["kept_new"]], [120, 40])
        self.assertEqual([row[key] for key in FATES], [50, 240, 0])
        self.assertEqual(len(found["older"]), 2)

    def test_a_damaged_snapshot_is_refused_unless_its_rest_is_wanted(self):
        cut = self.write("cut.hsnap", files()[1].read_bytes()[:-40])
        for command in ("diff", "series"):
            self.assertEqual(heapsnap(command, files()[0], cut).returncode, 3)
            self.assertEqual(heapsnap(command, files()[0], cut, "--partial").returncode, 0)


class SeriesTest(unittest.TestCase):
    def test_a_column_a_snapshot(self):
        found = asked("series", *files(), "--sort", "count")
        validator("series").validate(found)
        row = row_of(found, "__main__.Session")
        self.assertEqual(row["count"], {"1": 50, "2": 150, "3": 290})
        self.assertEqual([row["delta"]["count"], row["slope"]["count"]], [240, 120])
        heading, *lines = answer("series", *files(), "-f", "csv", "-n", 0).splitlines()
        column = heading.split(",").index("count.2")
        total = asked("hist", files()[1])["total"]["count"]
        self.assertEqual(sum(int(line.split(",")[column]) for line in lines), total)

    def test_the_trend_is_drawn_with_what_the_locale_has(self):
        words = ("series", *files(), "--where", "type:__main__.Session")
        for locale, bars in (("C.UTF-8", "▁"), ("C", "_")):
            shown = heapsnap(*words, env={"LC_ALL": locale}).stdout
            self.assertIn(bars, shown)


if __name__ == "__main__":
    unittest.main()
