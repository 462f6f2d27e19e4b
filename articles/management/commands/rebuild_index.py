import sys
import time

from django.core.management import BaseCommand
from django.db import transaction

from ... import indexing
from ...models import Article, IndexRebuild
from ...progress import Progress
from ...related import refresh_lists

BATCH = 1_000


class Command(BaseCommand):
    help = (
        "重建搜索索引。网站照常运行：新索引完成之前，读者用的是旧的。中断以后再运行一次会接着做。"
        "--related 另外计算每个问题旁边的相关问题；--only-missing 只补还没有的。"
    )

    def add_arguments(self, parser):
        parser.add_argument("--related", action="store_true", help="计算相关问题，不重建索引")
        parser.add_argument("--only-missing", action="store_true", help="只补还没有的")

    def handle(self, *args, related, only_missing, **options):
        started = time.monotonic()
        try:
            if related:
                done, what = self.compute_related(only_missing), "个问题的相关问题已算好"
            elif only_missing:
                done, what = self.add_missing(), "篇补进了索引"
            else:
                done, what = self.rebuild(), "篇进了新索引"
        except KeyboardInterrupt:
            self.stderr.write("已中断。已经做完的部分保留着，再运行一次会接着做。")
            sys.exit(130)
        self.stdout.write(f"{done} {what}，用时 {time.monotonic() - started:.1f} 秒")

    def rebuild(self):
        """Make a new index beside the old one, a batch a transaction, and let it take the old one's place."""
        with transaction.atomic():
            rebuild = IndexRebuild.objects.first()
            if rebuild is None:
                rebuild = IndexRebuild.objects.create()
                indexing.open_index(indexing.NEXT).drop()
                indexing.open_index(indexing.NEXT).create()
        known_aliases, done = indexing.aliases(), 0
        progress = Progress(self.stderr, Article.objects.filter(pk__gt=rebuild.done).count())
        while True:
            with transaction.atomic():
                rows = Article.objects.filter(pk__gt=rebuild.done).order_by("pk").select_for_update()
                articles = list(rows.only("title", "short_answer", "body")[:BATCH])
                indexing.open_index(indexing.NEXT).write(indexing.rows_of(articles, known_aliases), are_new=True)
                if not articles:
                    indexing.open_index(indexing.NEXT).rename(indexing.NAME)
                    rebuild.delete()
                    return done
                rebuild.done = articles[-1].pk
                rebuild.save(update_fields=["done"])
            done += len(articles)
            progress.advance(len(articles))

    def add_missing(self):
        """Index the articles that the index does not have."""
        done, after = 0, 0
        while keys := list(Article.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            there = {row.key for row in indexing.open_index().read(keys)}
            with transaction.atomic():
                articles = list(Article.objects.select_for_update().filter(pk__in=set(keys) - there).order_by("pk"))
                indexing.write(articles)
            done, after = done + len(articles), keys[-1]
        return done

    def compute_related(self, only_missing):
        """Compute the stored lists, a batch a transaction."""
        rows = Article.objects.to_be_published()
        if only_missing:
            rows = rows.filter(related_list=None)
        done, after = 0, 0
        progress = Progress(self.stderr, rows.count())
        while articles := list(rows.filter(pk__gt=after).order_by("pk").only("title", "status")[:100]):
            with transaction.atomic():
                refresh_lists(articles)
            done, after = done + len(articles), articles[-1].pk
            progress.advance(len(articles))
        return done
