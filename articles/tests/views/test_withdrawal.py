"""A question that is withdrawn is gone with its reason, from everywhere at the same moment, kept pages included."""

from urllib.parse import unquote, urlencode

import pytest

from articles.models import RelatedItem
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.views.sitemaps import sections

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def article():
    tag, doctor = make_tag("过敏性鼻炎", kind="disease"), make_doctor(name="林晓晴")
    make_article(title="鼻子痒是感冒吗？", tags=[tag])
    pinning = make_article(title="怎么洗鼻子？")
    article = make_article(title="过敏性鼻炎怎么办？", tags=[tag], doctor=doctor, imported_likes=1000)
    RelatedItem.objects.create(article=pinning, related=article)
    article.correct("更正了用量。")
    return article


def places(article):
    """The addresses (path, query) of every page that shows the question."""
    tag, others = article.tags.get(), type(article).objects.exclude(pk=article.pk)
    return [
        *(("/", ""), ("/articles/", ""), (tag.get_absolute_url(), ""), (article.doctor.get_absolute_url(), "")),
        *((row.get_absolute_url(), "") for row in others),
        *(("/feed/", ""), (f"{tag.get_absolute_url()}feed/", ""), (sitemap_of(article), "")),
        *(("/search/", urlencode({"q": words})) for words in ("过敏性鼻炎", "鼻炎怎么治", "过敏")),
    ]


def sitemap_of(article):
    """The address of the file that names the question: which it is depends on how many ids have been given."""
    files = enumerate(sections(), 1)
    number = next(n for n, part in files if part.kind == "questions" and part.after < article.pk <= part.up_to)
    return f"/sitemap-{number}.xml"


def shows(node, article, place):
    path, query = place
    text = node.text(unquote(path), query=query)
    return f'{article.get_absolute_url()}"' in text or f"{article.get_absolute_url()}<" in text


def test_withdrawn_question_leaves_every_kept_page_of_every_process_at_the_same_moment(make_node, article):
    nodes = make_node(), make_node()
    for node in nodes:
        assert node.ask(article.get_absolute_url())[0] == 200
        missing = [place for place in places(article) if not shows(node, article, place)]
        assert missing == []
    rendered = [len(node.rendered) for node in nodes]
    for node in nodes:
        assert all(shows(node, article, place) for place in places(article))
    assert [len(node.rendered) for node in nodes] == rendered  # they were kept pages

    article.withdraw("用药剂量有误，正在请医生重写。")
    for node in nodes:
        status, _, body = node.ask(article.get_absolute_url())
        assert status == 410
        assert "用药剂量有误，正在请医生重写。" in body.decode()
        assert "更正了用量" not in body.decode()
        left = [place for place in places(article) if shows(node, article, place)]
        assert left == []

    article.publish()
    for node in nodes:
        assert node.ask(article.get_absolute_url())[0] == 200
        assert all(shows(node, article, place) for place in places(article))


def test_page_of_what_is_gone_offers_others_about_the_same(client, article):
    article.status, article.withdrawn_reason = "withdrawn", "用量有误。"
    article.save()
    response = client.get(article.get_absolute_url())
    assert response.status_code == 410
    html = response.content.decode()
    assert "相近的问题" in html
    assert "鼻子痒是感冒吗？" in html
    assert "最新问题</h2>" not in html
