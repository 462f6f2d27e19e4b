import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from articles.models import RelatedItem
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.reading import read, squeeze

pytestmark = pytest.mark.django_db


def rich_article():
    """A question with everything that a question can have."""
    doctor = make_doctor(name="周明远", professional_title="主任医师", department="神经内科", hospital="示范医院")
    reviewer = make_doctor(name="沈佳宁", hospital="示例市第一人民医院")
    tags = [make_tag("神经内科", kind="department"), make_tag("面肌痉挛", kind="disease"), make_tag("眼皮跳")]
    article = make_article(
        title="面部肌肉痉挛怎么办？",
        doctor=doctor,
        short_answer="先排除劳累，超过两周去神经内科。",
        urgency="soon",
        when_to_see_a_doctor="跳动超过两周。\n\n嘴角跟着动。",
        references="面肌痉挛诊疗指南\nhttps://guide.example/1",
        reviewer=reviewer,
        reviewed_on=date(2026, 3, 9),
        published_at=timezone.now() - timedelta(days=30),
        revised_at=timezone.now() - timedelta(days=3),
        imported_likes=41,
        tags=tags,
    )
    for number in range(12):
        make_article(title=f"眼皮跳问题{number}？", tags=tags)
    return article


def shown(moment):
    return f"{timezone.localtime(moment):%Y年%-m月%-d日%H:%M}"


