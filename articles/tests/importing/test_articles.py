import json
from datetime import UTC, datetime

import pytest
from django.db.models import F
from django.utils import timezone

from articles.models import Article, Doctor, Like, RelatedItem, Tag, TagAlias, TaggedArticle
from articles.tests.factories import make_article, make_doctor, make_tag
from articles.tests.imports import SEED_PAGE, imported, json_lines, page_file, run_import

pytestmark = pytest.mark.django_db

ROW = {"source": "a:1", "title": "感冒怎么办？", "body": "多喝水。", "published_at": "2025-06-24 23:05:25", "likes": 3}


def everything():
    """What an import can write, without the times of saving."""
    articles = Article.objects.values().order_by("pk")
    return [
        [{name: value for name, value in row.items() if name != "created_at"} for row in articles],
        *(list(model.objects.order_by("pk").values()) for model in (Doctor, Tag, TaggedArticle, RelatedItem)),
    ]


def test_a_row_becomes_an_article_with_everything_that_it_says(tmp_path):
    row = {
        "source_id": 17,
        "title": "  HPV\t感染怎么办？\n",
        "author": {"name": "李医生", "professional_title": "主任医师", "department": "妇科", "hospital": "市一院"},
        "department": "妇产科",
        "published_at": "2025-06-24T23:05:25+08:00",
        "revised_at": "2025-07-01",
        "likes": 12,
        "short_answer": "多数人两年内自己转阴。",
        "body": "先别怕。一、复查。二、接种疫苗。",
        "when_to_see_a_doctor": "出血时。\r\n\r\n疼痛时。",
        "urgency": "soon",
        "tags": ["HPV", "宫颈癌、疫苗"],
        "references": ["指南 2024", "https://guide.example/1"],
        "reviewer": "王医生",
        "reviewed_on": "2025-07-02",
    }
    assert "新建 1，更新 0，不变 0" in imported(json_lines(tmp_path / "x.jsonl", row))
    article = Article.objects.get()
    assert article.source == "17"
    assert article.title == "HPV 感染怎么办？"
    assert (article.doctor.name, article.doctor.affiliation) == ("李医生", "主任医师 · 妇科 · 市一院")
    assert article.published_at == datetime(2025, 6, 24, 15, 5, 25, tzinfo=UTC)
    assert article.revised_at == datetime(2025, 6, 30, 16, tzinfo=UTC)
    assert (article.imported_likes, article.like_count) == (12, 12)
    assert article.body == "<p>先别怕。</p>\n<p>一、复查。</p>\n<p>二、接种疫苗。</p>"
    assert article.excerpt == "先别怕。 一、复查。 二、接种疫苗。"
    assert article.when_to_see_a_doctor == "出血时。\n\n疼痛时。"
    assert (article.short_answer, article.urgency) == ("多数人两年内自己转阴。", "soon")
    assert article.reference_list == ["指南 2024", "https://guide.example/1"]
    assert (article.reviewer.name, str(article.reviewed_on)) == ("王医生", "2025-07-02")
    assert (article.status, article.is_excerpt) == ("published", False)
    assert article.department.name == "妇产科"
    assert [item.tag.name for item in article.tagged_items.all()] == ["妇产科", "HPV", "宫颈癌", "疫苗"]


def test_second_import_changes_nothing(tmp_path):
    rows = [ROW, {"title": "没有来源键", "doctor": "李医生"}, {"source": "a:3", "title": "只有摘要", "excerpt": "先"}]
    paths = [json_lines(tmp_path / "x.jsonl", *rows), SEED_PAGE]
    imported(*paths)
    before = everything()
    assert "合计 2 个文件：新建 0，更新 0，不变 14，失败 0 个文件" in imported(*paths)
    assert everything() == before


def test_corrections_of_an_editor_survive_the_same_file(tmp_path):
    path = json_lines(tmp_path / "x.jsonl", ROW)
    imported(path)
    article = Article.objects.get()
    article.title, article.body = "感冒了怎么办？", "<p>先休息。</p>"
    article.save()
    assert "新建 0，更新 0，不变 1" in imported(path)
    article.refresh_from_db()
    assert (article.title, article.body) == ("感冒了怎么办？", "<p>先休息。</p>")


