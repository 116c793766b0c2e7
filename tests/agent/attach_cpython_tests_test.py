"""CPython's own tests have the same outcomes while they are captured from outside (soak only)."""

import subprocess
import unittest

from attaching import HEAPSNAP
from cpython_tests import TestRun
from programs import HANG, SOAK, on_every_python

TESTS = ("test_subprocess", "test_signal", "test_select", "test_threading", "test_asyncio")


@unittest.skipUnless(SOAK, "takes half an hour; ./dev soak runs it")
class CpythonTestsTest(unittest.TestCase):
    @on_every_python
    def test_outcomes_are_the_same(self, python):
        alone = TestRun(python, "alone", TESTS)
        watched = TestRun(python, "watched", TESTS)
        captures, refused = 0, []
        while watched.process.poll() is None:
            result = subprocess.run(
                [HEAPSNAP, "capture", "-p", str(watched.process.pid), "--method", "remote-fork",
                 "--force", "-o", python.folder / "a.hsnap"],
                capture_output=True, text=True, timeout=HANG)
            if result.returncode == 0:
                captures += 1
            elif watched.process.poll() is None:
                refused.append(result.stderr)
        expected, seen = alone.outcomes(), watched.outcomes()
        self.assertGreater(len(seen[1]), 1000)
        self.assertEqual(seen, expected)
        self.assertGreater(captures, 100)
        self.assertLess(len(refused), captures / 10, refused[:3])
        print(f"{python.version}: {len(seen[1])} tests, {captures} captures, "
              f"{len(refused)} refused: {sorted(set(refused))[:3]}")


if __name__ == "__main__":
    unittest.main()
