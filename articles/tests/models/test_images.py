"""Images of answers: how pages show them, how files are served, and what happens to them while they are used."""

import re

import pytest
from django.db.models import ProtectedError

from articles.images.files import path_of
from articles.models import Article, Image, ImageUse, Page, Revision
from articles.models.revision import content_of
from articles.tests.factories import make_article
from articles.tests.pictures import make_image, shown
from articles.tests.reading import read
from articles.text.image_names import files_of, name_in
from articles.text.markup import clean_html, plain_text
from articles.views.structured_data import question_graph

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]

OWN = f"/media/{'ab' * 16}-900x600.webp"


def images_of(response):
    return [image for image in read(response).all("img") if image["src"].startswith("/media/")]


def test_an_image_in_an_answer_has_its_size_and_smaller_copies(client):
    image = make_image(1000, 500, alt="膝盖")
    page = client.get(make_article(body=f"<p>看图。</p>{shown(image)}").get_absolute_url())
    [found] = images_of(page)
    assert (found["alt"], found["width"], found["height"]) == ("膝盖", "1000", "500")
    assert [part.split()[1] for part in found["srcset"].split(", ")] == ["480w", "800w", "1000w"]
    assert "684px" in found["sizes"]
    for part in [found["src"], *(part.split()[0] for part in found["srcset"].split(", "))]:
        assert client.get(part).status_code == 200, part


def test_a_small_image_has_no_copies_and_is_not_blown_up(client):
    [found] = images_of(client.get(make_article(body=shown(make_image(300, 200))).get_absolute_url()))
    assert (found["width"], "srcset" in found) == ("300", False)


def test_the_first_image_is_loaded_at_once_and_the_others_when_they_come_near(client):
    body = shown(make_image()) + "<p>文</p>" + shown(make_image(colour=(9, 9, 9))) + shown(make_image())
    found = images_of(client.get(make_article(body=body).get_absolute_url()))
    assert [image.get("loading") for image in found] == [None, "lazy", "lazy"]


def test_images_cost_a_question_page_no_query(client, django_assert_num_queries):
    plain = make_article()
    article = make_article(body="<p>文</p>" + shown(make_image()))
    client.get(plain.get_absolute_url())
    client.get(article.get_absolute_url())
    with django_assert_num_queries(2):
        client.get(article.get_absolute_url())


def test_flat_pages_show_images_too(client):
    Page.objects.create(slug="about", title="关于", body=f"<p>我们</p>{shown(make_image())}")
    assert images_of(client.get("/about/"))[0]["width"] == "900"


def test_search_engines_are_told_of_the_images_of_an_answer(settings):
    image = make_image()
    graph = question_graph(make_article(body=f"<p>文</p>{shown(image)}"), [])["@graph"]
    assert graph[1]["image"] == [f"{settings.SITE_URL}{image.address}"]
    assert "image" not in question_graph(make_article(), [])["@graph"][1]


def test_excerpts_and_feeds_are_text_without_images(client):
    article = make_article(body=f"{shown(make_image(), alt='不是答案')}<p>多休息。</p>")
    assert article.excerpt == "多休息。"
    feed = client.get("/feed/").content.decode()
    assert "多休息。" in feed
    assert "不是答案" not in feed
    assert "/media/" not in feed


def test_a_caption_is_text_of_the_answer_and_is_found(client):
    picture = f"<figure>{shown(make_image())}<figcaption>图 1 髌骨软化</figcaption></figure>"
    article = make_article(title="膝盖疼怎么办？", body=f"<p>多休息。</p>{picture}")
    assert article.excerpt == "多休息。"
    assert article.title in client.get("/search/?q=髌骨软化").content.decode()
    page = client.get(article.get_absolute_url()).content.decode()
    assert "</a><figcaption>图 1 髌骨软化</figcaption></figure>" in page
    assert page.count("髌骨软化") == 1  # and not in what stands around the answer


# --- Files ---


def test_a_file_may_be_kept_for_ever_and_is_nothing_but_an_image(client):
    answer = client.get(make_image().address, headers={"Accept-Encoding": "gzip, br"})
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "Content-Encoding" not in answer
    assert not answer.cookies
    assert int(answer["Content-Length"]) == len(answer.content)


