"""The editors' place: one module for each thing that they edit. Likes are the readers' and are not registered."""

from . import accounts, articles, corrections, desk, doctors, images, pages, reports, searches, site, tags

__all__ = [
    "accounts",
    "articles",
    "corrections",
    "desk",
    "doctors",
    "images",
    "pages",
    "reports",
    "searches",
    "site",
    "tags",
]
