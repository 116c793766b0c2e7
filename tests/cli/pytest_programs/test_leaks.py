"""Tests that leak, whose names end in `leaks`, and tests that do not."""

import logging
import sys
import warnings

import app
import pytest

cache = {}
calls = []


@pytest.mark.heapsnap(rounds=2)
def test_leaks():
    app.live.append(app.Session())


@pytest.mark.heapsnap(rounds=2)
def test_replaces():
    cache["session"] = app.Session()


class TestMethod:
    @pytest.mark.parametrize("name", ["leaks"])
    @pytest.mark.heapsnap(rounds=2)
    def test_of_a_class(self, name):
        app.live.append([name, app.Session()])


@pytest.mark.heapsnap(rounds=2)
def test_what_pytest_keeps_of_a_running_test(request, record_property, monkeypatch, caplog, capsys):
    logging.warning("one more")
    warnings.warn(f"and {id(object())}", stacklevel=1)
    monkeypatch.setattr(app, "live", [])
    monkeypatch.syspath_prepend(f"/nowhere/{id(object())}")
    record_property("name", id(object()))
    request.addfinalizer(lambda: None)
    print("text" * 100)


@pytest.mark.heapsnap(rounds=2)
def test_what_is_put_into_the_path_for_good_leaks(monkeypatch):
    monkeypatch.setattr(app, "live", [])
    sys.path.append(f"/nowhere/{id(object())}")


@pytest.mark.heapsnap(rounds=1, no_new="app.Session")
async def test_coroutine_leaks():
    app.live.append(app.Session())


@pytest.mark.heapsnap(rounds=1, no_new="app.Session")
async def test_coroutine():
    calls.append(1)


def test_coroutine_was_called_for_each_round():
    assert len(calls) == 3


def test_without_the_marker():
    app.live.append(app.Session())
