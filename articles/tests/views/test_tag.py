import pytest
from django.urls import reverse

from articles.models import TagAlias
from articles.models.merging import merge_tags
from articles.tests.factories import make_article, make_tag
from articles.tests.reading import read

pytestmark = pytest.mark.django_db


def test_tag_shows_its_introduction_and_its_questions(client):
    tag = make_tag("面肌痉挛", kind="disease", introduction="一侧面部不由自主地抽动。\n\n多数人先从眼皮开始。")
    article, other = make_article(tags=[tag]), make_article(tags=["痛风"])
    response = client.get(tag.get_absolute_url())
    page = read(response)
    assert "一侧面部不由自主地抽动。" in page.text
    assert article.get_absolute_url() in page.links
    assert other.get_absolute_url() not in page.links
    assert "疾病" in page.text


def test_description_is_the_introduction(client):
    tag = make_tag("面肌痉挛", introduction="一侧面部不由自主地\n抽动。")
    assert read(client.get(tag.get_absolute_url())).meta("description") == "一侧面部不由自主地 抽动。"


def test_long_description_ends_with_a_sentence(client):
    sentence = "面肌痉挛是一侧面部肌肉不由自主地反复抽动，常从眼睑开始。"
    tag = make_tag("面肌痉挛", introduction=sentence * 6)
    description = read(client.get(tag.get_absolute_url())).meta("description")
    assert 80 <= len(description) <= 130
    assert description.endswith("。")


def test_introduction_is_text(client):
    tag = make_tag("痛风", introduction="<script>alert(1)</script>")
    assert b"<script>alert" not in client.get(tag.get_absolute_url()).content


def test_introduction_stands_on_the_first_page_only(client):
    tag = make_tag("痛风", introduction="关节里的结晶。")
    for _ in range(21):
        make_article(tags=[tag])
    assert "关节里的结晶。" not in read(client.get(f"{tag.get_absolute_url()}?page=2")).text


@pytest.mark.parametrize(("questions", "indexed"), [(0, False), (2, False), (3, True)])
def test_thin_tag_is_kept_out_of_search_engines(client, questions, indexed):
    tag = make_tag("痛风")
    for _ in range(questions):
        make_article(tags=[tag])
    make_article(tags=[tag], status="draft")
    page = read(client.get(tag.get_absolute_url()))
    assert (page.meta("robots") is None) is indexed


@pytest.mark.parametrize(("questions", "indexed"), [(0, False), (1, True)])
def test_introduction_makes_a_tag_worth_finding_once_it_has_a_question(client, questions, indexed):
    tag = make_tag("痛风", introduction="关节里的结晶。")
    for _ in range(questions):
        make_article(tags=[tag])
    make_article(tags=[tag], status="draft")
    page = read(client.get(tag.get_absolute_url()))
    assert (page.meta("robots") is None) is indexed


def test_second_page_of_a_tag_is_indexed_however_short(client):
    tag = make_tag("痛风")
    for _ in range(21):
        make_article(tags=[tag])
    assert read(client.get(f"{tag.get_absolute_url()}?page=2")).meta("robots") is None


def test_introduced_tag_without_questions_says_so(client):
    response = client.get(make_tag("痛风", introduction="关节里的结晶。").get_absolute_url())
    assert response.status_code == 200
    assert "还没有发布的问题" in read(response).text


def test_tag_that_only_a_waiting_change_names_is_told_to_nobody(client):
    assert client.get(make_tag("艾滋病").get_absolute_url()).status_code == 404  # as the form makes a new one


def test_tag_offers_its_feed(client):
    tag = make_tag("痛风", introduction="关节里的结晶。")
    feeds = [link["href"] for link in read(client.get(tag.get_absolute_url())).all("link", rel="alternate")]
    assert reverse("articles:tag_feed", args=[tag.slug]) in feeds


def test_alias_leads_to_its_tag(client):
    tag = make_tag("面肌痉挛", introduction="半边脸跳。")
    alias = TagAlias.objects.create(tag=tag, name="面肌痙攣")
    response = client.get(reverse("articles:tag", args=[alias.slug]))
    assert response.status_code == 301
    assert response["Location"] == tag.get_absolute_url()


def test_old_addresses_of_a_merged_tag_lead_to_its_successor(client):
    old, tag = make_tag("抽筋"), make_tag("肌肉痉挛")
    make_article(tags=[old])
    old_page, old_feed = old.get_absolute_url(), reverse("articles:tag_feed", args=[old.slug])
    merge_tags([old], tag)
    assert client.get(old_page)["Location"] == tag.get_absolute_url()
    response = client.get(old_feed)
    assert response.status_code == 301
    assert response["Location"] == reverse("articles:tag_feed", args=[tag.slug])


@pytest.mark.parametrize(
    "slug", ["nothing", "没有", "%00", "a%00b", "%ED%A0%80", "%FF", "%0A", "' OR 1=1 --", "x" * 5000, "%25", "..%2f"]
)
@pytest.mark.parametrize("end", ["", "feed/"])
def test_unknown_tag_is_not_found(client, slug, end):
    assert client.get(f"/tags/{slug}/{end}").status_code == 404


def test_tag_names_with_odd_characters_have_working_pages(client):
    for name in ("C++", "β受体阻滞剂", "A/B", "100%", "😀", "?", "#1", "维生素 D", ".", "..", "feed", "<b>"):
        tag = make_tag(name)
        article = make_article(tags=[tag])
        page = read(client.get(tag.get_absolute_url()))
        assert article.get_absolute_url() in page.links, name


def test_all_tags_stand_under_their_kind_with_their_count(client):
    department, disease = make_tag("眼科", kind="department"), make_tag("痛风", kind="disease")
    for _ in range(2):
        make_article(tags=[department, disease])
    make_article(tags=[disease])
    make_article(tags=[disease], status="draft")
    make_tag("无人问津")
    page = read(client.get("/tags/"))
    assert "科室1个眼科2个问题疾病1个痛风3个问题" in page.text
    assert "无人问津" not in page.text
    assert page.meta("robots") is None


def test_empty_tag_index_says_so(client):
    assert "还没有标签" in read(client.get("/tags/")).text


def test_tag_of_drafts_alone_is_told_to_nobody(client):
    tag = make_tag("保密的病", introduction="还没有人知道。")
    TagAlias.objects.create(tag=tag, name="保密的别名")
    make_article(tags=[tag], status="draft")
    for slug in (tag.slug, "保密的别名"):
        for name in ("articles:tag", "articles:tag_feed"):
            response = client.get(reverse(name, args=[slug]))
            assert response.status_code == 404
            assert "保密" not in read(response).text  # the address stands in the head as it was asked for


def test_tag_that_is_written_wrong_is_offered_as_it_is_written(client):
    make_article(tags=[make_tag("面肌痉挛", kind="disease")])
    make_article(tags=[make_tag("面肌无力")], status="draft")
    page = read(client.get("/tags/面肌痉挛症/"))
    assert "相近的标签面肌痉挛" in page.text
    assert "面肌无力" not in page.text
