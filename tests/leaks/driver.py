"""Runs a program of this folder, and takes snapshots between its rounds.

    python -S -I driver.py AGENT PROGRAM OUT ROUNDS...

The program is imported as the module `app`. It is given round(0), round(1), ...; a snapshot is
taken as often as their number reaches one of ROUNDS, into OUT.0.hsnap, OUT.1.hsnap, ...
"""

import importlib.util
import os
import sys


def load(path):
    spec = importlib.util.spec_from_file_location("app", path)
    app = importlib.util.module_from_spec(spec)
    sys.modules["app"] = app
    spec.loader.exec_module(app)
    return app


def main():
    agent, path, out, *rounds = sys.argv[1:]
    sys.path.append(agent)
    import heapsnap

    app = load(path)
    done = 0
    for number, until in enumerate(rounds):
        for i in range(done, int(until)):
            app.round(i)
        done = int(until)
        heapsnap.capture(f"{out}.{number}.hsnap")
    os._exit(0)  # what the program leaves behind is not to be complained about


if __name__ == "__main__":
    main()
