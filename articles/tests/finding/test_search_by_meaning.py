import os
import subprocess
import sys
from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.engine.embedding import Embedder, UnusableModel
from articles.engine.seam import search_engine
from articles.engine.vectors import Vectors, packed
from articles.finding.search import search
from articles.models import Article, Vector
from articles.models.embedding_engine import FEW
from articles.models.turns import turn
from articles.tests.embedding_models import write_model
from articles.tests.factories import make_article, make_articles, make_tag
from articles.tests.reading import read

pytestmark = pytest.mark.django_db

# 落枕 is what doctors write. That 鸢鸾 means the same is known to the model alone, and to no table of words.
SAME = ["落鸢", "枕鸾"]
OTHERS = [
    "糖尿病人能吃水果吗",
    "高血压要终身吃药吗",
    "孩子发烧怎么办",
    "智齿发炎能拔吗",
    "耳鸣几天了要紧吗",
    "膝盖疼能走路吗",
    "湿疹擦什么药膏",
    "鼻炎怎么护理",
    "疫苗打几针",
    "贫血吃什么补",
    "便秘多喝水管用吗",
    "痛风忌口哪些",
    "近视手术安全吗",
    "脚气会传染吗",
    "白内障何时开刀",
    "荨麻疹反复发作",
    "肺结节随访多久",
    "胆结石需要切除吗",
    "甲亢怀孕影响大吗",
    "骨质疏松补钙",
]


@pytest.fixture
def by_meaning(tmp_path, settings):
    """Switch search by meaning on."""
    settings.EMBEDDING_MODEL = str(write_model(tmp_path / "model", SAME, "".join(OTHERS) + "怎么缓解脖子蛋清"))
    settings.SEARCH_ENGINE = "articles.models.embedding_engine.EmbeddingEngine"
    search_engine.cache_clear()
    yield settings
    search_engine.cache_clear()


@pytest.fixture
def site(by_meaning):
    for at in range(0, len(OTHERS), FEW):
        make_articles({"title": f"{title}？", "body": "<p>请到医院检查。</p>"} for title in OTHERS[at : at + FEW])
    return make_article(title="落枕怎么缓解？", body="<p>热敷，轻轻活动。</p>")


def test_what_is_asked_in_other_words_than_any_question_uses_is_found(site):
    results = search("鸢鸾")
    assert results.keys[0] == site.pk
    assert not results.is_similar
    assert results.total == 1


def test_without_a_model_other_words_find_nothing_and_no_vector_is_written():
    make_article(title="落枕怎么缓解？")
    assert search("鸢鸾").keys == []
    assert not Vector.objects.exists()


def test_a_page_of_results_shows_what_is_meant(client, site):
    assert "落枕怎么缓解？" in read(client.get("/search/", {"q": "鸢鸾"})).text


def test_a_site_about_one_illness_answers_by_words_as_before(by_meaning):
    """None of its questions stands out by what it means, so that none is far."""
    for number in range(30):
        make_article(title=f"落枕怎么缓解{number}？", body="<p>热敷。</p>")
    typed = search("落枕热敷")
    by_meaning.SEARCH_ENGINE = "articles.models.own_engine.OwnEngine"
    search_engine.cache_clear()
    plain = search("落枕热敷")
    assert (set(typed.keys), typed.total) == (set(plain.keys), plain.total) == (set(plain.keys), 30)


def test_what_is_not_close_stands_apart(site):
    results = search("血压")
    assert [Article.objects.get(pk=key).title for key in results.keys] == ["高血压要终身吃药吗？"]
    assert site.pk not in results.keys


def test_what_finds_what_it_means_is_not_corrected_unasked(by_meaning, tmp_path):
    for title in [*OTHERS, "落枕怎么缓解"]:
        make_article(title=f"{title}？")
    assert search("luozhen").query == "落枕"
    by_meaning.EMBEDDING_MODEL = str(write_model(tmp_path / "other", ["粤luozhen"], "".join(OTHERS) + "落枕缓解"))
    search_engine.cache_clear()
    named_so = make_article(title="粤粤粤")
    call_command("embed_questions")
    results = search("luozhen")
    assert (results.query, results.keys, results.offered) == ("luozhen", [named_so.pk], "落枕")


