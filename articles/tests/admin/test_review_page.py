"""The review page: a doctor sees what readers will get, they get what was seen, and it is signed in the same step."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import timezone

from articles.models import Article, Tag, TagAlias
from articles.models.review import months_after
from articles.models.revision import content_of
from articles.tests.editing import ARTICLES, Form, change_address, errors_of, make_staff, send, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.reading import Reading, read, squeeze

pytestmark = pytest.mark.django_db
Status = Article.Status
NUMBERED = "<ol><li>先热敷。</li><li>再休息。</li></ol>"


@pytest.fixture
def account():
    return make_staff("医学审核", last_name="张", first_name="文静")


@pytest.fixture
def own(account):
    return make_doctor(name="张文静", hospital="示范医院", user=account)


@pytest.fixture
def doctor(account, own):
    return sign_in(account)


def review_of(article):
    return f"{ARTICLES}{article.pk}/review/"


def submit(editor, article, **changes):
    answer = send(editor, change_address(article), step="submit", **changes)
    assert answer.status_code == 302, answer.context["errors"]
    article.refresh_from_db()


class Bar(Form):
    """The values that a browser would send with the bar of the review page."""

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        super().handle_starttag(tag, [*attrs, ("id", "bar")] if names.get("class") == "review-bar" else attrs)


def decide(client, article, step="publish", page=None, **changes):
    page = page or client.get(review_of(article))
    values = Bar(page.content.decode(), "bar").values | changes | {"_step": step}
    return client.post(review_of(article), {name: value for name, value in values.items() if value is not None})


def page_of(client, article, show=""):
    """Return what the page of a question within the review page says."""
    html = client.get(f"{review_of(article)}?show={show}").content.decode()
    return re.search(r'<main id="main".*</main>', html, re.DOTALL)[0]


def shown(client, article):
    """Return the page of a question with what changes in it, as [-…-] and [+…+], without white space."""
    html = re.sub(r'<span class="(?:mark|visually-hidden)"[^>]*>[^<]*</span>', "", page_of(client, article))
    html = re.sub(r"<del[^>]*>", "[-", html).replace("</del>", "-]")
    return Reading(re.sub(r"<ins[^>]*>", "[+", html).replace("</ins>", "+]")).text


def colours(css, selector):
    """Return the raw colours that a style sheet gives to what `selector` names."""
    block = re.search(re.escape(selector) + r" \{(.*?)\}", css, re.DOTALL)[1]
    return dict(re.findall(r"(--[a-z-]+): (#[0-9a-f]{6});", block))


def test_light_and_dark_of_the_admin_are_the_colours_of_the_site():
    site, page = (Path(settings.BASE_DIR, "static/css", name).read_text() for name in ("site.css", "admin/review.css"))
    dark = colours(site[site.index("(prefers-color-scheme: dark)") :], ":root")
    assert colours(page, 'html[data-theme="dark"]') == dark
    assert colours(page, 'html[data-theme="light"]') == colours(site, ":root")


# --- What is shown ----------------------------------------------------------------------


def test_what_was_flattened_is_seen_as_readers_get_it(editor, reviewer):
    article = make_article(body=f"<p>10<sup>9</sup>/L</p>{NUMBERED}<table><tr><td>药</td><td>量</td></tr></table>")
    submit(editor, article, body=f"<p>109/L</p>{NUMBERED.replace('ol>', 'ul>')}<table><tr><td>药</td></tr></table>")
    html = page_of(reviewer, article)
    for part in (
        "10<sup>9</sup></del>",
        "109<",
        "（去掉上标）",
        "<ol><li>先热敷。",
        "（编号列表 → 项目列表）",
        "<table><tbody>",
    ):
        assert part in html
    assert '<td class="removed">' in html


def test_every_part_that_changes_is_marked_in_its_place(editor, reviewer):
    article = make_article(
        title="头通怎么办？",
        doctor=make_doctor(name="王小明"),
        tags=["头痛", "发烧"],
        short_answer="先休息三天。",
        when_to_see_a_doctor="发热三天。\n\n呕吐。",
        urgency="routine",
        references="《指南》\n旧的",
        published_at=timezone.now() - timedelta(days=3),
    )
    day = timezone.localtime(article.published_at) - timedelta(days=1)
    submit(
        editor,
        article,
        title="头痛怎么办？",
        doctor=make_doctor(name="李秀兰").pk,
        tags="头痛，感冒",
        short_answer="先休息五天。",
        when_to_see_a_doctor="发热两天。\n\n呕吐。",
        urgency="now",
        references="《指南》第二版",
        published_at_0=f"{day:%Y-%m-%d}",
        is_excerpt="on",
    )
    text = shown(reviewer, article)
    for part in (
        "头[-通-][+痛+]怎么办？",
        "[-王小明-][+李秀兰+]",
        "先休息[-三-][+五+]天。",
        "何时就医·[-择期就医-][+立即就医+]",
        "发热[-三-][+两+]天。",
        "[-发烧-]头痛[+感冒+]",
        "《指南》[+第二版+]",
        "[-旧的-]",
        f"[+{day:%Y-%m-%d}",
        "[+这里只收录了答案的一部分",
    ):
        assert part in text, (part, text)


def test_a_part_that_comes_or_goes_is_shown_where_it_will_stand_or_stood(editor, reviewer):
    article = make_article(short_answer="不急。", doctor=make_doctor(name="王小明"), references="《指南》")
    submit(editor, article, short_answer="", doctor="", references="", when_to_see_a_doctor="发热三天。")
    text = shown(reviewer, article)
    for part in ("一句话回答[-不急。-]", "[-王小明-]", "[-《指南》-]", "何时就医[+发热三天。+]"):
        assert part in text


def test_changes_that_no_page_shows_are_told_beside_it(editor, reviewer):
    article = make_article(references="甲\n乙", body="<p>甲</p><p>乙</p>")
    submit(editor, article, references="甲\n\n乙", urgency="soon", body="<p>甲</p>\n<p>乙</p>", title="新的题目？")
    html = reviewer.get(review_of(article)).content.decode()
    assert "两个版本的内容相同" not in html
    for part in ("difference-references", "文字没有变，格式、链接或空行有变化", "difference-urgency", "尽快就医"):
        assert part in html


def test_what_is_the_same_says_so(reviewer):
    html = reviewer.get(review_of(make_article())).content.decode()
    assert "两个版本的内容相同" in html
    assert 'name="_step"' not in html


def test_three_views_show_changes_and_either_side_without_marks(editor, reviewer):
    article = make_article(body="<p>每天一片。</p>")
    submit(editor, article, body="<p>每天两片。</p>")
    assert "<ins" in page_of(reviewer, article, "nonsense")
    for show, there, gone in (("now", "每天两片。", "每天一片。"), ("before", "每天一片。", "每天两片。")):
        html = page_of(reviewer, article, show)
        assert there in html
        assert gone not in html
        assert "<ins" not in html
        assert "<del" not in html


def test_hostile_text_is_text_on_every_part_of_the_page(editor, reviewer):
    hostile = "<script>alert(1)</script>"
    article = make_article(title="头痛？")
    submit(
        editor,
        article,
        title=f"头{hostile}痛？",
        short_answer=hostile,
        references=hostile,
        when_to_see_a_doctor=hostile,
        tags=f"头痛，{hostile}",
        doctor=make_doctor(name=hostile[:30], hospital=hostile).pk,
        body=f"<p>甲{hostile}</p>",
    )
    for show in ("changes", "now"):
        assert "<script>" not in reviewer.get(f"{review_of(article)}?show={show}").content.decode()


def test_the_page_costs_a_bounded_number_of_queries(editor, doctor, django_assert_max_num_queries):
    article = make_article(doctor=make_doctor(), reviewer=make_doctor(), tags=["头痛", "发烧"])
    for _ in range(9):
        article.related_items.create(related=make_article())
    submit(editor, article, title="新的题目？", doctor=make_doctor().pk, tags="头痛，感冒")
    for show in ("changes", "now", "before"):
        with django_assert_max_num_queries(29):
            doctor.get(f"{review_of(article)}?show={show}")


# --- What is approved goes live -----------------------------------------------------------


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.DRAFT, Status.WITHDRAWN])
@pytest.mark.parametrize("is_doctor", [True, False])
def test_readers_get_what_was_shown(editor, doctor, reviewer, client, settings, status, is_doctor):
    doctor = doctor if is_doctor else reviewer
    article = make_article(
        status=status, withdrawn_reason="过时", doctor=make_doctor(name="王小明"), body=NUMBERED, references="甲"
    )
    TagAlias.objects.create(tag=make_tag("面肌痉挛", kind=Tag.Kind.DISEASE), name="面肌痙攣")
    submit(
        editor,
        article,
        title="  新的题目？",
        tags="眼科，面肌痙攣",
        doctor=make_doctor(name="李秀兰", hospital="示范医院").pk,
        body=f"<p>10<sup>9</sup>/L</p>{NUMBERED}",
        short_answer="不急。",
        **({"is_revision": "on"} if status != Status.DRAFT else {}),
        **({"correction": "改了剂量。"} if status == Status.PUBLISHED else {}),
    )
    before = page_of(doctor, article, "now")
    assert decide(doctor, article).status_code == 302
    page = read(client.get(article.get_absolute_url()))
    text = page.text[page.text.index("‹返回") :].partition(squeeze(article.get_absolute_url()))[0]
    for more in (
        "内容有误？告诉我们",
        "有帮助吗是否",
        "点赞",
        "分享复制链接打印",
        "已经记下，谢谢您。",
        settings.SITE_NAME,
        settings.SITE_URL,
    ):  # what only readers have
        text = text.replace(more, "")
    assert Reading(before).text == text


def test_the_version_says_what_the_row_says(editor, doctor):
    article = make_article(status=Status.DRAFT, published_at=None)
    submit(editor, article, tags="头痛")
    decide(doctor, article)
    article = Article.objects.get(pk=article.pk)
    content = article.revisions.first().content
    assert {name: content[name] for name in content_of(article)} == content_of(article)
    assert content["published_at"]


@pytest.mark.parametrize("what", ["tag", "doctor", "pin", "unpin"])
def test_what_changed_beside_the_text_meanwhile_is_shown_again(editor, doctor, what):
    tag, answering = make_tag("头痛"), make_doctor(name="王小明")
    article = make_article(tags=[tag], doctor=answering)
    if what == "unpin":
        article.related_items.create(related=make_article())
    submit(editor, article, short_answer="不急。")
    page = doctor.get(review_of(article))
    if what == "tag":
        tag.name = "偏头痛"
        tag.save()
    elif what == "doctor":
        answering.professional_title = "住院医师"
        answering.save()
    elif what == "pin":
        article.related_items.create(related=make_article())
    else:
        article.related_items.all().delete()
    answer = decide(doctor, article, page=page, comment="好")
    assert "标签、医生资料或相关问题有变化" in answer.content.decode()
    assert 'value="好"' in answer.content.decode()
    article.refresh_from_db()
    assert article.short_answer == ""
    assert decide(doctor, article, page=answer).status_code == 302
    article.refresh_from_db()
    assert article.short_answer == "不急。"


def test_a_pin_of_meanwhile_is_no_change_of_the_text_and_stays(editor, doctor):
    article = make_article()
    submit(editor, article, short_answer="不急。")
    article.related_items.create(related=make_article(title="眼皮跳？"))
    assert "related" not in [part.name for part in doctor.get(review_of(article)).context["parts"]]
    decide(doctor, article)
    assert article.related_items.count() == 1
    assert len(article.revisions.first().content["related"]) == 1


# --- Approved and signed in one step --------------------------------------------------------


def test_the_approval_of_a_doctor_is_the_review(editor, doctor, own, settings):
    settings.REVIEW_MONTHS = 12
    article = make_article(reviewer=make_doctor(), reviewed_on=timezone.localdate() - timedelta(days=400))
    submit(editor, article, short_answer="不急。")
    html = doctor.get(review_of(article)).content.decode()
    today = timezone.localdate()
    for part in ("张文静", f'value="{today.isoformat()}"', f'value="{months_after(today, 12).isoformat()}"'):
        assert part in html
    assert decide(doctor, article).status_code == 302
    article.refresh_from_db()
    assert (article.reviewer, article.reviewed_on) == (own, today)
    assert article.review_due_on == months_after(today, 12)
    row = article.revisions.first()
    assert (row.step, row.content["reviewer"], row.content["reviewed_on"]) == ("publish", own.pk, today.isoformat())
    assert row.comment == ""


def test_what_is_not_sent_is_what_was_shown(editor, doctor, own):
    article = make_article()
    submit(editor, article, short_answer="不急。")
    seen = doctor.get(review_of(article)).context["situation"].number
    doctor.post(review_of(article), {"_step": "publish", "seen": seen})
    article.refresh_from_db()
    assert (article.reviewer, article.reviewed_on) == (own, timezone.localdate())


def test_the_dates_can_be_changed_and_the_review_left_out(editor, doctor, own):
    article, today = make_article(), timezone.localdate()
    submit(editor, article, short_answer="不急。")
    day, due_on = today - timedelta(days=2), today + timedelta(days=90)
    decide(doctor, article, reviewed_on=day.isoformat(), review_due_on=due_on.isoformat())
    article.refresh_from_db()
    assert (article.reviewer, article.reviewed_on, article.review_due_on) == (own, day, due_on)
    submit(editor, article, short_answer="很急。")
    decide(doctor, article, reviewer="")
    article.refresh_from_db()
    assert (article.short_answer, article.reviewed_on) == ("很急。", day)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reviewed_on": "2199-01-01"}, "不能晚于今天"),
        ({"review_due_on": "2020-01-01"}, "下次复审要晚于审核日期"),
        ({"review_due_on": "2190-01-01"}, "太远了"),
        ({"reviewed_on": "昨天"}, "输入一个有效的日期"),
    ],
)
def test_an_impossible_review_approves_nothing(editor, doctor, changes, sentence):
    article = make_article()
    submit(editor, article, short_answer="不急。")
    answer = decide(doctor, article, **changes)
    assert sentence in answer.content.decode()
    article.refresh_from_db()
    assert (article.short_answer, article.reviewer) == ("", None)


def test_nobody_signs_in_another_doctors_name(editor, doctor, reviewer, own):
    article, other = make_article(), make_doctor(name="王小明")
    submit(editor, article, short_answer="不急。")
    decide(doctor, article, reviewer=str(other.pk))
    assert 'name="reviewer"' not in reviewer.get(review_of(article)).content.decode()
    decide(reviewer, article, reviewer=str(own.pk))
    article.refresh_from_db()
    assert (article.short_answer, article.reviewer) == ("", None)


def test_an_administrator_signs_for_a_doctor_and_the_history_says_so(editor, own):
    manager = sign_in(make_staff("管理员"))
    article = make_article()
    submit(editor, article, short_answer="不急。")
    assert "不登记审核" in manager.get(review_of(article)).content.decode()
    decide(manager, article, reviewer=str(own.pk), comment="电话里确认过")
    article.refresh_from_db()
    assert (article.reviewer, article.reviewed_on) == (own, timezone.localdate())
    assert article.revisions.first().comment == "电话里确认过（代张文静登记审核）"


def test_who_is_no_doctor_approves_without_a_review(editor, reviewer):
    article = make_article()
    submit(editor, article, short_answer="不急。")
    assert decide(reviewer, article).status_code == 302
    article.refresh_from_db()
    assert (article.short_answer, article.reviewed_on) == ("不急。", None)


def test_what_is_published_without_a_review_is_not_signed(account, own, editor):
    account.groups.add(Group.objects.get(name="管理员"))
    doctor, article = sign_in(account), make_article()
    submit(doctor, article, body=f"<p>{'我自己写的一大段。' * 9}</p>")
    html = doctor.get(review_of(article)).content.decode()
    assert "未经审核发布" in html
    assert 'name="reviewer"' not in html
    decide(doctor, article, "unreviewed", reviewer=str(own.pk))
    article.refresh_from_db()
    assert "我自己写的" in article.body
    assert article.reviewer is None


def test_who_may_not_record_reviews_signs_none(own, account, settings):
    settings.REVIEW_REQUIRED = False
    account.groups.set([Group.objects.get(name="编辑")])
    client, article = sign_in(account), make_article()
    submit(client, article, short_answer="不急。")
    assert 'name="reviewer"' not in client.get(review_of(article)).content.decode()
    assert decide(client, article, "direct", reviewer=str(own.pk)).status_code == 200
    assert decide(client, article, "direct").status_code == 302
    article.refresh_from_db()
    assert (article.short_answer, article.reviewer) == ("不急。", None)


def test_a_deleted_account_leaves_the_doctor(account, own):
    account.delete()
    own.refresh_from_db()
    assert own.user is None


@pytest.mark.parametrize(("group", "is_shown"), [("管理员", True), ("编辑", False)])
def test_only_administrators_say_whose_account_a_doctor_has(group, is_shown, own, account):
    client = sign_in(make_staff(group))
    address = change_address(own)
    assert ('name="user"' in client.get(address).content.decode()) is is_shown
    send(client, address, "doctor", name="张文静", user="")
    own.refresh_from_db()
    assert (own.user is None) is is_shown


def test_nobody_renames_the_doctor_in_whose_name_somebody_signs_but_who_vouches_for_it(own, account):
    address, editor = change_address(own), sign_in(make_staff("编辑"))
    assert "用自己的账号登记审核，资料由医学审核或管理员来改" in editor.get(address).content.decode()
    editor.post(address, {"name": "别人", "professional_title": "院士", "biography": "名医"})
    own.refresh_from_db()
    assert (own.name, own.professional_title, own.biography) == ("张文静", "", "")
    send(sign_in(make_staff("医学审核")), address, "doctor", professional_title="主任医师")
    own.refresh_from_db()
    assert own.professional_title == "主任医师"


@pytest.mark.parametrize("status", ["published", "withdrawn", "draft"])
def test_nobody_renames_a_doctor_who_has_signed_a_review_but_who_vouches_for_it(status):
    doctor, article = make_doctor(name="钱医生"), make_article(withdrawn_reason="有误" if status == "withdrawn" else "")
    article.record_review(doctor, timezone.localdate())
    Article.objects.filter(pk=article.pk).update(status=status)
    sign_in(make_staff("编辑")).post(change_address(doctor), {"name": "孙神医", "hospital": "自家诊所"})
    doctor.refresh_from_db()
    assert (doctor.name, doctor.hospital) == ("钱医生", "")


# --- 登记审核 in the form ---------------------------------------------------------------------


def test_a_review_in_the_form_is_mine_and_of_today_unless_i_say_otherwise(doctor, own):
    article, today = make_article(), timezone.localdate()
    send(doctor, change_address(article), step="checked")
    article.refresh_from_db()
    assert (article.reviewer, article.reviewed_on, article.review_due_on) == (own, today, months_after(today, 24))
    assert "都没有改" in errors_of(send(doctor, change_address(article), step="checked"))
    day = today - timedelta(days=3)
    send(doctor, change_address(article), step="checked", reviewed_on=day.isoformat())
    article.refresh_from_db()
    assert (article.reviewer, article.reviewed_on) == (own, day)


def test_a_review_that_changes_nothing_is_refused(reviewer):
    article = make_article()
    assert "请填写审核医生" in errors_of(send(reviewer, change_address(article), step="checked"))
    assert not article.revisions.filter(step="checked").exists()


def test_a_doctor_signs_for_no_other_in_the_form_and_an_administrator_does(doctor, own):
    article, other = make_article(), make_doctor(name="王小明")
    today = timezone.localdate().isoformat()
    values = {"reviewer": other.pk, "reviewed_on": today}
    for step in ("checked", "submit"):
        assert "只能用您自己（张文静）的名字" in errors_of(send(doctor, change_address(article), step=step, **values))
    manager = sign_in(make_staff("管理员"))
    send(manager, change_address(article), step="checked", **values)
    article.refresh_from_db()
    assert article.reviewer == other
    assert article.revisions.first().comment == "（代王小明登记审核）"
    reviewer = sign_in(make_staff("医学审核"))
    answer = send(reviewer, change_address(article), step="checked", reviewer=own.pk, reviewed_on=today)
    assert "张文静有自己的账号" in errors_of(answer)


# --- Returned with a place -----------------------------------------------------------------------


def test_a_return_points_at_a_paragraph(editor, doctor):
    article = make_article(body="<p>先休息三天。</p>")
    submit(editor, article, body=f"<p>先休息五天。</p>{NUMBERED}")
    html = doctor.get(review_of(article)).content.decode()
    assert '<option value="block-2">正文第 2 段“先热敷。 再休息。”</option>' in html
    decide(doctor, article, "return", place="block-2", comment="写明多久")
    assert article.revisions.first().comment == "【正文第 2 段“先热敷。 再休息。”】写明多久"
    submit(editor, article)
    decide(doctor, article, "return", place="block-99", comment="再看看")
    assert article.revisions.first().comment == "再看看"
    submit(editor, article)
    assert "请写明要改什么" in decide(doctor, article, "return", place="block-2").content.decode()


def test_the_second_button_approves_too(editor, doctor):
    article = make_article()
    submit(editor, article, short_answer="不急。")
    assert 'name="_next" value="publish"' in doctor.get(review_of(article)).content.decode()
    decide(doctor, article, None, _next="publish")
    article.refresh_from_db()
    assert article.short_answer == "不急。"


def test_who_approves_what_was_withdrawn_reads_why(editor, reviewer):
    article = make_article(status="withdrawn", withdrawn_reason="剂量写错了", body="<p>每次吃十片。</p>")
    send(editor, change_address(article), step="submit", body="<p>每次吃一片。</p>")
    page = squeeze(read(reviewer.get(f"{ARTICLES}{article.pk}/review/")).text)
    assert "读者看到的是原因：“剂量写错了”。通过以前，请确认这个原因已经处理好。" in page
    assert "通过就恢复，读者重新看到全文" in page
    assert "读者看到的是原来的内容" not in page
