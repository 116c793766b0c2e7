"""heapsnap run: the program runs as if it had been started without us, and what cannot work is said."""

import os
import re
import signal
import stat
import subprocess
import unittest

from running import HEAPSNAP, PYTHON, Folder, RunTest, facts, on_every_python, wait_until


class ProgramTest(RunTest):
    """The program runs as if it had been started without us."""

    @on_every_python
    def test_at_exit_is_the_default_and_the_status_is_the_programs(self, python):
        folder = self.folder = Folder(self)
        app = folder.script("""
            import os, sys
            print(sys.argv[1:], os.environ.get("HEAPSNAP"), os.environ.get("PYTHONPATH"))
            sys.exit(3)
        """)
        result = folder.run(python.path, app, "--port", "1", "--", "-o", "x")
        self.assertEnded(result, 3, "['--port', '1', '--', '-o', 'x'] None None\n")
        [path] = folder.snapshots()
        self.assertRegex(path.name, r"\Aheapsnap-app\.\d+\.\d{8}T\d{6}Z\.1\.hsnap\Z")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(facts(path)["trigger"], "exit")
        said = result.stderr.splitlines()
        self.assertRegex(said[0], rf"\Aheapsnap: {path.name}: [\d,]+ objects, [\d.]+ MiB, agent "
                                  r"\(fork\) at exit, paused [\d.]+ .?s, file [\d.]+ [KM]iB\Z")
        self.assertEqual(said[1:], [f"next: heapsnap analyze {path.name}",
                                    f"next: heapsnap hist {path.name} --by clodo"])

    def test_a_script_alone_is_run_by_python3_and_it_is_said(self):
        self.folder.script("print(1)")
        result = self.folder.run("-o", "x.hsnap", "app.py")
        self.assertEnded(result, 0, "1\n")
        self.assertRegex(result.stderr, r"\Aheapsnap: running app.py with /[^\n]*/python3\n")
        self.assertEqual(self.folder.names(), ["x.hsnap"])

    def test_an_executable_script_runs_as_it_is(self):
        script = self.folder.script(f"""\
            #!{PYTHON}
            print("by its own line")
        """)
        script.chmod(0o755)
        result = self.folder.run("-o", "x.hsnap", "./app.py")
        self.assertEnded(result, 0, "by its own line\n")
        self.assertNotIn("running", result.stderr)
        self.assertEqual(self.folder.names(), ["x.hsnap"])

    def test_quiet_says_nothing(self):
        result = self.folder.run("-q", PYTHON, "-c", "")
        self.assertEnded(result, 0)
        self.assertEqual(result.stderr, "")
        self.assertEqual(len(self.folder.names()), 1)

    def test_statuses(self):
        for code, status in [("0", 0), ("1", 1), ("255", 255), ("'no'", 1)]:
            result = self.folder.run("-q", PYTHON, "-c", f"import sys; sys.exit({code})")
            self.assertEqual(result.returncode, status)

    def test_a_signal_that_ends_the_program_is_its_status_and_is_named(self):
        for name in ("KILL", "TERM", "SEGV"):
            with self.subTest(signal=name):
                code = f"import os, signal; os.kill(os.getpid(), signal.SIG{name})"
                result = self.folder.run(PYTHON, "-c", code)
                self.assertEnded(result, 128 + getattr(signal, f"SIG{name}"))
                self.assertOneLine(result, f"nothing was captured: SIG{name} ended the program")
        self.assertEqual(self.folder.names(), [])

    def test_an_exit_without_handlers_is_explained(self):
        result = self.folder.run(PYTHON, "-c", "import os; os._exit(7)")
        self.assertEnded(result, 7)
        self.assertOneLine(result, r"nothing was captured: .*os\._exit")

    def test_a_snapshot_that_cannot_be_sent_is_not_called_something_else(self):
        code = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))"
        result = self.folder.run(PYTHON, "-c", code)
        self.assertEnded(result, 0)
        self.assertRegex(result.stderr,
                         r"\Aheapsnap: heapsnap run cannot be reached \(Too many open files\)\n"
                         r"heapsnap: warning: nothing was captured: no snapshot came: .*, or could "
                         r"not send one, as its stderr then says; [^\n]*\n\Z")

    def test_another_network_namespace_is_explained(self):
        shell = ["unshare", "-n", *([] if os.getuid() == 0 else ["--map-root-user"])]
        if subprocess.run([*shell, "true"], capture_output=True).returncode != 0:
            self.skipTest("no network namespaces here")
        result = self.folder.run(*shell, PYTHON, "-c", "print(1)")
        self.assertEnded(result, 0, "1\n")
        self.assertRegex(result.stderr,
                         r"\Aheapsnap: heapsnap run cannot be reached from another network namespace: "
                         r"set HEAPSNAP=out=FILE for programs in there\n"
                         r"heapsnap: warning: nothing was captured: [^\n]*\n\Z")
        result = self.folder.run(*shell, "env", "HEAPSNAP=out=a.hsnap", PYTHON, "-c", "print(1)")
        self.assertEqual(self.folder.triggers(), ["exit"], result.stderr)

    def test_standard_input_is_the_programs(self):
        code = "import sys; print(sys.stdin.read().upper())"
        result = self.folder.run("-q", PYTHON, "-c", code, given="abc")
        self.assertEnded(result, 0, "ABC\n")

    def test_the_environment_and_the_path_are_the_programs(self):
        other = self.folder.path / "modules"
        other.mkdir()
        (other / "sitecustomize.py").write_text("print('mine')")
        app = self.folder.script("""
            import os, sys
            print(os.environ["PYTHONPATH"], [p for p in sys.path if "preload" in p])
        """)
        result = self.folder.run("-q", PYTHON, app, PYTHONPATH=other)
        self.assertEqual((result.returncode, result.stdout), (0, f"mine\n{other} []\n"))

    def test_a_program_that_is_not_python_runs_and_it_is_said_why_nothing_came(self):
        result = self.folder.run("sh", "-c", "echo hello; exit 5")
        self.assertEnded(result, 5, "hello\n")
        self.assertOneLine(result, "nothing was captured: no Python with the agent in it was heard of")

    def test_python_under_another_program_is_found(self):
        result = self.folder.run("-o", "x.hsnap", "sh", "-c", f"{PYTHON} -c 'print(1)'; exit 4")
        self.assertEnded(result, 4, "1\n")
        self.assertEqual(self.folder.triggers(), ["exit"])

    def test_isolated_python_is_explained(self):
        result = self.folder.run(PYTHON, "-I", "-c", "print(1)")
        self.assertEnded(result, 0, "1\n")
        self.assertOneLine(result, "-E, -I and -S keep it out")

    def test_closed_streams_change_nothing(self):
        app = self.folder.script("import sys; sys.exit(6)")
        for closed in ("2>&-", ">&-", "<&-"):
            words = f"{HEAPSNAP} run -o x.%n.hsnap {PYTHON} {app} {closed}"
            result = subprocess.run(["sh", "-c", words], cwd=self.folder.path, capture_output=True)
            self.assertEqual(result.returncode, 6, closed)
        self.assertEqual(self.folder.names(), ["x.1.hsnap", "x.2.hsnap", "x.3.hsnap"])

    def test_a_reader_that_has_gone_is_the_programs_business_only(self):
        app = self.folder.script("import sys; print('x' * 100000)")
        words = f"{HEAPSNAP} run -o x.hsnap {PYTHON} {app} 2>&1 | true"
        subprocess.run(["sh", "-c", words], cwd=self.folder.path, check=True)
        wait_until(lambda: self.folder.names() == ["x.hsnap"], "the snapshot")


