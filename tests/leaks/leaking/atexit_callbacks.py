"""Each job registers its clean-up for the end of the process, and jobs come for ever."""

import atexit

LEAK = "interpreter.atexit"
TYPE = "app.Job"


class Job:
    def __init__(self, number):
        self.number = number
        atexit.register(self.clean_up)

    def clean_up(self):
        pass


def round(i):
    Job(i)
