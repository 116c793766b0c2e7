"""capture --method read, and capture --core: a process's memory, walked from outside of it."""

import collections
import json
import os
import pathlib
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "support"))

import labelled_heap
import stream
from attach_test import HALF_WAY
from attaching import HEAPSNAP, Target, count, on_two_pythons
from programs import HANG
from image_programs import C_TYPES

CORE_PATTERN = pathlib.Path("/proc/sys/kernel/core_pattern").read_text().strip()


def export(path):
    """(nodes by address, types) of a snapshot, without the numbers that only name types."""
    result = subprocess.run([HEAPSNAP, "export", path, "--to", "jsonl"], text=True,
                            capture_output=True, check=True)
    nodes, types = {}, []
    for line in result.stdout.splitlines():
        record = json.loads(line)
        record.pop("type_id", None)
        if record["record"] == "node":
            nodes[record["object"]] = record
        elif record["record"] == "type":
            record.pop("id")
            types.append(json.dumps(record, sort_keys=True))
    return nodes, sorted(types)


def edges(node):
    return collections.Counter((edge["label"], edge["object"]) for edge in node.get("edges", ()))


class Comparison:
    """Of the agent's snapshot with one of the same process's memory."""

    def __init__(self, inside, outside):
        (self.inside, types), (self.outside, other_types) = export(inside), export(outside)
        self.types_differ = set(types) ^ set(other_types)
        self.lost, self.more = collections.Counter(), collections.Counter()  # by type and label
        self.differ = []
        for address, node in self.inside.items():
            other = self.outside.get(address, {})
            mine, theirs = edges(node), edges(other)
            for label, _ in (mine - theirs).elements():
                self.lost[node["type"], label] += 1
            for label, _ in (theirs - mine).elements():
                self.more[node["type"], label] += 1
            if {**node, "edges": 0} != {**other, "edges": 0}:
                self.differ.append((node, other))

    def missing(self):
        return self.inside.keys() - self.outside.keys()


def both_ways(python, program):
    """inside.hsnap by the agent, and outside.hsnap by `read`, of the same instant."""
    name = f"heapsnap-image-{os.getpid()}-{python.minor}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("\0" + name)
        listener.listen()
        listener.settimeout(HANG)
        with Target(python, program, f"unix:@{name}") as target:
            target.process.stdin.write("\n")
            target.process.stdin.flush()
            connection = listener.accept()[0]
            said = target.capture("outside.hsnap", "--method", "read")
            (python.folder / "inside.hsnap").write_bytes(stream.receive(connection))
            target.finish()
    return Comparison(python.folder / "inside.hsnap", python.folder / "outside.hsnap"), said


class EqualityTest(unittest.TestCase):
    maxDiff = 2000

    # What the state of a module in C refers to, tp_traverse may tell in part only, and image mode
    # finds as far as it lies in that state itself.
    STATE = ("module", "<ref>")

    @on_two_pythons
    def test_builtin_types_have_the_same_objects_edges_sizes_and_labels(self, python):
        compared, said = both_ways(python, HALF_WAY)
        self.assertIn("read (stop), paused", said)
        self.assertGreater(len(compared.inside), 30_000)
        self.assertEqual(compared.missing(), set())
        self.assertEqual(compared.types_differ, set())
        self.assertEqual(compared.differ[:3], [])
        self.assertEqual(set(compared.lost) - {self.STATE}, set())
        self.assertEqual(set(compared.more) - {self.STATE}, set())
        self.assertLess(len(compared.outside) - len(compared.inside), 30)

    @on_two_pythons
    def test_few_references_of_other_c_types_are_missed_or_wrong(self, python):
        compared, _ = both_ways(python, C_TYPES)
        lost, more = sum(compared.lost.values()), sum(compared.more.values())
        scanned = labelled_heap.read(python.folder / "outside.hsnap").facts["scanned_references"]
        self.assertGreater(scanned, 20_000)
        print(f"{python.version}: {scanned} references without tp_traverse: recall "
              f"{1 - lost / (scanned - more + lost):.4%}, precision {1 - more / scanned:.4%}")
        self.assertLess(lost / (scanned - more + lost), 0.005)
        self.assertLess(more / scanned, 0.02)
        self.assertLess(len(compared.missing()), 10)
        self.assertEqual(compared.differ[:3], [])


