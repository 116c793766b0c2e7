"""An lru_cache with a bound: new keys come for ever, the oldest go."""

import functools


class Page:
    def __init__(self, number):
        self.number = number


@functools.lru_cache(maxsize=40)
def page(number):
    return Page(number)


def round(i):
    page(i)
