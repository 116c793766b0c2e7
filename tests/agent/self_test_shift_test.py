"""The walk's self-test notices wrong numbers of the layout; which it cannot, is in a list.

self_test_unnoticed.txt has the list: a line for each name, with the versions of which it is true.
What the walk reads with those numbers can be wrong without anybody noticing, so the list must not
grow. The numbers of library and hints are not the self-test's business.
"""

import json
import pathlib
import re
import unittest

from programs import BUILD, ROOT, on_every_python

HERE = pathlib.Path(__file__).resolve().parent
PROBE = BUILD / "tests/self_test_probe.so"
WIDE = ("immortal_from", "pointer_mask", "tag_mask", "tag_int", "tag_invalid", "tag_borrowed")


def numbers_of(minor):
    """[[name, offset in struct Layout, value as written], ...]."""
    text = (ROOT / f"agent/layout/columns/cpython_3_{minor}.inc").read_text()
    text = text[text.index("{") + 1:text.index(".library = ")]
    found, at = [], 0
    for part, rest in re.findall(r"^    \.(\w+) = (\{.*?\}|\d+)", text, re.M | re.S):
        members = re.findall(r"\.(\w+) = ([^,{}]+)", rest) or [("", rest)]
        align = 8 if any(name in WIDE for name, _ in members) else 4
        at += -at % align
        for name, value in members:
            size = 8 if name in WIDE else 1 if name == "scheme" else 4
            at += -at % size
            found.append([f"{part}.{name}" if name else part, at, value.strip()])
            at += size
        at += -at % align
    return found


def unnoticed_in(version):
    lines = (HERE / "self_test_unnoticed.txt").read_text().splitlines()
    rows = [line.split() for line in lines if line and line[0] != "#"]
    return sorted(name for name, *versions in rows if version in versions)


class SelfTestShiftTest(unittest.TestCase):
    maxDiff = None

    @on_every_python
    def test_a_wrong_number_is_noticed_but_for_those_in_the_list(self, python):
        numbers = numbers_of(python.minor)
        given = [[name, at] for name, at, value in numbers
                 if re.fullmatch(r"-?\d+", value) and name != "minor"]
        path = python.folder / "numbers.json"
        path.write_text(json.dumps(given))
        result = python.run_words([str(HERE / "self_test_shifts.py"), str(PROBE), str(path)])
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        found = json.loads(result.stdout)
        low_words = [int(value) & 0xFFFFFFFF for name, at, value in numbers if [name, at] in given]
        self.assertEqual(found["values"], low_words)  # so the offsets are right
        self.assertTrue(found["right"])
        self.assertGreater(len(given), 150)
        self.assertEqual(sorted(found["unnoticed"]), unnoticed_in(python.version))


if __name__ == "__main__":
    unittest.main()