def test_a_changed_row_updates_its_article_and_leaves_what_it_does_not_say(tmp_path):
    imported(json_lines(tmp_path / "x.jsonl", {**ROW, "tags": "感冒、发烧"}))
    article = Article.objects.get()
    article.short_answer, article.status, article.withdrawn_reason = "休息几天。", "withdrawn", "有误"
    article.save()
    changed = {"source": "a:1", "title": "感冒怎么办？", "body": "多喝热水。"}
    assert "新建 0，更新 1，不变 0" in imported("--status", "draft", json_lines(tmp_path / "y.jsonl", changed))
    updated = Article.objects.get()
    assert (updated.pk, updated.body, updated.excerpt) == (article.pk, "<p>多喝热水。</p>", "多喝热水。")
    assert (updated.short_answer, updated.status, updated.imported_likes) == ("休息几天。", "withdrawn", 3)
    assert updated.published_at == article.published_at
    assert updated.tags.count() == 2
    assert updated.updated_at > article.updated_at


def test_tags_that_a_changed_row_says_replace_the_former_ones(tmp_path):
    imported(json_lines(tmp_path / "x.jsonl", {**ROW, "tags": "感冒、发烧"}))
    imported(json_lines(tmp_path / "x.jsonl", {**ROW, "tags": "发烧、咳嗽"}))
    assert {tag.name for tag in Article.objects.get().tags.all()} == {"发烧", "咳嗽"}


def test_likes_given_here_stay_counted_when_the_imported_number_changes(tmp_path):
    imported(json_lines(tmp_path / "x.jsonl", ROW, {**ROW, "source": "a:2", "likes": 5}))
    for article in Article.objects.all():
        article.like("reader")
    imported(json_lines(tmp_path / "x.jsonl", {**ROW, "likes": 1}, {**ROW, "source": "a:2", "likes": "12.0"}))
    assert list(Article.objects.order_by("source").values_list("imported_likes", "like_count")) == [(1, 2), (12, 13)]
    assert not Article.objects.exclude(like_count=F("imported_likes") + 1).exists()
    assert Like.objects.count() == 2


def test_new_articles_get_the_status_that_the_operator_asks_for(tmp_path):
    imported("--status", "draft", json_lines(tmp_path / "x.jsonl", ROW, {"title": "没有时间"}))
    assert set(Article.objects.values_list("status", flat=True)) == {"draft"}
    assert Article.objects.get(title="没有时间").published_at is None


def test_a_published_row_without_a_time_is_published_now(tmp_path):
    before = timezone.now()
    imported(json_lines(tmp_path / "x.jsonl", {"title": "没有时间", "body": "多喝水。"}))
    assert before <= Article.objects.get().published_at <= timezone.now()


def test_a_row_without_an_answer_is_an_excerpt(tmp_path):
    rows = [{"title": "甲"}, {"title": "乙", "body": " ", "body_html": None, "excerpt": "先多喝水，"}]
    imported(json_lines(tmp_path / "x.jsonl", *rows))
    assert list(Article.objects.order_by("pk").values_list("is_excerpt", "body", "excerpt")) == [
        (True, "", ""),
        (True, "<p>先多喝水，</p>", "先多喝水…"),
    ]


def test_an_excerpt_never_takes_the_place_of_an_answer(tmp_path):
    imported(json_lines(tmp_path / "x.jsonl", ROW))
    imported(json_lines(tmp_path / "x.jsonl", {"source": "a:1", "title": "感冒？", "excerpt": "多喝", "likes": 9}))
    article = Article.objects.get()
    assert (article.body, article.is_excerpt) == ("<p>多喝水。</p>", False)
    assert (article.title, article.like_count) == ("感冒？", 9)


def test_blank_html_never_takes_the_place_of_an_answer(tmp_path):
    imported(json_lines(tmp_path / "x.jsonl", ROW))
    imported(json_lines(tmp_path / "x.jsonl", {"source": "a:1", "title": "感冒？", "body_html": " \n"}))
    article = Article.objects.get()
    assert (article.title, article.body, article.is_excerpt) == ("感冒？", "<p>多喝水。</p>", False)


