"""The last result is kept until the next one is there; how large it is differs."""


class Row:
    def __init__(self, number):
        self.number = number


_last = []


def round(i):
    global _last
    _last = [Row(number) for number in range(i * 37 % 101)]
