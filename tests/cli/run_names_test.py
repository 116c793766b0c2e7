"""heapsnap run: what the files are called, which stay, and what is written into them."""

import os
import socket
import stat
import subprocess
import unittest

from running import HEAPSNAP, PYTHON, Folder, RunTest, facts, on_every_python


class NameTest(RunTest):
    def capturing(self, times):
        """A program that is captured so many times, one after another."""
        return self.folder.script(f"""
            import glob, os, signal, time
            for i in range({times}):
                before = set(glob.glob("a*.hsnap"))
                os.kill(os.getpid(), signal.SIGUSR2)
                while not set(glob.glob("a*.hsnap")) - before:
                    time.sleep(0.01)
        """)

    def test_variables(self):
        result = self.folder.run("-q", "-o", "a.%p.%n.%h.%%.hsnap", PYTHON, "-c",
                                 "import os; print(os.getpid())")
        pid = result.stdout.strip()
        self.assertEqual(self.folder.names(), [f"a.{pid}.1.{socket.gethostname()}.%.hsnap"])

    def test_a_name_that_repeats_gets_a_number(self):
        self.folder.run("-o", "a.hsnap", "--on-signal", "USR2", PYTHON, self.capturing(3))
        self.assertEqual(self.folder.names(), ["a.2.hsnap", "a.3.hsnap", "a.hsnap"])

    @on_every_python
    def test_numbers_follow_the_order_of_captures(self, python):
        for _ in range(5):
            self.folder = Folder(self)
            self.folder.run("--at", "exit", "--on", "memoryerror", "-o", "r.%n.hsnap", python.path,
                            "-c", "x = [0] * (1 << 60)")
            self.assertEqual(self.folder.names(), ["r.1.hsnap", "r.2.hsnap"])
            self.assertEqual(self.folder.triggers(), ["memoryerror", "exit"])

    def test_files_of_others_are_kept_whatever_the_name(self):
        (self.folder.path / "a.1.hsnap").write_text("mine")
        self.folder.run("-o", "a.%n.hsnap", PYTHON, "-c", "")
        self.assertEqual(self.folder.names(), ["a.1.hsnap", "a.2.hsnap"])
        self.assertEqual((self.folder.path / "a.1.hsnap").read_text(), "mine")

    def test_force_overwrites(self):
        (self.folder.path / "a.hsnap").write_text("old")
        result = self.folder.run("-o", "a.hsnap", "--force", PYTHON, "-c", "")
        self.assertEnded(result, 0)
        self.assertEqual(self.folder.triggers(), ["exit"])

    def test_what_is_no_file_is_not_replaced(self):
        os.mkfifo(self.folder.path / "pipe")
        result = self.folder.run("-o", "pipe", "--force", PYTHON, "-c", "print(1)")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("pipe is no ordinary file", result.stderr)
        self.assertTrue(stat.S_ISFIFO(os.stat(self.folder.path / "pipe").st_mode))

    def assertRefused(self, output, why):
        result = self.folder.run("-o", output, PYTHON, "-c", "print(1)")
        self.assertEqual((result.returncode, result.stdout), (2, ""), result.stderr)
        self.assertOneLine(result, why)

    def test_a_variable_that_is_not_known_beforehand_cannot_name_the_folder(self):
        self.assertRefused("%n/x.hsnap", "'%n' is in the folder of %n/x.hsnap")
        (self.folder.path / f"of {socket.gethostname()}").mkdir()
        self.assertEnded(self.folder.run("-q", "-o", "of %h/a.hsnap", PYTHON, "-c", ""), 0)
        self.assertTrue((self.folder.path / f"of {socket.gethostname()}" / "a.hsnap").exists())

    def test_a_name_that_is_too_long_is_refused_before_the_program_runs(self):
        self.assertRefused("x" * 256, "is too long")
        self.assertRefused("x" * 250 + "%p", "is too long")
        self.assertEnded(self.folder.run("-q", "-o", "x" * 249 + ".hsnap", PYTHON, "-c", ""), 0)
        self.assertEqual(len(self.folder.names()), 1)

    def test_a_link_that_leads_nowhere_is_there(self):
        (self.folder.path / "link").symlink_to("nowhere")
        self.assertRefused("link", "link exists")
        self.assertEqual(sorted(os.listdir(self.folder.path)), ["link"])

    def test_a_folder_gets_the_default_name(self):
        (self.folder.path / "snaps").mkdir()
        for name in "snaps", "snaps/":
            result = self.folder.run("-o", name, PYTHON, "-c", "")
            self.assertRegex(result.stderr, r"heapsnap: snaps/heapsnap-")
        [path, _] = (self.folder.path / "snaps").iterdir()
        self.assertRegex(path.name, r"\Aheapsnap-python[\d.]*\.\d+\..*\.1\.hsnap\Z")

    def test_the_program_gives_the_name(self):
        (self.folder.path / "pkg").mkdir()
        (self.folder.path / "pkg/__main__.py").write_text("")
        for words in (["-X", "dev", "-m", "pkg"], ["-W", "error", "pkg"], ["pkg/__main__.py"]):
            self.folder.run("-q", PYTHON, *words)
        programs = sorted(name.split(".")[0] for name in self.folder.names())
        self.assertEqual(programs, ["heapsnap-__main__", "heapsnap-pkg", "heapsnap-pkg"])

    def test_keep_leaves_the_newest(self):
        self.folder.run("-o", "a.%n.hsnap", "--keep", "2", "--on-signal", "USR2", PYTHON,
                        self.capturing(5))
        self.assertEqual(self.folder.names(), ["a.4.hsnap", "a.5.hsnap"])

    def test_a_name_does_not_come_back_when_its_file_is_gone(self):
        self.folder.run("-o", "a.hsnap", "--keep", "2", "--on-signal", "USR2", PYTHON,
                        self.capturing(5))
        self.assertEqual(self.folder.names(), ["a.4.hsnap", "a.5.hsnap"])

    def test_labels_strings_and_level(self):
        self.folder.run("-o", "a.hsnap", "--label", "build=17", "--label", "why=a, b", "--strings",
                        "prefix:5", "--level", "1", PYTHON, "-c", "")
        seen = facts(self.folder.snapshots()[0])
        self.assertEqual((seen["labels"], seen["strings"]),
                         (["build=17", "why=a, b"], "prefix:5"))

    def test_installed_packages_are_named(self):
        site = self.folder.path / "site"
        for package, top in (("Some-Thing", "some_thing"), ("other", "othermod")):
            info = site / f"{package.replace('-', '_')}-2.5.dist-info"
            info.mkdir(parents=True)
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 2.5\n")
            (info / "RECORD").write_text(f"{top}/__init__.py,,\n{top}/deep/inner.py,,\n{info.name}/RECORD,,\n")
            (site / top / "deep").mkdir(parents=True)
            (site / top / "__init__.py").write_text("")
            (site / top / "deep/__init__.py").write_text("")
            (site / top / "deep/inner.py").write_text("class Row: pass\nrows = [Row() for _ in range(9)]")
        self.folder.run("-o", "a.hsnap", PYTHON, "-c", "import some_thing.deep.inner", PYTHONPATH=site)
        result = subprocess.run([HEAPSNAP, "hist", "a.hsnap", "--by", "package", "-n", "0"],
                                cwd=self.folder.path, capture_output=True, text=True)
        self.assertRegex(result.stdout, r"Some-Thing.*2\.5")
        self.assertNotIn("other", result.stdout)


if __name__ == "__main__":
    unittest.main()
