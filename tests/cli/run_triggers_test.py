"""heapsnap run: what starts a capture, in the program and in its children."""

import os
import pathlib
import select
import signal
import time
import unittest

from running import PYTHON, Folder, RunTest, facts, finish, on_every_python, wait_until


class TriggerTest(RunTest):
    @on_every_python
    def test_a_signal_to_run_captures_and_reaches_the_programs_handler(self, python):
        folder = self.folder = Folder(self)
        app = folder.script("""
            import signal
            signal.signal(signal.SIGUSR1, lambda *what: print("usr1", flush=True))
            print("ready", flush=True)
            while input() != "end":
                pass
        """)
        process = folder.start("--on-signal", "SIGUSR2", "-o", "a.hsnap", python.path, app)
        self.assertEqual(process.stdout.readline(), "ready\n")
        while not folder.snapshots():
            # Python sees a signal that comes just before it waits for input at the next one.
            process.send_signal(signal.SIGUSR2)
            time.sleep(0.5)
        process.send_signal(signal.SIGUSR1)
        while not select.select([process.stdout], [], [], 0.5)[0]:
            process.send_signal(signal.SIGUSR1)
        self.assertEqual(process.stdout.readline(), "usr1\n")
        result = finish(process, "end\n")
        result.stdout = result.stdout.replace("usr1\n", "")  # as often as it was sent
        self.assertEnded(result, 0)
        self.assertEqual(set(folder.triggers()), {"signal"})

    @on_every_python
    def test_an_uncaught_memory_error_captures(self, python):
        self.folder = Folder(self)
        result = self.folder.run("--on", "memoryerror", "-o", "a.hsnap", python.path, "-c",
                                 "raise MemoryError('too big')")
        self.assertEnded(result, 1)
        self.assertIn("MemoryError: too big", result.stderr)
        self.assertEqual(self.folder.triggers(), ["memoryerror"])

    @on_every_python
    def test_every_captures_again_and_again(self, python):
        self.folder = Folder(self)
        app = self.folder.script("""
            import glob, time
            while len(glob.glob("a.*.hsnap")) < 3:
                sum(range(10000))
            time.sleep(0.01)
            print("done")
        """)
        result = self.folder.run("--every", "100ms", "-o", "a.%n.hsnap", python.path, app)
        self.assertEnded(result, 0, "done\n")
        self.assertGreaterEqual(len(self.folder.names()), 3)
        self.assertEqual(set(self.folder.triggers()), {"every"})

    @on_every_python
    def test_memory_beyond_a_threshold_captures_each_time_that_it_is_crossed(self, python):
        self.folder = Folder(self)
        app = self.folder.script("""
            import glob, time
            def wait(files):
                while len(glob.glob("a.*.hsnap")) < files:
                    time.sleep(0.01)
            time.sleep(1)
            assert not glob.glob("a.*.hsnap")
            block = b"x" * (200 << 20)
            wait(1)
            time.sleep(1)
            del block
            time.sleep(2)
            assert len(glob.glob("a.*.hsnap")) == 1
            block = b"x" * (200 << 20)
            wait(2)
        """)
        result = self.folder.run("--on-rss", "150M", "-o", "a.%n.hsnap", python.path, app)
        self.assertEnded(result, 0)
        self.assertEqual(self.folder.triggers(), ["rss", "rss"])

    @on_every_python
    def test_a_program_that_waits_is_captured_on_time(self, python):
        self.folder = Folder(self)
        app = self.folder.script("print('ready', flush=True); print(input())")
        process = self.folder.start("--every", "100ms", "-o", "a.%n.hsnap", python.path, app)
        process.stdout.readline()
        wait_until(lambda: len(self.folder.names()) > 2, "snapshots")
        self.assertEnded(finish(process, "end\n"), 0, "end\n")

    def test_triggers_add_up(self):
        app = self.folder.script("import os, signal; os.kill(os.getpid(), signal.SIGUSR2)")
        self.folder.run("--on-signal", "USR2", "--on-signal", "USR1", "--at", "exit", "--every", "1h",
                        "-o", "a.%n.hsnap", PYTHON, app)
        self.assertEqual(sorted(self.folder.triggers()), ["exit", "signal"])

    def test_the_trigger_is_the_one_that_asked(self):
        app = self.folder.script("""
            import glob, time
            block = b"x" * (200 << 20)
            while not glob.glob("a.*.hsnap"):
                time.sleep(0.01)
        """)
        result = self.folder.run("--every", "1h", "--on-rss", "150M", "-o", "a.%n.hsnap", PYTHON, app)
        self.assertEnded(result, 0)
        self.assertIn("remote-fork (fork) at rss", result.stderr)
        self.assertEqual(self.folder.triggers(), ["rss"])

    def test_asking_ends_nobody_who_becomes_another_program(self):
        """A signal whose default is to end the process did, in the moment of exec."""
        app = self.folder.script("""
            import os
            ends = set()
            for _ in range(200):
                child = os.fork()
                if child == 0:
                    os.execv("/bin/true", ["true"])
                ends.add(os.waitpid(child, 0)[1])
            print(ends)
        """)
        (self.folder.path / "a").mkdir()
        result = self.folder.run("-q", "--on-rss", "1M", "--every", "5ms", "--children", "-o", "a/",
                                 PYTHON, app)
        self.assertEnded(result, 0, "{0}\n")

    def test_a_trigger_that_never_came_is_said(self):
        result = self.folder.run("--on-rss", "1T", PYTHON, "-c", "")
        self.assertEnded(result, 0)
        self.assertOneLine(result, "nothing was captured: no snapshot came: what was to cause one did not happen")

    def test_a_handler_in_the_place_of_ours_is_told_of(self):
        app = self.folder.script("""
            import os, signal
            signal.signal(signal.SIGUSR2, lambda *what: print("mine"))
            os.kill(os.getpid(), signal.SIGUSR2)
        """)
        result = self.folder.run("--on-signal", "USR2", PYTHON, app)
        self.assertEnded(result, 0, "mine\n")
        self.assertOneLine(result, "nothing was captured on SIGUSR2: the program put a handler")

    @on_every_python
    def test_a_hook_in_the_place_of_ours_is_told_of(self, python):
        self.folder = Folder(self)
        app = self.folder.script("""
            import sys
            sys.excepthook = lambda *_: print("own")
            raise MemoryError
        """)
        result = self.folder.run("--on", "memoryerror", python.path, app)
        self.assertEnded(result, 1, "own\n")
        self.assertOneLine(result, "no MemoryError was seen by sys.excepthook: the program put a hook")


