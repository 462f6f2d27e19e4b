"""Addresses of the admin that several parts lead to."""

from django.urls import reverse

from articles.models import Article


def change_url(article: Article) -> str:
    """Return the path of the form of a question."""
    return reverse("admin:articles_article_change", args=[article.pk])
