"""The copy-editor at work: a question's text with what only the database knows, and which rules keep it unpublished."""

from collections.abc import Collection, Iterable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from articles.engine import duplicates, tokens
from articles.engine.seam import search_engine
from articles.models import Article, Proof, Tag, TagAlias
from articles.models.parts import named
from articles.text.copyedit import RULES, Text, check
from articles.text.copyedit.registry import Finding

FIELDS = named(is_proofread=True)
TWINS = 3
MOST_DRUGS = 2_000


def text_of(article: Article, twins: list[str] | None = None, drugs: tuple[str, ...] | None = None) -> Text:
    """Return the Text of `article`, saved or not.

    `twins`, the titles that ask the same, and `drugs` are looked up where they are not known.
    """
    return Text(
        **{name: getattr(article, name) for name in FIELDS},
        twins=twin_titles(article) if twins is None else twins,
        drugs=drug_names() if drugs is None else drugs,
    )


def twin_titles(article: Article) -> list[str]:
    """Return the titles of up to three other questions, in whatever state, that ask the same as `article`."""
    keys = search_engine().twins(article)[:TWINS] if article.title.strip() else []
    return list(Article.objects.filter(pk__in=keys).order_by("-pk").values_list("title", flat=True)) if keys else []


def drug_names() -> tuple[str, ...]:
    """Return the names of the tags of the kind 药物."""
    return tuple(Tag.objects.filter(kind=Tag.Kind.DRUG).order_by("pk").values_list("name", flat=True)[:MOST_DRUGS])


def proof(article: Article, twins: list[str] | None = None) -> list[Finding]:
    """Return the Findings of all rules in `article`, saved or not; none where nothing is written yet."""
    return check(text_of(article, twins)) if article.title or article.body != "" else []


def keep(article: Article, twins: list[str]) -> None:
    """Check a saved article, whose `twins` are known, and keep what was found for the list's filter."""
    Proof.replace({article: proof(article, twins)}, RULES)


def keys_said_twice() -> set[int]:
    """Return the keys of the titles that more than one question of the whole site has."""
    aliases = TagAlias.pairs()
    seen: set[int] = set()
    twice: set[int] = set()
    for title in Article.objects.order_by().values_list("title", flat=True).iterator(chunk_size=10_000):
        keys = duplicates.keys(tokens.title(title, aliases))
        twice |= keys & seen
        seen |= keys
    return twice


def store(
    articles: Iterable[Article], rules: Collection[str] = tuple(RULES), twice: set[int] | None = None
) -> dict[Article, list[Finding]]:
    """Check saved articles by `rules`, keep what was found for the list's filter, and return {article: Findings}.

    With `twice`, as keys_said_twice() gives it, only the titles in it are looked up in the index.
    """
    drugs, aliases = drug_names(), {} if twice is None else TagAlias.pairs()

    def may_have_twins(article: Article) -> bool:
        return twice is None or not twice.isdisjoint(duplicates.keys(tokens.title(article.title, aliases)))

    found = {}
    for article in articles:
        twins: list[str] | None = None if "twin-title" in rules and may_have_twins(article) else []
        found[article] = check(text_of(article, twins, drugs), rules)
    Proof.replace_unchanged(found, rules)
    return found


def obstacle(article: Article) -> str | None:
    """Return why the rules of COPYEDIT_BLOCKING keep `article` from being published, in one sentence, or None."""
    names = settings.COPYEDIT_BLOCKING
    if not names:
        return None
    findings = check(text_of(article, None if "twin-title" in names else []), names)
    if not findings:
        return None
    return f"文字检查没有通过：{'、'.join(found.rule.label for found in findings)}。请先改好再发布。"


def check_settings() -> None:
    """Raise ImproperlyConfigured for a rule in COPYEDIT_BLOCKING that does not exist."""
    if unknown := [name for name in settings.COPYEDIT_BLOCKING if name not in RULES]:
        raise ImproperlyConfigured(f"COPYEDIT_BLOCKING: {unknown[0]!r} is not one of {', '.join(RULES)}.")
