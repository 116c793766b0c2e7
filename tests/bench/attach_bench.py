#!/usr/bin/env python3
"""What `heapsnap capture -p` costs a process, beside a bare clone() of the same process.

    tests/bench/attach_bench.py BUILD [MEGABYTES...]

For each size (65, 435 and 2000 by default) and each version (3.11 and 3.14, or HEAPSNAP_PYTHONS): how
long the process stood still, what the walk took, what memory the copy had of its own, and how long
a client waited for answers of the process, undisturbed and while it is captured over and over. Stops
and walks are the smallest of some repetitions; ratios are of figures of this one run.
"""

import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import time

REPETITIONS = 7
MEGABYTES = (65, 435, 2000)
BYTES_A_NODE, BYTES_WITHOUT = 529, 12e6  # of capture_target.nodes
ANSWERS = 2000  # that the client waits for, at least
PACE = 0.001  # seconds between an answer and the next question
CAPTURES = 5  # while it asks


def pythons(root):
    wanted = os.environ.get("HEAPSNAP_PYTHONS", "3.11 3.14").split()
    for line in (root / "build/pythons.txt").read_text().splitlines():
        version, path = line.split(maxsplit=1)
        minor = ".".join(version.split(".")[:2])
        if minor in wanted:
            yield minor, path


@contextlib.contextmanager
def target(root, python, megabytes):
    count = max(1, int((megabytes * 1e6 - BYTES_WITHOUT) / BYTES_A_NODE))
    with subprocess.Popen([python, root / "tests/bench/attach_target.py", str(count)], text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


class Client:
    def __init__(self, port):
        self.connection = socket.create_connection(("127.0.0.1", port))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, line):
        self.connection.sendall(line)
        answer = b""
        while not answer.endswith(b"\n"):
            answer += self.connection.recv(4096)
        return answer

    def clone(self):
        return float(self.ask(b"clone\n"))

    def waits(self, until):
        """Seconds that answers took, in order, until there are enough and `until` says so."""
        waits = []
        while len(waits) < ANSWERS or not until():
            start = time.perf_counter()
            self.ask(b"question\n")
            waits.append(time.perf_counter() - start)
            time.sleep(PACE)
        return sorted(waits)


def shown(waits):
    p50, p99 = waits[len(waits) // 2], waits[len(waits) * 99 // 100]
    return " ".join(f"{seconds * 1e3:.2f}" for seconds in (p50, p99, waits[-1]))


def own_memory(pid):
    """Bytes that a process shares with no other, or 0 if it has ended."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


class Bench:
    def __init__(self, build, folder):
        self.heapsnap, self.file = build / "bin/heapsnap", folder / "a.hsnap"

    def words(self, pid):
        return [self.heapsnap, "capture", "-p", str(pid), "--method", "remote-fork", "--force", "-o",
                self.file]

    def capture(self, pid):
        """The pause and the walk in ns, and how many objects there were."""
        subprocess.run(self.words(pid), check=True, stderr=subprocess.DEVNULL)
        out = json.loads(subprocess.check_output([self.heapsnap, "info", "-f", "json", self.file]))
        return out["header"]["pause"], out["header"]["walk"], out["snapshot"]["objects"]

    def memory_of_copy(self, pid):
        """At most, of the copy while it is there. The process itself writes nothing meanwhile."""
        most = 0
        with subprocess.Popen(self.words(pid), stderr=subprocess.DEVNULL) as capture:
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
            while capture.poll() is None:
                for child in children.read_text().split():
                    most = max(most, own_memory(child))
                time.sleep(0.001)
        return most

    def waits_under_capture(self, pid, client):
        def capture():
            for _ in range(CAPTURES):
                subprocess.run(self.words(pid), check=True, stderr=subprocess.DEVNULL)

        captures = threading.Thread(target=capture)
        captures.start()
        return client.waits(lambda: not captures.is_alive())

    def row(self, minor, process, about):
        client, clones, pauses, walks = Client(about["port"]), [], [], []
        for _ in range(REPETITIONS):
            clones.append(client.clone())
            pause, walk, objects = self.capture(process.pid)
            pauses.append(pause / 1e9)
            walks.append(walk)
        return {
            "python": minor,
            "M objects": f"{objects / 1e6:.2f}",
            "RSS MB": f"{about['rss'] / 1e6:.0f}",
            "clone ms": f"{min(clones) * 1e3:.2f}",
            "stop ms": f"{min(pauses) * 1e3:.2f}",
            "/clone": f"{min(pauses) / min(clones):.2f}",
            "walk ns/obj": f"{min(walks) / objects:.0f}",
            "copy MB": f"{self.memory_of_copy(process.pid) / 1e6:.1f}",
            "waits alone ms (p50 p99 max)": shown(client.waits(lambda: True)),
            "captured": shown(self.waits_under_capture(process.pid, client)),
        }


def print_table(rows):
    names = list(rows[0])
    widths = [max(len(name), *(len(row[name]) for row in rows)) for name in names]
    for line in [dict(zip(names, names)), *rows]:
        print("  ".join(line[name].rjust(width) for name, width in zip(names, widths)))


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    sizes = [float(word) for word in sys.argv[2:]] or MEGABYTES
    rows = []
    with tempfile.TemporaryDirectory(prefix="heapsnap-bench-") as folder:
        bench = Bench(root / sys.argv[1], pathlib.Path(folder))
        for megabytes in sizes:
            for minor, python in pythons(root):
                with target(root, python, megabytes) as (process, about):
                    rows.append(bench.row(minor, process, about))
                print(f"measured {minor} at {megabytes:.0f} MB", file=sys.stderr)
    print_table(rows)


main()
