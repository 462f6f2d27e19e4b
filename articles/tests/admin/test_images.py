"""The library of images in the admin, and uploads from the editor."""

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from articles.images.files import path_of
from articles.models import Article, Image, Page
from articles.tests.editing import change_address, errors_of, make_staff, send, shown_form, sign_in
from articles.tests.factories import make_article
from articles.tests.pictures import claim, draw, file_of, make_image, shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]

UPLOAD = "/admin/articles/image/upload/"
LIBRARY = "/admin/articles/image/"


def upload(client, data=None, name="膝盖.png", alt="膝关节", address=UPLOAD):
    data = file_of(draw()) if data is None else data
    return client.post(address, {"file": SimpleUploadedFile(name, data), "alt": alt})


@pytest.fixture
def manager():
    return sign_in(make_staff("管理员"))


@pytest.fixture
def viewer():
    user = make_staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_article", "view_image"]))
    return sign_in(user)


def test_an_upload_answers_with_the_address_and_is_in_the_library(editor, client):
    answer = upload(editor).json()
    image = Image.objects.get()
    assert answer == {"src": image.address, "alt": "膝关节"}
    assert (image.alt, image.original_name) == ("膝关节", "膝盖.png")
    assert image.uploaded_by.username.startswith("staff")
    assert client.get(image.address).status_code == 200


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "x.png", "空的"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "x.svg", "不是能用的图片"),
        (b"<script>alert(1)</script>", "x.png", "不是能用的图片"),
        (claim(20_000, 20_000), "x.png", "太多"),
        (file_of(draw())[:200], "x.png", "坏了"),
        (b"\x89PNG" + bytes(10 * 1024 * 1024), "x.png", "最大 10 MB"),
    ],
    ids=["empty", "SVG", "HTML", "bomb", "truncated", "large"],
)
def test_a_bad_file_is_refused_in_words_and_nothing_is_kept(editor, media_root, data, name, said):
    answer = upload(editor, data, name)
    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert not Image.objects.exists()
    assert not media_root.exists()


def test_a_wrong_ending_does_not_matter_because_it_is_not_believed(editor):
    assert upload(editor, name="x.html").json()["src"].endswith(".webp")


@pytest.mark.parametrize("alt", ["", "  ", "\u202e\x00\u200b"])
def test_an_image_without_alternative_text_is_refused(editor, alt):
    answer = upload(editor, alt=alt)
    assert answer.status_code == 400
    assert not Image.objects.exists()


def test_a_missing_file_and_a_long_text_are_refused_in_words(editor):
    answer = editor.post(UPLOAD, {"alt": "膝" * 201})
    assert "请选择一张图片" in answer.json()["error"]
    assert "200" in answer.json()["error"]


def test_who_may_change_questions_may_upload_and_nobody_else(editor, viewer, client):
    assert upload(sign_in(make_staff("医学审核"))).status_code == 200
    assert upload(viewer).status_code == 403
    assert upload(sign_in(make_staff())).status_code == 403
    assert upload(client)["Location"].startswith("/admin/login/")
    assert upload(viewer, address=f"{LIBRARY}add/").status_code == 403
    assert editor.get(UPLOAD).status_code == 405


def test_an_upload_needs_the_token_of_the_form(editor):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_staff("编辑"))
    assert upload(strict).status_code == 403


def test_a_form_that_is_far_too_large_is_refused_before_it_is_read(client):
    answer = client.post("/admin/login/", {"file": SimpleUploadedFile("x", bytes(25 * 1024 * 1024))})
    assert answer.status_code == 400


