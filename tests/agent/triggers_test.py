"""Captures that happen by themselves: what starts them, what they are called, what else changes."""

import os
import re
import socket
import stat
import unittest

import stream
from programs import AGENT, HANG, ROOT, finish, on_every_python

PRELOAD = AGENT / "heapsnap/preload"


def triggers(folder):
    """Name -> trigger of the snapshots in a folder, all of which must be whole."""
    return {path.name: stream.read(path).facts["trigger"] for path in folder.glob("*.hsnap")}


class TriggersTest(unittest.TestCase):
    @on_every_python
    def test_at_exit_the_file_is_whole_before_the_process_is_gone(self, python):
        result = python.run("""
            import heapsnap, sys
            heapsnap.install(at_exit=True, out="%p.hsnap")
            print("done")
            sys.exit(3)
        """)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (3, "done\n", ""))
        [path] = python.folder.glob("*.hsnap")
        self.assertEqual(stream.read(path).facts["trigger"], "exit")
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual(list(python.folder.glob("*.part")), [])

    @on_every_python
    def test_a_signal_captures_and_then_runs_the_earlier_handler(self, python):
        answer = python.answer("""
            import heapsnap, json, os, signal
            seen = []
            signal.signal(signal.SIGUSR2, lambda *what: seen.append(what[0]))
            heapsnap.install(signal="USR2", out="%n.hsnap")
            heapsnap.install(signal="USR2", out="again.%n.hsnap")
            os.kill(os.getpid(), signal.SIGUSR2)
            os.kill(os.getpid(), signal.SIGUSR2)
            print(json.dumps(seen))
        """)
        self.assertEqual(answer, [12, 12])
        self.assertEqual(triggers(python.folder),
                         {"again.1.hsnap": "signal", "again.2.hsnap": "signal"})

    @on_every_python
    def test_captures_leave_nothing_behind_in_the_program(self, python):
        answer = python.answer("""
            import glob, heapsnap, json, os, signal, sys, time
            heapsnap.install(signal="USR2", out="%n.hsnap")
            done = 0
            def capture(times):
                global done
                for _ in range(times):
                    os.kill(os.getpid(), signal.SIGUSR2)
                    done += 1
                    while len(glob.glob("*.hsnap")) < done:
                        time.sleep(0.001)
                return sys.getallocatedblocks()
            before = capture(10)
            print(json.dumps(capture(100) - before))
        """)
        self.assertLess(answer, 60)  # not one for each of 100 captures

    @on_every_python
    def test_an_uncaught_memory_error_captures_wherever_it_is_reported(self, python):
        program = """
            import sys
            if sys.argv[1] == "with":
                import heapsnap
                heapsnap.install(on_memoryerror=True, out="%n.hsnap")
            import threading
            def fail(*_):
                raise MemoryError("big")
            class Failing:
                __del__ = fail
            Failing()
            thread = threading.Thread(target=fail, name="T")
            thread.start()
            thread.join()
            try:
                fail()
            except MemoryError:
                pass  # is not seen
            print("end", flush=True)
            def other():
                raise ValueError
            thread = threading.Thread(target=other, name="T")
            thread.start()
            thread.join()
            fail()
        """
        plain, captured = python.run(program, "without"), python.run(program, "with")
        self.assertEqual(triggers(python.folder), {f"{n}.hsnap": "memoryerror" for n in (1, 2, 3)})
        self.assertEqual((captured.returncode, captured.stdout), (1, "end\n"))
        self.assertEqual(comparable(captured.stderr), comparable(plain.stderr))

    @on_every_python
    def test_a_thread_captures_periodically_and_keeps_the_newest(self, python):
        python.answer("""
            import heapsnap, os, time
            heapsnap.install(every=0.02, keep=2, out="%n.hsnap")
            while not os.path.exists("5.hsnap"):
                time.sleep(0.01)
            print(1)
        """, options=["-W", "ignore"])
        found = triggers(python.folder)
        self.assertEqual(set(found.values()), {"every"})
        self.assertNotIn("1.hsnap", found)
        self.assertLessEqual(len(found), 3)  # one may have been under way at the end

    @on_every_python
    def test_memory_beyond_the_threshold_captures_once(self, python):
        python.answer("""
            import heapsnap, os, time
            resident = int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            heapsnap.install(on_rss=resident + 64 * 2**20, out="%n.hsnap")
            time.sleep(0.3)
            assert not os.path.exists("1.hsnap")
            kept = b"x" * (128 * 2**20)
            while not os.path.exists("1.hsnap"):
                time.sleep(0.01)
            time.sleep(0.3)
            print(1)
        """)
        self.assertEqual(triggers(python.folder), {"1.hsnap": "rss"})

    @on_every_python
    def test_other_threads_run_while_a_capture_is_waited_for(self, python):
        name = f"heapsnap-test-{os.getpid()}-{python.minor}"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0" + name)
            listener.listen()
            listener.settimeout(HANG)
            process = python.start("""
                import heapsnap, sys, threading, time
                kept = [[i] for i in range(100_000)]  # more than a socket holds
                waiting = threading.Event()
                def run():
                    waiting.wait()
                    time.sleep(0.1)
                    print("ran", flush=True)
                threading.Thread(target=run).start()
                waiting.set()
                print(heapsnap.capture("unix:@" + sys.argv[1]).objects > 100_000)
            """, name)
            connection, _ = listener.accept()
            self.assertEqual(process.stdout.readline(), "ran\n")  # nothing has been read yet
            snapshot = stream.parse(stream.receive(connection))
        self.assertEqual(finish(process).stdout, "True\n")
        self.assertEqual(snapshot.facts["trigger"], "api")


