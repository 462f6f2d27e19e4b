"""What is typed and not saved waits on the server for its writer on another device, and for nobody else."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from articles.models import Article, UnsavedForm
from articles.models.fields import LONGEST
from articles.tests.editing import ARTICLES, change_address, make_staff, send, sign_in
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db
ADD = f"{ARTICLES}add/"
NAME = "0123456789abcdef"


@pytest.fixture
def article():
    return make_article(title="原题？", status=Article.Status.DRAFT)


def address(article):
    return f"{ARTICLES}{article.pk if article else 'add'}/unsaved/"


def tell(client, article, do="keep", form=NAME, values=None, **said):
    content = json.dumps({"values": {"title": "新题？"} if values is None else values, "labels": {}})
    return client.post(address(article), {"do": do, "form": form, "content": content, **said})


def kept(client, article, form=NAME):
    return client.get(address(article), {"form": form}).json()["kept"]


def offered(client, article):
    """The names of the forms that the page says are kept for the one who opens it."""
    page = client.get(change_address(article) if article else ADD)
    return [one.partition(":")[0] for one in page.context["unsaved_kept"].split()]


@pytest.mark.parametrize("is_new", [False, True])
def test_what_was_typed_on_one_device_is_there_on_another(editor, article, is_new):
    article = None if is_new else article
    values = {"title": "<b>新题？", "body": "<script>x</script>", "is_excerpt": True}
    answer = tell(editor, article, values=values, version="2026/3", device="windows")
    assert answer.json() == {"kept": True}
    other = sign_in(User.objects.get(pk=editor.session["_auth_user_id"]))
    assert offered(other, article) == [NAME]
    found = kept(other, article)
    assert found["values"] == values
    assert (found["version"], found["device"], found["isOpen"]) == ("2026/3", "Windows 电脑", True)
    tell(editor, article, do="leave")
    assert not kept(other, article)["isOpen"]
    assert tell(editor, article, do="stay").json() == {"kept": True}
    assert kept(other, article)["isOpen"]
    tell(editor, article, do="keep-closed")
    assert not kept(other, article)["isOpen"]
    tell(other, article, do="drop")
    assert offered(other, article) == []
    assert tell(editor, article, do="stay").json() == {"kept": False}


def test_nobody_else_can_read_change_or_drop_it(editor, article):
    tell(editor, article)
    other = sign_in(make_staff("管理员"))
    assert offered(other, article) == []
    assert kept(other, article) is None
    for do in ("leave", "drop"):
        tell(other, article, do=do)
    tell(other, article, values={"title": "别人的？"})
    assert kept(editor, article)["values"] == {"title": "新题？"}
    assert kept(editor, article)["isOpen"]


def test_a_form_is_offered_where_it_was_written(editor, article):
    tell(editor, article)
    tell(editor, None, form="new-one")
    other = make_article()
    assert (offered(editor, article), offered(editor, None), offered(editor, other)) == ([NAME], ["new-one"], [])
    assert kept(editor, other) is None
    assert kept(editor, None) is None


def test_saving_the_form_forgets_it_and_a_refused_one_does_not(editor, article):
    tell(editor, article)
    tell(editor, article, form="another")
    send(editor, change_address(article), title="", _unsaved=NAME)
    assert set(offered(editor, article)) == {NAME, "another"}
    send(editor, change_address(article), title="新题？", _unsaved=NAME)
    assert offered(editor, article) == ["another"]
    tell(editor, None)
    send(editor, ADD, title="又一题？", _unsaved=NAME)
    assert offered(editor, None) == []
    public = make_article()
    tell(editor, public)
    send(editor, change_address(public), title="改了的题？", _unsaved=NAME)  # held for a review
    assert offered(editor, public) == []


def test_old_forms_and_too_many_are_cleared_away(editor, article):
    other = sign_in(make_staff("编辑"))
    tell(other, article, form="of-others")
    tell(editor, article, form="old")
    UnsavedForm.objects.filter(name="old").update(saved_at=timezone.now() - timedelta(days=14, minutes=1))
    assert offered(editor, article) == []
    for number in range(22):
        tell(editor, article, form=f"form-{number}")
    names = offered(editor, article)
    assert (len(names), names[0], "form-1" in names) == (20, "form-21", False)
    assert set(UnsavedForm.objects.values_list("name", flat=True)) == {*names, "of-others"}


def test_it_goes_with_its_person_and_with_its_question(editor, article):
    tell(editor, article)
    article.delete()
    assert not UnsavedForm.objects.exists()
    tell(editor, None)
    User.objects.get(pk=editor.session["_auth_user_id"]).delete()
    assert not UnsavedForm.objects.exists()


def test_who_may_not_change_the_question_keeps_nothing_and_reads_nothing(client, reviewer, article):
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename="view_article"))
    viewer = sign_in(user)
    UnsavedForm.keep(user, NAME, article=article, content={"values": {}, "labels": {}})
    assert tell(viewer, article).status_code == 403
    assert viewer.get(address(article), {"form": NAME}).status_code == 403
    assert "unsaved_kept" not in viewer.get(change_address(article)).context
    assert tell(reviewer, None).status_code == 403  # reviewers make no questions
    assert tell(client, article)["Location"].startswith("/admin/login/")
    assert reviewer.put(address(article)).status_code == 405
    for key in ("999999", "x"):
        assert reviewer.get(f"{ARTICLES}{key}/unsaved/").status_code == 404


def test_a_post_from_elsewhere_is_refused(article):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(make_staff("编辑"))
    assert tell(client, article).status_code == 403
    assert not UnsavedForm.objects.exists()


def test_what_no_form_of_ours_sends_is_not_kept(editor, article):
    strange = ["", "{", "[]", "1" * 5000, "[" * 50_000, '{"values": 1, "labels": {}}', '{"values": {}}']
    strange += [json.dumps({"values": values, "labels": {}}) for values in ({"title": 1}, {"a b": ""}, {"x": None})]
    strange += [json.dumps({"values": {"body": "长" * (LONGEST + 1)}, "labels": {}})]
    strange += [json.dumps({"values": {f"f{number}": "" for number in range(101)}, "labels": {}})]
    for content in strange:
        assert tell(editor, article, content=content).json() == {"kept": False}
    for name in ("", "a b", "x" * 41, "<b>", "\x00"):
        assert tell(editor, article, form=name).status_code == 400
        assert kept(editor, article, form=name) is None
    assert tell(editor, article, do="publish").status_code == 400
    assert not UnsavedForm.objects.exists()


def test_what_a_database_cannot_hold_is_left_out_of_it(editor, article):
    values = {"title": "新\x00题\ud800？", "body": "长" * LONGEST}
    assert tell(editor, article, values=values, version="\x00" + "v" * 10_099, device="<b>").json() == {"kept": True}
    found = kept(editor, article)
    assert (found["values"]["title"], found["version"], found["device"]) == ("新题？", "v" * 10_000, "")


def test_keeping_is_cheap(editor, article, django_assert_max_num_queries):
    tell(editor, article)
    with django_assert_max_num_queries(8):  # session, person, rights and question; then the row in its transaction
        tell(editor, article)
