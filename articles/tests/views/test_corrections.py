"""Corrections in public: what readers and search engines see of them, and when the form asks for one."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.models import Article, Correction
from articles.tests.editing import change_address, errors_of, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_article, make_doctor
from articles.tests.reading import read, squeeze

pytestmark = pytest.mark.django_db

LINE = "更正儿童用量：原文写成了成人的剂量。"


# --- For readers ----------------------------------------------------------------


def test_corrections_stand_on_the_page_the_newest_first(client):
    article = make_article()
    for day, text in [(3, "第二条"), (1, "最早的"), (3, "第三条"), (9, "最新的")]:
        article.corrections.create(corrected_on=date(2026, 3, day), text=text)
    make_article().corrections.create(text="别的问题的")
    page = read(client.get(article.get_absolute_url()))
    wanted = "更正记录2026年3月9日最新的2026年3月3日第三条2026年3月3日第二条2026年3月1日最早的发布于"
    assert wanted in page.text
    assert "别的问题的" not in page.text


def test_a_question_without_corrections_has_no_such_part(client):
    html = client.get(make_article().get_absolute_url()).content.decode()
    assert "更正" not in html
    assert "correction" not in html


def test_search_engines_read_the_corrections(client):
    article = make_article(published_at=timezone.now() - timedelta(days=9))
    article.correct(LINE)
    page = read(client.get(article.get_absolute_url()))
    graph = {node["@type"]: node for node in page.json_ld[0]["@graph"]}
    today = timezone.localdate().isoformat()
    assert graph["Article"]["correction"] == [{"@type": "CorrectionComment", "datePublished": today, "text": LINE}]
    assert today in page.times
    assert squeeze(LINE) in page.text


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<b>1<2</b> & \u2028\"'", "<!--"])
def test_no_text_of_a_correction_is_markup(client, text):
    article = make_article()
    correction = article.correct(text)
    html = client.get(article.get_absolute_url()).content.decode()
    assert text not in html
    assert squeeze(correction.text) in read(client.get(article.get_absolute_url())).text
    assert (
        read(client.get(article.get_absolute_url())).json_ld[0]["@graph"][1]["correction"][0]["text"] == correction.text
    )


def test_corrections_cost_no_query(client, django_assert_num_queries):
    article = make_article(tags=["痛风"])
    for number in range(30):
        article.corrections.create(text=f"第 {number} 次")
    with django_assert_num_queries(2):
        client.get(article.get_absolute_url())


@pytest.mark.django_db(transaction=True)
def test_a_correction_shows_in_every_process_at_once(make_node):
    article = make_article()
    here, there, path = make_node(), make_node(), article.get_absolute_url()
    assert LINE not in here.text(path) + there.text(path)
    correction = article.correct(LINE)
    assert LINE in here.text(path)
    assert LINE in there.text(path)
    Correction.objects.filter(pk=correction.pk).update(text="改过的说明")
    assert "改过的说明" in there.text(path)
    correction.delete()
    assert "更正记录" not in there.text(path)


# --- The method -----------------------------------------------------------------


def test_to_correct_saves_the_change_its_line_and_the_time_and_nothing_of_the_review():
    article = make_article(reviewed_on=date(2026, 3, 9), reviewer=make_doctor())
    article.body = "<p>每公斤体重十毫克。</p>"
    user = make_staff("编辑")
    article.correct(f" {LINE}\n\u202e ", by=user)
    kept = Article.objects.get(pk=article.pk)
    assert kept.body == "<p>每公斤体重十毫克。</p>"
    assert kept.is_revised
    assert (kept.reviewed_on, kept.review_due_on) == (date(2026, 3, 9), date(2028, 3, 9))
    row = kept.corrections.get()
    assert (row.text, row.by, row.corrected_on) == (LINE, user, timezone.localdate())


@pytest.mark.parametrize("text", ["", "  \n", "\u200b\x00", "长" * 201])
def test_to_correct_without_a_line_of_a_sentence_changes_nothing(text):
    article = make_article()
    with pytest.raises(ValidationError):
        article.correct(text)
    article.refresh_from_db()
    assert article.revised_at is None
    assert not article.corrections.exists()


# --- The form -------------------------------------------------------------------


def test_a_change_of_substance_to_a_public_question_needs_its_line(editor):
    article = make_article()
    for blank in ("", "  ", "\u200b"):
        changes = {"body": "<p>新的。</p>", "is_revision": "on", "correction": blank}
        answer = send(editor, change_address(article), step="submit", **changes)
        assert "更正了什么、为什么" in errors_of(answer)
        assert shown_form(answer)["body"] == "<p>新的。</p>"
    article.refresh_from_db()
    assert article.revised_at is None
    assert not article.corrections.exists()


def test_a_correction_is_public_with_its_change_and_not_before(editor, reviewer):
    article = make_article()
    changes = {"body": "<p>新的。</p>", "is_revision": "on", "correction": LINE}
    send(editor, change_address(article), step="submit", **changes)
    assert not article.corrections.exists()
    assert shown_form(reviewer.get(change_address(article)))["correction"] == LINE
    send(reviewer, change_address(article), step="publish")
    article.refresh_from_db()
    assert (article.body, article.is_revised) == ("<p>新的。</p>", True)
    assert [(row.text, row.by.is_staff) for row in article.corrections.all()] == [(LINE, True)]


def test_a_line_alone_says_that_the_change_is_one_of_substance(editor, reviewer):
    article = make_article()
    send(editor, change_address(article), step="submit", correction=LINE)
    send(reviewer, change_address(article), step="publish")
    article.refresh_from_db()
    assert article.is_revised
    assert article.corrections.get().text == LINE


def test_a_typo_needs_no_line(editor):
    article = make_article(short_answer="多休西。")
    assert send(editor, change_address(article), step="small", short_answer="多休息。").status_code == 302
    assert not article.corrections.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("长" * 201, "最多200字，现在有201字"), ("长" * 100_000, "现在有100000字"), ("a\x00b", "空字符")],
)
def test_a_line_that_cannot_be_saved_is_refused_with_a_sentence(editor, text, sentence):
    article = make_article()
    answer = send(editor, change_address(article), step="submit", is_revision="on", correction=text)
    assert sentence in errors_of(answer).replace(" ", "")
    assert not article.corrections.exists()


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"published_at": timezone.now() + timedelta(days=1)}])
def test_what_nobody_has_read_is_not_corrected(editor, fields):
    article = make_article(**fields)
    assert "correction" not in shown_form(editor.get(change_address(article)))
    send(editor, change_address(article), step="submit", correction=LINE, title="改？")
    assert not article.corrections.exists()


def test_a_question_that_is_withdrawn_gives_the_reason_and_no_correction(editor):
    article = make_article()
    changes = {"withdrawn_reason": "剂量有误", "is_revision": "on"}
    assert send(editor, change_address(article), step="withdraw", **changes).status_code == 302
    assert not article.corrections.exists()


def test_the_form_lists_the_corrections_that_readers_see(editor):
    article = make_article()
    article.correct("<i>旧的</i>更正")
    html = editor.get(change_address(article)).content.decode()
    assert "&lt;i&gt;旧的&lt;/i&gt;更正" in html
    assert timezone.localdate().isoformat() in html


def test_the_form_stays_within_its_queries(editor, django_assert_max_num_queries):
    article = make_article(tags=["痛风"])
    for number in range(30):
        article.corrections.create(text=f"第 {number} 次")
    editor.get(change_address(article))
    with django_assert_max_num_queries(25):
        editor.get(change_address(article))


def test_managers_put_a_published_line_right(client):
    article = make_article()
    correction = article.correct(LINE)
    revised_at = article.revised_at
    manager = sign_in(make_staff("管理员"))
    send(manager, change_address(correction), "correction", text="更正\u202e儿童用量。")
    correction.refresh_from_db()
    article.refresh_from_db()
    assert correction.text == "更正儿童用量。"
    assert article.revised_at == revised_at
    assert "更正儿童用量。" in read(client.get(article.get_absolute_url())).text
