"""草稿 → 待审 → 已发布 → 已撤下: who may take which step in the form, and what readers see after it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.models import Article, Revision, TaggedArticle
from articles.tests.editing import ARTICLES, change_address, errors_of, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_article, make_doctor
from articles.tests.pictures import make_image, shown

pytestmark = pytest.mark.django_db
Status = Article.Status


@pytest.fixture
def manager():
    return sign_in(make_staff("管理员"))


def buttons(client, article=None):
    page = client.get(change_address(article) if article else f"{ARTICLES}add/")
    return {offer.label for offer in page.context["offers"]}


def step(client, article, name, **changes):
    answer = send(client, change_address(article), "article", name, **changes)
    article.refresh_from_db()
    return answer


def history(article):
    return [row.step for row in article.revisions.order_by("number")]


def read(article):
    return Client().get(article.get_absolute_url())


def test_a_question_goes_from_draft_over_review_to_readers(editor, reviewer):
    answer = send(editor, f"{ARTICLES}add/", title="眼皮跳怎么办？", body="<p>先休息。</p>", tags="眼科")
    assert answer.status_code == 302, errors_of(answer)
    article = Article.objects.get()
    assert (article.status, read(article).status_code) == (Status.DRAFT, 404)
    step(editor, article, "submit", comment="写好了")
    assert (article.status, read(article).status_code) == (Status.REVIEW, 404)
    step(reviewer, article, "publish", comment="可以")
    assert article.is_public
    assert "先休息" in read(article).content.decode()
    assert TaggedArticle.objects.get().listed_at == article.published_at
    rows = article.revisions.order_by("number")
    assert [(row.step, row.state, row.comment) for row in rows] == [
        ("save", "closed", ""),
        ("submit", "closed", "写好了"),
        ("publish", "live", "可以"),
    ]
    assert [row.by.groups.get().name for row in rows] == ["编辑", "编辑", "医学审核"]
    assert rows[2].content["tags"] == ["眼科"]


def test_a_reviewer_who_may_not_pin_approves_a_question_with_pins(reviewer):
    article = make_article(status=Status.REVIEW)
    article.related_items.create(related=make_article())
    step(reviewer, article, "publish")
    assert article.is_public
    assert article.related_items.count() == 1


def test_the_buttons_name_the_steps_that_are_open_to_each(editor, reviewer, manager):
    assert buttons(editor) == {"保存草稿", "提交审核"}
    draft, waiting = make_article(status=Status.DRAFT), make_article(status=Status.REVIEW)
    public, gone = make_article(), make_article(status=Status.WITHDRAWN, withdrawn_reason="有误")
    assert buttons(editor, draft) == {"保存草稿", "提交审核"}
    assert buttons(editor, waiting) == {"保存"}
    assert buttons(editor, public) == {"保存改动", "提交审核", "小改动，直接生效", "撤下"}
    assert buttons(editor, gone) == {"保存改动", "提交审核", "改写撤下原因"}
    assert buttons(reviewer, waiting) == {"保存", "通过并发布", "退回修改"}
    assert buttons(reviewer, public) == {"保存改动", "提交审核", "小改动，直接生效", "登记审核", "撤下"}
    assert buttons(manager, draft) == {"保存草稿", "提交审核", "未经审核发布"}
    assert buttons(manager, waiting) == {"保存", "通过并发布", "退回修改"}


def test_each_button_says_what_happens(reviewer):
    page = reviewer.get(change_address(make_article(status=Status.REVIEW))).content.decode()
    assert "您已经看过并同意这一版，读者马上看到。" in page
    assert "退给提交的人，请在“说明”里写明要改什么。" in page
    later = make_article(status=Status.REVIEW, published_at=timezone.now() + timedelta(days=2))
    assert "到发布时间自动出现。" in reviewer.get(change_address(later)).content.decode()


def test_there_is_no_way_to_set_the_state_freely(editor):
    article = make_article(status=Status.DRAFT)
    assert 'name="status"' not in editor.get(change_address(article)).content.decode()
    step(editor, article, "save", status="published")
    assert article.status == Status.DRAFT


def test_nobody_publishes_the_own_text(reviewer):
    article = make_article(status=Status.DRAFT)
    step(reviewer, article, "save", body="<p>审核医生自己写的一整段新的回答，比三十个字要长得多得多得多得多。</p>")
    step(reviewer, article, "submit")
    assert "通过并发布" not in buttons(reviewer, article)
    answer = step(reviewer, article, "publish")
    assert "是您自己写的内容，要由另一位审核通过" in errors_of(answer)
    assert article.status == Status.REVIEW
    step(sign_in(make_staff("医学审核")), article, "publish")
    assert article.is_public


def test_a_reviewer_who_rewrites_while_approving_is_refused_and_a_typo_is_not(reviewer):
    article = make_article(status=Status.REVIEW, body="<p>每次0.5g，多休习，不要熬夜。</p>")
    rewritten = "审核医生在通过的同时写的另一个回答，读者从来没有别人看过它，很长很长。"
    for text in (rewritten, "每次5g，多休习，不要熬夜。", "每次0.5g，多休习，可以熬夜。"):
        assert "是您自己写的内容" in errors_of(step(reviewer, article, "publish", body=f"<p>{text}</p>"))
        assert not article.is_public
    step(reviewer, article, "publish", body="<p>每次0.5g，多休息，不要熬夜。</p>")
    assert article.is_public
    assert article.body == "<p>每次0.5g，多休息，不要熬夜。</p>"


def test_a_dose_that_a_reviewer_has_saved_is_approved_by_another(reviewer):
    article = make_article(status=Status.REVIEW, body="<p>每次0.5g。</p>")
    step(reviewer, article, "save", body="<p>每次5g。</p>")
    assert "是您自己写的内容" in errors_of(step(reviewer, article, "publish"))


def test_many_small_changes_are_an_own_text_too(reviewer):
    article = make_article(status=Status.REVIEW, body="<p>甲。</p>")
    for n in range(1, 4):
        step(reviewer, article, "save", body=f"<p>甲。{'一二三四五六七八九十甲' * n}</p>")
    assert "是您自己写的内容" in errors_of(step(reviewer, article, "publish"))


def test_managers_may_publish_their_own_and_the_history_says_so(manager):
    answer = send(manager, f"{ARTICLES}add/", "article", "unreviewed", title="停水通知？", body="<p>今天停水。</p>")
    assert answer.status_code == 302, errors_of(answer)
    article = Article.objects.get()
    assert article.is_public
    assert article.revisions.get().get_step_display() == "未经审核发布"


@pytest.mark.parametrize("name", ["publish", "unreviewed", "direct"])
def test_editors_cannot_publish_by_a_forged_button(editor, name):
    article = make_article(status=Status.DRAFT)
    assert "没有保存" in errors_of(step(editor, article, name, title="改了？"))
    assert article.status == Status.DRAFT
    assert article.title != "改了？"


def test_without_required_reviews_editors_publish_directly(editor, settings):
    settings.REVIEW_REQUIRED = False
    draft, public = make_article(status=Status.DRAFT), make_article()
    assert buttons(editor, draft) == {"保存草稿", "提交审核", "发布"}
    step(editor, draft, "direct")
    assert draft.is_public
    step(editor, public, "direct", body="<p>全新的回答。</p>", correction="重写。")
    assert public.body == "<p>全新的回答。</p>"
    assert public.is_revised
    assert history(public) == ["base", "direct"]


def test_a_return_needs_a_comment_and_comes_to_who_submitted(editor, reviewer):
    article = make_article(status=Status.DRAFT)
    author = User.objects.get(groups__name="编辑")
    step(editor, article, "submit")
    assert "请写明要改什么" in errors_of(step(reviewer, article, "return"))
    assert article.status == Status.REVIEW
    step(reviewer, article, "return", comment="剂量请写明来源")
    assert article.status == Status.DRAFT
    assert list(Article.objects.returned_to(author)) == [article]
    assert "剂量请写明来源" in editor.get(change_address(article)).content.decode()
    step(editor, article, "save", body="<p>好了。</p>")
    assert list(Article.objects.returned_to(author)) == [article]
    step(editor, article, "submit")
    assert not Article.objects.returned_to(author)
    assert history(article) == ["base", "submit", "return", "save", "submit"]


def test_what_waits_is_found_whichever_way_it_came(editor):
    imported, draft, public = make_article(status=Status.REVIEW), make_article(status=Status.DRAFT), make_article()
    step(editor, draft, "submit")
    step(editor, public, "submit", title="改了一点？")
    assert set(Article.objects.to_review()) == {imported, draft, public}
    assert Article.objects.to_review().count() == 3


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan of PostgreSQL depends on how many rows there are")
def test_what_waits_is_found_without_reading_every_question():
    plan = Article.objects.to_review().explain()
    assert "article_in_review (status=?)" in plan
    assert "revision_by_state (state=?)" in plan
    assert "SCAN" not in plan.replace("SCAN CONSTANT", "")


def test_withdrawing_needs_a_reason_and_keeps_what_was_typed(editor):
    article = make_article(body="<p>旧。</p>")
    assert "请写明撤下的原因" in errors_of(step(editor, article, "withdraw"))
    step(editor, article, "withdraw", withdrawn_reason=" 内容\u202e有误。", body="<p>新的。</p>")
    assert (article.status, article.withdrawn_reason, article.body) == (Status.WITHDRAWN, "内容有误。", "<p>旧。</p>")
    assert read(article).status_code == 410
    assert history(article) == ["base", "save", "withdraw"]
    assert shown_form(editor.get(change_address(article)))["body"] == "<p>新的。</p>"


def test_a_reason_without_the_step_is_pointed_out(editor):
    article = make_article()
    assert "没有选“撤下”" in errors_of(step(editor, article, "save", withdrawn_reason="有误"))
    step(editor, article, "withdraw", withdrawn_reason="有误")
    step(editor, article, "withdraw", withdrawn_reason="药量写错了。")
    assert "药量写错了。" in read(article).content.decode()


def test_a_withdrawn_question_comes_back_through_review_only(editor, reviewer):
    article = make_article(status=Status.WITHDRAWN, withdrawn_reason="有误")
    step(editor, article, "submit", body="<p>改好的回答。</p>")
    assert read(article).status_code == 410
    step(reviewer, article, "publish")
    assert read(article).status_code == 200
    assert (article.body, article.withdrawn_reason) == ("<p>改好的回答。</p>", "")


def test_a_future_time_schedules_a_question(reviewer):
    article = make_article(status=Status.REVIEW, published_at=None)
    day = timezone.localtime() + timedelta(days=2)
    time = {"published_at_0": day.strftime("%Y-%m-%d"), "published_at_1": "08:30:00"}
    step(reviewer, article, "publish", **time)
    assert article.is_scheduled
    assert timezone.localtime(article.published_at).strftime("%H:%M") == "08:30"
    assert read(article).status_code == 404


# --- Changes of what is public -----------------------------------------------------


def test_a_saved_change_of_a_public_question_stays_with_the_editors(editor):
    article = make_article(title="旧题？", body="<p>旧。</p>", tags=["旧标签"])
    before = article.updated_at
    step(editor, article, "save", title="新题？", body="<p>新。</p>", tags="新标签", short_answer="新的。")
    assert (article.title, article.body, article.updated_at) == ("旧题？", "<p>旧。</p>", before)
    assert set(article.tags.names()) == {"旧标签"}
    assert "旧题？" in read(article).content.decode()
    form = shown_form(editor.get(change_address(article)))
    assert (form["title"], form["body"], form["tags"], form["short_answer"]) == (
        "新题？",
        "<p>新。</p>",
        "新标签",
        "新的。",
    )
    assert "已发布，有没有生效的改动" in editor.get(change_address(article)).content.decode()
    assert article.revisions.open().get().state == "draft"


def test_an_approved_change_goes_live_with_tags_and_time_of_revision(editor, reviewer):
    doctor = make_doctor(name="张文静")
    article = make_article(title="旧题？", body="<p>旧。</p>", tags=["旧标签"])
    article.like("a" * 32)
    changes = {"title": "新题？", "body": "<p>新。</p>", "tags": "新标签", "doctor": doctor.pk, "is_revision": "on"}
    assert "更正了什么、为什么" in errors_of(step(editor, article, "submit", **changes))
    step(editor, article, "submit", correction="剂量写错了。", **changes)
    assert article.title == "旧题？"
    assert not article.corrections.exists()
    page = reviewer.get(change_address(article)).content.decode()
    assert "已发布，有等待审核的改动" in page
    assert shown_form(reviewer.get(change_address(article)))["is_revision"] == "on"
    step(reviewer, article, "publish")
    assert (article.title, article.body, article.doctor, article.like_count) == ("新题？", "<p>新。</p>", doctor, 1)
    assert set(article.tags.names()) == {"新标签"}
    assert TaggedArticle.objects.get(content_object=article).listed_at == article.published_at
    assert article.is_revised
    assert article.corrections.get().text == "剂量写错了。"
    assert not article.revisions.open().exists()
    assert history(article) == ["base", "submit", "publish"]


def test_what_is_published_from_the_list_makes_the_correction_public_too(editor):
    article = make_article(body="<p>旧。</p>", tags=["旧标签"])
    step(editor, article, "submit", body="<p>新。</p>", tags="新标签", correction="剂量写错了。")
    values = {"action": "publish_selected", "_selected_action": [article.pk], "index": "0", "confirmed": "1"}
    sign_in(make_staff("管理员")).post(ARTICLES, values | {"seen": f"{article.pk}/2"})
    article.refresh_from_db()
    assert (article.body, article.is_revised) == ("<p>新。</p>", True)
    assert article.corrections.get().text == "剂量写错了。"
    assert set(article.tags.names()) == {"新标签"}
    page = read(article).content.decode()
    assert "剂量写错了。" in page
    assert "新标签" in page


def test_an_approved_change_without_substance_moves_no_date(editor, reviewer):
    article = make_article(reviewed_on=timezone.localdate() - timedelta(days=100))
    step(editor, article, "submit", short_answer="休息就好。")
    step(reviewer, article, "publish")
    assert article.short_answer == "休息就好。"
    assert article.revised_at is None
    assert article.reviewed_on == timezone.localdate() - timedelta(days=100)


def test_a_typo_goes_live_at_once_and_moves_no_date(editor):
    day = timezone.localdate() - timedelta(days=100)
    article = make_article(body="<p>头通多休息。</p>", reviewed_on=day)
    published_at = article.published_at
    step(editor, article, "small", body="<p>头痛多休息。</p>")
    assert "头痛多休息。" in read(article).content.decode()
    assert (article.revised_at, article.reviewed_on, article.published_at) == (None, day, published_at)
    assert history(article) == ["base", "small"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": "<p>换成了完全不同的一个回答，有三十多个字，这不是错别字，要请医学审核看过。</p>"}, "不是小改动"),
        ({"urgency": "now"}, "不是小改动"),
        ({"is_revision": "on", "title": "改？"}, "不是小改动"),
    ],
)
def test_what_is_no_typo_does_not_go_live_as_one(editor, changes, sentence):
    article = make_article(title="原题？")
    answer = step(editor, article, "small", **changes)
    assert sentence in errors_of(answer)
    assert article.title == "原题？"
    assert not article.revisions.exists()


def test_who_may_not_publish_makes_no_small_changes():
    from django.contrib.auth.models import Permission

    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_article", "change_article"]))
    article = make_article(title="原题？")
    assert "您没有发布的权限" in errors_of(step(sign_in(user), article, "small", title="改题？"))


def test_a_typo_does_not_overtake_a_change_that_waits(editor):
    article = make_article(title="原题？")
    step(editor, article, "submit", short_answer="新的一句话。")
    assert "还有没处理完的改动" in errors_of(step(editor, article, "small", title="改题？"))


def test_a_change_is_returned_corrected_and_approved(editor, reviewer):
    article = make_article(body="<p>旧。</p>")
    step(editor, article, "submit", body="<p>新一。</p>")
    step(reviewer, article, "return", comment="请写明剂量")
    assert (article.status, article.body) == (Status.PUBLISHED, "<p>旧。</p>")
    assert "请写明剂量" in editor.get(change_address(article)).content.decode()
    step(editor, article, "submit", body="<p>新二。</p>")
    step(reviewer, article, "publish")
    assert article.body == "<p>新二。</p>"
    assert history(article) == ["base", "submit", "return", "submit", "publish"]


def test_a_change_can_be_given_up(editor):
    article = make_article(title="原题？")
    step(editor, article, "save", title="新题？")
    step(editor, article, "discard")
    assert shown_form(editor.get(change_address(article)))["title"] == "原题？"
    assert article.title == "原题？"
    assert history(article) == ["base", "save", "discard"]


def test_submitting_nothing_is_pointed_out(editor):
    assert "没有改动，不用提交审核" in errors_of(step(editor, make_article(), "submit"))


def test_saving_nothing_makes_no_version(editor):
    article = make_article()
    assert step(editor, article, "save").status_code == 302
    assert not article.revisions.open().exists()


def test_a_scheduled_question_changes_like_a_public_one(editor):
    article = make_article(title="原题？", published_at=timezone.now() + timedelta(days=2))
    step(editor, article, "save", title="新题？")
    assert article.title == "原题？"
    assert article.revisions.open().exists()


def test_recording_a_review_is_live_at_once_and_changes_nothing_else(reviewer):
    article, doctor = make_article(), make_doctor()
    review = {"reviewer": doctor.pk, "reviewed_on": timezone.localdate().isoformat()}
    assert "还改了别的内容" in errors_of(step(reviewer, article, "checked", title="改？", **review))
    step(reviewer, article, "checked", **review)
    assert (article.reviewer, article.reviewed_on) == (doctor, timezone.localdate())
    assert article.revised_at is None
    assert history(article) == ["base", "checked"]


def test_a_small_change_does_not_move_the_review(reviewer):
    article = make_article()
    answer = step(reviewer, article, "small", reviewed_on=timezone.localdate().isoformat())
    assert "小改动不改审核医生和日期" in errors_of(answer)


def test_what_was_written_elsewhere_is_kept_before_the_next_change(editor):
    article = make_article(short_answer="多休西。")
    step(editor, article, "small", short_answer="多休息。")
    article.short_answer = "多休希。"
    article.save()
    step(editor, article, "small", short_answer="多休息！")
    texts = [(row.step, row.content["short_answer"]) for row in article.revisions.order_by("number")]
    assert texts == [("base", "多休西。"), ("small", "多休息。"), ("base", "多休希。"), ("small", "多休息！")]


def test_a_version_holds_everything_that_editors_change(editor):
    other, doctor = make_article(), make_doctor()
    article = make_article(status=Status.DRAFT)
    changes = {
        "doctor": doctor.pk,
        "urgency": "soon",
        "when_to_see_a_doctor": "发热三天。",
        "references": "《指南》",
    }
    article.related_items.create(related=other, position=2)
    step(editor, article, "save", **changes)
    content = Revision.objects.latest("pk").content
    assert (content["doctor"], content["urgency"], content["references"]) == (doctor.pk, "soon", "《指南》")
    assert content["when_to_see_a_doctor"] == "发热三天。"
    assert content["related"] == [[other.pk, 2, False]]


def test_an_image_is_never_a_small_change(editor, media_root):
    article = make_article(body="<p>甲。</p>")
    image = make_image(9, 9)
    body = f"<p>甲。</p>{shown(image, '图')}"
    assert "改了图片" in errors_of(step(editor, article, "small", body=body))
    step(editor, article, "submit", body=body)
    assert article.revisions.open().get().body == body
