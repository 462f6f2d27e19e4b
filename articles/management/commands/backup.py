import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.db import Error
from django.utils import timezone
from django.utils.crypto import salted_hmac

from articles.backup import databases, folder
from articles.importing import outages
from healthqa.releases import release

KEY = "secret-key"


class Command(BaseCommand):
    help = (
        "备份整个网站：数据库此刻的样子、图片，和一份说明（行数、赞数、时间、版本）。网站照常运行，编辑和读者都不用等。"
        "没有做完的备份不会留下；只有本机的这个账号能读。密钥不在里面，除非加 --with-key。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--with-key", action="store_true", help="把密钥也放进去：谁拿到备份，谁就能伪造登录")

    def handle(self, *args: Any, with_key: bool, **options: Any) -> None:
        root, began = Path(settings.BACKUP_FOLDER), time.monotonic()
        with told(root), folder.alone(root):
            manifest = self.make(root, with_key)
            dropped = folder.drop_old(root, settings.BACKUPS_KEPT)
        rows, images = sum(manifest["facts"]["rows"].values()), manifest["images"]
        self.stdout.write(
            f"备份完成：{manifest['name']}，{rows} 行，赞 {manifest['facts']['totals']['like_count']}，"
            f"图片 {images['files']} 个，数据库 {manifest['bytes'] / 1e6:.1f} MB，"
            f"用时 {time.monotonic() - began:.1f} 秒；清理旧备份 {dropped} 份。"
        )
        if not with_key:
            self.stdout.write("密钥（SECRET_KEY 或 var/secret-key）不在备份里，请另外保存一份。")

    def make(self, root: Path, with_key: bool) -> dict[str, Any]:
        """Make one backup in `root`; returns its manifest."""
        made_at = timezone.now()
        with folder.new(root, made_at) as new:
            name, found = databases.copy(new)
            (new / name).chmod(0o600)
            images = folder.pool_images(Path(settings.MEDIA_ROOT), root)
            self.write(new / folder.IMAGES, "".join(f"{name} {size}\n" for name, size in images.items()))
            if with_key:
                self.write(new / KEY, settings.SECRET_KEY)
            manifest = {
                "name": f"{folder.PREFIX}{made_at.strftime(folder.STAMP)}",
                "made_at": made_at.isoformat(),
                "release": release(),
                "database": name,
                "bytes": (new / name).stat().st_size,
                "facts": found,
                "images": {"files": len(images), "bytes": sum(images.values())},
                "key": fingerprint(settings.SECRET_KEY),
            }
            self.write(new / folder.MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
        return manifest

    def write(self, path: Path, text: str) -> None:
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")


@contextmanager
def told(root: Path) -> Iterator[None]:
    """Say in a sentence what goes wrong with the backups in `root`. Raises CommandError."""
    try:
        yield
    except databases.Failed as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(databases.meaning(f"{error.strerror}：{error.filename or root}")) from None
    except Error as error:
        raise CommandError(outages.sentence(error)) from None


def fingerprint(key: str) -> str:
    """Return by what a key is known again; it tells nothing of the key."""
    return salted_hmac("articles.backup", "key", key, algorithm="sha256").hexdigest()[:16]
