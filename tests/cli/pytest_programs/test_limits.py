"""Each limit exceeded, which the test's name says, and all of them kept."""

import app
import pytest


@pytest.fixture(autouse=True)
def empty():
    app.live.clear()


def session():
    app.live.append(app.Session())


def table():
    app.live.append(bytes(100_000))


@pytest.mark.heapsnap(rounds=1, no_new=["list", "type:app.*"])
def test_no_new_exceeded():
    session()


@pytest.mark.heapsnap(rounds=1, max_growth="90k")
def test_max_growth_exceeded():
    table()


@pytest.mark.heapsnap(rounds=1, warmup=3, max_growth="110k", max_retained=350_000)
def test_max_retained_exceeded():
    table()


@pytest.mark.heapsnap(rounds=3, budget="heapsnap.toml")
def test_budget_exceeded():
    session()


@pytest.mark.heapsnap(no_new="app.Session", rounds=9, warmup=0)
class TestOfAClass:
    @pytest.mark.heapsnap(rounds=1, max_growth="1M")
    def test_limit_of_its_class_exceeded(self):
        session()

    @pytest.mark.heapsnap(rounds=2)
    def test_is_called_as_its_own_mark_says(self):
        app.live.append(None)
        assert len(app.live) <= 2


@pytest.mark.heapsnap(rounds=2, max_growth=0, no_new=["list", "dict", "str", "tuple"])
def test_nothing_grows_by_itself():
    pass


@pytest.mark.heapsnap(rounds=1, no_new="app.Sesion")
def test_misspelt():
    session()


@pytest.mark.heapsnap(rounds=1, no_new="app.Sessio")
def test_misspelt_where_a_fixture_takes_all_warnings(recwarn):
    session()


@pytest.mark.heapsnap(rounds=1, no_new="app.Session", max_growth="110k", max_retained="310k",
                      budget="heapsnap.toml")
def test_all_are_kept():
    table()
