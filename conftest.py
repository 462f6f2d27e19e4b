"""The settings of tests, in place before Django reads its own, and the database that tests use."""

import gc
import os
import sys
from functools import cache

import django
import pytest
from django.contrib.auth import hashers
from django.contrib.staticfiles.storage import StaticFilesStorage

# Compiling 350 files of tests anew costs each process ten seconds, and those that tests start compile the site anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Here and not in pyproject.toml, where pytest-django would read the settings before this file.
os.environ["DJANGO_SETTINGS_MODULE"] = "healthqa.settings"
os.environ.setdefault("SECRET_KEY", "tests-only-" + "x" * 50)
os.environ["DEBUG"] = "1"  # plain static files: the hashed ones exist only after collectstatic
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's synchronous API runs an event loop
django.setup()

# A password costs a third of a second by design, and hundreds of tests make one. Servers that tests start pay it.
hashers.PBKDF2PasswordHasher.iterations = 1

# A form of the admin asks for a hundred addresses of files. What a site has in the place of this class keeps them, too.
StaticFilesStorage.url = cache(StaticFilesStorage.url)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Collect without looking for garbage, which took a seventh of the time, and look later among what tests leave.

    And look seldom: what a test leaves is little, and a look at each 700th object takes a sixteenth of the time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000)
        gc.enable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    """Put SQLite's test database into a file: in memory, threads share one lock, which no site does."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
