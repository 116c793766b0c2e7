"""Programs of every supported CPython, run with the agent that was built.

    class SignalTest(unittest.TestCase):
        @on_every_python
        def test_a_signal_captures(self, python):
            result = python.run("import heapsnap; print(1)")
            self.assertEqual(result.stdout, "1\\n")

The build is HEAPSNAP_BUILD (default: build/dev), the interpreters are those of build/pythons.txt;
HEAPSNAP_PYTHONS="3.11 3.14" takes only some of them. A version that is not there is skipped by name.
"""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("HEAPSNAP_BUILD", ROOT / "build/dev")).resolve()
AGENT = BUILD / "lib/heapsnap/agent"
SUPPORTED = ("3.10", "3.11", "3.12", "3.13", "3.14", "3.15")
HANG = 120  # seconds: a program that takes longer hangs
SOAK = bool(os.environ.get("HEAPSNAP_SOAK"))
THOROUGH = ("3.11", "3.14")  # where slow tests take the whole case, in soak everywhere


class Python:
    """One interpreter, and a folder that is gone after the test. It sees the agent's package."""

    def __init__(self, version, path, folder):
        self.version = version
        self.minor = int(version.split(".")[1])
        self.path = path
        self.folder = pathlib.Path(folder)
        self.thorough = SOAK or version in THOROUGH

    def start(self, program, *arguments, options=(), **variables):
        """A process that runs the text of a program, in the folder. A variable of None is unset."""
        script = self.folder / "program.py"
        script.write_text(textwrap.dedent(program))
        return self.start_words([*options, str(script), *map(str, arguments)], **variables)

    def start_words(self, words, **variables):
        environment = dict(os.environ, PYTHONPATH=str(AGENT), PYTHONDONTWRITEBYTECODE="1")
        environment.pop("HEAPSNAP", None)
        environment.update((name, value) for name, value in variables.items() if value is not None)
        for name, value in variables.items():
            if value is None:
                environment.pop(name, None)
        return subprocess.Popen([self.path, *words], cwd=self.folder, env=environment, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def run(self, program, *arguments, **settings):
        return finish(self.start(program, *arguments, **settings))

    def run_words(self, words, **variables):
        return finish(self.start_words(words, **variables))

    def answer(self, program, *arguments, **settings):
        """The last line that the program prints, from JSON. It must end well and say nothing else."""
        result = self.run(program, *arguments, **settings)
        if result.returncode != 0 or result.stderr:
            raise AssertionError(f"the program ended with {result.returncode}: {result.stderr}")
        return json.loads(result.stdout.splitlines()[-1])


def state_of(pid):
    """As in /proc/PID/status: T, stopped; Z, ended, also if it has gone since."""
    try:
        return pathlib.Path(f"/proc/{pid}/status").read_text().split("State:\t")[1][0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


def finish(process, given=None):
    try:
        output, errors = process.communicate(given, timeout=HANG)
    except subprocess.TimeoutExpired:
        process.kill()
        output, errors = process.communicate()
        raise AssertionError(f"the program hangs: {output}{errors}") from None
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def pythons():
    """Version -> path, of those that are here and wanted."""
    found = {}
    for line in (ROOT / "build/pythons.txt").read_text().splitlines():
        version, path = line.split()
        found.setdefault(".".join(version.split(".")[:2]), path)
    wanted = os.environ.get("HEAPSNAP_PYTHONS", " ".join(SUPPORTED)).split()
    return {version: path for version, path in found.items() if version in wanted}


def on_every_python(test=None, *, since="3.10"):
    """Runs a test method once for each interpreter, as a subtest."""
    if test is None:
        return functools.partial(on_every_python, since=since)

    @functools.wraps(test)
    def run(self):
        found = pythons()
        for version in SUPPORTED[SUPPORTED.index(since):]:
            with self.subTest(python=version):
                if version not in found:
                    print(f"SKIPPED {self.id()} on {version}: not asked for, or not in build/pythons.txt")
                    self.skipTest(f"no Python {version}")
                folder = tempfile.mkdtemp(prefix="heapsnap-test-")
                try:
                    test(self, Python(version, found[version], folder))
                finally:
                    shutil.rmtree(folder, ignore_errors=True)

    return run
