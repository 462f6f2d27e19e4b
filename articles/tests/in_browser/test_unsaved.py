"""Keys, and unsaved forms, in a real Chromium: what was typed outlives a crash and is never put back silently."""

import re

import pytest
from django.contrib.auth.models import User

from articles.models import Article, Tag, UnsavedForm
from articles.tests import factories
from articles.tests.browser_editing import enter, make_person, open_form, save
from articles.tests.factories import make_doctor, make_tag

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
COUNT = "Object.keys(localStorage).filter((name) => name.startsWith('healthqa:unsaved:')).length"


def make_article(**fields):
    """A question that changes at once when it is saved."""
    return factories.make_article(**{"status": Article.Status.DRAFT, **fields})


def offer(page):
    return page.get_by_role("region", name="没有保存的内容")


def write(page, text):
    """Type at the end of the body and wait until the browser keeps it."""
    page.locator(".ProseMirror").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)
    page.get_by_text("已暂存在这台电脑").wait_for()


def test_what_was_typed_before_a_crash_is_offered_shown_and_restored(signed_in, live_server):
    doctor, article = make_doctor(name="周明远"), make_article(title="原题？", body="<p>原文。</p>", tags=["头痛"])
    make_tag("发烧", kind=Tag.Kind.SYMPTOM)
    page = open_form(signed_in, live_server, article)
    page.locator("#id_title").fill("新题？")
    page.get_by_role("combobox", name="标签").press_sequentially("发烧，")
    page.locator(".field-doctor .select2-selection").click()
    page.locator(".select2-search__field").fill("周明远")
    page.locator(".select2-results__option", has_text="周明远").click()
    write(page, "后来写的。")

    open_form(page, live_server, article)  # as after a crash: nothing was sent
    shown = offer(page).inner_text()
    assert re.search("现在：原题？.*当时写的：新题？", shown, re.DOTALL)
    assert "原文。后来写的。" in shown
    assert "周明远" in shown
    assert "后来又保存过" not in shown
    assert page.locator("#id_title").input_value() == "原题？"
    assert "后来写的" not in page.locator(".ProseMirror").inner_text()

    offer(page).get_by_role("button", name="恢复").click()
    offer(page).wait_for(state="detached")
    assert page.locator("#id_title").input_value() == "新题？"
    assert page.locator(".tag-chip > span").all_text_contents() == ["头痛", "发烧"]
    save(page)
    article.refresh_from_db()
    assert (article.title, article.body, article.doctor) == ("新题？", "<p>原文。后来写的。</p>", doctor)
    assert set(article.tags.names()) == {"头痛", "发烧"}
    page.wait_for_load_state("load")
    assert page.evaluate(COUNT) == 0
    assert "#" not in page.url


def test_a_saved_form_is_forgotten_wherever_it_leads(signed_in, live_server):
    page = open_form(signed_in, live_server)
    page.locator("#id_title").fill("头痛怎么办？")
    write(page, "先休息。")
    assert page.evaluate(COUNT) == 1
    save(page)
    page.locator(".prose-menubar").wait_for()
    assert page.evaluate(COUNT) == 0
    assert offer(page).count() == 0


def test_a_refused_form_stays_kept(signed_in, live_server):
    article = make_article(title="原题？")
    page = open_form(signed_in, live_server, article)
    write(page, "写了很久。")
    page.locator("#id_title").fill("")
    save(page)
    page.locator(".prose-menubar").wait_for()
    page.get_by_text("已暂存在这台电脑").wait_for()
    assert offer(page).count() == 0
    open_form(page, live_server, article)
    assert "写了很久。" in offer(page).inner_text()


def test_discarded_is_discarded(signed_in, live_server):
    article = make_article(body="<p>原文。</p>")
    page = open_form(signed_in, live_server, article)
    write(page, "不要了。")
    open_form(page, live_server, article)
    offer(page).get_by_role("button", name="丢弃").click()
    offer(page).wait_for(state="detached")
    assert page.evaluate(COUNT) == 0
    open_form(page, live_server, article)
    assert offer(page).count() == 0


