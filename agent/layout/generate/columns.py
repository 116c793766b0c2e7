#!/usr/bin/env python3
"""Writes columns/: what layout.h declares, as numbers, one file a minor version of CPython.

    columns.py              writes the columns whose headers are on this machine, keeps the others
    columns.py --check      writes nothing; exits 1 if a column differs from what is committed,
                            hints apart: those are of the patch release that was used

Interpreters come from build/pythons.txt ("VERSION PATH" a line) and from PATH. Headers of a version
installed in a root of its own are looked for below $HEAPSNAP_SID. A number comes from one of two
places, never both: the programs *_of_headers.c, compiled against the headers of that version, or
private_structs.txt, for structs that no header tells.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
LAYOUT = HERE.parent
REPOSITORY = LAYOUT.parent.parent
MINORS = range(10, 16)
ROOT = pathlib.Path(os.environ.get("HEAPSNAP_SID", "/var/cache/heapsnap/sid"))


def declared_paths():
    """The paths of Layout's numbers in the order of their declaration, "list.ob_item" and so on."""
    text = "".join(
        (LAYOUT / header).read_text()
        for header in ("state_hints.h", "library_layout.h", "layout.h")
    )
    tokens = re.findall(r"\w+(?:::\w+)*|[{};,]", re.sub(r"//[^\n]*", "", text))
    structs, position = {}, 0
    while position < len(tokens):
        if tokens[position] == "struct" and tokens[position + 2] == "{":
            structs[tokens[position + 1]], position = members(tokens, position + 3)
        position += 1
    return flatten(structs["Layout"], structs)


def members(tokens, position):
    """Parses a struct's members up to its closing brace: [(name, members or type)] and the position of the brace."""
    result = []
    while tokens[position] != "}":
        if tokens[position] == "struct":
            inner, position = members(tokens, position + 3)
            result.append((tokens[position + 1], inner))
            position += 3
            continue
        kind, position = tokens[position], position + 1
        while tokens[position] != ";":
            if tokens[position] != ",":
                result.append((tokens[position], kind))
            position += 1
        position += 1
    return result, position


def flatten(struct, structs, prefix=""):
    paths = []
    for name, kind in struct:
        inner = structs.get(kind) if isinstance(kind, str) else kind
        paths += [prefix + name] if inner is None else flatten(inner, structs, prefix + name + ".")
    return paths


def interpreters():
    """{minor: path of an interpreter}"""
    found = {}
    for minor in MINORS:
        path = shutil.which(f"python3.{minor}")
        if path:
            found[minor] = path
    listed = REPOSITORY / "build" / "pythons.txt"
    if listed.exists():
        for line in listed.read_text().splitlines():
            version, path = line.split(None, 1)
            found[int(version.split(".")[1])] = path
    return found


def include_flags(interpreter):
    """The compiler's flags to find that version's headers, or None if they are not here."""
    code = "import sysconfig as s; print(s.get_path('include'), s.get_path('platinclude'))"
    answer = subprocess.run([interpreter, "-c", code], capture_output=True, text=True)
    directories = dict.fromkeys(answer.stdout.split() if answer.returncode == 0 else [])
    for root in (pathlib.Path("/"), ROOT):
        places = [root / directory.lstrip("/") for directory in directories]
        if any((place / "internal/pycore_interp.h").exists() for place in places):
            flags = [f"-I{place}" for place in places]
            return (
                flags
                if root == pathlib.Path("/")
                else [*flags, "-idirafter", str(root / "usr/include")]
            )
    return None


def numbers_of_headers(flags):
    with tempfile.TemporaryDirectory() as directory:
        program = pathlib.Path(directory) / "of_headers"
        sources = sorted(str(source) for source in HERE.glob("*_of_headers.c"))
        compiler = os.environ.get("CC", "cc")
        subprocess.run(
            [compiler, "-std=gnu11", "-w", *flags, *sources, "-o", str(program)], check=True
        )
        lines = subprocess.run(
            [str(program)], check=True, capture_output=True, text=True
        ).stdout.splitlines()
    return {path: int(number) for path, number in (line.split() for line in lines)}


