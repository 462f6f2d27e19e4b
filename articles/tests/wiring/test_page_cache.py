"""The cache of finished pages: what may enter it, whom it answers, and how soon it sees a change."""

import gzip
import io
import threading
import time
from datetime import timedelta

import brotli
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections, transaction
from django.utils import timezone

from articles.models import Article, Doctor, Like, Page, RedFlag, RelatedItem, SiteVersion
from articles.tests.editing import make_staff, sign_in
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.views.freshness import Freshness
from healthqa.lanes import Lane
from healthqa.page_cache import drop_pages
from healthqa.page_cache.asked import DROP
from healthqa.page_cache.handler import NEEDLESS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def node(make_node):
    return make_node()


@pytest.fixture
def article():
    return make_article(title="面肌痉挛怎么办？", tags=[make_tag("面肌痉挛")], doctor=make_doctor())


def test_second_reader_gets_the_same_page_without_rendering(node, article):
    first, second = node.ask(article.get_absolute_url()), node.ask(article.get_absolute_url())
    assert first == second
    assert first[0] == 200
    assert len(node.rendered) == 1


def test_kept_page_is_what_the_application_answers(node, client, article):
    for path in (article.get_absolute_url(), "/", "/articles/", "/tags/", "/doctors/", "/feed/", "/robots.txt"):
        assert node.ask(path)[2] == client.get(path).content


@pytest.mark.parametrize("header", ["HOST", "X_FORWARDED_HOST", "X_FORWARDED_FOR", "X_FORWARDED_PORT", "FORWARDED"])
def test_forged_header_poisons_nothing(node, article, header):
    path = article.get_absolute_url()
    forged = node.ask(path, **{header: "evil.example"})
    assert b"evil.example" not in forged[2]
    assert forged[0] == (400 if header == "HOST" else 200)
    assert b"evil" not in node.ask(path)[2]
    assert node.ask(path)[0] == 200


def test_unknown_host_is_refused_although_the_page_is_kept(node, article):
    node.ask(article.get_absolute_url())
    assert node.ask(article.get_absolute_url(), HOST="evil.example")[0] == 400


def test_reader_behind_https_and_one_without_do_not_share(node, article):
    path = article.get_absolute_url()
    assert "strict-transport-security" in node.ask(path, X_FORWARDED_PROTO="https")[1]
    assert "strict-transport-security" not in node.ask(path)[1]
    assert "strict-transport-security" not in node.ask(path, X_FORWARDED_PROTO="gopher")[1]


def test_a_red_flag_shows_on_every_node_with_the_next_page_that_is_asked_for(make_node):
    nodes, question = [make_node(), make_node()], make_article(title="打嗝不停怎么办？", urgency="").get_absolute_url()
    asked = [("/search/", "q=%E6%89%93%E5%97%9D%E4%B8%8D%E5%81%9C"), (question, "")]

    def seen():
        return ["tel:" in node.text(path, query=query) for node in nodes for path, query in asked]

    assert seen() == seen() == [False] * 4
    assert len(nodes[0].rendered) == 2, "the second time they were kept"
    flag = RedFlag.objects.create(name="打嗝", line="mental", words="打嗝不停")
    assert seen() == [True] * 4
    RedFlag.objects.filter(pk=flag.pk).update(words="别的词")
    assert seen() == [False] * 4
    RedFlag.objects.filter(pk=flag.pk).update(words="打嗝")
    assert seen() == [True] * 4
    flag.delete()
    assert seen() == [False] * 4


def test_unknown_parameters_neither_change_nor_fill_the_cache(node, article):
    path = article.get_absolute_url()
    plain = node.ask(path)
    for number in range(50):
        assert node.ask(path, query=f"utm_source={number}&page=3&%00=%FF") == plain
    assert len(node.rendered) == 1
    assert len(node.cache.store.rows) == 1


def test_known_parameters_have_pages_of_their_own_in_any_order(node):
    for _ in range(25):
        make_article()
    first, second = node.ask("/articles/"), node.ask("/articles/", query="page=2")
    assert first[2] != second[2]
    assert node.ask("/articles/", query="x=1&page=1&page=2") == second
    assert len(node.rendered) == 2