class ChildrenTest(RunTest):
    APP = """
        import multiprocessing, subprocess, sys
        def work(n):
            return n * n
        if __name__ == "__main__":
            subprocess.run([sys.executable, "-c", "print('other')"], check=True)
            with multiprocessing.get_context("fork").Pool(2) as pool:
                print(pool.map(work, range(4)))
                pool.close()
                pool.join()
    """
    OUTPUT = "other\n[0, 1, 4, 9]\n"

    @on_every_python
    def test_only_the_program_itself_is_captured(self, python):
        self.folder = Folder(self)
        result = self.folder.run("-o", "a.%n.hsnap", python.path, self.folder.script(self.APP))
        self.assertEnded(result, 0, self.OUTPUT)
        self.assertEqual(self.folder.names(), ["a.1.hsnap"])

    @on_every_python
    def test_children_are_captured_if_asked(self, python):
        self.folder = Folder(self)
        app = self.folder.script(self.APP)
        result = self.folder.run("--children", "-o", "a.%p.hsnap", python.path, app)
        self.assertEnded(result, 0, self.OUTPUT)
        pids = {facts(path)["pid"] for path in self.folder.snapshots()}
        # The program and the one that it started. multiprocessing's forks leave by os._exit().
        self.assertEqual(len(self.folder.names()), 2, result.stderr)
        self.assertEqual(len(pids), 2)

    def test_those_that_outlive_the_program_are_counted_and_say_nothing(self):
        app = self.folder.script("""
            import os, subprocess, sys
            code = "import os; print(1, flush=True); os.read(0, 1)"
            for i in range(2):
                with open(f"err.{i}", "w") as err:
                    child = subprocess.Popen([sys.executable, "-c", code], stderr=err,
                                             stdin=os.open("gate", os.O_RDWR), stdout=subprocess.PIPE)
                child.stdout.readline()
            os._exit(0)
        """)
        os.mkfifo(self.folder.path / "gate")
        gate = os.open(self.folder.path / "gate", os.O_RDWR)
        self.addCleanup(os.close, gate)
        result = self.folder.run("--children", PYTHON, app)
        self.assertEnded(result, 0)
        self.assertIn("warning: 2 processes that the program started go on, and are no longer captured\n",
                      result.stderr)
        inside = self.inside()
        self.assertEqual(len(inside), 2)
        os.write(gate, b"12")
        wait_until(lambda: not inside & self.inside(), "the end of them")
        self.assertEqual([(self.folder.path / f"err.{i}").read_text() for i in range(2)], ["", ""])

    def inside(self):
        """The processes in the test's folder."""
        found = set()
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(entry / "cwd") == str(self.folder.path):
                    found.add(int(entry.name))
            except OSError:
                pass  # it is gone, or not ours
        return found

    @on_every_python
    def test_a_fork_server_ends_after_the_program_without_a_word(self, python):
        self.folder = Folder(self)
        app = self.folder.script("""
            import multiprocessing
            if __name__ == "__main__":
                child = multiprocessing.get_context("forkserver").Process(target=print)
                child.start()
                child.join()
        """)
        result = self.folder.run("--children", "-o", "a.%p.hsnap", python.path, app)
        self.assertEnded(result, 0, "\n")
        self.assertNotIn("heapsnap run", result.stderr)
        self.assertNotIn("unix:@", result.stderr)

    @on_every_python
    def test_forked_children_are_asked_in_time_too(self, python):
        self.folder = Folder(self)
        app = self.folder.script("""
            import glob, os, time
            child = os.fork()
            while len({name.split(".")[1] for name in glob.glob("a.*.hsnap")}) < 2:
                time.sleep(0.01)
            if child:
                os.waitpid(child, 0)
            else:
                os._exit(0)
        """)
        result = self.folder.run("--children", "--every", "100ms", "-o", "a.%p.%n.hsnap",
                                 python.path, app)
        self.assertEnded(result, 0)
        self.assertEqual(set(self.folder.triggers()), {"every"})


if __name__ == "__main__":
    unittest.main()
