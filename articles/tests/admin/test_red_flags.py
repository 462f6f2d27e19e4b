"""Red flags as editors write them: words by 编辑, what to do by 医学审核."""

from urllib.parse import parse_qs, urlsplit

import pytest

from articles.models import RedFlag
from articles.tests.editing import Form, make_staff, sign_in
from articles.tests.reading import read

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/redflag/add/"
FIELDS = {"name": "打嗝", "line": "emergency", "words": "打嗝不停", "unless": "", "advice": "喝水。"}


@pytest.fixture
def flag():
    return RedFlag.objects.create(**FIELDS)


def address_of(flag):
    return f"/admin/articles/redflag/{flag.pk}/change/"


def send(client, address, **changes):
    """Send the form as it was shown, with `changes`; return the answer."""
    values = Form(client.get(address).content.decode(), "redflag_form").values
    return client.post(address, values | changes)


def test_an_editor_writes_words_and_readers_get_the_card(client):
    answer = send(
        sign_in(make_staff("编辑")), ADD, name=" 打嗝 ", words="打嗝不停\r\n打嗝 + 三天 \r\n", unless="打嗝鬼"
    )
    assert answer.status_code == 302
    flag = RedFlag.objects.get(name="打嗝")
    assert (flag.words, flag.unless, flag.line) == ("打嗝不停\n打嗝 + 三天", "打嗝鬼", "emergency")
    assert "tel:120" in read(client.get("/search/?q=打嗝三天了")).links


def test_what_to_do_is_the_word_of_medical_review(flag):
    editor, doctor = sign_in(make_staff("编辑")), sign_in(make_staff("医学审核"))
    assert "由医学审核或管理员来写" in editor.get(address_of(flag)).content.decode()
    assert send(editor, address_of(flag), advice="没事。", words="嗝").status_code == 200
    assert send(editor, address_of(flag), advice="没事。", words="打嗝很久").status_code == 302
    flag.refresh_from_db()
    assert (flag.words, flag.advice) == ("打嗝很久", "喝水。")
    assert send(doctor, address_of(flag), advice="憋气。", words="没有了").status_code == 302
    flag.refresh_from_db()
    assert (flag.words, flag.advice) == ("打嗝很久", "憋气。")


def test_a_manager_deletes_and_nobody_else(flag):
    path = address_of(flag).replace("change", "delete")
    for group, status in (("编辑", 403), ("医学审核", 403), ("管理员", 302)):
        assert sign_in(make_staff(group)).post(path, {"post": "yes"}).status_code == status
    assert not RedFlag.objects.filter(pk=flag.pk).exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"words": "，。+"}, "请至少写一个搜索词"),
        ({"words": ""}, "这个字段是必填项"),
        ({"words": "打嗝不停\n痛"}, "“痛”太短"),
        ({"words": "打嗝/痛"}, "“痛”太短"),
        ({"words": "打嗝+痛\n痛"}, "“痛”太短"),
        ({"unless": "痛"}, "“痛”太短"),
        ({"name": "\u200b"}, "请填写情况"),
    ],
)
def test_what_would_show_nowhere_or_everywhere_is_refused(changes, sentence):
    answer = send(sign_in(make_staff("管理员")), ADD, **FIELDS | changes)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not RedFlag.objects.filter(name="打嗝").exists()


@pytest.mark.parametrize("words", ["胸口+痛", "=痛", "打嗝+痛/疼\n胸口+痛"])
def test_a_single_character_counts_beside_others_or_alone(words):
    assert send(sign_in(make_staff("管理员")), ADD, **FIELDS | {"words": words}).status_code == 302


def test_a_name_is_given_once(flag):
    answer = send(sign_in(make_staff("管理员")), ADD, **FIELDS)
    assert answer.status_code == 200
    assert RedFlag.objects.filter(name="打嗝").count() == 1


@pytest.mark.parametrize("words", ["打嗝+三天/四天", "=打嗝", "打嗝不停"])
def test_the_list_leads_to_a_search_that_shows_the_card(client, flag, words):
    RedFlag.objects.exclude(pk=flag.pk).delete()
    RedFlag.objects.update(words=words)
    page = read(sign_in(make_staff("编辑")).get("/admin/articles/redflag/"))
    [address] = [link for link in page.links if link.startswith("/search/")]
    assert parse_qs(urlsplit(address).query)["q"]
    assert "打嗝" in read(client.get(address)).text
    assert "tel:120" in read(client.get(address)).links
