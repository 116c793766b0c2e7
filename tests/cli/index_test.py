"""--index: the same answers from the index, and nothing but a warning where there can be none."""

import os
import shutil
import signal
import subprocess
import sys
import time
import unittest

from command_line import (HANG, HEAPSNAP, FolderTest, answer, asked, heapsnap, on_every_snapshot,
                          pythons, snapshot, versions)

# Every command that answers of a snapshot.
QUESTIONS = [["analyze"], ["info"], ["hist"], ["hist", "--by", "clodo", "--sort", "retained"],
             ["top"], ["set", "type:dict"], ["refs", "--in", "type:__main__.Node"],
             ["refs", "--out", "type:__main__.Cache", "--by", "type"],
             ["paths", "type:__main__.Leaf", "-k", "3"], ["paths", "type:__main__.Node", "--count"],
             ["tree"], ["refpat", "type:__main__.Node", "--depth", "3"], ["modules"], ["garbage"],
             ["roots", "-n", "0"], ["threads"], ["export", "--to", "jsonl"],
             ["export", "--to", "heapsnapshot"],
             ["export", "--to", "dot", "--where", "type:__main__.Cache"]]
TABLES = {"export"}  # have a form of their own


def words_of(question, path):
    return [question[0], path, *question[1:],
            *([] if question[0] in TABLES else ["-f", "json"])]


def is_whole(index):
    """Whether a snapshot is answered from the index, without a word."""
    before = index.stat()
    result = heapsnap("top", str(index).removesuffix(".index"), "--index")
    after = index.stat()
    return (result.returncode, result.stderr) == (0, "") and before.st_ino == after.st_ino


