import os
import time
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import Error, connection

from articles.importing import outages
from articles.importing.catalogue import Catalogue
from articles.importing.changes import CHANGED, NEW, SAME
from articles.importing.errors import BadFile
from articles.importing.files import import_file
from articles.importing.records import Ignored
from articles.management.progress import Progress
from articles.models import Article
from articles.text.names import clean_line


class Command(BaseCommand):
    help = (
        "导入问题：网页文本、JSON Lines 或 CSV。再次导入同一个文件什么也不改；有错的文件一点也不导入，其余的照常。"
        "一个文件是一个事务：导入大文件时，编辑保存（在 SQLite 上还有点赞）要等它结束，几十万行请分成几个文件。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="文件")
        parser.add_argument("--dry-run", action="store_true", help="只说会做什么，不写入")
        parser.add_argument(
            "--status",
            choices=[Article.Status.PUBLISHED.value, Article.Status.DRAFT.value],
            default=Article.Status.PUBLISHED.value,
            help="新建问题的状态：published 已发布（默认），draft 草稿；已有的问题状态不变",
        )

    def handle(self, *args: Any, paths: list[str], dry_run: bool, status: str, **options: Any) -> None:
        started = time.monotonic()
        self.progress = Progress(self.stderr, sum(map(size_of, paths)))
        self.ignored = Ignored()
        catalogue = Catalogue()
        total, failed = Counter(), 0
        try:
            for path in paths:
                counts = self.import_one(path, catalogue=catalogue, dry_run=dry_run, status=status)
                failed += counts is None
                total.update(counts or {})
        except KeyboardInterrupt:
            self.progress.clear()
            self.stderr.write("已中断：导入完的文件都在，没有导入完的一点也没有写入；再运行一次即可继续。")
            raise SystemExit(130) from None
        self.say_total(total, failed, len(paths), dry_run, time.monotonic() - started)
        if failed:
            raise SystemExit(1)

    def import_one(self, path: str, **how: Any) -> Counter[str] | None:
        """Import one file, say what became of it, and return the counts; None when it failed."""
        shown = clean_line(os.fsencode(path).decode(errors="replace"))
        try:
            outcome = import_file(path, ignored=self.ignored, advance=self.progress.advance, **how)
        except BadFile as error:
            self.progress.clear()
            self.stderr.write(f"{shown}:{error.line}: {error.sentence}")
        except Error as error:
            self.progress.clear()
            self.stderr.write(f"{shown}: {outages.sentence(error)}")
            connection.close_if_unusable_or_obsolete()
        else:
            self.progress.clear()
            notes = "".join(f"（{note}）" for note in outcome.notes)
            self.stdout.write(f"{shown}：{'计划：' if how['dry_run'] else ''}{in_words(outcome.counts)}{notes}")
            return outcome.counts

    def say_total(self, total: Counter[str], failed: int, files: int, dry_run: bool, seconds: float) -> None:
        if ignored := str(self.ignored):
            self.stdout.write(f"忽略的字段：{ignored}")
        plan = "计划：" if dry_run else ""
        self.stdout.write(f"合计 {files} 个文件：{plan}{in_words(total)}，失败 {failed} 个文件，用时 {seconds:.1f} 秒")


def in_words(counts: Counter[str]) -> str:
    return f"新建 {counts[NEW]}，更新 {counts[CHANGED]}，不变 {counts[SAME]}"


def size_of(path: str) -> int:
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):
        return 0
