"""Every way to change what readers see, tried by every group: only the declared ones lead anywhere.

A row is a way and the groups for whom it changes a public page at once. What is approved, or waits, is no door.
"""

import json
import shutil
from collections import defaultdict
from itertools import zip_longest
from typing import NamedTuple

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Max
from django.test import Client
from django.utils import timezone

from articles.models import (
    Article,
    Doctor,
    DoctorMerge,
    ImportUpload,
    Page,
    Revision,
    SiteVersion,
    Tag,
    TagAlias,
    TagMerge,
)
from articles.models.doctor_merging import merge_doctors
from articles.models.merging import merge_tags
from articles.models.revision import content_of
from articles.tests.editing import ARTICLES, TAGS, change_address, make_staff, shown_form, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.pictures import make_image, shown

pytestmark = pytest.mark.django_db
Step, State, Status = Revision.Step, Revision.State, Article.Status
EDITOR, REVIEWER, MANAGER = "编辑", "医学审核", "管理员"
EVERY, NOBODY = {EDITOR, REVIEWER, MANAGER}, set()
IMPORT = f"{ARTICLES}import/"
SOURCE = {"source": "a:1", "title": "感冒怎么办？", "body": "每次0.5克。", "published_at": "2025-06-24 23:05:25"}


class World(NamedTuple):
    client: Client
    article: Article
    other: Article
    draft: Article
    waiting: Article
    forms: dict[str, dict[str, str]] | None = None  # what this group's forms hold, by address; None: ask for each

    def send(self, row, **changes):
        """Send the form of a row with changed values."""
        address = change_address(row)
        values = (self.forms or {}).get(address) or shown_form(self.client.get(address), row._meta.model_name)
        if self.forms is not None:
            self.forms[address] = values
        self.client.post(address, values | changes)


@pytest.fixture(scope="module")
def site(kept, tmp_path_factory):
    """The numbers of four questions (one with all that a page can show), the folder of the pictures, and all pages."""
    with kept(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "MEDIA_ROOT", tmp_path_factory.mktemp("media"))
        doctor = make_doctor(name="李医生", professional_title="主治医师", biography="看过很多病人。")
        tag = make_tag("感冒", kind="disease", introduction="多数会好。")
        make_tag("伤风")
        make_doctor(name="王医生")
        article = make_article(
            title=SOURCE["title"],
            body="<p>每次0.5克，孕妇禁用，多休西。</p>",
            source=SOURCE["source"],
            doctor=doctor,
            tags=[tag],
        )
        other = make_article(title="咳嗽怎么办？", tags=[tag], body=f"<p>多喝水。</p><p>{shown(make_image(9, 9))}</p>")
        article.correct("原来的更正。")
        Revision.record(article, Step.PUBLISH, State.LIVE, content=content_of(article))
        draft, waiting = make_article(status=Status.DRAFT, tags=[tag]), make_article(status=Status.REVIEW, tags=[tag])
        keys = [row.pk for row in (article, other, draft, waiting)]
        return keys, settings.MEDIA_ROOT, list(public_pages())


@pytest.fixture(scope="module")
def forms():
    """The values of the forms by group and address: each test begins with the same site, and so with the same forms."""
    return defaultdict(dict)


@pytest.fixture
def world(site, media_root):
    keys, pictures, _ = site
    shutil.copytree(pictures, media_root)
    return lambda group: World(sign_in(make_staff(group)), *(Article.objects.get(pk=key) for key in keys))


def public_pages():
    """Yield what readers see, None where they see nothing: lists, all questions, tags and doctors."""
    rows = [row for model in (Article, Tag, Doctor, Page) for row in model.objects.order_by("pk")]
    client = Client()
    for address in ["/", "/articles/", "/tags/", "/doctors/", *(row.get_absolute_url() for row in rows)]:
        answer = client.get(address)
        yield address, answer.content if answer.status_code in (200, 410) else None


# --- The ways -----------------------------------------------------------------------------


def form(row, step=None, **changes):
    """Return the way of sending a form with changed values, and the button of `step` whether it is shown or not."""

    return lambda world: world.send(getattr(world, row), **changes, **({"_step": step} if step else {}))


def form_of(find, **changes):
    """Return the way of sending the form of another row than a question with changed values."""

    return lambda world: world.send(find(world), **changes)


def add(model, **values):
    def way(world):
        address = f"/admin/articles/{model}/add/"
        page = world.client.get(address)
        if page.status_code == 200:
            world.client.post(address, shown_form(page, model) | values)

    return way


