"""Patterns are compiled as they are first needed, and re keeps them: there are 45."""

import re


def round(i):
    re.search(f"a{{{i * 3 % 45}}}b", "aaab")
