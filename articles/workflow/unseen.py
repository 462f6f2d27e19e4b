"""What of a question readers do not see yet."""

from datetime import datetime

from articles.models import Article, Revision, Tag
from articles.models.revision import fill
from articles.models.tag_lookup import find_tags
from articles.text.names import fold


def has_draft(article: Article) -> bool:
    """Tell whether the article has a text that readers do not see (at most 1 query)."""
    return not article.is_public or waiting_text(article) is not None


def waiting_text(article: Article) -> Revision | None:
    """Return the version of an article readers have, or had, that they do not see yet; None without one (1 query)."""
    return Revision.objects.filter(article=article).open().first() if article.is_out else None


def withdrawn_since(article: Article, when: datetime) -> bool:
    """Tell whether the article was withdrawn after a moment, and is so still (at most 1 query)."""
    rows = Revision.objects.filter(article=article, step=Revision.Step.WITHDRAW, at__gt=when)
    return article.is_withdrawn and rows.exists()


def draft_of(article: Article) -> Article | None:
    """Return the article, unsaved, as its unpublished text has it; None when readers see all of it (1 to 4 queries).

    `article` comes from question_row.find_question, with all that its page shows at hand.
    """
    waiting = waiting_text(article)
    if waiting is None:
        return None if article.is_public else article
    names = waiting.content["tags"]
    found = find_tags(names)  # a tag that was merged away since goes by the one kept
    listed = Tag.objects.all()
    listed._result_cache = list(dict.fromkeys(found[fold(name)] for name in names if fold(name) in found))
    fill(article, waiting.content)
    article._prefetched_objects_cache["tags"] = listed  # type: ignore[attr-defined]  # Django's own
    return article
