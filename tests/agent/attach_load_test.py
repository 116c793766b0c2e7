"""capture -p of programs that are busy: each capture is whole, and no program notices.

Every program knows what its results are without captures (it computed them before it said that it
was ready, or they can only be one thing), compares all later ones with that, and says `fine` at its
end if there was no other.
"""

import contextlib
import os
import subprocess
import sys
import unittest

from attaching import HEAPSNAP, Target, count, on_two_pythons
from programs import ROOT

SERVER = """
    import asyncio, sys

    async def serve(reader, writer):
        while line := await reader.readline():
            number = int(line)
            answer = [str(number * k) for k in range(20)]
            await asyncio.sleep(0)
            writer.write(" ".join(answer).encode() + b"\\n")
            await writer.drain()
        writer.close()

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        server.close()

    asyncio.run(main())
    print("fine")
"""

# Eight connections that stay, and new ones all the time.
CLIENT = """
    import select, socket, sys, threading

    stop, wrong, right = False, [], []

    def ask(server, number):
        server.sendall(b"%d\\n" % number)
        answer = b""
        while not answer.endswith(b"\\n"):
            piece = server.recv(4096)
            if not piece: return "closed"
            answer += piece
        return answer == " ".join(str(number * k) for k in range(20)).encode() + b"\\n"

    def load(first):
        number = first
        try:
            with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60) as server:
                while not stop:
                    with socket.create_connection(server.getpeername(), 60) as other:
                        for connection in (server, server, other):
                            number += 1
                            answer = ask(connection, number)
                            (right if answer is True else wrong).append((number, answer))
        except OSError as error:
            wrong.append(repr(error))

    threads = [threading.Thread(target=load, args=(k * 1_000_000,)) for k in range(8)]
    for thread in threads: thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    stop = True
    for thread in threads: thread.join()
    print(wrong[:3] if wrong else "fine" if len(right) > 100 else len(right))
"""


@contextlib.contextmanager
def busy_processors():
    """More work for each than it can do, by processes that do nothing else."""
    command = [sys.executable, "-S", "-c", "while True: pass"]
    with contextlib.ExitStack() as stack:
        for _ in range(os.cpu_count() + 1):
            process = stack.enter_context(subprocess.Popen(command))
            stack.callback(process.kill)
        yield


