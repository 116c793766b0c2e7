"""The calls of a marked test, and the snapshots between them."""

import inspect
import unittest

import pytest

from pytest_heapsnap.limits import Limits

CALL = None  # among the paths of snapshots: the test is called


class Rounds:
    """How often a test is called, and the most that it may leave behind."""

    def __init__(self, rounds=5, warmup=2, **limits):
        for name, count, least in ("rounds", rounds, 1), ("warmup", warmup, 0):
            if not isinstance(count, int) or count < least:
                raise ValueError(f"{name}: expected a number of at least {least}, not {count!r}")
        self.rounds, self.warmup, self.limits = rounds, warmup, Limits(**limits)


def check(item, marker):
    """Fails a test whose marker is wrong, or that cannot be called again and again."""
    wrong = None
    try:
        _read(marker)
    except (TypeError, ValueError) as error:
        wrong = str(error)
    if not isinstance(item, pytest.Function) or _is_of_unittest(item):
        wrong = ("only test functions and methods of plain classes can be measured, not those of "
                 "unittest.TestCase")
    if wrong is not None:
        pytest.fail(f"heapsnap: {wrong}", pytrace=False)


def repeated(test, snapshots, marker):
    """A function in the place of the test's: it calls it for all rounds, and judges."""
    calls = _calls(snapshots, _read(marker))
    if inspect.iscoroutinefunction(test):
        async def run(**arguments):
            for _ in calls:
                await test(**arguments)
    else:
        def run(**arguments):
            for _ in calls:
                test(**arguments)
    return run


def _calls(snapshots, measured):
    """Yields once for each call that is due."""
    limits = measured.limits
    # What lives here is in the snapshots. All is made before the first, and one loop goes through
    # it, so that a test that does nothing does not grow.
    start, *paths = snapshots.next_paths(measured.rounds + 2)
    steps = [CALL] * measured.warmup + [paths[0]]
    for path in paths[1:]:
        steps += CALL, path
    if limits.max_retained:
        steps.insert(0, start)
    for step in steps:
        if step is CALL:
            yield
        else:
            snapshots.take(step)
    snapshots.demand(paths, limits.since_warmup(), limits.file)
    snapshots.demand([start, paths[-1]], limits.since_start())


def _read(marker):
    if marker.args:
        raise TypeError(f"give its limits by name, not {marker.args[0]!r}")
    return Rounds(**marker.kwargs)


def _is_of_unittest(item):
    return item.cls is not None and issubclass(item.cls, unittest.TestCase)
