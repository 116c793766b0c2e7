"""A rare request needs modules that nothing else does: they are imported when it comes."""


def round(i):
    if i % 60 == 40:
        import fractions

        return fractions.Fraction(1, 3) + i
    return i
