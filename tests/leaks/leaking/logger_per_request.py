"""logging.getLogger() with a name of the request's: loggers are never forgotten."""

import logging

LEAK = "logging.Logger.manager"
TYPE = "logging.Logger"


def round(i):
    logging.getLogger(f"request.{i}").debug("served")
