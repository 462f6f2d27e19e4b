"""Two editors, or two windows, on one question: nothing that was typed or saved is lost."""

import threading

import pytest
from django.contrib.messages import get_messages
from django.db import connection

from articles.models import Article, Doctor
from articles.tests.editing import change_address, errors_of, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_article, make_doctor

pytestmark = pytest.mark.django_db


@pytest.fixture
def li():
    return sign_in(make_staff("编辑", last_name="李", first_name="红"))


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def opened(client, article):
    return shown_form(client.get(change_address(article)))


def form_of(answer):
    return answer.context["adminform"].form


def shown_parts(parts):
    return {
        part.label: "".join(f"[{segment.kind}]{segment.text}" for row in part.paragraphs for segment in row.segments)
        for part in parts
    }


def choose(answer, **sides):
    """Return the values of the refused form with a side chosen for each part that it asks about."""
    digests = {part.key: part.digest for part in form_of(answer).conflict["parts"]}
    return shown_form(answer) | {f"_take_{key}": f"{side}.{digests[key]}" for key, side in sides.items()}


@pytest.mark.parametrize("status", ["draft", "published"])
def test_what_only_one_side_has_changed_merges_by_itself_and_is_told(editor, li, status):
    doctor = make_doctor(name="周明")
    article = make_article(title="原题？", status=status, tags=["头痛", "发热"], body="<p>一日0.5克。</p>")
    mine = opened(editor, article)
    send(li, change_address(article), title="李红的题？", tags="头痛，咳嗽", doctor=str(doctor.pk))

    # Mine: another body, one more tag, and the same tag taken away.
    values = mine | {"body": "<p>一日5克。</p>", "tags": "头痛，失眠"}
    answer = editor.post(change_address(article), values)
    assert answer.status_code == 302
    assert said(answer)[-1].startswith("同时采用了“李红” ")
    assert said(answer)[-1].endswith("保存的：标题、回答医生、标签。")
    now = article.revisions.first().content
    assert (now["title"], now["body"], now["doctor"]) == ("李红的题？", "<p>一日5克。</p>", doctor.pk)
    assert set(now["tags"]) == {"头痛", "咳嗽", "失眠"}
    article.refresh_from_db()
    assert article.title == ("李红的题？" if status == "draft" else "原题？")  # readers wait for the approval


def test_what_both_have_changed_is_asked_about_with_both_texts_and_the_rest_merges(editor, li):
    article = make_article(title="头痛怎么办？", short_answer="原来。", status="draft", body="<p>0.5克</p>")
    mine = opened(editor, article)
    send(li, change_address(article), title="头疼怎么办？", body="<p>0.6克</p>", short_answer="李红写的。")

    answer = editor.post(change_address(article), mine | {"title": "头痛如何办？", "body": "<p>5克</p>"})
    page = answer.content.decode()
    assert "两边都改了标题、正文" in page
    assert "保存的：一句话回答。已经放进下面的内容里" in page
    title, body = form_of(answer).conflict["parts"]
    assert shown_parts(title.mine) == {"标题": "[same]头痛[removed]怎么[added]如何[same]办？"}
    assert shown_parts(title.theirs) == {"标题": "[same]头[removed]痛[added]疼[same]怎么办？"}
    assert [part.html.count("<ins>") for part in (*body.mine, *body.theirs)] == [1, 1]
    kept = shown_form(answer)
    assert (kept["title"], kept["body"], kept["short_answer"]) == ("头痛如何办？", "<p>5克</p>", "李红写的。")
    article.refresh_from_db()
    assert article.title == "头疼怎么办？"

    # Sent again without a choice, or with one of two: asked again. The choices may differ, and mine be edited.
    assert "两边都改了" in editor.post(change_address(article), kept).content.decode()
    answer = editor.post(change_address(article), choose(answer, title="theirs"))
    assert [part.key for part in form_of(answer).conflict["parts"]] == ["body"]
    assert shown_form(answer)["title"] == "头疼怎么办？"
    last = editor.post(change_address(article), choose(answer, body="mine") | {"body": "<p>5克，遵医嘱</p>"})
    assert last.status_code == 302
    article.refresh_from_db()
    assert (article.title, article.body) == ("头疼怎么办？", "<p>5克，遵医嘱</p>")
    assert "<p>0.6克</p>" in {row.body for row in article.revisions.all()}


def test_a_choice_is_about_what_was_shown_and_not_about_what_is_saved_next(editor, li):
    article = make_article(title="原题？", status="draft")
    mine = opened(editor, article)
    send(li, change_address(article), title="第一次？")
    answer = editor.post(change_address(article), mine | {"title": "我的题？"})
    send(li, change_address(article), title="第二次？")
    for side in ("mine", "theirs"):
        again = editor.post(change_address(article), choose(answer, title=side))
        assert "[added]第二次" in shown_parts(form_of(again).conflict["parts"][0].theirs)["标题"]


