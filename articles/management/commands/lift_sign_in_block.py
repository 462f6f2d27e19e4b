from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from articles.models import SignInTrial
from articles.workflow.audit import Kind, record


class Command(BaseCommand):
    help = "解除“试的次数太多”：一个账号的，或者全部账号和全部地址的。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="", metavar="用户名")
        parser.add_argument("--all", action="store_true", help="全部账号和全部地址")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"].lower()
        if bool(name) == options["all"]:
            raise CommandError("请写一个用户名，或者写 --all。")
        lifted = SignInTrial.lift(name)
        record(Kind.ACCOUNT, f"解除了{'全部账号和地址' if options['all'] else f'“{name}”'}的登录限制")
        whose = "全部账号和地址" if options["all"] else "这个账号"
        self.stdout.write(f"已解除{whose}的限制。" if lifted else f"{whose}没有限制。")
