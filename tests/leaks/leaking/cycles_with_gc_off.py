"""Parents and children refer to each other, and the collector was turned off to be faster."""

import gc

LEAK = "(unreachable)"
TYPE = "app.Node"

gc.disable()


class Node:
    def __init__(self, parent=None):
        self.parent = parent
        self.child = None

    def __del__(self):
        pass


def round(i):
    parent = Node()
    parent.child = Node(parent)
