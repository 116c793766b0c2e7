"""heapsnap run with the agent and the Pythons that are there, for tests."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "agent"))
from programs import BUILD, HANG, finish, on_every_python, pythons  # noqa: E402, F401

HEAPSNAP = BUILD / "bin/heapsnap"
SANITIZED = b"__asan_init" in HEAPSNAP.read_bytes()  # its shadow alone takes terabytes of addresses

PYTHON = pythons().get("3.11") or next(iter(pythons().values()))


class Folder:
    """A folder for programs and their snapshots, gone after the test."""

    def __init__(self, test):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
        test.addCleanup(shutil.rmtree, self.path, ignore_errors=True)

    def script(self, text, name="app.py"):
        path = self.path / name
        path.write_text(textwrap.dedent(text))
        return path

    def start(self, *words, before=(), **variables):
        """heapsnap run WORDS, in the folder. A variable of None is unset."""
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", PYTHONUNBUFFERED="1")
        for name in ("HEAPSNAP", "HEAPSNAP_AGENT_DIR", "PYTHONPATH"):
            environment.pop(name, None)
        environment.update({name: str(value) for name, value in variables.items()})
        return subprocess.Popen([*before, HEAPSNAP, "run", *map(str, words)], cwd=self.path,
                                env=environment, text=True, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *words, given=None, **variables):
        return finish(self.start(*words, **variables), given)

    def snapshots(self):
        return sorted(self.path.glob("*.hsnap"))

    def names(self):
        return [path.name for path in self.snapshots()]

    def triggers(self):
        return [facts(path)["trigger"] for path in self.snapshots()]

    def leftovers(self):
        """Files under the temporary name that they have where files need one to be written."""
        return [path.name for path in self.path.iterdir() if path.name.startswith(".")]

    def is_written_to_by(self, process):
        """True while the process has a file in the folder open that has no name yet."""
        inside = [link for link in links_of(process.pid) if link.startswith(f"{self.path}/")]
        return any(link.endswith(" (deleted)") or "/.heapsnap." in link for link in inside)


def links_of(pid):
    """What the descriptors of a process are of."""
    links = []
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(os.readlink(entry))
        except OSError:
            pass  # closed in the meantime
    return links


def facts(path):
    """What `info` says of where a snapshot comes from; it must be whole."""
    result = subprocess.run([HEAPSNAP, "info", "--verify", "-f", "json", path],
                            capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["header"]


def wait_until(condition, what):
    end = time.monotonic() + HANG
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.01)


class RunTest(unittest.TestCase):
    def setUp(self):
        self.folder = Folder(self)

    def assertEnded(self, result, status, output=""):
        self.assertEqual((result.returncode, result.stdout), (status, output), result.stderr)
        self.assertEqual(self.folder.leftovers(), [], result.stderr)

    def assertOneLine(self, result, pattern):
        """The only thing on stderr is a line that matches, as an error line of ours."""
        self.assertRegex(result.stderr, rf"\Aheapsnap: (error: |warning: )?[^\n]*{pattern}[^\n]*\n\Z")
