"""The tags of imported articles, resolved and written for a batch at once."""

from ..models import Tag, TaggedArticle
from ..names import fold
from ..tags import create_tag, find_tags

AT_ONCE = 500


class Tagging:
    """The tags of one file: names through aliases to the keys of tags, created where there is none."""

    def __init__(self):
        self.known = {}  # folded name → key of the tag

    def meet(self, records):
        """Make `self.keys(record)` answer for each of `records`."""
        departments = {fold(name) for record in records for name in record.departments}
        names = {fold(name): name for record in records for name in [*record.departments, *record.tags]}
        strange = [name for folded, name in names.items() if folded not in self.known]
        for start in range(0, len(strange), AT_ONCE):
            found = find_tags(strange[start : start + AT_ONCE])
            self.known |= {folded: tag.pk for folded, tag in found.items()}
        for name in strange:
            if (folded := fold(name)) not in self.known:
                kind = Tag.Kind.DEPARTMENT if folded in departments else None
                self.known[folded] = create_tag(name, kind).pk

    def keys(self, record):
        """Return the keys of a record's tags in order, departments first, once each."""
        return list(dict.fromkeys(self.known[fold(name)] for name in [*record.departments, *record.tags]))

    def write(self, pairs, are_new):
        """Give each article of `pairs` (article, record) the tags that its record says, if it says any."""
        wanted = {article.pk: self.keys(record) for article, record in pairs if record.departments or record.tags}
        present = set()
        if not are_new:
            rows = TaggedArticle.objects.filter(content_object__in=wanted)
            dropped = []
            for pk, article, tag in rows.values_list("pk", "content_object", "tag"):
                present.add((article, tag))
                if tag not in wanted[article]:
                    dropped.append(pk)
            TaggedArticle.objects.filter(pk__in=dropped).delete()
        TaggedArticle.objects.bulk_create(
            TaggedArticle(content_object_id=article, tag_id=tag)
            for article, tags in wanted.items()
            for tag in tags
            if (article, tag) not in present
        )
