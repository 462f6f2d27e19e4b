"""A real Chromium for tests. A page fails its test when the console shows an error or the policy is violated."""

import os
import shlex
import shutil
import signal
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from articles.tests.browser_editing import TABLET, enter, make_person

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


LONGEST = 180  # seconds that a test may take


class Browsers:
    """One Chromium after the other: the next is started when the last was ended."""

    def __init__(self, playwright, path, folder):
        self.playwright = playwright
        self.pid = folder / "pid"
        self.starter = folder / "chromium"
        self.starter.write_text(f'#!/bin/sh\necho $$ >{shlex.quote(str(self.pid))}\nexec {shlex.quote(path)} "$@"\n')
        self.starter.chmod(0o700)
        self.browser = None

    def get(self):
        if not (self.browser and self.browser.is_connected()):
            self.browser = self.playwright.chromium.launch(executable_path=self.starter, args=ARGUMENTS)
        return self.browser

    def end(self):
        """Kill the Chromium; whatever waits for it fails."""
        with suppress(ProcessLookupError):
            os.kill(int(self.pid.read_text()), signal.SIGKILL)


@pytest.fixture(autouse=True)
def _index_of_the_tests_before_is_gone(empty_index):
    """Each test has a site of its own: what others have left would be counted, and stand before what is there."""


@pytest.fixture(scope="session")
def browsers(tmp_path_factory):
    from playwright.sync_api import expect, sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no Chromium: set CHROMIUM to its path")
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browsers = Browsers(playwright, str(Path(path).resolve()), tmp_path_factory.mktemp("chromium"))
        yield browsers
        browsers.get().close()


@pytest.fixture
def browser(browsers):
    """A Chromium that is ended when its test takes too long.

    Now and then Chromium never answers a paste, on some machines once in a thousand and on others once in thirty, and
    Playwright sets no limit to that. Ended, it fails the test, which `make test-browser` then runs twice more at most.
    """
    watchdog = threading.Timer(LONGEST, browsers.end)
    watchdog.start()
    yield browsers.get()
    watchdog.cancel()


@pytest.fixture
def make_page(browser):
    """Open pages in contexts of their own; afterwards fail for what any of them complained about.

    A test that expects a complaint empties `make_page.complaints`.
    """
    contexts, complaints = [], []

    def make(**options):
        context = browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(WATCH)
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    make.complaints = complaints
    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(make_page):
    return make_page()


@pytest.fixture
def editor(make_page, live_server):
    """李红 at the desk, with a large screen."""
    return enter(make_page(), live_server, make_person("lihong", "李红", "编辑"))


@pytest.fixture
def reviewer(editor, make_page, live_server):
    """陈静 of 医学审核 at the desk, with a tablet."""
    return enter(make_page(viewport=TABLET), live_server, make_person("chenjing", "陈静", "医学审核"))


@pytest.fixture
def signed_in(page, live_server):
    return enter(page, live_server, make_person("lihong", "李红", "编辑"))
