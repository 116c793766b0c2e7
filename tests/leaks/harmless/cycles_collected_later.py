"""Nodes that refer to each other, which the collector frees when it comes round."""


class Node:
    def __init__(self, name):
        self.name = name
        self.other = None


def round(i):
    for number in range(40):
        one, two = Node(f"{i}.{number}"), Node("two")
        one.other, two.other = two, one
