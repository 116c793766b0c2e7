"""A status line that is written anew, and longer, in each round."""

_status = {"line": ""}


def round(i):
    _status["line"] = f"{i} served, the last of them {'x' * i}"
    _status["numbers"] = [i] * 5
