"""What an editor's file may do: the plan of it, its import in one transaction, and the versions that it leaves."""

import json
from datetime import date, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from articles.importing import uploads
from articles.importing.errors import BadFile
from articles.importing.uploads import PlanChanged, may_publish, plan, receive
from articles.models import Article, Doctor, ImportUpload, Revision, Tag
from articles.models.revision import content_of
from articles.tests.editing import make_staff
from articles.tests.factories import make_article, make_doctor
from articles.tests.imports import page

pytestmark = pytest.mark.django_db
ROW = {"source": "a:1", "title": "感冒怎么办？", "body": "多喝水。", "published_at": "2025-06-24 23:05:25"}
Step, State, Status = Revision.Step, Revision.State, Article.Status


@pytest.fixture
def editor():
    return make_staff("编辑", username="editor")


@pytest.fixture
def manager():
    return make_staff("管理员", username="manager")


def may(*names):
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


def upload(user, *rows, status=Status.DRAFT, name="x.jsonl"):
    content = "".join(json.dumps(row) + "\n" for row in rows)
    return receive(user, name, content.encode(), status)


def planned(user, *rows, **how):
    """Return [(what, why)] of the rows."""
    return [(row.what, row.why) for row in plan(upload(user, *rows, **how)).rows]


def apply(found):
    return list(uploads.apply(found))


def imported(user, *rows, **how):
    found = upload(user, *rows, **how)
    apply(found)
    return found


def why(user, *rows, **how):
    [(what, sentence)] = planned(user, *rows, **how)
    assert (what == "refused") is bool(sentence)
    return sentence


# --- Who may publish by a file ------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "required", "expected"),
    [("编辑", True, False), ("医学审核", True, False), ("管理员", True, True), ("编辑", False, True)],
)
def test_what_is_imported_reaches_readers_by_the_same_right_as_a_button(settings, group, required, expected):
    settings.REVIEW_REQUIRED = required
    assert may_publish(make_staff(group)) is expected


def test_without_required_reviews_who_may_not_publish_still_does_not(settings):
    settings.REVIEW_REQUIRED = False
    assert not may_publish(may("change_article", "publish_unreviewed_article"))


def test_editors_import_drafts_and_what_waits_and_managers_what_readers_see(editor, manager):
    assert why(editor, ROW, status=Status.PUBLISHED) == "要先经过医学审核，请导入为草稿或待审。"
    assert why(editor, ROW, status=Status.REVIEW) == ""
    assert why(editor, ROW, status=Status.DRAFT) == ""
    assert why(manager, ROW, status=Status.PUBLISHED) == ""


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.REVIEW])
def test_without_a_text_a_question_is_a_draft(manager, status):
    assert why(manager, {"title": "甲"}, status=status) == "没有正文，只能导入为草稿。"
    assert why(manager, {"title": "甲"}, status=Status.DRAFT) == ""


def test_what_a_page_lists_may_be_without_a_text(manager):
    found = receive(manager, "x.txt", page(items=[("咳嗽？", "2025-06-20", "")]).encode(), Status.PUBLISHED)
    assert [row.what for row in plan(found).rows] == ["new", "new"]


# --- What needs rights of its own ----------------------------------------------------------


REVIEW = "审核医生和审核日期只有能登记医学审核的人可以改，请去掉这几列。"


@pytest.mark.parametrize("column", [{"reviewer": "王"}, {"reviewed_on": "2025-06-01"}])
def test_only_who_may_review_imports_a_review(editor, column):
    assert why(editor, {**ROW, **column}) == REVIEW
    reviewer = may("add_article", "change_article", "review_article", "add_doctor", "add_tag")
    assert why(reviewer, {**ROW, **column}) == ""


SIGNED = {"审核医生": "张主任", "审核日期": "2026-06-01"}