REPLACED = ("heapsnap: nothing was captured on SIGUSR2: the program put a handler of its own in the "
            "place of heapsnap's; choose another signal\n")
HOOKS = [("sys", "excepthook"), ("sys", "unraisablehook"), ("threading", "excepthook")]
HOOKED = ("heapsnap: no MemoryError was seen by %s: the program put a hook of its own in the place "
          "of heapsnap's; let it call the earlier one")


class EnvironmentTest(unittest.TestCase):
    @on_every_python
    def test_names_are_made_from_the_template(self, python):
        result = python.run("import os; os.chdir('/'); print(os.getpid())",
                            HEAPSNAP="out=a%,b.%p.%n.%h.%%.hsnap", PYTHONPATH=str(PRELOAD))
        name = f"a,b.{result.stdout.strip()}.1.{os.uname().nodename}.%.hsnap"
        self.assertEqual(triggers(python.folder), {name: "exit"})
        python.run("pass", HEAPSNAP="at=exit", PYTHONPATH=str(PRELOAD))
        python.run_words(["-m", "program"], HEAPSNAP="at=exit", PYTHONPATH=str(PRELOAD))
        others = sorted(path.name for path in python.folder.glob("heapsnap-*"))
        self.assertEqual(len(others), 2)
        for other in others:
            self.assertRegex(other, r"^heapsnap-program\.\d+\.\d{8}T\d{6}Z\.1\.hsnap$")

    @on_every_python
    def test_a_name_that_repeats_gets_a_number_before_its_suffix(self, python):
        program = """
            import os, signal
            os.kill(os.getpid(), signal.SIGUSR2)
            os.kill(os.getpid(), signal.SIGUSR2)
        """
        for _ in range(2):
            result = python.run(program, HEAPSNAP="out=app.hsnap,signal=USR2,at=exit",
                                PYTHONPATH=str(PRELOAD))
            self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(sorted(triggers(python.folder)),
                         sorted(["app.hsnap"] + [f"app.{n}.hsnap" for n in range(2, 7)]))

    @on_every_python
    def test_a_running_number_that_is_taken_is_the_next_that_is_free(self, python):
        program = """
            import glob, os, signal, subprocess, sys, time
            if len(sys.argv) == 1:
                before = len(glob.glob("*.hsnap"))
                os.kill(os.getpid(), signal.SIGUSR2)
                while len(glob.glob("*.hsnap")) == before:
                    time.sleep(0.01)
                subprocess.run([sys.executable, __file__, "child"], check=True)
        """
        for _ in range(2):
            result = python.run(program, HEAPSNAP="out=w.%n.%n.hsnap,signal=USR2,at=exit,keep=9",
                                PYTHONPATH=str(PRELOAD))
            self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(triggers(python.folder), {
            f"w.{n}.{n}.hsnap": "exit" if n % 3 != 1 else "signal" for n in range(1, 7)})

    @on_every_python
    def test_what_is_wrong_is_one_line_and_the_program_goes_on(self, python):
        os.mkfifo(python.folder / "pipe")
        (python.folder / "folder").mkdir()
        for value, complaint in {
            "at=noon": "'at=noon' in HEAPSNAP: give exit, not 'noon'",
            "colour=red": "'colour=red' in HEAPSNAP is not known",
            "signal=USR9": "'signal=USR9' in HEAPSNAP: 'USR9' is no signal",
            "signal=KILL": "'signal=KILL' in HEAPSNAP: no program can take SIGKILL: try USR2",
            "signal=USR2,signal=19": "no program can take SIGSTOP: try USR2",
            "signal=32": "there is no signal 32",
            "out=pipe": "/pipe is no ordinary file: give the name of a new one",
            "out=folder": "/folder is no ordinary file: give the name of a new one",
            "out=%q.hsnap": "'%q' in the name %q.hsnap is not known",
            "every=soon": "'soon' is no duration",
            "every=5": "'5' is no duration",
            "rss=2X": "'2X' is no size",
            "keep=0": "give a number of files",
            "strings=some": "'some' is none of none, names, keys, prefix:N, full",
            "signal=RTMIN+5/now": "give every or rss, not 'now'",
        }.items():
            result = python.run("print(6 * 7)", HEAPSNAP=value, PYTHONPATH=str(PRELOAD))
            self.assertEqual((result.returncode, result.stdout), (0, "42\n"), value)
            self.assertRegex(result.stderr, r"^heapsnap: .*; nothing will be captured\n$", value)
            self.assertIn(complaint, result.stderr)
        self.assertEqual(sorted(os.listdir(python.folder)), ["folder", "pipe", "program.py"])

    @on_every_python
    def test_a_capture_that_fails_is_one_line_and_the_program_goes_on(self, python):
        result = python.run("print(6 * 7)", HEAPSNAP="out=missing/a.hsnap", PYTHONPATH=str(PRELOAD))
        self.assertEqual((result.returncode, result.stdout), (0, "42\n"))
        self.assertRegex(result.stderr, r"^heapsnap: .*/missing/a\.hsnap: cannot be created "
                                        r"\(No such file or directory\)\n$")

    @on_every_python
    def test_a_signal_that_run_needs_is_left_to_a_program_that_takes_it(self, python):
        (python.folder / "usercustomize.py").write_text("")
        result = python.run("""
            import os, signal, sys
            signal.signal(40, print)
            from heapsnap import _startup
            os.environ["HEAPSNAP"] = "signal=40/every"
            _startup.start()
            assert signal.getsignal(40) is print
        """)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    @on_every_python
    def test_a_handler_in_the_place_of_ours_is_told_of_at_exit_unless_ours_was_called(self, python):
        replace = "import os, signal; signal.signal(signal.SIGUSR2, %s); "
        come = "os.kill(os.getpid(), signal.SIGUSR2); "
        chained = "(lambda old: lambda *what: old(*what))(signal.getsignal(signal.SIGUSR2))"
        for program, told in {
            replace % "print": True,
            replace % "lambda *_: None" + come: True,
            replace % "signal.SIG_IGN" + come: True,
            replace % chained + come: False,
            "import os, signal; " + come + replace % "print": False,
            replace % "print" + replace % "signal.getsignal(signal.SIGUSR1)": False,
            "pass": False,
        }.items():
            result = python.run(program, HEAPSNAP="signal=USR2,signal=USR1,out=%n.hsnap",
                                PYTHONPATH=str(PRELOAD))
            self.assertEqual(result.returncode, 0)
            self.assertEqual(result.stderr, REPLACED if told else "", program)

    @on_every_python
    def test_a_hook_in_the_place_of_ours_is_told_of_at_exit_unless_it_calls_ours(self, python):
        fail = "raise MemoryError"
        chain = "import sys; old = sys.excepthook; sys.excepthook = lambda *what: old(*what)"
        keep = "import sys; old = sys.excepthook; sys.excepthook = lambda *what: None and old"
        silent = "import {0}; {0}.{1} = lambda *what: None"
        closure = "import {0}; {0}.{1} = (lambda old: lambda *what: old(*what))({0}.{1})"
        method = ("import {0}\nclass Log:\n def see(self, *what): self.old(*what)\n"
                  "log = Log(); log.old = {0}.{1}; {0}.{1} = log.see")
        partial = ("import functools, {0}\ndef see(old, *what): old(*what)\n"
                   "{0}.{1} = functools.partial(see, {0}.{1})")
        in_thread = "\nt = threading.Thread(target=bytearray, args=(2**62,)); t.start(); t.join()"
        everywhere = "\n".join(silent.format(*hook) for hook in HOOKS)
        mock = "import sys; from unittest.mock import MagicMock; sys.excepthook = MagicMock()"
        empty = "def f():\n import sys\n sys.excepthook = lambda *what: old\n if 0: old = 1\nf()"
        programs = [(mock, HOOKS[:1]), (empty, HOOKS[:1]), (fail, []),
                    (chain, []), (chain + "\n" + fail, []),
                    (keep, []), (keep + "\n" + fail, HOOKS[:1]), (everywhere + "\n" + fail, HOOKS),
                    (silent.format("threading", "excepthook") + in_thread, HOOKS[2:]),
                    (closure.format("threading", "excepthook") + in_thread, []),
                    ("import sys; old = sys.excepthook\n" + everywhere + "\nsys.excepthook = old",
                     HOOKS[1:])]
        for hook in HOOKS:
            programs += [(silent.format(*hook), [hook]), (closure.format(*hook), []),
                         (method.format(*hook), []), (partial.format(*hook), [])]
        for program, told in programs:
            result = python.run(program, HEAPSNAP="on=memoryerror,out=%n.hsnap",
                                PYTHONPATH=str(PRELOAD))
            lines = [line for line in result.stderr.splitlines() if line.startswith("heapsnap:")]
            self.assertEqual(lines, [HOOKED % ".".join(hook) for hook in told], program)
            self.assertNotIn("atexit", result.stderr)

    @on_every_python
    def test_children_capture_too_unless_they_are_not_to(self, python):
        program = """
            import os, subprocess, sys
            if len(sys.argv) == 1:
                subprocess.run([sys.executable, __file__, "child"], check=True)
                if os.fork() == 0:
                    sys.exit()
                os.wait()
                print(os.environ.get("HEAPSNAP"), os.environ.get("PYTHONPATH"))
        """
        for children, count in (("0", 1), ("1", 3)):
            setting = f"out={children}-%p.hsnap,at=exit,children={children}"
            result = python.run(program, HEAPSNAP=setting, PYTHONPATH=f"{PRELOAD}:/other")
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            left = "None /other\n" if children == "0" else f"{setting} {PRELOAD}:/other\n"
            self.assertEqual(result.stdout, left)
            self.assertEqual(len(list(python.folder.glob(f"{children}-*.hsnap"))), count)
        result = python.run(program, HEAPSNAP="children=0", PYTHONPATH=str(PRELOAD))
        self.assertEqual(result.stdout, "None None\n")

    @on_every_python
    def test_preloading_makes_way_for_the_programs_own_sitecustomize(self, python):
        custom = python.folder / "custom"
        custom.mkdir()
        program = "import sitecustomize, sys; print(sitecustomize.__file__, len(sys.argv), sys.path)"
        (custom / "sitecustomize.py").write_text("import sys; sys.own = 1\n")
        result = python.run(program, HEAPSNAP="out=a.hsnap", PYTHONPATH=f"{PRELOAD}:{custom}")
        self.assertTrue(result.stdout.startswith(str(custom / "sitecustomize.py")), result)
        self.assertNotIn(str(AGENT), result.stdout)
        (custom / "sitecustomize.py").write_text("import nonsense\n")
        words = [python.run(program, PYTHONPATH=path).stderr.splitlines()
                 for path in (f"{PRELOAD}:{custom}", str(custom))]
        self.assertEqual(words[0], words[1])
        self.assertEqual(len(triggers(python.folder)), 1)

    @on_every_python
    def test_in_a_virtual_environment_the_pth_line_installs_once(self, python):
        result = python.run("""
            import os, shutil, sys
            site = f"venv/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
            os.makedirs("venv/bin"); os.makedirs(site)
            os.symlink(sys.executable, "venv/bin/python")
            open("venv/pyvenv.cfg", "w").write(
                f"home = {os.path.dirname(sys.executable)}\\ninclude-system-site-packages = false\\n")
            shutil.copy(sys.argv[2], site)
            open(site + "/agent.pth", "w").write(sys.argv[1])
            os.environ["HEAPSNAP"] = "out=app.%n.hsnap,signal=USR2"
            os.execv("venv/bin/python", [os.path.abspath("venv/bin/python"), "-I", "-c", '''if True:
                import os, signal, sys
                assert sys.prefix.endswith("venv"), sys.prefix
                os.kill(os.getpid(), signal.SIGUSR2)
                print("alive")
            '''])
        """, AGENT, PTH)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "alive\n", ""))
        self.assertEqual(triggers(python.folder), {"app.1.hsnap": "signal"})

    @on_every_python
    def test_the_prompt_has_heapsnap_and_no_other_new_name(self, python):
        process = python.start_words(["-i", "-q"], PYTHONPATH=None, HEAPSNAP="out=a.hsnap,at=exit",
                                     PYTHONSTARTUP=str(AGENT / "heapsnap/startup.py"))
        result = finish(process, "print(sorted(n for n in dir() if n[0] != '_'), heapsnap.capture)\n")
        self.assertRegex(result.stdout, r"\['heapsnap'\] <function capture at .*>")
        self.assertEqual(triggers(python.folder), {"a.hsnap": "exit"})


PTH = ROOT / "agent/heapsnap/heapsnap.pth"


def comparable(text):
    return re.sub(r"0x[0-9a-f]+|\(T\)|Thread-\d+", "?", text)


if __name__ == "__main__":
    unittest.main()