def test_the_same_change_of_both_and_likes_are_no_conflict(editor, li):
    article = make_article(title="原题？", status="draft")
    mine = opened(editor, article)
    send(li, change_address(article), title="新题？")
    article.like("a" * 32)
    answer = editor.post(change_address(article), mine | {"title": " 新题？", "short_answer": "一句。"})
    assert answer.status_code == 302
    assert not any("采用" in sentence for sentence in said(answer))
    article.refresh_from_db()
    assert (article.title, article.short_answer, article.like_count) == ("新题？", "一句。", 1)


def test_what_came_in_stays_decided_while_other_mistakes_are_put_right(editor, li):
    article = make_article(title="原题？", status="draft", tags=["头痛"])
    mine = opened(editor, article)
    send(li, change_address(article), short_answer="李红写的。", tags="头痛，咳嗽")
    answer = editor.post(change_address(article), mine | {"title": ""})
    assert "这个字段是必填项" in answer.content.decode()
    assert "同时采用了“李红”" in answer.content.decode()
    kept = shown_form(answer)
    assert (kept["short_answer"], kept["tags"]) == ("李红写的。", "头痛，咳嗽")
    # What came in may be taken away again.
    assert editor.post(change_address(article), kept | {"title": "对了？", "tags": "头痛"}).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.short_answer) == ("对了？", "李红写的。")
    assert list(article.tags.names()) == ["头痛"]


def test_the_own_other_window_is_named(editor):
    article = make_article(status="draft")
    mine = opened(editor, article)
    send(editor, change_address(article), title="第一个窗口？")
    answer = editor.post(change_address(article), mine | {"title": "第二个窗口？"})
    assert "您自己（在另一个窗口）" in answer.content.decode()


def test_an_import_in_between_merges_and_is_asked_about_though_no_version_tells_of_what_was_opened(editor):
    article = make_article(title="原题？", status="draft")
    mine = opened(editor, article)
    article.title, article.short_answer = "导入的题？", "导入的。"
    article.save()
    answer = editor.post(change_address(article), mine | {"title": "我的题？"})
    page = answer.content.decode()
    assert "导入或其他程序" in page
    assert "没有留存" in page
    assert shown_form(answer)["short_answer"] == "导入的。"
    (part,) = form_of(answer).conflict["parts"]
    assert shown_parts(part.theirs) == {"标题": "[same]导入的题？"}
    assert editor.post(change_address(article), choose(answer, title="mine")).status_code == 302


def test_what_others_did_with_the_question_is_told_and_my_change_waits_for_its_own_approval(editor, li):
    article = make_article(title="原题？", status="draft", published_at=None)
    mine = opened(editor, article)
    send(li, change_address(article), step="submit", title="李红的题？")
    send(sign_in(make_staff("医学审核")), change_address(article), step="publish")
    answer = editor.post(change_address(article), mine | {"short_answer": "我写的。", "_step": "save"})
    assert answer.status_code == 302
    assert "（提交审核、通过并发布）：标题" in said(answer)[-1]
    article.refresh_from_db()
    assert (article.status, article.title, article.short_answer) == ("published", "李红的题？", "")
    assert article.revisions.open().get().content["short_answer"] == "我写的。"


def test_no_step_that_ends_something_is_taken_with_what_came_in_before_it_was_seen(li):
    article = make_article(title="第一？")
    send(li, change_address(article), step="submit", title="第二？")
    reviewer = sign_in(make_staff("医学审核"))
    mine = opened(reviewer, article) | {"comment": "说明", "withdrawn_reason": "过时"}
    send(li, change_address(article), short_answer="后来写的。")
    for step in ("publish", "return", "withdraw", "discard"):
        answer = reviewer.post(change_address(article), mine | {"_step": step})
        assert "请看过再点一次" in answer.content.decode()
        assert shown_form(answer)["short_answer"] == "后来写的。"
    article.refresh_from_db()
    assert (article.status, article.title) == ("published", "第一？")
    assert (
        reviewer.post(
            change_address(article), shown_form(answer) | {"withdrawn_reason": "", "_step": "return"}
        ).status_code
        == 302
    )


def test_an_approval_that_came_between_is_never_mixed_with_another_review():
    first, second = make_doctor(name="甲"), make_doctor(name="乙")
    article = make_article(title="原题？")
    manager = sign_in(make_staff("管理员"))
    mine = opened(manager, article)
    send(
        sign_in(make_staff("管理员")),
        change_address(article),
        step="checked",
        reviewer=str(first.pk),
        reviewed_on="2026-01-03",
    )
    review = {"reviewer": str(second.pk), "reviewed_on": "2026-01-02", "_step": "submit"}
    answer = manager.post(change_address(article), mine | review)
    (part,) = form_of(answer).conflict["parts"]
    assert part.label == "医学审核"
    assert "甲" in str(part.theirs)
    manager.post(change_address(article), choose(answer, reviewer="theirs") | {"_step": "submit", "title": "新题？"})
    waiting = article.revisions.open().get().content
    assert (waiting["title"], waiting["reviewer"], waiting["reviewed_on"]) == ("新题？", first.pk, "2026-01-03")


