"""Many small tuples, floats and dicts at once: the interpreter keeps some of their memory."""


def round(i):
    values = [(float(number), {"number": number}) for number in range(50 + i % 3)]
    values.reverse()
    return len(values)
