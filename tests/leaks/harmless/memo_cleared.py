"""A memo that is filled while a round lasts and cleared at its end."""

_memo = {}


def ways(number):
    if number < 2:
        return 1
    if number not in _memo:
        _memo[number] = ways(number - 1) + ways(number - 2)
    return _memo[number]


def round(i):
    ways(50 + i % 20)
    _memo.clear()
