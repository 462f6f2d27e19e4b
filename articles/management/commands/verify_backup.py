import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.utils import timezone

from articles.backup import databases, folder
from articles.backup.facts import differences, facts, images_in
from articles.images.files import place_of
from articles.text.image_names import files_of

from .backup import fingerprint, told

HOURS = 26  # a backup a day, and what a machine may be late


class Command(BaseCommand):
    help = (
        "检查最新的备份能不能恢复：恢复到一个临时的数据库，核对每张表的行数、赞数和搜索索引，再核对图片，然后删掉临时的数据库。"
        "有问题或备份太旧时退出码不是 0。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=int, default=HOURS, help=f"备份不能比这更旧，默认 {HOURS} 小时")

    def handle(self, *args: Any, hours: int, **options: Any) -> None:
        root, began = Path(settings.BACKUP_FOLDER), time.monotonic()
        with told(root), folder.alone(root):
            there = folder.backups(root)
            if not there:
                raise databases.Failed(f"{root} 里没有备份。先运行 manage.py backup。")
            newest = there[-1]
            said = self.problems(newest, root)
        if newest.age > hours * 3600:
            said.append(f"最新的备份是 {newest.age / 3600:.0f} 小时以前的，超过了 {hours} 小时")
        for sentence in said:
            self.stderr.write(sentence)
        made_at = timezone.localtime(newest.made_at)
        about = f"{newest.path.name}（{made_at:%Y-%m-%d %H:%M}，{newest.age / 60:.0f} 分钟前）"
        if said:
            raise CommandError(f"{about} 有 {len(said)} 处问题。")
        if newest.manifest["key"] != fingerprint(settings.SECRET_KEY):
            self.stdout.write("这份备份是用另一个密钥的网站做的：恢复后要用那个密钥，或者放进 SECRET_KEY_FALLBACKS。")
        self.stdout.write(f"{about} 可以恢复，检查用时 {time.monotonic() - began:.1f} 秒。")

    def problems(self, backup: folder.Backup, root: Path) -> list[str]:
        """Return what is wrong with a backup. Raises Failed where it does not even come back."""
        with tempfile.TemporaryDirectory(prefix=folder.NEW, dir=root) as scratch:
            file = backup.path / backup.manifest["database"]
            with databases.restored(file, Path(scratch)) as (connection, address):
                said = differences(backup.manifest["facts"], facts(connection))
                known = images_in(connection)
                connection.close()
                databases.check_index(address)
        return said + self.missing_images(backup, root, known)

    def missing_images(self, backup: folder.Backup, root: Path, known: list[str]) -> list[str]:
        """Return what is wrong with the images: those that the backup names, and those that the site had (`known`)."""
        images = backup.images()
        wrong = [file for name in known for file in files_of(name) if place_of(file) not in images]
        for name, size in images.items():
            path = root / folder.POOL / name
            if not path.exists() or path.stat().st_size != size:
                wrong.append(name)
        return [f"缺少或不完整的图片 {len(wrong)} 个：{'、'.join(wrong[:10])}"] if wrong else []
