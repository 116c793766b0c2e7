"""Snapshots of the process that runs a test, and the command line's answers about them."""

import gc
import hashlib
import json
import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

from heapsnap import __main__ as command_line
from heapsnap import capture
from pytest_heapsnap.limits import PATHS_OF_PATCHED_PATH, PATHS_OF_PYTEST, Limits


def of(item, tmp_path_factory):
    """Those of a test: in a new folder, or in what --heapsnap-dir names the same as last time."""
    kept_in = item.config.getoption("heapsnap_dir")
    if kept_in is None:
        return Snapshots(tmp_path_factory.mktemp("heapsnap"))
    folder = pathlib.Path(kept_in).absolute() / _folder_name(item.nodeid)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.hsnap"):
        path.unlink()
    return Snapshots(folder)


def _folder_name(node):
    """Its end, for people, and what tells it from all others: [a/b] and [a b] are two tests."""
    number = hashlib.sha256(node.encode(errors="surrogatepass")).hexdigest()[:8]
    return re.sub(r"[^\w.-]+", "_", node)[-100:] + "-" + number


class Snapshots:
    """What the fixture `heapsnap` is.

        before = heapsnap.snapshot()
        serve(1000)
        after = heapsnap.snapshot()
        heapsnap.check(before, after, no_new="app.Session")

    The files are removed after the test, unless it fails.
    """

    def __init__(self, folder):
        self.folder = folder
        self._warnings = []  # for when the test is over
        self._taken = 0
        self._budgets = 0
        self._asked = ""  # the command line that had findings
        self._kept = False

    def snapshot(self):
        """Takes one, after a collection, and returns its path."""
        [path] = self.next_paths(1)
        self.take(path)
        return pathlib.Path(path)

    def diff(self, old, *newer, by="type"):
        """What `heapsnap diff` answers, from JSON."""
        return self.ask("diff", old, *newer, "--by", by)

    def ask(self, *words):
        """What any command answers, from JSON: heapsnap.ask("set", path, "type:app.Session")."""
        done = _run(*words, "-f", "json")
        if done.returncode != 0:
            raise ValueError(done.stderr.strip())
        return json.loads(done.stdout)

    def check(self, old, *newer, **limits):
        """Fails the test if the newest snapshot exceeds the limits, as limits.Limits takes them."""
        wrong = None
        try:
            limits = Limits(**limits)
            limits.demand_file()
        except ValueError as error:
            wrong = str(error)
        if wrong is not None:
            pytest.fail(f"heapsnap: {wrong}", pytrace=False)
        paths = [old, *newer]
        self.demand(paths, limits.since_warmup(), limits.file)
        self.demand([old, paths[-1]], limits.since_start())

    # What the marker is made of.

    def next_paths(self, count):
        """Strings of one length, which stay as they are: a Path caches its parts when used."""
        numbers = range(self._taken + 1, self._taken + count + 1)
        self._taken += count
        width = len(str(self._taken))
        return [str(self.folder / f"{number:0{width}}.hsnap") for number in numbers]

    def take(self, path):
        gc.collect()
        capture(path)

    def demand(self, paths, budget, file=None):
        """Fails the test if `paths` are not within a budget, which is given as text, or a file."""
        if budget is not None:
            self._budgets += 1
            written = self.folder / f"{self._budgets}.toml"
            written.write_text(budget)
            self._check(paths, written)
        if file is not None:
            self._check(paths, file)

    def _check(self, paths, budget):
        words = ["check", *paths, "--budget", budget]
        done = _run(*words)
        if done.returncode in (0, 1):
            self._warnings += _warnings(done.stderr)
        if done.returncode == 0:
            return
        if done.returncode == 1:
            self._asked = "heapsnap " + " ".join(shlex.quote(str(word)) for word in words) + "\n"
            pytest.fail(f"heapsnap: {_findings(done.stdout)}", pytrace=False)
        pytest.fail(done.stderr.strip(), pytrace=False)

    def warn_of(self, item):
        """Says in pytest's summary what the command line has warned of."""
        for warning in self._warnings:
            item.warn(pytest.PytestWarning(warning))

    def attach(self, report):
        """Puts into the report of a test that failed what there is to know, and keeps the files."""
        self._kept = True
        paths = "\n".join(str(path) for path in sorted(self.folder.glob("*.hsnap")))
        if paths:
            said = f"{self._asked}the snapshots are kept:\n{paths}\n"
            report.sections.append(("heapsnap", said))

    def tidy(self):
        if not self._kept:
            shutil.rmtree(self.folder)


def _run(*words):
    program = next((place for place in command_line.PLACES if place.is_file()), "heapsnap")
    return subprocess.run([str(program), *map(str, words)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)


def _warnings(said):
    """What the command line warned of, but for suppressions of limits.py that meant nothing."""
    needless = [f"suppression '{path}' matches no finding"
                for path in (*PATHS_OF_PYTEST, *PATHS_OF_PATCHED_PATH)]
    return [line for line in said.splitlines() if not line.endswith(tuple(needless))]


def _findings(answer):
    """The paragraphs of the table that are about findings which fail something."""
    _snapshots, _headline, *paragraphs = answer.strip().split("\n\n")
    return "\n\n".join(text for text in paragraphs if "\n  suppressed: " not in text)
