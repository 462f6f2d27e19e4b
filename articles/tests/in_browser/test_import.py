"""导入 in a real Chromium: what is right of a table is taken, and what was wrong once it is mended."""

import pytest

from articles.models import Article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def upload(page, path):
    page.get_by_label("文件", exact=False).first.set_input_files(path)
    with page.expect_navigation():
        page.get_by_role("button", name="预览").click()


def test_an_editor_imports_what_is_right_of_a_table_and_then_what_was_wrong_and_is_mended(
    signed_in, live_server, tmp_path
):
    page, path = signed_in, tmp_path / "问题.csv"
    page.goto(f"{live_server.url}/admin/articles/article/")
    page.get_by_role("link", name="导入", exact=True).click()
    path.write_text("标题,正文,点赞\n感冒怎么办？,多喝水。,3\n咳嗽怎么办？,多休息。,很多\n", encoding="gb18030")
    upload(page, path)
    page.get_by_text("有 1 行不能导入。").wait_for()
    assert page.locator("tr", has_text="“点赞”不是整数：很多。").locator("td").first.inner_text() == "3"
    assert page.get_by_role("button", name="导入", exact=True).count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="下载有问题的 1 行").click()
    wrong = download.value.path().read_text("utf-8-sig")
    page.get_by_role("button", name="只导入正确的 1 行").click()
    page.get_by_text("导入完成：新建 1，更新 0，不变 0。").wait_for()
    page.get_by_role("link", name="再导入一个文件").click()
    path.write_text(wrong.replace(",很多", ",5"), encoding="utf-8")
    upload(page, path)
    page.get_by_role("link", name="新建 1").wait_for()
    page.get_by_role("button", name="导入", exact=True).click()
    page.get_by_text("导入完成：新建 1，更新 0，不变 0。").wait_for()
    assert set(Article.objects.values_list("title", "like_count")) == {("感冒怎么办？", 3), ("咳嗽怎么办？", 5)}


def test_the_import_needs_no_script(make_page, signed_in, live_server, tmp_path):
    page = make_page(java_script_enabled=False)
    page.context.add_cookies(signed_in.context.cookies())
    page.goto(f"{live_server.url}/admin/articles/article/import/")
    (tmp_path / "x.csv").write_text("标题,正文\n感冒怎么办？,多喝水。\n", encoding="utf-8")
    upload(page, tmp_path / "x.csv")
    page.get_by_role("button", name="导入", exact=True).click()
    page.get_by_text("导入完成").wait_for()
    assert page.locator(".import-progress li:visible").count() == 1


@pytest.mark.parametrize("width", [320, 768])
def test_the_preview_fits_a_narrow_window(signed_in, live_server, tmp_path, width):
    page = signed_in
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{live_server.url}/admin/articles/article/import/")
    (tmp_path / "x.csv").write_text(f"标题,正文\n{'长' * 100}？,{'Long' * 50}\n", encoding="utf-8")
    upload(page, tmp_path / "x.csv")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
