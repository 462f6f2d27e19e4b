"""永久删除: an image out of everything that readers and editors can reach."""

import io
import json

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from articles.images import files
from articles.images.files import path_of
from articles.models import Article, ErasedImage, Image, ImageUse, Page, Revision
from articles.models.revision import content_of
from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import make_article
from articles.tests.pictures import draw, file_of, make_image, shown
from articles.text.image_names import files_of
from articles.text.without_images import without_images
from articles.workflow.erasure import erase
from articles.workflow.steps import restore

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]
Step, State = Revision.Step, Revision.State
REASON = "患者本人要求"


@pytest.fixture
def user():
    return make_staff("管理员", last_name="王", first_name="主任")


@pytest.fixture
def manager(user):
    return sign_in(user)


@pytest.fixture
def image():
    return make_image(alt="患者张三的手")


@pytest.fixture
def article(image):
    """A public question that shows the image, with an old version that does, and a change that waits."""
    body = f"<p>如图。</p><p>{shown(image)}</p><ul><li>{shown(image)}</li><li>甲</li></ul>"
    article = make_article(body=body)
    Revision.record(article, Step.DIRECT, State.LIVE, content=content_of(article))
    Revision.record(article, Step.SAVE, State.DRAFT, content=content_of(article) | {"title": "新的标题？"})
    return article


def address(image):
    return f"/admin/articles/image/{image.pk}/erase/"


def post(client, image, **changes):
    return client.post(address(image), {"reason": REASON, "sure": "on"} | changes)


def test_the_page_says_where_the_image_stands_and_wants_a_reason_that_names_nobody(manager, image, article):
    page = Page.objects.create(slug="x", title="关于本站", body=f"<p>乙{shown(image)}</p>")
    said = manager.get(address(image)).content.decode()
    for text in (article.title, "读者看得到", page.title, "还没有生效的内容", "1 个问题的 2 个版本"):
        assert text in said
    for changes in ({"reason": " \u200b"}, {"reason": "张三 13800000000"}, {"reason": "a@b.cn"}, {"sure": ""}):
        assert post(manager, image, **changes).status_code == 200
    assert Image.objects.exists()
    assert f'href="{address(image)}"' in manager.get(f"/admin/articles/image/{image.pk}/change/").content.decode()


def test_an_erased_image_is_in_no_text_no_version_no_folder_and_no_archive(manager, client, image, article, tmp_path):
    page = Page.objects.create(slug="x", title="关于本站", body=f"<p>乙{shown(image)}</p>")
    other = make_image(30, 30, alt="别的")
    beside = make_article(body=f"<p>{shown(other)}</p>")
    sizes = [f"/media/{file}" for file in files_of(image.name)]
    assert {client.get(size).status_code for size in sizes} == {200}
    assert image.name in client.get(article.get_absolute_url()).content.decode()
    assert post(manager, image).status_code == 302
    assert {client.get(size).status_code for size in sizes} == {404}
    assert not list(path_of(image.name).parent.glob("*"))
    article.refresh_from_db()
    page.refresh_from_db()
    assert article.body == "<p>如图。</p><ul><li>甲</li></ul>"
    assert page.body == "<p>乙</p>"
    assert [version.content for version in article.revisions.order_by("number")] == [
        content_of(article),
        content_of(article) | {"title": "新的标题？"},
    ]
    assert client.get(article.get_absolute_url()).content.decode().count(image.name) == 0
    assert shown(other) in Article.objects.get(pk=beside.pk).body
    assert [use.article_id for use in ImageUse.objects.all()] == [beside.pk]
    history = manager.get(f"/admin/articles/article/{article.pk}/history/").content.decode()
    assert f"永久删除了一张图片：{REASON}" in history
    assert "王主任" in history
    log = json.dumps(list(LogEntry.objects.values("object_repr", "change_message")), ensure_ascii=False)
    assert "张三" not in log
    archive = tmp_path / "site.tar"
    call_command("export_site", str(archive), stdout=io.StringIO(), stderr=io.StringIO())
    assert "张三".encode() not in archive.read_bytes()


def test_an_old_version_that_showed_it_can_be_restored_and_is_whole(user, image, article):
    erase(image, user, REASON)
    Revision.objects.open().update(state=State.CLOSED)
    restore(1, article.pk, user)
    assert Revision.objects.open().get().body == "<p>如图。</p><ul><li>甲</li></ul>"
    assert not Revision.objects.filter(step=Step.BASE).exists()  # rows and versions still say the same


def test_neither_an_open_form_nor_a_file_nor_the_same_photograph_brings_it_back(user, manager, image, article):
    body = article.body
    erase(image, user, REASON)
    article.body = body
    article.save()
    Revision.record(article, Step.SAVE, State.DRAFT, content=content_of(article) | {"body": body})
    Revision.objects.bulk_create(
        [Revision(article=article, number=9, step=Step.SAVE, state=State.CLOSED, content={"body": body})]
    )
    page = Page.objects.create(slug="x", title="x", body=body)
    assert {article.body, page.body, *(row.body for row in article.revisions.all())} == {
        "<p>如图。</p><ul><li>甲</li></ul>"
    }
    same = SimpleUploadedFile("x.png", file_of(draw()))
    answer = manager.post("/admin/articles/image/upload/", {"file": same, "alt": "手"})
    assert answer.json()["error"] == "这张图片已经永久删除，不能再上传。"
    assert not path_of(files_of(image.name)[0]).exists()


def test_what_was_interrupted_is_done_by_doing_it_again(user, manager, image, article, monkeypatch):
    """The disk fails before a file is gone; then the database fails behind the files."""
    with monkeypatch.context() as patch:
        patch.setattr(files, "path_of", lambda file: path_of(file).parent.parent)  # a folder: no unlink works
        answer = post(manager, image)
    assert "什么也没有改" in answer.content.decode()
    assert not ErasedImage.objects.exists()
    assert article.body == Article.objects.get(pk=article.pk).body
    files.erase(image.name)  # and the transaction around it came to nothing
    assert post(manager, image).status_code == 302
    assert image.name not in Article.objects.get(pk=article.pk).body
    assert manager.get(address(image)).status_code == 404


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>{}</p>", "<p>〔图片已删除〕</p>"),
        ("<p>甲</p>\n<p><strong>{}</strong><br></p>\n<p>乙</p>", "<p>甲</p>\n<p>乙</p>"),
        ("<p>甲</p><blockquote><ol><li><p>{}</p></li></ol></blockquote>", "<p>甲</p>"),
        ("<p>甲</p><figure>{}<figcaption>王某，女，<em>三十</em>岁</figcaption></figure>", "<p>甲</p>"),
        ("<figure>{}<figcaption>甲</figcaption></figure>", "<p>〔图片已删除〕</p>"),
        ("<p>甲{}乙</p><p></p>", "<p>甲乙</p><p></p>"),
        (
            "<table><tbody><tr><td>{}</td><td>甲</td></tr></tbody></table>",
            "<table><tbody><tr><td></td><td>甲</td></tr>",
        ),
    ],
)
def test_no_hole_is_left(image, before, after):
    assert without_images(before.format(shown(image)), {image.name}).startswith(after)
