import gzip
import os
import time

import pytest
from django.db import connection

from articles.importing.errors import BadFile
from articles.importing.lines import open_file
from articles.models import Article, Doctor, Tag
from articles.tests.imports import SEED_PAGE, imported, json_lines, page, run_import

pytestmark = pytest.mark.django_db

HEAD = "感冒怎么办？\n李医生 2025-06-24 23:05:25 1\n多喝水。\n"
ROW = b'{"title": "\xe7\x94\xb2"}\n'
PAGES = {
    "an empty file": ("", 1, "文件是空的"),
    "only blank lines": ("\n \n\t\n", 1, "文件是空的"),
    "no byline": ("感冒怎么办？\n", 1, "标题之后没有署名"),
    "an answer in place of the byline": ("感冒怎么办？\n\n多喝水，好好休息。\n", 3, "这一行不是署名"),
    "a byline without its number": (HEAD.replace(" 1\n", "\n"), 2, "这一行不是署名"),
    "a byline without its time": (HEAD.replace(" 23:05:25", ""), 2, "这一行不是署名"),
    "a day that does not exist": (HEAD.replace("06-24", "02-30"), 2, "“发布时间”不是一个存在的日期：2025-02-30"),
    "a time that does not exist": (HEAD.replace("23:05", "25:05"), 2, "“发布时间”不是一个存在的时刻"),
    "a year out of range": (HEAD.replace("2025", "0001"), 2, "“发布时间”的年份要在 1900 和 2999 之间"),
    "a negative number of likes": (HEAD.replace(" 1\n", " -1\n"), 2, "“点赞数”不能是负数"),
    "too many likes": (HEAD.replace(" 1\n", " 1000000001\n"), 2, "“点赞数”太大了"),
    "likes of five thousand digits": (HEAD.replace(" 1\n", f" {'9' * 5000}\n"), 2, "“点赞数”不是整数"),
    "likes that are no number": (HEAD.replace(" 1\n", " x\n"), 2, "“点赞数”不是整数"),
    "no answer": (HEAD.replace("多喝水。\n", "点赞\n返回\n"), 3, "没有找到答案的正文"),
    "a title that is too long": ("长" * 121 + HEAD[6:], 1, "“标题”有 121 个字，最多 120 个字"),
    "an invisible title": ("\u200b" + HEAD[6:], 1, "“标题”是空的"),
    "a doctor's name that is too long": (HEAD.replace("李", "李" * 40), 2, "“医生”有 42 个字"),
    "text between the parts": (HEAD + "点赞\n收藏\n", 5, "“点赞”之后应是“相关资源”或“返回”，这里是“收藏”"),
    "text after the end": (HEAD + "点赞\n返回\n版权所有\n", 6, "“返回”之后不应再有文字：“版权所有”"),
    "a related item without a date": (HEAD + "相关资源\n乙？\n摘要\n返回", 5, "应先是“标题 日期”"),
    "a related day that does not exist": (HEAD + "相关资源\n乙？ 2025-13-01\n", 5, "“日期”不是一个存在的日期"),
    "a related date that is none": (HEAD + "相关资源\n乙？ 2025-06-2x\n", 5, "“日期”读不懂：2025-06-2x"),
    "two related items of one key": (
        HEAD + "相关资源\n乙? 2025-06-20\n甲\n乙？ 2025-06-20\n乙\n返回",
        7,
        "和第 5 行的标题和日期相同",
    ),
    "101 related items": (HEAD + "相关资源\n" + "".join(f"{n}？ 2025-06-20\n" for n in range(101)), 105, "超过 100 个"),
    "50,000 related items": (
        HEAD + "相关资源\n" + "".join(f"{n} 2025-06-20\n" for n in range(50_000)),
        105,
        "超过 100",
    ),
    "more than 2 MB": (HEAD + "一二三四五六七\n" * 120_000, None, "一个网页最多 2 MB"),
    "a byline of white space without end": ("甲\n李" + " " * 900_000 + "x\n", 2, "这一行不是署名"),
}
ROWS = {
    "an empty file": (b"", 1, "文件是空的"),
    "something that is no JSON": (ROW + b"{title: 1}\n", 2, "这一行不是完整的 JSON"),
    "a list": (ROW + b"[1, 2]\n", 2, "这一行不是 JSON 对象"),
    "a whole list in a file": (b"[\n" + ROW + b"]\n", 1, "这一行不是完整的 JSON"),
    "deep nesting": (b'{"title": ' + b"[" * 500_000 + b"\n", 1, "这一行不是完整的 JSON"),
    "a number of ten thousand digits": (b'{"likes": ' + b"9" * 10_000 + b"}\n", 1, "这一行不是完整的 JSON"),
    "no title": (ROW + b'{"body": "x"}\n', 2, "没有标题"),
    "an empty title": (b'{"title": " "}\n', 1, "没有标题"),
    "a title that is a number": (b'{"title": 5}\n', 1, "“标题”要写成文字"),
    "a title that is too long": (b'{"title": "' + b"x" * 121 + b'"}\n', 1, "“标题”有 121 个字"),
    "likes that are true": (b'{"title": "x", "likes": true}\n', 1, "“点赞”要写成整数"),
    "likes that are half": (b'{"title": "x", "likes": 1.5}\n', 1, "“点赞”不是整数：1.5"),
    "likes that are infinite": (b'{"title": "x", "likes": Infinity}\n', 1, "“点赞”不是整数"),
    "likes that are a list": (b'{"title": "x", "likes": [1]}\n', 1, "“点赞”要写成整数"),
    "too many likes": (b'{"title": "x", "likes": 99999999999999999999}\n', 1, "“点赞”太大了"),
    "negative likes": (b'{"title": "x", "likes": -1}\n', 1, "“点赞”不能是负数"),
    "a body that is an object": (b'{"title": "x", "body": {"a": 1}}\n', 1, "“正文”要写成文字"),
    "html without text": (b'{"title": "x", "body_html": "<script>1</script>"}\n', 1, "“正文 HTML”里没有文字"),
    "html with nothing but a hidden control": (b'{"title": "x", "body_html": "&#1;"}\n', 1, "“正文 HTML”里没有文字"),
    "a tag that is a number": (b'{"title": "x", "tags": ["a", 1]}\n', 1, "“标签”要写成文字"),
    "a tag that is too long": (b'{"title": "x", "tags": "' + b"t" * 51 + b'"}\n', 1, "一个标签最多 50 个字"),
    "51 tags": (f'{{"title": "x", "tags": "{",".join(map(str, range(51)))}"}}\n'.encode(), 1, "有 51 个，最多 50 个"),
    "a doctor that is a list": (b'{"title": "x", "doctor": ["a"]}\n', 1, "“医生”要写成文字"),
    "a doctor without a name": (b'{"title": "x", "doctor": {"hospital": "a"}}\n', 1, "“医生”没有写姓名"),
    "a hospital that is too long": (b'{"title": "x", "hospital": "' + b"h" * 81 + b'"}\n', 1, "“医院”有 81 个字"),
    "a time that is a number": (b'{"title": "x", "published_at": 1750000000}\n', 1, "“发布时间”要写成文字"),
    "a time in words": (b'{"title": "x", "published_at": "yesterday"}\n', 1, "“发布时间”读不懂：yesterday"),
    "a time of white space": (
        b'{"title": "x", "published_at": "2025' + b" " * 90_000 + b'-"}\n',
        1,
        "“发布时间”读不懂",
    ),
    "an offset that does not exist": (
        b'{"title": "x", "published_at": "2025-06-24T00:00+99:00"}\n',
        1,
        "“发布时间”不是一个存在的时刻",
    ),
    "a day that does not exist": (b'{"title": "x", "reviewed_on": "2025-02-30"}\n', 1, "“最近审核”不是一个存在的日期"),
    "an unknown urgency": (b'{"title": "x", "urgency": "never"}\n', 1, "“就医紧迫程度”只能是now、立即就医、soon"),
    "a source that is too long": (b'{"title": "x", "source": "' + b"s" * 201 + b'"}\n', 1, "“来源”有 201 个字"),
    "a source that is true": (b'{"title": "x", "source": true}\n', 1, "“来源”要写成文字"),
    "the same source twice": (
        b'{"title": "x", "source": "a"}\n\n{"title": "y", "source_id": "a"}\n',
        3,
        "和第 1 行的来源“a”相同",
    ),
    "the same row twice without a source": (ROW + ROW, 2, "和第 1 行的标题、医生和时间相同"),
    "UTF-16": ("甲乙".encode("utf-16"), 1, "UTF-16"),
    "UTF-16 without a mark": ("甲乙\n".encode("utf-16-be"), 1, "NUL"),
    "GB18030": ('{"title": "甲"}\n'.encode("gb18030"), 1, "不是 UTF-8 编码"),
    "a broken byte further down": (ROW + b'{"title": "\xff"}\n', 2, "不是 UTF-8 编码"),
    "a NUL byte": (ROW + b'{"title": "\0"}\n', 2, "NUL"),
    "a compressed file": (gzip.compress(ROW), 1, "压缩文件或 Excel"),
    "an Excel workbook": (b"PK\x03\x04\x14\x00", 1, "压缩文件或 Excel"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 1, "不是 UTF-8 编码"),
    "a line of more than 1 MB": (ROW + b'{"title": "' + b"x" * 1024 * 1024 + b'"}\n', 2, "超过 1 MB"),
}
TABLES = {
    "an empty file": ("", 1, "文件是空的"),
    "no column for the title": ("正文,医生\n甲,乙\n", 1, "表头里没有“标题”（title）一列"),
    "no heading": ("甲,乙\n丙,丁\n", 1, "表头里没有“标题”"),
    "only a heading": ("标题,正文\n", 1, "只有表头，没有内容"),
    "two columns of one name": ("标题,医生,医生\n甲,乙,丙\n", 1, "表头里有两列“医生”"),
    "a row without a title": ("标题,正文\n甲,一\n,二\n", 3, "没有标题"),
    "more cells than headings": ("标题,正文\n甲,一,二\n", 2, "这一行有 3 格，表头只有 2 列"),
    "a quote that is never closed": ('标题,正文\n甲,一\n乙,"二\n丙,三\n', 3, "引号可能不成对"),
    "a quote that is never closed in a large file": (
        '标题,正文\n甲,"一\n' + "乙,二\n" * 300_000,
        2,
        "可能少了一个引号",
    ),
    "text after a quote": ('标题,正文\n甲,"一"二\n', 2, "引号可能不成对"),
    "a broken line of an old Macintosh": ("标题,点赞\r甲,1\r乙,x\r", 3, "“点赞”不是整数：x"),
    "a row that spans lines": ('标题,点赞\n"甲\n\n乙",1\n丙,x\n', 5, "“点赞”不是整数：x"),
    "bytes of no encoding": (b"\xb1\xea\xcc\xe2,a\n\xff\xff,b\n", 2, "不是 GB18030 编码"),
    "a broken byte in UTF-8": ("标题\n甲\n".encode() + b"\xb1\xea\n", 3, "不是 UTF-8 编码"),
    "a mark of UTF-8 on GB18030": (b"\xef\xbb\xbf\xb1\xea\xcc\xe2\n\xbc\xd7\n", 1, "不是 UTF-8 编码"),
}


