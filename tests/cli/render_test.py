"""The forms of an answer: JSON as docs/schema has it, tables on terminals and elsewhere."""

import copy
import json
import re
import subprocess
import unittest

import jsonschema  # Debian: python3-jsonschema

from command_line import (HANG, HEAPSNAP, ROOT, FolderTest, answer, asked, heapsnap,
                          on_every_snapshot, snapshot, terminal_output)

SCHEMAS = ROOT / "docs/schema"
QUESTIONS = ("analyze", "info", "hist", "roots", "threads", "tree", "modules", "garbage")


def closed(schema):
    """The schema with all that it does not mention forbidden: what we print is documented."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict):
        result["additionalProperties"] = False
    return result


def validator(name):
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return kind(closed(schema))


class SchemaTest(FolderTest):
    @on_every_snapshot
    def test_every_answer_is_as_its_schema_says(self, path):
        for name in QUESTIONS:
            for limit in (3, 0):
                validator(name).validate(asked(name, path, "-n", limit))
        validator("hist").validate(asked("hist", path, "--by", "clodo,size"))

    @on_every_snapshot
    def test_every_kind_of_object_is_shown_as_the_schema_says(self, path):
        check = validator("show")
        lines = map(json.loads, answer("export", path, "--to", "jsonl").splitlines())
        one_of_each = {line["type"]: line["object"] for line in lines if line["record"] == "node"}
        for address in [*one_of_each.values()][::7]:
            check.validate(asked("show", path, address))

    @on_every_snapshot
    def test_every_line_of_an_export_is_as_the_schema_says(self, path):
        checks = {option["properties"]["record"]["const"]: type(validator("jsonl"))(option)
                  for option in validator("jsonl").schema["oneOf"]}
        for number, line in enumerate(answer("export", path, "--to", "jsonl").splitlines()):
            record = json.loads(line)
            if record["record"] != "node" or number % 50 == 0:
                checks[record["record"]].validate(record)

    def test_a_damaged_snapshot_is_described_by_the_same_schemas(self):
        path = self.write("cut.hsnap", snapshot().read_bytes()[:-40])
        for name in QUESTIONS:
            found = asked(name, path)
            self.assertFalse(found["snapshot"]["complete"])
            validator(name).validate(found)

    def test_a_schema_refuses_what_is_not_in_it(self):
        found = asked("hist", snapshot())
        for spoil in (lambda row: row.update(more=1), lambda row: row.update(count="1"),
                      lambda row: row.pop("kind")):
            spoiled = copy.deepcopy(found)
            spoil(spoiled["rows"][0])
            self.assertFalse(validator("hist").is_valid(spoiled))

    def test_every_schema_is_of_a_command(self):
        self.assertEqual({path.stem for path in SCHEMAS.glob("*.json")},
                         {*QUESTIONS, "show", "set", "refs", "refpat", "top", "paths", "jsonl", "check",
                          "diff", "series", "ps"})


class TableTest(unittest.TestCase):
    def test_columns_are_aligned(self):
        lines = answer("hist", snapshot()).splitlines()[2:]
        ends = [[match.end() for match in re.finditer(r"[\d.,]+%", line)] for line in lines[1:]]
        self.assertEqual(len({tuple(end) for end in ends}), 1, lines)
        starts = {line.index(line.split("  ")[-1], ends[0][-1]) for line in lines[1:]}
        self.assertEqual(len(starts), 1, lines)

    def test_verbose_adds_the_selectors(self):
        self.assertNotIn("SELECT", answer("hist", snapshot()))
        self.assertIn("type:__main__.Node\n", answer("hist", snapshot(), "-v", "-n", 0))

    def test_markdown_rows_have_the_cells_of_their_heading(self):
        for name in ("hist", "roots", "threads"):
            lines = [line for line in answer(name, snapshot(), "-f", "md").splitlines()
                     if line.startswith("|")]
            self.assertGreater(len(lines), 3)
            self.assertEqual(len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}), 1)


class TerminalTest(unittest.TestCase):
    def test_lines_fit_the_terminal_and_are_cut_nowhere_else(self):
        words = ("hist", snapshot(), "--by", "module,clodo", "-n", 0, "--color", "never",
                 "--progress", "never")
        plain = answer(*words).splitlines()[2:]
        shown = terminal_output(*words, columns=60).splitlines()[2:]
        self.assertGreater(max(map(len, plain)), 60)
        self.assertEqual(max(map(len, shown)), 60)
        for whole, line in zip(plain, shown):
            self.assertTrue(line == whole or (line[-1] == "…" and whole.startswith(line[:-1])))

    def test_colours_show_on_a_terminal_unless_refused(self):
        escape = "\x1b["
        words = ("hist", snapshot(), "--progress", "never")
        self.assertIn(escape, terminal_output(*words))
        self.assertNotIn(escape, terminal_output(*words, NO_COLOR="1"))
        self.assertNotIn(escape, terminal_output(*words, TERM="dumb"))
        self.assertNotIn(escape, terminal_output(*words, "--color", "never"))
        self.assertNotIn(escape, answer(*words))
        self.assertIn(escape, answer(*words, "--color", "always"))

    def test_progress_shows_where_it_is_asked_for(self):
        self.assertRegex(heapsnap("hist", snapshot(), "--progress", "always").stderr, r"\d+%")
        self.assertEqual(heapsnap("hist", snapshot()).stderr, "")
        self.assertNotIn("%\x1b[K", terminal_output("hist", snapshot(), "--progress", "never"))


class TextTest(unittest.TestCase):
    def test_help_has_examples_that_are_read_without_complaint(self):
        for line in answer("--help").splitlines():
            if not (found := re.match(r"  (\w+)  +[a-z]", line)):
                continue
            text = answer(found[1], "--help")
            self.assertIn("Examples:\n", text)
            self.assertLessEqual(max(map(len, text.splitlines())), 80, text)

    def test_the_version_is_that_of_the_project(self):
        project = (ROOT / "CMakeLists.txt").read_text().split("project(")[1]
        version = re.search(r"VERSION (\S+)", project)
        self.assertEqual(answer("--version"), f"heapsnap {version[1]}\n")

    def test_quiet_says_only_what_was_asked(self):
        self.assertNotEqual(heapsnap("analyze", snapshot()).stderr, "")
        self.assertEqual(heapsnap("analyze", snapshot(), "-q").stderr, "")
        self.assertEqual(answer("analyze", snapshot(), "-q"), answer("analyze", snapshot()))

    def test_standard_output_may_be_closed(self):
        result = subprocess.run(["sh", "-c", f"'{HEAPSNAP}' --version >&-"], capture_output=True,
                                text=True, timeout=HANG)
        self.assertEqual(result.returncode, 2)
        self.assertRegex(result.stderr, "^heapsnap: error: cannot write standard output: .*\n$")


if __name__ == "__main__":
    unittest.main()
