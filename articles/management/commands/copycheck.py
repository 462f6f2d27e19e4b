import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management import BaseCommand
from django.core.management.base import CommandParser

from articles.management.progress import Progress
from articles.models import Article
from articles.text.addresses import absolute
from articles.text.copyedit import RULES
from articles.text.copyedit.registry import Finding
from articles.workflow import proofs

BATCH = 200  # articles of a transaction
LISTED = 20


class Command(BaseCommand):
    help = (
        "用文字检查的规则检查全站的问题，按规则汇总；结果存下来，后台的问题列表可以按规则筛选。"
        "网站照常运行，可以随时中断，查过的结果都保留。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        names = "、".join(f"{rule.name} {rule.label}" for rule in RULES.values())
        parser.add_argument(
            "--rule",
            action="append",
            choices=list(RULES),
            metavar="规则",
            help=f"只用这条规则，并列出前 {LISTED} 个问题；可以写多次。规则有：{names}",
        )
        parser.add_argument("--check", action="store_true", help="查到任何问题时，退出码为 1")

    def handle(self, *args: Any, **options: Any) -> None:
        rules = list(dict.fromkeys(options["rule"] or RULES))
        articles, places, listed = Counter(), Counter(), []
        started, progress, done = time.monotonic(), Progress(self.stderr, Article.objects.count()), 0
        try:
            for found in self.batches(rules):
                for article, findings in found.items():
                    articles.update(finding.rule.name for finding in findings)
                    places.update({finding.rule.name: len(finding.places) for finding in findings})
                    if options["rule"] and findings and len(listed) < LISTED:
                        listed.append(line_of(article, findings))
                done += len(found)
                progress.advance(len(found))
        except KeyboardInterrupt:
            progress.clear()
            self.stderr.write(f"已中断。查过 {done} 个问题，结果已经存下；再运行一次从头查。")
            sys.exit(130)
        progress.clear()
        for line in listed:
            self.stdout.write(line)
        for name in rules:
            rule = RULES[name]
            self.stdout.write(f"{articles[name]:7} 个问题  {places[name]:7} 处  {rule.label}（{name}）")
        self.stdout.write(f"查了 {done} 个问题，用时 {time.monotonic() - started:.1f} 秒。")
        if options["check"] and articles:
            sys.exit(1)

    def batches(self, rules: list[str]) -> Iterator[dict[Article, list[Finding]]]:
        """Check all articles and yield {article: Findings} of each batch, once it is stored."""
        last, twice = 0, proofs.keys_said_twice() if "twin-title" in rules else None
        rows = Article.objects.order_by("pk").only("updated_at", *proofs.FIELDS)
        while articles := list(rows.filter(pk__gt=last)[:BATCH]):
            yield proofs.store(articles, rules, twice)
            last = articles[-1].pk


def line_of(article: Article, findings: Iterable[Finding]) -> str:
    labels = "、".join(f"{finding.rule.label} {len(finding.places)} 处" for finding in findings)
    return f"{article.title}  {labels}  {absolute(f'/admin/articles/article/{article.pk}/change/')}"
