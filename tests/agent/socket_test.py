"""What the agent says to whom `heapsnap run` has listen: hello, snapshots, and what is wrong."""

import os
import socket
import time
import unittest

import stream
from programs import AGENT, HANG, finish, on_every_python

PRELOAD = AGENT / "heapsnap/preload"


class SocketTest(unittest.TestCase):
    def listen(self, python, program, settings, arrivals, **variables):
        """What the program's processes send, one text or Snapshot for each connection."""
        name = f"heapsnap-test-{os.getpid()}-{python.minor}"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0" + name)
            listener.listen()
            listener.settimeout(HANG)
            process = python.start(program, HEAPSNAP=f"out=unix:@{name},{settings}",
                                   **{"PYTHONPATH": str(PRELOAD), **variables})
            received = [stream.receive(listener.accept()[0]) for _ in range(arrivals)]
            result = finish(process)
            listener.settimeout(0)
            self.assertRaises(BlockingIOError, listener.accept)
        return result, received

    @on_every_python
    def test_says_hello_and_sends_each_snapshot(self, python):
        result, received = self.listen(python, """
            import os, signal
            os.kill(os.getpid(), 40)
            os.kill(os.getpid(), 41)
            print(os.getpid())
        """, "signal=40/every,signal=41/rss,at=exit,children=0", 4)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual(received.count(f"hello: {result.stdout}".encode()), 1)
        snapshots = [stream.parse(data) for data in received if data[:1] == b"\x89"]
        self.assertEqual(sorted(s.facts["trigger"] for s in snapshots), ["every", "exit", "rss"])
        self.assertEqual({str(s.facts["pid"]) for s in snapshots}, {result.stdout.strip()})

    @on_every_python
    def test_a_listener_may_take_its_time(self, python):
        """Longer than an object may: the watchdog jumped out of the middle of a chunk."""
        name = f"heapsnap-test-{os.getpid()}-{python.minor}"
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind("\0" + name)
            listener.listen()
            listener.settimeout(HANG)
            process = python.start("kept = [[i] for i in range(200000)]",
                                   HEAPSNAP=f"out=unix:@{name},at=exit", PYTHONPATH=str(PRELOAD))
            stream.receive(listener.accept()[0])  # hello
            connection = listener.accept()[0]
            time.sleep(4.5)
            snapshot = stream.parse(stream.receive(connection))
            result = finish(process)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertEqual((snapshot.facts["complete"], snapshot.facts["faults"]), (1, 0))

    @on_every_python
    def test_forked_children_say_hello_if_they_are_to_be_captured(self, python):
        program = """
            import os
            if os.fork() == 0:
                os._exit(0)
            os.wait()
        """
        _, received = self.listen(python, program, "signal=40/every,children=1", 2)
        self.assertEqual({data[:7] for data in received}, {b"hello: "})
        self.listen(python, program, "signal=40/every,children=0", 1)

    @on_every_python
    def test_tells_the_listener_of_a_handler_in_the_place_of_ours(self, python):
        _, received = self.listen(
            python, "import signal; signal.signal(signal.SIGUSR2, lambda *_: None)",
            "signal=USR2,signal=USR1", 2)
        self.assertEqual(received[1].decode(),
                         "failed: nothing was captured on SIGUSR2: the program put a handler of its "
                         "own in the place of heapsnap's; choose another signal\n")

    @on_every_python
    def test_tells_the_listener_what_is_wrong(self, python):
        result, [line] = self.listen(python, "print(1)", "at=noon", 1)
        self.assertEqual(result.stdout, "1\n")
        self.assertTrue(line.startswith(b"failed: 'at=noon' in HEAPSNAP: "), line)

    @on_every_python
    def test_a_python_without_an_agent_is_called_unsupported(self, python):
        copy = python.folder / "heapsnap"
        for path in (AGENT / "heapsnap").rglob("*.py"):
            target = copy / path.relative_to(AGENT / "heapsnap")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        result, [line] = self.listen(python, "print(1)", "at=exit", 1,
                                     PYTHONPATH=str(copy / "preload"))
        self.assertEqual(result.stdout, "1\n")
        self.assertTrue(line.startswith(b"unsupported: no agent for this Python"), line)

    @on_every_python
    def test_nobody_listening_is_one_line(self, python):
        result = python.run("print(1)", HEAPSNAP="out=unix:@heapsnap-nobody",
                            PYTHONPATH=str(PRELOAD))
        self.assertEqual((result.returncode, result.stdout), (0, "1\n"))
        self.assertEqual(result.stderr,
                         "heapsnap: heapsnap run cannot be reached (Connection refused)\n")

    @on_every_python
    def test_a_listener_that_has_gone_is_no_news(self, python):
        namespace = os.stat("/proc/self/ns/net").st_ino
        for program in "print(1)", "import os; os.fork(); print(1, flush=True)":
            result = python.run(program, HEAPSNAP=f"out=unix:@heapsnap-{namespace}-gone",
                                PYTHONPATH=str(PRELOAD))
            self.assertEqual((result.returncode, result.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
