"""The site with one page that fails, for tests of how failures look."""

from django.urls import path

from healthqa.urls import *  # noqa: F403
from healthqa.urls import urlpatterns as own


def broken(request):
    raise RuntimeError("a mistake of ours")


urlpatterns = [path("broken/", broken), *own]
