"""The versions of a question: compared, reviewed and restored."""

import pytest
from django.contrib.auth.models import Permission

from articles.models import Article, RelatedItem, Revision
from articles.models.revision import content_of
from articles.tests.editing import ARTICLES, change_address, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.reading import read
from articles.workflow.steps import Refused, restore, take

pytestmark = pytest.mark.django_db
Status = Article.Status


@pytest.fixture
def looker():
    user = make_staff()
    user.user_permissions.set([Permission.objects.get(codename="view_article")])
    return sign_in(user)


def address(article, name, query=""):
    return f"{ARTICLES}{article.pk}/{name}/{query}"


def step(client, article, name, **changes):
    answer = send(client, change_address(article), "article", name, **changes)
    assert answer.status_code == 302, answer.context["errors"]
    article.refresh_from_db()


def differences(response):
    """Return {label of a part: its text, with [-removed-] and [+added+]}."""
    found = {}
    for part in response.context["parts"]:
        paragraphs = [inner for one in part.paragraphs for inner in getattr(one, "paragraphs", [one])]
        marks = {"removed": "[-{}-]", "added": "[+{}+]", "same": "{}"}
        lines = ["".join(marks[segment.kind].format(segment.text) for segment in one.segments) for one in paragraphs]
        found[part.label] = "\n".join(lines) or part.note
    return found


# --- The list of versions -----------------------------------------------------------


def test_the_history_says_who_did_what_when_and_why(editor, reviewer):
    article = make_article(status=Status.DRAFT)
    step(editor, article, "submit", short_answer="不急。", comment="补了一句话回答")
    step(reviewer, article, "return", comment="请写剂量<b>")
    text = read(editor.get(address(article, "history"))).text
    for part in (
        "提交审核",
        "补了一句话回答",
        "退回修改（退给staff",
        "请写剂量<b>",
        "原有内容",
        "导入或其他程序",
        "被退回",
    ):
        assert part in text


def test_the_history_marks_the_version_that_readers_have(editor):
    article = make_article(short_answer="头通。")
    step(editor, article, "small", short_answer="头痛。")
    step(editor, article, "save", short_answer="头疼。")
    html = editor.get(address(article, "history")).content.decode()
    assert html.count("读者看到的</span>") == 1
    assert '第 2 版 <span class="state state-published">读者看到的' in html
    assert '第 3 版 <span class="state state-review">修改中' in html


def test_a_question_without_versions_says_so(editor):
    assert "还没有版本" in editor.get(address(make_article(), "history")).content.decode()


def test_a_long_history_has_pages_and_costs_the_same(editor, django_assert_max_num_queries):
    article = make_article()
    for number in range(1, 121):
        Revision.objects.create(
            article=article,
            number=number,
            step="small",
            state="live",
            content={},
            by=make_staff() if number % 9 else None,
        )
    with django_assert_max_num_queries(15):
        page = editor.get(address(article, "history", "?v=2")).content.decode()
    assert "第 70 版" in page
    assert "第 71 版" not in page


# --- Two versions compared ------------------------------------------------------------


def test_any_two_versions_are_compared_part_by_part(editor):
    old, new, other = make_doctor(name="张文静"), make_doctor(name="李秀兰"), make_article(title="眼皮跳？")
    article = make_article(
        status=Status.DRAFT,
        title="头通怎么办？",
        doctor=old,
        tags=["头痛", "发烧"],
        body="<p>先休息三天。</p><p>不变的一段。</p><h2>在家</h2>",
        references="《指南》",
    )
    step(
        editor,
        article,
        "save",
        title="头痛怎么办？",
        doctor=new.pk,
        tags="头痛，感冒",
        short_answer="先休息。",
        body="<p>先休息五天。</p><p>不变的一段。</p><h3>在家</h3><p>多喝水。</p>",
        references="《指南》第二版",
        when_to_see_a_doctor="发热三天。",
        urgency="soon",
    )
    RelatedItem.pin(article, other)
    step(editor, article, "save", title="头痛了怎么办？")
    found = differences(editor.get(address(article, "compare", "?from=1&to=2")))
    assert found == {
        "标题": "头[-通-][+痛+]怎么办？",
        "回答医生": "[-张文静-]\n[+李秀兰+]",
        "一句话回答": "[+先休息。+]",
        "正文": "先休息[-三-][+五+]天。\n不变的一段。\n〔小标题〕在家\n[+多喝水。+]",
        "就医紧迫程度": "[+尽快就医+]",
        "何时就医": "[+发热三天。+]",
        "标签": "[-发烧-]\n头痛\n[+感冒+]",
        "参考资料": "《指南》[+第二版+]",
    }
    both = differences(editor.get(address(article, "compare", "?from=3&to=1")))
    assert both["标题"] == "头[-通-][+痛了+]怎么办？"
    assert both["相关问题"] == "[+指定：眼皮跳？（次序 1）+]"


