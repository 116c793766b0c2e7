"""Indexes the words of the standard library's sources: which modules use which name, and where.

A small program with a real heap: tens of thousands of strings, lists and records, held by one
dict. The demo takes a snapshot of it as it ends.
"""

import pathlib
import re
import sys
import sysconfig
from dataclasses import dataclass

WORD = re.compile(r"[A-Za-z_]\w+")


@dataclass
class Occurrence:
    module: str
    line: int


def index_of(folder: pathlib.Path) -> "dict[str, list[Occurrence]]":
    index: "dict[str, list[Occurrence]]" = {}
    for path in sorted(folder.glob("*.py")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for number, line in enumerate(text.splitlines(), 1):
            for word in set(WORD.findall(line)):
                index.setdefault(word, []).append(Occurrence(path.stem, number))
    return index


def main() -> None:
    folder = sys.argv[1] if len(sys.argv) > 1 else sysconfig.get_path("stdlib")
    global INDEX
    INDEX = index_of(pathlib.Path(folder))
    word, places = max(INDEX.items(), key=lambda item: len(item[1]))
    total = sum(map(len, INDEX.values()))
    print(f"{len(INDEX)} words in {total} places; the most frequent is {word!r}, {len(places)} times")


if __name__ == "__main__":
    main()
