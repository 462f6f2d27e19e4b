"""Which questions, in which order: the one place that knows what is public, and what waits for whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from .bulk import IndexedQuerySet
from .helpfulness import HelpQueries
from .review import ReviewQueries
from .revision import Revision
from .tag import Tag
from .tagged_article import TaggedArticle

if TYPE_CHECKING:
    from django.contrib.auth.models import User

CARD_FIELDS = [
    "title",
    "short_answer",
    "excerpt",
    "published_at",
    "revised_at",
    "like_count",
    "is_excerpt",
    "doctor__name",
]


class JoinedKeys(Subquery):
    """The keys that a queryset of one column gives, as text with commas, in the query of the outer rows."""

    template = "(SELECT group_concat(tag_id) FROM (%(subquery)s) listed)"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        template = "(SELECT string_agg(tag_id::text, ',') FROM (%(subquery)s) listed)"
        return self.as_sql(compiler, connection, template=template)


class ArticleQuerySet(ReviewQueries, HelpQueries, IndexedQuerySet):
    def published(self, at: datetime | None = None) -> Self:
        """What the public may see; the only place that knows. A future published_at publishes itself.

        `at` is another moment than now: an earlier one leaves out what has been published since.
        """
        return self.filter(status=self.model.Status.PUBLISHED, published_at__lte=at or timezone.now())

    def for_search_engines(self) -> Self:
        """What search engines may show: an excerpt helps nobody who comes for an answer."""
        return self.published().filter(is_excerpt=False)

    def to_be_published(self) -> Self:
        """What is public or will be at its time; the others may stand in an index but in no list."""
        return self.filter(status=self.model.Status.PUBLISHED)

    def scheduled(self, at: datetime | None = None) -> Self:
        """What will publish itself after now, or after `at` another moment, the next first."""
        return self.to_be_published().filter(published_at__gt=at or timezone.now()).order_by("published_at", "pk")

    def newest(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def most_liked(self) -> Self:
        return self.order_by("-like_count", "-published_at", "-pk")

    def for_cards(self, *also: str) -> Self:
        """Rows for lists: with the doctor and the fields `also`, without the bodies."""
        return self.select_related("doctor").only(*CARD_FIELDS, *also)

    def with_department(self) -> Self:
        """Annotate `department_name`: the first tag of the kind 科室, as cards show it."""
        items = TaggedArticle.objects.filter(content_object=OuterRef("pk"), tag__kind=Tag.Kind.DEPARTMENT)
        return self.annotate(department_name=Subquery(items.order_by("pk").values("tag__name")[:1]))

    def with_tag_keys(self, tags: Iterable[int]) -> Self:
        """Annotate `tag_keys`: those of `tags` that the article has, separated by commas."""
        items = TaggedArticle.objects.filter(content_object=OuterRef("pk"), tag__in=list(tags)).order_by()
        return self.annotate(tag_keys=JoinedKeys(items.values("tag_id")))

    def with_tag_keys_of(self, keys: Any) -> Self:
        """Annotate `tag_keys`: one key for each tagging of the articles of `keys`, a list or a subquery."""
        items = TaggedArticle.objects.filter(content_object__in=keys).order_by()
        return self.annotate(tag_keys=JoinedKeys(items.values("tag_id")))

    def to_review(self) -> Self:
        """What waits for 医学审核: new questions, and changes of those that have been public."""
        waiting = Revision.objects.filter(state=Revision.State.REVIEW).order_by()
        new = self.model.objects.filter(status=self.model.Status.REVIEW).order_by()
        return self.filter(pk__in=waiting.values("article").union(new.values("pk")))

    def to_look_at(self) -> Self:
        """What readers have with small changes that no reviewer has looked at yet."""
        return self.to_be_published().filter(pk__in=Revision.objects.unseen().order_by().values("article"))

    def returned_to(self, user: "User") -> Self:
        """What 医学审核 has returned to `user`, who has not submitted it again."""
        rows = Revision.objects.filter(state=Revision.State.RETURNED, addressee=user)
        return self.filter(pk__in=rows.order_by().values("article"))

    def made_by(self, user: "User") -> Self:
        """What `user` has written first; whatever stood there before the first step here belongs to nobody."""
        return self.filter(pk__in=Revision.objects.filter(by=user, number=1).order_by().values("article"))

    def last_written_by(self, user: "User") -> Self:
        """What nobody has written on after `user`, whoever has approved, returned or withdrawn it since."""
        return self.filter(pk__in=Revision.objects.last_written_by(user).order_by().values("article"))

    def next_to_review(self, after: int = 0) -> Any:
        """Return the question that waits for 医学审核 behind the key `after`, else the first other one, or None."""
        queue = self.to_review().exclude(pk=after).order_by("pk")
        return queue.filter(pk__gt=after).first() or queue.first()
