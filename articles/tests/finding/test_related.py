from datetime import timedelta

import pytest
from django.utils import timezone

from articles.finding.beside import explain, neighbourhood, related_articles, tagged_rows
from articles.models import Article, RelatedItem, RelatedList
from articles.models.prepared import Prepared
from articles.tests.factories import NUMBERS, make_article, make_doctor, make_tag
from articles.tests.reading import read

pytestmark = pytest.mark.django_db


def beside(article):
    """Return the keys of what stands beside `article`, in order."""
    return [row.pk for row in related_articles(article)]


def pin(article, related, position=0, **fields):
    return RelatedItem.objects.create(article=article, related=related, position=position, **fields)


@pytest.fixture
def disease():
    return make_tag("面肌痉挛", kind="disease")


def test_question_about_the_same_illness_stands_before_one_of_the_same_department(disease):
    department = make_tag("神经内科", kind="department")
    article = make_article(tags=[department, disease])
    same_illness = make_article(tags=[disease])
    make_article(tags=[department])
    both = make_article(tags=[disease, department])
    assert beside(article)[:2] == [both.pk, same_illness.pk]


def test_question_of_another_illness_is_not_related(disease):
    article = make_article(title="面部肌肉痉挛怎么办？", tags=[disease])
    make_article(title="肠痉挛怎么办？", tags=[make_tag("肠痉挛", kind="disease")])
    assert beside(article) == []


def test_question_is_not_related_to_itself(disease):
    article = make_article(tags=[disease])
    assert beside(article) == []


def test_at_most_ten_are_shown(disease):
    article = make_article(tags=[disease])
    for _ in range(14):
        make_article(tags=[disease])
    assert len(related_articles(article)) == 10


def test_pinned_ones_come_first_in_the_order_of_the_editor(disease):
    article = make_article(tags=[disease])
    for _ in range(12):
        make_article(tags=[disease])
    second, first = make_article(), make_article(published_at=timezone.now() - timedelta(days=900))
    pin(article, second, position=2)
    pin(article, first, position=1)
    rows = related_articles(article)
    assert [row.pk for row in rows[:2]] == [first.pk, second.pk]
    assert [row.is_pinned for row in rows] == [True] * 2 + [False] * 8


def test_a_pin_far_down_the_editors_list_stands_before_what_was_computed(disease):
    article = make_article(tags=[disease])
    for _ in range(6):
        make_article(tags=[disease])
    far = make_article()
    pin(article, far, position=60)
    assert beside(article)[0] == far.pk


def test_pinned_ones_of_a_question_without_tags_are_shown():
    article, pinned = make_article(), make_article()
    pin(article, pinned)
    assert beside(article) == [pinned.pk]


def test_pin_counts_for_its_own_question_only(disease):
    article, other = make_article(tags=[disease]), make_article(tags=[disease])
    far = make_article()
    pin(other, far)
    assert beside(article) == [other.pk]


def test_excluded_ones_are_not_shown(disease):
    article, other = make_article(tags=[disease]), make_article(tags=[disease])
    pin(article, other, is_excluded=True)
    assert beside(article) == []
    assert beside(other) == [article.pk]


@pytest.mark.parametrize("fields", [{"status": "draft"}, {"status": "review"}, {"status": "withdrawn"}])
def test_pinned_one_that_is_not_public_is_not_shown(disease, fields):
    article = make_article(tags=[disease])
    pin(article, make_article(tags=[disease], **fields))
    assert beside(article) == []


def test_pinned_one_appears_at_its_second():
    article, pinned = make_article(), make_article(published_at=timezone.now() + timedelta(hours=1))
    pin(article, pinned)
    assert beside(article) == []
    type(pinned).objects.filter(pk=pinned.pk).update(published_at=timezone.now())
    assert beside(article) == [pinned.pk]


def test_pin_shows_once_although_its_tags_match_too(disease):
    symptom = make_tag("眼皮跳", kind="symptom")
    article, other = make_article(tags=[disease, symptom]), make_article(tags=[disease, symptom])
    pin(article, other)
    assert beside(article) == [other.pk]


def test_equal_ones_are_ordered_by_date(disease):
    article = make_article(tags=[disease])
    rows = [make_article(tags=[disease]) for _ in range(4)]
    assert beside(article) == [row.pk for row in rows[::-1]]


def test_sidebar_says_what_is_related(client, disease):
    article, other = make_article(tags=[disease]), make_article(tags=[disease], doctor=make_doctor())
    page = read(client.get(article.get_absolute_url()))
    assert "同一种情况的问题" in page.text
    assert other.get_absolute_url() in page.links


