"""Patients' words in the admin: editors look, add, remove and bring back; readers who found nothing propose."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from articles.finding.search import search
from articles.models import PatientWord, SearchMiss
from articles.tests.editing import Form, make_staff, sign_in
from articles.tests.factories import make_article, make_tag
from articles.tests.reading import read

pytestmark = pytest.mark.django_db
LIST = "/admin/articles/patientword/"
NEW = {"word": "火星热", "term": "痛风", "reason": "本地都这么说"}


@pytest.fixture(autouse=True)
def no_shipped_words():
    PatientWord.objects.all().delete()


def add(client, **fields):
    return client.post(f"{LIST}add/", NEW | fields)


def page(client, **query):
    return read(client.get(LIST, query)).text


def remove(client, row):
    return client.post(f"{LIST}{row.pk}/delete/", {"post": "yes"})


def test_a_pair_that_an_editor_adds_is_found_by_readers(editor):
    one = make_article(title="痛风怎么办？")
    assert search("火星热").keys == []
    assert add(editor).status_code == 302
    assert search("火星热").keys == [one.pk]
    assert LogEntry.objects.get().is_addition()


def test_the_list_shows_and_finds_pairs_by_word_term_and_reason(editor):
    add(editor)
    add(editor, word="木星热", term="头痛", reason="外地说法")
    assert all(text in page(editor) for text in ("火星热", "痛风", "本地都这么说", "木星热"))
    for text in ("木星", "头痛", "外地"):
        assert "木星热" in page(editor, q=text)
        assert "火星热" not in page(editor, q=text)


def test_a_pair_that_an_editor_deletes_is_gone_from_searches_and_stays_away(editor):
    make_article(title="痛风怎么办？")
    add(editor)
    row = PatientWord.objects.get()
    assert remove(editor, row).status_code == 302
    assert search("火星热").keys == []
    page(editor)  # says what was deleted
    assert "火星热" not in page(editor)
    assert "火星热" in page(editor, removed="1")
    assert PatientWord.objects.deliver() > 0
    assert search("火星热").keys == []


def test_several_are_deleted_at_once_and_brought_back(editor):
    for word in ("火星热", "木星热"):
        add(editor, word=word)
    keys = list(PatientWord.objects.values_list("pk", flat=True))
    editor.post(LIST, {"action": "delete_selected", "_selected_action": keys, "post": "yes"})
    assert not PatientWord.objects.present().exists()
    editor.post(f"{LIST}?removed=1", {"action": "bring_back", "_selected_action": keys})
    assert PatientWord.objects.present().count() == 2


def test_a_pair_that_is_added_again_comes_back_with_its_history(editor):
    add(editor)
    row = PatientWord.objects.get()
    remove(editor, row)
    add(editor, reason="又有人说")
    again = PatientWord.objects.get()
    assert (again.pk, again.is_removed, again.reason) == (row.pk, False, "又有人说")
    history = read(editor.get(f"{LIST}{row.pk}/history/")).text
    assert history.count("已添加") == 2
    assert LogEntry.objects.filter(object_id=str(row.pk)).count() == 3


def test_what_makes_no_sense_is_refused_in_chinese(editor):
    add(editor)
    assert "已经有“痛风”" in read(add(editor)).text
    assert "至少两个字" in read(add(editor, word="痛")).text
    assert "和患者的说法一样" in read(add(editor, term="火星熱")).text


def test_only_the_reason_of_a_pair_can_be_changed(editor):
    add(editor)
    row = PatientWord.objects.get()
    editor.post(f"{LIST}{row.pk}/change/", {"word": "木星热", "term": "头痛", "reason": "改过"})
    row.refresh_from_db()
    assert (row.word, row.term, row.reason) == ("火星热", "痛风", "改过")


def test_the_medical_reviewer_reads_and_changes_nothing(reviewer, editor):
    add(editor)
    assert "本地都这么说" in page(reviewer)
    assert add(reviewer, word="木星热").status_code == 403
    assert remove(reviewer, PatientWord.objects.get()).status_code == 403


def test_a_search_without_result_opens_the_form_filled_in(editor):
    make_tag("痛风")
    SearchMiss.objects.create(query="脚痛风", times=7)
    SearchMiss.objects.create(query="火星热", times=3)
    links = read(editor.get("/admin/articles/searchmiss/")).links
    near, far = [href for href in links if "/patientword/add/?" in href]
    assert {"word": "脚痛风", "term": "痛风"}.items() <= Form(text(editor, near), "patientword_form").values.items()
    filled = Form(text(editor, far), "patientword_form").values
    assert (filled["word"], filled["term"], filled["reason"]) == ("火星热", "", "读者搜过 3 次，没有结果。")


def text(client, address):
    return client.get(address).content.decode()


def test_who_may_not_add_pairs_is_offered_none():
    SearchMiss.objects.create(query="火星热", times=3)
    user = make_staff()
    user.user_permissions.add(Permission.objects.get(codename="view_searchmiss"))
    assert "patientword/add" not in text(sign_in(user), "/admin/articles/searchmiss/")
