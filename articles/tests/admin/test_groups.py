import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.urls import get_resolver, resolve

from articles.models import Article, DoctorMerge, RelatedItem, TagAlias, TagMerge
from articles.models.doctor_merging import merge_doctors
from articles.models.merging import merge_tags
from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.workflow import groups

pytestmark = pytest.mark.django_db


def codenames(name):
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_a_fresh_database_has_three_groups():
    assert set(Group.objects.values_list("name", flat=True)) == {"编辑", "医学审核", "管理员"}


def test_editors_write_and_publish_but_do_not_delete_or_review():
    given = codenames("编辑")
    assert {"add_article", "change_article", "publish_article", "change_tag", "add_tagalias", "add_doctor"} <= given
    assert not {"delete_article", "review_article", "delete_tag", "change_page", "change_user"} & given


def test_reviewers_review_and_do_not_write_new_questions():
    given = codenames("医学审核")
    assert {"change_article", "review_article", "publish_article", "view_tag", "view_relateditem"} <= given
    assert not {"add_article", "delete_article", "add_tag", "change_tag", "change_relateditem"} & given


def test_managers_delete_questions_and_manage_accounts_but_not_groups():
    given = codenames("管理员")
    assert {"delete_article", "review_article", "add_user", "change_user", "view_user", "view_group"} <= given
    assert not {"delete_user", "change_group", "add_group"} & given


def test_making_the_groups_again_changes_nothing_and_keeps_what_was_added():
    extra = Permission.objects.get(codename="view_session")
    Group.objects.get(name="编辑").permissions.add(extra)
    before = codenames("编辑"), Permission.objects.count()
    groups.apply()
    assert (codenames("编辑"), Permission.objects.count()) == before


def test_a_right_that_a_group_lacks_comes_with_the_next_migration():
    Group.objects.get(name="医学审核").permissions.clear()
    Group.objects.filter(name="编辑").delete()
    call_command("migrate", verbosity=0)
    assert "review_article" in codenames("医学审核")
    assert "add_article" in codenames("编辑")


def test_every_right_that_is_declared_exists():
    declared = set().union(*groups.GROUPS.values())
    there = Permission.objects.values_list("content_type__app_label", "codename")
    assert declared <= {f"{app}.{codename}" for app, codename in there}


def test_the_groups_permissions_bear_the_names_that_django_gives():
    names = set(Permission.objects.filter(content_type__app_label="articles").values_list("name", flat=True))
    assert {"Can add 问题", "可以发布和撤下问题", "可以登记医学审核", "可以不经审核发布问题"} <= names
    assert Permission.objects.filter(codename="add_article").count() == 1