def test_related_costs_one_query_whatever_the_site_holds(django_assert_num_queries, disease):
    article = make_article(tags=[disease, make_tag("神经内科", kind="department")])
    for _ in range(2):
        for _ in range(12):
            make_article(tags=[disease], doctor=make_doctor())
        article = type(article).objects.select_related("related_list").prefetch_related("tags").get(pk=article.pk)
        article.pins = []  # as the page reads them, with the row
        with django_assert_num_queries(1):
            [(row.title, row.excerpt, row.published_at) for row in related_articles(article)]


# --- What the tags alone bring together -----------------------------------------------------


def unlike(*tags, days=1, title="", **fields):
    """Make a question that no other is like, so that it stands beside others for its tags alone."""
    published_at = timezone.now() - timedelta(days=days)
    fields = {"title": title or f"甲{next(NUMBERS)}", "body": "", "published_at": published_at, **fields}
    (article,) = Article.objects.bulk_create([Article(status=Article.Status.PUBLISHED, **fields)])
    article.tags.set(tags)
    RelatedList.objects.all().delete()
    return Article.objects.get(pk=article.pk)


def kinds():
    return {kind: make_tag(kind=kind) for kind in ("disease", "symptom", "drug", "other", "department")}


def test_a_disease_or_two_telling_tags_make_it_the_same_situation_and_more_of_them_are_nearer():
    tags = kinds()
    article = unlike(*tags.values())
    rows = [unlike(*(tags[kind] for kind in both.split())) for both in ("disease drug", "symptom drug", "disease")]
    for one in ("symptom", "drug", "other", "symptom other", "department other"):
        unlike(*(tags[kind] for kind in one.split()))
    assert beside(article) == [row.pk for row in rows]


def around(article):
    """Return the titles of both lists, and the department that is named."""
    found = neighbourhood(article)
    return [row.title for row in found.near], [row.title for row in found.others], found.department


def test_few_are_followed_by_others_of_the_department_that_is_named(disease):
    department = make_tag("神经内科", kind="department")
    article = unlike(department, disease, title="问")
    unlike(disease, title="同病")
    unlike(disease, department, title="同病同科", days=3)
    for days in range(9, 2, -1):
        unlike(department, title=f"同科{days}", days=days)
    unlike(make_tag("眼科", kind="department"), title="别科")
    Article.objects.filter(pk=unlike(department, title="草稿").pk).update(status="draft")
    others = ["同科3", "同科4", "同科5", "同科6", "同科7"]
    assert around(article) == (["同病", "同病同科"], others, "神经内科")


def test_five_are_enough_and_nothing_is_added(disease, django_assert_num_queries):
    department = make_tag("神经内科", kind="department")
    article = unlike(department, disease)
    near = [unlike(title=f"算出{days}", days=days) for days in range(1, 6)]
    unlike(department)
    article = Article.objects.prefetch_related("tags").get(pk=store(article, *near).pk)
    assert around(article) == ([row.title for row in near], [], "")
    Article.objects.filter(pk=near[0].pk).update(status="withdrawn")
    article = Article.objects.select_related("related_list").prefetch_related("tags").get(pk=article.pk)
    article.pins = []  # as the page reads them, with the row
    with django_assert_num_queries(2):
        near, others, name = around(article)
    assert (len(near), len(others), name) == (4, 1, "神经内科")


def test_a_question_of_no_department_has_no_others():
    department = make_tag(kind="department")
    article, _, other = unlike(), unlike(department), unlike(make_tag(kind="department"))
    assert around(article) == around(other) == ([], [], "")


def test_an_excluded_one_is_not_among_the_others_either():
    department = make_tag("神经内科", kind="department")
    article, other = unlike(department), unlike(department)
    pin(article, other, is_excluded=True)
    assert around(article) == ([], [], "")


def test_mere_excerpts_stand_last_and_say_so_but_pins_keep_their_place(client, disease):
    article = make_article(title="甲", tags=[disease])
    whole = make_article(title="乙", tags=[disease], body="<p>全文。</p>")
    part = make_article(title="丙", tags=[disease], is_excerpt=True)
    assert [row.title for row in related_articles(article)] == ["乙", "丙"]
    assert read(client.get(article.get_absolute_url())).text.count("只有摘要") == 1
    pin(article, part)
    assert beside(article) == [part.pk, whole.pk]


@pytest.mark.parametrize(("is_near", "heading"), [(True, "同一种情况的问题"), (False, "相关问题")])
def test_what_an_editor_has_chosen_is_not_called_the_same_situation(client, disease, is_near, heading):
    article = make_article(tags=[disease])
    pin(article, make_article(tags=[disease] if is_near else []))
    text = read(client.get(article.get_absolute_url())).text
    assert [said for said in ("同一种情况的问题", "相关问题", "的其他问题", "继续浏览") if said in text] == [heading]