def test_text_is_still_compressed(client):
    answer = client.get(make_article().get_absolute_url(), headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"


def test_a_browser_that_has_the_file_gets_no_bytes(client):
    address = make_image().address
    tag = client.get(address)["ETag"]
    answer = client.get(address, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize("wanted", ["bytes=0-99", "bytes=0-99,200-300", "bytes=-5", "bytes=999999999-", "chapters=1"])
def test_who_asks_for_a_part_gets_the_whole(client, wanted):
    address = make_image().address
    answer = client.get(address, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, client.get(address).content)


def test_head_tells_the_length_and_sends_nothing(client):
    address = make_image().address
    answer = client.head(address)
    assert int(answer["Content-Length"]) == len(client.get(address).content)
    assert answer.content == b""
    assert client.post(address).status_code == 405


@pytest.mark.parametrize(
    "file",
    [
        "x.webp",
        f"{'0' * 32}-900x600.webp",
        f"{'0' * 32}-900x600-480.webp",
        f"{'0' * 32}-900x600.svg",
        f"{'0' * 32}-900x600.webp%00.html",
        f"{'0' * 32}-900x600.webp.html",
        "..%2F..%2Fsettings.py",
        "%2e%2e%2fsecret-key",
        ".writing-abc",
        "..",
    ],
)
def test_nothing_else_is_served(client, file):
    (path_of("x.webp").parent).mkdir(parents=True)
    path_of("x.webp").write_text("x")
    assert client.get(f"/media/{file}").status_code in (301, 404)
    assert client.get(f"/media/{file}", follow=True).status_code == 404


def test_images_do_not_enter_the_page_cache(client):
    from healthqa.page_cache.answer import Answer

    answer = client.get(make_image().address)
    assert not Answer("200 OK", list(answer.items()), answer.content).may_be_kept


# --- What a body may show ---


def test_our_own_image_is_kept_with_its_address_and_text_only():
    html = f'<p>文</p><img class="x" style="y" onerror="z" src="{OWN}" alt="膝盖" width="9" srcset="//evil.example 1x">'
    assert clean_html(html) == f'<p>文</p><img src="{OWN}" alt="膝盖">'


@pytest.mark.parametrize(
    "src",
    [
        "https://evil.example/x.webp",
        f"https://evil.example{OWN}",
        f"//evil.example{OWN}",
        f"{OWN}?x",
        f"{OWN}#x",
        f"/media/../media/{OWN[7:]}",
        f" {OWN}",
        f"{OWN}\n",
        OWN.replace("webp", "svg"),
        OWN.upper(),
        OWN.replace("900", "0900"),
        OWN.replace(".webp", "-480.webp"),
        "/admin/logout/",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "",
    ],
)
def test_every_other_image_is_dropped(src):
    assert clean_html(f'<p>文<img src="{src}" alt="x">字</p>') == "<p>文字</p>"


def test_an_image_without_address_is_dropped_and_one_without_text_stays_empty():
    assert clean_html("<p>文<img alt=x></p>") == "<p>文</p>"
    assert clean_html(f'<img src="{OWN}">') == f'<img src="{OWN}" alt="">'


def test_text_of_an_image_is_text():
    clean = clean_html(f"<img src='{OWN}' alt='\"><script>alert(1)</script>\u202e\n第二行 &amp; it&apos;s'><p>文</p>")
    [found] = read_html(clean).all("img")
    assert found["alt"] == "\"><script>alert(1)</script> 第二行 & it's"
    assert "<script" not in clean
    assert clean_html(clean) == clean
    assert plain_text(clean) == "文"


def read_html(html):
    from articles.tests.reading import Reading

    return Reading(html)


def test_a_picture_alone_is_an_answer():
    assert clean_html(f'<img src="{OWN}" alt="图">') != ""
    assert clean_html('<img src="https://evil.example/" alt="图">') == ""


# --- What is in use ---


def used_in(image):
    return {use.article or use.page for use in image.uses.all()}


@pytest.mark.parametrize("way", ["save", "create", "bulk_create", "bulk_update", "update", "page"])
def test_it_is_known_where_an_image_is_used_whichever_way_it_came_there(way):
    image, other = make_image(), make_image(colour=(3, 3, 3))
    body = f"<p>文</p>{shown(image)}{shown(image)}"
    if way == "page":
        owner = Page.objects.create(slug="x", title="x", body=body)
    elif way == "create":
        owner = make_article(body=body)
    elif way == "bulk_create":
        [owner] = Article.objects.bulk_create([Article(title="x", body=body)])
    else:
        owner = make_article(body=shown(other))
        owner.body = body
        if way == "save":
            owner.save()
        elif way == "update":
            Article.objects.filter(pk=owner.pk).update(body=body)
        else:
            Article.objects.bulk_update([owner], ["body"])
    assert used_in(image) == {owner}
    assert not other.uses.exists()


def test_an_image_that_is_shown_cannot_be_deleted_and_one_that_is_not_goes_with_its_files(
    django_capture_on_commit_callbacks,
):
    image = make_image()
    article = make_article(body=shown(image))
    files = [path_of(file) for file in files_of(image.name)]
    for delete in (image.delete, Image.objects.all().delete):
        with pytest.raises(ProtectedError):
            delete()
    assert all(file.exists() for file in files)
    article.body = "<p>没有图了</p>"
    article.save()
    with django_capture_on_commit_callbacks(execute=True):
        image.delete()
    assert not any(file.exists() for file in files)


def test_deleting_a_question_frees_its_images():
    image = make_image()
    make_article(body=shown(image)).delete()
    assert not ImageUse.objects.exists()
    assert list(Image.objects.unused()) == [image]


def test_saving_a_question_without_images_asks_for_none(django_assert_max_num_queries):
    article = make_article()
    with django_assert_max_num_queries(60) as queries:
        article.save()
    asked = [query["sql"] for query in queries if "articles_image" in query["sql"]]
    assert len(asked) == 1  # what was used before is forgotten


def test_the_same_picture_is_kept_once():
    first, second = make_image(alt="左膝"), make_image(alt="右膝")
    assert first == second
    assert second.alt == "左膝"


def test_files_appear_whole_and_leave_nothing_half_written(media_root):
    image = make_image()
    found = [file for file in media_root.rglob("*") if file.is_file()]
    assert sorted(file.name for file in found) == sorted(files_of(image.name))
    assert all(oct(file.stat().st_mode & 0o777) == "0o644" for file in found)
    assert re.fullmatch(r"[0-9a-f]{2}", found[0].parent.name)


def test_an_address_tells_its_name():
    image = make_image()
    assert name_in(image.address) == image.name


@pytest.mark.parametrize("way", ["record", "bulk_create"])
def test_an_image_of_a_version_is_kept_because_the_version_may_come_back(way):
    image, article = make_image(), make_article()
    content = content_of(article) | {"body": f"<p>文</p>{shown(image)}"}
    values = {"article": article, "step": Revision.Step.SAVE, "state": Revision.State.DRAFT, "content": content}
    if way == "record":
        Revision.record(**values)
    else:
        Revision.objects.bulk_create([Revision(number=1, **values)])
    with pytest.raises(ProtectedError):
        image.delete()
    assert Image.objects.with_uses().get().use_count == 0
    article.delete()
    assert list(Image.objects.unused()) == [image]
