import html
import re
from datetime import UTC, datetime

import pytest

from articles.models import Article, RelatedItem
from articles.tests.factories import make_article
from articles.tests.imports import SEED_PAGE, imported, page, page_file

pytestmark = pytest.mark.django_db


def listed(article):
    """The titles of an article's related items with their positions, in order."""
    return [(item.position, item.related.title) for item in article.related_items.all()]


def paragraphs_of(article):
    return [html.unescape(text) for text in re.findall(r"<p>(.*?)</p>", article.body)]


@pytest.fixture
def seed():
    imported(SEED_PAGE)
    return Article.objects.get(title="面部肌肉痉挛怎么办?")


def test_the_seed_page_is_imported_whole(seed):
    assert seed.doctor.name == "李顺兰"
    assert seed.published_at == datetime(2025, 6, 24, 15, 5, 25, tzinfo=UTC)
    assert (seed.imported_likes, seed.like_count, seed.is_excerpt, seed.status) == (1, 1, False, "published")
    assert re.fullmatch(r"page:2025-06-24:[0-9a-f]{24}:[0-9a-f]{12}", seed.source)
    assert [position for position, _ in listed(seed)] == list(range(1, 11))
    assert listed(seed)[0] == (1, "中医眼睑痉挛怎么治疗?")
    assert listed(seed)[-1] == (10, "眼睛肌肉痉挛怎么办?")
    assert not RelatedItem.objects.filter(is_excluded=True).exists()


def test_what_the_seed_page_lists_becomes_excerpts_of_that_day(seed):
    excerpts = Article.objects.exclude(pk=seed.pk)
    assert excerpts.count() == 10
    for article in excerpts:
        assert (article.is_excerpt, article.doctor, article.imported_likes) == (True, None, 0)
        assert article.published_at == datetime(2025, 6, 23, 16, tzinfo=UTC)
        assert re.fullmatch(r"page:2025-06-24:[0-9a-f]{24}", article.source)


def test_not_one_character_of_the_seed_page_is_lost_or_changed(seed):
    lines = [line.strip() for line in SEED_PAGE.read_text(encoding="utf-8").splitlines()]
    texts = {seed.title: "".join(line for line in lines[4 : lines.index("点赞")])}
    rest = [line for line in lines[lines.index("相关资源") + 1 : lines.index("返回")] if line]
    for heading, excerpt in zip(rest[::2], rest[1::2], strict=True):
        texts[heading.removesuffix(" 2025-06-24")] = excerpt
    assert len(texts) == 11
    for title, text in texts.items():
        assert "".join(paragraphs_of(Article.objects.get(title=title))) == text


def test_the_answer_of_the_seed_page_is_laid_out_by_its_numbering(seed):
    assert [text[:2] for text in paragraphs_of(seed)] == ["药物", "一、", "二、", "三、"]
    numbered = Article.objects.get(title="婴儿肠痉挛最快缓解方法?")
    assert [text[:2] for text in paragraphs_of(numbered)] == ["婴儿", "1.", "2、", "3、"]


def test_a_page_completes_the_excerpt_that_another_page_listed(tmp_path):
    imported(
        page_file(tmp_path / "1.txt", items=[("咳嗽怎么办?", "2025-06-20", "先多喝"), ("乏力?", "2025-06-19", "甲")])
    )
    excerpt = Article.objects.get(title="咳嗽怎么办?")
    whole = page_file(tmp_path / "2.txt", title="咳嗽怎么办？", byline="王医生 2025-06-20 08:30 7", answer="先多喝水。")
    assert "新建 0，更新 1，不变 0" in imported(whole)
    article = Article.objects.get(pk=excerpt.pk)
    assert (article.is_excerpt, article.body, article.doctor.name) == (False, "<p>先多喝水。</p>", "王医生")
    assert (article.title, article.imported_likes, article.like_count) == ("咳嗽怎么办？", 7, 7)
    assert article.published_at == datetime(2025, 6, 20, 0, 30, tzinfo=UTC)
    assert article.source.startswith(f"{excerpt.source}:")
    assert listed(Article.objects.get(title="感冒怎么办？"))[0] == (1, "咳嗽怎么办？")
    assert "不变 1" in imported(whole)


