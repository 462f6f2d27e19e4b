"""A worker hears a signal that another of its threads has taken."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
# As a worker of granian: the main thread waits for a lock without end, and the handler of SIGTERM lets it go.
WORKER = """
import signal, threading
from healthqa.hearing import wake_main_thread_on_signals

ended = threading.Event()
signal.signal(signal.SIGTERM, lambda number, frame: ended.set())
wake_main_thread_on_signals()
threading.Timer(0.5, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGTERM)).start()
ended.wait()
print("ended")
"""


def test_a_worker_that_is_told_to_end_ends_though_another_thread_took_the_signal():
    worker = subprocess.run([sys.executable, "-c", WORKER], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (worker.returncode, worker.stdout, worker.stderr) == (0, "ended\n", "")
