"""Seccomp filters for tests."""

import ctypes
import textwrap

SYS_ADMIN, PR_CAPBSET_DROP = 21, 24

# A filter that lets everything pass: what it would say to us is not to be known.
FILTERED = """
    import ctypes
    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_char_p)]
    libc = ctypes.CDLL(None, use_errno=True)
    allow = bytes.fromhex("060000000000ff7f")
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, ctypes.byref(Program(1, allow)), 0, 0) == 0, ctypes.get_errno()
"""


def without_right_to_suspend_filters():
    """Of what this process executes; it keeps it for itself."""
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, SYS_ADMIN, 0, 0, 0)


def with_a_filter():
    exec(textwrap.dedent(FILTERED), {})
