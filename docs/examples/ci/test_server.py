"""The same as a test of pytest: the marker calls it in rounds, and takes the snapshots."""

import pytest
from server import Server

server = Server()


@pytest.mark.heapsnap
def test_requests_are_forgotten():
    for _ in range(500):
        assert server.serve("/item") == "200"
