"""One pool for the life of the process, which starts its four threads as it needs them."""

import concurrent.futures

_pool = concurrent.futures.ThreadPoolExecutor(4)


def round(i):
    tasks = [_pool.submit(pow, number, 2) for number in range(1 + i % 6)]
    return [task.result() for task in tasks]
