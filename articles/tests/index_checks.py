"""What tests of the index ask: what a command says, whether the index is whole, what is found."""

import io

from django.core.management import call_command

from articles.finding.search import search
from articles.models import indexing


def run(name, *arguments):
    """Run a command and return its exit status and all that it said."""
    out, status = io.StringIO(), 0
    try:
        call_command(name, *arguments, stdout=out, stderr=out, no_color=True)
    except SystemExit as stop:
        status = stop.code
    return status, out.getvalue()


def is_whole():
    status, said = run("check_index")
    assert (status, "索引与文章一致" in said) == (0, True), said
    return True


def found(query):
    return set(search(query).keys)


def interrupt(monkeypatch, after):
    """Let a rebuild with two articles a batch end, as by Ctrl-C, after some batches; returns what it said."""
    seen = []
    rows_of = indexing.rows_of

    def counting(*args):
        if len(seen) == after:
            raise KeyboardInterrupt
        seen.append(1)
        return rows_of(*args)

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "rows_of", counting)
        return run("rebuild_index", "--batch", "2")