# Every address of the admin × every kind of staff. One character a group: 编辑 医学审核 管理员, staff without a group.
# 2 shown or saved, 3 redirected, 4 forbidden. Anonymous visitors are always sent to the sign-in page.
PAGES = {
    "/admin/": "2222",
    "/admin/articles/": "2224",
    "/admin/auth/": "4424",
    "/admin/articles/article/": "2224",
    "/admin/articles/article/add/": "2424",
    "/admin/articles/article/export/csv/": "2224",
    "/admin/articles/article/export/xlsx/": "2224",
    "/admin/articles/article/import/": "2424",
    "/admin/articles/article/import/{upload}/": "4444",  # somebody else's file
    "/admin/articles/article/import/{upload}/wrong-rows/": "4444",
    "/admin/articles/article/next/": "3334",
    "/admin/articles/article/{article}/change/": "2224",
    "/admin/articles/article/{article}/delete/": "4424",
    "/admin/articles/article/{article}/history/": "2224",
    "/admin/articles/article/{article}/compare/?from=1&to=2": "2224",
    "/admin/articles/article/{article}/review/": "2224",
    "/admin/articles/article/{article}/look/": "2224",
    "/admin/articles/article/{article}/unsaved/": "2224",
    "/admin/articles/article/add/unsaved/": "2424",
    "/admin/articles/article/{article}/preview/": "3334",
    "/admin/articles/article/add/preview/": "3434",
    "/admin/articles/tag/": "2224",
    "/admin/articles/tag/add/": "2424",
    "/admin/articles/tag/{tag}/change/": "2224",
    "/admin/articles/tag/{tag}/delete/": "4424",
    "/admin/articles/tag/{tag}/history/": "2224",
    "/admin/articles/tag/suggest/?q=a": "2224",
    "/admin/articles/tag/merges/{tag_merge}/undo/": "2424",
    "/admin/articles/doctor/": "2224",
    "/admin/articles/doctor/add/": "2424",
    "/admin/articles/doctor/{doctor}/change/": "2224",
    "/admin/articles/doctor/{doctor}/delete/": "4424",
    "/admin/articles/doctor/{doctor}/history/": "2224",
    "/admin/articles/doctor/merges/{doctor_merge}/undo/": "4424",
    "/admin/articles/redflag/": "2224",
    "/admin/articles/redflag/add/": "2424",
    "/admin/articles/redflag/{flag}/change/": "2224",
    "/admin/articles/redflag/{flag}/delete/": "4424",
    "/admin/articles/redflag/{flag}/history/": "2224",
    "/admin/articles/page/": "2224",
    "/admin/articles/page/add/": "4424",
    "/admin/articles/page/{page}/change/": "2224",
    "/admin/articles/page/{page}/delete/": "4424",
    "/admin/articles/page/{page}/history/": "2224",
    "/admin/articles/correction/": "2224",
    "/admin/articles/correction/add/": "4444",
    "/admin/articles/correction/{correction}/change/": "2224",
    "/admin/articles/correction/{correction}/delete/": "4424",
    "/admin/articles/report/": "2224",
    "/admin/articles/report/add/": "4444",
    "/admin/articles/report/{report}/history/": "2224",
    "/admin/articles/report/{report}/change/": "2224",
    "/admin/articles/report/{report}/delete/": "4424",
    "/admin/articles/correction/{correction}/history/": "2224",
    "/admin/articles/patientword/": "2224",
    "/admin/articles/patientword/add/": "2424",
    "/admin/articles/patientword/{word}/change/": "2224",
    "/admin/articles/patientword/{word}/delete/": "2424",
    "/admin/articles/patientword/{word}/history/": "2224",
    "/admin/articles/auditentry/": "4424",
    "/admin/articles/auditentry/add/": "4444",
    "/admin/articles/auditentry/{entry}/change/": "4424",
    "/admin/articles/auditentry/{entry}/delete/": "4444",
    "/admin/articles/auditentry/{entry}/history/": "4424",
    "/admin/articles/searchmiss/": "2424",
    "/admin/articles/searchmiss/add/": "4444",
    "/admin/articles/searchmiss/{miss}/change/": "2424",
    "/admin/articles/searchmiss/{miss}/delete/": "2424",
    "/admin/articles/image/": "2224",
    "/admin/articles/image/add/": "2224",
    "/admin/articles/image/{image}/change/": "2224",
    "/admin/articles/image/{image}/delete/": "4424",
    "/admin/articles/image/{image}/erase/": "4424",
    "/admin/articles/image/{image}/history/": "2224",
    "/admin/articles/searchmiss/{miss}/history/": "2424",
    "/admin/auth/user/": "4424",
    "/admin/auth/user/add/": "4424",
    "/admin/auth/user/{user}/change/": "4424",
    "/admin/auth/user/{user}/password/": "4424",
    "/admin/auth/user/{user}/delete/": "4444",
    "/admin/auth/user/{user}/history/": "4424",
    "/admin/auth/group/": "4424",
    "/admin/auth/group/add/": "4444",
    "/admin/auth/group/{group}/change/": "4424",
    "/admin/auth/group/{group}/delete/": "4444",
    "/admin/auth/group/{group}/history/": "4424",
    "/admin/autocomplete/?app_label=articles&model_name=article&field_name=doctor": "2224",
    "/admin/autocomplete/?app_label=articles&model_name=relateditem&field_name=related": "2224",
    "/admin/autocomplete/?app_label=articles&model_name=tagalias&field_name=tag": "2224",
    "/admin/jsi18n/": "2222",
    "/admin/r/{article_type}/{article}/": "3333",
    "/admin/password_change/": "2222",
    "/admin/account/": "2222",
    "/admin/signed-in/": "2222",
    "/admin/account/second-factor/": "2222",
    "/admin/account/passkeys/": "2222",
    "/admin/account/sessions/": "2222",
    "/admin/auth/user/{user}/second-factor/": "4434",  # plain has none: back to the account
}
TAKE_ONLY_POSTS = {
    "/admin/articles/article/copyedit/": "yyyn",
    "/admin/articles/image/upload/": "yyyn",
    "/admin/articles/article/{article}/restore/": "yyyn",
    "/admin/articles/article/{article}/presence/": "yyyn",
    "/admin/articles/article/{article}/drafts/": "yyyn",
    "/admin/articles/article/{article}/related/": "ynyn",  # y: whatever it answers, it is not 403
    "/admin/auth/user/{user}/sign-out/": "nnyn",
}
POSTS = PAGES | {
    "/admin/articles/tag/merges/{tag_merge}/undo/": "3434",
    "/admin/articles/doctor/merges/{doctor_merge}/undo/": "4434",
    "/admin/articles/image/{image}/change/": "2424",
    "/admin/articles/article/next/": "4444",
    "/admin/account/": "4444",
    "/admin/signed-in/": "4444",
    "/admin/articles/article/{article}/unsaved/": "4444",  # without a word of what to do
    "/admin/articles/article/add/unsaved/": "4444",
    "/admin/articles/article/{article}/preview/": "2224",
    "/admin/articles/article/add/preview/": "2424",
    "/admin/articles/article/export/csv/": "4444",
    "/admin/articles/article/export/xlsx/": "4444",
    "/admin/articles/page/{page}/change/": "4424",
    "/admin/articles/tag/{tag}/change/": "2224",
    "/admin/articles/doctor/{doctor}/change/": "2224",
    "/admin/articles/correction/{correction}/change/": "4424",
    "/admin/articles/redflag/{flag}/change/": "2324",
    "/admin/articles/searchmiss/{miss}/change/": "4444",
    "/admin/articles/auditentry/{entry}/change/": "4444",
    "/admin/articles/patientword/{word}/change/": "2424",
    "/admin/auth/group/{group}/change/": "4444",
}
# These take no POST at all.
for address in [address for address in POSTS if "?" in address or "jsi18n" in address]:
    del POSTS[address]


