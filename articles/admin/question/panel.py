"""What the panels of a question's form have in common."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import MediaDefiningClass
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path

from articles.admin.autocomplete import is_key
from articles.models import Article

Addresses = list[tuple[str, str, Callable[..., HttpResponseBase]]]  # (name, route, view) of each


class Panel(metaclass=MediaDefiningClass):
    """A part of the form of a question with templates, views, scripts and styles (class Media) of its own.

    A new one is a module with a subclass, and an entry in the PANELS of article_admin.py.
    There is one object of each for all requests.
    """

    # The templates, if any, by where they stand: above the fields, below them, below those, and behind the form, for
    # what has a form of its own.
    top = middle = bottom = outside = None

    def __init__(self, admin: Any) -> None:
        self.admin = admin  # the ModelAdmin of questions: permissions, messages, the log

    def views(self) -> Addresses:
        """Return (name, route, view) of each of its addresses below the list of questions."""
        return []

    @property
    def urls(self) -> list[URLPattern]:
        """Return its addresses, all of them for signed-in staff only."""
        protect = self.admin.admin_site.admin_view
        return [path(route, protect(view), name=f"articles_article_{name}") for name, route, view in self.views()]

    def context(self, request: HttpRequest, form: Any, article: Article | None) -> dict[str, Any]:
        """Return what its templates show in `form`; `article` is None while a question is being added."""
        return {}

    def find(
        self, request: HttpRequest, key: str, may: Callable[[HttpRequest, Any], bool], rows: QuerySet[Any] | None = None
    ) -> Any:
        """Return the question of this key, where `may`(request, article), a method of the admin, allows it.

        Raises PermissionDenied, or Http404 to who could look at it if it were there.
        """
        rows = Article.objects.all() if rows is None else rows
        article = rows.filter(pk=key).first() if is_key(key) else None
        if not may(request, article):
            raise PermissionDenied
        if article is None:
            raise Http404("没有这个问题")
        return article
