"""CPython's own tests have the same outcomes under periodic capture as without (in soak only)."""

import os
import re
import subprocess
import unittest
import xml.etree.ElementTree

from programs import BUILD, SOAK, on_every_python

HEAPSNAP = BUILD / "bin/heapsnap"
TESTS = ("test_dict", "test_list", "test_gc", "test_generators", "test_asyncio", "test_threading",
         "test_weakref")
OUTCOMES = {"failure", "error", "skipped"}
LONG = 1800  # seconds
CAPTURE = re.compile(r"heapsnap: \S+\.hsnap: [\d,]+ objects, .* at every, paused ")


@unittest.skipUnless(SOAK, "takes a quarter of an hour; ./dev soak runs it")
class CpythonTestsTest(unittest.TestCase):
    def start(self, python, name, *before):
        """The tests, in a folder of their own."""
        folder = python.folder / name
        folder.mkdir()
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        environment.pop("HEAPSNAP", None)
        words = [*before, python.path, "-m", "test", "--junit-xml", "results.xml", *TESTS]
        with open(folder / "said", "w") as said:
            return folder, subprocess.Popen(list(map(str, words)), cwd=folder, env=environment,
                                            stdin=subprocess.DEVNULL, stdout=said, stderr=said)

    def outcomes(self, folder, process):
        """The exit status, and by test: whether it passed, failed or was skipped."""
        status = process.wait(timeout=LONG)
        cases = xml.etree.ElementTree.parse(folder / "results.xml").getroot().iter("testcase")
        return status, {case.get("name"): OUTCOMES.intersection(child.tag for child in case)
                        for case in cases}

    @on_every_python
    def test_outcomes_are_the_same(self, python):
        alone = self.start(python, "alone")
        watched = self.start(python, "watched", HEAPSNAP, "run", "--every", "200ms", "--keep", "2",
                             "-o", "suite.%n.hsnap", "--")
        expected, seen = self.outcomes(*alone), self.outcomes(*watched)
        self.assertGreater(len(seen[1]), 1000)
        self.assertEqual(seen, expected)

        said = (watched[0] / "said").read_text(errors="replace")
        ours = [line for line in said.splitlines() if line.startswith("heapsnap: ")]
        captures = [line for line in ours if CAPTURE.match(line)]
        self.assertGreater(len(captures), 100)
        self.assertEqual([line for line in ours if line not in captures], [])
        for path in watched[0].glob("*.hsnap"):
            subprocess.run([HEAPSNAP, "info", "--verify", path], check=True,
                           stdout=subprocess.DEVNULL)
        print(f"{python.version}: {len(seen[1])} tests, {len(captures)} captures")


if __name__ == "__main__":
    unittest.main()
