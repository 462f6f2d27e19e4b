"""What a page weighs in a real Chromium: requests and bytes over the wire of a first and of a second visit."""

import os
import shutil
from importlib.util import find_spec

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
MOST_BYTES, MOST_REQUESTS = 18_000, 4


def chromium_path():
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def lacking():
    """Return what there is not, and what will not be measured without it."""
    lacks = [] if chromium_path() else ["Chromium (on the path, or its path in CHROMIUM)"]
    lacks += [] if find_spec("playwright") else ["Playwright (requirements-dev.txt)"]
    return [f"{one}: page weights" for one in lacks]


def measure(site, bars):
    if lacks := lacking():
        print("\npage weights were not measured")
        bars.add("what page weights lack", len(lacks), 0)
        return
    from playwright.sync_api import sync_playwright

    server = site.serve()
    pages = {
        "question": site.questions(slice(0, 1))[0],
        "home": "/",
        "list": "/articles/",
        "tag": site.tag.get_absolute_url(),
        "search": f"/search/?q={site.titles[0][:4]}",
    }
    print(f"\n{'page weight':14}{'first visit':>24}{'second visit':>24}")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        for name, address in pages.items():
            first, second = visits(chromium, server.address + address)
            print(f"{name:14}" + "".join(f"{n:>8} req {size / 1000:9.1f} KB" for n, size in (first, second)))
            if name == "question":
                bars.add("first visit to a question, everything included", first[1] / 1000, MOST_BYTES / 1000, " KB")
                bars.add("requests of a first visit to a question", first[0], MOST_REQUESTS)
        chromium.close()
    server.stop()


def visits(chromium, address):
    """Return (requests, bytes over the wire) of two visits by one new reader, by the browser's own count."""
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    found = []
    session.on("Network.loadingFinished", lambda event: found.append(event["encodedDataLength"]))
    counted = []
    for _ in range(2):
        found.clear()
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(300)
        over_the_wire = [size for size in found if size]
        counted.append((len(over_the_wire), sum(over_the_wire)))
        page.goto("about:blank")
    context.close()
    return counted
