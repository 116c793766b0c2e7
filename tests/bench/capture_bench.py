#!/usr/bin/env python3
"""What a capture costs, beside what it could cost at least and what guppy3 costs.

    tests/bench/capture_bench.py BUILD [MILLIONS OF OBJECTS]

Every figure is the smallest of some repetitions, and every ratio is of figures of this one run: a
pause against a bare clone() of the same process, against guppy3's heap() on the same heap, loading
against reading the same bytes. Absolute times are this machine's.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

REPETITIONS = 5
OBJECTS_A_NODE = 6.05  # of the workload `nodes`
OBJECTS_A_RECORD = 11.2  # of `shuffled`


def pythons(root):
    for line in (root / "build/pythons.txt").read_text().splitlines():
        version, path = line.split(maxsplit=1)
        yield ".".join(version.split(".")[:2]), path


def smallest(function, times=REPETITIONS):
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return best


def read_all(path):
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass


class Bench:
    def __init__(self, root, build, folder):
        self.root, self.heapsnap, self.folder = root, build / "bin/heapsnap", folder
        self.agent = build / "lib/heapsnap/agent"

    def target(self, minor, python, workload, count):
        snapshot = self.folder / f"{workload}-{minor}.hsnap"
        path = [str(self.agent), str(self.root / f"build/site/{minor}")]
        out = subprocess.check_output(
            [python, self.root / "tests/bench/capture_target.py", workload, str(count), snapshot,
             str(REPETITIONS)],
            env=dict(os.environ, PYTHONPATH=os.pathsep.join(path)),
        )
        return json.loads(out), pathlib.Path(f"{snapshot}.0")

    def packed(self, minor, python, workload, count):
        """Bytes of the compressed file that `heapsnap run` writes of the same program."""
        file = self.folder / f"{workload}-{minor}.packed.hsnap"
        program = ("import sys; sys.argv[1:] = %r; sys.path.insert(0, %r); import capture_target; "
                   "capture_target.main()"
                   % ([workload, str(count), "none", "0"], str(self.root / "tests/bench")))
        subprocess.run([self.heapsnap, "run", "-q", "-o", file, "--", python, "-c", program],
                       check=True, stdout=subprocess.DEVNULL)
        return file

    def row(self, minor, python, workload, count):
        result, stream = self.target(minor, python, workload, count)
        file = self.packed(minor, python, workload, count)
        objects = result["objects"]
        clone, pause = min(result["clone"]), min(result["pause"])
        guppy = result["guppy"]
        hist = smallest(lambda: subprocess.run(
            [self.heapsnap, "hist", file, "--by", "type"], check=True, stdout=subprocess.DEVNULL))
        read = smallest(lambda: read_all(stream))
        return {
            "workload": f"{workload} {minor}",
            "M objects": f"{objects / 1e6:.2f}",
            "RSS MB": f"{result['rss'] / 1e6:.0f}",
            "pause ms": f"{pause * 1e3:.2f}",
            "/clone": f"{pause / clone:.2f}",
            "guppy cold/pause": f"{guppy[0] / pause:.0f}" if guppy else "-",
            "guppy warm/pause": f"{guppy[1] / pause:.0f}" if guppy else "-",
            "get_objects/pause": f"{result['get_objects'] / pause:.1f}",
            "walk ns/obj": f"{self.walk_ns(stream) / objects:.0f}",
            "added MB": f"{(result['rss_after'] - result['rss']) / 1e6:.1f}",
            "copy B/obj": f"{result['copy'] / objects:.2f}",
            "stream B/obj": f"{result['bytes'] / objects:.1f}",
            "file B/obj": f"{file.stat().st_size / objects:.1f}",
            "hist ns/obj": f"{hist / objects * 1e9:.0f}",
            "hist/read": f"{hist / read:.0f}",
        }

    def walk_ns(self, snapshot):
        out = subprocess.check_output([self.heapsnap, "info", "-f", "json", snapshot])
        return json.loads(out)["header"]["walk"]


def print_table(rows):
    names = list(rows[0])
    widths = [max(len(name), *(len(row[name]) for row in rows)) for name in names]
    for line in [dict(zip(names, names)), *rows]:
        print("  ".join(line[name].rjust(width) for name, width in zip(names, widths)))


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    build = root / sys.argv[1]
    millions = float(sys.argv[2]) if len(sys.argv) > 2 else 4.8
    rows = []
    with tempfile.TemporaryDirectory(prefix="heapsnap-bench-") as folder:
        bench = Bench(root, build, pathlib.Path(folder))
        for minor, python in pythons(root):
            rows.append(bench.row(minor, python, "nodes", int(millions * 1e6 / OBJECTS_A_NODE)))
            rows.append(bench.row(minor, python, "shuffled", int(millions * 1e6 / OBJECTS_A_RECORD)))
            print("measured", minor, file=sys.stderr)
    print_table(rows)


main()
