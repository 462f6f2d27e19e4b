"""The visitor's address behind a proxy, asked of the real server over a real socket."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

APPLICATION = """
from django.conf import settings
settings.configure(TRUSTED_PROXIES=1, CLIENT_ADDRESS_HEADER="ClientAddress")
from django.core.handlers.wsgi import WSGIRequest
from healthqa.visitors import client_address

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [client_address(WSGIRequest(environ)).encode()]
"""


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Return the port of a granian that answers with the address that it believes a visitor to have."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "shown.py").write_text(APPLICATION)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        number = found.getsockname()[1]
    command = [
        *(Path(sys.executable).parent / "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", number),
        *("--http", 1, "--no-ws", "--blocking-threads", 1, "--log-level", "error", "shown:application"),
    ]
    path = os.pathsep.join([str(folder), str(settings.BASE_DIR)])
    server = subprocess.Popen([str(part) for part in command], cwd=folder, env={**os.environ, "PYTHONPATH": path})
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", number)) == 0:
                    break
            time.sleep(0.1)
        yield number
    finally:
        server.terminate()
        server.wait(30)


def ask(port, *headers):
    lines = ["GET / HTTP/1.1", "Host: x", *headers, "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asked:
        asked.sendall("\r\n".join(lines).encode())
        answer = b"".join(iter(lambda: asked.recv(4096), b""))
    return answer.partition(b"\r\n\r\n")[2].decode()


@pytest.mark.parametrize(
    "forged",
    ["X_Forwarded_For: 6.6.6.6", "X-Forwarded-For: 6.6.6.6", "Client_Address: 6.6.6.6", "Client-Address: 6.6.6.6"],
)
def test_no_header_of_a_visitor_takes_the_place_of_what_the_proxy_says(port, forged):
    assert ask(port, forged, "ClientAddress: 203.0.113.7") == "203.0.113.7"
    assert ask(port, "ClientAddress: 203.0.113.7", forged) == "203.0.113.7"


def test_of_what_a_visitor_says_before_the_proxy_only_the_end_is_believed(port):
    assert ask(port, "ClientAddress: 6.6.6.6", "ClientAddress: 203.0.113.7") == "203.0.113.7"


def test_a_connection_that_asks_for_http_2_gets_none(port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as asked:
        asked.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        answer = b"".join(iter(lambda: asked.recv(4096), b""))
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
