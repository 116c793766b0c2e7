"""Samples go round in a list of fixed length; what they replace is freed."""


class Sample:
    def __init__(self, value):
        self.value = value


_ring = [None] * 45


def round(i):
    _ring[i % len(_ring)] = Sample(i / 3)
