"""The tags of imported articles, resolved and written for a batch at once."""

from collections import defaultdict
from collections.abc import Iterable

from articles.models import Tag, TaggedArticle
from articles.models.tag_lookup import create_tag, find_tags
from articles.text.names import clean_name

from .changes import Draft
from .records import Record, folded

AT_ONCE = 500
PresentTags = dict[int, dict[str, int]]  # {key of an article: {name of its tag: key of the tagging}}


class Tagging:
    """The tags of one file: names through aliases to tags, created where there is none."""

    def __init__(self) -> None:
        self.known: dict[str, Tag] = {}  # folded name → Tag
        self.new: set[str] = set()  # folded names that were no tag before

    def meet(self, records: Iterable[Record], create: bool) -> None:
        """Make `self.tags(record)` answer for each of `records`; without `create` new tags stay unsaved."""
        departments = {folded(name) for record in records for name in record.departments}
        names = {folded(name): name for record in records for name in [*record.departments, *record.tags]}
        strange = [name for key, name in names.items() if key not in self.known]
        for start in range(0, len(strange), AT_ONCE):
            self.known |= find_tags(strange[start : start + AT_ONCE])
        for name in strange:
            if (key := folded(name)) not in self.known:
                kind = Tag.Kind.DEPARTMENT if key in departments else None
                self.known[key] = create_tag(name, kind) if create else Tag(name=clean_name(name))
                self.new.add(key)

    def tags(self, record: Record) -> dict[str, Tag]:
        """Return {name: Tag} of a record's tags in order, departments first."""
        tags = (self.known[folded(name)] for name in [*record.departments, *record.tags])
        return {tag.name: tag for tag in tags}

    def unknown(self, record: Record) -> list[str]:
        """Return the names of a record that were no tag before."""
        return [name for name in [*record.departments, *record.tags] if folded(name) in self.new]

    def names_after(self, record: Record, before: list[str]) -> list[str]:
        """Return the names of the tags that the article of `record` will have: those that stay come first."""
        wanted = self.tags(record)
        if not wanted:
            return before
        return [name for name in before if name in wanted] + [name for name in wanted if name not in before]

    def write(self, drafts: Iterable[Draft], present: PresentTags) -> None:
        """Give the article of each draft the tags that its record says, if it says any. `present`: as present_tags()"""
        added, dropped = [], []
        for draft in drafts:
            wanted, rows = self.tags(draft.record), present[draft.article.pk]
            if wanted:
                dropped += [row for name, row in rows.items() if name not in wanted]
                added += [
                    TaggedArticle(content_object_id=draft.article.pk, tag_id=tag.pk)
                    for name, tag in wanted.items()
                    if name not in rows
                ]
        TaggedArticle.objects.filter(pk__in=dropped).delete()
        TaggedArticle.objects.bulk_create(added)


def present_tags(articles: Iterable[int]) -> PresentTags:
    """Return {key of an article: {name of its tag: key of the tagging}}, in order."""
    present: PresentTags = defaultdict(dict)
    rows = TaggedArticle.objects.filter(content_object__in=articles).order_by("pk")
    for pk, article, name in rows.values_list("pk", "content_object", "tag__name"):
        present[article][name] = pk
    return present
