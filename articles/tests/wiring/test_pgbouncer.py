"""Behind a real PgBouncer whose pool is one of transactions, where nothing of a session outlives a transaction."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from articles.tests.factories import make_article

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PgBouncer is for PostgreSQL"),
    pytest.mark.skipif(not shutil.which("pgbouncer"), reason="needs pgbouncer"),
]
# Three threads on two connections of the server: whoever relied on its own session would meet another's.
AT_WORK = """
import sys
from concurrent.futures import ThreadPoolExecutor
import django
django.setup()
from django.core.management import call_command
from django.db import connection, connections
from articles.models import Article
from articles.models.turns import turn

def work(number):
    try:
        for round in range(5):
            with turn():
                Article.objects.create(title=f"第{number}人第{round}问怎么办？", body="<p>答。</p>", status="published")
            titles = [article.title for article in Article.objects.order_by("pk").iterator(chunk_size=2)]
        return len(titles)
    finally:
        connections.close_all()

with ThreadPoolExecutor(3) as threads:
    list(threads.map(work, range(3)))
call_command("migrate", verbosity=0)
call_command("export_site", sys.argv[1], verbosity=0)
"""


@pytest.fixture
def pooled(tmp_path):
    """The address of the test's database behind PgBouncer."""
    how = connection.get_connection_params()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = " ".join(f"{name}={how[name]}" for name in ("host", "port", "user", "password") if how.get(name))
    users = tmp_path / "users.txt"
    users.write_text(f'"{how.get("user", "")}" ""\n')
    ini = tmp_path / "pgbouncer.ini"
    ini.write_text(
        f"[databases]\nsite = {server} dbname={how['dbname']}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {users}\n"
        "pool_mode = transaction\ndefault_pool_size = 2\n"
    )
    command = ["pgbouncer", *(["-u", "nobody"] if os.geteuid() == 0 else []), str(ini)]
    bouncer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"postgres://{how.get('user', '')}@127.0.0.1:{port}/site"
    finally:
        bouncer.terminate()
        bouncer.wait()


def run(script, address, *values, **environment):
    return subprocess.run(
        [sys.executable, "-c", script, *values],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": address, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_site_works_behind_it_and_nodes_may_migrate_through_it(pooled, tmp_path):
    make_article(title="先有的问题怎么办？")
    result = run(AT_WORK, pooled, str(tmp_path / "content.jsonl"), PGBOUNCER="1")
    assert result.returncode == 0, result.stderr
    rows = [json.loads(line) for line in (tmp_path / "content.jsonl").read_text().splitlines()]
    assert len([row for row in rows if "怎么办？" in row.get("title", "")]) == 16


def test_without_its_setting_the_first_connection_says_what_is_wrong(pooled):
    result = run("import django; django.setup(); from articles.models import Tag; Tag.objects.first()", pooled)
    assert result.returncode != 0
    assert "unsupported startup parameter: options" in result.stderr