def test_removed_and_added_are_told_apart_by_more_than_colour(editor):
    article = make_article(status=Status.DRAFT, title="头通？")
    step(editor, article, "save", title="头痛？")
    html = editor.get(address(article, "compare", "?from=1&to=2")).content.decode()
    assert (
        '<del><span class="mark" aria-hidden="true">−</span><span class="visually-hidden">删去：</span>通</del>' in html
    )
    assert (
        '<ins><span class="mark" aria-hidden="true">+</span><span class="visually-hidden">加上：</span>痛</ins>' in html
    )


def test_a_change_of_markup_alone_is_said(editor):
    article = make_article(status=Status.DRAFT, body="<p>多休息。</p>")
    step(editor, article, "save", body="<p><strong>多休息。</strong></p>")
    found = differences(editor.get(address(article, "compare", "?from=1&to=2")))
    assert found == {"正文": "文字没有变，格式、链接或空行有变化。"}


def test_what_is_compared_is_text_and_never_markup(editor):
    article = make_article(status=Status.DRAFT, references="<script>alert(1)</script>")
    step(editor, article, "save", references="<script>alert(2)</script>")
    assert "<script>alert" not in editor.get(address(article, "compare", "?from=1&to=2")).content.decode()


def test_doctors_and_questions_that_are_gone_are_named_by_number(editor):
    doctor, other = make_doctor(), make_article()
    article = make_article(status=Status.DRAFT, doctor=doctor)
    article.related_items.create(related=other)
    step(editor, article, "save", title="改？")
    RelatedItem.cancel(article, other)
    step(editor, article, "save", doctor="")
    numbers = doctor.pk, other.pk
    doctor.delete()
    other.delete()
    found = differences(editor.get(address(article, "compare", "?from=1&to=3")))
    assert found["回答医生"] == f"[-已删除的医生（编号 {numbers[0]}）-]"
    assert found["相关问题"] == f"[-指定：已删除的问题（编号 {numbers[1]}）（次序 0）-]"


@pytest.mark.parametrize("query", ["", "?from=1", "?from=1&to=99", "?from=a&to=%00", "?from=1&to=" + "9" * 30])
def test_versions_that_are_not_there_are_not_found(editor, query):
    article = make_article(status=Status.DRAFT)
    step(editor, article, "save", title="改？")
    assert editor.get(address(article, "compare", query)).status_code == 404


def test_comparing_costs_a_few_queries(editor, django_assert_max_num_queries):
    article = make_article(status=Status.DRAFT, doctor=make_doctor(), tags=["头痛"])
    for _ in range(9):
        article.related_items.create(related=make_article())
    step(editor, article, "save", title="改？")
    with django_assert_max_num_queries(12):
        editor.get(address(article, "compare", "?from=1&to=2"))


# --- The review page ---------------------------------------------------------------------


def test_a_reviewer_sees_what_changes_and_approves_it(editor, reviewer):
    article = make_article(body="<p>每天一片。</p>")
    step(editor, article, "submit", body="<p>每天两片。</p>", comment="剂量")
    page = reviewer.get(address(article, "review"))
    assert differences(page)["正文"] == "每天[-一-][+两+]片。"
    assert "剂量" in page.content.decode()
    seen = page.context["situation"].number
    answer = reviewer.post(address(article, "review"), {"_step": "publish", "seen": seen, "comment": "同意"})
    assert answer.status_code == 302
    article.refresh_from_db()
    assert article.body == "<p>每天两片。</p>"
    row = article.revisions.first()
    assert (row.step, row.comment, row.state) == ("publish", "同意", "live")


def test_a_return_from_the_review_page_needs_words(editor, reviewer):
    article = make_article()
    step(editor, article, "submit", short_answer="不急。")
    seen = reviewer.get(address(article, "review")).context["situation"].number
    answer = reviewer.post(address(article, "review"), {"_step": "return", "seen": seen, "comment": " \u200b"})
    assert "请写明要改什么" in answer.content.decode()
    reviewer.post(address(article, "review"), {"_step": "return", "seen": seen, "comment": "写清楚"})
    assert article.revisions.open().get().state == "returned"


