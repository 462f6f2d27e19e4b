"""预览 shows the page that readers would get of what stands in the form, and writes nothing."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Tag
from articles.tests.editing import ARTICLES, change_address, make_staff, shown_form, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = pytest.mark.django_db
ADD = f"{ARTICLES}add/"


def preview(client, article, **changes):
    """Press 预览 in the form with changed values; return the answer, and what was written meanwhile."""
    form = change_address(article) if article else ADD
    values = shown_form(client.get(form)) | changes
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(f"{ARTICLES}{article.pk if article else 'add'}/preview/", values)
    written = [query["sql"] for query in captured if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    return answer, written


@pytest.mark.parametrize("is_new", [False, True])
def test_the_page_shows_what_stands_in_the_form_and_nothing_is_written(editor, is_new):
    make_tag("头痛", kind=Tag.Kind.DISEASE)
    article = None if is_new else make_article(title="原题？", body="<p>原文。</p>", like_count=3)
    other = make_article(title="偏头痛怎么办？", tags=["头痛"])
    before = Article.objects.order_by("pk").values().last(), Tag.objects.count()
    answer, written = preview(
        editor,
        article,
        title="新题？",
        body='<p>新文。<script>alert(1)</script><b onclick="x()">粗</b></p>',
        tags="头痛，没有过的标签",
        doctor=str(make_doctor(name="周明远").pk),
        short_answer="先休息。",
        urgency="now",
        when_to_see_a_doctor="三天不好。",
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ">新题？</h1>" in page.replace("<wbr>", "")
    assert "<p>新文。<strong>粗</strong></p>" in page
    assert "alert(1)" not in page
    assert "onclick" not in page
    for text in ("周明远", "没有过的标签", "先休息。", "立即就医", "三天不好。", other.title):
        assert text in page
    assert "还没有保存，读者现在看不到：标题、回答医生、一句话回答、正文、就医紧迫程度、何时就医、标签。" in page
    assert 'class="like"' not in page
    assert written == []
    assert (Article.objects.order_by("pk").values().last(), Tag.objects.count()) == before
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex">' in page


def test_it_is_the_page_that_readers_have_when_nothing_has_changed(editor, client):
    article = make_article(title="原题？", body="<p>原文。</p>", tags=["头痛"], doctor=make_doctor())
    article.correct("更正了剂量。")
    answer, _ = preview(editor, article)
    page = answer.content.decode()
    assert "和保存的一样" in page
    public = client.get(article.get_absolute_url()).content.decode()
    for part in ('<nav class="breadcrumb"', '<div class="answer"', '<section class="corrections"', "<aside"):
        shown, had = (text[text.index(part) :].partition("</")[0] for text in (page, public))
        assert shown == had
    answer, _ = preview(editor, article, correction="又更正了剂量。", is_revision="on")
    assert "又更正了剂量。" in answer.content.decode()


def test_what_cannot_be_shown_is_said_and_not_invented(editor):
    answer, written = preview(editor, make_article(), title="", body='<p>图</p><img src="/media/x.webp">', doctor="999")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "标题：" in page
    assert "回答医生：" in page
    assert "还做不成读者看到的页面" in page
    assert 'class="answer"' not in page
    assert written == []
    answer, _ = preview(editor, make_article(), title="\x00" * 9 + "甲" * 999, reviewed_on="x", published_at_0="x")
    assert "还做不成读者看到的页面" in answer.content.decode()


def test_what_speaks_against_saving_does_not_speak_against_looking(editor):
    article = make_article(title="原题？")
    values = {"title": "新题？", "_version": "2020-01-01T00:00:00+00:00/0", "is_revision": "on", "_step": "publish"}
    answer, _ = preview(editor, article, **values)
    assert ">新题？</h1>" in answer.content.decode().replace("<wbr>", "")
    Article.objects.filter(pk=article.pk).update(status=Article.Status.WITHDRAWN, withdrawn_reason="有误")
    answer, _ = preview(editor, article, title="改好的题？")
    assert ">改好的题？</h1>" in answer.content.decode().replace("<wbr>", "")


def test_only_who_may_change_the_question_gets_a_preview(client, editor, reviewer):
    article = make_article()
    address = f"{ARTICLES}{article.pk}/preview/"
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename="view_article"))
    assert sign_in(user).post(address, {"title": "新题？"}).status_code == 403
    assert reviewer.post(f"{ARTICLES}add/preview/", {"title": "新题？"}).status_code == 403
    assert client.post(address)["Location"].startswith("/admin/login/")
    assert [editor.post(f"{ARTICLES}{key}/preview/").status_code for key in ("999999", "x")] == [404, 404]


def test_an_address_that_was_kept_leads_to_the_form_and_says_why(editor):
    article = make_article()
    for form, address in ((change_address(article), f"{article.pk}/preview/"), (ADD, "add/preview/")):
        answer = editor.get(f"{ARTICLES}{address}", follow=True)
        assert answer.redirect_chain == [(form, 302)]
        assert "预览只能从表单里点" in answer.content.decode()


def test_the_key_enter_saves_and_does_not_preview(editor):
    page = editor.get(change_address(make_article())).content.decode()
    assert page.index('name="_step"') < page.index("data-preview")
