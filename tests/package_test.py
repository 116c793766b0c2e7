"""The wheel works: built once, installed in a virtual environment of every interpreter, used, and
removed without a trace."""

import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# An interpreter's own subprocess: one that lives in a chroot has to start its children itself.
CALL = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[2:], cwd=sys.argv[1]))"


class Environment:
    """A virtual environment of `python` in `folder`."""

    def __init__(self, python: str, folder: pathlib.Path):
        self.python, self.folder = python, folder
        folder.mkdir()
        subprocess.run([python, "-m", "venv", str(folder / "venv")], check=True)

    def run(self, *command: str, **options) -> str:
        done = subprocess.run([self.python, "-c", CALL, str(self.folder), *command], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, **options)
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def bin(self, program: str, *arguments: str) -> str:
        return self.run(str(self.folder / "venv/bin" / program), *arguments)

    def files(self) -> "set[pathlib.Path]":
        return {path for path in self.folder.rglob("*") if "__pycache__" not in path.parts}


def build_wheel(folder: pathlib.Path) -> pathlib.Path:
    # Within the checkout, where ccache knows the sources of another checkout by their paths.
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder),
                    "-C", f"build-dir={ROOT}/build/wheel", str(ROOT)],
                   stdin=subprocess.DEVNULL, check=True)
    (wheel,) = folder.glob("*.whl")
    assert "-cp310-abi3-" in wheel.name, wheel.name
    return wheel


def check(environment: Environment, wheel: pathlib.Path) -> None:
    before = environment.files()
    environment.bin("python", "-m", "pip", "install", "-q", "--no-index", "--no-deps", str(wheel))

    version = environment.bin("heapsnap", "--version")
    assert wheel.name.split("-")[1] in version, version
    assert environment.bin("python", "-m", "heapsnap", "--version") == version

    # A pytest that is on the path knows the plugin without being told.
    pytest = ROOT / "build/site/pytest8"
    if pytest.is_dir():
        markers = environment.run("/usr/bin/env", f"PYTHONPATH={pytest}", "venv/bin/python", "-m",
                                  "pytest", "-p", "no:cacheprovider", "--markers")
        assert "@pytest.mark.heapsnap(" in markers, markers

    environment.bin("heapsnap", "run", "-o", "run.hsnap", "--", "venv/bin/python", "-c", "pass")
    environment.bin("python", "-c",
                    "import heapsnap; heapsnap.capture('capture.hsnap', strings='full')")
    environment.run("/usr/bin/env", "HEAPSNAP=out=environment.hsnap,at=exit", "venv/bin/python",
                    "-c", "pass")
    for name in "run", "capture", "environment":
        environment.bin("heapsnap", "info", "--verify", f"{name}.hsnap")
        (environment.folder / f"{name}.hsnap").unlink()

    environment.bin("python", "-m", "pip", "uninstall", "-q", "-y", "heapsnap")
    left = environment.files() - before
    assert not left, f"uninstalled, but left behind: {left}"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="heapsnap-") as temporary:
        folder = pathlib.Path(temporary)
        wheel = build_wheel(folder)
        for line in (ROOT / "build/pythons.txt").read_text().splitlines():
            version, python = line.split(" ", 1)
            check(Environment(python, folder / version), wheel)
            print(f"{version}: installed, used, uninstalled")


if __name__ == "__main__":
    main()
