"""The words that editors have given the site: tags and their aliases."""

from articles.engine import tokens
from articles.models import Tag
from articles.text.names import fold


class Vocabulary:
    """The editors' tags and aliases, read in one query: they grow with the editors' work, not with the articles."""

    def __init__(self) -> None:
        own = ("pk", "name", "slug", "folded", "kind")
        rows = Tag.objects.order_by("pk").values_list(*own, "aliases__name", "aliases__folded", "aliases__slug")
        self.tags: dict[int, Tag] = {}
        self.names: dict[int, list[str]] = {}
        self.slugs: dict[str, Tag] = {}
        aliases: list[tuple[str, str]] = []
        for *values, alias, alias_folded, alias_slug in rows:
            pk, name, slug, folded = values[:4]
            tag = self.tags.setdefault(pk, Tag(**dict(zip(own, values, strict=True))))
            self.slugs[slug] = tag
            self.names.setdefault(pk, [folded]).extend([alias_folded] if alias else [])
            if alias:
                aliases.append((alias, name))
                self.slugs.setdefault(alias_slug, tag)
        self.aliases = tuple(aliases)

    def matching(self, query: str, limit: int = 8) -> list[Tag]:
        """Return tags whose name or alias holds the query, or that the query holds; longer names first."""
        folded = fold(query)
        if not folded:
            return []
        found = [
            (-max(len(name) for name in hits), pk)
            for pk, names in self.names.items()
            if (hits := [name for name in names if folded in name or name in folded])
        ]
        return [self.tags[pk] for _, pk in sorted(found)[:limit]]

    def nearest(self, query: str, limit: int = 8) -> list[Tag]:
        """Return the matching tags, else those whose names share most pairs of characters with the query."""
        if found := self.matching(query, limit):
            return found
        pairs = {pair for pair in tokens.char_pairs(tokens.title(query).topic) if len(pair) > 1}
        shared = [(-sum(pair in tokens.fold(tag.name) for pair in pairs), pk) for pk, tag in self.tags.items()]
        return [self.tags[pk] for number, pk in sorted(shared)[:limit] if number]

    def spellings(self, folded: str) -> set[str]:
        """Return all names of the tags that are named in a folded text."""
        return {name for names in self.names.values() if any(name in folded for name in names) for name in names}
