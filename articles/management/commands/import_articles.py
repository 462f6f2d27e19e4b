import os
import time
from collections import Counter
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, connection

from articles.exporting.wrong_rows import given_back
from articles.importing import outages
from articles.importing.catalogue import Catalogue
from articles.importing.changes import CHANGED, NEW, SAME
from articles.importing.errors import BadFile
from articles.importing.files import Outcome, import_file
from articles.importing.records import Ignored
from articles.management.collector import collecting_rarely
from articles.management.progress import Progress
from articles.models import Article, AuditEntry
from articles.text.names import clean_line
from articles.workflow import audit


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

        parser.add_argument(
            "--skip-wrong",
            action="store_true",
            help="表格和 JSON Lines 里有错的行不导入，其余的照常导入；不写的话，有一行错，整个文件都不导入",
        )
        parser.add_argument(
            "--wrong-rows",
            metavar="新文件",
            help="和 --skip-wrong 一起用，一次一个文件：把有错的行写进这个新文件，写明错在哪里，改好可以再导入",
        )

    @collecting_rarely()
    def handle(
        self,
        *args: Any,
        paths: list[str],
        dry_run: bool,
        status: str,
        skip_wrong: bool,
        wrong_rows: str | None,
        **options: Any,
    ) -> None:
        if wrong_rows and (not skip_wrong or len(paths) > 1):
            raise CommandError("--wrong-rows 要和 --skip-wrong 一起用，并且一次只导入一个文件。")
        started = time.monotonic()
        self.skip_wrong, self.wrong_rows = skip_wrong, wrong_rows
        self.progress = Progress(self.stderr, sum(map(size_of, paths)))
        self.ignored = Ignored()
        catalogue = Catalogue()
        self.total, self.done, self.entry = Counter(), 0, None
        try:
            for path in paths:
                counts = self.import_one(path, catalogue=catalogue, dry_run=dry_run, status=status)
                self.done += counts is not None
                self.total.update(counts or {})
        except KeyboardInterrupt:
            self.progress.clear()
            self.stderr.write("已中断：导入完的文件都在，没有导入完的一点也没有写入；再运行一次即可继续。")
            raise SystemExit(130) from None
        failed = len(paths) - self.done
        self.say_total(failed, len(paths), dry_run, time.monotonic() - started)
        if failed:
            raise SystemExit(1)

    def import_one(self, path: str, **how: Any) -> Counter[str] | None:
        """Import one file, say what became of it, and return the counts; None when it failed."""
        shown = clean_line(os.fsencode(path).decode(errors="replace"))
        try:
            outcome = import_file(
                path,
                ignored=self.ignored,
                advance=self.progress.advance,
                skip_wrong=self.skip_wrong,
                give_back=partial(self.give_back, path) if self.wrong_rows else None,
                tell=self.tell,
                **how,
            )
        except BadFile as error:
            self.progress.clear()
            self.stderr.write(f"{shown}:{error.line}: {error.sentence}")
        except Error as error:
            self.progress.clear()
            self.stderr.write(f"{shown}: {outages.sentence(error)}")
            connection.close_if_unusable_or_obsolete()
        except OSError as error:  # of the file for the wrong rows
            self.progress.clear()
            self.stderr.write(f"{self.wrong_rows}: {reason(error)}，所以什么也没有导入。")
        else:
            self.progress.clear()
            for error in outcome.wrong:
                self.stderr.write(f"{shown}:{error.line}: 没有导入：{error.sentence}")
            notes = "".join(f"（{note}）" for note in outcome.notes)
            self.stdout.write(
                f"{shown}：{'计划：' if how['dry_run'] else ''}{in_words(outcome.counts)}{left_out(outcome)}{notes}"
            )
            return outcome.counts

    def give_back(self, path: str, problems: dict[int, str]) -> None:
        """Write the wrong rows of a file into a new one. Raises OSError."""
        with open(path, "rb") as file, open(self.wrong_rows, "xb") as mended:
            mended.writelines(given_back(path, file, problems).pieces)

    def tell(self, counts: Counter[str]) -> None:
        """Tell the audit log of one more file, in its transaction: one entry a run, which grows file by file."""
        said = f"导入 {self.done + 1} 个文件：{in_words(self.total + counts)}"
        if not AuditEntry.objects.filter(pk=self.entry).update(what=said):
            self.entry = audit.record(audit.Kind.IMPORT, said).pk

    def say_total(self, failed: int, files: int, dry_run: bool, seconds: float) -> None:
        if ignored := str(self.ignored):
            self.stdout.write(f"忽略的字段：{ignored}")
        plan = "计划：" if dry_run else ""
        self.stdout.write(
            f"合计 {files} 个文件：{plan}{in_words(self.total)}，失败 {failed} 个文件，用时 {seconds:.1f} 秒"
        )


def in_words(counts: Counter[str]) -> str:
    return f"新建 {counts[NEW]}，更新 {counts[CHANGED]}，不变 {counts[SAME]}"


def left_out(outcome: Outcome) -> str:
    return f"，有错没有导入 {len(outcome.wrong)} 行" if outcome.wrong else ""


def reason(error: OSError) -> str:
    return "这个文件已经有了" if isinstance(error, FileExistsError) else f"写不了这个文件（{error.strerror}）"


def size_of(path: str) -> int:
    try:
        return os.path.getsize(path)
    except (OSError, ValueError):
        return 0