class RefusalTest(RunTest):
    """What cannot work is said in one line, before the program starts."""

    def assertRefused(self, status, pattern, *words, **variables):
        with self.subTest(words=words):
            result = self.folder.run(*words, **variables)
            self.assertEnded(result, status)
            self.assertOneLine(result, pattern)
            self.assertIn("heapsnap: error: ", result.stderr)

    def test_programs(self):
        self.folder.script("", "readable")
        (self.folder.path / "empty.py").mkdir()
        self.assertRefused(4, "cannot run nosuch: not found on PATH", "nosuch")
        self.assertRefused(4, r"not found on PATH, but here: try \./readable", "readable")
        self.assertRefused(4, "No such file", "./nosuch")
        self.assertRefused(4, "No such file", "nosuch.py")
        self.assertRefused(4, "not executable", "./readable")
        self.assertRefused(4, "folder", "/usr")
        self.folder.script("")
        self.assertRefused(4, "no python3 on PATH", "app.py", PATH="/nonexistent")

    def test_options(self):
        run = lambda *words: (*words, PYTHON, "-c", "print(1)")
        self.assertRefused(2, "program", "--at", "exit")
        self.assertRefused(2, "signal", *run("--on-signal", "USR3"))
        self.assertRefused(2, "SIGKILL", *run("--on-signal", "KILL"))
        self.assertRefused(2, "SIGURG is what run itself sends", *run("--on-signal", "URG"))
        self.assertRefused(2, "duration", *run("--every", "soon"))
        self.assertRefused(2, "duration", *run("--every", "0s"))
        self.assertRefused(2, "size", *run("--on-rss", "5 apples"))
        self.assertRefused(2, "exit", *run("--at", "noon"))
        self.assertRefused(2, "memoryerror", *run("--on", "memoryerorr"))
        self.assertRefused(2, "label", *run("--label", "novalue"))
        self.assertRefused(2, "policy", *run("--strings", "some"))
        self.assertRefused(2, "level", *run("--level", "40"))
        self.assertRefused(2, "no option", *run("--nosuch"))

    def test_names(self):
        run = lambda *words: ("-o", *words, PYTHON, "-c", "print(1)")
        (self.folder.path / "there.hsnap").write_text("mine")
        self.assertRefused(2, "%q", *run("app.%q.hsnap"))
        self.assertRefused(2, "nosuch/", *run("nosuch/app.hsnap"))
        self.assertRefused(2, "cannot write snapshots in /proc/: no file can be made there",
                           *run("/proc/a.hsnap"))
        self.assertRefused(2, "stdout is the program's", *run("-"))
        self.assertRefused(2, "there.hsnap exists; --force", *run("there.hsnap"))
        self.assertEqual((self.folder.path / "there.hsnap").read_text(), "mine")

    def test_agent(self):
        self.assertRefused(4, "agent is not in /nonexistent", PYTHON, "-c", "print(1)",
                           HEAPSNAP_AGENT_DIR="/nonexistent")


if __name__ == "__main__":
    unittest.main()
