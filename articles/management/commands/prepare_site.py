import json
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, call_command
from django.db import connection, transaction

from articles.models import Article, Correction, Doctor, FirstPassword, Page, RelatedItem, Tag
from articles.models.tag_lookup import get_tags
from articles.text.addresses import absolute
from healthqa.alone import WAITS, alone

FIXTURES = settings.BASE_DIR / "fixtures"
OWNER = "admin"


class Command(BaseCommand):
    help = "第一次启动：空数据库装入演示内容；没有任何后台账号时建一个，密码只显示这一次。"

    def execute(self, *args: Any, **options: Any) -> Any:
        """Do all of it alone, Django's checks too: they ask the database."""
        with alone(connection, lambda: self.stderr.write(WAITS)):
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        if not any(model.objects.exists() for model in (Article, Doctor, Page, Tag)):
            self.load_demo()
        if not get_user_model().objects.filter(is_staff=True).exists():
            self.create_owner()
        self.stdout.write(f"网站：{absolute('/')}    后台：{absolute('/admin/')}")

    @transaction.atomic  # half of the demo would be content that no later start completes
    def load_demo(self) -> None:
        call_command("loaddata", *(FIXTURES / f"{name}.json" for name in ("doctors", "tags", "pages")), verbosity=0)
        for row in (*Doctor.objects.all(), *Tag.objects.all()):
            row.save(update_fields=["filed"])  # loaddata stores rows as they stand in the file, without their letters
        call_command("import_articles", FIXTURES / "scraped-page.txt", FIXTURES / "questions.jsonl")
        names = json.loads((FIXTURES / "scraped-page-tags.json").read_text(encoding="utf-8"))
        for article in Article.objects.filter(title__in=names):
            article.tags.set(get_tags(names[article.title]))
        lines = json.loads((FIXTURES / "corrections.json").read_text(encoding="utf-8"))
        for article in Article.objects.filter(title__in=lines):
            for day, text in lines[article.title]:
                Correction.objects.create(article=article, corrected_on=day, text=text)
        # An editor's first work: of the list that came with the page, keep what is about the same illness.
        page = Article.objects.get(title="面部肌肉痉挛怎么办?")
        same = page.tags.filter(kind=Tag.Kind.DISEASE)
        RelatedItem.objects.filter(article=page).exclude(related__tagged_items__tag__in=same).delete()
        call_command("rebuild_index", "--related")
        self.stdout.write("已装入演示内容。医生与医院均为虚构。")

    def create_owner(self) -> None:
        password = secrets.token_urlsafe(12)
        owner = get_user_model()(username=OWNER, is_staff=True, is_superuser=True)
        FirstPassword.give(owner, password)
        self.stdout.write(f"后台账号：{OWNER}    一次性密码：{password}    （只显示这一次，第一次登录时要换掉）")
