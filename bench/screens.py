"""Pictures of the pages that readers meet, for eyes: sizes, colours, sizes of type.

    python bench/screens.py http://127.0.0.1:8000 FOLDER            # every page in every look, to be looked at
    python bench/screens.py http://127.0.0.1:8000 docs/images --docs  # the few that docs/pages.md shows, as small WebP

Wants a running site with the demo content (make run) and a Chromium (CHROMIUM, or on the path).
"""

import argparse
import os
import shutil
from io import BytesIO
from pathlib import Path

import weight
from PIL import Image

PAGES = {
    "home": "/",
    "urgent": "/articles/17/",
    "question": "/articles/12/",
    "table": "/articles/35/",
    "search": "/search/?q=面肌痉挛",
    "danger": "/search/?q=胸痛",
    "nothing": "/search/?q=没有这种东西",
    "list": "/articles/",
    "tag": "/tags/面肌痉挛/",
    "doctor": "/doctors/1/",
    "tags": "/tags/",
    "tags-letter": "/tags/?letter=M",
    "doctors": "/doctors/",
    "doctors-letter": "/doctors/?letter=Z",
    "report": "/articles/17/report/",
    "like": "/articles/17/like/",
    "about": "/about/",
    "404": "/nothing/here/",
}
WIDTHS = {360: 740, 768: 1024, 1440: 900}
LOOKS = {"light": ("light", "0"), "dark": ("dark", "0"), "larger": ("light", "2")}
# What docs/pages.md shows: (page, width, look, height in pixels of the page).
DOCS = [
    ("home", 1440, "light", 900),
    ("home", 360, "light", 740),
    ("urgent", 360, "light", 740),
    ("urgent", 360, "larger", 740),
    ("question", 1440, "light", 900),
    ("question", 360, "dark", 740),
    ("table", 768, "light", 1024),
    ("danger", 360, "light", 740),
    ("search", 768, "dark", 900),
    ("tag", 360, "light", 740),
    ("doctor", 1440, "dark", 900),
    ("tags", 1440, "light", 900),
]
MOST = 60_000  # bytes of a picture in docs/


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", help="address of a running site")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", action="store_true", help="what docs/pages.md shows, one screen of each, as WebP")
    parser.add_argument("--pages", nargs="*", default=list(PAGES), choices=PAGES, metavar="NAME")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    wanted = DOCS if options.docs else [(p, w, look, None) for p in options.pages for w in WIDTHS for look in LOOKS]

    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=weight.ARGUMENTS)
        for page, width, look, height in wanted:
            shot = picture(chromium, options.site.rstrip("/") + PAGES[page], width, look, height)
            name = f"page-{page}-{width}-{look}"
            if options.docs:
                save_small(shot, options.folder / f"{name}.webp")
            else:
                (options.folder / f"{name}.png").write_bytes(shot)
        chromium.close()


def picture(chromium, address, width, look, height):
    """Return a PNG of a page: of `height` pixels, or of the whole page where that is None."""
    scheme, size = LOOKS[look]
    context = chromium.new_context(
        locale="zh-CN", color_scheme=scheme, viewport={"width": width, "height": height or WIDTHS[width]}
    )
    page = context.new_page()
    page.add_init_script(f"localStorage.setItem('large-type', '{size}')")
    page.goto(address)
    shot = page.screenshot(full_page=height is None)
    context.close()
    return shot


def save_small(shot, path):
    """Write a PNG as WebP of few colours, of which a page has few, until it is small enough."""
    image = Image.open(BytesIO(shot)).convert("RGB")
    for colours in (64, 32, 16, 8):
        image.quantize(colours, dither=Image.Dither.NONE).convert("RGB").save(path, lossless=True, quality=60, method=4)
        if path.stat().st_size <= MOST:
            return


if __name__ == "__main__":
    main()
