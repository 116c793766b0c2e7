"""Runs what the documents show: README.md and docs/*.md say what heapsnap really prints.

A block that is fenced as `console` has commands behind `$ ` and what they print, standard error
included. The blocks of a document run in their order in one folder, which has docs/examples.
Numbers, times, addresses and folders may differ, and so may the blanks that align them; a line
`...` stands for any lines. An address in a command means the one that has stood in its place in the
output of an earlier command.
"""

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

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PYTHON = "3.11"  # what the documents are written with: Debian 12's

BLOCK = re.compile(r"^( *)```console\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
NUMBERS = [(re.compile(r"\d{4}-\d\d-\d\dT[\d:]+Z"), "TIME"),
           (ADDRESS, "ADDRESS"),
           (re.compile(r"\b[\d,]+(\.\d+)? (B|[KMG]iB|ns|us|ms|s)\b"), "SIZE"),
           (re.compile(r"\b[0-9a-f]{16}\b|#[0-9a-f]{6}\b"), "HASH"),
           (re.compile(r"\S+/"), ""),  # folders
           (re.compile(r"^host: .*"), "host"),
           (re.compile(r"\d[\d,.]*%?"), "N"),
           (re.compile(r"\s+"), " ")]


def commands(document):
    """(command, the lines that it prints) of all blocks."""
    found = []
    for indent, block in BLOCK.findall(document):
        for line in block.splitlines():
            line = line[len(indent):]
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return [(command, trimmed(lines)) for command, lines in found]


def trimmed(lines):
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def normalised(line):
    for pattern, name in NUMBERS:
        line = pattern.sub(name, line)
    return line.strip()


def match(shown, printed):
    """Pairs of lines (shown, printed) that are the same, or None if the texts differ."""
    if not shown:
        return [] if not printed else None
    if shown[0].strip() == "...":
        for skipped in range(len(printed) + 1):
            pairs = match(shown[1:], printed[skipped:])
            if pairs is not None:
                return pairs
        return None
    if not printed or normalised(shown[0]) != normalised(printed[0]):
        return None
    rest = match(shown[1:], printed[1:])
    return None if rest is None else [(shown[0], printed[0]), *rest]


class ConsoleBlocksTest(unittest.TestCase):
    def setUp(self):
        if PYTHON not in pythons():
            print(f"SKIPPED the console blocks of the documents: no Python {PYTHON}")
            self.skipTest(f"no Python {PYTHON}")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="heapsnap-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        (self.folder / "bin").mkdir()
        (self.folder / "bin/heapsnap").symlink_to(BUILD / "bin/heapsnap")
        (self.folder / "bin/python3").symlink_to(pythons()[PYTHON])
        shutil.copytree(ROOT / "docs/examples", self.folder / "docs/examples")

    def run_command(self, command):
        # As if the package were installed.
        environment = dict(os.environ, PATH=f"{self.folder}/bin:{os.environ['PATH']}",
                           PYTHONPATH=str(AGENT))
        result = subprocess.run(["bash", "-c", command], cwd=self.folder, env=environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, timeout=HANG)
        return trimmed(result.stdout.splitlines())

    def check(self, document):
        addresses = {}
        for command, shown in commands(document.read_text()):
            command = ADDRESS.sub(lambda found: addresses.get(found[0], found[0]), command)
            printed = self.run_command(command)
            pairs = match(shown, printed)
            if pairs is None:
                self.fail(f"{document.name} shows for: {command}\n" + "\n".join(shown) +
                          "\n\nbut it prints:\n" + "\n".join(printed))
            for line, other in pairs:
                addresses.update(zip(ADDRESS.findall(line), ADDRESS.findall(other)))

    def test_the_documents_show_what_heapsnap_prints(self):
        for document in DOCUMENTS:
            with self.subTest(document=document.name):
                self.check(document)

    def test_there_are_blocks_to_run(self):
        found = {document.name for document in DOCUMENTS if commands(document.read_text())}
        self.assertGreaterEqual(found, {"README.md", "output.md"})


class MatchTest(unittest.TestCase):
    def test_numbers_and_blanks_may_differ_and_words_may_not(self):
        self.assertIsNotNone(match(["1,234  1.5 MiB  dict"], ["  9   700 B  dict"]))
        self.assertIsNone(match(["1,234  1.5 MiB  dict"], ["1,234  1.5 MiB  list"]))
        self.assertIsNone(match(["one"], []))
        self.assertIsNone(match([], ["one"]))

    def test_dots_stand_for_any_lines(self):
        self.assertEqual(match(["a", "...", "c"], ["a", "b", "b", "c"]), [("a", "a"), ("c", "c")])
        self.assertEqual(match(["a", "..."], ["a"]), [("a", "a")])
        self.assertIsNone(match(["a", "...", "c"], ["a", "b"]))


if __name__ == "__main__":
    unittest.main()
