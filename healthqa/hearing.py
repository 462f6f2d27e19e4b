"""A worker that is told to end hears it, whichever of its threads the signal reaches.

A signal is sent to a process. A thread that is just being made or ends can take it from the main one; then Python only
notes it, for the main thread alone runs handlers, and granian's waits for a lock until the next signal. A worker that
missed the only SIGTERM goes on serving until it is killed, in the middle of what it answers.
"""

import os
import signal
import threading
import time

POKE = signal.SIGURG  # means nothing to anybody here, and is ignored where nobody has asked for it
POKES, PAUSE = 3, 0.2  # the first may come just before the main thread begins to wait; seconds


def wake_main_thread_on_signals() -> None:
    """Let every signal that Python handles interrupt the main thread. Only the main thread can ask for it."""
    if threading.current_thread() is not threading.main_thread():
        return
    told, teller = os.pipe()
    os.set_blocking(teller, False)
    signal.signal(POKE, lambda number, frame: None)  # not SIG_IGN, which would not interrupt
    signal.set_wakeup_fd(teller, warn_on_full_buffer=False)
    threading.Thread(target=_poke, args=(told,), name="signals", daemon=True).start()


def _poke(told: int) -> None:
    while numbers := os.read(told, 64):
        if any(number != POKE for number in numbers):
            for _ in range(POKES):
                signal.pthread_kill(threading.main_thread().ident or 0, POKE)
                time.sleep(PAUSE)
