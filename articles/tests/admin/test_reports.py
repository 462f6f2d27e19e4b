"""The inbox of readers' reports: answered by a correction, closed with a reason, settled once."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError

from articles.models import Report
from articles.tests.editing import ARTICLES, change_address, errors_of, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_article, make_doctor
from articles.tests.reading import read, squeeze

pytestmark = pytest.mark.django_db
INBOX = "/admin/articles/report/"


def make_report(article=None, **fields):
    article = article or make_article()
    values = {"reason": "dose", "text": "第二段的剂量应当减半。", "version": article.updated_at}
    return article.reports.create(**values | fields)


def listed(client, query=""):
    return list(client.get(f"{INBOX}{query}").context["cl"].result_list)


# --- The model ------------------------------------------------------------------


def test_counts_and_querysets_tell_what_is_open_corrected_and_closed():
    assert Report.objects.counts() == {"open": 0, "corrected": 0, "closed": 0}
    reports = [make_report() for _ in range(4)]
    user = make_staff("编辑")
    assert reports[0].settle(user, correction=reports[0].article.correct("更正了剂量。"))
    assert reports[1].settle(user, note="读者看错了行。")
    assert Report.objects.counts() == {"open": 2, "corrected": 1, "closed": 1}
    assert list(Report.objects.inbox()) == [reports[3], reports[2], reports[1], reports[0]]
    assert set(Report.objects.open()) == {reports[2], reports[3]}
    assert list(Report.objects.corrected()) == [reports[0]]
    assert list(Report.objects.closed()) == [reports[1]]
    assert [report.state for report in reports] == ["已更正", "已关闭", "待处理", "待处理"]


@pytest.mark.parametrize("note", ["", "  ", "\u200b\x00"])
def test_a_report_is_not_closed_without_a_reason(note):
    report = make_report()
    with pytest.raises(ValidationError):
        report.settle(None, note=note)
    assert Report.objects.open().exists()


def test_of_two_who_settle_the_same_report_the_first_is_right():
    report = make_report()
    same = Report.objects.get(pk=report.pk)
    assert report.settle(None, note="先来的")
    assert not same.settle(None, note="后来的")
    assert same.note == "先来的"


# --- The inbox ------------------------------------------------------------------


def test_the_inbox_shows_what_is_open_first(editor):
    old, settled, new = make_report(), make_report(), make_report()
    settled.settle(None, note="已改")
    assert listed(editor) == [new, old, settled]
    assert listed(editor, "?state=open") == [new, old]
    assert listed(editor, "?state=closed") == [settled]
    assert listed(editor, "?state=corrected") == []
    assert len(listed(editor, "?state=nonsense")) == 3
    assert len(listed(editor, "?q=剂%00量")) == 3


def test_the_inbox_costs_the_same_for_many(editor, django_assert_max_num_queries):
    for number in range(30):
        make_report(make_article(doctor=make_doctor()), text=f"第 {number} 份")
    with django_assert_max_num_queries(10):
        editor.get(INBOX)


def test_a_report_shows_whether_it_is_about_what_stands_there_now(editor):
    report = make_report(text="<b>粗</b>\n第二行")
    html = editor.get(change_address(report)).content.decode()
    assert "&lt;b&gt;粗&lt;/b&gt;" in html
    assert "此后又保存过" not in html
    report.article.save()
    assert "此后又保存过" in editor.get(change_address(report)).content.decode()


def test_a_report_is_closed_with_a_reason(editor):
    report = make_report()
    assert "请写明关闭的原因" in errors_of(send(editor, change_address(report), "report", note="  "))
    assert send(editor, change_address(report), "report", note="说明书就是这样写的。").status_code == 302
    report.refresh_from_db()
    assert (report.state, report.note) == ("已关闭", "说明书就是这样写的。")
    assert report.settled_by.is_staff


def test_a_closed_report_names_who_closed_it(editor):
    report = make_report()
    report.settle(make_staff("编辑", last_name="李", first_name="红"), note="说明书就是这样写的。")
    assert "李红，" in editor.get(change_address(report)).content.decode()


def test_what_is_settled_stands_and_changes_no_more(editor):
    report = make_report()
    report.settle(None, note="先来的")
    page = editor.get(change_address(report))
    assert "关闭" not in "".join(button["value"] for button in read(page).all("input", type="submit"))
    assert editor.post(change_address(report), {"note": "后来的"}).status_code == 403
    report.refresh_from_db()
    assert report.note == "先来的"


@pytest.mark.parametrize("note", ["长" * 201, "a\x00b"])
def test_a_reason_that_cannot_be_saved_is_refused_with_a_sentence(editor, note):
    report = make_report()
    assert errors_of(send(editor, change_address(report), "report", note=note))
    assert Report.objects.open().exists()


def test_reports_cannot_be_written_or_changed_in_the_admin(editor):
    report = make_report()
    send(editor, change_address(report), "report", note="已改", text="别的", reason="typo")
    report.refresh_from_db()
    assert (report.text, report.reason) == ("第二段的剂量应当减半。", "dose")
    assert editor.get(f"{INBOX}add/").status_code == 403


# --- Answered by a correction ---------------------------------------------------


def link_of(client, report):
    return next(link for link in read(client.get(change_address(report))).links if "?report=" in link)


def test_one_click_leads_to_the_question_and_the_approved_correction_settles_the_report(editor, reviewer):
    report = make_report()
    other = make_report(report.article, text="另一处")
    address = link_of(editor, report)
    page = editor.get(address)
    assert squeeze(report.text) in read(page).text
    values = shown_form(page) | {"correction": "更正第二段的剂量。", "body": "<p>减半。</p>"}
    assert values["_settles"] == str(report.pk)
    assert editor.post(address, values | {"_step": "submit"}).status_code == 302
    assert Report.objects.open().count() == 2
    assert shown_form(reviewer.get(change_address(report.article)))["_settles"] == str(report.pk)
    review = {"_step": "publish", "seen": report.article.revisions.first().number}
    assert reviewer.post(f"{ARTICLES}{report.article.pk}/review/", review).status_code == 302
    report.refresh_from_db()
    other.refresh_from_db()
    assert report.correction == report.article.corrections.get()
    assert report.state == "已更正"
    assert other.is_open


def test_a_refused_form_keeps_what_was_ticked(editor):
    report = make_report()
    values = shown_form(editor.get(link_of(editor, report))) | {"is_revision": "on", "_step": "submit"}
    answer = editor.post(change_address(report.article), values)
    assert "更正了什么" in errors_of(answer)
    assert shown_form(answer)["_settles"] == str(report.pk)
    assert Report.objects.open().exists()


def test_several_reports_are_answered_by_one_correction():
    manager = sign_in(make_staff("管理员"))
    article = make_article()
    reports = [make_report(article, text=f"第 {number} 份") for number in range(3)]
    values = shown_form(manager.get(change_address(article))) | {"correction": "更正剂量。"}
    values |= {"_settles": [reports[0].pk, reports[2].pk], "_step": "unreviewed"}
    manager.post(change_address(article), values)
    assert list(Report.objects.open()) == [reports[1]]
    assert article.corrections.get().reports.count() == 2


def test_a_typo_that_was_reported_is_settled_without_a_line(editor):
    report = make_report(reason="typo")
    send(editor, change_address(report.article), step="small", short_answer="呀。", _settles=str(report.pk))
    report.refresh_from_db()
    assert (report.state, report.correction) == ("已关闭", None)
    assert "小改动" in report.note


def test_what_is_not_ticked_stays_open(editor):
    report = make_report()
    values = shown_form(editor.get(change_address(report.article)))
    assert "_settles" not in values
    editor.post(change_address(report.article), values | {"correction": "别的更正。"})
    assert Report.objects.open().exists()


@pytest.mark.parametrize("keys", [["abc"], ["9" * 30], [""], ["-1"], ["1\x00"]])
def test_nonsense_keys_settle_nothing(editor, keys):
    report = make_report()
    values = shown_form(editor.get(f"{change_address(report.article)}?report={keys[0]}"))
    assert editor.post(change_address(report.article), values | {"_settles": keys}).status_code == 302
    assert Report.objects.open().exists()


def test_reports_of_another_question_are_not_settled(editor):
    report = make_report()
    article = make_article()
    values = shown_form(editor.get(change_address(article)))
    editor.post(change_address(article), values | {"_settles": report.pk})
    assert Report.objects.open().exists()


def test_staff_without_the_right_see_and_settle_no_report():
    user, report = make_staff(), make_report()
    names = ("view_article", "change_article", "view_relateditem")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = sign_in(user)
    page = client.get(change_address(report.article))
    assert report.text not in page.content.decode()
    client.post(change_address(report.article), shown_form(page) | {"_settles": report.pk})
    assert Report.objects.open().exists()


def test_the_form_with_many_reports_stays_within_its_queries(editor, django_assert_max_num_queries):
    article = make_article(tags=["痛风"])
    for number in range(30):
        make_report(article, text=f"第 {number} 份")
    editor.get(change_address(article))
    with django_assert_max_num_queries(25):
        editor.get(change_address(article))


# --- The version it was about ---------------------------------------------------


def reported(client, article):
    """Send a report as a reader does."""
    (ticket,) = read(client.get(article.report_path)).all("input", name="ticket")
    values = {"ticket": ticket["value"], "reason": "dose", "text": "剂量不对。"}
    assert client.post(article.report_path, values, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    return Report.objects.first()


def compared(editor, report):
    """Return the text of the page that says what changed since the reader saw it, or None."""
    links = [link for link in read(editor.get(change_address(report))).links if "/compare/?" in link]
    return read(editor.get(links[0])).text if links else None


@pytest.mark.parametrize("changes_before", [0, 1])
def test_the_report_leads_to_what_was_changed_since_the_reader_saw_it(client, editor, settings, changes_before):
    settings.REPORT_MIN_SECONDS = 0
    article = make_article(title="原来的标题？", short_answer="多休西。早睡。" if changes_before else "多休息。早睡。")
    if changes_before:
        send(editor, change_address(article), step="small", short_answer="多休息。早睡。")
    report = reported(client, article)
    assert compared(editor, report) is None
    send(editor, change_address(article), step="save", title="还没有生效的标题？")
    assert compared(editor, report) is None
    send(editor, change_address(article), step="discard")
    send(editor, change_address(article), step="small", short_answer="多休息。早睡啊。")
    assert "加上：啊。" in compared(editor, report)
