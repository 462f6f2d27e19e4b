"""manage.py copycheck, the rows it stores, and the filter of the list that reads them."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.management.commands import copycheck
from articles.models import Article, Proof, Revision
from articles.tests.editing import ARTICLES, change_address, make_staff, send
from articles.tests.factories import make_article
from articles.tests.imports import SEED_PAGE, imported
from articles.text.copyedit import RULES
from articles.workflow import proofs
from articles.workflow.steps import take

pytestmark = pytest.mark.django_db
WHOLE = {
    "title": "面肌痉挛会自己好吗？",
    "when_to_see_a_doctor": "三周不停，去神经内科。",
    "references": "《神经病学》",
}


def run(*arguments):
    """Run the command as an operator would; returns its exit status, what it said and what it complained about."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("copycheck", *arguments, stdout=out, stderr=err, no_color=True)
    except SystemExit as stop:
        status = stop.code
    return status, out.getvalue(), err.getvalue()


def stored(article):
    return dict(article.proofs.values_list("rule", "places"))


def test_the_whole_site_is_summed_up_by_rule():
    make_article(**WHOLE)
    article = make_article(**WHOLE | {"title": "头痛怎么办？", "body": "<p>先休息,再热敷;不急。</p>", "references": ""})
    status, out, err = run()
    assert (status, err) == (0, "")
    assert "      1 个问题        2 处  中文里的半角标点（ascii-punctuation）" in out
    assert "      0 个问题        0 处  繁体字（traditional）" in out
    assert "查了 2 个问题" in out
    assert stored(article) == {"ascii-punctuation": 2, "no-source": 1}
    assert Proof.objects.by_rule(RULES, 10) == {"ascii-punctuation": 1, "no-source": 1}


def test_check_ends_with_1_where_anything_was_found_and_with_0_where_all_is_well():
    make_article(**WHOLE)
    assert run("--check")[0] == 0
    make_article(title="头痛怎么办？")
    assert run("--check")[0] == 1
    assert run("--check", "--rule", "traditional")[0] == 0


def test_one_rule_lists_its_questions_and_leaves_the_rows_of_the_others_alone():
    article = make_article(title="头痛怎么办？", body="<p>先休息,再热敷。</p>")
    run()
    Article.objects.filter(pk=article.pk).update(body="<p>先休息，再热敷。</p>", references="《内科学》")
    status, out, _ = run("--rule", "ascii-punctuation")
    assert "查了 1 个问题" in out
    assert "没有参考资料" not in out
    assert stored(article) == {"no-when": 1, "no-source": 1}
    out = run("--rule", "no-when")[1]
    assert f"头痛怎么办？  没有写何时就医 1 处  http://127.0.0.1:8000{change_address(article)}" in out


def test_a_rule_that_does_not_exist_is_refused():
    with pytest.raises(CommandError, match="no-such-rule"):
        run("--rule", "no-such-rule")


def test_what_is_repaired_loses_its_row_with_the_next_run():
    article = make_article(**WHOLE | {"body": "<p>先休息,再热敷。</p>"})
    run()
    article.body = "<p>先休息，再热敷。</p>"
    article.save()
    run()
    assert stored(article) == {}


