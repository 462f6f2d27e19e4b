from typing import Any

from django.contrib.auth.models import User
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser

from articles.workflow.audit import Kind, record
from articles.workflow.second_factors import reset
from healthqa.sessions import end_sessions


class Command(BaseCommand):
    help = "取消一个账号的两步验证（验证器应用、通行密钥和恢复码），并让它在所有设备上退出。先核实是本人。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"没有账号“{options['username']}”。")
        if not reset(user):
            raise CommandError(f"账号“{user}”没有开启两步验证。")
        end_sessions(user)
        record(Kind.FACTOR, f"取消了“{user}”的两步验证")
        self.stdout.write(f"已取消“{user}”的两步验证，并在所有设备上退出。下次登录只要密码，需要的会请本人重新开启。")
