"""Imports most of the standard library, and what C extensions it has: more than 100 modules."""

import importlib

NAMES = """
abc argparse array ast asyncio base64 bdb binascii bisect bz2 calendar cmath cmd code codecs codeop
collections colorsys compileall concurrent.futures configparser contextlib contextvars copy csv
ctypes curses dataclasses datetime decimal difflib dis doctest email email.message email.mime.text
enum filecmp fileinput fnmatch fractions ftplib functools getopt getpass gettext glob graphlib gzip
hashlib heapq hmac html html.parser http.client http.cookies http.cookiejar http.server imaplib
importlib.metadata importlib.resources inspect io ipaddress itertools json keyword linecache locale
logging logging.config logging.handlers lzma mailbox mimetypes mmap modulefinder multiprocessing
multiprocessing.pool netrc numbers operator optparse os pathlib pdb pickle pickletools pkgutil
platform plistlib poplib posixpath pprint profile pstats pty py_compile pyclbr pydoc queue quopri
random re reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil
signal smtplib socket socketserver sqlite3 ssl stat statistics string stringprep struct subprocess
symtable sysconfig tabnanny tarfile tempfile textwrap threading timeit token tokenize trace
traceback tracemalloc types typing unicodedata unittest unittest.mock urllib.parse urllib.request
urllib.robotparser uuid venv warnings wave weakref webbrowser wsgiref.simple_server
xml.dom.minidom xml.etree.ElementTree xml.sax xmlrpc.client xmlrpc.server zipapp zipfile zipimport
zlib zoneinfo
"""


def import_all():
    """How many there are."""
    loaded = 0
    for name in NAMES.split():
        try:
            importlib.import_module(name)
            loaded += 1
        except ImportError:
            pass  # built without
    return loaded
