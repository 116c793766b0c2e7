"""A service of asyncio: a server with state, clients, a queue with workers, timeouts, a subprocess."""

import asyncio
import collections
import contextvars
import sys

REQUESTS = int(sys.argv[1])  # of each client
CLIENTS = 20

who = contextvars.ContextVar("who")
counts = collections.Counter()


async def answer(reader, writer):
    async for line in reader:
        name, number = line.decode().split()
        who.set(name)
        counts[who.get()] += int(number)
        await asyncio.sleep(0)
        writer.write(f"{counts[name]}\n".encode())
        await writer.drain()
    writer.close()


async def ask(port, name, queue):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in range(REQUESTS):
        writer.write(f"{name} {number}\n".encode())
        await queue.put((name, int(await reader.readline())))
    writer.close()
    await writer.wait_closed()


async def collect(queue, sums):
    while True:
        name, total = await queue.get()
        sums[name] += total
        queue.task_done()


async def numbers(count):
    for number in range(count):
        await asyncio.sleep(0)
        yield number


async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    queue, sums = asyncio.Queue(10), collections.Counter()
    workers = [asyncio.create_task(collect(queue, sums)) for _ in range(5)]
    await asyncio.gather(*(ask(port, f"client{i}", queue) for i in range(CLIENTS)))
    await queue.join()
    for worker in workers:
        worker.cancel()
    cancelled = sum([isinstance(result, asyncio.CancelledError)
                     for result in await asyncio.gather(*workers, return_exceptions=True)])
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 0.05)
    except asyncio.TimeoutError:
        print("timed out as it should")
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "print('child')",
                                                 stdout=asyncio.subprocess.PIPE)
    output, _ = await child.communicate()
    print(output, child.returncode, cancelled, sum([n async for n in numbers(1000)]))
    print(sorted(sums.items())[:3], sum(sums.values()), sorted(counts.values())[-1])
    server.close()


asyncio.run(main())
sys.exit(23)
