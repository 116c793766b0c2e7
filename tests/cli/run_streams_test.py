"""heapsnap run: snapshots that break off, are damaged, or find the disk full."""

import os
import pathlib
import resource
import signal
import subprocess
import time
import unittest

from running import HANG, HEAPSNAP, PYTHON, SANITIZED, RunTest, finish, wait_until

FAKE_AGENT = pathlib.Path(__file__).resolve().parent / "fake_agent"


class BadStreamTest(RunTest):
    """Snapshots that never become whole leave no file, and one line that says why."""

    def run_fake(self, stream, *words, before=()):
        process = self.folder.start("-o", "a.%n.hsnap", *words, PYTHON, "-c", "print(1)", before=before,
                                    HEAPSNAP_AGENT_DIR=FAKE_AGENT, FAKE_STREAM=stream)
        return finish(process)

    def test_the_fake_agent_can_send_a_good_one(self):
        result = self.run_fake("whole")
        self.assertEnded(result, 0, "1\n")
        self.assertIn("a.1.hsnap: 3 objects, 224 B, agent (fork) at exit, paused 1.5 ms", result.stderr)
        self.assertEqual(self.folder.triggers(), ["exit"])

    def test_two_at_the_same_time_are_two_files(self):
        self.assertEnded(self.run_fake("two"), 0, "1\n")
        self.assertEqual(self.folder.triggers(), ["exit", "exit"])

    def test_more_at_a_time_than_there_are_descriptors(self):
        app = self.folder.script("""
            import os, time
            start = time.time() + 1
            for _ in range(50):
                if os.fork() == 0:
                    time.sleep(max(0, start - time.time()))
                    raise SystemExit
            while True:
                os.wait()
        """)
        (self.folder.path / "a").mkdir()
        process = self.folder.start("--children", "-o", "a/", PYTHON, app,
                                    before=["sh", "-c", 'ulimit -S -n 20; exec "$@"', "sh"])
        result = finish(process)
        self.assertEqual(len(list((self.folder.path / "a").iterdir())), 51, result.stderr)

    def test_cut_off(self):
        result = self.run_fake("cut")
        self.assertEnded(result, 0, "1\n")
        self.assertOneLine(result, r"process \d+: no snapshot was written: the stream breaks off")
        self.assertEqual(self.folder.names(), [])

    def test_the_sender_is_killed(self):
        result = self.run_fake("killed")
        self.assertEnded(result, 137, "1\n")
        self.assertOneLine(result, r"no snapshot was written: the stream breaks off")
        self.assertEqual(self.folder.names(), [])

    def test_damage(self):
        result = self.run_fake("corrupt")
        self.assertEnded(result, 0, "1\n")
        self.assertOneLine(result, r"no snapshot was written: damaged")
        self.assertEqual(self.folder.names(), [])

    def test_garbage(self):
        for stream, pattern in (("garbage", "no snapshot was written"), ("said:who knows", "who knows"),
                                ("said:failed: no memory", r"process \d+: no memory")):
            result = self.run_fake(stream)
            self.assertEnded(result, 0, "1\n")
            self.assertOneLine(result, pattern)
        self.assertEqual(self.folder.names(), [])

    def run_on_a_small_disk(self, *words, **variables):
        """Runs with -o small/a.hsnap, where there is room for 64 KiB; fails if it leaves a file there."""
        (self.folder.path / "small").mkdir()
        shell = ["unshare", *([] if os.getuid() == 0 else ["--map-root-user"]), "--mount", "sh", "-c",
                 'mount -t tmpfs -o size=64k none small && "$@"; status=$?; ls -A small; exit $status', "-"]
        probe = subprocess.run([*shell, "true"], cwd=self.folder.path, capture_output=True)
        if probe.returncode != 0:
            self.skipTest("no mount namespaces here")
        result = finish(self.folder.start("-o", "small/a.hsnap", PYTHON, *words, before=shell,
                                          **variables))
        self.assertEqual((result.returncode, result.stdout), (0, "1\n"), result.stderr)
        return result

    def test_a_full_disk_leaves_nothing_and_the_program_does_not_notice(self):
        result = self.run_on_a_small_disk("-c", "print(1)", HEAPSNAP_AGENT_DIR=FAKE_AGENT,
                                          FAKE_STREAM="padded:8")
        self.assertOneLine(result, "no snapshot was written: .*No space left on device")

    def test_a_full_disk_is_no_news_from_the_agent(self):
        result = self.run_on_a_small_disk("-c", "print(1)")
        self.assertOneLine(result, "no snapshot was written: cannot write in small/: "
                           "No space left on device")

    def test_a_folder_that_goes_away_is_one_line(self):
        (self.folder.path / "gone").mkdir()
        result = self.folder.run("-o", "gone/a.hsnap", PYTHON, "-c", "import os; os.rmdir('gone')")
        self.assertEnded(result, 0)
        self.assertOneLine(result, "no snapshot was written: cannot write in gone/: No such file")

    def await_end_of_program(self, process):
        """Until run has seen it."""
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait_until(lambda: not children.read_text(), "the program's end")

    def test_a_second_interrupt_does_not_wait_for_a_stream_that_stalls(self):
        process = self.folder.start("-o", "a.hsnap", PYTHON, "-c", "", HEAPSNAP_AGENT_DIR=FAKE_AGENT,
                                    FAKE_STREAM="orphan")
        wait_until(lambda: self.folder.is_written_to_by(process), "the stream's file")
        self.await_end_of_program(process)
        process.terminate()
        result = finish(process)
        self.assertEnded(result, 0)
        self.assertIn("interrupted: what was being captured is lost", result.stderr)
        self.assertEqual(self.folder.names(), [])

    @unittest.skipIf(SANITIZED, "sanitizers need terabytes of addresses")
    def test_for_lack_of_memory_one_snapshot_is_lost_and_the_next_one_comes(self):
        app = self.folder.script("print('ready', flush=True); input()")
        process = self.folder.start("--every", "2s", "-o", "a.%n.hsnap", PYTHON, app,
                                    MALLOC_ARENA_MAX=1)
        process.stdout.readline()
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        size = int(status.split("VmSize:")[1].split()[0]) << 10
        most = resource.prlimit(process.pid, resource.RLIMIT_AS)
        resource.prlimit(process.pid, resource.RLIMIT_AS, (size + (16 << 20), most[1]))
        while "error" not in (line := process.stderr.readline()):
            self.assertIn("objects", line)  # it came before there was the limit
        self.assertRegex(line, "error: .*: there is no memory for it\n")
        earlier = self.folder.names()
        resource.prlimit(process.pid, resource.RLIMIT_AS, most)
        wait_until(lambda: self.folder.names() != earlier, "a snapshot")
        self.assertEnded(finish(process, "\n"), 0)

    def test_a_signal_that_was_ignored_at_the_start_does_not_end_the_wait(self):
        process = self.folder.start("-o", "a.hsnap", PYTHON, "-c", "", FAKE_STREAM="orphan",
                                    HEAPSNAP_AGENT_DIR=FAKE_AGENT,
                                    before=["env", "--ignore-signal=HUP"])
        wait_until(lambda: self.folder.is_written_to_by(process), "the stream's file")
        self.await_end_of_program(process)
        process.send_signal(signal.SIGHUP)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(1)
        process.terminate()
        self.assertIn("interrupted: ", finish(process).stderr)

    def test_nothing_is_left_by_a_run_that_is_killed(self):
        process = self.folder.start("-o", "a.hsnap", PYTHON, "-c", "", HEAPSNAP_AGENT_DIR=FAKE_AGENT,
                                    FAKE_STREAM="orphan")
        wait_until(lambda: self.folder.is_written_to_by(process), "the stream's file")
        process.kill()
        self.assertEqual(finish(process).returncode, -signal.SIGKILL)
        self.assertEqual(os.listdir(self.folder.path), [])


