"""A list of open orders: some come, some go, and its capacity follows with delay."""


class Order:
    def __init__(self, number):
        self.number = number


_open = []


def round(i):
    _open.extend(Order(number) for number in range(i % 9))
    while len(_open) > 20 + i % 5:
        _open.pop(0)
