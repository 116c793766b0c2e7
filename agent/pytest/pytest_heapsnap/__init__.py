"""The pytest plugin of heapsnap: tests that fail if they leak.

    @pytest.mark.heapsnap
    def test_requests_are_forgotten(client):
        client.get("/")

calls the test a few times to warm it up, then a few times more with snapshots in between, and fails
it if there is a type whose objects become more with every call. The report says which, and what
holds them. docs/ci.md has the limits that the marker takes.

This package stands beside heapsnap's own, whose import loads the agent. Nothing is imported from
there, nor from the other modules here, before a test asks for it.
"""

import os

import pytest

MARKER = (
    "heapsnap(no_new=None, max_growth=None, max_retained=None, budget=None, rounds=5, warmup=2): "
    "call the test warmup + rounds times, and fail it if it leaks")
SNAPSHOTS = pytest.StashKey()  # of an item that takes any


def pytest_addoption(parser):
    parser.getgroup("heapsnap").addoption(
        "--heapsnap-dir", metavar="DIR",
        help="keep the snapshots of failed tests in DIR (default: pytest's temporary folder)")


def pytest_configure(config):
    config.addinivalue_line("markers", MARKER)
    kept_in = config.getoption("heapsnap_dir")
    if kept_in is not None:
        try:
            os.makedirs(kept_in, exist_ok=True)
        except OSError as error:
            raise pytest.UsageError(f"--heapsnap-dir: {error}") from None


@pytest.fixture
def heapsnap(request, tmp_path_factory):
    """Snapshots of this process, and questions about them."""
    from pytest_heapsnap import snapshots

    taken = request.node.stash[SNAPSHOTS] = snapshots.of(request.node, tmp_path_factory)
    yield taken
    taken.tidy()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("heapsnap"):
            item.fixturenames.append("heapsnap")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    markers = list(item.iter_markers("heapsnap"))
    if markers:
        from pytest_heapsnap import rounds

        rounds.check(item, markers)
    yield


@pytest.hookimpl(hookwrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    markers = list(pyfuncitem.iter_markers("heapsnap"))
    if not markers:
        yield
        return
    from pytest_heapsnap import rounds

    once = pyfuncitem.obj
    pyfuncitem.obj = rounds.repeated(pyfuncitem, pyfuncitem.stash[SNAPSHOTS], markers)
    yield
    pyfuncitem.obj = once


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    # Here recwarn and its like, which would have swallowed them, listen no more.
    if SNAPSHOTS in item.stash:
        item.stash[SNAPSHOTS].warn_of(item)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed and SNAPSHOTS in item.stash:
        item.stash[SNAPSHOTS].attach(report)
