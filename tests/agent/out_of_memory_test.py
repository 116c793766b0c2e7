"""Captures while memory runs out: every allocation of Python's from the n-th on fails.

n goes from 1 to 30, or to HEAPSNAP_FAILURES.
"""

import os
import unittest

import stream
from programs import on_every_python

MOST = int(os.environ.get("HEAPSNAP_FAILURES", "30"))

# For each n a forked process, since what fails may break it for good. It ends by itself with 0
# (done) or 1 (an exception, after which the next try must succeed), or by a signal: SIGALRM if it hangs.
PROGRAM = """
import _testcapi, json, os, signal, sys
what = sys.argv[1]
if what in ("function", "package"):
    import heapsnap
def attempt(path, raw):
    if what == "function":
        return heapsnap._agent.capture(raw, 0, 2, 0, "api")
    elif what == "package":
        heapsnap.capture(path)
    elif what == "cold":
        import heapsnap as cold
        cold.capture(path)
    else:
        import colorsys
def result_of(n):
    path = f"{n}.hsnap"
    raw = path.encode()
    _testcapi.set_nomemory(n, 0)
    try:
        handle = attempt(path, raw)
        result = 0
    except BaseException:
        result = 1
    _testcapi.remove_mem_hooks()
    while what == "function" and not heapsnap._agent.wait(handle, 100):
        pass
    if what == "control":
        import colorsys
    elif result == 1:
        import heapsnap as again
        again.capture(f"again-{n}.hsnap")
        os.unlink(f"again-{n}.hsnap")
    return result
results = []
for n in range(int(sys.argv[2]), int(sys.argv[3])):
    pid = os.fork()
    if pid == 0:
        signal.alarm(5)
        code = 2
        try:
            code = result_of(n)
        finally:
            os._exit(code)
    results.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
print(json.dumps(results))
"""


class OutOfMemoryTest(unittest.TestCase):
    def results(self, python, what):
        """By n, from 1 on. A process for each ten: all of these may hang until their alarm rings."""
        results = []
        for first in range(1, MOST + 1, 10):
            results += python.answer(PROGRAM, what, first, min(first + 10, MOST + 1),
                                     options=["-W", "ignore"])
        return results

    @on_every_python
    def test_the_entry_point_allocates_nothing(self, python):
        self.assertEqual(self.results(python, "function"), [0] * MOST)
        for n in range(1, MOST + 1):
            self.assertEqual(stream.read(python.folder / f"{n}.hsnap").facts["complete"], 1)

    @on_every_python
    def test_capture_fails_cleanly_or_succeeds(self, python):
        results = self.results(python, "package")
        self.assertLessEqual(set(results), {0, 1})
        self.assertIn(0, results)
        for n, result in enumerate(results, 1):
            path = python.folder / f"{n}.hsnap"
            if result == 0 or path.exists():
                self.assertEqual(stream.read(path).facts["complete"], 1)

    @on_every_python
    def test_import_fails_cleanly_where_any_import_does(self, python):
        # At some n importing a module of the standard library hangs on 3.11 (CPython's issue 132508),
        # and segfaults on 3.13.0: we can do no better.
        results = self.results(python, "cold")
        bad = {n for n, result in enumerate(results, 1) if result not in (0, 1)}
        if bad:
            others = enumerate(self.results(python, "control"), 1)
            control = {n for n, result in others if result not in (0, 1)}
            self.assertTrue(control)
            # Up to about there both are in the same place of the import machinery.
            self.assertLessEqual({n for n in bad if n <= 30}, control)


if __name__ == "__main__":
    unittest.main()
