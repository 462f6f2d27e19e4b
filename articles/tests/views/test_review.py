"""Medical reviews: their dates, when they are overdue, and who is told."""

from datetime import date, timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from articles.models import Article
from articles.models.review import end_of, months_after
from articles.tests.editing import ARTICLES, change_address, errors_of, send
from articles.tests.factories import make_article, make_doctor
from articles.tests.imports import imported, json_lines
from articles.tests.reading import read
from articles.views.freshness import Freshness

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def reviewed(due_on, **fields):
    return make_article(reviewed_on=due_on - timedelta(days=700), review_due_on=due_on, **fields)


def dates_of(article):
    return Article.objects.values_list("reviewed_on", "review_due_on").get(pk=article.pk)


# --- The dates ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 3, 9), 24, date(2028, 3, 9)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_short_month(day, months, later):
    assert months_after(day, months) == later


def test_a_review_sets_reviewer_and_both_dates(settings):
    settings.REVIEW_MONTHS = 6
    doctor, article = make_doctor(), make_article()
    article.record_review(doctor, date(2026, 3, 9))
    article.refresh_from_db()
    assert (article.reviewer, *dates_of(article)) == (doctor, date(2026, 3, 9), date(2026, 9, 9))


def test_the_reviewer_may_set_another_date_for_the_next_review():
    article = make_article()
    article.record_review(make_doctor(), date(2026, 3, 9), date(2026, 4, 1))
    assert dates_of(article) == (date(2026, 3, 9), date(2026, 4, 1))


def test_a_new_review_moves_the_next_one():
    article = reviewed(today() - DAY)
    article.record_review(make_doctor(), today())
    assert dates_of(article) == (today(), months_after(today(), 24))
    assert not article.is_review_overdue


@pytest.mark.parametrize(("on", "due_on"), [(1, None), (0, 0), (-2, -3)])
def test_a_review_with_impossible_dates_changes_nothing(on, due_on):
    article = reviewed(today() + 30 * DAY)
    before = dates_of(article)
    with pytest.raises(ValidationError):
        article.record_review(make_doctor(), today() + on * DAY, due_on if due_on is None else today() + due_on * DAY)
    assert dates_of(article) == before


def test_neither_a_typo_nor_a_change_of_substance_moves_the_dates(editor):
    article = reviewed(today() + 30 * DAY)
    before = dates_of(article)
    send(editor, change_address(article), step="small", short_answer="呀。")
    article.refresh_from_db()
    assert article.short_answer == "呀。"
    article.body = "<p>不同的内容。</p>"
    article.save()
    assert dates_of(article) == before


def test_registering_a_review_says_today_unless_another_day_is_typed(reviewer, settings):
    article = reviewed(today() + 30 * DAY, reviewer=make_doctor())
    assert send(reviewer, change_address(article), step="checked").status_code == 302
    article.refresh_from_db()
    assert (article.reviewed_on, article.review_due_on) == (today(), months_after(today(), settings.REVIEW_MONTHS))
    before = today() - 3 * DAY
    send(reviewer, change_address(article), step="checked", reviewed_on=before.isoformat())
    article.refresh_from_db()
    assert article.reviewed_on == before


def test_a_review_that_changes_nothing_is_not_registered(reviewer):
    article = reviewed(today() + 30 * DAY, reviewer=make_doctor())
    send(reviewer, change_address(article), step="checked")
    assert "没有要登记的" in errors_of(send(reviewer, change_address(article), step="checked"))
    assert article.revisions.filter(step="checked").count() == 1


def test_a_review_by_nobody_is_not_registered(reviewer):
    article = reviewed(today() + 30 * DAY)
    assert "请填写审核医生" in errors_of(send(reviewer, change_address(article), step="checked"))


# --- For readers ----------------------------------------------------------------


def test_both_dates_stand_on_the_page(client):
    page = read(client.get(reviewed(date(2190, 3, 9), reviewer=make_doctor(name="沈佳宁")).get_absolute_url()))
    assert "审核：沈佳宁最近审核2188年4月8日下次审核2190年3月9日" in page.text
    assert "原定" not in page.text


