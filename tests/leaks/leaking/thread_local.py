"""A worker that never ends keeps what it did in a threading.local."""

import queue
import threading

LEAK = "app._local"
TYPE = "app.Job"


class Job:
    def __init__(self, number):
        self.number = number


def work():
    _local.done = []
    while True:
        job = _jobs.get()
        _local.done.append(job)
        _jobs.task_done()


_local = threading.local()
_jobs = queue.Queue()
threading.Thread(target=work, daemon=True).start()


def round(i):
    _jobs.put(Job(i))
    _jobs.join()
