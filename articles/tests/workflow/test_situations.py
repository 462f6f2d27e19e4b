"""Who may take which step of a question from where, what is refused and why, and what is said about it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from articles.models import Article, Revision
from articles.models.revision import content_of
from articles.tests.editing import make_staff
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.workflow.situations import Situation
from articles.workflow.small_changes import SMALL, changed_characters

pytestmark = pytest.mark.django_db
Status, State, Step = Article.Status, Revision.State, Revision.Step


def make(place, **fields):
    """Make a question that stands where `place` says; with a change if it says "+" and the state of that change."""
    status, _, state = place.partition("+")
    if status == "scheduled":
        fields, status = {"published_at": timezone.now() + timedelta(days=2)} | fields, Status.PUBLISHED
    article = make_article(status=status, **fields)
    if state:
        content = content_of(article) | {"short_answer": "改过的。"}
        Revision.record(article, Step.SAVE, state, content=content, by=make_staff("编辑"))
    return article


def situation(article, *groups, user=None):
    found = Situation(article, user or make_staff(*groups))
    found.remember()
    return found


def offered(article, *groups):
    return " ".join(offer.step for offer in situation(article, *groups).offers())


def may(*names):
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=[f"{name}_article" for name in names]))
    return user


# --- The steps that are open -----------------------------------------------------------

EDITOR, REVIEWER, MANAGER = "编辑", "医学审核", "管理员"


@pytest.mark.parametrize(
    ("place", "group", "steps"),
    [
        ("draft", EDITOR, "save submit"),
        ("draft", REVIEWER, "save submit"),
        ("draft", MANAGER, "save submit unreviewed"),
        ("review", EDITOR, "save"),
        ("review", REVIEWER, "save publish return"),
        ("review", MANAGER, "save publish return"),
        ("published", EDITOR, "save submit small withdraw"),
        ("published", REVIEWER, "save submit small checked withdraw"),
        ("published", MANAGER, "save submit unreviewed small checked withdraw"),
        ("scheduled", EDITOR, "save submit small withdraw"),
        ("withdrawn", EDITOR, "save submit withdraw"),
        ("withdrawn", REVIEWER, "save submit withdraw"),
        ("withdrawn", MANAGER, "save submit unreviewed withdraw"),
        ("published+draft", EDITOR, "save submit discard withdraw"),
        ("published+draft", REVIEWER, "save submit discard withdraw"),
        ("published+draft", MANAGER, "save submit unreviewed discard withdraw"),
        ("published+review", EDITOR, "save discard withdraw"),
        ("published+review", REVIEWER, "save publish return discard withdraw"),
        ("published+review", MANAGER, "save publish return discard withdraw"),
        ("published+returned", EDITOR, "save submit discard withdraw"),
        ("published+returned", REVIEWER, "save submit discard withdraw"),
        ("withdrawn+review", EDITOR, "save discard withdraw"),
        ("withdrawn+review", REVIEWER, "save publish return discard withdraw"),
    ],
)
def test_from_each_place_each_group_may_take_exactly_these_steps(place, group, steps):
    assert offered(make(place), group) == steps


@pytest.mark.parametrize(
    ("place", "steps"),
    [("draft", "save submit direct"), ("published+review", "save direct discard withdraw")],
)
def test_without_required_reviews_an_editor_publishes_and_the_direct_way_is_enough(settings, place, steps):
    settings.REVIEW_REQUIRED = False
    assert offered(make(place), EDITOR) == steps


@pytest.mark.parametrize(
    ("names", "place", "steps"),
    [
        (["view"], "draft", ""),
        (["change"], "published", "save submit"),
        (["change", "review"], "review", "save return"),
        (["change", "publish"], "review", "save"),
        (["change", "review"], "published", "save submit checked"),
    ],
)
def test_half_of_the_permissions_opens_half_of_the_steps(names, place, steps):
    assert " ".join(offer.step for offer in situation(make(place), user=may(*names)).offers()) == steps


def test_who_may_only_add_writes_new_questions_and_changes_none():
    user = may("add")
    assert situation(Article(), user=user).obstacle(Step.SAVE) is None
    assert situation(make("draft"), user=user).obstacle(Step.SAVE) == "您没有修改问题的权限。"
    assert situation(Article(), user=may("view")).obstacle(Step.SAVE) == "您没有修改问题的权限。"


@pytest.mark.parametrize(
    ("place", "group", "step", "sentence"),
    [
        ("review", EDITOR, Step.SUBMIT, "已经在等待审核了。"),
        ("published+review", EDITOR, Step.SUBMIT, "已经在等待审核了。"),
        ("review", EDITOR, Step.PUBLISH, "要由医学审核通过。"),
        ("draft", REVIEWER, Step.PUBLISH, "还是草稿，没有提交审核。"),
        ("published", REVIEWER, Step.PUBLISH, "已经发布了。"),
        ("scheduled", REVIEWER, Step.PUBLISH, "已经定时发布了。"),
        ("withdrawn", REVIEWER, Step.PUBLISH, "没有等待审核的改动。"),
        ("published+draft", REVIEWER, Step.PUBLISH, "没有等待审核的改动。"),
        ("draft", EDITOR, Step.DIRECT, "要先提交审核，由医学审核通过。"),
        ("draft", REVIEWER, Step.UNREVIEWED, "只有管理员可以不经审核发布。"),
        ("draft", REVIEWER, Step.RETURN, "还是草稿，没有提交审核。"),
        ("review", EDITOR, Step.RETURN, "要由医学审核退回。"),
        ("draft", EDITOR, Step.SMALL, "还没有发布，直接保存就可以。"),
        ("withdrawn", EDITOR, Step.SMALL, "还没有发布，直接保存就可以。"),
        ("published+draft", EDITOR, Step.SMALL, "还有没处理完的改动，请一起提交审核。"),
        ("published", EDITOR, Step.CHECKED, "只有医学审核可以登记审核。"),
        ("draft", REVIEWER, Step.CHECKED, "审核和内容一起生效：请提交审核，或者通过。"),
        ("published+draft", REVIEWER, Step.CHECKED, "审核和内容一起生效：请提交审核，或者通过。"),
        ("draft", EDITOR, Step.WITHDRAW, "还是草稿，没有发布过。"),
        ("review", EDITOR, Step.WITHDRAW, "还是待审，没有发布过。"),
        ("published", EDITOR, Step.DISCARD, "没有可以放弃的改动。"),
        ("draft", EDITOR, Step.DISCARD, "没有可以放弃的改动。"),
    ],
)
def test_a_step_that_is_closed_says_why(place, group, step, sentence):
    assert situation(make(place), group).obstacle(step) == sentence


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (Step.SMALL, "您没有发布的权限，请提交审核。"),
        (Step.WITHDRAW, "您没有撤下的权限。"),
    ],
)
def test_who_may_not_publish_changes_nothing_that_readers_see_at_once(step, sentence):
    assert situation(make("published"), user=may("change")).obstacle(step) == sentence


def test_without_required_reviews_who_may_not_publish_still_does_not(settings):
    settings.REVIEW_REQUIRED = False
    assert situation(make("draft"), user=may("change")).obstacle(Step.DIRECT) == "您没有发布的权限。"


# --- How much is a small change ----------------------------------------------------------


def objection(article, group, step, **changes):
    found = situation(article, group)
    return found.objection(step, found.before | changes)


def test_a_small_change_ends_at_exactly_thirty_characters():
    assert SMALL == 30
    article = make("published")
    assert objection(article, EDITOR, Step.SMALL, short_answer="啊" * 30) is None
    assert "不是小改动" in objection(article, EDITOR, Step.SMALL, short_answer="啊" * 31)


def test_the_characters_of_all_parts_are_added_up():
    article = make("published", references="")
    fits = {"short_answer": "啊" * 15, "references": "啊" * 15}
    assert objection(article, EDITOR, Step.SMALL, **fits) is None
    assert "不是小改动" in objection(article, EDITOR, Step.SMALL, **fits | {"references": "啊" * 16})


def test_what_the_editor_writes_around_a_list_is_not_counted():
    items = [f"第{n}条" for n in "甲乙丙丁戊己"]
    article = make("published", body="<ul>" + "\n".join(f"<li>{item}</li>" for item in items) + "</ul>")
    body = "<ul>" + "".join(f"<li><p>{item}</p></li>" for item in [*items[:5], "第己条啊"]) + "</ul>"
    assert objection(article, EDITOR, Step.SMALL, body=body) is None


def test_what_goes_counts_as_much_as_what_comes():
    article = make("published", short_answer="啊" * 16 + "多休息")
    assert objection(article, EDITOR, Step.SMALL, short_answer="多休息" + "呀" * 14) is None
    assert "不是小改动" in objection(article, EDITOR, Step.SMALL, short_answer="多休息" + "呀" * 15)


def test_another_doctor_or_urgency_or_only_a_beginning_is_never_small():
    article = make("published", doctor=make_doctor())
    for change in ({"doctor": make_doctor().pk}, {"doctor": None}, {"urgency": "now"}, {"is_excerpt": True}):
        assert "不是小改动" in objection(article, EDITOR, Step.SMALL, **change), change


def test_title_tags_and_time_are_never_a_small_change():
    article = make("published")
    for label, change in {
        "标题": {"title": "改？"},
        "标签": {"tags": ["新标签"]},
        "发布时间": {"published_at": timezone.now().isoformat()},
    }.items():
        assert f"改了{label}，要医学审核看过" in objection(article, EDITOR, Step.SMALL, **change)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("<p>每次0.5g。</p>", "<p>每次5g。</p>", "改了数字：0.5 → 5，要医学审核看过"),
        ("<p>孕妇禁用。</p>", "<p>孕妇可用。</p>", "改了限定的字：禁 → 可，要医学审核看过"),
        ("<p>10<sup>9</sup></p>", "<p>109</p>", "改了格式，要医学审核看过"),
    ],
)
@pytest.mark.parametrize("group", [EDITOR, REVIEWER, MANAGER])
def test_what_is_more_than_wording_is_small_for_nobody_and_is_named(before, after, sentence, group):
    assert sentence in objection(make("published", body=before), group, Step.SMALL, body=after)


@pytest.mark.parametrize("name", ["short_answer", "when_to_see_a_doctor", "references"])
def test_every_text_is_looked_at(name):
    assert "改了数字：5 → 6" in objection(make("published", **{name: "5片。"}), EDITOR, Step.SMALL, **{name: "6片。"})


def test_the_sites_own_drugs_are_no_wording():
    make_tag("美好灵", kind="drug")
    article = make("published", short_answer="用美好灵。")
    assert "删了药名：美好灵" in objection(article, EDITOR, Step.SMALL, short_answer="用美坏灵。")


def test_another_image_is_never_small_and_another_text_of_it_is():
    one, other = (f'<p>甲</p><img src="/media/{digit * 32}-9x9.webp" alt="示易图">' for digit in "ab")
    article = make("published", body=one)
    assert "改了图片" in objection(article, EDITOR, Step.SMALL, body=other)
    assert "改了图片" in objection(article, EDITOR, Step.SMALL, body="<p>甲</p>")
    assert objection(article, EDITOR, Step.SMALL, body=one.replace("示易", "示意")) is None


def test_a_large_change_is_small_for_managers_neither():
    assert "不是小改动" in objection(make("published"), MANAGER, Step.SMALL, short_answer="字" * 31)


# --- Many small changes ------------------------------------------------------------------


def small(article, changed, user=None, **content):
    return Revision.record(
        article, Step.SMALL, State.LIVE, content=content_of(article) | content, by=user, changed=changed
    )


def test_small_changes_of_all_people_add_up_to_thirty_characters_since_the_last_review():
    article = make("published")
    written(article, make_staff(REVIEWER), 0, Step.PUBLISH, State.LIVE)
    small(article, 10, make_staff(EDITOR))
    small(article, 15, make_staff(MANAGER))
    assert objection(article, EDITOR, Step.SMALL, short_answer="啊" * 5) is None
    for group in (EDITOR, REVIEWER, MANAGER):
        assert "已经有 25 个字" in objection(article, group, Step.SMALL, short_answer="啊" * 6)


@pytest.mark.parametrize("step", [Step.PUBLISH, Step.DIRECT])
def test_a_review_lets_small_changes_begin_anew(step):
    article = make("published")
    small(article, 30)
    written(article, make_staff(REVIEWER), 0, step, State.LIVE)
    assert objection(article, EDITOR, Step.SMALL, short_answer="啊" * 30) is None


@pytest.mark.parametrize("step", [Step.UNREVIEWED, Step.CHECKED, Step.BASE])
def test_what_is_no_review_does_not(step):
    article = make("published")
    written(article, make_staff(REVIEWER), 0, Step.PUBLISH, State.LIVE)
    small(article, 30)
    written(article, make_staff(MANAGER), 0, step, State.LIVE)
    assert "已经有 30 个字" in objection(article, EDITOR, Step.SMALL, short_answer="啊")


def test_without_any_review_they_count_from_what_was_published_last():
    article = make("published")
    written(article, make_staff(MANAGER), 0, Step.UNREVIEWED, State.LIVE)
    small(article, 20)
    assert "已经有 20 个字" in objection(article, EDITOR, Step.SMALL, short_answer="啊" * 11)
    written(article, make_staff(MANAGER), 0, Step.UNREVIEWED, State.LIVE)
    assert objection(article, EDITOR, Step.SMALL, short_answer="啊" * 11) is None


def test_what_a_review_left_differs_from_what_comes_by_wording_alone():
    article = make("published", short_answer="每次5片。", references="纸南")
    content = content_of(article) | {"short_answer": "每次6片。"}
    Revision.record(article, Step.PUBLISH, State.LIVE, content=content)
    found = objection(article, EDITOR, Step.SMALL, references="指南")
    assert "和上次审核的内容相比" in found
    assert "改了数字：6 → 5" in found


def test_changed_characters_are_counted_no_further_than_needed():
    before = {"title": "", "short_answer": "", "tags": []}
    assert changed_characters(before, before | {"title": "字" * 25}) == 25
    assert changed_characters(before, before | {"title": "字" * 25, "short_answer": "字" * 25}) == SMALL + 1
    assert changed_characters(before, before | {"urgency": "now"}) == SMALL + 1
    assert changed_characters({}, {"title": "甲", "urgency": "now", "tags": []}) == 1


# --- Two pairs of eyes -------------------------------------------------------------------


def written(article, user, changed, step=Step.SAVE, state=State.CLOSED):
    return Revision.record(
        article, step, state, content=content_of(article), by=user, changed=changed, closes=state != State.LIVE
    )


def test_nobody_approves_more_than_thirty_own_characters():
    article, user = make("review"), make_staff(REVIEWER)
    written(article, user, 10)
    written(article, user, 20)
    assert situation(article, user=user).obstacle(Step.PUBLISH) is None
    assert "您自己写的" in situation(article, user=user).obstacle(Step.PUBLISH, 1)
    written(article, user, 1)
    assert situation(article, user=user).obstacle(Step.PUBLISH) == "是您自己写的内容，要由另一位审核通过。"
    assert situation(article, REVIEWER).obstacle(Step.PUBLISH) is None


def test_what_somebody_wrote_before_it_last_went_live_does_not_count_any_more():
    article, user = make("published"), make_staff(REVIEWER)
    written(article, user, 99)
    written(article, make_staff(MANAGER), 0, Step.PUBLISH, State.LIVE)
    Revision.record(article, Step.SUBMIT, State.REVIEW, content=content_of(article), by=make_staff(EDITOR))
    assert situation(article, user=user).obstacle(Step.PUBLISH) is None
    written(article, user, 31, Step.SAVE, State.REVIEW)
    assert "您自己写的" in situation(article, user=user).obstacle(Step.PUBLISH)


@pytest.mark.parametrize("step", [Step.SMALL, Step.WITHDRAW, Step.BASE, Step.CHECKED])
def test_only_a_publication_makes_the_own_text_an_approved_one(step):
    article, user = make("published"), make_staff(REVIEWER)
    written(article, user, 31, Step.SUBMIT, State.REVIEW)
    written(article, user, 0, step, State.LIVE)
    assert "您自己写的" in situation(article, user=user).obstacle(Step.PUBLISH)


def test_own_small_changes_count_until_somebody_has_looked_at_them():
    article, user = make("published"), make_staff(REVIEWER)
    small(article, 30, user)
    Revision.record(article, Step.SUBMIT, State.REVIEW, content=content_of(article), by=make_staff(EDITOR))
    assert "您自己写的" in situation(article, user=user).obstacle(Step.PUBLISH, 1)
    Revision.objects.filter(step=Step.SMALL).update(seen_at=timezone.now())
    assert situation(article, user=user).obstacle(Step.PUBLISH, 1) is None


def test_what_somebody_wrote_elsewhere_does_not_count():
    article, other, user = make("review"), make("review"), make_staff(REVIEWER)
    written(other, user, 99)
    assert situation(article, user=user).obstacle(Step.PUBLISH) is None


# --- What the content says against a step --------------------------------------------------


def test_nothing_to_submit_is_said_only_where_nothing_waits_already():
    assert objection(make("published"), EDITOR, Step.SUBMIT) == "没有改动，不用提交审核。"
    assert objection(make("published"), EDITOR, Step.SUBMIT, correction="药量写错了。") is None
    assert objection(make("published"), EDITOR, Step.SUBMIT, title="改？") is None
    assert objection(make("published+draft"), EDITOR, Step.SUBMIT) is None
    assert objection(make("withdrawn"), EDITOR, Step.SUBMIT) is None
    assert objection(make("draft"), EDITOR, Step.SUBMIT) is None


@pytest.mark.parametrize(
    ("place", "step"),
    [("review", Step.PUBLISH), ("draft", Step.UNREVIEWED), ("published", Step.SMALL)],
)
def test_nothing_goes_live_without_a_text(place, step):
    assert objection(make(place, body="<p>短。</p>"), MANAGER, step, body="") == "正文是空的，不能发布。"


def test_a_question_without_a_text_may_be_submitted():
    assert objection(make("draft", body=""), EDITOR, Step.SUBMIT) is None


def test_the_copy_editor_keeps_what_is_published_from_readers_and_not_from_reviewers(settings):
    settings.COPYEDIT_BLOCKING = ["absolute-claim"]
    claim = {"body": "<p>保证根治。</p>"}
    assert "文字检查没有通过" in objection(make("review", body="<p>甲。</p>"), REVIEWER, Step.PUBLISH, **claim)
    assert objection(make("draft"), EDITOR, Step.SUBMIT, **claim) is None


def test_a_review_is_recorded_with_its_three_parts_and_nothing_else():
    article = make("published")
    review = {"reviewer": make_doctor().pk, "reviewed_on": "2026-01-01", "review_due_on": "2027-01-01"}
    assert objection(article, REVIEWER, Step.CHECKED, **review) is None
    assert objection(article, REVIEWER, Step.CHECKED, **review, title="改？") == "还改了别的内容，请提交审核。"
    assert objection(article, REVIEWER, Step.CHECKED, tags=["改"]) == "还改了别的内容，请提交审核。"
    for part, value in review.items():
        assert "小改动不改审核医生和日期" in objection(article, REVIEWER, Step.SMALL, **{part: value})
    assert objection(article, REVIEWER, Step.SUBMIT, **review) is None


def test_a_change_of_substance_is_not_small_and_may_be_submitted():
    article = make("published")
    assert "勾选了“实质修改”" in objection(article, EDITOR, Step.SMALL, title="改？", is_revision=True)
    assert objection(article, EDITOR, Step.SUBMIT, title="改？", is_revision=True) is None


# --- The step that would publish -----------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "group", "expected"),
    [
        ("review", REVIEWER, (Step.PUBLISH, None)),
        ("draft", MANAGER, (Step.UNREVIEWED, None)),
        ("published+review", REVIEWER, (Step.PUBLISH, None)),
        ("published", MANAGER, (None, "已经发布了。")),
        ("scheduled", MANAGER, (None, "已经定时发布了。")),
        ("withdrawn", MANAGER, (Step.UNREVIEWED, None)),
        ("draft", EDITOR, (None, "还是草稿，没有提交审核。")),
        ("review", EDITOR, (None, "要由医学审核通过。")),
    ],
)
def test_the_list_publishes_by_the_step_that_is_open_or_says_why_by_none(place, group, expected):
    assert situation(make(place), group).publishing_step() == expected


def test_the_list_publishes_directly_where_no_review_is_required(settings):
    settings.REVIEW_REQUIRED = False
    assert situation(make("draft"), EDITOR).publishing_step() == (Step.DIRECT, None)
    assert situation(make("draft"), user=may("change")).publishing_step() == (None, "您没有发布的权限。")


def test_the_list_looks_at_the_text_that_would_go_live():
    assert situation(make("review", body=""), REVIEWER).publishing_step() == (None, "正文是空的，不能发布。")
    article = make("published+review")
    Revision.objects.update(content=content_of(article) | {"body": ""})
    assert situation(article, REVIEWER).publishing_step() == (None, "正文是空的，不能发布。")
    article = make("withdrawn+review", body="")
    Revision.objects.filter(article=article).update(content=content_of(article) | {"body": "<p>好了。</p>"})
    assert situation(article, REVIEWER).publishing_step() == (Step.PUBLISH, None)


# --- What is said about it -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "standing", "explanation"),
    [
        ("draft", "草稿", "只有编辑看得到。"),
        ("review", "待审", "医学审核通过以后，读者才看得到。"),
        ("published", "已发布", ""),
        ("scheduled", "定时发布", ""),
        ("withdrawn", "已撤下", "读者看到的是撤下的原因；再发布，读者重新看到全文。"),
        ("published+draft", "已发布，有没有生效的改动", "通过以前，读者看到的是原来的内容。"),
        ("published+returned", "已发布，有没有生效的改动", "通过以前，读者看到的是原来的内容。"),
        ("published+review", "已发布，有等待审核的改动", "通过以前，读者看到的是原来的内容。"),
        ("scheduled+review", "定时发布，有等待审核的改动", "通过以前，读者看到的是原来的内容。"),
        ("withdrawn+draft", "已撤下，有没有生效的改动", "读者看到的是撤下的原因；再发布，读者重新看到全文。"),
        ("withdrawn+review", "已撤下，有等待审核的改动", "读者看到的是撤下的原因；通过就恢复，读者重新看到全文。"),
        ("draft+draft", "草稿", "只有编辑看得到。"),
    ],
)
def test_where_a_question_stands_is_said_in_a_word_and_a_sentence(place, standing, explanation):
    found = situation(make(place), EDITOR)
    assert (found.standing, found.explanation) == (standing, explanation)


@pytest.mark.parametrize(
    ("place", "step", "label", "help"),
    [
        ("draft", Step.SAVE, "保存草稿", "只是存起来，读者看不到。"),
        ("review", Step.SAVE, "保存", "存起来，继续等待审核。"),
        ("published", Step.SAVE, "保存改动", "存起来，读者仍看到现在的内容。"),
        ("published+review", Step.SAVE, "保存改动", "存起来，读者仍看到现在的内容，继续等待审核。"),
        ("draft", Step.SUBMIT, "提交审核", "请医学审核看过；通过以前，读者看不到。"),
        ("published", Step.SUBMIT, "提交审核", "请医学审核看过；通过以前，读者看到的不变。"),
        ("draft", Step.UNREVIEWED, "未经审核发布", "只有管理员可以，历史里会写明没有审核；读者马上看到。"),
        ("scheduled", Step.UNREVIEWED, "未经审核发布", "只有管理员可以，历史里会写明没有审核；到发布时间自动出现。"),
        ("published", Step.WITHDRAW, "撤下", "读者打开旧网址会看到“撤下原因”，请先写好。"),
        ("withdrawn", Step.WITHDRAW, "改写撤下原因", "读者打开旧网址会看到“撤下原因”，请先写好。"),
    ],
)
def test_a_button_says_what_happens_there(place, step, label, help):
    offers = {offer.step: offer for offer in situation(make(place), MANAGER).offers()}
    assert (offers[step].label, offers[step].help) == (label, help)


def test_a_question_without_a_time_is_published_at_once_by_its_button():
    offers = {offer.step: offer for offer in situation(make("draft", published_at=None), MANAGER).offers()}
    assert offers[Step.UNREVIEWED].help.endswith("读者马上看到。")


def test_reports_that_a_change_answers_wait_with_it():
    article = make("published+review")
    Revision.objects.update(content=content_of(article) | {"answers": [7]})
    assert situation(article, EDITOR).waiting_answers == [7]
    assert situation(make("published+review"), EDITOR).waiting_answers == []
    assert situation(make("published"), EDITOR).waiting_answers == []


def test_a_change_is_shown_in_the_form_and_nothing_else_is():
    changed, plain = make("published+draft"), make("draft+draft")
    for article in (changed, plain):
        situation(article, EDITOR).show_open()
    assert (changed.short_answer, plain.short_answer) == ("改过的。", "")
