"""deploy/: what an operator copies to a machine is right, as far as the programs that read it can tell."""

import http.client
import os
import re
import shutil
import socketserver
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings

from articles.tests import nginx
from healthqa import metrics
from healthqa.headers import PERMISSIONS, POLICY

DEPLOY = settings.BASE_DIR / "deploy"
UNITS = DEPLOY / "systemd"


@pytest.mark.skipif(nginx.BINARY is None, reason="nginx is not installed (apt-get install nginx-light)")
def test_nginx_takes_its_configuration(tmp_path):
    configuration = nginx.write(tmp_path, 45_443, [45_001, 45_002, 45_003], tmp_path)
    result = subprocess.run([nginx.BINARY, "-t", "-c", configuration], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "site.conf").read_text().count("max_fails=5 fail_timeout=1s;") >= 3


class Ends(socketserver.BaseRequestHandler):
    """A node that ends: it takes a request and closes the connection."""

    def handle(self):
        self.server.asked.append(self.request.recv(10_000).split()[1])


class Answers(Ends):
    def handle(self):
        super().handle()
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@pytest.fixture
def proxied(tmp_path):
    """Give what asks the proxy, behind which one node answers and another one ends, and the paths that came to them."""
    nodes = [socketserver.ThreadingTCPServer(("127.0.0.1", 0), kind) for kind in (Ends, Answers)]
    asked = []
    for node in nodes:
        node.asked = asked
        threading.Thread(target=node.serve_forever, args=(0.05,)).start()
    with socketserver.TCPServer(("127.0.0.1", 0), Answers) as free:
        https = free.server_address[1]
    proxy = nginx.start(nginx.write(tmp_path, https, [node.server_address[1] for node in nodes], tmp_path))

    def ask(method, path):
        for _ in range(100):
            connection = http.client.HTTPSConnection("127.0.0.1", https, context=ssl._create_unverified_context())
            try:
                connection.request(method, path, headers={"Host": "www.example.org", "Content-Length": "0"})
                return connection.getresponse().status
            except ConnectionRefusedError:  # it has only been started
                time.sleep(0.05)
            finally:
                connection.close()
        raise AssertionError("nginx does not listen")

    yield ask, asked
    proxy.terminate()
    proxy.wait()
    for node in nodes:
        node.shutdown()
        node.server_close()


@pytest.mark.skipif(nginx.BINARY is None, reason="nginx is not installed (apt-get install nginx-light)")
def test_a_node_that_ends_loses_no_page_and_no_like_and_what_else_is_sent_is_sent_once(proxied):
    ask, asked = proxied
    assert {ask("GET", "/articles/1/") for _ in range(4)} == {200}
    assert {ask("POST", "/articles/1/like/") for _ in range(4)} == {200}
    assert len(asked) > 8  # some went to the node that ends first
    del asked[:]
    for _ in range(4):
        ask("POST", "/articles/1/report/")
    assert asked == [b"/articles/1/report/"] * 4


def test_files_from_the_proxy_have_the_headers_that_the_nodes_give():
    text = (DEPLOY / "nginx.conf").read_text()
    assert POLICY.format(import_map="") in text
    assert PERMISSIONS in text
    assert f"max-age={settings.SECURE_HSTS_SECONDS}" in text


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_takes_the_units(tmp_path):
    for unit in UNITS.glob("*.*"):
        if unit.is_file():
            text = unit.read_text().replace("/srv/healthqa/current/.venv/bin/python", "/bin/true")
            text = text.replace("/srv/healthqa/current/.venv/bin/granian", "/bin/true")
            (tmp_path / unit.name).write_text(text)
    names = [tmp_path / name for name in ("healthqa.service", "healthqa-purge.service", "healthqa-job@backup.service")]
    names += tmp_path.glob("*.timer")
    result = subprocess.run(["systemd-analyze", "verify", *names], capture_output=True, text=True, check=False)
    said = [line for line in result.stderr.splitlines() if "healthqa" in line]
    assert said == []