def test_both_headings_stand_on_the_page_and_a_lonely_question_leads_on(client, disease):
    department = make_tag("神经内科", kind="department")
    article, lonely = make_article(title="甲", tags=[disease, department]), make_article(title="丁")
    make_article(title="乙", tags=[disease])
    make_article(title="丙", tags=[department])
    text = read(client.get(article.get_absolute_url())).text
    assert 0 < text.index("同一种情况的问题") < text.index("神经内科的其他问题")
    assert "继续浏览" in read(client.get(lonely.get_absolute_url())).text


def test_of_a_common_tag_the_newest_are_read_and_the_latest_published_come_first(monkeypatch, disease):
    article = unlike(disease)
    rows = [unlike(disease, days=days) for days in (1, 3, 2)]
    assert beside(article) == [rows[0].pk, rows[2].pk, rows[1].pk]
    monkeypatch.setattr("articles.finding.beside.CANDIDATES", 2)
    monkeypatch.setattr("articles.finding.beside.tagged_rows", Prepared(tagged_rows.build))
    assert beside(article) == [rows[2].pk, rows[1].pk]


def store(article, *keys):
    RelatedList.objects.create(article=article, entries=[[row.pk, 1.0, "字面相近"] for row in keys])
    return Article.objects.select_related("related_list").get(pk=article.pk)


def test_what_was_computed_comes_first_in_its_order_and_tags_fill_the_list(disease):
    article = unlike(disease)
    near = [unlike(days=days) for days in (5, 3, 9)]
    tagged = [unlike(disease) for _ in range(9)]
    article = store(article, *near)
    assert beside(article) == [row.pk for row in [*near, *tagged[:1:-1]]]
    assert [row.pk for row in related_articles(article, limit=2)] == [row.pk for row in near[:2]]
    assert [row.pk for row in related_articles(article, limit=4)] == [row.pk for row in [*near, tagged[-1]]]


def test_of_what_was_computed_the_next_take_the_place_of_what_was_withdrawn(django_assert_num_queries):
    article = unlike()
    near = [unlike(days=days) for days in range(1, 17)]
    article = store(article, *near)
    article.pins = []  # as the page reads them, with the row
    with django_assert_num_queries(1):
        assert beside(article) == [row.pk for row in near[:10]]
    for gone, queries in ((2, 1), (3, 2)):
        Article.objects.filter(pk__in=[row.pk for row in near[:gone]]).update(status="withdrawn")
        with django_assert_num_queries(queries):
            assert beside(article) == [row.pk for row in near[gone : gone + 10]]


def test_a_pin_comes_before_what_was_computed_even_if_it_was_computed_itself():
    article = unlike()
    near = [unlike() for _ in range(12)]
    article = store(article, *near)
    pin(article, near[11], position=0)
    far = unlike()
    pin(article, far, position=1)
    pin(article, near[0], is_excluded=True)
    rows = related_articles(article)
    assert [row.pk for row in rows] == [row.pk for row in [near[11], far, *near[1:9]]]
    assert [row.place for row in rows] == [0, 1, *[None] * 8]


def test_a_page_shows_the_pins_first_and_nothing_that_an_editor_has_left_out(client):
    article = unlike()
    near, hidden = [unlike(title=f"算出{number}") for number in range(8)], unlike(title="草稿")
    article = store(article, *near)
    pin(article, near[5])
    pin(article, near[1], is_excluded=True)
    pin(article, hidden, position=1)
    Article.objects.filter(pk=hidden.pk).update(status="draft")
    text = read(client.get(article.get_absolute_url())).text
    shown = sorted((row.title for row in [*near, hidden] if row.title in text), key=text.index)
    assert shown == ["算出5", "算出0", "算出2", "算出3", "算出4", "算出6", "算出7"]


def test_of_two_that_ask_the_same_the_first_stands_and_pins_always(disease):
    article = unlike(disease, title="头痛怎么缓解")
    first = unlike(disease, title="失眠怎么缓解")
    second = unlike(disease, title="失眠如何缓解？")
    unlike(disease, title="头痛如何缓解？")
    assert beside(article) == [second.pk]
    pin(article, first)
    assert beside(article) == [first.pk]
    pin(article, second, position=1)
    assert beside(article) == [first.pk, second.pk]


def test_why_one_stands_there_is_told_for_those_that_the_engine_has_not_put_there(disease):
    article = unlike(disease, title="头痛怎么缓解")
    same, other = unlike(disease), unlike(title="头痛的病因")
    assert explain(article, [same, other]) == {same.pk: "同病种：面肌痉挛", other.pk: "共同词：头痛"}
    assert explain(article, []) == {}
