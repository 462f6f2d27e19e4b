"""How a long command tells on a terminal how far it has come."""

import fcntl
import os
import pty
import select
import struct
import termios

import pytest
from django.core.management.base import OutputWrapper

from articles.management import progress
from articles.management.progress import Progress


@pytest.fixture
def terminal():
    """A terminal of 24 lines of 60 characters: (the stream of a command, what its screen gets up to some text)."""
    screen, side = pty.openpty()

    def read(end):
        got = b""
        while end.encode() not in got and select.select([screen], [], [], 10)[0]:
            got += os.read(screen, 10_000)
        return got.decode(errors="ignore")  # it may end within a character

    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    with os.fdopen(side, "w", encoding="utf-8") as file:
        yield OutputWrapper(file), read
    os.close(screen)


def test_a_long_work_shows_how_much_is_done_and_makes_room_for_lines(terminal, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 1e-9)
    monkeypatch.setattr(progress, "PAUSE", 0)
    stream, screen = terminal
    shown = Progress(stream, 200)
    shown.advance(50)
    assert screen("还要").startswith("\r 25% ")
    shown.clear()
    stream.write("甲")
    line, end, _ = screen("甲").rpartition("\r甲")
    assert (line.partition("\r")[2].strip(), end) == ("", "\r甲")
    shown.advance(1000)
    assert "\r100%" in screen("100%")


def test_a_short_work_shows_nothing(terminal):
    stream, screen = terminal
    Progress(stream, 200).advance(50)
    stream.write("甲")
    assert screen("\n") == "甲\r\n"


def test_nothing_is_shown_where_nobody_looks(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 1e-9)
    with open(tmp_path / "log", "w", encoding="utf-8") as file:
        shown = Progress(OutputWrapper(file), 200)
        shown.advance(50)
        shown.clear()
    assert (tmp_path / "log").read_text(encoding="utf-8") == ""
