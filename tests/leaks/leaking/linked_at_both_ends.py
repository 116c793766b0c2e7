"""A list with both its ends, .first(.after)* or .last(.before)*: a node hangs at the nearer one."""

LEAK = "app."
TYPE = "app.Node"


class Node:
    before = after = None


first, last = Node(), Node()
first.after, last.before = last, first


def round(i):
    if i % 25 == 12:
        node = Node()
        node.before, node.after = last.before, last
        last.before.after = node
        last.before = node
