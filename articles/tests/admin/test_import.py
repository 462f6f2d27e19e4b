"""导入 in the admin: the upload, the preview row by row, and the import with one click."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from articles.importing import uploads
from articles.importing.errors import BadFile
from articles.importing.files import read_batches
from articles.importing.plans import Plan
from articles.importing.reading import MOST_REFUSED
from articles.models import Article, Doctor, ImportUpload, RelatedItem, Tag
from articles.tests.editing import ARTICLES, make_staff, sign_in
from articles.tests.factories import make_article, make_doctor
from articles.tests.imports import SEED_PAGE
from articles.tests.workbooks import workbook
from articles.workflow.steps import take

pytestmark = pytest.mark.django_db

IMPORT = f"{ARTICLES}import/"
ROW = {"source": "a:1", "title": "感冒怎么办？", "body": "多喝水。", "published_at": "2025-06-24 23:05:25"}


def upload(client, content, name="x.jsonl", status="draft"):
    content = content.encode() if isinstance(content, str) else content
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content), "status": status})


def lines(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def previewed(client, content, name="x.jsonl", status="draft"):
    """Upload a file and return the address of its preview, and its plan."""
    answer = upload(client, content, name, status)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"], Plan.unpack(ImportUpload.objects.latest("pk").packed_plan)


def apply(client, address):
    """Click 导入 and return what the page says."""
    answer = client.post(address, {"do": "apply"})
    return answer.getvalue().decode() if answer.streaming else ""


def imported(client, *what, **how):
    address, _ = previewed(client, *what, **how)
    said = apply(client, address)
    assert "导入完成" in said, said
    return said


def outcomes(plan):
    return [(row.line, row.what) for row in plan.rows]


def everything():
    models = (Article, Doctor, Tag, RelatedItem, LogEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


# --- The preview --------------------------------------------------------------


def test_the_preview_says_what_each_row_does_and_changes_nothing(editor):
    imported(editor, lines(ROW, {**ROW, "source": "a:2", "title": "咳嗽怎么办？"}))
    before = everything()
    address, plan = previewed(
        editor,
        lines({**ROW, "body": "多喝热水。"}, {**ROW, "source": "a:2", "title": "咳嗽怎么办？"}, {"title": "新的"}),
    )
    assert outcomes(plan) == [(1, "changed"), (2, "same"), (3, "new")]
    [change] = plan.rows[0].changes
    assert change == ("正文", "多喝", "", "热", "水。")
    page = editor.get(address).content.decode()
    assert re.search(r"<dt>正文</dt>\s*<dd>多喝<ins>.*热</ins>水。</dd>", page)
    assert "新建 1" in page
    assert everything() == before


def test_wrong_rows_are_all_named_with_line_and_reason_and_nothing_can_be_imported(editor):
    bad = lines(ROW, {"title": "甲", "likes": -1}, {"body": "没有标题"}) + "{\n" + lines(ROW)
    address, plan = previewed(editor, bad)
    assert [(row.line, row.why) for row in plan.rows if row.what == "refused"] == [
        (2, "“点赞”不能是负数。"),
        (3, "没有标题。"),
        (4, "这一行不是完整的 JSON。"),
        (5, "和第 1 行的来源“a:1”相同，一个文件里只能有一次。"),
    ]
    page = editor.get(address).content.decode()
    assert "“点赞”不能是负数。" in page
    assert 'value="apply"' not in page
    assert "这个文件不能导入" in apply(editor, address)
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.csv", "标题,正文\n甲,乙\n".encode("utf-16-le"), "UTF-16"),
        ("x.csv", "标题,标题\n甲,乙\n", "表头里有两列“标题”"),
        ("x.csv", "题目,正文\n甲,乙\n", "表头里没有“标题”"),
        ("x.csv", '标题,正文\n"甲,乙\n', "引号可能不成对"),
        ("x.csv", b"\xe6\xa0\x87\xe9\xa2\x98\n\xff\xff\n", "不是 UTF-8 编码"),
        ("x.jsonl", '{"title": "甲"}\n\0', "NUL"),
        ("x.jsonl", b"\x1f\x8b\x08\x00", "压缩文件"),
        ("x.csv", b"PK\x03\x04", "Excel"),
        ("x.txt", "甲\n乙\n", "不是署名"),
        ("x.jsonl", lines({"title": "\u200b"}), "没有标题"),
        ("x.jsonl", lines({"title": "\u202e"}), "颠倒书写方向"),
    ],
)
def test_a_bad_file_gets_a_clear_sentence(editor, name, content, sentence):
    address, plan = previewed(editor, content, name)
    assert not plan.is_ready
    assert sentence in plan.rows[-1].why
    assert sentence in editor.get(address).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.jsonl", b"", "文件是空的"),
        ("x.exe", b"MZ", "不认识这种文件"),
        ("x.xlsm", b"PK", "带宏"),
        ("x.xls", b"\xd0\xcf", "旧的 Excel"),
        ("x.zip", b"PK", "请解压"),
        (f"{'长' * 200}.csv", b"a", "文件名太长"),
    ],
)
def test_what_is_no_file_to_import_is_refused_beside_the_field(editor, name, content, sentence):
    answer = upload(editor, content, name)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not ImportUpload.objects.exists()


def test_no_file_and_a_status_of_ones_own_are_refused(editor):
    assert "请选择要导入的文件" in editor.post(IMPORT, {"status": "draft"}).content.decode()
    assert upload(editor, lines(ROW), status="withdrawn").context["form"].errors["status"]


def test_more_than_20_mb_is_refused(editor):
    answer = upload(editor, b"x" * (20 * 1024 * 1024 + 1))
    assert answer.status_code == 200
    assert "文件超过 20 MB" in answer.content.decode()
    answer = upload(editor, b"x" * (21 * 1024 * 1024))
    assert answer.status_code == 413
    assert "文件超过 20 MB" in answer.content.decode()


@pytest.mark.parametrize("reading", [uploads.PatientUploadReading, uploads.UploadReading])
def test_more_rows_than_20000_are_refused(reading):
    file = io.BytesIO("".join(f'{{"title": "{n}"}}\n' for n in range(20_001)).encode())
    with pytest.raises(BadFile, match="超过 20000 行，请分成几个文件。"):
        list(read_batches("x.jsonl", file, reading()))


def test_a_file_with_too_many_rows_cannot_be_imported(editor, monkeypatch):
    monkeypatch.setattr(uploads.PatientUploadReading, "most_rows", 2)
    address, plan = previewed(editor, lines(*({"title": str(n)} for n in range(3))))
    assert [row.why for row in plan.rows] == ["超过 2 行，请分成几个文件。"]
    assert "这个文件不能导入" in apply(editor, address)


def test_a_file_that_takes_too_much_work_is_refused(editor, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_SECONDS", 0)
    _, plan = previewed(editor, lines(ROW))
    assert [row.why for row in plan.rows] == ["看到这一行已经用了 0 秒计算时间，请分成几个文件。"]


def test_a_file_wrong_in_every_row_is_not_read_to_its_end(editor):
    _, plan = previewed(editor, "{\n" * 5000)
    assert len(plan.rows) <= MOST_REFUSED + 1
    assert not plan.can_give_back  # what nobody has looked at can neither be taken nor be given back
    assert "后面的没有再看" in plan.rows[-1].why


def test_html_in_a_file_is_shown_as_text(editor):
    address, _ = previewed(editor, lines({"title": "<script>x()</script>", "tags": "<b>"}), "<i>.jsonl")
    page = editor.get(address).content.decode()
    assert "&lt;script&gt;x()" in page
    assert "<script>x()" not in page
    assert "<i>.jsonl" not in page


def test_long_previews_have_pages_and_kinds(editor):
    address, _ = previewed(editor, lines(*({"title": f"问题{n}"} for n in range(120))))
    assert "问题60<" in re.sub(r"\s*<dl", "<", editor.get(f"{address}?show=new&page=2").content.decode())
    for query in ("?page=0", "?page=x", "?page=999", "?show=%00", "?show=refused"):
        assert editor.get(address + query).status_code == 200


def test_a_workbook_is_previewed_with_the_rows_of_its_sheet(editor):
    rows = [["标题", "点赞"], ["甲", 3], [], ["乙", -1], ["丙", "<c><f>A1</f></c>"]]
    address, plan = previewed(editor, workbook(rows), "x.xlsx")
    assert [(row.line, row.what) for row in plan.rows] == [(2, "new"), (4, "refused"), (5, "refused")]
    assert "“点赞”一格是公式" in editor.get(address).content.decode()
    imported(editor, workbook(rows[:2]), "x.xlsx")
    assert Article.objects.get().like_count == 3


def test_the_scraped_page_is_previewed_with_what_it_lists(editor):
    _, plan = previewed(editor, SEED_PAGE.read_bytes(), "page.txt")
    assert plan.counts == {"new": 11}
    assert "相关问题" in {change.label for change in plan.rows[0].changes}


# --- The import ---------------------------------------------------------------


def test_one_click_imports_with_progress_and_is_written_into_the_history(editor):
    make_doctor(name="李医生")
    said = imported(editor, lines(*({**ROW, "source": f"a:{n}", "doctor": "李医生"} for n in range(600))))
    assert re.findall(r"已写入 (\d+) / 600 行", said) == ["0", "500", "600"]
    assert "新建 600，更新 0，不变 0" in said
    assert Article.objects.filter(status="draft", doctor__name="李医生").count() == 600
    entry = LogEntry.objects.filter(object_id=str(Article.objects.latest("pk").pk)).get()
    assert (entry.get_change_message(), entry.is_addition()) == ("从文件“x.jsonl”导入。", True)


def test_the_import_does_what_the_preview_said(editor):
    imported(editor, lines({**ROW, "doctor": "李医生", "tags": "感冒、发烧", "likes": 3}))
    changed = {**ROW, "title": "感冒了？", "doctor": "王医生", "tags": "发烧、咳嗽", "likes": 5, "urgency": "soon"}
    address, plan = previewed(editor, lines(changed))
    assert {change.label: (change.lead, change.before, change.after) for change in plan.rows[0].changes} == {
        "标题": ("感冒", "怎么办", "了"),
        "医生": ("", "李", "王"),
        "标签": ("", "感冒、发烧", "发烧、咳嗽"),
        "就医紧迫程度": ("", "", "尽快就医"),
        "导入的赞": ("", "3", "5"),
    }
    apply(editor, address)
    article = Article.objects.get()
    assert (article.title, article.doctor.name, article.like_count) == ("感冒了？", "王医生", 5)
    assert {tag.name for tag in article.tags.all()} == {"发烧", "咳嗽"}
    _, again = previewed(editor, lines(changed))
    assert outcomes(again) == [(1, "same")]


def test_new_questions_get_the_chosen_status_and_without_text_only_that_of_a_draft(editor):
    manager = sign_in(make_staff("管理员"))
    imported(manager, lines(ROW), status="published")
    assert Article.objects.get().is_public
    _, plan = previewed(manager, lines({"title": "只有标题"}), status="published")
    assert plan.rows[0].why == "没有正文，只能导入为草稿。"
    imported(editor, lines({"title": "只有标题"}))


def test_who_may_not_publish_unreviewed_imports_drafts_or_for_review(editor):
    assert upload(editor, lines(ROW), status="published").context["form"].errors["status"]
    imported(editor, lines(ROW), status="review")
    article = Article.objects.get()
    version = article.revisions.get()
    assert (article.status, version.step, version.state, version.by.groups.get().name) == (
        "review",
        "submit",
        "review",
        "编辑",
    )
    assert list(Article.objects.to_review()) == [article]
    assert version.comment == "从文件“x.jsonl”导入"


def test_who_may_publish_no_more_cannot_import_what_was_previewed_before():
    user = make_staff("管理员")
    client = sign_in(user)
    address, _ = previewed(client, lines(ROW), status="published")
    user.groups.set(Group.objects.filter(name="编辑"))
    assert "要先经过医学审核" in apply(client, address)
    assert not Article.objects.exists()


def test_without_required_review_editors_import_what_readers_see(editor, settings):
    settings.REVIEW_REQUIRED = False
    imported(editor, lines(ROW), status="published")
    assert Article.objects.get().is_public
    assert Article.objects.get().revisions.get().step == "direct"


def test_a_change_of_a_published_question_waits_for_its_review(editor, reviewer):
    imported(sign_in(make_staff("管理员")), lines({**ROW, "tags": "感冒"}), status="published")
    changed = {**ROW, "body": "多喝热水。", "tags": "发烧"}
    address, plan = previewed(editor, lines(changed))
    assert [row.what for row in plan.rows] == ["held"]
    assert "医学审核通过以后才换成新的" in editor.get(address).content.decode()
    assert "改动待审 1" in apply(editor, address)
    article = Article.objects.get()
    assert article.body == "<p>多喝水。</p>"
    assert [tag.name for tag in article.tags.all()] == ["感冒"]
    version = article.revisions.open().get()
    assert (version.state, version.content["body"], version.content["tags"]) == (
        "review",
        "<p>多喝热水。</p>",
        ["发烧"],
    )
    _, plan = previewed(editor, lines(changed))
    assert outcomes(plan) == [(1, "same")]
    _, plan = previewed(editor, lines({**changed, "title": "又改"}))
    assert plan.rows[0].why == "这个问题还有没处理完的改动，请先在后台处理。"
    take("publish", article.pk, User.objects.get(groups__name="医学审核"))
    article.refresh_from_db()
    assert article.body == "<p>多喝热水。</p>"
    assert [tag.name for tag in article.tags.all()] == ["发烧"]


def test_what_an_import_replaces_stays_in_the_history(editor):
    imported(editor, lines(ROW))
    article = Article.objects.get()
    article.body = "<p>在别处改的。</p>"
    article.save()
    imported(editor, lines({**ROW, "body": "多喝热水。"}))
    versions = article.revisions.order_by("number").values_list("number", "step", "state", "content__body")
    assert list(versions) == [
        (1, "save", "closed", "<p>多喝水。</p>"),
        (2, "base", "closed", "<p>在别处改的。</p>"),
        (3, "save", "draft", "<p>多喝热水。</p>"),
    ]
    imported(editor, lines({**ROW, "body": "多喝热水。", "likes": 4}))
    assert article.revisions.count() == 3  # likes are no text


def test_what_the_copy_editor_blocks_is_not_published_by_a_file(settings):
    settings.COPYEDIT_BLOCKING = ["absolute-claim"]
    manager = sign_in(make_staff("管理员"))
    _, plan = previewed(manager, lines({**ROW, "body": "保证根治。"}), status="published")
    assert plan.rows[0].why.startswith("文字检查没有通过")
    imported(manager, lines({**ROW, "body": "保证根治。"}))


def test_an_import_is_refused_when_the_site_has_changed_what_the_preview_said(editor):
    imported(editor, lines(ROW))
    address, _ = previewed(editor, lines({**ROW, "title": "感冒？"}, {"title": "新的"}))
    article = Article.objects.get()
    article.title = "感冒了怎么办？"
    article.save()
    said = apply(editor, address)
    assert "网站上的内容变了" in said
    assert "导入完成" not in said
    assert list(Article.objects.values_list("title", flat=True)) == ["感冒了怎么办？"]
    page = editor.get(address).content.decode()
    assert "了怎么办" in page  # the new preview
    assert "导入完成" in apply(editor, address)
    assert set(Article.objects.values_list("title", flat=True)) == {"感冒？", "新的"}


def test_a_change_of_the_site_that_the_preview_did_not_speak_of_does_not_matter(editor):
    address, _ = previewed(editor, lines(ROW))
    make_article()
    assert "导入完成" in apply(editor, address)


def test_a_second_click_imports_nothing_again(editor):
    address, _ = previewed(editor, lines(ROW))
    apply(editor, address)
    before = everything()
    assert editor.post(address, {"do": "apply"}).status_code == 302
    assert "导入时做了什么" in editor.get(address).content.decode()
    assert everything() == before
    assert ImportUpload.objects.get().content == b""


def test_a_browser_that_goes_away_in_the_middle_has_changed_nothing(editor):
    address, _ = previewed(editor, lines(*({**ROW, "source": f"a:{n}"} for n in range(1001))))
    steps = uploads.apply(ImportUpload.objects.get())
    assert (next(steps), next(steps)) == (500, 1000)
    steps.close()  # as the server does it with the answer that nobody reads any more
    assert not Article.objects.exists()
    assert "导入完成" in apply(editor, address)
    assert Article.objects.count() == 1001


def test_changed_bytes_are_not_imported(editor):
    address, _ = previewed(editor, lines(ROW))
    ImportUpload.objects.update(content=lines({**ROW, "title": "换了"}).encode())
    assert "请重新上传" in apply(editor, address)
    assert not Article.objects.exists()


def test_a_file_can_be_looked_at_again_or_dropped(editor):
    address, _ = previewed(editor, lines(ROW))
    editor.post(address, {"do": "again"})
    assert "已放弃文件" in editor.post(address, {"do": "drop"}, follow=True).content.decode()
    assert editor.get(address).status_code == 404


# --- Whose file it is ---------------------------------------------------------


def test_a_file_is_open_to_its_editor_only(editor):
    address, _ = previewed(editor, lines(ROW))
    other = sign_in(make_staff("管理员"))
    assert other.get(address).status_code == 404
    assert other.post(address, {"do": "apply"}).status_code == 404
    assert not Article.objects.exists()


def test_a_file_is_kept_for_a_day_and_three_of_an_editor(editor):
    addresses = [previewed(editor, lines(ROW))[0] for _ in range(4)]
    assert [editor.get(address).status_code for address in addresses] == [404, 200, 200, 200]
    ImportUpload.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert editor.post(addresses[-1], {"do": "apply"}).status_code == 404
    previewed(editor, lines(ROW))
    assert ImportUpload.objects.count() == 1


def test_whoever_may_not_publish_or_add_may_not_import(reviewer):
    assert reviewer.get(IMPORT).status_code == 403
    assert upload(reviewer, lines(ROW)).status_code == 403
    assert ">导入<" not in reviewer.get(ARTICLES).content.decode()


def test_the_list_leads_to_the_import(editor):
    assert f'<a href="{IMPORT}">导入</a>' in editor.get(ARTICLES).content.decode()


def test_an_upload_without_token_is_refused():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_staff("编辑"))
    assert upload(strict, lines(ROW)).status_code == 403
    assert not ImportUpload.objects.exists()


def test_a_file_gives_an_editor_no_more_rights_than_a_form(editor):
    _, plan = previewed(editor, lines({**ROW, "reviewer": "王医生"}))
    assert "只有能登记医学审核的人" in plan.rows[0].why
    user = make_staff()
    names = ["view_article", "add_article", "change_article", "publish_article"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = sign_in(user)
    _, plan = previewed(client, lines({**ROW, "tags": "新标签"}))
    assert plan.rows[0].why == "没有标签“新标签”，您没有新建标签的权限。"
    _, plan = previewed(client, lines({**ROW, "doctor": "新医生"}))
    assert plan.rows[0].why == "没有医生“新医生”，您没有新建医生的权限。"
    imported(sign_in(make_staff("管理员")), lines({**ROW, "reviewer": "王医生", "reviewed_on": "2025-07-01"}))


def test_a_preview_takes_few_queries(editor, django_assert_max_num_queries):
    rows = [
        {**ROW, "source": f"a:{n}", "tags": ["感冒", f"标签{n % 7}"], "doctor": "李医生"} for n in range(501)
    ]  # two batches
    imported(editor, lines(*rows))
    with django_assert_max_num_queries(40):
        address, _ = previewed(editor, lines(*({**row, "title": "换"} for row in rows)))
    with django_assert_max_num_queries(10):
        editor.get(address)
