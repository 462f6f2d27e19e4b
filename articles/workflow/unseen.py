"""What of a question readers do not see yet."""

from articles.models import Article, Revision, Tag
from articles.models.revision import fill


def has_draft(article: Article) -> bool:
    """Tell whether the article has a text that readers do not see (at most 1 query)."""
    return not article.is_public or waiting_text(article) is not None


def waiting_text(article: Article) -> Revision | None:
    """Return the version of an article readers have, or had, that they do not see yet; None without one (1 query)."""
    return Revision.objects.filter(article=article).open().first() if article.is_out else None


def draft_of(article: Article) -> Article | None:
    """Return the article, unsaved, as its unpublished text has it; None when readers see all there is (1 or 2 queries).

    `article` comes from question_row.find_question, with all that its page shows at hand.
    """
    waiting = waiting_text(article)
    if waiting is None:
        return None if article.is_public else article
    listed = Tag.objects.filter(name__in=waiting.content["tags"])
    listed._result_cache = sorted(listed, key=lambda tag: waiting.content["tags"].index(tag.name))
    fill(article, waiting.content)
    article._prefetched_objects_cache["tags"] = listed  # type: ignore[attr-defined]  # Django's own
    return article
