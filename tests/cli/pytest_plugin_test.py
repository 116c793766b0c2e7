"""The pytest plugin: what it flags, what it says, what it costs. See pytest_programs for the tests.

Each pytest of build/site runs on one Python, in soak on every one.
"""

import functools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from command_line import BUILD, ROOT, pythons
from programs import AGENT, HANG, SOAK, SUPPORTED

PROGRAMS = pathlib.Path(__file__).resolve().parent / "pytest_programs"
PYTESTS = {"7": "3.11", "8": "3.13", "9": "3.15"}
PAIRS = [(pytest, python) for pytest, usual in PYTESTS.items()
         for python in (SUPPORTED if SOAK else [usual])]

# By file: which tests fail, of those that leak or exceed a limit.
EXPECTED = {
    "test_leaks.py": {"test_leaks", "test_of_a_class[leaks]", "test_coroutine_leaks",
                      "test_what_is_put_into_the_path_for_good_leaks"},
    "test_limits.py": {"test_no_new_exceeded", "test_max_growth_exceeded",
                       "test_max_retained_exceeded", "test_budget_exceeded",
                       "test_limit_of_its_class_exceeded"},
    "test_fixture.py": {"test_check_exceeded"},
}
FEW = {"test_leaks.py::test_leaks": {"test_leaks"}, "test_leaks.py::test_replaces": set()}
MISTAKES = {
    "test_unknown": "'round' is not known: there are no_new, max_growth, max_retained",
    "test_by_position": "give its limits by name, not 'app.Session'",
    "test_no_rounds": "rounds: expected a number of at least 1, not 0",
    "test_one_round": "rounds: expected a number of at least 2, as there is no limit: one round says "
                      "what has grown, not whether it goes on",
    "test_no_number": "rounds: expected a number of at least 1, not True",
    "test_size": "max_growth: expected a number of bytes such as 65536 or '64k', not '64 kB'",
    "test_no_type": "no_new: expected a type such as 'app.Session', a selector, or a list of "
                    "these, not 5",
    "test_unknown_to_the_fixture": "heapsnap: 'no_old' is not known: there are no_new, max_growth",
    "test_selector": "type:(",
    "test_no_budget": "budget: there is no file 'none.toml'",
    "test_of_unittest": "not those of unittest.TestCase",
}


def is_thorough(pytest):
    """In CI, only one runs all the tests."""
    return SOAK or pytest == "8"


class Run:
    """One run of pytest: which tests passed and failed, and what it said."""

    def __init__(self, folder, pytest, python, *words):
        shutil.copytree(PROGRAMS, folder, dirs_exist_ok=True,
                        ignore=shutil.ignore_patterns("__pycache__"))
        places = [AGENT, BUILD / "lib/heapsnap/pytest", ROOT / "build/site" / f"pytest{pytest}"]
        environment = dict(os.environ, PYTHONPATH=":".join(map(str, places)), COLUMNS="200",
                           PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTHONDONTWRITEBYTECODE="1")
        done = subprocess.run(
            [pythons()[python], "-m", "pytest", "-p", "pytest_heapsnap", "-p", "no:cacheprovider",
             "--basetemp", folder / "tmp", "--junitxml", folder / "junit.xml", *words],
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=5 * HANG)
        self.said = done.stdout + done.stderr
        self.passed, self.failed = set(), {}
        if done.returncode not in (0, 1):
            raise AssertionError(self.said)
        for case in xml.etree.ElementTree.parse(folder / "junit.xml").iter("testcase"):
            bad = [found for kind in ("failure", "error") for found in case.findall(kind)]
            if bad:
                self.failed[case.get("name")] = bad[0].get("message") + (bad[0].text or "")
            else:
                self.passed.add(case.get("name"))
        self.kept = {str(path.relative_to(folder)) for path in folder.rglob("*.hsnap")}