@pytest.mark.parametrize(("days", "is_said"), [(-1, True), (0, False), (1, False)])
def test_readers_are_told_from_the_day_after(client, days, is_said):
    text = read(client.get(reviewed(today() + days * DAY).get_absolute_url())).text
    assert ("原定在" in text and "重新审核" in text) is is_said


@pytest.mark.django_db(transaction=True)
def test_a_kept_page_says_so_at_the_second_without_a_save(make_node, monkeypatch):
    article = reviewed(today())
    node, path = make_node(), article.get_absolute_url()
    midnight = end_of(today())
    monkeypatch.setattr(timezone, "now", lambda: midnight - timedelta(seconds=1))
    for _ in range(2):
        assert "原定在" not in node.text(path)
    assert len(node.rendered) == 1
    monkeypatch.setattr(timezone, "now", lambda: midnight)
    assert "原定在" in node.text(path)


def test_the_next_instant_is_the_earlier_of_publication_and_end_of_a_review():
    assert Freshness()().next_instant is None
    reviewed(today(), status="draft")
    reviewed(today() - DAY)
    assert Freshness()().next_instant is None
    reviewed(today() + DAY)
    assert Freshness()().next_instant == end_of(today() + DAY)
    soon = make_article(published_at=timezone.now() + timedelta(minutes=1))
    assert Freshness()().next_instant == soon.published_at


def test_the_day_ends_at_midnight_in_china():
    assert end_of(date(2026, 3, 9)).isoformat() == "2026-03-10T00:00:00+08:00"


# --- For editors ----------------------------------------------------------------


def test_a_review_in_the_form_makes_the_next_one_due_in_two_years(reviewer):
    article = reviewed(today() - DAY)
    send(reviewer, change_address(article), step="checked", reviewed_on=today().isoformat())
    assert dates_of(article) == (today(), months_after(today(), 24))


def test_a_review_in_the_form_may_say_when_the_next_is_due(reviewer):
    article, due_on = make_article(), today() + 90 * DAY
    send(
        reviewer,
        change_address(article),
        step="checked",
        reviewed_on=today().isoformat(),
        review_due_on=due_on.isoformat(),
    )
    assert dates_of(article) == (today(), due_on)


def test_a_review_that_is_taken_back_takes_the_next_date_with_it(reviewer):
    article = reviewed(today() + 30 * DAY)
    send(reviewer, change_address(article), step="checked", reviewed_on="")
    assert dates_of(article) == (None, None)


@pytest.mark.parametrize(
    ("due_on", "sentence"), [("2020-01-01", "要晚于最近审核"), ("2099-01-01", "太远了"), ("明年", "输入一个有效的日期")]
)
def test_an_impossible_next_review_is_refused_with_a_sentence(reviewer, due_on, sentence):
    article = reviewed(today() + 30 * DAY)
    before = dates_of(article)
    assert sentence in errors_of(send(reviewer, change_address(article), step="checked", review_due_on=due_on))
    assert dates_of(article) == before


def test_editors_cannot_move_the_dates(editor):
    article = reviewed(today() + 30 * DAY)
    before = dates_of(article)
    send(editor, change_address(article), reviewed_on=today().isoformat(), review_due_on="2027-01-01")
    assert dates_of(article) == before


def test_the_list_shows_what_is_overdue_and_what_soon_will_be(editor):
    long, short = reviewed(today() - 9 * DAY), reviewed(today() - DAY)
    soon, late = reviewed(today()), reviewed(today() + 30 * DAY)
    reviewed(today() + 31 * DAY)
    reviewed(today() - DAY, status="draft")
    reviewed(today() - DAY, published_at=timezone.now() + DAY)
    make_article()

    def listed(address):
        return list(editor.get(address).context["cl"].result_list)

    assert listed(f"{ARTICLES}?due=overdue") == [long, short]
    assert listed(f"{ARTICLES}?due=soon") == [soon, late]
    assert len(listed(f"{ARTICLES}?due=nonsense")) == 8


