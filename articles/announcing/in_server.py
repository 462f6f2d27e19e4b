"""The worker as a thread of the server, for a site without a timer."""

import logging
import time
from threading import Thread

from django.db import connections

from .worker import push

logger = logging.getLogger(__name__)

EVERY = 20.0  # seconds between two looks


def start(every: float = EVERY) -> Thread:
    """Start the thread. It ends with its process; of several processes one sends at a time."""
    thread = Thread(target=run, args=[every], name="push-addresses", daemon=True)
    thread.start()
    return thread


def run(every: float) -> None:
    while True:
        push_once()
        time.sleep(every)


def push_once() -> None:
    """Push; whatever goes wrong, the site goes on and the next look tries again."""
    try:
        push()
    except Exception as error:  # of a database that is away, too
        logger.warning("addresses were not pushed: %s", type(error).__name__)
    finally:
        connections.close_all()
