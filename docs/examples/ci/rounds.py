"""Rounds of work, with a snapshot after each; the first is the warm-up."""

import heapsnap
from server import Server

server = Server()
for number in range(5):
    for _ in range(500):
        server.serve("/item")
    heapsnap.capture(f"snapshots/round.{number}.hsnap")
