"""Imports all that it can of the standard library and of pure Python packages, then uses some."""

import importlib
import pkgutil
import sys
import warnings

warnings.simplefilter("ignore")
SKIPPED = {"antigravity", "this", "idlelib", "lib2to3", "test", "tkinter", "turtle", "turtledemo"}

done = []
for name in sorted(sys.stdlib_module_names - SKIPPED):
    if name.startswith("_"):
        continue
    try:
        importlib.import_module(name)
        done.append(name)
    except ImportError:
        pass  # not part of this build

import jinja2
import sympy

for package in (sympy, jinja2, sys.modules["asyncio"], sys.modules["email"]):
    for module in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        if module.name.rpartition(".")[2] not in ("__main__", "this", "windows_events", "windows_utils"):
            try:
                importlib.import_module(module.name)
                done.append(module.name)
            except ImportError:
                pass

x = sympy.Symbol("x")
print(len(done), done[-1])
print(sympy.integrate(sympy.exp(-x) * x**3, x), sympy.factor(x**6 - 1))
print(jinja2.Template("{% for i in items %}{{ i }},{% endfor %}").render(items=range(5)))
