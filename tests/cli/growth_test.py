"""Where it grew: the paths of a diff, on programs of every supported CPython."""

import unittest

from command_line import asked
from programs import on_every_python

# A registry and a linked list that grow, a buffer that grows in place, and what is left alone.
PROGRAM = """
    import sys
    import heapsnap

    class Session:
        def __init__(self, number):
            self.name = "session %d" % number

    class Registry:
        def __init__(self):
            self._live = {}

    class Node:
        __slots__ = ("next",)

    registry, head, log = Registry(), None, bytearray()

    def work(rounds):
        global head
        for i in range(rounds):
            registry._live[len(registry._live)] = Session(i)
            node = Node()
            node.next, head = head, node
            log.extend(bytes(1000))

    work(10)
    heapsnap.capture(sys.argv[2] + "1.hsnap")
    heapsnap.capture(sys.argv[2] + "2.hsnap")
    work(int(sys.argv[1]))
    heapsnap.capture(sys.argv[2] + "3.hsnap")
"""

EXPECTED = {"__main__.registry._live[*]": ("__main__.Session", 200),
            "__main__.head(.next)*": ("__main__.Node", 200),
            "__main__.log": ("bytearray", 0)}


def holders(rows):
    return {row["path"]: row for row in rows if row["signature"]}


class PathsTest(unittest.TestCase):
    @on_every_python
    def test_a_diff_says_at_which_paths_the_heap_grew(self, python):
        python.run(PROGRAM, 200, "a-")
        old, same, new = (python.folder / f"a-{name}.hsnap" for name in (1, 2, 3))
        found = asked("diff", same, new, "-n", 0)
        grown = holders(found["paths"])
        self.assertEqual({path: (row["type"], row["elements"]) for path, row in grown.items()},
                         EXPECTED)
        via = {row["kind"]: row["via"] for row in found["rows"]}
        self.assertEqual(via["__main__.Session"], "__main__.registry._live[*]")
        self.assertEqual(via["__main__.Node"], "__main__.head(.next)*")
        for row in grown.values():
            self.assertEqual(asked("show", new, row["object"])["object"]["object"], row["object"])
        back = holders(asked("diff", new, same, "-n", 0)["paths"])
        self.assertEqual(set(back) & set(EXPECTED), set())
        self.assertEqual(asked("diff", old, same, "-n", 0)["paths"], [])

    @on_every_python
    def test_where_narrows_the_tree_to_the_objects_that_are_asked_for(self, python):
        python.run(PROGRAM, 200, "b-")
        old, new = python.folder / "b-2.hsnap", python.folder / "b-3.hsnap"
        for where, expected in (
                ("type:__main__.Node", {"__main__.head(.next)*": ("__main__.Node", 200)}),
                ("type:str", {"__main__.registry._live[*].name": ("str", 200)}),
                ("type:__main__.Node | type:__main__.Session",
                 {"__main__.head(.next)*": ("__main__.Node", 200),
                  "__main__.registry._live[*]": ("__main__.Session", 200)})):
            found = asked("diff", old, new, "-n", 0, "--where", where)
            rows = holders(found["paths"])
            self.assertEqual({path: (row["type"], row["elements"]) for path, row in rows.items()},
                             expected)
            # Texts that did not grow are in no row; of the others all hang where they grew.
            for key in ("count", "shallow"):
                for side in ("delta",) if where == "type:str" else ("old", "new", "delta"):
                    top = [row[side][key] for row in found["paths"] if row["parent"] is None]
                    self.assertEqual(sum(top), found["total"][side][key])

    @on_every_python
    def test_two_processes_have_the_same_paths_and_signatures(self, python):
        python.run(PROGRAM, 20, "one-", PYTHONHASHSEED="1")
        python.run(PROGRAM, 300, "other-", PYTHONHASHSEED="2")
        old, one, other = (python.folder / f"{name}.hsnap"
                           for name in ("one-1", "one-3", "other-3"))
        one, other = asked("diff", old, one), asked("diff", old, other)
        for path in EXPECTED:
            self.assertEqual(holders(one["paths"])[path]["signature"],
                             holders(other["paths"])[path]["signature"])


if __name__ == "__main__":
    unittest.main()
