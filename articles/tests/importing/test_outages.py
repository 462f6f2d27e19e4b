"""What an operator reads when the database fails in the middle of an import."""

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError

from articles.importing.outages import sentence


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError("database or disk is full"), "磁盘满了"),
        (OperationalError("could not extend file: No space left on device"), "磁盘满了"),
        (OperationalError("disk I/O error"), "磁盘满了"),
        (OperationalError("database is locked"), "正被别的程序占用"),
        (OperationalError("canceling statement due to lock timeout"), "正被别的程序占用"),
        (OperationalError("canceling statement due to statement timeout"), "正被别的程序占用"),
        (OperationalError("Deadlock detected"), "正被别的程序占用"),
        (OperationalError("attempt to write a readonly database"), "不可写"),
        (DatabaseError("cannot execute INSERT in a read-only transaction"), "不可写"),
        (DatabaseError("permission denied for table x"), "不可写"),
        (OperationalError("no such table: articles_article"), "manage.py migrate"),
        (OperationalError("no such column: x"), "manage.py migrate"),
        (DatabaseError('relation "articles_article" does not exist'), "manage.py migrate"),
        (IntegrityError("UNIQUE constraint failed"), "别人改动了同样的内容"),
        (OperationalError("server closed the connection"), "连不上数据库，或者连接断了：server closed the connection"),
        (InterfaceError("connection already closed"), "连不上数据库，或者连接断了"),
        (DatabaseError("something else"), "数据库报错，没有导入：something else"),
    ],
)
def test_a_failing_database_is_a_sentence_that_says_what_to_do(error, words):
    assert words in sentence(error)


@pytest.mark.parametrize("kind", [OperationalError, DatabaseError])
def test_what_the_database_says_is_quoted_to_a_bounded_length(kind):
    assert sentence(kind("x" * 120)).endswith("：" + "x" * 120)
    assert sentence(kind("x" * 121)).endswith("：" + "x" * 120 + "…")