@pytest.mark.parametrize(
    "path", ["/articles/00{}/", "/articles/{}/like/", "/healthz", "/search/suggest/", "/admin/login/"]
)
def test_other_addresses_never_enter(node, article, path):
    for _ in range(2):
        node.ask(path.format(article.pk))
    assert not node.cache.store.rows


def test_errors_never_enter(node, article):
    article.withdraw("有误")
    for path, status in [(article.get_absolute_url(), 410), ("/articles/999/", 404), ("/articles/", 200)]:
        assert node.ask(path)[0] == status
    assert [path for _, path, _ in node.cache.store.rows] == ["/articles/"]


def test_staff_see_previews_that_nobody_else_gets(node, client, django_user_model):
    draft = make_article(status="draft")
    client.force_login(django_user_model.objects.create_superuser("chief"))
    session = f"session={client.cookies['session'].value}"
    assert node.ask(draft.get_absolute_url(), COOKIE=session)[0] == 200
    assert node.ask(draft.get_absolute_url())[0] == 404
    assert not node.cache.store.rows


def test_cookie_of_a_reader_changes_nothing(node, article):
    plain = node.ask(article.get_absolute_url())
    assert node.ask(article.get_absolute_url(), COOKIE=f"reader={'a' * 32}") == plain
    assert "set-cookie" not in plain[1]
    assert len(node.rendered) == 1


def test_visitor_is_not_in_the_request_that_a_page_is_rendered_from(make_node, article):
    seen = []
    node = make_node()
    render, node.cache.pages = node.cache.pages, lambda environ, start: seen.append(environ) or render(environ, start)
    node.ask(
        article.get_absolute_url(), USER_AGENT="Spy", COOKIE="reader=x", ACCEPT_LANGUAGE="en", X_FORWARDED_FOR="9.9.9.9"
    )
    assert not {"HTTP_USER_AGENT", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_FORWARDED_FOR"} & seen[0].keys()
    assert seen[0]["REMOTE_ADDR"] == ""


def test_head_is_answered_from_the_page_without_its_body(node, article):
    path = article.get_absolute_url()
    whole = node.ask(path)
    assert node.ask(path, method="HEAD") == (200, whole[1], b"")
    assert len(node.rendered) == 1


def test_range_gets_the_whole_page(node, article):
    status, headers, body = node.ask(article.get_absolute_url(), RANGE="bytes=0-10")
    assert status == 200
    assert len(body) == int(headers["content-length"]) > 1_000


def test_page_is_compressed_as_the_reader_takes_it_and_says_the_same(node, article):
    path = article.get_absolute_url()
    plain = node.ask(path)[2]
    for accepted, encoding, unpack in [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip;q=0.5, br;q=0", "gzip", gzip.decompress),
        ("*", "br", brotli.decompress),
        ("identity", None, bytes),
        ("br;q=x", None, bytes),
    ]:
        for _ in range(3):
            _, headers, body = node.ask(path, ACCEPT_ENCODING=accepted)
            assert headers.get("content-encoding") == encoding
            assert headers["vary"] == "Accept-Encoding"
            assert int(headers["content-length"]) == len(body)
            assert unpack(body) == plain
    assert len(node.rendered) == 1


def test_reader_who_has_the_page_gets_304(node, article):
    path = article.get_absolute_url()
    _, headers, _ = node.ask(path, ACCEPT_ENCODING="br")
    weak, strong = headers["etag"], headers["etag"].removeprefix("W/")
    for known in (weak, strong, f'"other", {weak}', "*"):
        status, answer, body = node.ask(path, IF_NONE_MATCH=known)
        assert (status, body) == (304, b"")
        assert answer["cache-control"] == headers["cache-control"]
        assert "content-security-policy" in answer
        assert "content-length" not in answer
    for unknown in ('"other"', "", strong.strip('"')):
        assert node.ask(path, IF_NONE_MATCH=unknown)[0] == 200


def test_correction_is_seen_by_every_process(make_node, article):
    nodes, path = [make_node(), make_node()], article.get_absolute_url()
    for node in nodes:
        assert "面肌痉挛怎么办" in node.text(path)
    article.title = "面肌痉挛如何治疗？"
    article.save()
    for node in nodes:
        assert "面肌痉挛如何治疗" in node.text(path)


def test_save_is_seen_at_once_where_it_was_made_and_soon_elsewhere(make_node, article):
    here, there = make_node(interval=0.3), make_node(interval=0.3)
    path = article.get_absolute_url()
    here.text(path), there.text(path)
    Article.objects.filter(pk=article.pk).update(title="改过的标题？")
    cookies = f"session={sign_in(make_staff('管理员')).cookies['session'].value}; csrf={'x' * 32}"
    sent = f"csrfmiddlewaretoken={'x' * 32}".encode()
    here.ask("/admin/articles/tag/add/", method="POST", body=sent, SEC_FETCH_SITE="same-origin", COOKIE=cookies)
    assert "改过的标题" in here.text(path)
    time.sleep(0.35)
    assert "改过的标题" in there.text(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: Article.objects.filter(pk=row.pk).update(excerpt="新"),
        lambda row: Article.objects.bulk_create([Article(title="新问题？")]),
        lambda row: row.withdraw("有误"),
        lambda row: row.delete(),
        lambda row: row.tags.add("新标签"),
        lambda row: row.tags.clear(),
        lambda row: Doctor.objects.update(hospital="示范医院"),
        lambda row: Page.objects.create(slug="new", title="新", body="<p>新</p>"),
        lambda row: RelatedItem.pin(row, make_article()),
        lambda row: row.tags.first().aliases.create(name="面肌痙攣"),
    ],
)
def test_every_way_of_changing_content_raises_the_version(article, change):
    before = SiteVersion.current()
    change(article)
    assert SiteVersion.current() > before


