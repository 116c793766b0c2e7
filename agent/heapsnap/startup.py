"""What PYTHONSTARTUP may name: heapsnap is there at the prompt, and HEAPSNAP is obeyed.

Read by interactive Python only, after site. Leaves one name behind, `heapsnap`.
"""


def heapsnap():
    import os
    import sys

    here = heapsnap.__code__.co_filename  # not every prompt sets __file__
    agent = os.path.dirname(os.path.dirname(os.path.abspath(here)))
    if agent not in sys.path:
        sys.path.append(agent)
    from heapsnap import _startup

    _startup.start()


heapsnap()
import heapsnap