class ReadTest(unittest.TestCase):
    @on_two_pythons
    def test_the_process_goes_on_as_it_was(self, python):
        program = """
            import sys, threading, time
            stop, counts = False, [0] * 4
            def work(i):
                while not stop:
                    counts[i] += len([{j: [j]} for j in range(100)]) == 100
            threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
            for thread in threads: thread.start()
            print("ready", flush=True)
            sys.stdin.readline()
            before = list(counts)
            while not all(now > then for now, then in zip(counts, before)): time.sleep(0.01)
            stop = True
            for thread in threads: thread.join()
            print("fine")
        """
        with Target(python, program) as target:
            for i in range(count(5, 50)):
                target.capture(f"{i}.hsnap", "--method", "read")
                target.assertUntouched(self)
            self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    def test_ctrl_z_does_not_keep_it_still(self, python):
        with Target(python, """
            import sys
            kept = b"x" * 256_000_000
            print("ready", flush=True)
            sys.stdin.read()
        """) as target:
            stops = 0
            for _ in range(50):  # on a busy machine a capture may be over before it is stopped
                # A group of its own, as of a shell's job: one without a shell is never stopped.
                capture = subprocess.Popen([HEAPSNAP, "capture", "-p", str(target.pid), "--method",
                                            "read", "-o", "a.hsnap", "--force"], text=True,
                                           cwd=python.folder, stderr=subprocess.PIPE,
                                           preexec_fn=os.setpgrp)
                self.addCleanup(capture.kill)
                while target.status("TracerPid") == "0" and capture.poll() is None:
                    pass
                if capture.poll() is None:
                    capture.send_signal(signal.SIGTSTP)
                    if os.WIFSTOPPED(os.waitpid(capture.pid, os.WUNTRACED)[1]):
                        stops += 1
                        self.assertEqual(target.status("TracerPid"), "0")
                        capture.send_signal(signal.SIGCONT)
                said = capture.communicate(timeout=HANG)[1]
                self.assertEqual(capture.returncode, 0, said)
                target.assertUntouched(self)
                if stops == 5:
                    break
            self.assertEqual(stops, 5)

    @on_two_pythons
    def test_what_the_system_says_of_its_memory_may_be_long(self, python):
        with Target(python, """
            import mmap, sys
            kept = [mmap.mmap(-1, 4096) for _ in range(3000)]
            print("ready", flush=True)
            sys.stdin.read()
        """) as target:
            self.assertGreater(len(pathlib.Path(f"/proc/{target.pid}/smaps").read_text()), 2 << 20)
            for method in ("read", "remote-fork"):
                target.capture(f"{method}.hsnap", "--method", method)
                checked = subprocess.run([HEAPSNAP, "info", "--verify", f"{method}.hsnap"],
                                         cwd=python.folder, capture_output=True, text=True)
                self.assertEqual(checked.returncode, 0, checked.stderr)


