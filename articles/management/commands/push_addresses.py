from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from articles.announcing import queue
from articles.announcing.services import switched_on
from articles.announcing.worker import push


class Command(BaseCommand):
    help = "把变动的地址推送给百度和 IndexNow；给定时任务用，几个同时运行也只有一个在推送。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="先把全部公开的地址排进队列，被拒收过的也重新推送")

    def handle(self, *args: Any, **options: Any) -> None:
        services = switched_on()
        if not services:
            queue.follow_settings([])
            self.stdout.write("推送没有打开：没有设置 BAIDU_PUSH_TOKEN 或 INDEXNOW_KEY。")
            return
        if options["all"]:
            queue.follow_settings(services)
            self.stdout.write(f"排队 {queue.let_all_wait(services)} 个地址。")
        lines = push()
        for line in lines or ["另一个进程正在推送。"]:
            self.stdout.write(line)
