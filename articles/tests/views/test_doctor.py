import pytest
from django.utils import timezone

from articles.models import Doctor
from articles.tests.factories import make_article, make_doctor
from articles.tests.reading import read

pytestmark = pytest.mark.django_db


def test_doctor_shows_who_it_is_and_the_answers(client):
    doctor = make_doctor(
        name="周明远", professional_title="主任医师", department="神经内科", hospital="示范医院", biography="二十年。"
    )
    article, other = make_article(doctor=doctor), make_article(doctor=make_doctor())
    page = read(client.get(doctor.get_absolute_url()))
    for words in ("周明远", "主任医师·神经内科·示范医院", "二十年。", "周明远的回答"):
        assert words in page.text
    assert article.get_absolute_url() in page.links
    assert other.get_absolute_url() not in page.links
    assert page.meta("og:type") == "profile"


def test_doctor_of_whom_only_the_name_is_known_shows_cleanly(client):
    doctor = make_doctor(name="郑一帆")
    make_article(doctor=doctor)
    response = client.get(doctor.get_absolute_url())
    page = read(response)
    assert "None" not in page.text
    assert "·" not in page.text
    assert "（）" not in page.meta("description")


def test_biography_is_text(client):
    doctor = make_doctor(biography="<img src=x onerror=alert(1)>")
    assert b"<img" not in client.get(doctor.get_absolute_url()).content


def test_doctor_of_drafts_alone_is_told_to_nobody(client):
    doctor, former = make_doctor(name="只在草稿"), make_doctor(name="只在草稿")
    make_article(doctor=doctor, status="draft")
    make_article(reviewer=doctor, status="withdrawn", withdrawn_reason="过时")
    Doctor.everyone.filter(pk=former.pk).update(merged_into=doctor)
    for each in (doctor, former):
        response = client.get(each.get_absolute_url())
        assert response.status_code == 404
        assert "只在草稿" not in response.content.decode()


def test_doctor_shows_what_was_reviewed(client):
    doctor = make_doctor(name="沈佳宁")
    article, draft = make_article(reviewer=doctor), make_article(reviewer=doctor, status="draft")
    page = read(client.get(doctor.get_absolute_url()))
    assert "沈佳宁审核过的回答" in page.text
    assert "沈佳宁的回答" not in page.text
    assert article.get_absolute_url() in page.links
    assert draft.get_absolute_url() not in page.links


def test_answer_that_was_changed_after_its_review_is_not_shown_as_it_was_reviewed(client):
    doctor = make_doctor(name="沈佳宁")
    make_article(reviewer=doctor, reviewed_on=timezone.localdate())
    changed = make_article(reviewer=doctor, reviewed_on=timezone.localdate())
    assert "审核后有过改动" not in read(client.get(doctor.get_absolute_url())).text
    changed.body = "<p>每次 50 mg。</p>"
    changed.save()
    text = read(client.get(doctor.get_absolute_url())).text
    assert text.count("审核后有过改动") == 1
    assert text.index(changed.title) < text.index("审核后有过改动")  # the newest stands first


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40, "abc", "-1", "%00"])
def test_unknown_doctor_is_not_found(client, number):
    assert client.get(f"/doctors/{number}/").status_code == 404


def test_doctors_with_answers_are_listed(client):
    doctor = make_doctor(name="林晓晴", professional_title="副主任医师")
    make_article(doctor=doctor)
    make_doctor(name="从未回答")
    page = read(client.get("/doctors/"))
    assert "林晓晴副主任医师" in page.text
    assert doctor.get_absolute_url() in page.links
    assert "从未回答" not in page.text


def test_empty_list_of_doctors_says_so(client):
    assert "还没有医生" in read(client.get("/doctors/")).text
