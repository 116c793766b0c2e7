"""The committed layouts against every interpreter, and against the headers that are here."""

import json
import pathlib
import re
import subprocess
import sys
import unittest

from programs import ROOT, on_every_python

HERE = pathlib.Path(__file__).resolve().parent
LAYOUT = ROOT / "agent/layout"
sys.path.insert(0, str(LAYOUT / "generate"))
import field_names  # noqa: E402


def numbers_of(minor):
    """{"list.ob_item": 24, ...}: the column of one version, without what it lacks."""
    text, inside, found = (LAYOUT / f"columns/cpython_3_{minor}.inc").read_text(), [], {}
    for name, value, end in re.findall(r"\.(\w+) = (\{|[^,{}]+)|(\})", text[text.index("{") + 1 :]):
        if end:
            inside = inside[:-1]
        elif value == "{":
            inside.append(name)
        elif re.fullmatch(r"-?\d+", value.strip()):
            found[".".join([*inside, name])] = int(value)
    return found


def fields_of(minor):
    """{type name: [[offset, label, flags], ...]} of one version."""
    found = {}
    for (name, offset, label, flags), versions in field_names.rows().items():
        if versions >> (minor - 10) & 1:
            found.setdefault(name, []).append([offset, label, flags])
    return found


def answer(python, script, layout, fields):
    path = python.folder / "numbers.json"
    path.write_text(json.dumps({"layout": layout, "fields": fields}))
    result = python.run_words(["-W", "ignore", str(HERE / script), str(path)])
    assert result.stdout, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


class LayoutDriftTest(unittest.TestCase):
    maxDiff = None

    @on_every_python
    def test_every_claim_holds_and_would_miss_a_wrong_number(self, python):
        found = answer(python, "layout_check.py", numbers_of(python.minor), {})
        self.assertEqual(found["false"], [])
        self.assertEqual(found["unnoticed"], [])
        self.assertIn("list.ob_item", found["read"])

    @on_every_python
    def test_named_words_hold_what_they_say_and_no_reference_is_nameless(self, python):
        found = answer(python, "layout_probe.py", numbers_of(python.minor), fields_of(python.minor))
        self.assertEqual(found["wrong"], [])
        self.assertEqual(found["unnamed"], [])
        self.assertIn("method .__self__", found["seen"])

    @on_every_python
    def test_field_names_that_are_off_by_half_a_word_are_all_noticed(self, python):
        layout, fields = numbers_of(python.minor), fields_of(python.minor)
        seen = answer(python, "layout_probe.py", layout, fields)["seen"]
        moved = {
            name: [[offset + 4, label, flags] for offset, label, flags in rows]
            for name, rows in fields.items()
        }
        found = answer(python, "layout_probe.py", layout, moved)
        noticed = {line.split(":")[0] for line in found["wrong"]}
        self.assertEqual(set(seen) & set(found["seen"]), set())
        self.assertGreater(len(noticed), len(seen) / 2)

    def test_columns_are_what_the_headers_say(self):
        result = subprocess.run(
            [sys.executable, LAYOUT / "generate/columns.py", "--check"],
            capture_output=True,
            text=True,
        )
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_the_table_of_field_names_is_what_its_source_says(self):
        result = subprocess.run(
            [sys.executable, LAYOUT / "generate/field_names.py", "--check"],
            capture_output=True,
            text=True,
        )
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    unittest.main()