@unittest.skipIf(CORE_PATTERN.startswith("|"), "cores go to a program here")
class CoreTest(unittest.TestCase):
    """A process that is stopped, read, and then made to leave a core: the same memory."""

    def setUp(self):
        self.limits = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (self.limits[1], self.limits[1]))

    def tearDown(self):
        resource.setrlimit(resource.RLIMIT_CORE, self.limits)

    def leave_core(self, python):
        with Target(python, HALF_WAY) as target:
            target.await_sleep()  # none goes on between the two
            os.kill(target.pid, signal.SIGSTOP)
            program = os.readlink(f"/proc/{target.pid}/exe")
            target.capture("read.hsnap", "--method", "read")
            os.kill(target.pid, signal.SIGABRT)
            os.kill(target.pid, signal.SIGCONT)
            target.process.wait(HANG)
        [core] = python.folder.glob("core*")
        return core, program

    def capture(self, python, core, name, *words):
        return subprocess.run([HEAPSNAP, "capture", "--core", core, "-o", name, *words], text=True,
                              capture_output=True, cwd=python.folder, timeout=HANG)

    @on_two_pythons
    def test_a_core_is_what_was_read_of_the_process(self, python):
        core, program = self.leave_core(python)
        result = self.capture(python, core, "core.hsnap", "--exe", program)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("core (stop)", result.stderr)
        read, dumped = export(python.folder / "read.hsnap"), export(python.folder / "core.hsnap")
        self.assertGreater(len(read[0]), 30_000)
        self.assertEqual(read[0].keys() ^ dumped[0].keys(), set())
        self.assertEqual([a for a in read[0] if read[0][a] != dumped[0][a]][:3], [])
        self.assertEqual(read[1], dumped[1])
        heap = labelled_heap.read(python.folder / "core.hsnap")
        self.assertEqual(heap.facts["method"], "core")
        self.assertIn(f" {python.folder}"[:20], heap.facts["argv"])  # 80 characters of it
        self.cut_off(python, core, program)
        self.cut_anywhere(python, core, program)
        self.damage(python, core, program)

    def cut_off(self, python, core, program):
        """Its last page is of the stack, which nobody needs."""
        short = python.folder / "short"
        short.write_bytes(core.read_bytes()[:-4096])
        result = self.capture(python, short, "short.hsnap", "--exe", program)
        self.assertEqual(result.returncode, 4)
        self.assertIn("; incomplete: the core is cut off: 4096 bytes are not there\n",
                      result.stderr)
        heap = labelled_heap.read(python.folder / "short.hsnap")
        self.assertEqual(heap.facts["incomplete_reason"],
                         "the core is cut off: 4096 bytes are not there")
        info = subprocess.run([HEAPSNAP, "info", python.folder / "short.hsnap"], text=True,
                              capture_output=True)
        self.assertRegex(info.stdout, "complete: +no\n")

    def cut_anywhere(self, python, core, program):
        """Whatever else is wrong then, it is because of the cut."""
        whole = core.read_bytes()
        broken = python.folder / "broken"
        for size in [100, 1000, *(len(whole) * i // 40 for i in range(1, 40, count(2, 1)))]:
            broken.write_bytes(whole[:size])
            result = self.capture(python, broken, f"cut.{size}.hsnap", "--exe", program)
            self.assertIn(result.returncode, (3, 4), result.stderr)
            self.assertRegex(result.stderr, r"\Aheapsnap: error: [^\n]*the core is cut off: \d+ "
                                            "bytes are not there", size)

    def damage(self, python, core, program):
        """However broken a core is, heapsnap says something and ends by itself."""
        whole = core.read_bytes()
        chance = random.Random(python.minor)
        broken = python.folder / "broken"
        for i in range(count(4, 60)):
            data = bytearray(whole)
            if i % 2:
                for _ in range(1 << chance.randrange(4, 14)):
                    at = chance.randrange(len(data) // 8) * 8
                    data[at:at + 8] = whole[chance.randrange(len(data) // 8) * 8:][:8]
            else:
                del data[chance.randrange(64, len(data)):]
            broken.write_bytes(data)
            result = self.capture(python, broken, f"broken.{i}.hsnap", "--exe", program)
            incomplete = 4 if "; incomplete: " in result.stderr else 0
            self.assertIn(result.returncode, (incomplete, 3, 5), result.stderr)
            self.assertNotIn("ended by signal", result.stderr)
            self.assertNotEqual(result.stderr, "")
            if i % 2 == 0:
                self.assertIn(result.returncode, (3, 4))
                self.assertIn("the core is cut off: ", result.stderr)
            if result.returncode in (3, 5):
                self.refused(result, result.returncode, "")

    def refused(self, result, code, pattern):
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertRegex(result.stderr, rf"\Aheapsnap: error: [^\n]*{pattern}[^\n]*\n\Z")

    def test_what_is_no_core_is_refused(self):
        for words, code, said in ((["--core", "/nonexistent"], 3, "No such file"),
                                  (["--core", __file__], 3, "no core file of a 64-bit x86 process"),
                                  ([], 2, "-p PID, or --core FILE"),
                                  (["--exe", __file__, "-p", "1"], 2, "requires --core"),
                                  (["--core", __file__, "-p", "1"], 2, "excludes")):
            result = subprocess.run([HEAPSNAP, "capture", *words], text=True, capture_output=True)
            self.refused(result, code, said)

    def test_a_core_of_another_program_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen(["sleep", "600"], cwd=folder)
            process.send_signal(signal.SIGABRT)
            process.wait(HANG)
            [core] = pathlib.Path(folder).glob("core*")
            result = subprocess.run([HEAPSNAP, "capture", "--core", core], text=True,
                                    capture_output=True, cwd=folder)
            self.refused(result, 5, f"{core} is no Python that we know")
            self.assertEqual(list(pathlib.Path(folder).glob("*.hsnap")), [])


if __name__ == "__main__":
    unittest.main()