def test_an_answer_completes_an_excerpt(tmp_path):
    imported(json_lines(tmp_path / "x.jsonl", {"source": "a:1", "title": "感冒怎么办？", "excerpt": "多喝"}))
    imported(json_lines(tmp_path / "x.jsonl", ROW))
    article = Article.objects.get()
    assert (article.body, article.is_excerpt) == ("<p>多喝水。</p>", False)


def test_rows_without_a_source_are_known_by_title_doctor_and_time(tmp_path):
    row = {"title": "ＨＰＶ怎么办?", "doctor": "李医生", "published_at": "2025-06-24 08:00", "body": "一。"}
    imported(json_lines(tmp_path / "x.jsonl", row, {**row, "doctor": "王医生"}))
    out = imported(json_lines(tmp_path / "x.jsonl", {**row, "published_at": "2025-06-24T00:00Z", "body": "二。"}))
    assert "新建 0，更新 1，不变 0" in out
    assert Article.objects.count() == 2


def test_html_is_sanitised(tmp_path):
    html = '<h1 class="x">一</h1><p onclick="x()">二<script>alert(1)</script></p><a href="java&#1;script:x()">三</a>'
    imported(json_lines(tmp_path / "x.jsonl", {"title": "甲", "body_html": html, "body": "别的"}))
    assert Article.objects.get().body == '<h2>一</h2><p>二</p><a rel="noopener noreferrer">三</a>'


def test_a_body_that_no_form_could_save_again_is_refused_with_its_length(tmp_path):
    rows = [{"title": "长？", "body_html": f"<p>{'长' * length}</p>"} for length in (199_993, 199_994)]
    assert "新建 1" in imported(json_lines(tmp_path / "a.jsonl", rows[0]))
    run = run_import(json_lines(tmp_path / "b.jsonl", {**rows[1], "title": "更长？"}))
    assert run.status == 1
    assert "“正文”含格式有 200001 个字符，最多 200000 个字符" in run.err
    assert not Article.objects.filter(title="更长？").exists()


def test_a_longer_body_from_before_does_not_stand_in_the_way_of_other_changes(tmp_path):
    row = {"source": "a:1", "title": "长？", "body": "短"}
    imported(json_lines(tmp_path / "a.jsonl", row))
    Article.objects.update(body=f"<p>{'长' * 250_000}</p>")
    imported(json_lines(tmp_path / "b.jsonl", {"source": "a:1", "title": "改了？", "body": "长" * 250_000}))
    assert Article.objects.get().title == "改了？"


def test_a_doctor_is_the_name_and_the_hospital(tmp_path):
    first = make_doctor(name="张伟", hospital="市一院（北院）", professional_title="主任医师")
    rows = [
        {"title": "1", "doctor": "张伟"},
        {"title": "2", "doctor": {"name": "张伟", "hospital": "市一院(北院)", "professional_title": "医师"}},
        {"title": "3", "doctor": "张伟", "hospital": "市二院"},
        {"title": "4", "doctor": {"姓名": "张伟", "医院": "市二院"}},
        {"title": "5", "doctor": "刘洋", "职称": "医师"},
        {"title": "6", "doctor": " 刘洋 ", "reviewer": "张伟"},
    ]
    imported(json_lines(tmp_path / "x.jsonl", *rows))
    doctors = {article.title: article.doctor for article in Article.objects.select_related("doctor")}
    assert doctors["1"] == doctors["2"] == Article.objects.get(title="6").reviewer == first
    assert doctors["3"] == doctors["4"] != first
    assert doctors["5"] == doctors["6"]
    assert doctors["5"].professional_title == "医师"
    first.refresh_from_db()
    assert first.professional_title == "主任医师"
    assert Doctor.objects.count() == 3