class LoadTest(unittest.TestCase):
    def check(self, python, program, *words, **settings):
        with Target(python, program, options=("-S",), **settings) as target:
            self.capture_often(target, *words)
            self.assertEqual(target.finish("\n").strip(), "fine")

    def capture_often(self, target, *words):
        """An incomplete snapshot ends the command with an error."""
        for _ in range(count(20, 200)):
            said = target.capture("a.hsnap", "--force", *words)
            self.assertIn(" objects, ", said)
            target.assertUntouched(self)
        subprocess.run([HEAPSNAP, "info", "--verify", target.python.folder / "a.hsnap"], check=True,
                       stdout=subprocess.DEVNULL)

    @on_two_pythons
    def test_eight_threads_that_make_and_drop_objects(self, python):
        self.check(python, """
            import sys, threading
            stop, wrong, rounds = False, [], [0] * 8
            def result(k):
                rows = [{j: [j * k]} for j in range(20)]
                table = {str(j): rows for j in range(50)}
                rows.append(table)
                return sum(value[0] for row in rows[:20] for value in row.values()) + len(table)
            expected = [result(k) for k in range(8)]
            def work(k):
                while not stop:
                    got = result(k)
                    if got != expected[k]: wrong.append((k, got))
                    rounds[k] += 1
            threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
            for thread in threads: thread.start()
            print("ready", flush=True)
            sys.stdin.readline()
            stop = True
            for thread in threads: thread.join()
            print("fine" if not wrong and all(rounds) else (wrong, rounds))
        """)

    @on_two_pythons
    def test_a_collector_that_never_rests(self, python):
        self.check(python, """
            import gc, select, sys
            gc.disable()
            def found():
                for _ in range(10):
                    ring = []
                    ring.append([ring])
                del ring
                return gc.collect()
            found()
            results = {found()}
            print("ready", flush=True)
            while not select.select([sys.stdin], [], [], 0)[0]: results.add(found())
            print("fine" if results == {20} else results)
        """)

    @on_two_pythons
    def test_a_server_with_clients(self, python):
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(Target(python, SERVER, options=("-S",)))
            client = stack.enter_context(Target(python, CLIENT, server.said, options=("-S",)))
            self.capture_often(server)
            self.assertEqual(client.finish("\n").strip(), "fine")
            self.assertEqual(server.finish("\n").strip(), "fine")

    @on_two_pythons
    def test_what_is_closed_is_closed(self, python):
        """No copy keeps a port in use, or a connection open; and none closes what is open.

        Not even for an instant, which is longer where no processor is free.
        """
        with busy_processors():
            self.check(python, """
                import os, select, socket, sys
                def descriptors(): return sorted(os.listdir("/proc/self/fd"))
                HOST = f"127.{os.getpid() >> 8 & 255}.{os.getpid() & 255}.1"  # nobody else's ports
                wrong, rounds, before = [], 0, descriptors()
                print("ready", flush=True)
                while not select.select([sys.stdin], [], [], 0)[0]:
                    try:
                        client, server = socket.socketpair()
                        server.close()
                        client.setblocking(False)
                        if client.recv(1) != b"": wrong.append("no end")
                        client.close()
                        for _ in range(20):
                            with socket.socket() as first:
                                first.bind((HOST, 0))
                                place = first.getsockname()
                            with socket.socket() as second: second.bind(place)
                    except OSError as error:
                        wrong.append(error.strerror)
                    if descriptors() != before: wrong.append("descriptors")
                    rounds += 1
                print("fine" if not wrong and rounds > 10 else (wrong[:3], rounds))
            """)

    @on_two_pythons
    def test_a_program_that_forks_and_reaps(self, python):
        """It waits for any child, and never gets one that it did not make."""
        self.check(python, """
            import warnings; warnings.simplefilter("ignore")
            import os, signal, subprocess, sys, threading
            stop = False
            def wait():
                global stop
                sys.stdin.readline()
                stop = True
            noticed = []
            signal.signal(signal.SIGCHLD, lambda *_: noticed.append(1))
            print("ready", flush=True)
            threading.Thread(target=wait).start()
            strange = rounds = 0
            while not stop:
                child = os.fork()
                if child == 0: os._exit(rounds % 100)
                pid, status = os.waitpid(-1, 0)
                strange += (pid, os.waitstatus_to_exitcode(status)) != (child, rounds % 100)
                if rounds % 20 == 0: strange += subprocess.run(["true"]).returncode != 0
                rounds += 1
            try:
                strange += os.waitpid(-1, 0)[0]
            except ChildProcessError:
                print("fine" if strange == 0 and len(noticed) > 0 else strange)
        """)

    @on_two_pythons
    def test_timers_and_waits_go_on(self, python):
        """Each alarm comes, and once; waits last as long as they should; no EINTR is seen."""
        self.check(python, """
            import os, select, signal, sys, threading, time
            alarms, set_alarms = 0, 0
            def tick(*_):
                global alarms
                alarms += 1
            signal.signal(signal.SIGALRM, tick)
            errors, stop = [], False
            ours, theirs = os.pipe()
            poll = select.epoll()
            poll.register(ours, select.EPOLLIN)
            def wait():
                lock = threading.Lock()
                lock.acquire()
                try:
                    while not stop:
                        before = time.monotonic()
                        time.sleep(0.02)
                        if time.monotonic() - before < 0.02: errors.append("a short sleep")
                        if select.select([ours], [], [], 0.01)[0]: errors.append("select")
                        if poll.poll(0.01) != []: errors.append("epoll")
                        if lock.acquire(timeout=0.01): errors.append("lock")
                except BaseException as error:
                    errors.append(repr(error))
            threads = [threading.Thread(target=wait) for _ in range(3)]
            for thread in threads: thread.start()
            print("ready", flush=True)
            while not select.select([sys.stdin], [], [], 0)[0]:
                set_alarms += 1
                signal.setitimer(signal.ITIMER_REAL, 0.002)
                while alarms < set_alarms: time.sleep(0.0005)
                if alarms > set_alarms: errors.append("an alarm more")
            stop = True
            for thread in threads: thread.join()
            print(errors[:3] or set_alarms > 10 and "fine")
        """)

    @on_two_pythons
    def test_numpy_in_threads(self, python):
        site = ROOT / "build/site" / python.version
        if not (site / "numpy").is_dir():
            print(f"SKIPPED {self.id()} on {python.version}: no numpy for it in build/site")
            self.skipTest("no numpy")
        self.check(python, """
            import numpy, sys, threading
            numbers = numpy.arange(200 * 200, dtype=float).reshape(200, 200) % 97
            expected = numbers @ numbers.T  # whole numbers: exact in whatever order
            stop, wrong, rounds = False, [], [0] * 4
            def work(k):
                while not stop:
                    if not numpy.array_equal(numbers @ numbers.T, expected): wrong.append(k)
                    if numpy.sort(numbers[k])[0] != numbers[k].min(): wrong.append(k)
                    rounds[k] += 1
            threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
            for thread in threads: thread.start()
            print("ready", flush=True)
            sys.stdin.readline()
            stop = True
            for thread in threads: thread.join()
            print("fine" if not wrong and all(rounds) else (wrong, rounds))
        """, PYTHONPATH=str(site))


if __name__ == "__main__":
    unittest.main()
