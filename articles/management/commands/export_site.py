import os
import tempfile
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from articles.archive import writer
from articles.importing import outages
from articles.management.progress import Progress
from articles.workflow import audit


class Command(BaseCommand):
    help = (
        "把网站的内容导出为一个 JSON Lines 文件：医生、标签、别名、图片的登记、问题和赞数、相关问题、更正、版本、单页。"
        "内容相同，文件就一个字节也不差。账号、谁点了赞和图片文件不在里面；网站照常运行。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="文件", help="已经有的文件会被替换")

    def handle(self, *args: Any, path: str, **options: Any) -> None:
        try:
            count = self.write_file(path)
        except OSError as error:
            raise CommandError(f"{path}：写不了这个文件：{error.strerror}。") from None
        except Error as error:
            raise CommandError(outages.sentence(error)) from None
        audit.record(audit.Kind.EXPORT, f"导出整站：{count} 行")
        self.stdout.write(f"导出 {count} 行。图片文件请另外复制（MEDIA_ROOT）。")

    def write_file(self, path: str) -> int:
        """Write beside the file and put it in its place when it is whole; only the owner may read it."""
        handle, name = tempfile.mkstemp(dir=os.path.dirname(os.path.abspath(path)), prefix=".export-")
        try:
            with os.fdopen(handle, "wb") as file:
                count = self.write(file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        return count

    def write(self, file: IO[bytes]) -> int:
        progress, count = Progress(self.stderr, writer.row_count()), -2  # the first and the last line are no rows
        for line in writer.lines():
            file.write(line)
            count += 1
            progress.advance(1)
        progress.clear()
        return count