def test_change_that_is_rolled_back_raises_nothing(article):
    before = SiteVersion.current()
    with transaction.atomic():
        Article.objects.update(title="不会留下？")
        transaction.set_rollback(True)
    assert SiteVersion.current() == before


def test_like_raises_no_version_and_is_seen_by_every_process(make_node, article):
    nodes, path = [make_node(), make_node()], article.get_absolute_url()
    other = make_article().get_absolute_url()
    for node in nodes:
        assert 'data-likes="0"' in node.text(path)
        node.text(other)
    before = SiteVersion.current()
    assert nodes[0].ask(f"{path}like/", method="POST", body=b"liked=1", SEC_FETCH_SITE="same-origin")[0] == 303
    assert SiteVersion.current() == before
    for node in nodes:
        assert 'data-likes="1"' in node.text(path)
        node.text(other)
        assert [rendered for rendered, _ in node.rendered].count(other) == 1


def test_like_that_is_taken_back_shows_at_once_where_it_was_made(node, article):
    path = article.get_absolute_url()
    ours = {"method": "POST", "SEC_FETCH_SITE": "same-origin"}
    cookie = node.ask(f"{path}like/", body=b"liked=1", **ours)[1]["set-cookie"].partition(";")[0]
    assert 'data-likes="1"' in node.text(path)
    assert node.ask(f"{path}like/", body=b"liked=0", COOKIE=cookie, **ours)[0] == 303
    assert 'data-likes="0"' in node.text(path)


def test_what_is_sent_elsewhere_below_a_page_drops_nothing(node, article):
    path = article.get_absolute_url()
    node.ask(path)
    for below in ("report", "nothing"):
        node.ask(f"{path}{below}/", method="POST", SEC_FETCH_SITE="same-origin")
    node.ask(path)
    assert node.rendered == [(path, "")]


def test_what_strangers_send_lets_no_kept_page_ask_the_database_and_what_the_staff_saves_does(node, article):
    node.ask("/articles/")
    looked = node.cache.watcher.expired_at
    token = "x" * 32
    sent = f"csrfmiddlewaretoken={token}&username=x&password=x".encode()
    ours = {"method": "POST", "body": sent, "SEC_FETCH_SITE": "same-origin", "COOKIE": f"session=forged; csrf={token}"}
    answers = [node.ask(path, **ours)[0] for path in ("/admin/login/", "/admin/session/", "/admin/articles/tag/add/")]
    assert answers == [200, 200, 302]
    assert node.cache.watcher.expired_at == looked
    session = sign_in(make_staff("管理员")).cookies["session"].value
    cookies = f"session={session}; csrf={token}"
    assert node.ask("/admin/articles/tag/add/", method="POST", body=sent, COOKIE=cookies)[0] == 200
    assert node.cache.watcher.expired_at > looked


