"""Which files of the site others get to see: none of its database."""

import os
import subprocess
import sys

from django.conf import settings

ENVIRONMENT = {"PATH": os.environ["PATH"], "SECRET_KEY": "x" * 60}


def test_the_database_is_for_its_owner_only(tmp_path):
    """In a process of its own, as operators migrate: tests have their database in memory."""
    path = tmp_path / "db.sqlite3"
    script = (
        "import os, django; os.umask(0o022); django.setup();"
        "from django.core.management import call_command; call_command('migrate', 'auth', verbosity=0);"
        "from django.db import connection; cursor = connection.cursor(); cursor.execute('CREATE TABLE x (y int)');"
        f"print(*(oct(os.stat('{path}' + end).st_mode & 0o777) for end in ('', '-wal', '-shm')))"
    )
    environment = ENVIRONMENT | {"DATABASE_URL": f"sqlite:///{path}", "DJANGO_SETTINGS_MODULE": "healthqa.settings"}
    result = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    assert result.stdout.split() == ["0o600"] * 3, result.stderr
