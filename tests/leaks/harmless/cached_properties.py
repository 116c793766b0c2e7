"""Twenty objects that live long compute a value when they are first asked for it."""

import functools


class Region:
    def __init__(self, number):
        self.number = number

    @functools.cached_property
    def points(self):
        return [(self.number, float(value)) for value in range(10)]


_regions = [Region(number) for number in range(20)]


def round(i):
    return _regions[i * i % 20].points