def test_pages_are_dropped_when_their_change_is_committed_and_kept_when_it_is_not(node, article):
    tag = article.tags.get()
    request = WSGIRequest({"REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(), DROP: node.cache.store.drop_paths})
    node.ask("/tags/面肌痉挛/")
    with transaction.atomic():
        drop_pages(request, tag.get_absolute_url())
        transaction.set_rollback(True)
    assert len(node.cache.store.rows) == 1
    with transaction.atomic():
        drop_pages(request, tag.get_absolute_url())
        assert len(node.cache.store.rows) == 1
    assert not node.cache.store.rows


def test_scheduled_question_appears_at_its_second_although_the_list_is_kept(node, article, monkeypatch):
    later = make_article(title="稍后才有的问题？", published_at=timezone.now() + timedelta(hours=1))
    assert "稍后才有的问题" not in node.text("/articles/")
    assert node.text("/articles/") == node.text("/articles/")
    now = later.published_at
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert "稍后才有的问题" in node.text("/articles/")
    assert node.ask(later.get_absolute_url())[0] == 200


def test_clock_that_is_set_back_keeps_no_page_longer(make_node, article, monkeypatch):
    node, path = make_node(lifetime=1), article.get_absolute_url()
    node.ask(path)
    yesterday = timezone.now() - timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: yesterday)
    Article.objects.filter(pk=article.pk).update(published_at=yesterday - timedelta(days=1))
    monkeypatch.setattr(time, "time", lambda: yesterday.timestamp())
    time.sleep(1.05)
    node.ask(path)
    assert len(node.rendered) == 2


def test_what_bare_requests_are_spared_is_there_for_all_others():
    assert set(settings.MIDDLEWARE) >= NEEDLESS


def test_page_lives_no_longer_than_the_setting(make_node, article, clock):
    node, path = make_node(lifetime=100), article.get_absolute_url()
    node.ask(path), node.ask(path)
    assert len(node.rendered) == 1
    clock(101)
    node.ask(path)
    assert len(node.rendered) == 2


def test_full_cache_lets_the_least_recently_used_go(make_node):
    node = make_node(size=200_000)
    paths = [make_article().get_absolute_url() for _ in range(40)]
    for path in paths:
        node.ask(path)
        node.ask(paths[0])
    assert node.cache.store.size <= 200_000
    assert node.cache.store.size == sum(kept.answer.size for kept in node.cache.store.rows.values())
    kept = [path for _, path, _ in node.cache.store.rows]
    assert {paths[0], paths[-1]} <= set(kept)
    assert paths[1] not in kept
    for path in kept:
        node.ask(path, ACCEPT_ENCODING="br")
    assert node.cache.store.size <= 200_000


def render_slowly(node):
    """Let each page of the node take long enough for others to ask for it meanwhile."""
    render = node.cache.pages

    def slowly(environ, start_response):
        time.sleep(0.3)
        try:
            return render(environ, start_response)
        finally:
            connections.close_all()

    node.cache.pages = slowly


def ask_at_once(node, path, readers=6):
    """Return what the readers are answered who ask for a page in the same moment."""
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(node.ask(path))) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_many_who_want_the_same_page_let_one_render_it(make_node, article):
    node = make_node()
    render_slowly(node)
    answers = ask_at_once(node, article.get_absolute_url())
    assert len(node.rendered) == 1
    assert [status for status, *_ in answers] == [200] * 6


def test_who_has_no_place_to_wait_does_not_render_again_what_is_there_by_then(make_node, article):
    node, lane = make_node(), Lane("pages", 1, 8)
    render_slowly(node)
    node.cache.waiters = threading.BoundedSemaphore(1)
    node.cache.run = lambda path, work: lane.run(work)
    answers = ask_at_once(node, article.get_absolute_url())
    lane.close()
    assert len(node.rendered) == 1
    assert [status for status, *_ in answers] == [200] * 6


