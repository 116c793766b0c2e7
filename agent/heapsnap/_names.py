"""Names of snapshot files, as made from a template (see _startup.py) for one capture."""

import os
import sys
import time


def check(template):
    """Raises ValueError if there is a variable that we do not know."""
    characters = iter(template)
    for character in characters:
        variable = next(characters, "") if character == "%" else "%"
        if variable not in tuple("ptnh%"):
            raise ValueError(f"'%{variable}' in the name {template} is not known: there are "
                             "%p (pid), %t (time), %n (number), %h (host) and %%")


def default():
    return f"heapsnap-{program()}.%p.%t.%n.hsnap"


def expand(template, number):
    values = {
        "p": str(os.getpid()),
        "t": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
        "n": str(number),
        "h": os.uname().nodename,
        "%": "%",
    }
    first, *rest = template.split("%")
    name = first
    pieces = iter(rest)
    for piece in pieces:
        # "%%": the template's next piece follows an empty one.
        name += values[piece[0]] + piece[1:] if piece else "%" + next(pieces, "")
    return name


def is_numbered(template):
    return "%n" in template.replace("%%", "")


def is_taken(path, taken):
    return path in taken or os.path.lexists(path)


def unused(path, taken):
    """`path`, or path.2, path.3 ... before its suffix, if it is taken or exists."""
    stem, suffix = os.path.splitext(path)
    number = 1
    name = path
    while is_taken(name, taken):
        number += 1
        name = f"{stem}.{number}{suffix}"
    return name


def program():
    """What runs: app of app.py, package of python -m package, or the interpreter's name."""
    script = (getattr(sys, "argv", None) or [""])[0]
    folder, name = os.path.split(script)
    stem = os.path.splitext(name)[0]
    if stem == "__main__":
        stem = os.path.basename(folder)
    if not stem or stem.startswith("-"):
        stem = os.path.basename(sys.executable or "") or "python"
    return stem.replace("%", "%%")