@pytest.fixture(scope="module")
def made_rows(kept):
    with kept():
        return make_rows()


@pytest.fixture
def rows(made_rows, db):
    """The keys of a row of each kind."""
    return made_rows


def make_rows():
    from articles.models import AuditEntry, Image, ImportUpload, Page, PatientWord, RedFlag, Revision, SearchMiss
    from articles.models.revision import content_of

    article = make_article()
    other = make_article()
    tag = make_tag("头痛")
    TagAlias.objects.create(tag=tag, name="头疼")
    RelatedItem.objects.create(article=article, related=other)
    doctor = make_doctor()
    merge_tags([make_tag("头疼得厉害")], tag)
    merge_doctors([make_doctor()], doctor)
    for _ in range(2):
        Revision.record(article, Revision.Step.SAVE, Revision.State.DRAFT, content=content_of(article))
    return {
        "article": article.pk,
        "upload": ImportUpload.receive(make_staff("管理员"), "x.csv", b"", Article.Status.DRAFT).pk,
        "tag": tag.pk,
        "correction": article.corrections.create(text="更正剂量。").pk,
        "report": article.reports.create(reason="dose", text="剂量不对。", version=article.updated_at).pk,
        "word": PatientWord.objects.create(word="火星热", term="痛风", reason="都这么说").pk,
        "entry": AuditEntry.objects.create(kind="export").pk,
        "miss": SearchMiss.objects.create(query="打嗝不停").pk,
        "image": Image.objects.create(name=f"{'0' * 32}-1x1", alt="膝盖", size=1).pk,
        "article_type": ContentType.objects.get_for_model(article).pk,
        "doctor": doctor.pk,
        "tag_merge": TagMerge.objects.get().pk,
        "doctor_merge": DoctorMerge.objects.get().pk,
        "flag": RedFlag.objects.create(name="打嗝", words="打嗝不停").pk,
        "page": Page.objects.create(slug="help", title="帮助", body="<p>有事请写信。</p>").pk,
        "user": User.objects.create_user("plain", password="long-enough-1").pk,
        "group": Group.objects.get(name="编辑").pk,
    }