def test_an_interrupted_run_keeps_what_it_has_checked(monkeypatch):
    first, second = make_article(title="头痛怎么办？"), make_article(title="发烧怎么办？")
    monkeypatch.setattr(copycheck, "BATCH", 1)
    monkeypatch.setattr(copycheck.Progress, "advance", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    status, _, err = run()
    assert status == 130
    assert "已中断。查过 1 个问题，结果已经存下" in err
    assert stored(first)
    assert not stored(second)


def test_what_somebody_saves_while_it_is_checked_keeps_the_newer_result():
    article = make_article(title="头痛怎么办？", body="<p>先休息,再热敷。</p>")
    old = Article.objects.get(pk=article.pk)
    article.body = "<p>先休息，再热敷。</p>"
    article.save()
    proofs.store([article])
    proofs.store([old])
    assert "ascii-punctuation" not in stored(article)


def test_a_question_deleted_while_it_is_checked_is_no_error():
    article = make_article()
    gone = Article.objects.get(pk=article.pk)
    article.delete()
    proofs.store([gone])
    assert not Proof.objects.exists()


def test_the_cost_of_a_batch_does_not_grow_with_what_is_found():
    def cost():
        with CaptureQueriesContext(connection) as queries:
            run("--rule", "no-when", "--rule", "ascii-punctuation")
        return len(queries)

    make_article(title="头痛怎么办？")
    few = cost()
    for number in range(30):
        make_article(title=f"第{number}种病怎么办？", body="<p>先休息,再热敷。</p>")
    assert cost() == few


def test_the_imported_page_is_in_the_table_with_at_least_five_rules():
    imported(SEED_PAGE)
    run()
    assert len(stored(Article.objects.get(title="面部肌肉痉挛怎么办?"))) >= 5


def test_titles_that_say_the_same_are_found_over_the_whole_site():
    first = make_article(title="糖尿病可以打葡萄糖吗")
    second = make_article(title="糖尿病能打葡萄糖吗？")
    same = [make_article(title="新冠怎么办？"), make_article(title="新冠怎么办？")]
    other = make_article(title="糖尿病可以吃葡萄吗")
    run()
    found = set(Proof.objects.filter(rule="twin-title").values_list("article", flat=True))
    assert found == {first.pk, second.pk, *(article.pk for article in same)}
    assert other.pk not in found


def test_names_of_rules_fit_into_the_table():
    assert max(map(len, RULES)) <= Proof._meta.get_field("rule").max_length


# --- In the admin ------------------------------------------------------------------


def test_the_list_is_filtered_by_rule(editor):
    found = make_article(**WHOLE | {"title": "头痛怎么办？", "body": "<p>先休息,再热敷。</p>"})
    make_article(**WHOLE)
    run()

    def titles(query):
        return [article.title for article in editor.get(f"{ARTICLES}?{query}").context["cl"].result_list]

    assert titles("proof=ascii-punctuation") == [found.title]
    assert titles("proof=traditional") == []
    assert len(titles("proof=nonsense")) == 2
    assert len(titles("proof=%00")) == 2
    assert "中文里的半角标点" in editor.get(ARTICLES).content.decode()


def test_the_filter_offers_rules_that_found_something_with_how_often_and_the_one_that_is_chosen(editor):
    for number in range(3):
        make_article(title=f"感冒{number}？", body="<p>多休息,多喝水。</p>")
    run()
    found = '<details data-filter-title="文字检查".*?</details>'
    shown = re.search(found, editor.get(f"{ARTICLES}?proof=traditional").content.decode(), re.DOTALL)[0]
    offered = re.findall("[^\\s<>]+（[0-9+]+）", shown)
    assert "半角标点（3）" in "".join(offered)
    assert [words for words in offered if words.endswith("（0）")] == [f"{RULES['traditional'].label}（0）"]


def test_saving_the_form_brings_the_rows_up_to_date(editor):
    article = make_article(title="头痛怎么办？", body="<p>先休息,再热敷。</p>", status=Article.Status.DRAFT)
    send(editor, change_address(article), references="《内科学》")
    assert stored(article) == {"ascii-punctuation": 1, "no-when": 1}
    send(editor, change_address(article), body="<p>先休息，再热敷。</p>")
    assert stored(article) == {"no-when": 1}


def test_the_rows_are_of_the_text_that_readers_have_until_a_change_is_approved(editor):
    article = make_article(**WHOLE | {"body": "<p>先休息,再热敷。</p>"})
    run()
    send(editor, change_address(article), body="<p>先休息，再热敷，会好的。</p>", references="", step="submit")
    assert stored(article) == {"ascii-punctuation": 1}
    take(Revision.Step.PUBLISH, article.pk, make_staff("医学审核"))
    article.refresh_from_db()
    assert "会好的" in article.body
    assert stored(article) == {"no-source": 1}