def test_change_while_a_page_is_rendered_is_not_lost(make_node, article):
    node, path = make_node(), article.get_absolute_url()
    render = node.cache.pages

    def overtaken(environ, start_response):
        result = render(environ, start_response)
        Article.objects.filter(pk=article.pk).update(title="改得正是时候？")
        node.cache.watcher.look()
        return result

    node.cache.pages = overtaken
    assert "面肌痉挛怎么办" in node.text(path)
    node.cache.pages = render
    assert "改得正是时候" in node.text(path)


def test_rendering_that_fails_leaves_nothing_behind_and_lets_others_try(make_node, article):
    node, path = make_node(), article.get_absolute_url()
    render = node.cache.pages

    def broken(environ, start_response):
        start_response("200 OK", [])
        return Broken()

    node.cache.pages = broken
    with pytest.raises(RuntimeError):
        node.ask(path)
    assert not node.cache.store.renderings
    node.cache.pages = render
    assert node.ask(path)[0] == 200


class Broken:
    def __iter__(self):
        yield b"<html>"
        raise RuntimeError("in the middle")

    def close(self):
        pass


def test_kept_pages_are_served_while_the_database_does_not_answer(make_node, article):
    state, is_down = Freshness(), threading.Event()

    def read():
        if is_down.is_set():
            raise OSError("gone")
        return state()

    node = make_node(lifetime=0.2, read=read)
    path = article.get_absolute_url()
    page = node.ask(path)
    is_down.set()
    time.sleep(0.25)
    assert node.ask(path) == page
    assert len(node.rendered) == 1
    is_down.clear()
    end = time.monotonic() + 20  # as soon as a look has succeeded, for which nobody waits long
    while node.rendered.count((path, "")) < 2:
        assert time.monotonic() < end
        node.ask("/"), node.ask(path)


def test_frozen_database_holds_no_kept_page(make_node, article):
    state, frozen, go_on = Freshness(), threading.Event(), threading.Event()

    def read():
        if frozen.is_set():
            go_on.wait(10)
        return state()

    node = make_node(read=read, patience=0.2)
    page = node.ask(article.get_absolute_url())
    frozen.set()
    began = time.monotonic()
    for _ in range(20):
        assert node.ask(article.get_absolute_url()) == page
    assert time.monotonic() - began < 5  # each would wait 10 s for the database
    go_on.set()


def test_whatever_has_changed_the_database_is_asked_once_how_fresh_the_site_is(article, django_assert_num_queries):
    """On a long way to the database each question more is time in which kept pages wait."""
    state = Freshness()
    state()
    Like.objects.create(article=article, visitor="a")
    Article.objects.filter(pk=article.pk).update(title="改过的标题")
    with django_assert_num_queries(1):
        changed = state()
    assert changed.stale_paths == {article.get_absolute_url()}
    assert f"q{article.pk}" in changed.changed
    with django_assert_num_queries(1):
        same = state()
    assert (same.version, same.changed, same.stale_paths) == (changed.version, frozenset(), frozenset())


def test_a_like_that_is_seen_after_a_later_one_is_not_overlooked(article):
    """Of two that come at once the later number can be committed first."""
    other, state = make_article(title="另一个问题"), Freshness()
    Like.objects.create(pk=10, article=article, visitor="a")
    state()
    Like.objects.create(pk=12, article=article, visitor="b")
    assert state().stale_paths == {article.get_absolute_url()}
    Like.objects.create(pk=11, article=other, visitor="c")
    assert state().stale_paths == {other.get_absolute_url()}
    Like.objects.create(pk=9, article=article, visitor="d")
    assert state().stale_paths == {article.get_absolute_url()}


def test_large_answer_is_kept_compressed(node):
    for _ in range(3):
        make_article(body="".join(f"<p>第{number}段：休息几天，自己会好。</p>" for number in range(4_000)))
    path = Article.objects.first().get_absolute_url()
    plain = node.ask(path)[2]
    assert len(plain) > 100_000
    assert node.cache.store.size < 60_000
    assert gzip.decompress(node.ask(path, ACCEPT_ENCODING="gzip")[2]) == plain
    assert brotli.decompress(node.ask(path, ACCEPT_ENCODING="br")[2]) == plain
    assert node.ask(path)[2] == plain
    assert len(node.rendered) == 1
