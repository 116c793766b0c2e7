"""The fixture's snapshots and questions."""

import app
import pytest


def sessions(heapsnap, path):
    return heapsnap.ask("set", path, "type:app.Session")["total"]["count"]


def test_snapshots_are_asked_about(heapsnap):
    one = heapsnap.snapshot()
    app.live.extend(app.Session() for _ in range(10))
    two = heapsnap.snapshot()
    assert sessions(heapsnap, two) - sessions(heapsnap, one) == 10
    rows = heapsnap.diff(one, two)["rows"]
    [delta] = [row["delta"] for row in rows if row["kind"] == "app.Session"]
    assert delta["count"] == 10
    heapsnap.check(one, two, max_growth="1M")


def test_check_exceeded(heapsnap):
    one = heapsnap.snapshot()
    app.live.extend(app.Session() for _ in range(10))
    heapsnap.check(one, heapsnap.snapshot(), no_new="app.Session")


def test_what_the_command_line_says_is_an_error(heapsnap):
    with pytest.raises(ValueError, match="no-such-file"):
        heapsnap.ask("set", "no-such-file", "all")