def action(name, *rows, address=ARTICLES, **values):
    def way(world):
        keys = [getattr(world, row).pk for row in rows]
        newest = dict(Revision.objects.order_by().values_list("article").annotate(Max("number")))
        seen = [f"{key}/{newest.get(key, 0)}" for key in keys]
        asked = {"index": "0", "confirmed": "1", "post": "yes", "seen": seen}
        values_ = {"action": name, "_selected_action": keys} | asked | values
        world.client.post(address, values_)

    return way


def post(path, row="article", **values):
    return lambda world: world.client.post(f"{ARTICLES}{getattr(world, row).pk}/{path}/", values)


def file(*rows, status="draft", same_title="skip", do="apply"):
    """Return the way of importing lines of JSON, as far as they can be."""

    def way(world):
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        upload = {"file": SimpleUploadedFile("x.jsonl", lines.encode()), "status": status}
        if "Location" in (answer := world.client.post(IMPORT, upload)):
            world.client.post(answer["Location"], {"do": same_title})
            applied = world.client.post(answer["Location"], {"do": do})
            b"".join(applied.streaming_content) if applied.streaming else None

    return way


def look(world):
    Revision.record(world.article, Step.SMALL, State.LIVE, content=content_of(world.article), by=make_staff(EDITOR))
    number = world.article.revisions.order_by("-number").first().number
    world.client.post(f"{ARTICLES}{world.article.pk}/look/", {"seen": number})


def restore(world):
    content = content_of(world.article) | {"body": "<p>旧的。</p>"}
    Revision.record(world.article, Step.SAVE, State.CLOSED, content=content)
    world.client.post(f"{ARTICLES}{world.article.pk}/restore/", {"number": "2"})


def merge(world):
    kept, gone = Tag.objects.get(name="伤风"), world.article.tags.get()
    values = {"action": "merge", "_selected_action": [kept.pk, gone.pk], "index": "0", "confirmed": "1"}
    world.client.post(TAGS, values | {"target": kept.pk})


def merge_doctor(world):
    kept = Doctor.objects.get(name="王医生")
    keys = [kept.pk, world.article.doctor.pk]
    values = {"action": "merge", "_selected_action": keys, "index": "0", "confirmed": "1", "target": kept.pk}
    world.client.post("/admin/articles/doctor/", values)


def merge_all_tags(world):
    merge_tags(Tag.objects.all(), Tag.objects.get(name="伤风"))


def merge_all_doctors(world):
    merge_doctors(Doctor.objects.all(), Doctor.objects.get(name="王医生"))


def undo(merge, kind):
    """Return the way of taking back what somebody else has merged; what readers see is compared with that."""

    def way(world):
        record = kind.objects.get()
        world.client.post(f"/admin/articles/{kind.kept.field.related_model._meta.model_name}/merges/{record.pk}/undo/")

    way.before = merge
    return way


def set_doctor(world):
    action("set_doctor", "draft", "other", doctor=str(doctor(world).pk))(world)


def new_page(world):
    world.client.post("/admin/articles/page/add/", {"title": "单页", "slug": "x", "body": "<p>甲</p>", "position": "1"})


def picture_text(world):
    image = make_image(9, 9)
    world.client.post(change_address(image), {"alt": "别的"})


def erase_picture(world):
    world.client.post(f"/admin/articles/image/{make_image(9, 9).pk}/erase/", {"reason": "本人要求", "sure": "on"})


def own_rights(world):
    user = User.objects.get(pk=world.client.session["_auth_user_id"])
    groups = list(Group.objects.values_list("pk", flat=True))
    ticked = dict.fromkeys(("is_superuser", "is_active", "is_staff"), "on")
    world.client.post(change_address(user), {"username": user.username, "groups": groups} | ticked)
    form("article", "unreviewed", body="<p>别的。</p>")(world._replace(forms=None))  # with rights that may be new


def tag(world):
    return world.article.tags.get()


def doctor(world):
    return world.article.doctor


def correction(world):
    return world.article.corrections.get()


