"""What install() leaves as it is: its earlier triggers, and what the program does without it."""

import signal
import unittest

import stream
from programs import on_every_python

RESIDENT = """
import heapsnap, os, resource, time
def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
def wait(condition):
    end = time.monotonic() + 30
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
"""


def triggers(folder):
    """Name -> trigger of the snapshots in a folder, all of which must be whole."""
    return {path.name: stream.read(path).facts["trigger"] for path in folder.glob("*.hsnap")}


class ThreadTest(unittest.TestCase):
    @on_every_python
    def test_each_trigger_goes_on_with_the_name_that_it_was_installed_with(self, python):
        python.answer(RESIDENT + """
heapsnap.install(every=0.1, keep=3, out="every.%n.hsnap")
heapsnap.install(on_rss=resident() + 64 * 2**20, out="rss.%n.hsnap")
kept = b"x" * (128 * 2**20)
wait(lambda: os.path.exists("rss.1.hsnap") and os.path.exists("every.5.hsnap"))
print(1)
""")
        found = triggers(python.folder)
        self.assertEqual({(name.split(".")[0], trigger) for name, trigger in found.items()},
                         {("every", "every"), ("rss", "rss")})

    @on_every_python
    def test_a_trigger_that_is_installed_again_takes_the_place_of_the_earlier_one(self, python):
        new = python.answer(RESIDENT + """
heapsnap.install(every=0.05, out="first.%n.hsnap")
heapsnap.install(every=3600, out="second.%n.hsnap")
def snapshots(): return [name for name in os.listdir() if name.endswith(".hsnap")]
earlier = len(snapshots())
time.sleep(0.5)
print(len(snapshots()) - earlier)
""")
        self.assertLessEqual(new, 1)  # that which was being written
        triggers(python.folder)

    @on_every_python
    def test_memory_that_cannot_be_looked_at_for_a_while_is_looked_at_again(self, python):
        result = python.run(RESIDENT + """
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
heapsnap.install(on_rss=resident() + 64 * 2**20, out="%n.hsnap")
os.dup2(os.open("told", os.O_CREAT | os.O_WRONLY), 2)
resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
wait(lambda: os.fstat(2).st_size > 0)
time.sleep(0.3)
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
kept = b"x" * (128 * 2**20)
wait(lambda: os.path.exists("1.hsnap"))
""")
        self.assertEqual(result.returncode, 0)
        self.assertRegex((python.folder / "told").read_text(),
                         r"\Aheapsnap: [^\n]*Too many open files[^\n]*\n\Z")
        self.assertEqual(triggers(python.folder), {"1.hsnap": "rss"})


class SignalTest(unittest.TestCase):
    PROGRAM = """
        import heapsnap, os, signal, sys
        number = int(sys.argv[1])
        {before}
        heapsnap.install(signal=number, out="%n.hsnap")
        {after}
        os.kill(os.getpid(), number)
        for _ in range(1000):
            pass
        print("alive")
    """
    CHAIN = "signal.signal(number, (lambda ours: lambda *what: ours(*what))(signal.getsignal(number)))"

    def run_with(self, python, number, before="", after=""):
        for path in python.folder.glob("*.hsnap"):
            path.unlink()
        result = python.run(self.PROGRAM.format(before=before, after=after), int(number))
        self.assertEqual((result.stderr, triggers(python.folder)), ("", {"1.hsnap": "signal"}))
        return result.returncode, result.stdout

    @on_every_python
    def test_a_signal_that_is_there_to_end_programs_ends_it_after_the_capture(self, python):
        for number in (signal.SIGTERM, signal.SIGHUP):
            self.assertEqual(self.run_with(python, number), (-number, ""))

    @on_every_python
    def test_other_signals_and_those_that_the_program_sees_to_do_not(self, python):
        for number in (signal.SIGUSR1, signal.SIGALRM):
            self.assertEqual(self.run_with(python, number), (0, "alive\n"))
        for before in ("signal.signal(number, signal.SIG_IGN)", "signal.signal(number, lambda *_: 0)"):
            self.assertEqual(self.run_with(python, signal.SIGTERM, before), (0, "alive\n"))
        self.assertEqual(self.run_with(python, signal.SIGTERM, after=self.CHAIN), (0, "alive\n"))

    @on_every_python
    def test_it_ends_forked_processes_that_are_not_captured(self, python):
        answer = python.answer("""
            import heapsnap, os, signal, time
            heapsnap.install(signal="TERM", out="%n.hsnap", children=False)
            out, into = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.write(into, b"1")
                time.sleep(30)
                os._exit(7)
            os.read(out, 1)
            os.kill(pid, signal.SIGTERM)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        """)
        self.assertEqual((answer, triggers(python.folder)), (-15, {}))


class HookTest(unittest.TestCase):
    @on_every_python
    def test_a_hook_that_is_called_wrongly_says_so_as_ever(self, python):
        program = """
            import json, sys, threading
            if sys.argv[1] == "with":
                import heapsnap
                heapsnap.install(on_memoryerror=True)
            hooks = [sys.excepthook, sys.unraisablehook, threading.excepthook]
            errors = []
            for hook in hooks:
                for arguments in ((), (1,), (1, 2), (None,)):
                    try:
                        hook(*arguments)
                    except Exception as error:
                        errors.append(f"{type(error).__name__}: {error}")
            print(json.dumps(errors))
        """
        self.assertEqual(python.answer(program, "with"), python.answer(program, "without"))


if __name__ == "__main__":
    unittest.main()
