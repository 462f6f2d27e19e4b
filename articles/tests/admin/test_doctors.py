"""Doctors in the admin: merging, taking a merge back, deleting."""

import pytest

from articles.models import Article, Doctor, DoctorMerge
from articles.models.doctor_merging import merge_doctors
from articles.tests.editing import ARTICLES, change_address, last_change, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor

pytestmark = pytest.mark.django_db
DOCTORS = "/admin/articles/doctor/"


@pytest.fixture
def manager():
    return sign_in(make_staff("管理员"))


def merge(client, doctors, **values):
    keys = [doctor.pk for doctor in doctors]
    return client.post(DOCTORS, {"action": "merge", "_selected_action": keys, "index": "0"} | values, follow=True)


def test_a_merge_sends_readers_and_editors_on_and_is_taken_back_on_the_page_of_the_doctor_kept(manager, client):
    kept, old = make_doctor(name="张炜"), make_doctor(name="张伟", hospital="<b>市一院")
    article = make_article(doctor=old)
    assert merge(manager, [kept, old]).context["form"].initial["target"] == old
    answer = merge(manager, [kept, old], confirmed="1", target=kept.pk).content.decode()
    assert "已把 1 位医生合并到" in answer
    assert last_change(kept) == "合并了医生“张伟（<b>市一院）”。"
    moved = client.get(old.get_absolute_url())
    assert (moved.status_code, moved["Location"]) == (301, kept.get_absolute_url())
    assert "max-age=0" in moved["Cache-Control"]  # a browser must not remember it longer than the merge lasts
    assert "张炜" in client.get(article.get_absolute_url()).content.decode()
    led = manager.get(change_address(old), follow=True)
    assert led.redirect_chain[-1][0] == change_address(kept)
    page = led.content.decode()
    assert "合并进来：张伟（&lt;b&gt;市一院）" in page
    address = f"{DOCTORS}merges/{DoctorMerge.objects.get().pk}/undo/"
    assert address in page
    assert "undo" not in sign_in(make_staff("编辑")).get(change_address(kept)).content.decode()
    assert "合并时的 1 个回答" in manager.get(address).content.decode()
    assert "归还的：1 个回答。" in manager.post(address, follow=True).content.decode()
    assert client.get(old.get_absolute_url()).status_code == 200
    assert last_change(old) == "撤销了合并：从“张炜”分开，恢复为单独的医生。"


def test_two_accounts_or_one_doctor_alone_are_refused_in_words(manager):
    doctors = [make_doctor(user=make_staff("医学审核")) for _ in range(2)]
    assert "不止一位有自己的账号" in merge(manager, doctors, confirmed="1", target=doctors[0].pk).content.decode()
    assert "没有可合并的" in merge(manager, doctors[:1], confirmed="1", target=doctors[0].pk).content.decode()
    assert "选的医生已经不在了" in merge(manager, doctors, confirmed="1", target="9" * 30).content.decode()
    assert Doctor.objects.count() == 2


def test_a_form_that_names_a_doctor_merged_away_meanwhile_is_saved_with_the_one_kept(editor):
    old, kept = make_doctor(), make_doctor()
    article = make_article(status="draft", doctor=old)
    merge_doctors([old], kept)
    assert send(editor, change_address(article), doctor=str(old.pk)).status_code == 302
    assert Article.objects.get(pk=article.pk).doctor == kept


def test_a_doctor_whom_questions_name_is_not_deleted_and_the_page_says_what_to_do(manager):
    doctor, reviewer, unused = make_doctor(), make_doctor(), make_doctor()
    make_article(doctor=doctor, reviewer=reviewer)
    keys = [doctor.pk, reviewer.pk, unused.pk]
    selected = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    address = f"{DOCTORS}{reviewer.pk}/delete/"
    link = f"{ARTICLES}?reviewer={reviewer.pk}"
    for answer in (manager.get(address), manager.post(address, {"post": "yes"}), manager.post(DOCTORS, selected)):
        page = answer.content.decode()
        assert "还用在问题里，不能直接删除" in page
        assert f'<a href="{link}">1 个问题（审核医生）</a>' in page
        assert "合并到别的医生</button>" in page
    assert Doctor.objects.count() == 3
    assert len(manager.get(link).context["cl"].result_list) == 1
    manager.post(f"{DOCTORS}{unused.pk}/delete/", {"post": "yes"})
    assert Doctor.objects.count() == 2
