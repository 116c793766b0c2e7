"""An OrderedDict that forgets the entry that was not used for longest, beyond 28."""

import collections


class Page:
    def __init__(self, number):
        self.number = number


_pages = collections.OrderedDict()


def round(i):
    _pages[i] = Page(i)
    if i % 5 == 0:
        _pages.move_to_end(next(iter(_pages)))
    if len(_pages) > 28:
        _pages.popitem(last=False)
