"""Readers' reports of mistakes: the form without account and JavaScript, and what keeps programs and mischief out."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from articles.models import Article, Report
from articles.tests.factories import make_article
from articles.tests.reading import read
from articles.views.report_form import MOST_OPEN, TRAP

pytestmark = pytest.mark.django_db
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def quick(settings):
    """Tests send at once; limits begin anew."""
    settings.REPORT_MIN_SECONDS = 0
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def article():
    return make_article(title="痛风能喝酒吗？")


def open_form(client, article):
    """Return the values that a browser would send with the form, nothing filled in."""
    page = read(client.get(article.report_path))
    (form,) = page.all("form", method="post")
    assert form["action"] == article.report_path
    (carried,), (trap,) = page.all("input", name="ticket"), page.all("input", name=TRAP)
    return {"ticket": carried["value"], TRAP: trap.get("value", "")}


def send(client, article, headers=OURS, **values):
    filled = open_form(client, article) | {"reason": "dose", "text": "第二段的剂量应当减半。"} | values
    return client.post(article.report_path, {k: v for k, v in filled.items() if v is not None}, headers=headers)


def assert_refused(answer, sentence, status=400):
    """The form is shown again with the sentence, and what was written is still in it."""
    assert answer.status_code == status
    assert sentence in read(answer).text
    assert not Report.objects.exists()


# --- The way of a reader --------------------------------------------------------


def test_the_page_of_a_question_leads_to_the_form(client, article):
    page = read(client.get(article.get_absolute_url()))
    assert article.report_path in page.links
    form = read(client.get(article.report_path))
    assert article.title in form.text
    assert article.get_absolute_url() in form.links
    assert [field["value"] for field in form.all("input", name="reason")] == Report.Reason.values


def test_a_report_arrives_and_the_reader_is_thanked(client, article):
    answer = send(client, article)
    assert answer.status_code == 303
    thanks = client.get(answer["Location"])
    assert "已经收到" in read(thanks).text
    report = Report.objects.get()
    assert (report.article, report.reason, report.text) == (article, "dose", "第二段的剂量应当减半。")
    assert report.is_open


def test_a_report_tells_the_version_that_the_reader_saw(client, article):
    seen = article.updated_at
    form = open_form(client, article) | {"reason": "typo", "text": "错字"}
    article.title = "改过了？"
    article.save()
    client.post(article.report_path, form, headers=OURS)
    assert Report.objects.get().version == seen != article.updated_at


def test_nothing_is_kept_of_who_reports():
    kept = {field.name for field in Report._meta.fields}
    settled = {"correction", "note", "settled_by", "settled_at"}
    assert kept - settled == {"id", "article", "reason", "text", "version", "revision", "created_at"}


def test_the_form_sets_no_cookie_and_is_stored_and_indexed_nowhere(client, article):
    for answer in (client.get(article.report_path), send(client, article), send(client, article, text="")):
        assert not answer.cookies
        assert answer["Cache-Control"] == "private, no-store"
    assert read(client.get(article.report_path)).meta("robots") == "noindex"


def test_to_open_the_form_writes_nothing(client, article):
    client.get(article.report_path)
    client.get(f"{article.report_path}?sent")
    assert client.head(article.report_path).status_code == 200
    assert not Report.objects.exists()


def test_a_double_click_is_one_report(client, article):
    form = open_form(client, article) | {"reason": "typo", "text": "错字"}
    for _ in range(2):
        assert client.post(article.report_path, form, headers=OURS).status_code == 303
    assert Report.objects.count() == 1


def test_the_form_costs_few_queries(client, article, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        client.get(article.report_path)


@pytest.mark.django_db(transaction=True)
def test_the_form_never_enters_the_page_cache(make_node, article):
    node = make_node()
    first, second = node.text(article.report_path), node.text(article.report_path)
    assert "ticket" in first
    assert len(node.rendered) + len(node.cache.store.rows) == 0  # each was passed on to the application
    assert second


# --- What cannot be reported ----------------------------------------------------


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"published_at": timezone.now() + timedelta(days=1)}])
def test_what_is_not_public_has_no_form(client, fields):
    article = make_article(**fields)
    assert client.get(article.report_path).status_code == 404
    assert client.post(article.report_path, {"reason": "dose", "text": "x"}, headers=OURS).status_code == 404


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40])
def test_an_unknown_question_has_no_form(client, number):
    for answer in (client.get(f"/articles/{number}/report/"), client.post(f"/articles/{number}/report/", headers=OURS)):
        assert answer.status_code == 404


def test_a_withdrawn_question_gives_its_reason_instead(client, article):
    form = open_form(client, article) | {"reason": "typo", "text": "错字"}
    article.withdraw("内容过时")
    for answer in (client.get(article.report_path), client.post(article.report_path, form, headers=OURS)):
        assert answer.status_code == 410
        assert "内容过时" in read(answer).text
    assert not Report.objects.exists()


def test_other_methods_are_not_answered(client, article):
    assert client.put(article.report_path).status_code == 405
    assert client.delete(article.report_path).status_code == 405


# --- Bad input ------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   \n ", "\x00", "\u200b\u202e", None])
def test_an_empty_report_is_asked_for_its_words(client, article, text):
    assert_refused(send(client, article, text=text), "请写明哪里有错。")


@pytest.mark.parametrize("reason", ["", None, "nonsense", "wrong\x00", "dose' OR 1=1"])
def test_a_report_needs_one_of_the_reasons(client, article, reason):
    answer = send(client, article, reason=reason)
    assert_refused(answer, "原因")
    assert "第二段的剂量应当减半。" in read(answer).text


@pytest.mark.parametrize("length", [1_001, 100_000])
def test_a_report_that_is_too_long_is_kept_in_the_form_and_its_length_told(client, article, length):
    answer = send(client, article, text="长" * length)
    assert_refused(answer, f"最多1000字，现在有{length}字")
    assert "长" * length in read(answer).text


def test_a_report_of_exactly_the_most_is_taken(client, article):
    assert send(client, article, text="长" * 1_000).status_code == 303


def test_megabytes_are_refused_politely(client, article):
    answer = client.post(article.report_path, {"text": "长" * 3_000_000}, headers=OURS)
    assert answer.status_code in (400, 413)
    assert "Traceback" not in answer.content.decode()
    assert not Report.objects.exists()


def test_what_cannot_be_seen_is_dropped(client, article):
    send(client, article, text="剂\x00量\u202e有\u200b误\r\n\r\n第二\u2066行\ud800".encode("utf-8", "ignore").decode())
    assert Report.objects.get().text == "剂量有误\n\n第二行"


def test_markup_is_text(client, article):
    answer = send(client, article, reason="", text="</textarea><script>alert(1)</script>")
    assert "<script>alert" not in answer.content.decode()


# --- Programs and mischief ------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_a_report_from_another_site_is_refused(client, article, headers):
    assert send(client, article, headers=headers).status_code == 403
    assert not Report.objects.exists()


def test_a_browser_without_fetch_metadata_can_report(client, article):
    assert send(client, article, headers={"Origin": "http://testserver"}).status_code == 303


@pytest.mark.parametrize("ticket", ["", None, "forged", "a:b:c", "\x00", "é" * 400])
def test_a_forged_form_is_refused_and_the_next_try_works(client, article, ticket):
    answer = send(client, article, ticket=ticket)
    assert_refused(answer, "请再点一次“提交”")
    page = read(answer)
    (renewed,) = page.all("input", name="ticket")
    assert "第二段的剂量应当减半。" in page.text
    values = {"ticket": renewed["value"], "reason": "dose", "text": "第二段的剂量应当减半。"}
    assert client.post(article.report_path, values, headers=OURS).status_code == 303


def test_the_form_of_another_question_is_refused(client, article):
    assert_refused(send(client, article, ticket=open_form(client, make_article())["ticket"]), "请再点一次")


def test_a_form_that_was_opened_yesterday_is_refused(client, article, monkeypatch):
    form = open_form(client, article) | {"reason": "typo", "text": "错字"}
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    assert_refused(client.post(article.report_path, form, headers=OURS), "打开得太久")


def test_who_fills_what_no_reader_sees_is_a_program(client, article):
    page = read(client.get(article.report_path))
    assert page.all("p", hidden="")
    assert_refused(send(client, article, **{TRAP: "https://spam.example"}), "像是程序")


def test_who_sends_at_once_is_asked_to_wait_and_the_same_form_works_then(client, article, settings, monkeypatch):
    settings.REPORT_MIN_SECONDS = 3
    answer = send(client, article)
    assert_refused(answer, "太快了")
    (kept,) = read(answer).all("input", name="ticket")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 4)
    values = {"ticket": kept["value"], "reason": "dose", "text": "第二段的剂量应当减半。"}
    assert client.post(article.report_path, values, headers=OURS).status_code == 303


@pytest.mark.parametrize("name", ["REPORTS_PER_MINUTE", "REPORTS_PER_DAY"])
def test_one_address_can_send_only_so_many(client, article, settings, name):
    setattr(settings, name, 2)
    for number in range(2):
        assert send(client, article, text=f"第 {number} 处").status_code == 303
    answer = send(client, article, text="第三处")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "第三处" in read(answer).text
    assert Report.objects.count() == 2
    assert send(client, article, text="").status_code == 400  # what was refused is not counted
    other = client.post(
        article.report_path,
        open_form(client, article) | {"reason": "typo", "text": "别人的"},
        headers=OURS,
        REMOTE_ADDR="203.0.113.9",
    )
    assert other.status_code == 303


def test_a_question_that_many_reported_takes_no_more_until_some_are_settled(client, article):
    Report.objects.bulk_create(
        Report(article=article, reason="typo", text=f"{number}", version=article.updated_at)
        for number in range(MOST_OPEN)
    )
    answer = send(client, article)
    assert answer.status_code == 400
    assert "编辑正在处理" in read(answer).text
    article.reports.first().settle(None, note="已改")
    assert send(client, article).status_code == 303


def test_reports_go_with_their_question(client, article):
    send(client, article)
    Article.objects.get(pk=article.pk).delete()
    assert not Report.objects.exists()


def test_who_tells_of_danger_sees_whom_to_call_instead_of_waiting(client, article):
    answer = send(client, article, text="照您说的吃了药，现在喘不上气，嘴唇发紫，怎么办")
    assert answer.status_code == 200, "a redirect would say in its address what the card is about"
    page = read(answer)
    assert page.links.count("tel:120") > read(client.get(f"{article.report_path}?sent")).links.count("tel:120")
    assert "已经收到" in page.text
    assert article.reports.count() == 1


def test_who_tells_of_danger_sees_whom_to_call_though_the_report_is_refused(client, article):
    answer = send(client, article, text="吃了这个药吐血了", reason="")
    assert answer.status_code == 400
    assert "吐血、大量便血、咯血" in read(answer).text


def test_who_reports_a_mistake_is_thanked_and_no_more(client, article):
    answer = send(client, article, text="第三段说每天三次，药品说明书上写的是每天两次。")
    assert answer["Location"] == f"{article.report_path}?sent"
