"""Heaps whose every object is known: build("tree", n), and of "bigdict" and "smalllists"."""


class Node:
    def __init__(self, i, parent):
        self.name = "node-%d" % i
        self.children = []
        self.attrs = {"id": i}
        self.pos = (i, float(i))
        self.parent = parent


def tree(n, fan=10):
    """Breadth first."""
    root = Node(0, None)
    queue = [root]
    i = 1
    k = 0
    while i < n:
        parent = queue[k]
        k += 1
        for _ in range(fan):
            if i >= n:
                break
            child = Node(i, parent)
            i += 1
            parent.children.append(child)
            queue.append(child)
    return root


def bigdict(n):
    return {"key-%d" % i: (i, "v%d" % i) for i in range(n)}


def smalllists(n):
    return [[i, None] for i in range(n)]


def build(name, n):
    return {"tree": tree, "bigdict": bigdict, "smalllists": smalllists}[name](n)