def test_what_changed_while_the_reviewer_read_is_not_approved(editor, reviewer):
    article = make_article()
    step(editor, article, "submit", short_answer="不急。")
    seen = reviewer.get(address(article, "review")).context["situation"].number
    step(editor, article, "save", short_answer="很急。")
    answer = reviewer.post(address(article, "review"), {"_step": "publish", "seen": seen, "comment": "好"})
    assert "您看的时候，有人又改过" in answer.content.decode()
    assert 'value="好"' in answer.content.decode()
    article.refresh_from_db()
    assert article.short_answer == ""


def test_a_new_question_is_shown_whole_and_after_a_return_with_what_changed_since(editor, reviewer):
    article = make_article(status=Status.DRAFT, body="<p>甲。</p>")
    step(editor, article, "submit")
    page = reviewer.get(address(article, "review"))
    assert "还没有发布过，下面是全文" in page.content.decode()
    assert differences(page)["正文"] == "甲。"
    step(reviewer, article, "return", comment="再写一点")
    step(editor, article, "submit", body="<p>甲乙。</p>")
    assert differences(reviewer.get(address(article, "review")))["正文"] == "甲[+乙+]。"


@pytest.mark.parametrize(
    "values", [{}, {"_step": "withdraw"}, {"_step": "publish"}, {"_step": "publish", "seen": "x"}, {"_step": "\x00"}]
)
def test_forged_decisions_are_refused_with_a_sentence(editor, reviewer, values):
    article = make_article(status=Status.DRAFT)
    step(editor, article, "submit")
    answer = reviewer.post(address(article, "review"), values)
    assert answer.status_code == 200
    assert "没有" in answer.context["errors"][0]
    article.refresh_from_db()
    assert article.status == Status.REVIEW


def test_an_overlong_reason_is_refused_and_kept(editor, reviewer):
    article = make_article(status=Status.DRAFT)
    step(editor, article, "submit")
    answer = reviewer.post(address(article, "review"), {"_step": "return", "comment": "长" * 501})
    assert "最多 500 字，现在有 501 字" in answer.content.decode()
    assert "长" * 501 in answer.content.decode()


# --- Restoring ------------------------------------------------------------------------------


def test_restoring_a_draft_makes_a_new_version_and_keeps_likes_and_review(editor):
    other, doctor = make_article(), make_doctor()
    article = make_article(status=Status.DRAFT, title="第一？", tags=["旧标签"], imported_likes=5)
    article.related_items.create(related=other)
    article.like("a" * 32)
    step(editor, article, "save", title="第二？", tags="新标签")
    RelatedItem.cancel(article, other)
    Article.objects.filter(pk=article.pk).update(reviewer=doctor)
    answer = editor.post(address(article, "restore"), {"number": "1"})
    assert answer["Location"] == change_address(article)
    article.refresh_from_db()
    assert (article.title, article.like_count, article.reviewer) == ("第一？", 6, doctor)
    assert set(article.tags.names()) == {"旧标签"}
    assert article.related_items.get().related == other
    row = article.revisions.first()
    assert (row.step, row.comment) == ("restore", "恢复第 1 版")


def test_restoring_a_public_question_waits_for_review(editor, reviewer):
    article = make_article(title="第一？", tags=["旧标签"])
    article.like("a" * 32)
    step(editor, article, "submit", title="第二？", tags="新标签")
    step(reviewer, article, "publish")
    editor.post(address(article, "restore"), {"number": "1"})
    article.refresh_from_db()
    assert article.title == "第二？"
    form = shown_form(editor.get(change_address(article)))
    assert (form["title"], form["tags"]) == ("第一？", "旧标签")
    step(editor, article, "submit")
    step(reviewer, article, "publish")
    assert (article.title, article.like_count) == ("第一？", 1)
    assert set(article.tags.names()) == {"旧标签"}


def test_who_restored_a_whole_text_does_not_approve_it(reviewer):
    article = make_article(body=f"<p>{'旧的回答。' * 20}</p>")
    colleague = sign_in(make_staff("管理员"))
    step(colleague, article, "unreviewed", body="<p>新的。</p>")
    reviewer.post(address(article, "restore"), {"number": "1"})
    step(reviewer, article, "submit")
    with pytest.raises(Refused, match="您自己写的"):
        take("publish", article.pk, article.revisions.first().by)