def test_tags_go_through_aliases_and_departments_get_their_kind(tmp_path):
    spasm = make_tag("面肌痉挛", kind="disease")
    TagAlias.objects.create(tag=spasm, name="面肌痙攣")
    make_tag("眼科", kind="other")
    row = {"title": "甲", "department": "神经内科", "tags": "面肌痙攣，面肌痉挛；ＨＰＶ、hpv"}
    imported(json_lines(tmp_path / "x.jsonl", row, {"title": "乙", "tags": "神经内科", "department": "眼科"}))
    assert {tag.name: tag.kind for tag in Tag.objects.all()} == {
        "面肌痉挛": "disease",
        "神经内科": "department",
        "眼科": "other",
        "HPV": "other",
    }
    assert {tag.name for tag in Article.objects.get(title="甲").tags.all()} == {"神经内科", "面肌痉挛", "HPV"}


def test_unknown_keys_are_ignored_and_named_once(tmp_path):
    rows = [{"title": str(n), "kind": "qa", "ask": "问", "doctor": {"name": "李医生", "age": 50}} for n in range(3)]
    out = imported(json_lines(tmp_path / "x.jsonl", *rows), json_lines(tmp_path / "y.jsonl", *rows))
    assert out.count("忽略的字段：ask、doctor.age、kind\n") == 1


def test_the_first_of_two_keys_with_one_meaning_counts_and_the_other_is_named(tmp_path):
    out = imported(json_lines(tmp_path / "x.jsonl", {"source_id": "b", "source": "a", "title": "甲"}))
    assert Article.objects.get().source == "a"
    assert "忽略的字段：source_id\n" in out


def test_dry_run_tells_the_plan_and_writes_nothing(tmp_path):
    path = json_lines(tmp_path / "x.jsonl", ROW, {**ROW, "source": "a:2", "doctor": "李医生", "tags": "感冒"})
    imported(json_lines(tmp_path / "y.jsonl", {**ROW, "body": "旧的。"}))
    before = everything()
    out = imported("--dry-run", path, SEED_PAGE, path)
    assert f"{path}：计划：新建 1，更新 1，不变 0\n" in out
    assert f"{SEED_PAGE}：计划：新建 11，更新 0，不变 0\n" in out
    assert f"{path}：计划：新建 0，更新 0，不变 2\n" in out
    assert everything() == before


def test_dry_run_names_what_is_wrong(tmp_path):
    bad = json_lines(tmp_path / "x.jsonl", ROW, {"title": "甲", "likes": -1})
    run = run_import("--dry-run", bad)
    assert (run.status, run.err) == (1, f"{bad}:2: “点赞”不能是负数。\n")


def test_dry_run_foresees_that_a_page_completes_what_another_lists(tmp_path):
    first = page_file(tmp_path / "1.txt", items=[("咳嗽怎么办？", "2025-06-20", "先")])
    second = page_file(tmp_path / "2.txt", title="咳嗽怎么办？", byline="王医生 2025-06-20 08:00:00 2")
    planned = imported("--dry-run", first, second, first).replace("计划：", "")
    done = imported(first, second, first)
    assert planned.rsplit("，", 1)[0] == done.rsplit("，", 1)[0]
    assert f"{second}：新建 0，更新 1，不变 0" in done


def test_all_is_counted_in_one_line_with_the_time_it_took(tmp_path):
    out = imported(json_lines(tmp_path / "x.jsonl", ROW), SEED_PAGE)
    assert "合计 2 个文件：新建 12，更新 0，不变 0，失败 0 个文件，用时 0." in out.splitlines()[-1]


def test_thousands_of_rows_take_few_queries(tmp_path, django_assert_max_num_queries):
    rows = [{**ROW, "source": f"a:{n}", "tags": ["感冒", f"标签{n % 7}"], "doctor": "李医生"} for n in range(1000)]
    path = json_lines(tmp_path / "x.jsonl", *rows)
    make_article()
    with django_assert_max_num_queries(160):
        imported(path)
    assert TaggedArticle.objects.count() == 2000
    with django_assert_max_num_queries(12):
        imported(path)
    with django_assert_max_num_queries(160):
        imported(json_lines(path, *({**row, "likes": 4, "body": "多喝热水。"} for row in rows)))


def test_the_demonstration_questions_load():
    path = SEED_PAGE.with_name("questions.jsonl")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert f"新建 {len(rows)}，更新 0，不变 0" in imported(path)
    assert not Article.objects.filter(is_excerpt=True).exists()
