"""What readers and editors do most, in the engines of iPhones (WebKit) and of Firefox. Chromium has the rest."""

import time

import pytest
from django.core.cache import cache

from articles.models import Article, SecondFactor
from articles.models.second_factor import new_seed, secret_of
from articles.tests.browser_editing import PASSWORD, make_person
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.text.one_time_codes import STEP, code_at

from .engines import BROWSERS, Browser, Engine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECTIONS = "".join(f"<h2>第{part}节</h2>" + f"<p>{part}说到这里。</p>" * 12 for part in "一二三四")


@pytest.fixture(scope="module", params=BROWSERS)
def browser_of_all(request):
    """One browser of each engine: to start one takes longer than what most tests do in it."""
    browser = Browser(request.param)
    yield browser
    browser.close()


@pytest.fixture
def engine(browser_of_all, live_server):
    """What tests before have left in the browser is gone, but for cookies that the new database does not know."""
    engine = Engine(browser_of_all)
    engine.open(f"{live_server.url}/livez")
    engine.run("localStorage.clear()")
    return engine


@pytest.fixture
def article():
    cache.clear()
    tags = [make_tag("神经内科", kind="department"), make_tag("面肌痉挛", kind="disease")]
    return make_article(
        title="面部肌肉痉挛怎么办？",
        tags=tags,
        doctor=make_doctor(name="周明远", professional_title="主任医师", hospital="示范医院"),
        short_answer="先排除劳累。",
        body=SECTIONS,
        when_to_see_a_doctor="超过两周。",
        imported_likes=41,
    )


@pytest.fixture
def address(live_server, article):
    return live_server.url + article.get_absolute_url()


def test_question_is_read_in_the_size_that_the_reader_chose(engine, address):
    engine.open(address)
    for part, text in ((".short-answer", "先排除劳累。"), (".answer", "一说到这里。"), (".see-doctor", "超过两周。")):
        engine.shown(part, text)
    size = "parseFloat(getComputedStyle(document.querySelector('.answer')).fontSize)"
    normal = engine.run(size)
    for value, name, ratio in ((1, "大", 1.25), (2, "特大", 1.5)):
        engine.press(f".sizes button[value='{value}']", name)
        assert engine.run(size) == pytest.approx(normal * ratio)
        engine.reload()
        assert engine.run(size) == pytest.approx(normal * ratio)
        assert engine.run("document.documentElement.scrollWidth <= innerWidth")


def test_like_in_place_is_kept_and_undone(engine, address, article):
    engine.open(address)
    engine.press("form.like button")
    engine.shown(".said", "已点赞，现在有 42 个赞。")
    article.refresh_from_db()
    assert article.like_count == 42
    engine.reload()
    engine.shown("form.like [aria-pressed=true]", "42")
    engine.press("form.like button")
    engine.shown(".said", "已取消点赞。")
    article.refresh_from_db()
    assert article.like_count == 41


def test_search_leads_to_the_question_and_back(engine, live_server, address):
    engine.open(f"{live_server.url}/")
    engine.write("main .search input", "面部肌肉", enter=True)
    engine.shown("h1", "“面部肌肉”的搜索结果")
    found = engine.run("location.href")
    engine.press(".cards a", "面部肌肉痉挛怎么办？")
    engine.shown(".short-answer")
    engine.press("a.back")
    engine.shown("h1", "“面部肌肉”的搜索结果")
    assert engine.run("location.href") == found


def test_contents_lead_to_a_part_and_the_way_up_back(engine, address):
    engine.open(address)
    engine.press(".contents summary", "目录")
    engine.press(".contents a", "第三节")
    top = "[...document.querySelectorAll('h2')].find((one) => one.textContent === '第三节').getBoundingClientRect().top"
    engine.until(lambda: 0 <= engine.run(top) < 100, "the third part does not stand at the top")
    engine.press(".to-top")
    engine.until(lambda: engine.run("scrollY") < 300, "the way up leads nowhere")


def test_address_is_copied_or_told_and_sharing_offered_only_where_there_is_sharing(engine, address):
    engine.open(address)
    assert engine.run("document.querySelector('[data-do=share]').hidden === !navigator.share")
    engine.press("[data-do=copy]")
    said = engine.says(".said")
    assert said == "链接已复制。" or address in said


def sign_in(engine, live_server, path):
    engine.open(f"{live_server.url}/admin/login/?next={path}")
    engine.write("#id_username", "lihong")
    engine.write("#id_password", PASSWORD, enter=True)


def test_editor_signs_in_with_password_and_code(engine, live_server):
    lihong = make_person("lihong", "李红", "编辑")
    seed = new_seed()
    SecondFactor.enrol(lihong, seed, 0)
    sign_in(engine, live_server, "/admin/articles/tag/")
    engine.write("#id_code", code_at(secret_of(seed), int(time.time()) // STEP), enter=True)
    engine.shown("h1, h2", "标签")
    assert engine.run("location.href").endswith("/admin/articles/tag/")


def test_copied_paragraphs_are_pasted_into_the_editor_and_saved_as_they_were(engine, live_server, article):
    body = "<h2>先做什么</h2><p>每次 <strong>100 毫克</strong>，10<sup>9</sup>/L。</p><ul><li><p>休息</p></li></ul>"
    source = make_article(title="抄自哪里？", body=body)
    make_person("lihong", "李红", "编辑")
    engine.resize(1280, 900)
    sign_in(engine, live_server, "/admin/")
    engine.shown("body", "您好，")
    engine.open(live_server.url + source.get_absolute_url())
    engine.run("getSelection().selectAllChildren(document.querySelector('.answer'))")
    engine.chord("c")
    engine.open(f"{live_server.url}/admin/articles/article/add/")
    engine.write("#id_title", "粘贴了什么？")
    engine.press(".ProseMirror")
    engine.chord("v")
    engine.shown(".ProseMirror", "100 毫克")
    engine.press("button[name=_step][value=save]")
    engine.until(lambda: Article.objects.filter(title="粘贴了什么？").exists(), "nothing was saved")
    assert Article.objects.get(title="粘贴了什么？").body == source.body
