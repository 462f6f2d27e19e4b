"""Merging doctors, and taking a merge of tags or doctors back within a week."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, Doctor, DoctorMerge, Revision, SiteVersion, Tag, TagAlias, TagMerge
from articles.models.doctor_merging import TwoAccounts, merge_doctors, undo_doctor_merge
from articles.models.merge_record import DAYS, NotUndone
from articles.models.merging import merge_tags, undo_tag_merge
from articles.models.revision import content_of, fill
from articles.tests.editing import make_staff
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.workflow.comparisons import compare_contents
from articles.workflow.situations import Situation

pytestmark = pytest.mark.django_db


def record_of(name):
    """Return the number of the merge by which the row of this name went away."""
    kind = TagMerge if TagMerge.objects.filter(name=name).exists() else DoctorMerge
    return kind.objects.get(name__startswith=name).pk


def names(article):
    return [tag.name for tag in Article.objects.get(pk=article.pk).tags.all()]


# --- Doctors ----------------------------------------------------------------------------------


def test_what_a_doctor_has_answered_reviewed_and_signs_for_goes_to_the_one_kept():
    user = make_staff("医学审核")
    kept = make_doctor(name="张伟", hospital="市一院")
    old = make_doctor(name="张 伟", hospital="第一医院", biography="二十年。", user=user)
    answered, reviewed = make_article(doctor=old), make_article(reviewer=old, reviewed_on=date(2025, 1, 31))
    version = SiteVersion.objects.get().number
    assert merge_doctors([old, kept], kept, user) == 1
    answered.refresh_from_db()
    reviewed.refresh_from_db()
    assert (answered.doctor, reviewed.reviewer) == (kept, kept)
    kept.refresh_from_db()
    assert (kept.user, kept.biography, kept.hospital) == (user, "二十年。", "市一院")
    assert list(Doctor.objects.all()) == [kept]
    assert SiteVersion.objects.get().number > version


def test_versions_and_waiting_texts_that_name_a_doctor_merged_away_mean_the_one_kept():
    old, middle, kept = make_doctor(name="张伟"), make_doctor(name="章伟"), make_doctor(name="张炜")
    article = make_article(doctor=old)
    content = content_of(article)
    Revision.record(article, Revision.Step.PUBLISH, Revision.State.LIVE, content=content)
    merge_doctors([old], middle)
    merge_doctors([middle], kept)  # a chain leads to its end
    article.refresh_from_db()
    assert fill(Article.objects.get(pk=article.pk), content).doctor == kept
    article.doctor = None
    assert fill(article, content).doctor == kept
    article.save()
    article = Article.objects.get(pk=article.pk)
    assert compare_contents(content, content_of(article)) == []
    situation = Situation(article, make_staff("编辑"))
    situation.remember()
    situation.keep_base()
    assert article.revisions.count() == 1  # nobody is said to have changed the doctor


def test_a_doctor_chosen_in_the_instant_of_being_merged_away_is_the_one_kept():
    old, kept = make_doctor(), make_doctor()
    article = Article(title="感冒怎么办？", doctor=old)
    merge_doctors([old], kept)
    article.save()
    assert Article.objects.get(pk=article.pk).doctor == kept


def test_doctors_who_have_an_account_each_are_not_merged():
    doctors = [make_doctor(user=make_staff("医学审核")) for _ in range(2)]
    with pytest.raises(TwoAccounts):
        merge_doctors(doctors, doctors[0])
    assert Doctor.objects.count() == 2


def test_merging_into_oneself_changes_nothing_and_into_one_who_is_gone_is_refused():
    doctor, gone = make_doctor(), make_doctor()
    assert merge_doctors([doctor], doctor) == 0
    Doctor.objects.filter(pk=gone.pk).delete()
    with pytest.raises(Doctor.DoesNotExist):
        merge_doctors([doctor], gone)
    assert Doctor.objects.get() == doctor


@pytest.mark.django_db(transaction=True)
def test_two_editors_merging_doctors_into_each_other_lose_no_answer():
    first, second = make_doctor(), make_doctor()
    articles = [make_article(doctor=first), make_article(doctor=second)]
    start, refused = threading.Barrier(2), []

    def merge(doctors, target):
        start.wait()
        try:
            merge_doctors(doctors, target)
        except Doctor.DoesNotExist:
            refused.append(target)
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in [([first], second), ([second], first)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = Doctor.objects.get()
    assert len(refused) == 1
    assert set(Article.objects.filter(pk__in=[a.pk for a in articles]).values_list("doctor", flat=True)) == {left.pk}


# --- Taking back ------------------------------------------------------------------------------


def test_a_doctor_comes_back_with_what_nobody_has_changed_since():
    user = make_staff("医学审核")
    kept, old = make_doctor(name="张炜"), make_doctor(name="张伟", hospital="市一院", biography="二十年。", user=user)
    other, day = make_doctor(), date(2025, 1, 31)
    plain, moved, mine = make_article(doctor=old), make_article(doctor=old), make_article(doctor=kept)
    checked, again = (make_article(reviewer=old, reviewed_on=day) for _ in range(2))
    merge_doctors([old], kept)
    Doctor.objects.filter(pk=kept.pk).update(biography="三十年。")
    Article.objects.filter(pk=moved.pk).update(doctor=other)
    Article.objects.filter(pk=again.pk).update(reviewed_on=date(2026, 1, 31))  # reviewed anew, by the one kept
    undone = undo_doctor_merge(record_of("张伟"))
    doctors = dict(Article.objects.values_list("pk", "doctor"))
    assert [doctors[row.pk] for row in (plain, moved, mine)] == [old.pk, other.pk, kept.pk]
    reviewers = dict(Article.objects.values_list("pk", "reviewer"))
    assert [reviewers[row.pk] for row in (checked, again)] == [old.pk, kept.pk]
    kept.refresh_from_db()
    old = Doctor.objects.get(pk=old.pk)
    assert (kept.user, kept.hospital, kept.biography) == (None, "", "三十年。")
    assert (old.user, old.hospital, old.biography) == (user, "市一院", "二十年。")
    assert undone.back == ["账号", "1 个回答", "1 个审核"]
    assert undone.left == [
        "“张炜”的简介后来改过，留着",
        "1 个回答后来换了医生，没有动",
        "1 个审核后来换了医生或重新审核过，没有动",
    ]


def test_a_chain_of_merged_doctors_comes_apart_from_its_end():
    first, second, third = make_doctor(name="甲医生"), make_doctor(name="乙医生"), make_doctor(name="丙医生")
    article = make_article(doctor=first)
    merge_doctors([first], second)
    merge_doctors([second], third)
    with pytest.raises(NotUndone, match="请先撤销“乙医生”的合并"):
        undo_doctor_merge(record_of("甲医生"))
    undo_doctor_merge(record_of("乙医生"))
    assert Doctor.everyone.get(pk=first.pk).merged_into == second
    undo_doctor_merge(record_of("甲医生"))
    article.refresh_from_db()
    assert article.doctor == first
    assert Doctor.objects.count() == 3
    assert not DoctorMerge.objects.exists()


def test_a_tag_comes_back_to_the_questions_that_had_it_and_still_have_the_kept_one():
    kept, old = make_tag("怀孕"), make_tag("妊娠", kind="symptom", introduction="四十周。")
    TagAlias.objects.create(tag=old, name="有喜")
    lost = TagAlias.objects.create(tag=old, name="有孕")
    only, both = make_article(tags=["妊娠", "头痛"]), make_article(tags=["妊娠", "怀孕"])
    without, anew, mine = make_article(tags=[old]), make_article(tags=[old]), make_article(tags=[kept])
    key, slug = old.pk, old.slug
    merge_tags([old], kept)
    without.tags.set([])
    anew.tags.set([])
    anew.tags.set([kept])  # an editor's own word
    new = make_article(tags=[kept])
    lost.delete()
    undone = undo_tag_merge(record_of("妊娠"))
    old = Tag.objects.get(name="妊娠")
    assert (old.pk, old.slug, old.kind, old.introduction) == (key, slug, "symptom", "四十周。")
    assert [names(row) for row in (only, both)] == [["妊娠", "头痛"], ["妊娠", "怀孕"]]
    assert [names(row) for row in (without, anew, mine, new)] == [[], ["怀孕"], ["怀孕"], ["怀孕"]]
    assert [alias.name for alias in old.aliases.all()] == ["有喜"]
    assert not TagAlias.objects.filter(tag=kept).exists()
    assert Tag.objects.get(pk=kept.pk).introduction == ""
    assert undone.back == ["2 个问题", "1 个别名"]
    assert undone.left == ["2 个问题的标签后来改过，没有动", "1 个别名已经不在，没有恢复"]


def test_tags_that_were_merged_into_the_same_one_come_back_in_any_order():
    kept, first, second = make_tag("怀孕"), make_tag("妊娠"), make_tag("有喜")
    article = make_article(tags=["妊娠", "有喜"])
    merge_tags([first, second], kept)
    assert names(article) == ["怀孕"]
    undo_tag_merge(record_of("妊娠"))
    assert names(article) == ["妊娠", "怀孕"]
    undo_tag_merge(record_of("有喜"))
    assert names(article) == ["妊娠", "有喜"]


def test_a_chain_of_merged_tags_comes_apart_from_its_end():
    first, second, third = make_tag("甲病"), make_tag("乙病"), make_tag("丙病")
    article, all_three = make_article(tags=["甲病"]), make_article(tags=["甲病", "丙病", "乙病"])
    merge_tags([first], second)
    merge_tags([second], third)
    with pytest.raises(NotUndone, match="请先撤销“乙病”的合并"):
        undo_tag_merge(record_of("甲病"))
    undo_tag_merge(record_of("乙病"))
    undo_tag_merge(record_of("甲病"))
    assert [names(article), names(all_three)] == [["甲病"], ["甲病", "丙病", "乙病"]]


def test_a_merge_is_not_taken_back_when_the_name_is_taken():
    kept, old = make_tag("怀孕"), make_tag("妊娠")
    merge_tags([old], kept)
    TagAlias.objects.get(name="妊娠").delete()
    make_tag("妊娠")
    with pytest.raises(NotUndone, match="现在属于标签“妊娠”"):
        undo_tag_merge(record_of("妊娠"))
    doctors = [make_doctor(name="张伟", hospital="市一院") for _ in range(2)]
    merge_doctors(doctors, doctors[0])
    make_doctor(name="张伟", hospital="市一院")
    with pytest.raises(NotUndone, match="已经有了另一位“张伟（市一院）”"):
        undo_doctor_merge(record_of("张伟"))


def test_after_a_week_a_merge_stays_and_its_record_goes_with_the_next():
    kept, old = make_tag("怀孕"), make_tag("妊娠")
    merge_tags([old], kept)
    TagMerge.objects.update(at=timezone.now() - timedelta(days=DAYS, seconds=1))
    assert not kept.merges.recent()
    with pytest.raises(NotUndone, match="已经超过 7 天"):
        undo_tag_merge(record_of("妊娠"))
    merge_tags([make_tag("有喜")], kept)
    assert [record.name for record in TagMerge.objects.all()] == ["有喜"]
