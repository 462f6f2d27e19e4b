import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from articles.engine.seam import search_engine
from articles.management.progress import Progress
from articles.models import Article, Vector
from articles.models.turns import turn

BATCH = 32  # questions of a transaction; others who write wait for its end


class Command(BaseCommand):
    help = (
        "给还没有向量、或标题改过的问题算向量，供按意思搜索用（需要 EMBEDDING_MODEL）。"
        "编辑保存时已经算好；大批导入、第一次打开、换模型以后运行。中断以后再运行一次会接着做。"
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDING_MODEL:
            raise CommandError("没有设置 EMBEDDING_MODEL，按意思搜索没有打开。")
        engine, started, done, seen, after = search_engine(), time.monotonic(), 0, 0, 0
        progress = Progress(self.stderr, Article.objects.count())
        try:
            while articles := list(Article.objects.filter(pk__gt=after).order_by("pk").only("title")[:BATCH]):
                if vectors := engine.embedded(articles):  # before others have to wait
                    with turn():
                        done += engine.store(vectors)
                seen, after = seen + len(articles), articles[-1].pk
                progress.advance(len(articles))
        except KeyboardInterrupt:
            progress.clear()
            self.stderr.write(f"已中断：看过 {seen} 个问题，算好 {done} 个。算好的都保留着，再运行一次会接着做。")
            sys.exit(130)
        progress.clear()
        gone = Vector.objects.exclude(model=engine.embedder.name).delete()[0]
        former = f"，删除别的模型的 {gone} 个" if gone else ""
        self.stdout.write(f"看过 {seen} 个问题，算好 {done} 个{former}，用时 {time.monotonic() - started:.1f} 秒")
