"""A table is computed when it is first asked for, once."""

_table = None


class Row:
    def __init__(self, number):
        self.number = number
        self.square = float(number * number)


def table():
    global _table
    if _table is None:
        _table = [Row(number) for number in range(500)]
    return _table


def round(i):
    if i >= 60:
        return table()[i % 500]
    return None
