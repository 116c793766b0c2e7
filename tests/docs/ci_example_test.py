"""docs/ci.md works: its files are those of docs/examples/ci, and what they are for is done with
them, on the server as it is and on one that leaks."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "agent"))
from programs import AGENT, BUILD, HANG, ROOT, pythons  # noqa: E402

EXAMPLE = ROOT / "docs/examples/ci"
PYTHON = "3.11"  # as in console_blocks_test
PYTEST = ROOT / "build/site/pytest8"
BLOCK = re.compile(r"^```(?:python|sh|toml|yaml)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
STEP = re.compile(r"^      - name: (\S+)\n(?:        (?:id|if): .*\n)*        run: (.*)$", re.MULTILINE)


class CiExampleTest(unittest.TestCase):
    def setUp(self):
        if PYTHON not in pythons() or not PYTEST.is_dir():
            print(f"SKIPPED {self.id()}: no Python {PYTHON}, or no pytest in build/site")
            self.skipTest("no Python or pytest")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        shutil.copytree(EXAMPLE, self.folder, dirs_exist_ok=True)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/heapsnap").symlink_to(BUILD / "bin/heapsnap")
        (self.folder / "bin/python3").symlink_to(pythons()[PYTHON])
        self.steps = dict(STEP.findall((EXAMPLE / "memory.yml").read_text()))

    def change(self, old, new):
        """What a pull request may do to the server."""
        server = self.folder / "server.py"
        changed = server.read_text().replace(old, new)
        self.assertNotEqual(changed, server.read_text())
        server.write_text(changed)

    def step(self, name):
        places = [AGENT, BUILD / "lib/heapsnap/pytest", PYTEST]  # as if they were installed
        environment = dict(os.environ, PATH=f"{self.folder}/bin:{os.environ['PATH']}",
                           PYTHONPATH=":".join(map(str, places)), PYTHONDONTWRITEBYTECODE="1",
                           PYTEST_PLUGINS="pytest_heapsnap",
                           GITHUB_STEP_SUMMARY=str(self.folder / "summary.md"))
        return subprocess.run(["bash", "-ec", self.steps[name]], cwd=self.folder, env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=HANG)

    def test_a_clean_server_passes_every_step(self):
        test, check = self.step("test"), self.step("check")
        self.assertEqual((test.returncode, check.returncode), (0, 0), test.stdout + check.stdout)
        self.assertIn("1 passed", test.stdout)
        self.assertIn("no findings", check.stdout)

    def test_a_server_that_asks_for_a_module_in_vain_passes_every_step(self):
        """The import system then lists the folders of its path, new snapshots and all."""
        self.change("        request = Request(path)", """
        try:
            import a_module_that_nobody_has
        except ImportError:
            request = Request(path)
""")
        test, check = self.step("test"), self.step("check")
        self.assertEqual((test.returncode, check.returncode), (0, 0), test.stdout + check.stdout)

    def test_a_leak_fails_the_steps_and_is_named_in_what_they_write(self):
        self.change("deque(maxlen=100)", "deque()")
        done = self.step("test")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("server.Request", done.stdout)
        self.assertTrue(list(self.folder.glob("snapshots/*/*.hsnap")))
        done = self.step("check")
        self.assertEqual(done.returncode, 1, done.stdout)
        [line] = [line for line in done.stdout.splitlines()
                  if line.startswith("::error") and "server.Request count" in line]
        self.assertIn("file=server.py,line=13,", line)  # of Server, which holds them
        self.assertIn("held by __main__.server.recent[*], server.Request", line)
        self.assertIn("server.Request", (self.folder / "summary.md").read_text())
        done = self.step("findings")
        self.assertEqual(done.returncode, 0, done.stdout)
        results = json.loads((self.folder / "heapsnap.sarif").read_text())["runs"][0]["results"]
        self.assertIn("server.Request", json.dumps(results))

    def test_no_variable_of_the_workflow_is_one_that_heapsnap_reads(self):
        names = re.findall(r"^          ([A-Z_]+): ", (EXAMPLE / "memory.yml").read_text(), re.M)
        self.assertTrue(names)
        self.assertEqual([name for name in names if name.startswith("HEAPSNAP")], [])

    def test_the_page_shows_the_files(self):
        files = [path.read_text() for path in EXAMPLE.iterdir() if path.is_file()]
        blocks = BLOCK.findall((ROOT / "docs/ci.md").read_text())
        self.assertGreaterEqual(len(blocks), 5)
        for block in blocks:
            self.assertTrue(any(block in text for text in files), block)


if __name__ == "__main__":
    unittest.main()
