"""functools.lru_cache on a method: its keys keep every instance that was ever asked."""

import functools

LEAK = "app.Order.total"
TYPE = "app.Order"


class Order:
    def __init__(self, prices):
        self.prices = prices

    @functools.lru_cache(maxsize=None)
    def total(self):
        return sum(self.prices)


def round(i):
    return Order([i, i + 1]).total()