def test_reviewers_who_may_not_pin_restore_the_text_alone(reviewer):
    article = make_article(status=Status.DRAFT, title="第一？")
    article.related_items.create(related=make_article())
    step(reviewer, article, "save", title="第二？")
    article.related_items.all().delete()
    reviewer.post(address(article, "restore"), {"number": "1"})
    article.refresh_from_db()
    assert article.title == "第一？"
    assert not article.related_items.exists()


@pytest.mark.parametrize("number", ["", "0", "99", "a", "\x00", "9" * 30])
def test_a_version_that_is_not_there_is_not_restored(editor, number):
    article = make_article(status=Status.DRAFT)
    answer = editor.post(address(article, "restore"), {"number": number}, follow=True)
    assert "没有恢复：没有这个版本" in answer.content.decode()


def test_restoring_takes_new_tags_by_their_names():
    tag, user = make_tag("旧名"), make_staff("编辑")
    article = make_article(status=Status.DRAFT, tags=[tag])
    step(sign_in(user), article, "save", tags="")
    tag.delete()
    restore(1, article.pk, user)
    assert set(article.tags.names()) == {"旧名"}


# --- Who may ----------------------------------------------------------------------------------


def test_staff_who_may_only_look_see_every_page_and_change_nothing(looker, editor):
    article = make_article(title="原题？")
    step(editor, article, "submit", title="新题？")
    for name in ("history", "compare", "review"):
        page = looker.get(address(article, name, "?from=1&to=2"))
        assert page.status_code == 200
        html = page.content.decode()
        assert 'name="_step"' not in html
        assert "restore" not in html
    before = article.revisions.count()
    for name, values in (
        ("restore", {"number": "1"}),
        ("review", {"_step": "publish", "seen": "2"}),
        ("review", {"_step": "return", "seen": "2", "comment": "好"}),
        ("change", {"_step": "save", "title": "改"}),
    ):
        assert looker.post(address(article, name), values).status_code == 403
    for name in ("history", "compare"):
        looker.post(address(article, name, "?from=1&to=2"), {"number": "1", "_step": "publish"})
    article.refresh_from_db()
    assert (article.title, article.revisions.count()) == ("原题？", before)


def test_editors_do_not_approve_on_the_review_page(editor):
    article = make_article(title="原题？")
    step(editor, article, "submit", title="新题？")
    page = editor.get(address(article, "review"))
    assert page.context["offers"] == []
    answer = editor.post(address(article, "review"), {"_step": "publish", "seen": "2"})
    assert "要由医学审核通过" in answer.content.decode()
    article.refresh_from_db()
    assert article.title == "原题？"


@pytest.mark.parametrize("name", ["history", "compare", "review", "restore"])
def test_no_page_of_versions_is_open_to_others(name, client):
    article = make_article()
    assert client.get(address(article, name)).status_code == 302
    assert sign_in(make_staff()).get(address(article, name)).status_code in (403, 405)
    editor = sign_in(make_staff("编辑"))
    assert editor.get(f"{ARTICLES}99999999999999999999/{name}/").status_code in (404, 405)
    assert editor.get(f"{ARTICLES}abc/{name}/").status_code in (404, 405)


def test_another_image_with_the_same_text_is_a_difference(editor):
    one, other = (f'<img src="/media/{digit * 32}-9x9.webp" alt="膝&lt;盖">' for digit in "ab")
    article = make_article(status=Status.DRAFT, body=f"<p>前。</p>{one}<p>后。</p>")
    Revision.record(article, Revision.Step.SAVE, Revision.State.DRAFT, content=content_of(article))
    article.body = article.body.replace(one, other)
    Revision.record(article, Revision.Step.SAVE, Revision.State.DRAFT, content=content_of(article))
    found = differences(editor.get(address(article, "compare", "?from=1&to=2")))["正文"]
    assert "前。" in found
    assert "[-aaaaaa-][+bbbbbb+]：膝<盖〕" in found
    assert "〕后" not in found


def test_the_log_says_names_the_family_name_first(editor):
    article = make_article(status="draft")
    author = make_staff("编辑", last_name="李", first_name="红")
    send(sign_in(author), change_address(article), title="改过的题？")
    page = editor.get(f"{ARTICLES}{article.pk}/history/").content.decode()
    log = page.split('id="change-history"')[1]
    assert "<td>李红</td>" in log
    assert "红 李" not in page
