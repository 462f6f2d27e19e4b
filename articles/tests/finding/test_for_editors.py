"""What editors find in their list, and readers do not."""

import pytest

from articles.engine import ranking, tokens
from articles.engine.seam import Found, Hit, SearchEngine
from articles.finding import for_editors
from articles.finding.for_editors import look_for
from articles.finding.search import search
from articles.models import Article, TagAlias
from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = pytest.mark.django_db
Status = Article.Status


def found(text, rows=None):
    sought = look_for(text, Article.objects.all() if rows is None else rows, is_filtered=rows is not None)
    return sought.keys


def test_words_of_titles_and_bodies_are_found_in_every_state_and_by_readers_only_when_published():
    draft = make_article(title="带状疱疹会传染吗？", status=Status.DRAFT, published_at=None)
    gone = make_article(title="长水泡怎么办？", body="<p>可能是带状疱疹。</p>", status=Status.WITHDRAWN)
    public = make_article(title="带状疱疹疼多久？")
    make_article(title="感冒怎么办？")
    assert set(found("带状疱疹")) == {draft.pk, gone.pk, public.pk}
    assert found("带状疱疹会传染吗")[0] == draft.pk
    assert search("带状疱疹").keys == [public.pk]


def test_a_number_comes_first_and_an_address_alone():
    article = make_article(title="第一问？", status=Status.DRAFT)
    other = make_article(title=f"吃{article.pk}片行吗？")
    key = str(article.pk)
    for text in (key, f"#{key}", key.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})):
        assert found(text)[0] == article.pk, text
    addresses = (
        f"/articles/{key}/",
        f"https://x.example/articles/{key}/?a=1#b",
        f"/admin/articles/article/{key}/change/",
    )
    for text in addresses:
        assert found(text) == [article.pk], text
    assert found(f"/articles/{key}/", Article.objects.exclude(pk=article.pk)) == []
    assert found("吃") == [other.pk]
    for text in ("9" * 18, "9" * 30, "/articles/" + "9" * 30, "\x00", "%_\\", "'", "\u202e", "x" * 5000):
        assert found(text) == [], text


def test_of_a_long_text_it_is_known_how_much_is_looked_for():
    rows = Article.objects.all()
    assert look_for("痛" * 100, rows, is_filtered=False).longest == 0
    assert look_for("痛" * 101, rows, is_filtered=False).longest == 100


def test_the_name_of_a_doctor_or_a_tag_finds_their_questions():
    tag, doctor = make_tag("面肌痉挛"), make_doctor(name="张文静")
    TagAlias.objects.create(tag=tag, name="面肌痙攣")
    tagged, answered = make_article(tags=[tag], status=Status.DRAFT), make_article(doctor=doctor)
    make_article()
    assert found("面肌痉挛") == found("面肌痙攣") == [tagged.pk]
    assert found("张文静") == found(" 张 文静".replace(" ", "")) == [answered.pk]
    sought = look_for("张文静", Article.objects.all(), is_filtered=False)
    assert (sought.doctors, sought.tag) == ([doctor], None)


def test_a_filter_leaves_nothing_out_because_others_answer_better(monkeypatch):
    monkeypatch.setattr(ranking, "ANSWERS", 2)
    monkeypatch.setattr(for_editors, "MOST", 4)
    draft = make_article(title="头痛要做什么检查？", status=Status.DRAFT)
    for _ in range(4):
        make_article(title="头痛怎么办？")
    assert draft.pk not in found("头痛")
    assert look_for("头痛", Article.objects.all(), is_filtered=False).is_cut
    assert found("头痛", Article.objects.filter(status=Status.DRAFT)) == [draft.pk]


def test_an_engine_that_knows_only_what_is_published_leaves_the_titles_of_drafts_to_the_database():
    public, draft = make_article(title="牙疼吃什么药？"), make_article(title="牙疼怎么办？", status=Status.DRAFT)

    class Outside(SearchEngine):
        def search(self, query, filters, limit):
            return Found([Hit(public.pk, 1.0, True), Hit(public.pk + 999, 0.5, True)], 2, False)

    every = Article.objects.all()
    assert [hit.key for hit in Outside().search_all(tokens.title("牙疼"), every, 9).hits] == [public.pk, draft.pk]
    drafts = every.filter(status=Status.DRAFT)
    assert [hit.key for hit in Outside().search_all(tokens.title("牙疼"), drafts, 9).hits] == [draft.pk]
