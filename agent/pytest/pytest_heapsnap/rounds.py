"""The calls of a marked test, and the snapshots between them."""

import inspect
import unittest

import pytest

from pytest_heapsnap.limits import Limits

CALL = None  # among the paths of snapshots: the test is called


class Rounds:
    """How often a test is called, and the most that it may leave behind.

    Markers come with the nearest first: that of a method before that of its class. Each one's
    limits hold; how often is the nearest's to say.
    """

    def __init__(self, markers):
        counts, self.limits = {"rounds": 5, "warmup": 2}, []
        for marker in reversed(markers):
            if marker.args:
                raise TypeError(f"give its limits by name, not {marker.args[0]!r}")
            limits = dict(marker.kwargs)
            for name, least in ("rounds", 1), ("warmup", 0):
                count = counts[name] = limits.pop(name, counts[name])
                if isinstance(count, bool) or not isinstance(count, int) or count < least:
                    raise ValueError(f"{name}: expected a number of at least {least}, "
                                     f"not {count!r}")
            self.limits.append(Limits(**limits))
            self.limits[-1].demand_file()
        self.rounds, self.warmup = counts["rounds"], counts["warmup"]
        # One without limits only says that the test is measured, if another one has any.
        self.limits = [limits for limits in self.limits if limits.any()] or self.limits[:1]
        if self.rounds < 2 and not self.limits[0].any():
            raise ValueError("rounds: expected a number of at least 2, as there is no limit: one "
                             "round says what has grown, not whether it goes on")


def check(item, markers):
    """Fails a test whose marker is wrong, or that cannot be called again and again."""
    wrong = None
    try:
        Rounds(markers)
    except (TypeError, ValueError) as error:
        wrong = str(error)
    if not isinstance(item, pytest.Function) or _is_of_unittest(item):
        wrong = ("only test functions and methods of plain classes can be measured, not those of "
                 "unittest.TestCase")
    if wrong is not None:
        pytest.fail(f"heapsnap: {wrong}", pytrace=False)


def repeated(item, snapshots, markers):
    """A function in the place of the test's: it calls it for all rounds, and judges."""
    test = item.obj
    calls = _calls(snapshots, Rounds(markers), item.funcargs.get("monkeypatch"))
    if inspect.iscoroutinefunction(test):
        async def run(**arguments):
            for _ in calls:
                await test(**arguments)
    else:
        def run(**arguments):
            for _ in calls:
                test(**arguments)
    return run


def _calls(snapshots, measured, monkeypatch):
    """Yields once for each call that is due."""
    # What lives here is in the snapshots. All is made before the first, and one loop goes through
    # it, so that a test that does nothing does not grow.
    start, *paths = snapshots.next_paths(measured.rounds + 2)
    steps = [CALL] * measured.warmup + [paths[0]]
    for path in paths[1:]:
        steps += CALL, path
    if any(limits.max_retained for limits in measured.limits):
        steps.insert(0, start)
    for step in steps:
        if step is CALL:
            yield
        else:
            snapshots.take(step)
    path_is_patched = getattr(monkeypatch, "_savesyspath", None) is not None
    for limits in measured.limits:
        snapshots.demand(paths, limits.since_warmup(path_is_patched), limits.file)
        snapshots.demand([start, paths[-1]], limits.since_start())


def _is_of_unittest(item):
    return item.cls is not None and issubclass(item.cls, unittest.TestCase)
