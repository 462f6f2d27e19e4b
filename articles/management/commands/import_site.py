import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error, IntegrityError

from articles.archive import reader
from articles.importing import outages
from articles.importing.errors import BadFile
from articles.importing.lines import open_file
from articles.management.progress import Progress


class Command(BaseCommand):
    help = (
        "把 export_site 导出的文件导入一个空的网站（新数据库，只运行过 migrate）。"
        "先查文件是否完整，再在一个事务里写入：有一处不对，什么也不写。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="文件")

    def handle(self, *args: Any, path: str, **options: Any) -> None:
        progress = None
        try:
            with open_file(path) as file:
                progress = Progress(self.stderr, 2 * os.fstat(file.fileno()).st_size)  # it is read twice
                reader.check(file, progress.advance)
                file.seek(0)
                counts = reader.load(file, progress.advance)
        except BadFile as error:
            raise CommandError(f"{path}:{error.line}: {error.sentence}") from None
        except IntegrityError:
            raise CommandError(f"{path}: 有重复的编号或名称，或者所指的内容不在文件里，没有导入。") from None
        except Error as error:
            raise CommandError(f"{path}: {outages.sentence(error)}") from None
        finally:
            if progress:
                progress.clear()
        said = "，".join(f"{name} {count}" for name, count in counts.items())
        self.stdout.write(
            f"导入完成：{said or '没有内容'}。\n下一步：manage.py rebuild_index --related；图片文件请另外复制。"
        )
