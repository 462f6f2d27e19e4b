"""The next question of the queue, and the address that tells a browser which unsaved form it may forget."""

import pytest
from django.contrib.auth.models import User

from articles.models import Article, Revision
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


def review_address(article):
    return f"{ARTICLES}{article.pk}/review/"


def decide(client, article, step="publish", **values):
    seen = Revision.objects.filter(article=article).order_by("-number").values_list("number", flat=True).first() or 0
    return client.post(review_address(article), {"_step": step, "seen": seen, "_next": "1", **values})


@pytest.mark.parametrize(("step", "comment"), [("publish", ""), ("return", "请补充剂量。")])
def test_a_decision_that_goes_on_opens_the_next_waiting_question(reviewer, step, comment):
    first, second, third = (make_article(status=Status.REVIEW) for _ in range(3))
    assert decide(reviewer, second, step, comment=comment).url == review_address(third)
    assert decide(reviewer, third, step, comment=comment).url == review_address(first)
    answer = decide(reviewer, first, step, comment=comment)
    assert answer.url == ARTICLES
    assert "没有别的等您审核的问题了" in reviewer.get(ARTICLES).content.decode()


def test_going_on_leaves_out_what_this_person_has_written(reviewer):
    user = User.objects.get(pk=reviewer.session["_auth_user_id"])
    own, waiting, other = (make_article(status=Status.REVIEW) for _ in range(3))
    Revision.objects.create(article=own, number=1, step="submit", state="closed", by=user, changed=500, content={})
    assert decide(reviewer, other).url == review_address(waiting)


def test_a_decision_that_is_refused_goes_nowhere(reviewer):
    article, _ = make_article(status=Status.REVIEW), make_article(status=Status.REVIEW)
    answer = decide(reviewer, article, "return", comment="")
    assert answer.status_code == 200
    assert Article.objects.get(pk=article.pk).status == Status.REVIEW


def test_a_decision_without_going_on_leads_to_the_list(reviewer):
    article, _ = make_article(status=Status.REVIEW), make_article(status=Status.REVIEW)
    assert reviewer.post(review_address(article), {"_step": "publish", "seen": "0"}).url == ARTICLES


def test_the_form_goes_on_to_the_form_of_the_next_one(reviewer):
    first, second = make_article(status=Status.REVIEW), make_article(status=Status.REVIEW)
    assert send(reviewer, change_address(first), step="publish", _next="1").url == change_address(second)


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


def test_the_browser_is_told_which_question_the_form_for_a_new_one_has_become(editor):
    made = []
    for number in range(10):
        send(editor, f"{ARTICLES}add/", _unsaved=f"form{number}", title=f"第{number}个新问题？")
        made.append(f"form{number}.{Article.objects.latest('pk').pk}")
    assert editor.cookies["questions_made"].value == "_".join(made[-8:])
    assert editor.cookies["questions_made"]["path"] == ARTICLES
    editor.cookies["questions_made"] = "?.1 _form.x"
    send(editor, f"{ARTICLES}add/", _unsaved="last", title="又一个新问题？")
    assert editor.cookies["questions_made"].value == f"last.{Article.objects.latest('pk').pk}"
    assert "questions_made" not in send(editor, f"{ARTICLES}add/", _unsaved="x", title="").cookies
