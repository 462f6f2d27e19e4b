from typing import Any

from django.contrib.sessions.models import Session
from django.core.management import BaseCommand
from django.utils import timezone

from articles.models import AuditEntry
from articles.models.audit_entry import DAYS


class Command(BaseCommand):
    help = f"删除超过 {DAYS} 天的审计日志和已经结束的登录。给定时任务每天运行；没有可删的，什么也不做。"

    def handle(self, *args: Any, **options: Any) -> None:
        entries = AuditEntry.objects.all().tidy()
        sessions = Session.objects.filter(expire_date__lte=timezone.now()).delete()[0]
        self.stdout.write(f"已删除超过 {DAYS} 天的审计日志 {entries} 条，已经结束的登录 {sessions} 个。")
