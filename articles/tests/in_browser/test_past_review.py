"""A text that its doctor has not seen: readers are told, the desk asks, and a review that is recorded ends both."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Doctor
from articles.tests.browser_editing import enter, fits, make_person, open_form, queue, take
from articles.tests.factories import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOLD = "没有经这位医生重新审核"


@pytest.mark.parametrize("width", [360, 1440])
def test_a_changed_dose_is_told_asked_about_and_reviewed(make_page, live_server, width):
    window = {"width": width, "height": 900}
    doctor = Doctor.objects.create(name="张文静", user=make_person("zhang", "张文静", "医学审核"))
    day = timezone.localdate() - timedelta(days=100)
    article = make_article(title="头痛吃什么？", body="<p>每次 5 mg。</p>", reviewer=doctor, reviewed_on=day)
    reader = make_page(viewport=window)

    def is_told():
        reader.goto(live_server.url + article.get_absolute_url())
        fits(reader)
        return TOLD in reader.inner_text("main")

    editor = enter(make_page(viewport=window), live_server, make_person("lihong", "李红", "编辑"))
    own = enter(make_page(viewport=window), live_server, doctor.user)
    assert not is_told()

    # The editor changes the dose, and somebody else than the doctor approves it.
    manager = enter(make_page(viewport=window), live_server, make_person("chief", "王总", "管理员"))
    open_form(editor, live_server, article)
    editor.locator(".ProseMirror").click()
    editor.keyboard.press("Control+A")
    editor.keyboard.type("每次 50 mg。")
    take(editor, "提交审核", "已提交审核")
    assert not is_told()
    open_form(manager, live_server, article)
    take(manager, "通过并发布", "已通过并发布")
    assert is_told()
    assert "50 mg" in reader.inner_text("main")

    # Both see it on the desk, and in the list; the form says what to do and leads to what was changed.
    for page in (editor, own):
        page.goto(f"{live_server.url}/admin/")
        asked = queue(page, "审核后改过")
        assert "张文静" in asked.inner_text()
        fits(page)
        page.goto(f"{live_server.url}/admin/articles/article/?due=changed")
        assert "头痛吃什么？" in page.inner_text("#result_list")
        page.goto(f"{live_server.url}/admin/")
        queue(page, "审核后改过").get_by_role("link", name="头痛吃什么？").click()
        page.get_by_role("link", name="看审核以后改了什么").click()
        page.locator(".difference-body").wait_for()
        assert "50" in page.locator(".difference-body ins").first.inner_text()
        fits(page)
    own.go_back()
    fits(own)
    take(own, "登记审核", "已登记审核")
    assert own.locator(".standing-past").count() == 0
    assert not is_told()
    for page in (editor, own):
        page.goto(f"{live_server.url}/admin/")
        assert "没有医生审核以后又改过的问题" in queue(page, "审核后改过").inner_text()
