from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "内容"

    def ready(self) -> None:
        # Models can be imported from here on, and not while this module is.
        from .workflow import proofs  # noqa: PLC0415

        # The one use of signals: Django has no other place for what is part of the schema and in no migration.
        pre_migrate.connect(keep_to_owner, sender=self)
        post_migrate.connect(finish, sender=self)
        proofs.check_settings()


def keep_to_owner(using: str, **kwargs: Any) -> None:
    """Let nobody but its owner read the file of SQLite; those that SQLite makes beside it later follow it."""
    if connections[using].vendor == "sqlite":
        for end in ("", "-wal", "-shm"):
            file = Path(f"{connections[using].settings_dict['NAME']}{end}")
            if file.is_file():
                file.chmod(0o600)


def finish(using: str, **kwargs: Any) -> None:
    """Make what belongs to the schema and to no migration: triggers, groups, patients' words, services to be told.

    So does an index that a release from before has rebuilt meanwhile.
    """
    from .announcing import queue, services  # noqa: PLC0415 - as in ready()
    from .models import PatientWord, indexing, trigger_upkeep  # noqa: PLC0415 - as in ready()
    from .workflow import groups  # noqa: PLC0415

    if trigger_upkeep.is_own_schema(connections[using]):
        trigger_upkeep.mend(connections[using])
        indexing.open_index(using=using).widen()
        groups.apply(using)
        queue.follow_settings(services.switched_on())
        PatientWord.objects.using(using).deliver()
