"""Tests that cannot be measured as their marker says."""

import unittest

import pytest


@pytest.mark.heapsnap(round=5)
def test_unknown():
    pass


@pytest.mark.heapsnap("app.Session")
def test_by_position():
    pass


@pytest.mark.heapsnap(rounds=0)
def test_no_rounds():
    pass


@pytest.mark.heapsnap(rounds=1)
def test_one_round():
    raise AssertionError("it is called")


@pytest.mark.heapsnap(rounds=True)
def test_no_number():
    raise AssertionError("it is called")


@pytest.mark.heapsnap(max_growth="64 kB")
def test_size():
    pass


@pytest.mark.heapsnap(no_new=5)
def test_no_type():
    pass


def test_unknown_to_the_fixture(heapsnap):
    heapsnap.check("one.hsnap", "two.hsnap", no_old="app.Session")


@pytest.mark.heapsnap(rounds=1, warmup=0, no_new="type:(")
def test_selector():
    pass


@pytest.mark.heapsnap(budget="none.toml")
def test_no_budget():
    raise AssertionError("it is called")


class OldTest(unittest.TestCase):
    @pytest.mark.heapsnap
    def test_of_unittest(self):
        pass
