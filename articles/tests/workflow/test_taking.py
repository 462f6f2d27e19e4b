"""Steps that are taken outside of the form, and versions that are restored: what they write and what they leave."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from articles.models import Article, Proof, Revision, Tag, TagAlias
from articles.models.revision import content_of
from articles.tests.editing import make_staff
from articles.tests.factories import make_article, make_doctor
from articles.workflow.situations import Situation
from articles.workflow.steps import Refused, restore, set_state, take

pytestmark = pytest.mark.django_db
Status, State, Step = Article.Status, Revision.State, Revision.Step
SAID = {"is_revision": False, "correction": ""}


@pytest.fixture
def editor():
    return make_staff("编辑", username="editor")


@pytest.fixture
def reviewer():
    return make_staff("医学审核", username="reviewer")


def change(article, by, state=State.DRAFT, step=Step.SAVE, **content):
    return Revision.record(article, step, state, content=content_of(article) | content, by=by)


def history(article):
    return [(row.step, row.state) for row in article.revisions.order_by("number")]


# --- One step --------------------------------------------------------------------------


def test_a_question_goes_through_review_step_by_step(editor, reviewer):
    article = make_article(status=Status.DRAFT)
    take(Step.SUBMIT, article.pk, editor, comment="写好了")
    article.refresh_from_db()
    assert article.status == Status.REVIEW
    take(Step.RETURN, article.pk, reviewer, comment="缺来源")
    article.refresh_from_db()
    assert article.status == Status.DRAFT
    take(Step.SUBMIT, article.pk, editor)
    take(Step.PUBLISH, article.pk, reviewer)
    article.refresh_from_db()
    assert article.is_public
    assert history(article) == [
        *(("base", "closed"), ("submit", "closed"), ("return", "closed"), ("submit", "closed"), ("publish", "live"))
    ]
    comments = article.revisions.order_by("number").values_list("comment", flat=True)
    assert list(comments) == ["", "写好了", "缺来源", "", ""]
    assert list(article.revisions.order_by("pk").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    assert not article.revisions.exclude(changed=0).exists()  # a step alone writes nothing


def test_submitting_a_change_of_what_is_public_leaves_it_public_and_as_it_is(editor):
    article = make_article(title="旧？")
    change(article, editor, title="新？")
    take(Step.SUBMIT, article.pk, editor)
    article.refresh_from_db()
    assert (article.status, article.title) == (Status.PUBLISHED, "旧？")
    waiting = article.revisions.open().get()
    assert (waiting.state, waiting.content["title"]) == (State.REVIEW, "新？")


def test_returning_a_change_of_what_is_withdrawn_leaves_it_withdrawn(editor, reviewer):
    article = make_article(status=Status.WITHDRAWN, withdrawn_reason="有误", title="旧？")
    change(article, editor, State.REVIEW, Step.SUBMIT, title="新？")
    take(Step.RETURN, article.pk, reviewer, comment="还不对")
    article.refresh_from_db()
    assert (article.status, article.title, article.withdrawn_reason) == (Status.WITHDRAWN, "旧？", "有误")
    assert article.revisions.open().get().state == State.RETURNED


def test_a_step_without_right_changes_nothing(editor):
    article = make_article(status=Status.DRAFT)
    with pytest.raises(Refused, match="还是草稿，没有提交审核"):
        take(Step.PUBLISH, article.pk, editor)
    article.refresh_from_db()
    assert article.status == Status.DRAFT
    assert history(article) == []


def test_a_return_without_a_word_is_refused(reviewer):
    article = make_article(status=Status.REVIEW)
    with pytest.raises(Refused, match="请写明要改什么"):
        take(Step.RETURN, article.pk, reviewer)


def test_a_question_that_is_gone_is_said_to_be(reviewer):
    with pytest.raises(Refused, match="已经不在了"):
        take(Step.PUBLISH, 99, reviewer)


def test_only_the_version_that_was_seen_is_approved(editor, reviewer):
    article = make_article(body="<p>旧。</p>")
    seen = change(article, editor, State.REVIEW, body="<p>一。</p>").number
    change(article, editor, State.REVIEW, body="<p>二。</p>")
    with pytest.raises(Refused, match="有人又改过"):
        take(Step.PUBLISH, article.pk, reviewer, seen=seen)
    article.refresh_from_db()
    assert article.body == "<p>旧。</p>"
    take(Step.PUBLISH, article.pk, reviewer, seen=seen + 1)
    article.refresh_from_db()
    assert article.body == "<p>二。</p>"


def test_a_question_without_versions_is_approved_as_number_nought(reviewer):
    article = make_article(status=Status.REVIEW)
    with pytest.raises(Refused, match="有人又改过"):
        take(Step.PUBLISH, article.pk, reviewer, seen=1)
    assert take(Step.PUBLISH, article.pk, reviewer, seen=0).is_public


def test_what_was_approved_goes_live_with_what_the_copy_editor_finds_in_it(editor, reviewer):
    article = make_article(title="旧？", tags=["旧标签"])
    change(article, editor, State.REVIEW, title="新,旧？", tags=["新标签"])
    take(Step.PUBLISH, article.pk, reviewer)
    article.refresh_from_db()
    assert article.title == "新,旧？"
    assert set(article.tags.names()) == {"新标签"}
    assert Proof.objects.filter(article=article, rule="ascii-punctuation").exists()


@pytest.mark.parametrize("status", [Status.REVIEW, Status.PUBLISHED])
def test_nothing_goes_live_without_a_text(editor, reviewer, status):
    article = make_article(status=status, body="" if status == Status.REVIEW else "<p>旧。</p>")
    if status == Status.PUBLISHED:
        change(article, editor, State.REVIEW, body="")
    with pytest.raises(Refused, match="正文是空的"):
        take(Step.PUBLISH, article.pk, reviewer)
    article.refresh_from_db()
    assert article.status == status


def test_an_empty_text_may_be_submitted_and_returned(editor, reviewer):
    article = make_article(status=Status.DRAFT, body="")
    take(Step.SUBMIT, article.pk, editor)
    take(Step.RETURN, article.pk, reviewer, comment="没有正文")
    article.refresh_from_db()
    assert article.status == Status.DRAFT


def test_withdrawing_keeps_the_reason_and_the_text_and_returns_the_change_that_waits(editor):
    article = make_article(title="旧？")
    change(article, editor, State.REVIEW, title="新？")
    take(Step.WITHDRAW, article.pk, editor, reason="有误")
    article.refresh_from_db()
    assert (article.status, article.title, article.withdrawn_reason) == (Status.WITHDRAWN, "旧？", "有误")
    row = article.revisions.get(step=Step.WITHDRAW)
    assert (row.state, row.comment, row.content["title"]) == (State.LIVE, "有误", "旧？")
    # To approve it would bring back what was withdrawn, which nobody asked for.
    waiting = article.revisions.open().get()
    assert (waiting.state, waiting.content["title"], waiting.addressee) == (State.RETURNED, "新？", editor)
    with pytest.raises(Refused, match="没有等待审核的改动"):
        take(Step.PUBLISH, article.pk, make_staff("医学审核"))


def test_to_write_another_reason_leaves_a_change_that_waits_alone(editor):
    article = make_article(status=Status.WITHDRAWN, withdrawn_reason="有误")
    change(article, editor, State.REVIEW, title="新？")
    take(Step.WITHDRAW, article.pk, editor, reason="正在核对")
    assert article.revisions.open().get().state == State.REVIEW


def test_publishing_again_takes_the_reason_of_the_withdrawal_away(reviewer, editor):
    article = make_article(status=Status.WITHDRAWN, withdrawn_reason="有误")
    change(article, editor, State.REVIEW, title="新？")
    take(Step.PUBLISH, article.pk, reviewer)
    article.refresh_from_db()
    assert (article.status, article.withdrawn_reason) == (Status.PUBLISHED, "")


def test_only_a_change_of_substance_of_what_has_been_public_moves_the_date_of_revision(editor, reviewer):
    substance, plain, fresh = make_article(), make_article(), make_article(status=Status.REVIEW)
    change(substance, editor, State.REVIEW, title="新？", is_revision=True)
    change(plain, editor, State.REVIEW, title="新？", is_revision=False)
    change(fresh, editor, State.REVIEW, title="新？", is_revision=True)
    before = timezone.now()
    for article in (substance, plain, fresh):
        take(Step.PUBLISH, article.pk, reviewer)
        article.refresh_from_db()
    assert substance.revised_at >= before
    assert (plain.revised_at, fresh.revised_at) == (None, None)


def test_a_change_that_is_given_up_is_closed_and_readers_keep_their_text(editor):
    article = make_article(title="旧？")
    change(article, editor, title="新？")
    take(Step.DISCARD, article.pk, editor)
    article.refresh_from_db()
    assert article.title == "旧？"
    assert history(article) == [("save", "closed"), ("base", "live"), ("discard", "closed")]


# --- What stood there before --------------------------------------------------------------


def test_what_was_written_elsewhere_is_kept_as_a_version_of_its_own_time(reviewer):
    article = make_article(status=Status.REVIEW, title="外面写的？")
    Article.objects.filter(pk=article.pk).update(updated_at=timezone.now() - timedelta(days=9))
    article.refresh_from_db()
    take(Step.PUBLISH, article.pk, reviewer)
    base = article.revisions.get(step=Step.BASE)
    assert (base.number, base.by, base.at, base.state) == (1, None, article.updated_at, State.CLOSED)
    assert base.content["title"] == "外面写的？"


def test_what_a_shell_changed_is_kept_beside_the_change_that_waits(editor, reviewer):
    article = make_article(title="旧？")
    change(article, editor, State.LIVE, Step.SMALL)
    change(article, editor, State.REVIEW, Step.SUBMIT, title="新？")
    Article.objects.filter(pk=article.pk).update(title="外面改的？")
    take(Step.RETURN, article.pk, reviewer, comment="等等")
    assert history(article) == [("small", "live"), ("submit", "closed"), ("base", "live"), ("return", "returned")]
    assert article.revisions.get(step=Step.BASE).content["title"] == "外面改的？"
    assert article.revisions.open().get().content["title"] == "新？"


def test_what_is_in_a_version_already_is_not_kept_twice(editor, reviewer):
    article = make_article(title="旧？")
    change(article, editor, State.LIVE, Step.SMALL)
    change(article, editor, State.REVIEW, Step.SUBMIT, title="新？")
    take(Step.RETURN, article.pk, reviewer, comment="等等")
    take(Step.WITHDRAW, article.pk, editor, reason="有误")
    assert not article.revisions.filter(step=Step.BASE).exists()


# --- To whom it returns -------------------------------------------------------------------


def test_a_return_goes_to_who_submitted_last_and_else_to_who_saved(editor, reviewer):
    other = make_staff("编辑", username="other")
    submitted, saved, nobody = (make_article(status=Status.REVIEW) for _ in range(3))
    change(submitted, other, State.CLOSED, Step.SUBMIT)
    change(submitted, editor, State.CLOSED, Step.SUBMIT)
    change(submitted, other, State.REVIEW, Step.SAVE)
    change(saved, other, State.CLOSED, Step.SAVE)
    change(saved, editor, State.REVIEW, Step.RESTORE)
    for article, addressee in ((submitted, editor), (saved, editor), (nobody, None)):
        take(Step.RETURN, article.pk, reviewer, comment="改")
        assert article.revisions.open().get().addressee == addressee


# --- Restoring ----------------------------------------------------------------------------


def test_restoring_keeps_the_review_and_the_time_of_publication(editor):
    doctor, at = make_doctor(), timezone.now() - timedelta(days=3)
    day = timezone.localdate()
    article = make_article(status=Status.DRAFT, title="第一？", published_at=None)
    change(article, editor)
    Article.objects.filter(pk=article.pk).update(
        title="第二,？", published_at=at, reviewer=doctor, reviewed_on=day, review_due_on=day + timedelta(days=9)
    )
    restore(1, article.pk, editor)
    article.refresh_from_db()
    assert (article.title, article.published_at, article.reviewer, article.reviewed_on) == ("第一？", at, doctor, day)
    assert article.review_due_on == day + timedelta(days=9)
    assert not Proof.objects.filter(article=article, rule="ascii-punctuation").exists()


def test_related_questions_come_back_at_once_for_who_may_pin_and_stay_for_who_may_not(editor, reviewer):
    article, other = make_article(), make_article()
    article.related_items.create(related=other)
    change(article, editor, State.LIVE, Step.SMALL)
    article.related_items.all().delete()
    restore(1, article.pk, reviewer)
    assert article.related_items.count() == 0
    assert article.revisions.first().content["related"] == []
    restore(1, article.pk, editor)
    assert article.related_items.get().related == other
    assert article.revisions.first().content["related"] == [[other.pk, 0, False]]


def test_restoring_what_is_public_makes_a_change_and_readers_keep_their_text(editor):
    article = make_article(title="第一？", short_answer="")
    change(article, editor, State.LIVE, Step.SMALL, is_revision=True, correction="药量写错了。")
    Article.objects.filter(pk=article.pk).update(title="第二？", short_answer="字" * 40)
    restore(1, article.pk, editor)
    article.refresh_from_db()
    assert article.title == "第二？"
    row = article.revisions.open().get()
    assert (row.state, row.content["title"], row.comment, row.changed) == (State.DRAFT, "第一？", "恢复第 1 版", 31)
    assert (row.content["is_revision"], row.content["correction"]) == (False, "")
    assert article.revisions.get(step=Step.BASE).content["title"] == "第二？"


def test_a_returned_change_stays_returned_to_whom_it_was_when_an_old_text_is_restored(editor):
    article = make_article(title="第一？")
    change(article, editor, State.LIVE, Step.SMALL)
    row = change(article, editor, State.RETURNED, Step.RETURN, title="第二？")
    Revision.objects.filter(pk=row.pk).update(addressee=editor)
    restore(1, article.pk, make_staff("编辑", username="other"))
    row = article.revisions.open().get()
    assert (row.step, row.state, row.addressee) == (Step.RESTORE, State.RETURNED, editor)


def test_restoring_takes_a_change_that_waits_back_from_review(editor):
    article = make_article(title="第一？")
    change(article, editor, State.LIVE, Step.SMALL)
    change(article, editor, State.REVIEW, Step.SUBMIT, title="第二？")
    restore(1, article.pk, editor)
    assert article.revisions.open().get().state == State.DRAFT


@pytest.mark.parametrize(("status", "state"), [(Status.DRAFT, State.DRAFT), (Status.REVIEW, State.REVIEW)])
def test_restoring_what_nobody_has_published_leaves_it_where_it_is(editor, status, state):
    article = make_article(status=status, title="第一？")
    change(article, editor, State.CLOSED)
    restore(1, article.pk, editor)
    article.refresh_from_db()
    assert article.status == status
    assert article.revisions.open().get().state == state


def test_who_may_not_change_a_question_restores_nothing(editor):
    article = make_article(status=Status.DRAFT, title="第一？")
    change(article, editor)
    with pytest.raises(Refused, match="没有修改问题的权限"):
        restore(1, article.pk, make_staff(username="nobody"))


@pytest.mark.parametrize(("number", "is_there"), [(2, True), (1, False)])
def test_a_version_or_a_question_that_is_not_there_is_not_restored(editor, number, is_there):
    article = make_article()
    change(article, editor)
    with pytest.raises(Refused, match="没有这个版本"):
        restore(number, article.pk if is_there else article.pk + 1, editor)


# --- The state of a question --------------------------------------------------------------


@pytest.mark.parametrize("status", Status.values)
@pytest.mark.parametrize(
    ("step", "outcomes"),
    [
        (Step.SAVE, {}),
        (Step.SMALL, {}),
        (Step.CHECKED, {}),
        (Step.SUBMIT, {"draft": "review"}),
        (Step.RETURN, {"review": "draft"}),
        *((step, dict.fromkeys(Status.values, "published")) for step in (Step.PUBLISH, Step.DIRECT, Step.UNREVIEWED)),
    ],
)
def test_a_step_moves_a_question_where_it_should_and_nowhere_else(status, step, outcomes):
    article = Article(status=status, withdrawn_reason="有误", published_at=timezone.now())
    set_state(Situation(article, User()), step, {})
    assert article.status == outcomes.get(status, status)
    assert article.withdrawn_reason == ("" if step in (Step.PUBLISH, Step.DIRECT, Step.UNREVIEWED) else "有误")


# --- Who it was -----------------------------------------------------------------------------


@pytest.mark.parametrize("step", [Step.PUBLISH, Step.UNREVIEWED])
def test_what_was_approved_is_not_taken_for_the_work_of_another_program(editor, reviewer, step):
    article = make_article(status=Status.REVIEW, published_at=None, reviewed_on=timezone.localdate())
    take(step, article.pk, reviewer if step == Step.PUBLISH else make_staff("管理员"))
    take(Step.WITHDRAW, article.pk, editor, reason="有误")
    assert history(article) == [("base", "closed"), (step, "live"), ("withdraw", "live")]
    assert article.revisions.get(step=step).content["published_at"]


def test_a_change_is_recorded_as_it_was_written(editor, reviewer):
    TagAlias.objects.create(tag=Tag.objects.create(name="头痛"), name="头疼")
    article = make_article()
    typed = {"title": " 头痛\u200b？ ", "tags": ["头疼"], "published_at": None, "body": "<p onclick=x>甲。</p>"}
    change(article, editor, State.REVIEW, **typed)
    take(Step.PUBLISH, article.pk, reviewer)
    assert article.revisions.first().content == content_of(Article.objects.get(pk=article.pk))
    take(Step.WITHDRAW, article.pk, editor, reason="有误")
    assert [step for step, _ in history(article)] == ["save", "base", "publish", "withdraw"]


def test_a_restored_text_is_recorded_as_it_was_written(editor):
    article = make_article(status=Status.DRAFT, title="第一？")
    change(article, editor, title=" 第零？")
    restore(1, article.pk, editor)
    assert article.revisions.first().content == content_of(Article.objects.get(pk=article.pk)) | SAID


def test_only_what_stood_there_before_belongs_to_nobody(editor):
    article = make_article()
    row = change(article, editor)
    assert row.who == "editor"
    editor.delete()
    assert article.revisions.get().who == "已经不在的账号"
    assert Revision(step=Step.BASE).who == "导入或其他程序"
