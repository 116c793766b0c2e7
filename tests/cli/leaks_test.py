"""The gate flags every program of tests/leaks that leaks, names what holds the objects, and flags
none of the others.

On one Python in CI, on each of them in soak. What the gate gets wrong is listed here and in
docs/limits.md; a program that it has come to get right has to leave the list.
"""

import concurrent.futures
import functools
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from command_line import HEAPSNAP, ROOT, SUPPORTED, pythons
from programs import AGENT, HANG, SOAK

FOLDER = ROOT / "tests/leaks"
LEAKING = {path.stem: path for path in sorted((FOLDER / "leaking").glob("*.py"))}
HARMLESS = {path.stem: path for path in sorted((FOLDER / "harmless").glob("*.py"))}
PROGRAMS = {**LEAKING, **HARMLESS}
ROUNDS = (25, 50, 75, 100, 125)
VERSIONS = SUPPORTED if SOAK else ("3.12",)
# Those that are also run three times, for so many rounds.
AGAIN = PROGRAMS if SOAK else ("class_registry", "module_dict", "lines_of_history", "thread_local",
                               "warm_up_cache", "log_trimmed", "lazy_import", "thread_pool")
FEW_AND_MANY = (40, 80, 120)

# What is wrong, as docs/limits.md says.
MISSED = set()
NOT_NAMED = {"chain_of_contexts"}
FALSELY_FLAGGED = set()


def claim(name, constant):
    """What a program says of itself."""
    return re.search(rf'^{constant} = "(.*)"$', PROGRAMS[name].read_text(), re.MULTILINE)[1]


def snapshots(version, name, folder, *rounds):
    """Of one process of a program, after so many rounds."""
    out = folder / "-".join([name, *map(str, rounds)])
    done = subprocess.run(
        [pythons()[version], "-S", "-I", FOLDER / "driver.py", AGENT, PROGRAMS[name], out,
         *map(str, rounds)], capture_output=True, text=True, timeout=HANG)
    if done.returncode or done.stderr:
        raise AssertionError(f"{name} ended with {done.returncode}: {done.stderr}")
    return [pathlib.Path(f"{out}.{number}.hsnap") for number in range(len(rounds))]


def findings(paths):
    """What the gate finds, without what it suppresses."""
    done = subprocess.run([HEAPSNAP, "check", *paths, "-f", "json"], cwd=paths[0].parent,
                          capture_output=True, text=True, timeout=HANG)
    if done.returncode not in (0, 1):
        raise AssertionError(f"check ended with {done.returncode}: {done.stderr}")
    found = [one for one in json.loads(done.stdout)["findings"] if one["suppressed"] is None]
    if done.returncode != bool(found):
        raise AssertionError(f"{len(found)} findings, but the exit code is {done.returncode}")
    return found


@functools.cache
def verdicts(version):
    """By program, what the gate finds in one process, and in three."""
    def judge(name):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
        try:
            one = findings(snapshots(version, name, folder, *ROUNDS))
            three = None
            if name in AGAIN:
                three = findings([path for rounds in FEW_AND_MANY
                                  for path in snapshots(version, name, folder, rounds)])
            return name, (one, three)
        finally:
            shutil.rmtree(folder)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return dict(pool.map(judge, PROGRAMS))


def on_each_version(test):
    @functools.wraps(test)
    def run(self):
        for version in VERSIONS:
            with self.subTest(python=version):
                if version not in pythons():
                    print(f"SKIPPED {self.id()} on {version}: not in build/pythons.txt")
                    self.skipTest(f"no Python {version}")
                test(self, version)
    return run


class LeaksTest(unittest.TestCase):
    @on_each_version
    def test_what_leaks_is_flagged(self, version):
        wrong = {name for name in LEAKING if not verdicts(version)[name][0]}
        self.assertEqual(wrong, MISSED)

    @on_each_version
    def test_what_holds_it_is_named_first(self, version):
        for name in LEAKING:
            found = verdicts(version)[name][0]
            if found:
                with self.subTest(program=name):
                    named = found[0]["holder"].startswith(claim(name, "LEAK"))
                    self.assertEqual(named, name not in NOT_NAMED, found[0]["holder"])

    @on_each_version
    def test_what_does_not_leak_is_not_flagged(self, version):
        wrong = {name for name in HARMLESS if verdicts(version)[name][0]}
        self.assertEqual(wrong, FALSELY_FLAGGED)

    @on_each_version
    def test_three_processes_with_more_and_more_rounds_are_judged_as_one_is(self, version):
        for name in AGAIN:
            one, three = verdicts(version)[name]
            with self.subTest(program=name):
                self.assertEqual([found["signature"] for found in three[:1]],
                                 [found["signature"] for found in one[:1]])

    @on_each_version
    def test_callbacks_are_seen_to_pile_up_by_the_hundreds_too(self, version):
        with tempfile.TemporaryDirectory(prefix="heapsnap-test-") as folder:
            found = findings(snapshots(version, "atexit_callbacks", pathlib.Path(folder),
                                       100, 200, 300, 400))
        self.assertTrue(found)
        self.assertTrue(found[0]["holder"].startswith(claim("atexit_callbacks", "LEAK")), found[0])

    def test_the_corpus_is_as_large_as_it_is_said_to_be(self):
        self.assertGreaterEqual((len(LEAKING), len(HARMLESS)), (25, 25))


if __name__ == "__main__":
    unittest.main()
