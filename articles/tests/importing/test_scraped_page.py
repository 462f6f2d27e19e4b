"""The scraped page, line by line: its parts, its keys, and what is refused of it."""

import io
from datetime import UTC, datetime

import pytest

from articles.importing.errors import BadFile
from articles.importing.lines import Lines
from articles.importing.scraped_page import MAX_PAGE, MAX_RELATED, read_page

HEAD = "感冒怎么办？\n李医生 2025-06-24 23:05:25 3\n"


def read(text):
    notes = []
    return read_page(Lines(io.BytesIO(text.encode())), notes.append), notes


def refused(text):
    with pytest.raises(BadFile) as error:
        read(text)
    return error.value.line, error.value.sentence


def test_a_page_is_read_with_its_parts_in_order():
    record, notes = read(
        HEAD
        + "多喝水。\n\n早睡。\n点赞\n相关资源\n咳嗽？ 2025-06-20\n先喝水，\n再睡。\n乏力 怎么办？ 2025-06-19\n返回\n"
    )
    assert notes == []
    assert record.columns == {
        "title": "感冒怎么办？",
        "published_at": datetime(2025, 6, 24, 15, 5, 25, tzinfo=UTC),
    }
    assert (record.line, record.doctor.name, record.likes, record.is_excerpt) == (1, "李医生", 3, False)
    assert record.text == "多喝水。\n早睡。"
    first, second = record.related
    assert (first.line, first.columns["title"], first.text) == (8, "咳嗽？", "先喝水，\n再睡。")
    assert (second.line, second.columns["title"], second.text) == (11, "乏力 怎么办？", "")
    assert first.columns["published_at"] == datetime(2025, 6, 19, 16, tzinfo=UTC)
    for item in record.related:
        assert (item.is_excerpt, item.is_listed, item.doctor, item.likes) == (True, True, None, None)


def test_the_key_of_a_page_goes_on_after_the_key_by_which_others_list_it():
    record, _ = read(HEAD + "多喝水。\n返回")
    other, _ = read("咳嗽？\n王医生 2025-06-20 08:00 1\n先。\n相关资源\n感冒怎么办? 2025-06-24\n多\n返回")
    assert record.listed_source == other.related[0].source
    assert record.source.startswith(f"{record.listed_source}:")
    assert record.listed_source.startswith("page:2025-06-24:")
    again, _ = read(HEAD.replace("李", "王") + "多喝水。\n返回")
    later, _ = read(HEAD.replace(":25", ":26") + "多喝水。\n返回")
    assert len({record.source, again.source, later.source}) == 3
    assert record.listed_source == again.listed_source == later.listed_source


def test_a_key_has_the_day_in_china():
    record, _ = read("甲\n李医生 2025-06-24 00:30 1\n好。\n返回")
    assert record.listed_source.startswith("page:2025-06-24:")


@pytest.mark.parametrize(
    "rest",
    ["点赞\n相关资源\n返回", "点赞\n返回", "相关资源\n返回", "返回", "点赞\n相关资源\n返回\n\n \n"],
)
def test_the_marks_between_the_parts_may_be_missing_but_for_the_last(rest):
    record, notes = read(HEAD + "多喝水。\n" + rest)
    assert (record.text, record.related, notes) == ("多喝水。", [], [])


@pytest.mark.parametrize("rest", ["", "点赞", "点赞\n相关资源", "相关资源"])
def test_a_page_without_its_end_is_read_with_a_remark(rest):
    record, notes = read(HEAD + "多喝水。\n" + rest)
    assert (record.text, notes) == ("多喝水。", ["没有“返回”一行，文件可能不完整"])


def test_a_page_that_lists_itself_passes_itself_over():
    listed = "感冒怎么办? 2025-06-24\n多\n咳嗽？ 2025-06-20\n先\n"
    record, notes = read(HEAD + "多喝水。\n相关资源\n" + listed + "返回")
    assert [item.columns["title"] for item in record.related] == ["咳嗽？"]
    assert notes == ["“相关资源”里有这一页自己，已略过"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "文件是空的"),
        ("甲\n", 1, "标题之后没有署名"),
        ("\n甲\n\n李医生 2025-06-24 23:05\n", 4, "这一行不是署名"),
        ("甲\n李医生 6月24日 23:05 1\n", 2, "这一行不是署名"),
        ("甲\n李医生 2025-06-24 23:05 x\n", 2, "“点赞数”不是整数：x"),
        (HEAD, 2, "没有找到答案的正文"),
        (HEAD + "点赞\n返回", 3, "没有找到答案的正文"),
        (HEAD + "\u200b\n点赞\n返回", 4, "没有找到答案的正文"),
        (HEAD + "一\n点赞\n收藏\n返回", 5, "“点赞”之后应是“相关资源”或“返回”，这里是“收藏”。"),
        (HEAD + "一\n返回\n\n版权\n所有", 6, "“返回”之后不应再有文字：“版权”。"),
        (HEAD + "一\n相关资源\n没有日期\n返回", 5, "“相关资源”里应先是“标题 日期”，这里是“没有日期”。"),
        (HEAD + "一\n相关资源\n2025-06-20\n返回", 5, "“相关资源”里应先是“标题 日期”"),
        (HEAD + "一\n相关资源\n甲 2025-06-20\n一\n乙 2025-02-30\n返回", 7, "“日期”不是一个存在的日期"),
        (HEAD + f"一\n相关资源\n{'长' * 121} 2025-06-20\n返回", 5, "“标题”有 121 个字"),
    ],
)
def test_what_is_no_page_is_refused_by_its_line(text, line, words):
    found, sentence = refused(text)
    assert (found, words in sentence) == (line, True), sentence


def test_a_page_lists_exactly_a_hundred_at_most():
    listed = [f"问题{n}？ 2025-06-20\n" for n in range(MAX_RELATED + 1)]
    start = HEAD + "一\n相关资源\n"
    assert len(read(start + "".join(listed[:MAX_RELATED]) + "返回")[0].related) == MAX_RELATED == 100
    assert refused(start + "".join(listed) + "返回") == (105, "相关问题超过 100 个。")


def test_a_page_has_exactly_two_megabytes_at_most():
    assert MAX_PAGE == 2 * 1024 * 1024
    start, end = HEAD + "一\n", "返回"
    line = "x" * 1023 + "\n"
    room = MAX_PAGE - len((start + end).encode())
    fill = line * (room // 1024) + "x" * (room % 1024 - 1) + "\n"
    assert len((start + fill + end).encode()) == MAX_PAGE
    assert read(start + fill + end)[0].text.startswith("一\n")
    assert refused(start + fill + end + "\n")[1] == "一个网页最多 2 MB。"


def test_line_ends_within_a_line_are_line_ends():
    record, _ = read(HEAD + "一。\x0b二。\u2028三。\n返回")
    assert record.text == "一。\n二。\n三。"
