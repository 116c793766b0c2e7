"""capture -p of a program in a control group that is frozen, or whose memory is limited."""

import pathlib
import re
import subprocess
import time
import unittest

from attaching import HANG, HEAPSNAP, Target, on_two_pythons


class MemoryTest(unittest.TestCase):
    """A group of processes whose memory is limited: what the copy adds to it ends the copy."""

    # What it writes to is private: the kernel copies a page of it that the copy has too. There are
    # objects enough that most of it is written to while they are walked.
    WRITES = """
        import mmap, sys, threading
        print("ready", flush=True)
        sys.stdin.readline()
        kept = [{i: [i]} for i in range(400_000)]
        memory = mmap.mmap(-1, 300 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        pages = len(memory) // 4096
        memory[::4096] = bytes(pages)
        stop = False
        def write():
            number = 0
            while not stop:
                number += 1
                memory[::4096] = bytes([number & 255]) * pages
        writer = threading.Thread(target=write)
        writer.start()
        print("grown", flush=True)
        sys.stdin.readline()
        stop = True
        writer.join()
        print("fine")
    """

    def limited(self, pid, size):
        """The file of the limit on a process's group; the test is skipped if there can be none."""
        for folder, name in (("memory", "memory.limit_in_bytes"), (".", "memory.max")):
            group = group_of(self, pid, folder, name, str(size))
            if group is not None:
                return group / name
        print(f"SKIPPED {self.id()}: no control group of our own can be made")
        self.skipTest("no memory control group")
        return None

    def free_of(self, limit):
        """Bytes that the group has beyond what it may give back."""
        told = dict(line.split()
                    for line in (limit.parent / "memory.stat").read_text().splitlines())
        files = sum(int(told.get("total_" + name, told[name]))
                    for name in ("inactive_file", "active_file"))
        usage = limit.parent / ("memory.current" if limit.name == "memory.max"
                                else "memory.usage_in_bytes")
        return int(limit.read_text()) - int(usage.read_text()) + files

    def grow(self, target, room):
        """Has the program take its memory in a group of its own, with a limit that leaves room."""
        most = 1 << 30
        limit = self.limited(target.pid, most)
        target.process.stdin.write("\n")
        target.process.stdin.flush()
        self.assertEqual(target.process.stdout.readline(), "grown\n")
        limit.write_text(str(most - self.free_of(limit) + room))
        return limit

    @on_two_pythons
    def test_the_copy_is_killed_and_not_the_program(self, python):
        """A capture may be over before the program has written that much, but not each of them."""
        with Target(python, self.WRITES, options=("-S",)) as target:
            self.grow(target, 64 << 20)
            died, killed = r"the copy of (the process|process \d+) was killed", 0
            for _ in range(3):
                result = target.try_capture("-o", "a.hsnap", "--force", "--method", "remote-fork")
                if result.returncode != 0:
                    self.assertRegex(result.stderr, f"{died}|gets no memory|KiB more memory")
                    self.assertEqual(result.returncode, 4)
                killed += re.search(died, result.stderr) is not None
                target.assertUntouched(self)
            self.assertGreater(killed, 0)
            self.assertEqual(target.finish("\n").strip(), "fine")

    @on_two_pythons
    def test_where_there_is_no_room_for_a_copy_none_is_made(self, python):
        """The kernel would end the program for what the copying of its page tables takes."""
        grows = """
            import sys
            print("ready", flush=True)
            sys.stdin.readline()
            kept = [[i] for i in range(100_000)]
            print("grown", flush=True)
            sys.stdin.readline()
            print("fine")
        """
        with Target(python, grows, options=("-S",)) as target:
            limit = self.grow(target, 200 << 10)
            for method in ("remote-fork", "auto"):
                result = target.try_capture("-o", "a.hsnap", "--force", "--method", method)
                self.assertRegex(result.stderr, r"process \d+ may have \d+ KiB more memory \(limit "
                                 r"of its control group\), and a copy needs \d+ KiB at least: try "
                                 r"--method read, or raise the limit")
                self.assertEqual(result.returncode, 0 if method == "auto" else 4, result.stderr)
                target.assertUntouched(self)
            limit.write_text(str(1 << 30))
            self.assertIn("remote-fork", target.capture("a.hsnap", "--force"))
            self.assertEqual(target.finish("\n").strip(), "fine")


class FrozenTest(unittest.TestCase):
    """A group of processes that is frozen, as that of a container that is paused."""

    @on_two_pythons
    def test_it_is_said_and_not_waited_for(self, python):
        with Target(python, "print('ready', flush=True); input(); print('fine')") as target:
            times = 0
            for folder, name, frozen, thawed in (("freezer", "freezer.state", "FROZEN", "THAWED"),
                                                 ("unified", "cgroup.freeze", "1", "0"),
                                                 (".", "cgroup.freeze", "1", "0")):
                group = group_of(self, target.pid, folder, name, thawed)
                if group is None:
                    continue
                try:
                    (group / name).write_text(frozen)
                    self.await_frozen(group)
                    self.assertSaid(target)
                finally:
                    (group / name).write_text(thawed)
                target.capture("a.hsnap", "--force")
                times += 1
            self.assertEqual(target.finish("\n").strip(), "fine")
        if times == 0:
            print(f"SKIPPED {self.id()}: no control group of our own can be frozen")
            self.skipTest("no freezer")

    def await_frozen(self, group):
        deadline = time.monotonic() + HANG
        while time.monotonic() < deadline:
            for name, said in (("freezer.state", "FROZEN"), ("cgroup.events", "frozen 1")):
                if (group / name).exists() and said in (group / name).read_text():
                    return
            time.sleep(0.01)
        self.fail(f"{group} does not freeze")

    def assertSaid(self, target):
        why = f"process {target.pid} is frozen (its container is paused): resume it"
        for method in ("auto", "remote-fork", "read"):
            result = target.try_capture("-o", "b.hsnap", "--method", method)
            self.assertEqual((result.returncode, result.stdout), (4, ""))
            self.assertEqual(result.stderr, f"heapsnap: error: {why}\n")
        self.assertEqual(target.status("TracerPid"), "0")
        seen = subprocess.run([HEAPSNAP, "ps", "-n", "0", "-f", "json"], text=True, timeout=HANG,
                              capture_output=True, check=True)
        self.assertIn(why, seen.stdout)


def group_of(test, pid, folder, name, text):
    """A control group of a process, with a text in one of its files; None: it cannot be made."""
    root = pathlib.Path("/sys/fs/cgroup") / folder
    group = root / f"heapsnap-test-{pid}"
    try:
        group.mkdir()
    except OSError:
        return None
    test.addCleanup(group.rmdir)
    if not (group / name).exists():  # a folder, and no group
        return None
    try:
        (group / name).write_text(text)
        (group / "cgroup.procs").write_text(str(pid))
        return group
    except OSError:
        return None


if __name__ == "__main__":
    unittest.main()
