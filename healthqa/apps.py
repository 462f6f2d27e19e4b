"""The admin application, with our site as its default."""

from importlib import import_module

from django.contrib.admin.apps import SimpleAdminConfig


class AdminConfig(SimpleAdminConfig):
    """Without autodiscovery, so that only what articles.admin registers is there: not taggit's page of its tags."""

    default_site = "articles.admin.site.EditorialSite"

    def ready(self) -> None:
        super().ready()
        import_module("articles.admin")  # which needs the models