def test_what_was_undone_by_hand_is_not_kept(signed_in, live_server):
    page = open_form(signed_in, live_server, make_article(title="原题？"))
    page.locator("#id_title").fill("新题？")
    page.get_by_text("已暂存在这台电脑").wait_for()
    page.locator("#id_title").fill("原题？")
    page.get_by_text("已暂存在这台电脑").wait_for(state="detached")
    assert page.evaluate(COUNT) == 0


def test_what_somebody_else_has_saved_meanwhile_is_not_overwritten(signed_in, live_server):
    article = make_article(title="原题？", body="<p>原文。</p>")
    page = open_form(signed_in, live_server, article)
    write(page, "我写的。")
    article = Article.objects.get(pk=article.pk)
    article.title = "别人的题？"
    article.save()

    open_form(page, live_server, article)
    assert "这个问题后来又保存过" in offer(page).inner_text()
    offer(page).get_by_role("button", name="恢复").click()
    save(page)
    page.get_by_text("同时采用了").wait_for()
    assert "我写的。" in page.locator(".ProseMirror").inner_text()
    article.refresh_from_db()
    assert article.title == "别人的题？"
    assert "我写的。" in article.revisions.open().get().body


def test_the_form_that_is_open_in_another_window_is_not_offered(signed_in, live_server):
    article = make_article(body="<p>原文。</p>")
    page = open_form(signed_in, live_server, article)
    write(page, "在写。")
    other = page.context.new_page()
    open_form(other, live_server, article)
    assert offer(other).count() == 0
    page.close()
    open_form(other, live_server, article)
    assert "在写。" in offer(other).inner_text()


def test_another_user_or_question_is_offered_nothing(signed_in, live_server):
    article, other = make_article(body="<p>原文。</p>"), make_article()
    page = open_form(signed_in, live_server, article)
    write(page, "我写的。")
    open_form(page, live_server, other)
    assert offer(page).count() == 0
    UnsavedForm.objects.update(user=make_person("wangjun", "王军", "编辑"))
    page.evaluate(
        """() => {
        for (const name of Object.keys(localStorage)) {
          localStorage.setItem(name.replace(/unsaved:\\d+:/, "unsaved:99:"), localStorage[name]);
          localStorage.removeItem(name);
        }
    }"""
    )
    open_form(page, live_server, article)
    assert offer(page).count() == 0


def test_broken_old_and_too_many_entries_are_cleared_away(signed_in, live_server):
    article = make_article()
    page = open_form(signed_in, live_server, article)
    page.evaluate(
        """() => {
        const at = Date.now();
        localStorage.setItem("healthqa:unsaved:1:1:broken", "{");
        localStorage.setItem("healthqa:unsaved:1:1:strange", '"x"');
        localStorage.setItem("healthqa:unsaved:1:1:old", JSON.stringify({ at: at - 15 * 86400000, values: {} }));
        for (let i = 0; i < 30; i += 1) {
          localStorage.setItem(`healthqa:unsaved:1:${i + 100}:a${i}`, JSON.stringify({ at: at - i, values: {} }));
        }
        localStorage.setItem("another", "stays");
    }"""
    )
    open_form(page, live_server, article)
    assert page.evaluate(COUNT) == 20
    assert page.evaluate("localStorage.getItem('healthqa:unsaved:1:100:a0') !== null")
    assert page.evaluate("localStorage.getItem('another')") == "stays"


def test_what_stands_in_storage_is_text_and_never_markup(signed_in, live_server, make_page):
    article = make_article(title="原题？", body="<p>原文。</p>")
    page = open_form(signed_in, live_server, article)
    page.locator("#id_title").fill("<img src=x onerror=alert(1)>？")
    page.get_by_text("已暂存在这台电脑").wait_for()
    page.evaluate(
        """() => {
        const evil = "<img src=x onerror=window.evil=1><script>window.evil=1</script>原文";
        for (const name of Object.keys(localStorage).filter((name) => name.includes("unsaved"))) {
          localStorage.setItem(name, localStorage[name].replace("原文", evil));
        }
    }"""
    )
    open_form(page, live_server, article)
    assert "<img src=x onerror=alert(1)>" in offer(page).inner_text()
    offer(page).get_by_role("button", name="恢复").click()
    assert page.evaluate("window.evil") is None
    # Chromium reports a handler where markup is only parsed, too.
    assert all("inline" in complaint for complaint in make_page.complaints)
    make_page.complaints.clear()


