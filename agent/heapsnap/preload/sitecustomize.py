"""Loaded as the interpreter starts, because `heapsnap run` put this folder on PYTHONPATH.

Starts the agent, takes this folder off the path, and makes way for the program's own sitecustomize.
It must not stop any Python from starting, whatever its version.
"""

import os
import sys


def _start():
    if sys.version_info < (3, 10) or sys.implementation.name != "cpython":
        sys.stderr.write("heapsnap: not captured, CPython 3.10 or later is needed: %s\n"
                         % sys.version.split()[0])
        return
    try:
        _start_agent()
    except Exception as error:
        sys.stderr.write("heapsnap: the agent did not start: %s\n" % error)


def _start_agent():
    agent = os.path.dirname(os.path.dirname(_folder))
    sys.path.insert(0, agent)
    try:
        from heapsnap import _startup

        _startup.start()
    finally:
        sys.path.remove(agent)
        sys.path_importer_cache.pop(agent, None)


def _make_way():
    """Imports the sitecustomize that would have been found without this one, if there is one."""
    sys.path[:] = [folder for folder in sys.path if folder != _folder]
    sys.path_importer_cache.pop(_folder, None)
    ours = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize
    except ImportError as error:
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", ours)


_folder = os.path.dirname(os.path.abspath(__file__))
try:
    _start()
    _make_way()
finally:
    # The functions and this module's names hold each other: they would be garbage in the program.
    del _start, _start_agent, _make_way