class IndexTest(FolderTest):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "a.hsnap"
        shutil.copy(snapshot(), self.path)
        self.index = self.folder / "a.hsnap.index"
        self.plain = answer("top", self.path)

    def top(self, *words, **settings):
        """What --index says beside the right answer."""
        result = heapsnap("top", self.path, "--index", *words, **settings)
        self.assertEqual((result.returncode, result.stdout), (0, self.plain), result.stderr)
        return result.stderr

    @on_every_snapshot
    def test_every_command_answers_the_same(self, path):
        shutil.copy(path, self.path)
        self.index.unlink(missing_ok=True)
        [cache] = asked("top", self.path, "--where", "type:__main__.Cache")["rows"]
        for question in [*QUESTIONS, ["show", cache["object"]], ["tree", cache["object"]]]:
            with self.subTest(question=question):
                words = words_of(question, self.path)
                without = heapsnap(*words)
                self.assertEqual(without.returncode, 0, without.stderr)
                self.index.unlink(missing_ok=True)
                for there in (False, True):  # the first one writes it
                    self.assertEqual(self.index.exists(), there)
                    found = heapsnap(*words, "--index")
                    self.assertEqual((found.returncode, found.stdout, found.stderr),
                                     (0, without.stdout, without.stderr))
                self.assertTrue(is_whole(self.index))

    def test_allocation_sites_are_the_same(self):
        program = self.write("program.py", b"texts = ['text %d' % n for n in range(500)]\n")
        made = heapsnap("run", "-o", self.path, "--force", "--",
                        pythons()[versions()[-1]],
                        "-X", "tracemalloc", program)
        self.assertEqual(made.returncode, 0, made.stderr)
        for words in (["hist", self.path, "--by", "alloc,type", "-n", "0"], ["info", self.path]):
            without = answer(*words)
            self.assertIn("program.py:1" if words[0] == "hist" else "allocation sites", without)
            for _ in range(2):
                self.assertEqual(answer(*words, "--index"), without)
        self.assertTrue(is_whole(self.index))

    def test_the_index_is_used_and_for_its_owner_alone(self):
        self.assertEqual(self.top(), "")
        self.assertEqual(self.index.stat().st_mode & 0o777, 0o600)
        self.assertTrue(is_whole(self.index))
        self.assertEqual(sorted(os.listdir(self.folder)), ["a.hsnap", "a.hsnap.index"])
        self.assertEqual(self.top("--threads", "1"), "")

    def test_nothing_is_written_without_being_asked_for(self):
        self.assertEqual(answer("top", self.path), self.plain)
        self.assertFalse(self.index.exists())

    def test_standard_input_has_no_index(self):
        result = heapsnap("top", "-", "--index", given=self.path.read_bytes())
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"--index is for files", result.stderr)

    def assertRepaired(self, pattern):
        """It answers as without, says why, and the index is whole again."""
        said = self.top()
        self.assertRegex(said, rf"^heapsnap: warning: .*a\.hsnap\.index: not used: {pattern}\n$")
        self.assertTrue(is_whole(self.index))

    def test_a_damaged_index_is_written_anew(self):
        self.top()
        whole = self.index.read_bytes()
        for place in range(0, 24):
            at = 8 + (len(whole) - 9) * place // 23
            self.index.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1:])
            self.assertRepaired(".*")
            self.assertEqual(self.index.read_bytes(), whole)

    def test_a_truncated_index_is_written_anew(self):
        self.top()
        whole = self.index.read_bytes()
        for place in range(0, 24):
            self.index.write_bytes(whole[:len(whole) * place // 24])
            self.assertRepaired("it is (cut short|no index of a snapshot)")
            self.assertEqual(self.index.read_bytes(), whole)
        self.index.write_bytes(whole + b"more")
        self.assertRepaired("it has not the length that it should")

    def test_an_index_of_another_version_is_written_anew(self):
        self.top()
        whole = bytearray(self.index.read_bytes())
        whole[8] += 1
        self.index.write_bytes(whole)
        self.assertRepaired(r"it is of version \d+, where this heapsnap has \d+")

    def test_a_replaced_snapshot_is_not_answered_from_the_old_index(self):
        self.top()
        data = self.path.read_bytes()
        times = self.path.stat()
        program = self.folder / "other.py"
        program.write_text("x = [object() for _ in range(1000)]\n")
        made = heapsnap("run", "-o", self.path, "--force", sys.executable, program)
        self.assertEqual(made.returncode, 0, made.stderr)
        os.utime(self.path, ns=(times.st_atime_ns, times.st_mtime_ns))
        self.assertNotEqual(self.path.read_bytes(), data)
        self.plain = answer("top", self.path)
        self.assertRepaired("it is of another snapshot")

    def test_what_is_no_index_is_left_alone(self):
        self.index.write_text("notes of mine\n")
        self.assertRegex(self.top(), "not used: it is no index of a snapshot\n.*not written: what "
                                     "stands there is no index")
        self.assertEqual(self.index.read_text(), "notes of mine\n")
        self.top("--force")
        self.assertTrue(is_whole(self.index))

    def test_names_that_are_taken_by_no_file_are_left_alone(self):
        for make in (os.mkdir, os.mkfifo, lambda path: os.symlink("nowhere", path)):
            make(self.index)
            for words in ([], ["--force"]):
                self.assertIn("not written: what stands there is no index", self.top(*words))
            self.assertFalse((self.folder / "nowhere").exists())
            os.rmdir(self.index) if self.index.is_dir() else self.index.unlink()

    def test_a_snapshot_that_is_not_whole_has_no_index(self):
        self.path.write_bytes(self.path.read_bytes()[:-1])
        result = heapsnap("top", self.path, "--index")
        self.assertEqual(result.returncode, 0)
        self.assertIn("not written: only a whole snapshot has one", result.stderr)
        self.assertFalse(self.index.exists())

    def test_a_killed_writer_leaves_a_whole_index_or_none(self):
        begin = time.monotonic()
        self.top()
        span = time.monotonic() - begin
        whole = self.index.read_bytes()
        moment = finished = 0
        while finished < 4:
            moment += 1
            self.assertLess(moment, 2000)
            stale = moment % 2 == 1  # there is one to be replaced
            self.index.unlink(missing_ok=True)
            if stale:
                self.index.write_bytes(whole[:-64])
            process = subprocess.Popen([HEAPSNAP, "top", self.path, "--index"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(span * moment / 50)
            process.send_signal(signal.SIGKILL)
            process.wait(HANG)
            self.assertLessEqual({*os.listdir(self.folder)}, {"a.hsnap", "a.hsnap.index"})
            found = self.index.read_bytes() if self.index.exists() else b""
            self.assertIn(found, [b"", whole, *([whole[:-64]] if stale else [])])
            finished += found == whole
        self.assertGreater(moment, finished, "no writer was killed before its end")

    def test_writers_at_once_leave_a_whole_index(self):
        for stale in (False, True, True):
            if stale:
                self.index.write_bytes(self.index.read_bytes()[:-64])
            writers = [subprocess.Popen([HEAPSNAP, "top", self.path, "--index"], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                       for _ in range(6)]
            for writer in writers:
                out, err = writer.communicate(timeout=HANG)
                self.assertEqual((writer.returncode, out), (0, self.plain), err)
                self.assertNotIn("cannot", err)
            self.assertTrue(is_whole(self.index))
            self.assertEqual(len(os.listdir(self.folder)), 2)

    def in_small_folder(self, mount, *words):
        """Runs a command where `small` is a file system of its own, with the snapshot in it."""
        (self.folder / "small").mkdir()
        script = (f'{mount} && shift && "$@"; status=$?; ls -A small >&2; exit $status')
        return subprocess.run(
            ["unshare", *([] if os.getuid() == 0 else ["--map-root-user"]), "--mount", "sh", "-c",
             script, "-", "-", *map(str, words)],
            cwd=self.folder, capture_output=True, text=True, timeout=HANG)

    def test_a_full_disk_is_a_warning_and_leaves_nothing(self):
        room = self.path.stat().st_size // 1024 + 16
        mount = f"mount -t tmpfs -o size={room}k none small && cp a.hsnap small/"
        self.check_small(mount, "No space left on device")

    def test_a_folder_that_cannot_be_written_is_a_warning(self):
        mount = ("mount -t tmpfs none small && cp a.hsnap small/ && "
                 "mount -o remount,ro none small")
        self.check_small(mount, "Read-only file system")

    def check_small(self, mount, reason):
        if self.in_small_folder(mount, "true").returncode != 0:
            self.skipTest("no mount namespaces here")
        (self.folder / "small").rmdir()
        result = self.in_small_folder(mount, HEAPSNAP, "top", "small/a.hsnap", "--index")
        plain = self.plain.replace(str(self.path), "small/a.hsnap")
        self.assertEqual((result.returncode, result.stdout), (0, plain), result.stderr)
        self.assertRegex(result.stderr, rf"^heapsnap: warning: small/a.hsnap.index: .*{reason}.*\n"
                                        "a.hsnap\n$")

    def test_quiet_says_nothing_of_it(self):
        self.index.write_text("notes of mine\n")
        self.assertEqual(self.top("-q"), "")


if __name__ == "__main__":
    unittest.main()