@functools.cache
def whole(pytest, python):
    """The run of all programs."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    names = EXPECTED if is_thorough(pytest) else FEW
    return Run(folder, pytest, python, *names, "test_mistakes.py")


def on_each_pytest(test):
    @functools.wraps(test)
    def run(self):
        for pytest, python in PAIRS:
            with self.subTest(pytest=pytest, python=python):
                if python not in pythons() or not (ROOT / f"build/site/pytest{pytest}").is_dir():
                    why = f"no Python {python}, or no pytest {pytest} in build/site"
                    print(f"SKIPPED {self.id()}: {why}")
                    self.skipTest(why)
                test(self, pytest, python)
    return run


class PytestPluginTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
        self.addCleanup(shutil.rmtree, self.folder)

    @on_each_pytest
    def test_tests_fail_that_leak_or_exceed_a_limit_and_no_others(self, pytest, python):
        run = whole(pytest, python)
        expected = set().union(*(EXPECTED if is_thorough(pytest) else FEW).values())
        self.assertEqual(set(run.failed) - set(MISTAKES), expected, run.said)
        self.assertGreaterEqual(len(run.passed), 8 if is_thorough(pytest) else 1)

    @on_each_pytest
    def test_the_report_says_what_grew_and_what_holds_it(self, pytest, python):
        run = whole(pytest, python)
        for said in run.failed["test_leaks"], run.said:
            self.assertIn("app.Session", said)
            self.assertIn("held by app.live[*], app.Session", said)

    @on_each_pytest
    def test_what_cannot_be_measured_is_said(self, pytest, python):
        run = whole(pytest, python)
        for name, message in MISTAKES.items():
            self.assertIn(message, run.failed[name])

    @on_each_pytest
    def test_a_name_that_nothing_has_is_a_warning(self, pytest, python):
        if is_thorough(pytest):
            run = whole(pytest, python)
            for name in ("app.Sesion", "app.Sessio"):
                self.assertIn(f"is called '{name}' by type, did you mean 'app.Session'?", run.said)
            self.assertNotIn("matches no finding", run.said)

    @on_each_pytest
    def test_the_snapshots_of_failed_tests_are_kept_and_named(self, pytest, python):
        run = whole(pytest, python)
        folders = {os.path.dirname(path) for path in run.kept}
        taking = len(run.failed) - len(MISTAKES)
        self.assertEqual(len(folders), taking + 1, run.kept)  # test_selector takes them too
        for path in run.kept:
            self.assertIn(path, run.said)

    @on_each_pytest
    def test_they_are_kept_where_one_says_in_the_place_of_the_last_ones(self, pytest, python):
        if not is_thorough(pytest):
            return
        place = "kept/test_leaks.py_test_leaks-56095a0a"
        (self.folder / place).mkdir(parents=True, exist_ok=True)
        (self.folder / place / "99.hsnap").write_text("of an earlier run")
        run = Run(self.folder, pytest, python, "--heapsnap-dir", "kept",
                  "test_leaks.py::test_leaks")
        self.assertEqual(run.kept, {f"{place}/{number}.hsnap" for number in range(2, 5)}, run.said)
        self.assertIn(f"{place}/4.hsnap", run.said)

    @on_each_pytest
    def test_tests_of_like_names_keep_theirs_apart(self, pytest, python):
        if not is_thorough(pytest):
            return
        (self.folder / "test_names.py").write_text("""
import pytest
kept = []
@pytest.mark.heapsnap(rounds=2, warmup=0)
@pytest.mark.parametrize("name", ["a/b", "a b"])
def test(name):
    if name == "a/b": kept.append(object())
""")
        run = Run(self.folder, pytest, python, "--heapsnap-dir", "kept", "test_names.py")
        self.assertEqual((len(run.failed), len(run.kept)), (1, 3), run.said)

    @on_each_pytest
    def test_a_place_that_is_no_folder_is_told_at_once(self, pytest, python):
        with self.assertRaisesRegex(AssertionError, r"ERROR: --heapsnap-dir: .*app\.py"):
            Run(self.folder, pytest, python, "--heapsnap-dir", "app.py/kept", "test_leaks.py")

    def test_what_a_marker_says_is_a_budget(self):
        sys.path.append(str(BUILD / "lib/heapsnap/pytest/pytest_heapsnap"))
        from limits import Limits

        self.assertRegex(Limits().since_warmup(), r"\A\[suppress\]\n")
        self.assertIsNone(Limits(budget="heapsnap.toml").since_warmup())
        self.assertEqual(Limits(no_new=["app.*", "module:app"], budget="x").since_warmup(),
                         '[budget]\n"type:app.*" = { count = "+0" }\n'
                         '"module:app" = { count = "+0" }\n')
        self.assertRegex(Limits(max_growth="64k").since_warmup(), r'= { shallow = "\+64k" }\n\Z')
        self.assertIsNone(Limits(max_retained=5).since_warmup())
        self.assertRegex(Limits(max_retained=5).since_start(), r'= { shallow = "\+5" }\n\Z')

    @on_each_pytest
    def test_it_costs_nothing_where_no_test_asks_for_it(self, pytest, python):
        run = Run(self.folder, pytest, python, "test_unused.py")
        self.assertEqual(run.passed, {"test_nothing_is_imported"}, run.said)


if __name__ == "__main__":
    unittest.main()
