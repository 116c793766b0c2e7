"""Captures at any moment: in finalizers, collections, threads, interpreters, forks, at exit."""

import unittest

import stream
from programs import on_every_python


class MomentTest(unittest.TestCase):
    """Each program captures; every file that there is then must be complete."""

    def check(self, python, program, count, **settings):
        result = python.run(program, **settings)
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        facts = [stream.read(path).facts for path in python.folder.glob("*.hsnap")]
        self.assertEqual(len(facts), count)
        for fact in facts:
            self.assertEqual((fact["complete"], fact["objects"] > 5000), (1, True), fact)
        return facts

    @on_every_python
    def test_in_finalizers_and_during_collections(self, python):
        self.check(python, """
            import gc, heapsnap, weakref
            class Cycle:
                def __init__(self, name):
                    self.me, self.name = self, name
            class Final(Cycle):
                def __del__(self):
                    heapsnap.capture(self.name)
            one = Final("refcount.hsnap")
            one.me = None
            del one
            Final("collected.hsnap")
            gc.collect()
            cycle = Cycle("")
            reference = weakref.ref(cycle, lambda _: heapsnap.capture("weak.hsnap"))
            del cycle
            gc.collect()
            def called(phase, _):
                gc.callbacks.remove(called) if phase == "stop" else None
                heapsnap.capture(f"gc-{phase}.hsnap")
            gc.callbacks.append(called)
            gc.collect()
        """, 5)

    @on_every_python
    def test_at_exit_and_while_modules_are_torn_down(self, python):
        self.check(python, """
            import atexit, heapsnap, sys
            atexit.register(heapsnap.capture, "exit.hsnap")
            class Last:
                def __init__(self, name):
                    self.name, self.agent = name, heapsnap._agent
                def __del__(self):
                    handle = self.agent.capture(self.name, 0, 2, 0, "api")
                    while not self.agent.wait(handle, 100):
                        pass
            module = Last("module.hsnap")
            sys.modules["last"] = Last("modules.hsnap")
        """, 3)

    @on_every_python
    def test_in_other_threads_while_others_churn(self, python):
        self.check(python, """
            import heapsnap, sys, threading
            end = threading.Event()
            def churn():
                while not end.is_set():
                    kept = [{"a": [n], "b": str(n)} for n in range(200)]
                    kept[0]["c"] = kept
            threads = [threading.Thread(target=churn) for _ in range(4)]
            def capture():
                for n in range(20):
                    heapsnap.capture(f"{n}.hsnap", mode="stop" if n % 4 == 3 else "fork")
            threads.append(threading.Thread(target=capture))
            for thread in threads:
                thread.start()
            threads.pop().join()
            end.set()
            for thread in threads:
                thread.join()
        """, 20)

    @on_every_python
    def test_while_another_thread_collects(self, python):
        self.check(python, """
            import gc, heapsnap, threading
            end = threading.Event()
            def collect():
                while not end.is_set():
                    gc.collect()
            thread = threading.Thread(target=collect)
            thread.start()
            for n in range(10):
                heapsnap.capture(f"{n}.hsnap")
            end.set()
            thread.join()
        """, 10)

    @on_every_python
    def test_in_forked_processes_of_a_program_with_threads(self, python):
        facts = self.check(python, """
            import heapsnap, os, sys, threading, time
            end = threading.Event()
            threading.Thread(target=end.wait).start()
            first = heapsnap.capture("first.hsnap", wait=False)
            pid = os.fork()
            if pid == 0:
                try:
                    heapsnap.capture("child.hsnap")
                    try:
                        first.wait()
                    except heapsnap.CaptureError:
                        pass  # it is the parent's
                finally:
                    os._exit(0)
            first.wait()
            os.waitpid(pid, 0)
            heapsnap.capture("second.hsnap")
            end.set()
        """, 3, options=["-W", "ignore"])
        self.assertEqual(len({fact["pid"] for fact in facts}), 2)

    @on_every_python
    def test_in_subinterpreters(self, python):
        self.check(python, """
            import sys, threading
            try:
                import _interpreters as interpreters
            except ImportError:
                import _xxsubinterpreters as interpreters
            program = '''if True:
                import sys
                sys.path[:] = %r
                import heapsnap
                kept = [[n] for n in range(1000)]
                heapsnap.capture("%s.hsnap")
            '''
            def run(name, *configuration):
                interpreter = interpreters.create(*configuration)
                failure = interpreters.run_string(interpreter, program % (sys.path, name))
                assert failure is None, failure
                interpreters.destroy(interpreter)
            isolated = ["isolated"] if sys.version_info >= (3, 13) else []
            shared = ["legacy"] if sys.version_info >= (3, 13) else []
            run("isolated", *isolated)
            run("shared", *shared)
            threads = [threading.Thread(target=run, args=(f"t{n}", *isolated)) for n in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            import heapsnap
            heapsnap.capture("main.hsnap")
        """, 7)

    @on_every_python
    def test_while_interpreters_with_locks_of_their_own_run(self, python):
        self.check(python, """
            import heapsnap, os, sys, threading
            try:
                import _interpreters as interpreters
            except ImportError:
                import _xxsubinterpreters as interpreters
            program = '''if True:
                import gc, os
                while not os.path.exists("end"):
                    kept = [{"a": [i], "b": (i,)} for i in range(300)]
                    kept[0]["c"] = kept
                    gc.collect()
            '''
            isolated = ["isolated"] if sys.version_info >= (3, 13) else []
            created = [interpreters.create(*isolated) for _ in range(2)]
            threads = [threading.Thread(target=interpreters.run_string, args=(i, program))
                       for i in created]
            for thread in threads:
                thread.start()
            for n in range(8):
                heapsnap.capture(f"{n}.hsnap")
            open("end", "w").close()
            for thread in threads:
                thread.join()
            for interpreter in created:
                interpreters.destroy(interpreter)
        """, 8)

    @on_every_python(since="3.13")
    def test_inside_code_that_the_jit_has_compiled(self, python):
        facts = self.check(python, """
            import heapsnap, sys, threading
            def hot(n, f):
                total = 0
                for i in range(n):
                    total += i & 3
                    if i == n - 1:
                        f()
                return total
            for _ in range(50):
                hot(10_000, int)
            hot(10_000, lambda: heapsnap.capture("inside.hsnap"))
            end = threading.Event()
            def spin():
                while not end.is_set():
                    hot(10_000, int)
            thread = threading.Thread(target=spin)
            thread.start()
            heapsnap.capture("other.hsnap")
            end.set()
            thread.join()
        """, 2, PYTHON_JIT="1")
        self.assertEqual({fact["build"] for fact in facts} <= {"", "jit"}, True)

    @on_every_python
    def test_more_captures_at_once_than_can_be_kept_are_refused(self, python):
        answer = python.answer("""
            import heapsnap, json, socket
            listener = socket.socket(socket.AF_UNIX)
            listener.bind("\\0heapsnap-test-%d" % __import__("os").getpid())
            listener.listen(100)
            path = "unix:@" + listener.getsockname()[1:].decode()
            kept = [[n] for n in range(30_000)]  # more than a socket holds
            infos, refusals = [], []
            for _ in range(70):
                try:
                    infos.append(heapsnap.capture(path, wait=False))
                except heapsnap.CaptureError as error:
                    refusals.append(str(error).split(": ")[-1])
            listener.close()
            failures = set()
            for info in infos:
                try:
                    info.wait()
                except heapsnap.CaptureError as error:
                    failures.add(str(error).split(": ")[-1])
            heapsnap.capture("a.hsnap")
            print(json.dumps([len(infos), refusals, sorted(failures)]))
        """)
        count, refusals, failures = answer
        self.assertEqual((count, refusals), (64, ["too many captures are under way"] * 6))
        self.assertLessEqual(set(failures), {"heapsnap run cannot be reached (Connection refused)",
                                             "cannot be written (Broken pipe)",
                                             "cannot be written (Connection reset by peer)"})
        self.assertEqual(stream.read(python.folder / "a.hsnap").facts["complete"], 1)


if __name__ == "__main__":
    unittest.main()