def test_the_list_of_what_is_overdue_costs_no_more_queries(editor, django_assert_max_num_queries):
    for _ in range(20):
        reviewed(today() - DAY, doctor=make_doctor(), tags=["痛风"])
    with django_assert_max_num_queries(12):
        editor.get(f"{ARTICLES}?due=overdue")


# --- On the command line --------------------------------------------------------


def due(*arguments):
    out = StringIO()
    try:
        call_command("review_due", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def test_the_command_lists_what_is_overdue_the_longest_first(settings):
    settings.SITE_URL = "https://www.example.org"
    article = reviewed(today() - 9 * DAY, title="痛风能喝酒吗？", reviewer=make_doctor(name="沈佳宁"))
    reviewed(today() - DAY)
    reviewed(today())
    status, text = due()
    lines = text.splitlines()
    assert status == 0
    assert len(lines) == 3
    for part in ("过期 9 天", "痛风能喝酒吗？", "沈佳宁", f"https://www.example.org{article.get_absolute_url()}"):
        assert part in lines[0]
    assert lines[-1] == "审核过期 2 个，审核后改过 0 个。"


def test_the_command_lists_what_will_be_due(settings):
    reviewed(today())
    reviewed(today() + 7 * DAY)
    reviewed(today() + 8 * DAY)
    _, text = due("--within", "7")
    assert "今天到期" in text
    assert "还有 7 天" in text
    assert "审核过期 0 个，7 天内到期 2 个，审核后改过 0 个。" in text


def test_the_check_fails_when_something_is_overdue():
    reviewed(today())
    assert due("--check")[0] == 0
    assert due("--check", "--within", "1")[0] == 1
    reviewed(today() - DAY)
    assert due("--check")[0] == 1


def test_the_command_lists_what_was_changed_after_its_review():
    article = reviewed(today() + DAY, title="痛风能喝酒吗？", reviewer=make_doctor(name="沈佳宁"))
    assert due("--check")[0] == 0
    article.body = "<p>每天 50 mg。</p>"
    article.save()
    status, text = due("--check")
    assert status == 1
    assert "审核后改过  痛风能喝酒吗？，上次由沈佳宁审核" in text
    assert "审核过期 0 个，审核后改过 1 个。" in text


@pytest.mark.parametrize("days", ["-1", "99999999999"])
def test_the_command_refuses_an_impossible_number_of_days(days):
    with pytest.raises(CommandError, match="--within"):
        due("--within", days)


# --- Through imports and migrations ---------------------------------------------


def test_an_imported_review_is_due_in_two_years(tmp_path):
    row = {"source": "a", "title": "甲？", "body": "文。", "reviewed_on": "2025-06-24"}
    imported(json_lines(tmp_path / "1.jsonl", row))
    article = Article.objects.get()
    assert article.review_due_on == date(2027, 6, 24)
    imported(json_lines(tmp_path / "2.jsonl", {**row, "reviewed_on": "2026-06-24"}))
    assert dates_of(article) == (date(2026, 6, 24), date(2028, 6, 24))
    imported(json_lines(tmp_path / "3.jsonl", {**row, "reviewed_on": "2026-06-24", "下次审核": "2026-12-01"}))
    assert dates_of(article) == (date(2026, 6, 24), date(2026, 12, 1))


@pytest.mark.parametrize("day", ["2024-02-29", "2025-08-31", "2026-03-09"])
def test_the_migration_makes_old_reviews_due_as_new_ones(day, settings):
    settings.REVIEW_MONTHS = 18
    article = make_article(reviewed_on=date.fromisoformat(day))
    Article.objects.update(review_due_on=None)
    import_module("articles.migrations.0009_fill_review_due").fill(None, connection.schema_editor())
    assert dates_of(article)[1] == months_after(date.fromisoformat(day), 18)
