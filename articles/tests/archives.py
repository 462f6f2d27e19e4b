"""Archives of a site for tests: a row of every kind, written, changed and read again."""

import hashlib
import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.archive.kinds import KINDS
from articles.models import (
    Article,
    Correction,
    Doctor,
    ErasedImage,
    Image,
    ImageUse,
    Like,
    Page,
    PatientWord,
    RelatedItem,
    Revision,
    Tag,
    TagAlias,
    TaggedArticle,
)
from articles.models.doctor_merging import merge_doctors
from articles.models.merging import merge_tags
from articles.tests.factories import make_article, make_doctor, make_tag


def export(path):
    call_command("export_site", str(path), stdout=io.StringIO(), stderr=io.StringIO())
    return path.read_bytes()


def load(path):
    out = io.StringIO()
    call_command("import_site", str(path), stdout=out, stderr=io.StringIO())
    return out.getvalue()


OWN = (ErasedImage, ImageUse, Correction, RelatedItem, TaggedArticle, Like, Article, Page, Image, TagAlias, Tag, Doctor)


def empty():
    for model in (*OWN, User):
        model.objects.all().delete()


def fill_with_few_words():
    """As fill(), without the thousands of patients' words that come with the product, but one that was removed."""
    PatientWord.objects.exclude(word="羊癫疯").delete()
    return fill()


def fill():
    """A row of every kind, with values that are easily lost."""
    editor = User.objects.create_user("lihong", password="long-enough-1", last_name="李", is_staff=True)
    doctor = make_doctor(name="张文静", hospital="市一院", biography="一。\n\n二。\u2028三")
    department = make_tag("神经内科", kind="department")
    tag = make_tag("头痛", kind="symptom", introduction="痛。")
    TagAlias.objects.create(tag=tag, name="头疼")
    merge_tags([make_tag("头痛得厉害")], tag, editor)
    merge_doctors([make_doctor(name="张文婧")], doctor, editor)
    image = Image.objects.create(name=f"{'a' * 32}-10x20", alt="一张图", size=10, uploaded_by=editor)
    ErasedImage.objects.create(name=f"{'b' * 32}-10x20", reason="侵权。", by=editor)
    first = make_article(
        title="“头痛”\u3000怎么办？😀",
        doctor=doctor,
        reviewer=doctor,
        reviewed_on=date(2025, 1, 31),
        review_due_on=date(2027, 1, 31),
        published_at=datetime(2025, 6, 24, 15, 5, 25, 123456, tzinfo=UTC),
        revised_at=datetime(2025, 7, 1, tzinfo=UTC),
        imported_likes=7,
        source="a:1",
        source_digest="x" * 64,
        body=f'<p>一\r\n二 &amp; 三</p><p><img src="{image.address}" alt="图"></p>',
        tags=[tag, department],
    )
    second = make_article(status="draft", published_at=None, title="草稿", body="")
    make_article(status="withdrawn", withdrawn_reason="有误")
    make_article(published_at=timezone.now() + timedelta(days=3), is_excerpt=True, body="<p>先，</p>")
    Article.objects.filter(pk=second.pk).delete()  # a number that stays free
    for number in range(3):
        first.like(f"{number}" * 32)
    RelatedItem.objects.create(article=first, related=Article.objects.latest("pk"), position=2, is_excluded=True)
    Correction.objects.create(article=first, text="剂量写错了。", by=editor, corrected_on=date(2025, 7, 1))
    content = {"title": "头痛怎么办？", "body": "<p>新的。</p>", "tags": ["头痛"], "related": [[first.pk, 1, False]]}
    Revision.objects.create(
        article=first, number=1, step="submit", state="review", by=editor, addressee=editor, content=content
    )
    Page.objects.create(slug="help", title="帮助", body="<p>写信。</p>", position=3)
    PatientWord.objects.create(word="火星热", term="痛风", reason="本地说法")
    PatientWord.objects.filter(word="羊癫疯").remove()
    Article.objects.filter(pk=first.pk).update(
        helped_count=5,
        unhelped_count=2,
        created_at=datetime(2020, 1, 1, tzinfo=UTC),
        updated_at=datetime(2021, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    )
    return first


def signed(*rows):
    """Return an archive of these rows, with a checksum that fits."""
    said = [{"format": "healthqa-site", "version": 1}, *rows]
    body = b"".join(json.dumps(row).encode() + b"\n" for row in said)
    return body + json.dumps({"row": "end", "rows": len(rows), "sha256": hashlib.sha256(body).hexdigest()}).encode()


def refused(path):
    before = [kind.model._base_manager.count() for kind in KINDS] + [User.objects.count()]
    with pytest.raises(CommandError) as error:
        load(path)
    assert [kind.model._base_manager.count() for kind in KINDS] + [User.objects.count()] == before
    return str(error.value)