def test_a_page_that_is_there_is_linked_and_not_overwritten(tmp_path):
    imported(page_file(tmp_path / "1.txt", title="咳嗽怎么办？", byline="王医生 2025-06-20 08:30:00 7"))
    whole = Article.objects.get()
    out = imported(page_file(tmp_path / "2.txt", items=[("咳嗽怎么办?", "2025-06-20", "先多喝")]))
    assert "新建 1，更新 0，不变 1" in out
    assert Article.objects.get(related_items__position=1).related_items.get().related == whole
    assert Article.objects.get(pk=whole.pk).body == whole.body


def test_pages_in_any_order_end_in_the_same_state(tmp_path):
    first = page_file(tmp_path / "1.txt", items=[("咳嗽怎么办？", "2025-06-20", "先"), ("乏力？", "2025-06-19", "甲")])
    second = page_file(
        tmp_path / "2.txt",
        title="咳嗽怎么办？",
        byline="王医生 2025-06-20 08:30:00 7",
        items=[("感冒怎么办？", "2025-06-24", "多")],
    )

    def state():
        relations = [
            (item.article.title, *listed(item.article)) for item in RelatedItem.objects.order_by("article__title")
        ]
        return relations, sorted(Article.objects.values_list("title", "body", "is_excerpt", "source", "like_count"))

    imported(first, second)
    forward = state()
    Article.objects.all().delete()
    imported(second, first)
    assert state() == forward
    assert "新建 0，更新 0，不变 5" in imported(first, second)


def test_an_excerpt_that_an_editor_completed_is_left_alone(tmp_path):
    imported(page_file(tmp_path / "1.txt", items=[("咳嗽怎么办？", "2025-06-20", "先")]))
    article = Article.objects.get(title="咳嗽怎么办？")
    article.body, article.is_excerpt = "<p>编辑写的。</p>", False
    article.save()
    imported(page_file(tmp_path / "1.txt", items=[("咳嗽怎么办？", "2025-06-20", "先多喝水")]))
    article.refresh_from_db()
    assert article.body == "<p>编辑写的。</p>"


def test_a_changed_list_moves_what_it_has_and_keeps_what_editors_said(tmp_path):
    items = [(title, "2025-06-20", "摘要") for title in ("甲？", "乙？", "丙？", "丁？")]
    path = page_file(tmp_path / "1.txt", items=items)
    imported(path)
    article = Article.objects.get(title="感冒怎么办？")
    RelatedItem.objects.filter(related__title__in=["乙？", "丁？"]).update(is_excluded=True)
    pinned = RelatedItem.objects.create(article=article, related=make_article(title="置顶？"), position=0)
    imported(page_file(path, items=[items[2], items[1], ("戊？", "2025-06-20", "摘要")]))
    excluded = article.related_items.filter(is_excluded=True)
    assert sorted((item.position, item.related.title) for item in excluded) == [(2, "乙？"), (4, "丁？")]
    kept = article.related_items.filter(is_excluded=False)
    assert [(item.position, item.related.title) for item in kept] == [(0, "置顶？"), (1, "丙？"), (3, "戊？")]
    assert RelatedItem.objects.filter(pk=pinned.pk).exists()


def test_a_page_that_lists_itself_is_not_related_to_itself(tmp_path):
    items = [("感冒怎么办?", "2025-06-24", "多喝"), ("咳嗽？", "2025-06-20", "先")]
    assert "（“相关资源”里有这一页自己，已略过）" in imported(page_file(tmp_path / "1.txt", items=items))
    assert listed(Article.objects.get(title="感冒怎么办？")) == [(1, "咳嗽？")]


def test_a_page_without_its_end_is_imported_with_a_remark(tmp_path):
    assert "（没有“返回”一行，文件可能不完整）" in imported(page_file(tmp_path / "1.txt", end=""))


def test_a_page_may_come_from_windows_and_have_no_related_items(tmp_path):
    path = tmp_path / "1.txt"
    text = page(answer="第一段。\r\n\r\n\u3000\u3000第二段 A < B &amp; C。").replace("相关资源\n", "")
    path.write_bytes("\ufeff".encode() + text.replace("\r", "").replace("\n", "\r\n").encode())
    imported(path)
    article = Article.objects.get()
    assert paragraphs_of(article) == ["第一段。", "第二段 A < B &amp; C。"]
    assert "A &lt; B &amp;amp; C" in article.body