@pytest.mark.parametrize("status", ["draft", "review", "withdrawn"])
def test_what_is_not_published_is_not_found_by_what_it_means(site, status):
    Article.objects.filter(pk=site.pk).update(status=status)
    results = search("鸢鸾")
    assert site.pk not in [*results.keys, *results.weak]
    assert results.total == 0


def test_what_is_published_later_is_not_found_before(site):
    Article.objects.filter(pk=site.pk).update(published_at=timezone.now() + timedelta(hours=1))
    results = search("鸢鸾")
    assert site.pk not in [*results.keys, *results.weak]


def test_what_is_deleted_is_found_no_more(site):
    site.delete()
    assert site.pk not in search("鸢鸾").keys
    assert Vector.objects.count() == len(OTHERS)


def test_a_filter_holds_for_what_is_meant_too(site):
    tag, other = make_tag("骨科", kind="department"), make_tag("内科", kind="department")
    site.tags.add(tag)
    Article.objects.exclude(pk=site.pk).first().tags.add(other)
    assert site.pk in search("鸢鸾", tag).keys
    results = search("鸢鸾", other)
    assert site.pk not in [*results.keys, *results.weak]


def test_a_new_title_is_meant_at_once(site):
    site.title = "智齿发炎怎么办？"
    site.save()
    assert site.pk not in search("鸢鸾").keys


def test_a_title_that_is_changed_past_the_model_of_the_question_is_meant_at_once(site):
    Article.objects.filter(pk=site.pk).update(title="智齿发炎怎么办？")
    assert site.pk not in search("鸢鸾").keys
    other = Article.objects.exclude(pk=site.pk).first()
    Article.objects.filter(pk=other.pk).update(title="落枕怎么缓解？")
    assert search("鸢鸾").keys == [other.pk]
    call_command("embed_questions")
    assert search("鸢鸾").keys == [other.pk]


def test_many_titles_that_are_changed_at_once_wait_for_the_command(site, capsys):
    Article.objects.update(title="落枕怎么缓解？")
    call_command("embed_questions")
    assert f"算好 {len(OTHERS)} 个" in capsys.readouterr().out


def test_a_text_that_stays_is_not_embedded_again(site):
    before = Vector.objects.get(article=site).pk
    site.body = "<p>热敷。</p>"
    site.save()
    assert Vector.objects.get(article=site).pk == before


def test_what_is_written_together_waits_for_the_command(by_meaning, capsys):
    with turn():
        Article.objects.bulk_create(
            Article(title=f"落枕怎么缓解{number}", status="published", published_at=timezone.now())
            for number in range(FEW + 1)
        )
    assert not Vector.objects.exists()
    call_command("check_index")
    assert f"没有向量的 {FEW + 1} 篇，请运行 embed_questions。" in capsys.readouterr().out
    call_command("embed_questions")
    assert f"算好 {FEW + 1} 个" in capsys.readouterr().out
    call_command("embed_questions")
    assert "算好 0 个" in capsys.readouterr().out
    call_command("check_index")
    assert "没有向量的 0 篇。" in capsys.readouterr().out


def test_what_was_changed_while_it_was_embedded_keeps_the_vector_of_what_it_says(site):
    vectors = search_engine().embedded([Article(pk=site.pk, title="膝盖疼能走路吗？")])
    with turn():
        assert search_engine().store(vectors) == 0


def test_the_command_says_that_nothing_is_switched_on():
    with pytest.raises(CommandError, match="EMBEDDING_MODEL"):
        call_command("embed_questions")