def test_a_full_disk_is_said_in_words(editor, tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    with override_settings(MEDIA_ROOT=file):
        answer = upload(editor)
        form = upload(editor, address=f"{LIBRARY}add/")
    assert answer.status_code == 400
    assert "存不下" in answer.json()["error"]
    assert "存不下" in form.content.decode()
    assert shown_form(form, "image")["alt"] == "膝关节"
    assert not Image.objects.exists()


def test_the_library_takes_images_without_javascript_too(editor):
    assert upload(editor, address=f"{LIBRARY}add/").status_code == 302
    assert path_of(f"{Image.objects.get().name}.webp").exists()
    refused = upload(editor, b"x", address=f"{LIBRARY}add/")
    assert "不是能用的图片" in errors_of(refused)


def test_the_library_tells_where_each_image_is_used(editor):
    knee, hip, logo = (
        make_image(alt="膝"),
        make_image(alt="髋", colour=(1, 1, 1)),
        make_image(alt="标", colour=(2, 2, 2)),
    )
    first = make_article(title="膝盖痛怎么办？", body=shown(knee))
    make_article(title="还有谁？", body=shown(knee))
    page = Page.objects.create(slug="about", title="关于我们", body=shown(logo))
    text = editor.get(LIBRARY).content.decode()
    assert "“膝盖痛怎么办？”等 2 处" in text
    assert "没有用到" in text
    assert "单页" in text
    one = editor.get(change_address(knee)).content.decode()
    assert change_address(first) in one
    assert "还有谁？" in one
    assert change_address(page) in editor.get(change_address(logo)).content.decode()
    assert "没有用到，可以删除" in editor.get(change_address(hip)).content.decode()


def test_the_library_asks_little_however_many_images_there_are(editor, django_assert_max_num_queries):
    for number in range(12):
        make_article(body=shown(make_image(20, 20, colour=(number, 0, 0))))
    editor.get(LIBRARY)
    with django_assert_max_num_queries(7):
        editor.get(LIBRARY)


def test_the_alternative_text_can_be_changed_but_not_emptied(editor):
    image = make_image()
    send(editor, change_address(image), "image", alt="右膝的正面")
    image.refresh_from_db()
    assert image.alt == "右膝的正面"
    assert "请填写替代文字" in errors_of(send(editor, change_address(image), "image", alt="\u200b"))


def test_a_used_image_cannot_be_deleted_and_the_page_says_by_what_it_is_used(manager):
    image = make_image()
    make_article(title="膝盖痛怎么办？", body=shown(image))
    answer = manager.get(f"{LIBRARY}{image.pk}/delete/")
    assert "膝盖痛怎么办？" in answer.content.decode()
    manager.post(f"{LIBRARY}{image.pk}/delete/", {"post": "yes"})
    manager.post(LIBRARY, {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"})
    assert Image.objects.exists()


def test_an_unused_image_is_deleted_with_its_files(manager, django_capture_on_commit_callbacks):
    one, two = make_image(), make_image(colour=(1, 1, 1))
    with django_capture_on_commit_callbacks(execute=True):
        manager.post(f"{LIBRARY}{one.pk}/delete/", {"post": "yes"})
        manager.post(LIBRARY, {"action": "delete_selected", "_selected_action": [two.pk], "post": "yes"})
    assert not Image.objects.exists()
    assert not path_of(f"{one.name}.webp").exists()
    assert not path_of(f"{two.name}.webp").exists()


def test_an_article_is_saved_with_its_images(editor):
    image, article = make_image(), make_article(status="draft")
    assert send(editor, change_address(article), body=f"<p>看图。</p>{shown(image)}").status_code == 302
    article.refresh_from_db()
    assert article.body == f"<p>看图。</p>{shown(image)}"
    assert image.uses.get(revision=None).article == article


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (f'<p>文</p><img src="/media/{"0" * 32}-9x9.webp" alt="旧图">', "“旧图”不在图片库里"),
        ("<p>文</p>{own}", "没有替代文字"),
    ],
    ids=["unknown", "no text"],
)
def test_a_body_with_an_image_that_cannot_be_shown_is_refused_and_kept_in_the_form(editor, html, said):
    own = f'<img src="{make_image().address}" alt="">'
    article = make_article()
    answer = send(editor, change_address(article), body=html.format(own=own))
    assert said in errors_of(answer)
    assert "&lt;p&gt;文&lt;/p&gt;&lt;img" in answer.content.decode()


def test_foreign_images_are_dropped_from_what_is_saved(editor):
    article = make_article(status="draft")
    send(editor, change_address(article), body='<p>文<img src="https://mmbiz.example/1.png" alt="x"></p>')
    assert Article.objects.get(pk=article.pk).body == "<p>文</p>"
