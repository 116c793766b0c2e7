"""CPython's own tests have the same outcomes under periodic capture as without (in soak only)."""

import re
import subprocess
import unittest

from cpython_tests import TestRun
from programs import BUILD, SOAK, on_every_python

HEAPSNAP = BUILD / "bin/heapsnap"
TESTS = ("test_dict", "test_list", "test_gc", "test_generators", "test_asyncio", "test_threading",
         "test_weakref")
CAPTURE = re.compile(r"heapsnap: \S+\.hsnap: [\d,]+ objects, .* at every, paused ")


@unittest.skipUnless(SOAK, "takes a quarter of an hour; ./dev soak runs it")
class CpythonTestsTest(unittest.TestCase):
    @on_every_python
    def test_outcomes_are_the_same(self, python):
        alone = TestRun(python, "alone", TESTS)
        watched = TestRun(python, "watched", TESTS, HEAPSNAP, "run", "--every", "200ms", "--keep", "2",
                          "-o", "suite.%n.hsnap", "--")
        expected, seen = alone.outcomes(), watched.outcomes()
        self.assertGreater(len(seen[1]), 1000)
        self.assertEqual(seen, expected)

        ours = [line for line in watched.said().splitlines() if line.startswith("heapsnap: ")]
        captures = [line for line in ours if CAPTURE.match(line)]
        self.assertGreater(len(captures), 100)
        self.assertEqual([line for line in ours if line not in captures], [])
        for path in watched.folder.glob("*.hsnap"):
            subprocess.run([HEAPSNAP, "info", "--verify", path], check=True,
                           stdout=subprocess.DEVNULL)
        print(f"{python.version}: {len(seen[1])} tests, {len(captures)} captures")


if __name__ == "__main__":
    unittest.main()
