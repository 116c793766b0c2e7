"""heapsnap run: programs that become another user."""

import os
import socket
import unittest

from running import (HANG, PYTHON, Folder, RunTest, finish, links_of, on_every_python,
                     wait_until)

NOBODY = 65534


@unittest.skipUnless(os.getuid() == 0, "only root can become another user")
class UserTest(RunTest):
    @on_every_python
    def test_a_program_that_becomes_another_user_is_captured(self, python):
        self.folder = Folder(self)
        code = f"import os; os.setuid({NOBODY}); print(os.getuid())"
        result = self.folder.run("-o", "a.hsnap", python.path, "-c", code)
        self.assertEnded(result, 0, f"{NOBODY}\n")
        self.assertEqual(self.folder.triggers(), ["exit"], result.stderr)

    def test_so_are_its_children(self):
        app = self.folder.script(f"""
            import glob, os, signal, time
            for early in True, False:
                if early:
                    os.setresuid({NOBODY}, {NOBODY}, 0)  # says hello as the other user
                child = os.fork()
                if child == 0:
                    os.setresuid({NOBODY}, {NOBODY}, {NOBODY})
                    os.kill(os.getpid(), signal.SIGUSR2)
                    while not glob.glob(f"a.{{os.getpid()}}.hsnap"):
                        time.sleep(0.01)
                    os._exit(0)
                os.setresuid(0, 0, 0)
                os.waitpid(child, 0)
        """)
        result = self.folder.run("--children", "--on-signal", "USR2", "-o", "a.%p.hsnap", PYTHON, app)
        self.assertEnded(result, 0)
        self.assertEqual(self.folder.triggers(), ["signal", "signal"], result.stderr)

    def test_so_is_one_that_has_lost_its_parent(self):
        app = self.folder.script(f"""
            import glob, os, signal, time
            parent = os.getpid()
            if os.fork() == 0:
                while os.getppid() == parent:
                    time.sleep(0.01)
                os.setuid({NOBODY})
                os.kill(os.getpid(), signal.SIGUSR2)
                while not glob.glob("a.*.hsnap"):
                    time.sleep(0.01)
                os._exit(0)
        """)
        starter = self.folder.script(f"""
            import os, subprocess, sys
            subprocess.run([sys.executable, {str(app)!r}], check=True)
            input()
        """, "starter.py")
        process = self.folder.start("--children", "--on-signal", "USR2", "-o", "a.%p.hsnap", PYTHON,
                                    starter)
        try:
            wait_until(self.folder.names, "the snapshot")
        finally:
            result = finish(process, "\n")
        self.assertEnded(result, 0)
        self.assertEqual(self.folder.triggers(), ["signal"], result.stderr)

    def test_strangers_are_refused(self):
        process = self.folder.start("-o", "a.hsnap", PYTHON, "-c", "input()")
        wait_until(lambda: self.names(process), "the socket")
        [name] = self.names(process)
        pid = os.fork()
        if pid == 0:
            os.setuid(NOBODY)
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(HANG)
                connection.connect("\0" + name)
                try:
                    connection.send(b"failed: trust me\n")
                    hung_up = connection.recv(1) == b""
                except (BrokenPipeError, ConnectionResetError):
                    hung_up = True
            os._exit(0 if hung_up else 1)
        self.assertEqual(os.waitpid(pid, 0)[1], 0)
        result = finish(process, "\n")
        self.assertEnded(result, 0)
        self.assertNotIn("trust me", result.stderr)
        self.assertEqual(self.folder.triggers(), ["exit"])

    def names(self, process):
        """Of the sockets of a run."""
        with open("/proc/net/unix") as table:
            words = [line.split() for line in table]
        own = links_of(process.pid)
        return {word[-1][1:] for word in words
                if word[-1].startswith("@heapsnap-") and f"socket:[{word[-2]}]" in own}

    def setUp(self):
        super().setUp()
        self.folder.path.chmod(0o755)


if __name__ == "__main__":
    unittest.main()
