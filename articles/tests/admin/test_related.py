"""The panel of related questions: what it shows, one click to change it, and titles that say the same."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.finding.beside import related_articles
from articles.models import Article, RelatedItem, Tag
from articles.tests.editing import (
    ARTICLES,
    change_address,
    errors_of,
    last_change,
    make_staff,
    send,
    shown_form,
    sign_in,
)
from articles.tests.factories import make_article, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def illness(kept):
    """The keys of fourteen questions about one illness."""
    with kept():
        return [article.pk for article in make_illness()]


@pytest.fixture
def articles(illness):
    return list(Article.objects.filter(pk__in=illness).order_by("pk"))


def make_illness():
    tags = [make_tag("面肌痉挛", kind=Tag.Kind.DISEASE), make_tag("神经内科", kind=Tag.Kind.DEPARTMENT)]
    ways = ("怎么治", "的病因", "吃什么药", "能自愈吗", "要手术吗", "会遗传吗", "挂什么科", "是中风吗", "饮食注意什么")
    ways += ("打肉毒毒素疼吗", "和眼皮跳的区别", "复发怎么办", "怎么预防", "多久能好")
    return [make_article(title=f"面肌痉挛{way}？", tags=tags) for way in ways]


def click(client, article, do, **headers):
    return client.post(f"{ARTICLES}{article.pk}/related/", {"do": do}, **headers)


def fetched(client, article, verb, other):
    answer = click(client, article, f"{verb}:{other.pk}", HTTP_ACCEPT="application/json")
    assert answer.status_code == 200
    return answer.json()


def panel(client, article):
    return client.get(change_address(article)).context["panel"]


def keys(lines):
    return [line.article.pk for line in lines]


def shown(article):
    return [row.pk for row in related_articles(Article.objects.get(pk=article.pk))]


def items(article):
    return {row.related_id: (row.position, row.is_excluded) for row in article.related_items.all()}


def test_the_panel_shows_the_ten_the_rest_and_the_excluded_with_reasons(editor, articles):
    article, pinned, excluded = articles[0], make_article(title="别的问题？"), articles[5]
    RelatedItem.pin(article, pinned)
    RelatedItem.exclude(article, excluded)
    now = panel(editor, article)
    assert keys(now.shown) == shown(article)
    assert now.shown[0].word == "指定"
    assert len(now.shown) == 10
    assert keys(now.excluded) == [excluded.pk]
    assert set(keys(now.shown + now.rest + now.excluded)) == {row.pk for row in [*articles[1:], pinned]}
    page = editor.get(change_address(article)).content.decode()
    assert "同病种：面肌痉挛 · 同科室" in page
    assert "得分" in page
    assert f'href="{articles[1].get_absolute_url()}"' in page


def test_a_draft_shows_what_its_readers_will_see(editor, articles):
    draft = make_article(title="面肌痉挛贴膏药行吗？", status="draft")
    assert len(panel(editor, draft).shown) == 10


def test_one_click_pins_excludes_and_cancels_at_once(editor, articles):
    article, last = articles[0], articles[-1]
    answer = fetched(editor, article, "pin", last)
    assert f"已置顶“{last.title}”" in answer["said"]
    assert "指定" in answer["panel"]
    assert shown(article)[0] == last.pk
    assert last_change(article) == f"置顶相关问题“{last.title}”。"
    fetched(editor, article, "pin", articles[3])
    assert shown(article)[:2] == [last.pk, articles[3].pk]
    fetched(editor, article, "pin", last)
    assert items(article) == {last.pk: (1, False), articles[3].pk: (2, False)}
    fetched(editor, article, "raise", articles[3])
    fetched(editor, article, "raise", articles[3])  # the first stays the first
    assert shown(article)[:2] == [articles[3].pk, last.pk]
    assert [line.may_rise for line in panel(editor, article).shown[:3]] == [False, True, False]
    fetched(editor, article, "exclude", last)
    assert last.pk not in shown(article)
    fetched(editor, article, "cancel", last)
    assert items(article) == {articles[3].pk: (1, False)}
    assert LogEntry.objects.filter(object_id=str(article.pk)).count() == 7


def test_without_javascript_the_buttons_lead_back_to_the_form(editor, articles):
    page = editor.get(change_address(articles[0])).content.decode()
    assert f'<form id="related-form" method="post" action="{ARTICLES}{articles[0].pk}/related/">' in page
    assert page.index("</form></div>") < page.index('<form id="related-form"')
    assert f'form="related-form" name="do" value="pin:{articles[1].pk}"' in page
    answer = click(editor, articles[0], f"exclude:{articles[1].pk}")
    assert answer.status_code == 302
    assert answer["Location"] == f"{change_address(articles[0])}#related-panel"
    assert "已排除" in editor.get(change_address(articles[0])).content.decode()


def test_senseless_clicks_change_nothing(editor, articles):
    for do in ("", "pin:0", "pin:x", "pin:99999999999999999999", f"drop:{articles[1].pk}", "pin:\x00"):
        assert click(editor, articles[0], do).status_code == 404, do
    for do, said in (("pin:", "请先找到一个问题"), (f"pin:{articles[0].pk}", "问题不能与自己相关")):
        assert said in editor.post(f"{ARTICLES}{articles[0].pk}/related/", {"do": do}, follow=True).content.decode()
    assert not RelatedItem.objects.exists()


def test_any_question_that_is_found_by_typing_is_pinned_or_excluded(editor, articles):
    article, other = articles[0], make_article(title="完全不同的问题？")
    finding = {"app_label": "articles", "model_name": "relateditem", "field_name": "related", "term": "完全不同"}
    found = editor.get("/admin/autocomplete/", finding)
    assert [row["id"] for row in found.json()["results"]] == [str(other.pk)]
    editor.post(f"{ARTICLES}{article.pk}/related/", {"do": "pin:", "other": other.pk})
    assert shown(article)[0] == other.pk
    editor.post(f"{ARTICLES}{article.pk}/related/", {"do": "exclude:", "other": other.pk})
    assert items(article) == {other.pk: (1, True)}


@pytest.mark.parametrize("key", ["0", "abc", "99999999999999999999"])
def test_clicks_on_what_is_no_question_are_not_found(editor, key):
    assert editor.post(f"{ARTICLES}{key}/related/", {"do": "pin:1"}).status_code == 404


def test_only_those_who_may_change_questions_click(articles, client):
    article, other = articles[:2]
    user = make_staff()
    user.user_permissions.add(Permission.objects.get(codename="view_article"))
    looker = sign_in(user)
    assert click(looker, article, f"pin:{other.pk}").status_code == 403
    page = looker.get(change_address(article)).content.decode()
    assert other.title in page
    assert "related-form" not in page
    assert click(client, article, f"pin:{other.pk}").status_code == 302
    assert not RelatedItem.objects.exists()


def test_a_click_needs_the_token_and_a_post(editor, articles):
    editor.handler.enforce_csrf_checks = True
    assert click(editor, articles[0], f"pin:{articles[1].pk}").status_code == 403
    assert editor.get(f"{ARTICLES}{articles[0].pk}/related/").status_code == 405


# --- A click while the form is open, and then 保存 ---------------------------------------


def test_clicks_outlive_the_open_form_and_are_no_part_of_it(editor, articles):
    article, pinned, gone = articles[:3]
    RelatedItem.pin(article, gone)
    values = shown_form(editor.get(change_address(article)))
    assert not [name for name in values if "related" in name]
    fetched(editor, article, "pin", pinned)
    fetched(editor, article, "exclude", gone)
    answer = editor.post(change_address(article), values | {"short_answer": "啊。", "_step": "small"})
    assert answer.status_code == 302, errors_of(answer)
    article.refresh_from_db()
    assert (article.short_answer, items(article)) == ("啊。", {pinned.pk: (2, False), gone.pk: (1, True)})


# --- Titles that say the same ---------------------------------------------------------------


@pytest.mark.parametrize("status", ["draft", "published", "withdrawn"])
def test_a_title_that_is_there_already_is_saved_with_a_warning(editor, status):
    twin = make_article(title="面部肌肉痉挛怎么办？", status=status, withdrawn_reason="有误")
    article = make_article(title="别的？", status="draft")
    answer = send(editor, change_address(article), title="面部肌肉痉挛怎么办")
    assert answer.status_code == 302
    link = f'“<a href="{change_address(twin)}">面部肌肉痉挛怎么办？</a>”'
    assert f"标题与{link}几乎相同" in "".join(map(str, get_messages(answer.wsgi_request)))
    page = editor.get(change_address(article)).content.decode()
    assert f'class="twins">\n  <p>标题与{link}几乎相同' in page
    send(editor, change_address(article), title="眼皮跳怎么办")
    assert 'class="twins"' not in editor.get(change_address(article)).content.decode()


def test_at_most_three_twins_are_named_and_titles_are_escaped(editor):
    for _ in range(5):
        make_article(title="<b>痉挛</b>怎么办？", status="draft")
    answer = send(editor, f"{ARTICLES}add/", title="<b>痉挛</b>怎么办")
    said = "".join(map(str, get_messages(answer.wsgi_request)))
    assert said.count("&lt;b&gt;痉挛&lt;/b&gt;怎么办？</a>") == 3


def test_related_holds_no_two_that_say_the_same(articles):
    article = articles[0]
    for _ in range(2):
        make_article(title="面肌痉挛能治愈吗？", tags=["面肌痉挛"])
    make_article(title="面肌痉挛怎么治", tags=["面肌痉挛"])
    titles = [row.title.rstrip("？") for row in related_articles(Article.objects.get(pk=article.pk), limit=20)]
    assert titles.count("面肌痉挛能治愈吗") == 1
    assert titles.count("面肌痉挛怎么治") == 0
    for neighbour in articles:
        stored = [entry[0] for entry in Article.objects.get(pk=neighbour.pk).related_list.entries]
        found = list(Article.objects.filter(pk__in=stored).values_list("title", flat=True))
        assert found.count("面肌痉挛能治愈吗？") == 1


def test_what_shares_tags_holds_no_two_that_say_the_same():
    tag, now = make_tag("偏头痛", kind=Tag.Kind.DISEASE), timezone.now() - timedelta(days=1)
    titles = ["头痛怎么办？", "头痛怎么办", "天麻有用吗？", "天麻有用吗", "按哪里？"]
    made = Article.objects.bulk_create(
        Article(title=title, status="published", published_at=now, body="<p>甲</p>") for title in titles
    )
    for row in made:
        row.tagged_items.create(tag=tag)
    assert [row.title for row in related_articles(made[0])] == ["按哪里？", "天麻有用吗"]
    for twin in made[1:4]:
        RelatedItem.pin(made[0], twin)
    assert [row.title for row in related_articles(made[0])] == ["头痛怎么办", "天麻有用吗？", "天麻有用吗", "按哪里？"]


def test_computed_ones_stand_although_many_others_share_the_tags(articles):
    tag = make_tag("常见", kind=Tag.Kind.SYMPTOM)
    article = make_article(title="荨麻疹忌口", tags=[tag])
    near = make_article(title="荨麻疹泡澡")
    rows = [Article(title=f"完全不同{n}", status="published", published_at=near.published_at) for n in range(60)]
    for row in Article.objects.bulk_create(rows):
        row.tagged_items.create(tag=tag)
    assert related_articles(Article.objects.get(pk=article.pk))[0].pk == near.pk


def test_what_a_save_costs_does_not_grow(articles):
    manager = sign_in(make_staff("管理员"))
    values = {"title": "面肌痉挛怎么治好？", "tags": "面肌痉挛，神经内科，新标签"}
    article = articles[0]
    form = shown_form(manager.get(change_address(article))) | values | {"_step": "unreviewed"}
    with CaptureQueriesContext(connection) as queries:
        assert manager.post(change_address(article), form).status_code == 302
    assert len([q for q in queries if "search_title" in q["sql"] or "search_document" in q["sql"]]) <= 12
    assert len(queries) <= 92, len(queries)  # three of them for the sentence that the next page says