def test_a_correction_that_was_published_meanwhile_is_not_published_again(editor):
    article = make_article(title="原题？")
    send(editor, change_address(article), step="submit", title="新题？", is_revision="on", correction="改了标题。")
    mine = opened(editor, article)
    send(sign_in(make_staff("医学审核")), change_address(article), step="publish")
    assert editor.post(change_address(article), mine | {"short_answer": "再写。"}).status_code == 302
    waiting = article.revisions.open().get().content
    assert (waiting["title"], waiting["correction"], waiting["is_revision"]) == ("新题？", "", False)


def test_a_merge_is_no_way_around_what_a_small_change_may_be(editor, li):
    article = make_article(title="原题？", body="<p>一日0.5克。</p>")
    mine = opened(editor, article) | {"body": "<p>一日5克。</p>", "_step": "small"}
    send(li, change_address(article), step="submit", short_answer="李红写的。")
    answer = editor.post(change_address(article), mine)
    again = editor.post(change_address(article), shown_form(answer) | {"_step": "small"})
    assert "还有没处理完的改动" in again.content.decode()
    article.refresh_from_db()
    assert article.body == "<p>一日0.5克。</p>"


def test_reports_that_the_other_side_answers_stay_answered(editor, li):
    article = make_article(title="原题？")
    first, second = (article.reports.create(text="不对", version=article.updated_at) for _ in range(2))
    mine = opened(editor, article)
    send(li, change_address(article), step="submit", title="李红的题？", _settles=str(first.pk))
    editor.post(change_address(article), mine | {"short_answer": "我的。", "_settles": str(second.pk)})
    assert article.revisions.open().get().content["answers"] == [first.pk, second.pk]


def test_of_a_question_that_was_deleted_meanwhile_what_was_written_can_be_saved_as_a_new_one(editor):
    article = make_article(title="原题？", status="draft")
    mine = opened(editor, article)
    manager = sign_in(make_staff("管理员", last_name="赵"))
    manager.post(f"/admin/articles/article/{article.pk}/delete/", {"post": "yes"})
    answer = editor.post(change_address(article), mine | {"title": "我的题？", "body": "<p>写了很久。</p>"})
    page = answer.content.decode()
    assert "“赵”在" in page
    assert "删除了这个问题" in page
    assert 'action="/admin/articles/article/add/"' in page
    assert not Article.objects.exists()
    assert editor.post("/admin/articles/article/add/", shown_form(answer)).status_code == 302
    assert Article.objects.get().body == "<p>写了很久。</p>"


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_in_the_same_instant_neither_is_lost():
    article = make_article(title="原题？", short_answer="原来。", status="draft")
    start, codes = threading.Barrier(2), []
    forms = [(client, opened(client, article)) for client in (sign_in(make_staff("编辑")) for _ in range(2))]

    def save(client, values):
        start.wait()
        try:
            codes.append(client.post(change_address(article), values).status_code)
        finally:
            connection.close()

    changes = ({"title": "新题？"}, {"short_answer": "新的。"})
    pairs = zip(forms, changes, strict=True)
    threads = [threading.Thread(target=save, args=(client, mine | change)) for (client, mine), change in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    article.refresh_from_db()
    assert codes == [302, 302]
    assert (article.title, article.short_answer) == ("新题？", "新的。")


FORGED = ("x", "/", "/1", "/" + "9" * 30, "\x00/\x00/\x00", "2026-01-01/999/title=&=&&tags=x.-1&answers=\x00", "//=")


def test_a_forged_version_is_asked_about_and_no_crash(editor):
    article = make_article(title="原题？", status="draft", tags=["头痛"])
    send(editor, change_address(article), title="第二？")
    values = opened(editor, article) | {"title": "我的题？", "tags": "咳嗽"}
    for version in FORGED[:5]:
        assert "没有保存" in editor.post(change_address(article), values | {"_version": version}).content.decode()
    for version in FORGED[5:]:
        assert editor.post(change_address(article), values | {"_version": version}).status_code in (200, 302)
    article.refresh_from_db()
    assert article.title == "第二？"


@pytest.mark.parametrize("role", ["doctor", "reviewer"])
def test_nobody_publishes_a_doctor_who_is_called_otherwise_since_the_form_was_opened(reviewer, role):
    doctor = make_doctor(name="周医生", hospital="甲医院")
    article = make_article(status="review", **{role: doctor})
    values = shown_form(reviewer.get(change_address(article))) | {"_step": "publish"}
    Doctor.objects.filter(pk=doctor.pk).update(name="吴大夫", hospital="自家诊所")
    answer = reviewer.post(change_address(article), values)
    assert "医生的资料" in answer.content.decode()
    assert "请看过再点一次" in errors_of(answer)
    article.refresh_from_db()
    assert article.status == "review"
    again = shown_form(answer) | {"_step": "publish"}
    assert reviewer.post(change_address(article), again).status_code == 302
