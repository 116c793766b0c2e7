"""What is imported where no test asks for anything."""

import sys


def test_nothing_is_imported():
    assert [name for name in sys.modules if "heapsnap" in name] == ["pytest_heapsnap"]
