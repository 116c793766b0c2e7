"""CPython's own tests, run by an interpreter that has them, and what came of each.

    expected = TestRun(python, "alone", TESTS)
    seen = TestRun(python, "watched", TESTS, HEAPSNAP, "run", ..., "--")     # words before the interpreter
    assert seen.outcomes() == expected.outcomes()
"""

import os
import subprocess
import xml.etree.ElementTree

OUTCOMES = {"failure", "error", "skipped"}
LONG = 1800  # seconds


class TestRun:
    """Runs at once, in a folder of its own."""

    def __init__(self, python, name, tests, *before):
        self.folder = python.folder / name
        self.folder.mkdir()
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        environment.pop("HEAPSNAP", None)
        words = [*before, python.path, "-m", "test", "--junit-xml", "results.xml", *tests]
        with open(self.folder / "said", "w") as said:
            self.process = subprocess.Popen(list(map(str, words)), cwd=self.folder, env=environment,
                                            stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def said(self):
        return (self.folder / "said").read_text(errors="replace")

    def outcomes(self):
        """The exit status, and by test: whether it passed, failed or was skipped."""
        status = self.process.wait(timeout=LONG)
        cases = xml.etree.ElementTree.parse(self.folder / "results.xml").getroot().iter("testcase")
        return status, {case.get("name"): OUTCOMES.intersection(child.tag for child in case)
                        for case in cases}
