"""What the database says when it fails, as a sentence for the operator."""

from django.db import Error, IntegrityError, InterfaceError, OperationalError

from .errors import shorten

SIGNS = {
    ("disk is full", "no space left", "disk i/o error"): "磁盘满了或出了故障，请清理磁盘后再导入。",
    ("locked", "lock timeout", "statement timeout", "deadlock"): "数据库正被别的程序占用，请稍后再导入。",
    ("readonly", "read-only", "permission denied"): "数据库不可写，请检查文件和账号的权限。",
    ("no such table", "no such column", "does not exist"): "数据库还没有准备好，请先运行 manage.py migrate。",
}


def sentence(error: Error) -> str:
    """Return what a django.db.Error means for an import."""
    text = str(error).lower()
    for signs, meaning in SIGNS.items():
        if any(sign in text for sign in signs):
            return meaning
    if isinstance(error, IntegrityError):
        return "导入时别人改动了同样的内容，请再导入一次。"
    if isinstance(error, OperationalError | InterfaceError):
        return f"连不上数据库，或者连接断了：{shorten(error, 120)}"
    return f"数据库报错，没有导入：{shorten(error, 120)}"
