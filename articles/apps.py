from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "内容"

    def ready(self):
        # The one use of signals: Django has no other place for what is part of the schema and in no migration.
        pre_migrate.connect(drop_triggers, sender=self)
        post_migrate.connect(create_triggers, sender=self)
        check_settings()


def check_settings():
    from .workflow import proofs

    proofs.check_settings()


def drop_triggers(using, **kwargs):
    from .models import triggers

    triggers.drop(connections[using])


def create_triggers(using, **kwargs):
    from .models import triggers

    if triggers.SiteVersion._meta.db_table in connections[using].introspection.table_names():
        triggers.create(connections[using])
