"""An optional module is asked for again and again, in a folder in which files are written."""

import os
import sys

_folder = os.path.dirname(os.path.abspath(sys.argv[3]))  # where the snapshots are
sys.path.append(_folder)


def round(i):
    for part in range(4):
        open(os.path.join(_folder, f"result.{i}.{part}"), "w").close()
    try:
        import a_module_that_nobody_has
    except ImportError:
        return None
    return a_module_that_nobody_has
