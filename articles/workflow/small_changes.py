"""Small changes: misspellings whose mending goes live at once, how many have come since a review, and who looks."""

from collections.abc import Callable

from django.contrib.auth.models import User
from django.db.models import QuerySet, Sum
from django.utils import timezone

from articles.models import Article, Revision
from articles.models.parts import Kind, Part, Weight, label, named, parts
from articles.models.revision import Content, changed_names
from articles.text.differences import distance
from articles.text.markup import image_names
from articles.text.wording import beyond_wording, beyond_wording_of_html, without_padding

from . import proofs
from .misspellings import beyond_misspelling, beyond_misspelling_of_html

Step, State = Revision.Step, Revision.State
SMALL = 30  # characters: a change of more is no typo, and whoever made it has written the text
SUBSTANCE = frozenset(named(weight=Weight.SUBSTANCE))  # a change of these, or of an image, is never a small one
# Nor one of these: what a question asks, where it stands and when it came out is more than its wording.
NEVER = SUBSTANCE | {"title", "tags", "published_at"}
Judge = Callable[[str, str, tuple[str, ...]], str | None]  # what changed between two texts that is more, or None
Judges = tuple[Judge, Judge]  # of plain texts and of HTML
WORDING: Judges = (beyond_wording, beyond_wording_of_html)
MISSPELLING: Judges = (beyond_misspelling, beyond_misspelling_of_html)
WORDED = tuple(part for part in parts(weight=Weight.WORDING) if part.name not in NEVER)


def changed_characters(before: Content, after: Content) -> int:
    """Return how many characters differ between two contents, or SMALL + 1 when it is no typo: a dose is a digit."""
    if before and (changed_names(before, after) & SUBSTANCE or shown(before) != shown(after)):
        return SMALL + 1
    total = 0
    drugs: tuple[str, ...] | None = None
    for part in parts(weight=Weight.WORDING):
        if (old := before.get(part.name) or "") != (new := after.get(part.name) or ""):
            if part.kind == Kind.HTML:
                old, new = without_padding(old), without_padding(new)
            if not (number := distance(old, new, SMALL)):
                continue
            if before and total + number <= SMALL:
                drugs = proofs.drug_names() if drugs is None else drugs
                number = SMALL + 1 if beyond(WORDING, part, before, after, drugs) else number
            total += number
    return min(total, SMALL + 1)


def shown(content: Content) -> set[str]:
    """Return the names of the images that a content shows."""
    return image_names(content.get("body") or "")


def objection_to_small(article: Article, before: Content, after: Content) -> str | None:
    """Return why a change of `article`, as readers have it (`before`), is no small one, in Chinese, or None.

    What a review has left is compared too, and what has been added to it since: many small changes are a large one.
    """
    drugs = proofs.drug_names()
    if sentence := beyond_typo(before, after, NEVER, drugs):
        return f"不是小改动：{sentence}，要医学审核看过，请提交审核。"
    changed = changed_characters(before, after)
    if changed > SMALL:
        return f"改动超过 {SMALL} 个字，不是小改动，请提交审核。"
    reviewed = last_reviewed(article)
    if reviewed is None:
        return None
    earlier = unseen(article).filter(number__gt=reviewed.number).aggregate(total=Sum("changed"))["total"] or 0
    if earlier + changed > SMALL:
        return (
            f"上次审核以后，小改动已经有 {earlier} 个字，加上这次的超过 {SMALL} 个字，"
            "不再是小改动，请提交审核，或者先请医学审核过目。"
        )
    if sentence := beyond_typo(reviewed.content, after, SUBSTANCE | {"title"}, drugs):
        return f"和上次审核的内容相比，不是小改动：{sentence}，要医学审核看过，请提交审核。"
    return None


def beyond_typo(before: Content, after: Content, never: frozenset[str], drugs: tuple[str, ...]) -> str | None:
    """Return what a change is beside mending misspellings, in Chinese, or None. It must leave the parts of `never`."""
    changed = changed_names(before, after)
    if name := next((part.name for part in parts(is_versioned=True) if part.name in changed & never), None):
        return f"改了{label(name)}"
    if shown(before) != shown(after):
        return "改了图片"
    sentences = (beyond(MISSPELLING, part, before, after, drugs) for part in WORDED if part.name in changed)
    return next(filter(None, sentences), None)


def beyond(judges: Judges, part: Part, before: Content, after: Content, drugs: tuple[str, ...]) -> str | None:
    of_text, of_html = judges
    compare = of_html if part.kind == Kind.HTML else of_text
    return compare(before.get(part.name) or "", after.get(part.name) or "", drugs)


# --- Since the last review ----------------------------------------------------------------


def unseen(article: Article) -> "QuerySet[Revision]":
    """The small changes of `article` that no reviewer has looked at."""
    return Revision.objects.filter(article=article).unseen()


def last_reviewed(article: Article) -> Revision | None:
    """Return the version that a review has left to readers; without one the last that was no small change, or None."""
    rows = Revision.objects.filter(article=article, state=State.LIVE).order_by("-number")
    row: Revision | None = rows.reviewed().first()
    return row or rows.exclude(step__in=(Step.SMALL, Step.CHECKED, Step.WITHDRAW)).first()


def settle(article: Article, user: User) -> int:
    """Note that `user` has looked at what readers have of `article`; returns how many small changes that were."""
    return unseen(article).update(seen_by=user, seen_at=timezone.now())