def make_editor(*permissions, **fields):
    user = User.objects.create_user("editor", is_staff=fields.pop("is_staff", True), **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def test_question_reads_in_the_order_of_its_contract(client):
    article = rich_article()
    text = read(client.get(article.get_absolute_url())).text
    wanted = [
        *("跳到正文", "健康问答", "搜索", "返回", "首页", "神经内科", "面部肌肉痉挛怎么办？"),
        *("周明远", "主任医师·示范医院", "审核于2026年3月", "41赞"),
        *("一句话回答", "先排除劳累，超过两周去神经内科。", "多数人休息几天", "在家怎么做", "何时就医·尽快就医"),
        *("嘴角跟着动。", "面肌痉挛诊疗指南", "沈佳宁", "2026年3月9日"),
        *(shown(article.published_at), shown(article.revised_at), "不能代替面诊", "点赞"),
        *("面肌痉挛", "眼皮跳", "同一种情况的问题", "眼皮跳问题", "返回", "本站内容是健康科普"),
    ]
    position = 0
    for words in wanted:
        found = text.find(words, position)
        assert found >= 0, f"{words} does not follow {text[max(0, position - 40) : position]}"
        position = found + len(words)


def test_title_is_the_only_h1_and_the_body_keeps_its_structure(client):
    article = make_article(body="<h1>大标题</h1><p>一段。</p><ul><li>一条</li></ul>")
    html = client.get(article.get_absolute_url()).content.decode()
    assert html.count("<h1") == 1
    (title,) = re.findall(r"<h1[^>]*>(.*?)</h1>", html)
    assert title.replace("<wbr>", "") == article.title
    assert "<h2>大标题</h2><p>一段。</p><ul><li>一条</li></ul>" in html


def test_bare_question_shows_no_empty_parts(client):
    article = make_article(body="<p>休息。</p>")
    text = read(client.get(article.get_absolute_url())).text
    for absent in ("一句话回答", "何时就医", "依据与审核", "更新于", "None", "全文待补充", "同一种情况的问题"):
        assert absent not in text
    assert "继续浏览" in text


@pytest.mark.parametrize("gap", ["professional_title", "department", "hospital"])
def test_doctor_with_gaps_shows_cleanly(client, gap):
    known = {"professional_title": "主任医师", "department": "眼科", "hospital": "示范医院"}
    doctor = make_doctor(name="郑一帆", **{**known, gap: ""})
    text = read(client.get(make_article(doctor=doctor).get_absolute_url())).text
    place = known["department"] if gap == "hospital" else known["hospital"]
    standing = [place] if gap == "professional_title" else [known["professional_title"], place]
    assert "郑一帆" + "·".join(standing) + "发布于" in text


def test_times_are_exact_to_the_second_and_valid_html(client):
    moment = timezone.now().replace(microsecond=123456) - timedelta(days=2)
    article = make_article(published_at=moment, revised_at=moment + timedelta(days=1))
    make_article(tags=["痛风"])
    for address in (article.get_absolute_url(), "/", "/articles/"):
        for value in read(client.get(address)).times:
            assert len(value) == len("2026-01-02T03:04:05+08:00"), f"{value} on {address}: HTML allows 3 decimals"
            assert value.endswith("+08:00")


def test_update_before_publication_is_not_shown(client):
    now = timezone.now()
    article = make_article(published_at=now - timedelta(days=1), revised_at=now - timedelta(days=2))
    assert "更新于" not in read(client.get(article.get_absolute_url())).text


def test_back_leads_to_the_department(client):
    department = make_tag("儿科", kind="department")
    article = make_article(tags=[make_tag("发热", kind="symptom"), department])
    assert department.get_absolute_url() in back_links(client, article)


def test_back_leads_to_the_first_tag_without_a_department(client):
    first = make_tag("乙", kind="symptom")
    article = make_article(tags=[first, make_tag("甲", kind="symptom")])
    assert back_links(client, article) == {first.get_absolute_url()}


def test_back_leads_to_all_questions_without_tags(client):
    assert back_links(client, make_article()) == {"/articles/"}


def back_links(client, article):
    page = read(client.get(article.get_absolute_url()))
    return {link["href"] for link in page.all("a") if "back" in link.get("class", "").split()}


def test_back_leads_to_the_list_that_the_breadcrumb_calls_the_department(client):
    department = make_tag("神经内科", kind="department")
    article = make_article(tags=[department, make_tag("面肌痉挛", kind="disease")])
    assert back_links(client, article) == {department.get_absolute_url()}


def test_related_questions_show_title_date_and_excerpt(client):
    tag = make_tag("痛风", kind="disease")
    other = make_article(title="痛风能喝酒吗？", body="<p>不要喝。</p>", tags=[tag])
    text = read(client.get(make_article(tags=[tag]).get_absolute_url())).text
    assert squeeze(f"痛风能喝酒吗？{shown(other.published_at)[:-5]}不要喝。") in text


def test_ten_related_questions_are_shown(client):
    page = read(client.get(rich_article().get_absolute_url()))
    assert len({link for link in page.links if re.fullmatch(r"/articles/\d+/", link)}) == 10


def test_excerpt_only_question_says_so_and_is_kept_out_of_search_engines(client):
    page = read(client.get(make_article(is_excerpt=True).get_absolute_url()))
    assert "全文待补充" in page.text
    assert page.meta("robots") == "noindex"


def test_title_is_escaped(client):
    article = make_article(title='<b>1<2</b> & "3"\'')
    html = client.get(article.get_absolute_url()).content.decode()
    assert "<b>1" not in html
    assert squeeze(article.title) in read(client.get(article.get_absolute_url())).text


def test_withdrawn_question_is_gone_with_its_reason(client):
    article = make_article(body="<p>旧的内容。</p>")
    newest = make_article()
    article.withdraw("用药剂量有误，正在更正。")
    response = client.get(article.get_absolute_url())
    page = read(response)
    assert response.status_code == 410
    assert "用药剂量有误，正在更正。" in page.text
    assert page.meta("robots") == "noindex"
    assert newest.title in page.text
    assert page.all("input", name="q")
    assert "旧的内容" not in page.text


@pytest.mark.parametrize("number", ["0", "999999", "9" * 19, "9" * 40, "9" * 5000])
def test_unknown_number_is_not_found(client, number):
    assert client.get(f"/articles/{number}/").status_code == 404


@pytest.mark.parametrize("number", ["-1", "1.0", "abc", "１", "1%00", "%00", "1%0A"])
def test_nonsense_number_is_not_found(client, number):
    make_article()
    assert client.get(f"/articles/{number}/").status_code == 404


def test_unknown_parameters_change_nothing(client):
    address = make_article().get_absolute_url()
    assert client.get(f"{address}?utm_source=x&page=7").content == client.get(address).content


def test_page_is_the_same_for_every_reader(client):
    article = make_article()
    address = article.get_absolute_url()
    first = client.get(address).content
    article.like("a" * 32)
    second = client.get(address)
    client.cookies["reader"] = "0" * 32
    client.cookies["session"] = "unknown-session-of-nobody-00000"
    third = client.get(address, headers={"User-Agent": "other"})
    assert first != second.content  # the count is fresh
    assert second.content == third.content
    assert not third.cookies


def test_only_get_and_head_are_answered(client):
    address = make_article().get_absolute_url()
    assert client.head(address).status_code == 200
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)(address).status_code == 405


# --- Preview ------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "review", "scheduled"])
def test_editor_sees_a_preview(client, state):
    client.force_login(make_editor("view_article"))
    fields = {"published_at": timezone.now() + timedelta(hours=1)} if state == "scheduled" else {"status": state}
    response = client.get(make_article(**fields).get_absolute_url())
    page = read(response)
    assert response.status_code == 200
    assert "读者现在看不到这个页面" in page.text
    assert page.meta("robots") == "noindex"
    assert response["Cache-Control"] == "private, no-store"
    assert not page.all("form", method="post")


@pytest.mark.parametrize("note", ["first_password", "enrol"])
def test_who_has_yet_to_change_a_password_or_set_up_a_second_factor_sees_no_preview(client, note):
    client.force_login(make_editor("view_article"))
    session = client.session
    session[note] = True
    session.save()
    assert client.get(make_article(status="draft").get_absolute_url()).status_code == 404


def test_preview_of_a_draft_without_a_time_is_whole(client):
    client.force_login(make_editor("view_article"))
    article = make_article(status="draft", published_at=None)
    assert "None" not in read(client.get(article.get_absolute_url())).text


