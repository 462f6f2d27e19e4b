"""A process of the server looks for garbage among what requests leave, and not among all that it begins with."""

import os
import subprocess
import sys

from django.conf import settings

COUNT = """
import gc
from healthqa.wsgi import application
print(gc.get_freeze_count(), len(gc.get_objects()), gc.isenabled())
class Ring: pass
ring = Ring()
ring.self = ring
del ring
print(gc.collect() >= 1)
"""


def test_what_a_process_begins_with_is_looked_through_once(tmp_path):
    own = {"DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}", "DEBUG": "1", "CACHE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", COUNT],
        env=os.environ | own,
        cwd=settings.BASE_DIR,
        check=True,
        capture_output=True,
        text=True,
    )
    counts, finds_garbage = done.stdout.splitlines()[-2:]
    frozen, looked_through, is_enabled = counts.split()
    assert int(frozen) > 20 * int(looked_through)
    assert (is_enabled, finds_garbage) == ("True", "True")
