"""Django's migrate, one process at a time over all nodes, beside readers and editors."""

import time
from contextlib import ExitStack
from typing import Any

from django.core.management.commands import migrate
from django.db import OperationalError, connections

from articles.models import trigger_upkeep
from healthqa.alone import WAITS, alone

PATIENCE = 600  # seconds for which tables that are in use are tried again
PAUSE = 3  # seconds between two tries, for those who waited behind the first


class Command(migrate.Command):
    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self.step = ExitStack()  # around the migration that is being applied

    def execute(self, *args: Any, **options: Any) -> Any:
        """Do all of it alone, Django's checks too: they ask the database."""
        connection = connections[options["database"]]
        if options["plan"] or options["check_unapplied"]:
            return super().execute(*args, **options)
        with alone(connection, lambda: self.stderr.write(WAITS)):
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; where a table is in use, let go of everything and go on after a pause.

        A migration is a transaction, so what is done is done, and what was interrupted begins anew.
        """
        self.using = options["database"]
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with self.step:
                    super().handle(*args, **options)
                return
            except OperationalError as error:
                if not trigger_upkeep.is_busy(error) or time.monotonic() > until:
                    raise
                self.stderr.write(f"有的表正被长时间读写（例如备份），{PAUSE} 秒后再试……")
                time.sleep(PAUSE)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action in ("apply_success", "unapply_success"):
            self.step.close()
        super().migration_progress_callback(action, migration, fake)
        if action in ("apply_start", "unapply_start") and not fake:
            self.step.enter_context(trigger_upkeep.around(connections[self.using], migration))
