import sys
import time
from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from articles.engine.index_rows import Row
from articles.engine.posting_lists import SPAN, next_chunk
from articles.management.progress import Progress
from articles.models import Article, IndexRebuild, TagAlias, indexing
from articles.models.bulk import INDEXED, SEARCHED
from articles.models.related_list import refresh_lists
from articles.models.turns import turn

MISSING, LISTS = 1_000, 20  # articles of a transaction; others who write wait for its end

Texts = tuple[str, ...]  # of an article: what it is found by


class Command(BaseCommand):
    help = (
        "重建搜索索引。网站照常运行：新索引完成之前，读者用的是旧的。中断以后再运行一次会接着做。"
        "--related 计算每个问题旁边的相关问题；--only-missing 只补还没有的。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--related", action="store_true", help="计算相关问题，不重建索引")
        parser.add_argument("--only-missing", action="store_true", help="只补还没有的")
        parser.add_argument(
            "--batch",
            type=batch_size,
            default=SPAN,
            help=f"一次写入多少篇（默认 {SPAN}）；少一些，编辑保存时少等一会儿，但总共慢一些",
        )

    def handle(self, *args: Any, related: bool, only_missing: bool, batch: int, **options: Any) -> None:
        self.batch, self.progress = batch, None
        started = time.monotonic()
        try:
            if related:
                done, what = self.compute_related(only_missing), "个问题的相关问题已算好"
            elif only_missing:
                done, what = self.add_missing(), "篇补进了索引"
            else:
                done, what = self.rebuild(), "篇进了新索引"
        except KeyboardInterrupt:
            self.clear()
            again = "加上 --only-missing 再运行，只算还没有的。" if related else "再运行一次会接着做。"
            self.stderr.write(f"已中断。已经做完的部分保留着，{again}")
            sys.exit(130)
        self.clear()
        self.stdout.write(f"{done} {what}，用时 {time.monotonic() - started:.1f} 秒")

    def rebuild(self) -> int:
        """Make a new index beside the old one, a batch a transaction, and let it take the old one's place."""
        with turn():
            rebuild = IndexRebuild.objects.first()
            if rebuild is None:
                rebuild = IndexRebuild.objects.create()
                indexing.open_index(indexing.NEXT).drop()
                indexing.open_index(indexing.NEXT).create()
        self.begin(Article.objects.filter(pk__gt=rebuild.done).count())
        done = 0
        while (number := self.rebuild_batch(rebuild.pk)) is not None:
            done += number
            self.progress.advance(number)
        return done

    def rebuild_batch(self, key: int) -> int | None:
        """Take the next batch into the new index and return its size, or None when the index is whole and in place.

        A batch ends where a stored list ends, so that each is written once. Words are cut before others have to wait;
        what they have changed meanwhile is cut again.
        """
        known_aliases, cut = TagAlias.pairs(), dict[int, tuple[Texts, Row]]()
        if rebuild := IndexRebuild.objects.filter(pk=key).first():
            articles = self.after(rebuild.done)
            rows = indexing.rows_of(articles, known_aliases)
            cut = {row.key: (texts_of(article), row) for article, row in zip(articles, rows, strict=True)}
        with turn():
            rebuild = IndexRebuild.objects.filter(pk=key).first()
            if rebuild is None:  # somebody else has run the command too, and has finished it
                return None
            articles = self.after(rebuild.done)
            if not articles:
                indexing.open_index(indexing.NEXT).rename(indexing.NAME)
                rebuild.delete()
                return None
            if TagAlias.pairs() != known_aliases:
                cut = {}
            same = [cut[one.pk][1] for one in articles if one.pk in cut and cut[one.pk][0] == texts_of(one)]
            done = {row.key for row in same}
            if left := [one for one in articles if one.pk not in done]:
                same += indexing.rows_of(left)
            indexing.write_rows(indexing.open_index(indexing.NEXT), same, articles, are_new=True)
            rebuild.done = articles[-1].pk
            rebuild.save(update_fields=["done"])
        return len(articles)

    def after(self, key: int) -> list[Article]:
        """Return the articles of the next batch above `key`."""
        first = Article.objects.filter(pk__gt=key).order_by("pk")
        start = first.values_list("pk", flat=True).first()
        if start is None:
            return []
        return list(first.filter(pk__lt=next_chunk(start)).only(*INDEXED)[: self.batch])

    def add_missing(self) -> int:
        """Index the articles that the index does not have."""
        done, after = 0, 0
        self.begin(Article.objects.count())
        while keys := list(
            Article.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[: min(self.batch, MISSING)]
        ):
            with turn():
                there = {row.key for row in indexing.open_index().read(keys)}
                articles = list(Article.objects.filter(pk__in=set(keys) - there))
                indexing.write(articles)
            done, after = done + len(articles), keys[-1]
            self.progress.advance(len(keys))
        return done

    def compute_related(self, only_missing: bool) -> int:
        """Compute the stored lists, a batch a transaction."""
        rows = Article.objects.to_be_published()
        if only_missing:
            rows = rows.filter(related_list=None)
        self.begin(rows.count())
        done, after, size = 0, 0, min(self.batch, LISTS)
        while True:
            with turn():
                articles = list(rows.filter(pk__gt=after).order_by("pk").only("title", "status")[:size])
                refresh_lists(articles)
            if not articles:
                return done
            done, after = done + len(articles), articles[-1].pk
            self.progress.advance(len(articles))

    def begin(self, total: int) -> None:
        self.progress = Progress(self.stderr, total)

    def clear(self) -> None:
        if self.progress:
            self.progress.clear()


def batch_size(text: str) -> int:
    """Return the number of --batch; argparse says what is wrong with any other."""
    number = int(text)
    if not 1 <= number <= 100_000:
        raise ValueError
    return number


def texts_of(article: Article) -> Texts:
    return tuple(getattr(article, name) for name in SEARCHED)
