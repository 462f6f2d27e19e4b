"""The editors' whole way in a real Chromium, under the strict policy."""

import re

import pytest
from django.contrib.auth.models import Group, User

from articles.models import Article, Tag, TagAlias
from articles.tests.browser_editing import open_form, save
from articles.tests.editing import change_address, make_staff, send, sign_in
from articles.tests.factories import make_article, make_tag

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# As Word puts it on the clipboard, shortened.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Word 15">
<style><!-- @font-face {font-family:SimSun;} p.MsoNormal {mso-style-parent:"";margin:0cm;font-size:10.5pt;} --></style>
<script>window.pasted = 1</script></head><body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->
<h1 style='margin-top:17.0pt;mso-pagination:lines-together'><span style='font-family:SimSun'>病因<o:p></o:p></span></h1>
<p class=MsoNormal style='text-indent:21.0pt'><b style='mso-bidi-font-weight:normal'><span
style='color:red'>血管压迫</span></b><span lang=EN-US>最常见<o:p></o:p></span></p>
<h4>少见的原因</h4>
<p class=MsoListParagraph style='margin-left:21.0pt;text-indent:-21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>
<span style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>
<![endif]>肿瘤<o:p></o:p></p>
<p class=MsoListParagraph style='margin-left:42.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'><span>l<span>&nbsp;&nbsp; </span></span></span><![endif]>听神经瘤</p>
<p class=MsoListParagraph style='margin-left:21.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span>&nbsp;&nbsp;</span></span><![endif]>外伤</p>
<p class=MsoNormal><a href="javascript:alert(1)" onclick="alert(2)">网址</a><img src=x onerror="window.pasted=2"></p>
<table class=MsoTableGrid border=1 cellspacing=0 style='border-collapse:collapse;mso-yfti-tbllook:1184'>
<tr style='mso-yfti-irow:0'><td width=277 style='width:207.4pt;border:solid windowtext 1.0pt'>
<p class=MsoNormal>药<o:p></o:p></p></td><td><p class=MsoNormal><i>剂量</i></p></td></tr>
<tr><td><p class=MsoNormal>卡马西平</p></td><td><p class=MsoNormal>0.1<sup>g</sup></p></td></tr></table>
<!--EndFragment--></body></html>"""
PASTE = """(box, [kind, text]) => {
  const data = new DataTransfer();
  data.setData(kind, text);
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def chips(page):
    return page.locator(".tag-chip > span").all_text_contents()


def relate(page, text, word):
    """Find a question by typing, as an editor does, and press the button beside it."""
    finder = page.locator(".related-new")
    finder.locator(".select2-selection").click()
    with page.expect_response(lambda answer: "term=" in answer.url):
        page.locator(".select2-search__field").fill(text)
    page.locator(".select2-results__option", has_text=text).first.click()
    finder.get_by_role("button", name=word, exact=True).click()
    page.get_by_text(f"已{word}“{text}").wait_for()


def test_the_whole_way_from_sign_in_to_withdrawn(signed_in, make_page, live_server):
    TagAlias.objects.create(tag=make_tag("面肌痉挛", kind=Tag.Kind.DISEASE), name="面肌痙攣")
    make_article(title="眼皮跳怎么办？", tags=["面肌痉挛"])
    make_article(title="面瘫怎么办？", tags=["面肌痉挛"])
    page = open_form(signed_in, live_server)

    page.get_by_label("标题", exact=False).first.fill("面部肌肉痉挛怎么办？")
    writing = page.locator(".prose-editor > .ProseMirror, .prose-editor .ProseMirror[contenteditable]").first
    writing.click()
    page.keyboard.type("先不要急。")
    page.get_by_role("button", name="粗体").click()
    page.keyboard.type("多休息。")
    page.keyboard.press("Enter")
    writing.evaluate(PASTE, ["text/html", WORD])

    box = page.get_by_role("combobox", name="标签")
    box.fill("面肌痙攣")
    box.press("Enter")
    page.locator(".tag-chip", has_text="面肌痉挛").wait_for()
    box.press_sequentially("Vitamin D，没有确认")
    assert chips(page) == ["面肌痉挛", "Vitamin D"]
    save(page)

    article = Article.objects.latest("pk")
    assert set(article.tags.names()) == {"面肌痉挛", "Vitamin D", "没有确认"}
    for part in (
        "<p>先不要急。<strong>多休息。</strong></p>",
        "<h2>病因</h2>",
        "<strong>血管压迫</strong>最常见",
        "<h4>少见的原因</h4>",
        "<ol><li><p>肿瘤</p><ul><li><p>听神经瘤</p></li></ul></li><li><p>外伤</p></li></ol>",
        "<em>剂量</em>",
        "0.1<sup>g</sup>",
    ):
        assert part in article.body
    assert "<table>" in article.body
    assert not re.search(r"style=|class=|mso|<o:p|script|onerror|onclick|&nbsp;|<img", article.body)
    assert page.evaluate("window.pasted") is None

    # Pin one, exclude the other.
    page.get_by_text("读者现在看到的").wait_for()
    relate(page, "眼皮跳", "置顶")
    relate(page, "面瘫", "排除")
    save(page)
    shown = page.locator(".related-panel ol li")
    assert shown.count() == 1
    assert "眼皮跳怎么办？ 指定" in " ".join(shown.first.inner_text().split())

    # Readers do not see the draft, its editor does.
    address = live_server.url + article.get_absolute_url()
    reader = make_page()
    assert reader.goto(address).status == 404
    make_page.complaints.clear()  # Chromium reports a page that answers 404
    page.get_by_role("link", name="在站点上查看").click()
    page.get_by_role("heading", name="面部肌肉痉挛怎么办？").wait_for()

    open_form(page, live_server, article)
    save(page, "submit")
    page.get_by_text("已提交审核：").wait_for()
    send(sign_in(make_staff("医学审核")), change_address(article), step="publish")
    assert make_page.complaints == []
    assert reader.goto(address).status == 200
    assert "血管压迫" in reader.inner_text("main")

    # Withdraw from the list.
    page.goto(f"{live_server.url}/admin/articles/article/")
    row = page.locator("#result_list tr", has_text="面部肌肉痉挛怎么办？")
    row.get_by_role("checkbox").check()
    page.get_by_label("操作：").select_option("撤下")
    page.get_by_role("button", name="执行").click()
    page.get_by_label("撤下原因").fill("内容正在核对。")
    page.get_by_role("button", name="撤下 1 个问题").click()
    page.get_by_text("已撤下 1 个问题").wait_for()
    assert make_page.complaints == []
    assert reader.goto(address).status == 410
    assert "内容正在核对。" in reader.inner_text("main")
    make_page.complaints.clear()


def test_a_saved_form_sent_again_says_that_nothing_changed(signed_in, live_server):
    article = make_article(status="draft", tags=["头痛", "Vitamin D"])
    page = open_form(signed_in, live_server, article)
    save(page)
    page.get_by_role("link", name="历史").click()
    assert "没有字段被修改" in page.inner_text("#change-history")


def test_the_editor_speaks_chinese_and_can_be_used_by_keyboard(signed_in, live_server):
    page = open_form(signed_in, live_server)
    names = page.locator(".prose-menubar button").evaluate_all("all => all.map(one => one.title)")
    assert names
    assert not [name for name in names if re.search("[A-Za-z]{2}", name)]
    page.get_by_role("button", name="插入表格").click()
    dialog = page.locator("dialog")
    assert "行数" in dialog.inner_text()
    assert not re.search("[A-Za-z]{2}", dialog.inner_text())
    dialog.locator("select").select_option("是")
    dialog.get_by_role("button", name="插入").click()
    assert page.locator(".ProseMirror th").count() == 3
    page.get_by_role("button", name="删除表格").wait_for()


def test_the_tag_box_suggests_and_is_led_by_keys(signed_in, live_server):
    for name in ("头痛", "头晕", "头皮痒"):
        make_tag(name)
    page = open_form(signed_in, live_server)
    box = page.get_by_role("combobox", name="标签")
    box.press_sequentially("头")
    page.locator(".tag-box-list [role=option]").nth(2).wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    box.press("ArrowDown")
    active = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("aria-selected") == "true"
    name = active.locator("span").first.inner_text()
    box.press("Enter")
    assert chips(page) == [name]
    box.press_sequentially("头")
    page.locator(".tag-box-list [role=option]").first.wait_for()
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    box.press("Backspace")
    box.press("Backspace")
    assert chips(page) == []
    assert page.locator("#id_tags").input_value() == ""


def test_the_tag_box_splits_what_is_pasted_and_marks_new_tags(signed_in, live_server):
    make_tag("头痛")
    page = open_form(signed_in, live_server)
    box = page.get_by_role("combobox", name="标签")
    box.evaluate(PASTE, ["text/plain", "头痛\n发烧；Vitamin D、ＨＰＶ,头痛"])
    assert chips(page) == ["头痛", "发烧", "Vitamin D", "HPV"]
    page.locator(".tag-chip.is-new", has_text="发烧").wait_for()
    assert page.locator(".tag-chip.is-new", has_text="头痛").count() == 0
    page.get_by_role("button", name="去掉 发烧").click()
    assert page.locator("#id_tags").input_value() == "头痛，Vitamin D，HPV"


def test_the_tag_box_leaves_a_composition_of_an_input_method_alone(signed_in, live_server):
    page = open_form(signed_in, live_server)
    page.get_by_role("combobox", name="标签").click()
    method = page.context.new_cdp_session(page)
    method.send("Input.imeSetComposition", {"text": "tou,tong", "selectionStart": 8, "selectionEnd": 8})
    assert chips(page) == []
    # The Enter that ends a composition belongs to the input method.
    page.get_by_role("combobox", name="标签").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert chips(page) == []
    method.send("Input.insertText", {"text": "头痛，"})
    page.locator(".tag-chip", has_text="头痛").wait_for()
    assert "/add/" in page.url


def test_without_javascript_the_tag_box_and_the_body_are_plain_texts(signed_in, make_page, live_server):
    page = make_page(java_script_enabled=False)
    page.context.add_cookies(signed_in.context.cookies())
    page.goto(f"{live_server.url}/admin/articles/article/add/")
    page.locator("#id_title").fill("没有脚本？")
    page.locator("#id_body").fill("<p>也能写。</p>")
    page.locator("#id_tags").fill("头痛、Vitamin D")
    page.locator("button[value=save]").last.click()
    article = Article.objects.get()
    assert article.body == "<p>也能写。</p>"
    assert set(article.tags.names()) == {"头痛", "Vitamin D"}


def test_two_windows_on_one_question_lose_nothing(signed_in, live_server):
    article = make_article(title="原题？", status="draft")
    page = open_form(signed_in, live_server, article)
    article.title = "别人的题？"
    article.save()
    page.locator("#id_title").fill("我的题？")
    save(page)
    page.get_by_text("有人先保存了").wait_for()
    assert page.locator("#id_title").input_value() == "我的题？"
    page.get_by_label("用我的").check()
    save(page)
    article.refresh_from_db()
    assert article.title == "我的题？"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_of_the_admin_opens_without_a_complaint(signed_in, make_page, live_server, scheme, width):
    User.objects.filter(username="lihong").update(is_superuser=True)
    article = make_article(tags=["头痛"])
    user = User.objects.get(username="lihong")
    page = make_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.context.add_cookies(signed_in.context.cookies())
    for address in (
        "/admin/",
        "/admin/articles/article/",
        "/admin/articles/article/add/",
        change_address(article),
        f"/admin/articles/article/{article.pk}/history/",
        f"/admin/articles/article/{article.pk}/delete/",
        "/admin/articles/tag/",
        change_address(article.tags.get()),
        "/admin/articles/doctor/add/",
        "/admin/articles/page/add/",
        "/admin/auth/user/",
        "/admin/auth/user/add/",
        change_address(user),
        f"/admin/auth/user/{user.pk}/password/",
        change_address(Group.objects.get(name="编辑")),
        "/admin/password_change/",
    ):
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
