"""Each warning has a text of its own, and the module notes all that were shown, for ever."""

import warnings

LEAK = "app.__warningregistry__"
TYPE = "tuple"

warnings.showwarning = lambda *args: None


def round(i):
    for number in range(20):
        warnings.warn(f"user {i}.{number} uses an old name")