@pytest.mark.parametrize(("place", "groups"), list(enumerate([["编辑"], ["医学审核"], ["管理员"], []])))
def test_every_page_opens_for_whom_it_should_and_is_never_stored(rows, place, groups):
    client = sign_in(make_staff(*groups))
    answers = {}
    for address in PAGES:
        answer = client.get(address.format(**rows))
        answers[address] = answer.status_code // 100
        if answer.status_code == 200 and "jsi18n" not in address:
            assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", ")), address
    assert answers == {address: int(expected[place]) for address, expected in PAGES.items()}


@pytest.mark.parametrize(("place", "groups"), list(enumerate([["编辑"], ["医学审核"], ["管理员"], []])))
def test_every_page_takes_a_post_from_whom_it_should(rows, place, groups):
    client = sign_in(make_staff(*groups))
    answers = {}
    for address in POSTS:
        answers[address] = client.post(address.format(**rows)).status_code // 100
    assert answers == {address: int(expected[place]) for address, expected in POSTS.items()}


@pytest.mark.parametrize(("place", "groups"), list(enumerate([["编辑"], ["医学审核"], ["管理员"], []])))
def test_what_takes_only_posts_refuses_whom_it_should(rows, place, groups):
    client = sign_in(make_staff(*groups))
    for address, allowed in TAKE_ONLY_POSTS.items():
        assert client.get(address.format(**rows)).status_code in (403, 405)
        answer = client.post(address.format(**rows)).status_code
        assert answer < 500, address
        assert ("n" if answer == 403 else "y") == allowed[place], address


def test_anonymous_visitors_are_sent_to_the_sign_in_page(rows, client):
    for address in PAGES | TAKE_ONLY_POSTS:
        for answer in (client.get(address.format(**rows)), client.post(address.format(**rows))):
            assert answer.status_code == 302, address
            assert answer["Location"].startswith("/admin/login/"), address


def test_readers_with_an_account_are_no_staff(rows, client):
    client.force_login(User.objects.get(username="plain"))
    assert client.get("/admin/articles/article/")["Location"].startswith("/admin/login/")


def admin_patterns(resolver, prefix=""):
    """Yield the written form of every address of the admin, which is what somebody could ask for."""
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from admin_patterns(pattern, path)
        elif path.startswith("admin/") and pattern.name is not None:
            yield path


NOT_LISTED = {
    "admin/login/",
    "admin/logout/",
    "admin/session/",
    "admin/login/code/",
    "admin/login/passkey/",
    "admin/account/sign-out/",
    "admin/password_change/done/",
    "admin/^(?P<app_label>auth|articles)/$",
}


def test_no_address_of_the_admin_is_missing_from_the_table(rows):
    asked = [address.partition("?")[0].format(**rows) for address in PAGES | TAKE_ONLY_POSTS]
    names = {resolve(path).route for path in asked}
    missing = {path for path in admin_patterns(get_resolver()) if path not in names and path not in NOT_LISTED}
    assert missing == set()


def test_likes_cannot_be_edited_by_anybody():
    assert sign_in(User.objects.create_superuser("root")).get("/admin/articles/like/").status_code == 404


def test_taggits_own_tag_pages_are_gone():
    assert sign_in(User.objects.create_superuser("root")).get("/admin/taggit/tag/").status_code == 404
