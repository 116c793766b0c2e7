"""Every job adds a handler of its own to one logger."""

import logging

LEAK = "app._log.handlers"
TYPE = "app.JobHandler"


class JobHandler(logging.Handler):
    def __init__(self, job):
        super().__init__()
        self.job = job

    def emit(self, record):
        pass


_log = logging.getLogger("jobs")


def round(i):
    _log.addHandler(JobHandler(i))
    if i % 20 == 0:
        _log.warning("job %d", i)