BODY = "<p>每次5克，孕妇可用。</p>"
TYPO = "<p>每次0.5克，孕妇禁用，多休息。</p>"
LATER = {"published_at_0": "2099-01-01", "published_at_1": "08:00:00"}
LINE = {"correction": "改了剂量。", "is_revision": "on"}
DOORS = [
    # The form of a question that readers have.
    *((f"form {step}", form("article", step, body=BODY, title="改？", **LINE), NOBODY) for step in ("save", "submit")),
    ("form unreviewed", form("article", "unreviewed", body=BODY, **LINE), {MANAGER}),
    *((f"form {step}", form("article", step, body=BODY, **LINE), NOBODY) for step in ("publish", "direct", "return")),
    *((f"form {step}", form("article", step, body=BODY), NOBODY) for step in ("restore", "base", "discard", "x")),
    ("small: typo", form("article", "small", body=TYPO), EVERY),
    ("small: dose", form("article", "small", body="<p>每次5克，孕妇禁用，多休西。</p>"), NOBODY),
    ("small: title", form("article", "small", title="感冒怎么治？"), NOBODY),
    ("small: tags", form("article", "small", tags="感冒，包治百病"), NOBODY),
    ("small: time", form("article", "small", **LATER), NOBODY),
    ("small: urgency", form("article", "small", urgency="now"), NOBODY),
    ("small: correction", form("article", "small", body=TYPO, **LINE), NOBODY),
    ("checked: review", form("article", "checked", reviewed_on=str(timezone.localdate())), {REVIEWER, MANAGER}),
    ("checked: correction", form("article", "checked", reviewed_on=str(timezone.localdate()), **LINE), NOBODY),
    ("checked: body", form("article", "checked", body=BODY), NOBODY),
    ("withdraw", form("article", "withdraw", withdrawn_reason="有误"), EVERY),
    ("withdraw with a correction", form("article", "save", withdrawn_reason="有误", **LINE), NOBODY),
    # The form of what readers do not have.
    *((f"draft {step}", form("draft", step), NOBODY) for step in ("save", "submit", "publish", "direct", "small")),
    ("draft unreviewed", form("draft", "unreviewed"), {MANAGER}),
    ("approval", form("waiting", "publish"), {REVIEWER, MANAGER}),
    ("approval on the review page", post("review", "waiting", _step="publish", seen="0"), {REVIEWER, MANAGER}),
    ("forged on the review page", post("review", "draft", _step="direct", seen="0"), NOBODY),
    ("unreviewed on the review page", post("review", "draft", _step="unreviewed", seen="0"), {MANAGER}),
    ("new question", add("article", title="新？", body=BODY, tags="感冒", _step="publish"), NOBODY),
    # Lists.
    ("list: publish a draft", action("publish_selected", "draft"), {MANAGER}),
    ("list: publish what waits", action("publish_selected", "waiting"), {MANAGER}),
    ("list: publish several", action("publish_selected", "waiting", "draft"), {MANAGER}),
    ("list: withdraw one", action("withdraw_selected", "other", reason="有误"), EVERY),
    ("list: withdraw several", action("withdraw_selected", "article", "other", reason="有误"), {MANAGER}),
    ("list: add a tag", action("add_tags", "article", "other", tags="伤风"), {MANAGER}),
    ("list: remove a tag", action("remove_tags", "article", "other", tags="感冒"), {MANAGER}),
    ("list: set the doctor", set_doctor, {MANAGER}),
    ("list: submit", action("submit_selected", "article", "draft", "waiting"), NOBODY),
    ("list: delete", action("delete_selected", "article"), {MANAGER}),
    ("delete", post("delete", post="yes"), {MANAGER}),
    ("list_editable", lambda world: world.client.post(ARTICLES, {"form-0-title": "改？", "_save": "1"}), NOBODY),
    # Beside a question.
    ("restore", restore, NOBODY),
    ("look", look, NOBODY),
    ("related click", lambda world: post("related", do=f"exclude:{world.other.pk}")(world), {EDITOR, MANAGER}),
    ("draft link", post("drafts", "draft", draft="share", days="7"), NOBODY),
    ("presence", post("presence"), NOBODY),
    ("preview", post("preview", title="改？", body=BODY, _step="unreviewed"), NOBODY),
    ("unsaved", post("unsaved", do="keep", form="a", content='{"values": {"body": "甲"}, "labels": {}}'), NOBODY),
    ("correction", form_of(correction, text="别的更正。"), {MANAGER}),
    ("picture", picture_text, NOBODY),
    ("picture: erase", erase_picture, {MANAGER}),
    # Tags, doctors, pages.
    ("tag: introduction", form_of(tag, introduction="包治百病。"), {REVIEWER, MANAGER}),
    ("tag: name", form_of(tag, name="流感"), {EDITOR, MANAGER}),
    ("tag: kind", form_of(tag, kind="symptom"), {EDITOR, MANAGER}),
    ("tag: alias", form_of(tag, **{"aliases-0-name": "流感"}), NOBODY),
    ("tag: merge", merge, {EDITOR, MANAGER}),
    (
        "tag: merge taken back",
        undo(lambda w: merge_tags([tag(w)], Tag.objects.get(name="伤风")), TagMerge),
        {EDITOR, MANAGER},
    ),
    ("doctor: merge", merge_doctor, {MANAGER}),
    ("doctor: merge taken back", undo(merge_all_doctors, DoctorMerge), {MANAGER}),
    ("doctor: biography", form_of(doctor, biography="包治百病。"), {REVIEWER, MANAGER}),
    ("doctor: title", form_of(doctor, professional_title="主任医师"), {REVIEWER, MANAGER}),
    ("doctor: name", form_of(doctor, name="王医生"), {REVIEWER, MANAGER}),
    ("page", new_page, {MANAGER}),
    # Files.
    ("import: text", file({**SOURCE, "body": "每次5克。"}), {MANAGER}),
    ("import: likes", file({**SOURCE, "body": "每次5克。", "likes": 999}), {MANAGER}),
    (
        "import: date of revision",
        file({"source": "a:1", "title": SOURCE["title"], "revised_at": "2190-01-01"}),
        {MANAGER},
    ),
    ("import: published", file({**SOURCE, "source": "a:2"}, status="published"), {MANAGER}),
    ("import: right rows only", file({**SOURCE, "body": "每次5克。"}, {}, do="apply-right"), {MANAGER}),
    ("import: title that is there", file({"title": SOURCE["title"], "body": "每次5克。"}), NOBODY),
    ("import: by title", file({"title": SOURCE["title"], "body": "每次5克。"}, same_title="change"), {MANAGER}),
    # Accounts.
    ("own rights", own_rights, {MANAGER}),
]