def test_no_review_is_imported_in_the_name_of_who_signs_alone():
    zhang = make_doctor(name="张主任", user=make_staff("医学审核"))
    both = make_staff("编辑", "医学审核")
    assert why(both, {**ROW, **SIGNED}) == "张主任有自己的账号，请本人登记审核，或者由管理员登记。"
    make_doctor(name="李医生", user=both)
    assert why(both, {**ROW, **SIGNED}) == "只能用您自己（李医生）的名字登记审核；别的医生由管理员登记。"
    assert why(both, {**ROW, **SIGNED, "审核医生": "李医生"}) == ""
    article = make_article(source="a:1", source_digest="", status=Status.DRAFT, reviewer=zhang)
    assert why(both, {**ROW, "审核日期": "2026-06-01"}).startswith("只能用您自己")
    article.refresh_from_db()
    assert article.reviewed_on is None


def test_a_review_that_is_imported_for_somebody_is_said_to_be(manager):
    make_doctor(name="张主任", user=make_staff("医学审核"))
    imported(manager, {**ROW, **SIGNED}, status=Status.REVIEW)
    assert Revision.objects.get().comment.endswith("（代张主任登记审核）")
    imported(manager, {**ROW, **SIGNED, "body": "多休息。"})
    assert "代张主任" not in Revision.objects.first().comment  # the review is what it was


def test_the_date_of_the_next_review_is_part_of_a_review(editor):
    make_article(source="a:1", source_digest="", status=Status.DRAFT, reviewed_on=date(2025, 6, 1))
    assert why(editor, {**ROW, "下次审核": "2026-06-01"}) == REVIEW


def test_new_tags_and_doctors_need_the_right_to_make_them():
    user = may("add_article", "change_article")
    assert why(user, {**ROW, "tags": "新的、更新的"}) == "没有标签“新的”，您没有新建标签的权限。"
    assert why(user, {**ROW, "department": "新科"}) == "没有标签“新科”，您没有新建标签的权限。"
    assert why(user, {**ROW, "doctor": "新医生"}) == "没有医生“新医生”，您没有新建医生的权限。"
    Tag.objects.create(name="新的")
    make_doctor(name="老医生")
    assert why(user, {**ROW, "tags": "新的", "doctor": "老医生"}) == ""
    able = may("add_article", "change_article", "add_tag", "add_doctor")
    assert why(able, {**ROW, "tags": "新新的", "doctor": "新新医生"}) == ""
    assert not Doctor.objects.filter(name__startswith="新").exists()
    assert Tag.objects.count() == 1


def test_a_preview_writes_neither_questions_nor_doctors_nor_tags(editor):
    upload(editor, {**ROW, "doctor": "李", "tags": "甲"})
    assert not Article.objects.exists()
    assert not Doctor.objects.exists()
    assert not Tag.objects.exists()


def test_what_the_copy_editor_blocks_goes_to_no_reader(settings, editor, manager):
    settings.COPYEDIT_BLOCKING = ["absolute-claim"]
    claim = {**ROW, "body": "保证根治。"}
    assert "文字检查没有通过" in why(manager, claim, status=Status.PUBLISHED)
    assert why(editor, claim, status=Status.DRAFT) == ""
    assert why(editor, claim, status=Status.REVIEW) == ""
    imported(manager, ROW, status=Status.PUBLISHED)
    assert "文字检查没有通过" in why(manager, claim)
    assert planned(editor, claim) == [("held", "")]  # it waits, and its approval is asked again


# --- What readers have --------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_a_change_of_what_has_been_public_waits_and_readers_keep_their_text(editor, manager, status):
    imported(manager, ROW, status=Status.PUBLISHED)
    Article.objects.update(status=status, withdrawn_reason="有误")
    imported(editor, {**ROW, "body": "别的。", "tags": "新"})
    article = Article.objects.get()
    assert (article.body, article.status, article.tags.count()) == ("<p>多喝水。</p>", status, 0)
    row = article.revisions.open().get()
    assert (row.step, row.state, row.by, row.changed) == (Step.SUBMIT, State.REVIEW, editor, 31)
    assert (row.content["body"], row.content["tags"]) == ("<p>别的。</p>", ["新"])
    assert LogEntry.objects.filter(object_id=article.pk, user=editor).get().is_change()


def test_who_may_publish_unreviewed_changes_what_readers_have_at_once(manager):
    imported(manager, ROW, status=Status.PUBLISHED)
    imported(manager, {**ROW, "body": "别的。"})
    assert Article.objects.get().body == "<p>别的。</p>"
    assert [(row.step, row.state) for row in Revision.objects.order_by("number")] == [
        ("unreviewed", "live"),
        ("unreviewed", "live"),
    ]


