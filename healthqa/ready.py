"""Run before serving: is everything there that this release needs? `python -m healthqa.ready`

It asks without setting up Django's applications, which would cost more than all the rest, and changes nothing that
exists: a database without tables is migrated, one that lacks migrations is left to `make setup`, because other nodes
may be serving from it.
"""

import os
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import Error, connection

from .alone import WAITS, alone

BEHIND = "数据库还缺 {number} 个迁移（{first}……）。先运行一次 make setup（其他节点可以继续服务），再启动。"


def main() -> int:
    """Return the status for the shell: 0 when the site can be served."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "healthqa.settings")
    apps.populate(())  # none: a connection needs no more, and warns until that is said
    if settings.EMBEDDING_MODEL and (fault := fault_of_model(Path(settings.EMBEDDING_MODEL))):
        say(fault)
        return 1
    if not has_static_files():
        manage("make_static")
    try:
        applied = applied_migrations()
    except Error as error:
        # Whoever restarts while the database is away answers 503, and is all well when it is back.
        say(f"数据库没有应答，先启动：{' '.join(str(error).split())}")
        return 0
    if not applied:
        manage("migrate", "--verbosity", "0")
        return 0
    missing = own_migrations() - applied
    if missing:
        with alone(connection, lambda: say(WAITS)):  # somebody may be at it
            missing -= applied_migrations()
    if missing:
        app, name = min(missing)
        say(BEHIND.format(number=len(missing), first=f"{app}.{name}"))
        return 1
    return 0


def has_static_files() -> bool:
    """Tell whether the files that `make_static` has made for this release are there, and not only its word for it."""
    try:
        made = settings.STATIC_MADE.read_text().strip()
    except FileNotFoundError:
        return False
    return (Path(settings.STATIC_ROOT).with_name("releases") / f"{made}.json").exists()


def fault_of_model(folder: Path) -> str:
    """Return why search by meaning cannot use the model of a folder, or ""."""
    try:
        embedding = import_module("articles.engine.embedding")
    except ImportError as error:
        return f"EMBEDDING_MODEL 需要 requirements-meaning.txt 里的软件包：{error}"
    try:
        embedding.Embedder(folder)
    except embedding.UnusableModel as error:
        return f"EMBEDDING_MODEL 不能用：{error}"
    return ""


def applied_migrations() -> set[tuple[str, str]]:
    """Return (application, name) of the migrations of the database, none where it is empty. Raises Error."""
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return set()
        cursor.execute("SELECT app, name FROM django_migrations")
        return set(cursor.fetchall())


def own_migrations() -> set[tuple[str, str]]:
    """Return (application, name) of the migrations in the folders of this release."""
    found = set()
    for app in (*settings.INSTALLED_APPS, "django.contrib.admin"):
        spec = None if app.endswith("Config") else find_spec(app)
        for folder in spec.submodule_search_locations or () if spec else ():
            names = Path(folder, "migrations").glob("[0-9]*.py")
            found |= {(app.rpartition(".")[2], path.stem) for path in names}
    return found


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def manage(*command: str) -> None:
    subprocess.run([sys.executable, str(settings.BASE_DIR / "manage.py"), *command], check=True)


if __name__ == "__main__":
    sys.exit(main())
