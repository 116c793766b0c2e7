"""Snapshots that were recorded when the format became version 1 are read, and answered alike."""

import json
import unittest

from command_line import ROOT, heapsnap

GOLDEN = ROOT / "tests/golden"
VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14", "3.15")


def differences(recorded, found, where="answer"):
    """Where an answer is not what was recorded. Keys may have been added since."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        for key, value in recorded.items():
            if key not in found:
                yield f"{where}.{key} is not there"
            else:
                yield from differences(value, found[key], f"{where}.{key}")
    elif isinstance(recorded, list) and isinstance(found, list):
        if len(recorded) != len(found):
            yield f"{where} has {len(found)} elements, not {len(recorded)}"
        for i, (one, other) in enumerate(zip(recorded, found)):
            yield from differences(one, other, f"{where}[{i}]")
    elif recorded != found:
        yield f"{where} is {found!r}, not {recorded!r}"


def command(words, snapshot):
    """As tests/golden/record.py has asked."""
    names = {"SNAPSHOT": snapshot.name, "LATER": f"{snapshot.stem}-later.hsnap"}
    whole = {"--verify", "info", "analyze"} & set(words)
    return [*(names.get(word, word) for word in words), "-f", "json", *([] if whole else ["-n", "5"])]


class GoldenTest(unittest.TestCase):
    def test_a_difference_is_seen(self):
        recorded = {"rows": [{"count": 1}, {"count": 2}]}
        self.assertEqual(list(differences(recorded, {"rows": [{"count": 1, "new": 0}, {"count": 2}]})), [])
        for other in ({}, {"rows": []}, {"rows": [{"count": 1}, {"count": 3}]}, {"rows": [{}, {}]}):
            self.assertNotEqual(list(differences(recorded, other)), [])

    def test_every_recorded_question_has_its_answer(self):
        for version in VERSIONS:
            snapshot = GOLDEN / f"cpython-{version}.hsnap"
            lines = snapshot.with_suffix(".answers").read_text().splitlines()
            self.assertGreater(len(lines), 40)
            for line in lines:
                words, recorded = json.loads(line)
                with self.subTest(python=version, words=words):
                    result = heapsnap(*command(words, snapshot), cwd=GOLDEN)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    self.assertEqual(list(differences(recorded, json.loads(result.stdout))), [])


if __name__ == "__main__":
    unittest.main()
