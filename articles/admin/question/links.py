"""Addresses of the admin that several parts lead to."""

from django.urls import reverse


def change_url(article):
    """Return the path of the form of a question."""
    return reverse("admin:articles_article_change", args=[article.pk])