def test_likes_alone_wait_for_nobody_and_make_no_version(manager):
    imported(manager, ROW, status=Status.PUBLISHED)
    Article.objects.get().like("a" * 32)
    assert planned(manager, {**ROW, "likes": 5}) == [("changed", "")]
    imported(manager, {**ROW, "likes": 5})
    article = Article.objects.get()
    assert (article.like_count, article.imported_likes, article.revisions.count()) == (6, 5, 1)


@pytest.mark.parametrize("column", [{"likes": 5}, {"revised_at": "2025-07-01"}, {"likes": 5, "body": "别的。"}])
@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.WITHDRAWN])
def test_likes_and_dates_that_no_version_keeps_reach_readers_by_a_right_only(editor, manager, column, status):
    imported(manager, ROW, status=Status.PUBLISHED)
    Article.objects.update(status=status, withdrawn_reason="有误")
    sentence = "已发布的问题，点赞和更新时间只有管理员可以导入。请去掉这两列，或者请管理员导入。"
    assert why(editor, {**ROW, **column}) == sentence
    assert why(manager, {**ROW, **column}) == ""
    Article.objects.update(status=Status.DRAFT)
    assert why(editor, {**ROW, **column}) == ""


def test_what_readers_see_of_a_doctor_is_written_by_who_may_vouch_for_it(editor, manager):
    new = {**ROW, "doctor": {"name": "李", "biography": "包治百病。"}}
    assert why(editor, new) == "医生简介要由医学审核来写，请去掉“医生简介”一列。"
    assert why(editor, {**ROW, "doctor": {"name": "李", "hospital": "市一院"}}) == ""
    assert why(manager, new) == ""


def test_a_change_that_is_open_already_is_not_overtaken(editor, manager):
    imported(manager, ROW, {**ROW, "source": "a:2", "title": "咳嗽？"}, status=Status.PUBLISHED)
    article = Article.objects.get(source="a:1")
    Revision.record(article, Step.SAVE, State.DRAFT, content=content_of(article) | {"title": "改？"}, by=editor)
    sentence = "这个问题还有没处理完的改动，请先在后台处理。"
    for user in (editor, manager):
        assert why(user, {**ROW, "body": "别的。"}) == sentence
    assert planned(manager, {**ROW, "likes": 5}) == [("changed", "")]
    assert planned(editor, {**ROW, "source": "a:2", "title": "咳嗽了？"}) == [("held", "")]


def test_a_draft_with_an_open_version_is_changed_by_a_file(editor):
    imported(editor, ROW)
    imported(editor, {**ROW, "body": "别的。"})
    assert Article.objects.get().body == "<p>别的。</p>"
    assert Revision.objects.open().get().number == 2


WHOLE = {
    "source": "a:1",
    "title": "感冒？",
    "doctor": "李",
    "tags": "甲",
    "department": "内科",
    "short_answer": "不急。",
    "body": "一。",
    "when_to_see_a_doctor": "高烧。",
    "urgency": "soon",
    "references": "乙",
    "reviewer": "王",
    "reviewed_on": "2025-06-01",
    "下次审核": "2026-06-01",
    "published_at": "2025-05-01",
    "likes": 3,
}


