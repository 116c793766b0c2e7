"""Tasks that wait for a future that nobody resolves; a list keeps them from being forgotten."""

import asyncio

LEAK = "app._background"
TYPE = "_asyncio.Task"

_background = set()
_loop = asyncio.new_event_loop()


async def wait_for_answer(number):
    await _loop.create_future()


async def serve(number):
    task = asyncio.create_task(wait_for_answer(number))
    _background.add(task)
    task.add_done_callback(_background.discard)
    await asyncio.sleep(0)


def round(i):
    _loop.run_until_complete(serve(i))
