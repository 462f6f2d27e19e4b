"""Of which text the review of a question is, once a step has written it."""

from articles.models import Article, Revision
from articles.models.review import CHECKED, digest_of, note_of
from articles.models.revision import Content, changed_names

from .signing import signature

Step, State = Revision.Step, Revision.State


def note_review(
    article: Article, step: str, content: Content, *, before: Content, live: Content, is_signed: bool = False
) -> None:
    """Set on `article`, unsaved, what `step` makes of the note of its review (0 or 1 query).

    `live` is what stands in the row, `before` the text that is changed, `content` what comes of it. A review comes with
    the text that somebody signs by this step (`is_signed`, or with another doctor or day), or has signed in a version.
    """
    if live.get("reviewed_on") and not article.reviewed_text:
        article.reviewed_text = note_of(live)  # a release that notes nothing has written it
    if is_signed:
        article.reviewed_text = ""
    elif step == Step.SMALL:
        article.let_review_stand(live)
    elif signs(before, content):
        article.take_review(content["reviewed_on"])
    elif signs(live, content) and (signed := signed_version(article, content)):
        article.take_review(content["reviewed_on"])
        if not article.reviewed_text:
            article.reviewed_text = note_of(signed)


def signs(before: Content, after: Content) -> bool:
    """Whether `after` says another review than `before`; a doctor and who was merged into him are the same."""
    return bool(signature(before, after)) and not changed_names(before, after).isdisjoint(("reviewer", "reviewed_on"))


def versions_since_review(article: Article) -> tuple[int, int] | None:
    """Return the numbers of the version that was reviewed and of the one that readers have; or None (3 queries).

    None too where no version says what readers have: a comparison would hide the rest.
    """
    rows = Revision.objects.filter(article=article.pk).order_by("-number")
    live = rows.filter(state=State.LIVE).first()
    readers = Article.objects.filter(pk=article.pk).values(*CHECKED).first()
    if not (live and readers and digest_of(live.content) == digest_of(readers)):
        return None
    earlier = rows.filter(number__lt=live.number).iterator(chunk_size=20)
    reviewed = next((row for row in earlier if article.is_noted(row.content)), None)
    return (reviewed.number, live.number) if reviewed else None


def signed_version(article: Article, content: Content) -> Content | None:
    """Return the text that was there when the review of `content` was signed, in a version that waited; or None.

    Versions that went live meanwhile are no part of it: an import may have brought another review.
    """
    start: Content = {}
    previous: Content = {}
    signed = None
    for row in Revision.objects.filter(article=article.pk).order_by("number"):
        if row.state == State.LIVE and row.step not in (Step.BASE, Step.WITHDRAW):
            start, signed = row.content, None
            previous = start
        elif row.state == State.LIVE or row.step == Step.DISCARD:
            start = start or row.content
            previous = previous if row.step != Step.DISCARD and previous else start
        else:
            if previous and signs(previous, row.content):
                signed = row.content
            previous = row.content
    return signed if signed and not signs(signed, content) else None
