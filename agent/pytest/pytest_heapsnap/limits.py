"""Limits: what a test may leave behind, as the marker and the fixture take it, and as a budget."""

import json
import pathlib
import re
import sys

SIZE = re.compile(r"\d+[kMG]?")
# What pytest keeps while a test runs: its log, what it has patched, the warnings it will show, the
# text it has captured.
OF_PYTEST = ("type:_pytest.logging.* | type:_pytest.monkeypatch.* | type:_pytest.capture.* | "
             "type:*warnings.WarningMessage")
OURS = f"all - dominated({OF_PYTEST})"
PATHS_OF_PYTEST = {
    "logging.root.handlers[*].records*": "pytest keeps the log of a running test",
    "*._setattr[*]": "monkeypatch undoes this when the test is over",
    "*._setitem[*]": "monkeypatch undoes this when the test is over",
    "sys.stdout.buffer": "pytest keeps the output of a running test",
    "sys.stderr.buffer": "pytest keeps the output of a running test",
    "*.user_properties[*]": "pytest keeps what is recorded of a running test",
    # By their types too, as what a fixture's finalizer holds begins with the same path.
    "*._setupstate.stack[*][*][*].function": "pytest calls this finalizer when the test is over",
    "*._setupstate.stack[*][*][*].method": "pytest calls this finalizer when the test is over",
    "*._setupstate.stack[*][*][*].functools.partial":
        "pytest calls this finalizer when the test is over",
}
if sys.version_info < (3, 12):
    # An io.StringIO has what was written in a list there, which no object of Python refers to.
    PATHS_OF_PYTEST["(held by C) list[*].str"] = "pytest keeps the text of the log in a StringIO"
# And if monkeypatch.syspath_prepend() was called, which sys.path does not tell.
PATHS_OF_PATCHED_PATH = {
    "sys.path.list": "monkeypatch restores sys.path when the test is over",
    "sys.path[*].str": "monkeypatch restores sys.path when the test is over",
}


class Limits:
    """The most that a test may leave behind.

    no_new        a type such as "app.Session", or a selector, or a list of them: no more objects of
                  it after the last call than after the warm-up
    max_growth    bytes ("64k") by which the heap may grow from the warm-up to the last call
    max_retained  bytes that all calls may leave behind, the warm-up included
    budget        the name of a budget file, as `heapsnap check` takes it

    Without any of them: nothing may grow with every call and go on growing.
    """

    def __init__(self, no_new=None, max_growth=None, max_retained=None, budget=None, **unknown):
        for name in unknown:
            raise ValueError(f"{name!r} is not known: there are no_new, max_growth, max_retained "
                             "and budget, and for the marker rounds and warmup")
        self.no_new = _kinds(no_new)
        self.max_growth = _size("max_growth", max_growth)
        self.max_retained = _size("max_retained", max_retained)
        self.file = budget

    def demand_file(self):
        """Before a test is called at all: ValueError if there is no such budget file."""
        if self.file is not None and not pathlib.Path(self.file).is_file():
            raise ValueError(f"budget: there is no file {str(self.file)!r}")

    def any(self):
        return bool(self.no_new or self.max_growth or self.max_retained or self.file)

    def since_warmup(self, path_is_patched=False):
        """The budget, in TOML, for the snapshots from the warm-up on, or None.

        One without limits asks for growth that does not end.
        """
        lines = [_line(_selector(kind), count="+0") for kind in self.no_new]
        if self.max_growth:
            lines.append(_line(OURS, shallow="+" + self.max_growth))
        if lines:
            return "\n".join(["[budget]", *lines, ""])
        if self.any():
            return None
        paths = {**PATHS_OF_PYTEST, **(PATHS_OF_PATCHED_PATH if path_is_patched else {})}
        known = [_line(path, reason=reason) for path, reason in paths.items()]
        return "\n".join(["[suppress]", *known, ""])

    def since_start(self):
        """The budget for the snapshots before the first call and after the last, or None."""
        if self.max_retained is None:
            return None
        return "[budget]\n" + _line(OURS, shallow="+" + self.max_retained) + "\n"


def _kinds(no_new):
    if no_new is None:
        return []
    kinds = no_new if isinstance(no_new, (list, tuple, set, frozenset)) else [no_new]
    if not all(isinstance(kind, str) and kind for kind in kinds):
        raise ValueError("no_new: expected a type such as 'app.Session', a selector, or a list of "
                         f"these, not {no_new!r}")
    return list(kinds)


def _selector(kind):
    return kind if ":" in kind or "(" in kind else "type:" + kind


def _size(name, size):
    text = None if size is None else str(size)
    if text is not None and not SIZE.fullmatch(text):
        raise ValueError(f"{name}: expected a number of bytes such as 65536 or '64k', not {size!r}")
    return text


def _line(selector, **limits):
    # What JSON writes of a str, a number and a bool means the same in TOML.
    table = ", ".join(f"{name} = {json.dumps(value)}" for name, value in limits.items())
    return f"{json.dumps(selector)} = {{ {table} }}"
