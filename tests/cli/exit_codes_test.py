"""What goes wrong for users: one line says what and why, the code is right, nothing is left."""

import os
import random
import subprocess
import unittest

from command_line import HANG, HEAPSNAP, FolderTest, answer, heapsnap, snapshot

DONE, USAGE, UNREADABLE = 0, 2, 3


def cut_after_chunks(data, count):
    """The file's header and its first chunks, whole."""
    at = 16
    for _ in range(count):
        at += 16 + int.from_bytes(data[at:at + 4], "little")
    return data[:at]


def last_chunk(data):
    at = 16
    while at + 16 + int.from_bytes(data[at:at + 4], "little") < len(data):
        at += 16 + int.from_bytes(data[at:at + 4], "little")
    return at


COMMANDS = (["info"], ["analyze"], ["hist"], ["hist", "--by", "clodo,via"], ["top"], ["tree"],
            ["set", "size>100 & reachable"], ["refs", "size>1k", "--in"],
            ["refpat", "size>1k", "--depth", 3], ["paths", "size>1k", "-k", 2], ["roots"],
            ["threads"], ["modules", "-n", 3], ["garbage"], ["export", "--to", "jsonl"],
            ["export", "--to", "heapsnapshot"], ["export", "--to", "dot"])


class ExitCodesTest(FolderTest):
    def refused(self, code, expected, *words):
        result = heapsnap(*words)
        self.assertEqual(result.returncode, code, (words, result.stderr))
        self.assertEqual(result.stdout, "", words)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertTrue(result.stderr.startswith("heapsnap: error: "), result.stderr)
        self.assertRegex(result.stderr, expected)
        self.assertEqual([name for name in os.listdir(self.folder) if name.endswith(".tmp")], [])

    def test_an_answer_does_not_replace_its_snapshot(self):
        path = os.path.join(self.folder, "own.hsnap")
        with open(snapshot(), "rb") as file:
            data = file.read()
        with open(path, "wb") as file:
            file.write(data)
        self.refused(USAGE, "own.hsnap is the snapshot itself", "hist", path, "-o", path, "--force")
        with open(path, "rb") as file:
            self.assertEqual(file.read(), data)

    def test_no_arguments_show_the_help_as_a_mistake(self):
        result = heapsnap()
        self.assertEqual((result.returncode, result.stdout), (USAGE, ""))
        self.assertEqual(result.stderr, answer("--help"))

    def test_mistakes_in_the_command_line(self):
        for expected, words in (
                ("no command 'hsit', did you mean 'hist'", ["hsit"]),
                ("no option '--frob'", ["--frob"]),
                ("FILE is missing", ["hist"]),
                ("OBJECT is missing", ["show", snapshot()]),
                ("--to is missing", ["export", snapshot()]),
                ("no option --forse, did you mean '--force'", ["hist", snapshot(), "--forse"]),
                ("csv", ["analyze", snapshot(), "-f", "csv"]),
                ("xml", ["hist", snapshot(), "-f", "xml"]),
                ("-n", ["hist", snapshot(), "-n", "-1"]),
                ("'tpye' is no classifier, did you mean 'type'. there are type, clodo, size",
                 ["hist", snapshot(), "--by", "tpye"]),
                ("'zzz' is no classifier; there are type, clodo", ["hist", snapshot(), "--by", "zzz"]),
                ("'' is no classifier; there are", ["hist", snapshot(), "--by", "type,"]),
                ("heapsnap analyze", [snapshot()])):
            self.refused(USAGE, expected, *words)

    def test_objects_that_are_none(self):
        for word in ("foo", "@", "@0x", "0xzz", "12", "@0x1ffffffffffffffff", "-1"):
            self.refused(USAGE, "address|no option", "show", snapshot(), word)
        self.refused(USAGE, "no object of .* starts at @0x10", "show", snapshot(), "@0x10")

    def test_files_that_are_no_snapshots(self):
        self.refused(UNREADABLE, "No such file", "hist", self.folder / "none.hsnap")
        self.refused(UNREADABLE, "Is a directory", "hist", self.folder)
        self.refused(UNREADABLE, "empty file", "hist", self.write("empty", b""))
        self.refused(UNREADABLE, "some other file", "hist", self.write("text", b"hello\n" * 99))
        self.refused(UNREADABLE, "some other file", "hist", self.write("zeros", bytes(2**20)))
        self.refused(UNREADABLE, r"a\\nb", "hist", self.folder / "a\nb")

    def test_versions_from_the_future(self):
        data = bytearray(snapshot().read_bytes())
        data[8:10] = b"\xff\x00"
        self.refused(UNREADABLE, "format version 255", "info", self.write("a", bytes(data)))

    def test_a_file_that_is_cut_off_is_used_and_called_incomplete(self):
        data = snapshot().read_bytes()
        path = self.write("cut.hsnap", data[:last_chunk(data)])
        for name in ("hist", "info", "analyze", "roots", "threads"):
            result = heapsnap(name, path)
            self.assertEqual(result.returncode, DONE, result.stderr)
            self.assertIn(", incomplete\n", result.stdout)
            self.assertIn("warning: the snapshot is incomplete", result.stderr)
        self.assertIn('"complete": false', answer("hist", path, "-f", "json"))
        self.assertEqual(heapsnap("hist", path, "-q").stderr, "")
        self.refused(UNREADABLE, "incomplete", "info", path, "--verify")
        self.assertIn("incomplete", answer("info", path, "--verify", "--partial"))

    def test_a_file_cut_anywhere_has_an_answer_or_a_reason(self):
        data = snapshot().read_bytes()
        for size in [*range(0, 60, 7), *range(60, len(data), len(data) // 20)]:
            result = heapsnap("analyze", self.write("cut.hsnap", data[:size]))
            self.assertIn(result.returncode, (DONE, UNREADABLE), (size, result.stderr))
            self.assertRegex(result.stderr, "error|incomplete")

    def test_a_corrupt_file_is_refused_and_partial_uses_the_rest(self):
        data = bytearray(snapshot().read_bytes())
        data[last_chunk(data) + 16] ^= 1
        path = self.write("bad.hsnap", bytes(data))
        self.refused(UNREADABLE, r"checksum.*\(at byte \d+\)", "hist", path)
        result = heapsnap("hist", path, "--partial")
        self.assertEqual(result.returncode, DONE, result.stderr)
        self.assertIn(", incomplete\n", result.stdout)


    def test_damaged_files_have_an_answer_or_a_reason_from_every_command(self):
        whole = snapshot().read_bytes()
        for seed in range(8):
            chance = random.Random(seed)
            data = bytearray(whole)
            for _ in range(1 + seed % 3):
                data[chance.randrange(16, len(data))] ^= 1 << chance.randrange(8)
            path = self.write(f"{seed}.hsnap", bytes(data[:len(data) - seed % 2 * 5000]))
            for words in COMMANDS:
                for options in ([], ["--partial"]):
                    result = heapsnap(words[0], path, *words[1:], *options)
                    self.assertIn(result.returncode, (DONE, UNREADABLE),
                                  (words, seed, result.stderr))
                    if result.returncode == UNREADABLE:
                        self.assertEqual(result.stderr.count("\n"), 1, (words, result.stderr))
                    else:
                        self.assertIn("incomplete", result.stderr, (words, seed))


class OutputTest(FolderTest):
    def test_a_file_is_private_whole_and_never_overwritten_unasked(self):
        out = self.folder / "out.json"
        self.assertEqual(answer("hist", snapshot(), "-f", "json", "-o", out), "")
        self.assertEqual(out.stat().st_mode & 0o777, 0o600)
        whole = out.read_text()
        self.assertEqual(whole, answer("hist", snapshot(), "-f", "json"))
        again = heapsnap("hist", snapshot(), "-o", out)
        self.assertEqual(again.returncode, USAGE)
        self.assertRegex(again.stderr, "out.json exists; --force overwrites it")
        self.assertEqual(out.read_text(), whole)
        answer("hist", snapshot(), "-o", out, "--force")
        self.assertEqual(out.read_text(), answer("hist", snapshot()))
        self.assertEqual(os.listdir(self.folder), ["out.json"])

    def test_a_command_that_fails_leaves_no_file(self):
        self.assertEqual(heapsnap("hist", self.write("text", b"no"), "-o",
                                  self.folder / "out").returncode, UNREADABLE)
        self.assertEqual(os.listdir(self.folder), ["text"])

    def test_places_where_nothing_can_be_written(self):
        for out in (self.folder, self.folder / "none/out", "/dev/full"):
            result = heapsnap("hist", snapshot(), "-o", out)
            self.assertEqual((result.returncode, result.stdout), (USAGE, ""))
            self.assertRegex(result.stderr, "^heapsnap: error: cannot write .*\n$")

    def test_a_full_disk_behind_standard_output(self):
        for words in (["hist", snapshot()], ["export", snapshot(), "--to", "jsonl"], ["--help"]):
            with open("/dev/full", "w") as full:
                result = subprocess.run([HEAPSNAP, *words], stdout=full, stderr=subprocess.PIPE,
                                        text=True, timeout=HANG)
            self.assertEqual(result.returncode, USAGE)
            self.assertEqual(result.stderr, "heapsnap: error: cannot write standard output: "
                                            "No space left on device\n")

    def test_a_reader_that_has_seen_enough_is_no_error(self):
        path = snapshot()
        for words in (["export", path, "--to", "jsonl"], ["hist", path, "-q"], ["--help"]):
            reader, writer = os.pipe()
            os.close(reader)
            result = subprocess.run([HEAPSNAP, *words], stdout=writer, stderr=subprocess.PIPE,
                                    text=True, timeout=HANG)
            os.close(writer)
            self.assertEqual((result.returncode, result.stderr), (DONE, ""))

    def test_what_is_said_does_not_get_into_the_output_if_nobody_is_to_hear_it(self):
        data = snapshot().read_bytes()
        path = self.write("cut.hsnap", data[:last_chunk(data)])
        out = self.folder / "out"
        subprocess.run(["sh", "-c", f"'{HEAPSNAP}' hist {path} -f json -o {out} 2>&-"],
                       check=True, timeout=HANG)
        self.assertEqual(out.read_text(), answer("hist", path, "-f", "json"))

    def test_a_reader_of_mistakes_that_has_gone_changes_no_code(self):
        for code, words in ((USAGE, []), (USAGE, ["hsit"]), (UNREADABLE, ["hist", "/dev/null"])):
            reader, writer = os.pipe()
            os.close(reader)
            result = subprocess.run([HEAPSNAP, *words], stdout=writer, stderr=writer, timeout=HANG)
            os.close(writer)
            self.assertEqual(result.returncode, code)


if __name__ == "__main__":
    unittest.main()
