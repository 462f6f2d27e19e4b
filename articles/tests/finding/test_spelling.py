import pytest

from articles.finding.search import search
from articles.models import TagAlias
from articles.tests.factories import make_article, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    """A small site, as it is on its first day."""
    diabetes, spasm = make_tag("糖尿病", kind="disease"), make_tag("面肌痉挛", kind="disease")
    TagAlias.objects.create(tag=spasm, name="半面痉挛")
    make_article(title="糖尿病人能吃水果吗？", tags=[diabetes])
    make_article(title="面部肌肉痉挛怎么办？", tags=[spasm])
    make_article(title="高血压要终身吃药吗？", tags=[make_tag("高血压", kind="disease")])
    make_article(title="头孢和酒能一起吗？", body="<p>头孢遇酒会中毒。</p>")
    make_article(title="HPV疫苗什么时候打？")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("糖料病", "糖尿病"),  # a character that sounds much the same
        ("面肌经挛", "面肌痉挛"),  # one that sounds the same
        ("gaoxueya", "高血压"),
        ("gao xue ya", "高血压"),
        ("gxy", "高血压"),
        ("GaoXueYa", "高血压"),
        ("ｇｘｙ", "高血压"),
        ("高血血压", "高血压"),
        ("高压血", "高血压"),
        ("面肌挛", "面肌痉挛"),
        ("banmianjingluan", "半面痉挛"),
        ("hpvyimiao", "hpv疫苗"),
    ],
)
def test_what_is_mistyped_is_searched_as_it_is_meant(site, typed, meant):
    results = search(typed)
    assert (results.query, results.typed) == (meant, typed)
    assert results.keys == search(meant).keys
