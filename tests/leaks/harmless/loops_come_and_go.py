"""Each round has an event loop of its own, with tasks that end."""

import asyncio


async def step(number):
    await asyncio.sleep(0)
    return number


async def main():
    return await asyncio.gather(*(step(number) for number in range(5)))


def round(i):
    return asyncio.run(main())