# --- Another device ---------------------------------------------------------------

IPAD = "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/604.1"


@pytest.fixture
def ipad(signed_in, make_page, live_server):
    """Another device of the person who is signed in."""
    page = make_page(viewport={"width": 768, "height": 1024}, user_agent=IPAD, has_touch=True)
    return enter(page, live_server, User.objects.get(username="lihong"))


def test_what_stands_unsaved_on_the_pc_is_offered_on_the_ipad_and_saved_there(signed_in, ipad, live_server):
    article = make_article(title="原题？", body="<p>原文。</p>")
    page = open_form(signed_in, live_server, article)
    page.locator("#id_title").fill("<b>新题？</b>")
    write(page, "在电脑上写的。")
    page.get_by_text("也存在服务器上").wait_for()

    open_form(ipad, live_server, article)
    offer(ipad).wait_for()
    shown = offer(ipad).inner_text()
    assert re.search(r"您在另一台设备（\w+ 电脑）上 \d+月\d+日 \d\d:\d\d 改过下面这些，没有保存", shown)
    assert "另一台设备上还开着这一页" in shown
    assert re.search("现在：原题？.*当时写的：<b>新题？</b>", shown, re.DOTALL)
    assert "后来又保存过" not in shown
    assert ipad.locator("#id_title").input_value() == "原题？"

    offer(ipad).get_by_role("button", name="恢复").click()
    ipad.get_by_text("已暂存在这台设备").wait_for()
    save(ipad)
    ipad.locator(".prose-menubar").wait_for()
    article.refresh_from_db()
    assert (article.title, article.body) == ("<b>新题？</b>", "<p>原文。在电脑上写的。</p>")
    assert not UnsavedForm.objects.exists()
    assert offer(ipad).count() == 0


def test_what_the_server_keeps_of_a_new_question_is_offered_once_and_discarded_for_good(signed_in, ipad, live_server):
    page = open_form(signed_in, live_server)
    page.locator("#id_title").fill("头痛怎么办？")
    page.get_by_text("也存在服务器上").wait_for()
    page.locator("#id_title").fill("头痛怎么治？")  # sent as the page is left
    page.wait_for_timeout(100)
    open_form(page, live_server)
    offer(page).wait_for()
    assert "您在这台电脑上改过" in offer(page).inner_text()
    for _ in range(100):  # until what was sent as the page was left has arrived
        if not UnsavedForm.objects.filter(open_until__isnull=False).exists():
            break
        page.wait_for_timeout(100)

    open_form(ipad, live_server)
    offer(ipad).wait_for()
    assert "头痛怎么治" in offer(ipad).inner_text()
    assert "还开着" not in offer(ipad).inner_text()
    with ipad.expect_response(lambda answer: "/unsaved/" in answer.url and answer.request.method == "POST"):
        offer(ipad).get_by_role("button", name="丢弃").click()
    assert not UnsavedForm.objects.exists()
    open_form(ipad, live_server)
    assert ipad.locator("#unsaved").get_attribute("data-kept") == ""
    assert offer(ipad).count() == 0


# --- Keys ------------------------------------------------------------------------


def test_ctrl_s_saves_from_wherever_the_editor_types_and_stays(signed_in, live_server):
    article = make_article(title="原题？", body="<p>原文。</p>")
    page = open_form(signed_in, live_server, article)
    write(page, "接着写。")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    article.refresh_from_db()
    assert article.body == "<p>原文。接着写。</p>"
    assert page.url.endswith("/change/")
    page.locator(".prose-menubar").wait_for()
    page.locator("#id_title").fill("新题？")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    article.refresh_from_db()
    assert article.title == "新题？"


def test_saving_by_key_publishes_nothing(signed_in, live_server):
    article = make_article(status=Article.Status.DRAFT, published_at=None)
    page = open_form(signed_in, live_server, article)
    page.locator("#id_title").fill("新题？")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    article.refresh_from_db()
    assert (article.title, article.status) == ("新题？", Article.Status.DRAFT)


