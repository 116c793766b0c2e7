"""heapsnap startup: the file for PYTHONSTARTUP."""

import os
import subprocess
import unittest

from running import HEAPSNAP, PYTHON


class StartupTest(unittest.TestCase):
    def test_the_first_line_is_a_file_that_makes_heapsnap_known_at_the_prompt(self):
        result = subprocess.run([HEAPSNAP, "startup"], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        script = result.stdout.splitlines()[0]
        self.assertTrue(os.path.isfile(script), script)
        self.assertIn("heapsnap run", result.stdout)
        prompt = subprocess.run([PYTHON, "-i"], input="print(heapsnap.capture.__name__)\n", text=True,
                                capture_output=True, env=dict(os.environ, PYTHONSTARTUP=script))
        self.assertEqual(prompt.stdout, "capture\n", prompt.stderr)


if __name__ == "__main__":
    unittest.main()
