import sys
from datetime import date
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article
from articles.text.addresses import absolute

LONGEST = 3_650


class Command(BaseCommand):
    help = "列出医学审核已经过期的问题，过期最久的在前；再列出医生审核以后又改过的。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--within", type=int, default=0, metavar="天数", help="也列出今后这些天内到期的")
        parser.add_argument("--check", action="store_true", help="列出了任何问题时，退出码为 1")

    def handle(self, *args: Any, **options: Any) -> None:
        days = options["within"]
        if not 0 <= days <= LONGEST:
            raise CommandError(f"--within 要在 0 和 {LONGEST} 之间。")
        overdue = self.list(Article.objects.review_overdue())
        soon = self.list(Article.objects.review_due_within(days)) if days else 0
        changed = self.list(Article.objects.past_review(), "审核后改过")
        found = f"审核过期 {overdue} 个" + (f"，{days} 天内到期 {soon} 个" if days else "")
        self.stdout.write(f"{found}，审核后改过 {changed} 个。")
        if options["check"] and overdue + soon + changed:
            sys.exit(1)

    def list(self, articles: QuerySet[Article], state: str = "") -> int:
        """Write a line for each question, with its `state`, else how many days are left; returns how many there are."""
        number, today = 0, timezone.localdate()
        for article in articles.select_related("reviewer").only("title", "review_due_on", "reviewer__name").iterator():
            said = state or left(article.review_due_on, today)
            who = f"，上次由{article.reviewer.name}审核" if article.reviewer else ""
            address = absolute(article.get_absolute_url())
            self.stdout.write(f"{article.review_due_on}  {said}  {article.title}{who}  {address}")
            number += 1
        return number


def left(due_on: date, today: date) -> str:
    days = (today - due_on).days
    return f"过期 {days} 天" if days > 0 else f"还有 {-days} 天" if days else "今天到期"
