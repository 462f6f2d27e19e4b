"""The next question of the queue, and the address that tells a browser which unsaved form it may forget."""

import pytest

from articles.models import Article
from articles.tests.editing import ARTICLES, change_address, make_staff, send, sign_in
from articles.tests.factories import make_article

pytestmark = pytest.mark.django_db
NEXT = f"{ARTICLES}next/"
Status = Article.Status


def test_next_leads_from_one_waiting_question_to_the_other_and_round(reviewer):
    first, second = make_article(status=Status.REVIEW), make_article(status=Status.REVIEW)
    for status in (Status.DRAFT, Status.PUBLISHED):
        make_article(status=status)
    assert reviewer.get(NEXT).url == change_address(first)
    assert reviewer.get(f"{NEXT}?after={first.pk}").url == change_address(second)
    assert reviewer.get(f"{NEXT}?after={second.pk}").url == change_address(first)


def test_the_last_one_of_the_queue_leads_to_the_list_that_says_so(reviewer):
    only = make_article(status=Status.REVIEW)
    answer = reviewer.get(f"{NEXT}?after={only.pk}", follow=True)
    assert answer.redirect_chain == [(ARTICLES, 302)]
    assert "没有别的待审的问题了" in answer.content.decode()


@pytest.mark.parametrize("after", ["", "\x00", "-1", "9" * 40, "abc"])
def test_strange_places_in_the_queue_are_its_beginning(reviewer, after):
    waiting = make_article(status=Status.REVIEW)
    assert reviewer.get(NEXT, {"after": after}).url == change_address(waiting)


def test_the_queue_is_for_those_who_see_questions(client):
    assert sign_in(make_staff()).get(NEXT).status_code == 403
    assert "/admin/login/" in client.get(NEXT).url


def test_the_form_says_whose_and_which_it_is(editor):
    article = make_article()
    page = editor.get(change_address(article)).content.decode()
    assert f'data-article="{article.pk}"' in page
    assert f'data-next="{NEXT}?after={article.pk}"' in page
    assert 'data-article="new"' in editor.get(f"{ARTICLES}add/").content.decode()


def test_only_a_saved_form_is_named_as_saved(editor):
    article = make_article()
    name = "0123456789abcdef"
    assert send(editor, change_address(article), _unsaved=name).url.endswith(f"#saved-{name}")
    assert send(editor, f"{ARTICLES}add/", _unsaved=name, title="新？").url.count(f"#saved-{name}") == 1
    assert send(editor, change_address(article), _unsaved=name, title="").status_code == 200
    for strange in ("", "a b", "#", "<script>", "x" * 41, "\r\nLocation: https://elsewhere"):
        assert "#" not in send(editor, change_address(article), _unsaved=strange).url