def refuse(path, line, words):
    """Import `path`, which must fail with one sentence about `line` that has `words`, and change nothing."""
    run = run_import(path)
    assert run.status == 1
    assert run.err.count("\n") == 1, run.err
    assert run.err.startswith(f"{path}:" if line is None else f"{path}:{line}: ")
    assert (words or "") in run.err
    assert len(run.err) < 400
    assert "失败 1 个文件" in run.out
    assert not Article.objects.exists()
    assert not Doctor.objects.exists()
    assert not Tag.objects.exists()


@pytest.mark.parametrize("case", PAGES)
def test_a_bad_page_is_refused_with_a_sentence(tmp_path, case):
    text, line, words = PAGES[case]
    (tmp_path / "x.txt").write_text(text, encoding="utf-8")
    refuse(tmp_path / "x.txt", line, words)


@pytest.mark.parametrize("case", ROWS)
def test_bad_json_lines_are_refused_with_a_sentence(tmp_path, case):
    content, line, words = ROWS[case]
    (tmp_path / "x.jsonl").write_bytes(content)
    refuse(tmp_path / "x.jsonl", line, words)


@pytest.mark.parametrize("case", TABLES)
def test_a_bad_table_is_refused_with_a_sentence(tmp_path, case):
    text, line, words = TABLES[case]
    (tmp_path / "x.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    refuse(tmp_path / "x.csv", line, words)


def test_a_missing_file_a_directory_and_a_pipe_are_refused_at_once(tmp_path):
    (tmp_path / "d").mkdir()
    os.mkfifo(tmp_path / "p")
    refuse(tmp_path / "x.jsonl", 1, "找不到这个文件")
    refuse(tmp_path / "d", 1, "这是一个目录")
    refuse(tmp_path / "p", 1, "这不是普通文件")
    refuse("/dev/zero", 1, "这不是普通文件")
    refuse("/dev/null/x", 1, "打不开")
    refuse(tmp_path / ("x" * 300), 1, "打不开")


def test_a_file_without_permission_is_refused(tmp_path):
    path = json_lines(tmp_path / "x.jsonl", {"title": "甲"})
    path.chmod(0)
    user = os.geteuid()
    if user == 0:  # who may read everything
        os.seteuid(65534)
    try:
        with pytest.raises(BadFile, match="没有读取这个文件的权限"):
            open_file(path)
    finally:
        os.seteuid(user)


def test_a_path_with_odd_characters_is_named_on_one_line(tmp_path):
    path = tmp_path / "a\nb\udcff.txt"
    path.write_text("甲", encoding="utf-8")
    run = run_import(path)
    assert run.err.startswith(f"{tmp_path}/a b\ufffd.txt:1: 标题之后没有署名")
    assert run.err.count("\n") == 1


def test_one_bad_line_in_a_large_file_changes_nothing_and_the_other_files_go_on(tmp_path):
    rows = [{"title": f"问题{n}", "doctor": f"医生{n % 9}", "tags": "甲"} for n in range(1200)]
    bad = json_lines(tmp_path / "bad.jsonl", *rows[:600], {"title": "坏", "likes": "x"}, *rows[600:])
    run = run_import(bad, SEED_PAGE, tmp_path / "missing", bad)
    assert run.status == 1
    assert [line.split(":")[1] for line in run.err.splitlines()] == ["601", "1", "601"]
    assert "合计 4 个文件：新建 11，更新 0，不变 0，失败 3 个文件" in run.out
    assert Article.objects.count() == 11
    assert set(Doctor.objects.values_list("name", flat=True)) == {"李顺兰"}
    assert not Tag.objects.exists()


def test_a_line_of_two_hundred_megabytes_is_refused_without_reading_it(tmp_path):
    path = tmp_path / "x.jsonl"
    with path.open("wb") as file:
        file.write(b'{"title": "x')
        file.seek(200 * 1024 * 1024)  # a hole: takes no space on the disk
        file.write(b'"}\n')
    started = time.monotonic()
    refuse(path, 1, None)
    assert time.monotonic() - started < 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="limits the pages of an SQLite database")
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_a_sentence_and_the_next_import_works(tmp_path):
    path = json_lines(tmp_path / "x.jsonl", *({"title": f"问题{n}", "body": "多喝水。" * 400} for n in range(1000)))
    with connection.cursor() as cursor:
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
    try:
        run = run_import(path)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert (run.status, run.err) == (1, f"{path}: 磁盘满了或出了故障，请清理磁盘后再导入。\n")
    assert not Article.objects.exists()
    assert "新建 1000" in imported(path)


