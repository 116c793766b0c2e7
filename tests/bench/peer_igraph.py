"""igraph's dominators of a graph file (graph_file.h), as JSON: seconds, and how many differ."""

import json
import sys
import time

import igraph

with open(sys.argv[1], "rb") as file:
    numbers = memoryview(file.read()).cast("q")
nodes, root, edge_count = numbers[:3]
expected = numbers[3:3 + nodes].tolist()
edges = numbers[3 + nodes:].cast("B").cast("q", shape=[edge_count, 2])
start = time.perf_counter()
graph = igraph.Graph(n=nodes, edges=edges, directed=True)
made = time.perf_counter()
found = graph.dominator(root, mode="out")
done = time.perf_counter()
differences = sum(max(a, -1) != b for a, b in zip(found, expected))
print(json.dumps({"igraph_create": made - start, "igraph_dominators": done - made,
                  "igraph_differences": differences}))