def test_editor_sees_a_published_question_as_readers_do(client):
    address = make_article().get_absolute_url()
    for_readers = client.get(address)
    client.force_login(make_editor("view_article"))
    for_editors = client.get(address)
    assert for_editors.content == for_readers.content
    assert "预览" not in read(for_editors).text


def test_editor_sees_a_withdrawn_question_as_readers_do(client):
    client.force_login(make_editor("view_article"))
    article = make_article(status="withdrawn", withdrawn_reason="过时了")
    assert client.get(article.get_absolute_url()).status_code == 410


def test_user_who_is_not_staff_sees_no_draft(client):
    client.force_login(make_editor("view_article", is_staff=False))
    assert client.get(make_article(status="draft").get_absolute_url()).status_code == 404


def test_staff_without_the_right_to_view_sees_no_draft(client):
    client.force_login(make_editor())
    assert client.get(make_article(status="draft").get_absolute_url()).status_code == 404


def test_reader_with_a_made_up_session_sees_no_draft(client):
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    response = client.get(make_article(status="draft").get_absolute_url())
    assert response.status_code == 404
    assert not any(cookie.value for cookie in response.cookies.values())  # a useless one may be taken away


@pytest.mark.parametrize("cookie", ["x", "", '"\\000aaaaaaaaaaaa"', "a" * 5000, "\xff" * 32, "'; DROP TABLE x; --"])
def test_nonsense_in_the_session_cookie_is_nobody(client, cookie):
    article = make_article(status="draft")
    response = client.get(article.get_absolute_url(), headers={"Cookie": f"session={cookie}"})
    assert response.status_code == 404
    assert client.get("/admin/", headers={"Cookie": f"session={cookie}"}).status_code == 302


def test_reader_with_a_made_up_session_gets_the_reason_of_a_withdrawal(client):
    client.cookies["session"] = "0123456789abcdef0123456789abcdef"
    article = make_article(status="withdrawn", withdrawn_reason="过时了")
    assert client.get(article.get_absolute_url()).status_code == 410


# --- Head ---------------------------------------------------------------------


def test_head_says_what_the_page_is(client, settings):
    settings.SITE_URL = "https://www.example.org"
    article = make_article(short_answer="先排除劳累和咖啡，超过两周没有好转，就去神经内科看看，不要自己用药。")
    page = read(client.get(article.get_absolute_url()))
    address = f"https://www.example.org{article.get_absolute_url()}"
    assert page.title == f"{article.title} - 健康问答"
    assert page.meta("description") == article.short_answer
    assert page.link("canonical") == page.meta("og:url") == address
    assert page.meta("og:title") == article.title
    assert page.meta("og:type") == "article"
    assert page.meta("og:description") == article.short_answer
    assert page.meta("applicable-device") == "pc,mobile"
    assert page.meta("robots") is None


def test_description_is_the_short_answer_and_the_excerpt_where_it_is_very_short(client):
    article = make_article(short_answer="多休息。")
    assert read(client.get(article.get_absolute_url())).meta("description") == (
        f"{article.short_answer} {article.excerpt}".strip()
    )


def test_addresses_never_come_from_the_request(client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://www.example.org"
    article = make_article(tags=["痛风"])
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    places = [article.get_absolute_url(), "/", "/tags/痛风/", "/feed/", "/tags/痛风/feed/", "/robots.txt"]
    for address in [*places, "/sitemap.xml", "/sitemap-1.xml", "/search/?q=x", "/nothing/", "/articles"]:
        response = client.get(address, headers=forged)
        assert "evil.example" not in response.content.decode() + str(response.headers), address


# --- Cost ---------------------------------------------------------------------


def test_question_costs_four_queries(client, django_assert_max_num_queries):
    article = rich_article()
    RelatedItem.objects.create(article=article, related=make_article(doctor=make_doctor()))
    with django_assert_max_num_queries(4):
        client.get(article.get_absolute_url())


def test_cost_does_not_grow_with_the_number_of_questions(client, django_assert_num_queries):
    tag = make_tag("痛风", kind="disease")
    article = make_article(tags=[tag])
    for _ in range(4):
        make_article(tags=[tag], doctor=make_doctor())
    for _ in range(20):
        with django_assert_num_queries(2):
            client.get(article.get_absolute_url())
        make_article(tags=[tag], doctor=make_doctor())


def test_more_than_twelve_tags_are_folded(client):
    article = make_article(tags=[make_tag(f"标签{number:02}") for number in range(15)])
    html = client.get(article.get_absolute_url()).content.decode()
    shown, _, folded = html.partition('<details class="more-tags">')
    assert shown.count('class="pill" href="/tags/') == 12
    assert folded.count('class="pill" href="/tags/') == 3
    assert "其余 3 个标签" in folded
    assert "more-tags" not in client.get(make_article(tags=["痛风"]).get_absolute_url()).content.decode()


def test_nobody_likes_is_not_said(client):
    html = client.get(make_article().get_absolute_url()).content.decode()
    assert "0 赞" not in html
    assert '<span class="like-count"></span>' in html
