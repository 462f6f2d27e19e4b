"""The worker as a thread of the server, for a site without a timer."""

import logging
from threading import Event, Thread

from django.db import connections

from .worker import push

logger = logging.getLogger(__name__)

EVERY = 20.0  # seconds between two looks


def start(every: float = EVERY) -> Event:
    """Start the thread, of which one sends at a time over all processes; setting the Event ends it."""
    end = Event()
    Thread(target=run, args=[every, end], name="push-addresses", daemon=True).start()
    return end


def run(every: float, end: Event) -> None:
    while True:
        push_once()
        connections.close_all()  # those of this thread
        if end.wait(every):
            return


def push_once() -> None:
    """Push; whatever goes wrong, the site goes on and the next look tries again."""
    try:
        push()
    except Exception as error:  # of a database that is away, too
        logger.warning("addresses were not pushed: %s", type(error).__name__)
