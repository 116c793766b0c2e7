"""Real programs do under periodic capture what they do without: same output, same status.

Those that need packages run where build/site/VERSION has them; the others on every Python.
"""

import collections
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import labelled_heap
from programs import BUILD, HANG, ROOT, SOAK, on_every_python

HEAPSNAP = BUILD / "bin/heapsnap"
PROGRAMS = pathlib.Path(__file__).resolve().parent / "real"
PERIOD = "200ms"
LONG = 10 if SOAK else 1


class RealProgramsTest(unittest.TestCase):
    def start(self, python, site, *words):
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0")
        environment.pop("HEAPSNAP", None)
        environment["PYTHONPATH"] = str(site)
        return subprocess.run([*map(str, words)], cwd=python.folder, env=environment, text=True,
                              capture_output=True, timeout=HANG * LONG * 4)

    def check(self, python, program, *arguments, packages=(), children=False):
        """Runs it alone, then under run, and compares. Every snapshot must be whole."""
        site = ROOT / "build/site" / python.version
        for package in packages:
            if not (site / package).is_dir():
                print(f"SKIPPED {self.id()} on {python.version}: no {package} in build/site")
                self.skipTest(f"no {package}")
        command = [python.path, PROGRAMS / program, *arguments]
        alone = self.start(python, site, *command)
        names = ["-o", "%p.%n.hsnap", *(["--children"] if children else [])]
        watched = self.start(python, site, HEAPSNAP, "run", "--every", PERIOD, *names, *command)

        self.assertEqual((watched.returncode, watched.stdout), (alone.returncode, alone.stdout),
                         watched.stderr)
        said = "".join(line + "\n" for line in watched.stderr.splitlines()
                       if not re.match(r"(heapsnap: [^:]*\.hsnap: [\d,]+ objects|next: )", line))
        self.assertEqual(said, alone.stderr)
        return self.check_snapshots(python)

    def check_snapshots(self, python):
        paths = sorted(python.folder.glob("*.hsnap"))
        self.assertGreater(len(paths), 0)
        for path in paths:
            result = subprocess.run([HEAPSNAP, "info", "--verify", path], capture_output=True,
                                    text=True)
            if result.returncode != 0:
                self.fail(result.stderr + self.what_is_missing(path))
        self.assertEqual([name for name in os.listdir(python.folder) if name.startswith(".")], [])
        return paths

    def what_is_missing(self, path):
        """So that what happens once in a thousand captures can be told from what is said of it."""
        about = subprocess.run([HEAPSNAP, "info", "--partial", path], text=True,
                               capture_output=True)
        heap = labelled_heap.read(path)
        names = {number: known.name for number, known in heap.types.items()}
        faults = collections.Counter((names.get(fault.type), fault.reason) for fault in heap.faults)
        return f"{about.stdout}{sum(faults.values())} faults: {faults.most_common(10)}"

    @on_every_python
    def test_a_web_application_with_worker_processes_under_load(self, python):
        paths = self.check(python, "web_application.py", 500 * LONG, packages=["flask", "werkzeug"],
                           children=True)
        pids = {path.name.split(".")[0] for path in paths}
        self.assertGreaterEqual(len(pids), 3)  # the workers too

    @on_every_python
    def test_a_data_job(self, python):
        self.check(python, "data_job.py", 30 * LONG, packages=["numpy", "pandas"])

    @on_every_python
    def test_an_asyncio_service(self, python):
        self.check(python, "asyncio_service.py", 500 * LONG)

    @on_every_python
    def test_many_modules(self, python):
        self.check(python, "many_modules.py", packages=["sympy", "jinja2"])


if __name__ == "__main__":
    unittest.main()
