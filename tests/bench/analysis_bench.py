#!/usr/bin/env python3
"""What it costs to open a snapshot and to ask it, beside its lower bounds and its peers.

    tests/bench/analysis_bench.py BUILD [--once] [SHAPE:MILLIONS]...

Prints a table for each heap, how time and memory grow between the first two of a shape, then
dominators on graphs that are hard for them, and guppy3's times beside ours. SHAPE is `real` (a live
program), `synthetic` or `dense`; without any, 1 and 10 million real objects, then 10 of the others.
With --once, each heap is opened once and nothing else is measured: for those of 100 million.

Ratios are of figures of one run. Peers that are not there are left out, by name; those that take
much memory are asked about no more than 12 million objects.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

import analysis_peers as peers

DEFAULT = ("real:1", "real:10", "synthetic:10", "dense:10")
MOST_FOR_PEERS = 12
BOOST_WANTED = {"real": 12, "synthetic": 7, "dense": 5}


class Bench:
    def __init__(self, build, folder):
        self.root = pathlib.Path(__file__).resolve().parents[2]
        self.build = build
        self.file, self.stream, self.graph = (folder / name for name in ("file", "stream", "graph"))

    def make(self, shape, millions):
        """A snapshot of a heap of that shape, and the stream it is of."""
        self.file.unlink(missing_ok=True)
        self.stream.unlink(missing_ok=True)
        if shape != "real":
            subprocess.run([self.build / "bin/synthetic_snapshot", shape, str(millions), self.file,
                            self.stream], check=True)
            return
        subprocess.run([self.build / "bin/heapsnap", "run", "-q", "-o", self.file, "--",
                        peers.python(self.root), self.root / "tests/bench/analysis_target.py",
                        str(millions), self.stream], check=True)

    def once(self, shape, millions):
        self.make(shape, millions)
        yield f"{shape}, {millions:g} million, opened once, on two threads"
        yield ""
        yield from table(once_rows(self.run(self.file)))

    def measured(self, shape, millions):
        self.make(shape, millions)
        sizes = {"file": self.file.stat().st_size, "stream": self.stream.stat().st_size}
        few = millions <= MOST_FOR_PEERS
        found = self.run(self.file) | self.run(self.file, self.stream, *([self.graph] if few else []))
        if few:
            found |= peers.igraph(self.root, self.graph)
            found |= peers.devtools(self.root, self.build, self.file)
            self.graph.unlink()
        return found | sizes

    def run(self, *files):
        out = subprocess.run([self.build / "bin/analysis_bench", *files], check=True,
                             stdout=subprocess.PIPE, text=True, preexec_fn=peers.deep_stack).stdout
        return json.loads(out)


def once_rows(found):
    nodes = found["nodes"]
    yield "objects, references each", f"{nodes / 1e6:.1f} M, {found['edges'] / nodes:.2f}", "", ""
    yield ("open, dominators, retained sizes", f"{found['open']:.1f} s",
           f"{found['open'] / nodes * 1e9:.0f} ns/node", "T13: at most 20 s")
    yield ("peak of memory", f"{found['peak'] / 1e9:.2f} GB", f"{found['peak'] / nodes:.0f} B/node",
           "T13: at most 8 GB")
    yield from stage_rows(found)


def stage_rows(found):
    """How long each stage of one opening took, by what has ended when the next is heard of."""
    stages, before = found["stages"], 0.0
    names = {"verified": "file read and verified", "reading": "nodes decoded",
             "connecting": "nodes placed, rows planned",
             "finding roots": "addresses resolved, references counted",
             "done": "roots, referrers", "dominators": "dominators, retained sizes"}
    for stage, at in stages.items():
        yield (f"of one opening, 2 threads: {names[stage]}",
               f"{(at - before) / found['nodes'] * 1e9:.0f} ns/node", "", "")
        before = at


def opening_rows(found):
    nodes, read, gather = found["nodes"], found["read"], found["gather_ns"]
    for key, wanted in (("open_1", ""), ("open_2", "T1: at most 80")):
        yield (f"open, dominators, retained sizes, {key[-1]} thread(s)",
               f"{found[key]:.3f} s, {found[key] / nodes * 1e9:.0f} ns/node",
               f"{found[key] / read:.0f} reads of the stream", wanted)
    for key, wanted in (("open_1", "T2: at most 16"), ("open_2", "T2: at most 11")):
        yield (f"the same, {key[-1]} thread(s), in random reads of 40 MiB", f"{gather:.1f} ns a read",
               f"{found[key] / nodes * 1e9 / gather:.1f}", wanted)
    for key in ("graph_1", "graph_2"):
        yield (f"of it the graph, {key[-1]} thread(s)",
               f"{found[key] / nodes * 1e9:.0f} ns/node", "", "")
    yield ("2 threads against 1", f"{found['open_1'] / found['open_2']:.2f}x", "",
           "T9: at least 1.3")


def peer_rows(shape, found):
    nodes = found["nodes"]
    if "boost_dominators" in found:
        yield ("dominators of Boost, beside ours, 1 thread",
               f"{found['boost_dominators']:.2f} s, {found['dominators_1']:.3f} s",
               f"{found['boost_dominators'] / found['dominators_1']:.1f}x, "
               f"{found['boost_differences']:.0f} answers differ",
               f"T3: at least {BOOST_WANTED[shape]}")
    if "igraph_dominators" in found:
        yield ("dominators of igraph, beside our whole opening",
               f"{found['igraph_dominators']:.2f} s",
               f"{found['igraph_dominators'] / found['open_2']:.0f}x, "
               f"{found['igraph_differences']} answers differ", "T4: at least 20")
    if "devtools_load" in found:
        yield ("DevTools loading our export, beside our opening",
               f"{found['devtools_load']:.2f} s",
               f"{found['devtools_load'] / found['open_2']:.0f}x", "T4: at least 15")
    if "hash_map_build" in found:
        ours = found["resolve_build"] + found["resolve_look_up"]
        theirs = found["hash_map_build"] + found["hash_map_look_up"]
        yield ("addresses to ids by std::unordered_map, beside ours",
               f"{theirs:.2f} s, {ours:.3f} s",
               f"{theirs / ours:.1f}x, {found['hash_map_differences']:.0f} answers differ",
               "T7: at least 12")
        yield ("of it ours", f"build {found['resolve_build'] / nodes * 1e9:.1f} ns/node",
               f"look up {found['resolve_look_up'] / found['references'] * 1e9:.1f} ns/reference", "")


def size_rows(found):
    nodes = found["nodes"]
    yield ("peak of memory", f"{found['peak'] / nodes:.0f} B/node", "",
           f"T5: at most {48 + 14 * found['edges'] / nodes:.0f}")
    yield ("stream, file", f"{found['stream'] / nodes:.1f}, {found['file'] / nodes:.1f} B/node", "",
           "")
    yield ("the same, types, sizes and references only",
           f"{found['graph_only_stream'] / nodes:.1f}, {found['graph_only_file'] / nodes:.1f} B/node",
           "", "T8: at most 8, 5")


def question_rows(found):
    names = {"hist_type": "hist by type", "hist_rcs": "hist by rcs", "hist_via": "hist by via",
             "reachability": "reachable from the roots", "components": "strong components"}
    for key, name in names.items():
        yield (name, f"{found[key] / found['nodes'] * 1e9:.1f} ns/node", f"{found[key] * 1e3:.0f} ms",
               "T11: at most 100 ms at 10 M")


def rows(shape, found):
    nodes = found["nodes"]
    yield ("objects, references each, leaves",
           f"{nodes / 1e6:.2f} M, {found['edges'] / nodes:.2f}, {found['leaves'] / nodes:.0%}", "",
           "")
    yield from opening_rows(found)
    yield from stage_rows(found)
    yield from peer_rows(shape, found)
    yield from size_rows(found)
    yield from question_rows(found)


def table(cells, head=("", "", "", "wanted")):
    yield "| " + " | ".join(head) + " |"
    yield "|---" * len(head) + "|"
    for row in cells:
        yield "| " + " | ".join(row) + " |"


def growth(first, last):
    """The exponents of time and memory between two sizes."""
    times = math.log(last["nodes"] / first["nodes"])
    for key, what in (("open_1", "time"), ("open_2", "time, 2 threads"), ("peak", "memory")):
        yield f"{what}: n^{math.log(last[key] / first[key]) / times:.2f}"


def say(lines):
    print("\n".join(lines) + "\n", flush=True)


def measure_heaps(bench, heaps):
    found = []
    for shape, millions in heaps:
        found.append((shape, bench.measured(shape, millions)))
        say([f"{shape}, {millions:g} million", "", *table(rows(*found[-1]))])
    real = [result for shape, result in found if shape == "real"]
    if len(real) > 1:
        say(["growth from the first real heap to the last, wanted T6: at most n^1.12: "
             + ", ".join(growth(real[0], real[-1]))])


def main():
    build, *words = sys.argv[1:]
    once = "--once" in words
    heaps = [word.split(":") for word in words if word != "--once"]
    with tempfile.TemporaryDirectory(prefix="heapsnap-bench-") as folder:
        bench = Bench(pathlib.Path(build).resolve(), pathlib.Path(folder))
        if once:
            for shape, millions in heaps:
                say(bench.once(shape, float(millions)))
            return
        measure_heaps(bench, [(shape, float(millions)) for shape, millions in
                              heaps or [word.split(":") for word in DEFAULT]])
        if heaps:
            return
        say(table(peers.family_rows(bench.build), ("dominators, 1 thread", *peers.FAMILY_HEAD)))
        say(table(peers.guppy_rows(bench), peers.GUPPY_HEAD))


main()
