"""A draft that was shared: read without an account, never kept or found, and gone when it should be."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from articles.models import Article, DraftLink, Revision
from articles.models.revision import content_of
from articles.tests.editing import change_address, last_change, make_staff, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.reading import read, squeeze
from articles.workflow.steps import take

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return make_article(title="还没写完的题？", status="draft", published_at=None, body="<p>还没写完的答案。</p>")


def share(article, **values):
    return DraftLink.make(article, **{"days": 7, **values})


def box_address(article):
    return f"/admin/articles/article/{article.pk}/drafts/"


# --- Reading ---


@pytest.mark.parametrize("state", ["draft", "review", "scheduled", "withdrawn"])
def test_a_link_shows_what_is_not_public_to_whoever_has_it(client, state):
    fields = {"status": state}
    if state == "scheduled":
        fields = {"status": "published", "published_at": timezone.now() + timedelta(days=3)}
    elif state == "withdrawn":
        fields["withdrawn_reason"] = "旧了"
    article = make_article(title="还没写完的题？", body="<p>还没写完的答案。</p>", doctor=make_doctor(), **fields)
    article.tags.set([make_tag()])
    answer = client.get(share(article).get_absolute_url())
    assert answer.status_code == 200
    page = read(answer)
    assert "还没写完的答案" in page.text
    assert "请不要转发" in page.text
    assert not page.all("form", **{"class": "like"})
    assert client.get(article.get_absolute_url()).status_code in (404, 410)


def test_a_link_from_before_a_withdrawal_leads_to_its_reason_and_not_to_what_was_withdrawn(client, draft):
    link = share(draft)
    draft.publish()
    take(Revision.Step.WITHDRAW, draft.pk, make_staff("编辑"), reason="剂量写错了")
    answer = client.get(link.get_absolute_url(), follow=True)
    assert answer.status_code == 410
    assert "剂量写错了" in answer.content.decode()
    assert "还没写完的答案" not in answer.content.decode()
    page = read(client.get(share(draft).get_absolute_url()))  # asked for since, and told so
    assert "还没写完的答案" in page.text
    assert "已撤下读者看到的是撤下的原因：“剂量写错了”" in squeeze(page.text)
    assert "还没有发布" not in page.text


def test_the_page_is_kept_nowhere_found_by_nobody_and_tells_no_other_site(client, draft):
    answer = client.get(share(draft).get_absolute_url())
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert read(answer).meta("robots") == "noindex"
    assert not answer.cookies


def test_the_page_cache_does_not_keep_it(draft):
    assert not hasattr(resolve(share(draft).get_absolute_url()).func, "page_cache_parameters")


def test_a_draft_costs_few_queries(client, draft, django_assert_num_queries):
    link = share(draft)
    client.get(link.get_absolute_url())
    with django_assert_num_queries(4):
        client.get(link.get_absolute_url())


def test_a_published_question_has_its_own_page(client, draft):
    link = share(draft)
    draft.publish()
    answer = client.get(link.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (302, draft.get_absolute_url())
    assert answer["Cache-Control"] == "private, no-store"


def closed(answer):
    return "这个链接打不开了" in answer.content.decode() and "还没写完" not in answer.content.decode()


def test_a_link_that_was_taken_back_or_is_over_says_so(client, draft):
    revoked, over = share(draft), share(draft, days=-1)
    revoked.revoke()
    for link in (revoked, over):
        answer = client.get(link.get_absolute_url())
        assert answer.status_code == 410
        assert closed(answer)
        assert answer["Cache-Control"] == "private, no-store"
        assert "noindex" in answer["X-Robots-Tag"]
        assert client.post(link.get_absolute_url(), headers={"Sec-Fetch-Site": "same-origin"}).status_code == 410


@pytest.mark.parametrize("signature", ["0" * 32, "x", "-", "a" * 500, "{half}", "{other}", "{upper}"])
def test_an_address_that_was_made_up_opens_nothing(client, draft, signature):
    link, other = share(draft), share(make_article(status="draft"))
    forged = signature.format(half=link.signature[:16], other=other.signature, upper=link.signature.upper() + "A")
    answer = client.get(f"/drafts/{link.pk}-{forged}/")
    assert answer.status_code == 404
    assert closed(answer)


def test_numbers_beyond_any_row_open_nothing(client, draft):
    signature = share(draft).signature
    for number in (0, 999, 2**63, 10**40):
        assert client.get(f"/drafts/{number}-{signature}/").status_code == 404


def test_a_longer_life_cannot_be_had_by_changing_the_row(client, draft):
    link = share(draft)
    address = link.get_absolute_url()
    DraftLink.objects.update(expires_at=timezone.now() + timedelta(days=300))
    assert client.get(address).status_code == 404


def test_deleting_a_question_takes_its_links_along(client, draft):
    address = share(draft).get_absolute_url()
    draft.delete()
    assert client.get(address).status_code == 404


def test_looking_ahead_counts_nothing_and_opening_counts(client, draft):
    link = share(draft)
    address = link.get_absolute_url()
    client.get(address)
    client.head(address)
    assert client.post(address).status_code == 403
    assert client.post(address, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    link.refresh_from_db()
    assert link.opened_count == 0
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):
        assert strict.post(address, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 204
    link.refresh_from_db()
    assert link.opened_count == 2
    assert timezone.now() - link.opened_at < timedelta(minutes=1)
    assert client.put(address).status_code == 405


# --- The box in the form ---


def test_an_editor_makes_a_link_sees_it_listed_and_takes_it_back(editor, client, draft):
    answer = editor.post(box_address(draft), {"days": "7", "reader": "王医生"}, follow=True)
    assert "链接做好了，7 天内有效" in answer.content.decode()
    link = DraftLink.objects.get()
    address = link.get_absolute_url()
    assert timedelta(days=6, hours=23) < link.expires_at - timezone.now() <= timedelta(days=7)
    form = editor.get(change_address(draft)).content.decode()
    assert address in form
    assert "给王医生" in form
    assert "还没有打开过" in form
    link.count_opening()
    assert "打开 1 次" in editor.get(change_address(draft)).content.decode()
    assert client.get(address).status_code == 200

    answer = editor.post(box_address(draft), {"draft": f"revoke:{link.pk}"}, follow=True)
    assert "现在打不开了" in answer.content.decode()
    assert address not in editor.get(change_address(draft)).content.decode()
    assert client.get(address).status_code == 410


def test_the_script_of_the_box_gets_the_box_as_it_is_now(editor, draft):
    answer = editor.post(box_address(draft), {"days": "1"}, headers={"Accept": "application/json"}).json()
    assert "1 天内有效" in answer["said"]
    assert DraftLink.objects.get().get_absolute_url() in answer["box"]


def test_each_click_is_in_the_history_of_the_question(editor, draft):
    editor.post(box_address(draft), {"days": "30", "reader": "王医生"})
    assert last_change(draft) == "分享草稿给王医生，30 天内有效。"
    editor.post(box_address(draft), {"draft": f"revoke:{DraftLink.objects.get().pk}"})
    assert last_change(draft) == "收回草稿链接（给王医生）。"


@pytest.mark.parametrize("days", ["", "0", "-1", "8", "365", "x", "7\x00"])
def test_only_the_offered_terms_are_given(editor, draft, days):
    answer = editor.post(box_address(draft), {"days": days}, follow=True)
    assert "请选择有效几天" in answer.content.decode()
    assert not DraftLink.objects.exists()


def test_what_readers_see_already_is_not_shared(editor):
    article = make_article()
    assert "分享草稿" not in editor.get(change_address(article)).content.decode()
    answer = editor.post(box_address(article), {"days": "7"}, follow=True)
    assert "请直接发它的地址" in answer.content.decode()
    assert not DraftLink.objects.exists()


def test_links_of_one_question_are_bounded(editor, draft):
    for _ in range(50):
        share(draft)
    assert "请先收回不用的" in editor.post(box_address(draft), {"days": "7"}, follow=True).content.decode()
    assert DraftLink.objects.count() == 50


def test_a_name_is_one_clean_line_of_bounded_length(editor, draft):
    editor.post(box_address(draft), {"days": "7", "reader": "王\u202e<b>\n" + "长" * 100})
    assert DraftLink.objects.get().reader == ("王<b> " + "长" * 100)[:60]
    assert "<b>" not in read(editor.get(change_address(draft))).text.split("分享草稿")[0]
    assert b"\xe7\x8e\x8b<b>" not in editor.get(change_address(draft)).content


def test_who_may_not_change_a_question_may_not_share_it(client, draft):
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename="view_article"))
    viewer, link = sign_in(user), share(draft)
    assert viewer.post(box_address(draft), {"days": "7"}).status_code == 403
    assert viewer.post(box_address(draft), {"draft": f"revoke:{link.pk}"}).status_code == 403
    page = viewer.get(change_address(draft)).content.decode()
    assert link.signature not in page
    assert "做一个链接" not in page
    assert client.post(box_address(draft))["Location"].startswith("/admin/login/")
    assert sign_in(make_staff("医学审核")).post(box_address(draft), {"days": "7"}).status_code == 302


def test_a_link_of_another_question_is_not_taken_back_here(editor, draft):
    other = share(make_article(status="draft"))
    assert editor.post(box_address(draft), {"draft": f"revoke:{other.pk}"}).status_code == 404
    assert editor.post(box_address(draft), {"draft": "revoke:x"}).status_code == 404
    other.refresh_from_db()
    assert other.is_open


def test_questions_that_are_not_there_and_other_methods_are_refused(editor, draft):
    assert editor.get(box_address(draft)).status_code == 405
    for key in ("999999", "x", "0"):
        assert editor.post(f"/admin/articles/article/{key}/drafts/", {"days": "7"}).status_code == 404


def test_a_new_question_has_no_box_yet(editor):
    assert "分享草稿" not in editor.get("/admin/articles/article/add/").content.decode()


def test_a_link_survives_the_saving_of_its_question(client, draft):
    address = share(draft).get_absolute_url()
    draft.body = "<p>改过的答案。</p>"
    draft.save()
    assert "改过的答案" in read(client.get(address)).text
    assert Article.objects.count() == 1


# --- Changes of what is public ---


@pytest.fixture
def changed():
    """A public question with a text that waits for its approval."""
    article = make_article(title="原来的题？", body="<p>原来的答案。</p>", tags=["头痛"])
    make_tag("发热")
    content = content_of(article) | {"title": "新的题？", "body": "<p>新的答案。</p>", "tags": ["发热"]}
    Revision.record(article, Revision.Step.SUBMIT, Revision.State.REVIEW, content=content)
    return article


def test_a_link_to_a_public_question_shows_the_text_that_waits_and_readers_keep_the_old_one(client, changed):
    link = share(changed)
    page = read(client.get(link.get_absolute_url()))
    assert ("新的题？" in page.text, "新的答案" in page.text, "原来的答案" in page.text) == (True, True, False)
    assert ("发热" in page.text, "头痛" in page.text) == (True, False)
    assert "原来的答案" in read(client.get(changed.get_absolute_url())).text
    changed.refresh_from_db()
    assert changed.title == "原来的题？"


def test_once_nothing_waits_the_link_leads_to_the_public_page(client, changed):
    address = share(changed).get_absolute_url()
    changed.revisions.open().update(state=Revision.State.CLOSED)
    assert client.get(address)["Location"] == changed.get_absolute_url()


def test_a_text_that_waits_is_shared_from_its_form(editor, changed):
    assert "做一个链接" in editor.get(change_address(changed)).content.decode()
    answer = editor.post(box_address(changed), {"days": "7"}, follow=True)
    assert "链接做好了" in answer.content.decode()


def test_the_form_with_links_and_somebody_beside_costs_at_most_twenty_five_queries(
    editor, draft, django_assert_max_num_queries
):
    for number in range(5):
        share(draft, reader=f"医生{number}", by=make_staff("编辑"))
    draft.tags.set([make_tag("头痛"), make_tag("神经内科")])
    sign_in(make_staff("编辑")).get(change_address(draft))
    editor.get(change_address(draft))
    with django_assert_max_num_queries(25):
        editor.get(change_address(draft))
