"""Each round starts threads, which end with it."""

import threading

_results = {}


def work(number):
    _results[number] = [number] * 10


def round(i):
    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