def test_every_timer_runs_a_command_that_there_is():
    commands = {path.stem for path in (settings.BASE_DIR / "articles/management/commands").glob("*.py")}
    named = {path.stem.removeprefix("healthqa-job@") for path in UNITS.glob("*.timer")}
    assert named == {"backup", "verify_backup", "review_due", "push_addresses", "embed_questions"}
    assert named <= commands


def test_every_way_of_starting_the_server_has_the_threads_that_the_lanes_need():
    ways = [settings.BASE_DIR / "Makefile", UNITS / "healthqa.service", DEPLOY / "Dockerfile"]
    found = [re.findall(r"(?:threads|backpressure)[\", ]+(\d+)", path.read_text()) for path in ways]
    assert found == [["160", "160"]] * 3


def test_every_way_of_starting_the_server_speaks_http_1_alone():
    """200 streams in one connection, each with a body that drips, would go around all that is bound by connection."""
    ways = [settings.BASE_DIR / "Makefile", UNITS / "healthqa.service", DEPLOY / "Dockerfile"]
    assert [re.findall(r"--http[\", ]+(\w+)", path.read_text()) for path in ways] == [["1"]] * 3


def test_alerts_ask_for_figures_that_there_are():
    text = (DEPLOY / "alerts.yml").read_text()
    assert text.count("- alert:") == 8
    assert set(re.findall(r"healthqa_\w+", text)) <= set(metrics.MEANINGS)


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed (apt-get install prometheus)")
def test_prometheus_takes_the_alerts():
    said = subprocess.run(
        ["promtool", "check", "rules", DEPLOY / "alerts.yml"], capture_output=True, text=True, check=True
    )
    assert "8 rules found" in said.stdout


def test_the_walk_of_the_document_is_read_by_the_shell_and_takes_names_from_its_first_lines():
    bench = settings.BASE_DIR / "bench"
    program = "import sys; sys.path.insert(0, sys.argv[1]); import walk; print(walk.commands())"
    walk = subprocess.run([sys.executable, "-c", program, bench], capture_output=True, text=True, check=True).stdout
    subprocess.run(["bash", "-n"], input=walk, text=True, check=True)
    assert walk.startswith("NAME=walk.example.org\nREPOSITORY=file:///repository\n")
    assert all(f"{command} " in walk for command in ("deploy/release", "certbot", "nginx", "systemctl"))


@pytest.mark.parametrize("script", ["release", "rollback"])
def test_scripts_are_read_by_the_shell(script):
    subprocess.run(["bash", "-n", DEPLOY / script], check=True)


PYTHON = """#!/bin/sh
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "$*" >>"%s/installed"\\n' "$3" >"$3/bin/pip"
printf '#!/bin/sh\\n' >"$3/bin/python"
chmod +x "$3/bin/pip" "$3/bin/python"
"""  # makes an environment whose pip notes what it is to install


def test_a_release_that_is_there_gets_the_packages_of_a_model_that_is_set_later(tmp_path):
    source, base, programs, settings_file = (tmp_path / name for name in ("source", "base", "programs", "env"))
    for folder in (source, base, programs):
        folder.mkdir()
    (programs / "python3").write_text(PYTHON)
    (programs / "python3").chmod(0o755)
    for name in ("requirements.txt", "requirements-meaning.txt"):
        (source / name).write_text(name)
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for step in (["init", "-q", "-b", "main"], ["add", "."], [*identity, "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", source, *step], check=True)
    subprocess.run(["git", "clone", "-q", source, base / "repository"], check=True)
    env = {**os.environ, "BASE": str(base), "SETTINGS": str(settings_file)}
    env["PATH"] = f"{programs}:{env['PATH']}"

    def installed():
        subprocess.run([DEPLOY / "release", "build"], env=env, check=True, capture_output=True)
        (release,) = (base / "releases").iterdir()
        lines = (release / ".venv" / "installed").read_text().splitlines()
        return [Path(line.split()[-1]).name for line in lines]

    settings_file.write_text("SITE_NAME='a b'\n")
    assert installed() == ["requirements.txt"]
    settings_file.write_text("SITE_NAME='a b'\nEMBEDDING_MODEL='/srv/a model'\n")
    assert installed() == installed() == ["requirements.txt", "requirements-meaning.txt"]
    settings_file.write_text("")
    assert installed() == ["requirements.txt"]
