"""What capture(), install() and CaptureInfo refuse, and how they say so."""

import os
import unittest

import stream
from programs import on_every_python


class ApiTest(unittest.TestCase):
    @on_every_python
    def test_what_is_wrong_is_an_exception_to_who_calls_it(self, python):
        answer = python.answer("""
            import heapsnap, json, os
            os.mkfifo("pipe")
            def error_of(call, *arguments, **options):
                try:
                    return call(*arguments, **options)
                except (ValueError, heapsnap.CaptureError) as error:
                    return [type(error).__name__, str(error)]
            print(json.dumps([
                error_of(heapsnap.install, signal="KILL"), error_of(heapsnap.install, signal=19),
                error_of(heapsnap.install, signal=0), error_of(heapsnap.install, signal=65),
                error_of(heapsnap.install, out="pipe"), error_of(heapsnap.capture, "pipe"),
                error_of(heapsnap.capture, b"pipe"), os.listdir()]))
        """)
        pipe = "pipe is no ordinary file: give the name of a new one"
        self.assertEqual(answer, [
            ["ValueError", "no program can take SIGKILL: try USR2"],
            ["ValueError", "no program can take SIGSTOP: try USR2"],
            ["ValueError", "there is no signal 0"], ["ValueError", "there is no signal 65"],
            ["CaptureError", f"{os.path.realpath(python.folder)}/{pipe}"], ["CaptureError", pipe],
            ["CaptureError", pipe], answer[-1]])
        self.assertEqual(sorted(answer[-1]), ["pipe", "program.py"])

    @on_every_python
    def test_what_makes_no_sense_is_an_exception_to_who_calls_it(self, python):
        answer = python.answer("""
            import heapsnap, json, os
            def error_of(call, **options):
                try:
                    call(**options)
                except (TypeError, ValueError, heapsnap.CaptureError) as error:
                    return f"{type(error).__name__}: {error}"
            capture, install = heapsnap.capture, heapsnap.install
            print(json.dumps([
                *[error_of(capture, path=path) for path in ("", b"", None, 5)],
                *[error_of(capture, path="a", strings=value) for value in (5, b"keys", "some")],
                *[error_of(install, every=value) for value in (-1, 0, float("nan"), b"5s")],
                *[error_of(install, on_rss=value) for value in (-1, [])],
                *[error_of(install, keep=value) for value in (-1, "2")],
                os.listdir(), error_of(capture, path="a", strings=None)]))
        """)
        self.assertEqual(answer, [
            *["CaptureError: give the file a name"] * 2,
            *[f"TypeError: expected str, bytes or os.PathLike object, not {name}"
              for name in ("NoneType", "int")],
            *[f"TypeError: strings: expected a str such as 'keys', not {name}"
              for name in ("int", "bytes")],
            "ValueError: 'some' is none of none, names, keys, prefix:N, full",
            *["ValueError: every: expected a number above 0"] * 3,
            "TypeError: every: expected a number above 0, not bytes",
            "ValueError: on_rss: expected a number above 0",
            "TypeError: on_rss: expected a number above 0, not list",
            "ValueError: keep: expected a number above 0",
            "TypeError: keep: expected a number above 0, not str",
            ["program.py"], None])
        self.assertEqual(stream.read(python.folder / "a").facts["strings"], "keys")

    @on_every_python
    def test_who_cannot_wait_for_a_capture_is_told_so(self, python):
        answer = python.answer("""
            import heapsnap, json, os
            def waited(info):
                try:
                    return [info.done(), info.wait()]
                except heapsnap.CaptureError as error:
                    return [info.done(), str(error)]
            info = heapsnap.capture("a.hsnap", wait=False)
            out, into = os.pipe()
            if os.fork() == 0:
                own = heapsnap.capture("b.hsnap", wait=False)
                os.write(into, json.dumps([waited(info), waited(own)[1], info.pid]).encode())
                os._exit(0)
            os.close(into)
            child = json.loads(os.read(out, 4096))
            parent = info.wait()
            early = heapsnap.capture("c.hsnap", wait=False)
            for number in range(64):
                heapsnap.capture(f"{number}.hsnap")
            print(json.dumps([child, parent, waited(early)]))
        """, options=["-W", "ignore"])
        [child, own, pid], parent, forgotten = answer
        self.assertEqual(child, [True, f"a.hsnap: only process {pid}, which captured, can wait for it"])
        self.assertEqual((own, parent), (None, None))
        self.assertEqual(forgotten, [True, "c.hsnap: too many captures have been begun since to know "
                                           "how it ended: wait for it earlier"])

    @on_every_python
    def test_threads_may_wait_for_one_capture(self, python):
        answer = python.answer("""
            import heapsnap, json, threading
            kept = [[i] for i in range(200_000)]
            outcomes = []
            def wait(info):
                try:
                    info.wait()
                    outcomes.append(info.objects > 200_000)
                except Exception as error:
                    outcomes.append(repr(error))
            for number in range(5):
                info = heapsnap.capture(f"{number}.hsnap", wait=False)
                threads = [threading.Thread(target=wait, args=(info,)) for _ in range(4)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            print(json.dumps(outcomes))
        """)
        self.assertEqual(answer, [True] * 20)

    @on_every_python
    def test_a_capture_that_failed_has_failed_whenever_it_is_waited_for(self, python):
        answer = python.answer("""
            import heapsnap, json
            def waited(info):
                try:
                    return info.wait()
                except heapsnap.CaptureError as error:
                    return str(error)
            heapsnap.capture("a.hsnap")
            failed, whole = [heapsnap.capture(name, wait=False) for name in ("a.hsnap", "b.hsnap")]
            print(json.dumps([waited(failed), waited(failed), failed.done(), failed.objects,
                              repr(failed), waited(whole), waited(whole), whole.objects > 1000]))
        """)
        why = "a.hsnap: is there already: remove it or give another name"
        self.assertEqual(answer, [why, why, True, None, "<heapsnap.CaptureInfo a.hsnap: failed>",
                                  None, None, True])


if __name__ == "__main__":
    unittest.main()
