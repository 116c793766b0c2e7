"""heapsnap run: signals reach the program once, and how run ends with it."""

import os
import pty
import signal
import subprocess
import sys
import textwrap
import time
import unittest

from running import HANG, HEAPSNAP, PYTHON, RunTest, finish, wait_until


class SignalTest(RunTest):
    COUNTING = """
        import signal, sys
        seen = []
        def see(number, frame):
            seen.append(number)
            print("sees", number, flush=True)
        for number in map(int, sys.argv[1:]):
            signal.signal(number, see)
        print("ready", flush=True)
        while sys.stdin.readline() != "end\\n":
            pass
        print(seen)
    """

    def test_signals_are_handed_on_once(self):
        numbers = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1,
                   signal.SIGALRM, signal.SIGWINCH, signal.SIGRTMIN + 2]
        app = self.folder.script(self.COUNTING)
        process = self.folder.start("-q", PYTHON, app, *map(int, numbers))
        process.stdout.readline()
        for number in numbers:
            process.send_signal(number)
            self.assertEqual(process.stdout.readline(), f"sees {int(number)}\n")
        result = finish(process, "end\n")
        self.assertEnded(result, 0, f"{[int(number) for number in numbers]}\n")
        self.assertEqual(len(self.folder.names()), 1)

    def test_the_program_and_not_run_ignores_what_was_ignored_at_the_start(self):
        """A parent that ignores SIGCHLD would never hear of the program's end."""
        app = self.folder.script("""
            import signal, sys
            print([name for name in ("SIGCHLD", "SIGHUP", "SIGUSR1")
                   if signal.getsignal(getattr(signal, name)) == signal.SIG_IGN])
            sys.exit(8)
        """)
        for ignored in ([], ["CHLD"], ["HUP", "CHLD"]):
            words = ["env", *(f"--ignore-signal={name}" for name in ignored)]
            result = finish(self.folder.start("-q", "--every", "1h", PYTHON, app, before=words))
            self.assertEnded(result, 8, f"{sorted('SIG' + name for name in ignored)}\n")

    def test_run_ends_after_the_program_and_as_it_does(self):
        app = self.folder.script("""
            import signal, sys, time
            def leave(*what):
                time.sleep(0.3)
                print("left")
                sys.exit(9)
            signal.signal(signal.SIGTERM, leave)
            print("ready", flush=True)
            time.sleep(60)
        """)
        process = self.folder.start("-q", PYTHON, app)
        process.stdout.readline()
        process.terminate()
        self.assertEnded(finish(process), 9, "left\n")
        self.assertEqual(len(self.folder.names()), 1)

    def test_a_program_that_is_captured_as_it_is_terminated_ends_by_that(self):
        code = "import time; print('ready', flush=True); time.sleep(60)"
        process = self.folder.start("-q", "--on-signal", "TERM", PYTHON, "-c", code)
        process.stdout.readline()
        process.terminate()
        self.assertEnded(finish(process), 128 + signal.SIGTERM)
        self.assertEqual(self.folder.triggers(), ["signal"])

    def test_a_hang_up_of_the_session_that_run_leads_ends_the_program(self):
        app = self.folder.script("print('ready', flush=True); import time; time.sleep(60)")
        leader, terminal = pty.fork()
        if leader == 0:
            os.chdir(self.folder.path)
            os.execv(HEAPSNAP, ["heapsnap", "run", "-q", "--", PYTHON, str(app)])
        self.assertIn(b"ready", os.read(terminal, 100))
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(leader, 0)[1]), 128 + signal.SIGHUP)

    def in_a_terminal(self, command, keys, ready="ready"):
        """What a terminal shows of a shell's command line, with keys typed once it says ready."""
        script = textwrap.dedent("""
            import os, pty, sys
            def read(fd, shown=bytearray()):
                data = os.read(fd, 1024)
                shown += data
                if sys.argv[3].encode() in shown:
                    shown.clear()
                    os.write(fd, sys.argv[2].encode())
                return data
            sys.exit(os.waitstatus_to_exitcode(pty.spawn(["/bin/bash", "-c", sys.argv[1]], read)))
        """)
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        return subprocess.run([sys.executable, "-c", script, command, keys, ready],
                              cwd=self.folder.path, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=HANG, env=environment)

    def test_ctrl_c_reaches_the_program_once_and_run_waits_for_it(self):
        app = self.folder.script("""
            import signal, sys, time
            seen = []
            signal.signal(signal.SIGINT, lambda *what: seen.append(what[0]))
            print("ready", flush=True)
            while not seen: time.sleep(0.01)
            time.sleep(1)
            print("seen", seen)
            sys.exit(7)
        """)
        result = self.in_a_terminal(f"{HEAPSNAP} run -q {PYTHON} {app}; echo status $?", "\x03")
        self.assertRegex(result.stdout, r"seen \[2\]\nstatus 7\n")
        self.assertEqual(len(self.folder.names()), 1)

    def test_ctrl_c_reaches_a_program_that_has_left_the_process_group(self):
        for leave in "setpgrp", "setsid":
            app = self.folder.script(f"""
                import os, signal, time
                os.{leave}()
                seen = []
                signal.signal(signal.SIGINT, lambda *what: seen.append(what[0]))
                print("ready", flush=True)
                while not seen: time.sleep(0.01)
                time.sleep(1)
                print("seen", seen)
            """)
            result = self.in_a_terminal(f"{HEAPSNAP} run -q {PYTHON} {app}; echo status $?", "\x03")
            self.assertRegex(result.stdout, r"seen \[2\]\nstatus 0\n")

    def test_ctrl_c_that_ends_the_program_ends_the_shells_script_too(self):
        code = "import time; print('ready', flush=True); time.sleep(60)"
        command = f"for i in 1 2; do {HEAPSNAP} run -q {PYTHON} -c \"{code}\"; done; echo went on"
        result = self.in_a_terminal(command, "\x03")
        self.assertEqual(result.stdout.count("ready"), 1)
        self.assertIn("KeyboardInterrupt", result.stdout)
        self.assertNotIn("went on", result.stdout)
        self.assertEqual(len(self.folder.names()), 1)  # Python ran its exit handlers before

    def test_what_is_said_after_ctrl_c_is_what_is_said_else(self):
        code = "import time; print('ready', flush=True); time.sleep(60)"
        result = self.in_a_terminal(f'{HEAPSNAP} run -o a.hsnap {PYTHON} -c "{code}"', "\x03")
        self.assertIn("\nnext: heapsnap analyze a.hsnap\n", result.stdout)
        code = ("import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); "
                "print('ready', flush=True); time.sleep(60)")
        result = self.in_a_terminal(f'{HEAPSNAP} run {PYTHON} -c "{code}"', "\x03")
        self.assertIn("heapsnap: warning: nothing was captured: SIGINT ended", result.stdout)

    @unittest.skipUnless(os.geteuid() == 0, "needs a new namespace")
    def test_the_first_process_of_a_container_says_it_once(self):
        """The kernel does not end it by a signal for which it has no handler."""
        code = "import time; print('ready', flush=True); time.sleep(60)"
        result = self.in_a_terminal(f"unshare --pid --fork --mount-proc {HEAPSNAP} run -o a.hsnap "
                                    f'{PYTHON} -c "{code}"; echo status $?', "\x03")
        self.assertEqual(result.stdout.count("next: heapsnap analyze a.hsnap\n"), 1, result.stdout)
        self.assertIn("status 130\n", result.stdout)

    def test_an_interrupt_from_a_process_is_a_status_of_130(self):
        code = "import time; print('ready', flush=True); time.sleep(60)"
        process = self.folder.start("-q", PYTHON, "-c", code)
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        self.assertEqual(finish(process).returncode, 130)

    def test_the_program_goes_on_if_run_is_killed(self):
        app = self.folder.script("""
            import sys
            print("ready", flush=True)
            sys.stdin.readline()
            open("done.py", "w").write("it did")
        """)
        process = self.folder.start("--every", "50ms", "-o", "a.%n.hsnap", PYTHON, app)
        process.stdout.readline()
        process.kill()
        process.wait()
        process.stdin.write("end\n")
        process.stdin.close()
        done = self.folder.path / "done.py"
        wait_until(lambda: done.exists() and done.read_text() == "it did", "the program")
        process.stdout.close()
        process.stderr.close()


if __name__ == "__main__":
    unittest.main()
