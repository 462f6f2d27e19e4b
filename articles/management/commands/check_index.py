import sys
from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from articles.engine.candidates import BODY_WORD, PUBLIC, TITLE_WORD, Term
from articles.engine.index import Index
from articles.engine.index_rows import changes
from articles.engine.seam import search_engine
from articles.models import Article, TagAlias, Vector, indexing

BATCH = 1_000
SHOWN = 10


class Command(BaseCommand):
    help = "检查搜索索引与文章是否一致：一篇不少、一篇不多、内容相同、词的计数正确。不一致时退出码不是 0。"

    def handle(self, *args: Any, **options: Any) -> None:
        index, known_aliases = indexing.open_index(), TagAlias.pairs()
        missing, stale, extra, counts = [], [], [], Counter()
        last, articles_seen, listed = 0, 0, set()
        while articles := list(Article.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
            wanted = {row.key: row for row in indexing.rows_of(articles, known_aliases)}
            there = {row.key: row for row in index.read(wanted)}
            missing += [key for key in wanted if key not in there]
            stale += [key for key, row in wanted.items() if key in there and row != there[key]]
            counts.update(changes([], there.values()))
            listed.update(article.pk for article in articles if article.is_listed)
            last, articles_seen = articles[-1].pk, articles_seen + len(articles)
        after = 0
        while keys := index.keys(after, BATCH):
            present = set(Article.objects.filter(pk__in=keys).values_list("pk", flat=True))
            extra += [key for key in keys if key not in present]
            after = keys[-1]
        [published] = index.postings([[PUBLIC]], limit=sys.maxsize)
        misplaced = sorted(listed.symmetric_difference(published))
        wrong = [] if extra else self.wrong_counts(index, counts)
        for label, found in [
            ("索引里没有", missing),
            ("内容不同", stale),
            ("文章已经不在", extra),
            ("计数不对", wrong),
            ("是否已发布记错了", misplaced),
        ]:
            if found:
                more = "…" if len(found) > SHOWN else ""
                self.stderr.write(f"{label} {len(found)} 个：{'、'.join(map(str, found[:SHOWN]))}{more}")
        total = index.counts([(TITLE_WORD, ""), (BODY_WORD, "")])
        self.stdout.write(f"文章 {articles_seen} 篇，索引 {total.get((TITLE_WORD, ''), 0)} 个标题")
        if missing or stale or extra or wrong or misplaced:
            self.stderr.write("索引与文章不一致，请运行 rebuild_index。")
            sys.exit(1)
        self.stdout.write("索引与文章一致。")
        if settings.EMBEDDING_MODEL:
            without = articles_seen - Vector.of(search_engine().embedder.name).count()
            self.stdout.write(f"没有向量的 {without} 篇" + ("，请运行 embed_questions。" if without else "。"))

    def wrong_counts(self, index: Index, counts: Counter[Term]) -> list[str]:
        terms, wrong = list(counts), []
        for start in range(0, len(terms), BATCH):
            part = terms[start : start + BATCH]
            stored = index.counts(part)
            wrong += [term[1] or "（总数）" for term in part if stored.get(term) != counts[term]]
        if not wrong and index.number_of_terms() != len(counts):
            wrong.append("多余的词")
        return wrong