class UnheardTest(RunTest):
    def test_a_program_runs_though_nobody_reads_what_is_said(self):
        app = self.folder.script("print(1)")
        reader, writer = os.pipe()
        os.close(reader)
        self.addCleanup(os.close, writer)
        path = f"{os.path.dirname(PYTHON)}:{os.environ['PATH']}"
        process = subprocess.Popen([HEAPSNAP, "run", "-o", "a.hsnap", app], cwd=self.folder.path,
                                   text=True, stdout=subprocess.PIPE, stderr=writer,
                                   env=dict(os.environ, PATH=path))
        self.assertEqual((process.communicate(timeout=HANG)[0], process.returncode), ("1\n", 0))
        self.assertEqual(self.folder.triggers(), ["exit"])


class CopyTest(RunTest):
    """The agent's copy of the process, which sends the snapshot, is a process of its own."""

    BIG = """
        import os, signal, sys, time
        rows = [{"number": i, "name": str(i)} for i in range(400000)]
        print("ready", flush=True)
        os.kill(os.getpid(), signal.SIGUSR2)
        print("goes on till the", sys.stdin.readline(), end="")
    """

    def start(self):
        process = self.folder.start("--on-signal", "USR2", "-o", "a.hsnap", PYTHON,
                                    self.folder.script(self.BIG))
        self.assertEqual(process.stdout.readline(), "ready\n")
        wait_until(lambda: self.copies(), "the copy")
        return process

    def copies(self):
        """The copies of the programs of this test: none else has our folder as its own."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                name = (entry / "comm").read_text().strip()
                if name == "heapsnap-copy" and os.readlink(entry / "cwd") == str(self.folder.path):
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def test_it_finishes_though_the_program_is_killed(self):
        process = self.start()
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        os.kill(int(children.split()[0]), signal.SIGKILL)
        result = finish(process)
        self.assertEqual(result.returncode, 137)
        self.assertEqual(self.folder.triggers(), ["signal"], result.stderr)
        self.assertEqual(self.folder.leftovers(), [])

    def test_it_arrives_though_the_program_ends_at_once(self):
        code = """if True:
            import os, signal
            os.kill(os.getpid(), signal.SIGUSR2)
            os.kill(os.getpid(), signal.SIGKILL)
        """
        result = self.folder.run("--on-signal", "USR2", "-o", "a.hsnap", PYTHON, "-c", code)
        self.assertEnded(result, 137)
        self.assertEqual(self.folder.triggers(), ["signal"])

    def test_nothing_is_left_if_it_is_killed(self):
        process = self.start()
        wait_until(lambda: self.folder.is_written_to_by(process), "the beginning of the stream")
        process.send_signal(signal.SIGSTOP)  # so that the copy cannot come to its end
        copies = self.copies()
        self.assertNotEqual(copies, [])
        for pid in copies:
            os.kill(pid, signal.SIGKILL)
        process.send_signal(signal.SIGCONT)
        result = finish(process, "end\n")
        self.assertEnded(result, 0, "goes on till the end\n")
        self.assertIn("no snapshot was written: the stream breaks off", result.stderr)
        self.assertEqual(self.folder.names(), [])


if __name__ == "__main__":
    unittest.main()
