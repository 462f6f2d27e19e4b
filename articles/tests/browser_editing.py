"""What tests of the admin in a real Chromium do: sign in, open a form, write, and press 保存."""

from django.contrib.auth.models import Group, User

from .editing import change_address

PASSWORD = "long-enough-1"
TABLET = {"width": 768, "height": 1024}


def make_person(username, name, group):
    """Somebody of the staff who can sign in; `name` begins with a family name of one character."""
    user = User.objects.create_user(username, password=PASSWORD, is_staff=True, last_name=name[0], first_name=name[1:])
    user.groups.add(Group.objects.get(name=group))
    return user


def enter(page, live_server, user, path="/admin/"):
    """Sign in by the form, and go to `path`."""
    page.goto(f"{live_server.url}/admin/login/?next={path}")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_text("您好，").wait_for()
    return page


def open_form(page, live_server, article=None):
    page.goto(live_server.url + (change_address(article) if article else "/admin/articles/article/add/"))
    page.locator(".prose-menubar").wait_for()
    return page


def save(page, step="save"):
    """Press the button of a step; after saving, the form is shown again."""
    with page.expect_navigation():
        page.locator(f"button[name=_step][value={step}]").last.click()


def until(page, condition):
    """Wait until an expression holds. Asked to wait for a string, Playwright evaluates it within the page again and
    again, and that the policy of the site refuses."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def take(page, label, said):
    """Press the button `label` of a form, and read what the next page says."""
    with page.expect_navigation():
        page.get_by_role("button", name=label, exact=True).last.click()
    page.get_by_text(said).first.wait_for()


def take_rare(page, label, said):
    """Take a step whose button stands behind 更多."""
    page.get_by_role("button", name="更多").click()
    take(page, label, said)


def press(page, *keys):
    """Press keys at the end of the body."""
    page.locator(".prose-menubar").wait_for()
    page.locator(".ProseMirror").click()
    page.wait_for_timeout(100)  # ProseMirror puts the selection right 20 ms after it got the focus
    for key in ("Control+End", *keys):
        page.keyboard.press(key)


def write(page, text):
    """Write a paragraph at the end of the body."""
    page.locator(".prose-menubar").wait_for()
    press(page, *(["Enter"] if page.locator(".ProseMirror").inner_text().strip() else []))
    page.keyboard.insert_text(text)


def queue(page, title):
    """The queue of this title on the desk."""
    return page.locator(".desk-queue", has=page.get_by_role("heading", name=title))


def tab_to(page, name):
    """Move the focus forward to what has this text, as a keyboard does; what has it can be seen to have it."""
    for _ in range(100):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.inner_text().strip() == name:
            outline = focused.evaluate("one => getComputedStyle(one).outlineStyle + getComputedStyle(one).boxShadow")
            assert outline != "nonenone", name
            return
    raise AssertionError(f"no key leads to {name}")


def fits(page):
    """The page is not wider than its window."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