def test_another_model_makes_vectors_of_its_own(site, tmp_path, by_meaning, capsys):
    by_meaning.EMBEDDING_MODEL = str(write_model(tmp_path / "other", [], "".join(OTHERS) + "落枕鸢鸾怎么缓解", seed=2))
    search_engine.cache_clear()
    assert search("鸢鸾").keys == []
    call_command("embed_questions")
    assert f"算好 {len(OTHERS) + 1} 个" in capsys.readouterr().out
    assert set(Vector.objects.values_list("model", flat=True)) == {search_engine().embedder.name}


def test_a_model_whose_weights_stand_in_a_file_beside_it_is_known_by_them(tmp_path):
    folder = write_model(tmp_path / "model", [], "落枕")
    alone = Embedder(folder).name
    names = set()
    for weights in (b"one", b"two"):
        (folder / "model.onnx_data").write_bytes(weights)
        names.add(Embedder(folder).name)
    assert len({alone, *names}) == 3


@pytest.mark.django_db(transaction=True)
def test_a_process_takes_in_what_another_one_has_embedded(site):
    assert search("鸢鸾").keys == [site.pk]
    other = make_article(title="落枕？")
    assert other.pk in search("鸢鸾").keys
    other.title = "孩子发烧怎么办？"
    other.save()
    assert other.pk not in search("鸢鸾").keys


@pytest.mark.django_db(transaction=True)
def test_what_is_written_after_the_newest_was_deleted_is_meant_too(site):
    assert search("鸢鸾").keys == [site.pk]
    site.delete()
    other = make_article(title="落枕？")
    assert other.pk in search("鸢鸾").keys


def test_a_word_that_everybody_knows_still_finds_first_what_holds_it(site):
    assert search("落枕").keys[0] == site.pk


@pytest.mark.parametrize("query", ["？", "\u200b", "医生", "a" * 100, "'; DROP TABLE", "😀"])
def test_any_text_may_be_asked(client, site, query):
    assert client.get("/search/", {"q": query}).status_code == 200


def test_a_search_costs_one_query_more(site, django_assert_num_queries):
    search("鸢鸾")
    with django_assert_num_queries(5):
        search("鸢鸾")


def test_what_holds_the_whole_query_in_its_answer_alone_still_answers(site):
    about = make_article(title="蛋清？", body="<p>请到医院检查。</p>")
    held = make_article(title="疫苗打几针，何时打？", body="<p>对蛋清过敏的人先问医生。</p>")
    near = search_engine().near("蛋清")
    assert near.of(held.pk) < near.far
    assert search("蛋清").keys == [about.pk, held.pk]


def test_on_a_small_site_words_alone_tell_what_answers(by_meaning):
    keys = {make_article(title=title, body="<p>先问医生：蛋清过敏 者慎护理。</p>").pk for title in OTHERS[:3]}
    results = search("医生蛋清过敏怎么护理")
    assert (set(results.keys), results.is_similar) == (keys, False)


def test_a_number_is_no_more_exact_than_what_has_been_looked_at(by_meaning):
    with turn():
        Article.objects.bulk_create(
            Article(title=f"落枕怎么缓解{number}", status="published", published_at=timezone.now())
            for number in range(120)
        )
    assert search("落枕").shown_total == "找到 120 个问题，显示最相近的 100 个"
    call_command("embed_questions")
    assert search("落枕").shown_total.startswith("约 ")


def test_what_holds_half_of_a_query_and_is_about_something_else_stands_apart(site):
    half = make_article(title="鼻炎怎么护理，虾皮？", body="<p>请到医院检查。</p>")
    near = search_engine().near("落枕 虾皮")
    assert near.of(half.pk) < near.far
    results = search("落枕 虾皮")
    assert half.pk not in results.keys
    assert half.pk in results.weak


# --- The model ---


