"""`python -m heapsnap` and the installed `heapsnap` are the command line, a program of its own."""

import os
import pathlib
import sys

PACKAGE = pathlib.Path(__file__).resolve().parent
# As the wheel has it, and as the build tree and an installation by CMake have it.
PLACES = (PACKAGE / "_cli/bin/heapsnap", PACKAGE.parents[3] / "bin/heapsnap")


def main() -> int:
    for program in PLACES:
        if program.is_file():
            os.execv(program, [str(program), *sys.argv[1:]])
    print(f"heapsnap: the command line is not in {PLACES[0]}: install the package again",
          file=sys.stderr)
    return 70


if __name__ == "__main__":
    sys.exit(main())
