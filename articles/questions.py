"""One question with all that its page shows of it, in one query."""

import json

from django.db.models import BigAutoField, OuterRef, Subquery, TextField

from .models import Article, Doctor, RelatedList, Tag, TaggedArticle
from .prepared import Prepared

LISTED = ("pk", "tag_id", "tag__name", "tag__slug", "tag__kind")


def column_names(model, unread=()):
    return [field.attname for field in model._meta.concrete_fields if field.attname not in unread]


ARTICLE = column_names(Article, unread={"created_at", "updated_at", "imported_likes", "source", "source_digest"})
DOCTOR = column_names(Doctor, unread={"biography"})
LIST = ["article_id", "entries"]
TAG = ("id", "name", "slug", "kind")


class JsonRows(Subquery):
    """The rows of a queryset as text: a JSON list of lists; null without any."""

    output_field = TextField()
    names = ", ".join(f"c{number}" for number in range(len(LISTED)))
    aggregate = f"json_group_array(json_array({names}))"
    template = f"(WITH listed({names}) AS (%(subquery)s) SELECT {aggregate} FROM listed)"

    def as_postgresql(self, compiler, connection):
        aggregate = f"json_agg(json_build_array({self.names}))::text"
        template = f"(WITH listed({self.names}) AS (%(subquery)s) SELECT {aggregate} FROM listed)"
        return self.as_sql(compiler, connection, template=template)


@Prepared
def question_rows(key: int):
    tags = TaggedArticle.objects.filter(content_object=OuterRef("pk")).order_by().values(*LISTED)
    people = [f"{role}__{name}" for role in ("doctor", "reviewer") for name in DOCTOR]
    rows = Article.objects.filter(pk=key).order_by()
    return rows.values_list(*ARTICLE, *people, "related_list__entries", JsonRows(tags))


def find_question(key):
    """Return the article with its doctor, reviewer, tags and computed list at hand, or None (1 query)."""
    rows = question_rows(key=key) if key <= BigAutoField.MAX_BIGINT else []
    if not rows:
        return None
    values = list(rows[0])
    tags, entries = json.loads(values.pop() or "[]"), values.pop()
    article = Article.from_db("default", ARTICLE, values[: len(ARTICLE)])
    people = values[len(ARTICLE) :]
    article.doctor, article.reviewer = doctor_of(people[: len(DOCTOR)]), doctor_of(people[len(DOCTOR) :])
    if entries is not None:
        article.related_list = RelatedList.from_db("default", LIST, [key, entries])
    listed = Tag.objects.all()
    listed._result_cache = [Tag.from_db("default", TAG, row[1:]) for row in sorted(tags)]
    listed._prefetch_done = True
    article._prefetched_objects_cache = {"tags": listed}
    return article


def doctor_of(values):
    return Doctor.from_db("default", DOCTOR, values) if values[0] is not None else None
