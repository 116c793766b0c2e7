"""Caches of the standard library that are not full yet, and have a bound."""

import fnmatch
import re
import typing
import urllib.parse


def round(i):
    re.compile(f"a{i}")
    fnmatch.fnmatch("x", f"b{i}*")
    typing.Dict[str, typing.Literal[i]]
    urllib.parse.urlsplit(f"http://c/{i}")
