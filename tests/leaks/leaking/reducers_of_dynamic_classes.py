"""Classes are made, and for each of them it is noted how it is pickled."""

import copyreg

LEAK = "copyreg.dispatch_table"
TYPE = "type"


def reduce(number):
    return int, ()


def round(i):
    copyreg.pickle(type(f"Row{i}", (), {}), reduce)