@pytest.mark.parametrize("group", [EDITOR, REVIEWER, MANAGER])
@pytest.mark.parametrize(("way", "allowed"), [pytest.param(way, who, id=name) for name, way, who in DOORS])
def test_a_way_to_readers_is_open_to_whom_it_should_be(site, world, forms, group, way, allowed):
    made, before = world(group)._replace(forms=forms[group]), site[-1]
    if hasattr(way, "before"):
        way.before(made)
        before = list(public_pages())
    version = SiteVersion.current()
    way(made)
    is_changed = SiteVersion.current() != version and pages_differ(before)  # readers get what is kept of a version
    assert is_changed == (group in allowed)


def pages_differ(before):
    """Tell whether readers see anything else than `before`; ask no further than the first page that differs."""
    return any(old != new for old, new in zip_longest(before, public_pages()))


@pytest.mark.parametrize("group", [EDITOR, REVIEWER])
@pytest.mark.parametrize(
    ("way", "text"),
    [
        (add("tag", name="流感", introduction="包治百病。"), "包治百病"),
        (add("doctor", name="王医生", biography="包治百病。"), "包治百病"),
        (file({**SOURCE, "source": "a:3", "doctor": {"name": "王", "biography": "包治百病。"}}), "包治百病"),
        (add("article", title="新？", body="<p>包治百病。</p>", _step="unreviewed"), "包治百病"),
    ],
)
def test_what_is_new_says_nothing_to_readers_that_nobody_has_looked_at(world, group, way, text):
    way(world(group))
    assert not [path for path, page in public_pages() if text.encode() in (page or b"")]


def test_an_editor_writes_a_doctor_until_readers_meet_the_doctor(world):
    made, new = world(EDITOR), make_doctor(name="王医生")
    form_of(lambda _: new, professional_title="主任医师")(made)
    new.refresh_from_db()
    assert new.professional_title == "主任医师"
    make_article(reviewer=new)
    form_of(lambda _: new, professional_title="院长")(made)
    new.refresh_from_db()
    assert new.professional_title == "主任医师"


def test_who_may_not_is_told_who_may(world):
    made = world(EDITOR)
    told = {
        doctor(made): "资料由医学审核或管理员来改",
        make_doctor(): "简介是读者当真的话，由医学审核或管理员来写",
        tag(made): "介绍是读者当真的话，由医学审核或管理员来写",
    }
    manager = sign_in(make_staff(MANAGER))
    for row, sentence in told.items():
        assert sentence in made.client.get(change_address(row)).content.decode()
        assert sentence not in manager.get(change_address(row)).content.decode()


def test_a_reviewer_words_the_introduction_of_a_tag_and_nothing_else(world):
    made = world(REVIEWER)
    found = tag(made)
    TagAlias.objects.create(tag=found, name="流感")
    changes = {"introduction": "看过的介绍。", "name": "改名", "kind": "drug", "aliases-0-name": "改别名"}
    form_of(tag, **changes)(made)
    found.refresh_from_db()
    assert (found.introduction, found.name, found.kind) == ("看过的介绍。", "感冒", "disease")
    assert found.aliases.get().name == "流感"


def test_uploads_of_others_are_not_applied(world):
    made = world(EDITOR)
    upload = ImportUpload.receive(make_staff(MANAGER), "x.jsonl", json.dumps(SOURCE).encode(), Status.PUBLISHED)
    assert made.client.post(f"{IMPORT}{upload.pk}/", {"do": "apply"}).status_code == 404
