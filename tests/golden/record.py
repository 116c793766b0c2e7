"""Records a golden snapshot, and what every question is answered about it.

    record.py PYTHON                  cpython-3.X.hsnap and .answers of that interpreter
    record.py PYTHON twice            and cpython-3.X-later.hsnap, of the same process
    record.py --answers SNAPSHOT...   the .answers only, of snapshots that are there

Golden snapshots are never made anew once they are released: they are what old files are. Answers
are recorded again where a number turns out to have been wrong, in a commit that says so. Record in
a checkout and with an interpreter whose paths may be published, with a host's name that may be too
(`unshare --uts`).
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
BUILD = FOLDER.parents[1] / "build/dev"
HEAPSNAP = BUILD / "bin/heapsnap"
ROWS = 5


def questions():
    """The words of each command line, of questions.txt."""
    for line in (FOLDER / "questions.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            command, snapshot, rest = re.fullmatch(r"(\w+) (\w+) ?(.*)", line).groups()
            yield [command, snapshot, *(rest.split() if "LATER" in rest else selector_apart(rest))]


def selector_apart(text):
    """Selectors hold blanks: what stands between options is one word."""
    words = []
    for part in re.split(r"( --?[a-z-]+)", " " + text):
        words += [part.strip()] if part.strip() else []
    return words


def ask(words, snapshot):
    """The answer as JSON has it; the snapshot is asked by its name, in its folder."""
    names = {"SNAPSHOT": snapshot.name, "LATER": snapshot.stem + "-later.hsnap"}
    command = [names.get(word, word) for word in words] + ["-f", "json"]
    if not {"--verify", "info", "analyze"} & set(words):
        command += ["-n", str(ROWS)]
    result = subprocess.run([HEAPSNAP, *command], cwd=snapshot.parent, text=True,
                            capture_output=True)
    if result.returncode != 0:
        raise SystemExit(f"{shlex.join(command)} ended with {result.returncode}: {result.stderr}")
    return json.loads(result.stdout)


def record_answers(snapshot):
    lines = []
    for words in questions():
        if "LATER" in words and not snapshot.with_name(snapshot.stem + "-later.hsnap").exists():
            continue
        lines.append(json.dumps([words, ask(words, snapshot)]))
    largest = ask(["top", "SNAPSHOT"], snapshot)["rows"][0]["object"]
    words = ["show", "SNAPSHOT", largest]
    lines.append(json.dumps([words, ask(words, snapshot)]))
    snapshot.with_suffix(".answers").write_text("\n".join(lines) + "\n")


def record(python, *twice):
    version = subprocess.run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                             capture_output=True, text=True, check=True).stdout.strip()
    snapshot = FOLDER / f"cpython-{version}.hsnap"
    with tempfile.TemporaryDirectory() as folder:
        triggers = ["--on-signal", "USR2", "--at", "exit"] if twice else []
        environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        subprocess.run([HEAPSNAP, "run", *triggers, "-o", f"{folder}/%n.hsnap", "--",
                        python, "-I", "-S", "-B", FOLDER / "program.py",
                        BUILD / "lib/heapsnap/agent", *twice],
                       env=environment, check=True)
        made = sorted(pathlib.Path(folder).iterdir())
        shutil.copyfile(made[0], snapshot)
        if twice:
            shutil.copyfile(made[1], snapshot.with_name(f"{snapshot.stem}-later.hsnap"))
    record_answers(snapshot)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--answers"]:
        for name in sys.argv[2:]:
            record_answers(pathlib.Path(name).resolve())
    else:
        record(*sys.argv[1:])