def numbers_of_private_structs(minor):
    numbers = {}
    for line in (HERE / "private_structs.txt").read_text().splitlines():
        path, *columns = line.split("#")[0].split() or [""]
        if path and columns[minor - MINORS[0]] != "-":
            numbers[path] = int(columns[minor - MINORS[0]])
    return numbers


def merge(minor, paths, *sources):
    numbers = {}
    for source in sources:
        for path, number in source.items():
            if path in numbers:
                sys.exit(f"columns.py: 3.{minor}: {path} comes from two places")
            if path not in paths:
                sys.exit(
                    f"columns.py: 3.{minor}: {path} is not declared in layout.h, library_layout.h or state_hints.h"
                )
            numbers[path] = number
    return numbers


def spelling(path, number):
    if path == "instance.scheme":
        return "DictScheme::" + ("None", "TwoPointers", "TaggedPointer", "InlineValues")[number]
    if path == "object.immortal_from" and number is None:
        return "kNeverImmortal"
    return "kAbsent" if number is None else str(number)


def initializer(paths, numbers, prefix="", indent=2):
    """The designated initialisers below a prefix, one group a line where it fits."""
    names = list(
        dict.fromkeys(
            path[len(prefix) :].split(".")[0] for path in paths if path.startswith(prefix)
        )
    )
    parts = []
    for name in names:
        path = prefix + name
        if path in paths:
            parts.append(f".{name} = {spelling(path, numbers.get(path))}")
        else:
            parts.append(f".{name} = {{{initializer(paths, numbers, path + '.', indent + 4)}}}")
    line = ", ".join(parts)
    if "\n" not in line and len(line) + indent < 92:
        return line
    return wrapped(parts, " " * indent)


def wrapped(parts, indent):
    lines, current = [], ""
    for part in parts:
        if "{" in part or len(indent) + len(current) + len(part) > 98:
            lines.append(current)
            current = ""
        current += (" " if current else "") + part + ("" if part is parts[-1] else ",")
    return "\n" + "\n".join(indent + line for line in [*lines, current] if line)


def column(minor, paths, numbers):
    body = wrapped(list(groups(paths, numbers)), "    ")
    return (
        f"// CPython 3.{minor}, ordinary build, Linux x86-64. Generated by generate/columns.py; do not edit.\n"
        f"inline constexpr Layout kLayout{minor} = {{{body},\n}};\n"
    )


def groups(paths, numbers):
    for name in dict.fromkeys(path.split(".")[0] for path in paths):
        if name in paths:
            yield f".{name} = {spelling(name, numbers.get(name))}"
        else:
            yield f".{name} = {{{initializer(paths, numbers, name + '.', 8)}}}"


def stable(text):
    """A column without the hints that differ between patch releases."""
    return re.sub(r"\.hints = \{.*?\.debug = ", ".debug = ", text, flags=re.DOTALL)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args().check
    paths, known, differences = declared_paths(), interpreters(), 0
    for minor in MINORS:
        flags = include_flags(known[minor]) if minor in known else None
        target = LAYOUT / "columns" / f"cpython_3_{minor}.inc"
        if flags is None:
            print(f"3.{minor}: no headers here, column kept", file=sys.stderr)
            continue
        numbers = merge(minor, paths, numbers_of_headers(flags), numbers_of_private_structs(minor))
        text = column(minor, paths, numbers)
        committed = target.read_text() if target.exists() else ""
        if (stable(committed) if check else committed) != (stable(text) if check else text):
            differences += 1
            print(f"3.{minor}: {target.name} differs", file=sys.stderr)
            if not check:
                target.write_text(text)
    return 1 if check and differences else 0


if __name__ == "__main__":
    sys.exit(main())
