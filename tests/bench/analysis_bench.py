#!/usr/bin/env python3
"""What it costs to open a snapshot and to ask it, beside its lower bounds and its peers.

    tests/bench/analysis_bench.py BUILD [MILLIONS OF OBJECTS]...

Prints a table for each size, then how time and memory grow between them. Ratios are of figures of
one run. Boost's dominators are measured where it was installed when the benchmark was built.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

VERSION = "3.11"


def python_of(root):
    for line in (root / "build/pythons.txt").read_text().splitlines():
        version, path = line.split(maxsplit=1)
        if version.startswith(VERSION + "."):
            return path
    sys.exit(f"analysis_bench: no Python {VERSION} in build/pythons.txt")


def measured(root, build, folder, millions):
    file, stream = folder / f"{millions}.hsnap", folder / f"{millions}.stream"
    subprocess.run([build / "bin/heapsnap", "run", "-q", "-o", file, "--", python_of(root),
                    root / "tests/bench/analysis_target.py", str(millions), stream], check=True)
    sizes = file.stat().st_size, stream.stat().st_size
    out = subprocess.run([build / "bin/analysis_bench", file, stream], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    file.unlink()
    stream.unlink()
    return json.loads(out) | {"file": sizes[0], "stream": sizes[1]}


def rows(found):
    nodes, read, gather = found["nodes"], found["read"], found["gather_ns"]

    def per_node(key):
        return f"{found[key] / nodes * 1e9:.0f} ns/node"

    edges = found["edges"] / nodes
    yield "objects, references each", f"{nodes / 1e6:.2f} M, {edges:.2f}", "", ""
    for key, wanted in (("open_1", ""), ("open_2", "T1: at most 80")):
        yield (f"open, dominators, retained sizes, {key[-1]} thread(s)", per_node(key),
               f"{found[key] / read:.0f} reads of the stream", wanted)
    for key, wanted in (("open_1", "T2: at most 16"), ("open_2", "T2: at most 11")):
        yield (f"the same in random reads of 40 MiB ({gather:.1f} ns)", per_node(key),
               f"{found[key] / nodes * 1e9 / gather:.1f}", wanted)
    yield "the graph alone, 1 thread, 2", f"{per_node('graph_1')}, {per_node('graph_2')}", "", ""
    if "boost_dominators" in found:
        yield ("dominators, 1 thread, beside Boost's", per_node("dominators_1"),
               f"{found['boost_dominators'] / found['dominators_1']:.1f}x, "
               f"{found['boost_differences']:.0f} answers differ", "T3: at least 12")
    yield ("peak of memory", f"{found['peak_per_node']:.0f} B/node", "",
           f"T5: at most {48 + 14 * edges:.0f}")
    yield ("file, stream", f"{found['file'] / nodes:.1f}, {found['stream'] / nodes:.1f} B/node", "",
           "")
    yield ("2 threads against 1", f"{found['open_1'] / found['open_2']:.2f}x", "",
           "T9: at least 1.3")
    for key in ("hist_type", "hist_rcs", "hist_via", "reachability", "components"):
        yield (key.replace("_", " by "), per_node(key), f"{found[key] * 1e3:.0f} ms",
               "T11: at most 100 ms at 10 M")


def table(found):
    lines = ["| | | | wanted |", "|---|---|---|---|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows(found)]
    return "\n".join(lines)


def growth(first, last):
    """The exponents of time and memory between two sizes."""
    times = math.log(last["nodes"] / first["nodes"])
    for key, what in (("open_1", "time"), ("open_2", "time, 2 threads")):
        yield f"{what}: n^{math.log(last[key] / first[key]) / times:.2f}"
    memory = [found["peak_per_node"] * found["nodes"] for found in (first, last)]
    yield f"memory: n^{math.log(memory[1] / memory[0]) / times:.2f}"


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    build = pathlib.Path(sys.argv[1]).resolve()
    sizes = [float(word) for word in sys.argv[2:]] or [1.0, 10.0]
    found = []
    with tempfile.TemporaryDirectory(prefix="heapsnap-bench-") as folder:
        for millions in sizes:
            found.append(measured(root, build, pathlib.Path(folder), millions))
            print(table(found[-1]) + "\n", flush=True)
    if len(found) > 1:
        print("growth from the first to the last, wanted T6: at most n^1.12:",
              ", ".join(growth(found[0], found[-1])))


main()
