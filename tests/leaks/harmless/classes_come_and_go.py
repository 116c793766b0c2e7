"""A class is made for each round; the collector frees it, as it is in cycles with itself."""


def round(i):
    kind = type(f"Row{i}", (), {"number": i, "__slots__": ("value",)})
    row = kind()
    row.value = i
    return row.number
