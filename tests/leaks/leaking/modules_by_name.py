"""Plug-ins are loaded under a new name at every reload; the old ones stay in sys.modules."""

import sys
import types

LEAK = "sys.modules"
TYPE = "module"


def round(i):
    module = types.ModuleType(f"plugin_{i}")
    exec("limit = 10\n\ndef run():\n    return limit\n", module.__dict__)
    sys.modules[module.__name__] = module
