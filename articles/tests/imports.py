"""Running import_articles in tests, and the files that it is given."""

import io
import json
from typing import NamedTuple

from django.conf import settings
from django.core.management import call_command

SEED_PAGE = settings.BASE_DIR / "fixtures" / "scraped-page.txt"


class Run(NamedTuple):
    status: int
    out: str
    err: str


def run_import(*arguments):
    """Run the command as an operator would, and return its exit status and what it said."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("import_articles", *map(str, arguments), stdout=out, stderr=err, no_color=True)
    except SystemExit as stop:
        status = stop.code
    return Run(status, out.getvalue(), err.getvalue())


def imported(*arguments):
    """Run the command, insist that all went well, and return what it said."""
    run = run_import(*arguments)
    assert (run.status, run.err) == (0, "")
    return run.out


def json_lines(path, *rows):
    """Write rows as JSON lines and return the path."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def page(title="感冒怎么办？", byline="李医生 2025-06-24 23:05:25 1", answer="多喝水。", items=(), end="返回"):
    """Return the text of a scraped page; `items` are (title, date, excerpt)."""
    listed = "\n\n".join(f"{title} {date}\n\n{excerpt}\n" for title, date, excerpt in items)
    return f"{title}\n\n{byline}\n\n  {answer}\n\n点赞\n相关资源\n\n{listed}\n{end}"


def page_file(path, **parts):
    path.write_text(page(**parts), encoding="utf-8")
    return path
