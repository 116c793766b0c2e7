#!/usr/bin/env python3
"""A type's name is taken once in all of the sources.

Two types of one name in one namespace break the rule of one definition (C++20, [basic.def.odr]):
the linker keeps one of the functions that both have, a vector's growth say, and the other type's
objects are written past their end. Neither compiler nor linker says a word. Types in unnamed
namespaces and in other types may have names that others have.
"""

import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("agent", "apps", "libanalysis", "libsnapshot")
# At the beginning of a line: types in types are indented. `class Heap::Parts` is Heap's.
DEFINITION = re.compile(r"(?:struct|class|union|enum(?: class)?) (\w+)(?: final)?(?: :[^;]*)?(?: \{.*)?$")


def definitions(source):
    """Names of the types that a source defines where others could see them."""
    unnamed = False
    for line in source.read_text().splitlines():
        if line == "namespace {":
            unnamed = True
        elif line == "}  // namespace":
            unnamed = False
        elif not unnamed and (match := DEFINITION.match(line)):
            yield match[1]


def main():
    places = collections.defaultdict(set)
    for folder in FOLDERS:
        for source in (ROOT / folder).rglob("*"):
            if source.suffix in (".h", ".cpp") and "generate" not in source.parts:
                for name in definitions(source):
                    places[name].add(source.relative_to(ROOT))
    if len(places) < 100:
        sys.exit(f"only {len(places)} types found: has the sources' form changed?")
    twice = {name: found for name, found in places.items() if len(found) > 1}
    for name, found in sorted(twice.items()):
        print(f"{name} is defined in {' and in '.join(sorted(map(str, found)))}")
    sys.exit(1 if twice else 0)


main()
