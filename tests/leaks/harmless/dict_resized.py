"""Keys come and go in a dict, whose table is made anew now and then."""

_open = {}


def round(i):
    for number in range(10):
        _open[i, number] = i
    for number in range(10):
        _open.pop((i - 2, number), None)