def test_keys_lead_to_the_preview_and_to_the_next_of_the_queue(signed_in, live_server):
    article, waiting = make_article(), make_article(status=Article.Status.REVIEW)
    page = open_form(signed_in, live_server, article)
    page.locator("#id_title").fill("没有保存的题？")
    with page.context.expect_page() as opened:
        page.keyboard.press("Alt+p")
    opened.value.get_by_role("heading", name="没有保存的题？").wait_for()
    page.locator("#id_title").fill("又改的题？")
    page.get_by_role("button", name="预览").last.click()
    opened.value.get_by_role("heading", name="又改的题？").wait_for()  # in the same tab
    assert len(page.context.pages) == 2
    assert "还没有保存，读者现在看不到：标题" in opened.value.locator(".preview-banner").inner_text()
    article.refresh_from_db()
    assert article.title != "又改的题？"
    page.get_by_text("已暂存在这台电脑").wait_for()
    page.locator("#id_title").focus()
    with page.expect_navigation():
        page.keyboard.press("Alt+n")
    assert page.url.endswith(f"/{waiting.pk}/change/")


def test_the_help_lists_the_keys_and_closes_with_escape(signed_in, live_server):
    page = open_form(signed_in, live_server)
    page.keyboard.press("Alt+/")
    dialog = page.get_by_role("dialog", name="快捷键")
    assert "保存，留在这一页" in dialog.inner_text()
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    page.get_by_role("button", name="快捷键").click()
    dialog.get_by_role("button", name="关闭").click()
    dialog.wait_for(state="hidden")


def test_the_keys_of_an_input_method_are_its_own(signed_in, live_server):
    article = make_article()
    page = open_form(signed_in, live_server, article)
    event = {"code": "KeyN", "key": "n", "altKey": True, "isComposing": True}
    page.locator("#id_title").dispatch_event("keydown", event)
    page.wait_for_timeout(300)
    assert page.url.endswith(f"/{article.pk}/change/")


def test_a_text_too_long_for_the_server_is_there_after_going_back(signed_in, live_server, make_page):
    article = make_article(body="<p>原文。</p>")
    page = open_form(signed_in, live_server, article)
    replace = "text => document.querySelector('.ProseMirror').editor.commands.setContent(text, { emitUpdate: true })"
    page.evaluate(replace, f"<p>{'长' * 650_000}</p>")
    page.get_by_text("已暂存在这台电脑").wait_for()
    save(page)
    assert "文字太长：一次最多提交 5 MB" in page.locator("main").inner_text()
    page.go_back()
    page.locator(".ProseMirror", has_text="长" * 100).wait_for()
    assert page.locator("#id_body").input_value() == f"<p>{'长' * 650_000}</p>"
    article.refresh_from_db()
    assert article.body == "<p>原文。</p>"
    make_page.complaints.clear()  # the console names what the server refused


def test_a_new_question_begins_in_its_title(signed_in, live_server):
    page = open_form(signed_in, live_server)
    page.wait_for_load_state("load")
    page.keyboard.type("头痛怎么办？")
    assert page.locator("#id_title").input_value() == "头痛怎么办？"


@pytest.mark.parametrize("step", ["save", "submit"])
def test_going_back_from_a_question_just_made_leads_to_it_and_not_to_a_second_form(signed_in, live_server, step):
    page = open_form(signed_in, live_server)
    page.wait_for_load_state("load")
    page.locator("#id_title").fill("头痛怎么办？")
    write(page, "先休息。")
    save(page, step)
    article = Article.objects.get()
    # At once, before the next page has run its scripts.
    page.evaluate("document.documentElement.dataset.before = ''; history.back()")
    page.locator(f"html:not([data-before]) #unsaved[data-article='{article.pk}']").wait_for(state="attached")
    assert page.locator("#id_title").input_value() == "头痛怎么办？"
    page.locator(".prose-menubar").wait_for()
    save(page)
    assert Article.objects.get().title == "头痛怎么办？"


def test_a_second_new_question_begins_empty(signed_in, live_server):
    page = open_form(signed_in, live_server)
    page.locator("#id_title").fill("头痛怎么办？")
    save(page)
    page = open_form(page, live_server)
    assert page.locator("#id_title").input_value() == ""
    assert page.url.endswith("/add/")
