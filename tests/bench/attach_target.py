"""A program with a heap of a known shape that is captured from outside, and answers meanwhile.
Run by attach_bench.py.

    python3 attach_target.py COUNT

Prints {"rss": bytes, "port": number} when it stands. On that port of this machine it sends back each
line that it gets, but for "clone": then the seconds that a bare clone() of it took.
"""

import asyncio
import ctypes
import gc
import json
import sys

from capture_target import bare_clone, kept, nodes, rss_of_self

libc = ctypes.PyDLL(None)


async def serve(reader, writer):
    while line := await reader.readline():
        writer.write(b"%.9f\n" % bare_clone(libc) if line == b"clone\n" else line)
        await writer.drain()
    writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"rss": rss_of_self(), "port": port}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


kept.append(nodes(int(sys.argv[1])))
gc.collect()
gc.freeze()  # or the collector's own pauses are in the latencies
asyncio.run(main())