@pytest.mark.parametrize(
    ("file", "content"),
    [("model.onnx", b"no model"), ("tokenizer.json", b"{}"), ("config_sentence_transformers.json", b"{")],
)
def test_a_folder_with_a_broken_file_is_told(tmp_path, file, content):
    folder = write_model(tmp_path, SAME, "")
    (folder / file).write_bytes(content)
    with pytest.raises(UnusableModel, match="holds no model that can be read"):
        Embedder(folder)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_a_folder_without_a_file_is_told(tmp_path, file):
    folder = write_model(tmp_path, SAME, "")
    (folder / file).unlink()
    with pytest.raises(ImproperlyConfigured, match="needs tokenizer.json and model.onnx"):
        Embedder(folder)


@pytest.mark.parametrize(
    ("content", "said"), [(b"no model", "holds no model that can be read"), (None, "tokenizer.json and model.onnx")]
)
def test_a_model_that_cannot_be_used_stops_the_start(tmp_path, content, said):
    folder = write_model(tmp_path, SAME, "")
    (folder / "model.onnx").write_bytes(content or b"")
    if content is None:
        (folder / "tokenizer.json").unlink()
    answer = subprocess.run(
        [sys.executable, "-m", "healthqa.ready"],
        env={**os.environ, "EMBEDDING_MODEL": str(folder), "SECRET_KEY": "x" * 50},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert said in answer.stderr


def test_a_site_without_a_model_imports_nothing_for_it():
    code = (
        "import django, sys; django.setup(); from articles.engine.seam import search_engine; search_engine(); "
        "print([name for name in ('numpy', 'onnxruntime', 'tokenizers') if name in sys.modules])"
    )
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "healthqa.settings", "SECRET_KEY": "x" * 50}
    answer = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_text_means_the_same_alone_and_beside_a_longer_one(tmp_path):
    embedder = Embedder(write_model(tmp_path, SAME, "".join(OTHERS)))
    alone, beside = embedder.passages(["鸢鸾"])[0], embedder.passages(["鸢鸾", OTHERS[0]])[0]
    assert np.allclose(alone, beside, atol=1e-6)


def test_what_the_model_wants_before_queries_and_passages_is_put_there(tmp_path):
    plain = Embedder(write_model(tmp_path / "a", SAME, "问答"))
    folder = write_model(tmp_path / "b", SAME, "问答", query="问", passage="答")
    embedder = Embedder(folder)
    assert np.allclose(embedder.query("枕"), plain.query("问枕"))
    assert np.allclose(embedder.passages(["枕"]), plain.passages(["答枕"]))
    assert embedder.name != plain.name


# --- Vectors ---


def test_the_nearest_are_those_of_the_highest_cosines():
    random = np.random.default_rng(1)
    rows = random.normal(size=(3_000, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    keys = random.permutation(10_000)[: len(rows)]
    near = Vectors((int(key), packed(row)) for key, row in zip(keys, rows, strict=True)).near(rows[7])
    exact = {int(key): float(row @ rows[7]) for key, row in zip(keys, rows, strict=True)}
    assert near.best(1) == [int(keys[7])]
    assert len(set(near.best(50)) & set(sorted(exact, key=exact.get)[-50:])) >= 49
    assert near.of(int(keys[7])) > near.close > 0
    assert near.far == near.of(20_000) < near.close  # of one without a vector nothing is known


def test_a_vector_takes_the_place_of_the_one_before():
    one, two, *others = np.eye(32, dtype=np.float32)
    vectors = Vectors([(5, packed(one)), (6, packed(two)), *((10 + at, packed(row)) for at, row in enumerate(others))])
    assert vectors.near(one).best(1) == [5]
    vectors.put([(5, packed(two)), (6, packed(one))])
    assert vectors.near(one).best(1) == [6]


def test_of_few_vectors_nothing_is_told():
    row = np.eye(4, dtype=np.float32)[0]
    assert not Vectors().are_enough
    assert not Vectors((key, packed(row)) for key in range(5)).are_enough
    assert Vectors((key, packed(row)) for key in range(20)).are_enough


def test_where_all_mean_the_same_none_is_far():
    row = np.eye(4, dtype=np.float32)[0]
    near = Vectors((key, packed(row)) for key in range(50)).near(row)
    assert near.of(7) == 0 > near.far
    assert near.close > 0
