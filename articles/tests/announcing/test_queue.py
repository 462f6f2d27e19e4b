"""What search engines are told when something is published, changed or withdrawn, whichever way."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.announcing import queue, services
from articles.announcing.worker import push
from articles.models import AddressChange, Article, Doctor, Page, PushedAddress, PushService, Tag
from articles.tests.factories import make_article, make_doctor, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(baidu):
    """Return what Baidu is told from now on, each time this is called: (step, path)."""
    baidu.takes_all()

    def tell():
        before = len(baidu.calls)
        push()
        return [(call.step, path) for call in baidu.calls[before:] for path in call.paths]

    return tell


def test_published_question_is_told_once(told):
    article = make_article()
    assert told() == [("urls", article.get_absolute_url())]
    assert told() == []


def test_draft_is_told_to_nobody_until_it_is_published(told):
    article = make_article(status="draft", published_at=None)
    article.title = "改了标题的草稿？"
    article.save()
    assert told() == []
    article.publish()
    assert told() == [("urls", article.get_absolute_url())]


def test_changed_question_is_told_as_changed_and_one_saved_as_it_was_is_not(told):
    article = make_article()
    told()
    article.save()
    Article.objects.filter(pk=article.pk).update(like_count=9, imported_likes=9)
    assert told() == []
    article.body = "<p>新的回答。</p>"
    article.save()
    article.title = "新的标题？"
    article.save()
    assert told() == [("update", article.get_absolute_url())]


@pytest.mark.parametrize("way", ["withdrawn", "excerpt", "postponed", "deleted", "by hand"])
def test_question_that_readers_or_engines_lose_is_told_as_gone(told, way):
    article = make_article()
    address = article.get_absolute_url()
    told()
    if way == "withdrawn":
        article.withdraw("过时了")
    elif way == "deleted":
        article.delete()
    elif way == "by hand":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE articles_article SET status = 'draft' WHERE id = %s", [article.pk])
    else:
        change = {"is_excerpt": True} if way == "excerpt" else {"published_at": timezone.now() + timedelta(days=1)}
        Article.objects.filter(pk=article.pk).update(**change)
    assert told() == [("del", address)]
    assert told() == []


def test_question_that_comes_back_is_told_as_new(told):
    article = make_article()
    told()
    article.withdraw("查一查")
    told()
    article.publish()
    assert told() == [("urls", article.get_absolute_url())]


def test_what_was_public_before_pushing_was_switched_on_is_told_when_it_goes(db, settings, request):
    article = make_article()
    told = request.getfixturevalue("told")
    assert told() == []
    article.withdraw("过时了")
    assert told() == [("del", article.get_absolute_url())]


def test_what_comes_and_goes_between_two_looks_was_never_told_and_needs_no_word(told):
    article = make_article(status="draft", published_at=None)
    with transaction.atomic():
        article.publish()
        Article.objects.filter(pk=article.pk).update(status="draft")
    AddressChange.objects.update(was_public=False)  # it was public for an instant only
    assert told() == []


def test_excerpts_are_never_told(told):
    article = make_article(is_excerpt=True)
    article.body = "<p>还是一部分。</p>"
    article.save()
    assert told() == []
    article.is_excerpt = False
    article.save()
    assert told() == [("urls", article.get_absolute_url())]


def test_scheduled_question_is_told_when_its_time_has_come(told):
    article = make_article(published_at=timezone.now() + timedelta(hours=1))
    assert told() == []
    article.title = "改了标题？"
    article.save()
    assert told() == []
    AddressChange.objects.update(due_at=timezone.now())
    assert told() == []  # not by the clock of the queue, but by that of readers
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now() - timedelta(seconds=1))
    assert told() == [("urls", article.get_absolute_url())]


def test_time_alone_makes_a_scheduled_question_due(told):
    article = make_article(published_at=timezone.now() + timedelta(seconds=1))
    assert told() == []
    while not article.is_public:
        pass
    assert told() == [("urls", article.get_absolute_url())]


def test_scheduled_question_that_is_taken_back_was_never_there(told):
    article = make_article(published_at=timezone.now() + timedelta(hours=1))
    article.withdraw("不发了")
    assert told() == []
    AddressChange.objects.update(due_at=timezone.now())
    assert told() == []


def test_change_that_is_taken_back_is_not_told(told):
    article = make_article()
    told()
    with transaction.atomic():
        article.withdraw("过时了")
        transaction.set_rollback(True)
    assert told() == []


def test_tag_is_told_when_its_page_says_something_and_when_it_no_longer_does(told):
    tag = make_tag("面肌痉挛")
    articles = [make_article(tags=[tag]) for _ in range(2)]
    assert ("urls", tag.get_absolute_url()) not in told()
    articles.append(make_article(tags=[tag]))
    assert ("urls", tag.get_absolute_url()) in told()
    make_article(tags=[tag])
    assert tag.get_absolute_url() not in dict(map(reversed, told()))  # a longer list is no other page
    articles[0].tags.clear()
    articles[1].withdraw("过时了")
    assert ("del", tag.get_absolute_url()) in told()


def test_introduction_makes_a_page_of_a_tag_that_has_a_question(told):
    tag = make_tag("痛风")
    tag.introduction = "关节里的结晶。"
    tag.save()
    assert told() == []
    make_article(tags=[tag])
    assert ("urls", tag.get_absolute_url()) in told()
    tag.introduction = "关节里的尿酸结晶。"
    tag.save()
    assert told() == [("update", tag.get_absolute_url())]


def test_new_address_of_a_tag_is_told_with_the_old_one(told):
    tag = make_tag("痛风", introduction="关节里的结晶。")
    make_article(tags=[tag])
    told()
    old = tag.get_absolute_url()
    Tag.objects.filter(pk=tag.pk).update(slug="gout")
    tag.refresh_from_db()
    assert sorted(told()) == [("del", old), ("urls", tag.get_absolute_url())]


def test_doctor_is_told_with_the_first_answer_and_when_the_last_one_goes(told):
    doctor = make_doctor()
    assert told() == []
    article = make_article(doctor=doctor)
    assert ("urls", doctor.get_absolute_url()) in told()
    Doctor.objects.filter(pk=doctor.pk).update(biography="从医三十年。")
    assert told() == [("update", doctor.get_absolute_url())]
    article.withdraw("过时了")
    assert ("del", doctor.get_absolute_url()) in told()


def test_flat_page_is_told_when_it_comes_changes_and_goes(told):
    page = Page.objects.create(slug="about", title="关于", body="<p>我们。</p>")
    assert told() == [("urls", "/about/")]
    page.body = "<p>我们是谁。</p>"
    page.save()
    assert told() == [("update", "/about/")]
    page.delete()
    assert told() == [("del", "/about/")]


def test_nothing_is_noted_while_no_token_is_set():
    article = make_article(tags=[make_tag(introduction="介绍。")], doctor=make_doctor())
    article.withdraw("过时了")
    assert not AddressChange.objects.exists()


def test_token_that_is_taken_away_empties_the_queue(told, settings):
    make_article()
    settings.BAIDU_PUSH_TOKEN = ""
    queue.follow_settings(services.switched_on())
    assert not PushService.objects.exists()
    assert not AddressChange.objects.exists()
    make_article()
    assert not AddressChange.objects.exists()


def test_saving_costs_no_statement_more(baidu):
    article = make_article(tags=[make_tag()], doctor=make_doctor(), short_answer="先休息。")

    def cost():
        article.short_answer = "先休息。" if article.short_answer == "先热敷。" else "先热敷。"
        with CaptureQueriesContext(connection) as queries:
            article.save()
        return len(queries)

    for _ in range(2):
        with_it = [cost(), cost()]
    noted = AddressChange.objects.count()
    PushService.objects.all().delete()
    assert [cost(), cost()] == with_it
    assert AddressChange.objects.count() == noted


def test_thousands_of_changes_are_one_call(baidu):
    baidu.takes_all()
    rows = [Article(title=f"第{n}题？", status="published", published_at=timezone.now()) for n in range(2_001)]
    Article.objects.bulk_create(rows)
    push()
    assert [len(call.urls) for call in baidu.calls] == [2_000, 1]


def test_all_that_is_public_can_be_told_again(told):
    article, other = make_article(), make_article()
    told()
    make_article(status="draft")
    PushedAddress.objects.filter(key=str(other.pk)).update(told="refused")
    assert queue.let_all_wait(services.switched_on()) == 2
    assert sorted(told()) == [("update", article.get_absolute_url()), ("urls", other.get_absolute_url())]