def test_a_page_on_the_edge_of_what_is_allowed_is_imported(tmp_path):
    items = [(f"{n}？", "2025-06-20", "摘要") for n in range(100)]
    (tmp_path / "x.txt").write_text(page(title="长" * 120, items=items), encoding="utf-8")
    assert "新建 101" in imported(tmp_path / "x.txt")


@pytest.mark.parametrize(("encoding", "name"), [("big5", "Big5"), ("shift_jis", "Shift_JIS"), ("utf-16-le", "UTF-16")])
def test_a_table_in_another_encoding_is_refused_by_its_name(tmp_path, encoding, name):
    title = "かぜのとき" if encoding == "shift_jis" else "感冒怎麼辦？"
    path = tmp_path / "x.csv"
    path.write_bytes(f"title,body\n{title},{title}\n".encode(encoding))
    run = run_import(path)
    assert name in run.err
    assert not Article.objects.exists()


def test_no_simplified_or_traditional_text_in_gb18030_is_taken_for_another_encoding(tmp_path):
    texts = ["感冒怎么办？", "標題", "感冒怎麼辦", "㐀", "镕", "，", "１２", "café 甲", "あ甲乙丙"]
    path = tmp_path / "x.csv"
    path.write_bytes("".join(["title,body\n", *(f"{text},好\n" for text in texts)]).encode("gb18030"))
    assert f"新建 {len(texts)}" in imported(path)
