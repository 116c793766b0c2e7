"""What was typed is kept, line by line, and never trimmed."""

LEAK = "app.history"
TYPE = "str"

history = []


def round(i):
    history.append(f"line {i}: " + "x" * (i % 40))