@pytest.mark.parametrize(
    ("change", "labels"),
    [
        ({"title": "咳嗽？"}, {"标题"}),
        ({"doctor": "张"}, {"医生"}),
        ({"tags": "丙"}, {"标签"}),
        ({"department": "外科"}, {"标签"}),
        ({"short_answer": "很急。"}, {"一句话回答"}),
        ({"body": "二。"}, {"正文"}),
        ({"when_to_see_a_doctor": "三天。"}, {"何时就医"}),
        ({"urgency": "now"}, {"就医紧迫程度"}),
        ({"references": "丁"}, {"参考资料"}),
        ({"reviewer": "张"}, {"审核医生"}),
        ({"reviewed_on": "2025-07-01"}, {"最近审核"}),
        ({"reviewed_on": "2025-07-01", "下次审核": None}, {"最近审核", "下次审核"}),
        ({"下次审核": "2026-07-01"}, {"下次审核"}),
        ({"published_at": "2025-05-01 00:00:01"}, {"发布时间"}),
        ({"revised_at": "2025-07-01"}, {"更新时间"}),
        ({"likes": 4}, {"导入的赞"}),
        ({"likes": 0}, {"导入的赞"}),
    ],
)
def test_each_column_that_changes_alone_is_a_change_and_is_written(manager, change, labels):
    imported(manager, WHOLE)
    found = upload(manager, WHOLE | change)
    [row] = plan(found).rows
    assert (row.what, {one.label for one in row.changes}) == ("changed", labels)
    apply(found)
    assert planned(manager, WHOLE | change) == [("same", "")]
    Article.objects.update(source_digest="")  # now the question itself is compared, part by part
    assert planned(manager, WHOLE | change) == [("same", "")]


@pytest.mark.parametrize("column", [name for name in WHOLE if name not in ("source", "title", "body")])
def test_what_a_file_does_not_say_any_more_stays_as_it_is(manager, column):
    imported(manager, WHOLE)
    before = content_of(Article.objects.get()) | {"likes": Article.objects.get().like_count}
    silent = {name: value for name, value in WHOLE.items() if name not in (column, "下次审核")}
    if column in ("tags", "department"):
        silent = {name: value for name, value in silent.items() if name not in ("tags", "department")}
    imported(manager, silent | {"title": "咳嗽？"})
    after = content_of(Article.objects.get()) | {"likes": Article.objects.get().like_count}
    assert after == before | {"title": "咳嗽？"}


# --- The versions -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "step", "state"),
    [(Status.DRAFT, "save", "draft"), (Status.REVIEW, "submit", "review")],
)
def test_a_new_question_begins_its_history_where_it_stands(editor, status, step, state):
    imported(editor, {**ROW, "tags": "甲、乙", "likes": 3}, status=status)
    row = Revision.objects.get()
    assert (row.number, row.step, row.state, row.by, row.comment) == (1, step, state, editor, "从文件“x.jsonl”导入")
    assert (row.changed, row.addressee) == (31, None)
    assert row.content == content_of(Article.objects.get())
    entry = LogEntry.objects.get()
    assert (entry.is_addition(), entry.user, entry.object_repr) == (True, editor, "感冒怎么办？")


def test_without_required_reviews_a_file_publishes_directly(settings, editor):
    settings.REVIEW_REQUIRED = False
    imported(editor, ROW, status=Status.PUBLISHED)
    assert (Revision.objects.get().step, Revision.objects.get().state) == (Step.DIRECT, State.LIVE)


def test_a_question_that_waits_goes_on_waiting_when_a_file_changes_it(editor):
    imported(editor, ROW, status=Status.REVIEW)
    imported(editor, {**ROW, "body": "别的。"})
    assert [(row.step, row.state) for row in Revision.objects.order_by("number")] == [
        ("submit", "closed"),
        ("save", "review"),
    ]


def test_a_question_that_waits_without_a_version_goes_on_waiting_too(editor):
    make_article(source="a:1", status=Status.REVIEW)
    imported(editor, ROW)
    assert [(row.number, row.step, row.state) for row in Revision.objects.order_by("number")] == [
        (1, "base", "closed"),
        (2, "save", "review"),
    ]


def test_what_was_returned_stays_returned_to_whom_it_was_when_a_file_changes_it(editor, manager):
    imported(editor, ROW)
    article = Article.objects.get()
    Revision.record(article, Step.RETURN, State.RETURNED, content=content_of(article), by=manager, addressee=editor)
    imported(manager, {**ROW, "body": "别的。"})
    row = Revision.objects.open().get()
    assert (row.number, row.step, row.state, row.addressee) == (3, Step.SAVE, State.RETURNED, editor)


@pytest.mark.parametrize(("status", "state"), [(Status.DRAFT, State.CLOSED), (Status.PUBLISHED, State.LIVE)])
def test_what_stood_there_in_no_version_is_kept_with_its_time_and_related_questions(editor, status, state):
    article = make_article(source="a:1", status=status, title="旧的？", tags=["旧"])
    article.related_items.create(related=make_article(), position=2)
    before = content_of(article)
    Article.objects.filter(pk=article.pk).update(updated_at=timezone.now() - timedelta(days=9))
    article.refresh_from_db()
    imported(editor, ROW)
    base, new = article.revisions.order_by("number")
    assert (base.step, base.state, base.by, base.at, base.content) == (
        Step.BASE,
        state,
        None,
        article.updated_at,
        before,
    )
    assert new.content["related"] == before["related"]
    assert new.content["title"] == "感冒怎么办？"


def test_what_is_the_last_version_that_readers_had_is_not_kept_twice(editor, manager):
    imported(manager, ROW, status=Status.PUBLISHED)
    article = Article.objects.get()
    Revision.record(article, Step.SAVE, State.CLOSED, content=content_of(article) | {"title": "放弃的？"})
    imported(editor, {**ROW, "body": "别的。"})
    assert not Revision.objects.filter(step=Step.BASE).exists()
    assert Revision.objects.open().get().number == 3


def test_versions_of_many_questions_are_numbered_each_by_itself(editor):
    rows = [{**ROW, "source": f"a:{n}", "title": f"问题{n}？"} for n in range(3)]
    imported(editor, *rows)
    imported(editor, *({**row, "body": "别的。"} for row in rows[:2]))
    numbers = Revision.objects.order_by("article_id", "number").values_list("number", flat=True)
    assert list(numbers) == [1, 2, 1, 2, 1]


# --- The plan and the import ----------------------------------------------------------------


def test_progress_is_told_in_rows_and_the_upload_is_finished(editor):
    found = upload(editor, *({**ROW, "source": f"a:{n}"} for n in range(501)))
    assert apply(found) == [500, 501]
    found.refresh_from_db()
    assert found.applied_at
    with pytest.raises(BadFile, match="这个文件已经导入过了"):
        apply(found)


def test_a_file_with_a_wrong_row_is_planned_in_the_order_of_its_lines_and_not_imported(editor):
    found = upload(editor, ROW, {"title": ""}, {"title": "乙"}, ROW, status=Status.REVIEW)
    assert [(row.line, row.what) for row in plan(found).rows] == [
        (1, "new"),
        (2, "refused"),
        (3, "refused"),
        (4, "refused"),
    ]
    assert found.plan_digest == ""
    with pytest.raises(BadFile, match="请重新上传"):
        apply(found)


def test_a_file_with_nothing_new_is_not_imported(editor):
    imported(editor, ROW)
    again = upload(editor, ROW)
    assert (plan(again).counts, again.plan_digest) == ({"same": 1}, "")
    with pytest.raises(BadFile, match="不能导入"):
        apply(again)


def test_changed_bytes_are_not_imported(editor):
    found = upload(editor, ROW)
    ImportUpload.objects.update(content=json.dumps({**ROW, "title": "换了"}).encode())
    with pytest.raises(BadFile, match="请重新上传"):
        apply(found)


def test_an_import_that_would_do_something_else_than_its_plan_does_nothing(editor):
    imported(editor, ROW)
    found = upload(editor, {**ROW, "body": "别的。"}, {"title": "乙"})
    Article.objects.update(title="改过了？")
    with pytest.raises(PlanChanged):
        apply(found)
    assert list(Article.objects.values_list("title", "body")) == [("改过了？", "<p>多喝水。</p>")]


def test_a_row_that_may_not_be_written_any_more_ends_the_import(manager):
    found = upload(manager, ROW, {**ROW, "source": "a:2"}, status=Status.PUBLISHED)
    manager.groups.clear()
    with pytest.raises(BadFile, match="要先经过医学审核"):
        apply(ImportUpload.objects.get(pk=found.pk))
    assert not Article.objects.exists()


def test_columns_that_mean_nothing_are_named_in_the_plan(editor):
    found = plan(upload(editor, {**ROW, "备注": "内部"}))
    assert (found.ignored, found.notes) == ("备注", [])
    assert plan(receive(editor, "x.txt", page(end="").encode(), Status.DRAFT)).notes == [
        "没有“返回”一行，文件可能不完整"
    ]
